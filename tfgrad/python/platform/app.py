"""`tf.python.platform.app`: a private import path of TensorFlow."""

from tfgrad import (
    flags,
)
from tfgrad._src.functions.app import (
    run,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "flags",
    "run",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
