"""One plain function per op type, as TensorFlow's modules ``gen_nn_ops`` and the like have them.

Gradients that users register call them: ``gen_nn_ops.relu_grad(dy, op.outputs[0])``.
"""

import functools
import inspect
from collections import namedtuple
from collections.abc import Callable

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.registry import OPS, REQUIRED, OpDef


def _parameters(op_def: OpDef) -> tuple[list[str], dict]:
    """The names that must be given, and the others with their defaults, in TensorFlow's order."""
    attrs = [a for a in op_def.attrs.values() if not a.inferred]
    needed = [arg.name for arg in op_def.inputs] + [a.name for a in attrs if a.default is REQUIRED]
    return needed, {a.name: a.default for a in attrs if a.default is not REQUIRED}


@functools.cache
def raw_function(op_type: str) -> Callable:
    """The function that adds a node of type ``op_type``.

    Its arguments are the inputs, then the attributes without a default, those with one, and
    ``name``; the result is a tensor, a list, a named tuple of the outputs, or the operation.
    """
    op_def = OPS[op_type]
    needed, optional = _parameters(op_def)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature(
        [inspect.Parameter(n, kind) for n in needed]
        + [inspect.Parameter(n, kind, default=d) for n, d in optional.items()]
        + [inspect.Parameter("name", kind, default=None)]
    )
    inputs = [arg.name for arg in op_def.inputs]
    several = len(op_def.outputs) > 1
    result = namedtuple(op_type, [arg.name for arg in op_def.outputs]) if several else None

    def function(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        name = given.pop("name", None)
        values = [given.pop(n) for n in inputs]
        found = add_op(op_type, *values, name=name, **given)
        return result._make(found) if result else found

    function.__name__ = function.__qualname__ = op_type
    function.__signature__ = signature  # type: ignore[attr-defined]
    function.__doc__ = f"Adds a node of type ``{op_type}``."
    return function


@functools.cache
def _types_by_name() -> dict[str, str]:
    return {op_type.replace("_", "").lower(): op_type for op_type in OPS}


def by_python_name(name: str) -> Callable | None:
    """The function for a name such as ``relu_grad`` or ``_sum``; None if no op type has it."""
    op_type = _types_by_name().get(name.replace("_", "").lower())
    return None if op_type is None else raw_function(op_type)
