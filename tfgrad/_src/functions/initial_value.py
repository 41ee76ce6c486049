"""Initial values that depend on other variables.

Initializers run in no particular order.  So where an initial value is computed from another
variable, the nodes on the way are copied, and take that variable's initial value as long as it has
none itself.
"""

from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.node import Operation, Tensor

# These may be used as they are: they do not need a value, or choose one themselves.
_SAFE = ("IsVariableInitialized", "VarIsInitializedOp", "ReadVariableOp", "If")
_VARIABLES = ("Variable", "VariableV2", "VarHandleOp")


def safe_initial_value(name: str, value: Tensor) -> Tensor:
    """``value``, computed without variables that have no value yet.

    Args:
      name: the name scope of the variable; copies end in it.
      value: the initial value.
    """
    if not _depends_on_variable(value.op):
        return value
    return _safe_tensor(name, value, {})


def _depends_on_variable(op: Operation) -> bool:
    seen = {op}
    stack = [op]
    while stack:
        op = stack.pop()
        if op.type in _VARIABLES:
            return True
        for t in op.inputs:
            if t.op not in seen:
                seen.add(t.op)
                stack.append(t.op)
    return False


def _safe_tensor(name: str, tensor: Tensor, done: dict) -> Tensor:
    op = tensor.op
    if op not in done:
        done[op] = _safe_op(name, op, done)
    return done[op].outputs[tensor.value_index]


def _safe_op(name: str, op: Operation, done: dict) -> Operation:
    if op.type in _SAFE:
        return op
    if op.type in _VARIABLES:
        variable = _variable_of(op)
        return op if variable is None else variable.initialized_value().op
    inputs = [_safe_tensor(name, t, done) for t in op.inputs]
    if all(new is old for new, old in zip(inputs, op.inputs, strict=True)):
        return op
    return op.graph.create_op(
        op.type, inputs, name=f"{op.name}_{name}".replace(":", "_"), attrs=dict(op.attrs)
    )


def _variable_of(op: Operation):
    for key in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES):
        for variable in op.graph.get_collection(key):
            if getattr(variable, "name", None) in (op.name, f"{op.name}:0"):
                return variable if hasattr(variable, "initialized_value") else None
    return None
