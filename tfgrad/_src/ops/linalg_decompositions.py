"""Factors of matrices: Cholesky, LU, eigenvalues, singular values.

LAPACK's on a CPU.  Signs, phases and, of general matrices, the order of eigenvectors are not those
of TensorFlow: they are free.  The derivatives are in ``gradients/linalg_decompositions.py``; the QR
decomposition is in ``matrix.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import int32, int64
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, with_rank_at_least
from tfgrad._src.ops.broadcasting import invalid, stretch, types
from tfgrad._src.ops.checks import require
from tfgrad._src.ops.linalg_common import (
    BATCHED,
    FACTORED,
    adjoint,
    below,
    check_square,
    demand_no_nan,
    demand_none_zero,
    diagonal,
    dot,
    lapack,
    masked,
    narrow,
    scaled,
    square,
    square_shape,
    transposed,
    triangular_solve,
    wide,
)

# ---------------------------------------------------------------------- Cholesky


def cholesky(node, x):
    """Reads the lower triangle.

    XLA marks the factor of a matrix that is not positive definite by ``nan``.  It is an error, as
    in TensorFlow 1.15; 2.21 hands ``nan`` on.  A ``nan`` in the matrix itself is no error.
    """
    check_square(node, x)
    if 0 in x.shape:
        return lax.full(x.shape, 0, x.dtype)
    y = lapack().cholesky(wide(x), symmetrize_input=False)
    _demand_positive(node, x, y)
    return narrow(masked(y, below(x.shape) >= 0), x.dtype)


def _demand_positive(node, x, y) -> None:
    def explain(x, last) -> None:
        if np.any(np.isnan(last) & ~np.isnan(x).any((-2, -1))):
            raise invalid(
                node, "Cholesky decomposition was not successful. The input might not be valid."
            )

    def failed(x, last):
        given = lax.reduce_or(lax.ne(x, x), (len(x.shape) - 2, len(x.shape) - 1))
        wrong = lax.bitwise_and(lax.ne(last, last), lax.bitwise_not(given))
        return lax.reduce_or(wrong, tuple(range(len(x.shape) - 2)))

    corner = [n - 1 for n in x.shape[-2:]]
    batch = x.shape[:-2]
    last = lax.slice(y, [0] * len(batch) + corner, x.shape)
    require(node, explain, failed, x, lax.reshape(last, batch))


def _cholesky_grad_shape(node, l: Shape, dy: Shape) -> Shape:  # noqa: E741
    return square(l)


def cholesky_grad(node, l, dy):  # noqa: E741
    """The derivative of the lower factor ``l`` of a symmetric matrix, itself symmetric."""
    check_square(node, l)
    if l.shape != dy.shape:
        raise invalid(node, "Input and gradient must have the same shape.")
    dtype = l.dtype
    lower = masked(wide(l), below(l.shape) >= 0)
    middle = dot(transposed(lower), masked(wide(dy), below(l.shape) >= 0))
    half = np.tril(np.ones(l.shape[-2:], middle.dtype), -1) + np.eye(l.shape[-1]) / 2
    middle = lax.mul(middle, stretch(half.astype(middle.dtype), middle.shape))
    left = triangular_solve(lower, middle, lower=True, adjoint=True)
    y = triangular_solve(lower, left, lower=True, left=False)
    return narrow(scaled(lax.add(y, transposed(y)), 0.5), dtype)


# ---------------------------------------------------------------------- LU


def _lu_shape(node, x: Shape) -> list[Shape]:
    x = square(x)
    return [x, None if x is None else x[:-1]]


@defop(
    "Lu(input: T; output_idx_type: type = int32) -> lu: T, p: output_idx_type",
    T=FACTORED,
    output_idx_type=(int32, int64),
    shape=_lu_shape,
)
def lu(node, x):
    """``lower @ upper`` is ``x`` with its rows in the order ``p``; both are packed in one."""
    check_square(node, x)
    index = node.outputs[1].dtype.np
    if 0 in x.shape:
        order = stretch(np.arange(x.shape[-1], dtype=index), x.shape[:-1])
        return [lax.full(x.shape, 0, x.dtype), order]
    packed, _, permutation = lapack().lu(wide(x))
    demand_none_zero(node, diagonal(packed), "Input is not invertible.")
    return [narrow(packed, x.dtype), lax.convert_element_type(permutation, index)]


# ---------------------------------------------------------------------- eigenvalues


def _eigen_shape(node, x: Shape) -> list[Shape]:
    x = square(x)
    values = None if x is None else x[:-1]
    return [values, x if node.attrs["compute_v"] else (0,)]


def _self_adjoint(node, x) -> list:
    """Eigenvalues, smallest first, and eigenvectors in columns; reads the lower triangle."""
    if 0 in x.shape:
        return [lax.full(x.shape[:-1], 0, x.dtype), lax.full(x.shape, 0, x.dtype)]
    v, e = lapack().eigh(wide(x), lower=True, symmetrize_input=False)
    demand_no_nan(
        node,
        e,
        "Self-adjoint eigen decomposition was not successful. The input might not be valid.",
    )
    return [narrow(e, x.dtype), narrow(v, x.dtype)]


def self_adjoint_eig_v2(node, x):
    check_square(node, x)
    e, v = _self_adjoint(node, x)
    return [e, v if node.attrs["compute_v"] else lax.full((0,), 0, x.dtype)]


def _self_adjoint_eig_shape(node, x: Shape) -> Shape:
    x = square(x)
    if x is None:
        return None
    n = x[-1]
    return (*x[:-2], None if n is None else n + 1, n)


def self_adjoint_eig(node, x):
    """The eigenvalues in a first row, above the eigenvectors."""
    check_square(node, x)
    e, v = _self_adjoint(node, x)
    return lax.concatenate([lax.expand_dims(e, (e.ndim - 1,)), v], v.ndim - 2)


@defop(
    "Eig(input: T; compute_v: bool = True) -> e: Tout, v: Tout",
    T=types("float double complex64 complex128"),
    Tout=types("complex64 complex128"),
    shape=_eigen_shape,
)
def eig(node, x):
    """Of general matrices, each eigenvector of length 1."""
    check_square(node, x)
    dtype, compute_v = node.outputs[0].dtype.np, node.attrs["compute_v"]
    none = lax.full((0,), 0, dtype)
    if 0 in x.shape:
        return [
            lax.full(x.shape[:-1], 0, dtype),
            lax.full(x.shape, 0, dtype) if compute_v else none,
        ]
    e, *v = lapack().eig(x, compute_left_eigenvectors=False, compute_right_eigenvectors=compute_v)
    return [narrow(e, dtype), narrow(v[0], dtype) if compute_v else none]


# ---------------------------------------------------------------------- singular values


def _svd_shape(node, x: Shape) -> list[Shape]:
    with_rank_at_least(x, 2)
    if x is None:
        return [None] * 3 if node.attrs["compute_uv"] else [None, (0,), (0,)]
    *batch, m, n = x
    # A length of 0 is the smaller one, whatever the other is.
    smaller = 0 if 0 in (m, n) else None if m is None or n is None else min(m, n)
    s = (*batch, smaller)
    if not node.attrs["compute_uv"]:
        return [s, (0,), (0,)]
    if node.attrs["full_matrices"]:
        return [s, (*batch, m, m), (*batch, n, n)]
    return [s, (*batch, m, smaller), (*batch, n, smaller)]


def svd(node, x):
    """``x = u @ diag(s) @ adjoint(v)``, the largest first."""
    if len(x.shape) < 2:
        raise invalid(node, f"Input tensor 0 must have rank >= 2, got {len(x.shape)}")
    *batch, m, n = x.shape
    compute, full, k = node.attrs["compute_uv"], node.attrs["full_matrices"], min(m, n)
    none = lax.full((0,), 0, x.dtype)
    if 0 in x.shape:
        u, v = (
            stretch(
                np.eye(size, size if full else k, dtype=x.dtype),
                (*batch, size, size if full else k),
            )
            for size in (m, n)
        )
        return [lax.full((*batch, k), 0, x.dtype), *((u, v) if compute else (none, none))]
    if not compute:
        s = lapack().svd(wide(x), full_matrices=False, compute_uv=False)
        return [narrow(s, x.dtype), none, none]
    u, s, vh = lapack().svd(wide(x), full_matrices=full)
    return [narrow(t, x.dtype) for t in (s, u, adjoint(vh))]


# fmt: off
def _factors(batch: str, some: tuple, singular: tuple, eigen: tuple, grad: tuple) -> None:
    """The op types of one age: those called ``Batch...`` are TensorFlow's before version 1."""
    defop(f"{batch}Cholesky(input: T) -> output: T", T=some, shape=square_shape)(cholesky)
    defop(f"{batch}CholeskyGrad(l: T, grad: T) -> output: T",
          T=grad, shape=_cholesky_grad_shape)(cholesky_grad)
    defop(f"{batch}SelfAdjointEig(input: T) -> output: T",
          T=eigen, shape=_self_adjoint_eig_shape)(self_adjoint_eig)
    defop(f"{batch}SelfAdjointEigV2(input: T; compute_v: bool = True) -> e: T, v: T",
          T=some, shape=_eigen_shape)(self_adjoint_eig_v2)
    defop(f"{batch}Svd(input: T; compute_uv: bool = True, full_matrices: bool = False)"
          " -> s: T, u: T, v: T", T=singular, shape=_svd_shape)(svd)
# fmt: on


_factors("", FACTORED, FACTORED, types("double float half"), types("half float double"))
_factors(
    "Batch", BATCHED, types("double float complex64 complex128"), BATCHED, types("float double")
)
