"""Derivatives of pooling.

Pooling is linear wherever no two elements tie: the gradient of a pooling op is another linear op,
whose gradient is again a pooling of the first kind, and so on for all orders.
"""

import numpy as np

from tfgrad._src.functions.control import stop_gradient
from tfgrad._src.functions.fill import zeros_like
from tfgrad._src.functions.shape import shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor

_WINDOW = ("ksize", "strides", "padding", "data_format")
_WITH_PLACES = ("ksize", "strides", "padding", "include_batch_in_index")


def _attrs(op: Operation, names=_WINDOW) -> dict:
    return {name: op.attrs[name] for name in names}


# ---------------------------------------------------------------------- maxima


@gradient("MaxPool")
def max_pool_grad(op: Operation, dy: Tensor) -> Tensor:
    attrs = _attrs(op, (*_WINDOW, "explicit_paddings"))
    return add_op("MaxPoolGrad", op.inputs[0], op.outputs[0], dy, **attrs)


@gradient("MaxPool3D")
def max_pool_3d_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("MaxPool3DGrad", op.inputs[0], op.outputs[0], dy, **_attrs(op))


def _other_way(op_type: str):
    """The gradient function of an op that moves numbers between places of input and output.

    Nothing flows to the two arrays that only say where the maxima are.
    """

    def back(op: Operation, dy: Tensor) -> list:
        zeros = [zeros_like(t) for t in op.inputs[:2]]
        return [*zeros, add_op(op_type, *op.inputs[:2], dy, **_attrs(op))]

    return back


gradient("MaxPoolGradGrad")(_other_way("MaxPoolGrad"))
gradient("MaxPool3DGrad")(_other_way("MaxPool3DGradGrad"))
gradient("MaxPool3DGradGrad")(_other_way("MaxPool3DGrad"))


@gradient("MaxPoolGrad")
def max_pool_grad_grad(op: Operation, dy: Tensor) -> list:
    """``MaxPoolGradGrad`` knows no explicit padding, for which TensorFlow raises ValueError."""
    x, y, _ = op.inputs
    zeros = [zeros_like(x), zeros_like(y)]
    attrs = _attrs(op)
    if attrs["padding"] == b"EXPLICIT":
        attrs["padding"] = "VALID"
        edges = np.reshape(op.attrs["explicit_paddings"], (4, 2)).astype(np.int32)
        x = add_op("PadV2", x, edges, np.asarray(-np.inf, x.dtype.np))
        dy = add_op("Pad", dy, edges)
    return [*zeros, add_op("MaxPoolGradGrad", x, y, dy, **attrs)]


@gradient("MaxPoolV2")
def max_pool_v2_grad(op: Operation, dy: Tensor) -> list:
    x, *window = op.inputs
    attrs = _attrs(op, ("padding", "data_format"))
    return [add_op("MaxPoolGradV2", x, op.outputs[0], dy, *window, **attrs), None, None]


def _other_way_v2(op_type: str):
    def back(op: Operation, dy: Tensor) -> list:
        x, y, _, *window = op.inputs
        zeros = [zeros_like(x), zeros_like(y)]
        attrs = _attrs(op, ("padding", "data_format"))
        return [*zeros, add_op(op_type, x, y, dy, *window, **attrs), None, None]

    return back


gradient("MaxPoolGradV2")(_other_way_v2("MaxPoolGradGradV2"))
gradient("MaxPoolGradGradV2")(_other_way_v2("MaxPoolGradV2"))


@gradient("MaxPoolWithArgmax")
def max_pool_with_argmax_grad(op: Operation, dy: Tensor, _) -> Tensor:
    attrs = _attrs(op, _WITH_PLACES)
    return add_op("MaxPoolGradWithArgmax", op.inputs[0], dy, op.outputs[1], **attrs)


def _other_way_with_argmax(op_type: str):
    def back(op: Operation, dy: Tensor) -> list:
        x, _, argmax = op.inputs
        attrs = _attrs(op, _WITH_PLACES)
        return [zeros_like(x), add_op(op_type, x, dy, argmax, **attrs), None]

    return back


gradient("MaxPoolGradWithArgmax")(_other_way_with_argmax("MaxPoolGradGradWithArgmax"))
gradient("MaxPoolGradGradWithArgmax")(_other_way_with_argmax("MaxPoolGradWithArgmax"))

# ---------------------------------------------------------------------- means


def _mean_grad(op_type: str):
    def back(op: Operation, dy: Tensor) -> Tensor:
        return add_op(op_type, shape(op.inputs[0]), dy, **_attrs(op))

    return back


def _mean_grad_grad(op_type: str):
    def back(op: Operation, dy: Tensor) -> list:
        return [stop_gradient(op.inputs[0]), add_op(op_type, dy, **_attrs(op))]

    return back


gradient("AvgPool")(_mean_grad("AvgPoolGrad"))
gradient("AvgPoolGrad")(_mean_grad_grad("AvgPool"))
gradient("AvgPool3D")(_mean_grad("AvgPool3DGrad"))
gradient("AvgPool3DGrad")(_mean_grad_grad("AvgPool3D"))
