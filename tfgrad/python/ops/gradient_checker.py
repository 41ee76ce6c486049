"""`tf.python.ops.gradient_checker`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.testing.gradient_checker import (
    compute_gradient,
    compute_gradient_error,
)

__all__ = [
    "compute_gradient",
    "compute_gradient_error",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
