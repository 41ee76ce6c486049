"""Rows of different lengths, and rows in order: reversing, searching, sorting, repeating.

The op types are in ``ops/sequence.py``, the derivatives in ``gradients/sequence.py``.
"""

import numpy as np

from tfgrad._src.functions.fill import ones, ones_like, sequence_mask
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.gather import tensor_scatter_update
from tfgrad._src.functions.index import boolean_mask
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import (
    broadcast_to,
    either,
    expand_dims,
    rank,
    reshape,
    shape,
    shape_internal,
    tile,
    transpose,
)
from tfgrad._src.functions.state import scatter_nd_update
from tfgrad._src.functions.top_k import top_k
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor, SparseTensorValue


def reverse_sequence(
    input, seq_lengths, seq_axis=None, batch_axis=None, name: str | None = None, seq_dim=None,
    batch_dim=None,
) -> Tensor:  # fmt: skip
    """Reverses the first elements of each row, and leaves the others where they are.

    ::

        y[i, j] = x[i, n[i] - 1 - j]   for j < n[i],   x[i, j] for the others

    Args:
      input: a tensor.
      seq_lengths: the vector ``n`` of whole numbers, one per row.
      seq_axis: the axis of ``j``.
      batch_axis: the axis of ``i``; default 0.
      name: the name of the node; default ``"ReverseSequence"``.
      seq_dim: the deprecated name of ``seq_axis``.
      batch_dim: the deprecated name of ``batch_axis``.

    Returns:
      A tensor like ``input``.

    Raises:
      ValueError: there is no such axis, or ``seq_lengths`` are not one per row.
      tf.errors.InvalidArgumentError: when run, a length is negative or longer than the row.

    Gradient:
      ``dy``, reversed in the same way.

    Example:
      >>> tf.Session().run(tf.reverse_sequence([[1, 2, 3], [4, 5, 6]], [2, 3], seq_axis=1))
      array([[2, 1, 3],
             [6, 5, 4]], dtype=int32)
    """
    seq_axis = either("seq_axis", seq_axis, "seq_dim", seq_dim)
    batch_axis = either("batch_axis", batch_axis, "batch_dim", batch_dim)
    return add_op(
        "ReverseSequence", input, seq_lengths, name=name, seq_dim=seq_axis,
        batch_dim=0 if batch_axis is None else batch_axis,
    )  # fmt: skip


def nth_element(input, n, reverse: bool = False, name: str | None = None) -> Tensor:
    """The ``n``-th smallest element of each row, counted from 0.

    Args:
      input: real numbers of shape ``[..., m]``.
      n: a whole number less than ``m``; a number or a scalar tensor.
      reverse: the ``n``-th largest instead.
      name: the name of the node; default ``"NthElement"``.

    Returns:
      A tensor of shape ``[...]``.

    Raises:
      ValueError: ``n`` is no position in the rows.

    Gradient:
      ``dy`` for that element; elements that are equal to it share it.
    """
    return add_op("NthElement", input, n, name=name, reverse=reverse)


def searchsorted(
    sorted_sequence, values, side: str = "left", out_type=dt.int32, name: str | None = None
) -> Tensor:
    """Where values belong in sorted rows.

    Args:
      sorted_sequence: rows in ascending order, of shape ``[..., n]``.
      values: of shape ``[..., m]``, with the same leading dimensions.
      side: ``"left"``: how many elements are less than the value; ``"right"``: not greater.
      out_type: ``int32`` or ``int64``.
      name: the name of the node that searches.

    Returns:
      A tensor of the shape of ``values``.

    Raises:
      ValueError: another ``side``.

    Example:
      >>> tf.Session().run(tf.searchsorted([[1, 3, 3, 7]], [[3, 8]], side="right"))
      array([[3, 4]], dtype=int32)
    """
    length = shape_internal(sorted_sequence)[-1]
    count = shape_internal(values)[-1]
    rows = reshape(sorted_sequence, [-1, length])
    wanted = reshape(values, [-1, count])
    if side not in ("left", "right"):
        raise ValueError(
            f"Argument `side` must be either 'right' or 'left'. Received: `side` = '{side}'."
        )
    op_type = "UpperBound" if side == "right" else "LowerBound"
    return reshape(
        add_op(op_type, rows, wanted, name=name, out_type=out_type), shape_internal(values)
    )


