"""Special functions: incomplete gamma and beta functions, zeta, polygamma, and some integrals.

Bessel functions are in ``bessel.py``; `tf.lgamma`, `tf.digamma` and the error functions are in
``cwise_unary.py``.
"""

from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def igamma(a, x, name: str | None = None) -> Tensor:
    """The lower regularised incomplete gamma function, element by element.

    ::

        igamma(a, x) = 1 / gamma(a) * integral from 0 to x of t**(a - 1) exp(-t) dt

    the distribution function at ``x`` of a gamma distribution of shape ``a``.

    Args:
      a: floating numbers above 0.
      x: numbers of the same type, 0 or above; shapes broadcast.
      name: the name of the node; default ``"Igamma"``.

    Returns:
      Numbers between 0 and 1; nan outside the domain, but 0 wherever ``x`` is 0.

    Gradient:
      For ``x`` the density; for ``a`` the derivative of the series (op type ``IgammaGradA``), which
      itself has no gradient.

    Example:
      >>> tf.Session().run(tf.igamma([1.0, 2.0], 1.0))
      array([0.632..., 0.264...], dtype=float32)
    """
    return add_op("Igamma", a, x, name=name)


def igammac(a, x, name: str | None = None) -> Tensor:
    """The upper regularised incomplete gamma function: ``1 - igamma(a, x)`` without cancellation.

    Args:
      a: floating numbers above 0.
      x: numbers of the same type, 0 or above; shapes broadcast.
      name: the name of the node; default ``"Igammac"``.

    Example:
      >>> tf.Session().run(tf.igammac([1.0, 2.0], 1.0))
      array([0.3678..., 0.7357...], dtype=float32)
    """
    return add_op("Igammac", a, x, name=name)


def betainc(a, b, x, name: str | None = None) -> Tensor:
    """The regularised incomplete beta function, element by element.

    ::

        betainc(a, b, x) = 1 / beta(a, b) * integral from 0 to x of t**(a - 1) (1 - t)**(b - 1) dt

    Args:
      a: ``float32`` or ``float64`` numbers above 0.
      b: numbers above 0.
      x: numbers between 0 and 1.  Each argument is a scalar or has the shape of the others.
      name: the name of the node; default ``"Betainc"``.

    Returns:
      Numbers between 0 and 1; nan outside the domain.

    Raises:
      ValueError: two arguments that are no scalars have different shapes.

    Gradient:
      For ``x`` only, as in TensorFlow.

    Example:
      >>> tf.Session().run(tf.betainc(2.0, 1.0, [0.5, 1.0])).round(3)
      array([0.25, 1.  ], dtype=float32)
    """
    return add_op("Betainc", a, b, x, name=name)


def zeta(x, q, name: str | None = None) -> Tensor:
    """Hurwitz's zeta function ``sum over k >= 0 of (q + k)**-x``, element by element.

    Args:
      x: ``float32`` or ``float64`` numbers above 1; infinite at 1, nan below.
      q: numbers of the same type; shapes broadcast.  Infinite at 0 and the negative integers; nan
        at other numbers below 0 unless ``x`` is a whole number.
      name: the name of the node; default ``"Zeta"``.

    Gradient:
      ``-x zeta(x + 1, q)`` for ``q``; none for ``x``, as in TensorFlow.

    Example:
      >>> tf.Session().run(tf.zeta(2.0, [1.0, 2.0]))
      array([1.64493..., 0.64493...], dtype=float32)
    """
    return add_op("Zeta", x, q, name=name)


def polygamma(a, x, name: str | None = None) -> Tensor:
    """The ``a``-th derivative of `tf.digamma` at ``x``, element by element.

    Args:
      a: ``float32`` or ``float64`` whole numbers, 0 or above; nan at others.
      x: numbers of the same type; shapes broadcast.
      name: the name of the node; default ``"Polygamma"``.

    Gradient:
      ``polygamma(a + 1, x)`` for ``x``; none for ``a``.

    Example:
      >>> tf.Session().run(tf.polygamma(1.0, [1.0, 2.0]))
      array([1.64493..., 0.64493...], dtype=float32)
    """
    return add_op("Polygamma", a, x, name=name)


