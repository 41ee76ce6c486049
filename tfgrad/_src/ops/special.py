"""Special functions: incomplete gamma and beta functions, zeta, and some integrals.

Of those of two and three arguments JAX has the expansions (the continued fractions and series of
Cephes, as TensorFlow's kernels).  At the edges of their domains, where the two libraries differ,
`lax.select` puts what TensorFlow gives.  The integrals are computed in float64, with the
coefficients in ``ops/special_tables.py``.

The derivatives are in ``gradients/special.py``.
"""

import math
from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import float32, float64
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, broadcast_inputs, merge, same_as_input
from tfgrad._src.ops import special_tables as table
from tfgrad._src.ops.bessel import chebyshev, in_float64, mapped, number, where
from tfgrad._src.ops.broadcasting import (
    constant_like,
    invalid,
    shape_list,
    stretch,
    stretched,
    types,
)

PLAIN = (float32, float64)
REAL = types("bfloat16 half float double")


def _binary(signature: str, dtypes: tuple, kernel: Callable) -> None:
    """Defines an op of two arguments that broadcast; 16 bits are computed in float32."""

    def lower(node, a, b):
        a, b = stretched(node, a, b)
        if a.dtype.itemsize > 2:
            return kernel(a, b)
        wide = [lax.convert_element_type(v, np.dtype(np.float32)) for v in (a, b)]
        return lax.convert_element_type(kernel(*wide), a.dtype)

    defop(signature, T=dtypes, shape=broadcast_inputs)(lower)


def _where(condition, number: float, y):
    return lax.select(condition, constant_like(y, number), y)


def _is(x, number: float):
    return lax.eq(x, constant_like(x, number))


def _below(x, number: float):
    return lax.lt(x, constant_like(x, number))


def _not_above_zero(x):
    return lax.le(x, constant_like(x, 0))


def _either(a, b):
    return lax.bitwise_or(a, b)


def _both(a, b):
    return lax.bitwise_and(a, b)


# ---------------------------------------------------------------------- incomplete gamma functions


def _incomplete(kernel: Callable, at_zero: float | None, at_infinity: float) -> Callable:
    """A function of ``a > 0`` and ``x >= 0``, given at ``x = 0`` and ``a = inf``, nan elsewhere."""

    def f(a, x):
        limit = _both(_is(a, np.inf), _below(lax.neg(x), 0))
        y = _where(limit, at_infinity, kernel(a, x))
        y = _where(_either(_not_above_zero(a), _below(x, 0)), np.nan, y)
        return y if at_zero is None else _where(_is(x, 0), at_zero, y)

    return f


_most_of_igammac = _incomplete(lax.igammac, None, 1)


def _igammac(a, x):
    vanishes = _both(_is(x, np.inf), _below(lax.neg(a), 0))
    return _where(vanishes, 0, _most_of_igammac(a, x))


def _igamma_grad_a(a, x):
    """``d igamma(a, x) / d a``, which vanishes as ``x`` grows."""
    y = lax.igamma_grad_a(a, x)
    return _where(_both(_is(x, np.inf), lax.eq(a, a)), 0, y)


_binary("Igamma(a: T, x: T) -> z: T", REAL, _incomplete(lax.igamma, 0, 0))
_binary("Igammac(a: T, x: T) -> z: T", REAL, _igammac)
_binary("IgammaGradA(a: T, x: T) -> z: T", PLAIN, _incomplete(_igamma_grad_a, 0, 0))


# ---------------------------------------------------------------------- zeta and polygamma


def _zeta(x, q):
    """``sum over k >= 0 of (q + k)**-x``; at ``x = inf`` and ``q = inf`` its limits."""
    limit = lax.select(
        _below(q, 1), constant_like(q, np.inf), _where(_is(q, 1), 1, constant_like(q, 0))
    )
    y = _where(_is(q, np.inf), 0, lax.zeta(x, q))
    y = lax.select(_is(x, np.inf), limit, y)
    y = _where(_either(lax.ne(x, x), lax.ne(q, q)), np.nan, y)
    return _where(_is(x, 1), np.inf, _where(_below(x, 1), np.nan, y))


