"""`tf.linalg`: linear algebra."""

import importlib as _importlib

from tfgrad._src.functions.einsum import einsum
from tfgrad._src.functions.linalg import (
    adjoint,
    cross,
    matmul,
    matvec,
    norm,
    normalize,
    tensordot,
)
from tfgrad._src.functions.linalg_decompositions import (
    cholesky,
    expm,
    logm,
    lu,
    svd,
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
    "cholesky",
    "cholesky_solve",
    "cross",
    "det",
    "diag",
    "diag_part",
    "eigh",
    "eigvalsh",
    "einsum",
    "expm",
    "eye",
    "global_norm",
    "inv",
    "l2_normalize",
    "logdet",
    "logm",
    "lstsq",
    "lu",
    "matmul",
    "matrix_rank",
    "matrix_transpose",
    "matvec",
    "norm",
    "normalize",
    "pinv",
    "qr",
    "set_diag",
    "slogdet",
    "solve",
    "sqrtm",
    "svd",
    "tensor_diag",
    "tensor_diag_part",
    "tensordot",
    "trace",
    "transpose",
    "triangular_solve",
    "tridiagonal_matmul",
    "tridiagonal_solve",
]


# Linear operators are rarely used: their modules are imported when they are.
_OPERATORS = {
    "LinearOperator": "linear_operator",
    "LinearOperatorAdjoint": "linear_operators_composed",
    "LinearOperatorBlockDiag": "linear_operators_blocks",
    "LinearOperatorCirculant": "linear_operators_circulant",
    "LinearOperatorCirculant2D": "linear_operators_circulant",
    "LinearOperatorCirculant3D": "linear_operators_circulant",
    "LinearOperatorComposition": "linear_operators_composed",
    "LinearOperatorDiag": "linear_operators_diagonal",
    "LinearOperatorFullMatrix": "linear_operators_dense",
    "LinearOperatorHouseholder": "linear_operators_diagonal",
    "LinearOperatorIdentity": "linear_operators_identity",
    "LinearOperatorInversion": "linear_operators_composed",
    "LinearOperatorKronecker": "linear_operators_blocks",
    "LinearOperatorLowRankUpdate": "linear_operators_dense",
    "LinearOperatorLowerTriangular": "linear_operators_dense",
    "LinearOperatorScaledIdentity": "linear_operators_identity",
    "LinearOperatorToeplitz": "linear_operators_dense",
    "LinearOperatorZeros": "linear_operators_identity",
}
__all__ += sorted(_OPERATORS)


def __getattr__(name: str):
    if name in _OPERATORS:
        module = _importlib.import_module(f"tfgrad._src.functions.{_OPERATORS[name]}")
        return getattr(module, name)
    raise _unknown_attribute(__name__, name, globals())
