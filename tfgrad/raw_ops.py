"""`tf.raw_ops`: one function per op type, which takes keyword arguments only."""

from tfgrad._src.functions.raw_ops import keyword_function as _keyword_function
from tfgrad._src.functions.raw_ops import op_types as _op_types
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__: list[str] = []
__all__ += _op_types()


def __getattr__(name: str):
    if name in __all__:
        return _keyword_function(name)
    raise _unknown_attribute(__name__, name, globals())
