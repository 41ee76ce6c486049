"""`tf.core.framework.device_attributes_pb2`: messages, see `tf.core`."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.step_stats import (
    DeviceAttributes,
    DeviceLocality,
    InterconnectLink,
    LocalLinks,
)

__all__ = [
    "DeviceAttributes",
    "DeviceLocality",
    "InterconnectLink",
    "LocalLinks",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
