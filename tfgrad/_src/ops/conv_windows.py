"""How a filter slides over images: strides, dilations and padding, static and at run time.

Shared by the convolutions, the morphological ops and the patches.  An array is described with its
spatial axes between batch and channels; with ``data_format = "NCHW"`` it is transposed first, which
XLA folds into the program.
"""

from typing import NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.shapes import Shape, ShapeError
from tfgrad._src.ops.broadcasting import invalid


class Axis(NamedTuple):
    """How a filter slides along one spatial axis.

    Attributes:
      size: the length of the input.
      k: the length of the filter.
      stride: how far apart two windows are.
      dilation: how far apart two elements of the filter are.
      low: how far the first window starts before the first element.
      out: the number of windows.
    """

    size: int
    k: int
    stride: int
    dilation: int
    low: int
    out: int

    @property
    def reach(self) -> int:
        """The length of a window, with its gaps."""
        return (self.k - 1) * self.dilation + 1

    @property
    def span(self) -> int:
        """The length that all windows cover together."""
        return (self.out - 1) * self.stride + self.reach

    @property
    def high(self) -> int:
        """How far the last window ends behind the last element; negative if before it."""
        return self.span - self.size - self.low


# ---------------------------------------------------------------------- static shapes


def check_length(node, attr: str, least: int) -> None:
    """TensorFlow's bound on the length of a list."""
    n = len(node.attrs[attr])
    if n < least:
        raise ValueError(
            f"Attr '{attr}' of '{node.type}' Op passed list of length {n} less than minimum "
            f"{least}."
        )


def check_explicit(node, rank: int, channels: int) -> None:
    """Explicit paddings: two per axis, and none of batch and channels."""
    given = node.attrs.get("explicit_paddings") or []
    if node.attrs["padding"] != b"EXPLICIT":
        if given:
            raise ShapeError(
                "explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT"
            )
        return
    if len(given) != 2 * rank:
        raise ShapeError(
            f"explicit_paddings attribute must contain {2 * rank} values, but got: {len(given)}"
        )
    if any(p < 0 for p in given):
        raise ShapeError("All elements of explicit_paddings must be nonnegative")
    if any(given[2 * i + j] for i in (0, channels) for j in (0, 1)):
        raise ShapeError(
            "Nonzero explicit padding in the batch or depth dimensions is not supported"
        )


