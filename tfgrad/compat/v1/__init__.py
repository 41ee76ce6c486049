"""`tf.compat.v1`: the names of `tf`, looked up there when they are used.

So a name that a program replaces in one of the two is replaced in both readers' eyes.
"""

import tfgrad as _tfgrad


def __getattr__(name: str):
    return getattr(_tfgrad, name)


def __dir__() -> list[str]:
    return dir(_tfgrad)