def _polygamma(a, x):
    y = lax.polygamma(a, x)
    positive_order = _both(_below(lax.neg(a), 0), _both(_below(a, np.inf), lax.eq(a, lax.floor(a))))
    return _where(_both(_is(x, np.inf), positive_order), 0, y)


_binary("Zeta(x: T, q: T) -> z: T", PLAIN, _zeta)
_binary("Polygamma(a: T, x: T) -> z: T", PLAIN, _polygamma)


# ---------------------------------------------------------------------- incomplete beta function


def _betainc_shape(node, *shapes: Shape) -> Shape:
    """Arguments are scalars or have one common shape."""
    output = some = None
    scalars = 0
    for shape in shapes:
        if shape is None:
            some = None  # a scalar or not
        elif shape == ():
            scalars += 1
        else:
            output = some = merge(output, shape)
    if scalars == len(shapes):
        return ()
    return some if scalars == len(shapes) - 1 else output


@defop("Betainc(a: T, b: T, x: T) -> z: T", T=PLAIN, shape=_betainc_shape)
def betainc(node, a, b, x):
    """Defined for ``a > 0``, ``b > 0`` and ``0 <= x <= 1``, and nan elsewhere."""
    named = [(n, v.shape) for n, v in (("a", a), ("b", b), ("x", x)) if v.shape]
    for name, shape in named[1:]:
        if shape != named[0][1]:
            raise invalid(
                node, f"Shapes of {named[0][0]} and {name} are inconsistent: "
                f"{shape_list(named[0][1])} vs. {shape_list(shape)}"
            )  # fmt: skip
    shape = named[0][1] if named else ()
    a, b, x = (stretch(v, shape) for v in (a, b, x))
    y = lax.betainc(a, b, x)
    return _where(_either(_not_above_zero(a), _not_above_zero(b)), np.nan, y)


# ---------------------------------------------------------------------- integrals


def _dawson(x):
    """``exp(-x**2)`` times the integral of ``exp(t**2)`` from 0 to x."""
    z = lax.mul(x, x)
    half = lax.div(number(0.5), x)
    near = lax.mul(x, chebyshev(mapped(z, 0, 12), table.DAWSON))
    middle = chebyshev(mapped(lax.div(number(1), z), 1 / 36, 1 / 12), table.DAWSON_MIDDLE)
    tail = chebyshev(mapped(lax.div(number(36), z), 0, 1), table.DAWSON_TAIL)
    y = where(lax.le(z, number(36)), middle, tail)
    return where(lax.le(z, number(12)), near, lax.mul(half, y))


def _exponential_integral(x):
    """The integral of ``exp(t) / t`` from minus infinity to ``x > 0``."""
    start = lax.add(lax.log(x), number(np.euler_gamma))
    near = lax.add(start, lax.mul(x, chebyshev(mapped(x, 0, 4), table.EI)))
    w = lax.div(number(1), x)
    y = chebyshev(mapped(w, 0, 1 / 40), table.EI_40)
    for coefficients, low, high in ((table.EI_16, 16, 40), (table.EI_8, 8, 16), (table.EI_4, 4, 8)):
        y = where(lax.le(x, number(high)), chebyshev(mapped(w, 1 / high, 1 / low), coefficients), y)
    y = lax.mul(lax.mul(y, w), lax.exp(x))
    y = where(lax.le(x, number(4)), near, y)
    return where(lax.lt(x, number(0)), math.nan, y)


