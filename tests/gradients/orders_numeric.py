"""Per op type of transforms of many axes, fused convolutions, old graphs: where it is tested."""

import numpy as np

import tfgrad as tf
from tests.gradients.rows import Row, c, far, i, n, p, r


def _f(x) -> np.ndarray:
    return np.asarray(x, np.float32)


# Computed in float32, and linear as far as the step goes.
_LINEAR = {"step": 0.04, "rtol": 1e-4}
_FLOAT = {"step": 0.1, "rtol": 4e-3}
_COMPLEX = {"Tcomplex": tf.complex128}
_REAL = {"Treal": tf.float64}
_SMALL = {"step": 0.04, "rtol": 1e-4}

_EDGES = np.array([[0, 0], [1, 1], [1, 0], [0, 0]], np.int32)
_PADDED = {"mode": "REFLECT", "strides": [1, 1, 2, 1], "padding": "VALID"}
_CONV = {"strides": [1, 2, 1, 1], "padding": "SAME"}
_NORM = {"variance_epsilon": 0.25}
_SCALED = {**_NORM, "scale_after_normalization": True}
_NOT_SCALED = {**_NORM, "scale_after_normalization": False}
_VECTORS = (r(2), p(2), r(2), r(2))
_IMAGE = r(1, 2, 2, 2)


# The step of the differences must not change which elements are pooled.
_IN_ORDER = np.array([[4.0, 3.0, 5.5, 1.5, 0.5], [2.0, 2.5, 1.0, 3.1, 0.2]])

