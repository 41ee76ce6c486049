"""Variables: which store entry a node means, and what a run reads and writes.

A session keeps one array per variable under a string key: the name of a reference variable's node,
  or
the shared name of a resource.  Two handles of one shared name are one variable.
"""

from tfgrad._src.graph.node import Operation, Tensor

VARIABLE_TYPES = frozenset({"VariableV2", "Variable", "VarHandleOp", "TemporaryVariable"})

# A variable that begins as zeros in each run, and is not kept.
TEMPORARY = "TemporaryVariable"

# Op types that give a variable a value without looking at the old one.
OVERWRITES = frozenset({"Assign", "AssignVariableOp", TEMPORARY})

# Op types that ask whether a variable has a value.
IS_INITIALIZED = frozenset({"IsVariableInitialized", "VarIsInitializedOp"})

_PASSES_ON = frozenset({"Identity", "RefIdentity"})


def store_key(op: Operation) -> str:
    """The key of a variable's node."""
    shared = op.attrs.get("shared_name") or b""
    container = op.attrs.get("container") or b""
    return f"{container.decode()}/{shared.decode() or op.name}"


def variable_of(t: Tensor) -> Operation | None:
    """The variable's node behind a reference or a resource handle, or None."""
    while True:
        op = t.op
        if op.type in VARIABLE_TYPES:
            return op
        definition = op.op_def_
        if definition.writes and t.dtype._is_ref_dtype:
            t = op.inputs[definition.writes[0]]
        elif op.type in _PASSES_ON and op.inputs:
            t = op.inputs[0]
        else:
            return None


def variable_name(op: Operation) -> str:
    """What messages call the variable."""
    return (op.attrs.get("shared_name") or b"").decode() or op.name
