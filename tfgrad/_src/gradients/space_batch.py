"""Derivatives of the moves between space and batch or channels: each is the other's."""

from tfgrad._src.functions import space_batch as functions
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor


@gradient("SpaceToBatchND")
def space_to_batch_nd_grad(op: Operation, dy: Tensor):
    _, block_shape, paddings = op.inputs
    return add_op("BatchToSpaceND", dy, block_shape, paddings), None, None


@gradient("BatchToSpaceND")
def batch_to_space_nd_grad(op: Operation, dy: Tensor):
    _, block_shape, crops = op.inputs
    return add_op("SpaceToBatchND", dy, block_shape, crops), None, None


@gradient("SpaceToBatch")
def space_to_batch_grad(op: Operation, dy: Tensor):
    return functions.batch_to_space(dy, op.inputs[1], op.attrs["block_size"]), None


@gradient("BatchToSpace")
def batch_to_space_grad(op: Operation, dy: Tensor):
    return functions.space_to_batch(dy, op.inputs[1], op.attrs["block_size"]), None


def _attrs(op: Operation) -> dict:
    return {name: op.attrs[name] for name in ("block_size", "data_format")}


@gradient("SpaceToDepth")
def space_to_depth_grad(op: Operation, dy: Tensor):
    return add_op("DepthToSpace", dy, **_attrs(op))


@gradient("DepthToSpace")
def depth_to_space_grad(op: Operation, dy: Tensor):
    return add_op("SpaceToDepth", dy, **_attrs(op))
