"""Functions with their own gradient, overridden gradients, recomputation and Hessians.

Oracles: mathematics, central differences, and TensorFlow's messages.  The graphs and values of
whole cases are compared with TensorFlow in ``tests/golden/custom.json``.
"""

import gc
import warnings
import weakref

import numpy as np
import pytest

import tfgrad as tf
from tests.gradients.differences import slopes


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def run(x, feeds=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(x, feeds)


# ---------------------------------------------------------------------- custom_gradient


def test_the_inside_is_never_differentiated():
    @tf.custom_gradient
    def f(x):
        return tf.unique(x)[0], lambda dy: dy * 3.0  # Unique has no gradient

    x = tf.constant([1.0, 2.0])
    assert run(tf.gradients(f(x), x)[0]).tolist() == [3.0, 3.0]


def test_what_is_no_argument_receives_no_gradient():
    w = tf.constant(2.0)

    @tf.custom_gradient
    def f(x):
        return x * w, lambda dy: dy * w

    x = tf.constant(3.0)
    dx, dw = tf.gradients(f(x), [x, w])
    assert run(dx) == 2.0
    assert dw is None


@pytest.mark.parametrize("order", [1, 2, 3])
def test_gradients_of_any_order_agree_with_mathematics(order):
    @tf.custom_gradient
    def cube(x):
        return x**3, lambda dy: 3.0 * dy * tf.square(x)

    x = tf.constant([1.0, -2.0], tf.float64)
    y = cube(x)
    for _ in range(order):
        (y,) = tf.gradients(y, x)
    values = {1: [3.0, 12.0], 2: [6.0, -12.0], 3: [6.0, 6.0]}
    np.testing.assert_allclose(run(y), values[order], rtol=1e-15)


def test_decorator_keeps_the_name_and_documentation_and_takes_no_arguments():
    @tf.custom_gradient()
    def f(x):
        """Doubles."""
        return 2.0 * x, lambda dy: dy

    assert f.__name__ == "f"
    assert f.__doc__ == "Doubles."
    assert run(f(1.0)) == 2.0


def test_methods_can_be_decorated():
    class Scale:
        def __init__(self, factor):
            self.factor = factor

        @tf.custom_gradient
        def apply(self, x):
            return x * self.factor, lambda dy: dy * 10.0 * self.factor

        @staticmethod
        @tf.custom_gradient
        def twice(x):
            return 2.0 * x, lambda dy: dy

    x = tf.constant(1.0)
    for factor in (2.0, 3.0):
        y = Scale(factor).apply(x)
        assert run([y, tf.gradients(y, x)[0]]) == [factor, 10.0 * factor]
    y = Scale.twice(x)
    assert run([y, tf.gradients(y, x)[0]]) == [2.0, 1.0]


def test_keyword_arguments_without_tensors_reach_the_function_as_they_are():
    @tf.custom_gradient
    def f(x, factor, *, text=""):
        assert isinstance(factor, int)
        assert text == "abc"
        return x * factor, lambda dy: dy * 10.0

    x = tf.constant(3.0)
    y = f(x, factor=2, text="abc")
    assert run([y, tf.gradients(y, x)[0]]) == [6.0, 10.0]


def test_tensors_by_keyword_are_arguments_in_the_order_of_the_parameters():
    @tf.custom_gradient
    def f(x, y, z):
        return x * y * z, lambda dy: (dy * 10.0, dy * 20.0, dy * 30.0)

    x, y, z = tf.constant(1.0), tf.constant(2.0), tf.Variable(3.0)
    out = f(x, z=z, y=y)
    assert run([out, *tf.gradients(out, [x, y, z])]) == [6.0, 10.0, 20.0, 30.0]


def test_sliced_values_pass():
    @tf.custom_gradient
    def f(s):
        out = tf.IndexedSlices(s.values * 2.0, s.indices)
        return out, lambda dy: tf.IndexedSlices(dy.values * 3.0, dy.indices)

    values = tf.constant([[1.0], [2.0]])
    out = f(tf.IndexedSlices(values, tf.constant([0, 3])))
    assert isinstance(out, tf.IndexedSlices)
    (d,) = tf.gradients(out.values, values)
    assert run([out.values, d])[0].tolist() == [[2.0], [4.0]]
    assert run(d).tolist() == [[3.0], [3.0]]


def test_functions_and_tensors_die_with_their_graph():
    with tf.Graph().as_default():

        @tf.custom_gradient
        def f(x):
            return x * 2.0, lambda dy: dy

        y = f(tf.constant(1.0))
        dead = weakref.ref(f), weakref.ref(y.graph)
    del f, y
    gc.collect()
    assert [d() for d in dead] == [None, None]


MESSAGES = {
    "variables": (
        TypeError,
        "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function uses",
    ),
    "reference": (
        TypeError,
        "All variables used by a function wrapped with @custom_gradient must be `Resource",
    ),
    "count": (ValueError, "Must return gradient for each variable from @custom_gradient grad_fn."),
    "graphs": (ValueError, "All custom_gradient outputs should be from the same graph"),
    "too_few": (ValueError, "Num gradients 1 generated for op"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_errors_are_those_of_tensorflow(name):
    w = tf.get_variable("w", initializer=1.0, use_resource=True)
    elsewhere = tf.Graph()

    @tf.custom_gradient
    def f(x):
        if name == "variables":
            return x * w, lambda dy: dy
        if name == "reference":
            return x * tf.get_variable("v", initializer=1.0, use_resource=False), lambda dy: dy
        if name == "count":
            return x * w, lambda dy, variables: (dy, [])
        if name == "graphs":
            with elsewhere.as_default():
                return (x, tf.constant(1.0)), lambda dy: dy
        return x, lambda dy: ()

    kind, message = MESSAGES[name]
    x = tf.constant(1.0)
    with pytest.raises(kind) as caught:
        tf.gradients(f(x), x)
    assert str(caught.value).startswith(message)


# ---------------------------------------------------------------------- overriding


def test_override_changes_the_gradient_of_the_nodes_made_inside(graph):
    @tf.RegisterGradient("TestGuidedRelu")
    def _(op, dy):
        return tf.where(dy > 0, dy, tf.zeros_like(dy)) * tf.cast(op.inputs[0] > 0, dy.dtype)

    x = tf.constant([-1.0, 2.0, 3.0])
    with graph.gradient_override_map({"Relu": "TestGuidedRelu"}):
        y = tf.nn.relu(x)
    dy = tf.constant([1.0, -1.0, 1.0])
    assert run(tf.gradients(y, x, dy)[0]).tolist() == [0.0, 0.0, 1.0]
    assert run(tf.gradients(tf.nn.relu(x), x, dy)[0]).tolist() == [0.0, -1.0, 1.0]


def test_straight_through_estimator_by_overriding_identity(graph):
    x = tf.constant([0.4, 1.6])
    with graph.gradient_override_map({"Round": "Identity"}):
        y = tf.round(x)
    assert run([y, tf.gradients(y, x)[0]])[1].tolist() == [1.0, 1.0]


def test_an_override_without_effect_warns_at_the_users_line(graph):
    with (
        pytest.warns(UserWarning, match="no node of type 'Relu' was made inside") as caught,
        graph.gradient_override_map({"Relu": "TestNothing", "Add": "Add"}),
    ):
        tf.add(tf.constant("a"), "b")
    assert caught[0].filename == __file__
    assert "Types made inside: Add, Const." in str(caught[0].message)


def test_a_gradient_for_several_types_warns_only_if_it_is_not_used_at_all(graph):
    with graph.gradient_override_map({"PyFunc": "Mine", "PyFuncStateless": "Mine"}):
        tf.py_func(abs, [1.0], tf.float32)
    with (
        pytest.warns(UserWarning, match="no node of type 'PyFunc' or 'PyFuncStateless'"),
        graph.gradient_override_map({"PyFunc": "Mine", "PyFuncStateless": "Mine"}),
    ):
        pass


def test_an_override_that_fails_does_not_warn(graph):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with (
            pytest.raises(ZeroDivisionError),
            graph.gradient_override_map({"Relu": "Mine"}),
        ):
            raise ZeroDivisionError


# ---------------------------------------------------------------------- built on custom_gradient


def test_pass_through_has_the_gradient_of_the_identity():
    w = tf.get_variable("w", initializer=5.0, use_resource=True)

    def f(x, y):
        """Rounds."""
        return tf.round(x * w), tf.floor(y)

    passes = tf.grad_pass_through(f)
    assert passes.__doc__ == "Rounds."
    x, y = tf.constant(0.3), tf.constant(2.7)
    a, b = passes(x, y)
    found = tf.gradients(a * 10.0 + b, [x, y, w])
    assert run([a, b, *found[:2]]) == [2.0, 2.0, 10.0, 1.0]
    assert found[2] is None


def block(x, w):
    for _ in range(3):
        x = tf.tanh(x * w) + x
    return x


def test_recomputed_gradients_agree_with_plain_ones():
    x = tf.constant([0.3, -0.7], tf.float64)
    w = tf.constant([1.5, 0.2], tf.float64)
    plain, again = block(x, w), tf.recompute_grad(block)(x, w)
    expected = tf.gradients(plain, [x, w])
    found = tf.gradients(again, [x, w])
    second = tf.gradients(tf.reduce_sum(expected[0] * expected[1]), [x, w])
    second_found = tf.gradients(tf.reduce_sum(found[0] * found[1]), [x, w])
    for a, b in run(
        list(zip([plain, *expected, *second], [again, *found, *second_found], strict=True))
    ):
        np.testing.assert_allclose(a, b, rtol=1e-14)  # the same operations in another order


def test_recomputation_is_not_optimised_away(graph):
    """The program of the gradient computes each tanh of the forward pass twice."""
    x, w = (tf.placeholder(tf.float32, [1000]) for _ in range(2))

    def count(y) -> int:
        (g,) = tf.gradients(y, x)
        with tf.Session() as session:
            session.run([y, g], {x: np.ones(1000), w: np.ones(1000)})
            runner = list(session._plans.runners.values())[-1]
        (program,) = runner.items[0].programs.values()
        return program.compiled.as_text().count("tanh(")

    plain = count(block(x, w))
    assert count(tf.recompute_grad(block)(x, w)) >= 2 * plain > 0


def test_recompute_calls_with_keywords_and_several_results():
    calls = []

    def f(x, y, scale=1.0):
        calls.append(scale)
        return x * y * scale, x + y

    x, y = tf.constant(2.0), tf.constant(3.0)
    a, b = tf.recompute_grad(f)(x, y, scale=10.0)
    assert run([a, b, *tf.gradients(a * b, [x, y])]) == [60.0, 5.0, 210.0, 160.0]
    assert calls == [10.0, 10.0]


def test_recompute_finds_its_variables_again():
    def f(x):
        with tf.variable_scope("inside", use_resource=True):
            w = tf.get_variable("w", initializer=[2.0, 3.0])
        return tf.square(x * w)

    x = tf.constant([1.0, 2.0])
    with tf.variable_scope("outside"):
        y = tf.recompute_grad(f)(x)
    (w,) = tf.trainable_variables()
    assert w.op.name == "outside/inside/w"
    dx, dw = run(tf.gradients(y, [x, w]))
    assert (dx.tolist(), dw.tolist()) == ([8.0, 36.0], [4.0, 24.0])


def test_contrib_recompute_tells_the_function_and_refuses_closures():
    told = []

    @tf.contrib.layers.recompute_grad
    def f(x, is_recomputing=False):
        told.append(is_recomputing)
        return tf.square(x)

    x = tf.constant(3.0)
    assert run(tf.gradients(f(x), x)) == [6.0]
    assert told == [False, True]
    with pytest.raises(ValueError, match="All inputs to function must be Tensors"):
        f(3.0)
    with pytest.raises(ValueError, match=r"fn decorated with @recompute_grad closes over Tensor"):
        tf.contrib.layers.recompute_grad(lambda y: x * y)


# ---------------------------------------------------------------------- Hessians


@pytest.mark.parametrize("shape", [(), (3,), (2, 2), (0, 2)])
def test_hessians_of_any_rank_agree_with_differences(shape):
    value = np.random.default_rng(0).normal(size=shape)
    x = tf.placeholder(tf.float64, shape)
    y = tf.sin(x) * tf.reduce_sum(tf.square(x)), tf.reduce_sum(x)
    (h,) = tf.hessians(list(y), x)
    assert h.shape.as_list() == [*shape, *shape]
    (g,) = tf.gradients(list(y), x)
    with tf.Session() as session:
        found = session.run(h, {x: value})
        expected = slopes(lambda v: session.run(g, {x: v}).ravel(), [value])[0]
    # See `slopes`: fifth derivatives here are below 10.
    np.testing.assert_allclose(found, expected.reshape(shape + shape), atol=1e-9)


def test_hessians_of_shapes_that_are_not_known():
    x = tf.placeholder(tf.float32, [None, 2])
    y = tf.placeholder(tf.float32)
    of_x, of_y = tf.hessians(tf.reduce_sum(x**3) + tf.reduce_sum(tf.square(y)), [x, y])
    a, b = run([of_x, of_y], {x: [[1.0, 2.0]], y: [1.0, 2.0]})
    np.testing.assert_array_equal(a.reshape(2, 2), np.diag([6.0, 12.0]))
    np.testing.assert_array_equal(b, np.diag([2.0, 2.0]))


def test_hessians_of_constants_are_zero_and_of_strangers_none():
    x, stranger = tf.constant([1.0, 2.0]), tf.constant(1.0)
    linear, missing = tf.hessians(3.0 * x, [x, stranger])
    np.testing.assert_array_equal(run(linear), np.zeros([2, 2]))
    assert missing is None


def test_hessians_of_variables_and_their_gradients():
    v = tf.Variable([1.0, 2.0])
    (h,) = tf.compat.v2.hessians(v[0] ** 3 * v[1], v)
    np.testing.assert_array_equal(run(h), [[12.0, 3.0], [3.0, 0.0]])
    np.testing.assert_array_equal(run(tf.gradients(h[0, 0], v)[0]), [12.0, 6.0])
