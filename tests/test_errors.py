"""Wrong programs: the class of the error and its first line are TensorFlow's.

The programs are in ``golden/error_cases.py``, what TensorFlow said to them in ``golden/errors.json``.
"""

import json
from pathlib import Path

import pytest

import tfgrad as tf
from tests.golden import error_cases

RECORDED = json.loads((Path(__file__).parent / "golden" / "errors.json").read_text())["errors"]


@pytest.mark.parametrize(("name", "case"), error_cases.cases().items())
def test_error_is_tensorflows(name, case):
    expected = dict(RECORDED[name])
    if name in error_cases.WRONG_IN_TF221:
        expected = expected["tf115"]
    if name in error_cases.FOREIGN_MESSAGES or expected["class"] == "ok":
        expected.pop("message", None)
    found = error_cases.outcome(tf, case)
    tf.reset_default_graph()
    assert error_cases.disagreement(expected, found) == ""
