"""Sums and other combinations of groups of rows.

The op types are in ``ops/segment.py``, the derivatives in ``gradients/segment.py``.
"""

from tfgrad._src.functions.fill import ones
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import rank, reshape, shape_internal
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def segment_sum(data, segment_ids, name: str | None = None) -> Tensor:
    """Sums rows of equal id: ``y[k] = sum of data[i] over i with segment_ids[i] == k``.

    Args:
      data: a tensor of numbers of shape ``[n, ...]``.
      segment_ids: a vector of ``n`` integers that never decrease, the first at least 0.
      name: the name of the node; default ``"SegmentSum"``.

    Returns:
      A tensor with ``segment_ids[-1] + 1`` rows; zeros for an id that does not occur.  Where the
      ids are not constant the number of rows is found between two programs:
      `tf.unsorted_segment_sum` is faster.

    Gradient:
      ``dy`` gathered at ``segment_ids``.

    Example:
      >>> tf.Session().run(tf.segment_sum([1, 2, 3, 4], [0, 0, 1, 3]))
      array([3, 3, 0, 4], dtype=int32)
    """
    return add_op("SegmentSum", data, segment_ids, name=name)


def segment_mean(data, segment_ids, name: str | None = None) -> Tensor:
    """Means of rows of equal id; zeros for an id that does not occur.  See `tf.segment_sum`."""
    return add_op("SegmentMean", data, segment_ids, name=name)


def segment_max(data, segment_ids, name: str | None = None) -> Tensor:
    """Largest elements of rows of equal id; 0 for an id without rows.  See `tf.segment_sum`."""
    return add_op("SegmentMax", data, segment_ids, name=name)


def segment_min(data, segment_ids, name: str | None = None) -> Tensor:
    """Least elements of rows of equal id; 0 for an id without rows.  See `tf.segment_sum`."""
    return add_op("SegmentMin", data, segment_ids, name=name)


def segment_prod(data, segment_ids, name: str | None = None) -> Tensor:
    """Products of rows of equal id; ones for an id that does not occur.  See `tf.segment_sum`."""
    return add_op("SegmentProd", data, segment_ids, name=name)


def unsorted_segment_sum(data, segment_ids, num_segments, name: str | None = None) -> Tensor:
    """Sums parts of equal id, in any order.

    Args:
      data: a tensor of numbers whose shape begins with that of ``segment_ids``.
      segment_ids: integers below ``num_segments``; parts with a negative id are left out.
      num_segments: the number of rows of the result, a number or a scalar tensor.
      name: the name of the node; default ``"UnsortedSegmentSum"``.

    Returns:
      A tensor of shape ``[num_segments] + data.shape[rank(segment_ids):]``; zeros for an id that
      does not occur.

    Gradient:
      ``dy`` gathered at ``segment_ids``, zeros where they are negative.

    Example:
      >>> tf.Session().run(tf.unsorted_segment_sum([1, 2, 3, 4], [2, 0, -1, 2], 3))
      array([2, 0, 5], dtype=int32)
    """
    return add_op("UnsortedSegmentSum", data, segment_ids, num_segments, name=name)


def unsorted_segment_max(data, segment_ids, num_segments, name: str | None = None) -> Tensor:
    """Largest elements of parts of equal id, in any order.

    An id that does not occur gives the lowest number of the type.  See `tf.unsorted_segment_sum`.
    """
    return add_op("UnsortedSegmentMax", data, segment_ids, num_segments, name=name)


def unsorted_segment_min(data, segment_ids, num_segments, name: str | None = None) -> Tensor:
    """Least elements of parts of equal id, in any order.

    An id that does not occur gives the highest number of the type.  See `tf.unsorted_segment_sum`.
    """
    return add_op("UnsortedSegmentMin", data, segment_ids, num_segments, name=name)


def unsorted_segment_prod(data, segment_ids, num_segments, name: str | None = None) -> Tensor:
    """Products of parts of equal id, in any order; ones for an id that does not occur.

    See `tf.unsorted_segment_sum`.
    """
    return add_op("UnsortedSegmentProd", data, segment_ids, num_segments, name=name)


