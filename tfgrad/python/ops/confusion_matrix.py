"""`tf.python.ops.confusion_matrix`: a private import path of TensorFlow."""

from tfgrad._src.functions.confusion_matrix import (
    confusion_matrix,
)
from tfgrad._src.functions.losses import (
    remove_squeezable_dimensions,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "confusion_matrix",
    "remove_squeezable_dimensions",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
