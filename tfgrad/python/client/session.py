"""`tf.python.client.session`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.fetch import register_session_run_conversion_functions
from tfgrad._src.runtime.session import (
    BaseSession,
    InteractiveSession,
    Session,
)

__all__ = [
    "BaseSession",
    "InteractiveSession",
    "Session",
    "register_session_run_conversion_functions",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
