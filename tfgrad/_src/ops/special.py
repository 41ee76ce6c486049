"""Special functions of two and three arguments: incomplete gamma and beta functions, zeta.

JAX has the expansions (the continued fractions and series of Cephes, as TensorFlow's kernels).  At
the edges of their domains, where the two libraries differ, `lax.select` puts what TensorFlow gives.

The derivatives are in ``gradients/special.py``.
"""

from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import float32, float64
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, broadcast_inputs, merge
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
