"""`tf.contrib.util`: parts of the former contrib package."""

from tfgrad._src.graph.constant_value import (
    constant_value,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "constant_value",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
