"""`tf.compat`: names of other versions."""

from tfgrad._src.graph.tensor_shape import (
    dimension_at_index,
    dimension_value,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad.compat import v1, v2

__all__ = [
    "dimension_at_index",
    "dimension_value",
    "v1",
    "v2",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
