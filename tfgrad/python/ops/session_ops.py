"""`tf.python.ops.session_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.session_handles import (
    delete_session_tensor,
    get_session_handle,
    get_session_tensor,
)
from tfgrad._src.graph.sessions import TensorHandle
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "TensorHandle",
    "delete_session_tensor",
    "get_session_handle",
    "get_session_tensor",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
