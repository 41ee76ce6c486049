"""`tf.python.training.proximal_gradient_descent`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.proximal import (
    ProximalGradientDescentOptimizer,
)

__all__ = [
    "ProximalGradientDescentOptimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
