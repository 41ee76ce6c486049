"""What is known while building of the variable behind a resource tensor."""

from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.shapes import Shape


def variable_op(handle: Tensor) -> Operation | None:
    """The ``VarHandleOp`` that made ``handle``, or None if it cannot be seen from here.

    Looks through identities; a tensor that stands for a captured handle names it by the attribute
    ``_captured``.
    """
    while True:
        captured = handle.__dict__.get("_captured")
        if captured is not None:
            handle = captured
        elif handle.op.type in ("Identity", "StopGradient", "Enter"):
            handle = handle.op.inputs[0]
        else:
            return handle.op if handle.op.type == "VarHandleOp" else None


def handle_shape(handle: Tensor) -> Shape:
    """The static shape of the variable behind a resource tensor."""
    op = variable_op(handle)
    return None if op is None else op.attrs["shape"]
