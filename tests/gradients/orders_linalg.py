"""Per op type of linear algebra: where its derivatives are tested.

Central differences of the third order need well-conditioned matrices: eigenvalues and singular
values are kept apart.
"""

import numpy as np

import tfgrad as tf
from tests.gradients.rows import Row, i, n

_draw = np.random.default_rng(23)


def _r(*shape: int) -> np.ndarray:
    return _draw.normal(size=shape)


def _c(*shape: int) -> np.ndarray:
    return _r(*shape) + 1j * _r(*shape)


def _near_one(x: np.ndarray) -> np.ndarray:
    """Square matrices with condition numbers of a few units."""
    return 0.3 * x + 1.5 * np.eye(x.shape[-1])


def _apart(x: np.ndarray) -> np.ndarray:
    """Matrices whose eigenvalues or singular values differ by about 1."""
    rows, columns = x.shape[-2:]
    return 0.25 * x + np.eye(rows, columns) * (1 + np.arange(columns))


_M, _N, _C = _near_one(_r(2, 2)), _near_one(_r(2, 2, 2)), _near_one(_c(2, 2))


def _adjoint(x):
    return tf.linalg.adjoint(x)


def _hermitian(tensors: list) -> list:
    """The first argument made Hermitian, and positive."""
    x, *rest = tensors
    return [(x + _adjoint(x)) / 2, *rest]


def _squares(vectors):
    return tf.real(vectors * tf.conj(vectors))


def _free_signs(outputs: list) -> list:
    """Of values and vectors: the vectors squared."""
    values, *vectors = outputs
    return [values, *map(_squares, vectors)]


def _real_values(outputs: list) -> list:
    """Singular values are real, whatever their type."""
    s, u, v = outputs
    return [tf.real(s), _squares(u), _squares(v)]


def _packed_signs(outputs: list) -> list:
    (y,) = outputs
    return [y[..., 0, :], y[..., 1:, :] ** 2]


def _projections(outputs: list) -> list:
    """Of all singular vectors: those beyond the values only as the space that they span."""
    s, u, v = outputs
    k = s.shape.as_list()[-1]

    def parts(w) -> list:
        rest = w[..., k:]
        return [_squares(w[..., :k]), tf.matmul(rest, rest, adjoint_b=True)]

    return [s, *parts(u), *parts(v)]


def _unknown(tensors: list) -> list:
    """Arguments of which no length is known."""
    return [tf.placeholder_with_default(t, [None] * t.shape.ndims) for t in tensors]


_EQUATIONS = [
    ("ij,jk->ik", (_r(2, 3), _r(3, 2))),
    ("abc,cd->da", (_r(2, 2, 3), _r(3, 2))),
    ("iij->i", (_r(2, 2, 2),)),
    ("ijk->kj", (_r(2, 2, 2),)),
    ("...ij,...jk->i...k", (_r(2, 2, 3), _r(1, 3, 1))),
    ("i...,i->...", (_c(2, 3), _c(2))),
]


def _old(op_type: str, *args, **more) -> list[Row]:
    """Rows of an op type and of its name before version 1, which shares its functions."""
    once = {"order": 1, "why": f"made of the nodes of `{op_type}`"}
    return [Row(f"Batch{op_type}", *args, **more, **once), Row(op_type, *args, **more)]


_ROWS_OF_BAND = (n(-1), n(-1), np.float64(0))
_NUMBER = np.float64(0.3)
_L = {"of": (0, 1)}

