"""`tf.python.ops.clip_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.select import (
    clip_by_average_norm,
    clip_by_global_norm,
    clip_by_norm,
    clip_by_value,
    global_norm,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "clip_by_average_norm",
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
