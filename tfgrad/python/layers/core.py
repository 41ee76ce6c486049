"""`tf.python.layers.core`: a private import path of TensorFlow."""

from tfgrad._src.functions.dropout import (
    dropout,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "dropout",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
