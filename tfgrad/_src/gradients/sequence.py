"""Derivatives of ``ops/sequence.py`` and ``ops/copies.py``."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal
from tfgrad._src.functions.cwise_binary import divide
from tfgrad._src.functions.fill import zeros_like
from tfgrad._src.functions.gather import gather_nd
from tfgrad._src.functions.index import strided_slice
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.shape import expand_dims, reshape, shape
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable("EditDistance", "Timestamp")


@gradient("ReverseSequence")
def reverse_sequence_grad(op: Operation, dy: Tensor) -> list:
    attrs = {name: op.get_attr(name) for name in ("seq_dim", "batch_dim")}
    return [add_op("ReverseSequence", dy, op.inputs[1], **attrs), None]


@gradient("Reverse")
def reverse_grad(op: Operation, dy: Tensor) -> tuple:
    return add_op("Reverse", dy, op.inputs[1]), None


@gradient("NthElement")
def nth_element_grad(op: Operation, dy: Tensor) -> list:
    """Equal elements share the gradient."""
    hit = cast(equal(expand_dims(op.outputs[0], -1), op.inputs[0]), dy.dtype)
    dy = expand_dims(dy, -1)
    count = expand_dims(reduce_sum(hit, -1), -1)
    return [divide(hit, count) * dy, None]


@gradient("ScatterNdNonAliasingAdd")
def scatter_nd_non_aliasing_add_grad(op: Operation, dy: Tensor) -> list:
    return [dy, None, gather_nd(dy, op.inputs[1])]


@gradient("CheckNumericsV2")
def check_numerics_v2_grad(op: Operation, dy: Tensor) -> Tensor:
    message = op.get_attr("message").decode("utf-8", "replace")
    return add_op(
        "CheckNumericsV2", dy,
        message=f"Not a number (NaN) or infinity (Inf) values detected in gradient. b'{message}'",
    )  # fmt: skip


_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


@gradient("TensorStridedSliceUpdate")
def tensor_strided_slice_update_grad(op: Operation, dy: Tensor) -> list:
    """The value may have been stretched to the slice: its gradient is summed."""
    _, begin, end, strides, value = op.inputs
    masks = {name: op.get_attr(name) for name in _MASKS}
    part = strided_slice(dy, begin, end, strides, **masks)
    dx = add_op(
        "TensorStridedSliceUpdate", dy, begin, end, strides, zeros_like(part), **masks
    )  # fmt: skip
    lengths = shape(part, out_type=begin.dtype)
    value_lengths = shape(value, out_type=lengths.dtype)
    _, axes = add_op("BroadcastGradientArgs", lengths, value_lengths)
    dvalue = reshape(reduce_sum(part, axes, keepdims=True), value_lengths)
    return [dx, None, None, None, dvalue]
