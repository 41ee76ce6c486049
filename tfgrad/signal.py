"""`tf.signal`: Fourier and cosine transforms, windows, frames."""

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
from tfgrad._src.functions.fft_nd import fftnd, ifftnd, irfftnd, rfftnd
from tfgrad._src.functions.signal_cosine import dct, idct
from tfgrad._src.functions.signal_frames import frame, overlap_and_add
from tfgrad._src.functions.signal_mel import (
    linear_to_mel_weight_matrix,
    mfccs_from_log_mel_spectrograms,
)
from tfgrad._src.functions.signal_spectra import (
    inverse_mdct,
    inverse_stft,
    inverse_stft_window_fn,
    mdct,
    stft,
)
from tfgrad._src.functions.signal_windows import hamming_window, hann_window, vorbis_window
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "dct",
    "fft",
    "fft2d",
    "fft3d",
    "fftnd",
    "fftshift",
    "frame",
    "hamming_window",
    "hann_window",
    "idct",
    "ifft",
    "ifft2d",
    "ifft3d",
    "ifftnd",
    "ifftshift",
    "inverse_mdct",
    "inverse_stft",
    "inverse_stft_window_fn",
    "irfft",
    "irfft2d",
    "irfft3d",
    "irfftnd",
    "linear_to_mel_weight_matrix",
    "mdct",
    "mfccs_from_log_mel_spectrograms",
    "overlap_and_add",
    "rfft",
    "rfft2d",
    "rfft3d",
    "rfftnd",
    "stft",
    "vorbis_window",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
