"""`tf.python.training.adadelta`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.adadelta import (
    AdadeltaOptimizer,
)

__all__ = [
    "AdadeltaOptimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
