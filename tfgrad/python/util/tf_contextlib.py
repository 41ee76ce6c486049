"""`tf.python.util.tf_contextlib`: a private import path of TensorFlow."""

from tfgrad._src.functions.decorators import (
    contextmanager,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "contextmanager",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
