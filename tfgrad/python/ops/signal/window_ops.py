"""`tf.python.ops.signal.window_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.signal_windows import hamming_window, hann_window
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "hamming_window",
    "hann_window",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
