"""`tf.python`: import paths below TensorFlow's private package."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad.python import framework, training

__all__ = [
    "framework",
    "training",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
