"""Choosing between two values element by element, and keeping values inside bounds.

The derivatives are in ``gradients/select.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, broadcast, merge
from tfgrad._src.ops.broadcasting import invalid, shape_list, stretch, types


def _select_shape(node, condition: Shape, t: Shape, e: Shape) -> Shape:
    """``t`` and ``e`` have one shape; so has the condition, or it is a scalar or a vector."""
    data = merge(t, e)
    if condition is None or data is None or condition == ():
        return data
    if len(condition) == 1:
        merge(data[:1], condition) if not data else merge(condition, data[:1])
        return data
    return merge(data, condition)


def _check_select(node, c, t, e) -> None:
    by_element = c.shape == t.shape or (len(c.shape) != 1 and c.shape != ())
    if by_element:
        for i, x in enumerate((c, t, e)):
            if x.shape != c.shape:
                raise invalid(
                    node,
                    f"Inputs to operation {node.name} of type {node.type} must have the same size "
                    f"and shape.  Input 0: {shape_list(c.shape)} != input {i}: "
                    f"{shape_list(x.shape)}",
                )
        return
    if c.shape != ():
        if not t.shape:
            raise invalid(node, "'then' must be at least a vector, but saw shape: []")
        if t.shape[0] != c.shape[0]:
            raise invalid(
                node,
                f"Number of batches of 'then' must match size of 'cond', but saw: {t.shape[0]} vs. "
                f"{c.shape[0]}",
            )
    if t.shape != e.shape:
        raise invalid(
            node,
            f"'then' and 'else' must have the same size.  "
            f"but received: {shape_list(t.shape)} vs. {shape_list(e.shape)}",
        )


def _host_select(node, c, t, e):
    _check_select(node, c, t, e)
    c = np.asarray(c)
    if c.ndim == 1:
        c = c.reshape(c.shape + (1,) * (np.ndim(t) - 1))
    return np.where(c, t, e)


@defop("Select(condition: bool, t: T, e: T) -> output: T", shape=_select_shape, host=_host_select)
def select(node, c, t, e):
    """A vector as condition chooses whole rows."""
    _check_select(node, c, t, e)
    if len(c.shape) == 1 and len(t.shape) > 1:
        c = lax.broadcast_in_dim(c, t.shape, (0,))
    return lax.select(c, t, e)


def _select_v2_shape(node, condition: Shape, t: Shape, e: Shape) -> Shape:
    return broadcast(condition, broadcast(t, e))


def _common_select_shape(node, c, t, e) -> tuple:
    try:
        return np.broadcast_shapes(c.shape, t.shape, e.shape)
    except ValueError:
        raise invalid(
            node,
            f"condition {shape_list(c.shape)}, then {shape_list(t.shape)}, and else "
            f"{shape_list(e.shape)} must be broadcastable",
        ) from None


def _host_select_v2(node, c, t, e):
    _common_select_shape(node, c, t, e)
    return np.where(c, t, e)


@defop(
    "SelectV2(condition: bool, t: T, e: T) -> output: T",
    shape=_select_v2_shape,
    host=_host_select_v2,
)
def select_v2(node, c, t, e):
    shape = _common_select_shape(node, c, t, e)
    if c.shape != ():  # XLA takes one flag for all as it is
        c = stretch(c, shape)
    return lax.select(c, stretch(t, shape), stretch(e, shape))


@defop(
    "ClipByValue(t: T, clip_value_min: T, clip_value_max: T) -> output: T",
    T=types(
        "float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 qint16 "
        "quint16 uint16 complex128 half uint32 uint64"
    ),
    shape=lambda node, t, low, high: t,
)
def clip_by_value(node, t, low, high):
    """``max(min(t, high), low)``, where each bound is a scalar or of the shape of ``t``."""
    for bound in (low, high):
        if bound.shape not in ((), t.shape):
            raise invalid(
                node,
                "clip_value_min and clip_value_max must be either of the same shape as input, or a "
                f"scalar. input shape: {shape_list(t.shape)}clip_value_min shape: "
                f"{shape_list(low.shape)}clip_value_max shape: {shape_list(high.shape)}",
            )
    return lax.max(lax.min(t, stretch(high, t.shape)), stretch(low, t.shape))
