"""Arithmetic that rounds as C does, one operation after the other.

A compiler of programs may turn a product and a sum into one operation with a single rounding, and
a division by a constant into a product.  The last bit of a float decides on which side a quantised
value falls, so the lowerings of quantised op types compute with `Exact` values, for which neither
happens: a product is held apart from the sum that takes it, and constants are hidden from the
compiler.  What is known while the program is made is computed by numpy, with the same result.
As in TensorFlow's kernels and in programs, a float32 too small to be normal is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from jax import lax

from tfgrad._src.ops.broadcasting import is_known, stretch
from tfgrad._src.ops.cast import converted

F32, F64 = np.dtype(np.float32), np.dtype(np.float64)
I32, I64 = np.dtype(np.int32), np.dtype(np.int64)


class Exact:
    """An array and its arithmetic; what it is combined with has the same type or is a number.

    Whole numbers wrap around, and their quotients are cut towards zero.

    Attributes:
      value: the array, of numpy or of the program.
    """

    __slots__ = ("_is_product", "value")

    def __init__(self, value, is_product: bool = False):
        self.value = value
        self._is_product = is_product

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(self.value.dtype)

    @property
    def shape(self) -> tuple:
        return self.value.shape

    def _settled(self):
        """The array, behind a barrier if it is a product."""
        return lax.optimization_barrier(self.value) if self._is_product else self.value

    def __add__(self, other) -> Exact:
        return _combined(self, other, np.add, lax.add)

    def __sub__(self, other) -> Exact:
        return _combined(self, other, np.subtract, lax.sub)

    def __rsub__(self, other) -> Exact:
        return _combined(other, self, np.subtract, lax.sub)

    def __mul__(self, other) -> Exact:
        return _combined(self, other, np.multiply, lax.mul, is_product=True)

    def __truediv__(self, other) -> Exact:
        is_constant = is_known(other.value) if isinstance(other, Exact) else True
        if self.dtype == F32 and is_constant and not is_known(self.value):
            # The compiler makes it a product, late: in float64 the difference is rounded away.
            other = _as_exact(other, F32).to(F64)
            return (Exact(self.value).to(F64) / other).to(F32)
        return _combined(self, other, _quotient, lax.div)

    def __rtruediv__(self, other) -> Exact:
        return _combined(other, self, _quotient, lax.div)

    __radd__, __rmul__ = __add__, __mul__

    def __lshift__(self, bits) -> Exact:
        return _combined(self, bits, np.left_shift, lax.shift_left)

    def __rshift__(self, bits) -> Exact:
        return _combined(self, bits, np.right_shift, lax.shift_right_arithmetic)

    def __neg__(self) -> Exact:
        return self._each(np.negative, lax.neg)

    def __abs__(self) -> Exact:
        return self._each(np.abs, lax.abs)

    def __lt__(self, other):
        return _compared(self, other, np.less, lax.lt)

    def __gt__(self, other):
        return _compared(self, other, np.greater, lax.gt)

    def equals(self, other):
        return _compared(self, other, np.equal, lax.eq)

    def floor(self) -> Exact:
        return self._each(np.floor, lax.floor)

    def sqrt(self) -> Exact:
        return self._each(np.sqrt, lax.sqrt)

    def parts(self) -> tuple[Exact, Exact]:
        """``m`` in [0.5, 1) and ``n`` of positive float64 numbers ``m * 2**n``."""
        if is_known(self.value):
            m, n = np.frexp(self.value)
            return Exact(np.asarray(m)), Exact(np.asarray(n, I64))
        bits = Exact(lax.bitcast_convert_type(self.value, I64))
        exponent = bits >> 52
        m = lax.bitcast_convert_type((bits - (exponent << 52) + (1022 << 52)).value, F64)
        return Exact(m), exponent - 1022

    def rounded(self) -> Exact:
        """The nearest whole number; of two the one farther from zero."""
        return self._each(
            _round_away, lambda x: lax.round(x, lax.RoundingMethod.AWAY_FROM_ZERO)
        )  # fmt: skip

    def rounded_to_even(self) -> Exact:
        """The nearest whole number; of two the even one."""
        return self._each(np.rint, lambda x: lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN))

    def to(self, dtype: np.dtype) -> Exact:
        """As C casts: see ``ops/cast.py`` for what does not fit."""
        return self if self.dtype == dtype else Exact(converted(self._settled(), dtype))

    def along(self, axis: int, shape: tuple) -> Exact:
        """A vector stretched to ``shape``, where it runs along ``axis``; a scalar as it is."""
        if not self.shape:
            return self
        if is_known(self.value):
            place = [1] * len(shape)
            place[axis] = -1
            return Exact(np.broadcast_to(np.reshape(self.value, place), shape))
        return Exact(lax.broadcast_in_dim(self.value, shape, (axis,)), self._is_product)

    def _each(self, on_host: Callable, in_program: Callable) -> Exact:
        if is_known(self.value):
            with np.errstate(all="ignore"):
                return Exact(np.asarray(on_host(self.value), self.dtype))
        return Exact(in_program(self.value), self._is_product)


def _flushed(x):
    if x.dtype != F32:
        return x
    return np.where(np.abs(x) < np.finfo(F32).tiny, np.copysign(F32.type(0), x), x)


def _round_away(x):
    half = np.nextafter(np.asarray(0.5, x.dtype), np.asarray(0, x.dtype))
    return np.trunc(x + np.copysign(half, x))


def _quotient(x, y):
    if x.dtype.kind == "f":
        return np.divide(x, y)
    quotient, rest = np.divmod(x, y)
    return quotient + ((rest != 0) & ((x < 0) != (y < 0)))


def _as_exact(x: Any, dtype: np.dtype) -> Exact:
    return x if isinstance(x, Exact) else Exact(np.asarray(x, dtype))


def _pair(x, y, settled: bool) -> tuple:
    """Both arrays, as numpy's or with one shape in the program."""
    dtype = x.dtype if isinstance(x, Exact) else y.dtype
    x, y = _as_exact(x, dtype), _as_exact(y, dtype)
    if is_known(x.value) and is_known(y.value):
        return x.value, y.value, True
    shape = np.broadcast_shapes(x.shape, y.shape)
    arrays = []
    for v in (x, y):
        if is_known(v.value):
            array = lax.optimization_barrier(np.asarray(v.value))
        else:
            array = v._settled() if settled else v.value
        arrays.append(stretch(array, shape))
    return (*arrays, False)


