"""Element-wise functions of one tensor: ``y[i] = f(x[i])``.

Each returns a tensor of the shape and, where nothing else is said, the type of its argument.  Most
add one node, named after its op type by default; what is not a tensor becomes a constant in the
scope of that name.

The op types are in ``ops/cwise_unary.py``, the derivatives in ``gradients/cwise_unary.py``.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import ones_like, zeros_like
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.graph import get_default_graph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor


def _or_sparse(reserved: str | None) -> Callable:
    """Lets a function with ``f(0) = 0`` take a `tf.SparseTensor` too, of which it maps the values.

    TensorFlow tries a tensor first, which reserves a name in vain.
    """

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def either(x, name: str | None = None) -> Any:
            if type(x) is not SparseTensor:
                return function(x, name)
            if reserved is not None:
                get_default_graph().unique_name(name or reserved)
            return SparseTensor(x.indices, function(x.values, name), x.dense_shape)

        return either

    return decorate


# ---------------------------------------------------------------------- sign and size


@_or_sparse("Abs")
def abs(x, name: str | None = None) -> Tensor:
    """The absolute value of ``x``; of complex numbers the modulus, which is real.

    Args:
      x: real or complex numbers, of any shape.
      name: the name of the node; default ``"Abs"``.

    Returns:
      A tensor of the type of ``x``: float32 for complex64, float64 for complex128.

    Raises:
      TypeError: ``x`` is not a signed integer, floating or complex.

    Gradient:
      ``dy * sign(x)``, which is 0 at 0.

    Example:
      >>> tf.Session().run(tf.abs([-2.5, 1.0]))
      array([2.5, 1. ], dtype=float32)
      >>> tf.Session().run(tf.abs(tf.constant([3 + 4j])))
      array([5.])
    """
    with name_scope(name, "Abs", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_complex:
            return add_op("ComplexAbs", x, Tout=x.dtype.real_dtype, name=scope)
        return add_op("Abs", x, name=scope)


@_or_sparse("Neg")
def negative(x, name: str | None = None) -> Tensor:
    """``-x``, element-wise.

    Example:
      >>> tf.Session().run(tf.negative([1, -2]))
      array([-1,  2], dtype=int32)
    """
    return add_op("Neg", x, name=name)


@_or_sparse(None)
def sign(x, name: str | None = None) -> Tensor:
    """-1, 0 or 1 as ``x`` is negative, zero or positive; ``x / abs(x)`` (0 at 0) if it is complex.

    Args:
      x: signed integers, floating or complex numbers, of any shape; ``sign(nan)`` is nan.
      name: the name of the node; default ``"Sign"``, for complex numbers ``"DivNoNan"``.

    Gradient:
      Zeros.

    Example:
      >>> tf.Session().run(tf.sign([-3.0, 0.0, 0.5]))
      array([-1.,  0.,  1.], dtype=float32)
    """
    x = convert_to_tensor(x)
    if x.dtype.is_complex:
        modulus = add_op("ComplexAbs", x, Tout=x.dtype.real_dtype)
        return add_op("DivNoNan", x, cast(modulus, x.dtype), name=name)
    return add_op("Sign", x, name=name)


@_or_sparse("Square")
def square(x, name: str | None = None) -> Tensor:
    """``x * x``, element-wise.

    Example:
      >>> tf.Session().run(tf.square([-2.0, 3.0]))
      array([4., 9.], dtype=float32)
    """
    return add_op("Square", x, name=name)


@_or_sparse("Sqrt")
def sqrt(x, name: str | None = None) -> Tensor:
    """The square root of floating or complex ``x``; nan for negative real numbers.

    Example:
      >>> tf.Session().run(tf.sqrt([4.0, 9.0]))
      array([2., 3.], dtype=float32)
    """
    return add_op("Sqrt", x, name=name)


def rsqrt(x, name: str | None = None) -> Tensor:
    """``1 / sqrt(x)`` of floating or complex ``x``.

    Example:
      >>> tf.Session().run(tf.rsqrt([4.0, 0.25]))
      array([0.5, 2. ], dtype=float32)
    """
    return add_op("Rsqrt", x, name=name)


def reciprocal(x, name: str | None = None) -> Tensor:
    """``1 / x``, element-wise; infinite at 0.

    Example:
      >>> tf.Session().run(tf.reciprocal([4.0, -0.5]))
      array([ 0.25, -2.  ], dtype=float32)
    """
    return add_op("Reciprocal", x, name=name)


def reciprocal_no_nan(x, name: str | None = None) -> Tensor:
    """``1 / x``, but 0 where ``x`` is 0.

    Args:
      x: floating or complex numbers, of any shape.
      name: the scope of the nodes; default ``"reciprocal_no_nan"``.

    Example:
      >>> tf.Session().run(tf.math.reciprocal_no_nan([4.0, 0.0]))
      array([0.25, 0.  ], dtype=float32)
    """
    with name_scope(name, "reciprocal_no_nan", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        one = constant(1, dtype=x.dtype.base_dtype, name="one")
        return add_op("DivNoNan", one, x, name=scope)


# ---------------------------------------------------------------------- exponential and logarithm


def exp(x, name: str | None = None) -> Tensor:
    """The exponential function of floating or complex ``x``.

    Example:
      >>> tf.Session().run(tf.exp([0.0, -np.inf]))
      array([1., 0.], dtype=float32)
    """
    return add_op("Exp", x, name=name)


def expm1(x, name: str | None = None) -> Tensor:
    """``exp(x) - 1`` of floating or complex ``x``, without loss of digits near 0.

    Example:
      >>> tf.Session().run(tf.expm1([0.0, 1e-10]))
      array([0.e+00, 1.e-10], dtype=float32)
    """
    return add_op("Expm1", x, name=name)


def log(x, name: str | None = None) -> Tensor:
    """The natural logarithm of floating or complex ``x``: ``-inf`` at 0, nan below.

    Example:
      >>> tf.Session().run(tf.log([1.0, 0.0]))
      array([  0., -inf], dtype=float32)
    """
    return add_op("Log", x, name=name)


def log1p(x, name: str | None = None) -> Tensor:
    """``log(1 + x)`` of floating or complex ``x``, without loss of digits near 0.

    Example:
      >>> tf.Session().run(tf.log1p([0.0, 1e-10]))
      array([0.e+00, 1.e-10], dtype=float32)
    """
    return add_op("Log1p", x, name=name)


def sigmoid(x, name: str | None = None) -> Tensor:
    """The logistic function ``1 / (1 + exp(-x))``.

    Args:
      x: floating or complex numbers, of any shape.
      name: the name of the node; default ``"Sigmoid"``.

    Raises:
      TypeError: ``x`` are integers or truth values.

    Gradient:
      ``dy * y * (1 - y)``, a ``SigmoidGrad`` node.

    Example:
      >>> tf.Session().run(tf.sigmoid([0.0, np.inf]))
      array([0.5, 1. ], dtype=float32)
    """
    with name_scope(name, "Sigmoid", [x]) as scope:
        return add_op("Sigmoid", convert_to_tensor(x, name="x"), name=scope)


# ---------------------------------------------------------------------- circular and hyperbolic


def sin(x, name: str | None = None) -> Tensor:
    """The sine of floating or complex ``x``, in radians."""
    return add_op("Sin", x, name=name)


def cos(x, name: str | None = None) -> Tensor:
    """The cosine of floating or complex ``x``, in radians."""
    return add_op("Cos", x, name=name)


def tan(x, name: str | None = None) -> Tensor:
    """The tangent of floating or complex ``x``, in radians."""
    return add_op("Tan", x, name=name)


def asin(x, name: str | None = None) -> Tensor:
    """The angle in ``[-pi/2, pi/2]`` whose sine is ``x``; nan for real ``x`` beyond -1 and 1."""
    return add_op("Asin", x, name=name)


def acos(x, name: str | None = None) -> Tensor:
    """The angle in ``[0, pi]`` whose cosine is ``x``; nan for real ``x`` beyond -1 and 1."""
    return add_op("Acos", x, name=name)


def atan(x, name: str | None = None) -> Tensor:
    """The angle in ``(-pi/2, pi/2)`` whose tangent is ``x``; `tf.atan2` knows the full circle."""
    return add_op("Atan", x, name=name)


def sinh(x, name: str | None = None) -> Tensor:
    """The hyperbolic sine ``(exp(x) - exp(-x)) / 2`` of floating or complex ``x``."""
    return add_op("Sinh", x, name=name)


def cosh(x, name: str | None = None) -> Tensor:
    """The hyperbolic cosine ``(exp(x) + exp(-x)) / 2`` of floating or complex ``x``."""
    return add_op("Cosh", x, name=name)


@_or_sparse("Tanh")
def tanh(x, name: str | None = None) -> Tensor:
    """The hyperbolic tangent of floating or complex ``x``; its gradient is ``dy * (1 - y**2)``.

    Example:
      >>> tf.Session().run(tf.tanh([0.0, np.inf]))
      array([0., 1.], dtype=float32)
    """
    return add_op("Tanh", x, name=name)


def asinh(x, name: str | None = None) -> Tensor:
    """The inverse of `tf.sinh`."""
    return add_op("Asinh", x, name=name)


def acosh(x, name: str | None = None) -> Tensor:
    """The inverse of `tf.cosh`, not negative; nan where real ``x`` is below 1."""
    return add_op("Acosh", x, name=name)


def atanh(x, name: str | None = None) -> Tensor:
    """The inverse of `tf.tanh`: infinite at -1 and 1, nan where real ``x`` is beyond."""
    return add_op("Atanh", x, name=name)


# ---------------------------------------------------------------------- special functions


@_or_sparse("Erf")
def erf(x, name: str | None = None) -> Tensor:
    """The error function ``2 / sqrt(pi) * integral(exp(-t**2), t=0..x)`` of floating ``x``.

    Example:
      >>> tf.Session().run(tf.erf([0.0, np.inf]))
      array([0., 1.], dtype=float32)
    """
    return add_op("Erf", x, name=name)


def erfc(x, name: str | None = None) -> Tensor:
    """``1 - erf(x)`` of floating ``x``, without loss of digits where ``erf(x)`` is nearly 1."""
    return add_op("Erfc", x, name=name)


def erfinv(x, name: str | None = None) -> Tensor:
    """The inverse of `tf.erf`: infinite at -1 and 1, nan beyond.

    Args:
      x: floating numbers, of any shape.
      name: the scope of the node; default ``"erfinv"``.

    TensorFlow computes it from `ndtri` and loses the digits of small ``x``; this does not.
    """
    with name_scope(name, "erfinv", [x]):
        return add_op("Erfinv", x)


def ndtri(x, name: str | None = None) -> Tensor:
    """The quantile function of the standard normal distribution.

    A normal random number is below the result with probability ``x``.  Infinite at 0 and 1, nan
    beyond.

    Args:
      x: floating numbers, of any shape.
      name: the scope of the node; default ``"ndtri"``.
    """
    with name_scope(name, "ndtri", [x]):
        return add_op("Ndtri", x)


def lgamma(x, name: str | None = None) -> Tensor:
    """``log(abs(gamma(x)))`` of floating ``x``; infinite at 0 and the negative integers.

    In float32 the absolute error near its zeros, 1 and 2, is 5e-7.
    """
    return add_op("Lgamma", x, name=name)


def digamma(x, name: str | None = None) -> Tensor:
    """The derivative of `tf.lgamma`; nan at 0 and the negative integers."""
    return add_op("Digamma", x, name=name)


# ---------------------------------------------------------------------- rounding and questions


def floor(x, name: str | None = None) -> Tensor:
    """The largest integer that is not above floating ``x``; no gradient flows.

    Example:
      >>> tf.Session().run(tf.floor([-0.5, 1.5]))
      array([-1.,  1.], dtype=float32)
    """
    return add_op("Floor", x, name=name)


def ceil(x, name: str | None = None) -> Tensor:
    """The smallest integer that is not below floating ``x``; no gradient flows.

    Example:
      >>> tf.Session().run(tf.ceil([0.5, 1.5]))
      array([1., 2.], dtype=float32)
    """
    return add_op("Ceil", x, name=name)


def round(x, name: str | None = None) -> Tensor:
    """The nearest integer, halves to the even one; integers are returned as they are.

    Example:
      >>> tf.Session().run(tf.round([0.5, 1.5, 2.5]))
      array([0., 2., 2.], dtype=float32)
    """
    x = convert_to_tensor(x, name="x")
    return x if x.dtype.is_integer else add_op("Round", x, name=name)


def rint(x, name: str | None = None) -> Tensor:
    """The nearest integer to floating ``x``, halves to the even one."""
    return add_op("Rint", x, name=name)


def is_nan(x, name: str | None = None) -> Tensor:
    """Whether floating ``x`` is nan: truth values of the shape of ``x``.

    Example:
      >>> tf.Session().run(tf.is_nan([1.0, np.nan, np.inf]))
      array([False,  True, False])
    """
    return add_op("IsNan", x, name=name)


def is_inf(x, name: str | None = None) -> Tensor:
    """Whether floating ``x`` is infinite: truth values of the shape of ``x``."""
    return add_op("IsInf", x, name=name)


def is_finite(x, name: str | None = None) -> Tensor:
    """Whether floating ``x`` is neither nan nor infinite: truth values of the shape of ``x``."""
    return add_op("IsFinite", x, name=name)


def logical_not(x, name: str | None = None) -> Tensor:
    """Whether ``x`` is False, for truth values.

    Example:
      >>> tf.Session().run(tf.logical_not([True, False]))
      array([False,  True])
    """
    return add_op("LogicalNot", x, name=name)


def invert(x, name: str | None = None) -> Tensor:
    """The integers ``x`` with every bit flipped: ``-1 - x`` for signed types.

    Example:
      >>> tf.Session().run(tf.bitwise.invert([0, 5]))
      array([-1, -6], dtype=int32)
    """
    return add_op("Invert", x, name=name)


# ---------------------------------------------------------------------- complex numbers


def complex(real, imag, name: str | None = None) -> Tensor:
    """``real + i imag``.

    Args:
      real: float32 or float64.
      imag: the same type; the shapes are broadcast.
      name: the name of the node; default ``"Complex"``.

    Returns:
      complex64 for float32, complex128 for float64.

    Raises:
      TypeError: the types differ, or are others.

    Example:
      >>> tf.Session().run(tf.complex([1.0, 2.0], [0.5, 0.0]))
      array([1.+0.5j, 2.+0.j ], dtype=complex64)
    """
    real = convert_to_tensor(real, name="real")
    imag = convert_to_tensor(imag, name="imag")
    with name_scope(name, "Complex", [real, imag]) as scope:
        types = (real.dtype.base_dtype, imag.dtype.base_dtype)
        if types == (dt.float64, dt.float64):
            result = dt.complex128
        elif types == (dt.float32, dt.float32):
            result = dt.complex64
        else:
            raise TypeError(
                f"The `real` and `imag` components have incorrect types: {real.dtype.name} "
                f"{imag.dtype.name}. They must be consistent, and one of "
                f"{[dt.float32, dt.float64]}"
            )
        return add_op("Complex", real, imag, Tout=result, name=scope)


def real(input, name: str | None = None) -> Tensor:
    """The real part of ``input``; real numbers are returned as they are.

    Args:
      input: numbers, of any shape.
      name: the name of the node; default ``"Real"``.

    Raises:
      TypeError: ``input`` is not numeric.

    Example:
      >>> tf.Session().run(tf.real(tf.constant([1 + 2j])))
      array([1.])
    """
    with name_scope(name, "Real", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        if input.dtype.is_complex:
            return add_op("Real", input, Tout=input.dtype.real_dtype, name=scope)
        if input.dtype.is_floating or input.dtype.is_integer or input.dtype.is_quantized:
            return input
        raise TypeError(f"input must be a numeric tensor, but got tensor with dtype {input.dtype}")


def imag(input, name: str | None = None) -> Tensor:
    """The imaginary part of ``input``: zeros of its type if it is real.

    Example:
      >>> tf.Session().run(tf.imag(tf.constant([1 + 2j])))
      array([2.])
    """
    with name_scope(name, "Imag", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        if input.dtype.is_complex:
            return add_op("Imag", input, Tout=input.dtype.real_dtype, name=scope)
        return zeros_like(input)


def angle(input, name: str | None = None) -> Tensor:
    """The angle of ``input`` in the complex plane, in radians, in ``(-pi, pi]``.

    For real numbers it is 0, or pi where they are negative.

    Args:
      input: complex or floating numbers, of any shape.
      name: the name of the node, or for real numbers the scope of the nodes; default ``"Angle"``.

    Raises:
      TypeError: ``input`` are integers.

    Example:
      >>> tf.Session().run(tf.angle(tf.constant([1j, -2.0])) * 2 / np.pi)
      array([1., 2.])
    """
    with name_scope(name, "Angle", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        if input.dtype.is_complex:
            return add_op("Angle", input, Tout=input.dtype.real_dtype, name=scope)
        below = add_op("Less", input, 0)
        return add_op("Select", below, np.pi * ones_like(input), zeros_like(input))


def conj(x, name: str | None = None) -> Tensor:
    """The complex conjugate of ``x``; real numbers are returned as they are, without a node.

    Args:
      x: numbers, of any shape.
      name: the name of the node; default ``"Conj"``.

    Raises:
      TypeError: ``x`` is not numeric.

    Example:
      >>> tf.Session().run(tf.conj(tf.constant([1 + 2j])))
      array([1.-2.j])
    """
    if isinstance(x, Tensor) and (x.dtype.is_floating or x.dtype.is_integer):
        return x
    with name_scope(name, "Conj", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_complex or x.dtype.base_dtype is dt.variant:
            return add_op("Conj", x, name=scope)
        if x.dtype.is_floating or x.dtype.is_integer:
            return x
        raise TypeError(f"Expected numeric or variant tensor, got dtype {x.dtype!r}.")