def lbeta(x, name: str | None = None) -> Tensor:
    """``log(abs(beta(x)))`` along the last axis: ``sum(lgamma(x)) - lgamma(sum(x))``.

    Args:
      x: floating numbers, of shape ``[..., n]``.
      name: the name scope of the nodes; default ``"lbeta"``.

    Returns:
      One number per row, of shape ``[...]``; minus infinity for rows without elements.

    Example:
      >>> tf.Session().run(tf.lbeta([[1.0, 2.0], [0.5, 0.5]]))
      array([-0.69314..., 1.1447...], dtype=float32)
    """
    with name_scope(name, "lbeta", [x]):
        x = convert_to_tensor(x, name="x")
        log_product = reduce_sum(add_op("Lgamma", x), axis=[-1])
        return log_product - add_op("Lgamma", reduce_sum(x, axis=[-1]))


def nextafter(x1, x2, name: str | None = None) -> Tensor:
    """The number of the type of ``x1`` that comes next on the way to ``x2``; ``x2`` where equal.

    Args:
      x1: ``float32`` or ``float64`` numbers.
      x2: numbers of the same type; shapes broadcast.
      name: the name of the node; default ``"NextAfter"``.

    Gradient:
      1 for ``x1``, 0 for ``x2``.

    Example:
      >>> tf.Session().run(tf.math.nextafter([1.0], [2.0])) - 1
      array([1.1920929e-07], dtype=float32)
    """
    return add_op("NextAfter", x1, x2, name=name)


def _element_wise(op_type: str, default: str, x, name: str | None) -> Tensor:
    with name_scope(name, default, [x]):
        return add_op(op_type, x)


def dawsn(x, name: str | None = None) -> Tensor:
    """Dawson's integral: ``exp(-x**2)`` times the integral of ``exp(t**2)`` from 0 to ``x``.

    Args:
      x: floating numbers, of any shape.
      name: the name scope of the node; default ``"dawsn"``.

    Returns:
      A tensor like ``x``.

    Example:
      >>> tf.Session().run(tf.math.special.dawsn([1.0, -0.5]))
      array([ 0.5380795 , -0.42443...], dtype=float32)
    """
    return _element_wise("Dawsn", "dawsn", x, name)


def expint(x, name: str | None = None) -> Tensor:
    """The exponential integral Ei: of ``exp(t) / t`` from minus infinity to ``x``.

    Args:
      x: floating numbers above 0; minus infinity at 0, nan below.
      name: the name scope of the node; default ``"expint"``.

    Example:
      >>> tf.Session().run(tf.math.special.expint([1.0, 2.0]))
      array([1.8951..., 4.9542...], dtype=float32)
    """
    return _element_wise("Expint", "expint", x, name)


def fresnel_cos(x, name: str | None = None) -> Tensor:
    """Fresnel's integral of ``cos(pi / 2 t**2)`` from 0 to ``x``.

    Example:
      >>> tf.Session().run(tf.math.special.fresnel_cos([1.0, -0.1]))
      array([ 0.7798..., -0.0999...], dtype=float32)
    """
    return _element_wise("FresnelCos", "fresnel_cos", x, name)


def fresnel_sin(x, name: str | None = None) -> Tensor:
    """Fresnel's integral of ``sin(pi / 2 t**2)`` from 0 to ``x``.

    Example:
      >>> tf.Session().run(tf.math.special.fresnel_sin([1.0, -0.1]))
      array([ 0.4382..., -0.000523...], dtype=float32)
    """
    return _element_wise("FresnelSin", "fresnel_sin", x, name)


def spence(x, name: str | None = None) -> Tensor:
    """Spence's integral of ``log(t) / (1 - t)`` from 1 to ``x``: the dilogarithm of ``1 - x``.

    Args:
      x: floating numbers, 0 or above; nan below.
      name: the name scope of the node; default ``"spence"``.

    Example:
      >>> tf.Session().run(tf.math.special.spence([0.5, 1.0, 2.0]))
      array([ 0.5822...,  0.        , -0.8224...], dtype=float32)
    """
    return _element_wise("Spence", "spence", x, name)
