"""Changing the element type: by value (`Cast`) or by bits (`Bitcast`).

A float becomes a whole number by dropping its fraction.  Outside the range of int32 or int64, and
for NaN, the result is the least number of the type, as x86 gives it; narrower types take the low
bits of that int32.  TensorFlow leaves such values to the machine, and differs from itself between
a vector and its last few elements.

The derivative is in ``gradients/cast.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.dtypes import DType, string
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, same_as_input
from tfgrad._src.ops.broadcasting import invalid, types

WIDE = (np.dtype(np.int32), np.dtype(np.int64))
HALF = ("float16", "bfloat16")


class _Numpy:
    """The few functions that a cast needs, from numpy."""

    convert = staticmethod(lambda x, dtype: np.asarray(x).astype(dtype))
    where = staticmethod(np.where)
    full = staticmethod(lambda x, number, dtype: np.array(number, dtype))
    real = staticmethod(np.real)


class _Lax:
    """The same from JAX."""

    convert = staticmethod(lambda x, dtype: lax.convert_element_type(x, dtype))
    where = staticmethod(lambda c, a, b: lax.select(c, a, b))
    full = staticmethod(lambda x, number, dtype: lax.full(x.shape, number, dtype))
    real = staticmethod(lax.real)


def _float_to_integer(lib, x, dtype: np.dtype):
    """See the module's docstring; bounds are powers of two, so that every float type has them."""
    if dtype not in WIDE:
        if dtype.itemsize < 4:
            return lib.convert(_float_to_integer(lib, x, np.dtype(np.int32)), dtype)
        return _float_to_unsigned(lib, x, dtype)
    bound = 2.0 ** (8 * dtype.itemsize - 1)
    if x.dtype == np.float16:  # all its finite numbers fit; an infinity must not pass
        inside = lib.full(x, 65504, x.dtype)
        fits = (x <= inside) & (x >= -inside)
    else:
        fits = (x < lib.full(x, bound, x.dtype)) & (x >= lib.full(x, -bound, x.dtype))
    safe = lib.where(fits, x, lib.full(x, 0, x.dtype))
    return lib.where(fits, lib.convert(safe, dtype), lib.full(x, np.iinfo(dtype).min, dtype))


def _float_to_unsigned(lib, x, dtype: np.dtype):
    """Negative numbers wrap around; beyond the range comes the highest bit alone."""
    if x.dtype.name in HALF:
        x = lib.convert(x, np.dtype(np.float32))
    bits = 8 * dtype.itemsize
    fits = (x < lib.full(x, 2.0**bits, x.dtype)) & (x >= lib.full(x, -(2.0 ** (bits - 1)), x.dtype))
    negative = x < lib.full(x, 0, x.dtype)
    zero = lib.full(x, 0, x.dtype)
    above = lib.convert(lib.where(fits & ~negative, x, zero), dtype)
    below = lib.convert(lib.convert(lib.where(fits & negative, x, zero), np.dtype(np.int64)), dtype)
    return lib.where(fits, lib.where(negative, below, above), lib.full(x, 1 << (bits - 1), dtype))


def _is_float(dtype: np.dtype) -> bool:
    return dtype.kind == "f" or dtype.name == "bfloat16"


def _cast(lib, x, dtype: np.dtype):
    source = np.dtype(x.dtype)
    if source == dtype:
        return x
    if source.kind == "c" and dtype.kind != "c":
        return _cast(lib, lib.real(x), dtype)  # to bool too: 2i is false
    if dtype == np.bool_:
        return x != lib.full(x, 0, source)
    if _is_float(source) and dtype.kind in "iu":
        return _float_to_integer(lib, x, dtype)
    if dtype.name in HALF and source not in (np.float32, np.bool_):
        # By way of float32, with two roundings, as TensorFlow's kernels go.
        x = lib.convert(x, np.dtype(np.float32))
    return lib.convert(x, dtype)


def converted(x, dtype: np.dtype):
    """``x`` with elements of another type of numbers: numpy arrays stay such."""
    if isinstance(x, np.ndarray | np.generic):
        with np.errstate(all="ignore"):
            return _cast(_Numpy, np.asarray(x), dtype)
    return _cast(_Lax, x, dtype)


