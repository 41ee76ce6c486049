"""Parts of tensors by position: slices, ``x[...]``, one-hot vectors, masks, distinct values.

The op types are in ``ops/index.py`` and ``ops/one_hot.py``, the derivatives in
``gradients/index.py``.
"""

import builtins
import numbers
from typing import NamedTuple

import numpy as np

from tfgrad._src.functions.fill import ones_like
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import reshape, shape, squeeze
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import Dimension, TensorShape

newaxis = None


def slice(input_, begin, size, name: str | None = None) -> Tensor:
    """The block of ``input_`` that starts at ``begin`` and has the lengths ``size``.

    Args:
      input_: a tensor of rank ``r``.
      begin: ``r`` integers, where the block starts; may be computed.
      size: ``r`` integers; -1 takes all that remains along an axis.
      name: the name of the node; default ``"Slice"``.

    Raises:
      ValueError: the lengths of ``begin`` and ``size`` are not the rank.
      InvalidArgumentError: when run: the block is not inside ``input_``.

    Gradient:
      ``dy`` padded with zeros to the shape of ``input_``.

    Example:
      >>> tf.Session().run(tf.slice([[1, 2, 3], [4, 5, 6]], [0, 1], [2, -1]))
      array([[2, 3],
             [5, 6]], dtype=int32)
    """
    return add_op("Slice", input_, begin, size, name=name)


def strided_slice(
    input_,
    begin,
    end,
    strides=None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var=None,
    name: str | None = None,
) -> Tensor:
    """``input_[begin:end:strides]``; Python's ``x[...]`` writes this op.

    Bit ``i`` of a mask speaks of entry ``i`` of the vectors.

    Args:
      input_: a tensor.
      begin: where each axis starts, a vector of at most as many integers as there are axes.
      end: where each axis ends, of the same length.
      strides: the steps, of the same length; default ones; they may be negative.
      begin_mask: start at the edge.
      end_mask: go on to the other edge.
      ellipsis_mask: the entry stands for all axes that the others leave.
      new_axis_mask: the entry makes an axis of length 1.
      shrink_axis_mask: take only position ``begin``, and drop the axis.
      var: the variable that ``input_`` reads, for ``x[...].assign(...)``.
      name: the name of the node; default ``"StridedSlice"``.

    Raises:
      ValueError: the vectors differ in length, or ask for more axes than there are.

    Gradient:
      One ``StridedSliceGrad`` node: ``dy`` at its positions, zeros elsewhere.
    """
    if strides is None:
        strides = ones_like(begin)
    masks = {
        "begin_mask": begin_mask,
        "end_mask": end_mask,
        "ellipsis_mask": ellipsis_mask,
        "new_axis_mask": new_axis_mask,
        "shrink_axis_mask": shrink_axis_mask,
    }
    result = add_op("StridedSlice", input_, begin, end, strides, name=name, **masks)
    if var is not None:
        parent = name

        def assign(val, name: str | None = None):
            """Assigns ``val`` to this part of the variable."""
            return var._strided_slice_assign(
                begin=begin,
                end=end,
                strides=strides,
                value=val,
                name=f"{parent}_assign" if name is None else name,
                **masks,
            )

        result.assign = assign
    return result


# ---------------------------------------------------------------------- x[...]

_INDEX_ERROR = (
    "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
    "tf.int32/tf.int64 tensors are valid indices"
)
_INDEX_TYPES = (dt.int16, dt.int32, dt.int64)


def _check_index(index) -> None:
    if isinstance(index, numbers.Integral | Dimension):
        return
    dtype = getattr(index, "dtype", None)
    if (
        dtype is None
        or as_dtype(dtype).base_dtype not in _INDEX_TYPES
        or (index.shape and len(index.shape) == 1)
    ):
        raise TypeError(f"{_INDEX_ERROR}, got {index!r}")


def _is_mask(key) -> bool:
    if isinstance(key, Tensor | np.ndarray):
        return key.dtype == dt.bool_ if isinstance(key, Tensor) else key.dtype == np.bool_
    return isinstance(key, bool)


def _type_of_bounds(part: builtins.slice):
    """The type of the numbers that complete ``a:b:c``: the widest of the tensors in it, or None."""
    found = [t.dtype for t in (part.start, part.stop, part.step) if isinstance(t, Tensor)]
    return next((d for d in (dt.int64, dt.int32, dt.int16) if d in found), None)


def _bound(value, default: int, dtype):
    """One of the bounds of ``a:b:c``, and whether it was left out."""
    if value is not None and not (isinstance(value, Dimension) and value.value is None):
        _check_index(value)
        return value, False
    return (default if dtype is None else constant(default, dtype=dtype)), True


