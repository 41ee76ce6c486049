"""Fourier transforms of any number of axes.  The op types are in ``ops/fft.py``."""

import numpy as np

from tfgrad._src.functions.fft import padded, static_dims
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def _all_axes(x) -> Tensor:
    return convert_to_tensor(np.arange(len(x.shape)), dtype=dt.int32)


def _default_lengths(x: Tensor, kind: str) -> Tensor:
    rank = len(x.shape)
    if kind != "irfftnd":
        return shape_of(x)[-rank:]
    dims = static_dims(x, rank)
    dims[-1] = max(0, 2 * (dims[-1] - 1))
    return convert_to_tensor(dims, dtype=dt.int32)


def _scaled(x: Tensor, norm: str | None, lengths, inverse: bool) -> Tensor:
    """``x`` with the factor that ``norm`` asks for on top of the usual ones."""
    if norm in (None, "backward"):
        return x
    n = 1
    for length in lengths:
        n *= length
    if norm == "ortho":
        n = np.sqrt(n)
    elif norm != "forward":
        return x
    return x * n if inverse else x / n


def _transform(kind: str, x, fft_length, axes, norm: str | None, name: str | None) -> Tensor:
    inverse, is_real = kind.startswith("i"), kind == "rfftnd"
    values = [x, fft_length] if kind == "irfftnd" else [x, fft_length, axes]
    with name_scope(name, kind, values) as scope:
        axes = _all_axes(x) if axes is None else convert_to_tensor(axes, dtype=dt.int32)
        rank = axes.dims[0]
        x = convert_to_tensor(x, preferred_dtype=dt.float32 if is_real else dt.complex64)
        if kind == "irfftnd":
            x.shape.with_rank_at_least(rank)
        if is_real and x.dtype not in (dt.float32, dt.float64):
            raise ValueError(f"RFFT requires tf.float32 or tf.float64 inputs, got: {x}")
        if kind == "irfftnd" and x.dtype not in (dt.complex64, dt.complex128):
            raise ValueError(f"IRFFT requires tf.complex64 or tf.complex128 inputs, got: {x}")
        x.shape.with_rank_at_least(rank)
        if fft_length is None:
            fft_length = _default_lengths(x, kind)
        else:
            fft_length = convert_to_tensor(fft_length, dtype=dt.int32)
        x = padded(x, rank, fft_length, kind == "irfftnd")
        value = constant_value(fft_length)
        fft_length = fft_length if value is None else value
        x = _scaled(x, norm, fft_length, inverse)
        attrs = {}
        if is_real:
            attrs["Tcomplex"] = dt.complex64 if x.dtype is dt.float32 else dt.complex128
        elif kind == "irfftnd":
            attrs["Treal"] = x.dtype.real_dtype
        return add_op(kind.upper(), x, fft_length, axes, name=scope, **attrs)


def fftnd(
    input_tensor, fft_length=None, axes=None, norm: str | None = None, name: str | None = None
) -> Tensor:
    """`tf.signal.fft` along each of the last axes.

    Args:
      input_tensor: ``complex64`` or ``complex128`` numbers.
      fft_length: a vector with the lengths of the transform; what is longer is cut, what is
        shorter filled up with zeros.  Default the shape of ``input_tensor``.
      axes: which axes, the last ones in their order; default all.
      norm: what is divided by the number ``n`` of elements that are summed: ``"backward"``, the
        default, the inverse; ``"forward"`` this one; ``"ortho"`` both, by the root of ``n``.
      name: the name of the node; default ``"fftnd"``.

    Returns:
      A tensor like ``input_tensor``, with the lengths ``fft_length`` along the axes.

    Raises:
      TypeError: the numbers are not complex.
      tf.errors.InvalidArgumentError: when run, the axes are others, or there are not as many
        lengths.

    TensorFlow has a kernel for GPUs alone, and no gradient.

    Example:
      >>> x = tf.constant(np.eye(2), tf.complex64)
      >>> tf.Session().run(tf.signal.fftnd(x))
      array([[2.+0.j, 0.+0.j],
             [0.+0.j, 2.+0.j]], dtype=complex64)
    """
    return _transform("fftnd", input_tensor, fft_length, axes, norm, name)


def ifftnd(
    input_tensor, fft_length=None, axes=None, norm: str | None = None, name: str | None = None
) -> Tensor:
    """The inverse of `tf.signal.fftnd`, with the same arguments."""
    return _transform("ifftnd", input_tensor, fft_length, axes, norm, name)


def rfftnd(
    input_tensor, fft_length=None, axes=None, norm: str | None = None, name: str | None = None
) -> Tensor:
    """`tf.signal.rfft` along the last axis, then `tf.signal.fft` along those before.

    See `tf.signal.fftnd` for the arguments; ``input_tensor`` is ``float32`` or ``float64``.

    Raises:
      ValueError: the input is of another type.

    Example:
      >>> tf.Session().run(tf.signal.rfftnd(tf.constant([[1.0, 2.0], [3.0, 4.0]])))
      array([[10.+0.j, -2.+0.j],
             [-4.+0.j,  0.+0.j]], dtype=complex64)
    """
    return _transform("rfftnd", input_tensor, fft_length, axes, norm, name)


def irfftnd(
    input_tensor, fft_length=None, axes=None, norm: str | None = None, name: str | None = None
) -> Tensor:
    """The inverse of `tf.signal.rfftnd`, with the same arguments but for complex numbers.

    The default of the last entry of ``fft_length`` is ``2 * (K - 1)``, which is wrong where the
    number of real numbers was odd.

    Raises:
      ValueError: the input is of another type.
    """
    return _transform("irfftnd", input_tensor, fft_length, axes, norm, name)
