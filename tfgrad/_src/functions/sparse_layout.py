"""Sparse tensors: their entries in other places, in another order, or only some of them.

Making them, arithmetic and dense results are in ``functions/sparse.py``.  The op types are in
``ops/sparse_layout.py`` and ``ops/sparse_host.py``, the derivatives in ``gradients/sparse.py``.
"""

from typing import Any

import numpy as np

from tfgrad._src.functions import checks
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import identity, with_dependencies
from tfgrad._src.functions.cwise_binary import add, maximum
from tfgrad._src.functions.fill import ones_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.reduce import reduce_max
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import either, rank, reshape, transpose
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.functions.sparse import as_sparse, parts
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor, constant_value_as_shape
from tfgrad._src.graph.tensor_shape import TensorShape, dimension_at_index

# ---------------------------------------------------------------------- one after the other


def _as_sparse_list(sp_inputs) -> list[SparseTensor]:
    if not isinstance(sp_inputs, list | tuple):
        raise TypeError("Inputs must be a list or tuple.")
    return [as_sparse(s) for s in sp_inputs]


def sparse_concat(
    axis, sp_inputs, name: str | None = None, expand_nonconcat_dim: bool = False, concat_dim=None,
    expand_nonconcat_dims=None,
) -> SparseTensor:  # fmt: skip
    """Sparse tensors one after the other along ``axis``; the entries are sorted.

    Args:
      axis: the axis, a Python number.
      sp_inputs: a list of sparse tensors, of equal lengths along the other axes.
      name: the name of the node; default ``"SparseConcat"``.
      expand_nonconcat_dim: let the other lengths differ; the largest is taken.
      concat_dim: the deprecated name of ``axis``.
      expand_nonconcat_dims: another name of ``expand_nonconcat_dim``.

    Raises:
      TypeError: ``sp_inputs`` is not a list of sparse tensors.
      ValueError: two names of an argument are given.
      tf.errors.InvalidArgumentError: other lengths differ, when run.

    Gradient:
      None: no gradient passes, as in TensorFlow.

    Example:
      >>> a = tf.SparseTensor([[0], [1]], [1, 2], [2])
      >>> tf.Session().run(tf.sparse.to_dense(tf.sparse.concat(0, [a, a])))
      array([1, 2, 1, 2], dtype=int32)
    """
    if expand_nonconcat_dims is not None:
        if expand_nonconcat_dim:
            raise ValueError(
                "Cannot specify both 'expand_nonconcat_dim' and 'expand_nonconcat_dims'."
            )
        expand_nonconcat_dim = expand_nonconcat_dims
    axis = either("axis", axis, "concat_dim", concat_dim)
    inputs = _as_sparse_list(sp_inputs)
    if len(inputs) == 1:
        return inputs[0]
    lengths = [s.dense_shape for s in inputs]
    if expand_nonconcat_dim:
        lengths = _expanded(lengths, axis)
    indices, values, dense_shape = add_op(
        "SparseConcat", [s.indices for s in inputs], [s.values for s in inputs], lengths,
        concat_dim=axis, name=name,
    )  # fmt: skip
    shapes = [s.shape for s in inputs]
    if any(s.rank is None for s in shapes):
        return SparseTensor(indices, values, dense_shape)
    if expand_nonconcat_dim:
        every = range(shapes[0].rank)
        static: list = [max(dimension_at_index(s, d) for s in shapes) for d in every]
    else:
        static = shapes[0].as_list()
    static[axis] = sum(dimension_at_index(s, axis) for s in shapes)
    static_shape = TensorShape(static)
    if all(s.is_fully_defined() for s in shapes):
        dense_shape = convert_to_tensor(static_shape.as_list(), dtype=dt.int64)
        return SparseTensor(indices, values, dense_shape)
    result = SparseTensor(indices, values, dense_shape)
    result.set_shape(static_shape)
    return result


def _expanded(lengths: list[Tensor], axis: int) -> list[Tensor]:
    """Shapes with the largest length along each axis but one."""
    largest = reduce_max(concat([reshape(n, [1, -1]) for n in lengths], 0), 0)
    return [
        concat(
            [
                largest[:axis],
                n[-1:] if axis == -1 else n[axis : axis + 1],
                [] if axis == -1 else largest[axis + 1 :],
            ],
            0,
        )
        for n in lengths
    ]


