"""Every recorded case: the graph node for node, and the values, against TensorFlow.

The cases are in ``golden/cases_FAMILY.py``, the recordings beside them (see ``golden/record.py``).
"""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest

import tfgrad as tf
from tests.golden import form

HERE = Path(__file__).parent / "golden"
FAMILIES = sorted(p.stem.removeprefix("cases_") for p in HERE.glob("cases_*.py"))

# Both sides compute in the tensor's own precision with different libraries: a few units in the last
# place per operation, some ten operations deep.
TOLERANCE = {
    "float16": 4e-3, "bfloat16": 3e-2, "float32": 1e-5, "float64": 1e-10, "complex64": 1e-5,
    "complex128": 1e-10,
}  # fmt: skip


def all_cases():
    for family in FAMILIES:
        cases = importlib.import_module(f"tests.golden.cases_{family}").CASES
        for name, build in cases.items():
            yield pytest.param(family, name, build, id=f"{family}-{name}")


RECORDED: dict = {}


def recorded(family: str) -> dict:
    if family not in RECORDED:
        RECORDED[family] = json.loads((HERE / f"{family}.json").read_text())
    return RECORDED[family]


@pytest.mark.parametrize(("family", "name", "build"), list(all_cases()))
def test_graph_and_values_are_those_of_tensorflow(family, name, build):
    expected = recorded(family)[name]
    found = json.loads(json.dumps(form.record(tf, build)))
    assert found["nodes"] == expected["nodes"]
    assert found["names"] == expected["names"]
    assert found.get("error") == expected.get("error")
    for key, wanted in expected.get("values", {}).items():
        got = found["values"][key]
        assert (got["dtype"], got["shape"]) == (wanted["dtype"], wanted["shape"]), key
        a, b = form.values(got), form.values(wanted)
        if wanted["dtype"] == "string":
            assert a.tolist() == b.tolist(), key
            continue
        tolerance = TOLERANCE.get(wanted["dtype"], 0.0)
        # The tolerance is relative to the largest element: sums of many terms cancel.
        scale = np.max(np.abs(b[np.isfinite(b)]), initial=0.0)
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * scale, err_msg=key)