def _combined(x, y, on_host: Callable, in_program: Callable, is_product: bool = False) -> Exact:
    a, b, known = _pair(x, y, settled=not is_product)
    if known:
        with np.errstate(all="ignore"):
            return Exact(_flushed(np.asarray(on_host(_flushed(a), _flushed(b)), a.dtype)))
    return Exact(in_program(a, b), is_product and a.dtype.kind == "f")


def _compared(x, y, on_host: Callable, in_program: Callable):
    a, b, known = _pair(x, y, settled=False)
    return np.asarray(on_host(a, b)) if known else in_program(a, b)


def choose(condition, x, y) -> Exact:
    """``condition ? x : y``, where ``condition`` is a scalar or has the shape of the result."""
    a, b, known = _pair(x, y, settled=False)
    if is_known(condition):
        if known:
            return Exact(np.where(condition, a, b))
        if not np.ndim(condition):
            return Exact(a if condition else b)
    shape = np.broadcast_shapes(np.shape(condition), a.shape, b.shape)
    return Exact(lax.select(*(stretch(v, shape) for v in (condition, a, b))))


def lesser(x, y) -> Exact:
    """``std::min``: of nan and a number the first argument."""
    return choose(_less(y, x), y, x)


def greater(x, y) -> Exact:
    """``std::max``: of nan and a number the first argument."""
    return choose(_less(x, y), y, x)


def _less(x, y):
    return _compared(x, y, np.less, lax.lt)


def clipped(x: Exact, low, high) -> Exact:
    """``x`` between whole numbers."""
    return lesser(greater(x, low), high)
