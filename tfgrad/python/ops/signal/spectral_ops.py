"""`tf.python.ops.signal.spectral_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.signal_spectra import inverse_stft, inverse_stft_window_fn, stft
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "inverse_stft",
    "inverse_stft_window_fn",
    "stft",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
