"""`tf.core.protobuf.rewriter_config_pb2`: messages, see `tf.core`."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.config import (
    AutoParallelOptions,
    RewriterConfig,
    ScopedAllocatorOptions,
)

__all__ = [
    "AutoParallelOptions",
    "RewriterConfig",
    "ScopedAllocatorOptions",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
