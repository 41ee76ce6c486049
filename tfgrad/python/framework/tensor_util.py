"""`tf.python.framework.tensor_util`: a private import path of TensorFlow."""

from tfgrad._src.functions.tensor_proto import (
    make_tensor_proto,
)
from tfgrad._src.graph.constant_value import (
    constant_value,
)
from tfgrad._src.graph.tensor_proto import (
    make_ndarray,
)
from tfgrad._src.graph.tensor_proto import (
    make_ndarray as MakeNdarray,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "MakeNdarray",
    "constant_value",
    "make_ndarray",
    "make_tensor_proto",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
