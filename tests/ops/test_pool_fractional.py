"""Pooling under random windows: values, gradients of higher order, seeds, shapes and errors.

Oracle: loops over windows in numpy, between the bounds that the op gives; the bounds themselves are
compared with TensorFlow's in ``golden/pool_fractional.json``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

X = np.random.default_rng(0).normal(size=(2, 7, 6, 2))
ROWS, COLS = np.array([0, 2, 3, 5, 7]), np.array([0, 1, 4, 6])
DY = np.random.default_rng(1).normal(size=(2, 4, 3, 2))
overlapping_or_not = pytest.mark.parametrize("overlapping", [False, True])


def windows(rows, cols, overlapping):
    for i in range(len(rows) - 1):
        for j in range(len(cols) - 1):
            bottom = min(rows[i + 1] + overlapping, rows[-1])
            right = min(cols[j + 1] + overlapping, cols[-1])
            yield (slice(None), i, j), (slice(None), slice(rows[i], bottom), slice(cols[j], right))


@overlapping_or_not
@pytest.mark.parametrize("pseudo_random", [False, True])
@pytest.mark.parametrize("kind", ["Max", "Avg"])
def test_value_agrees_with_numpy(kind, pseudo_random, overlapping):
    y, rows, cols = run_op(
        f"Fractional{kind}Pool", X, pooling_ratio=[1.0, 1.6, 1.9, 1.0], overlapping=overlapping,
        pseudo_random=pseudo_random,
    )  # fmt: skip
    assert (rows[0], rows[-1], cols[0], cols[-1]) == (0, 7, 0, 6)
    assert (len(rows), len(cols)) == (5, 4)
    assert set(np.diff(rows)) <= {1, 2}
    for o, inside in windows(rows, cols, overlapping):
        reduced = (np.max if kind == "Max" else np.mean)(X[inside], axis=(1, 2))
        np.testing.assert_allclose(y[o], reduced, rtol=1e-13)


@overlapping_or_not
def test_gradient_of_means_goes_there_and_back(overlapping):
    shape = np.array(X.shape, np.int64)
    with new_graph() as graph:
        dy = tf.constant(DY)
        dx = tf.raw_ops.FractionalAvgPoolGrad(
            orig_input_tensor_shape=shape, out_backprop=dy, row_pooling_sequence=ROWS,
            col_pooling_sequence=COLS, overlapping=overlapping,
        )  # fmt: skip
        back = tf.gradients(dx, dy, tf.constant(X))[0]
        with tf.Session(graph=graph) as session:
            found, transposed = session.run([dx, back])
    expected = np.zeros(X.shape)
    for o, inside in windows(ROWS, COLS, overlapping):
        area = X[inside].shape[1] * X[inside].shape[2]
        expected[inside] += DY[o][:, None, None] / area
        np.testing.assert_allclose(transposed[o], X[inside].mean((1, 2)), rtol=1e-12)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@overlapping_or_not
def test_gradient_of_maxima_goes_there_and_back(overlapping):
    x = np.round(X * 2)  # with ties: the first one wins
    w = np.random.default_rng(2).normal(size=X.shape)
    with new_graph() as graph:
        dy = tf.constant(DY)
        dx = tf.raw_ops.FractionalMaxPoolGrad(
            orig_input=x, orig_output=DY, out_backprop=dy, row_pooling_sequence=ROWS,
            col_pooling_sequence=COLS, overlapping=overlapping,
        )  # fmt: skip
        back = tf.gradients(dx, dy, tf.constant(w))[0]
        with tf.Session(graph=graph) as session:
            found, transposed = session.run([dx, back])
    expected = np.zeros(X.shape)
    for o, inside in windows(ROWS, COLS, overlapping):
        for n in range(2):
            for c in range(2):
                window = x[inside][n, :, :, c]
                place = np.unravel_index(window.argmax(), window.shape)
                index = n, inside[1].start + place[0], inside[2].start + place[1], c
                expected[index] += DY[n, o[1], o[2], c]
                assert transposed[n, o[1], o[2], c] == w[index]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_bounds_stay_or_change_as_asked():
    with new_graph() as graph:
        x = tf.zeros([1, 97, 2, 1])
        ratio = [1.0, 1.37, 1.0, 1.0]
        stays = tf.nn.fractional_max_pool(x, ratio, deterministic=True)[1]
        changes = tf.nn.fractional_max_pool(x, ratio)[1]
        with tf.Session(graph=graph) as session:
            found = [session.run([stays, changes]) for _ in range(2)]
    np.testing.assert_array_equal(found[0][0], found[1][0])
    assert (found[0][1] != found[1][1]).any()  # by chance equal: less often than once in 1e20


def test_a_nan_is_no_maximum():
    x = np.full((1, 2, 2, 2), np.nan, np.float32)
    x[0, 0, 1, 1] = -3
    y, _, _ = run_op("FractionalMaxPool", x, pooling_ratio=[1.0, 2.0, 2.0, 1.0])
    assert y.reshape(-1).tolist() == [np.finfo(np.float32).min, -3]


class _Node:
    def __init__(self, ratio):
        self.attrs = {"pooling_ratio": ratio}


@given(st.data())
@settings(deadline=None, max_examples=25)
def test_shape_rule_agrees_with_the_step(data):
    """Whatever dimensions are forgotten, the rule never contradicts the true shape."""
    shape = tuple(data.draw(st.lists(st.integers(1, 6), min_size=4, max_size=4)))
    most = [st.floats(1, n) for n in shape[1:3]]
    ratio = [1.0, data.draw(most[0]), data.draw(most[1]), 1.0]
    known = data.draw(forget_dims(shape))
    rule = OPS["FractionalMaxPool"].shape
    found = run_op("FractionalMaxPool", np.zeros(shape), pooling_ratio=ratio)
    for static, result in zip(rule(_Node(ratio), known), found, strict=True):
        assert is_compatible(static, result.shape)


def test_shapes_and_errors_while_building():
    with new_graph():
        x = tf.placeholder(tf.float32, [2, 5, None, 3])
        y, rows, _ = tf.nn.fractional_avg_pool(x, [1.0, 1.44, 1.73, 1.0])
        assert y.shape.as_list() == [2, 3, None, 3]
        assert tf.gradients(y, x)[0].shape.ndims == 4
        assert rows.dtype == tf.int64
        with pytest.raises(ValueError, match=r"pooling_ratio cannot be smaller than 1, got: 0\.5"):
            tf.nn.fractional_max_pool(x, [1.0, 0.5, 1.0, 1.0])
        with pytest.raises(ValueError, match="pooling_ratio field must specify 4 dimensions"):
            tf.nn.fractional_max_pool(x, [1.0, 1.0, 1.0, 1.0, 1.0])
        with pytest.raises(ValueError, match="Shape must be rank 4 but is rank 3"):
            tf.nn.fractional_max_pool(x[0], [1.0, 1.0, 1.0, 1.0])


def test_errors_of_a_run():
    x = np.zeros((2, 4, 4, 1))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Both seed and seed2 should be 0 if"):
        run_op("FractionalMaxPool", x, pooling_ratio=[1.0, 1.5, 1.5, 1.0], seed=3)
    with pytest.raises(tf.errors.UnimplementedError, match="not yet supported on the batch nor"):
        run_op("FractionalMaxPool", x, pooling_ratio=[2.0, 1.5, 1.5, 1.0])
