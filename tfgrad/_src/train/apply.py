"""The update node of an optimizer, for both kinds of variable."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.reference import add_ref_op
from tfgrad._src.functions.resource_variable import is_resource_variable
from tfgrad._src.graph.build import add_op


def apply_update(op_type: str, variables: list, *args, **attrs):
    """Adds a node ``ApplyX`` (or ``SparseApplyX``) on references, ``ResourceApplyX`` on handles.

    Args:
      op_type: the op type on references.
      variables: the variable that changes, and its slots.
      *args: the other inputs, in the order of the op type.
      **attrs: its attributes.

    Returns:
      The reference after the update, or the operation.
    """
    if is_resource_variable(variables[0]):
        return add_op(f"Resource{op_type}", *[v.handle for v in variables], *args, **attrs)
    return add_ref_op(op_type, *variables, *args, **attrs)


def cast_all(dtype, *tensors) -> list:
    """The hyperparameters in the type of the gradient."""
    return [cast(t, dtype) for t in tensors]