PRODUCTS = [
    *[Row("Einsum", (list(args),), {"equation": equation}) for equation, args in _EQUATIONS],
    Row("Cross", (_r(2, 3), _r(2, 3))),
    Row("BatchMatMulV3", (_r(2, 2, 3), _r(3, 1)), {"Tout": tf.float64}),
    Row("BatchMatMulV3", (_r(1, 2, 3), _c(2, 1, 3)), {"Tout": tf.complex128, "adj_y": True}),
    Row("TridiagonalMatMul", (_r(2, 1, 3), _r(2, 1, 3), _r(2, 1, 3), _r(2, 3, 2))),
    Row("TridiagonalMatMul", (_c(1, 3), _c(1, 3), _c(1, 3), _c(3, 1))),
    Row("MatrixDiagV2", (_r(2, 3), i(0, 1), *_ROWS_OF_BAND), of=(0,)),
    Row("MatrixDiagPartV2", (_r(3, 4), i(-1, 1), np.float64(0)), of=(0,)),
    Row("MatrixSetDiagV2", (_r(2, 3), _r(2, 2), i(-1, 0))),
    Row("BatchMatrixDiag", (_r(2, 2),)),
    Row("BatchMatrixDiagPart", (_r(2, 2, 3),)),
    Row("BatchMatrixSetDiag", (_r(2, 3), _r(2))),
    Row("BatchMatrixBandPart", (_r(3, 2), np.int64(0), np.int64(1))),
]

SYSTEMS = [
    *_old("MatrixInverse", (_N,)),
    Row("MatrixInverse", (_C,), {"adjoint": True}),
    *_old("MatrixDeterminant", (_N,)),
    Row("MatrixDeterminant", (_C,)),
    Row("LogMatrixDeterminant", (_N,), outputs=(1,)),
    Row("LogMatrixDeterminant", (_C,)),
    *_old("MatrixSolve", (_N, _r(2, 2, 1))),
    Row("MatrixSolve", (_C, _c(2, 1)), {"adjoint": True}),
    *_old("MatrixSolveLs", (_r(3, 2), _r(3, 1), _NUMBER), **_L),
    Row("MatrixSolveLs", (_c(2, 3), _c(2, 1), _NUMBER), **_L),
    Row("MatrixSolveLs", (_c(3, 2), _c(3, 1), _NUMBER), **_L),
    Row("MatrixSolveLs", (_r(2, 1), _r(2, 1), _NUMBER), {"fast": False}, **_L),
    Row("MatrixSolveLs", (_apart(_c(2, 3)), _c(2, 1), _NUMBER), {"fast": False}, **_L),
    Row("BatchMatrixTriangularSolve", (_N, _r(2, 2, 1))),
    Row("BandedTriangularSolve", (2 + _r(2, 2, 3) / 4, _r(3, 1))),
    Row("BandedTriangularSolve", (2 + _r(1, 3) / 4, _r(3, 1)), {"lower": False}),
    Row(
        "BandedTriangularSolve",
        (2 + _c(3, 3) / 4, _c(3, 1)),
        {"lower": False, "adjoint": True},
    ),
    Row("TridiagonalSolve", (_r(3, 3) / 3 + np.array([[0], [2], [0]]), _r(3, 2))),
    Row("TridiagonalSolve", (_c(3, 3) / 3 + np.array([[0], [2], [0]]), _c(3, 1))),
    Row(
        "TridiagonalSolve",
        (_r(3, 3) / 3 + np.array([[0], [2], [0]]), _r(3, 1)),
        before=_unknown,
    ),
]

