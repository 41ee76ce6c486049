"""Nodes that hand a value on, and what they refuse.

Graphs and values from TensorFlow are compared in ``test_golden.py``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import run_gradient, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

X = np.array([[1.0, 2.0], [3.0, np.nan]])
PASSED_ON = ["Identity", "StopGradient", "PreventGradient", "Snapshot"]


@pytest.mark.parametrize("op_type", PASSED_ON)
@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.complex64])
def test_value_is_passed_on(op_type, dtype):
    x = X[:1].astype(dtype)
    found = run_op(op_type, x)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, x)


@pytest.mark.parametrize("op_type", PASSED_ON)
def test_shape_is_passed_on(op_type):
    with new_graph():
        assert add_op(op_type, tf.placeholder(tf.float32, [None, 2])).dims == (None, 2)
        assert add_op(op_type, tf.placeholder(tf.float32, None)).dims is None


@pytest.mark.parametrize("op_type", ["Identity", "EnsureShape"])
def test_gradient_is_passed_on(op_type):
    attrs = {"shape": [2, 2]} if op_type == "EnsureShape" else {}
    np.testing.assert_array_equal(run_gradient(op_type, X, weights=X[::-1], **attrs), X[::-1])


def test_no_gradient_passes_through_stop_gradient():
    assert run_gradient("StopGradient", X) is None


def test_gradient_that_is_prevented_says_why():
    with pytest.raises(LookupError, match=r"explicitly disabled\. Reason: .*not today"):
        run_gradient("PreventGradient", X, message="not today")


def test_ensured_shape_is_static_and_checked_when_it_runs():
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, None)
        y = tf.ensure_shape(x, [None, 2])
        assert y.dims == (None, 2)
        with tf.Session(graph=graph) as session:
            assert session.run(y, {x: np.zeros((3, 2))}).shape == (3, 2)
            with pytest.raises(tf.errors.InvalidArgumentError, match="is not compatible"):
                session.run(y, {x: np.zeros((3, 3))})
