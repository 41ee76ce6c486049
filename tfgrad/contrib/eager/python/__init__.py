"""`tf.contrib.eager.python`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad.contrib.eager.python import (
    tfe,
)

__all__ = [
    "tfe",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
