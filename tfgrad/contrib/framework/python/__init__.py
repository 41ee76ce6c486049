"""`tf.contrib.framework.python`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad.contrib.framework.python import (
    ops,
)

__all__ = [
    "ops",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
