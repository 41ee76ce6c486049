"""Derivatives of convolutions.

A convolution is linear in the input and in the filter, and so are its two gradients: each of the
three is the gradient of the others, to any order.
"""

from tfgrad._src.functions.shape import shape, shape_n
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor

# ---------------------------------------------------------------------- images and volumes

_ATTRS = {
    "Conv2D": (
        "dilations", "strides", "padding", "explicit_paddings", "use_cudnn_on_gpu", "data_format"
    ),
    "Conv3D": ("dilations", "strides", "padding", "data_format"),
    "DepthwiseConv2dNative": (
        "dilations", "strides", "padding", "explicit_paddings", "data_format"
    ),
}  # fmt: skip

# The op type: those of its gradients with respect to input and filter.
_GRADIENTS = {
    "Conv2D": ("Conv2DBackpropInput", "Conv2DBackpropFilter"),
    "Conv3D": ("Conv3DBackpropInputV2", "Conv3DBackpropFilterV2"),
    "DepthwiseConv2dNative": (
        "DepthwiseConv2dNativeBackpropInput",
        "DepthwiseConv2dNativeBackpropFilter",
    ),
}


def _register(op_type: str) -> None:
    of_input, of_filter = _GRADIENTS[op_type]

    def attrs(op: Operation) -> dict:
        return {name: op.attrs[name] for name in _ATTRS[op_type]}

    def forward_grad(op: Operation, dy: Tensor):
        x, w = op.inputs
        if op_type == "DepthwiseConv2dNative":
            dx = add_op(of_input, shape(x), w, dy, **attrs(op))
            return dx, add_op(of_filter, x, shape(w), dy, **attrs(op))
        x_shape, w_shape = shape_n([x, w])
        dx = add_op(of_input, x_shape, w, dy, **attrs(op))
        return dx, add_op(of_filter, x, w_shape, dy, **attrs(op))

    def input_grad(op: Operation, ddx: Tensor):
        """``ddx`` has the shape of an input."""
        _, w, dy = op.inputs
        dw = add_op(of_filter, ddx, shape(w), dy, **attrs(op))
        return None, dw, add_op(op_type, ddx, w, **attrs(op))

    def filter_grad(op: Operation, ddw: Tensor):
        """``ddw`` has the shape of a filter."""
        x, _, dy = op.inputs
        dx = add_op(of_input, shape(x), ddw, dy, **attrs(op))
        return dx, None, add_op(op_type, x, ddw, **attrs(op))

    gradient(op_type)(forward_grad)
    gradient(of_input)(input_grad)
    gradient(of_filter)(filter_grad)


for _op_type in _GRADIENTS:
    _register(_op_type)


# ---------------------------------------------------------------------- of old graphs


def _old_attrs(op: Operation) -> dict:
    return {name: op.attrs[name] for name in ("dilations", "strides", "padding")}


@gradient("Conv3DBackpropInput")
def conv_3d_backprop_input_grad(op: Operation, ddx: Tensor):
    _, w, dy = op.inputs
    dw = add_op("Conv3DBackpropFilterV2", ddx, shape(w), dy, **_old_attrs(op))
    return None, dw, add_op("Conv3D", ddx, w, **_old_attrs(op))


@gradient("Conv3DBackpropFilter")
def conv_3d_backprop_filter_grad(op: Operation, ddw: Tensor):
    x, _, dy = op.inputs
    dx = add_op("Conv3DBackpropInputV2", shape(x), ddw, dy, **_old_attrs(op))
    return dx, None, add_op("Conv3D", x, ddw, **_old_attrs(op))