def unravel_index(indices, dims, name: str | None = None) -> Tensor:
    """The positions that numbers of elements stand for, in a tensor of a given shape.

    Args:
      indices: a whole number, or a vector of ``n`` of them; the last axis varies fastest.
      dims: the shape, a vector of ``r`` numbers.
      name: the name of the node; default ``"UnravelIndex"``.

    Returns:
      A tensor of shape ``[r]`` or ``[r, n]``.

    Raises:
      tf.errors.InvalidArgumentError: when run, a number is not less than that of all elements.

    Example:
      >>> tf.Session().run(tf.unravel_index([2, 5], dims=[2, 3]))
      array([[0, 1],
             [2, 2]], dtype=int32)
    """
    return add_op("UnravelIndex", indices, dims, name=name)


def edit_distance(hypothesis, truth, normalize: bool = True, name: str = "edit_distance") -> Tensor:
    """Levenshtein's distance of sequences: how many steps make one the other.

    A step inserts, deletes or replaces one element.

    Args:
      hypothesis: a sparse tensor of rank ``r``; the last axis runs along a sequence.
      truth: another, of the same type and rank.
      normalize: divide by the length of the sequence in ``truth``; without any, the result is
        infinite.
      name: the name of the node.

    Returns:
      A ``float32`` tensor of rank ``r - 1``.

    Raises:
      TypeError: one of them is not sparse.

    No gradient passes through it.

    Example:
      >>> a = tf.SparseTensor([[0, 0], [0, 1]], ["x", "y"], [1, 2])
      >>> b = tf.SparseTensor([[0, 0], [0, 1]], ["x", "z"], [1, 2])
      >>> tf.Session().run(tf.edit_distance(a, b))
      array([0.5], dtype=float32)
    """
    for what, value in (("Hypothesis", hypothesis), ("Truth", truth)):
        if not isinstance(value, SparseTensor | SparseTensorValue):
            raise TypeError(f"{what} must be a SparseTensor.")
    inputs = [getattr(t, part) for t in (hypothesis, truth)
              for part in ("indices", "values", "dense_shape")]  # fmt: skip
    return add_op("EditDistance", *inputs, normalize=normalize, name=name)


# ---------------------------------------------------------------------- sorting


def sort(values, axis=-1, direction: str = "ASCENDING", name: str | None = None) -> Tensor:
    """The elements along an axis in order.

    Args:
      values: real numbers.
      axis: which axis; a constant.
      direction: ``"ASCENDING"`` or ``"DESCENDING"``.
      name: the name of the scope; default ``"sort"``.

    Returns:
      A tensor like ``values``.

    Raises:
      ValueError: another ``direction``, or ``axis`` is no constant.

    Gradient:
      ``dy``, moved to where the elements came from.

    Example:
      >>> tf.Session().run(tf.sort([1, 10, 26, 2]))
      array([ 1,  2, 10, 26], dtype=int32)
    """
    with name_scope(name, "sort"):
        return _sorted(values, axis, direction, False)


def argsort(
    values, axis=-1, direction: str = "ASCENDING", stable: bool = False, name: str | None = None
) -> Tensor:
    """The positions along an axis of the elements in order; see `tf.sort`.

    Args:
      values, axis, direction: as in `tf.sort`.
      stable: has no effect: equal elements always keep their order.
      name: the name of the scope; default ``"argsort"``.

    Returns:
      An ``int32`` tensor of the shape of ``values``.

    Example:
      >>> tf.Session().run(tf.argsort([1, 10, 26, 2], direction="DESCENDING"))
      array([2, 1, 3, 0], dtype=int32)
    """
    with name_scope(name, "argsort"):
        return _sorted(values, axis, direction, True)