def getitem(tensor, key, var=None) -> Tensor:
    """``tensor[key]``.

    Args:
      tensor: the tensor, or a variable.
      key: an integer, slice, ``...``, `tf.newaxis`, a scalar integer tensor, a tuple of these, or a
        boolean mask (see `tf.boolean_mask`).
      var: the variable that ``tensor`` reads.

    Raises:
      TypeError: an index is of another kind.
      ValueError: there are too many indices, or one is out of bounds.
    """
    tensor = convert_to_tensor(tensor)
    if _is_mask(key):
        return boolean_mask(tensor, key)
    if not isinstance(key, list | tuple):
        key = [key]
    begin: list = []
    end: list = []
    strides: list = []
    masks = dict.fromkeys(
        ("begin_mask", "end_mask", "shrink_axis_mask", "new_axis_mask", "ellipsis_mask"), 0
    )
    for i, part in enumerate(key):
        if isinstance(part, builtins.slice):
            dtype = _type_of_bounds(part)
            for values, mask, given, default in (
                (begin, "begin_mask", part.start, 0),
                (end, "end_mask", part.stop, 0),
                (strides, None, part.step, 1),
            ):
                value, left_out = _bound(given, default, dtype)
                values.append(value)
                if left_out and mask is not None:
                    masks[mask] |= 1 << i
        elif part is Ellipsis or part is None:
            begin.append(0)
            end.append(0)
            strides.append(1)
            masks["new_axis_mask" if part is None else "ellipsis_mask"] |= 1 << i
        else:
            _check_index(part)
            begin.append(part)
            end.append(part + 1)
            wide = isinstance(part, Tensor) and part.dtype in (dt.int16, dt.int64)
            strides.append(constant(1, dtype=part.dtype) if wide else 1)
            masks["shrink_axis_mask"] |= 1 << i
    with name_scope(None, "strided_slice", [tensor, *begin, *end, *strides]) as scope:
        if begin:
            bounds = _one_type([stack(v) for v in (begin, end, strides)])
        else:
            bounds = [constant([], dtype=dt.int32)] * 3
        return strided_slice(tensor, *bounds, var=var, name=scope, **masks)


def _one_type(bounds: list[Tensor]) -> list[Tensor]:
    """If one of begin, end and strides is ``int64`` the others are cast."""
    if all(t.dtype is not dt.int64 for t in bounds):
        return bounds
    return [t if t.dtype is dt.int64 else add_op("Cast", t, DstT=dt.int64) for t in bounds]


Tensor._override_operator("__getitem__", getitem)


# ---------------------------------------------------------------------- one-hot, reversal


def one_hot(
    indices, depth, on_value=None, off_value=None, axis=None, dtype=None, name: str | None = None
) -> Tensor:
    """Vectors that are ``on_value`` at one place: ``y[..., j] = on if indices[...] == j else off``.

    Args:
      indices: integers, of shape ``[d1, ..., dr]``; one out of ``[0, depth)`` gives a vector of
        ``off_value``.
      depth: the length of the vectors, a number or an ``int32`` scalar tensor.
      on_value: default 1.
      off_value: default 0.
      axis: where the new axis goes, in ``[-1, r]``; default -1, the last.
      dtype: the type of the result; default: that of the values, else ``float32``.
      name: the name of the node; default ``"one_hot"``.

    Returns:
      A tensor of rank ``r + 1``.

    Raises:
      TypeError: the types of the values differ, or are not ``dtype``.

    Gradient:
      None.

    Example:
      >>> tf.Session().run(tf.one_hot([0, 2, -1], 3))
      array([[1., 0., 0.],
             [0., 0., 1.],
             [0., 0., 0.]], dtype=float32)
    """
    with name_scope(name, "one_hot", [indices, depth, on_value, off_value, axis, dtype]) as scope:
        wanted = None if dtype is None else as_dtype(dtype)
        given = {"on_value": on_value, "off_value": off_value}
        for key, value in given.items():
            if value is not None:
                given[key] = convert_to_tensor(value, dtype_hint=wanted)
        if wanted is None:
            found = [v.dtype.base_dtype for v in given.values() if v is not None]
            wanted = found[0] if found else dt.float32
        else:
            for key, value in given.items():
                if value is not None and value.dtype.base_dtype is not wanted:
                    raise TypeError(
                        f"dtype {value.dtype.base_dtype} of {key} does not match dtype parameter "
                        f"{dtype}"
                    )
        for key, number in (("on_value", 1), ("off_value", 0)):
            if given[key] is None:
                given[key] = convert_to_tensor(number, wanted, name=key)
        on, off = given["on_value"], given["off_value"]
        if on.dtype.base_dtype is not off.dtype.base_dtype:
            raise TypeError(
                f"dtype {on.dtype.base_dtype} of on_value does not match dtype "
                f"{off.dtype.base_dtype} of off_value"
            )
        axis = -1 if axis is None else axis
        return add_op("OneHot", indices, depth, on, off, axis=axis, name=scope)


