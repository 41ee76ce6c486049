"""`tf.sysconfig`: how C++ op types are compiled, which tfgrad has none of."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.interop.resources import (
    CXX11_ABI_FLAG,
    MONOLITHIC_BUILD,
    get_compile_flags,
    get_include,
    get_lib,
    get_link_flags,
)

__all__ = [
    "CXX11_ABI_FLAG",
    "MONOLITHIC_BUILD",
    "get_compile_flags",
    "get_include",
    "get_lib",
    "get_link_flags",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
