"""`tf.python.training.rmsprop`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.rmsprop import (
    RMSPropOptimizer,
)

__all__ = [
    "RMSPropOptimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
