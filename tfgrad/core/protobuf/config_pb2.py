"""`tf.core.protobuf.config_pb2`: messages, see `tf.core`."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.config import (
    ConfigProto,
    GPUOptions,
    GraphOptions,
    OptimizerOptions,
    RPCOptions,
    RunMetadata,
    RunOptions,
    SessionMetadata,
    ThreadPoolOptionProto,
)

__all__ = [
    "ConfigProto",
    "GPUOptions",
    "GraphOptions",
    "OptimizerOptions",
    "RPCOptions",
    "RunMetadata",
    "RunOptions",
    "SessionMetadata",
    "ThreadPoolOptionProto",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
