"""`tf.gradients`: the algorithm - what is reached, in which order, what is added and named.

The names and values are those that TensorFlow prints for the same programs; the graphs of whole
programs are compared in ``tests/golden``.
"""

import time

import numpy as np
import pytest

import tfgrad as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def run(x, feeds=None):
    return tf.Session().run(x, feeds)


def new_nodes(graph, make):
    before = len(graph.get_operations())
    result = make()
    return result, [(op.type, op.name) for op in graph.get_operations()[before:]]


def test_names_of_a_product_and_of_a_sum(graph):
    a = tf.constant(2.0, name="a")
    assert [g.name for g in tf.gradients([5 * a], [a])] == ["gradients/mul_grad/Mul_1:0"]
    with tf.Graph().as_default():
        a = tf.constant(2.0, name="a")
        assert [g.name for g in tf.gradients([5 * a + a], [a])] == ["gradients/AddN:0"]


def test_stop_gradients_makes_partial_derivatives():
    a = tf.constant(0.0)
    b = 2 * a
    assert run(tf.gradients(a + b, [a, b])) == [3.0, 1.0]
    assert run(tf.gradients(a + b, [a, b], stop_gradients=[a, b])) == [1.0, 1.0]


def test_an_unconnected_x_gives_none_or_zeros():
    a, b = tf.ones([1, 2]), tf.ones([3, 1])
    assert tf.gradients([b], [a], unconnected_gradients="none") == [None]
    (zeros,) = tf.gradients([b], [a], unconnected_gradients=tf.UnconnectedGradients.ZERO)
    np.testing.assert_array_equal(run(zeros), [[0.0, 0.0]])


def test_a_second_call_opens_a_second_scope():
    x = tf.constant(1.0, name="x")
    y = tf.square(x, name="y")
    assert tf.gradients(y, x)[0].name.startswith("gradients/y_grad/")
    assert tf.gradients(y, x)[0].name.startswith("gradients_1/y_grad/")
    assert tf.gradients(y, x, name="slope")[0].name.startswith("slope/y_grad/")


def test_the_same_x_twice_is_the_same_tensor():
    x = tf.constant(3.0)
    a, b = tf.gradients(x * x, [x, x])
    assert a is b


def test_y_among_xs_is_its_initial_gradient():
    x = tf.constant([1.0, 2.0])
    y = x * 3.0
    g = tf.gradients(y, [y, x], grad_ys=tf.constant([5.0, 7.0]))
    assert g[0].name == "gradients/grad_ys_0:0"
    np.testing.assert_array_equal(run(g[1]), [15.0, 21.0])


def test_several_ys_are_summed():
    x = tf.constant(2.0)
    assert run(tf.gradients([x * x, 3.0 * x], x)) == [7.0]
    assert run(tf.gradients([x * x, 3.0 * x], x, grad_ys=[tf.constant(10.0), None])) == [43.0]


@pytest.mark.parametrize(
    ("method", "types"),
    [
        (tf.AggregationMethod.DEFAULT, ["AddN"]),
        (tf.AggregationMethod.EXPERIMENTAL_TREE, ["AddN", "AddN"]),
        (tf.AggregationMethod.EXPERIMENTAL_ACCUMULATE_N, ["AddN", "AddN"]),
    ],
)
def test_aggregation_methods(graph, method, types):
    x = tf.constant(2.0, name="x")
    y = tf.add_n([tf.sin(x), tf.cos(x), tf.exp(x)])
    (g,), nodes = new_nodes(graph, lambda: tf.gradients(y, x, aggregation_method=method))
    assert [t for t, n in nodes if t == "AddN"] == types
    np.testing.assert_allclose(run(g), np.cos(2) - np.sin(2) + np.exp(2), rtol=1e-6)


def test_gated_gradients_wait_for_each_other(graph):
    a, b = tf.constant(2.0), tf.constant(3.0)
    ga, _ = tf.gradients(a * b, [a, b], gate_gradients=True)
    assert ga.op.type == "Identity"
    (gate,) = ga.op.control_inputs
    names = {op.name for op in gate.control_inputs}
    assert names == {"gradients/mul_grad/Mul", "gradients/mul_grad/Mul_1"}


def test_colocated_gradients_carry_the_forward_op():
    x = tf.constant(2.0, name="x")
    y = tf.sin(x, name="y")
    (g,) = tf.gradients(y, x, colocate_gradients_with_ops=True)
    assert g.op.colocation_groups() == [b"loc:@y"]


