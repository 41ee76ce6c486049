"""Values as messages: `tf.make_tensor_proto`, of which `tf.make_ndarray` is the inverse."""

import math
from collections.abc import Sequence

import numpy as np

from tfgrad._src.graph import tensor_proto
from tfgrad._src.graph.convert import to_array
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.proto import TensorProto


def make_tensor_proto(
    values, dtype=None, shape: Sequence[int] | None = None, verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> TensorProto:  # fmt: skip
    """Writes a value as a ``TensorProto`` message.

    Args:
      values: a number, text, nested lists of them, or an array; a message is returned as it is.
      dtype: the type of the elements; default: as for `tf.constant`.
      shape: the shape; where it has more elements than ``values``, the last one is repeated.
      verify_shape: refuse a value whose shape differs from ``shape``.
      allow_broadcast: refuse such a value unless it is a single one.

    Returns:
      The message: the bytes of the elements, or for some types a list of them.

    Raises:
      TypeError: the value does not fit ``dtype``, or the shape with ``verify_shape`` or
        ``allow_broadcast``.
      ValueError: ``values`` is None, or has more elements than ``shape``; or both switches are set.

    Example:
      >>> proto = tf.make_tensor_proto([1, 2, 3])
      >>> tf.make_ndarray(proto)
      array([1, 2, 3], dtype=int32)
    """
    if allow_broadcast and verify_shape:
        raise ValueError("allow_broadcast and verify_shape are not both allowed.")
    if type(values).__name__ == "TensorProto":
        return values
    dtype = None if not dtype else as_dtype(dtype).base_dtype
    array = to_array(values, dtype)
    kind = as_dtype(array.dtype) if dtype is None else dtype
    wanted = array.shape if shape is None else tuple(int(n) for n in shape)
    if array.shape != wanted:
        single = array.shape in ((), (1,))
        if verify_shape or (allow_broadcast and not single and array.size != math.prod(wanted)):
            raise TypeError(f"Expected Tensor's shape: {wanted}, but got {array.shape}.")
        if array.size > math.prod(wanted):
            raise ValueError(
                f"Too many elements provided. Takes at most {math.prod(wanted)}, but got "
                f"{array.size}."
            )
    return tensor_proto.make_tensor_proto(np.asarray(array), kind.as_datatype_enum, wanted)
