"""`tf.python.util.tf_decorator`: a private import path of TensorFlow."""

from tfgrad._src.functions.decorators import (
    TFDecorator,
    make_decorator,
    rewrap,
    unwrap,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "TFDecorator",
    "make_decorator",
    "rewrap",
    "unwrap",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
