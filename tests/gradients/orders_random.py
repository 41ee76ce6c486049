"""Per op type of random numbers with parameters: why its derivative has a test of its own."""

import numpy as np

from tests.gradients.rows import Row, i, p

_WHY = (
    "with respect to `alpha`, along each number's place of the distribution function: not the "
    "derivative of the numbers that a seed gives, which jump; compared with SciPy's inverse of it"
)
_BOUNDS = (
    "with respect to the four parameters, along each number's place of the distribution function, "
    "the bounds moving with the mean and the deviation, as in TensorFlow; compared with SciPy's "
    "inverse of it, also of second order"
)
_KEY = np.array([5], np.uint64), np.array([0, 7], np.uint64), np.array(1, np.int32)

ROWS = [
    Row("RandomGamma", (i(3), p(2)), order=0, why=_WHY),
    Row("StatelessRandomGammaV2", (i(3, 2), i(1, 2), p(2)), order=0, why=_WHY),
    Row(
        "StatelessParameterizedTruncatedNormal",
        (i(3, 2), i(1, 2), p(2), p(2), -p(2), 2 + p(2)),
        order=0,
        why=_BOUNDS,
    ),
    Row("StatelessRandomGammaV3", (i(3, 2), *_KEY, p(2)), order=0, why=_WHY),
]

REMARKS = {
    **dict.fromkeys(
        ("RandomGamma", "StatelessRandomGammaV2", "StatelessRandomGammaV3"),
        "no second derivative, as in TensorFlow",
    ),
    "StatelessParameterizedTruncatedNormal": (
        "of the mean and the deviation: the bounds move along, as in TensorFlow"
    ),
}

DIFFERENCES: dict[str, str] = {}
