"""`tf.python.training.optimizer`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.optimizer import (
    Optimizer,
)

__all__ = [
    "Optimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
