"""`tf.python.ops.image_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.random import (
    random_crop,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "random_crop",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
