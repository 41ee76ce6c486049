"""`tf.python.ops.linalg_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.linalg import (
    norm,
)
from tfgrad._src.functions.matrix import (
    eye,
    matrix_triangular_solve,
    qr,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "eye",
    "matrix_triangular_solve",
    "norm",
    "qr",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
