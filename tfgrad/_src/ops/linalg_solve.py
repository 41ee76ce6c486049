"""Inverses, determinants and systems of linear equations.

All general matrices are factorized by Gaussian elimination with row exchanges (LAPACK on a CPU).
The derivatives are in ``gradients/linalg_solve.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    broadcast,
    concatenate,
    merge,
    merge_dim,
    merge_inputs,
    with_rank,
    with_rank_at_least,
)
from tfgrad._src.ops.broadcasting import invalid, shape_list, types
from tfgrad._src.ops.linalg_common import (
    BATCHED,
    FACTORED,
    MEASURED,
    adjoint,
    check_square,
    demand_no_nan,
    demand_none_zero,
    diagonal,
    dot,
    identity_like,
    lapack,
    narrow,
    same_batch,
    scaled,
    solve,
    square,
    square_shape,
    triangular_solve,
    wide,
)
from tfgrad._src.ops.matrix import _band, _put, matrix_triangular_solve

# ---------------------------------------------------------------------- inverse and determinant


def inverse(node, x):
    check_square(node, x)
    a = wide(x)
    a = adjoint(a) if node.attrs["adjoint"] else a
    return narrow(solve(a, identity_like(a), node, "Input is not invertible."), x.dtype)


def _determinant_shape(node, x: Shape) -> Shape:
    with_rank_at_least(x, 2)
    if x is None:
        return None
    merge_dim(x[-1], x[-2])
    return x[:-2]


def _sign_and_log(x):
    """Of the determinant; the sign of a complex number has absolute value 1, or is 0."""
    n = x.shape[-1]
    if 0 in x.shape:
        return lax.full(x.shape[:-2], 1, x.dtype), lax.full(x.shape[:-2], 0, x.dtype)
    lu, pivots, _ = lapack().lu(x)
    place = np.broadcast_to(np.arange(n, dtype=np.int32), pivots.shape)
    axis = (len(pivots.shape) - 1,)
    exchanges = lax.reduce_sum(lax.convert_element_type(lax.ne(pivots, place), np.int32), axes=axis)
    odd = lax.rem(exchanges, lax.full_like(exchanges, 2))
    d = diagonal(lu)
    one = lax.full(odd.shape, 1, x.dtype)
    sign = lax.mul(
        lax.reduce_prod(lax.sign(d), axes=axis),
        lax.select(lax.eq(odd, lax.full_like(odd, 0)), one, lax.neg(one)),
    )
    log = lax.reduce_sum(lax.log(lax.abs(d)), axes=axis)
    return sign, narrow(log, x.dtype)


def determinant(node, x):
    check_square(node, x)
    sign, log = _sign_and_log(wide(x))
    zero = lax.eq(sign, lax.full_like(sign, 0))
    return narrow(lax.select(zero, sign, lax.mul(sign, lax.exp(log))), x.dtype)


@defop(
    "LogMatrixDeterminant(input: T) -> sign: T, log_abs_determinant: T",
    T=MEASURED,
    shape=lambda node, x: [_determinant_shape(node, x)] * 2,
)
def log_matrix_determinant(node, x):
    check_square(node, x)
    return [narrow(v, x.dtype) for v in _sign_and_log(wide(x))]


# ---------------------------------------------------------------------- systems of equations


def _system_shape(node, a: Shape, b: Shape, *rest: Shape) -> Shape:
    """``n`` unknowns for each of ``k`` right sides; batches must be equal."""
    with_rank_at_least(a, 2)
    with_rank_at_least(b, 2)
    if "Ls" in node.type:
        with_rank(rest[0], 0)
    else:
        a = square(a)
    batch = merge(*(None if s is None else s[:-2] for s in (a, b)))
    rows, n = (None, None) if a is None else a[-2:]
    if b is not None:
        rows = merge_dim(rows, b[-2])
        n = rows if a is None and "Ls" not in node.type else n
    columns = None if b is None else b[-1]
    if "Ls" not in node.type:
        n = merge_dim(n, rows)
    return concatenate(batch, (n, columns))


def _check_system(node, a, b) -> None:
    for i, v in enumerate((a, b)):
        if len(v.shape) < 2:
            raise invalid(node, f"Input tensor {i} must have rank >= 2, got {len(v.shape)}")
    if a.shape[:-2] != b.shape[:-2]:
        raise invalid(node, "All input tensors must have the same outer dimensions.")
    if "Ls" not in node.type:
        check_square(node, a)
    if a.shape[-2] != b.shape[-2]:
        raise invalid(node, "Input matrix and rhs are incompatible.")


def matrix_solve(node, a, b):
    _check_system(node, a, b)
    dtype = b.dtype
    a, b = wide(a), wide(b)
    a = adjoint(a) if node.attrs["adjoint"] else a
    return narrow(solve(a, b, node, "Input matrix is not invertible."), dtype)


def _regularized(gramian, number):
    """``gramian + number * identity``."""
    number = lax.convert_element_type(number, gramian.dtype)
    extra = lax.mul(lax.broadcast(number, gramian.shape), identity_like(gramian))
    return lax.add(gramian, extra)


def _by_normal_equations(node, a, b, number):
    def solved(gramian, right):
        factor = lapack().cholesky(_regularized(gramian, number), symmetrize_input=False)
        demand_no_nan(
            node,
            lax.real(diagonal(factor)) if np.dtype(a.dtype).kind == "c" else diagonal(factor),
            "Input matrix was rank deficient or ill-conditioned. Try setting fast=False or provide "
            "a larger l2_regularizer > 0.",
        )
        y = triangular_solve(factor, right, lower=True)
        return triangular_solve(factor, y, lower=True, adjoint=True)

    if a.shape[-2] >= a.shape[-1]:
        return solved(dot(adjoint(a), a), dot(adjoint(a), b))
    return dot(adjoint(a), solved(dot(a, adjoint(a)), b))


def _by_singular_values(a, b):
    """The shortest of the best solutions; singular values that rounding makes count as zero."""
    u, s, vh = lapack().svd(a, full_matrices=False)
    tiny = np.finfo(s.dtype).eps * max(a.shape[-2:])
    largest = lax.broadcast_in_dim(s[..., 0], s.shape, tuple(range(len(s.shape) - 1)))
    is_zero = lax.le(s, scaled(largest, tiny))
    one, zero = lax.full_like(s, 1), lax.full_like(s, 0)
    inverse_s = lax.select(is_zero, zero, lax.div(one, lax.select(is_zero, one, s)))
    y = dot(adjoint(u), b)
    weights = lax.broadcast_in_dim(inverse_s, y.shape, tuple(range(len(y.shape) - 1)))
    return dot(adjoint(vh), lax.mul(y, lax.convert_element_type(weights, y.dtype)))


def matrix_solve_ls(node, a, b, number):
    _check_system(node, a, b)
    dtype = b.dtype
    a, b = wide(a), wide(b)
    shape = (*a.shape[:-2], a.shape[-1], b.shape[-1])
    if 0 in a.shape or 0 in b.shape:
        return lax.full(shape, 0, dtype)
    if not node.attrs["fast"]:
        return narrow(_by_singular_values(a, b), dtype)
    return narrow(_by_normal_equations(node, a, b, number), dtype)


# fmt: off
def _systems(batch: str, some: tuple, measured: tuple) -> None:
    """The op types of one age: those called ``Batch...`` are TensorFlow's before version 1."""
    defop(f"{batch}MatrixInverse(input: T; adjoint: bool = False) -> output: T",
          T=some, shape=square_shape)(inverse)
    defop(f"{batch}MatrixDeterminant(input: T) -> output: T",
          T=measured, shape=_determinant_shape)(determinant)
    defop(f"{batch}MatrixSolve(matrix: T, rhs: T; adjoint: bool = False) -> output: T",
          T=some, shape=_system_shape)(matrix_solve)
    defop(f"{batch}MatrixSolveLs(matrix: T, rhs: T, l2_regularizer: float64; fast: bool = True)"
          " -> output: T", T=some, shape=_system_shape)(matrix_solve_ls)
