"""Derivatives of the discrete Fourier transforms.

They are linear.  The gradient of ``y = F x`` is ``conj(F)^T dy``: the inverse transform without its
factor ``1 / N``, and the other way round.

A transform of real numbers gives half of the spectrum.  The gradient of RFFT is
``real(sum over the given k of dy[k] exp(2 pi i k n / N))``.  IRFFT of ``dy`` is that sum over
all k, in which every k but the first, and the last for even N, counts twice; so TensorFlow
halves it and adds the rest.  Likewise the gradient of IRFFT is RFFT with weights 1, 2, ..., 2, 1.

TensorFlow has no gradient in three dimensions, nor where a transform leaves out the end of its
argument.  Here the gradient is then written out with the full transform, and zeros for what was
left out.
"""

import math
from collections.abc import Callable

from tfgrad._src.functions import fft
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_unary import conj, exp, reciprocal
from tfgrad._src.functions.cwise_unary import real as real_part
from tfgrad._src.functions.fill import ones, zeros_like
from tfgrad._src.functions.fill import range as numbers_to
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.linalg import matmul
from tfgrad._src.functions.reduce import reduce_prod
from tfgrad._src.functions.shape import expand_dims, reshape, tile, transpose
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Operation, Tensor


def _size(t: Tensor, rank: int) -> Tensor:
    """The number of elements of one transform."""
    return reduce_prod(shape_of(t)[-rank:])


def _register_complex(suffix: str, rank: int) -> None:
    @gradient(f"FFT{suffix}", f"BatchFFT{suffix}")
    def fft_grad(op: Operation, dy: Tensor) -> Tensor:
        size = cast(_size(dy, rank), dy.dtype)
        return add_op(f"IFFT{suffix}", dy) * size

    @gradient(f"IFFT{suffix}", f"BatchIFFT{suffix}")
    def ifft_grad(op: Operation, dy: Tensor) -> Tensor:
        size = cast(1.0 / cast(_size(dy, rank), dy.dtype.real_dtype), dy.dtype)
        return add_op(f"FFT{suffix}", dy) * size


for _rank, _suffix in ((1, ""), (2, "2D"), (3, "3D")):
    _register_complex(_suffix, _rank)


# ---------------------------------------------------------------------- real, as in TensorFlow


def _signs(length: Tensor, dtype: dt.DType) -> Tensor:
    """1, -1, 1, ..."""
    return cast(1 - 2 * (numbers_to(length) % 2), dtype)


def _fourier_matrix(length: Tensor, dtype: dt.DType) -> Tensor:
    """``exp(-2 pi i a b / length)``."""
    b = tile(expand_dims(numbers_to(length), 0), (length, 1))
    a = transpose(b, [1, 0])
    return exp(-2j * math.pi * cast(b * a, dtype) / cast(length, dtype))


def _matrix_per_slice(matrix: Tensor, t: Tensor) -> Tensor:
    """``matrix`` for each of the matrices in ``t``."""
    leading = ones([rank_of(t) - 2], dt.int32)
    matrix = reshape(matrix, concat([leading, shape_of(matrix)], 0))
    return tile(matrix, concat([shape_of(t)[:-2], [1, 1]], 0))


def _rfft_grad(op: Operation, dy: Tensor, rank: int, inverse: Callable) -> Tensor:
    x, lengths = op.inputs
    dy = convert_to_tensor(dy)  # it may be sliced
    dims = shape_of(x)
    is_even = cast(1 - lengths[-1] % 2, dy.dtype)
    first = dy[..., 0:1]
    if rank == 1:
        last = dy[..., -1:]
        once = first + is_even * last * _signs(dims[-1], dy.dtype)
    else:
        matrix = _matrix_per_slice(_fourier_matrix(dims[-2], dy.dtype), first)
        once = matmul(matrix, conj(first))
        last = dy[..., -1:]
        of_last = matmul(matrix, conj(last))
        inner = dims[-1]
        repeats = concat([ones([rank_of(dy) - 1], dt.int32), [inner]], 0)
        of_last = tile(of_last, repeats) * _signs(inner, dy.dtype)
        once += is_even * of_last
    size = cast(_size(x, rank), dy.dtype.real_dtype)
    return 0.5 * (inverse(dy, lengths) * size + real_part(once))


def _irfft_grad(op: Operation, dy: Tensor, rank: int, forward: Callable) -> Tensor:
    x, lengths = op.inputs
    known = constant_value(lengths)
    lengths = lengths if known is None else known
    result = dt.complex64 if dy.dtype is dt.float32 else dt.complex128
    is_odd = add_op("FloorMod", lengths[-1], 2, name="mod")
    count = shape_of(x)[-1]
    weights = concat(
        [[1.0], 2.0 * ones([count - 2 + is_odd], dy.dtype), ones([1 - is_odd], dy.dtype)], 0
    )
    size = reciprocal(cast(_size(dy, rank), dy.dtype))
    return forward(dy, lengths) * cast(size * weights, result)


# ---------------------------------------------------------------------- real, in general


