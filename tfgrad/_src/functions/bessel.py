"""Bessel functions of orders 0 and 1, element by element.

The op types are in ``ops/bessel.py``, the derivatives in ``gradients/bessel.py``.
"""

from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


def _element_wise(op_type: str, default: str, x, name: str | None) -> Tensor:
    with name_scope(name, default, [x]):
        return add_op(op_type, x)


def bessel_i0(x, name: str | None = None) -> Tensor:
    """The modified Bessel function of the first kind, of order 0.

    Args:
      x: floating numbers, of any shape.
      name: the name scope of the node; default ``"bessel_i0"``.

    Returns:
      A tensor like ``x``.

    Raises:
      TypeError: ``x`` is not floating.

    Example:
      >>> tf.Session().run(tf.math.bessel_i0(2.0))
      2.2795...
    """
    return _element_wise("BesselI0", "bessel_i0", x, name)


def bessel_i0e(x, name: str | None = None) -> Tensor:
    """``exp(-abs(x)) I0(x)``, which does not overflow.

    Example:
      >>> tf.Session().run(tf.math.bessel_i0e(2.0))
      0.30850...
    """
    return _element_wise("BesselI0e", "bessel_i0e", x, name)


def bessel_i1(x, name: str | None = None) -> Tensor:
    """The modified Bessel function of the first kind, of order 1.

    Example:
      >>> tf.Session().run(tf.math.bessel_i1(2.0))
      1.5906...
    """
    return _element_wise("BesselI1", "bessel_i1", x, name)


def bessel_i1e(x, name: str | None = None) -> Tensor:
    """``exp(-abs(x)) I1(x)``, which does not overflow.

    Example:
      >>> tf.Session().run(tf.math.bessel_i1e(2.0))
      0.21526...
    """
    return _element_wise("BesselI1e", "bessel_i1e", x, name)


def bessel_j0(x, name: str | None = None) -> Tensor:
    """The Bessel function of the first kind, of order 0.

    Example:
      >>> tf.Session().run(tf.math.special.bessel_j0(2.0))
      0.22389...
    """
    return _element_wise("BesselJ0", "bessel_j0", x, name)


def bessel_j1(x, name: str | None = None) -> Tensor:
    """The Bessel function of the first kind, of order 1.

    Example:
      >>> tf.Session().run(tf.math.special.bessel_j1(2.0))
      0.57672...
    """
    return _element_wise("BesselJ1", "bessel_j1", x, name)


def bessel_k0(x, name: str | None = None) -> Tensor:
    """The modified Bessel function of the second kind, of order 0; infinite unless ``x > 0``.

    Example:
      >>> tf.Session().run(tf.math.special.bessel_k0(2.0))
      0.11389...
    """
    return _element_wise("BesselK0", "bessel_k0", x, name)


def bessel_k0e(x, name: str | None = None) -> Tensor:
    """``exp(x) K0(x)``, which does not vanish early.

    Example:
      >>> tf.Session().run(tf.math.special.bessel_k0e(2.0))
      0.84156...
    """
    return _element_wise("BesselK0e", "bessel_k0e", x, name)


def bessel_k1(x, name: str | None = None) -> Tensor:
    """The modified Bessel function of the second kind, of order 1; infinite unless ``x > 0``.

    Example:
      >>> tf.Session().run(tf.math.special.bessel_k1(2.0))
      0.13986...
    """
    return _element_wise("BesselK1", "bessel_k1", x, name)


def bessel_k1e(x, name: str | None = None) -> Tensor:
    """``exp(x) K1(x)``, which does not vanish early.

    Example:
      >>> tf.Session().run(tf.math.special.bessel_k1e(2.0))
      1.0334...
    """
    return _element_wise("BesselK1e", "bessel_k1e", x, name)


def bessel_y0(x, name: str | None = None) -> Tensor:
    """The Bessel function of the second kind, of order 0; minus infinity unless ``x > 0``.

    Example:
      >>> tf.Session().run(tf.math.special.bessel_y0(2.0))
      0.51037...
    """
    return _element_wise("BesselY0", "bessel_y0", x, name)


def bessel_y1(x, name: str | None = None) -> Tensor:
    """The Bessel function of the second kind, of order 1; minus infinity unless ``x > 0``.

    Example:
      >>> tf.Session().run(tf.math.special.bessel_y1(2.0))
      -0.10703...
    """
    return _element_wise("BesselY1", "bessel_y1", x, name)
