"""Derivatives of choosing the largest elements: ``dy`` goes back to where they were."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.join import stack
from tfgrad._src.functions.reduce import reduce_prod
from tfgrad._src.functions.shape import expand_dims, reshape, shape, size
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor


def _last(lengths: Tensor) -> Tensor:
    """The last entry of a shape, as int64."""
    return add_op("GatherV2", cast(lengths, dt.int64), size(lengths) - 1, 0)


@gradient("TopK", "TopKV2")
def top_k_grad(op: Operation, dy: Tensor, _) -> list:
    lengths = shape(op.inputs[0])
    chosen = op.outputs[1]
    rows = reshape(chosen, stack([-1, _last(shape(chosen))]))
    row_length = _last(lengths)
    count = shape(rows)[0]
    first = range_(0, cast(count, dt.int64) * row_length, row_length)
    place = reshape(rows + cast(expand_dims(first, -1), dt.int32), [-1])
    flat = add_op("ScatterNd", expand_dims(place, -1), reshape(dy, [-1]), [reduce_prod(lengths)])
    dx = reshape(flat, lengths)
    return [dx] if op.type == "TopK" else [dx, zeros([], dt.int32)]
