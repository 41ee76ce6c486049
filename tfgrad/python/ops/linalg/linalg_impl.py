"""`tf.python.ops.linalg.linalg_impl`: a private import path of TensorFlow."""

from tfgrad._src.functions.linalg import (
    adjoint,
    norm,
    tensordot,
)
from tfgrad._src.functions.matrix import (
    eye,
    qr,
    trace,
)
from tfgrad._src.functions.matrix import (
    matrix_band_part as band_part,
)
from tfgrad._src.functions.matrix import (
    matrix_diag as diag,
)
from tfgrad._src.functions.matrix import (
    matrix_diag_part as diag_part,
)
from tfgrad._src.functions.matrix import (
    matrix_set_diag as set_diag,
)
from tfgrad._src.functions.matrix import (
    matrix_triangular_solve as triangular_solve,
)
from tfgrad._src.functions.shape import (
    matrix_transpose as transpose,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "adjoint",
    "band_part",
    "diag",
    "diag_part",
    "eye",
    "norm",
    "qr",
    "set_diag",
    "tensordot",
    "trace",
    "transpose",
    "triangular_solve",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
