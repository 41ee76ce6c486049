"""`tf.python.util.compat`: a private import path of TensorFlow."""

from tfgrad._src.interop.compat import (
    as_bytes,
    as_str_any,
    as_text,
    bytes_or_text_types,
    complex_types,
    integral_types,
    path_to_str,
    real_types,
)
from tfgrad._src.interop.compat import (
    as_text as as_str,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "as_bytes",
    "as_str",
    "as_str_any",
    "as_text",
    "bytes_or_text_types",
    "complex_types",
    "integral_types",
    "path_to_str",
    "real_types",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
