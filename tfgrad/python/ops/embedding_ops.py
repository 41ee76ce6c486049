"""`tf.python.ops.embedding_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.embedding import (
    embedding_lookup,
)
from tfgrad._src.functions.embedding_sparse import (
    embedding_lookup_sparse,
    safe_embedding_lookup_sparse,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "embedding_lookup",
    "embedding_lookup_sparse",
    "safe_embedding_lookup_sparse",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
