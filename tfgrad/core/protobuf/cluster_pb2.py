"""`tf.core.protobuf.cluster_pb2`: messages, see `tf.core`."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.config import (
    ClusterDef,
    JobDef,
)

__all__ = [
    "ClusterDef",
    "JobDef",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
