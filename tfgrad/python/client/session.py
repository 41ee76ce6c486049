"""`tf.python.client.session`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.session import (
    InteractiveSession,
    Session,
)

__all__ = [
    "InteractiveSession",
    "Session",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
