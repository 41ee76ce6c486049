"""Changing the element type of a tensor."""

import contextlib
import logging
from typing import Any

import numpy as np

from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import DType, as_dtype
from tfgrad._src.graph.node import Tensor

_log = logging.getLogger("tfgrad")


def cast(x, dtype, name: str | None = None) -> Any:
    """``x`` with elements of type ``dtype``.

    A float becomes a whole number by dropping its fraction, a whole number keeps its low bits,
    numbers other than zero become True, and of a complex number that becomes real the real part
    remains.

    Args:
      x: a tensor, or `tf.IndexedSlices` or a `tf.SparseTensor`, whose values are cast.
      dtype: the type.
      name: the name of the node; default ``"Cast"``.

    Returns:
      ``x`` itself if it has that type.  Floats outside the range of an integer type give a number
      that depends on the type: do not rely on it, see `tf.saturate_cast`.

    Gradient:
      ``dy`` cast back between floats and complex numbers; none through whole numbers.

    Example:
      >>> tf.Session().run(tf.cast([1.8, -2.2], tf.int32))
      array([ 1, -2], dtype=int32)
    """
    base = as_dtype(dtype).base_dtype
    if isinstance(x, Tensor) and x.dtype is base:
        return x
    if hasattr(x, "_dense_var_to_tensor") and x.dtype is base:
        return x
    with name_scope(name, "Cast", [x]) as scope:
        if _has_values(x):
            values = cast(x.values, base, name=scope)
            if isinstance(x, IndexedSlices):
                return IndexedSlices(values, x.indices, x.dense_shape)
            return type(x)(x.indices, values, x.dense_shape)
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_complex and base.is_floating:
            _log.warning("Casting %s to %s drops the imaginary part.", x.dtype.name, base.name)
        if x.dtype.base_dtype is base:
            return x
        return add_op("Cast", x, DstT=base, name=scope)


def _has_values(x) -> bool:
    return isinstance(x, IndexedSlices) or (
        not isinstance(x, Tensor) and hasattr(x, "indices") and hasattr(x, "dense_shape")
    )


def to_float(x, name: str = "ToFloat"):
    """See `tf.cast`: to ``float32``."""
    return cast(x, dt.float32, name=name)


def to_double(x, name: str = "ToDouble"):
    """See `tf.cast`: to ``float64``."""
    return cast(x, dt.float64, name=name)


def to_int32(x, name: str = "ToInt32"):
    """See `tf.cast`: to ``int32``."""
    return cast(x, dt.int32, name=name)


def to_int64(x, name: str = "ToInt64"):
    """See `tf.cast`: to ``int64``."""
    return cast(x, dt.int64, name=name)


def to_bfloat16(x, name: str = "ToBFloat16"):
    """See `tf.cast`: to ``bfloat16``."""
    return cast(x, dt.bfloat16, name=name)


def to_complex64(x, name: str = "ToComplex64"):
    """See `tf.cast`: to ``complex64``."""
    return cast(x, dt.complex64, name=name)


def to_complex128(x, name: str = "ToComplex128"):
    """See `tf.cast`: to ``complex128``."""
    return cast(x, dt.complex128, name=name)


def _limits(source: DType, target: DType) -> tuple:
    """The least and greatest numbers of type ``source`` that ``target`` can hold."""
    make, common = source.as_numpy_dtype, float
    with contextlib.suppress(TypeError):  # numpy knows no type for bfloat16 and some others
        common = np.promote_types(source.np, target.np)
    low = make(np.maximum(source.min, target.min))
    high = make(np.minimum(float(source.max), float(target.max)))
    if np.array(low, common) < np.array(target.min, common):
        low = np.nextafter(low, make(0), dtype=make)
    if np.array(high, common) > np.array(target.max, common):
        high = np.nextafter(high, make(0), dtype=make)
    return low, high


def saturate_cast(value, dtype, name: str | None = None) -> Tensor:
    """`tf.cast` in which values beyond the range of ``dtype`` become its least or greatest number.

    Args:
      value: a tensor.
      dtype: the type.
      name: the scope of the nodes; default ``"saturate_cast"``.

    Example:
      >>> tf.Session().run(tf.saturate_cast([-5.0, 300.0], tf.uint8))
      array([  0, 255], dtype=uint8)
    """
    with name_scope(name, "saturate_cast", [value]) as scope:
        value = convert_to_tensor(value, name="value")
        dtype = as_dtype(dtype).base_dtype
        source = value.dtype.base_dtype
        if source.is_complex:
            if dtype.is_complex:
                return cast(_clamp_complex(value, source, dtype), dtype, name=scope)
            value = add_op("Real", value, Tout=source.real_dtype)
            _log.warning("Casting %s to %s drops the imaginary part.", source.name, dtype.name)
            source = source.real_dtype
        low, high = _limits(source, dtype.real_dtype)
        value = _clamp(value, low, high, source)
        return cast(value, dtype, name=scope)


def _clamp(value: Tensor, low, high, dtype: DType) -> Tensor:
    low = convert_to_tensor(low, dtype=dtype)
    high = convert_to_tensor(high, dtype=dtype)
    return add_op("ClipByValue", value, low, high, name="clamp")


def _clamp_complex(value: Tensor, source: DType, dtype: DType) -> Tensor:
    a, b = source.real_dtype, dtype.real_dtype
    if a.min >= b.min and a.max <= b.max:
        return value
    return _clamp(value, complex(b.min, b.min), complex(b.max, b.max), source)


def bitcast(input, type, name: str | None = None) -> Tensor:
    """The same bits, read as elements of another type.

    Args:
      input: a tensor of numbers, of shape ``[...]``.
      type: the type.
      name: the name of the node; default ``"Bitcast"``.

    Returns:
      Shape ``[...]`` if the types have one size; ``[..., n]`` if each element falls into ``n``; and
      without its last axis, which must be of length ``n``, if ``n`` elements make one.

    Raises:
      ValueError: the last axis has another length.
    """
    return add_op("Bitcast", input, type=type, name=name)
