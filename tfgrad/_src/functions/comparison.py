"""Comparisons and logical functions of two tensors; shapes broadcast, the result is ``bool``.

Nothing here has a gradient.
"""

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


def equal(x, y, name: str | None = None) -> Tensor:
    """``x == y``, element by element.

    On tensors the Python operator ``==`` asks whether they are the same object; this function
    compares their values.

    Example:
      >>> tf.Session().run(tf.equal([1, 2], [1, 3]))
      array([ True, False])
    """
    return add_op("Equal", x, y, name=name)


def not_equal(x, y, name: str | None = None) -> Tensor:
    """``x != y``, element by element; see `tf.equal`."""
    return add_op("NotEqual", x, y, name=name)


def less(x, y, name: str | None = None) -> Tensor:
    """``x < y``, element by element."""
    return add_op("Less", x, y, name=name)


def less_equal(x, y, name: str | None = None) -> Tensor:
    """``x <= y``, element by element."""
    return add_op("LessEqual", x, y, name=name)


def greater(x, y, name: str | None = None) -> Tensor:
    """``x > y``, element by element."""
    return add_op("Greater", x, y, name=name)


def greater_equal(x, y, name: str | None = None) -> Tensor:
    """``x >= y``, element by element."""
    return add_op("GreaterEqual", x, y, name=name)


def logical_and(x, y, name: str | None = None) -> Tensor:
    """Whether both are true, element by element."""
    return add_op("LogicalAnd", x, y, name=name)


def logical_or(x, y, name: str | None = None) -> Tensor:
    """Whether one or both are true, element by element."""
    return add_op("LogicalOr", x, y, name=name)


def logical_xor(x, y, name: str = "LogicalXor") -> Tensor:
    """Whether exactly one is true, element by element: ``(x | y) & ~(x & y)``."""
    either = add_op("LogicalOr", x, y)
    both = add_op("LogicalAnd", x, y)
    return add_op("LogicalAnd", either, add_op("LogicalNot", both), name=name)
