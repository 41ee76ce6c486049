"""Derivatives of the nodes that hand a value on."""

from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable("Const", "StopGradient")


@gradient("EnsureShape", "Identity", "PlaceholderWithDefault")
def identity_grad(op: Operation, dy: Tensor) -> Tensor:
    return dy


@gradient("IdentityN", "XlaOptimizationBarrier")
def identity_n_grad(op: Operation, *dys: Tensor) -> list:
    return list(dys)


@gradient("PreventGradient")
def prevent_gradient_grad(op: Operation, dy: Tensor):
    raise LookupError(f"Gradient explicitly disabled. Reason: {op.attrs['message']!r}")