# fmt: on


_systems("", FACTORED, MEASURED)
_systems("Batch", BATCHED, types("float double complex64 complex128"))
defop(
    "BatchMatrixTriangularSolve(matrix: T, rhs: T; lower: bool = True, adjoint: bool = False)"
    " -> output: T",
    T=BATCHED,
    shape=_system_shape,
)(matrix_triangular_solve)


# ---------------------------------------------------------------------- bands


def _banded_shape(node, bands: Shape, b: Shape) -> Shape:
    with_rank_at_least(bands, 2)
    with_rank_at_least(b, 2)
    if bands is None or b is None:
        return None
    k, n = bands[-2:]
    if k is not None and k <= 0:
        raise ShapeError(f"Number of bands must be positive, but is {k}")
    if k is not None and n is not None and k > n:
        raise ShapeError(f"Number of bands {k} cannot exceed the size of the matrix {n}")
    n = merge_dim(n, b[-2])
    return (*broadcast(bands[:-2], b[:-2]), n, b[-1])


@defop(
    "BandedTriangularSolve(matrix: T, rhs: T; lower: bool = True, adjoint: bool = False)"
    " -> output: T",
    T=FACTORED,
    shape=_banded_shape,
)
def banded_triangular_solve(node, bands, b):
    """The bands are put into a matrix: XLA has no solver of banded systems."""
    for i, v in enumerate((bands, b)):
        if len(v.shape) < 2:
            raise invalid(node, f"In[{i}] ndims must be >= 2: {len(v.shape)}")
    k, n = bands.shape[-2:]
    if n != b.shape[-2]:
        raise invalid(
            node,
            f"In[0] mismatch In[1] shape: {n} vs. {b.shape[-2]}: {shape_list(bands.shape)} "
            f"{shape_list(b.shape)} {node.attrs['lower']:d} {node.attrs['adjoint']:d}",
        )
    lower, dtype = node.attrs["lower"], b.dtype
    main = lax.index_in_dim(bands, 0 if lower else k - 1, bands.ndim - 2, keepdims=False)
    demand_none_zero(node, main, "Input matrix is not invertible.")
    band = _band(1 - k if lower else 0, 0 if lower else k - 1, n, n, b"LEFT_RIGHT")
    bands, b = wide(bands), wide(b)
    matrix = _put(lax.full((*bands.shape[:-2], n, n), 0, bands.dtype), bands, band)
    matrix, b = same_batch(matrix, b)
    return narrow(triangular_solve(matrix, b, lower=lower, adjoint=node.attrs["adjoint"]), dtype)


