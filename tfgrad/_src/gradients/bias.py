"""Derivatives of the bias operations."""

from tfgrad._src.functions.fill import ones_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.shape import rank, reshape, shape, tile
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor


@gradient("BiasAdd")
def bias_add_grad(op: Operation, dy: Tensor) -> list:
    return [dy, add_op("BiasAddGrad", dy, data_format=op.attrs["data_format"])]


@gradient("BiasAddGrad")
def bias_add_grad_grad(op: Operation, dy: Tensor) -> Tensor:
    """Repeats ``dy`` along every axis but that of the channels."""
    lengths = shape(op.inputs[0])
    channels = shape(dy)
    if op.attrs["data_format"] == b"NCHW":
        spread = concat([ones_like(lengths[:1]), channels, ones_like(lengths[2:])], 0)
        times = concat([lengths[:1], [1], lengths[2:]], 0)
    else:
        spread = concat([ones_like(lengths[:-1]), channels], 0)
        times = concat([lengths[:-1], [1]], 0)
    return tile(reshape(dy, spread), times)


@gradient("BiasAddV1")
def bias_add_v1_grad(op: Operation, dy: Tensor) -> list:
    return [dy, reduce_sum(dy, range_(rank(dy) - 1))]
