"""`tf.python.ops.script_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.script import (
    numpy_function,
    py_func,
)
from tfgrad._src.functions.script import (
    py_function as eager_py_func,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "eager_py_func",
    "numpy_function",
    "py_func",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