def test_integers_and_what_comes_after_them_are_constants():
    x = tf.constant([1.0, 2.5])
    i = tf.cast(x, tf.int32)
    assert tf.gradients(tf.cast(i, tf.float32) * 2.0, x) == [None]
    assert tf.gradients(i, x) == [None]
    assert tf.gradients(tf.cast(tf.argmax(x), tf.float32), x) == [None]


def test_unused_outputs_of_an_operation_get_zeros(graph):
    x = tf.placeholder(tf.float32, [6])
    a, _, _ = tf.split(x, 3)
    (g,), nodes = new_nodes(graph, lambda: tf.gradients(a * a, x))
    zeros = [n for t, n in nodes if t == "ZerosLike"]
    assert zeros == ["gradients/zeros_like", "gradients/zeros_like_1"]
    np.testing.assert_array_equal(run(g, {x: np.arange(6.0)}), [0, 2, 0, 0, 0, 0])


def test_orders_one_to_three_of_a_composition():
    x = tf.placeholder(tf.float64, [])
    y = tf.sin(x) * tf.exp(2.0 * x)
    derivatives = [y]
    for _ in range(3):
        derivatives += tf.gradients(derivatives[-1], x)
    t = 0.7
    got = run(derivatives[1:], {x: t})
    s, c, e = np.sin(t), np.cos(t), np.exp(2 * t)
    closed = [(2 * s + c) * e, (3 * s + 4 * c) * e, (2 * s + 11 * c) * e]
    # float64, and some twenty operations: a few hundred units in the last place.
    np.testing.assert_allclose(got, closed, rtol=1e-13)


def test_a_missing_gradient_shows_the_path_and_how_to_register_one():
    x = tf.constant([1.0, 2.0, 2.0], name="x")
    loss = tf.reduce_sum(tf.unique(x * 2.0)[0], name="loss")
    with pytest.raises(LookupError) as caught:
        tf.gradients(loss, x)
    text = str(caught.value)
    assert text.splitlines()[0] == "No gradient defined for operation 'Unique' (op type: Unique)"
    assert "loss depends on x through it:  x -> mul -> Unique -> loss" in text
    assert "test_algorithm.py" in text
    assert '@tf.RegisterGradient("Unique")' in text


def test_overriding_a_gradient():
    @tf.RegisterGradient("TimesTen")
    def _times_ten(op, dy):
        return 10.0 * dy

    with pytest.raises(KeyError, match="Registering two gradient with name 'TimesTen'"):
        tf.RegisterGradient("TimesTen")(_times_ten)
    x = tf.constant(1.0)
    with tf.get_default_graph().gradient_override_map({"Square": "TimesTen"}):
        y = tf.square(x)
    assert run(tf.gradients(y + tf.square(x), x)) == [12.0]


def test_a_gradient_of_a_wrong_shape_is_refused():
    @tf.RegisterGradient("WrongShape")
    def _wrong(op, dy):
        return tf.constant([1.0, 2.0, 3.0])

    x = tf.constant([1.0, 2.0])
    with tf.get_default_graph().gradient_override_map({"Exp": "WrongShape"}):
        y = tf.exp(x, name="e")
    with pytest.raises(ValueError, match="Incompatible shapes between op input and calculated"):
        tf.gradients(y, x)


def test_a_chain_of_100000_operations_neither_overflows_nor_slows_down():
    x = tf.placeholder(tf.float32, [4])
    y = x

    def seconds(n):
        nonlocal y
        start = time.perf_counter()
        for _ in range(n):
            y = tf.tanh(y)
        return time.perf_counter() - start

    first = seconds(10_000)
    seconds(80_000)
    last = seconds(10_000)
    assert last < 5 * first + 1.0  # linear; the slack is for a busy machine
    (g,) = tf.gradients(y, x)
    assert g.dims == (4,)
    assert len(tf.get_default_graph().get_operations()) > 200_000


def test_the_cost_is_that_of_what_lies_between(graph):
    """A large graph on both sides of a small part costs little."""
    x = tf.placeholder(tf.float32, [4])
    y = x
    for _ in range(20_000):
        y = tf.tanh(y)
    a = y
    for _ in range(10):
        a = tf.tanh(a)
    b = a
    for _ in range(20_000):
        b = tf.tanh(b)
    from tfgrad._src.gradients import algorithm

    between = algorithm._between(graph, [y.op], [a.op])
    assert len(between) == 11
    start = time.perf_counter()
    tf.gradients(a, y)
    assert time.perf_counter() - start < 0.1
