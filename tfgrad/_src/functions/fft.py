"""Discrete Fourier transforms, and the exchange of the halves of their results.

The op types are in ``ops/fft.py``, where the formulas are; the derivatives are in
``gradients/fft.py``.
"""

from tfgrad._src.functions.comparison import less
from tfgrad._src.functions.cwise_binary import maximum
from tfgrad._src.functions.fill import zeros, zeros_like
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.join import concat, stack, unstack
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value, partial_shape
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor

# ---------------------------------------------------------------------- complex


def fft(input, name: str | None = None) -> Tensor:
    """The discrete Fourier transform along the last axis.

    ::

        y[k] = sum over n of x[n] exp(-2 pi i k n / N)

    Args:
      input: ``complex64`` or ``complex128`` numbers, of shape ``[..., N]``.
      name: the name of the node; default ``"FFT"``.

    Returns:
      A tensor like ``input``.

    Raises:
      TypeError: ``input`` is not complex.

    Gradient:
      ``N * ifft(dy)``.

    Example:
      >>> tf.Session().run(tf.signal.fft(tf.constant([1, 0, 1, 0], tf.complex64)))
      array([2.+0.j, 0.+0.j, 2.+0.j, 0.+0.j], dtype=complex64)
    """
    return add_op("FFT", input, name=name)


def ifft(input, name: str | None = None) -> Tensor:
    """The inverse of `tf.signal.fft`: ``x[n] = 1 / N * sum over k of y[k] exp(2 pi i k n / N)``.

    Example:
      >>> tf.Session().run(tf.signal.ifft(tf.constant([2, 0, 2, 0], tf.complex64)))
      array([1.+0.j, 0.+0.j, 1.+0.j, 0.+0.j], dtype=complex64)
    """
    return add_op("IFFT", input, name=name)


def fft2d(input, name: str | None = None) -> Tensor:
    """`tf.signal.fft` along each of the last two axes."""
    return add_op("FFT2D", input, name=name)


def ifft2d(input, name: str | None = None) -> Tensor:
    """`tf.signal.ifft` along each of the last two axes."""
    return add_op("IFFT2D", input, name=name)


def fft3d(input, name: str | None = None) -> Tensor:
    """`tf.signal.fft` along each of the last three axes."""
    return add_op("FFT3D", input, name=name)


def ifft3d(input, name: str | None = None) -> Tensor:
    """`tf.signal.ifft` along each of the last three axes."""
    return add_op("IFFT3D", input, name=name)


# ---------------------------------------------------------------------- real


def static_dims(tensor: Tensor, rank: int) -> list:
    return [None] * rank if tensor.dims is None else list(tensor.dims[len(tensor.dims) - rank :])


def _own_lengths(tensor: Tensor, rank: int, inverse: bool) -> Tensor:
    """The lengths of a transform that uses the whole of ``tensor``."""
    dims = static_dims(tensor, rank)
    if None in dims:
        lengths = shape_of(tensor)[-rank:]
        if not inverse:
            return lengths
        parts = unstack(lengths)
        parts[-1] = maximum(0, 2 * (parts[-1] - 1))
        return stack(parts)
    if inverse:
        dims[-1] = max(0, 2 * (dims[-1] - 1))
    return convert_to_tensor(dims, dtype=dt.int32)


def _static_lengths(lengths: Tensor) -> tuple | None:
    """The entries, None where unknown, that TensorFlow's Python code sees."""
    value = constant_value(lengths)
    if value is not None and value.ndim:
        return tuple(int(n) for n in value)
    if value is not None or lengths.op.type in ("Pack", "ConcatV2", "StridedSlice", "Cast"):
        return partial_shape(lengths)
    return None


