"""The README's first command: the digits program trains and shows its gradient nodes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn")
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def printed() -> str:
    command = [sys.executable, "-m", "tfgrad", "notebooks/digits_tf1.py"]
    # It takes 5 s; the limit is for a machine that does much else.
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_gradient_nodes_are_printed(printed):
    nodes = re.findall(r"^  (\w+) +(gradients/\S+)$", printed, re.MULTILINE)
    assert f"tf.gradients added {len(nodes)} nodes:" in printed
    types = [op_type for op_type, _ in nodes]
    assert types.count("ReluGrad") == 1
    # One product for the weights of each layer, one to pass on to the layer below.
    assert [n for t, n in nodes if t == "MatMul"] == [
        "gradients/output/MatMul_grad/MatMul",
        "gradients/output/MatMul_grad/MatMul_1",
        "gradients/hidden/MatMul_grad/MatMul",
        "gradients/hidden/MatMul_grad/MatMul_1",
    ]


def test_there_is_a_line_for_each_epoch(printed):
    rows = re.findall(r"^ +(\d+) +([\d.]+) +([\d.]+) +([\d.]+)% +([\d.]+)$", printed, re.MULTILINE)
    assert [int(row[0]) for row in rows] == list(range(1, 26))
    assert float(rows[-1][1]) < float(rows[0][1]) / 10  # the loss


def test_the_classifier_is_right_more_often_than_96_percent(printed):
    (accuracy,) = re.findall(r"final test accuracy: ([\d.]+)%", printed)
    assert float(accuracy) > 96
