"""`tf.python.ops.io_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.decode import (
    matching_files,
    read_file,
    write_file,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "matching_files",
    "read_file",
    "write_file",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
