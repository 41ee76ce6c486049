"""Elements moved around along axes: what leaves at one end enters at the other.

The derivative is in ``gradients/roll.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import INDEX
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, merge, with_rank_at_least, with_rank_at_most
from tfgrad._src.ops.broadcasting import invalid, is_known, shape_list


def _roll_shape(node, x: Shape, shift: Shape, axis: Shape) -> Shape:
    x = with_rank_at_least(x, 1)
    merge(with_rank_at_most(shift, 1), with_rank_at_most(axis, 1))
    return x


def _check(node, x, shift, axis) -> list[int]:
    """The axes, counted from the front."""
    rank = len(np.shape(x))
    if rank == 0:
        raise invalid(node, "input must be 1-D or higher")
    for name, value in (("shift", shift), ("axis", axis)):
        if len(np.shape(value)) > 1:
            found = shape_list(np.shape(value))
            raise invalid(node, f"{name} must be a scalar or a 1-D vector. Found: {found}")
    if np.shape(shift) != np.shape(axis):
        raise invalid(node, "shift and axis must have the same size")
    axes = np.reshape(axis, -1).tolist()
    for i in axes:
        if not -rank <= i < rank:
            raise invalid(node, f"axis {i} is out of range")
    return [i % rank for i in axes]


def _host(node, x, shift, axis):
    axes = _check(node, x, shift, axis)
    for i, s in zip(axes, np.reshape(shift, -1).tolist(), strict=True):
        x = np.roll(x, s, i)
    return x


@defop(
    "Roll(input: T, shift: Tshift, axis: Taxis) -> output: T",
    Tshift=INDEX, Taxis=INDEX, shape=_roll_shape, host=_host, host_inputs=("axis",),
)  # fmt: skip
def roll(node, x, shift, axis):
    """By two slices; where the shift is a value of the program, by one of ``x`` twice."""
    axes = _check(node, x, shift, axis)
    reshape = np.reshape if is_known(shift) else lax.reshape
    shifts = reshape(shift, (len(axes),))
    for k, i in enumerate(axes):
        length = x.shape[i]
        if length == 0:
            continue
        if is_known(shift):
            s = int(shifts[k]) % length
            if s:
                parts = (
                    lax.slice_in_dim(x, length - s, length, axis=i),
                    lax.slice_in_dim(x, 0, length - s, axis=i),
                )
                x = lax.concatenate(parts, i)
        else:
            n = np.asarray(length, shifts.dtype)
            s = lax.rem(lax.index_in_dim(shifts, k, keepdims=False), n)  # with the sign of shift
            start = lax.rem(lax.sub(n, s), n)
            x = lax.dynamic_slice_in_dim(lax.concatenate((x, x), i), start, length, i)
    return x
