"""`jvp` and `hessian_vector_product`.

Oracles: `jax.jvp` and JAX's Hessians of the same function written in JAX, central differences, and
closed forms.  Values are float64, so that two correct results differ by rounding alone: rtol 1e-12
leaves a factor of 1,000 for sums in another order.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import is_compatible

ROUNDING = {"rtol": 1e-12, "atol": 1e-13}


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def run(x, feeds=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(x, feeds)


def points(*shape, seed=0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def in_jax(function, *arrays):
    with jax.enable_x64(True):
        return jax.tree.map(np.asarray, function(*[jnp.asarray(a) for a in arrays]))


# A network of ops that broadcast, reduce, select and mix; the same in both libraries.


def network_tf(x, w, b):
    h = tf.tanh(tf.matmul(x, w) + b)
    h = tf.where(h > 0.1, h * tf.exp(h), tf.nn.relu(h) + 0.5 * h)
    p = tf.nn.softmax(h)
    return [tf.reduce_logsumexp(h, axis=1), p / tf.reduce_max(p), tf.transpose(h)[:2]]


def network_jax(x, w, b):
    h = jnp.tanh(x @ w + b)
    h = jnp.where(h > 0.1, h * jnp.exp(h), jax.nn.relu(h) + 0.5 * h)
    p = jax.nn.softmax(h)
    return [jax.nn.logsumexp(h, axis=1), p / jnp.max(p), h.T[:2]]


ARRAYS = [points(4, 3), points(3, 5, seed=1), points(5, seed=2)]
DIRECTIONS = [points(4, 3, seed=3), points(3, 5, seed=4), points(5, seed=5)]


@pytest.mark.parametrize("shapes", [[(4, 3), (3, 5), (5,)], [(None, 3), (None, None), None]])
def test_jvp_agrees_with_jax(shapes):
    xs = [tf.placeholder(tf.float64, s) for s in shapes]
    ys = network_tf(*xs)
    found = tf.jvp(ys, xs, [tf.constant(d) for d in DIRECTIONS])
    assert [f.dtype for f in found] == [tf.float64] * 3
    if None not in shapes:
        assert [f.dims for f in found] == [y.dims for y in ys]
    expected = in_jax(lambda *a: jax.jvp(network_jax, a[:3], a[3:])[1], *ARRAYS, *DIRECTIONS)
    for f, e in zip(run(found, dict(zip(xs, ARRAYS, strict=True))), expected, strict=True):
        np.testing.assert_allclose(f, e, **ROUNDING)


UNARY = [
    tf.abs, tf.acosh, tf.asinh, tf.atan, tf.cos, tf.cumprod, tf.cumsum, tf.digamma, tf.erf, tf.exp,
    tf.expm1, tf.lgamma, tf.log, tf.log1p, tf.negative, tf.nn.elu, tf.nn.l2_loss,
    tf.nn.leaky_relu, tf.nn.log_softmax, tf.nn.relu, tf.nn.relu6, tf.nn.selu, tf.nn.softmax,
    tf.nn.softplus, tf.nn.softsign, tf.reciprocal, tf.reduce_max, tf.reduce_mean, tf.reduce_prod,
    tf.reduce_sum, tf.rsqrt, tf.sigmoid, tf.sign, tf.sin, tf.sinh, tf.sqrt, tf.square, tf.tan,
    tf.tanh, tf.transpose, tf.diag,
    lambda x: tf.gather(x, [2, 0, 2]), lambda x: tf.pad(x, [[1, 2]]), lambda x: x[::-2],
    lambda x: tf.concat([x, x * x], 0), lambda x: tf.stack(tf.unstack(x)[1:]), lambda x: tf.tile(x,
      [3]),
    lambda x: tf.segment_sum(x, [0, 0, 2]), lambda x: tf.reverse(x, [0]), lambda x: tf.maximum(x,
      1.2),
    lambda x: tf.dynamic_stitch([[1, 0, 2]], [x]), lambda x: tf.clip_by_norm(x, 1.0),
    lambda x: tf.matmul(x[None], tf.stack([x, -x, x * x])), lambda x: tf.nn.top_k(x, 2)[0],
    lambda x: tf.cast(x, tf.float64) ** 2.5, lambda x: tf.scatter_nd([[3], [1], [3]], x, [5]),
]  # fmt: skip


@pytest.mark.parametrize("i", range(len(UNARY)))
def test_jvp_of_one_op_is_a_difference_quotient(i):
    function, point, along = UNARY[i], np.array([1.1, 2.3, 1.7]), np.array([0.3, -1.0, 0.5])
    x = tf.placeholder(tf.float64, [3])
    t = tf.placeholder(tf.float64, [])
    y, moved = function(x), function(x + t * along)
    found = run(tf.jvp(y, x, along, unconnected_gradients="zero"), {x: point})
    with tf.Session() as session:
        # Errs by h**2 |f'''| / 6 + eps |f| / h: below 1e-8 here, where f''' is at most about 100.
        h = 1e-5
        up, down = (session.run(moved, {x: point, t: s}) for s in (h, -h))
    np.testing.assert_allclose(found, (up - down) / (2 * h), rtol=1e-7, atol=1e-8)


def test_jvp_keeps_the_structure_of_ys():
    x = tf.constant([1.0, 2.0])
    assert isinstance(tf.jvp(x * x, x, [1.0, 0.0]), tf.Tensor)
    found = tf.jvp((x * x, 3.0 * x), [x], [tf.constant([1.0, 0.0])])
    assert isinstance(found, list)
    np.testing.assert_array_equal(run(found), [[2.0, 0.0], [3.0, 0.0]])


def test_jvp_of_a_y_that_is_an_x_and_of_an_x_that_depends_on_another():
    a = tf.constant(3.0)
    b = 2.0 * a
    y = a * b
    # The derivatives are total, as in tf.gradients: dy/da = 12 along a, and dy/db = 3 besides.
    np.testing.assert_array_equal(run(tf.jvp([y, b, a], [a, b], [1.0, 10.0])), [42.0, 12.0, 1.0])
    stopped = tf.jvp([y, b], [a, b], [1.0, 10.0], stop_gradients=[a, b])
    np.testing.assert_array_equal(run(stopped), [36.0, 10.0])


def test_jvp_without_a_path_is_none_or_zeros():
    x, other, i = tf.constant([1.0]), tf.constant([2.0, 3.0]), tf.constant([1, 2])
    ys = [tf.square(x), other, i, tf.stop_gradient(x)]
    found = tf.jvp(ys, x, [1.0])
    assert [f is None for f in found] == [False, True, True, True]
    assert tf.jvp(ys, [x, other], [None, None]) == [None] * 4
    zeros = run(tf.jvp(ys, x, [1.0], unconnected_gradients="zero"))
    for z, expected in zip(zeros, [[2.0], [0.0, 0.0], [0, 0], [0.0]], strict=True):
        np.testing.assert_array_equal(z, expected)
    assert zeros[2].dtype == np.int32


def test_jvp_ignores_xs_without_a_direction():
    a, b = tf.constant(2.0), tf.constant(5.0)
    assert run(tf.jvp(a * b, [a, b], [None, 1.0])) == 2.0
    assert run(tf.jvp(a * b, [a, b], [1.0, None])) == 5.0


@pytest.mark.parametrize("use_resource", [False, True])
def test_jvp_through_gathered_rows_of_a_variable_reads_those_rows_alone(graph, use_resource):
    table = tf.Variable(points(100, 2), use_resource=use_resource)
    along = tf.placeholder(tf.float64, [100, 2])
    rows = tf.gather(table, [7, 3, 7])
    change = tf.jvp(tf.square(rows), table, along)
    assert all(op.type != "UnsortedSegmentSum" for op in graph.get_operations())
    d = points(100, 2, seed=1)
    expected = (2 * points(100, 2) * d)[[7, 3, 7]]
    np.testing.assert_allclose(run(change, {along: d}), expected, **ROUNDING)


def test_jvp_of_a_holomorphic_function_is_its_derivative_times_the_direction():
    z, d = points(3) + 1j * points(3, seed=1), points(3, seed=2) + 1j * points(3, seed=3)
    x = tf.constant(z)
    np.testing.assert_allclose(
        run(tf.jvp(tf.exp(x) * x, x, d)), (1 + z) * np.exp(z) * d, rtol=1e-12
    )
    # |z|**2 is not: it changes by 2 Re(conj(z) d).
    change = run(tf.jvp(tf.real(x * tf.conj(x)), x, d))
    np.testing.assert_allclose(change, 2 * np.real(np.conj(z) * d), rtol=1e-12)


def test_jvp_passes_where_a_second_derivative_is_refused():
    # The fused loss refuses to be differentiated twice; its jvp needs no second derivative.
    logits, along = points(3, 4), points(3, 4, seed=1)
    x = tf.constant(logits)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 3, 1], logits=x)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    expected = ((p - np.eye(4)[[0, 3, 1]]) * along).sum(1)
    np.testing.assert_allclose(run(tf.jvp(loss, x, along)), expected, **ROUNDING)


def test_jvp_does_not_look_at_the_value_of_y():
    x = tf.constant([0.0, 1.0])
    # sqrt is infinitely steep at 0: the direction is 0 there, and 0 * inf is nan, there alone.
    np.testing.assert_array_equal(run(tf.jvp(x / 0.0 + tf.square(x), x, [0.0, 0.0])), [np.nan] * 2)
    np.testing.assert_array_equal(run(tf.jvp(tf.square(x) - np.inf, x, [1.0, 1.0])), [0.0, 2.0])


def test_jvp_can_be_differentiated_again():
    x = tf.constant([0.5, 2.0], tf.float64)
    d = tf.constant([1.0, 3.0], tf.float64)
    f = tf.reduce_prod(tf.sin(x))  # sin a sin b
    first = tf.jvp(f, x, d)
    second = tf.jvp(first, x, d)
    (slope,) = tf.gradients(first, x)
    a, b = 0.5, 2.0
    s, c = np.sin, np.cos
    assert run(first) == pytest.approx(c(a) * s(b) + 3 * s(a) * c(b), rel=1e-12)
    assert run(second) == pytest.approx(-10 * s(a) * s(b) + 6 * c(a) * c(b), rel=1e-12)
    expected = [-s(a) * s(b) + 3 * c(a) * c(b), c(a) * c(b) - 3 * s(a) * s(b)]
    np.testing.assert_allclose(run(slope), expected, rtol=1e-12)


def test_jvp_and_gradient_are_transposes():
    x, dx = tf.constant(ARRAYS[0]), DIRECTIONS[0]
    y = network_tf(x, tf.constant(ARRAYS[1]), tf.constant(ARRAYS[2]))[1]
    dy = points(4, 5, seed=9)
    change, (slope,) = run([tf.jvp(y, x, dx), tf.gradients(y, x, dy)])
    assert np.vdot(change, dy) == pytest.approx(np.vdot(slope, dx), rel=1e-12)


def test_jvp_uses_custom_gradients():
    @tf.custom_gradient
    def clipped(x):
        return tf.exp(x), lambda dy: dy * tf.minimum(tf.exp(x), 2.0)

    x = tf.constant([0.0, 1.0])
    np.testing.assert_array_equal(run(tf.jvp(clipped(x), x, [1.0, 1.0])), [1.0, 2.0])


def test_jvp_refuses_directions_that_do_not_fit():
    x, y = tf.constant([1.0, 2.0], name="x"), tf.constant(3.0)
    with pytest.raises(ValueError, match=r"Length mismatch. Passed 1 dxs for 2 xs"):
        tf.jvp(x * y, [x, y], [[1.0, 0.0]])
    with pytest.raises(ValueError, match=r"must have the shape of its x: .* \(3,\), and x:0"):
        tf.jvp(x, x, [1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match=r"must have the type of its x: .* is float64"):
        tf.jvp(x, x, tf.constant([1.0, 2.0], tf.float64))


def test_jvp_names_its_nodes_under_its_scope(graph):
    x = tf.constant([1.0, 2.0])
    before = len(graph.get_operations())
    y = tf.tanh(x)
    tf.jvp(y, x, [1.0, 0.0], name="change")
    names = [op.name for op in graph.get_operations()[before + 1 :]]
    assert all(n.startswith("change/") for n in names)


# ---------------------------------------------------------------------- Hessians


def loss_tf(x, w, b):
    y = network_tf(x, w, b)
    return tf.reduce_sum(y[0] ** 2) + tf.reduce_mean(y[1] * tf.transpose(y[2])[:, :1])


def loss_jax(x, w, b):
    y = network_jax(x, w, b)
    return jnp.sum(y[0] ** 2) + jnp.mean(y[1] * y[2].T[:, :1])


@pytest.mark.parametrize("shapes", [[(4, 3), (3, 5), (5,)], [(None, 3), (None, None), (None,)]])
def test_hessian_vector_product_agrees_with_jax(shapes):
    xs = [tf.placeholder(tf.float64, s) for s in shapes]
    found = tf.hessian_vector_product(loss_tf(*xs), xs, [tf.constant(d) for d in DIRECTIONS])
    assert all(is_compatible(x.dims, f.dims) for f, x in zip(found, xs, strict=True))
    expected = in_jax(
        lambda *a: jax.jvp(jax.grad(loss_jax, (0, 1, 2)), a[:3], a[3:])[1], *ARRAYS, *DIRECTIONS
    )
    for f, e in zip(run(found, dict(zip(xs, ARRAYS, strict=True))), expected, strict=True):
        np.testing.assert_allclose(f, e, rtol=1e-11, atol=1e-12)  # twice as many sums


def test_hessian_vector_product_counts_the_vector_as_a_constant():
    x = tf.constant([1.0, 2.0])
    y = tf.reduce_sum(x**3)
    np.testing.assert_array_equal(run(tf.hessian_vector_product(y, x, 2.0 * x)), [12.0, 48.0])


def test_hessian_vector_product_of_gathered_rows():
    table = tf.Variable(points(6, 2))
    v = points(6, 2, seed=1)
    y = tf.reduce_sum(tf.gather(table, [1, 4, 1]) ** 3)
    count = np.array([0, 2, 0, 0, 1, 0])[:, None]
    found = run(tf.hessian_vector_product(y, table, v))
    np.testing.assert_allclose(found, 6 * count * points(6, 2) * v, **ROUNDING)


def test_hessian_vector_product_without_a_path_is_none_or_zeros():
    a, b, c = tf.constant([1.0, 2.0]), tf.constant(3.0), tf.constant(4.0)
    y = tf.reduce_sum(a * a) + 2.0 * b
    xs, vs = [a, b, c], [tf.ones([2]), 1.0, 1.0]
    found = tf.hessian_vector_product(y, xs, vs)
    assert [f is None for f in found] == [False, True, True]
    zero = tf.hessian_vector_product(y, xs, vs, unconnected_gradients="zero")
    np.testing.assert_array_equal(run(zero[0]), [2.0, 2.0])
    assert run(zero[1:]) == [0.0, 0.0]
    assert tf.hessian_vector_product(2.0 * b, b, 1.0) is None
    assert tf.hessian_vector_product(y, [a], [None]) == [None]


def test_hessian_vector_product_refuses_vectors_that_do_not_fit():
    x = tf.constant([1.0, 2.0])
    with pytest.raises(ValueError, match=r"Length mismatch. Passed 2 vs for 1 xs"):
        tf.hessian_vector_product(tf.reduce_sum(x * x), [x], [x, x])
    with pytest.raises(ValueError, match="must have the shape of its x"):
        tf.hessian_vector_product(tf.reduce_sum(x * x), x, tf.ones([3]))


def test_hessian_vector_product_agrees_with_differences_of_gradients():
    x = tf.placeholder(tf.float64, [3])
    y = tf.reduce_prod(x) * tf.reduce_sum(tf.sin(x))
    point, v = np.array([0.3, 1.0, 2.0]), np.array([1.0, -1.0, 0.5])
    (g,) = tf.gradients(y, x)
    with tf.Session() as session:
        h = 1e-5  # the difference errs by about 1e-10
        up, down = (session.run(g, {x: point + t * v}) for t in (h, -h))
        found = session.run(tf.hessian_vector_product(y, x, v), {x: point})
    np.testing.assert_allclose(found, (up - down) / (2 * h), rtol=1e-7)
