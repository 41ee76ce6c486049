"""`tf.python.platform`: a private import path of TensorFlow."""

import importlib

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "app",
    "flags",
    "gfile",
    "googletest",
    "resource_loader",
    "sysconfig",
    "test",
    "tf_logging",
]


def __getattr__(name: str):
    if name in __all__:  # imported when it is used
        return importlib.import_module(f"{__name__}.{name}")
    raise _unknown_attribute(__name__, name, __all__)
