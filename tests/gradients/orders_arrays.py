"""Rows of different lengths or in order, copies, and cells: where their derivatives are tested."""

import numpy as np

from tests.gradients.rows import Row, far, i, n, r

_EQUAL = "elements that are equal to the chosen one share it"

_CELL = "the second raises `LookupError`, as in TensorFlow"
_WRITTEN = {"order": 1, "why": _CELL, "step": 0.1, "rtol": 2e-3}  # computed in float32


def _small(*shape: int) -> np.ndarray:
    return (r(*shape) * 0.5).astype(np.float32)


_LSTM = (_small(2, 2), _small(2, 2), _small(5, 8), _small(2), _small(2), _small(2), _small(8))
_PEEPS = {"use_peephole": True, "cell_clip": 0.0}

ROWS = [
    Row("BlockLSTM", (np.array(3), _small(3, 2, 3), *_LSTM), _PEEPS, outputs=(1, 6), **_WRITTEN),
    Row("BlockLSTMV2", (np.array(3), _small(3, 2, 3), *_LSTM), _PEEPS, outputs=(1, 6), **_WRITTEN),
    Row("LSTMBlockCell", (_small(2, 3), *_LSTM), _PEEPS, outputs=(1, 6), **_WRITTEN),
    Row(
        "GRUBlockCell",
        (_small(2, 3), _small(2, 2), _small(5, 4), _small(5, 2), _small(4), _small(2)),
        outputs=(3,),
        **_WRITTEN,
    ),
    Row("ReverseSequence", (r(2, 3), i(2, 3)), {"seq_dim": 1}),
    Row("Reverse", (r(2, 3), np.array([True, False]))),
    Row("NthElement", (far(2, 4), n(1))),
    Row("TopK", (far(2, 4),), {"k": 2}, outputs=(0,)),
    Row("ScatterNdNonAliasingAdd", (r(3, 2), np.array([[0], [2]]), r(2, 2))),
    Row("TensorStridedSliceUpdate", (r(3, 4), i(0, 1), i(2, 3), i(1, 1), r(2))),
    Row("CheckNumericsV2", (r(3),), {"message": "words"}),
]

_FLOAT = "tested in float32; only the state and the output have a gradient"
REMARKS = {
    "NthElement": _EQUAL,
    "BlockLSTM": _FLOAT,
    "BlockLSTMV2": _FLOAT,
    "LSTMBlockCell": _FLOAT,
    "GRUBlockCell": "tested in float32; only the last output has a gradient",
}

DIFFERENCES = {
    "BlockLSTMV2": "TensorFlow takes its gates in the order of the first version",
    "LSTMBlockCell": "TensorFlow 2 has none",
    "GRUBlockCell": "TensorFlow 2 has none",
}
