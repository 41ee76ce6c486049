"""Depthwise convolutions: each channel of an image has filters of its own.

The filter is ``[height, width, channels, multiplier]``.  What is computed is in
``ops/conv_depthwise_kernels.py``, the derivatives are in ``gradients/conv.py``.
"""

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge_dim, with_rank
from tfgrad._src.ops import conv_depthwise_kernels as kernels
from tfgrad._src.ops.broadcasting import invalid, types
from tfgrad._src.ops.conv import as_input, sizes_of
from tfgrad._src.ops.conv_windows import (
    as_format,
    channel_axis,
    channels_last,
    check_explicit,
    check_rank,
    check_space_only,
    edges_of,
    first,
    last,
    spatial_axes,
    static_length,
    true_axes,
)

_T = types("half bfloat16 float double")
_ATTRS = (
    "strides: list(int), padding: string, explicit_paddings: list(int) = [], "
    "data_format: string = 'NHWC', dilations: list(int) = [1, 1, 1, 1]"
)
_ALLOWED = {"T": _T, "padding": ("SAME", "VALID", "EXPLICIT"), "data_format": ("NHWC", "NCHW")}


def _shape(node, x: Shape, w: Shape) -> Shape:
    x, w = with_rank(x, 4), with_rank(w, 4)
    for attr, name in (("strides", "stride"), ("dilations", "dilations")):
        n = len(node.attrs[attr])
        if n != 4:
            raise ShapeError(
                f"DepthwiseConv2D requires the {name} attribute to contain 4 values, but got: {n}"
            )
    channels = merge_dim(x[channel_axis(node, 4)], w[2])
    check_explicit(node, 4, channel_axis(node, 4))
    strides, dilations = node.attrs["strides"], node.attrs["dilations"]
    space = [
        static_length(node, x[i], k, strides[i], dilations[i], edges_of(node, i))
        for i, k in zip(spatial_axes(node, 4), w[:2], strict=True)
    ]
    out = None if channels is None or w[3] is None else channels * w[3]
    return first(node, (x[0], *space, out))


def _check(node, x_shape, w_shape, dy=None, axes=()) -> None:
    """That the shapes fit; channels are last."""
    check_space_only(node, "strides", "dilations")
    if x_shape[3] != w_shape[2]:
        raise invalid(
            node, f"input and filter must have the same depth: {x_shape[3]} vs {w_shape[2]}"
        )
    if dy is None:
        return
    wanted = (x_shape[0], *[a.out for a in axes], w_shape[2] * w_shape[3])
    names = ("batch", "rows", "cols", "depth")
    for name, n, found in zip(names, wanted, dy.shape, strict=True):
        if n != found:
            raise invalid(
                node,
                f"{node.type}: out_backprop {name} doesn't match: expected {n}, got {found}",
            )


@defop(
    f"DepthwiseConv2dNative(input: T, filter: T; {_ATTRS}) -> output: T", shape=_shape, **_ALLOWED
)
def depthwise_conv_2d_native(node, x, w):
    check_rank(node, "input", x, 4)
    check_rank(node, "filter", w, 4)
    x = channels_last(node, x)
    _check(node, x.shape, w.shape)
    axes = true_axes(node, x.shape[1:3], w.shape[:2])
    return as_format(node, kernels.forward(x, w, axes))


@defop(
    f"DepthwiseConv2dNativeBackpropInput(input_sizes: int32, filter: T, out_backprop: T; {_ATTRS})"
    f" -> output: T",
    shape=as_input(0, 4),
    host_inputs=("input_sizes",),
    **_ALLOWED,
)
def depthwise_conv_2d_native_backprop_input(node, sizes, w, dy):
    check_rank(node, "filter", w, 4)
    check_rank(node, "out_backprop", dy, 4)
    shape, dy = last(node, sizes_of(node, sizes, 4)), channels_last(node, dy)
    axes = true_axes(node, shape[1:3], w.shape[:2])
    _check(node, shape, w.shape, dy, axes)
    return as_format(node, kernels.input_gradient(shape, w, dy, axes))


@defop(
    f"DepthwiseConv2dNativeBackpropFilter(input: T, filter_sizes: int32, out_backprop: T; {_ATTRS})"
    f" -> output: T",
    shape=as_input(1, 4),
    host_inputs=("filter_sizes",),
    **_ALLOWED,
)
def depthwise_conv_2d_native_backprop_filter(node, x, sizes, dy):
    check_rank(node, "input", x, 4)
    check_rank(node, "out_backprop", dy, 4)
    shape, x, dy = sizes_of(node, sizes, 4), channels_last(node, x), channels_last(node, dy)
    axes = true_axes(node, x.shape[1:3], shape[:2])
    _check(node, x.shape, shape, dy, axes)
    return kernels.filter_gradient(x, shape, dy, axes)
