"""Window functions: weights by which a piece of a signal is multiplied before its transform.

TensorFlow's own nodes, so that ``window_length`` may be a tensor.
"""

import math

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cond import cond
from tfgrad._src.functions.cwise_binary import pow
from tfgrad._src.functions.cwise_unary import cos, sin
from tfgrad._src.functions.fill import ones
from tfgrad._src.functions.fill import range as numbers_to
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor


def _check_dtype(dtype) -> dt.DType:
    dtype = dt.as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {dtype}")
    return dtype


def _scalar(value, dtype: dt.DType, name: str | None = None) -> Tensor:
    value = convert_to_tensor(value, dtype=dtype, name=name)
    value.shape.assert_has_rank(0)
    return value


def _raised_cosine(name, default, window_length, periodic, dtype, a: float, b: float) -> Tensor:
    """``a - b cos(2 pi n / N)``."""
    dtype = _check_dtype(dtype)
    with name_scope(name, default, [window_length, periodic]):
        length = _scalar(window_length, dt.int32, "window_length")
        known = constant_value(length)
        if known == 1:
            return ones([1], dtype=dtype)
        periodic = cast(convert_to_tensor(periodic, dtype=dt.bool_, name="periodic"), dt.int32)
        periodic.shape.assert_has_rank(0)
        is_even = 1 - add_op("FloorMod", length, 2, name="mod")
        n = cast(length + periodic * is_even - 1, dtype)
        count = cast(numbers_to(length), dtype)
        angle = constant(2 * math.pi, dtype=dtype) * count / n

        def window() -> Tensor:
            return cast(a - b * cos(angle), dtype)

        if known is not None:
            return window()
        return cond(add_op("Equal", length, 1), lambda: ones([length], dtype=dtype), window)


def hann_window(window_length, periodic=True, dtype=dt.float32, name: str | None = None) -> Tensor:
    """The window of von Hann: ``w[n] = 0.5 - 0.5 cos(2 pi n / N)``.

    Args:
      window_length: the number of weights, an integer or a scalar tensor.
      periodic: whether ``N`` is ``window_length``; else, and for odd lengths, it is one less.
      dtype: a floating type.
      name: the scope of the nodes; default ``"hann_window"``.

    Returns:
      The weights, of shape ``[window_length]``; 1 for a length of 1.

    Raises:
      ValueError: ``dtype`` is not floating, or ``window_length`` no scalar.

    Example:
      >>> tf.Session().run(tf.signal.hann_window(4))
      array([0. , 0.5, 1. , 0.5], dtype=float32)
    """
    return _raised_cosine(name, "hann_window", window_length, periodic, dtype, 0.5, 0.5)


def hamming_window(
    window_length, periodic=True, dtype=dt.float32, name: str | None = None
) -> Tensor:
    """Hamming's window: ``w[n] = 0.54 - 0.46 cos(2 pi n / N)``; see `tf.signal.hann_window`.

    Example:
      >>> tf.Session().run(tf.signal.hamming_window(4)).round(2)
      array([0.08, 0.54, 1.  , 0.54], dtype=float32)
    """
    return _raised_cosine(name, "hamming_window", window_length, periodic, dtype, 0.54, 0.46)


def vorbis_window(window_length, dtype=dt.float32, name: str | None = None) -> Tensor:
    """The window of the Vorbis format: ``w[n] = sin(pi / 2 sin(pi (n + 0.5) / N)**2)``.

    Args:
      window_length: the number of weights ``N``, an integer or a scalar tensor.
      dtype: a floating type.
      name: the scope of the nodes; default ``"vorbis_window"``.

    Returns:
      The weights, of shape ``[window_length]``.

    Raises:
      ValueError: ``dtype`` is not floating, or ``window_length`` no scalar.
    """
    dtype = _check_dtype(dtype)
    with name_scope(name, "vorbis_window"):
        length = _scalar(window_length, dt.int32)
        n = cast(numbers_to(length), dtype)
        inner = sin(math.pi / cast(length, dtype) * (n + 0.5))
        return sin(math.pi / 2.0 * pow(inner, 2.0))
