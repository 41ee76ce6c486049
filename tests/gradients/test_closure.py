"""Gradients of gradients: the nodes that a gradient adds have gradients themselves.

The nodes are those of TensorFlow, in the recordings in ``tests/golden``.  What has none there is
listed with its reason.
"""

import json
from pathlib import Path

import pytest

import tfgrad  # noqa: F401 - registers all families
from tfgrad._src.gradients.registry import GRADIENTS
from tfgrad._src.graph.registry import OPS

GOLDEN = Path(__file__).parents[1] / "golden"

# Op types that gradients add, and that have neither a gradient nor a declaration that none flows.
# TensorFlow raises LookupError when it meets them, and so does tfgrad.
WITHOUT = {
    "RandomGammaGrad": "the second derivative of a sample by its parameter",
    "BlockLSTMGrad": "the second derivative of a whole LSTM in one op",
    "IgammaGradA": "the second derivative of the incomplete gamma function by its parameter",
    "BroadcastArgs": "takes whole numbers, to which no gradient flows",
    "ListDiff": "takes whole numbers, to which no gradient flows",
    "Where": "gives whole numbers, from which no gradient comes",
}


def gradient_nodes() -> dict[str, set[str]]:
    """Per op type with a gradient, the op types of the nodes that it adds."""
    found: dict[str, set[str]] = {}
    for path in sorted(GOLDEN.glob("*.json")):
        recorded = json.loads(path.read_text())
        if path.stem == "op_defs" or not isinstance(recorded, dict):
            continue
        for case in recorded.values():
            nodes = case.get("nodes") if isinstance(case, dict) else None
            types = {node[0]: node[1] for node in nodes or ()}
            for name, op_type in types.items():
                # gradients/layer/MatMul_grad/MatMul_1 is a node of the gradient of layer/MatMul
                scope, found_it, _ = name.rpartition("_grad/")
                forward = scope.partition("/")[2]
                while found_it and forward and forward not in types:
                    forward = forward.partition("/")[2]
                if found_it and forward:
                    found.setdefault(types[forward], set()).add(op_type)
    return found


NODES = gradient_nodes()


def test_the_recordings_are_read():
    assert len(NODES) > 100
    assert {"TanhGrad"} <= NODES["Tanh"]
    assert {"MatMul"} <= NODES["MatMul"]


@pytest.mark.parametrize("op_type", sorted(set().union(*NODES.values())))
def test_nodes_of_gradients_have_gradients(op_type):
    takes_something = bool(OPS[op_type].inputs) and bool(OPS[op_type].outputs)
    if op_type in WITHOUT:
        assert op_type not in GRADIENTS
    elif takes_something:
        assert op_type in GRADIENTS, (
            f"in the gradients of {[t for t in NODES if op_type in NODES[t]]}"
        )


def test_exceptions_occur():
    assert set(WITHOUT) <= set().union(*NODES.values())