def static_length(node, size, k, stride: int, dilation: int, edges=(0, 0)) -> int | None:
    """The number of windows, or None where it does not follow; edges are those of EXPLICIT."""
    if stride <= 0:
        raise ShapeError(f"Stride must be > 0, but got {stride}")
    if dilation < 1:
        raise ShapeError(f"Dilation rate must be >= 1, but got {dilation}")
    if size is None:
        return None
    if node.attrs["padding"] == b"SAME":
        return -(-size // stride)
    if k is None:
        return None
    size, reach = size + sum(edges), (k - 1) * dilation + 1 if dilation > 1 else k
    if reach > size:
        raise ShapeError(f"Negative dimension size caused by subtracting {reach} from {size}")
    return (size - reach) // stride + 1


def edges_of(node, axis: int) -> tuple[int, int]:
    """The explicit padding of one axis of the array."""
    given = node.attrs.get("explicit_paddings") or []
    return (given[2 * axis], given[2 * axis + 1]) if given else (0, 0)


# ---------------------------------------------------------------------- data formats


def is_channels_first(node) -> bool:
    """Whether the channels come before the spatial axes."""
    data_format = node.attrs.get("data_format", b"NHWC")
    return data_format.startswith(b"NC") or data_format == b"CHANNELS_FIRST"


def channel_axis(node, rank: int) -> int:
    return 1 if is_channels_first(node) else rank - 1


def spatial_axes(node, rank: int) -> range:
    return range(2, rank) if is_channels_first(node) else range(1, rank - 1)


def channels_last(node, x):
    """``x`` with its channels behind the spatial axes."""
    if not is_channels_first(node):
        return x
    return lax.transpose(x, (0, *range(2, x.ndim), 1))


def as_format(node, x):
    """The reverse of `channels_last`."""
    if not is_channels_first(node):
        return x
    return lax.transpose(x, (0, x.ndim - 1, *range(1, x.ndim - 1)))


def last(node, shape: Shape) -> Shape:
    """A shape with its channels behind the spatial axes."""
    if shape is None or not is_channels_first(node):
        return shape
    return (shape[0], *shape[2:], shape[1])


def first(node, shape: Shape) -> Shape:
    """The reverse of `last`."""
    if shape is None or not is_channels_first(node):
        return shape
    return (shape[0], shape[-1], *shape[1:-1])


# ---------------------------------------------------------------------- at run time


def true_axis(node, size: int, k: int, stride: int, dilation: int, edges=(0, 0)) -> Axis:
    """The axis for lengths that are known."""
    padding, reach = node.attrs["padding"], (k - 1) * dilation + 1
    if padding == b"SAME":
        out = -(-size // stride)
        total = max((out - 1) * stride + reach - size, 0)
        return Axis(size, k, stride, dilation, total // 2, out)
    out = (size + sum(edges) - reach + stride) // stride
    if out < 0:
        raise invalid(
            node,
            f"Computed output size would be negative: {out} [input_size: {size}, "
            f"effective_filter_size: {reach}, stride: {stride}]",
        )
    return Axis(size, k, stride, dilation, edges[0], out)


def _space_only(node, attr: str) -> errors.OpError:
    """Each kernel has its own words."""
    if node.type.startswith("Extract"):
        return errors.UnimplementedError(None, node, f"Only support {attr} across space.")
    if node.type.startswith("Dilation2D"):
        what = attr[:-1].capitalize()
        message = f"{what} is only supported across spatial dimensions."
        return errors.UnimplementedError(None, node, message)
    message = f"Current implementation does not yet support {attr} in the batch and depth "
    plain = node.type.startswith("Conv2D")
    kind = errors.UnimplementedError if plain else errors.InvalidArgumentError
    return kind(None, node, message + "dimensions.")


def check_space_only(node, *attrs: str) -> None:
    """That lists with an entry per axis are 1 at batch and channels."""
    for attr in attrs:
        given = node.attrs[attr]
        space = spatial_axes(node, len(given))
        if any(n != 1 for i, n in enumerate(given) if i not in space):
            raise _space_only(node, attr)


def true_axes(node, sizes, ks, dilations: str = "dilations") -> list[Axis]:
    """The spatial axes of a node for lengths that are known.

    Args:
      node: the node; its strides have one entry per axis of the array.
      sizes: the spatial lengths of its input.
      ks: those of its filter.
      dilations: the name of the attribute; none of that name stands for 1.
    """
    rank = len(sizes) + 2
    by, apart = node.attrs["strides"], node.attrs.get(dilations) or [1] * rank
    space = spatial_axes(node, rank)
    return [
        true_axis(node, n, k, by[i], apart[i], edges_of(node, i))
        for i, n, k in zip(space, sizes, ks, strict=True)
    ]


def check_rank(node, name: str, x, rank: int) -> None:
    if np.ndim(x) != rank:
        raise invalid(node, f"{name} must be {rank}-dimensional: {shape_str(tuple(np.shape(x)))}")


def covered(x, axes: list[Axis], value=0):
    """The part of ``x`` under the windows, padded with ``value`` where they stick out."""
    config = [
        (0, 0, 0),
        *[(a.low, a.high, 0) for a in axes],
        *[(0, 0, 0)] * (x.ndim - 1 - len(axes)),
    ]
    if all(c == (0, 0, 0) for c in config):
        return x
    return lax.pad(x, np.asarray(value, x.dtype), config)


def view(x, axes: list[Axis], place):
    """Of each window of a covered ``x``, the element at ``place``."""
    start, limit, strides = [0] * x.ndim, list(x.shape), [1] * x.ndim
    for i, (a, p) in enumerate(zip(axes, place, strict=True), 1):
        start[i] = p * a.dilation
        limit[i] = start[i] + (a.out - 1) * a.stride + 1
        strides[i] = a.stride
    return lax.slice(x, start, limit, strides)
