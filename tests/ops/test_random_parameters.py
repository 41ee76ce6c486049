"""Gamma, Poisson and binomial numbers: moments, edges, shapes, errors, the slope of gamma numbers.

Oracles: the moments of the distributions, SciPy's inverse distribution function.  The numbers
themselves, and graphs, are compared with TensorFlow in ``golden/random_parameters.json``.
"""

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

N = 40_000


def close_to_moments(x, mean, variance):
    """The mean is within 5 of its standard errors, the variance within a tenth."""
    assert (np.abs(x.mean(0) - mean) < 5 * np.sqrt(variance / N) + 1e-12).all()
    np.testing.assert_allclose(x.var(0), variance, rtol=0.1, atol=1e-12)


def test_moments_of_gamma_numbers():
    alpha = np.array([0.3, 1.0, 2.5, 40.0])
    close_to_moments(run_op("RandomGamma", np.array([N], np.int32), alpha, seed=3), alpha, alpha)


def test_moments_of_poisson_numbers():
    rate = np.array([0.2, 9.0, 11.0, 300.0])
    x = run_op("RandomPoissonV2", np.array([N], np.int32), rate, seed=3, dtype=tf.float64)
    close_to_moments(x, rate, rate)


def test_moments_of_binomial_numbers():
    n, p = np.array([7.0, 40.0, 500.0, 500.0]), np.array([0.5, 0.1, 0.4, 0.97])
    shape, seed = np.array([N, 4], np.int32), np.array([1, 2], np.int32)
    x = run_op("StatelessRandomBinomial", shape, seed, n, p, dtype=tf.float64)
    close_to_moments(x, n * p, n * p * (1 - p))
    assert (x >= 0).all()
    assert (x <= n).all()


def test_edges_of_binomial_numbers():
    n = np.array([0.0, -1.0, 5.0, 5.0, 5.0, 5.0])
    p = np.array([0.5, 0.5, 0.0, 1.0, 2.0, np.nan])
    shape, seed = np.array([2, 6], np.int32), np.array([1, 2], np.int32)
    found = run_op("StatelessRandomBinomial", shape, seed, n, p, dtype=tf.float32)
    np.testing.assert_array_equal(found, [[0, 0, 0, 5, 5, np.nan]] * 2)
    found = run_op("StatelessRandomBinomial", shape, seed, n, p, dtype=tf.int32)
    np.testing.assert_array_equal(found, [[0, 0, 0, 5, 5, 0]] * 2)


def test_edges_of_poisson_numbers():
    """TensorFlow does not return for nan."""
    rate = np.array([0.0, -1.0, np.inf, np.nan])
    shape = np.array([2], np.int32)
    found = run_op("RandomPoissonV2", shape, rate, seed=1, dtype=tf.float32)
    np.testing.assert_array_equal(found, [[0, 0, np.inf, np.nan]] * 2)


def test_gamma_numbers_are_never_zero():
    with new_graph() as graph:
        x = tf.random.gamma([1000], 1e-3, seed=1)
        found = tf.Session(graph=graph).run(x)
    assert (found >= np.finfo(np.float32).tiny).all()


def test_slope_of_a_gamma_number_is_that_of_the_inverse_distribution_function():
    alpha = np.array([0.2, 1.0, 3.0, 30.0])
    q = np.array([[0.1], [0.5], [0.95]])
    sample = scipy.special.gammaincinv(alpha, q)
    up, down = (scipy.special.gammaincinv(alpha + h, q) for h in (1e-5, -1e-5))
    # Differences err by h**2 |f'''| / 6 and eps |f| / h, both below 1e-8 of these slopes.
    np.testing.assert_allclose(
        run_op("RandomGammaGrad", alpha, sample), (up - down) / 2e-5, rtol=1e-6
    )


@pytest.mark.parametrize("op_type", ["RandomGamma", "StatelessRandomGammaV2"])
def test_gradient_sums_the_slopes(op_type):
    stateless = op_type.startswith("Stateless")
    with new_graph() as graph:
        alpha = tf.constant([0.4, 5.0], tf.float64)
        args = ([3, 2], [1, 2], alpha) if stateless else ([3], alpha)
        x = add_op(op_type, *args, **({} if stateless else {"seed": 1}))
        dy = np.arange(6.0).reshape(3, 2)
        (g,) = tf.gradients(x, alpha, tf.constant(dy))
        slopes = tf.raw_ops.RandomGammaGrad(alpha=alpha, sample=x)
        found, expected = tf.Session(graph=graph).run([g, slopes])
    np.testing.assert_allclose(found, (dy * expected).sum(0), rtol=1e-12)


@pytest.mark.parametrize(
    ("shape", "parameter"), [([2], [3]), ([3, 1], [1, 3]), ([], [2]), ([2, 2], [2, 1])]
)
def test_stateless_shape_ends_with_that_of_the_parameters(shape, parameter):
    seed = np.array([1, 2], np.int32)
    message = "Shape passed in must end with broadcasted shape"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run_op("StatelessRandomGammaV2", np.array(shape, np.int32), seed, np.ones(parameter))


def test_counts_and_probabilities_must_broadcast():
    args = np.array([2], np.int32), np.array([1, 2], np.int32), np.ones(3), np.ones(2)
    with pytest.raises(tf.errors.InvalidArgumentError, match="counts and probs must have compat"):
        run_op("StatelessRandomBinomial", *args)


@pytest.mark.parametrize(
    ("seed", "message"),
    [([1, 2, 3], "Dimension must be 2 but is 3"), ([[1, 2]], "Shape must be rank 1 but is rank 2")],
)
@pytest.mark.parametrize("op_type", ["StatelessRandomUniform", "StatelessRandomGetKeyCounterAlg"])
def test_seed_must_be_two_numbers(op_type, seed, message):
    args = ([2], seed) if op_type.endswith("Uniform") else (seed,)
    with new_graph(), pytest.raises(ValueError, match=message):
        add_op(op_type, *args)


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_shape_rule_agrees_with_what_is_drawn(data):
    op_type = data.draw(st.sampled_from(["RandomGamma", "RandomPoissonV2"]))
    lengths = data.draw(st.lists(st.integers(0, 2), max_size=2))
    shape = tuple(data.draw(st.lists(st.integers(1, 2), max_size=2)))
    with new_graph() as graph:
        parameter = tf.placeholder(tf.float32, data.draw(forget_dims(shape)))
        given_ = (
            tf.placeholder(tf.int32) if data.draw(st.booleans()) else tf.constant(lengths, tf.int32)
        )
        y = add_op(op_type, given_, parameter)
        feeds = {parameter: np.ones(shape)}
        if given_.op.type == "Placeholder":
            feeds[given_] = lengths
        found = tf.Session(graph=graph).run(y, feeds)
    assert is_compatible(y.dims, found.shape)
