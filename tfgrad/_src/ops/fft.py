"""Discrete Fourier transforms of the last one, two, three or more axes.

::

    FFT    y[k] = sum over n of x[n] exp(-2 pi i k n / N)
    IFFT   x[n] = 1 / N * sum over k of y[k] exp(2 pi i k n / N)
    RFFT   FFT of real numbers; along the last axis only the first N // 2 + 1 numbers
    IRFFT  its inverse: what is missing is the conjugate of what is there

RFFT and IRFFT take the lengths ``N`` from an input of their own and use as much of their argument
as they need; they do not pad it.  The op types whose names end in ``ND`` are told the axes too,
which must be the last ones in their order.

The derivatives are in ``gradients/fft.py``, the public functions in ``functions/fft.py``.
"""

import itertools
import math

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, unknown, with_rank, with_rank_at_least
from tfgrad._src.ops.broadcasting import invalid, shape_list

_REAL = (dt.float32, dt.float64)
_COMPLEX = (dt.complex64, dt.complex128)
_DEFAULTS = {"Treal": dt.float32, "Tcomplex": dt.complex64}


def _check_rank(node, x, rank: int) -> None:
    if len(x.shape) < rank:
        raise invalid(
            node, f"Input must have rank of at least {rank} but got: {shape_list(x.shape)}"
        )


# ---------------------------------------------------------------------- complex


def _define_complex(op_type: str, rank: int, kind: lax.FftType) -> None:
    def shape(node, x: Shape) -> Shape:
        return with_rank_at_least(x, rank)

    def lower(node, x):
        _check_rank(node, x, rank)
        if 0 in x.shape:
            return x
        return lax.fft(x, kind, x.shape[len(x.shape) - rank :])

    defop(
        f"{op_type}(input: Tcomplex) -> output: Tcomplex",
        Tcomplex=_COMPLEX, default_types={"Tcomplex": dt.complex64}, shape=shape,
    )(lower)  # fmt: skip


# ---------------------------------------------------------------------- real


def _half(n: int) -> int:
    """How many numbers the transform of ``n`` real ones needs."""
    return n // 2 + 1 if n else 0


def _shape_of(rank: int, from_real: bool):
    def rule(node, x: Shape, lengths: Shape) -> Shape:
        x = with_rank_at_least(x, rank)
        (count,) = with_rank(lengths, 1)
        if count not in (None, rank):
            raise ShapeError(f"Dimension must be {rank} but is {count}")
        if x is None:
            return None
        outer = x[: len(x) - rank]
        value = known_value(node.inputs[1])
        if value is None:
            return outer + (None,) * rank
        dims = [int(n) for n in value]
        if from_real:
            dims[-1] = 0 if dims[-1] == 0 else int(dims[-1] / 2) + 1
        for n in dims:
            if n < -1:
                raise ShapeError(f"Dimension {n} must be >= 0")
        return outer + tuple(None if n < 0 else n for n in dims)

    return rule


def _lengths(node, x, lengths, rank: int) -> tuple:
    """The second input as a tuple.

    Raises:
      InvalidArgumentError: the inputs do not fit.
    """
    _check_rank(node, x, rank)
    if np.shape(lengths) != (rank,):
        raise invalid(node, f"fft_length must have shape [{rank}]")
    for i, n in enumerate(lengths):
        if n < 0:
            raise invalid(node, f"fft_length[{i}] must >= 0, but got: {n}")
    return tuple(int(n) for n in lengths)


def _start_of(node, x, lengths: tuple):
    """The part of ``x`` that a transform of ``lengths`` uses."""
    outer = x.shape[: len(x.shape) - len(lengths)]
    for i, n in enumerate(lengths):
        d = x.shape[len(outer) + i]
        if d < n and math.prod(x.shape):
            raise invalid(
                node, f"Input dimension {len(outer) + i} must have length of at least {n} "
                f"but got: {d}",
            )  # fmt: skip
    if x.shape == outer + lengths:
        return x
    return lax.slice(x, (0,) * len(x.shape), outer + lengths)


def _define_real(rank: int, suffix: str) -> None:
    def forward(node, x, lengths):
        lengths = _lengths(node, x, lengths, rank)
        outer = x.shape[: len(x.shape) - rank]
        result = (*outer, *lengths[:-1], _half(lengths[-1]))
        if 0 in result or 0 in x.shape:
            return lax.full(result, 0, node.outputs[0].dtype.np)
        return lax.fft(_start_of(node, x, lengths), lax.FftType.RFFT, lengths)

    def inverse(node, x, lengths):
        lengths = _lengths(node, x, lengths, rank)
        outer = x.shape[: len(x.shape) - rank]
        if 0 in lengths or 0 in x.shape:
            return lax.full(outer + lengths, 0, node.outputs[0].dtype.np)
        x = _start_of(node, x, (*lengths[:-1], _half(lengths[-1])))
        return lax.fft(x, lax.FftType.IRFFT, lengths)

    types = {"Treal": _REAL, "Tcomplex": _COMPLEX, "default_types": _DEFAULTS}
    defop(
        f"RFFT{suffix}(input: Treal, fft_length: int32; Tcomplex: type = complex64)"
        " -> output: Tcomplex",
        shape=_shape_of(rank, True), host_inputs=("fft_length",), **types,
    )(forward)  # fmt: skip
    defop(
        f"IRFFT{suffix}(input: Tcomplex, fft_length: int32; Treal: type = float32)"
        " -> output: Treal",
        shape=_shape_of(rank, False), host_inputs=("fft_length",), **types,
    )(inverse)  # fmt: skip