def padded(tensor: Tensor, rank: int, lengths: Tensor, inverse: bool) -> Tensor:
    """``tensor`` with zeros at the ends of those axes that are shorter than the transform needs."""
    if tensor.dims is not None and 0 in tensor.dims:
        return tensor
    wanted = _static_lengths(lengths)
    if wanted is not None and None not in wanted and tensor.dims is not None:
        dims = tensor.dims[len(tensor.dims) - len(wanted) :]
        if None not in dims:
            if inverse:
                wanted = (*wanted[:-1], wanted[-1] // 2 + 1)
            paddings = [[0, max(n - d, 0)] for n, d in zip(wanted, dims, strict=False)]
            if any(n for _, n in paddings):
                outer = [[0, 0]] * max(len(tensor.dims) - len(wanted), 0)
                return pad(tensor, outer + paddings)
            return tensor
    all_axes = rank_of(tensor)
    inner = shape_of(tensor)[-rank:]
    outer = zeros([maximum(0, all_axes - rank)], lengths.dtype)
    if inverse:
        lengths = concat([lengths[:-1], lengths[-1:] // 2 + 1], 0)
    after = concat([outer, maximum(0, lengths - inner)], 0)
    return pad(tensor, stack([zeros_like(after), after], axis=1))


def _real_transform(rank: int, suffix: str, x, fft_length, name: str | None) -> Tensor:
    with name_scope(name, f"rfft{suffix}", [x, fft_length]) as scope:
        x = convert_to_tensor(x, preferred_dtype=dt.float32)
        if x.dtype not in (dt.float32, dt.float64):
            raise ValueError(f"RFFT requires tf.float32 or tf.float64 inputs, got: {x}")
        result = dt.complex64 if x.dtype is dt.float32 else dt.complex128
        x.shape.with_rank_at_least(rank)
        if fft_length is None:
            fft_length = _own_lengths(x, rank, False)
        else:
            fft_length = convert_to_tensor(fft_length, dtype=dt.int32)
        x = padded(x, rank, fft_length, False)
        value = constant_value(fft_length)
        fft_length = fft_length if value is None else value
        return add_op(f"RFFT{suffix.upper()}", x, fft_length, Tcomplex=result, name=scope)


def _inverse_real_transform(rank: int, suffix: str, x, fft_length, name: str | None) -> Tensor:
    with name_scope(name, f"irfft{suffix}", [x, fft_length]) as scope:
        x = convert_to_tensor(x, preferred_dtype=dt.complex64)
        x.shape.with_rank_at_least(rank)
        if x.dtype not in (dt.complex64, dt.complex128):
            raise ValueError(f"IRFFT requires tf.complex64 or tf.complex128 inputs, got: {x}")
        if fft_length is None:
            fft_length = _own_lengths(x, rank, True)
        else:
            fft_length = convert_to_tensor(fft_length, dtype=dt.int32)
        x = padded(x, rank, fft_length, True)
        value = constant_value(fft_length)
        fft_length = fft_length if value is None else value
        real = x.dtype.real_dtype
        return add_op(f"IRFFT{suffix.upper()}", x, fft_length, Treal=real, name=scope)


def rfft(input_tensor, fft_length=None, name: str | None = None) -> Tensor:
    """`tf.signal.fft` of real numbers, without the half that follows from the other.

    Args:
      input_tensor: ``float32`` or ``float64`` numbers, of shape ``[..., n]``.
      fft_length: a vector with the length ``N`` of the transform; what is longer is cut, what is
        shorter filled up with zeros.  Default ``[n]``.
      name: the name of the node; default ``"rfft"``.

    Returns:
      Complex numbers of shape ``[..., N // 2 + 1]``.

    Raises:
      ValueError: the input is of another type or a scalar, or ``fft_length`` is no vector of one.

    Example:
      >>> tf.Session().run(tf.signal.rfft([1.0, 2.0, 3.0, 4.0]))
      array([10.+0.j, -2.+2.j, -2.+0.j], dtype=complex64)
    """
    return _real_transform(1, "", input_tensor, fft_length, name)


def irfft(input_tensor, fft_length=None, name: str | None = None) -> Tensor:
    """The inverse of `tf.signal.rfft`.

    Args:
      input_tensor: complex numbers, of shape ``[..., K]``.
      fft_length: a vector with the number ``N`` of real results; default ``[2 * (K - 1)]``, which
        is wrong where their number was odd.
      name: the name of the node; default ``"irfft"``.

    Returns:
      Real numbers of shape ``[..., N]``.  The imaginary part of the first number, and of the last
      one if ``N`` is even, does not count.

    Raises:
      ValueError: the input is of another type or a scalar, or ``fft_length`` is no vector of one.

    Example:
      >>> x = tf.signal.rfft([1.0, 2.0, 3.0])
      >>> tf.Session().run(tf.signal.irfft(x, fft_length=[3]))
      array([1., 2., 3.], dtype=float32)
    """
    return _inverse_real_transform(1, "", input_tensor, fft_length, name)


def rfft2d(input_tensor, fft_length=None, name: str | None = None) -> Tensor:
    """`tf.signal.rfft` along the last axis, then `tf.signal.fft` along the one before."""
    return _real_transform(2, "2d", input_tensor, fft_length, name)


def irfft2d(input_tensor, fft_length=None, name: str | None = None) -> Tensor:
    """The inverse of `tf.signal.rfft2d`; ``fft_length`` has two entries."""
    return _inverse_real_transform(2, "2d", input_tensor, fft_length, name)


def rfft3d(input_tensor, fft_length=None, name: str | None = None) -> Tensor:
    """`tf.signal.rfft` along the last axis, then `tf.signal.fft` along the two before."""
    return _real_transform(3, "3d", input_tensor, fft_length, name)


def irfft3d(input_tensor, fft_length=None, name: str | None = None) -> Tensor:
    """The inverse of `tf.signal.rfft3d`; ``fft_length`` has three entries."""
    return _inverse_real_transform(3, "3d", input_tensor, fft_length, name)


# ---------------------------------------------------------------------- halves exchanged


def _shifted(x, axes, name: str | None, default: str, backwards: bool) -> Tensor:
    with name_scope(name, default) as scope:
        x = convert_to_tensor(x)
        if axes is None:
            axes = tuple(range(x.shape.ndims))
            shift = shape_of(x) // 2
        elif isinstance(axes, int):
            shift = shape_of(x)[axes] // 2
        else:
            count = rank_of(x)
            axes = where(less(axes, 0), axes + count, axes)
            shift = gather(shape_of(x), axes) // 2
        if backwards:
            shift = -shift
        return add_op("Roll", x, shift, axes, name=scope)


def fftshift(x, axes=None, name: str | None = None) -> Tensor:
    """Exchanges the halves of ``x``, so that frequency 0 comes to stand in the middle.

    Args:
      x: a tensor.
      axes: an axis, or a list of them; default all.
      name: the name of the node; default ``"fftshift"``.

    Returns:
      A tensor like ``x``.

    Example:
      >>> tf.Session().run(tf.signal.fftshift([0, 1, 2, -2, -1]))
      array([-2, -1,  0,  1,  2], dtype=int32)
    """
    return _shifted(x, axes, name, "fftshift", False)


def ifftshift(x, axes=None, name: str | None = None) -> Tensor:
    """The inverse of `tf.signal.fftshift`; for odd lengths the two differ.

    Example:
      >>> tf.Session().run(tf.signal.ifftshift([-2, -1, 0, 1, 2]))
      array([ 0,  1,  2, -2, -1], dtype=int32)
    """
    return _shifted(x, axes, name, "ifftshift", True)
