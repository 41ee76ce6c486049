"""What the op types on square matrices share: shape rules, batches, products, triangles.

Matrices are the last two axes; the axes before them are batches.  Half-precision matrices are
computed in ``float32``: neither LAPACK nor XLA factorizes them.
"""

import contextlib
import functools

import numpy as np
from jax import lax

from tfgrad._src.graph.shapes import Shape, merge_dim, with_rank_at_least
from tfgrad._src.ops.broadcasting import invalid, stretch, types
from tfgrad._src.ops.checks import require

# The orders in which TensorFlow lists what it accepts.
FACTORED = types("double float half complex64 complex128")
MEASURED = types("half float double complex64 complex128")
BATCHED = types("double float")


@functools.cache
def lapack():
    """``lax.linalg``, with LAPACK loaded.

    JAX loads it when it compiles a call; a program that comes compiled from the cache on the disk
    would call functions that are not there.
    """
    with contextlib.suppress(ImportError, AttributeError):  # an inner matter of jaxlib
        from jaxlib.lapack import prepare_lapack_call

        prepare_lapack_call("potrf_ffi", np.float64)
    return lax.linalg


def square(x: Shape) -> Shape:
    """The shape of matrices that must be square."""
    with_rank_at_least(x, 2)
    if x is None:
        return None
    n = merge_dim(x[-2], x[-1])
    return (*x[:-2], n, n)


def square_shape(node, x: Shape, *rest: Shape) -> Shape:
    """The rule of an op that keeps the shape of square matrices."""
    return square(x)


def check_square(node, x) -> None:
    if len(x.shape) < 2:
        raise invalid(node, f"Input tensor 0 must have rank >= 2, got {len(x.shape)}")
    if x.shape[-2] != x.shape[-1]:
        raise invalid(node, "Input matrix must be square.")


def demand_none_zero(node, values, message: str) -> None:
    """Refuses, when the program runs, pivots of which one is exactly zero."""

    def explain(values) -> None:
        if np.any(values == 0):
            raise invalid(node, message)

    def failed(values):
        zero = lax.eq(values, lax.full_like(values, 0))
        return lax.reduce_or(zero, axes=tuple(range(len(values.shape))))

    if np.size(values):
        require(node, explain, failed, values)


def demand_no_nan(node, values, message: str) -> None:
    """Refuses, when the program runs, real ``values`` of which one is not a number."""

    def explain(values) -> None:
        if np.any(np.isnan(values)):
            raise invalid(node, message)

    def failed(values):
        return lax.reduce_or(lax.ne(values, values), axes=tuple(range(len(values.shape))))

    if np.size(values):
        require(node, explain, failed, values)


def wide(x):
    """``x``, or its ``float32`` version if it has half precision."""
    return lax.convert_element_type(x, np.float32) if np.dtype(x.dtype).itemsize == 2 else x


def narrow(x, dtype):
    return x if x.dtype == dtype else lax.convert_element_type(x, dtype)


def transposed(x):
    n = len(x.shape)
    return lax.transpose(x, (*range(n - 2), n - 1, n - 2))


def adjoint(x):
    x = transposed(x)
    return lax.conj(x) if np.dtype(x.dtype).kind == "c" else x


def dot(a, b):
    """``a @ b`` of matrices in equal batches."""
    n = len(a.shape)
    batch = tuple(range(n - 2))
    dims = (((n - 1,), (n - 2,)), (batch, batch))
    return lax.dot_general(a, b, dims, preferred_element_type=a.dtype)


def same_batch(a, b) -> tuple:
    """Both with the batch axes that they stretch to."""
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return stretch(a, (*batch, *a.shape[-2:])), stretch(b, (*batch, *b.shape[-2:]))


def identity_like(x):
    """Identity matrices of the shape and type of the square matrices ``x``."""
    return stretch(np.eye(x.shape[-1], dtype=x.dtype), x.shape)


def below(shape: tuple) -> np.ndarray:
    """Where an element of a matrix lies below the main diagonal (on it: 0, above: negative)."""
    return np.arange(shape[-2])[:, None] - np.arange(shape[-1])[None, :]


def masked(x, mask: np.ndarray):
    """``x`` with zeros where the mask, of one matrix, is false."""
    return lax.select(np.broadcast_to(mask, x.shape), x, lax.full_like(x, 0))


def scaled(x, number: float):
    return lax.mul(x, lax.full(x.shape, number, x.dtype))


def diagonal(x):
    """The main diagonals of square matrices."""
    return lax.reduce_sum(masked(x, np.eye(x.shape[-1], dtype=bool)), axes=(len(x.shape) - 1,))


def triangular_solve(a, b, *, lower: bool, adjoint: bool = False, unit: bool = False, left=True):
    """``x`` with ``a @ x = b``, or ``x @ a = b``; only one triangle of ``a`` is read."""
    if 0 in b.shape:
        return b
    return lapack().triangular_solve(
        a,
        b,
        left_side=left,
        lower=lower,
        transpose_a=adjoint,
        conjugate_a=adjoint and np.dtype(a.dtype).kind == "c",
        unit_diagonal=unit,
    )


def solve(a, b, node=None, message: str = ""):
    """``x`` with ``a @ x = b``, by Gaussian elimination with row exchanges.

    With ``node`` given, a pivot that is exactly zero is an error when the program runs.
    """
    if 0 in b.shape:
        return b
    lu, _, permutation = lapack().lu(a)
    if node is not None:
        demand_none_zero(node, diagonal(lu), message)
    n = a.shape[-1]
    rows = lax.broadcast_in_dim(
        permutation, (*permutation.shape, n), tuple(range(permutation.ndim))
    )
    columns = np.broadcast_to(np.arange(n, dtype=np.int32), rows.shape)
    exchange = lax.convert_element_type(lax.eq(rows, columns), b.dtype)
    y = dot(exchange, b)
    y = triangular_solve(lu, y, lower=True, unit=True)
    return triangular_solve(lu, y, lower=False)
