"""Derivatives of choosing the largest elements: ``dy`` goes back to where they were."""

import math

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.gather import scatter_nd
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.reduce import reduce_prod
from tfgrad._src.functions.shape import broadcast_to, expand_dims, reshape, shape, size
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


@gradient("ApproxTopK")
def approx_top_k_grad(op: Operation, dy: Tensor, _) -> Tensor:
    """TensorFlow's nodes where all lengths are known; it raises where one is not."""
    chosen = op.outputs[1]
    dims, rank = chosen.dims, len(chosen.dims or ())
    if not rank:
        raise ValueError(f"The gradient of {op.name!r} needs the rank of its input.")
    axis = op.attrs["reduction_dimension"] % rank
    known = None not in dims and None not in (op.inputs[0].dims or (None,))
    lengths = dims if known else [shape(chosen)[d] for d in range(rank)]
    lifted = [*lengths, 1]

    def places(d: int) -> Tensor:
        """Where the elements were along an axis."""
        if d == axis:
            return reshape(chosen, lifted)
        alone = [1] * (rank + 1)
        alone[d] = lengths[d]
        return broadcast_to(reshape(range_(lengths[d]), alone), lifted)

    parts = [places(d) for d in range(rank)]
    index = concat(parts, axis=rank)
    count = math.prod(lengths) if known else reduce_prod(shape(chosen))
    index = reshape(index, [count, rank])
    flat = reshape(dy, [count])
    return scatter_nd(index, flat, list(op.inputs[0].dims) if known else shape(op.inputs[0]))
