"""Python's operators on tensors.

Each is a small function ``f(x, y, name)``; `OPERATORS` has them all under Python's names, the
reversed ones (``1 + x``) too, and importing this module gives them to `Tensor`.  ``==`` and ``!=``
are not among them: tensors are compared by identity.

A value beside a tensor is converted to the tensor's type, inside a scope named after the operator:
``x * 2`` makes ``mul/y`` and ``mul``.  If that fails, the other object's own operator is tried, as
Python does.
"""

from collections.abc import Callable

from tfgrad._src.functions import comparison, cwise_binary, linalg
from tfgrad._src.functions.cwise_unary import abs as abs_
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.sparse import multiply_dense
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import get_default_graph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor


def _node(op_type: str) -> Callable:
    """An operator that is one node of this type."""
    return lambda x, y, name: add_op(op_type, x, y, name=name)


def _add(x, y, name):
    if type(y) is not Tensor:
        with name_scope(name) as name:
            y = convert_to_tensor(y, dtype_hint=x.dtype.base_dtype, name="y")
            return _add(x, y, name)
    op_type = "Add" if x.dtype.base_dtype is dt.string else "AddV2"
    return add_op(op_type, x, y, name=name)


def _is_bool(x) -> bool:
    return isinstance(x, Tensor) and x.dtype.base_dtype is dt.bool_


def _mul(x, y, name):
    if isinstance(y, SparseTensor):
        return multiply_dense(x, y, name)
    if _is_bool(x) or _is_bool(y):
        with name_scope(name) as scope:
            x = add_op("Cast", x, DstT=dt.int32)
            y = add_op("Cast", y, DstT=dt.int32)
            return add_op("Cast", add_op("Mul", x, y, name=scope), DstT=dt.bool_)
    return add_op("Mul", x, y, name=name)


def _logical(op_type: str, bits: str) -> Callable:
    """On booleans a node of its own; on whole numbers one inside the operator's scope."""

    def operator(x, y, name):
        if x.dtype.base_dtype is dt.bool_:
            return add_op(op_type, x, y, name=name)
        with name_scope(name):
            return add_op(bits, x, y)

    return operator


def _xor(x, y, name):
    with name_scope(name) as scope:
        if x.dtype.base_dtype is dt.bool_:
            return comparison.logical_xor(x, y, scope)
        return add_op("BitwiseXor", x, y)


def _invert(x):
    return add_op("LogicalNot" if x.dtype.base_dtype is dt.bool_ else "Invert", x)


def _matmul(x, y, name):
    return linalg.matmul(x, y, name=name)


# fmt: off
BINARY = {
    "add": _add,
    "sub": _node("Sub"),
    "mul": _mul,
    "div": cwise_binary.div,
    "truediv": cwise_binary.truediv,
    "floordiv": _node("FloorDiv"),
    "mod": _node("FloorMod"),
    "pow": _node("Pow"),
    "matmul": _matmul,
    "and": _logical("LogicalAnd", "BitwiseAnd"),
    "or": _logical("LogicalOr", "BitwiseOr"),
    "xor": _xor,
}
# fmt: on


def binary_op_wrapper(function: Callable, name: str) -> Callable:
    """The operator ``x <name> y`` of a tensor ``x``.

    Args:
      function: ``f(x, y, name)``.
      name: the name of the node, and of the operator between Python's underscores.
    """
    reflected = f"__r{name}__"

    def operator(x, y):
        try:
            return function(x, y, name)
        except (TypeError, ValueError):
            other = None if isinstance(y, Tensor) else getattr(y, reflected, None)
            if other is None:
                raise
            try:
                result = other(x)
            except (TypeError, ValueError):
                result = NotImplemented
            if result is NotImplemented:
                raise
            return result

    operator.__name__ = f"__{name}__"
    return operator


def reflected_op_wrapper(function: Callable, name: str) -> Callable:
    """The operator ``x <name> y`` of a tensor ``y``, for an ``x`` that could not do it."""

    def operator(y, x):
        with get_default_graph().name_scope(name) as scope:
            x = convert_to_tensor(x, dtype=y.dtype.base_dtype, name="x")
            return function(x, y, scope)

    operator.__name__ = f"__r{name}__"
    return operator


def _comparison(op_type: str) -> Callable:
    return lambda x, y: add_op(op_type, x, y)


OPERATORS: dict[str, Callable] = {
    **{f"__{name}__": binary_op_wrapper(f, name) for name, f in BINARY.items()},
    **{f"__r{name}__": reflected_op_wrapper(f, name) for name, f in BINARY.items()},
    "__neg__": lambda x: add_op("Neg", x),
    "__abs__": lambda x: abs_(x),
    "__invert__": _invert,
    "__lt__": _comparison("Less"),
    "__le__": _comparison("LessEqual"),
    "__gt__": _comparison("Greater"),
    "__ge__": _comparison("GreaterEqual"),
}


def install_operators(cls: type, to_tensor: Callable) -> None:
    """Gives the objects of a class the operators of tensors.

    Args:
      cls: the class.
      to_tensor: makes a tensor of such an object.
    """

    def on_tensor(operator: Callable) -> Callable:
        return lambda x, *y: operator(to_tensor(x), *y)

    for name, operator in OPERATORS.items():
        setattr(cls, name, on_tensor(operator))


for _name, _operator in OPERATORS.items():
    Tensor._override_operator(_name, _operator)
