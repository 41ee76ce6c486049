"""Diagonals and bands of matrices, the QR decomposition, triangular systems.

A band of diagonals ``k = (lowest, highest)`` is stored as TensorFlow stores it: one row per
diagonal, the highest first, all rows as long as the longest diagonal; ``align`` says at which end
of its row a shorter diagonal above or below the main one stands.  Diagonal ``d`` holds the
elements ``[i, i + d]``.

Diagonals are taken by strided slices of the flattened matrix and put in by masks: no gather, no
scatter.  The derivatives are in ``gradients/matrix.py``.
"""

from typing import NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import (
    COMPLEX,
    FLOATING,
    INDEX,
    bfloat16,
    float16,
    float32,
    float64,
    int32,
    int64,
)
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    broadcast,
    is_fully_known,
    merge,
    merge_dim,
    same_as_input,
    with_rank,
    with_rank_at_least,
    with_rank_at_most,
)
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.checks import require
from tfgrad._src.ops.linalg_common import lapack

_ALIGNED = "; align: string = RIGHT_LEFT"
_ALIGN = ("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT")

# ---------------------------------------------------------------------- bands


class _Diagonal(NamedTuple):
    """One diagonal of a band: where it lies in the matrix, and in the rows that store it."""

    d: int
    row: int  # of the stored band
    length: int
    offset: int  # of its first element in that row


def _length(rows: int, cols: int, d: int) -> int:
    return max(min(rows + min(d, 0), cols - max(d, 0)), 0)


def _band(low: int, high: int, rows: int, cols: int, align: bytes) -> list[_Diagonal]:
    longest = max(_length(rows, cols, d) for d in range(low, high + 1))
    above, below = align.decode().split("_")
    result = []
    for d in range(high, low - 1, -1):
        n = _length(rows, cols, d)
        side = above if d > 0 else below if d < 0 else "LEFT"
        result.append(_Diagonal(d, high - d, n, longest - n if side == "RIGHT" else 0))
    return result


def _align(node) -> bytes:
    return node.attrs.get("align", b"LEFT_LEFT")


class _Wrong(ShapeError):
    """What is wrong has another text while a graph runs."""

    def __init__(self, message: str, running: str):
        super().__init__(message)
        self.running = running


def _limits(k) -> tuple[int, int]:
    values = np.reshape(k, -1)
    if values.size not in (1, 2):
        raise _Wrong(
            f"diag_index must be a vector with one or two elements. It has {values.size} elements.",
            f"diag_index must have only one or two elements, received {values.size} elements.",
        )
    low, high = int(values[0]), int(values[-1])
    if low > high:
        raise _Wrong(
            "lower_diag_index is greater than upper_diag_index",
            f"lower_diag_index must not be larger than upper_diag_index: {low} > {high}",
        )
    return low, high


def _checked(node, rule, *values):
    """A rule of building applied to the numbers of a run."""
    try:
        return rule(*values)
    except ShapeError as error:
        raise invalid(node, getattr(error, "running", error.message)) from None


def _in_band(low: int, high: int, rows: int | None, cols: int | None, stop: str = ".") -> None:
    if rows is None or cols is None:
        return
    for d, name in ((low, "lower"), (high, "upper")):
        if not (-rows < d < cols or d == 0):
            raise _Wrong(
                f"{name}_diag_index is out of bound.",
                f"{name}_diag_index is out of bound: {d}{stop} It must be between {-rows} and "
                f"{cols}",
            )


def _put(matrix, stored, band: list[_Diagonal]):
    """``matrix`` with its diagonals replaced by those in ``stored``, of shape ``[..., m, n]``."""
    *batch, rows, cols = matrix.shape
    place = np.arange(cols)[None, :] - np.arange(rows)[:, None]  # of each element: its diagonal
    rank = len(batch)
    for diagonal in band:
        if diagonal.length == 0:
            continue
        start = [0] * rank + [diagonal.row, diagonal.offset]
        limit = [*batch, diagonal.row + 1, diagonal.offset + diagonal.length]
        values = lax.reshape(lax.slice(stored, start, limit), (*batch, diagonal.length))
        before = max(-diagonal.d, 0)
        after = rows - before - diagonal.length
        zero = np.zeros((), stored.dtype)
        values = lax.pad(values, zero, [(0, 0, 0)] * rank + [(before, after, 0)])
        across = lax.broadcast_in_dim(values, matrix.shape, tuple(range(rank + 1)))
        mask = np.broadcast_to(place == diagonal.d, matrix.shape)
        matrix = lax.select(mask, across, matrix)
    return matrix