def _sorted(values, axis, direction: str, places: bool) -> Tensor:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            f"Argument `direction` should be one of ASCENDING, DESCENDING. Received: "
            f"direction={direction}"
        )
    axis = convert_to_tensor(axis, name="axis")
    known = constant_value(axis)
    if axis.shape.ndims not in (None, 0) or known is None:
        raise ValueError(f"Argument `axis` must be a constant scalar. Received: axis={axis}.")
    values = convert_to_tensor(values, name="values")
    if direction == "DESCENDING":
        return _descending(values, int(known), places)
    if values.dtype.is_unsigned:
        offset = values.dtype.max
        found = _descending(offset - values, int(known), places)
        return found if places else offset - found
    if values.dtype.is_integer:
        found = _descending(-values - 1, int(known), places)
        return found if places else -found - 1
    found = _descending(-values, int(known), places)
    return found if places else -found


def _descending(values: Tensor, axis: int, places: bool) -> Tensor:
    """By `top_k` along the last axis, which changes places with ``axis``."""
    length = shape(values)[axis]
    dims = rank(values)
    n = values.shape.ndims
    swapped = None
    if axis not in (-1, (n or 0) - 1):
        if axis < 0:
            axis += n or dims
        if n is not None:
            order = np.r_[np.arange(axis), [n - 1], np.arange(axis + 1, n - 1), [axis]]
            swapped = constant(order, name="transposition")
        else:
            swapped = tensor_scatter_update(range_(dims), [[axis], [dims - 1]], [dims - 1, axis])
    found = top_k(values if swapped is None else transpose(values, swapped), length)
    result = found[1] if places else found[0]
    return result if swapped is None else transpose(result, swapped)


# ---------------------------------------------------------------------- repeating


def repeat(input, repeats, axis=None, name: str | None = None) -> Tensor:
    """Each element along an axis several times.

    Args:
      input: a tensor.
      repeats: how many times: a number for all elements, or one for each along the axis.
      axis: which axis; default: ``input`` is made a vector first.
      name: the name of the scope; default ``"Repeat"``.

    Returns:
      A tensor with as many elements along ``axis`` as the sum of ``repeats``.

    Raises:
      TypeError: ``axis`` is no number, or ``repeats`` are not whole.
      ValueError: there is no such axis, or ``repeats`` are not as many as elements.

    Example:
      >>> tf.Session().run(tf.repeat(["a", "b", "c"], repeats=[3, 0, 2], axis=0))
      array([b'a', b'a', b'a', b'c', b'c'], dtype=object)
    """
    if axis is None:
        input, axis = reshape(input, [-1]), 0
    if not isinstance(axis, int):
        raise TypeError(
            f"Argument `axis` must be an int. Received `axis` = {axis} of type "
            f"{type(axis).__name__}"
        )
    with name_scope(name, "Repeat", [input, repeats]):
        data = convert_to_tensor(input, name="data")
        repeats = convert_to_tensor(repeats, name="repeats", preferred_dtype=dt.int32)
        if not repeats.dtype.is_integer:
            raise TypeError(
                f"Argument `tensor` (name: repeats) must be of type integer. Received `tensor` = "
                f"{repeats} of dtype: {repeats.dtype}"
            )
        repeats = add_op("Cast", repeats, DstT=dt.int32)
        repeats.shape.with_rank_at_most(1)
        data = _with_an_axis(data)
        lengths = shape(data, out_type=repeats.dtype)
        axis = _positive(axis, data.shape.ndims)
        if repeats.shape.num_elements() == 1:
            repeats = reshape(repeats, [])
            tiled = _tile_along(expand_dims(data, axis + 1), axis + 1, repeats)
            wanted = concat(
                [lengths[:axis], [repeats * lengths[axis]], lengths[axis + 1 :]], axis=0
            )
            return reshape(tiled, wanted)
        if repeats.shape.ndims == 1:
            data.shape.dims[axis].assert_is_compatible_with(repeats.shape[0])
        counts = repeats = broadcast_to(repeats, [lengths[axis]])
        if repeats.shape.ndims != axis + 1:
            own = shape(repeats)
            dims = rank(repeats)
            repeats = broadcast_to(repeats, concat([lengths[: axis + 1 - dims], own], axis=0))
            repeats.set_shape([None] * (axis + 1))
        most = add_op("Max", repeats, _all_axes(repeats))
        most = add_op("Maximum", convert_to_tensor(0, name="zero", dtype=most.dtype), most)
        mask = sequence_mask(repeats, most)
        tiled = _tile_along(expand_dims(data, axis + 1), axis + 1, most)
        result = boolean_mask(tiled, mask)
        if axis:
            total = add_op("Sum", counts, add_op("Range", 0, rank(counts), 1))
            result = reshape(result, concat([lengths[:axis], [total], lengths[axis + 1 :]], axis=0))
        if data.dims is not None:
            own = repeats.dims
            length = 0 if own and own[0] == 0 else None
            result.set_shape([*data.dims[:axis], length, *data.dims[axis + 1 :]])
        return result