def _fresnel(is_cos: bool) -> Callable:
    """The integral of ``cos(pi / 2 t**2)`` or ``sin(pi / 2 t**2)`` from 0 to x."""

    def kernel(x):
        z = lax.mul(x, x)
        z2 = lax.mul(z, z)
        u = mapped(z2, 0, 36)
        if is_cos:
            near = lax.mul(x, chebyshev(u, table.FRESNEL_C))
        else:
            near = lax.mul(lax.mul(x, z), chebyshev(u, table.FRESNEL_S))
        size = lax.abs(x)
        u = mapped(lax.div(number(36), z2), 0, 1)
        f = lax.div(chebyshev(u, table.FRESNEL_F), lax.mul(number(math.pi), size))
        g = lax.div(chebyshev(u, table.FRESNEL_G), lax.mul(number(math.pi**2), lax.mul(size, z)))
        angle = lax.mul(number(math.pi / 2), lax.rem(z, number(4)))  # the waves have period 4 in z
        cos, sin = lax.cos(angle), lax.sin(angle)
        if is_cos:
            wave = lax.sub(lax.mul(f, sin), lax.mul(g, cos))
        else:
            wave = lax.neg(lax.add(lax.mul(f, cos), lax.mul(g, sin)))
        wave = where(lax.lt(size, number(1e18)), wave, 0)  # x**4 is finite below
        tail = lax.mul(lax.sign(x), lax.add(wave, number(0.5)))
        return where(lax.le(z2, number(36)), near, tail)

    return kernel


# The Bernoulli numbers of even order, each divided by the factorial of the next number.
_BERNOULLI = tuple(
    b / math.factorial(2 * k + 3)
    for k, b in enumerate(
        (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798)
    )
)


def _dilogarithm(s):
    """``Li2(1 - exp(-s))`` for s from 0 to log 2 and a little below 0."""
    z = lax.mul(s, s)
    y = lax.full_like(s, _BERNOULLI[-1])
    for c in reversed(_BERNOULLI[:-1]):
        y = lax.add(lax.mul(y, z), number(c))
    return lax.mul(s, lax.add(lax.sub(number(1), lax.mul(s, number(0.25))), lax.mul(y, z)))


def _spence(x):
    """The integral of ``log(t) / (1 - t)`` from 1 to ``x >= 0``.

    With ``v = 1 / x`` it is ``-1/2 log(x)**2`` less the integral to v, and that with ``w = 1 - v``
    is ``pi**2 / 6 - log(v) log(w)`` less the integral to w: one of x, v, w is in [1/2, 2].
    """
    large = lax.gt(x, number(2))
    v = where(large, lax.div(number(1), x), x)
    small = lax.lt(v, number(0.5))
    log_x = lax.log(x)
    log_v = where(large, lax.neg(log_x), log_x)
    log_w = lax.log1p(lax.neg(v))
    y = _dilogarithm(lax.neg(where(small, log_w, log_v)))
    # At 0 the first factor is infinite, and the product 0.
    product = where(lax.eq(v, number(0)), 0, lax.mul(log_v, log_w))
    y = where(small, lax.sub(lax.sub(number(math.pi**2 / 6), product), y), y)
    y = where(large, lax.sub(lax.mul(number(-0.5), lax.mul(log_x, log_x)), y), y)
    return where(lax.lt(x, number(0)), math.nan, y)


for _op_type, _kernel in (
    ("Dawsn", _dawson),
    ("Expint", _exponential_integral),
    ("FresnelCos", _fresnel(True)),
    ("FresnelSin", _fresnel(False)),
    ("Spence", _spence),
):
    defop(f"{_op_type}(x: T) -> y: T", T=REAL, shape=same_as_input)(in_float64(_kernel))


# ---------------------------------------------------------------------- bits


@defop(
    "NextAfter(x1: T, x2: T) -> output: T",
    T=(float64, float32),
    default_types={"T": float32},
    shape=broadcast_inputs,
)
def next_after(node, a, b):
    return lax.nextafter(*stretched(node, a, b))


@defop(
    "PopulationCount(x: T) -> y: uint8",
    T=types("int8 int16 int32 int64 uint8 uint16 uint32 uint64"),
    shape=same_as_input,
)
def population_count(node, x):
    return lax.convert_element_type(lax.population_count(x), np.dtype(np.uint8))
