"""`tf.python.framework.versions`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.interop.resources import (
    CXX11_ABI_FLAG,
    MONOLITHIC_BUILD,
)
from tfgrad.version import (
    COMPILER_VERSION,
    GIT_VERSION,
    GRAPH_DEF_VERSION,
    GRAPH_DEF_VERSION_MIN_CONSUMER,
    GRAPH_DEF_VERSION_MIN_PRODUCER,
    VERSION,
)

__all__ = [
    "COMPILER_VERSION",
    "CXX11_ABI_FLAG",
    "GIT_VERSION",
    "GRAPH_DEF_VERSION",
    "GRAPH_DEF_VERSION_MIN_CONSUMER",
    "GRAPH_DEF_VERSION_MIN_PRODUCER",
    "MONOLITHIC_BUILD",
    "VERSION",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
