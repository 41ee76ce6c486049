"""`tf.compat`: text and bytes in any version of Python, and names of other versions."""

from tfgrad._src.graph.tensor_shape import (
    dimension_at_index,
    dimension_value,
)
from tfgrad._src.interop.compat import (
    as_bytes,
    as_str_any,
    as_text,
    bytes_or_text_types,
    complex_types,
    forward_compatibility_horizon,
    forward_compatible,
    integral_types,
    path_to_str,
    real_types,
)
from tfgrad._src.interop.compat import (
    as_text as as_str,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad.compat import v1, v2

__all__ = [
    "as_bytes",
    "as_str",
    "as_str_any",
    "as_text",
    "bytes_or_text_types",
    "complex_types",
    "dimension_at_index",
    "dimension_value",
    "forward_compatibility_horizon",
    "forward_compatible",
    "integral_types",
    "path_to_str",
    "real_types",
    "v1",
    "v2",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
