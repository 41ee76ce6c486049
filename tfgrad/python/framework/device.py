"""`tf.python.framework.device`: a private import path of TensorFlow."""

from tfgrad._src.graph.device import (
    DeviceSpec,
    canonical_name,
    check_valid,
    is_device_spec,
    merge_device,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "DeviceSpec",
    "canonical_name",
    "check_valid",
    "is_device_spec",
    "merge_device",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