class KeywordRequired:
    """Stands for the first argument of `tf.sparse.split`, which must not be given."""

    def __repr__(self) -> str:
        return "KeywordRequired()"


def sparse_split(
    keyword_required=KeywordRequired(),  # noqa: B008 - as TensorFlow's
    sp_input=None, num_split=None, axis=None, name: str | None = None, split_dim=None,
) -> list[SparseTensor]:  # fmt: skip
    """Cuts a sparse tensor into ``num_split`` pieces along ``axis``.

    Where the length does not divide evenly the first pieces are longer by 1.

    Args:
      keyword_required: not to be given: pass the others by keyword.
      sp_input: a sparse tensor.
      num_split: the number of pieces, a Python number.
      axis: the axis, a number or scalar tensor.
      name: the name of the node; default ``"SparseSplit"``.
      split_dim: the deprecated name of ``axis``.

    Raises:
      ValueError: an argument is missing or was not passed by keyword.
      tf.errors.InvalidArgumentError: there are more pieces than rows, when run.

    Gradient:
      To the values of each piece.  (TensorFlow has none.)

    Example:
      >>> a = tf.SparseTensor([[0], [3]], [1, 2], [4])
      >>> halves = tf.sparse.split(sp_input=a, num_split=2, axis=0)
      >>> tf.Session().run([tf.sparse.to_dense(s) for s in halves])
      [array([1, 0], dtype=int32), array([0, 2], dtype=int32)]
    """
    if not isinstance(keyword_required, KeywordRequired):
        raise ValueError("Keyword arguments are required for this function.")
    axis = either("axis", axis, "split_dim", split_dim)
    for what, value in (("sp_input", sp_input), ("num_split", num_split), ("axis", axis)):
        if value is None:
            raise ValueError(f"{what} is required")
    sp_input = as_sparse(sp_input)
    found = add_op("SparseSplit", axis, *parts(sp_input), num_split=num_split, name=name)
    return [SparseTensor(*piece) for piece in zip(*found, strict=True)]


def sparse_slice(sp_input, start, size, name: str | None = None) -> SparseTensor:
    """The part of a sparse tensor in a box.

    Args:
      sp_input: a sparse tensor.
      start: the first position, an integer vector.
      size: the lengths; the part ends where ``sp_input`` does.
      name: the name of the node; default ``"SparseSlice"``.

    Raises:
      TypeError: ``sp_input`` is not sparse.
      tf.errors.InvalidArgumentError: a length is negative, when run.

    Gradient:
      ``dy`` for the values in the part, 0 for the others.

    Example:
      >>> a = tf.SparseTensor([[0, 0], [1, 2]], [1, 2], [2, 3])
      >>> tf.Session().run(tf.sparse.to_dense(tf.sparse.slice(a, [0, 1], [2, 2])))
      array([[0, 0],
             [0, 2]], dtype=int32)
    """
    sp_input = as_sparse(sp_input)
    start = convert_to_tensor(start, dt.int64)
    size = convert_to_tensor(size, dt.int64)
    with name_scope(name, "SparseSlice", list(parts(sp_input))) as scope:
        found = add_op("SparseSlice", *parts(sp_input), start, size, name=scope)
        return SparseTensor(*found)


# ---------------------------------------------------------------------- the same entries


def sparse_reorder(sp_input, name: str | None = None) -> SparseTensor:
    """A sparse tensor with its entries sorted by position, row by row.

    Args:
      sp_input: a sparse tensor.
      name: the name of the node; default ``"SparseReorder"``.

    Raises:
      TypeError: ``sp_input`` is not sparse.

    Gradient:
      ``dy`` in the old order.

    Example:
      >>> a = tf.SparseTensor([[1, 0], [0, 1]], [1, 2], [2, 2])
      >>> tf.Session().run(tf.sparse.reorder(a)).values
      array([2, 1], dtype=int32)
    """
    sp_input = as_sparse(sp_input)
    indices, values = add_op("SparseReorder", *parts(sp_input), name=name)
    if sp_input.get_shape().is_fully_defined():
        return SparseTensor(indices, values, sp_input.get_shape().as_list())
    result = SparseTensor(indices, values, identity(sp_input.dense_shape))
    result.set_shape(sp_input.shape)
    return result


