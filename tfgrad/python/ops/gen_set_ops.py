"""`tf.python.ops.gen_set_ops`: a function per op type of any family."""

from tfgrad._src.functions.raw_ops import by_python_name as _by_python_name
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__: list[str] = []


def __getattr__(name: str):
    found = None if name.startswith("__") else _by_python_name(name)
    if found is None:
        raise _unknown_attribute(__name__, name, globals())
    return found
