"""`tf.contrib.signal`: frames, windows, spectra: `tf.signal` today."""

from tfgrad._src.functions.signal_frames import frame, overlap_and_add
from tfgrad._src.functions.signal_mel import (
    linear_to_mel_weight_matrix,
    mfccs_from_log_mel_spectrograms,
)
from tfgrad._src.functions.signal_spectra import inverse_stft, inverse_stft_window_fn, stft
from tfgrad._src.functions.signal_windows import hamming_window, hann_window
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "frame",
    "hamming_window",
    "hann_window",
    "inverse_stft",
    "inverse_stft_window_fn",
    "linear_to_mel_weight_matrix",
    "mfccs_from_log_mel_spectrograms",
    "overlap_and_add",
    "stft",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
