"""Discrete cosine transforms, by the Fourier transform of real numbers."""

import math

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_unary import complex as complex_of
from tfgrad._src.functions.cwise_unary import exp, real, rsqrt, sqrt
from tfgrad._src.functions.fft import irfft, rfft
from tfgrad._src.functions.fill import range as numbers_to
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import expand_dims
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def _check(x, type: int, n, axis, norm) -> None:
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}")
    if n is not None and n < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in (1, 2, 3, 4):
        raise ValueError("Types I, II, III and IV (I)DCT are supported.")
    if type == 1:
        if norm == "ortho":
            raise ValueError("Normalization is not supported for the Type-I DCT.")
        last = x.shape[-1]
        last = getattr(last, "value", last)
        if last is not None and last < 2:
            raise ValueError("Type-I DCT requires the dimension to be greater than one.")
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")


def _length(x: Tensor):
    """The length of the last axis, a number if it is known and not 0."""
    return (x.dims[-1] if x.dims else None) or shape_of(x)[-1]


def _resized(x: Tensor, n) -> Tensor:
    """``x`` with ``n`` numbers along the last axis."""
    length = _length(x)
    if isinstance(length, Tensor):
        from tfgrad._src.functions.cond import cond

        return cond(n <= length, lambda: x[..., 0:n], lambda: _lengthened(x, n - length))
    return x[..., 0:n] if n <= length else _lengthened(x, n - length)


def _lengthened(x: Tensor, by) -> Tensor:
    paddings = [[0, 0] for _ in x.dims]
    paddings[-1][1] = by
    return pad(x, paddings=convert_to_tensor(paddings, dtype=dt.int32))


def _weights(first: Tensor, others: Tensor, n) -> Tensor:
    return pad(expand_dims(first, 0), [[0, n - 1]], constant_values=others)


def _transform(x, type: int, n, norm, name: str | None = None) -> Tensor:
    with name_scope(name, "dct", [x]):
        x = convert_to_tensor(x)
        zero = convert_to_tensor(0.0, dtype=x.dtype)
        length = _length(x) if n is None else None
        if n is not None:
            x = _resized(x, n)
        length = _length(x)
        as_float = cast(length, x.dtype)
        if type == 1:  # of the sequence there and back
            return real(rfft(concat([x, x[..., -2:0:-1]], axis=-1)))
        if type == 2:
            half_turns = -numbers_to(as_float) * math.pi * 0.5 / as_float
            scale = 2.0 * exp(complex_of(zero, half_turns))
            y = real(rfft(x, fft_length=[2 * length])[..., :length] * scale)
            if norm == "ortho":
                first = 0.5 * rsqrt(as_float)
                y *= _weights(first, first * math.sqrt(2.0), length)
            return y
        if type == 3:
            if norm == "ortho":
                first = sqrt(as_float)
                x *= _weights(first, first * math.sqrt(0.5), length)
            else:
                x *= as_float
            half_turns = numbers_to(as_float) * math.pi * 0.5 / as_float
            scale = 2.0 * exp(complex_of(zero, half_turns))
            spectrum = scale * complex_of(x, zero)
            return real(irfft(spectrum, fft_length=[2 * length]))[..., :length]
        y = _transform(x, 2, 2 * length, None)[..., 1::2]
        if norm == "ortho":
            y *= math.sqrt(0.5) * rsqrt(as_float)
        return y


def dct(
    input, type=2, n=None, axis=-1, norm=None, name: str | None = None
) -> Tensor:  # fmt: skip
    """The discrete cosine transform along the last axis.

    With ``N`` the length, for k = 0, ..., N - 1::

        type 1   x[0] + (-1)**k x[N-1] + 2 sum over 0 < n < N - 1 of x[n] cos(pi k n / (N - 1))
        type 2   2 sum over n of x[n] cos(pi k (2 n + 1) / (2 N))
        type 3   x[0] + 2 sum over n > 0 of x[n] cos(pi (2 k + 1) n / (2 N))
        type 4   2 sum over n of x[n] cos(pi (2 k + 1) (2 n + 1) / (4 N))

    Args:
      input: ``float32`` or ``float64`` numbers, of shape ``[..., m]``.
      type: 1, 2, 3 or 4.
      n: the length ``N``; what is longer is cut, what is shorter filled up with zeros.  Default
        ``m``.
      axis: must be -1.
      norm: None, or ``"ortho"`` for factors that make the transform of types 2, 3 and 4 orthogonal.
      name: the scope of the nodes; default ``"dct"``.

    Returns:
      A tensor of shape ``[..., N]``.

    Raises:
      ValueError: ``type``, ``n`` or ``norm`` is none of these, or fewer than 2 numbers for type 1.
      NotImplementedError: another ``axis``.

    Example:
      >>> tf.Session().run(tf.signal.dct([1.0, 2.0, 3.0], norm="ortho")).round(3)
      array([ 3.464, -1.414,  0.   ], dtype=float32)
    """
    _check(input, type, n, axis, norm)
    return _transform(input, type, n, norm, name)


def idct(
    input, type=2, n=None, axis=-1, norm=None, name: str | None = None
) -> Tensor:  # fmt: skip
    """The inverse of `tf.signal.dct`, up to a factor unless ``norm`` is ``"ortho"``.

    It is the transform of type 1, 3, 2 or 4 where ``type`` is 1, 2, 3 or 4; without ``norm`` the
    factor is ``2 N``, or ``2 (N - 1)`` for type 1.  The arguments are those of `tf.signal.dct`.

    Example:
      >>> x = tf.signal.dct([1.0, 2.0, 3.0], norm="ortho")
      >>> tf.Session().run(tf.signal.idct(x, norm="ortho")).round(3)
      array([1., 2., 3.], dtype=float32)
    """
    _check(input, type, n, axis, norm)
    return _transform(input, {1: 1, 2: 3, 3: 2, 4: 4}[type], n, norm, name)
