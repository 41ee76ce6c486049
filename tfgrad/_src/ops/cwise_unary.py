"""Element-wise operations of one argument: ``y[i] = f(x[i])``.

Each row of the tables gives TensorFlow's op type, the element types it accepts, and the JAX
function that computes it.  Every op here but ``Complex`` keeps the shape of its first input, known
or not.

Rows with a host function also run on numpy arrays: they take part in the arithmetic of shapes,
which is done before a program is compiled.  Only functions that are exact have one.

At the end are complex numbers and their parts, and the ops that occur in gradient graphs alone.
The derivatives are in ``gradients/cwise_unary.py``, under the same op types.
"""

import math
from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import (
    COMPLEX,
    SIGNED,
    UNSIGNED,
    bfloat16,
    complex64,
    float16,
    float32,
    float64,
)
from tfgrad._src.graph.dtypes import variant as variant_
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import broadcast_inputs, same_as_input
from tfgrad._src.ops.broadcasting import constant_like, stretched

# In the order in which TensorFlow's messages list them.
REAL = (bfloat16, float16, float32, float64)
INEXACT = REAL + COMPLEX
PLAIN = (float32, float64)  # the types of the parts of complex numbers


def _quiet(function: Callable) -> Callable:
    """The numpy ``function``, silent where TensorFlow is."""

    def host(node, *arrays):
        with np.errstate(all="ignore"):
            return function(*arrays)

    return host


def _unary(op_type: str, dtypes: tuple, kernel: Callable, host: Callable | None = None) -> None:
    """Defines an op ``y = kernel(x)`` whose output has the shape and dtype of ``x``."""
    defop(
        f"{op_type}(x: T) -> y: T",
        T=dtypes,
        shape=same_as_input,
        host=None if host is None else _quiet(host),
    )(lambda node, x: kernel(x))


def _like(x, number):
    """``number`` as a scalar of the type of ``x``; `lax` stretches scalars."""
    return np.asarray(number).astype(x.dtype)


def _reciprocal(x):
    return lax.div(_like(x, 1), x)


def _is_integer(x) -> bool:
    return np.issubdtype(x.dtype, np.integer)


def _sign(x):
    """-1, 0, 1 or nan; ``x / abs(x)`` if complex.  Zeros lose their sign."""
    if np.iscomplexobj(x) or _is_integer(x):
        return lax.sign(x)
    zero = constant_like(x, 0)
    return lax.select(lax.eq(x, zero), zero, lax.sign(x))


def _round(x):
    """Halves go to the nearest even number."""
    if _is_integer(x):
        return x
    if np.iscomplexobj(x):
        return lax.complex(_round(lax.real(x)), _round(lax.imag(x)))
    return lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN)


def _host_round(x):
    return x if _is_integer(x) else np.rint(x)


def _in_float32(function: Callable) -> Callable:
    """``function``, computed in float32 where XLA's own form for 16 bits is inexact or missing."""

    def kernel(x):
        if x.dtype.itemsize > 2:
            return function(x)
        wide = lax.convert_element_type(x, np.dtype(np.float32))
        return lax.convert_element_type(function(wide), x.dtype)

    return kernel


