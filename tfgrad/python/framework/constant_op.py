"""`tf.python.framework.constant_op`: a private import path of TensorFlow."""

from tfgrad._src.graph.convert import (
    constant,
)
from tfgrad._src.graph.convert import (
    constant as constant_v1,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "constant",
    "constant_v1",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
