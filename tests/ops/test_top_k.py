"""The largest elements: values, order of equal ones, derivatives, shape rules.

Oracle: numpy's stable sort; the graphs are compared in ``golden/loss.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import run_op
from tfgrad._src.graph.graph import new_graph


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.uint8, np.float16])
def test_values_and_indices_agree_with_a_stable_sort(dtype):
    x = np.random.default_rng(0).integers(0, 9, (3, 20)).astype(dtype)  # with many ties
    values, indices = run_op("TopKV2", x, np.int32(7))
    order = np.argsort(-x.astype(np.float64), axis=1, kind="stable")[:, :7]
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_array_equal(values, np.take_along_axis(x, order, 1))
    assert values.dtype == dtype
    assert indices.dtype == np.int32


def test_gradient_goes_to_the_chosen_places():
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, [2, 4])
        values, _ = tf.nn.top_k(x, 2)
        (g,) = tf.gradients(values, x, tf.constant([[1.0, 2.0], [3.0, 4.0]]))
        with tf.Session(graph=graph) as session:
            found = session.run(g, {x: [[1, 5, 3, 2], [9, 9, 0, 9]]})
    np.testing.assert_array_equal(found, [[0, 1, 2, 0], [3, 4, 0, 0]])


@pytest.mark.parametrize(
    ("shape", "k", "result"),
    [
        ((2, 3), 2, (2, 2)), ((None, None), 2, (None, 2)),
        (None, 2, None), ((2, 3), None, (2, None)),
        ((), 1, "Shape must be at least rank 1 but is rank 0"),
        ((2, 3), 4, "input must have last dimension >= k = 4 but is 3"),
        ((2, 3), -1, "Dimension size, given by scalar input 1, must be non-negative but is -1"),
    ],
)  # fmt: skip
def test_shape_rule_is_that_of_tensorflow(shape, k, result):
    with new_graph():
        x = tf.placeholder(tf.float32, shape)
        k = tf.placeholder(tf.int32, []) if k is None else k
        if isinstance(result, str):
            with pytest.raises(ValueError, match=result):
                tf.nn.top_k(x, k)
        else:
            values, indices = tf.nn.top_k(x, k)
            assert values.dims == indices.dims == result


def test_too_many_asked_for_in_a_run():
    with new_graph() as graph:
        k = tf.placeholder(tf.int32, [])
        values = tf.nn.top_k(tf.constant([1.0, 2.0]), k).values
        with tf.Session(graph=graph) as session:
            np.testing.assert_array_equal(session.run(values, {k: 1}), [2.0])
            with pytest.raises(tf.errors.InvalidArgumentError, match="Had 2, needed 3"):
                session.run(values, {k: 3})


def test_target_with_ties_counts_as_among_the_best():
    p = np.array([[1, 3, 2], [1, 2, 2], [1, np.inf, 2], [1, 1, 1]], np.float32)
    found = run_op("InTopKV2", p, np.array([1, 2, 0, 0], np.int32), np.int32(1))
    np.testing.assert_array_equal(found, [True, True, False, True])
    found = run_op("InTopK", p, np.array([1, 2, 0, 0], np.int32), k=1)
    np.testing.assert_array_equal(found, [True, True, False, True])
    found = run_op("InTopKV2", p, np.array([3, -1, 0, 0]), np.int64(1))
    np.testing.assert_array_equal(found, [False, False, False, True])
