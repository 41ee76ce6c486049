"""Elements moved around along axes.  Oracle: numpy; graphs are in ``golden/fft.json``."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.graph import new_graph

X = np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("shift", "axis"), [(1, 0), (-7, 2), ([1, 2], [0, 1]), ([1, 1], [2, 2]), (0, -1), ([], [])]
)
def test_rolls_as_numpy_does(shift, axis):
    axes = np.atleast_1d(np.array(axis, np.int32))
    expected = X
    for s, a in zip(np.atleast_1d(np.array(shift, np.int64)), axes, strict=True):
        expected = np.roll(expected, s, a)
    arrays = np.array(shift, np.int64), np.array(axis, np.int32)
    np.testing.assert_array_equal(run_op("Roll", X, *arrays), expected)
    with new_graph() as graph:  # with a shift that only the run knows
        s = tf.placeholder(tf.int64)
        y = tf.roll(tf.constant(X), s + tf.cast(tf.random.uniform([], seed=1), tf.int64), arrays[1])
        found = tf.Session(graph=graph).run(y, {s: arrays[0]})
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("x", "shift", "axis", "message"),
    [
        (X, 1, 5, "axis 5 is out of range"),
        (X, [1, 2], [0], "shift and axis must have the same size"),
        (X, [[1]], [0], r"shift must be a scalar or a 1-D vector. Found: \[1,1\]"),
        (X, 1, [[0]], r"axis must be a scalar or a 1-D vector. Found: \[1,1\]"),
        (np.float64(3), 1, 0, "input must be 1-D or higher"),
    ],
)
def test_error_of_a_run(x, shift, axis, message):
    with new_graph() as graph:
        args = [tf.placeholder(tf.float64), tf.placeholder(tf.int32), tf.placeholder(tf.int32)]
        y = tf.roll(*args)
        with (
            tf.Session(graph=graph) as session,
            pytest.raises(tf.errors.InvalidArgumentError, match=message),
        ):
            session.run(y, dict(zip(args, (x, shift, axis), strict=True)))


@pytest.mark.parametrize(
    ("shift", "axis", "message"),
    [
        ([1, 2], [0], "Dimension 0 in both shapes must be equal, but are 2 and 1"),
        ([[1]], [0], "Shape must be at most rank 1 but is rank 2"),
        ([1], 0, "Shapes must be equal rank, but are 1 and 0"),
    ],
)
def test_error_while_building(shift, axis, message):
    with new_graph(), pytest.raises(ValueError, match=message):
        tf.roll(tf.constant(X), shift, axis)


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_shape_is_that_of_the_input(data):
    shape = tuple(data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=3)))
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, data.draw(forget_dims(shape)))
        y = tf.roll(x, 1, -1)
        found = tf.Session(graph=graph).run(y, {x: np.ones(shape)})
    assert is_compatible(y.dims, found.shape)
