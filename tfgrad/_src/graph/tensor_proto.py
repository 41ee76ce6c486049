"""Arrays as ``TensorProto`` messages, and back.

A message holds an array either as raw little-endian bytes (``tensor_content``) or as a list in the
field of its element type; a list that is too short repeats its last element.  TensorFlow writes
bytes for more than one element of most types and lists otherwise; so does this file, byte for byte,
so that a serialized graph can be compared with TensorFlow's.
"""

import math
import sys

import numpy as np

from tfgrad._src.graph.dtypes import DType, as_dtype, without_records
from tfgrad._src.graph.proto import TensorProto

# The list field of each element type; all others use ``int_val``.
_FIELDS = {
    "float16": "half_val",
    "bfloat16": "half_val",
    "float32": "float_val",
    "float64": "double_val",
    "complex64": "scomplex_val",
    "complex128": "dcomplex_val",
    "int64": "int64_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
    "bool": "bool_val",
    "string": "string_val",
}
# Types that TensorFlow always writes as a list.
_ALWAYS_LISTS = {"bool", "uint16", "complex64", "complex128", "string"}
_NO_VALUES = {"resource", "variant"}


def make_tensor_proto(values, dtype_enum: int, shape: tuple[int, ...] | None = None) -> TensorProto:
    """Writes an array as a message.

    Args:
      values: an array, or what numpy makes one of, already of the right type; for strings, ``str``
        (written as UTF-8) or ``bytes``.
      dtype_enum: the number of the element type.
      shape: the shape of the tensor when ``values`` are fewer elements, of which the last fills it.

    Raises:
      TypeError: the element type has no values that can be written (a resource), or a string
        tensor was given something else.
      ValueError: ``values`` have more elements than ``shape``.
    """
    dtype = _writable(dtype_enum)
    array = _storage(values, dtype)
    shape = array.shape if shape is None else tuple(shape)
    if array.size > math.prod(shape):
        raise ValueError(f"{array.size} elements do not fill a tensor of shape {list(shape)}.")
    proto = TensorProto(dtype=dtype_enum)
    proto.tensor_shape.SetInParent()  # a scalar's shape is present though it is empty
    for size in shape:
        proto.tensor_shape.dim.add(size=size)
    if array.size == math.prod(shape) > 1 and dtype.name not in _ALWAYS_LISTS:
        little_endian = array.byteswap() if sys.byteorder == "big" else array
        proto.tensor_content = little_endian.tobytes()
    else:
        getattr(proto, _FIELDS.get(dtype.name, "int_val")).extend(_as_list(array))
    return proto


def make_ndarray(tensor) -> np.ndarray:
    """Reads the array out of a message; strings are ``bytes`` objects.

    Args:
      tensor: a ``TensorProto``, tfgrad's or protobuf's.

    Raises:
      TypeError: the element type has no values that can be read (a resource).
      ValueError: the number of elements does not fit the shape.
    """
    dtype = _writable(tensor.dtype)
    shape = tuple(int(dim.size) for dim in tensor.tensor_shape.dim)
    size = math.prod(shape)
    storage = dtype.np
    if tensor.tensor_content:
        flat = np.frombuffer(tensor.tensor_content, storage.newbyteorder("<")).astype(storage)
    else:
        flat = _from_list(getattr(tensor, _FIELDS.get(dtype.name, "int_val")), dtype)
        if flat.size == 0 and size:
            flat = np.array([b"" if dtype.name == "string" else 0], storage)
        if flat.size < size:
            flat = np.concatenate([flat, np.repeat(flat[-1:], size - flat.size)])
    if flat.size != size:
        raise ValueError(f"A tensor of shape {list(shape)} has {flat.size} elements.")
    if dtype.is_quantized:
        flat = flat.view(dtype.as_numpy_dtype)
    return flat.reshape(shape)


def _writable(dtype_enum: int) -> DType:
    dtype = as_dtype(int(dtype_enum))
    if dtype.name in _NO_VALUES:
        raise TypeError(f"A tensor of type {dtype.name} has no values that a message can hold.")
    return dtype.base_dtype


def _storage(values, dtype: DType) -> np.ndarray:
    if dtype.name == "string":
        array = np.asarray(values)
        flat = [_as_bytes(v) for v in array.reshape(-1).tolist()]
        out = np.empty(len(flat), object)
        out[:] = flat
        return out.reshape(array.shape)
    array = np.asarray(values)
    return without_records(array).astype(dtype.np)


def _as_bytes(value) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if not isinstance(value, bytes):
        raise TypeError(f"A string tensor was given {value!r}, a {type(value).__name__}.")
    return value


def _as_list(array: np.ndarray) -> list:
    flat = array.reshape(-1)
    if array.dtype.kind == "c":  # real and imaginary parts alternate
        return flat.view(np.float32 if array.dtype == np.complex64 else np.float64).tolist()
    if array.dtype.itemsize == 2 and array.dtype.kind not in "iu":  # float16, bfloat16: as bits
        return flat.view(np.uint16).tolist()
    return flat.tolist()


def _from_list(items, dtype: DType) -> np.ndarray:
    if dtype.name == "string":
        out = np.empty(len(items), object)
        out[:] = list(items)
        return out
    if dtype.name in ("float16", "bfloat16"):
        return np.array(list(items), np.uint16).view(dtype.np)
    if dtype.is_complex:
        return np.array(list(items), dtype.real_dtype.np).view(dtype.np)
    return np.array(list(items)).astype(dtype.np)
