"""`tf.python.training.adam`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.adam import (
    AdamOptimizer,
)

__all__ = [
    "AdamOptimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