ROWS = [
    *[Row(f"{kind}ND", (c(2, 3, 4), i(3, 4), i(-2, -1))) for kind in ("FFT", "IFFT")],
    Row("FFTND", (c(2, 3), i(2, 2), i(0, 1))),
    Row("IFFTND", (c(2, 2, 1, 2), i(2, 2, 1, 2), i(0, 1, 2, 3))),
    Row("RFFTND", (r(2, 4), i(2, 4), i(0, 1)), _COMPLEX),
    Row("RFFTND", (r(2, 5), i(3), i(1)), _COMPLEX),
    Row("RFFTND", (r(2, 2, 1, 3), i(2, 2, 1, 3), i(0, 1, 2, 3)), _COMPLEX),
    Row("IRFFTND", (c(2, 3), i(2, 4), i(0, 1)), _REAL),
    Row("IRFFTND", (c(2, 3), i(1, 3), i(0, 1)), _REAL),
    *[
        Row(f"Batch{kind}{rank}", (c(2, 2, 3).astype(np.complex64),), **_LINEAR)
        for kind in ("FFT", "IFFT")
        for rank in ("", "2D", "3D")
    ],
    Row("SegmentSumV2", (r(4, 2), i(0, 0, 2, 2), n(4))),
    Row("SegmentMaxV2", (far(4, 2), i(0, 0, 1, 1), n(2))),
    Row("SegmentMinV2", (far(4, 2), i(0, 0, 1, 1), n(2))),
    Row("SegmentProdV2", (p(4), i(0, 0, 0, 1), n(2))),
    Row("ApproxTopK", (_f(far(2, 4)),), {"k": 2}, **_SMALL),
    Row("ApproxTopK", (_f(far(3, 2)),), {"k": 1, "reduction_dimension": 0, "is_max_k": False},
        **_SMALL),
    Row("IsotonicRegression", (_IN_ORDER,), {"output_dtype": tf.float64}),
    Row("IsotonicRegression", (_IN_ORDER[0],), {"output_dtype": tf.float64}),
    Row("IsotonicRegression", (np.stack([_IN_ORDER, -_IN_ORDER]),), {"output_dtype": tf.float64}),
    Row("BatchNormWithGlobalNormalization", (_IMAGE, *_VECTORS), _SCALED),
    Row("BatchNormWithGlobalNormalization", (_IMAGE, *_VECTORS), _NOT_SCALED),
    Row("BatchNormWithGlobalNormalizationGrad", (_IMAGE, *_VECTORS[:3], r(1, 2, 2, 2)), _SCALED),
    Row("BatchNormWithGlobalNormalizationGrad", (_IMAGE, *_VECTORS[:3], r(1, 2, 2, 2)),
        _NOT_SCALED),
    Row("Conv", (r(2, 3, 3, 2), r(2, 2, 2, 1)), _CONV),
    Row("Conv", (r(1, 2, 3, 3, 1), r(2, 2, 1, 2)), {**_CONV, "batch_dims": 2}),
    Row("Conv", (r(4, 3, 3), r(2, 2, 2, 2)),
        {"strides": [1, 1, 2, 1], "padding": "EXPLICIT", "batch_dims": 0, "groups": 2,
         "explicit_paddings": [0, 0, 0, 0, 1, 0, 0, 1], "data_format": "CHANNELS_FIRST"}),
    Row("Conv", (r(1, 2, 3, 2, 1), r(2, 2, 1, 1, 2)), {"strides": [1] * 5, "padding": "VALID"}),
    Row("Conv2DBackpropInputV2", (r(1, 3, 3, 2), r(2, 2, 2, 1), r(1, 2, 3, 1)), _CONV, of=(1, 2)),
    Row("Conv2DBackpropFilterV2", (r(1, 3, 3, 2), r(2, 2, 2, 1), r(1, 2, 3, 1)), _CONV, of=(0, 2)),
    Row("FusedPadConv2D", (r(2, 3, 2, 2), _EDGES, r(2, 2, 2, 1)), _PADDED),
    Row("FusedPadConv2D", (r(1, 3, 2, 1), _EDGES, r(2, 2, 1, 1)), {**_PADDED, "mode": "SYMMETRIC"}),
    Row("FusedResizeAndPadConv2D", (_f(r(1, 2, 2, 1)), i(3, 4), _EDGES, _f(r(2, 2, 1, 1))),
        {**_PADDED, "resize_align_corners": True}, **_LINEAR),
    Row("AdjustContrast", (_f(r(1, 2, 2, 2)), _f(1.5), _f(-9), _f(9)), **_FLOAT),
    # The greatest are cut by more than the step changes.
    Row("AdjustContrast", (_f([[[0], [8], [1], [-3]]]), _f(1.5), _f(-9), _f(4)), **_FLOAT),
]  # fmt: skip

IN_FLOAT = "tested in float32"

REMARKS = {
    **{f"Batch{kind}{rank}": IN_FLOAT for kind in ("FFT", "IFFT") for rank in ("", "2D", "3D")},
    "ApproxTopK": IN_FLOAT,
    "AdjustContrast": IN_FLOAT,
    "FusedResizeAndPadConv2D": f"{IN_FLOAT}, in which the gradient is always computed",
    "IsotonicRegression": "with nodes for each row of a matrix, as in TensorFlow",
}

_NONE = "TensorFlow has none"
DIFFERENCES = dict.fromkeys(
    (
        "AdjustContrast", "BatchFFT", "BatchFFT2D", "BatchFFT3D", "BatchIFFT", "BatchIFFT2D",
        "BatchIFFT3D", "BatchNormWithGlobalNormalizationGrad", "Conv", "Conv2DBackpropFilterV2",
        "Conv2DBackpropInputV2", "FFTND", "FusedPadConv2D", "FusedResizeAndPadConv2D", "IFFTND",
        "IRFFTND", "RFFTND", "SegmentMaxV2", "SegmentMinV2", "SegmentProdV2", "SegmentSumV2",
    ),
    _NONE,
) | {
    "ApproxTopK": "TensorFlow has none where a length is not known",
    "IsotonicRegression": "of a vector, and of more than two axes, TensorFlow's is wrong or raises",
}  # fmt: skip
