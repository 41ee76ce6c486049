"""`tf.python.ops.linalg.linalg_impl`: a private import path of TensorFlow."""

from tfgrad._src.functions.einsum import einsum
from tfgrad._src.functions.linalg import (
    adjoint,
    norm,
    tensordot,
)
from tfgrad._src.functions.linalg_decompositions import (
    cholesky,
    logm,
    lu,
    svd,
)
from tfgrad._src.functions.linalg_decompositions import (
    expm as matrix_exponential,
)
from tfgrad._src.functions.linalg_decompositions import (
    matrix_square_root as sqrtm,
)
from tfgrad._src.functions.linalg_decompositions import (
    self_adjoint_eig as eigh,
)
from tfgrad._src.functions.linalg_decompositions import (
    self_adjoint_eigvals as eigvalsh,
)
from tfgrad._src.functions.linalg_solve import (
    cholesky_solve,
    logdet,
    matrix_rank,
    pinv,
    slogdet,
    tridiagonal_matmul,
    tridiagonal_solve,
)
from tfgrad._src.functions.linalg_solve import (
    matrix_determinant as det,
)
from tfgrad._src.functions.linalg_solve import (
    matrix_inverse as inv,
)
from tfgrad._src.functions.linalg_solve import (
    matrix_solve as solve,
)
from tfgrad._src.functions.linalg_solve import (
    matrix_solve_ls as lstsq,
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
    "cholesky",
    "cholesky_solve",
    "det",
    "diag",
    "diag_part",
    "eigh",
    "eigvalsh",
    "einsum",
    "eye",
    "inv",
    "logdet",
    "logm",
    "lstsq",
    "lu",
    "matrix_exponential",
    "matrix_rank",
    "norm",
    "pinv",
    "qr",
    "set_diag",
    "slogdet",
    "solve",
    "sqrtm",
    "svd",
    "tensordot",
    "trace",
    "transpose",
    "triangular_solve",
    "tridiagonal_matmul",
    "tridiagonal_solve",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
