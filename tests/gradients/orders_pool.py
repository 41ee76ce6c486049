"""Per op type of pooling: where its derivatives are tested."""

import numpy as np

from tests.gradients.rows import Row, far, i, r


def _window(k: int, s: int, padding: str, axes: int = 2, **more) -> dict:
    first = more.get("data_format", "").startswith("NC")

    def lengths(m: int) -> list:
        return [1, 1, *[m] * axes] if first else [1, *[m] * axes, 1]

    return {"ksize": lengths(k), "strides": lengths(s), "padding": padding, **more}


def _small(x) -> np.ndarray:
    return np.asarray(x, np.float32)


_TWO, _THREE = _window(2, 2, "SAME"), _window(3, 2, "SAME")
_CUBE, _CUBE_3 = _window(2, 2, "SAME", 3), _window(3, 2, "VALID", 3)
_NCHW = _window(3, 1, "SAME", data_format="NCHW")
_EXPLICIT = _window(3, 2, "EXPLICIT", explicit_paddings=[0, 0, 1, 2, 2, 0, 0, 0])
_X, _Y = far(1, 4, 5, 2), r(1, 2, 3, 2)
_VOLUME = _small(far(1, 3, 4, 5, 1))
_LINEAR = {"step": 0.04, "rtol": 1e-4}  # computed in float32, and linear as far as the step goes


def _maxima(x: np.ndarray, k: int) -> np.ndarray:
    """Under windows of length and stride ``k`` along all axes but the first and the last."""
    pads = [(0, -d % k if 0 < j < x.ndim - 1 else 0) for j, d in enumerate(x.shape)]
    x = np.pad(x, pads, constant_values=-1e9)
    for axis in range(1, x.ndim - 1):
        groups = (*x.shape[:axis], x.shape[axis] // k, k, *x.shape[axis + 1 :])
        x = x.reshape(groups).max(axis + 1)
    return x


_Y_MAX, _VOLUME_MAX = _maxima(_X, 2), _maxima(_VOLUME, 2)
_PLACES = np.array([[[[0, 9], [12, 3], [8, 19]], [[20, 31], [32, 25], [38, 39]]]], np.int64)
_WINDOW_INPUTS = (i(1, 2, 2, 1), i(1, 2, 2, 1))
_BOUNDS = (np.array([0, 2, 3, 5]), np.array([0, 1, 4]))
_SEEDED = {"pooling_ratio": [1, 1.6, 1.9, 1], "deterministic": True, "seed": 5, "seed2": 7}
_V2 = {"padding": "SAME"}

ROWS = [
    Row("MaxPool", (far(1, 4, 5, 2),), _TWO),
    Row("MaxPool", (far(2, 5, 4, 1),), _THREE),
    Row("MaxPool", (far(1, 2, 4, 3),), _NCHW),
    Row("MaxPool", (far(1, 4, 4, 1),), _EXPLICIT),
    Row("MaxPool", (far(1, 1, 2, 4),), {**_TWO, "ksize": [1, 1, 1, 2], "strides": [1, 1, 1, 2]}),
    Row("MaxPoolGrad", (_X, _Y_MAX, _Y), _TWO),
    Row("MaxPoolGradGrad", (_X, _Y_MAX, r(1, 4, 5, 2)), _TWO, of=(2,)),
    Row("MaxPoolV2", (far(1, 4, 5, 2), *_WINDOW_INPUTS), _V2),
    Row("MaxPoolGradV2", (_X, _Y_MAX, _Y, *_WINDOW_INPUTS), _V2, of=(2,)),
    Row("MaxPoolGradGradV2", (_X, _Y_MAX, r(1, 4, 5, 2), *_WINDOW_INPUTS), _V2, of=(2,)),
    Row("MaxPoolWithArgmax", (far(2, 3, 3, 2),), _TWO),
    Row("MaxPoolGradWithArgmax", (_X, _Y, _PLACES), _TWO),
    Row("MaxPoolGradGradWithArgmax", (_X, r(1, 4, 5, 2), _PLACES), _TWO),
    Row("MaxPool3D", (_VOLUME,), _CUBE, **_LINEAR),
    Row("MaxPool3D", (_VOLUME,), _CUBE_3, **_LINEAR),
    Row("MaxPool3DGrad", (_VOLUME, _VOLUME_MAX, _small(r(*_VOLUME_MAX.shape))), _CUBE, of=(2,),
        **_LINEAR),
    Row("MaxPool3DGradGrad", (_VOLUME, _VOLUME_MAX, _small(r(1, 3, 4, 5, 1))), _CUBE, of=(2,),
        **_LINEAR),
    Row("AvgPool", (r(1, 4, 5, 2),), _TWO),
    Row("AvgPool", (r(1, 5, 4, 1),), _THREE),
    Row("AvgPool", (r(1, 2, 3, 4),), _NCHW),
    Row("AvgPoolGrad", (i(1, 4, 5, 2), r(1, 2, 3, 2)), _TWO),
    Row("AvgPoolGrad", (i(1, 7, 6, 1), r(1, 3, 2, 1)), _window(2, 3, "SAME")),
    Row("FractionalMaxPool", (far(1, 5, 4, 1),), _SEEDED, outputs=(0,)),
    Row("FractionalAvgPool", (r(1, 5, 4, 1),), {**_SEEDED, "overlapping": True}, outputs=(0,)),
    Row("FractionalMaxPoolGrad", (far(1, 5, 4, 1), r(1, 3, 2, 1), r(1, 3, 2, 1), *_BOUNDS),
        of=(2,)),
    Row("FractionalAvgPoolGrad", (np.array([1, 5, 4, 1]), r(1, 3, 2, 1), *_BOUNDS)),
    Row("AvgPool3D", (r(1, 3, 4, 2, 1),), _CUBE),
    Row("AvgPool3D", (r(1, 3, 4, 5, 1),), _CUBE_3),
    Row("AvgPool3DGrad", (i(1, 3, 4, 2, 1), r(1, 2, 2, 1, 1)), _CUBE),
]  # fmt: skip

VOLUMES = "each of several largest elements gets the gradient, as on a CPU; tested in float32"

REMARKS = {
    "MaxPool": "to the first of the largest elements",
    "MaxPoolGrad": "with respect to the gradient; 0 to the arrays that say where the maxima are",
    "MaxPool3D": VOLUMES,
    "MaxPool3DGrad": VOLUMES,
    "MaxPool3DGradGrad": VOLUMES,
}

NONE = "TensorFlow has none"

DIFFERENCES = {
    "MaxPoolGrad": "TensorFlow has none with explicit padding",
    "MaxPoolGradGradV2": NONE,
    "MaxPoolGradWithArgmax": NONE,
    "FractionalAvgPoolGrad": NONE,
    "FractionalMaxPoolGrad": NONE,
    "MaxPoolGradGradWithArgmax": NONE,
}