def _ndtri(p):
    """The ``x`` at which the standard normal distribution function is ``p``.

    In the middle ``sqrt(2) erfinv(2 p - 1)``, where ``2 p - 1`` is exact enough.  In the tails that
    loses all digits, and a rational approximation (Abramowitz and Stegun 26.2.22, error 3e-3) is
    refined by two steps of Halley's method on ``cdf(x) - q``, each of which triples its digits.
    """
    like = np.dtype(p.dtype).type
    centred = lax.sub(lax.mul(p, like(2)), like(1))
    middle = lax.mul(lax.erf_inv(centred), like(math.sqrt(2)))

    q = lax.min(p, lax.sub(like(1), p))
    t = lax.sqrt(lax.mul(like(-2), lax.log(q)))
    upper = lax.add(like(2.30753), lax.mul(like(0.27061), t))
    lower = lax.add(like(1), lax.mul(t, lax.add(like(0.99229), lax.mul(like(0.04481), t))))
    x = lax.sub(lax.div(upper, lower), t)
    for _ in range(2):
        cdf = lax.mul(like(0.5), lax.erfc(lax.mul(x, like(-math.sqrt(0.5)))))
        inverse_density = lax.mul(
            like(math.sqrt(2 * math.pi)), lax.exp(lax.mul(like(0.5), lax.mul(x, x)))
        )
        u = lax.mul(lax.sub(cdf, q), inverse_density)
        half_u_x = lax.mul(like(0.5), lax.mul(u, x))
        x = lax.sub(x, lax.div(u, lax.add(like(1), half_u_x)))
    tail = lax.select(lax.lt(centred, like(0)), x, lax.neg(x))

    # At 0 and 1 the formula for the middle gives the infinities.
    outer = lax.ge(lax.abs(centred), like(0.9))
    y = lax.select(lax.bitwise_and(outer, lax.gt(q, like(0))), tail, middle)
    return lax.select(lax.lt(q, like(0)), constant_like(p, np.nan), y)


# fmt: off
#      op type       accepts                          kernel           on the host
_unary("Abs",        REAL + SIGNED,                   lax.abs,         np.abs)
_unary("Neg",        REAL + SIGNED + COMPLEX,         lax.neg,         np.negative)
_unary("Sign",       REAL + SIGNED + COMPLEX,         _sign)
_unary("Square",     REAL + SIGNED + UNSIGNED + COMPLEX, lax.square,   lambda x: x * x)
_unary("Reciprocal", REAL + SIGNED + COMPLEX,         _reciprocal)
_unary("Inv",        REAL + SIGNED + COMPLEX,         _reciprocal)
_unary("Round",      REAL + SIGNED + COMPLEX,         _round,          _host_round)
_unary("Rint",       REAL,                            _round,          np.rint)
_unary("Floor",      REAL,                            lax.floor,       np.floor)
_unary("Ceil",       REAL,                            lax.ceil,        np.ceil)
_unary("Invert",     SIGNED + UNSIGNED,               lax.bitwise_not, np.invert)
_unary("Sqrt",       INEXACT,                         lax.sqrt)
_unary("Rsqrt",      INEXACT,                         lax.rsqrt)
_unary("Exp",        INEXACT,                         lax.exp)
_unary("Expm1",      INEXACT,                         lax.expm1)
_unary("Log",        INEXACT,                         lax.log)
_unary("Log1p",      INEXACT,                         lax.log1p)
_unary("Sin",        INEXACT,                         lax.sin)
_unary("Cos",        INEXACT,                         lax.cos)
_unary("Tan",        INEXACT,                         lax.tan)
_unary("Asin",       INEXACT,                         lax.asin)
_unary("Acos",       INEXACT,                         lax.acos)
_unary("Atan",       INEXACT,                         lax.atan)
_unary("Sinh",       INEXACT,                         lax.sinh)
_unary("Cosh",       INEXACT,                         lax.cosh)
_unary("Tanh",       INEXACT,                         lax.tanh)
_unary("Asinh",      INEXACT,                         lax.asinh)
_unary("Acosh",      INEXACT,                         lax.acosh)
_unary("Atanh",      INEXACT,                         lax.atanh)
_unary("Sigmoid",    INEXACT,                         _in_float32(lax.logistic))
_unary("Erf",        REAL,                            lax.erf)
_unary("Erfc",       REAL,                            lax.erfc)
_unary("Erfinv",     REAL,                            _in_float32(lax.erf_inv))
_unary("Ndtri",      REAL,                            _in_float32(_ndtri))
_unary("Lgamma",     REAL,                            _in_float32(lax.lgamma))
_unary("Digamma",    REAL,                            _in_float32(lax.digamma))
# fmt: on


# ---------------------------------------------------------------------- questions