def _take(matrix, diagonal: _Diagonal):
    """The elements of one diagonal: every ``cols + 1``-th of the flattened matrix."""
    *batch, rows, cols = matrix.shape
    flat = lax.reshape(matrix, (*batch, rows * cols))
    n = diagonal.length
    first = max(-diagonal.d, 0) * cols + max(diagonal.d, 0)
    last = first + (n - 1) * (cols + 1) + 1 if n else first
    rank = len(batch)
    start, limit = [0] * rank + [min(first, rows * cols)], [*batch, min(last, rows * cols)]
    return lax.slice(flat, start, limit, [1] * rank + [cols + 1])


def _stored(diagonals, low: int, high: int):
    """The stored band as ``[..., rows, n]``; a single diagonal has no axis for its row."""
    return lax.expand_dims(diagonals, (diagonals.ndim - 1,)) if low == high else diagonals


# ---------------------------------------------------------------------- MatrixDiag


def _matrix_size(low, high, rows, cols, longest) -> tuple[int, int]:
    """The lengths of the matrix that holds these diagonals; -1 asks for the smallest."""
    least_rows, least_cols = longest - min(high, 0), longest + max(low, 0)
    if rows != -1 and rows < least_rows:
        raise _Wrong("num_rows is too small", "The number of rows is too small.")
    if cols != -1 and cols < least_cols:
        raise _Wrong("num_cols is too small", "The number of columns is too small.")
    if rows == cols == -1:
        rows = cols = max(least_rows, least_cols)
    rows = least_rows if rows == -1 else rows
    cols = least_cols if cols == -1 else cols
    if rows != least_rows and cols != least_cols:
        raise ShapeError(
            "num_rows and num_cols are not consistent with lower_diag_index, upper_diag_index, and "
            f"the length of the given diagonals.\nnum_rows = {rows} != min_num_rows = "
            f"{least_rows}, num_cols = {cols} != min_num_cols = {least_cols}"
        )
    return rows, cols


def _check_count(n: int, low: int, high: int) -> None:
    if n != high - low + 1:
        raise _Wrong(
            "The number of rows of `diagonal` doesn't match the number of diagonals implied from "
            f"`d_lower` and `d_upper`.\nnum_diags = {n}, d_lower = {low}, d_upper = {high}",
            "The number of diagonals provided in the input does not match the lower_diag_index and "
            "upper_diag_index range.",
        )


def _check_numbers(k: Shape, *others: Shape) -> None:
    """A diagonal or two are given by ``k``; the other arguments are scalars."""
    with_rank_at_most(k, 1)
    for s in others:
        with_rank(s, 0)


def _matrix_diag_v3_shape(node, x: Shape, *rest: Shape) -> Shape:
    with_rank_at_least(x, 1)
    _check_numbers(*rest)
    k = known_value(node.inputs[1])
    if x is None or k is None:
        return None
    low, high = _limits(k)
    batch = x[:-1]
    if low < high:
        with_rank_at_least(x, 2)
        if x[-2] is not None:
            _check_count(x[-2], low, high)
        batch = x[:-2]
    rows, cols = (known_value(t) for t in node.inputs[2:4])
    # TensorFlow hopes for the least.
    rows, cols = (-1 if v is None else int(v) for v in (rows, cols))
    if x[-1] is None:
        return (*batch, *(None if v == -1 else v for v in (rows, cols)))
    return (*batch, *_matrix_size(low, high, rows, cols, x[-1]))


def matrix_diag_v3(node, x, k, rows, cols, padding):
    low, high = _checked(node, _limits, k)
    batch = x.shape[:-1]
    if low < high:
        if x.ndim < 2:
            raise invalid(node, "diagonal must be at least 2-dim")
        _checked(node, _check_count, x.shape[-2], low, high)
        batch = x.shape[:-2]
    size = _checked(node, _matrix_size, low, high, int(rows), int(cols), x.shape[-1])
    empty = lax.broadcast(lax.reshape(padding, ()), (*batch, *size))
    return _put(empty, _stored(x, low, high), _band(low, high, *size, _align(node)))


