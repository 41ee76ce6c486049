"""`tf.version`: the version of the interface."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

VERSION = "1.15.5"  # of the interface: what legacy code asks for
GIT_VERSION = "v1.15.5"
COMPILER_VERSION = ""
GRAPH_DEF_VERSION = 2474
GRAPH_DEF_VERSION_MIN_CONSUMER = 0
GRAPH_DEF_VERSION_MIN_PRODUCER = 0

__all__ = [
    "COMPILER_VERSION",
    "GIT_VERSION",
    "GRAPH_DEF_VERSION",
    "GRAPH_DEF_VERSION_MIN_CONSUMER",
    "GRAPH_DEF_VERSION_MIN_PRODUCER",
    "VERSION",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
