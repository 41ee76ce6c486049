"""Special functions: incomplete gamma and beta functions, zeta, polygamma, the logarithm of beta.

`tf.lgamma`, `tf.digamma` and the error functions are in ``cwise_unary.py``.
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
