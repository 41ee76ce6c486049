"""Putting tensors together and taking them apart along an axis.

The op types are in ``ops/join.py``, the derivatives in ``gradients/join.py``.
"""

import numbers

from tfgrad._src.functions.control import identity
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import expand_dims
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import Dimension, TensorShape


def concat(values, axis, name: str = "concat") -> Tensor:
    """Joins tensors along an axis that they have.

    Args:
      values: a list of tensors of one type, equal in all dimensions but ``axis``; or a single
        tensor.
      axis: the axis, in ``[-rank, rank)``; it may be an ``int32`` scalar tensor.
      name: the name of the node.

    Returns:
      A tensor whose length along ``axis`` is the sum of theirs.

    Raises:
      ValueError: the shapes do not fit, or are scalars (see `tf.stack`).
      TypeError: the types differ.

    Gradient:
      The piece of ``dy`` that came from each of the ``values``.

    Example:
      >>> tf.Session().run(tf.concat([[[1, 2]], [[3, 4], [5, 6]]], axis=0))
      array([[1, 2],
             [3, 4],
             [5, 6]], dtype=int32)
    """
    if not isinstance(values, list | tuple):
        values = [values]
    if len(values) == 1:
        with name_scope(name):
            scalar = convert_to_tensor(axis, name="concat_dim", dtype=dt.int32)
            scalar.get_shape().assert_has_rank(0)
            return identity(values[0], name=name)
    return add_op("ConcatV2", values, axis, name=name)


def stack(values, axis: int = 0, name: str = "stack") -> Tensor:
    """Joins tensors of one shape along a new axis.

    Args:
      values: a list of ``n`` tensors of one shape and type, ``[d1, ..., dr]``.
      axis: the place of the new axis, in ``[-(r + 1), r + 1)``.
      name: the name of the node.

    Returns:
      A tensor of rank ``r + 1`` and length ``n`` along ``axis``; a list of numbers becomes a
      constant.

    Raises:
      ValueError: ``axis`` is out of range, or the shapes differ.

    Gradient:
      ``dy`` taken apart by `tf.unstack`.

    Example:
      >>> tf.Session().run(tf.stack([[1, 2], [3, 4]], axis=1))
      array([[1, 3],
             [2, 4]], dtype=int32)
    """
    # Lengths of static shapes are converted one by one, as if they were tensors.
    if axis == 0 and not _has_dimension(values):
        try:
            return convert_to_tensor(values, name=name)
        except (TypeError, ValueError):
            pass  # the op itself says what is wrong
    dims = convert_to_tensor(values[0], name=name).dims
    if dims is not None and not -len(dims) - 1 <= axis <= len(dims):
        limit = len(dims) + 1
        raise ValueError(f"Argument `axis` = {axis} not in range [{-limit}, {limit})")
    return add_op("Pack", values, axis=axis, name=name)


def _has_dimension(values) -> bool:
    return isinstance(values, list | tuple) and any(isinstance(v, Dimension) for v in values)


def parallel_stack(values, name: str = "parallel_stack") -> Tensor:
    """`tf.stack` along axis 0 of tensors whose shapes are fully known.

    Args:
      values: a list of tensors of one shape and type.
      name: the scope of the nodes.

    Raises:
      ValueError: a shape is not fully known.
    """
    with name_scope(name):
        first = convert_to_tensor(values[0])
        shape = TensorShape([len(values)]).concatenate(first.get_shape())
        return add_op("ParallelConcat", [expand_dims(v, 0) for v in values], shape=shape)


