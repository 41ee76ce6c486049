"""Derivatives of the Bessel functions, by their recurrences.

::

    I0' = I1    I1' = I0 - I1 / x    J0' = -J1    J1' = J0 - J1 / x    Y as J
    K0' = -K1   K1' = -K0 - K1 / x

At 0 the quotient is ``0 / 0``, and the derivative is put in its place.  Of I1 it is 1/2 there;
TensorFlow has 1, which is wrong.
"""

from tfgrad._src.functions import bessel
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_binary import div
from tfgrad._src.functions.cwise_unary import reciprocal, sign
from tfgrad._src.functions.select import where_v2
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Operation, Tensor


def _slope(op_type: str, partial) -> None:
    """Registers ``dy * partial(x, y)``."""

    @gradient(op_type)
    def grad(op: Operation, dy: Tensor) -> Tensor:
        with control_dependencies([dy]):
            return dy * partial(op.inputs[0], op.outputs[0])


def _unless_0(x: Tensor, at_zero: float, slope) -> Tensor:
    is_zero = add_op("Equal", x, 0.0)
    return where_v2(is_zero, cast(at_zero, x.dtype), slope())


def _i1(x, y):
    return _unless_0(x, 0.5, lambda: bessel.bessel_i0(x) - div(y, x))


def _i1e(x, y):
    return _unless_0(x, 0.5, lambda: bessel.bessel_i0e(x) - y * (sign(x) + reciprocal(x)))


def _j1(x, y):
    return _unless_0(x, 0.5, lambda: bessel.bessel_j0(x) - div(y, x))


_slope("BesselI0", lambda x, y: bessel.bessel_i1(x))
_slope("BesselI0e", lambda x, y: bessel.bessel_i1e(x) - sign(x) * y)
_slope("BesselI1", _i1)
_slope("BesselI1e", _i1e)
_slope("BesselJ0", lambda x, y: -bessel.bessel_j1(x))
_slope("BesselJ1", _j1)
_slope("BesselK0", lambda x, y: -bessel.bessel_k1(x))
_slope("BesselK0e", lambda x, y: y - bessel.bessel_k1e(x))
_slope("BesselK1", lambda x, y: -bessel.bessel_k0(x) - div(y, x))
_slope("BesselK1e", lambda x, y: y * (1.0 - reciprocal(x)) - bessel.bessel_k0e(x))
_slope("BesselY0", lambda x, y: -bessel.bessel_y1(x))
_slope("BesselY1", lambda x, y: bessel.bessel_y0(x) - div(y, x))