for _rank, _suffix in ((1, ""), (2, "2D"), (3, "3D")):
    _define_complex(f"FFT{_suffix}", _rank, lax.FftType.FFT)
    _define_complex(f"IFFT{_suffix}", _rank, lax.FftType.IFFT)
    _define_real(_rank, _suffix)


# ---------------------------------------------------------------------- of old graphs


def _define_batch(op_type: str, rank: int, kind: lax.FftType) -> None:
    def lower(node, x):
        _check_rank(node, x, rank)
        return x if 0 in x.shape else lax.fft(x, kind, x.shape[len(x.shape) - rank :])

    defop(f"{op_type}(input: complex64) -> output: complex64", shape=unknown)(lower)


for _rank, _suffix in ((1, ""), (2, "2D"), (3, "3D")):
    _define_batch(f"BatchFFT{_suffix}", _rank, lax.FftType.FFT)
    _define_batch(f"BatchIFFT{_suffix}", _rank, lax.FftType.IFFT)


# ---------------------------------------------------------------------- any number of axes

_LIBRARY = 3  # axes that XLA transforms at once


def _nd_shape(node, x: Shape, lengths: Shape, axes: Shape) -> Shape:
    """TensorFlow says that the shape does not change, which is wrong where lengths differ."""
    x = with_rank_at_least(x, 1)
    if x is None:
        return None
    value = known_value(node.inputs[1])
    count = axes[0] if axes is not None and len(axes) == 1 else None
    if count is None or count > len(x):
        return (None,) * len(x)
    outer = x[: len(x) - count]
    if value is None or value.shape != (count,):
        return outer + (None,) * count
    dims = [None if n < 0 else int(n) for n in value]
    if node.type == "RFFTND" and count and dims[-1] is not None:
        dims[-1] = _half(dims[-1])
    return (*outer, *dims)


def _nd_lengths(node, x, lengths, axes) -> tuple:
    """The lengths of the transforms.

    Raises:
      InvalidArgumentError: the inputs do not fit, in TensorFlow's words.
    """
    rank = len(axes)
    _check_rank(node, x, rank)
    places = [int(a) + len(x.shape) if a < 0 else int(a) for a in axes]
    if any(b != a + 1 for a, b in itertools.pairwise(places)):
        raise invalid(node, "axes must be successive and ascending.")
    if places[-1:] not in ([], [len(x.shape) - 1]):
        raise invalid(node, "The last axis to perform transform on must be -1.")
    if np.shape(lengths) != (rank,):
        raise invalid(node, f"fft_length must have shape [{rank}], but got: {np.size(lengths)}.")
    return _lengths(node, x, lengths, rank)


def _one_by_one(x, kind: lax.FftType, count: int, rank: int):
    """Transforms the first ``count`` of the last ``rank`` axes, the length of which stays."""
    for axis in range(len(x.shape) - rank, len(x.shape) - rank + count):
        order = [*range(axis), *range(axis + 1, len(x.shape)), axis]
        x = lax.fft(lax.transpose(x, order), kind, (x.shape[axis],))
        x = lax.transpose(x, np.argsort(order))
    return x


def _define_nd(op_type: str, kind: lax.FftType, types: dict) -> None:
    """The last axes at once, the others one after the other: after those if the first is real."""
    inverse = kind in (lax.FftType.IFFT, lax.FftType.IRFFT)
    around = lax.FftType.IFFT if inverse else lax.FftType.FFT
    argument, result = ("Treal", "Tcomplex") if kind == lax.FftType.RFFT else ("Tcomplex",) * 2
    result = "Treal" if kind == lax.FftType.IRFFT else result

    def lower(node, x, lengths, axes):
        lengths = _nd_lengths(node, x, lengths, axes)
        rank = len(lengths)
        used, made = lengths, lengths
        if rank and kind == lax.FftType.IRFFT:
            used = (*lengths[:-1], _half(lengths[-1]))
        if rank and kind == lax.FftType.RFFT:
            made = (*lengths[:-1], _half(lengths[-1]))
        outer = x.shape[: len(x.shape) - rank]
        dtype = node.outputs[0].dtype.np
        if 0 in outer + made or 0 in x.shape:
            return lax.full(outer + made, 0, dtype)
        x = _start_of(node, x, used)
        if not rank:
            return lax.convert_element_type(x, dtype)
        alone = max(0, rank - _LIBRARY)
        if inverse:
            x = _one_by_one(x, around, alone, rank)
        x = lax.fft(x, kind, lengths[alone:])
        return x if inverse else _one_by_one(x, around, alone, rank)

    attrs = {"Treal": "Treal: type = float32", "Tcomplex": "Tcomplex: type = complex64"}
    more = "" if result == argument else f"; {attrs[result]}"
    defop(
        f"{op_type}(input: {argument}, fft_length: int32, axes: int32{more}) -> output: {result}",
        shape=_nd_shape, host_inputs=("fft_length", "axes"), **types,
    )(lower)  # fmt: skip


_BOTH = {"Treal": _REAL, "Tcomplex": _COMPLEX, "default_types": _DEFAULTS}
_ONE = {"Tcomplex": _COMPLEX, "default_types": {"Tcomplex": dt.complex64}}
_define_nd("FFTND", lax.FftType.FFT, _ONE)
_define_nd("IFFTND", lax.FftType.IFFT, _ONE)
_define_nd("RFFTND", lax.FftType.RFFT, _BOTH)
_define_nd("IRFFTND", lax.FftType.IRFFT, _BOTH)
