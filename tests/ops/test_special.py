"""Special functions of two and three arguments: values, edges, derivatives.

Oracles: SciPy for values, central differences for derivatives.  The edges are TensorFlow's,
recorded in ``tests/golden``; those that it has not are written out here.
"""

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import central_difference, run_gradient, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

INF, NAN = np.inf, np.nan
A = np.array([0.2, 0.9, 2.0, 7.5, 40.0])
X = np.array([0.1, 1.5, 2.0, 12.0, 35.0])
ORDERS = np.array([1.5, 2.0, 3.0, 6.0, 9.5])
WHOLE = np.array([0.0, 1.0, 2.0, 3.0, 6.0])

CASES = {
    "Igamma": (A, X, scipy.special.gammainc),
    "Igammac": (A, X, scipy.special.gammaincc),
    "Zeta": (ORDERS, X, scipy.special.zeta),
    "Polygamma": (WHOLE, X, lambda n, x: scipy.special.polygamma(n.astype(int), x)),
}
each_case = pytest.mark.parametrize("op_type", CASES)


@each_case
def test_value_agrees_with_scipy(op_type):
    a, x, oracle = CASES[op_type]
    # Both sum series and continued fractions of up to some hundred terms.
    np.testing.assert_allclose(run_op(op_type, a, x), oracle(a, x), rtol=1e-10)


@each_case
def test_shapes_broadcast(op_type):
    a, x, oracle = CASES[op_type]
    found = run_op(op_type, a[:, None], x[:2])
    np.testing.assert_allclose(found, oracle(a[:, None], x[:2] + 0 * a[:, None]), rtol=1e-10)


@each_case
def test_gradient_for_the_last_argument_agrees_with_central_differences(op_type):
    a, x, oracle = CASES[op_type]
    expected = central_difference(lambda x: oracle(a, x), x, step=1e-5)
    # Differences err by h**2 |f'''| / 6, up to 1e-8 of these derivatives, and by eps |f| / h.
    np.testing.assert_allclose(run_gradient(op_type, a, x, of=1), expected, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize(("op_type", "sign"), [("Igamma", 1), ("Igammac", -1)])
def test_gradient_for_the_shape_parameter_agrees_with_central_differences(op_type, sign):
    expected = sign * central_difference(lambda a: scipy.special.gammainc(a, X), A, step=1e-5)
    # As above; SciPy's own error of some eps is divided by h.
    np.testing.assert_allclose(run_gradient(op_type, A, X), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("op_type", ["Zeta", "Polygamma"])
def test_the_order_has_no_gradient_as_in_tensorflow(op_type):
    a, x, _ = CASES[op_type]
    assert run_gradient(op_type, a, x) is None


def test_the_gradient_of_igamma_for_its_shape_parameter_has_no_gradient():
    with pytest.raises(LookupError, match="op type: IgammaGradA"):
        run_gradient("Igamma", A, X, order=2)


@pytest.mark.parametrize("op_type", ["Igamma", "Igammac"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_16_bits_are_computed_in_32(op_type, dtype):
    """TensorFlow has no such kernel on a CPU."""
    a, x, oracle = CASES[op_type]
    with new_graph() as graph:
        y = add_op(op_type, tf.constant(a[:4], dtype), tf.constant(x[:4], dtype))
        assert y.dtype.name == dtype
        found = tf.Session(graph=graph).run(tf.cast(y, tf.float64))
    rounded = [np.asarray(v[:4], y.dtype.np).astype(float) for v in (a, x)]
    eps = 2.0**-8 if dtype == "bfloat16" else 2.0**-11
    np.testing.assert_allclose(found, oracle(*rounded), rtol=eps)


def test_edges_of_igamma_are_limits():
    assert run_op("Igamma", np.array([0.5, INF, 2.0]), np.array([INF, 2.0, 0.0])).tolist() == [
        1.0, 0.0, 0.0,
    ]  # fmt: skip
    outside = run_op("Igamma", np.array([0.0, -1.0, 1.0, NAN]), np.array([1.0, 1.0, -1.0, 1.0]))
    assert np.isnan(outside).all()


def test_edges_of_polygamma():
    n, x = np.array([1.0, 2.0, 1.5, -1.0, 1.0]), np.array([INF, INF, 1.0, 1.0, 0.0])
    np.testing.assert_array_equal(run_op("Polygamma", n, x), [0.0, 0.0, NAN, NAN, INF])


# ---------------------------------------------------------------------- the beta function

B = np.array([0.5, 3.0, 1.0, 2.5, 30.0])
P = np.array([0.05, 0.3, 0.5, 0.75, 0.6])


def test_betainc_agrees_with_scipy():
    # A continued fraction of up to some hundred terms.
    np.testing.assert_allclose(
        run_op("Betainc", A, B, P), scipy.special.betainc(A, B, P), rtol=1e-10
    )


def test_gradient_of_betainc_for_x_is_the_density():
    log_beta = scipy.special.betaln(A, B)
    expected = np.exp((A - 1) * np.log(P) + (B - 1) * np.log1p(-P) - log_beta)
    np.testing.assert_allclose(run_gradient("Betainc", A, B, P, of=2), expected, rtol=1e-12)
    assert run_gradient("Betainc", A, B, P, of=0) is None
    assert run_gradient("Betainc", A, B, P, of=1) is None


def test_edges_of_betainc():
    a = np.array([2.0, 2.0, 2.0, 2.0, 0.0, -1.0])
    x = np.array([0.0, 1.0, -0.1, 1.1, 0.5, 0.5])
    np.testing.assert_array_equal(
        run_op("Betainc", a, np.full(6, 3.0), x), [0.0, 1.0, NAN, NAN, NAN, NAN]
    )


def test_arguments_of_betainc_are_scalars_or_of_one_shape():
    with new_graph() as graph:
        a, b, x = (tf.placeholder(tf.float64) for _ in range(3))
        y = tf.betainc(a, b, x)
        assert y.shape.ndims is None
        session = tf.Session(graph=graph)
        assert session.run(y, {a: [1.0, 2.0], b: 3.0, x: [0.5, 0.5]}).shape == (2,)
        with pytest.raises(tf.errors.InvalidArgumentError, match="Shapes of a and x are incons"):
            session.run(y, {a: [1.0, 2.0], b: 3.0, x: [0.5]})
        with pytest.raises(ValueError, match="Dimension 0 in both shapes must be equal, but are 2"):
            tf.betainc(tf.zeros([2]), tf.zeros([3]), 0.5)


@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_static_shape_of_betainc_is_that_of_tensorflow(data):
    """Scalars stretch and others agree."""
    lengths = st.sampled_from([(), (2,), None])
    shapes = [data.draw(lengths) for _ in range(3)]
    with new_graph():
        found = tf.betainc(*[tf.placeholder(tf.float32, s) for s in shapes]).dims
    if shapes.count(()) == 3:
        assert found == ()
    elif (2,) in shapes:
        # TensorFlow gives up where the last unknown rank follows and the others are scalars.
        assert found in ((2,), None)
    else:
        assert found is None


def test_lbeta_is_the_logarithm_of_the_beta_function():
    x = np.array([[0.5, 2.0], [3.0, 7.0]])
    with new_graph() as graph:
        y = tf.lbeta(x), tf.lbeta(np.zeros([2, 0]))
        found, empty = tf.Session(graph=graph).run(y)
    np.testing.assert_allclose(found, scipy.special.betaln(*x.T), rtol=1e-13)
    np.testing.assert_array_equal(empty, [-INF, -INF])
