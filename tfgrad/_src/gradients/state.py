"""Derivatives through variables: reading passes the gradient on, changing a variable stops it."""

from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable(
    "Assign", "AssignAdd", "AssignSub",
    "ScatterAdd", "ScatterSub", "ScatterMul", "ScatterDiv",
    "ScatterNdUpdate", "ScatterNdAdd", "ScatterNdSub",
    "VarIsInitializedOp", "VariableShape",
)  # fmt: skip


@gradient("ReadVariableOp", "RefIdentity")
def read_grad(op: Operation, dy: Tensor) -> Tensor:
    return dy
