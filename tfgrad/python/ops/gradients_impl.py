"""`tf.python.ops.gradients_impl`: a private import path of TensorFlow."""

from tfgrad._src.gradients.algorithm import (
    UnconnectedGradients,
    gradients,
)
from tfgrad._src.gradients.gradients_v2 import (
    gradients_v2,
)
from tfgrad._src.gradients.hessians import (
    hessians,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "UnconnectedGradients",
    "gradients",
    "gradients_v2",
    "hessians",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
