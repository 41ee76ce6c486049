"""Derivatives of factors of matrices.

Giles, "An extended collection of matrix derivative results for forward and reverse mode algorithmic
differentiation", 2008.  Eigenvectors and singular vectors are free up to signs or phases: their
gradients are those of functions which do not depend on the choice.  The derivative of the QR
decomposition is in ``matrix.py``.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import identity
from tfgrad._src.functions.cwise_unary import conj, real, reciprocal, square
from tfgrad._src.functions.fill import ones_like, zeros_like
from tfgrad._src.functions.index import one_hot
from tfgrad._src.functions.linalg import adjoint, matmul
from tfgrad._src.functions.linalg_decompositions import eig, self_adjoint_eig, svd
from tfgrad._src.functions.linalg_solve import matrix_solve
from tfgrad._src.functions.matrix import (
    eye,
    matrix_band_part,
    matrix_diag,
    matrix_diag_part,
    matrix_set_diag,
    matrix_triangular_solve,
)
from tfgrad._src.functions.shape import expand_dims, matrix_transpose, shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.shapes import merge, merge_dim

# ---------------------------------------------------------------------- Cholesky


def _half_lower(x: Tensor) -> Tensor:
    """The lower triangle, with half of the main diagonal."""
    x = matrix_set_diag(x, 0.5 * matrix_diag_part(x))
    return matrix_band_part(x, -1, 0)


@gradient("Cholesky", "BatchCholesky")
def cholesky_grad(op: Operation, dy: Tensor):
    """The gradient of a function of Hermitian matrices, itself Hermitian."""
    y = op.outputs[0]
    n = shape(y)[-1]
    batch = shape(y)[:-2]
    inverse = matrix_triangular_solve(y, eye(n, batch_shape=batch, dtype=y.dtype))
    middle = _half_lower(matmul(y, dy, adjoint_a=True))
    dx = matmul(matmul(inverse, middle, adjoint_a=True), inverse)
    dx += adjoint(dx)
    return dx * 0.5


@gradient("CholeskyGrad", "BatchCholeskyGrad")
def cholesky_grad_grad(op: Operation, dy: Tensor):
    """With ``s`` the symmetric part of ``dy`` and ``h`` halving the diagonal of a lower triangle.

    ``p = h(inverse(l) s inverse(l)^T)`` gives ``l p`` for the gradient that came in, and ``g p^T -
    2 y s inverse(l)^T`` for ``l``.  TensorFlow has none.
    """
    l, g = (matrix_band_part(t, -1, 0) for t in op.inputs)  # noqa: E741
    s = (dy + matrix_transpose(dy)) * 0.5
    left = matrix_triangular_solve(l, s)
    p = _half_lower(matrix_transpose(matrix_triangular_solve(l, matrix_transpose(left))))
    dl = matmul(g, p, transpose_b=True) - 2.0 * matmul(op.outputs[0], left, transpose_b=True)
    return matrix_band_part(dl, -1, 0), matrix_band_part(matmul(l, p), -1, 0)


# ---------------------------------------------------------------------- LU


@gradient("Lu")
def lu_grad(op: Operation, dy: Tensor, _):
    """``p^T l^-H (lower(l^H dl) + upper(du u^H)) u^-H``; TensorFlow has none."""
    packed, order = op.outputs
    lower = matrix_set_diag(packed, ones_like(matrix_diag_part(packed)))
    lower, upper = matrix_band_part(lower, -1, 0), matrix_band_part(packed, 0, -1)
    du = matrix_band_part(dy, 0, -1)
    below = matmul(lower, dy - du, adjoint_a=True)
    below = below - matrix_band_part(below, 0, -1)
    middle = below + matrix_band_part(matmul(du, upper, adjoint_b=True), 0, -1)
    left = matrix_triangular_solve(lower, middle, lower=True, adjoint=True)
    both = adjoint(matrix_triangular_solve(upper, adjoint(left), lower=False))
    exchange = one_hot(order, shape(packed)[-1], dtype=packed.dtype)
    return matmul(exchange, both, transpose_a=True)


# ---------------------------------------------------------------------- eigenvalues


def _safe_reciprocal(x: Tensor) -> Tensor:
    """``1 / x``, and 0 where ``x`` is 0."""
    return x * reciprocal(x * x + 1e-20)


def _inverse_differences(e: Tensor, like: Tensor) -> Tensor:
    """``1 / (e[j] - e[i])`` beside the main diagonal; on it zeros, as many as in ``like``."""
    differences = expand_dims(e, -2) - expand_dims(e, -1)
    return matrix_set_diag(_safe_reciprocal(differences), zeros_like(like))


def _lower_form(dx: Tensor) -> Tensor:
    """Only the lower triangle is read: what falls on the upper one is added to it."""
    dx = matrix_band_part(dx + adjoint(dx), -1, 0)
    return matrix_set_diag(dx, 0.5 * matrix_diag_part(dx))


def _of_self_adjoint(e: Tensor, v: Tensor, de: Tensor, dv: Tensor) -> Tensor:
    f = _inverse_differences(e, e)
    inner = matrix_diag(de) + f * matmul(v, dv, adjoint_a=True)
    return matmul(v, matmul(inner, v, adjoint_b=True))


@gradient("SelfAdjointEigV2", "BatchSelfAdjointEigV2")
def self_adjoint_eig_v2_grad(op: Operation, de: Tensor, dv: Tensor):
    with control_dependencies([de, dv]):
        if op.attrs["compute_v"]:
            dx = _of_self_adjoint(op.outputs[0], op.outputs[1], de, dv)
        else:
            _, v = self_adjoint_eig(op.inputs[0])
            dx = matmul(v, matmul(matrix_diag(de), v, adjoint_b=True))
        return _lower_form(dx)


@gradient("SelfAdjointEig", "BatchSelfAdjointEig")
def self_adjoint_eig_grad(op: Operation, dy: Tensor):
    """Eigenvalues in the first row, eigenvectors below.  TensorFlow has none."""
    y, dy = op.outputs[0], convert_to_tensor(dy)  # it may be sliced
    return _lower_form(_of_self_adjoint(y[..., 0, :], y[..., 1:, :], dy[..., 0, :], dy[..., 1:, :]))


@gradient("Eig")
def eig_grad(op: Operation, de: Tensor, dv: Tensor):
    """Boeddeker et al., "On the computation of complex-valued gradients", arXiv:1701.00392."""
    x, e = op.inputs[0], op.outputs[0]
    with control_dependencies([de, dv]):
        if op.attrs["compute_v"]:
            v = op.outputs[1]
            vh = adjoint(v)
            f = conj(_inverse_differences(e, e))
            vdv = matmul(vh, dv)
            middle = matrix_diag(de)
            length = matrix_diag(matrix_diag_part(cast(real(vdv), vdv.dtype)))
            middle += f * (vdv - matmul(matmul(vh, v), length))
            dx = matrix_solve(vh, matmul(middle, vh))
        else:
            _, v = eig(x)
            vh = adjoint(v)
            dx = matrix_solve(vh, matmul(matrix_diag(de), vh))
        return cast(dx, x.dtype)


# ---------------------------------------------------------------------- singular values


@gradient("Svd", "BatchSvd")
def svd_grad(op: Operation, ds: Tensor, du: Tensor, dv: Tensor):
    x = op.inputs[0]
    dims = x.dims
    if ds.dtype.is_complex and ds.op.type != "Complex":
        # Singular values are real; so is the gradient of a real part, as TensorFlow takes all.
        ds = real(ds)
    ds = cast(ds, x.dtype)
    ds_matrix = matrix_diag(ds)
    if not op.attrs["compute_uv"]:
        _, u, v = svd(x, compute_uv=True)
        dx = matmul(u, matmul(ds_matrix, v, adjoint_b=True))
        dx.set_shape(dims)
        return dx
    m = n = batch = None
    for t, of_m, of_n in ((x, -2, -1), (du, -2, None), (dv, None, -2)):
        if t.dims is not None:
            batch = merge(batch, t.dims[:-2])
            m = merge_dim(m, None if of_m is None else t.dims[of_m])
            n = merge_dim(n, None if of_n is None else t.dims[of_n])
    full = op.attrs["full_matrices"]
    with control_dependencies([ds, du, dv]):
        if m is None or n is None or (full and abs(m - n) > 1):
            dx = _any_svd(op, ds_matrix, du, dv, full)
        else:
            dx = _svd(op, ds_matrix, du, dv, m, n, full)
        dx.set_shape(None if batch is None else (*batch, m, n))
        return dx


def _spectral_terms(s_matrix: Tensor, ds_matrix: Tensor, f, udu, vdv) -> Tensor:
    fu, fv = f * udu, f * vdv
    return ds_matrix + matmul(fu + adjoint(fu), s_matrix) + matmul(s_matrix, fv + adjoint(fv))


def _phase_term(s_inverse: Tensor, u: Tensor, v: Tensor, vdv: Tensor, lengths) -> Tensor:
    """Of complex matrices: only the common phase of ``u`` and ``v`` is free."""
    one = eye(lengths[-1], batch_shape=lengths[:-1], dtype=u.dtype)
    phases = one * vdv
    inner = matmul(s_inverse, adjoint(phases) - phases)
    return 1 / 2.0 * matmul(u, matmul(inner, v, adjoint_b=True))


def _svd(op: Operation, ds_matrix: Tensor, du, dv, m: int, n: int, full: bool) -> Tensor:
    """The nodes are TensorFlow's; of a tall matrix the adjoint is taken at the end."""
    s, u, v = op.outputs
    s = cast(s, op.inputs[0].dtype)
    is_tall = m > n
    if is_tall:
        m, n, u, v, du, dv = n, m, v, u, dv, du
    s_matrix, s2 = matrix_diag(s), square(s)
    lengths = shape(s)
    f = _inverse_differences(s2, s)
    s_inverse = matrix_diag(_safe_reciprocal(s))
    v1, dv1 = v[..., :, :m], dv[..., :, :m]
    udu, vdv = matmul(u, du, adjoint_a=True), matmul(v1, dv1, adjoint_a=True)
    inner = _spectral_terms(s_matrix, ds_matrix, f, udu, vdv)
    dx = matmul(u, matmul(inner, v1, adjoint_b=True))
    if m != n:
        dvh = matrix_transpose(dv1, conjugate=True)
        outside = dvh - matmul(matmul(dvh, v1), v1, adjoint_b=True)
        if full:
            v2, dv2 = v[..., :, m:n], dv[..., :, m:n]
            outside -= matmul(matmul(v1, dv2, adjoint_a=True), v2, adjoint_b=True)
        dx = dx + matmul(matmul(u, s_inverse), outside)
    if dx.dtype.is_complex:
        dx += _phase_term(s_inverse, u, v1, vdv, lengths)
    return matrix_transpose(dx, conjugate=True) if is_tall else dx


