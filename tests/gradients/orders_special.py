"""Per op type of Bessel functions and special integrals: where its derivatives are tested."""

import numpy as np

from tests.gradients.rows import Row, p, r

BESSEL = ("I0", "I0e", "I1", "I1e", "J0", "J1", "K0", "K0e", "K1", "K1e", "Y0", "Y1")
INTEGRALS = ("Dawsn", "Expint", "FresnelCos", "FresnelSin", "Spence")

ROWS = [
    *[Row(f"Bessel{name}", (p(4) + 0.2,)) for name in BESSEL],
    *[Row(name, (p(4),)) for name in INTEGRALS if name != "Spence"],
    Row("Spence", (np.array([0.4, 0.7, 1.4, 2.5]),)),
    Row("NextAfter", (r(2, 1), r(3)), order=1, why="moves with `x1`"),
]

REMARKS = {
    "BesselI1": "`nan` at 0 from the second on, as in TensorFlow",
    "BesselI1e": "`nan` at 0 from the second on, as in TensorFlow",
    "BesselJ1": "`nan` at 0 from the second on, as in TensorFlow",
    "Spence": "`nan` at 1 from the second on, as in TensorFlow",
}

DIFFERENCES = {"BesselI1": "1/2 at 0; TensorFlow has 1"}
