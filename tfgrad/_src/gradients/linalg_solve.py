"""Derivatives of inverses, determinants and systems of linear equations.

With ``a @ x = b`` all of them follow from ``da @ x + a @ dx = db``: the gradient with respect to
``b`` is ``z = inverse(adjoint(a)) @ dx``, and that with respect to ``a`` is ``-z @ adjoint(x)``.

The op types of before version 1, ``Batch...``, share the functions.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cond import cond
from tfgrad._src.functions.cwise_unary import complex as complex_
from tfgrad._src.functions.cwise_unary import conj, imag, real
from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.linalg import adjoint, matmul
from tfgrad._src.functions.linalg_solve import (
    cholesky_solve,
    matrix_inverse,
    matrix_solve,
    regularized_gramian_factor,
)
from tfgrad._src.functions.matrix import matrix_diag_part
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.shape import expand_dims, matrix_transpose, rank, reshape, shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant
from tfgrad._src.graph.dtypes import int32
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.shapes import is_fully_known

# ---------------------------------------------------------------------- inverse and determinant


@gradient("MatrixInverse", "BatchMatrixInverse")
def matrix_inverse_grad(op: Operation, dy: Tensor):
    y = op.outputs[0]
    of_adjoint = op.attrs["adjoint"]
    right = matmul(dy, y, adjoint_a=of_adjoint, adjoint_b=not of_adjoint)
    return -matmul(y, right, adjoint_a=not of_adjoint)


def _times_each(numbers, y: Tensor, inverse: Tensor) -> Tensor:
    """``inverse`` times one number per matrix; ``y`` has one element per matrix."""
    lengths = concat([shape(y), [1, 1]], 0)
    return reshape(numbers, lengths) * inverse


@gradient("MatrixDeterminant", "BatchMatrixDeterminant")
def matrix_determinant_grad(op: Operation, dy: Tensor):
    """TensorFlow's is not conjugated where it is complex."""
    y = op.outputs[0]
    inverse = matrix_inverse(op.inputs[0], adjoint=True)
    return _times_each(dy * conj(y), y, inverse)


@gradient("LogMatrixDeterminant")
def log_matrix_determinant_grad(op: Operation, dsign: Tensor, dlog: Tensor):
    """Of complex matrices the sign is a phase, which varies; TensorFlow takes it for constant."""
    sign, log = op.outputs
    inverse = matrix_inverse(op.inputs[0], adjoint=True)
    if dlog.dtype.is_complex:
        dlog = complex_(real(dlog), imag(dsign * conj(sign)))
    return _times_each(dlog, log, inverse)


# ---------------------------------------------------------------------- systems of equations


@gradient("MatrixSolve", "BatchMatrixSolve")
def matrix_solve_grad(op: Operation, dx: Tensor):
    a, x = op.inputs[0], op.outputs[0]
    of_adjoint = op.attrs["adjoint"]
    db = matrix_solve(a, dx, adjoint=not of_adjoint)
    da = -matmul(x, db, adjoint_b=True) if of_adjoint else -matmul(db, x, adjoint_b=True)
    return da, db


def _overdetermined(a: Tensor, b: Tensor, number, x: Tensor, dx: Tensor):
    factor = regularized_gramian_factor(a, number, first_kind=True)
    z = cholesky_solve(factor, dx)
    xz = matmul(x, z, adjoint_b=True)
    # TensorFlow transposes complex matrices without conjugation.
    both = xz + matrix_transpose(xz, conjugate=a.dtype.is_complex)
    da = -matmul(a, both) + matmul(b, z, adjoint_b=True)
    return da, matmul(a, z)


def _underdetermined(a: Tensor, b: Tensor, number, x: Tensor, dx: Tensor):
    factor = regularized_gramian_factor(a, number, first_kind=False)
    db = cholesky_solve(factor, matmul(a, dx))
    z = cholesky_solve(factor, b)
    first = -matmul(db, matmul(z, a, adjoint_a=True))
    rest = dx - matmul(a, db, adjoint_a=True)
    return first + matmul(z, rest, adjoint_b=True), db


def _by_pseudo_inverse(a: Tensor, b: Tensor, number, x: Tensor, dx: Tensor):
    """Where the rank does not change; TensorFlow has none.

    Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems
    whose variables separate", 1973.  Solutions with the pseudo-inverse ``p`` of ``a``.
    """

    def solved(matrix: Tensor, right: Tensor) -> Tensor:
        return add_op("MatrixSolveLs", matrix, right, number, fast=False)

    db = solved(adjoint(a), dx)
    residual = b - matmul(a, x)
    outside = dx - matmul(a, db, adjoint_a=True)
    da = matmul(residual, solved(a, db), adjoint_b=True) - matmul(db, x, adjoint_b=True)
    return da + matmul(solved(adjoint(a), x), outside, adjoint_b=True), db


@gradient("MatrixSolveLs", "BatchMatrixSolveLs")
def matrix_solve_ls_grad(op: Operation, dx: Tensor):
    a, b, number = op.inputs
    x = op.outputs[0]
    if not op.attrs["fast"]:
        return *_by_pseudo_inverse(a, b, number, x, dx), None

    def tall():
        return _overdetermined(a, b, cast(number, a.dtype), x, dx)

    def wide():
        return _underdetermined(a, b, cast(number, a.dtype), x, dx)

    if a.dims is not None and None not in a.dims[-2:]:
        return *(tall() if a.dims[-2] >= a.dims[-1] else wide()), None
    lengths = shape(a)[-2:]
    return *cond(lengths[-2] >= lengths[-1], tall, wide), None


