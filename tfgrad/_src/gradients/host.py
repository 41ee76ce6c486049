"""Derivatives of the ops that run on the host: printing and checks hand ``dy`` on.

A Python function has none; give it one with `tf.RegisterGradient` and
`tf.Graph.gradient_override_map`, or `tf.custom_gradient`.
"""

from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable("Assert", "PyFunc", "PyFuncStateless")


@gradient("Print")
def print_grad(op: Operation, dy: Tensor) -> list:
    return [dy] + [None] * (len(op.inputs) - 1)


@gradient("CheckNumerics")
def check_numerics_grad(op: Operation, dy: Tensor) -> Tensor:
    """``dy`` is checked too; the message quotes the forward node's, as Python writes bytes."""
    message = op.attrs["message"]
    return add_op(
        "CheckNumerics",
        dy,
        message=f"Not a number (NaN) or infinity (Inf) values detected in gradient. {message!r}",
    )
