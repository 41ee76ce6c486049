"""`tf.python.ops.custom_gradient`: a private import path of TensorFlow."""

from tfgrad._src.gradients.custom import (
    custom_gradient,
    grad_pass_through,
    recompute_grad,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "custom_gradient",
    "grad_pass_through",
    "recompute_grad",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
