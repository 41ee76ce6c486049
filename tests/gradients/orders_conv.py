"""Per op type of convolution, patches and moved blocks: where its derivatives are tested."""

import numpy as np

from tests.gradients.rows import Row, far, i, r

_2D = {"strides": [1, 2, 1, 1], "padding": "SAME"}
_FIRST = {
    "strides": [1, 1, 1, 2],
    "padding": "EXPLICIT",
    "explicit_paddings": [0, 0, 0, 0, 1, 0, 2, 1],
    "data_format": "NCHW",
    "dilations": [1, 1, 2, 1],
}
_3D = {"strides": [1, 1, 2, 1, 1], "padding": "VALID", "dilations": [1, 1, 1, 2, 1]}
_WINDOW = {"strides": [1, 1, 2, 1], "rates": [1, 2, 1, 1], "padding": "SAME"}
_EDGES = np.array([[1, 0], [0, 2]], np.int32)
_PIECEWISE = "linear in each argument where the places of the maxima stay"


# A convolution is linear in each argument, so that large steps are exact.
def _linear(op_type: str, *args, **attrs) -> Row:
    return Row(op_type, args, attrs, step=0.5)


ROWS = [
    _linear("Conv2D", r(2, 3, 4, 2), r(2, 2, 2, 3), **_2D),
    _linear("Conv2D", r(1, 2, 3, 4), r(2, 2, 2, 2), **_FIRST),
    _linear("Conv2D", r(1, 3, 3, 4), r(2, 2, 2, 2), **_2D),  # two groups
    _linear("Conv2D", r(1, 2, 3, 2), r(2, 2, 1, 4), **_2D),  # each channel a group
    _linear("Conv2DBackpropInput", i(2, 3, 4, 2), r(2, 2, 2, 3), r(2, 2, 4, 3), **_2D),
    _linear("Conv2DBackpropInput", i(1, 3, 3, 4), r(2, 2, 2, 2), r(1, 2, 3, 2), **_2D),
    _linear("Conv2DBackpropFilter", r(2, 3, 4, 2), i(2, 2, 2, 3), r(2, 2, 4, 3), **_2D),
    _linear("Conv2DBackpropFilter", r(1, 2, 3, 4), i(2, 2, 2, 2), r(1, 2, 2, 3), **_FIRST),
    _linear("Conv3D", r(1, 3, 4, 3, 2), r(2, 2, 2, 2, 2), **_3D),
    _linear("Conv3DBackpropInputV2", i(1, 3, 4, 3, 2), r(2, 2, 2, 2, 2), r(1, 2, 2, 1, 2), **_3D),
    _linear("Conv3DBackpropFilterV2", r(1, 3, 4, 3, 2), i(2, 2, 2, 2, 2), r(1, 2, 2, 1, 2), **_3D),
    _linear("Conv3DBackpropInput", r(1, 3, 4, 3, 2), r(2, 2, 2, 2, 2), r(1, 2, 2, 1, 2), **_3D),
    _linear("Conv3DBackpropFilter", r(1, 3, 4, 3, 2), r(2, 2, 2, 2, 2), r(1, 2, 2, 1, 2), **_3D),
    _linear("DepthwiseConv2dNative", r(2, 3, 3, 2), r(2, 2, 2, 2), **_2D),
    _linear("DepthwiseConv2dNative", r(1, 2, 3, 4), r(2, 2, 2, 1), **_FIRST),
    _linear(
        "DepthwiseConv2dNativeBackpropInput", i(2, 3, 3, 2), r(2, 2, 2, 2), r(2, 2, 3, 4), **_2D
    ),
    _linear(
        "DepthwiseConv2dNativeBackpropFilter", r(2, 3, 3, 2), i(2, 2, 2, 2), r(2, 2, 3, 4), **_2D
    ),
    Row("Dilation2D", (far(2, 3, 4, 2), far(2, 2, 2) * 0.31), _WINDOW),
    Row("Dilation2DBackpropInput", (far(1, 3, 4, 2), far(2, 2, 2) * 0.31, r(1, 3, 2, 2)), _WINDOW),
    Row("Dilation2DBackpropFilter", (far(1, 3, 4, 2), far(2, 2, 2) * 0.31, r(1, 3, 2, 2)), _WINDOW),
    Row("ExtractImagePatches", (r(1, 3, 4, 2),), {**_WINDOW, "ksizes": [1, 2, 3, 1]}),
    Row(
        "ExtractVolumePatches",
        (r(1, 3, 2, 3, 2),),
        {"ksizes": [1, 2, 1, 2, 1], "strides": [1, 1, 2, 1, 1], "padding": "SAME"},
    ),
    Row("SpaceToBatchND", (r(2, 3, 2), i(2, 4), _EDGES)),
    Row("BatchToSpaceND", (r(6, 2, 2), i(2, 3), _EDGES)),
    Row("SpaceToBatch", (r(2, 3, 2, 1), _EDGES), {"block_size": 2}),
    Row("BatchToSpace", (r(4, 2, 2, 1), _EDGES), {"block_size": 2}),
    Row("SpaceToDepth", (r(1, 2, 4, 2),), {"block_size": 2}),
    Row("DepthToSpace", (r(1, 8, 2, 1),), {"block_size": 2, "data_format": "NCHW"}),
]

REMARKS = {
    "Dilation2D": "the first of equal maxima has it",
    "Dilation2DBackpropInput": _PIECEWISE,
    "Dilation2DBackpropFilter": _PIECEWISE,
}

DIFFERENCES = {
    "Conv2DBackpropInput": "TensorFlow's CPU kernels refuse dilations and groups",
    "Conv2DBackpropFilter": "TensorFlow's CPU kernels refuse dilations and groups",
    "Conv3DBackpropInput": "TensorFlow has none",
    "Conv3DBackpropFilter": "TensorFlow has none",
    "Dilation2DBackpropInput": "TensorFlow has none",
    "Dilation2DBackpropFilter": "TensorFlow has none",
    "ExtractVolumePatches": "TensorFlow has none where a spatial length is not known",
}
