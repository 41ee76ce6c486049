"""Convolutions of images and volumes, and the convolutions that are their gradients.

The filter is ``[*space, channels in, channels out]``; where it has fewer channels in than the
input, the channels of both are in groups.  Channels may come first or last on every platform, and
grouped and dilated convolutions have gradients everywhere (TensorFlow's CPU kernels refuse these).

What is computed is in ``ops/conv_kernels.py``, the derivatives are in ``gradients/conv.py``, the
public functions in ``functions/conv.py``.
"""

import numpy as np

from tfgrad._src.graph.constant_value import partial_shape
from tfgrad._src.graph.dtypes import INDEX, int32
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge_dim, with_rank
from tfgrad._src.ops import conv_depthwise_kernels as depthwise
from tfgrad._src.ops import conv_kernels as kernels
from tfgrad._src.ops.broadcasting import invalid, types
from tfgrad._src.ops.conv_windows import (
    as_format,
    channel_axis,
    channels_last,
    check_explicit,
    check_length,
    check_rank,
    check_space_only,
    edges_of,
    first,
    last,
    spatial_axes,
    static_length,
    true_axes,
)

_FLOATING = types("half bfloat16 float double")
_OLD = types("half float double")
_PADDINGS = ("SAME", "VALID", "EXPLICIT")
_ATTRS_2D = (
    "strides: list(int), use_cudnn_on_gpu: bool = True, padding: string, "
    "explicit_paddings: list(int) = [], data_format: string = 'NHWC', "
    "dilations: list(int) = [1, 1, 1, 1]"
)
_ATTRS_3D = (
    "strides: list(int), padding: string, data_format: string = 'NDHWC', "
    "dilations: list(int) = [1, 1, 1, 1, 1]"
)
_ATTRS_OLD = "strides: list(int), padding: string, dilations: list(int) = [1, 1, 1, 1, 1]"
_2D = {"padding": _PADDINGS, "data_format": ("NHWC", "NCHW")}
_3D = {"padding": ("SAME", "VALID"), "data_format": ("NDHWC", "NCDHW")}

# ---------------------------------------------------------------------- static shapes


def _check_attrs(node, rank: int) -> None:
    dilations, strides = node.attrs["dilations"], node.attrs["strides"]
    kind = node.type[:6]
    if len(dilations) != rank:
        raise ShapeError(
            f"{kind} requires the dilation attribute to contain {rank} values, "
            f"but got: {len(dilations)}"
        )
    if len(strides) != rank:
        data_format = node.attrs["data_format"].decode()
        raise ShapeError(
            f"{kind} on data format {data_format} requires the stride attribute to contain {rank} "
            f"values, but got: {len(strides)}"
        )


def _convolved(node, x: Shape, w: Shape, strides, dilations) -> Shape:
    """The shape of a convolution, for shapes of known rank."""
    rank = len(w)
    channels, (of_group, out) = x[channel_axis(node, rank)], w[-2:]
    if of_group == 0:
        raise ShapeError("Depth of filter must not be 0")
    if channels is not None and of_group is not None:
        if channels % of_group:
            raise ShapeError(
                f"Depth of input ({channels}) is not a multiple of input depth of filter "
                f"({of_group})"
            )
        groups = channels // of_group
        if groups > 1 and out is not None and out % groups:
            raise ShapeError(
                f"Depth of output ({out}) is not a multiple of the number of groups ({groups})"
            )
    check_explicit(node, rank, channel_axis(node, rank))
    space = [
        static_length(node, x[i], k, strides[i], dilations[i], edges_of(node, i))
        for i, k in zip(spatial_axes(node, rank), w[:-2], strict=True)
    ]
    return first(node, (x[0], *space, out))


def _conv_shape(rank: int):
    def rule(node, x: Shape, w: Shape) -> Shape:
        if rank == 5:
            check_length(node, "strides", 5)
        x, w = with_rank(x, rank), with_rank(w, rank)
        _check_attrs(node, rank)
        return _convolved(node, x, w, node.attrs["strides"], node.attrs["dilations"])

    return rule


def _input_gradient_2d(node, sizes: Shape, w: Shape, dy: Shape) -> Shape:
    """As ``input_sizes`` says, which may be the two spatial lengths alone."""
    dy, w = last(node, with_rank(dy, 4)), with_rank(w, 4)
    merge_dim(dy[-1], w[-1])
    given = partial_shape(node.inputs[0])
    if given is None:
        return first(node, (dy[0], None, None, None))
    if len(given) == 2:
        return first(node, (dy[0], *given, w[-2]))
    if len(given) != 4:
        raise ShapeError(
            f"Conv2DBackpropInput requires input_sizes to contain 4 values or 2 values, but got: "
            f"{len(given)}"
        )
    given = last(node, given)
    return first(node, (merge_dim(given[0], dy[0]), *given[1:]))


