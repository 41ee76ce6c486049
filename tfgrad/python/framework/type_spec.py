"""`tf.python.framework.type_spec`: a private import path of TensorFlow."""

from tfgrad._src.functions.type_spec import (
    BatchableTypeSpec,
    TypeSpec,
    type_spec_from_value,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "BatchableTypeSpec",
    "TypeSpec",
    "type_spec_from_value",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