def _versions(op_type: str, args: str, host_inputs: tuple, shape, lower) -> None:
    """The second version, in which all rows of a band start at the left, and the third."""
    result = "diagonal" if op_type == "MatrixDiagPart" else "output"
    for version, more, align in (("V2", "", {}), ("V3", _ALIGNED, {"align": _ALIGN})):
        signature = f"{op_type}{version}({args}{more}) -> {result}: T"
        defop(signature, shape=shape, host_inputs=host_inputs, **align)(lower)


_versions(
    "MatrixDiag",
    "diagonal: T, k: int32, num_rows: int32, num_cols: int32, padding_value: T",
    ("k", "num_rows", "num_cols"),
    _matrix_diag_v3_shape,
    matrix_diag_v3,
)


def _matrix_diag_shape(node, x: Shape) -> Shape:
    with_rank_at_least(x, 1)
    return None if x is None else (*x, x[-1])


@defop("MatrixDiag(diagonal: T) -> output: T", shape=_matrix_diag_shape)
@defop("BatchMatrixDiag(diagonal: T) -> output: T", shape=_matrix_diag_shape)
def matrix_diag(node, x):
    shape = (*x.shape, x.shape[-1])
    zeros = lax.full(shape, 0, x.dtype)
    return _put(zeros, _stored(x, 0, 0), _band(0, 0, *shape[-2:], b"RIGHT_LEFT"))


# ---------------------------------------------------------------------- MatrixDiagPart


def _matrix_diag_part_v3_shape(node, x: Shape, k: Shape, padding: Shape) -> Shape:
    with_rank_at_least(x, 2)
    _check_numbers(k, padding)
    value = known_value(node.inputs[1])
    if x is None or value is None:
        return None
    low, high = _limits(value)
    *batch, rows, cols = x
    _in_band(low, high, rows, cols)
    longest = None
    if rows is not None and cols is not None:
        longest = max(_length(rows, cols, d) for d in range(low, high + 1))
    return (*batch, longest) if low == high else (*batch, high - low + 1, longest)


def matrix_diag_part_v3(node, x, k, padding):
    low, high = _checked(node, _limits, k)
    _checked(node, _in_band, low, high, *x.shape[-2:])
    band = _band(low, high, *x.shape[-2:], _align(node))
    if low == high:
        return _take(x, band[0])
    longest = max(d.length for d in band)
    rank = x.ndim - 2
    rows = []
    for d in band:
        ends = (d.offset, longest - d.length - d.offset, 0)
        row = lax.pad(_take(x, d), lax.reshape(padding, ()), [(0, 0, 0)] * rank + [ends])
        rows.append(lax.expand_dims(row, (rank,)))
    return lax.concatenate(rows, rank)


_versions(
    "MatrixDiagPart",
    "input: T, k: int32, padding_value: T",
    ("k",),
    _matrix_diag_part_v3_shape,
    matrix_diag_part_v3,
)


def _matrix_diag_part_shape(node, x: Shape) -> Shape:
    with_rank_at_least(x, 2)
    if x is None:
        return None
    *batch, rows, cols = x
    return (*batch, None if rows is None or cols is None else min(rows, cols))


@defop("MatrixDiagPart(input: T) -> diagonal: T", shape=_matrix_diag_part_shape)
@defop("BatchMatrixDiagPart(input: T) -> diagonal: T", shape=_matrix_diag_part_shape)
def matrix_diag_part(node, x):
    return _take(x, _band(0, 0, *x.shape[-2:], b"RIGHT_LEFT")[0])


# ---------------------------------------------------------------------- MatrixSetDiag


def _matrix_set_diag_shape(node, x: Shape, diagonal: Shape) -> Shape:
    with_rank_at_least(x, 2)
    with_rank_at_least(diagonal, 1)
    if x is not None:
        diagonal = with_rank(diagonal, len(x) - 1)
        if None not in x[-2:]:
            merge_dim(min(x[-2:]), diagonal[-1])
    if diagonal is None:
        return x
    batch = diagonal[:-1]
    if x is None:
        return (*batch, None, None)
    return (*merge(x[:-2], batch), *x[-2:])


