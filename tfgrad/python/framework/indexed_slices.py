"""`tf.python.framework.indexed_slices`: a private import path of TensorFlow."""

from tfgrad._src.functions.indexed_slices import (
    IndexedSlices,
    convert_to_tensor_or_indexed_slices,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "IndexedSlices",
    "convert_to_tensor_or_indexed_slices",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
