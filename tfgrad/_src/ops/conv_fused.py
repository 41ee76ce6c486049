"""Convolutions of any rank, of padded or resized images, and gradients by example.

``Conv`` takes images or volumes behind any number of batch axes, its strides, dilations and
paddings as if there were one.  ``FusedPadConv2D`` is a ``MirrorPad`` and a convolution,
``FusedResizeAndPadConv2D`` resizes bilinearly before that; both are right for a batch of images,
unlike TensorFlow's kernels.  The gradients ending in ``V2`` are given an input, or a filter, where
the others are given its shape; TensorFlow has no kernel for them.

What is computed is in ``ops/conv_kernels.py``, the derivatives are in ``gradients/conv_fused.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import int32
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge_dim, with_rank
from tfgrad._src.ops import conv_kernels as kernels
from tfgrad._src.ops import pad
from tfgrad._src.ops.broadcasting import invalid, types
from tfgrad._src.ops.conv import check_channels, convolve, filter_gradient, input_gradient
from tfgrad._src.ops.conv_windows import (
    channel_axis,
    check_explicit,
    check_rank,
    check_space_only,
    edges_of,
    first,
    spatial_axes,
    static_length,
    true_axes,
)
from tfgrad._src.ops.image_resize import Mode, bilinear, resized_size, weighted

_FLOATING = types("half bfloat16 float double")
_PADDINGS = ("SAME", "VALID", "EXPLICIT")

# ---------------------------------------------------------------------- any rank


def _check_ranks(node, x: tuple, w: tuple) -> int:
    """The rank of the convolution."""
    batch = node.attrs["batch_dims"]
    if batch < 0:
        raise ShapeError("Batch dims must be non-negative.")
    rank = len(x) - batch + 1
    if rank not in (4, 5):
        raise ShapeError(
            f"Input tensor must be rank 4 or 5, excluding extra batch dimensions, but got: {rank}"
        )
    if len(w) != rank:
        raise ShapeError("Input tensor rank must be the same as filter rank.")
    if rank == 5 and node.attrs["padding"] == b"EXPLICIT":
        raise ShapeError("Explicit padding not supported for 3D Convolution")
    for attr, said in (
        ("dilations", "Conv requires the dilation attribute to contain {} values, but got: {}"),
        ("strides", "Stride attribute should contain {} values, but got: {}"),
    ):
        given = node.attrs[attr]
        if len(given) != rank and (given or attr == "strides"):
            raise ShapeError(said.format(rank, len(given)))
    return rank


def _check_groups(node, channels: int | None, of_group: int | None, out: int | None) -> None:
    groups = node.attrs["groups"]
    if groups < 1:
        raise ShapeError("Number of groups must be positive.")
    if of_group == 0:
        raise ShapeError("Depth of filter must not be 0")
    if channels is not None and channels % groups:
        raise ShapeError("Number of groups should divide input depth")
    if channels is not None and of_group is not None:
        if channels % of_group:
            raise ShapeError(
                f"Depth of input ({channels}) is not a multiple of input depth of filter "
                f"({of_group})"
            )
        if channels // of_group != groups:
            raise ShapeError(
                f"Input depth divided by filter input depth does not match with groups parameter "
                f"({groups})"
            )
    if out is not None and out % groups:
        raise ShapeError(
            f"Depth of output ({out}) is not a multiple of the number of groups ({groups})"
        )


def _conv_shape(node, x: Shape, w: Shape) -> Shape:
    if x is None or w is None:
        return None
    rank = _check_ranks(node, x, w)
    batch = x[: node.attrs["batch_dims"]]
    one = (None, *x[len(batch) :])  # as if there were one batch axis
    channels = channel_axis(node, rank)
    check_explicit(node, rank, channels)
    _check_groups(node, one[channels], *w[-2:])
    dilations = node.attrs["dilations"] or [1] * rank
    space = [
        static_length(node, one[i], k, node.attrs["strides"][i], dilations[i], edges_of(node, i))
        for i, k in zip(spatial_axes(node, rank), w[:-2], strict=True)
    ]
    return batch + first(node, (None, *space, w[-1]))[1:]


@defop(
    "Conv(input: T, filter: T; strides: list(int), padding: string, "
    "explicit_paddings: list(int) = [], data_format: string = 'CHANNELS_LAST', "
    "dilations: list(int) = [], batch_dims: int = 1, groups: int = 1) -> output: T",
    T=(*_FLOATING, int32),
    padding=_PADDINGS,
    data_format=("CHANNELS_FIRST", "CHANNELS_LAST"),
    shape=_conv_shape,
)
def conv(node, x, w):
    try:
        rank = _check_ranks(node, x.shape, w.shape)
        _check_groups(node, x.shape[channel_axis(node, rank) - rank], *w.shape[-2:])
    except ShapeError as error:
        raise invalid(node, error.message) from None
    batch = x.shape[: node.attrs["batch_dims"]]
    y = convolve(node, lax.reshape(x, (math.prod(batch), *x.shape[len(batch) :])), w)
    return lax.reshape(y, (*batch, *y.shape[1:]))


# ---------------------------------------------------------------------- gradients by example

_ATTRS_2D = (
    "strides: list(int), use_cudnn_on_gpu: bool = True, padding: string, "
    "explicit_paddings: list(int) = [], data_format: string = 'NHWC', "
    "dilations: list(int) = [1, 1, 1, 1]"
)
_2D = {"padding": _PADDINGS, "data_format": ("NHWC", "NCHW")}


def _like(position: int):
    def rule(node, *inputs: Shape) -> Shape:
        return with_rank(inputs[position], 4)

    return rule


@defop(
    f"Conv2DBackpropInputV2(input: T, filter: T, out_backprop: T; {_ATTRS_2D}) -> output: T",
    T=(*_FLOATING, int32),
    shape=_like(0),
    **_2D,
)
def conv_2d_backprop_input_v2(node, x, w, dy):
    check_rank(node, "input", x, 4)
    return input_gradient(node, tuple(x.shape), w, dy)


@defop(
    f"Conv2DBackpropFilterV2(input: T, filter: T, out_backprop: T; {_ATTRS_2D}) -> output: T",
    T=_FLOATING,
    shape=_like(1),
    **_2D,
)
def conv_2d_backprop_filter_v2(node, x, w, dy):
    check_rank(node, "filter", w, 4)
    return filter_gradient(node, x, tuple(w.shape), dy)


# ---------------------------------------------------------------------- padded and resized images


def _two_lengths(size: Shape) -> None:
    (count,) = with_rank(size, 1)
    if count not in (2, None):
        raise ShapeError(
            f"Dimension 0 in both shapes must be equal, but are {count} and 2. Shapes are "
            f"[{count}] and [2]."
        )


def _fused_shape(node, x: Shape, *rest: Shape) -> Shape:
    """Where the paddings have an unknown shape TensorFlow says that there are -1 of them."""
    x = with_rank(x, 4)
    *sizes, widths, w = rest
    if sizes:
        _two_lengths(sizes[0])
        size = known_value(node.inputs[1])
        x = (x[0], *((None, None) if size is None else map(int, size)), x[3])
    rows, columns = with_rank(widths, 2)
    if rows is not None:
        with_rank(x, rows)
    if columns not in (2, None):
        raise ShapeError(
            f"Dimension 1 in both shapes must be equal, but are {columns} and 2. Shapes are "
            f"[{'?' if rows is None else rows},{columns}] and [4,2]."
        )
    given = known_value(node.inputs[1 + len(sizes)])
    padded: list = [None] * 4
    if given is not None:
        for i, (n, ends) in enumerate(zip(x, given, strict=True)):
            total = int(ends.sum())
            if n is not None and n + total < 0:
                raise ShapeError(f"Dimension size overflow from adding {n} and {total}")
            padded[i] = None if n is None else n + total
    w = with_rank(w, 4)
    strides = node.attrs["strides"]
    if len(strides) != 4:
        raise ShapeError(
            f"Operation requires the stride attribute to contain 4 values, but got: {len(strides)}"
        )
    merge_dim(padded[3], w[2])
    space = [static_length(node, padded[i], w[i - 1], strides[i], 1) for i in (1, 2)]
    return (padded[0], *space, w[3])


def _padded_convolution(node, x, paddings, w):
    check_rank(node, "input", x, 4)
    check_rank(node, "filter", w, 4)
    if np.shape(paddings) != (4, 2):
        raise invalid(node, f"paddings must be a matrix with 2 columns: {list(np.shape(paddings))}")
    for axis, what in ((0, "batches"), (3, "channels")):
        if np.any(paddings[axis]):
            raise invalid(
                node, f"Fused mirror padding only support spatial padding, not {what}: {paddings}"
            )
    x = pad.mirror_pad(node, x, paddings)
    check_space_only(node, "strides")
    if x.shape[3] != w.shape[2]:
        raise invalid(
            node, f"input and filter must have the same depth: {x.shape[3]} vs {w.shape[2]}"
        )
    check_channels(node, x.shape, w.shape)
    return kernels.forward(x, w, true_axes(node, x.shape[1:-1], w.shape[:-2]))


_FUSED = "mode: string, strides: list(int), padding: string) -> output: T"
_MODES = {"mode": ("REFLECT", "SYMMETRIC"), "padding": ("SAME", "VALID")}

defop(
    f"FusedPadConv2D(input: T, paddings: int32, filter: T; {_FUSED}",
    T=_FLOATING,
    shape=_fused_shape,
    host_inputs=("paddings",),
    **_MODES,
)(_padded_convolution)


@defop(
    f"FusedResizeAndPadConv2D(input: T, size: int32, paddings: int32, filter: T; "
    f"resize_align_corners: bool = False, {_FUSED}",
    T=types("half float double"),
    shape=_fused_shape,
    host_inputs=("size", "paddings"),
    **_MODES,
)
def fused_resize_and_pad_conv_2d(node, x, size, paddings, w):
    height, width = resized_size(node, x, size)
    mode = Mode(node.attrs["resize_align_corners"], False)
    dtype = x.dtype
    if dtype.itemsize == 2:
        x = lax.convert_element_type(x, np.float32)
    x = weighted(x, bilinear(x.shape[2], width, mode), 2)
    x = weighted(x, bilinear(x.shape[1], height, mode), 1)
    return _padded_convolution(node, lax.convert_element_type(x, dtype), paddings, w)
