"""Counting: values, types, errors, shape rules.

Oracles: `numpy.bincount`, and a loop over the bins.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

X = np.array([3, 0, 3, 1, 7], np.int32)


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("op_type", ["Bincount", "DenseBincount"])
def test_counts_and_sums_agree_with_numpy(op_type, dtype):
    none = np.zeros(0, dtype)
    np.testing.assert_array_equal(
        run_op(op_type, X, np.int32(5), none), np.bincount(X, minlength=5)[:5]
    )
    weights = np.arange(5).astype(dtype)
    found = run_op(op_type, X, np.int32(5), weights)
    np.testing.assert_array_equal(found, np.bincount(X, weights, minlength=5)[:5])
    assert found.dtype == dtype


def test_rows_are_counted_apart_and_may_be_told_by_presence():
    rows = np.stack([X, X[::-1] // 3])
    none = np.zeros(0, np.float32)
    expected = [np.bincount(r, minlength=4)[:4] for r in rows]
    found = run_op("DenseBincount", rows, np.int32(4), none)
    np.testing.assert_array_equal(found, expected)
    found = run_op("DenseBincount", rows, np.int32(4), none, binary_output=True)
    np.testing.assert_array_equal(found, np.array(expected) > 0)
    found = run_op("DenseBincount", np.zeros((2, 0), np.int32), np.int32(3), none)
    np.testing.assert_array_equal(found, np.zeros((2, 3)))


@pytest.mark.parametrize("dtype", [np.int32, np.float32, np.float64])
def test_bins_of_equal_width(dtype):
    v = np.array([-3, 0, 1, 2, 3, 4, 5, 6, 7, 30]).astype(dtype)
    width = 7 / 3
    expected = [np.sum(np.clip(v // width, 0, 2) == k) for k in range(3)]
    found = run_op("HistogramFixedWidth", v, np.array([0, 7], dtype), np.int32(3))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("fed", [False, True])
@pytest.mark.parametrize(
    ("build", "x", "message"),
    [
        (lambda x: tf.bincount(x, maxlength=9), [1, -2], "Input arr must be non-negative!"),
        (
            lambda x: add_op("DenseBincount", x, 3, tf.constant([], tf.float32)),
            [[1, -2]],
            "Input 'in' must be non-negative! Negative input value found: -2",
        ),
        (
            lambda x: tf.histogram_fixed_width(tf.cast(x, tf.float32) * np.nan, [0.0, 1.0]),
            [1],
            "Histogram values must not contain NaN",
        ),
        (
            lambda x: tf.histogram_fixed_width([1], x),
            [5, 5],
            r"value_range should satisfy value_range\[0\] < value_range\[1\], but got '\[5, 5\]'",
        ),
    ],
)
def test_wrong_values_raise_when_run(build, x, message, fed):
    with new_graph() as graph:
        given_x = tf.placeholder(tf.int32, np.shape(x)) if fed else tf.constant(x)
        y = build(given_x)
        with (
            tf.Session(graph=graph) as session,
            pytest.raises(tf.errors.InvalidArgumentError, match=message),
        ):
            session.run(y, {given_x: x} if fed else None)


@pytest.mark.parametrize(
    ("op_type", "x", "size", "result"),
    [
        ("Bincount", None, None, (None,)), ("Bincount", (2, 3), 5, (5,)),
        ("DenseBincount", None, 5, None), ("DenseBincount", (None, 3), 5, (None, 5)),
        ("DenseBincount", (None,), None, (None,)), ("DenseBincount", (2, 3), None, (None, None)),
        ("DenseBincount", (), None, ()), ("DenseBincount", (), 5, (5,)),
        ("DenseBincount", (2, 3, 4), 5, "Shape must be at most rank 2 but is rank 3"),
        ("DenseBincount", (2,), -1, r"size \(-1\) must be non-negative"),
        ("Bincount", (2,), [5], "Shape must be rank 0 but is rank 1"),
    ],
)  # fmt: skip
def test_shape_rule_is_that_of_tensorflow(op_type, x, size, result):
    with new_graph():
        x = tf.placeholder(tf.int32, x)
        size = tf.placeholder(tf.int32, []) if size is None else size
        if isinstance(result, str):
            with pytest.raises(ValueError, match=result):
                add_op(op_type, x, size, tf.constant([], tf.float32))
        else:
            assert add_op(op_type, x, size, tf.constant([], tf.float32)).dims == result


def test_bins_must_be_some_and_the_range_two_numbers():
    with new_graph():
        with pytest.raises(ValueError, match="Requires nbins > 0: 0"):
            tf.histogram_fixed_width([1.0], [0.0, 1.0], nbins=0)
        with pytest.raises(ValueError, match="Dimension must be 2 but is 3"):
            tf.histogram_fixed_width([1.0], [0.0, 1.0, 2.0])
        assert tf.histogram_fixed_width([1.0], [0.0, 1.0]).dims == (100,)


@settings(deadline=None, max_examples=40)
@given(data=st.data(), op_type=st.sampled_from(["Bincount", "DenseBincount"]))
def test_shape_rule_agrees_with_lowering(op_type, data):
    """Whatever dimensions are forgotten, the rule never contradicts what is computed."""
    shape = tuple(data.draw(st.lists(st.integers(0, 3), max_size=2)))
    if op_type == "DenseBincount" and shape == ():
        return  # of a scalar, TensorFlow's rule contradicts its kernel where the size is unknown
    known = data.draw(forget_dims(shape))
    fed = data.draw(st.booleans())
    with new_graph() as graph:
        x, size = tf.placeholder(tf.int32, known), tf.placeholder(tf.int32, [])
        y = add_op(op_type, x, size if fed else 3, tf.constant([], tf.float32))
        with tf.Session(graph=graph) as session:
            found = session.run(y, {x: np.zeros(shape, np.int32), size: 3})
    assert is_compatible(y.dims, found.shape)
