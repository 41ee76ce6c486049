"""One plain function per op type, as TensorFlow's modules ``gen_nn_ops`` and the like have them.

Gradients that users register call them: ``gen_nn_ops.relu_grad(dy, op.outputs[0])``.
"""

import functools
import inspect
import re
from collections import namedtuple
from collections.abc import Callable

from tfgrad._src.functions.reference import place_with_variables
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation
from tfgrad._src.graph.registry import OPS, REQUIRED, OpDef

# Where the functions call an argument otherwise than the op type does.
_REDUCTIONS = ("All", "Any", "EuclideanNorm", "Max", "Mean", "Min", "Prod", "Sum")
_RENAMED: dict[str, dict[str, str]] = {
    **{t: {"reduction_indices": "axis"} for t in _REDUCTIONS},
    "ExpandDims": {"dim": "axis"},
    "Select": {"t": "x", "e": "y"},
    "Split": {"split_dim": "axis"},
    "SplitV": {"split_dim": "axis"},
    "Squeeze": {"squeeze_dims": "axis"},
    "Where": {"input": "condition"},
}


def _parameters(op_def: OpDef) -> tuple[list[str], dict[str, str], dict]:
    """The arguments in TensorFlow's order.

    Returns:
      The names of the inputs; the attributes, as their names here -> in the op type; and the
      defaults of those that have one.
    """
    renamed = _RENAMED.get(op_def.type, {})
    inputs = [renamed.get(arg.name, arg.name) for arg in op_def.inputs]
    attrs = [a for a in op_def.attrs.values() if not a.inferred]
    attrs.sort(key=lambda a: a.default is not REQUIRED)
    defaults = {
        renamed.get(a.name, a.name): _text(a.default) for a in attrs if a.default is not REQUIRED
    }
    return inputs, {renamed.get(a.name, a.name): a.name for a in attrs}, defaults


def _text(default):
    """A default with strings as users write them."""
    if isinstance(default, list):
        return [_text(d) for d in default]
    return default.decode() if isinstance(default, bytes) else default


@functools.cache
def raw_function(op_type: str) -> Callable:
    """The function that adds a node of type ``op_type``.

    Its arguments are the inputs, then the attributes without a default, those with one, and
    ``name``; the result is a tensor, a list, a named tuple of the outputs, or the operation.
    """
    op_def = OPS[op_type]
    inputs, attrs, defaults = _parameters(op_def)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature(
        [
            inspect.Parameter(n, kind, default=defaults.get(n, inspect.Parameter.empty))
            for n in (*inputs, *attrs)
        ]
        + [inspect.Parameter("name", kind, default=None)]
    )
    several = len(op_def.outputs) > 1
    takes_a_variable = any(arg.is_ref for arg in op_def.inputs)
    result = namedtuple(op_type, [arg.name for arg in op_def.outputs]) if several else None

    def function(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        name = given.pop("name", None)
        values = [given.pop(n) for n in inputs]
        found = add_op(op_type, *values, name=name, **{attrs[n]: v for n, v in given.items()})
        if takes_a_variable:
            one = found[0] if isinstance(found, list) else found
            place_with_variables(one if isinstance(one, Operation) else one.op)
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


def op_types() -> list[str]:
    """The names of all op types that users may add by name."""
    return sorted(t for t in OPS if not t.startswith("_"))


def _python_name(op_type: str) -> str:
    parts = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", op_type)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", parts).lower()


@functools.cache
def keyword_function(op_type: str) -> Callable:
    """As `raw_function`, but all arguments must be named."""
    positional = raw_function(op_type)
    names = list(inspect.signature(positional).parameters)

    def function(*args, **kwargs):
        if args:
            raise TypeError(
                f"{_python_name(op_type)} only takes keyword args (possible keys: {names}). Please "
                "pass these args as kwargs instead."
            )
        return positional(**kwargs)

    function.__name__ = function.__qualname__ = op_type
    function.__signature__ = inspect.signature(positional)  # type: ignore[attr-defined]
    function.__doc__ = positional.__doc__
    return function
