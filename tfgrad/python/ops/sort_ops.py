"""`tf.python.ops.sort_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.sequence import (
    argsort,
    sort,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "argsort",
    "sort",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
