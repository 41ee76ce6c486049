"""`tf.python.ops.standard_ops`: the names of `tf`, looked up there when they are used."""

import tfgrad as _tfgrad

__all__: list[str] = []


def __getattr__(name: str):
    return getattr(_tfgrad, name)
