"""`tf.python.framework.tensor_spec`: a private import path of TensorFlow."""

from tfgrad._src.functions.type_spec import (
    BoundedTensorSpec,
    TensorSpec,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "BoundedTensorSpec",
    "TensorSpec",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
