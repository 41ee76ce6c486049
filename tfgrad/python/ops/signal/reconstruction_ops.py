"""`tf.python.ops.signal.reconstruction_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.signal_frames import overlap_and_add
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "overlap_and_add",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
