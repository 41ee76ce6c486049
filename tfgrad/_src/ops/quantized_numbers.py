"""From floats to the integers that stand for them and back: four formulas that round differently.

A quantised array is an array of integers with a range ``[low, high]`` of float32: the least integer
of the type stands for ``low``, the greatest for ``high``, and the others lie between at equal
distances.  TensorFlow's kernels compute this in two ways: whole arrays in float32 (`from_floats`,
`to_floats`), single numbers in float64 (`from_numbers`, `to_numbers`).  The results can differ by
one, so each op takes the formula of its kernel.  Zero need not be one of the numbers.

All functions take and give `Exact` values and scalars, or vectors that were stretched before.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import DType, qint32, quint8
from tfgrad._src.ops.exact import F32, F64, I32, I64, Exact, choose, clipped, greater, lesser


def least(dtype: DType) -> int:
    return int(np.iinfo(dtype.np).min)


def greatest(dtype: DType) -> int:
    return int(np.iinfo(dtype.np).max)


def whole(x: Exact, dtype: DType) -> Exact:
    """The integers; TensorFlow makes floats of 32 bits before it makes other numbers of them."""
    return x.to(F32) if dtype is qint32 else x


def steps(dtype: DType) -> int:
    """The number of integers less one."""
    return greatest(dtype) - least(dtype)


# ---------------------------------------------------------------------- arrays, in float32


def to_floats(x: Exact, low: Exact, high: Exact, dtype: DType) -> Exact:
    """What the integers ``x`` stand for."""
    scale = ((high - low).to(F64) / float(steps(dtype))).to(F32)
    first = choose(high.equals(low), low, (low / scale).rounded() * scale)
    return (first - scale * least(dtype)) + x.to(F32) * scale


def from_floats(x: Exact, low: Exact, high: Exact, dtype: DType) -> Exact:
    """The nearest integers of the type."""
    scale = (float(steps(dtype)) / (high - low).to(F64)).to(F32)
    scale = choose(high.equals(low), np.zeros((), F32), scale)
    start = (low * scale).rounded() - float(least(dtype))
    # The largest float that is an int32, where the type has larger integers.
    most = min(float(greatest(dtype)), 2147483520.0)
    y = (x * scale).rounded() - start
    return clipped(y, float(least(dtype)), most).to(I32).to(dtype.np)


# ---------------------------------------------------------------------- numbers, in float64


def _width(low: Exact, high: Exact, dtype: DType) -> Exact:
    n = float(steps(dtype) + 1)
    return (high - low).to(F64) * (n / (n - 1))


def to_numbers(x: Exact, low: Exact, high: Exact, dtype: DType) -> Exact:
    """What the integers ``x`` stand for, each rounded once (twice, for 32 bits)."""
    scale = _width(low, high, dtype) / float(steps(dtype) + 1)
    first = ((low / scale.to(F32)).rounded() * scale.to(F32)).to(F64)
    y = first + (whole(x, dtype).to(F64) - float(least(dtype))) * scale
    return choose(low.equals(high), low, y.to(F32))


def _steps_from(x: Exact, low: Exact, high: Exact, dtype: DType) -> Exact:
    """How many steps ``x`` lies above ``low``, as int64."""
    scale = float(steps(dtype) + 1) / _width(low, high, dtype)
    y = ((x.to(F64) * scale).rounded() - (low.to(F64) * scale).rounded()).to(I64)
    return choose(low.equals(high), np.asarray(0, I64), y)


def unlimited(x: Exact, low: Exact, high: Exact, dtype: DType) -> Exact:
    """The nearest int64, which may be beyond the type."""
    return _steps_from(x, low, high, dtype) + least(dtype)


def from_numbers(x: Exact, low: Exact, high: Exact, dtype: DType) -> Exact:
    """The nearest integers of the type, each rounded once."""
    y = clipped(_steps_from(x, low, high, dtype), 0, steps(dtype)) + least(dtype)
    return y.to(I32).to(dtype.np)


def place_of_zero(low: Exact, high: Exact, dtype: DType) -> Exact:
    """The int32 that stands for 0, perhaps beyond the type."""
    return unlimited(number(0.0), low, high, dtype).to(I32)


def number(x: float) -> Exact:
    return Exact(np.asarray(x, F32))


# ---------------------------------------------------------------------- other ranges


def requantized(x: Exact, ends: tuple[Exact, Exact], new: tuple, source: DType, target: DType):
    """The integers of ``target`` that stand in the range ``new`` for the same numbers."""
    if source is qint32 and target is quint8:
        return _in_fixed_point(x, *ends, *new)
    return from_floats(to_floats(x, *ends, source), *new, target)


_BITS = 16  # behind the point


def _in_fixed_point(x: Exact, low: Exact, high: Exact, new_low: Exact, new_high: Exact) -> Exact:
    """Of 32 to 8 bits, with sixteen bits behind the point."""
    old, new = high - low, new_high - new_low
    is_empty = new.equals(0.0)
    one, zero = float(1 << _BITS), np.asarray(0, I64)
    scale = ((255.0 * one) * old.to(F64)) / new.to(F64)
    scale = choose(is_empty, zero, scale.to(I64))
    per_number = choose(is_empty, np.zeros((), F32), (255.0 / new.to(F64)).to(F32))
    middle = ((low + high).to(F64) / 2.0).to(F32)
    start = ((middle * per_number) * one).to(I64)
    new_start = (one * (new_low.to(F64) * 255.0)) / new.to(F64)
    new_start = choose(is_empty, zero, new_start.rounded().to(I64))
    y = (whole(x, qint32).to(I64) * scale >> 32) + (start - new_start + (1 << (_BITS - 1)))
    return clipped(y >> _BITS, 0, 255).to(np.dtype(np.uint8))


def range_of_products(ends: tuple, others: tuple, types: tuple) -> tuple[Exact, Exact]:
    """The range of the type ``types[2]`` for products of ``types[0]`` and ``types[1]``."""
    a, b, c = types
    step = _step(*ends, a) * _step(*others, b)
    return step * float(least(c)), step * float(greatest(c))


def _step(low: Exact, high: Exact, dtype: DType) -> Exact:
    return (high - low) / float(steps(dtype))


def extremes(x: Exact, dtype: DType) -> tuple[Exact, Exact]:
    """The least and the greatest integer, and the other way round of an empty array."""
    return _extreme(x, np.minimum, greatest(dtype)), _extreme(x, np.maximum, least(dtype))


def _extreme(x: Exact, ufunc, start: int) -> Exact:
    if isinstance(x.value, np.ndarray):
        return Exact(np.asarray(ufunc.reduce(x.value, axis=None, initial=start), x.dtype))
    combine = lax.min if ufunc is np.minimum else lax.max
    axes = tuple(range(len(x.shape)))
    return Exact(lax.reduce(x.value, np.asarray(start, x.dtype), combine, axes))


def range_of(x: Exact, low: Exact, high: Exact, dtype: DType) -> tuple[Exact, Exact]:
    """The range that the integers ``x`` use, with zero in it or below its lower end."""
    first, last = extremes(x, dtype)
    return (
        lesser(number(0.0), to_numbers(first, low, high, dtype)),
        to_numbers(last, low, high, dtype),
    )


def range_of_sums(ends: tuple, others: tuple) -> tuple[Exact, Exact]:
    """A symmetric range in which numbers of both can be added as 32 bits."""
    most = greater(ends[1], greater(-ends[0], greater(others[1], -others[0]))) * float(1 << 17)
    return -most, most
