"""Padding with a constant, or with the tensor's own mirror image.

The widths must be numbers when a program is compiled.  The derivatives are in ``gradients/pad.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import INDEX, int32
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import shape_list


def _must_be(wanted: int, found: int | None) -> None:
    if found is not None and found != wanted:
        raise ShapeError(f"Dimension must be {wanted} but is {found}")


def _check_widths(paddings) -> None:
    if (paddings < 0).any():
        raise ShapeError("Paddings must be non-negative")


def _pad_shape(node, x: Shape, paddings_shape: Shape, *rest: Shape) -> Shape:
    rows, columns = with_rank(paddings_shape, 2)
    _must_be(2, columns)
    if rows is not None:
        x = with_rank(x, rows)
    paddings = known_value(node.inputs[1])
    if paddings is None:
        return None if x is None else (None,) * len(x)
    x = with_rank(x, len(paddings))
    _check_widths(paddings)
    return tuple(
        [None if n is None else n + int(p.sum()) for n, p in zip(x, paddings, strict=True)]
    )


def _widths(node, x, paddings) -> list[tuple[int, int]]:
    if np.ndim(paddings) != 2 or paddings.shape[1] != 2:
        raise errors.InvalidArgumentError(
            None,
            node,
            f"paddings must be a matrix with 2 columns: {shape_list(np.shape(paddings))}",
        )
    if len(paddings) != np.ndim(x):
        raise errors.InvalidArgumentError(
            None,
            node,
            f"The first dimension of paddings must be the rank of inputs"
            f"[{len(paddings)},2] {shape_list(np.shape(x))}",
        )
    if (paddings < 0).any():
        low, high = paddings[(paddings < 0).any(axis=1)][0]
        raise errors.InvalidArgumentError(
            None, node, f"Paddings must be non-negative: {low} {high}"
        )
    return [(int(a), int(b)) for a, b in paddings]


def _pad(node, x, paddings, value):
    return lax.pad(x, value, [(a, b, 0) for a, b in _widths(node, x, paddings)])


@defop(
    "Pad(input: T, paddings: Tpaddings) -> output: T",
    Tpaddings=INDEX,
    default_types={"Tpaddings": int32},
    shape=_pad_shape,
    host=lambda node, x, paddings: np.pad(x, _widths(node, x, paddings)),
    host_inputs=("paddings",),
)
def pad(node, x, paddings):
    return _pad(node, x, paddings, np.zeros((), node.outputs[0].dtype.np))


@defop(
    "PadV2(input: T, paddings: Tpaddings, constant_values: T) -> output: T",
    Tpaddings=INDEX,
    default_types={"Tpaddings": int32},
    shape=_pad_shape,
    host=lambda node, x, paddings, value: np.pad(
        x, _widths(node, x, paddings), constant_values=value
    ),
    host_inputs=("paddings",),
)
def pad_v2(node, x, paddings, value):
    return _pad(node, x, paddings, value)


# ---------------------------------------------------------------------- mirrors


def _overlap(node) -> int:
    """How many elements at the edge are left out of the image: 1 for REFLECT, 0 for SYMMETRIC."""
    return 1 if node.attrs["mode"] == b"REFLECT" else 0


def _mirror_widths(node, lengths, paddings) -> list[tuple[int, int]]:
    offset = _overlap(node)
    for i, ((low, high), n) in enumerate(zip(paddings, lengths, strict=True)):
        if low < 0 or high < 0:
            raise errors.InvalidArgumentError(
                None, node, f"paddings must be non-negative: {low} {high}"
            )
        if max(low, high) > n - offset:
            than = "less than" if offset else "no greater than"
            but = "not less than" if offset else "greater than"
            raise errors.InvalidArgumentError(
                None, node, f"paddings must be {than} the dimension size: {low}, {high} {but} {n}"
            )
        del i
    return [(int(a), int(b)) for a, b in paddings]


@defop(
    "MirrorPad(input: T, paddings: Tpaddings; mode: string) -> output: T",
    Tpaddings=INDEX,
    default_types={"Tpaddings": int32},
    mode=("REFLECT", "SYMMETRIC"),
    shape=_pad_shape,
    host_inputs=("paddings",),
)
def mirror_pad(node, x, paddings):
    """Axis by axis, so that corners are images of images."""
    offset = _overlap(node)
    for axis, (low, high) in enumerate(_mirror_widths(node, x.shape, paddings)):
        n = x.shape[axis]
        parts = [x]
        if low:
            image = lax.slice_in_dim(x, offset, offset + low, axis=axis)
            parts.insert(0, lax.rev(image, (axis,)))
        if high:
            image = lax.slice_in_dim(x, n - offset - high, n - offset, axis=axis)
            parts.append(lax.rev(image, (axis,)))
        if len(parts) > 1:
            x = lax.concatenate(parts, axis)
    return x


def _mirror_pad_grad_shape(node, dy: Shape, paddings_shape: Shape) -> Shape:
    rows, columns = with_rank(paddings_shape, 2)
    if rows is None:
        return None
    dy = with_rank(dy, rows)
    _must_be(2, columns)
    paddings = known_value(node.inputs[1])
    if paddings is None:
        return (None,) * rows
    _check_widths(paddings)
    lengths: list[int | None] = []
    for n, p in zip(dy, paddings, strict=True):
        width = int(p.sum())
        if n is not None and width > n:
            raise ShapeError(f"Negative dimension size caused by subtracting {width} from {n}")
        lengths.append(None if n is None else n - width)
    return tuple(lengths)


@defop(
    "MirrorPadGrad(input: T, paddings: Tpaddings; mode: string) -> output: T",
    Tpaddings=INDEX,
    default_types={"Tpaddings": int32},
    mode=("REFLECT", "SYMMETRIC"),
    shape=_mirror_pad_grad_shape,
    host_inputs=("paddings",),
)
def mirror_pad_grad(node, dy, paddings):
    """The gradient of ``MirrorPad``: what arrives at an image is added to its original."""
    offset = _overlap(node)
    lengths = [n - int(p.sum()) for n, p in zip(dy.shape, paddings, strict=True)]
    zero = np.zeros((), node.outputs[0].dtype.np)
    for axis, (low, high) in enumerate(_mirror_widths(node, lengths, paddings)):
        n = lengths[axis]
        inner = lax.slice_in_dim(dy, low, low + n, axis=axis)
        for image, start in (((0, low), offset), ((low + n, low + n + high), n - offset - high)):
            width = image[1] - image[0]
            if width:
                edge = lax.rev(lax.slice_in_dim(dy, *image, axis=axis), (axis,))
                gaps = [(0, 0, 0)] * dy.ndim
                gaps[axis] = (start, n - start - width, 0)
                inner = lax.add(inner, lax.pad(edge, zero, gaps))
        dy = inner
    return dy
