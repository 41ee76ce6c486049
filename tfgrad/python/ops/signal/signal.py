"""`tf.python.ops.signal.signal`: a private import path of TensorFlow."""

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
from tfgrad._src.functions.signal_cosine import dct, idct
from tfgrad._src.functions.signal_frames import frame, overlap_and_add
from tfgrad._src.functions.signal_mel import (
    linear_to_mel_weight_matrix,
    mfccs_from_log_mel_spectrograms,
)
from tfgrad._src.functions.signal_spectra import inverse_stft, inverse_stft_window_fn, stft
from tfgrad._src.functions.signal_windows import hamming_window, hann_window
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "dct",
    "fft",
    "fft2d",
    "fft3d",
    "fftshift",
    "frame",
    "hamming_window",
    "hann_window",
    "idct",
    "ifft",
    "ifft2d",
    "ifft3d",
    "ifftshift",
    "inverse_stft",
    "inverse_stft_window_fn",
    "irfft",
    "irfft2d",
    "irfft3d",
    "linear_to_mel_weight_matrix",
    "mfccs_from_log_mel_spectrograms",
    "overlap_and_add",
    "rfft",
    "rfft2d",
    "rfft3d",
    "stft",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
