"""`tf.python.framework`: import paths below TensorFlow's private package."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad.python.framework import ops

__all__ = [
    "ops",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
