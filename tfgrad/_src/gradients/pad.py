"""Derivatives of padding: the padding is cut off again, or folded back for mirror images."""

from tfgrad._src.functions.index import slice
from tfgrad._src.functions.join import stack
from tfgrad._src.functions.shape import rank, reshape, shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation


@gradient("Pad", "PadV2")
def pad_grad(op: Operation, dy):
    """The block that starts after the first column of the widths."""
    x, paddings = op.inputs[:2]
    column = slice(paddings, [0, 0], stack([rank(x), 1]))
    begin = reshape(column, [-1])
    dx = slice(dy, begin, shape(x, out_type=begin.dtype))
    return (dx, None, None) if len(op.inputs) == 3 else (dx, None)


@gradient("MirrorPad")
def mirror_pad_grad(op: Operation, dy):
    return add_op("MirrorPadGrad", dy, op.inputs[1], mode=op.attrs["mode"]), None


@gradient("MirrorPadGrad")
def mirror_pad_grad_grad(op: Operation, dy):
    return add_op("MirrorPad", dy, op.inputs[1], mode=op.attrs["mode"]), None