def _sizes(data: Tensor, segment_ids: Tensor, num_segments) -> Tensor:
    """How many parts have each id, at least 1, in a shape that broadcasts to the sums."""
    num_segments = convert_to_tensor(num_segments)
    parts = ones(shape_internal(segment_ids), dtype=data.dtype)
    counts = add_op("UnsortedSegmentSum", parts, segment_ids, num_segments)
    head = num_segments[None]
    tail = ones([rank(data) - rank(segment_ids)], dtype=num_segments.dtype)
    counts = reshape(counts, concat([head, tail], axis=0))
    return add_op("Maximum", counts, 1)


def unsorted_segment_mean(data, segment_ids, num_segments, name: str | None = None) -> Tensor:
    """Means of parts of equal id, in any order; zeros for an id that does not occur.

    See `tf.unsorted_segment_sum`.
    """
    with name_scope(name, "UnsortedSegmentMean"):
        data = convert_to_tensor(data)
        segment_ids = convert_to_tensor(segment_ids)
        sizes = _sizes(data, segment_ids, num_segments)
        return add_op("UnsortedSegmentSum", data, segment_ids, num_segments) / sizes


def unsorted_segment_sqrt_n(data, segment_ids, num_segments, name: str | None = None) -> Tensor:
    """Sums of parts of equal id, divided by the square root of their number.

    See `tf.unsorted_segment_sum`.
    """
    with name_scope(name, "UnsortedSegmentSqrtN"):
        data = convert_to_tensor(data)
        segment_ids = convert_to_tensor(segment_ids)
        sizes = _sizes(data, segment_ids, num_segments)
        total = add_op("UnsortedSegmentSum", data, segment_ids, num_segments)
        return total / add_op("Sqrt", sizes)


# ---------------------------------------------------------------------- of rows gathered first


def sparse_segment(
    kind: str, data, indices, segment_ids, name=None, num_segments=None, sparse_gradient=False
) -> Tensor:
    """The three functions below; ``sparse_gradient`` lets the gradient be `tf.IndexedSlices`."""
    inputs = [data, indices, segment_ids]
    op_type = f"SparseSegment{kind}"
    if num_segments is not None:
        op_type, inputs = op_type + "WithNumSegments", [*inputs, num_segments]
    return add_op(op_type, *inputs, sparse_gradient=sparse_gradient, name=name)


def sparse_segment_sum(
    data, indices, segment_ids, name: str | None = None, num_segments=None
) -> Tensor:
    """Sums rows ``data[indices[i]]`` of equal ``segment_ids[i]``.

    Args:
      data: a tensor of real numbers of shape ``[rows, ...]``.
      indices: a vector of ``n`` rows of ``data``, in any order.
      segment_ids: a vector of ``n`` integers that never decrease, the first at least 0.
      name: the name of the node; default ``"SparseSegmentSum"``, with ``"WithNumSegments"`` added
        if that is given.
      num_segments: the number of rows of the result; default: the last id + 1.  Where the ids are
        not constant that is found between two programs, so that giving it is faster.

    Returns:
      A tensor with one row per id, zeros for an id that does not occur.

    Raises:
      tf.errors.InvalidArgumentError: the ids decrease, or a row is out of range, when run.

    Gradient:
      ``dy`` of its group, added at each row of ``data``.

    Example:
      >>> data = tf.constant([[1, 2], [3, 4], [5, 6]])
      >>> tf.Session().run(tf.sparse.segment_sum(data, [0, 2, 1], [0, 0, 2]))
      array([[6, 8],
             [0, 0],
             [3, 4]], dtype=int32)
    """
    return sparse_segment("Sum", data, indices, segment_ids, name, num_segments)


def sparse_segment_mean(
    data, indices, segment_ids, name: str | None = None, num_segments=None
) -> Tensor:
    """Means of rows ``data[indices[i]]`` of equal id; see `tf.sparse.segment_sum`."""
    return sparse_segment("Mean", data, indices, segment_ids, name, num_segments)


def sparse_segment_sqrt_n(
    data, indices, segment_ids, name: str | None = None, num_segments=None
) -> Tensor:
    """Sums of rows ``data[indices[i]]`` of equal id, divided by the root of their number.

    See `tf.sparse.segment_sum`.
    """
    return sparse_segment("SqrtN", data, indices, segment_ids, name, num_segments)
