"""`tf.python.ops.gradients_util`: a private import path of TensorFlow."""

from tfgrad._src.gradients.aggregate import (
    AggregationMethod,
)
from tfgrad._src.gradients.algorithm import (
    UnconnectedGradients,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "AggregationMethod",
    "UnconnectedGradients",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
