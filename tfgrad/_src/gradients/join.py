"""Derivatives of joining and splitting: pieces of ``dy``, or the pieces joined again.

Every length is asked for by a ``Shape`` node, which is a constant where it is known; when a program
is compiled all of it is done in numpy.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.index import slice
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.join import (
    concat,
    dynamic_partition,
    parallel_dynamic_stitch,
    split,
    stack,
    unstack,
)
from tfgrad._src.functions.reduce import reduce_prod
from tfgrad._src.functions.segment import unsorted_segment_sum
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import expand_dims, rank, reshape, shape, shape_n, squeeze
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable("ConcatOffset")

_MOST_SLICES = 16  # with more inputs one Split takes the place of as many Slice nodes


def _shapes(values) -> list[Tensor]:
    """The shape of each value: constants if all are known, else one ``ShapeN``."""
    sizes = []
    for x in values:
        size = shape(x)
        if size.op.type != "Const":
            return shape_n(values)
        sizes.append(size)
    return sizes


def _concat_grads(values, axis: Tensor, dy) -> list:
    if isinstance(dy, IndexedSlices):
        return _concat_grads_of_slices(values, axis, dy)
    axis = axis % rank(values[0])
    sizes = _shapes(values)
    if len(sizes) > _MOST_SLICES:
        lengths = squeeze(slice(stack(sizes, axis=1), [axis, 0], [1, -1]))
        return split(dy, lengths, axis)
    offsets = add_op("ConcatOffset", axis, sizes)
    return [slice(dy, start, size) for start, size in zip(offsets, sizes, strict=True)]


def _concat_grads_of_slices(values, axis: Tensor, dy: IndexedSlices) -> list:
    positive = axis % rank(values[0])
    static = constant_value(axis)
    if static is None:
        raise ValueError("Can only compute IndexedSlices gradient with statically-known concat_dim")
    static = int(static)
    if static < 0:
        ndims = constant_value(rank(values[0]))
        if ndims is None:
            raise ValueError(
                "Can only compute IndexedSlices gradient with negative concat_dim when first value "
                "rank is statically-known."
            )
        static %= int(ndims)
    sizes = [shape(x) for x in values]
    result = []
    if static > 0:  # every value has all the rows, and its own columns of them
        ndims = shape(sizes[0])
        before = zeros(expand_dims(positive, 0), dtype=dt.int32)
        after = zeros(ndims - positive - 1, dtype=dt.int32)
        mask = concat([before, [1], after], 0)
        start = zeros(ndims, dtype=dt.int32)
        for size in sizes:
            columns = concat([[-1], slice(size, [1], [-1])], 0)
            rows = slice(dy.values, start, columns)
            result.append(IndexedSlices(rows, dy.indices, size))
            start = add_op("AddV2", start, size * mask, name="Add")
        return result
    first = constant(0, dtype=dy.indices.dtype)
    for size in sizes:  # every value has the rows that lie in its range
        length = gather(size, positive)
        if length.dtype is not dy.indices.dtype:
            length = cast(length, dtype=dy.indices.dtype)
        end = first + length
        inside = add_op("LogicalAnd", dy.indices >= first, dy.indices < end)
        chosen = squeeze(where(inside), axis=[1])
        indices = gather(dy.indices, chosen) - first
        result.append(IndexedSlices(gather(dy.values, chosen), indices, size))
        first = end
    return result


@gradient("ConcatV2")
def concat_v2_grad(op: Operation, dy):
    return [*_concat_grads(op.inputs[:-1], op.inputs[-1], dy), None]


@gradient("Concat")
def concat_grad(op: Operation, dy):
    return [None, *_concat_grads(op.inputs[1:], op.inputs[0], dy)]


@gradient("Pack")
def pack_grad(op: Operation, dy):
    return unstack(dy, num=op.attrs["N"], axis=op.attrs["axis"])


@gradient("Unpack")
def unpack_grad(op: Operation, *dys):
    return stack(list(dys), axis=op.attrs["axis"])


@gradient("Split")
def split_grad(op: Operation, *dys):
    return None, concat(list(dys), op.inputs[0])


@gradient("SplitV")
def split_v_grad(op: Operation, *dys):
    return concat(list(dys), op.inputs[2]), None, None


@gradient("DynamicPartition")
def dynamic_partition_grad(op: Operation, *dys):
    """The rows' numbers are partitioned too, and say where each row goes back to."""
    data, partitions = op.inputs
    prefix = shape(partitions)
    numbers = reshape(range_(reduce_prod(prefix)), prefix)
    places = dynamic_partition(numbers, partitions, op.attrs["num_partitions"])
    rows = parallel_dynamic_stitch(places, list(dys))
    return reshape(rows, shape(data)), None


@gradient("DynamicStitch", "ParallelDynamicStitch")
def dynamic_stitch_grad(op: Operation, dy):
    n = len(op.inputs) // 2
    if isinstance(dy, IndexedSlices):
        rows = shape(op.outputs[0])[0]
        dy = unsorted_segment_sum(dy.values, dy.indices, rows)
    return [None] * n + [gather(dy, indices) for indices in op.inputs[:n]]