FACTORS = [
    *_old("Cholesky", (_near_one(_r(2, 2, 2)),), before=_hermitian),
    Row("Cholesky", (_C,), before=_hermitian),
    *_old("CholeskyGrad", (_near_one(_r(2, 2)), _r(2, 2))),
    Row("Lu", (_near_one(_r(2, 2, 2)),)),
    Row("Lu", (_near_one(_c(2, 2))[::-1],)),
    *_old("SelfAdjointEigV2", (_apart(_r(2, 2)),), after=_free_signs),
    Row("SelfAdjointEigV2", (_apart(_c(2, 2)),), after=_free_signs),
    Row("SelfAdjointEigV2", (_apart(_r(3, 3)),), {"compute_v": False}, outputs=(0,)),
    *_old("SelfAdjointEig", (_apart(_r(2, 2)),), after=_packed_signs),
    Row("Eig", (_apart(_r(2, 2)),), {"Tout": tf.complex128}, after=_free_signs),
    Row("Eig", (_apart(_c(2, 2)),), {"Tout": tf.complex128}, after=_free_signs),
    Row("Eig", (_apart(_c(2, 2)),), {"Tout": tf.complex128, "compute_v": False}, outputs=(0,)),
    *_old("Svd", (_apart(_r(2, 2)),), after=_free_signs),
    Row("Svd", (_apart(_r(3, 2)),), after=_free_signs),
    Row("Svd", (_apart(_r(1, 2)),), after=_free_signs, before=_unknown),
    Row("Svd", (_apart(_r(1, 2)),), {"full_matrices": True}, after=_free_signs),
    Row("Svd", (_apart(_r(1, 3)),), {"full_matrices": True}, after=_projections),
    Row("Svd", (_apart(_c(2, 2)),), after=_real_values),
    Row("Svd", (_apart(_c(1, 2)),), {"full_matrices": True}, after=_real_values, before=_unknown),
    Row("Svd", (_apart(_r(3, 2)),), {"compute_uv": False}, outputs=(0,)),
    Row("Qr", (_r(3, 2),), before=_unknown),
    Row("Qr", (_r(2, 3),), {"full_matrices": True}, before=_unknown),
    Row("Qr", (_r(3, 1),), {"full_matrices": True}),
    Row("Qr", (_c(2, 1),), {"full_matrices": True}),
]

FUNCTIONS = [
    Row("MatrixExponential", (_c(2, 2),)),
    Row("MatrixLogarithm", (_C,)),
    Row("MatrixSquareRoot", (_M,)),
    Row("MatrixSquareRoot", (_C,)),
]

ROWS = [*PRODUCTS, *SYSTEMS, *FACTORS, *FUNCTIONS]

_GAUGE = "of functions that do not depend on the signs or phases of vectors"

REMARKS = {
    "Cholesky": "of functions of Hermitian matrices, as in TensorFlow",
    "BatchCholesky": "of functions of Hermitian matrices",
    "CholeskyGrad": "only lower triangles are read",
    "Eig": _GAUGE,
    "SelfAdjointEigV2": _GAUGE,
    "SelfAdjointEig": _GAUGE,
    "BatchSelfAdjointEigV2": _GAUGE,
    "BatchSelfAdjointEig": _GAUGE,
    "Svd": f"{_GAUGE}, nor on the basis beyond the singular values",
    "BatchSvd": _GAUGE,
    "MatrixSolveLs": "none with respect to `l2_regularizer`, as in TensorFlow",
    "BatchMatrixSolveLs": "none with respect to `l2_regularizer`",
    "MatrixDiagV2": "none with respect to `padding_value`, as in TensorFlow",
    "MatrixDiagPartV2": "none with respect to `padding_value`, as in TensorFlow",
}

_NONE = "TensorFlow has none"
_OLD = "TensorFlow has none, and no longer makes such nodes"
_CONJUGATE = "of complex numbers: TensorFlow does not conjugate"
_BAND = "of a band: TensorFlow forgets that its rows start at the left"

DIFFERENCES = {
    **{row.op_type: _OLD for row in ROWS if row.op_type.startswith("Batch")},
    "SelfAdjointEig": _OLD,
    "MatrixExponential": _OLD,
    "CholeskyGrad": _NONE,
    "Lu": _NONE,
    "MatrixLogarithm": _NONE,
    "MatrixDeterminant": _CONJUGATE,
    "MatrixSquareRoot": _CONJUGATE,
    "TridiagonalSolve": _CONJUGATE,
    "LogMatrixDeterminant": "of complex numbers: TensorFlow takes the sign for constant",
    "MatrixSolveLs": "of complex numbers: TensorFlow does not conjugate; it has none unless `fast`",
    "BandedTriangularSolve": "TensorFlow fails if there is only one band",
    "BatchMatMulV3": "TensorFlow fails if the three types are not one",
    "MatrixDiagV2": _BAND,
    "MatrixDiagPartV2": _BAND,
    "MatrixSetDiagV2": _BAND,
    "Qr": "TensorFlow refuses unknown shapes, and all columns of `q` of a tall matrix",
    "Svd": "TensorFlow refuses unknown shapes, and all columns where two or more are beyond the "
    "singular values",
}
