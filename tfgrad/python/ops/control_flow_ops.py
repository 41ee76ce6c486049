"""`tf.python.ops.control_flow_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.checks import (
    Assert,
)
from tfgrad._src.functions.control import (
    group,
    no_op,
    tuple,
    with_dependencies,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Assert",
    "group",
    "no_op",
    "tuple",
    "with_dependencies",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
