"""Moving blocks of space into the batch or into the channels, and back.

``SpaceToBatchND`` reads each of the axes after the first as ``[n / b, b]`` and moves the ``b`` in
front of the batch; ``SpaceToDepth`` moves them in front of the channels.  The others are their
inverses.  Block sizes, paddings and crops must be numbers when a program is compiled.

The derivatives are in ``gradients/space_batch.py``, the public functions in
``functions/space_batch.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import INDEX, int32
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    merge,
    with_rank,
    with_rank_at_least,
)
from tfgrad._src.ops.broadcasting import invalid

# ---------------------------------------------------------------------- static shapes


def _divided(n: int | None, by: int) -> int | None:
    if n is None:
        return None
    if n % by:
        raise ShapeError(f"Dimension size must be evenly divisible by {by} but is {n}")
    return n // by


def _multiplied(n: int | None, by: int) -> int | None:
    return None if n is None else n * by


def _cropped(n: int, low: int, high: int) -> int:
    for edge in (low, high):
        if edge > n:
            raise ShapeError(f"Negative dimension size caused by subtracting {edge} from {n}")
        n -= edge
    return n


def _moved(node, x: Shape, m: int, block, edges_shape: Shape, to_batch: bool) -> Shape:
    what = "paddings" if to_batch else "crops"
    x = with_rank_at_least(x, m + 1)
    merge(edges_shape, (m, 2))
    if x is None:
        return None
    batch, space = None, [None] * m
    if block is not None:
        if (block <= 0).any():
            raise ShapeError("block_shape must be positive")
        count = int(np.prod(block))
        batch = _multiplied(x[0], count) if to_batch else _divided(x[0], count)
    edges = known_value(node.inputs[-1])
    if edges is not None and (edges < 0).any():
        raise ShapeError(f"{what} cannot be negative")
    if edges is not None and block is not None:
        for i, n in enumerate(x[1 : m + 1]):
            b, (low, high) = int(block[i]), (int(e) for e in edges[i])
            if n is not None:
                space[i] = _divided(n + low + high, b) if to_batch else _cropped(n * b, low, high)
    return (batch, *space, *x[m + 1 :])


def _nd_rule(to_batch: bool):
    def rule(node, x: Shape, block_shape: Shape, edges_shape: Shape) -> Shape:
        if block_shape is not None and len(block_shape) != 1:
            raise ShapeError("block_shape must have rank 1.")
        (m,) = with_rank(block_shape, 1)
        if m is None:
            words = "rank 1" if block_shape is None else "known size"
            raise ShapeError(f"block_shape must have {words}.")
        return _moved(node, x, m, known_value(node.inputs[1]), edges_shape, to_batch)

    return rule


def _check_block_size(node) -> int:
    b = node.attrs["block_size"]
    if b < 2:
        raise ValueError(f"Attr 'block_size' of '{node.type}' Op passed {b} less than minimum 2.")
    return b


def _square_rule(to_batch: bool):
    def rule(node, x: Shape, edges_shape: Shape) -> Shape:
        b = _check_block_size(node)
        return _moved(node, with_rank(x, 4), 2, np.array([b, b]), edges_shape, to_batch)

    return rule


# ---------------------------------------------------------------------- batch


def _blocks(node, x, block, edges, what: str) -> tuple[list[int], list[tuple[int, int]]]:
    block = [int(b) for b in np.reshape(block, -1)]
    if x.ndim < len(block) + 1:
        raise invalid(node, f"input rank should be >= {len(block) + 1} instead of {x.ndim}")
    if np.shape(edges) != (len(block), 2):
        raise invalid(
            node, f"{what} should have shape [{len(block)}, 2] instead of {list(np.shape(edges))}"
        )
    for i, b in enumerate(block):
        if b < 1:
            raise invalid(node, f"block_shape[{i}]={b} must be positive")
    if np.size(edges) and np.min(edges) < 0:
        raise invalid(node, f"{what.capitalize()} must be non-negative")
    return block, [(int(low), int(high)) for low, high in edges]


def _space_to_batch(node, x, block, paddings):
    block, paddings = _blocks(node, x, block, paddings, "paddings")
    m = len(block)
    rest = x.shape[m + 1 :]
    config = [(0, 0, 0), *[(a, b, 0) for a, b in paddings], *[(0, 0, 0)] * len(rest)]
    x = lax.pad(x, np.zeros((), x.dtype), config)
    split = [x.shape[0]]
    for i, (n, b) in enumerate(zip(x.shape[1:], block, strict=False)):
        if n % b:
            raise invalid(node, f"padded_shape[{i}]={n} is not divisible by block_shape[{i}]={b}")
        split += [n // b, b]
    x = lax.reshape(x, (*split, *rest))
    order = [*range(2, 2 * m + 1, 2), 0, *range(1, 2 * m, 2), *range(2 * m + 1, x.ndim)]
    space = split[1::2]
    return lax.reshape(lax.transpose(x, order), (math.prod(block) * split[0], *space, *rest))


def _batch_to_space(node, x, block, crops):
    block, crops = _blocks(node, x, block, crops, "crops")
    m, count = len(block), math.prod(block)
    if x.shape[0] % count:
        raise invalid(
            node,
            f"Input batch dimension ({x.shape[0]}) is not divisible by product of block sizes "
            f"({count})",
        )
    batch, space, rest = x.shape[0] // count, x.shape[1 : m + 1], x.shape[m + 1 :]
    x = lax.reshape(x, (*block, batch, *space, *rest))
    order = [m]
    for i in range(m):
        order += [m + 1 + i, i]
    order += range(2 * m + 1, x.ndim)
    whole = [n * b for n, b in zip(space, block, strict=True)]
    x = lax.reshape(lax.transpose(x, order), (batch, *whole, *rest))
    limits = []
    for i, (n, (low, high)) in enumerate(zip(whole, crops, strict=True)):
        if n - low - high < 0:
            raise invalid(node, f"cropped_shape[{i}]={n - low - high} must be non-negative")
        limits.append(n - high)
    start = [0, *[low for low, _ in crops], *[0] * len(rest)]
    return lax.slice(x, start, (batch, *limits, *rest))


def _square(node) -> list[int]:
    return [node.attrs["block_size"]] * 2


_INDEXED = {"Tblock_shape": INDEX, "default_types": {"Tblock_shape": int32, "Tpaddings": int32}}

defop(
    "SpaceToBatchND(input: T, block_shape: Tblock_shape, paddings: Tpaddings) -> output: T",
    Tpaddings=INDEX,
    shape=_nd_rule(True),
    host_inputs=("block_shape", "paddings"),
    **_INDEXED,
)(_space_to_batch)
defop(
    "BatchToSpaceND(input: T, block_shape: Tblock_shape, crops: Tcrops) -> output: T",
    Tblock_shape=INDEX,
    Tcrops=INDEX,
    default_types={"Tblock_shape": int32, "Tcrops": int32},
    shape=_nd_rule(False),
    host_inputs=("block_shape", "crops"),
)(_batch_to_space)
defop(
    "SpaceToBatch(input: T, paddings: Tpaddings; block_size: int) -> output: T",
    Tpaddings=INDEX,
    default_types={"Tpaddings": int32},
    shape=_square_rule(True),
    host_inputs=("paddings",),
)(lambda node, x, paddings: _space_to_batch(node, x, _square(node), paddings))
defop(
    "BatchToSpace(input: T, crops: Tidx; block_size: int) -> output: T",
    Tidx=INDEX,
    default_types={"Tidx": int32},
    shape=_square_rule(False),
    host_inputs=("crops",),
)(lambda node, x, crops: _batch_to_space(node, x, _square(node), crops))

# ---------------------------------------------------------------------- channels


def _layout(node) -> tuple[int, int, tuple[int, int]]:
    """The rank, the axis of the channels, and those of space."""
    data_format = node.attrs["data_format"]
    if data_format == b"NHWC":
        return 4, 3, (1, 2)
    return (5 if data_format == b"NCHW_VECT_C" else 4), 1, (2, 3)


def _depth_rule(to_depth: bool):
    def rule(node, x: Shape) -> Shape:
        b = _check_block_size(node)
        rank, channels, space = _layout(node)
        lengths = list(with_rank(x, rank))
        for axis in (*space, channels):
            n = lengths[axis]
            by = b * b if axis == channels else b
            if (axis == channels) == to_depth:
                lengths[axis] = _multiplied(n, by)
            else:
                lengths[axis] = _divided(n, by)
        return tuple(lengths)

    return rule


def _depth(to_depth: bool):
    def move(node, x):
        """With channels last; a fifth axis, of ``NCHW_VECT_C``, belongs to the channels' end."""
        b = node.attrs["block_size"]
        rank, channels, (rows, columns) = _layout(node)
        if x.ndim != rank:
            colon = "" if node.type == "SpaceToDepth" else ":"
            raise invalid(node, f"Input rank should be{colon} {rank} instead of{colon} {x.ndim}")
        lengths = x.shape
        h, w, c = lengths[rows], lengths[columns], lengths[channels]
        if to_depth and (h % b or w % b):
            raise invalid(
                node,
                f"Image width {w} and height {h} should be divisible by block_size: {b}",
            )
        if not to_depth and c % (b * b):
            raise invalid(
                node,
                f"Input depth dimension {c} should be divisible by: {b * b}",
            )
        # As [n, h, w, c] and the rest; each step names where an axis goes.
        rest = lengths[4:]
        x = x if channels == 3 else lax.transpose(x, (0, 2, 3, 1, *range(4, rank)))
        tail = tuple(range(6, 6 + len(rest)))
        if to_depth:
            x = lax.reshape(x, (lengths[0], h // b, b, w // b, b, c, *rest))
            x = lax.transpose(x, (0, 1, 3, 2, 4, 5, *tail))
            x = lax.reshape(x, (lengths[0], h // b, w // b, b * b * c, *rest))
        else:
            x = lax.reshape(x, (lengths[0], h, w, b, b, c // (b * b), *rest))
            x = lax.transpose(x, (0, 1, 3, 2, 4, 5, *tail))
            x = lax.reshape(x, (lengths[0], h * b, w * b, c // (b * b), *rest))
        return x if channels == 3 else lax.transpose(x, (0, 3, 1, 2, *range(4, rank)))

    return move


for _name, _to_depth in (("SpaceToDepth", True), ("DepthToSpace", False)):
    defop(
        f"{_name}(input: T; block_size: int, data_format: string = 'NHWC') -> output: T",
        data_format=("NHWC", "NCHW", "NCHW_VECT_C"),
        shape=_depth_rule(_to_depth),
    )(_depth(_to_depth))
