"""`tf.core.framework.graph_pb2`: messages, see `tf.core`."""

from tfgrad._src.graph.proto import GraphDef
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "GraphDef",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