def sparse_reshape(sp_input, shape, name: str | None = None) -> SparseTensor:
    """The same elements, in row-major order, under another shape.

    Args:
      sp_input: a sparse tensor.
      shape: the lengths; one of them may be -1, which stands for what is left.
      name: the name of the node; default ``"SparseReshape"``.

    Raises:
      TypeError: ``sp_input`` is not sparse.
      ValueError: the numbers of elements differ, where that is known while building.
      tf.errors.InvalidArgumentError: they differ when run.

    Gradient:
      To the values, which stay the same.

    Example:
      >>> a = tf.SparseTensor([[0, 1], [1, 0]], [1, 2], [2, 3])
      >>> tf.Session().run(tf.sparse.reshape(a, [3, -1])).indices
      array([[0, 1],
             [1, 1]])
    """
    sp_input = as_sparse(sp_input)
    shape = cast(shape, dtype=dt.int64)
    with name_scope(name, "SparseReshape", list(parts(sp_input))) as scope:
        indices, lengths = add_op(
            "SparseReshape", sp_input.indices, sp_input.dense_shape, shape, name=scope
        )
        static = constant_value_as_shape(shape)
        if static is not None and sp_input.shape.is_fully_defined():
            known = _reshaped(static, constant_value(shape), sp_input.shape.as_list())
            if known is not None:
                lengths = constant(known, dtype=dt.int64)
        return SparseTensor(indices, identity(sp_input.values), lengths)


def _reshaped(wanted: tuple, given, own: list[int]) -> list[int] | None:
    """The static shape; None where it does not follow from what is known."""
    if given is not None and sum(d == -1 for d in given) > 1:
        raise ValueError(f"At most one dimension can be inferred (-1). Found: {given}")
    found = list(wanted)
    size = int(np.prod(own))
    implied = found.count(None)
    if implied == 1 and 0 not in found:
        rest = int(np.prod([d for d in found if d is not None]))
        found[found.index(None)] = size // rest
    elif implied:
        return None
    total = int(np.prod(found))
    if total != size:
        raise ValueError(
            f"Cannot reshape a tensor with {size} elements to shape {list(wanted)} ({total} "
            f"elements)."
        )
    return found


def sparse_transpose(sp_input, perm=None, name: str | None = None) -> SparseTensor:
    """A sparse tensor with its axes in another order, sorted again.

    Args:
      sp_input: a sparse tensor.
      perm: the axes in their new order; default: the reverse.
      name: the scope of the nodes; default ``"SparseTranspose"``.

    Gradient:
      ``dy`` for the values, in the old order.

    Example:
      >>> a = tf.SparseTensor([[0, 1], [1, 0], [1, 1]], [1, 2, 3], [2, 2])
      >>> tf.Session().run(tf.sparse.transpose(a)).values
      array([2, 1, 3], dtype=int32)
    """
    with name_scope(name, "SparseTranspose", list(parts(sp_input))):
        if perm is None:
            ndims = sp_input.shape.rank
            if ndims is not None:
                perm = ndims - 1 - np.arange(0, ndims, 1)
            else:
                ndims = rank(sp_input)
                perm = ndims - 1 - range_(0, ndims, 1)
        indices = transpose(gather(transpose(sp_input.indices), perm))
        order = constant_value(convert_to_tensor(perm))
        if order is not None and sp_input.get_shape().is_fully_defined():
            lengths = sp_input.get_shape().as_list()
            dense_shape: Any = [lengths[p] for p in order.tolist()]
        else:
            dense_shape = gather(sp_input.dense_shape, perm)
        return sparse_reorder(SparseTensor(indices, sp_input.values, dense_shape))


def sparse_reset_shape(sp_input, new_shape=None) -> SparseTensor:
    """The same entries in a tensor of another size.

    Args:
      sp_input: a sparse tensor.
      new_shape: lengths that are not below those of ``sp_input``; default: the smallest that hold
        all entries.

    Raises:
      TypeError: ``sp_input`` is not sparse.
      ValueError: ``new_shape`` has another rank, or a length that is too small, where that is known
        while building.
      tf.errors.InvalidArgumentError: the same, when run.
    """
    sp_input = as_sparse(sp_input)
    indices = identity(sp_input.indices)
    values = identity(sp_input.values)
    old = identity(sp_input.dense_shape)
    if new_shape is None:
        last = reduce_max(indices, axis=0)
        new: Any = maximum(constant(0, dtype=dt.int64), add(last, ones_like(old)))
    else:
        new = convert_to_tensor(new_shape)
        new.get_shape().assert_has_rank(1)
        new = cast(new, dt.int64)
        if new.get_shape().rank is not None:
            new.get_shape().dims[0].assert_is_compatible_with(old.get_shape().dims[0])
        known = constant_value(new)
        if known is not None and sp_input.get_shape().is_fully_defined():
            lengths = np.array(sp_input.get_shape().as_list())
            if not (lengths <= known).all():
                raise ValueError(
                    f"Requested new_shape should have dimension sizes >= sp_input.shape.  Found "
                    f"new_shape ({lengths}), sp_input.shape ({known})."
                )
            new = known
        else:
            same = checks.assert_equal(shape_of(old), shape_of(new))
            new = with_dependencies([same], new)
            new = with_dependencies([checks.assert_less_equal(old, new)], new)
    return SparseTensor(indices, values, new)


