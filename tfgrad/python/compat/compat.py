"""`tf.python.compat.compat`: a private import path of TensorFlow."""

from tfgrad._src.interop.compat import (
    forward_compatibility_horizon,
    forward_compatible,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "forward_compatibility_horizon",
    "forward_compatible",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