def as_input(position: int, rank: int):
    """A shape rule: what the input at ``position`` says."""

    def rule(node, *inputs: Shape) -> Shape:
        if rank == 5:
            check_length(node, "strides", 5)
        return with_rank(partial_shape(node.inputs[position]), rank)

    return rule


def _like(position: int):
    def rule(node, *inputs: Shape) -> Shape:
        check_length(node, "strides", 5)
        return with_rank(inputs[position], 5)

    return rule


# ---------------------------------------------------------------------- lowerings


def sizes_of(node, sizes, rank: int) -> tuple[int, ...]:
    """The shape that a vector describes."""
    shape = tuple(int(n) for n in np.reshape(sizes, -1))
    for n in shape:
        if n < 0:
            raise invalid(node, f"Dimension {n} must be >= 0")
    if len(shape) != rank:
        if node.type == "Conv2DBackpropInput":
            raise invalid(
                node, "Conv2DBackpropInput requires input_sizes to contain 4 values or 2 values, "
                f"but got: {len(shape)}"
            )  # fmt: skip
        name = node.op_def_.inputs[0 if "Input" in node.type else 1].name
        raise invalid(node, f"{name} must have {rank} elements, not {len(shape)}")
    return shape


def check_channels(node, x_shape, w_shape) -> None:
    """Of an input with channels last and a filter."""
    if 0 in w_shape[:-1] and 0 not in (x_shape[0], w_shape[-1]):
        raise invalid(
            node, "filter must not have zero elements (i.e. all dimensions must be non-zero)"
        )
    channels, of_group = x_shape[-1], w_shape[-2]
    if of_group and channels % of_group:
        raise invalid(
            node,
            f"{'I' if node.type == 'Conv3D' else 'i'}nput depth must be evenly divisible by filter "
            f"depth: {channels} vs {of_group}",
        )
    groups = channels // of_group if of_group else 1
    if groups > 1 and w_shape[-1] % groups:
        raise invalid(
            node,
            f"output depth must be evenly divisible by number of groups: {w_shape[-1]} vs {groups}",
        )


def _check_gradient(node, x_shape, w_shape, dy, axes) -> None:
    """That ``dy`` is what a convolution of these shapes gives; channels are last."""
    what = node.type.replace("Backprop", "CustomBackprop", 1)
    if x_shape[-1] % max(w_shape[-2], 1):
        raise invalid(node, f"{what}: input depth must be evenly divisible by filter depth")
    if dy.shape[-1] != w_shape[-1]:
        raise invalid(node, f"{what}: filter and out_backprop must have the same out_depth")
    if dy.shape[0] != x_shape[0]:
        raise invalid(
            node,
            f"{what}: input and out_backprop must have the same batch size. Input batch: "
            f"{x_shape[0]}, outbackprop batch: {dy.shape[0]}, batch_dim: 0",
        )
    for i, (a, n) in enumerate(zip(axes, dy.shape[1:-1], strict=True), 1):
        if a.out != n:
            raise invalid(
                node,
                f"{what}: Size of out_backprop doesn't match computed: actual = {n}, computed = "
                f"{a.out} spatial_dim: {i} input: {a.size} filter: {a.k} output: {n} stride: "
                f"{a.stride} dilation: {a.dilation}",
            )


def _is_depthwise(channels: int, w_shape) -> bool:
    """Whether each channel is a group."""
    return w_shape[-2] == 1 and channels > 1 and len(w_shape) == 4