def _matrix_set_diag_v2_shape(node, x: Shape, diagonal: Shape, k: Shape) -> Shape:
    with_rank_at_least(x, 2)
    with_rank_at_least(diagonal, 1)
    with_rank_at_most(k, 1)
    # TensorFlow first asks what holds whatever k is, and then takes it for a single diagonal.
    result = _with_diagonal(x, diagonal, None)
    value = known_value(node.inputs[2])
    return result if value is None else _with_diagonal(x, diagonal, _limits(value))


def _with_diagonal(x: Shape, diagonal: Shape, limits: tuple | None) -> Shape:
    low, high = limits or (0, 0)
    if x is not None:
        if limits:
            diagonal = with_rank(diagonal, len(x) - (low == high))
        else:
            with_rank_at_most(with_rank_at_least(diagonal, len(x) - 1), len(x))
        _in_band(low, high, *x[-2:])
    if diagonal is None or is_fully_known(x):
        return x
    n = 1 if low == high else 2
    if len(diagonal) < n:
        raise ShapeError(f"Subshape end out of bounds: -{n}, for shape with rank {len(diagonal)}")
    return merge(x, (*diagonal[:-n], None, None))


def _set_diag(node, x, diagonal, k):
    low, high = _checked(node, _limits, k)
    _checked(node, _in_band, low, high, *x.shape[-2:], "")
    band = _band(low, high, *x.shape[-2:], _align(node))
    stored = _stored(diagonal, low, high)
    wanted = (*x.shape[:-2], len(band), max(d.length for d in band))
    if stored.shape != wanted:
        raise invalid(
            node,
            "Either first dimensions of diagonal don't match input.shape[:-2], or "
            "diagonal.shape[:-1] is not equal to the longests diagonal in range "
            "[lower_diag_index:upper_diag_index].\n"
            f"Input shape: {list(x.shape)}\nDiagonal shape: {list(diagonal.shape)}",
        )
    return _put(x, stored, band)


_versions(
    "MatrixSetDiag",
    "input: T, diagonal: T, k: int32",
    ("k",),
    _matrix_set_diag_v2_shape,
    _set_diag,
)


@defop("MatrixSetDiag(input: T, diagonal: T) -> output: T", shape=_matrix_set_diag_shape)
@defop("BatchMatrixSetDiag(input: T, diagonal: T) -> output: T", shape=_matrix_set_diag_shape)
def matrix_set_diag(node, x, diagonal):
    return _set_diag(node, x, diagonal, 0)


# ---------------------------------------------------------------------- bands of zeros


@defop(
    "BatchMatrixBandPart(input: T, num_lower: int64, num_upper: int64) -> band: T",
    shape=same_as_input,
)
@defop(
    "MatrixBandPart(input: T, num_lower: Tindex, num_upper: Tindex) -> band: T",
    Tindex=INDEX,
    default_types={"Tindex": int64},
    shape=same_as_input,
)
def matrix_band_part(node, x, lower, upper):
    """Zeros outside the band; a negative number keeps all diagonals on that side."""
    rows, cols = x.shape[-2:]
    for name, n, what, v in (
        ("num_lower", rows, "rows", lower),
        ("num_upper", cols, "columns", upper),
    ):

        def explain(v, name=name, n=n, what=what) -> None:
            if v > n:
                raise invalid(
                    node,
                    f"{name} must be negative or less or equal to number of {what} ({n}) got: {v}",
                )

        def failed(v, n=n):
            return lax.gt(v, np.asarray(n, v.dtype))

        require(node, explain, failed, v, ranges=((None, n + 1),))
    d = np.broadcast_to(np.arange(cols)[None, :] - np.arange(rows)[:, None], x.shape)
    lower, upper = (
        lax.broadcast(lax.convert_element_type(lax.reshape(v, ()), np.int64), x.shape)
        for v in (lower, upper)
    )
    zero = lax.full_like(lower, 0)
    keep = lax.bitwise_and(
        lax.bitwise_or(lax.lt(lower, zero), lax.le(lax.neg(d), lower)),
        lax.bitwise_or(lax.lt(upper, zero), lax.le(d, upper)),
    )
    return lax.select(keep, x, lax.full_like(x, 0))


