"""`tf.python.ops.signal.dct_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.signal_cosine import dct, idct
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "dct",
    "idct",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
