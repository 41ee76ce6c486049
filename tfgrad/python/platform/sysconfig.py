"""`tf.python.platform.sysconfig`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.interop.resources import (
    get_compile_flags,
    get_include,
    get_lib,
    get_link_flags,
)

__all__ = [
    "get_compile_flags",
    "get_include",
    "get_lib",
    "get_link_flags",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
