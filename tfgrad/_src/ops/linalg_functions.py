"""Functions of square matrices: exponential, logarithm, square root.

The exponential is a Padé approximant of the matrix divided by a power of two, squared as often
(Higham, "The scaling and squaring method for the matrix exponential revisited", 2005).  The square
root and the logarithm start from the Schur form ``z @ t @ adjoint(z)``, ``t`` triangular, which
LAPACK has and XLA has not: these two run on a CPU only, as in TensorFlow.  The derivatives are in
``gradients/linalg_functions.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.ops.broadcasting import stretch, types
from tfgrad._src.ops.linalg_common import (
    FACTORED,
    adjoint,
    below,
    check_square,
    diagonal,
    dot,
    identity_like,
    lapack,
    masked,
    narrow,
    scaled,
    solve,
    square_shape,
    triangular_solve,
    wide,
)


def _norm_1(x):
    """The largest sum of absolute values of a column."""
    n = len(x.shape)
    return lax.reduce_max(lax.reduce_sum(lax.abs(x), axes=(n - 2,)), axes=(n - 2,))


def _per_matrix(value, x):
    """One value per matrix, at each of its elements."""
    return lax.broadcast_in_dim(value, x.shape, tuple(range(len(x.shape) - 2)))


# ---------------------------------------------------------------------- exponential

# Coefficients of the numerator, and the largest norm for which the approximant has full accuracy.
_PADE_7 = ((17297280.0, 8648640.0, 1995840.0, 277200.0, 25200.0, 1512.0, 56.0, 1.0), 3.92572478)
_PADE_13 = (
    (
        64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0,
        129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0,
        40840800.0, 960960.0, 16380.0, 182.0, 1.0,
    ),
    5.37192035,
)  # fmt: skip


def _pade(x, b: tuple) -> tuple:
    """The odd and the even part of the numerator."""
    powers = [identity_like(x), dot(x, x)]
    while len(powers) < 4:
        powers.append(dot(powers[-1], powers[1]))

    def total(first: int, last: int):
        """``sum_i b[first + 2 i] * x**(2 i)``, up to ``b[last]``."""
        result = scaled(powers[0], b[first])
        for i in range(first + 2, last + 1, 2):
            result = lax.add(result, scaled(powers[(i - first) // 2], b[i]))
        return result

    if len(b) == 8:
        return dot(x, total(1, 7)), total(0, 6)
    x6 = powers[3]

    def top(start: int):
        """``x**2 b[start] + x**4 b[start + 2] + x**6 b[start + 4]``."""
        terms = [scaled(powers[k + 1], b[start + 2 * k]) for k in range(3)]
        return lax.add(lax.add(terms[0], terms[1]), terms[2])

    odd = dot(x, lax.add(dot(x6, top(9)), total(1, 7)))
    return odd, lax.add(dot(x6, top(8)), total(0, 6))


@defop("MatrixExponential(input: T) -> output: T", T=FACTORED, shape=square_shape)
def matrix_exponential(node, x):
    check_square(node, x)
    if 0 in x.shape:
        return x
    a = wide(x)
    b, limit = _PADE_13 if np.finfo(a.dtype).eps < 1e-10 else _PADE_7
    norm = _norm_1(a)
    zero = lax.full_like(norm, 0)
    halvings = lax.ceil(scaled(lax.log(scaled(norm, 1 / limit)), 1 / np.log(2)))
    # A norm of 0 has the logarithm -inf; one that is not finite gives nan whatever is done.
    usable = lax.bitwise_and(lax.is_finite(halvings), lax.gt(halvings, zero))
    halvings = lax.select(usable, halvings, zero)
    factor = lax.exp2(lax.neg(halvings))
    odd, even = _pade(lax.mul(a, narrow(_per_matrix(factor, a), a.dtype)), b)
    y = solve(lax.sub(even, odd), lax.add(even, odd))
    most = lax.reduce_max(halvings, axes=tuple(range(len(halvings.shape))))

    def squared(state):
        i, y = state
        once_more = _per_matrix(lax.gt(halvings, lax.broadcast(i, halvings.shape)), y)
        return lax.add(i, lax.full_like(i, 1)), lax.select(once_more, dot(y, y), y)

    start = lax.full((), 0, most.dtype)
    _, y = lax.while_loop(lambda state: lax.lt(state[0], most), squared, (start, y))
    return narrow(y, x.dtype)


# ---------------------------------------------------------------------- square root


def _schur(x) -> tuple:
    """``t`` and ``z`` of complex matrices."""
    t, z = lapack().schur(x)
    return masked(t, below(t.shape) <= 0), z


def _triangular_root(t):
    """The upper triangular ``r`` with ``r @ r = t``, column by column.

    With the columns before ``j`` known, column ``j`` solves ``(r + r[j, j]) r[:, j] = t[:, j]``.
    """
    n = t.shape[-1]
    eye = identity_like(t)
    roots = lax.sqrt(diagonal(t))
    rank = len(t.shape)
    rows = np.broadcast_to(np.arange(n, dtype=np.int32)[:, None], t.shape)
    columns = np.broadcast_to(np.arange(n, dtype=np.int32)[None, :], t.shape)

    def column(j, r):
        root = lax.dynamic_index_in_dim(roots, j, rank - 2, keepdims=False)
        j = lax.convert_element_type(j, np.int32)
        known = lax.lt(columns, lax.broadcast(j, t.shape))
        above = lax.lt(rows, lax.broadcast(j, t.shape))
        shifted = lax.add(r, lax.mul(eye, _per_matrix(root, t)))
        system = lax.select(lax.bitwise_and(known, above), shifted, eye)
        right = lax.select(above, t, lax.full_like(t, 0))
        right = lax.dynamic_slice_in_dim(right, j, 1, rank - 1)
        solution = triangular_solve(system, right, lower=False)
        here = lax.bitwise_and(lax.eq(columns, lax.broadcast(j, t.shape)), above)
        return lax.select(here, stretch(solution, t.shape), r)

    start = lax.mul(eye, lax.broadcast_in_dim(roots, t.shape, tuple(range(rank - 1))))
    return lax.fori_loop(1, n, column, start)


def _complex(x):
    return x if np.dtype(x.dtype).kind == "c" else lax.complex(x, lax.full_like(x, 0))


@defop("MatrixSquareRoot(input: T) -> output: T", T=FACTORED, shape=square_shape)
def matrix_square_root(node, x):
    """The principal one; ``nan`` where that of a real matrix is not real."""
    check_square(node, x)
    if 0 in x.shape:
        return x
    t, z = _schur(_complex(wide(x)))
    y = dot(dot(z, _triangular_root(t)), adjoint(z))
    if np.dtype(x.dtype).kind == "c":
        return y
    real, imaginary = lax.real(y), lax.imag(y)
    # What rounding makes of a negative eigenvalue that should be zero is of this order.
    limit = scaled(_norm_1(real), 4 * float(np.sqrt(np.finfo(real.dtype).eps)))
    is_real = _per_matrix(lax.le(_norm_1(imaginary), limit), real)
    return narrow(lax.select(is_real, real, lax.full_like(real, np.nan)), x.dtype)


# ---------------------------------------------------------------------- logarithm

# Square roots are taken until the distance from 1 is at most this; then 7 points of Gauss's
# quadrature, which are the Padé approximant of that degree, have full accuracy.
_NEAR_ONE = 0.264


@defop("MatrixLogarithm(input: T) -> output: T", T=types("complex64 complex128"),
       shape=square_shape)  # fmt: skip
def matrix_logarithm(node, x):
    """The principal one; eigenvalues on the negative axis have the imaginary part ``pi``."""
    check_square(node, x)
    if 0 in x.shape:
        return x
    t, z = _schur(x)
    eye = identity_like(t)
    first = diagonal(t)

    def far(t):
        return lax.gt(_norm_1(lax.sub(t, eye)), lax.full(t.shape[:-2], _NEAR_ONE, first.real.dtype))

    def unfinished(state):
        i, t, _ = state
        return lax.bitwise_and(
            lax.reduce_or(far(t), axes=tuple(range(len(t.shape) - 2))),
            lax.lt(i, lax.full_like(i, 100)),
        )

    def step(state):
        i, t, doublings = state
        again = far(t)
        t = lax.select(_per_matrix(again, t), _triangular_root(t), t)
        more = lax.convert_element_type(again, doublings.dtype)
        return lax.add(i, lax.full_like(i, 1)), t, lax.add(doublings, more)

    state = (lax.full((), 0, np.int32), t, lax.full(t.shape[:-2], 0, first.real.dtype))
    _, t, doublings = lax.while_loop(unfinished, step, state)
    rest = lax.sub(t, eye)
    nodes, weights = np.polynomial.legendre.leggauss(7)
    total = lax.full_like(rest, 0)
    for point, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        divisor = lax.add(eye, scaled(rest, point))
        quotient = triangular_solve(divisor, rest, lower=False, left=False)
        total = lax.add(total, scaled(quotient, weight))
    total = lax.mul(total, narrow(_per_matrix(lax.exp2(doublings), total), total.dtype))
    exact = lax.mul(eye, lax.broadcast_in_dim(lax.log(first), t.shape, tuple(range(first.ndim))))
    total = lax.add(masked(total, below(t.shape) < 0), exact)
    return dot(dot(z, total), adjoint(z))
