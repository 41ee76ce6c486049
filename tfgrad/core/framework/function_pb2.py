"""`tf.core.framework.function_pb2`: messages, see `tf.core`."""

from tfgrad._src.graph.proto import (
    FunctionDef,
    FunctionDefLibrary,
    GradientDef,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "FunctionDef",
    "FunctionDefLibrary",
    "GradientDef",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
