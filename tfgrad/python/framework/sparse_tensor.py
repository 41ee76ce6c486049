"""`tf.python.framework.sparse_tensor`: a private import path of TensorFlow."""

from tfgrad._src.graph.sparse_tensor import (
    SparseTensor,
    SparseTensorValue,
    convert_to_tensor_or_sparse_tensor,
    is_sparse,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "SparseTensor",
    "SparseTensorValue",
    "convert_to_tensor_or_sparse_tensor",
    "is_sparse",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