def _question(op_type: str, kernel: Callable, host: Callable) -> None:
    """Defines an op from real numbers to truth values."""
    defop(f"{op_type}(x: T) -> y: bool", T=REAL, shape=same_as_input, host=_quiet(host))(
        lambda node, x: kernel(x)
    )


_question("IsNan", lambda x: lax.ne(x, x), np.isnan)
_question("IsInf", lambda x: lax.eq(lax.abs(x), _like(x, np.inf)), np.isinf)
_question("IsFinite", lax.is_finite, np.isfinite)

defop("LogicalNot(x: bool) -> y: bool", shape=same_as_input, host=_quiet(np.logical_not))(
    lambda node, x: lax.bitwise_not(x)
)


# ---------------------------------------------------------------------- parts of complex numbers


def _part(op_type: str, argument: str, result: str, kernel: Callable) -> None:
    """Defines an op from complex to real numbers."""

    def lower(node, x):
        return lax.convert_element_type(kernel(x), node.outputs[0].dtype.np)

    defop(
        f"{op_type}({argument}: T; Tout: type = float32) -> {result}: Tout",
        T=COMPLEX,
        Tout=PLAIN,
        default_types={"T": complex64},
        shape=same_as_input,
    )(lower)


_part("Real", "input", "output", lax.real)
_part("Imag", "input", "output", lax.imag)
_part("Angle", "input", "output", lambda x: lax.atan2(lax.imag(x), lax.real(x)))
_part("ComplexAbs", "x", "y", lax.abs)

defop(
    "Conj(input: T) -> output: T",
    T=(*COMPLEX, variant_),
    default_types={"T": complex64},
    shape=same_as_input,
    host=_quiet(np.conj),
)(lambda node, x: lax.conj(x))


@defop(
    "Complex(real: T, imag: T; Tout: type = complex64) -> out: Tout",
    T=PLAIN,
    Tout=COMPLEX,
    default_types={"T": float32},
    shape=broadcast_inputs,
)
def complex_(node, real, imag):
    """``real + i imag``; the shapes are broadcast."""
    z = lax.complex(*stretched(node, real, imag))
    return lax.convert_element_type(z, node.outputs[0].dtype.np)


# ---------------------------------------------------------------------- ops of gradient graphs

# TensorFlow writes these derivatives in terms of the output y, so that x need not be kept.  Some
# take the conjugate of y themselves; for the others the gradient function has done so.


def _grad(op_type: str, kernel: Callable) -> None:
    """Defines ``z = kernel(y, dy)``."""

    def lower(node, y, dy):
        return kernel(y, dy, np.dtype(y.dtype).type)

    defop(f"{op_type}(y: T, dy: T) -> z: T", T=INEXACT, shape=same_as_input)(lower)


def _conj(y):
    return lax.conj(y) if np.iscomplexobj(y) else y


def _reciprocal_grad(y, dy, like):
    """``-dy conj(y)**2``, where ``y = 1 / x``."""
    y = _conj(y)
    return lax.mul(lax.mul(lax.neg(y), dy), y)


def _sqrt_grad(y, dy, like):
    """``dy / (2 conj(y))``, where ``y = sqrt(x)``."""
    return lax.div(lax.mul(like(0.5), dy), _conj(y))


def _rsqrt_grad(y, dy, like):
    """``-dy conj(y)**3 / 2``, where ``y = 1 / sqrt(x)``."""
    y = _conj(y)
    return lax.mul(lax.mul(like(-0.5), lax.mul(dy, y)), lax.mul(y, y))


_grad("TanhGrad", lambda y, dy, like: lax.mul(dy, lax.sub(like(1), lax.mul(y, y))))
_grad("SigmoidGrad", lambda y, dy, like: lax.mul(lax.mul(dy, y), lax.sub(like(1), y)))
_grad("SqrtGrad", _sqrt_grad)
_grad("RsqrtGrad", _rsqrt_grad)
_grad("ReciprocalGrad", _reciprocal_grad)
_grad("InvGrad", _reciprocal_grad)