# ---------------------------------------------------------------------- diagonals of tensors


def _diag_shape(node, x: Shape) -> Shape:
    with_rank_at_least(x, 1)
    return None if x is None else x + x


@defop(
    "Diag(diagonal: T) -> output: T",
    T=(bfloat16, float16, float32, float64, int32, int64, *COMPLEX),
    shape=_diag_shape,
)
def diag(node, x):
    """``y[i, ..., i, ...] = x[i, ...]``."""
    n = int(np.prod(x.shape))
    band = _band(0, 0, n, n, b"RIGHT_LEFT")
    y = _put(lax.full((n, n), 0, x.dtype), lax.reshape(x, (1, n)), band)
    return lax.reshape(y, x.shape + x.shape)


def _diag_part_shape(node, x: Shape) -> Shape:
    if x is None:
        return None
    if len(x) % 2 or not x:
        raise ShapeError(f"Input must have even and non-zero rank, input rank is {len(x)}")
    n = len(x) // 2
    return tuple([merge_dim(a, b) for a, b in zip(x[:n], x[n:], strict=True)])


@defop(
    "DiagPart(input: T) -> diagonal: T",
    T=(bfloat16, float16, float32, float64, int32, int64, *COMPLEX),
    shape=_diag_part_shape,
)
def diag_part(node, x):
    """``y[i, ...] = x[i, ..., i, ...]``."""
    shape = x.shape[: x.ndim // 2]
    if x.ndim % 2 or not x.ndim or shape != x.shape[x.ndim // 2 :]:
        raise invalid(node, f"The halves of the shape {list(x.shape)} must be equal")
    n = int(np.prod(shape))
    return lax.reshape(_take(lax.reshape(x, (n, n)), _Diagonal(0, 0, n, 0)), shape)


# ---------------------------------------------------------------------- decompositions


def _qr_shape(node, x: Shape) -> list[Shape]:
    with_rank_at_least(x, 2)
    if x is None:
        return [None, None]
    *batch, m, n = x
    # A length of 0 is the smaller one, whatever the other is.
    inner = 0 if 0 in (m, n) else None if m is None or n is None else min(m, n)
    if node.attrs["full_matrices"]:
        return [(*batch, m, m), (*batch, m, n)]
    return [(*batch, m, inner), (*batch, inner, n)]


@defop(
    "Qr(input: T; full_matrices: bool = False) -> q: T, r: T",
    T=(float64, float32, float16, *COMPLEX),
    shape=_qr_shape,
)
def qr(node, x):
    """Householder reflections, as LAPACK's: the diagonal of ``r`` may be negative."""
    wide = lax.convert_element_type(x, np.float32) if x.dtype == np.float16 else x
    q, r = lapack().qr(wide, full_matrices=node.attrs["full_matrices"])
    return [lax.convert_element_type(v, x.dtype) for v in (q, r)]


def _solve_shape(node, a: Shape, b: Shape) -> Shape:
    with_rank_at_least(a, 2)
    with_rank_at_least(b, 2)
    if a is None or b is None:
        return None
    n = merge_dim(merge_dim(a[-2], a[-1]), b[-2])
    batch = broadcast(a[:-2], b[:-2])
    return (*batch, n, b[-1])


@defop(
    "MatrixTriangularSolve(matrix: T, rhs: T; lower: bool = True, adjoint: bool = False)"
    " -> output: T",
    T=(bfloat16, float64, float32, float16, *COMPLEX),
    shape=_solve_shape,
)
def matrix_triangular_solve(node, a, b):
    """``x`` with ``a @ x = b``; only one triangle of ``a`` is read."""
    dtype = b.dtype
    if dtype.itemsize == 2:
        a, b = (lax.convert_element_type(v, np.float32) for v in (a, b))
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = (
        lax.broadcast_in_dim(
            v, (*batch, *v.shape[-2:]), range(len(batch) + 2 - v.ndim, len(batch) + 2)
        )
        for v in (a, b)
    )
    adjoint = node.attrs["adjoint"]
    x = lapack().triangular_solve(
        a, b, left_side=True, lower=node.attrs["lower"], transpose_a=adjoint, conjugate_a=adjoint
    )
    return lax.convert_element_type(x, dtype)