_TRIDIAGONAL = types("double float complex64 complex128")


def _tridiagonal_solve_shape(node, diagonals: Shape, b: Shape) -> Shape:
    with_rank_at_least(diagonals, 2)
    with_rank_at_least(b, 2)
    batch = merge(*(None if s is None else s[:-2] for s in (diagonals, b)))
    n = None if diagonals is None else diagonals[-1]
    if b is not None:
        n = merge_dim(n, b[-2])
    if diagonals is not None and diagonals[-2] not in (None, 3):
        raise ShapeError(f"Dimension must be 3 but is {diagonals[-2]}")
    return None if b is None else (*batch, n, b[-1])


@defop(
    "TridiagonalSolve(diagonals: T, rhs: T; partial_pivoting: bool = True, "
    "perturb_singular: bool = False) -> output: T",
    T=_TRIDIAGONAL,
    shape=_tridiagonal_solve_shape,
)
def tridiagonal_solve(node, diagonals, b):
    """Rows are always exchanged where that helps; a singular matrix gives ``nan``."""
    if diagonals.shape[-2] != 3:
        raise invalid(
            node,
            f"Expected diagonals to be provided as a matrix with 3 rows, got "
            f"{diagonals.shape[-2]} rows.",
        )
    if diagonals.shape[:-2] != b.shape[:-2]:
        raise invalid(node, "All input tensors must have the same outer dimensions.")
    if diagonals.shape[-1] != b.shape[-2]:
        raise invalid(
            node,
            f"Expected same number of left-hand sides and right-hand sides, got "
            f"{diagonals.shape[-1]} and {b.shape[-2]}.",
        )
    if 0 in b.shape:
        return b
    above, main, under = (
        lax.index_in_dim(diagonals, i, diagonals.ndim - 2, keepdims=False) for i in range(3)
    )
    if b.shape[-2] == 1:
        return lax.div(b, lax.expand_dims(main, (b.ndim - 1,)) * lax.full_like(b, 1))
    more = {"perturb_singular": True} if node.attrs["perturb_singular"] else {}
    return lapack().tridiagonal_solve(under, main, above, b, **more)


def _tridiagonal_mat_mul_shape(node, *shapes: Shape) -> Shape:
    for s in shapes:
        with_rank_at_least(s, 2)
    *diagonals, b = shapes
    merge_inputs(node, *diagonals)
    return b


@defop(
    "TridiagonalMatMul(superdiag: T, maindiag: T, subdiag: T, rhs: T) -> output: T",
    T=_TRIDIAGONAL,
    shape=_tridiagonal_mat_mul_shape,
)
def tridiagonal_mat_mul(node, above, main, under, b):
    wanted = (*b.shape[:-2], 1, b.shape[-2])
    for name, d in (("superdiagonal", above), ("main diagonal", main), ("subdiagonal", under)):
        if d.shape != wanted:
            raise invalid(node, f"Invalid {name} shape.")
    if 0 in b.shape:
        return b
    row = b.ndim - 2
    n = b.shape[row]

    def times(d, first: int, x_first: int, count: int):
        """``count`` rows of ``d * x`` from the given first ones, with zeros where others miss."""
        d = lax.slice_in_dim(d, first, first + count, axis=row + 1)
        x = lax.slice_in_dim(b, x_first, x_first + count, axis=row)
        column = lax.reshape(d, (*d.shape[:-2], count))
        y = lax.mul(lax.broadcast_in_dim(column, x.shape, tuple(range(row + 1))), x)
        around = [(0, 0, 0)] * row + [(first, n - first - count, 0), (0, 0, 0)]
        return lax.pad(y, np.zeros((), b.dtype), around)

    # The last number above the diagonal and the first below it belong to no place.
    outer = lax.add(times(above, 0, 1, n - 1), times(under, 1, 0, n - 1))
    return lax.add(times(main, 0, 0, n), outer)