def _with_an_axis(data: Tensor) -> Tensor:
    if data.shape.ndims is not None:
        return data if data.shape.ndims else stack([data])
    lengths = shape(data)
    dims = rank(data)
    return reshape(data, concat([[1], lengths], axis=0)[-dims:])


def _positive(axis: int, dims: int | None) -> int:
    if dims is None:
        if axis < 0:
            raise ValueError(f"axis={axis} may only be negative if rank(data) is statically known.")
        return axis
    if not -dims <= axis < dims:
        raise ValueError(f"axis={axis} out of bounds: expected {-dims}<=axis<{dims}")
    return axis % dims


def _all_axes(x: Tensor) -> Tensor:
    if x.shape.ndims is not None:
        return constant(np.arange(x.shape.ndims), dtype=dt.int32)
    return add_op("Range", 0, rank(x), 1)


def _tile_along(data: Tensor, axis: int, multiple) -> Tensor:
    if data.shape.ndims is not None:
        multiples: object = [1] * data.shape.ndims
        multiples[axis] = multiple  # type: ignore[index]
    else:
        once = ones(rank(data), dt.int32)
        multiples = concat([once[:axis], [multiple], once[axis + 1 :]], axis=0)
    return tile(data, multiples)


# ---------------------------------------------------------------------- variables, constants, time


def batch_scatter_update(ref, indices, updates, use_locking: bool = True, name: str | None = None):
    """Replaces slices of a variable, at places that differ from row to row.

    ::

        ref[i, ..., indices[i, ..., k]] = updates[i, ..., k]

    Args:
      ref: the variable.
      indices: whole numbers of shape ``[d0, ..., dn]``; ``d0``, ... are the lengths of ``ref``.
      updates: of the shape of ``indices``, followed by that of a slice.
      use_locking: recorded, without effect.
      name: the name of the scope.

    Returns:
      The variable after the change.

    Raises:
      ValueError: the rank of ``indices`` is unknown.
    """
    with name_scope(name):
        indices = convert_to_tensor(indices, name="indices")
        lengths = shape(indices)
        n = indices.shape.ndims
        if n is None:
            raise ValueError("batch_gather does not allow indices with unknown shape.")
        last = expand_dims(indices, axis=-1)
        parts = []
        for i in range(n - 1):
            length = lengths[i]
            wanted: list = [1] * (n + 1)
            wanted[i] = length
            along = reshape(add_op("Range", 0, length, 1), wanted)
            if along.dtype.base_dtype != last.dtype:
                along = add_op("Cast", along, DstT=last.dtype)
            parts.append(along * ones_like(last))
        return scatter_nd_update(
            ref, concat([*parts, last], axis=-1), updates, use_locking=use_locking
        )


def guarantee_const(input, name: str | None = None) -> Tensor:
    """A tensor that is promised not to change; here the same as `tf.identity`."""
    return add_op("GuaranteeConst", input, name=name)


def timestamp(name: str | None = None) -> Tensor:
    """The time in seconds since 1970, a ``float64`` scalar that is asked for at every run."""
    return add_op("Timestamp", name=name)
