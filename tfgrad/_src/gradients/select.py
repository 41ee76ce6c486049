"""Derivatives of choosing between values: each gets ``dy`` where it was taken, else zero."""

from tfgrad._src.functions.comparison import greater, less, logical_or
from tfgrad._src.functions.fill import zeros, zeros_like
from tfgrad._src.functions.select import where, where_v2
from tfgrad._src.functions.shape import reshape, shape
from tfgrad._src.gradients.cwise_binary import reduce_to_arguments
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import Operation


@gradient("Select")
def select_grad(op: Operation, dy):
    c, x, _ = op.inputs
    nothing = zeros_like(x)
    return None, where(c, dy, nothing), where(c, nothing, dy)


@gradient("SelectV2")
def select_v2_grad(op: Operation, dy):
    c, x, y = op.inputs
    z = op.outputs[0]
    nothing = zeros([], dtype=dy.dtype.base_dtype)
    gx = where_v2(c, dy, nothing)
    gy = where_v2(c, nothing, dy)
    gx, _ = reduce_to_arguments(x, z, gx, None)
    gy, _ = reduce_to_arguments(y, z, gy, None)
    return None, gx, gy


@gradient("ClipByValue")
def clip_by_value_grad(op: Operation, dy):
    x, low, high = op.inputs
    shape_x, shape_low, shape_high = shape(x), shape(low), shape(high)
    nothing = zeros(shape(dy), dy.dtype)
    below, above = less(x, low), greater(x, high)
    axes_low = add_op("BroadcastGradientArgs", shape_x, shape_low)[1]
    axes_high = add_op("BroadcastGradientArgs", shape_x, shape_high)[1]
    gx = where(logical_or(below, above), nothing, dy)
    g_low = where(below, dy, nothing)
    g_high = where(above, dy, nothing)
    g_low = reshape(add_op("Sum", g_low, axes_low), shape_low)
    g_high = reshape(add_op("Sum", g_high, axes_high), shape_high)
    return gx, g_low, g_high
