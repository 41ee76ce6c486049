"""`tf.python.ops.partitioned_variables`: a private import path of TensorFlow."""

from tfgrad._src.functions.partitions import (
    fixed_size_partitioner,
    min_max_variable_partitioner,
    variable_axis_size_partitioner,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "fixed_size_partitioner",
    "min_max_variable_partitioner",
    "variable_axis_size_partitioner",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
