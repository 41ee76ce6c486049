"""Patches: what a window sees at each place of an image or a volume, as channels.

The elements of a patch are in the order of memory, channels innermost.  The derivatives are in
``gradients/patches.py``, the public functions in ``functions/patches.py``.
"""

from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import types
from tfgrad._src.ops.conv_windows import (
    Axis,
    check_length,
    check_rank,
    check_space_only,
    covered,
    true_axes,
)

_REAL = types("float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64")
_ANY = types(
    "bfloat16 half float double int8 int16 int32 int64 uint8 uint16 uint32 uint64 complex64 "
    "complex128 bool"
)
_PADDINGS = ("SAME", "VALID")


def _check_attrs(node, attrs: tuple[str, ...], rank: int) -> None:
    for attr in attrs:
        check_length(node, attr, rank)
    for attr in attrs:
        n = len(node.attrs[attr])
        if n != rank:
            raise ShapeError(
                f"{node.type} requires the {attr} attribute to contain {rank} values, but got: {n}"
            )


def _axes(node, sizes, rank: int) -> list[Axis]:
    ksizes = node.attrs["ksizes"]
    return true_axes(node, sizes, ksizes[1:-1], dilations="rates")


def _rule(attrs: tuple[str, ...], rank: int):
    def rule(node, x: Shape) -> Shape:
        x = with_rank(x, rank)
        _check_attrs(node, attrs, rank)
        count = x[-1]
        if count is not None:
            for k in node.attrs["ksizes"][1:-1]:
                count *= k
        if None in x[1:-1]:
            return (x[0], *[None] * (rank - 2), count)
        return (x[0], *[a.out for a in _axes(node, x[1:-1], rank)], count)

    return rule


def _patches(attrs: tuple[str, ...], rank: int):
    def patches(node, x):
        """Axis by axis: the windows along it, their elements on a new axis at the end."""
        check_rank(node, node.op_def_.inputs[0].name, x, rank)
        check_space_only(node, *attrs)
        for attr in attrs:
            if min(node.attrs[attr][1:-1]) < 1:
                raise errors.OutOfRangeError(None, node, f"{attr} is out of range.")
        axes = _axes(node, x.shape[1:-1], rank)
        shape = (x.shape[0], *[a.out for a in axes], ksizes_product(axes) * x.shape[-1])
        if 0 in shape:
            return lax.full(shape, 0, x.dtype)
        x = covered(x, axes)
        for i, a in enumerate(axes, 1):
            parts = []
            for p in range(a.k):
                start = p * a.dilation
                part = lax.slice_in_dim(
                    x, start, start + (a.out - 1) * a.stride + 1, a.stride, axis=i
                )
                parts.append(lax.expand_dims(part, (part.ndim,)))
            x = parts[0] if a.k == 1 else lax.concatenate(parts, parts[0].ndim - 1)
        n = len(axes)
        x = lax.transpose(x, (*range(n + 1), *range(n + 2, 2 * n + 2), n + 1))
        return lax.reshape(x, shape)

    return patches


def ksizes_product(axes: list[Axis]) -> int:
    """The number of places in a patch."""
    count = 1
    for a in axes:
        count *= a.k
    return count


_2D, _3D = ("ksizes", "strides", "rates"), ("ksizes", "strides")

defop(
    "ExtractImagePatches(images: T; ksizes: list(int), strides: list(int), rates: list(int), "
    "padding: string) -> patches: T",
    T=_ANY,
    padding=_PADDINGS,
    shape=_rule(_2D, 4),
)(_patches(_2D, 4))
defop(
    "ExtractVolumePatches(input: T; ksizes: list(int), strides: list(int), padding: string)"
    " -> patches: T",
    T=_REAL,
    padding=_PADDINGS,
    shape=_rule(_3D, 5),
)(_patches(_3D, 5))
