"""`tf.audio`: sound files."""

from tfgrad._src.functions.audio import (
    decode_wav,
    encode_wav,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "decode_wav",
    "encode_wav",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
