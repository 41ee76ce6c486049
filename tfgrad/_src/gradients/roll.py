"""The derivative of `tf.roll`: the way back."""

from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor


@gradient("Roll")
def roll_grad(op: Operation, dy: Tensor) -> tuple:
    _, shift, axis = op.inputs
    return add_op("Roll", dy, -shift, axis), None, None