# ---------------------------------------------------------------------- fewer or more entries


def sparse_retain(sp_input, to_retain) -> SparseTensor:
    """The entries for which ``to_retain`` is true.

    Args:
      sp_input: a sparse tensor with ``n`` entries.
      to_retain: a vector of ``n`` booleans.

    Raises:
      TypeError: ``sp_input`` is not sparse.
      ValueError: ``to_retain`` is not a vector of that length, where that is known while building.

    Gradient:
      ``dy`` for the values kept, as `tf.IndexedSlices`.

    Example:
      >>> a = tf.SparseTensor([[0], [1], [2]], [5, -6, 7], [3])
      >>> tf.Session().run(tf.sparse.retain(a, a.values > 0)).values
      array([5, 7], dtype=int32)
    """
    sp_input = as_sparse(sp_input)
    to_retain = convert_to_tensor(to_retain)
    lengths = to_retain.get_shape()
    lengths.assert_has_rank(1)
    if sp_input.values.get_shape().dims is not None:
        own = sp_input.values.get_shape().dims[0]
        own.assert_is_compatible_with(dimension_at_index(lengths, 0))
    where_true = reshape(where_v2(to_retain), [-1])
    indices = gather(sp_input.indices, where_true)
    values = gather(sp_input.values, where_true)
    return SparseTensor(indices, values, identity(sp_input.dense_shape))


def sparse_mask(a, mask_indices, name: str | None = None) -> IndexedSlices:
    """The rows of `tf.IndexedSlices` whose index is not among ``mask_indices``.

    Args:
      a: a `tf.IndexedSlices`.
      mask_indices: a vector of indices to leave out.
      name: the name of the node; default ``"sparse_mask"``.

    Example:
      >>> a = tf.IndexedSlices(tf.constant([[1], [2], [3]]), tf.constant([12, 26, 37]))
      >>> tf.Session().run(tf.sparse.mask(a, [26])).values
      array([[1],
             [3]], dtype=int32)
    """
    with name_scope(name, "sparse_mask", [a.values, mask_indices]) as scope:
        indices, places = add_op("ListDiff", a.indices, mask_indices)
        values = gather(a.values, places, name=scope)
        return IndexedSlices(values, indices, a.dense_shape)


def sparse_fill_empty_rows(
    sp_input, default_value, name: str | None = None
) -> tuple[SparseTensor, Tensor]:
    """A sparse tensor with an entry in the first column of each row that had none.

    Args:
      sp_input: a sparse tensor of rank at least 1.
      default_value: the value of these entries, a scalar.
      name: the scope of the node; default ``"SparseFillEmptyRows"``.

    Returns:
      The sparse tensor, its rows sorted, and a vector of booleans: which rows were empty.

    Raises:
      TypeError: ``sp_input`` is not sparse.
      tf.errors.InvalidArgumentError: a row is out of range, when run.

    Gradient:
      ``dy`` for the values; the sum of the rest for ``default_value``.

    Example:
      >>> a = tf.SparseTensor([[0, 1]], [5], [2, 2])
      >>> filled, was_empty = tf.sparse.fill_empty_rows(a, -1)
      >>> tf.Session().run([filled.indices, was_empty])
      [array([[0, 1],
             [1, 0]]), array([False,  True])]
    """
    sp_input = as_sparse(sp_input)
    with name_scope(name, "SparseFillEmptyRows", list(parts(sp_input))):
        default_value = convert_to_tensor(default_value, dtype=sp_input.values.dtype)
        indices, values, empty, _ = add_op("SparseFillEmptyRows", *parts(sp_input), default_value)
        return SparseTensor(indices, values, sp_input.dense_shape), empty
