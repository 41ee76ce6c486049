"""`tf.python.framework.tensor_shape`: a private import path of TensorFlow."""

from tfgrad._src.graph.tensor_shape import (
    Dimension,
    TensorShape,
    dimension_at_index,
    dimension_value,
)
from tfgrad._src.interop.behavior import (
    disable_v2_tensorshape,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Dimension",
    "TensorShape",
    "dimension_at_index",
    "dimension_value",
    "disable_v2_tensorshape",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
