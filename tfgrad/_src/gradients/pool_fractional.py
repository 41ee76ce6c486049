"""Derivatives of pooling under random windows.

TensorFlow has the first ones.  Those of the gradient ops are written out here in simpler
operations: both are linear in ``dy``, and their gradients go the other way.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import logical_and
from tfgrad._src.functions.cwise_binary import minimum
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.fill import zeros_like
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.index import one_hot
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.linalg import tensordot
from tfgrad._src.functions.reduce import argmax, reduce_sum
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import expand_dims, reshape, shape, transpose
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.shapes import is_fully_known


@gradient("FractionalMaxPool")
def max_pool_grad(op: Operation, dy: Tensor, *unused) -> Tensor:
    return add_op(
        "FractionalMaxPoolGrad", op.inputs[0], op.outputs[0], dy, *op.outputs[1:],
        overlapping=op.attrs["overlapping"],
    )  # fmt: skip


@gradient("FractionalAvgPool")
def avg_pool_grad(op: Operation, dy: Tensor, *unused) -> Tensor:
    """TensorFlow wants the shape of the input to be known while building."""
    x = op.inputs[0]
    lengths = x.get_shape() if is_fully_known(x.dims) else shape(x, out_type=dt.int64)
    return add_op(
        "FractionalAvgPoolGrad", lengths, dy, *op.outputs[1:], overlapping=op.attrs["overlapping"]
    )


def _starts_and_ends(op: Operation, bounds: Tensor) -> tuple[Tensor, Tensor]:
    """Of each window, as columns."""
    ends = bounds[1:]
    if op.attrs["overlapping"]:
        ends = minimum(ends + 1, bounds[-1])
    return expand_dims(bounds[:-1], 1), expand_dims(ends, 1)


@gradient("FractionalAvgPoolGrad")
def avg_pool_grad_grad(op: Operation, g: Tensor) -> list:
    """The means of ``g``, as a product with a matrix for the rows and one for the columns."""
    y, bounds = g, op.inputs[2:]
    for axis, b in enumerate(bounds, 1):
        start, end = _starts_and_ends(op, b)
        i = range_(b[-1])
        inside = cast(logical_and(i >= start, i < end), g.dtype)
        y = tensordot(inside / cast(end - start, g.dtype), y, [[1], [axis]])
    # Each product has put its axis in front: columns, rows, batch, channels.
    return [None, transpose(y, [2, 1, 0, 3]), None, None]


@gradient("FractionalMaxPoolGrad")
def max_pool_grad_grad(op: Operation, g: Tensor) -> list:
    """``g`` at the first of the largest elements of each window.

    Every window is laid out in as many places as the longest one can have.
    """
    x, y = op.inputs[:2]
    out, lengths = shape(y), []
    views, inside = [x, g], None
    for axis, bounds in enumerate(op.inputs[3:], 1):
        start, end = _starts_and_ends(op, bounds)
        size = cast(shape(x)[axis], dt.int64)
        length = size // cast(out[axis], dt.int64) + 2
        i = start + range_(length)
        real = i < end
        i = minimum(i, size - 1)
        # [n, h, w, c] becomes [n, rows, places, w, c], then [n, rows, places, columns, places, c].
        views = [gather(v, i, axis=2 * axis - 1) for v in views]
        if inside is None:
            inside = expand_dims(expand_dims(real, 2), 3)
        else:
            inside = logical_and(inside, real)
        lengths.append(length)
    least = zeros_like(views[0]) + x.dtype.min
    views[0] = where_v2(expand_dims(inside, -1), views[0], least)
    flat = concat([out, cast([lengths[0] * lengths[1]], dt.int32)], 0)
    values, gs = (reshape(transpose(v, [0, 1, 3, 5, 2, 4]), flat) for v in views)
    best = one_hot(argmax(values, -1), flat[4], dtype=g.dtype)
    return [zeros_like(x), zeros_like(y), reduce_sum(best * gs, -1), None, None]
