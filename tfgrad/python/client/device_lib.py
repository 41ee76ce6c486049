"""`tf.python.client.device_lib`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.devices import list_local_devices

__all__ = [
    "list_local_devices",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
