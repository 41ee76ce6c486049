"""Derivatives of slices and reversal: ``dy`` in its place, zeros elsewhere.

What finds positions (one-hot, where, unique) has none; `Unique` is not even declared so, as in
TensorFlow: differentiating through its values is an error.
"""

from tfgrad._src.functions.index import reverse, strided_slice
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.shape import rank, reshape, shape
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.node import Operation

not_differentiable("OneHot")


@gradient("Slice")
def slice_grad(op: Operation, dy):
    """Pads by ``begin`` in front and by what is left of the shape behind."""
    x, begin, _ = op.inputs
    ndims = rank(x)
    size = shape(op.outputs[0], out_type=begin.dtype)
    column = stack([ndims, 1])
    before = reshape(begin, column)
    after = reshape(shape(x, out_type=begin.dtype) - size - begin, column)
    return pad(dy, concat([before, after], 1)), None, None


def _masks(op: Operation) -> dict:
    names = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    return {name: op.attrs[name] for name in names}


def _number_or_tensor(t):
    value = constant_value(t)
    return t if value is None else value


@gradient("StridedSlice")
def strided_slice_grad(op: Operation, dy):
    x, begin, end, strides = op.inputs
    lengths = shape(x, out_type=begin.dtype)
    parts = [_number_or_tensor(t) for t in (lengths, begin, end, strides)]
    return add_op("StridedSliceGrad", *parts, dy, **_masks(op)), None, None, None


@gradient("StridedSliceGrad")
def strided_slice_grad_grad(op: Operation, dy):
    _, begin, end, strides, _ = op.inputs
    return None, None, None, None, strided_slice(dy, begin, end, strides, **_masks(op))


@gradient("ReverseV2")
def reverse_grad(op: Operation, dy):
    return reverse(dy, op.inputs[1]), None
