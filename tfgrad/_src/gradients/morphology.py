"""Derivatives of grey-scale dilation.

The gradients of ``Dilation2D`` are linear in ``dy``, and constant in image and filter almost
everywhere.  TensorFlow has no second derivatives; here they are made of patches, among which the
first maximum is marked.
"""

from tfgrad._src.functions.fill import ones_like
from tfgrad._src.functions.index import one_hot
from tfgrad._src.functions.reduce import argmax, reduce_sum
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import reshape, shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant
from tfgrad._src.graph.node import Operation, Tensor


def _attrs(op: Operation) -> dict:
    return {name: op.attrs[name] for name in ("strides", "rates", "padding")}


@gradient("Dilation2D")
def dilation_2d_grad(op: Operation, dy: Tensor):
    x, w = op.inputs
    dx = add_op("Dilation2DBackpropInput", x, w, dy, **_attrs(op))
    return dx, add_op("Dilation2DBackpropFilter", x, w, dy, **_attrs(op))


def _patches(op: Operation, x: Tensor) -> Tensor:
    """``[batch, rows, columns, place in the window, channels]``."""
    rows, columns, channels = op.inputs[1].shape.as_list()
    if None in (rows, columns, channels):
        raise LookupError(
            f"The gradient of {op.type} needs the shape of its filter, which is not known while "
            f"building."
        )
    patches = add_op("ExtractImagePatches", x, ksizes=[1, rows, columns, 1], **_attrs(op))
    return reshape(patches, (*_first(patches, 3), rows * columns, channels))


def _first(x: Tensor, n: int) -> list:
    lengths = shape(x)
    return [lengths[i] for i in range(n)]


def _marks(op: Operation) -> Tensor:
    """1 at the first maximum of each window and channel, else 0."""
    x, w = op.inputs[:2]
    image = _patches(op, x)
    _, count, channels = image.shape.as_list()[2:]
    heights = reshape(w, (1, 1, 1, count, channels))
    inside = _patches(op, ones_like(x)) > constant(0, x.dtype)
    sums = where_v2(inside, image + heights, constant(x.dtype.min, x.dtype))
    return one_hot(argmax(sums, 3), count, axis=3, dtype=x.dtype)


@gradient("Dilation2DBackpropInput")
def dilation_2d_backprop_input_grad(op: Operation, ddx: Tensor):
    return None, None, reduce_sum(_marks(op) * _patches(op, ddx), 3)


@gradient("Dilation2DBackpropFilter")
def dilation_2d_backprop_filter_grad(op: Operation, ddw: Tensor):
    marks = _marks(op)
    _, count, channels = marks.shape.as_list()[2:]
    return None, None, reduce_sum(marks * reshape(ddw, (1, 1, 1, count, channels)), 3)
