"""Bessel functions of orders 0 and 1, element by element.

I0 and I1 are XLA's.  J, Y and K are polynomials for small arguments, beside the logarithm that Y
and K have at 0, and for large ones the asymptotic form: a decaying factor, a wave, and polynomials
in ``1 / x``.  The coefficients are in ``ops/special_tables.py``.

All are computed in float64 and rounded once.  The errors are a few units in the last place, near
the zeros of J and Y of the amplitude there.  What they give for arguments that are not positive is
what TensorFlow gives.

The derivatives are in ``gradients/bessel.py``.
"""

import math
from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import same_as_input
from tfgrad._src.ops import special_tables as table
from tfgrad._src.ops.broadcasting import types

REAL = types("bfloat16 half float double")


def number(value: float) -> np.float64:
    """A scalar that `lax` stretches."""
    return np.float64(value)


def chebyshev(u, coefficients: tuple):
    """``sum over k of c[k] T_k(u)`` by Clenshaw's recurrence."""
    twice = lax.mul(number(2), u)
    b1 = lax.full_like(u, coefficients[-1])
    b2 = lax.full_like(u, 0)
    for c in reversed(coefficients[1:-1]):
        b1, b2 = lax.add(lax.sub(lax.mul(twice, b1), b2), number(c)), b1
    return lax.add(lax.sub(lax.mul(u, b1), b2), number(coefficients[0]))


def mapped(x, low: float, high: float):
    """The interval from ``low`` to ``high`` mapped onto that from -1 to 1."""
    scale = 2 / (high - low)
    return lax.sub(lax.mul(x, number(scale)), number(1 + scale * low))


def where(condition, x, y):
    """`lax.select`; numbers among ``x`` and ``y`` are stretched."""
    x, y = (
        lax.full(condition.shape, v, np.float64) if isinstance(v, float | int) else v
        for v in (x, y)
    )
    return lax.select(condition, x, y)


def in_float64(kernel: Callable) -> Callable:
    def lower(node, x):
        wide = lax.convert_element_type(x, np.dtype(np.float64))
        return lax.convert_element_type(kernel(wide), x.dtype)

    return lower


# ---------------------------------------------------------------------- waves


def _wave(x, order: int) -> tuple:
    """J and Y for ``x >= 8``."""
    p, q = (table.P0, table.Q0) if order == 0 else (table.P1, table.Q1)
    ratio = lax.div(number(8), x)
    u = mapped(lax.mul(ratio, ratio), 0, 1)
    p, q = chebyshev(u, p), lax.div(chebyshev(u, q), x)
    cos, sin = lax.cos(x), lax.sin(x)
    # Of x - pi / 4, or of x - 3 pi / 4, times sqrt 2: to round these first would cost digits.
    if order == 0:
        cos, sin = lax.add(cos, sin), lax.sub(sin, cos)
    else:
        cos, sin = lax.sub(sin, cos), lax.neg(lax.add(sin, cos))
    # Not sqrt(1 / (pi x)), so that it does not vanish before x is infinite.
    amplitude = lax.div(number(math.sqrt(1 / math.pi)), lax.sqrt(x))
    j = lax.mul(amplitude, lax.sub(lax.mul(p, cos), lax.mul(q, sin)))
    y = lax.mul(amplitude, lax.add(lax.mul(p, sin), lax.mul(q, cos)))
    return j, y


def _near(x, coefficients: tuple):
    return chebyshev(mapped(lax.mul(x, x), 0, 64), coefficients)


def _j0(x):
    x = lax.abs(x)
    return where(lax.le(x, number(8)), _near(x, table.J0), _wave(x, 0)[0])


def _j1(x):
    size = lax.abs(x)
    tail = lax.mul(lax.sign(x), _wave(size, 1)[0])
    return where(lax.le(size, number(8)), lax.mul(x, _near(x, table.J1)), tail)


def _y0(x):
    log = lax.mul(number(2 / math.pi), lax.log(lax.mul(x, number(0.5))))
    near = lax.add(lax.mul(log, _near(x, table.J0)), _near(x, table.Y0))
    y = where(lax.le(x, number(8)), near, _wave(x, 0)[1])
    return where(lax.le(x, number(0)), -math.inf, y)


def _y1(x):
    log = lax.log(lax.mul(x, number(0.5)))
    j = lax.mul(x, _near(x, table.J1))
    part = lax.mul(number(2 / math.pi), lax.sub(lax.mul(log, j), lax.div(number(1), x)))
    near = lax.add(part, lax.mul(x, _near(x, table.Y1)))
    y = where(lax.le(x, number(8)), near, _wave(x, 1)[1])
    return where(lax.le(x, number(0)), -math.inf, y)


# ---------------------------------------------------------------------- growth and decay


def _i0(x):
    return lax.mul(lax.exp(lax.abs(x)), lax.bessel_i0e(x))


def _i1(x):
    return lax.mul(lax.exp(lax.abs(x)), lax.bessel_i1e(x))


def _near_0(x, order: int):
    """K for ``0 < x <= 2``."""
    log = lax.log(lax.mul(x, number(0.5)))
    rest = chebyshev(mapped(lax.mul(x, x), 0, 4), table.K0 if order == 0 else table.K1)
    if order == 0:
        return lax.sub(rest, lax.mul(log, _i0(x)))
    return lax.add(lax.div(number(1), x), lax.add(lax.mul(log, _i1(x)), lax.mul(x, rest)))


def _tail(x, order: int):
    """``exp(x) K(x)`` for ``x >= 2``."""
    u = mapped(lax.div(number(2), x), 0, 1)
    return lax.div(chebyshev(u, table.K0_TAIL if order == 0 else table.K1_TAIL), lax.sqrt(x))


def _k(order: int, scaled: bool) -> Callable:
    def kernel(x):
        near, tail = _near_0(x, order), _tail(x, order)
        if scaled:
            near = lax.mul(near, lax.exp(x))
        else:
            tail = lax.mul(tail, lax.exp(lax.neg(x)))
        y = where(lax.le(x, number(2)), near, tail)
        return where(lax.le(x, number(0)), math.inf, y)

    return kernel


# ---------------------------------------------------------------------- the ops

_KERNELS = {
    "BesselI0": _i0,
    "BesselI0e": lax.bessel_i0e,
    "BesselI1": _i1,
    "BesselI1e": lax.bessel_i1e,
    "BesselJ0": _j0,
    "BesselJ1": _j1,
    "BesselK0": _k(0, False),
    "BesselK0e": _k(0, True),
    "BesselK1": _k(1, False),
    "BesselK1e": _k(1, True),
    "BesselY0": _y0,
    "BesselY1": _y1,
}
for _op_type, _kernel in _KERNELS.items():
    defop(f"{_op_type}(x: T) -> y: T", T=REAL, shape=same_as_input)(in_float64(_kernel))
