"""Derivatives of the ops that make tensors from a few numbers."""

from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable("ZerosLike", "OnesLike", "Range", "LinSpace")


@gradient("Fill")
def fill_grad(op: Operation, dy: Tensor):
    return None, reduce_sum(dy)