def reverse(tensor, axis, name: str | None = None) -> Tensor:
    """``tensor`` with the order of some axes turned round.

    Args:
      tensor: a tensor of at most 8 dimensions.
      axis: a vector of the axes, in ``[-rank, rank)``, each once.
      name: the name of the node; default ``"ReverseV2"``.

    Raises:
      ValueError: ``axis`` is not a vector, or names an axis twice or one that does not exist.

    Gradient:
      ``dy`` turned round likewise.
    """
    return add_op("ReverseV2", tensor, axis, name=name)


# ---------------------------------------------------------------------- what depends on the values


def boolean_mask(tensor, mask, name: str = "boolean_mask", axis=None) -> Tensor:
    """The parts of ``tensor`` where ``mask`` is true.

    With ``mask`` of rank ``k``, axes ``axis`` to ``axis + k`` of ``tensor`` become one, with as
    many entries as ``mask`` has true ones.

    Args:
      tensor: the tensor.
      mask: a boolean tensor of known rank at least 1.
      name: the scope of the nodes.
      axis: where ``mask`` applies; default 0.

    Raises:
      ValueError: ``mask`` is a scalar, or of unknown rank, or its shape does not fit.

    Gradient:
      The rows of ``dy``, put back where they came from.

    Example:
      >>> tf.Session().run(tf.boolean_mask([1, 2, 3], [True, False, True]))
      array([1, 3], dtype=int32)
    """
    with name_scope(name, None, [tensor, mask]):
        tensor = convert_to_tensor(tensor, name="tensor")
        mask = convert_to_tensor(mask, name="mask")
        if mask.dims == ():
            raise ValueError("mask cannot be scalar.")
        if mask.dims is None:
            raise ValueError(
                "Number of mask dimensions must be specified, even if some dimensions are None.  "
                "E.g. shape=[None] is ok, but shape=None is not."
            )
        ndims = len(mask.dims)
        axis = 0 if axis is None else axis
        known = constant_value(axis) if isinstance(axis, Tensor) else axis
        whole = tensor.get_shape()
        if known is not None:
            axis = int(known)
            whole[axis : axis + ndims].assert_is_compatible_with(mask.get_shape())
        leading = add_op("Prod", shape(tensor)[axis : axis + ndims], [0])
        before, after = shape(tensor)[:axis], shape(tensor)[axis + ndims :]
        tensor = reshape(tensor, concat([before, [leading], after], 0))
        if known is not None:
            n = whole[axis : axis + ndims].num_elements()
            tensor.set_shape(
                TensorShape(whole[:axis]).concatenate([n]).concatenate(whole[axis + ndims :])
            )
        positions = squeeze(add_op("Where", reshape(mask, [-1])), axis=[1])
        return gather(tensor, positions, axis=axis)


class Unique(NamedTuple):
    """The distinct values ``y``, and for each element its place ``idx`` among them."""

    y: Tensor
    idx: Tensor


class UniqueWithCounts(NamedTuple):
    """The distinct values ``y``, the place ``idx`` of each element, the ``count`` of each value."""

    y: Tensor
    idx: Tensor
    count: Tensor


def unique(x, out_idx=dt.int32, name: str | None = None) -> Unique:
    """The distinct values of a vector, in the order of their first occurrence.

    Args:
      x: a vector.
      out_idx: the type of the places.
      name: the name of the node; default ``"Unique"``.

    Returns:
      ``(y, idx)`` with ``y[idx[i]] == x[i]``.

    Raises:
      ValueError: ``x`` is not a vector.

    Gradient:
      None is defined.

    Example:
      >>> y, idx = tf.unique([5, 2, 5])
      >>> tf.Session().run(idx)
      array([0, 1, 0], dtype=int32)
    """
    return Unique(*add_op("Unique", x, out_idx=out_idx, name=name))


def unique_with_counts(x, out_idx=dt.int32, name: str | None = None) -> UniqueWithCounts:
    """`tf.unique`, with the number of occurrences of each value as a third result."""
    return UniqueWithCounts(*add_op("UniqueWithCounts", x, out_idx=out_idx, name=name))