def unstack(value, num: int | None = None, axis: int = 0, name: str = "unstack") -> list[Tensor]:
    """The tensors that lie along an axis, which disappears.

    Args:
      value: a tensor of rank ``r`` at least 1.
      num: the length of ``axis``; default: the static one.
      axis: the axis, in ``[-r, r)``.
      name: the name of the node.

    Returns:
      A list of ``num`` tensors of rank ``r - 1``.

    Raises:
      ValueError: ``axis`` is out of range, or ``num`` is neither given nor known, or wrong.

    Gradient:
      The gradients of the pieces, joined by `tf.stack`.
    """
    if num is None:
        value = convert_to_tensor(value)
        if value.dims is not None:
            rank = len(value.dims)
            if not -rank <= axis < rank:
                raise ValueError(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
            num = value.dims[axis]
        if num is None:
            raise ValueError(f"Cannot infer argument `num` from shape {value.get_shape()}")
    return add_op("Unpack", value, num=num, axis=axis, name=name)


def split(value, num_or_size_splits, axis=0, num: int | None = None, name: str = "split"):
    """Cuts a tensor into pieces along an axis.

    Args:
      value: the tensor.
      num_or_size_splits: a number of pieces of equal length, or a vector of their lengths, of which
        one may be -1: what remains.
      axis: the axis; it may be an ``int32`` scalar tensor.
      num: how many pieces, where ``num_or_size_splits`` is a tensor of unknown length.
      name: the name of the node.

    Returns:
      A list of tensors.

    Raises:
      ValueError: the pieces do not fit, or their number is not known.

    Gradient:
      The gradients of the pieces, joined by `tf.concat`; zeros for a piece that was not used.

    Example:
      >>> first, rest = tf.split([1, 2, 3, 4], [1, -1])
      >>> tf.Session().run(rest)
      array([2, 3, 4], dtype=int32)
    """
    if isinstance(num_or_size_splits, numbers.Integral | Dimension):
        return add_op("Split", axis, value, num_split=int(num_or_size_splits), name=name)
    sizes = convert_to_tensor(num_or_size_splits)
    if sizes.dims == ():
        raise ValueError(
            f"Rank-0 tensors are not supported as the num_or_size_splits argument to split. "
            f"Argument provided: {num_or_size_splits}"
        )
    if num is None:
        num = sizes.dims[0] if sizes.dims else None
        if num is None:
            raise ValueError(f"Cannot infer argument `num` from shape {num_or_size_splits}")
    return add_op("SplitV", value, sizes, axis, num_split=num, name=name)


# ---------------------------------------------------------------------- by index


def dynamic_stitch(indices, data, name: str | None = None) -> Tensor:
    """Interleaves the rows of several tensors: ``merged[indices[m][i]] = data[m][i]``.

    Args:
      indices: a list of ``int32`` tensors.
      data: a list of as many tensors of one type; the shape of each begins with that of its
        indices.
      name: the name of the node; default ``"DynamicStitch"``.

    Returns:
      A tensor with ``max(indices) + 1`` rows.  Of equal indices the last counts; rows that no index
      names are zero here (TensorFlow leaves them undefined).

    Gradient:
      The rows of ``dy`` that each part of ``data`` went to.

    Example:
      >>> tf.Session().run(tf.dynamic_stitch([[0, 2], [1]], [[10, 30], [20]]))
      array([10, 20, 30], dtype=int32)
    """
    return add_op("DynamicStitch", indices, data, name=name)


def parallel_dynamic_stitch(indices, data, name: str | None = None) -> Tensor:
    """See `tf.dynamic_stitch`; which of equal indices counts is not specified."""
    return add_op("ParallelDynamicStitch", indices, data, name=name)


def dynamic_partition(
    data, partitions, num_partitions: int, name: str | None = None
) -> list[Tensor]:
    """Distributes the rows of a tensor: part ``p`` has those with ``partitions[i] == p``.

    Args:
      data: a tensor whose shape begins with that of ``partitions``.
      partitions: ``int32`` numbers in ``[0, num_partitions)``.
      num_partitions: how many parts.
      name: the name of the node; default ``"DynamicPartition"``.

    Returns:
      A list of ``num_partitions`` tensors, with the rows in their old order; how many each has
      depends on the values.

    Raises:
      InvalidArgumentError: when run: a number is out of range.

    Gradient:
      The gradients of the parts, stitched together in the original order.
    """
    return add_op("DynamicPartition", data, partitions, num_partitions=num_partitions, name=name)
