"""`tf.python.ops.bitwise_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.cwise_binary import (
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    left_shift,
    right_shift,
)
from tfgrad._src.functions.cwise_unary import (
    invert,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "invert",
    "left_shift",
    "right_shift",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
