"""`tf.debugging`: public names."""

from tfgrad._src.functions.cwise_unary import (
    is_finite,
    is_inf,
    is_nan,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "is_finite",
    "is_inf",
    "is_nan",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
