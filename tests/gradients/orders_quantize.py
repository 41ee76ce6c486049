"""Per op type of quantisation: where its derivatives are tested.

A staircase has no derivative; what passes is that of the line along its steps.  Differences over
many small steps give it.
"""

import numpy as np

from tests.gradients.rows import Row, n

INSIDE = np.array([[-1.7, 0.4, 1.1], [0.9, -0.6, 2.2]], np.float32)
ACROSS = np.array([[-7.7, 0.4, 1.1], [8.9, -9.6, 2.2]], np.float32)
DY = np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]], np.float32)
LOW, HIGH = np.float32(-5), np.float32(6)
LOWS, HIGHS = np.array([-5, -4, -6], np.float32), np.array([5, 6, 7], np.float32)
FINE = {"num_bits": 16}
WIDE = {"num_bits": 40}
DRAW = np.random.default_rng(2)
X = DRAW.normal(size=(2, 3))
A, B = np.float64(-1.2), np.float64(1.2)


def staircase(op_type, *args, **options):
    """16 bits are some 5000 steps per unit, differences of 0.2 over 1000 of them."""
    return Row(op_type, args, FINE, step=0.2, rtol=2e-3, **options)


def linear(op_type, *args):
    """In the gradient that comes in; computed in float32."""
    return Row(op_type, args, FINE, of=(0,), step=0.2, rtol=1e-4)


ROWS = [
    staircase("FakeQuantWithMinMaxArgs", INSIDE),
    staircase("FakeQuantWithMinMaxVars", ACROSS, LOW, HIGH),
    staircase("FakeQuantWithMinMaxVarsPerChannel", ACROSS, LOWS, HIGHS),
    linear("FakeQuantWithMinMaxArgsGradient", DY, ACROSS),
    linear("FakeQuantWithMinMaxVarsGradient", DY, ACROSS, LOW, HIGH),
    linear("FakeQuantWithMinMaxVarsPerChannelGradient", DY, ACROSS, LOWS, HIGHS),
    Row("QuantizeAndDequantize", (X,), WIDE),
    Row("QuantizeAndDequantizeV2", (X, A, B), WIDE, of=(0,)),
    Row("QuantizeAndDequantizeV3", (X, A, B, n(40)), {"range_given": False}, of=(0,)),
    Row("QuantizeAndDequantizeV4", (X, A, B), {**WIDE, "range_given": True}, of=(0,)),
    Row("QuantizeAndDequantizeV4Grad", (DRAW.normal(size=(2, 3)), X, A, B), of=(0,)),
]

_LINE = "of the line along the steps"
_PASSES = "`dy` passes also where the argument is cut, as in TensorFlow"
_ONLY_DY = "with respect to `gradients` only: constant in the others"

REMARKS = {
    "FakeQuantWithMinMaxArgs": _LINE,
    "FakeQuantWithMinMaxVars": _LINE,
    "FakeQuantWithMinMaxVarsPerChannel": _LINE,
    "FakeQuantWithMinMaxArgsGradient": _ONLY_DY,
    "FakeQuantWithMinMaxVarsGradient": _ONLY_DY,
    "FakeQuantWithMinMaxVarsPerChannelGradient": _ONLY_DY,
    "QuantizeAndDequantize": f"{_LINE}; {_PASSES}",
    "QuantizeAndDequantizeV2": f"{_LINE}; {_PASSES}; none of the limits",
    "QuantizeAndDequantizeV3": f"{_LINE}; {_PASSES}; none of the limits",
    "QuantizeAndDequantizeV4": f"{_LINE}; zeros of the limits, as in TensorFlow",
    "QuantizeAndDequantizeV4Grad": _ONLY_DY,
}

DIFFERENCES = {
    "FakeQuantWithMinMaxArgsGradient": "TensorFlow has none",
    "FakeQuantWithMinMaxVarsGradient": "TensorFlow has none",
    "FakeQuantWithMinMaxVarsPerChannelGradient": "TensorFlow has none",
    "QuantizeAndDequantizeV4Grad": "TensorFlow's fails",
}
