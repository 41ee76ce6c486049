"""Per op type of normalisation: where its derivatives are tested."""

import numpy as np

from tests.gradients.rows import Row, p, r


def _f(x) -> np.ndarray:
    return np.asarray(x, np.float32)


# Computed in float32 alone: differences are exact to some 1e-6 / step of the values, and their
# error by the fifth derivative is below that with a step of 0.1.
_FLOAT = {"step": 0.1, "rtol": 4e-3}

_X, _EMPTY = _f(r(2, 1, 3, 2)), _f(np.zeros(0))
_VECTORS = (_f(p(2)), _f(r(2)))
_STATISTICS = (_f([0.2, -0.1]), _f([1.5, 0.8]))
_TRAINING = {"epsilon": 0.5}
_INFERENCE = {"epsilon": 0.5, "is_training": False}
_NCHW = {"epsilon": 0.5, "data_format": "NCHW"}
HELD = "the third holds the mean constant in the variance and is wrong, as in TensorFlow"
_FIRST = {"of": (0, 1, 2), "outputs": (0,), **_FLOAT}
_SECOND = {"order": 2, "why": HELD}
_GRADS = {"outputs": (0, 1, 2), **_FLOAT}
# The gradient kernel gets the statistics, whose dependence on x is part of its derivative: with
# respect to x in training it is tested as a higher derivative of the forward op.
_GIVEN = (_f(r(2, 1, 3, 2)), _X, _f(p(2)), *_STATISTICS)


def _of_version(version: str, more: tuple = ()) -> list[Row]:
    forward, back = f"FusedBatchNorm{version}", f"FusedBatchNormGrad{version}"
    own = (_f(_X.mean((0, 1, 2))), _f(_X.var((0, 1, 2))))
    return [
        Row(forward, (_X, *_VECTORS, _EMPTY, _EMPTY), _TRAINING, **_FIRST, **_SECOND),
        Row(forward, (_X, *_VECTORS, *_STATISTICS), _INFERENCE, **_FIRST),
        Row(back, (*_GIVEN[:3], *own, *more), _TRAINING, of=(0, 2), **_GRADS),
        Row(back, (*_GIVEN, *more), _INFERENCE, of=(0, 1, 2), **_GRADS),
    ]


ROWS = [
    *_of_version(""),
    *_of_version("V2"),
    *_of_version("V3", (np.float32(0),)),
    Row(
        "FusedBatchNormV3",
        (_f(r(2, 2, 2, 1)), *_VECTORS, _EMPTY, _EMPTY),
        _NCHW,
        **_FIRST,
        **_SECOND,
    ),
    Row("LRN", (_f(r(1, 1, 2, 4)),), {"depth_radius": 1, "bias": 2.0}, **_FLOAT),
    Row("LRN", (_f(r(1, 1, 1, 3)),), {"alpha": 0.5, "beta": 0.75}, **_FLOAT),
    Row(
        "LRNGrad",
        (_f(r(1, 1, 1, 3)), _f(r(1, 1, 1, 3)), _f(r(1, 1, 1, 3))),
        {"depth_radius": 1, "bias": 2.0},
        **_FLOAT,
    ),
]

SIMPLER = "tested in float32; from the second order on made of simpler operations"
THROUGH_Y = f"of `y` alone; {SIMPLER}"

REMARKS = {
    "FusedBatchNorm": THROUGH_Y,
    "FusedBatchNormV2": THROUGH_Y,
    "FusedBatchNormV3": THROUGH_Y,
    "FusedBatchNormGrad": SIMPLER,
    "FusedBatchNormGradV2": SIMPLER,
    "FusedBatchNormGradV3": SIMPLER,
    "LRN": SIMPLER,
    "LRNGrad": SIMPLER,
}

DIFFERENCES = {"LRNGrad": "TensorFlow has none"}
