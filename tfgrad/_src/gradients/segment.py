"""Derivatives of combining groups of rows: every row gets the gradient of its group."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal, greater, greater_equal, logical_and
from tfgrad._src.functions.cwise_binary import divide, maximum
from tfgrad._src.functions.fill import ones, ones_like, zeros_like
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.segment import segment_sum, unsorted_segment_sum
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import expand_dims, rank, reshape, shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation


@gradient("SegmentSum")
def segment_sum_grad(op: Operation, dy):
    return gather(dy, op.inputs[1]), None


@gradient("SegmentMean")
def segment_mean_grad(op: Operation, dy):
    data, ids = op.inputs
    ndims = rank(data)
    ids_shape = shape(ids)
    tail = ones(expand_dims(ndims - 1, 0), dtype=ids_shape.dtype)
    each = ones(concat([ids_shape, tail], 0), dtype=dy.dtype)
    scaled = divide(dy, segment_sum(each, ids))
    return gather(scaled, ids), None


@gradient("SegmentMax", "SegmentMin")
def segment_extreme_grad(op: Operation, dy):
    """Elements that tie for the result share its gradient."""
    data, ids = op.inputs
    nothing = zeros_like(data, dtype=data.dtype)
    chosen = equal(data, gather(op.outputs[0], ids))
    ties = segment_sum(cast(chosen, dy.dtype), ids)
    shares = gather(divide(dy, ties), ids)
    return where_v2(chosen, shares, nothing), None


@gradient("SegmentProd")
def segment_prod_grad(op: Operation, dy):
    """The product of the others; with two zeros in a group nothing moves it."""
    data, ids = op.inputs
    zero = equal(data, 0)
    zeros = add_op("SegmentSum", cast(zero, dtype=dt.int32), ids)
    dy = where_v2(greater(zeros, 1), zeros_like(dy), dy)
    others = where_v2(zero, ones_like(data), data)
    product = add_op("SegmentProd", others, ids)
    whole, rest = gather(op.outputs[0], ids), gather(product, ids)
    slope = where_v2(zero, rest, whole / others)
    return gather(dy, ids) * slope, None


# ---------------------------------------------------------------------- negative ids take no part


def _take(params, ids, clipped=None, valid=None):
    """Rows of ``params`` by id, zeros for negative ids; with what the next call can use again."""
    if clipped is None:
        clipped = maximum(ids, zeros_like(ids))
    found = gather(params, clipped)
    if valid is None:
        valid = greater_equal(ids, 0)
        lengths = shape(valid)
        tail = ones([rank(found) - rank(valid)], dtype=lengths.dtype)
        valid = reshape(valid, concat([lengths, tail], axis=0))
        valid = valid & ones_like(found, dtype=dt.bool_)
    return where_v2(valid, found, zeros_like(found)), clipped, valid


@gradient("UnsortedSegmentSum", "SegmentSumV2")
def unsorted_segment_sum_grad(op: Operation, dy):
    return _take(dy, op.inputs[1])[0], None, None


@gradient("UnsortedSegmentMax", "UnsortedSegmentMin", "SegmentMaxV2", "SegmentMinV2")
def unsorted_segment_extreme_grad(op: Operation, dy):
    """Elements that tie for the result share its gradient."""
    data, ids, num = op.inputs
    found, clipped, valid = _take(op.outputs[0], ids)
    chosen = logical_and(equal(data, found), valid)
    ties = unsorted_segment_sum(cast(chosen, dy.dtype), ids, num)
    shares, _, _ = _take(divide(dy, ties), None, clipped, valid)
    return where_v2(chosen, shares, zeros_like(shares)), None, None


@gradient("UnsortedSegmentProd", "SegmentProdV2")
def unsorted_segment_prod_grad(op: Operation, dy):
    """The product of the others; with two zeros in a group nothing moves it."""
    data, ids, num = op.inputs
    zero = equal(data, 0)
    zeros = add_op("UnsortedSegmentSum", cast(zero, dtype=dt.int32), ids, num)
    dy = where_v2(greater(zeros, 1), zeros_like(dy), dy)
    others = where_v2(zero, ones_like(data), data)
    product = add_op("UnsortedSegmentProd", others, ids, num)
    clipped = maximum(ids, zeros_like(ids))
    whole, rest = gather(op.outputs[0], clipped), gather(product, clipped)
    slope = where_v2(zero, rest, whole / data)
    return _take(dy, ids, clipped)[0] * slope, None, None
