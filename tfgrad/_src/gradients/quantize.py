"""Derivatives of rounding to few values: as if it were not rounded, but zero out of the range.

Those of the gradient ops are tfgrad's: they are linear in the gradient that comes in.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import greater, less, not_equal
from tfgrad._src.functions.fill import zeros_like
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor

_FAR = 3e38


def _attrs(op: Operation, *names: str) -> dict:
    return {name: op.get_attr(name) for name in names}


@gradient("FakeQuantWithMinMaxArgs")
def fake_quant_args_grad(op: Operation, dy: Tensor) -> Tensor:
    attrs = _attrs(op, "min", "max", "num_bits", "narrow_range")
    return add_op("FakeQuantWithMinMaxArgsGradient", dy, op.inputs[0], **attrs)


@gradient("FakeQuantWithMinMaxArgsGradient")
def fake_quant_args_gradient_grad(op: Operation, dz: Tensor) -> tuple:
    attrs = _attrs(op, "min", "max", "num_bits", "narrow_range")
    return add_op("FakeQuantWithMinMaxArgsGradient", dz, op.inputs[1], **attrs), None


@gradient("FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel")
def fake_quant_vars_grad(op: Operation, dy: Tensor) -> list:
    return add_op(f"{op.type}Gradient", dy, *op.inputs, **_attrs(op, "num_bits", "narrow_range"))


@gradient("FakeQuantWithMinMaxVarsGradient", "FakeQuantWithMinMaxVarsPerChannelGradient")
def fake_quant_vars_gradient_grad(
    op: Operation, inside: Tensor, low: Tensor, high: Tensor
) -> tuple:
    _, x, least, greatest = op.inputs
    attrs = _attrs(op, "num_bits", "narrow_range")
    total = add_op(op.type, inside, x, least, greatest, **attrs)[0]
    # What lies beyond is rounded to the ends.
    rounded = op.type.removesuffix("Gradient")
    zero = zeros_like(least)
    first = add_op(rounded, zero - _FAR, least, greatest, **attrs)
    last = add_op(rounded, zero + _FAR, least, greatest, **attrs)
    is_range = cast(not_equal(first, last), x.dtype)
    total += cast(less(x, first), x.dtype) * (low * is_range)
    total += cast(greater(x, last), x.dtype) * (high * is_range)
    return total, None, None, None


@gradient("QuantizeAndDequantize")
def quantize_grad(op: Operation, dy: Tensor) -> Tensor:
    return dy


@gradient("QuantizeAndDequantizeV2", "QuantizeAndDequantizeV3")
def quantize_between_grad(op: Operation, dy: Tensor) -> list:
    return [dy] + [None] * (len(op.inputs) - 1)


@gradient("QuantizeAndDequantizeV4")
def quantize_v4_grad(op: Operation, dy: Tensor) -> list:
    return add_op("QuantizeAndDequantizeV4Grad", dy, *op.inputs, axis=op.get_attr("axis"))


@gradient("QuantizeAndDequantizeV4Grad")
def quantize_v4_grad_grad(op: Operation, dz: Tensor, *of_limits: Tensor) -> tuple:
    axis = op.get_attr("axis")
    inside = add_op("QuantizeAndDequantizeV4Grad", dz, *op.inputs[1:], axis=axis)[0]
    return inside, None, None, None