def _any_svd(op: Operation, ds_matrix: Tensor, du, dv, full: bool) -> Tensor:
    """One formula for all shapes, which need not be known; TensorFlow refuses these cases.

    Columns beyond the singular values follow the others so that all stay orthogonal.
    """
    s, u, v = op.outputs
    s = cast(s, op.inputs[0].dtype)
    lengths = shape(s)
    if full:
        k = lengths[-1]

        def thin(w: Tensor, dw: Tensor) -> tuple:
            w1, w2, dw1, dw2 = w[..., :, :k], w[..., :, k:], dw[..., :, :k], dw[..., :, k:]
            return w1, dw1 - matmul(w2, matmul(dw2, w1, adjoint_a=True))

        (u, du), (v, dv) = thin(u, du), thin(v, dv)
    s_matrix = matrix_diag(s)
    f = _inverse_differences(square(s), s)
    s_inverse = matrix_diag(_safe_reciprocal(s))
    udu, vdv = matmul(u, du, adjoint_a=True), matmul(v, dv, adjoint_a=True)
    inner = _spectral_terms(s_matrix, ds_matrix, f, udu, vdv)
    dx = matmul(u, matmul(inner, v, adjoint_b=True))
    dx += matmul(matmul(du - matmul(u, udu), s_inverse), v, adjoint_b=True)
    dx += matmul(matmul(u, s_inverse), dv - matmul(v, vdv), adjoint_b=True)
    if dx.dtype.is_complex:
        dx += _phase_term(s_inverse, u, v, vdv, lengths)
    return identity(dx)
