"""`tf.python.ops.spectral_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.fft import (
    fft,
    fft2d,
    fft3d,
    ifft,
    ifft2d,
    ifft3d,
    irfft,
    irfft2d,
    irfft3d,
    rfft,
    rfft2d,
    rfft3d,
)
from tfgrad._src.functions.signal_cosine import dct, idct
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "dct",
    "fft",
    "fft2d",
    "fft3d",
    "idct",
    "ifft",
    "ifft2d",
    "ifft3d",
    "irfft",
    "irfft2d",
    "irfft3d",
    "rfft",
    "rfft2d",
    "rfft3d",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
