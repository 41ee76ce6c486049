"""Moments, normalisation, dropout: what the composed functions compute.

Oracle: numpy in float64.  The graphs are compared in ``golden/norm.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph

X = np.random.default_rng(0).normal(size=(4, 5)) + 2


def evaluate(build, feeds=None):
    with new_graph() as graph:
        fetches = build()
        with tf.Session(graph=graph) as session:
            return session.run(fetches, feeds)


@pytest.mark.parametrize("axes", [[0], [1], [0, 1], [-1]])
def test_moments_agree_with_numpy(axes):
    mean, variance = evaluate(lambda: tf.nn.moments(tf.constant(X), axes))
    np.testing.assert_allclose(mean, X.mean(tuple(axes)), rtol=1e-14)
    np.testing.assert_allclose(variance, X.var(tuple(axes)), rtol=1e-13)


def test_three_ways_to_the_moments_agree():
    x = tf.constant
    a = evaluate(lambda: tf.nn.moments(x(X), [0]))
    b = evaluate(lambda: tf.nn.weighted_moments(x(X), [0], np.full((4, 1), 2.5)))
    c = evaluate(
        lambda: tf.nn.normalize_moments(
            *tf.nn.sufficient_statistics(x(X), [0], shift=x(2.0, tf.float64))
        )
    )
    for other in (b, c):
        np.testing.assert_allclose(other, a, rtol=1e-12)


def test_batch_normalization_agrees_with_its_formula():
    mean, variance = X.mean(0), X.var(0)
    y = evaluate(lambda: tf.nn.batch_normalization(X, mean, variance, 0.5, 2.0, 1e-3))
    np.testing.assert_allclose(y, 2 * (X - mean) / np.sqrt(variance + 1e-3) + 0.5, rtol=1e-12)


def test_l2_normalize_gives_unit_vectors():
    y = evaluate(lambda: tf.nn.l2_normalize(tf.constant(X), 1))
    np.testing.assert_allclose(np.sum(y * y, 1), np.ones(4), rtol=1e-14)
    z = evaluate(lambda: tf.nn.l2_normalize(tf.constant(X + 1j), 1))
    np.testing.assert_allclose(np.sum(abs(z) ** 2, 1), np.ones(4), rtol=1e-14)


# ---------------------------------------------------------------------- dropout


def test_dropout_keeps_and_scales():
    y = evaluate(lambda: tf.nn.dropout(tf.ones([200, 100]), rate=0.25, seed=1))
    kept = y != 0
    np.testing.assert_array_equal(y[kept], np.float32(1 / 0.75))
    # 20,000 draws: the deviation of the fraction is 0.003.
    assert abs(kept.mean() - 0.75) < 0.015


def test_dropout_keeps_where_the_number_is_at_least_the_rate():
    def build():
        return tf.nn.dropout(tf.ones([50]), keep_prob=0.5, seed=3), tf.random_uniform([50], seed=3)

    y, u = evaluate(build)
    np.testing.assert_array_equal(y != 0, u >= 0.5)


def test_noise_shape_drops_whole_rows():
    y = evaluate(lambda: tf.nn.dropout(tf.ones([100, 7]), rate=0.5, noise_shape=[100, 1], seed=1))
    assert set(np.count_nonzero(y, axis=1)) == {0, 7}


def test_gradient_of_dropout_is_its_mask():
    def build():
        x = tf.constant(X)
        y = tf.nn.dropout(x, rate=0.5, seed=1)
        return y, tf.gradients(y, x)[0]

    y, g = evaluate(build)
    np.testing.assert_array_equal(g, np.where(y != 0, 2.0, 0.0))


def test_rate_zero_returns_the_argument():
    with new_graph():
        x = tf.constant([1.0])
        assert tf.nn.dropout(x, rate=0) is x
        assert tf.nn.dropout(x, keep_prob=1.0) is x


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 1.5}, r"in the range \[0, 1\). Received: rate=1.5"),
        ({"keep_prob": 1.5}, r"in the range \[0, 1\). Received: rate=-0.5"),
        ({}, "`rate` must be provided"),
        ({"keep_prob": 0.5, "rate": 0.5}, "Cannot specify both 'keep_prob' and 'rate'"),
        ({"keep_prob": "half"}, "`keep_prob` must be a floating point number or Tensor"),
    ],
)
def test_bad_rates(arguments, message):
    with new_graph(), pytest.raises(ValueError, match=message):
        tf.nn.dropout(tf.constant([1.0]), **arguments)


def test_whole_numbers_are_refused():
    with (
        new_graph(),
        pytest.raises(ValueError, match=r"`x\.dtype` must be a floating point tensor"),
    ):
        tf.nn.dropout(tf.constant([1]), keep_prob=0.5)
