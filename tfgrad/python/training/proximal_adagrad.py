"""`tf.python.training.proximal_adagrad`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.proximal import (
    ProximalAdagradOptimizer,
)

__all__ = [
    "ProximalAdagradOptimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
