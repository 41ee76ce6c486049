"""`tf.python.ops.data_flow_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.join import (
    dynamic_partition,
    dynamic_stitch,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "dynamic_partition",
    "dynamic_stitch",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
