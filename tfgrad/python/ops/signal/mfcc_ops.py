"""`tf.python.ops.signal.mfcc_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.signal_mel import mfccs_from_log_mel_spectrograms
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "mfccs_from_log_mel_spectrograms",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
