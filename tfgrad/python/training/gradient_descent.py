"""`tf.python.training.gradient_descent`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.gradient_descent import (
    GradientDescentOptimizer,
)

__all__ = [
    "GradientDescentOptimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
