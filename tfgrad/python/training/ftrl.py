"""`tf.python.training.ftrl`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.ftrl import (
    FtrlOptimizer,
)

__all__ = [
    "FtrlOptimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
