"""`tf.python.ops.special_math_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.einsum import (
    einsum,
)
from tfgrad._src.functions.special import (
    lbeta,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "einsum",
    "lbeta",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
