"""Fed values: from what users give to arrays of a placeholder's type, with TensorFlow's errors."""

import jax
import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sessions import TensorHandle
from tfgrad._src.graph.tensor_shape import TensorShape

_C_NAMES = {"float32": "float", "float64": "double", "float16": "half"}  # in run-time messages


def value_of(session, tensor: Tensor, dtype: np.dtype, value):
    """``value`` as an array of the tensor's type."""
    if isinstance(value, Tensor):
        raise TypeError(
            f"The value of a feed cannot be a tf.Tensor object. Acceptable feed values include "
            f"Python scalars, strings, lists, numpy ndarrays, or TensorHandles. For reference, the "
            f"tensor object was {value} which was passed to the feed with key {tensor}."
        )
    if isinstance(value, jax.Array) and value.dtype == dtype:
        return value
    if isinstance(value, TensorHandle):
        return _kept(session, tensor, value)
    if isinstance(value, int) and dtype.kind in "iu":
        limits = np.iinfo(dtype)
        if not limits.min <= value <= limits.max:
            raise TypeError(
                f"Type of feed value {value} with type {type(value)} is not compatible with Tensor "
                f"type {dtype.type}. Try explicitly setting the type of the feed tensor to a "
                f"larger type (e.g. int64)."
            )
    if tensor.dtype._base is dt.string:
        array = np.asarray(value, dtype=object)
        encode = np.frompyfunc(lambda x: x.encode() if isinstance(x, str) else x, 1, 1)
        return np.asarray(encode(array), dtype=object)
    try:
        if tensor.dtype.is_quantized:  # arrays of integers and of records, lists of integers
            return dt.without_records(np.asarray(value, tensor.dtype.as_numpy_dtype))
        return np.asarray(value, dtype=dtype)
    except (ValueError, TypeError) as error:
        error.add_note(
            f"  while feeding {tensor.name!r} ({tensor.dtype.base_dtype.name} {tensor.shape}), "
            f"made at {tensor.op.where}"
        )
        raise


def _kept(session, tensor: Tensor, handle: TensorHandle) -> np.ndarray:
    wanted, given = tensor.dtype._base, handle._dtype._base
    if wanted is not given:
        names = [_C_NAMES.get(t.name, t.name) for t in (wanted, given)]
        raise errors.InvalidArgumentError(
            None, None, f"Expects arg[0] to be {names[0]} but {names[1]} is provided\n"
            f"  while feeding the handle {handle.handle!r} to {tensor.name!r}",
        )  # fmt: skip
    return session._kept(handle.handle)


def check_shape(tensor: Tensor, value) -> None:
    """Raises ValueError if ``value`` does not have the tensor's static shape."""
    shape, dims = value.shape, tensor.dims
    if dims is None:
        return
    if len(shape) == len(dims):
        for a, b in zip(shape, dims, strict=True):
            if b is not None and a != b:
                break
        else:
            return
    raise ValueError(
        f"Cannot feed value of shape {shape} for Tensor {tensor.name}, which has shape "
        f"{TensorShape._of(dims)}\n  made at   {tensor.op.where}"
    )
