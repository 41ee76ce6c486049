"""`tf.python.ops.gen_audio_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.audio import (
    audio_spectrogram,
    decode_wav,
    encode_wav,
    mfcc,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "audio_spectrogram",
    "decode_wav",
    "encode_wav",
    "mfcc",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
