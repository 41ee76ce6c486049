"""`jacobian`: values by both modes, shapes, higher orders, and which mode is taken.

Oracles: `jax.jacrev`, `jax.jacfwd` and `jax.hessian` of the same function written in JAX, and
  closed
forms.  Values are float64: rtol 1e-12 leaves a factor of 1,000 for sums in another order.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import tfgrad as tf

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


def function_tf(x, w):
    return tf.nn.softmax(tf.tanh(tf.matmul(x, w)) * tf.reduce_sum(x))


def function_jax(x, w):
    return jax.nn.softmax(jnp.tanh(x @ w) * jnp.sum(x))


X, W = points(4, 2), points(2, 3, seed=1)


def map_nodes(graph) -> list[str]:
    """The functions that are mapped."""
    return [op.attrs["f"] for op in graph.get_operations() if op.type == "MapDefun"]


@pytest.mark.parametrize(
    ("shape", "functions"),
    # y has 12 elements, x 8 and w 6: forward if all that is known.
    [((4, 2), ["forward", "forward_1"]), ((None, 2), ["backward"]), (None, ["backward"])],
)
def test_jacobian_agrees_with_jax(graph, shape, functions):
    x, w = tf.placeholder(tf.float64, shape), tf.constant(W)
    y = function_tf(x, w)
    found = tf.jacobian(y, [x, w])
    assert map_nodes(graph) == functions
    if shape is not None:
        assert [f.dims for f in found] == [(shape[0], 3, *shape), (shape[0], 3, 2, 3)]
    expected = in_jax(jax.jacrev(function_jax, (0, 1)), X, W)
    for f, e in zip(run(found, {x: X}), expected, strict=True):
        np.testing.assert_allclose(f, e, **ROUNDING)


def test_the_mode_is_the_one_with_fewer_passes(graph):
    x = tf.constant(points(5))
    tf.jacobian(x[:4] ** 2, x)
    tf.jacobian(tf.concat([x, x * x], 0), x)
    tf.jacobian(x * x, x)  # equal: reverse
    assert map_nodes(graph) == ["backward", "forward", "backward_1"]


@pytest.mark.parametrize("y_shape", [(), (1,), (1, 1)])
def test_a_single_row_or_column_needs_no_map(graph, y_shape):
    x = tf.constant(points(3))
    y = tf.reshape(tf.reduce_sum(x**3), y_shape)
    row = tf.jacobian(y, x)
    column = tf.jacobian(x * tf.reshape(y, []), y)
    assert map_nodes(graph) == []
    assert (row.dims, column.dims) == ((*y_shape, 3), (3, *y_shape))
    row, column = run([row, column])
    np.testing.assert_allclose(row, np.reshape(3 * points(3) ** 2, (*y_shape, 3)), **ROUNDING)
    np.testing.assert_allclose(column, np.reshape(points(3), (3, *y_shape)), **ROUNDING)


def test_no_elements_give_an_empty_jacobian():
    x = tf.constant(points(3))
    assert run(tf.jacobian(x[:0] * 2.0, x)).shape == (0, 3)
    empty = tf.zeros([0], tf.float64)
    assert run(tf.jacobian(tf.reduce_sum(empty) * x, empty)).shape == (3, 0)


def test_shapes_found_by_the_run():
    n = tf.placeholder(tf.int32, [])
    x = tf.placeholder(tf.float64, [None])
    y = tf.reshape(tf.cumsum(x), [n, -1]) ** 2
    jacobian = tf.jacobian(y, x)
    assert jacobian.dims == (None, None, None)
    given = points(6)
    expected = in_jax(jax.jacrev(lambda x: jnp.cumsum(x) ** 2), given)
    for rows in (2, 3):
        found = run(jacobian, {x: given, n: rows})
        np.testing.assert_allclose(found, expected.reshape(rows, 6 // rows, 6), **ROUNDING)


@pytest.mark.parametrize("use_resource", [False, True])
def test_variables_and_gathered_rows(use_resource):
    table = tf.Variable(points(4, 2), use_resource=use_resource)
    y = tf.reduce_prod(tf.gather(table, [3, 1]), axis=0)
    expected = in_jax(jax.jacrev(lambda t: jnp.prod(t[jnp.array([3, 1])], axis=0)), points(4, 2))
    np.testing.assert_allclose(run(tf.jacobian(y, table)), expected, **ROUNDING)
    wide = tf.concat([y, 2.0 * y, y, y, y], 0)  # 10 elements: forward
    expected = np.concatenate([expected, 2 * expected, expected, expected, expected])
    np.testing.assert_allclose(run(tf.jacobian(wide, table)), expected, **ROUNDING)


def test_hessian_agrees_with_jax_and_third_derivatives_with_a_closed_form():
    w = tf.constant(W)
    y = tf.reduce_sum(function_tf(tf.constant(X), w) ** 2)
    hessian = tf.jacobian(tf.gradients(y, w)[0], w)
    assert hessian.dims == (2, 3, 2, 3)
    expected = in_jax(jax.hessian(lambda w: jnp.sum(function_jax(X, w) ** 2)), W)
    np.testing.assert_allclose(run(hessian), expected, rtol=1e-10, atol=1e-12)

    x = tf.constant([1.0, 2.0, 3.0])
    third = tf.jacobian(tf.jacobian(tf.gradients(tf.reduce_prod(x) ** 2, x)[0], x), x)
    a, b, c = 1.0, 2.0, 3.0  # (abc)**2
    result = run(third)
    assert result[0, 1, 2] == pytest.approx(8 * a * b * c)
    assert result[0, 0, 1] == pytest.approx(4 * b * c**2)
    assert result[2, 2, 2] == pytest.approx(0.0)


@pytest.mark.parametrize("rows", [2, 5])  # reverse and forward: x has 3 elements
def test_a_jacobian_can_be_differentiated(rows):
    x, m = tf.constant(points(3)), points(rows, 3, seed=1)
    c = tf.constant(0.7, tf.float64)
    jacobian = tf.jacobian(tf.sin(c * tf.reduce_sum(x * m, axis=1)), x)  # c cos(c m x) m

    def norm(x, c):
        jacobian = c * jnp.cos(c * (m @ x))[:, None] * m
        return jnp.sum(jacobian**2)

    found = run(tf.gradients(tf.reduce_sum(jacobian**2), [x, c]))
    expected = in_jax(jax.grad(norm, (0, 1)), points(3), np.array(0.7))
    for f, e in zip(found, expected, strict=True):
        np.testing.assert_allclose(f, e, rtol=1e-11, atol=1e-12)
    # and along a direction, through the same node
    d = points(3, seed=4)
    change = run(tf.jvp(tf.reduce_sum(jacobian**2), x, d))
    assert change == pytest.approx(expected[0] @ d, rel=1e-11)


def test_a_jacobian_of_what_x_does_not_reach_is_none_or_zeros(graph):
    x, other = tf.constant([1.0, 2.0]), tf.constant([[1.0], [2.0], [3.0]])
    integers = tf.argmax(x)
    assert tf.jacobian(other, [x, other])[0] is None
    assert tf.jacobian(x[:1], other) is None
    assert tf.jacobian(integers, x) is None
    zeros = run(tf.jacobian(other, x, unconnected_gradients="zero"))
    np.testing.assert_array_equal(zeros, np.zeros((3, 1, 2), np.float32))
    assert run(tf.jacobian(integers, x, unconnected_gradients="zero")).shape == (2,)


def test_complex_tensors_are_refused():
    x = tf.constant([1.0, 2.0])
    z = tf.complex(x, x)
    with pytest.raises(TypeError, match=r"Complex:0 is complex64: take tf.real and tf.imag of it"):
        tf.jacobian(z, x)
    real = run(tf.jacobian(tf.real(z * z), x))
    np.testing.assert_array_equal(real, np.zeros((2, 2)))  # the square of x + ix is 2ix**2


def test_an_op_without_a_gradient_is_named():
    x = tf.constant([1.0, 2.0])
    with pytest.raises(LookupError, match="No gradient defined for operation 'Unique'"):
        tf.jacobian(tf.unique(x)[0], x)


def test_the_forward_values_are_computed_once(graph):
    x = tf.placeholder(tf.float64, [3])
    tf.jacobian(tf.sin(x), x)
    (function,) = graph._functions.values()
    assert "Sin" not in {op.type for op in function.get_operations()}


def test_nodes_are_named_under_the_scope(graph):
    x = tf.constant([1.0, 2.0])
    y = tf.tanh(x)
    before = len(graph.get_operations())
    tf.jacobian(y, x, name="slopes")
    assert all(op.name.startswith("slopes/") for op in graph.get_operations()[before:])
