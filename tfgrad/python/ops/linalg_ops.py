"""`tf.python.ops.linalg_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.linalg import (
    norm,
)
from tfgrad._src.functions.linalg_decompositions import (
    cholesky,
    eig,
    eigvals,
    lu,
    matrix_square_root,
    self_adjoint_eig,
    self_adjoint_eigvals,
    svd,
)
from tfgrad._src.functions.linalg_decompositions import (
    logm as matrix_logarithm,
)
from tfgrad._src.functions.linalg_solve import (
    cholesky_solve,
    matrix_determinant,
    matrix_inverse,
    matrix_solve,
    matrix_solve_ls,
)
from tfgrad._src.functions.linalg_solve import (
    slogdet as log_matrix_determinant,
)
from tfgrad._src.functions.matrix import (
    eye,
    matrix_triangular_solve,
    qr,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "cholesky",
    "cholesky_solve",
    "eig",
    "eigvals",
    "eye",
    "log_matrix_determinant",
    "lu",
    "matrix_determinant",
    "matrix_inverse",
    "matrix_logarithm",
    "matrix_solve",
    "matrix_solve_ls",
    "matrix_square_root",
    "matrix_triangular_solve",
    "norm",
    "qr",
    "self_adjoint_eig",
    "self_adjoint_eigvals",
    "svd",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