def _split(w, channels: int):
    """The filter of a depthwise convolution."""
    return w.reshape(*w.shape[:2], channels, w.shape[3] // channels)


def convolve(node, x, w):
    """The convolution that a node describes, with one batch axis."""
    check_space_only(node, "strides", "dilations")
    x = channels_last(node, x)
    check_channels(node, x.shape, w.shape)
    axes = true_axes(node, x.shape[1:-1], w.shape[:-2])
    if _is_depthwise(x.shape[-1], w.shape) and w.dtype.kind not in "iu":
        y = depthwise.forward(x, _split(w, x.shape[-1]), axes)
    else:
        y = kernels.forward(x, w, axes)
    return as_format(node, y)


def _conv(rank: int):
    def conv(node, x, w):
        check_rank(node, "convolution input", x, rank)
        check_rank(node, "filter", w, rank)
        return convolve(node, x, w)

    return conv


def input_gradient(node, shape: tuple, w, dy):
    """For ``shape`` in the format of the node."""
    rank = len(shape)
    check_rank(node, "filter", w, rank)
    check_rank(node, "out_backprop", dy, rank)
    check_space_only(node, "strides", "dilations")
    dy, shape = channels_last(node, dy), last(node, shape)
    axes = true_axes(node, shape[1:-1], w.shape[:-2])
    _check_gradient(node, shape, w.shape, dy, axes)
    if _is_depthwise(shape[-1], w.shape) and w.dtype.kind not in "iu":
        dx = depthwise.input_gradient(shape, _split(w, shape[-1]), dy, axes)
    else:
        dx = kernels.input_gradient(shape, w, dy, axes)
    return as_format(node, dx)


def filter_gradient(node, x, shape: tuple, dy):
    check_rank(node, "input", x, len(shape))
    check_rank(node, "out_backprop", dy, len(shape))
    check_space_only(node, "strides", "dilations")
    x, dy = channels_last(node, x), channels_last(node, dy)
    axes = true_axes(node, x.shape[1:-1], shape[:-2])
    _check_gradient(node, x.shape, shape, dy, axes)
    if _is_depthwise(x.shape[-1], shape):
        split = (*shape[:2], x.shape[-1], shape[3] // x.shape[-1])
        return depthwise.filter_gradient(x, split, dy, axes).reshape(shape)
    return kernels.filter_gradient(x, shape, dy, axes)


# ---------------------------------------------------------------------- op types

defop(
    f"Conv2D(input: T, filter: T; {_ATTRS_2D}) -> output: T",
    T=(*_FLOATING, int32),
    shape=_conv_shape(4),
    **_2D,
)(_conv(4))
defop(
    f"Conv3D(input: T, filter: T; {_ATTRS_3D}) -> output: T",
    T=_FLOATING,
    shape=_conv_shape(5),
    **_3D,
)(_conv(5))


@defop(
    f"Conv2DBackpropInput(input_sizes: int32, filter: T, out_backprop: T; {_ATTRS_2D})"
    f" -> output: T",
    T=(*_FLOATING, int32),
    shape=_input_gradient_2d,
    host_inputs=("input_sizes",),
    **_2D,
)
def conv_2d_backprop_input(node, sizes, w, dy):
    if np.size(sizes) == 2:
        check_rank(node, "filter", w, 4)
        check_rank(node, "out_backprop", dy, 4)
        sizes = first(node, (dy.shape[0], *sizes, w.shape[2]))
    return input_gradient(node, sizes_of(node, sizes, 4), w, dy)


@defop(
    f"Conv2DBackpropFilter(input: T, filter_sizes: int32, out_backprop: T; {_ATTRS_2D})"
    f" -> output: T",
    T=_FLOATING,
    shape=as_input(1, 4),
    host_inputs=("filter_sizes",),
    **_2D,
)
def conv_2d_backprop_filter(node, x, sizes, dy):
    return filter_gradient(node, x, sizes_of(node, sizes, 4), dy)


@defop(
    f"Conv3DBackpropInputV2(input_sizes: Tshape, filter: T, out_backprop: T; {_ATTRS_3D})"
    f" -> output: T",
    T=_FLOATING,
    Tshape=INDEX,
    default_types={"Tshape": int32},
    shape=as_input(0, 5),
    host_inputs=("input_sizes",),
    **_3D,
)
def conv_3d_backprop_input_v2(node, sizes, w, dy):
    return input_gradient(node, sizes_of(node, sizes, 5), w, dy)


@defop(
    f"Conv3DBackpropFilterV2(input: T, filter_sizes: int32, out_backprop: T; {_ATTRS_3D})"
    f" -> output: T",
    T=_FLOATING,
    shape=as_input(1, 5),
    host_inputs=("filter_sizes",),
    **_3D,
)
def conv_3d_backprop_filter_v2(node, x, sizes, dy):
    return filter_gradient(node, x, sizes_of(node, sizes, 5), dy)


# Graphs written before 2016 have these; TensorFlow 1.15 adds them no more.


@defop(
    f"Conv3DBackpropInput(input: T, filter: T, out_backprop: T; {_ATTRS_OLD}) -> output: T",
    T=_OLD,
    shape=_like(0),
    padding=("SAME", "VALID"),
)
def conv_3d_backprop_input(node, x, w, dy):
    return input_gradient(node, tuple(x.shape), w, dy)


@defop(
    f"Conv3DBackpropFilter(input: T, filter: T, out_backprop: T; {_ATTRS_OLD}) -> output: T",
    T=_OLD,
    shape=_like(1),
    padding=("SAME", "VALID"),
)
def conv_3d_backprop_filter(node, x, w, dy):
    return filter_gradient(node, x, tuple(w.shape), dy)
