"""`tf.python.ops.logging_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.checks import (
    Assert,
)
from tfgrad._src.functions.logging import (
    Print,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Assert",
    "Print",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
