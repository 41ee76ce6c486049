"""`tf.python.ops.gradients`: a private import path of TensorFlow."""

from tfgrad._src.gradients.aggregate import (
    AggregationMethod,
)
from tfgrad._src.gradients.algorithm import (
    UnconnectedGradients,
    gradients,
)
from tfgrad._src.gradients.custom import (
    custom_gradient,
)
from tfgrad._src.gradients.gradients_v2 import (
    gradients_v2,
)
from tfgrad._src.gradients.hessians import (
    hessians,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "AggregationMethod",
    "UnconnectedGradients",
    "custom_gradient",
    "gradients",
    "gradients_v2",
    "hessians",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
