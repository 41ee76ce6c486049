"""`tf.python.ops.signal.mel_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.signal_mel import linear_to_mel_weight_matrix
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "linear_to_mel_weight_matrix",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
