"""`tf.python.training.adagrad`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.adagrad import (
    AdagradOptimizer,
)

__all__ = [
    "AdagradOptimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
