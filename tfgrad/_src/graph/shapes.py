"""Static shapes as plain tuples, and the shape rules that many ops share.

A `Shape` is a tuple with one entry per dimension, ``None`` where the length is unknown, or it is
``None`` where even the rank is unknown.  Tuples keep the cost of a node low; users see
`tensor_shape.TensorShape`, which wraps one.

A *shape rule* is called as ``rule(node, *input_shapes)`` while the node is made; it returns one
`Shape`, or a list of them for an op with several outputs.  It raises `ShapeError` where shapes
contradict each other; `graph.add_op` turns that into the user's message.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:  # what is known of a shape where is beyond a checker of types
    Shape: TypeAlias = Any
else:
    Shape = tuple[int | None, ...] | None


class ShapeError(ValueError):
    """Shapes contradict each other.  ``hint`` is one true sentence of help, or empty."""

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.message = message
        self.hint = hint


def dims_must_be_equal(left: int, right: int, hint: str = "") -> ShapeError:
    return ShapeError(f"Dimensions must be equal, but are {left} and {right}", hint)


def rank_error(what: str, wanted: int, shape: Shape) -> ShapeError:
    return ShapeError(f"Shape must be {what} {wanted} but is rank {len(shape or ())}")


def is_fully_known(shape: Shape) -> bool:
    return shape is not None and None not in shape


def num_elements(shape: Shape) -> int | None:
    """The product of the dimensions, or None where one is unknown."""
    if shape is None:
        return None
    n = 1
    for d in shape:
        if d is None:
            return None
        n *= d
    return n


def merge_dim(a: int | None, b: int | None) -> int | None:
    """The dimension that is both ``a`` and ``b``."""
    if a is None:
        return b
    if b is None or a == b:
        return a
    raise dims_must_be_equal(a, b)


def merge(a: Shape, b: Shape) -> Shape:
    """The most specific shape that agrees with both."""
    if a == b or b is None:
        return a
    if a is None:
        return b
    if len(a) != len(b):
        raise ShapeError(f"Shapes must be equal rank, but are {len(a)} and {len(b)}")
    result = []
    for i, (x, y) in enumerate(zip(a, b, strict=True)):
        if x is not None and y is not None and x != y:
            raise ShapeError(
                f"Dimension {i} in both shapes must be equal, but are {x} and {y}. "
                f"Shapes are {_written(a)} and {_written(b)}."
            )
        result.append(y if x is None else x)
    return tuple(result)


def _written(shape: tuple) -> str:
    return "[" + ",".join("?" if d is None else str(d) for d in shape) + "]"


def with_rank(shape: Shape, rank: int) -> Shape:
    """``shape``, known to have ``rank`` dimensions."""
    if shape is None:
        return (None,) * rank
    if len(shape) != rank:
        raise ShapeError(f"Shape must be rank {rank} but is rank {len(shape)}")
    return shape


def with_rank_at_least(shape: Shape, rank: int) -> Shape:
    if shape is not None and len(shape) < rank:
        raise ShapeError(f"Shape must be at least rank {rank} but is rank {len(shape)}")
    return shape


def with_rank_at_most(shape: Shape, rank: int) -> Shape:
    if shape is not None and len(shape) > rank:
        raise ShapeError(f"Shape must be at most rank {rank} but is rank {len(shape)}")
    return shape


def concatenate(a: Shape, b: Shape) -> Shape:
    return None if a is None or b is None else a + b


def broadcast(a: Shape, b: Shape) -> Shape:
    """The shape of ``x + y``: last axes are aligned, and a length of 1 stretches."""
    if a is None or b is None:
        return None
    if a == b and None not in a:
        return a
    rank = max(len(a), len(b))
    result = []
    for x, y in zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b, strict=True):
        if x == y or y == 1:
            result.append(x)
        elif x == 1:
            result.append(y)
        elif x is None or y is None:
            # A known length above 1 is that of the result: the other one is it or 1.  Not so 0.
            known = y if x is None else x
            result.append(known if known else None)
        else:
            raise dims_must_be_equal(
                x,
                y,
                "Broadcasting aligns the last axes; an axis stretches only if its length is 1.",
            )
    return tuple(result)


def canonical_axis(axis: int, rank: int) -> int:
    """``axis`` counted from the front.

    Raises:
      ShapeError: ``axis`` is not in ``[-rank, rank)``.
    """
    if not -rank <= axis < rank:
        raise ShapeError(f"Invalid reduction dimension {axis} for input with {rank} dimensions.")
    return axis + rank if axis < 0 else axis


# ---------------------------------------------------------------------- shared rules


def unknown(node, *inputs: Shape) -> Shape:
    return None


def scalar(node, *inputs: Shape) -> Shape:
    return ()


def same_as_input(node, x: Shape, *rest: Shape) -> Shape:
    return x


def merge_inputs(node, first: Shape, *rest: Shape) -> Shape:
    """All inputs have one shape, which is that of the output."""
    for other in rest:
        first = merge(first, other)
    return first


def broadcast_inputs(node, x: Shape, y: Shape) -> Shape:
    return broadcast(x, y)


def from_attr(node, *inputs: Shape) -> Shape:
    """The attribute ``shape``."""
    return node.attrs["shape"]
