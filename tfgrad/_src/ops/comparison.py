"""Comparisons and logical operations of two arguments; the result is ``bool``.

Comparisons with NaN are false, ``NotEqual`` apart.  No derivative: see ``gradients/comparison.py``.
"""

from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, broadcast, broadcast_inputs, merge_inputs
from tfgrad._src.ops.broadcasting import constant_like, stretched, types

ORDERED = types("float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64")
COMPARED = types(
    "float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 qint16 "
    "quint16 uint16 complex128 half uint32 uint64"
)
TOLERANCE = 9.999999747378752e-06  # the float32 next to 1e-5


def _comparison(op_type: str, kernel: Callable, host: Callable) -> None:
    defop(
        f"{op_type}(x: T, y: T) -> z: bool",
        T=ORDERED,
        shape=broadcast_inputs,
        host=lambda node, x, y: host(x, y),
    )(lambda node, x, y: kernel(*stretched(node, x, y)))


# fmt: off
_comparison("Less",         lax.lt, np.less)
_comparison("LessEqual",    lax.le, np.less_equal)
_comparison("Greater",      lax.gt, np.greater)
_comparison("GreaterEqual", lax.ge, np.greater_equal)
# fmt: on


def _equality_shape(node, x: Shape, y: Shape) -> Shape:
    """Without the error, shapes that do not fit make a scalar; what may not fit is unknown."""
    if node.attrs["incompatible_shape_error"]:
        return broadcast(x, y)
    try:
        shape = broadcast(x, y)
    except ShapeError:
        return ()
    if shape is None or None in shape or None in x or None in y:
        return None
    return shape


def _fit(x, y) -> bool:
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        return False
    return True


def _equality(op_type: str, kernel: Callable, host: Callable, otherwise: bool) -> None:
    def lower(node, x, y):
        if not node.attrs["incompatible_shape_error"] and not _fit(x, y):
            return np.array(otherwise)
        return kernel(*stretched(node, x, y))

    def on_host(node, x, y):
        if not _fit(x, y):
            return lower(node, x, y)
        return host(x, y).astype(np.bool_)

    defop(
        f"{op_type}(x: T, y: T; incompatible_shape_error: bool = True) -> z: bool",
        shape=_equality_shape,
        host=on_host,
    )(lower)


_equality("Equal", lax.eq, np.equal, False)
_equality("NotEqual", lax.ne, np.not_equal, True)


@defop(
    f"ApproximateEqual(x: T, y: T; tolerance: float = {TOLERANCE}) -> z: bool",
    T=COMPARED,
    shape=merge_inputs,
)
def approximate_equal(node, x, y):
    """``|x - y| < tolerance``: false at the tolerance itself, and for two equal infinities."""
    distance = lax.sub(x, y)
    if np.dtype(distance.dtype).kind != "u":
        distance = lax.abs(distance)
    return lax.lt(distance, constant_like(distance, node.attrs["tolerance"]))


def _logical(op_type: str, kernel: Callable, host: Callable) -> None:
    defop(
        f"{op_type}(x: bool, y: bool) -> z: bool",
        shape=broadcast_inputs,
        host=lambda node, x, y: host(x, y),
    )(lambda node, x, y: kernel(*stretched(node, x, y)))


_logical("LogicalAnd", lax.bitwise_and, np.logical_and)
_logical("LogicalOr", lax.bitwise_or, np.logical_or)
