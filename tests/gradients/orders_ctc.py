"""The loss of connectionist temporal classification: where its derivative is tested."""

import numpy as np

from tests.gradients.rows import Row, i, r

_PLACES = np.array([[0, 0], [0, 1], [1, 0]])
_WHY = "the second raises `LookupError`, as in TensorFlow"
_OPTIONS = {"of": (0,), "outputs": (0,), "order": 1, "why": _WHY}

ROWS = [
    Row("CTCLoss", (r(4, 2, 3), _PLACES, i(0, 1, 1), i(4, 3)), **_OPTIONS),
    Row(
        "CTCLossV2",
        (r(4, 2, 3).astype(np.float32), _PLACES, i(1, 2, 1), i(4, 3)),
        step=0.1,
        rtol=1e-3,
        **_OPTIONS,
    ),
]

REMARKS = {"CTCLossV2": "tested in float32"}

DIFFERENCES: dict[str, str] = {}
