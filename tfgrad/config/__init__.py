"""`tf.config`: options of this process."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.process_config import (
    experimental_connect_to_cluster,
    experimental_connect_to_host,
    experimental_list_devices,
    experimental_run_functions_eagerly,
    get_soft_device_placement,
    set_soft_device_placement,
)
from tfgrad.config import (
    experimental,
    optimizer,
    threading,
)

__all__ = [
    "experimental",
    "experimental_connect_to_cluster",
    "experimental_connect_to_host",
    "experimental_list_devices",
    "experimental_run_functions_eagerly",
    "get_soft_device_placement",
    "optimizer",
    "set_soft_device_placement",
    "threading",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
