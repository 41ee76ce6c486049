"""`tf.python.ops.signal.fft_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.fft import (
    fft,
    fft2d,
    fft3d,
    fftshift,
    ifft,
    ifft2d,
    ifft3d,
    ifftshift,
    irfft,
    irfft2d,
    irfft3d,
    rfft,
    rfft2d,
    rfft3d,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "fft",
    "fft2d",
    "fft3d",
    "fftshift",
    "ifft",
    "ifft2d",
    "ifft3d",
    "ifftshift",
    "irfft",
    "irfft2d",
    "irfft3d",
    "rfft",
    "rfft2d",
    "rfft3d",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
