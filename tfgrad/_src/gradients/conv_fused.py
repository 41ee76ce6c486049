"""Derivatives of the convolutions of ``ops/conv_fused.py``: TensorFlow has none.

All are written with the nodes of plain convolutions, which have derivatives of all orders.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.shape import reshape, shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor

# ---------------------------------------------------------------------- any rank

_SHORT = {True: ("NHWC", "NCHW"), False: ("NDHWC", "NCDHW")}


@gradient("Conv")
def conv_grad(op: Operation, dy: Tensor):
    """The gradients of a convolution with one batch axis."""
    x, w = op.inputs
    a = op.attrs
    rank = len(w.dims) if w.dims is not None else len(x.dims or ()) - a["batch_dims"] + 1
    if rank not in (4, 5):
        raise ValueError(f"The gradient of {op.name!r} needs the rank of its input or its filter.")
    data_format = _SHORT[rank == 4][a["data_format"] == b"CHANNELS_FIRST"]
    attrs = {"strides": a["strides"], "padding": a["padding"], "data_format": data_format}
    attrs["dilations"] = a["dilations"] or [1] * rank
    of_input, of_filter = "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2"
    if rank == 4:
        attrs["explicit_paddings"] = a["explicit_paddings"]
        of_input, of_filter = "Conv2DBackpropInput", "Conv2DBackpropFilter"

    def one_batch(t: Tensor) -> Tensor:
        return reshape(t, concat([[-1], shape(t)[a["batch_dims"] :]], 0))

    images, dy = one_batch(x), one_batch(dy)
    dx = add_op(of_input, shape(images), w, dy, **attrs)
    return reshape(dx, shape(x)), add_op(of_filter, images, shape(w), dy, **attrs)


# ---------------------------------------------------------------------- gradients by example

_ATTRS = (
    "dilations", "strides", "padding", "explicit_paddings", "use_cudnn_on_gpu", "data_format"
)  # fmt: skip


def _attrs(op: Operation) -> dict:
    return {name: op.attrs[name] for name in _ATTRS}


@gradient("Conv2DBackpropInputV2")
def conv_2d_backprop_input_v2_grad(op: Operation, ddx: Tensor):
    _, w, dy = op.inputs
    dw = add_op("Conv2DBackpropFilter", ddx, shape(w), dy, **_attrs(op))
    return None, dw, add_op("Conv2D", ddx, w, **_attrs(op))


@gradient("Conv2DBackpropFilterV2")
def conv_2d_backprop_filter_v2_grad(op: Operation, ddw: Tensor):
    x, _, dy = op.inputs
    dx = add_op("Conv2DBackpropInput", shape(x), ddw, dy, **_attrs(op))
    return dx, None, add_op("Conv2D", x, ddw, **_attrs(op))


# ---------------------------------------------------------------------- padded and resized images


def _through_padding(op: Operation, x: Tensor, dy: Tensor) -> tuple:
    """The gradients with respect to ``x``, what is padded, and to the filter."""
    paddings, w = op.inputs[-2:]
    attrs = {"strides": op.attrs["strides"], "padding": op.attrs["padding"]}
    mode = op.attrs["mode"]
    padded = add_op("MirrorPad", x, paddings, mode=mode)
    dw = add_op("Conv2DBackpropFilter", padded, shape(w), dy, **attrs)
    d_padded = add_op("Conv2DBackpropInput", shape(padded), w, dy, **attrs)
    return add_op("MirrorPadGrad", d_padded, paddings, mode=mode), dw


@gradient("FusedPadConv2D")
def fused_pad_conv_2d_grad(op: Operation, dy: Tensor):
    dx, dw = _through_padding(op, op.inputs[0], dy)
    return dx, None, dw


@gradient("FusedResizeAndPadConv2D")
def fused_resize_and_pad_conv_2d_grad(op: Operation, dy: Tensor):
    """The resize, and its gradient, are computed in float32 as those of images are."""
    x, size = op.inputs[:2]
    corners = op.attrs["resize_align_corners"]
    resized = add_op("ResizeBilinear", x, size, align_corners=corners)
    dx, dw = _through_padding(op, cast(resized, x.dtype), dy)
    dx = add_op("ResizeBilinearGrad", cast(dx, dt.float32), x, align_corners=corners)
    return dx, None, None, dw
