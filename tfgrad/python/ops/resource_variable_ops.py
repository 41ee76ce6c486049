"""`tf.python.ops.resource_variable_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.resource_variable import (
    BaseResourceVariable,
    ResourceVariable,
    is_resource_variable,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "BaseResourceVariable",
    "ResourceVariable",
    "is_resource_variable",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
