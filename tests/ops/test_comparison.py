"""Comparisons and logical ops: values against numpy, shapes, and that nothing is differentiated."""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import run_op
from tfgrad._src.gradients.registry import GRADIENTS
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

INF, NAN = np.inf, np.nan
COMPARISONS = {
    "Equal": np.equal,
    "NotEqual": np.not_equal,
    "Less": np.less,
    "LessEqual": np.less_equal,
    "Greater": np.greater,
    "GreaterEqual": np.greater_equal,
}
LOGICAL = {"LogicalAnd": np.logical_and, "LogicalOr": np.logical_or}


@pytest.mark.parametrize("op_type", COMPARISONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.uint8, np.float16])
def test_comparison_agrees_with_numpy(op_type, dtype):
    x, y = np.array([[1], [2], [3]], dtype), np.array([1, 2, 3, 200], dtype)
    np.testing.assert_array_equal(run_op(op_type, x, y), COMPARISONS[op_type](x, y))


@pytest.mark.parametrize("op_type", COMPARISONS)
def test_comparison_with_nan_is_false_but_for_not_equal(op_type):
    found = run_op(op_type, np.array([NAN, NAN, INF]), np.array([NAN, 1.0, INF]))
    assert found[:2].tolist() == [op_type == "NotEqual"] * 2


@pytest.mark.parametrize("op_type", LOGICAL)
def test_logical_op_agrees_with_numpy(op_type):
    x, y = np.array([[True], [False]]), np.array([True, False])
    np.testing.assert_array_equal(run_op(op_type, x, y), LOGICAL[op_type](x, y))


def test_equality_of_other_types():
    assert run_op("Equal", np.array([1 + 1j, 2]), np.array([1 + 1j, 2j])).tolist() == [True, False]
    assert run_op("NotEqual", np.array([True, False]), np.array(True)).tolist() == [False, True]
    strings = np.array([b"a", b"b"], object)
    assert run_op("Equal", strings, np.array([b"a", b"c"], object)).tolist() == [True, False]


def test_approximately_equal_excludes_the_tolerance_and_infinities():
    x = np.array([1.0, 1.0, NAN, INF], np.float32)
    y = np.array([1.000005, 1.00002, NAN, INF], np.float32)
    assert run_op("ApproximateEqual", x, y).tolist() == [True, False, False, False]
    assert run_op("ApproximateEqual", np.array([1.0]), np.array([1.5]), tolerance=0.5).tolist() == [
        False
    ]


def test_shapes_that_do_not_fit_may_make_one_answer():
    x, y = np.ones(2), np.ones(3)
    assert not run_op("Equal", x, y, incompatible_shape_error=False)
    assert run_op("NotEqual", x, y, incompatible_shape_error=False)
    with new_graph():
        p, q = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [3])
        assert add_op("Equal", p, q).shape.as_list() == [3]
        assert add_op("Equal", p, q, incompatible_shape_error=False).shape.ndims is None


def test_nothing_is_differentiable():
    for op_type in (*COMPARISONS, *LOGICAL, "ApproximateEqual"):
        assert GRADIENTS[op_type] is None
