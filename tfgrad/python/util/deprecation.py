"""`tf.python.util.deprecation`: a private import path of TensorFlow."""

from tfgrad._src.functions.decorators import (
    deprecated,
    deprecated_arg_values,
    deprecated_args,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "deprecated",
    "deprecated_arg_values",
    "deprecated_args",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
