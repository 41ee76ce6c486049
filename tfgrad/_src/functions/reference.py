"""Nodes that take a reference: they are placed with the variable that they read or change."""

from tfgrad._src.graph.build import add_node
from tfgrad._src.graph.node import Operation


def add_ref_op(op_type: str, *inputs, name: str | None = None, **attrs):
    """As `add_op` for an op type with reference arguments; returns its only output.

    The node carries the colocation groups of the variables, in ``_class``, besides those of the
    blocks around it; the constants made of its other arguments do not.
    """
    op = add_node(op_type, inputs, name, attrs)
    place_with_variables(op)
    return op.outputs[0]


def place_with_variables(op: Operation) -> None:
    """Adds the colocation groups of the references that a node takes to its own."""
    groups = set(op.attrs.get("_class", ()))
    for arg, tensor in zip(op.op_def_.inputs, op.inputs, strict=True):
        if arg.is_ref:
            groups.update(tensor.op.colocation_groups())
            if tensor.op.device:
                op._set_device(tensor.op.device)
    op._set_attr("_class", sorted(groups))
