"""Derivatives of the special functions.

Those of two and three arguments keep the older way of undoing broadcasting: the axes come from a
``BroadcastGradientArgs`` node even where no sum is needed.  Where TensorFlow has no derivative with
respect to an argument (the order of zeta and polygamma, the parameters of the beta function) none
is made.
"""

import math

from tfgrad._src.functions.cwise_binary import xlog1py, xlogy
from tfgrad._src.functions.cwise_unary import conj, cos, exp, log, sin, square
from tfgrad._src.functions.fill import ones, ones_like, zeros
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import reshape, shape
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Operation, Tensor


def _shapes_and_axes(x: Tensor, y: Tensor) -> tuple:
    shape_x, shape_y = shape(x), shape(y)
    return shape_x, shape_y, *add_op("BroadcastGradientArgs", shape_x, shape_y)


def _summed(g: Tensor, axes: Tensor, dims: Tensor) -> Tensor:
    return reshape(add_op("Sum", g, axes), dims)


@gradient("Igamma")
def igamma_grad(op: Operation, dy: Tensor) -> tuple:
    """``x**(a - 1) exp(-x) / gamma(a)`` for ``x``, by its logarithm: gamma overflows early."""
    a, x = op.inputs
    shape_a, shape_x, axes_a, axes_x = _shapes_and_axes(a, x)
    with control_dependencies([dy]):
        partial_a = add_op("IgammaGradA", a, x)
        log_partial_x = -x + (a - 1) * add_op("Log", x) - add_op("Lgamma", a)
        partial_x = add_op("Exp", log_partial_x)
        return (
            _summed(partial_a * dy, axes_a, shape_a),
            _summed(partial_x * dy, axes_x, shape_x),
        )


@gradient("Igammac")
def igammac_grad(op: Operation, dy: Tensor) -> tuple:
    """``igammac = 1 - igamma``."""
    grad_a, grad_x = igamma_grad(op, dy)
    return -grad_a, -grad_x


@gradient("Betainc")
def betainc_grad(op: Operation, dy: Tensor) -> tuple:
    """``x**(a - 1) (1 - x)**(b - 1) / beta(a, b)``; 0 at an end where its exponent is 0."""
    a, b, x = op.inputs
    shape_a, shape_x = shape(a), shape(x)
    _, axes_x = add_op("BroadcastGradientArgs", shape_a, shape_x)
    log_beta = add_op("Lgamma", a) + add_op("Lgamma", b) - add_op("Lgamma", a + b)
    partial_x = add_op("Exp", xlog1py(b - 1, -x) + xlogy(a - 1, x) - log_beta)
    return None, None, _summed(partial_x * dy, axes_x, shape_x)


@gradient("Zeta")
def zeta_grad(op: Operation, dy: Tensor) -> tuple:
    x, q = op.inputs
    _, shape_q, _, axes_q = _shapes_and_axes(x, q)
    with control_dependencies([dy]):
        x, q = conj(x), conj(q)
        partial_q = -x * add_op("Zeta", x + 1, q)
        return None, _summed(partial_q * dy, axes_q, shape_q)


@gradient("Polygamma")
def polygamma_grad(op: Operation, dy: Tensor) -> tuple:
    n, x = op.inputs
    _, shape_x, _, axes_x = _shapes_and_axes(n, x)
    with control_dependencies([dy]):
        n, x = conj(n), conj(x)
        partial_x = add_op("Polygamma", n + 1, x)
        return None, _summed(partial_x * dy, axes_x, shape_x)


not_differentiable("PopulationCount")

# ---------------------------------------------------------------------- integrals


def _slope(op_type: str, partial) -> None:
    """Registers ``dy * partial(x, y)``."""

    @gradient(op_type)
    def grad(op: Operation, dy: Tensor) -> Tensor:
        with control_dependencies([dy]):
            return partial(dy, op.inputs[0], op.outputs[0])


def _spence_grad(dy: Tensor, x: Tensor, y: Tensor) -> Tensor:
    slope = log(x) / (1 - x)
    return dy * where(add_op("Equal", x, 1.0), -ones_like(x), slope)


_slope("Dawsn", lambda dy, x, y: dy * (1.0 - 2 * x * y))
_slope("Expint", lambda dy, x, y: dy * exp(x) / x)
_slope("FresnelCos", lambda dy, x, y: dy * cos(math.pi / 2.0 * square(x)))
_slope("FresnelSin", lambda dy, x, y: dy * sin(math.pi / 2.0 * square(x)))
_slope("Spence", _spence_grad)


@gradient("NextAfter")
def next_after_grad(op: Operation, dy: Tensor) -> tuple:
    a, b = op.inputs
    shape_a, shape_b, axes_a, axes_b = _shapes_and_axes(a, b)
    with control_dependencies([dy]):
        partial_a, partial_b = ones(shape_a, dtype=a.dtype), zeros(shape_b, dtype=b.dtype)
        return (
            reshape(reduce_sum(partial_a * dy, axes_a), shape_a),
            reshape(reduce_sum(partial_b * dy, axes_b), shape_b),
        )