def _filled_up(t: Tensor, dims, rank: int) -> Tensor:
    """``t`` with zeros at the end of its last ``rank`` axes, whose lengths then are ``dims``."""
    inner = shape_of(t)[-rank:]
    outer = zeros_like(shape_of(t)[:-rank])
    after = concat([outer, dims - inner], 0)
    return add_op("Pad", t, stack([zeros_like(after), after], axis=1))


def _general_rfft_grad(op: Operation, dy: Tensor, rank: int, suffix: str) -> Tensor:
    x, lengths = op.inputs
    size = cast(reduce_prod(lengths), dy.dtype)
    dx = real_part(add_op(f"IFFT{suffix}", _filled_up(dy, lengths, rank)) * size)
    return _filled_up(dx, shape_of(x)[-rank:], rank)


def _shares(lengths: Tensor, dtype: dt.DType) -> Tensor:
    """1, 2, ..., 2, 1, or without the last 1 for odd lengths, over the number of elements."""
    n = lengths[-1]
    k = numbers_to(n // 2 + 1)
    weights = 2 - cast(add_op("Equal", add_op("FloorMod", 2 * k, n), 0), dt.int32)
    size = cast(reduce_prod(lengths), dtype)
    return cast(weights, dtype) / size


def _general_irfft_grad(op: Operation, dy: Tensor, rank: int, suffix: str) -> Tensor:
    x, lengths = op.inputs
    spectrum = add_op(f"RFFT{suffix}", dy, lengths, Tcomplex=x.dtype)
    dx = spectrum * cast(_shares(lengths, dy.dtype), x.dtype)
    return _filled_up(dx, shape_of(x)[-rank:], rank)


def _is_cut(op: Operation, rank: int, inverse: bool) -> bool:
    """Whether the transform is known to leave out the end of its argument."""
    x, lengths = op.inputs
    wanted = constant_value(lengths)
    if wanted is None or x.dims is None:
        return False
    wanted = [int(n) for n in wanted]
    if inverse:
        wanted[-1] = wanted[-1] // 2 + 1
    dims = x.dims[len(x.dims) - rank :]
    return any(d is not None and d > n for d, n in zip(dims, wanted, strict=True))


@gradient("RFFT", "RFFT2D")
def rfft_grad(op: Operation, dy: Tensor) -> tuple:
    rank, suffix, inverse = (1, "", fft.irfft) if op.type == "RFFT" else (2, "2D", fft.irfft2d)
    if _is_cut(op, rank, False):
        return _general_rfft_grad(op, dy, rank, suffix), None
    return _rfft_grad(op, dy, rank, inverse), None


@gradient("IRFFT", "IRFFT2D")
def irfft_grad(op: Operation, dy: Tensor) -> tuple:
    rank, suffix, forward = (1, "", fft.rfft) if op.type == "IRFFT" else (2, "2D", fft.rfft2d)
    if _is_cut(op, rank, True):
        return _general_irfft_grad(op, dy, rank, suffix), None
    return _irfft_grad(op, dy, rank, forward), None


@gradient("RFFT3D")
def rfft3d_grad(op: Operation, dy: Tensor) -> tuple:
    return _general_rfft_grad(op, dy, 3, "3D"), None


@gradient("IRFFT3D")
def irfft3d_grad(op: Operation, dy: Tensor) -> tuple:
    return _general_irfft_grad(op, dy, 3, "3D"), None


# ---------------------------------------------------------------------- any number of axes

# TensorFlow has no gradient of these.


def _with_shape(t: Tensor, wanted: Tensor) -> Tensor:
    """``t`` with zeros at the ends of its axes."""
    after = wanted - shape_of(t)
    return add_op("Pad", t, stack([zeros_like(after), after], axis=1))


@gradient("FFTND", "IFFTND")
def fftnd_grad(op: Operation, dy: Tensor) -> tuple:
    x, lengths, axes = op.inputs
    size = cast(reduce_prod(lengths), dy.dtype.real_dtype)
    inverse = op.type == "IFFTND"
    dx = add_op("FFTND" if inverse else "IFFTND", dy, lengths, axes)
    dx = dx * cast(reciprocal(size) if inverse else size, dy.dtype)
    return _with_shape(dx, shape_of(x)), None, None


@gradient("RFFTND")
def rfftnd_grad(op: Operation, dy: Tensor) -> tuple:
    x, lengths, axes = op.inputs
    whole = concat([shape_of(dy)[:-1], lengths[-1:]], 0)
    size = cast(reduce_prod(lengths), dy.dtype)
    dx = real_part(add_op("IFFTND", _with_shape(dy, whole), lengths, axes) * size)
    return _with_shape(dx, shape_of(x)), None, None


@gradient("IRFFTND")
def irfftnd_grad(op: Operation, dy: Tensor) -> tuple:
    x, lengths, axes = op.inputs
    spectrum = add_op("RFFTND", dy, lengths, axes, Tcomplex=x.dtype)
    dx = spectrum * cast(_shares(lengths, dy.dtype), x.dtype)
    return _with_shape(dx, shape_of(x)), None, None
