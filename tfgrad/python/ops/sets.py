"""`tf.python.ops.sets`: a private import path of TensorFlow."""

from tfgrad._src.functions.sets import (
    set_difference,
    set_intersection,
    set_size,
    set_union,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "set_difference",
    "set_intersection",
    "set_size",
    "set_union",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