@gradient("BandedTriangularSolve")
def banded_triangular_solve_grad(op: Operation, dx: Tensor):
    a, b = op.inputs
    bands = shape(a)[-2]
    x, lower, of_adjoint = op.outputs[0], op.attrs["lower"], op.attrs["adjoint"]
    db = add_op("BandedTriangularSolve", a, dx, lower=lower, adjoint=not of_adjoint)
    da = -matmul(x, db, adjoint_b=True) if of_adjoint else -matmul(db, x, adjoint_b=True)
    k = (-(bands - 1), 0) if lower else (0, bands - 1)
    products = da
    da = matrix_diag_part(da, k=k, align="LEFT_RIGHT")
    if a.dims is None or a.dims[-2] in (None, 1):
        # A band of one diagonal has no axis for it; TensorFlow fails then.
        da = reshape(da, concat([shape(products)[:-2], shape(a)[-2:]], 0))
    if is_fully_known(a.dims) and is_fully_known(b.dims) and a.dims[:-2] == b.dims[:-2]:
        return da, db
    lengths_a, lengths_b = shape(a), shape(b)
    axes_a, axes_b = add_op("BroadcastGradientArgs", lengths_a[:-2], lengths_b[:-2])
    da = reshape(reduce_sum(da, axes_a), lengths_a)
    return da, reshape(reduce_sum(db, axes_b), lengths_b)


# ---------------------------------------------------------------------- three diagonals


def _up(x: Tensor) -> Tensor:
    """The rows of ``x`` one place up, and a row of zeros."""
    others = zeros((rank(x) - 2, 2), dtype=int32)
    ends = concat([others, constant([[0, 1], [0, 0]])], axis=0)
    return pad(x[..., 1:, :], ends)


def _down(x: Tensor) -> Tensor:
    others = zeros((rank(x) - 2, 2), dtype=int32)
    ends = concat([others, constant([[1, 0], [0, 0]])], axis=0)
    return pad(x[..., :-1, :], ends)


@gradient("TridiagonalMatMul")
def tridiagonal_mat_mul_grad(op: Operation, dy: Tensor):
    above, main, under = (matrix_transpose(d, conjugate=True) for d in op.inputs[:3])
    x = conj(op.inputs[3])
    d_above = reduce_sum(_up(x) * dy, axis=-1)
    d_main = reduce_sum(x * dy, axis=-1)
    d_under = reduce_sum(_down(x) * dy, axis=-1)
    dx = _down(above * dy) + main * dy + _up(under * dy)
    return *(expand_dims(d, -2) for d in (d_above, d_main, d_under)), dx


def _transposed_diagonals(diagonals: Tensor) -> Tensor:
    main = diagonals[..., 1, :]
    if is_fully_known(diagonals.dims):
        zero = zeros([*diagonals.dims[:-2], 1], dtype=diagonals.dtype)
        above = concat((diagonals[..., 2, 1:], zero), axis=-1)
        under = concat((zero, diagonals[..., 0, :-1]), axis=-1)
    else:
        others = zeros((rank(diagonals) - 2, 2), dtype=int32)
        at_end = concat((others, constant([[0, 1]])), axis=0)
        above = pad(diagonals[..., 2, 1:], at_end)
        at_start = concat((others, constant([[1, 0]])), axis=0)
        under = pad(diagonals[..., 0, :-1], at_start)
    return stack([above, main, under], axis=-2)


def _diagonals_of_product(x: Tensor, y: Tensor) -> Tensor:
    """The three diagonals of ``x @ transpose(y)``."""
    main = reduce_sum(x * y, axis=-1)
    if is_fully_known(y.dims):
        zero = zeros([*x.dims[:-2], 1, x.dims[-1]], dtype=x.dtype)
        above = reduce_sum(x * concat((y[..., 1:, :], zero), axis=-2), axis=-1)
        under = reduce_sum(x * concat((zero, y[..., :-1, :]), axis=-2), axis=-1)
    else:
        others = zeros((rank(y) - 2, 2), dtype=int32)
        at_end = concat((others, constant([[0, 1], [0, 0]])), axis=0)
        above = reduce_sum(x * pad(y[..., 1:, :], at_end), axis=-1)
        at_start = concat((others, constant([[1, 0], [0, 0]])), axis=0)
        under = reduce_sum(x * pad(y[..., :-1, :], at_start), axis=-1)
    return stack([above, main, under], axis=-2)


@gradient("TridiagonalSolve")
def tridiagonal_solve_grad(op: Operation, dx: Tensor):
    """TensorFlow's is not conjugated where it is complex."""
    diagonals, x = op.inputs[0], op.outputs[0]
    flags = {k: op.attrs[k] for k in ("partial_pivoting", "perturb_singular")}
    db = add_op("TridiagonalSolve", _transposed_diagonals(conj(diagonals)), dx, **flags)
    return -_diagonals_of_product(db, conj(x)), db
