"""`tf.linalg`: linear algebra."""

from tfgrad._src.functions.linalg import (
    adjoint,
    matmul,
    matvec,
    norm,
    tensordot,
)
from tfgrad._src.functions.matrix import (
    diag as tensor_diag,
)
from tfgrad._src.functions.matrix import (
    diag_part as tensor_diag_part,
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
from tfgrad._src.functions.norm import (
    l2_normalize,
)
from tfgrad._src.functions.select import (
    global_norm,
)
from tfgrad._src.functions.shape import (
    matrix_transpose,
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
    "global_norm",
    "l2_normalize",
    "matmul",
    "matrix_transpose",
    "matvec",
    "norm",
    "qr",
    "set_diag",
    "tensor_diag",
    "tensor_diag_part",
    "tensordot",
    "trace",
    "transpose",
    "triangular_solve",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
