"""Derivatives of diagonals and bands, of the QR decomposition and of triangular systems."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_unary import real
from tfgrad._src.functions.fill import zeros, zeros_like
from tfgrad._src.functions.indexed_slices import dense
from tfgrad._src.functions.linalg import adjoint, matmul
from tfgrad._src.functions.matrix import (
    diag,
    diag_part,
    eye,
    matrix_band_part,
    matrix_diag,
    matrix_diag_part,
    matrix_set_diag,
    matrix_triangular_solve,
)
from tfgrad._src.functions.reduce import reduce_min, reduce_sum
from tfgrad._src.functions.shape import rank, reshape, shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import colocate_with
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.shapes import Shape, merge


@gradient("Diag")
def diag_grad(op: Operation, dy: Tensor):
    return diag_part(dy)


@gradient("DiagPart")
def diag_part_grad(op: Operation, dy: Tensor):
    return diag(dy)


@gradient("MatrixDiag", "BatchMatrixDiag")
def matrix_diag_grad(op: Operation, dy: Tensor):
    return matrix_diag_part(dy)


def _align(op: Operation) -> str:
    """In the second version all rows of a band start at the left; TensorFlow forgets that here."""
    return op.attrs.get("align", b"LEFT_LEFT").decode()


@gradient("MatrixDiagV2", "MatrixDiagV3")
def matrix_diag_v3_grad(op: Operation, dy: Tensor):
    dx = matrix_diag_part(dy, k=op.inputs[1], align=_align(op))
    return dx, None, None, None, None


def _matrix_shape(x: Tensor) -> Shape:
    dims = x.dims
    return None if dims is None or None in dims[-2:] else dims[-2:]


@gradient("MatrixDiagPart", "BatchMatrixDiagPart")
def matrix_diag_part_grad(op: Operation, dy: Tensor):
    lengths = _matrix_shape(op.inputs[0])
    if lengths is not None and lengths[0] == lengths[1]:
        return matrix_diag(dy)
    return matrix_set_diag(zeros_like(op.inputs[0]), dy)


@gradient("MatrixDiagPartV2", "MatrixDiagPartV3")
def matrix_diag_part_v3_grad(op: Operation, dy: Tensor):
    x, k, _ = op.inputs
    align, lengths = _align(op), _matrix_shape(x)
    if lengths is None:
        dx = matrix_set_diag(zeros_like(x), dy, k=k, align=align)
    else:
        dx = matrix_diag(dy, k=k, num_rows=lengths[0], num_cols=lengths[1], align=align)
    return dx, None, None


def _slice(x: Tensor, begin, size) -> Tensor:
    return add_op("Slice", x, begin, size)


@gradient("MatrixSetDiag", "BatchMatrixSetDiag")
def matrix_set_diag_grad(op: Operation, dy):
    dy = dense(dy)
    dims = merge(op.inputs[0].dims, dy.dims)
    diagonal = op.inputs[1].dims
    if dims is not None:
        batch = merge(dims[:-2], None if diagonal is None else diagonal[:-1])
    if dims is not None and None not in (*batch, *dims[-2:]):
        diagonal_shape = [*batch, min(dims[-2:])]
    else:
        with colocate_with(dy):
            lengths, n = shape(dy), rank(dy)
            batch = _slice(lengths, [0], [n - 2])
            matrix = _slice(lengths, [n - 2], [2])
            least = reduce_min(matrix)
            diagonal_shape = add_op("ConcatV2", [batch, [least]], 0, name="concat")
    zero = zeros(diagonal_shape, dtype=dy.dtype)
    return matrix_set_diag(dy, zero), matrix_diag_part(dy)


@gradient("MatrixSetDiagV2", "MatrixSetDiagV3")
def matrix_set_diag_v3_grad(op: Operation, dy: Tensor):
    diagonal, k = op.inputs[1:]
    align = _align(op)
    # TensorFlow computes an unknown shape from k with three conditionals; it is that of the input.
    known = diagonal.dims is not None and None not in diagonal.dims
    zero = zeros(list(diagonal.dims) if known else shape(diagonal), dtype=dy.dtype)
    dx = matrix_set_diag(dy, zero, k=k, align=align)
    return dx, matrix_diag_part(dy, k=k, align=align), None


@gradient("MatrixBandPart", "BatchMatrixBandPart")
def matrix_band_part_grad(op: Operation, dy: Tensor):
    return matrix_band_part(dy, op.inputs[1], op.inputs[2]), None, None


# ---------------------------------------------------------------------- decompositions


def _times_inverse_adjoint(x: Tensor, r: Tensor) -> Tensor:
    """``x @ adjoint(inverse(r))`` of an upper triangular ``r``."""
    return adjoint(matrix_triangular_solve(r, adjoint(x), lower=False, adjoint=False))


def _qr_grad(q: Tensor, r: Tensor, dq: Tensor, dr: Tensor) -> Tensor:
    """Of matrices with at least as many rows as columns, and thin ``q``."""
    qdq = matmul(q, dq, adjoint_a=True)
    skew_q = qdq - adjoint(qdq)
    rdr = matmul(r, dr, adjoint_b=True)
    skew_r = rdr - adjoint(rdr)
    lower = matrix_band_part(skew_q + skew_r, -1, 0)
    first = matmul(q, dr + _times_inverse_adjoint(lower, r))
    second = _times_inverse_adjoint(dq - matmul(q, qdq), r)
    dx = first + second
    if not q.dtype.is_complex:
        return dx
    m = rdr - adjoint(qdq)
    diagonal = matrix_set_diag(zeros_like(m), matrix_diag_part(m))
    imaginary = diagonal - cast(real(diagonal), q.dtype)
    return dx + _times_inverse_adjoint(matmul(q, adjoint(imaginary)), r)


@gradient("Qr")
def qr_grad(op: Operation, dq: Tensor, dr: Tensor):
    """Roberts and Roberts, "QR and LQ decomposition matrix backpropagation", arXiv:2009.10071.

    A wide matrix ``[x, y]`` is reduced to the square ``x``; ``r = [u, v]``, ``v = adjoint(q) y``.
    TensorFlow refuses shapes that are not known, and all columns of ``q`` of a tall matrix.
    """
    q, r = op.outputs
    if r.dims is None or None in r.dims[-2:]:
        return _qr_grad_unknown(op, dq, dr)
    rows, cols = r.dims[-2:]
    if rows > cols and q.dims[-2] == q.dims[-1]:
        q, dq = _first_columns(q, dq, cols)
        return _qr_grad(q, r[..., :cols, :], dq, dr[..., :cols, :])
    n = q.dims[-2]
    if n >= cols:
        return _qr_grad(q, r, dq, dr)
    return _qr_grad_wide(op.inputs[0], q, r, dq, dr, n)


def _qr_grad_wide(x: Tensor, q: Tensor, r: Tensor, dq: Tensor, dr: Tensor, n) -> Tensor:
    """Of matrices whose first ``n`` columns ``q`` is made of."""
    y = x[..., :, n:]
    u = r[..., :, :n]
    dv, du = dr[..., :, n:], dr[..., :, :n]
    dy = matmul(q, dv)
    dx = _qr_grad(q, u, dq + matmul(y, dv, adjoint_b=True), du)
    return add_op("ConcatV2", [dx, dy], -1, name="concat")


def _qr_grad_unknown(op: Operation, dq: Tensor, dr: Tensor) -> Tensor:
    """The formula for wide matrices holds for the others, whose further columns are none."""
    x, (q, r) = op.inputs[0], op.outputs
    lengths = shape(x)
    n = add_op("Minimum", lengths[-2], lengths[-1])
    if op.attrs["full_matrices"]:
        # Of a wide matrix no columns follow; its last reflection may be none, 1 - q singular.
        follow = cast(lengths[-2] > lengths[-1], q.dtype)
        q, dq = _first_columns(q, dq, n, follow)
        r, dr = r[..., :n, :], dr[..., :n, :]
    dx = _qr_grad_wide(x, q, r, dq, dr, n)
    dx.set_shape(x.dims)
    return dx


def _first_columns(q: Tensor, dq: Tensor, n, follow=None) -> tuple[Tensor, Tensor]:
    """The first ``n`` columns of ``q``, and their gradient when the others follow from them.

    A product of reflections is ``1 - y t adjoint(y)``; with ``p`` the first columns of ``1 - q``,
    split at row ``n`` into ``a`` and ``-z``, the other columns are those of the unit matrix and
    ``p inverse(adjoint(a)) adjoint(z)``.
    """
    q1, dq1, dq2 = q[..., :, :n], dq[..., :, :n], dq[..., :, n:]
    top, z = q1[..., :n, :], q1[..., n:, :]
    top = top if follow is None else top * follow
    lengths = shape(q1)
    p = eye(lengths[-2], lengths[-1], batch_shape=lengths[:-2], dtype=q.dtype) - q1
    one = eye(lengths[-1], batch_shape=lengths[:-2], dtype=q.dtype)
    inverse = add_op("MatrixInverse", one - top, adjoint=True)
    right = matmul(inverse, z, adjoint_b=True)  # the other columns are p @ right
    left = matmul(p, inverse)
    inner = matmul(dq2, left, adjoint_a=True)
    d_top = matmul(right, inner)
    d_first = matmul(dq2, right, adjoint_b=True)
    d_rest = add_op("ConcatV2", [d_top, inner], -2, name="concat")
    return q1, dq1 - d_first + d_rest


@gradient("MatrixTriangularSolve", "BatchMatrixTriangularSolve")
def matrix_triangular_solve_grad(op: Operation, dy: Tensor):
    a, b = op.inputs
    x = op.outputs[0]
    adjoint_a, lower = op.attrs["adjoint"], op.attrs["lower"]
    db = matrix_triangular_solve(a, dy, lower=lower, adjoint=not adjoint_a)
    da = -matmul(x, db, adjoint_b=True) if adjoint_a else -matmul(db, x, adjoint_b=True)
    da = matrix_band_part(da, -1, 0) if lower else matrix_band_part(da, 0, -1)
    if (
        all(t.dims is not None and None not in t.dims for t in (a, b))
        and a.dims[:-2] == b.dims[:-2]
    ):
        return da, db
    lengths_a, lengths_b = shape(a), shape(b)
    axes_a, axes_b = add_op("BroadcastGradientArgs", lengths_a[:-2], lengths_b[:-2])
    da = reshape(reduce_sum(da, axes_a), lengths_a)
    return da, reshape(reduce_sum(db, axes_b), lengths_b)