def _refuse_strings(node) -> None:
    source, target = node.attrs["SrcT"], node.attrs["DstT"]
    if string in (source, target):
        a, b = (_C_NAMES.get(d.name, d.name) for d in (source, target))
        raise errors.UnimplementedError(None, node, f"Cast {a} to {b} is not supported")


_C_NAMES = {"float32": "float", "float64": "double", "float16": "half"}


def _host_cast(node, x):
    _refuse_strings(node)
    with np.errstate(all="ignore"):
        return _cast(_Numpy, np.asarray(x), node.attrs["DstT"].np)


@defop("Cast(x: SrcT; DstT: type, Truncate: bool = False) -> y: DstT", shape=same_as_input,
       host=_host_cast)  # fmt: skip
def cast(node, x):
    _refuse_strings(node)
    return _cast(_Lax, x, node.attrs["DstT"].np)


# ---------------------------------------------------------------------- bits


def _bitcast_shape(node, x: Shape) -> Shape:
    """Smaller elements need a last axis for the parts, which larger ones use up."""
    source, target = node.attrs["T"].size, node.attrs["type"].size
    if x is None or source == target:
        return x
    if source > target:
        return (*x, source // target)
    if not x:
        raise ShapeError("Shape must be at least rank 1 but is rank 0")
    if x[-1] is not None and x[-1] != target // source:
        raise ShapeError(
            f"Cannot bitcast from {node.attrs['T'].as_datatype_enum} to "
            f"{node.attrs['type'].as_datatype_enum} due to shape. {x[-1]} does not match "
            f"{target // source}"
        )
    return x[:-1]


def _check_bitcast(node, x) -> None:
    source, target = node.attrs["T"], node.attrs["type"]
    parts = target.size // source.size
    if parts > 1 and (not x.shape or x.shape[-1] != parts):
        raise invalid(
            node, f"Cannot bitcast from {source.as_datatype_enum} to {target.as_datatype_enum}"
        )


def _host_bitcast(node, x):
    _check_bitcast(node, x)
    target = node.attrs["type"]
    x = np.ascontiguousarray(x).reshape(x.shape)
    shape = _bitcast_shape(node, x.shape)
    return np.frombuffer(x.tobytes(), target.np).reshape(shape)


def _as_bytes(x, dtype: DType):
    """A last axis with the bytes of each element."""
    if dtype.is_complex:
        x = lax.concatenate(
            [lax.expand_dims(p, [x.ndim]) for p in (lax.real(x), lax.imag(x))], x.ndim
        )
    if x.dtype.itemsize > 1:
        x = lax.bitcast_convert_type(x, np.uint8)
    else:
        x = lax.expand_dims(lax.bitcast_convert_type(x, np.uint8), [x.ndim])
    if dtype.is_complex:
        return lax.reshape(x, (*x.shape[:-2], x.shape[-2] * x.shape[-1]))
    return x


_BITS = types(
    "bfloat16 half float double int64 int32 uint8 uint16 uint32 uint64 int8 int16 complex64 "
    "complex128 qint8 quint8 qint16 quint16 qint32"
)


@defop("Bitcast(input: T; type: type) -> output: type", T=_BITS, type=_BITS, shape=_bitcast_shape,
       host=_host_bitcast)  # fmt: skip
def bitcast(node, x):
    _check_bitcast(node, x)
    source, target = node.attrs["T"], node.attrs["type"]
    if not (source.is_complex or target.is_complex):
        return lax.bitcast_convert_type(x, target.np)
    shape = _bitcast_shape(node, x.shape)
    parts = _as_bytes(x, source)
    part = target.real_dtype
    n = target.size // part.size  # 2 for a complex target
    total = int(np.prod(shape, dtype=np.int64)) * n
    flat = lax.reshape(parts, (total, part.size) if part.size > 1 else (total,))
    flat = lax.bitcast_convert_type(flat, part.np)
    if n == 1:
        return lax.reshape(flat, shape)
    pair = lax.reshape(flat, (total // 2, 2))
    re, im = (lax.index_in_dim(pair, i, 1, keepdims=False) for i in (0, 1))
    return lax.reshape(lax.complex(re, im), shape)
