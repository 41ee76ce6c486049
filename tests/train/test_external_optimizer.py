"""`tf.contrib.opt`: SciPy's optimizers on graphs.

Oracles: closed forms, and SciPy called directly on the same function written in numpy.
"""

import logging

import numpy as np
import pytest
import scipy.optimize

import tfgrad as tf
from tfgrad.contrib.opt import ExternalOptimizerInterface, ScipyOptimizerInterface


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def variables(**initial):
    return [tf.get_variable(n, initializer=np.float64(value)) for n, value in initial.items()]


def minimized(optimizer, *vs, **arguments):
    """The values of ``vs`` after the optimizer ran in a new session."""
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        optimizer.minimize(session, **arguments)
        return session.run(list(vs))


def rosenbrock():
    """In two variables of different shapes, so that packing and unpacking matter."""
    (x,) = variables(x=[-1.2, 1.0])
    (y,) = variables(y=[[0.5], [2.0], [-1.0]])
    points = tf.concat([x, tf.reshape(y, [-1])], 0)
    a, b = points[:-1], points[1:]
    return tf.reduce_sum(100.0 * tf.square(b - tf.square(a)) + tf.square(1.0 - a)), x, y


START = np.array([-1.2, 1.0, 0.5, 2.0, -1.0])


@pytest.mark.parametrize("method", ["L-BFGS-B", "BFGS", "CG", "Newton-CG", "TNC", "SLSQP"])
def test_the_steps_are_those_of_scipy_alone(method):
    loss, x, y = rosenbrock()
    options = {"maxfun": 8} if method == "TNC" else {"maxiter": 8}
    ours, theirs = [], []
    found = minimized(
        ScipyOptimizerInterface(loss, method=method, options=options),
        x,
        y,
        step_callback=lambda p: ours.append(np.copy(p)),
    )
    scipy.optimize.minimize(
        scipy.optimize.rosen,
        START,
        jac=scipy.optimize.rosen_der,
        method=method,
        callback=lambda p: theirs.append(np.copy(p)),
        options=options,
    )
    # Both in float64; eight steps of a quasi-Newton method multiply rounding errors.
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert [f.shape for f in found] == [(2,), (3, 1)]


def test_the_minimum_is_assigned():
    """A local one: from here SciPy does not come to (1, ..., 1)."""
    loss, x, y = rosenbrock()
    found = minimized(ScipyOptimizerInterface(loss, options={"maxiter": 500}, tol=1e-14), x, y)
    flat = np.concatenate([f.reshape(-1) for f in found])
    np.testing.assert_allclose(flat, [-0.962052, 0.935740, 0.880713, 0.777878, 0.605094], rtol=1e-5)
    np.testing.assert_allclose(scipy.optimize.rosen_der(flat), np.zeros(5), atol=1e-4)


def test_nothing_is_assigned_before_the_end():
    (v,) = variables(v=[3.0, 4.0])
    optimizer = ScipyOptimizerInterface(tf.reduce_sum(tf.square(v)))
    seen = []
    with tf.Session() as session:
        session.run(v.initializer)
        optimizer.minimize(session, loss_callback=lambda: seen.append(session.run(v)))
        assert len(seen) >= 2
        np.testing.assert_array_equal(seen, np.tile([3.0, 4.0], (len(seen), 1)))
        np.testing.assert_allclose(session.run(v), [0.0, 0.0], atol=1e-8)


def test_float32_variables():
    v = tf.get_variable("v", initializer=[7.0, -7.0])
    (found,) = minimized(ScipyOptimizerInterface(tf.reduce_sum(tf.square(v - [1.0, 2.0]))), v)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [1.0, 2.0], rtol=1e-5)


@pytest.mark.parametrize("use_resource", [False, True])
def test_both_kinds_of_variables(use_resource):
    """TensorFlow 1.15 feeds resource variables to no effect, and finds no minimum."""
    v = tf.get_variable("v", initializer=[7.0, -7.0], use_resource=use_resource)
    w = tf.get_variable("w", initializer=3.0, use_resource=not use_resource)
    loss = tf.reduce_sum(tf.square(v - 1.0)) + tf.square(w + 2.0)
    a, b = minimized(ScipyOptimizerInterface(loss), v, w)
    np.testing.assert_allclose([*a, b], [1.0, 1.0, -2.0], rtol=1e-4)


def test_only_the_listed_variables_are_changed():
    v, w = variables(v=2.0, w=3.0)
    found = minimized(ScipyOptimizerInterface(tf.square(v) + tf.square(w), var_list=[w]), v, w)
    np.testing.assert_allclose(found, [2.0, 0.0], atol=1e-8)


def test_a_variable_that_the_loss_ignores_stays():
    v, w = variables(v=2.0, w=[3.0, 4.0])
    found = minimized(ScipyOptimizerInterface(tf.square(v), var_list=[w, v]), v, w)
    np.testing.assert_allclose(found[0], 0.0, atol=1e-8)
    np.testing.assert_array_equal(found[1], [3.0, 4.0])


def test_constraints():
    """The point nearest to the origin with x + y = 2 and x >= 1.5."""
    x, y = variables(x=7.0, y=7.0)
    optimizer = ScipyOptimizerInterface(
        tf.square(x) + tf.square(y),
        equalities=[x + y - 2.0],
        inequalities=[x - 1.5],
        method="SLSQP",
    )
    np.testing.assert_allclose(minimized(optimizer, x, y), [1.5, 0.5], rtol=1e-8)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((1.0, np.inf), [[1, 1, 1], [1, 1, 1]]),
        ((-np.inf, [-3, -2, -1]), [[-3, -2, -1], [-3, -2, -1]]),
        (([[2], [4]], np.inf), [[2, 2, 2], [4, 4, 4]]),
        ((-np.inf, np.inf), [[0, 0, 0], [0, 0, 0]]),
    ],
)
def test_bounds_are_broadcast_to_the_variable(bounds, expected):
    v, w = variables(v=np.full((2, 3), 5.0), w=9.0)
    loss = tf.reduce_sum(tf.square(v)) + tf.square(w)
    found = minimized(ScipyOptimizerInterface(loss, var_to_bounds={v: bounds}), v, w)
    np.testing.assert_allclose(found[0], expected, atol=1e-7)
    np.testing.assert_allclose(found[1], 0.0, atol=1e-7)


def test_feeds_fetches_and_callbacks():
    (v,) = variables(v=[4.0])
    target = tf.placeholder(tf.float64, [])
    distance = tf.reduce_sum(tf.abs(v - target))
    optimizer = ScipyOptimizerInterface(tf.reduce_sum(tf.square(v - target)))
    steps, distances = [], []
    (found,) = minimized(
        optimizer,
        v,
        feed_dict={target: 10.0},
        fetches=[distance, target],
        step_callback=lambda p: steps.append(np.copy(p)),
        loss_callback=lambda *values: distances.append(values),
    )
    np.testing.assert_allclose(found, [10.0])
    assert distances[0] == (6.0, 10.0)
    assert distances[-1][0] < 1e-6
    assert len(distances) >= len(steps) >= 1


def test_the_default_session():
    (v,) = variables(v=4.0)
    optimizer = ScipyOptimizerInterface(tf.square(v))
    with pytest.raises(ValueError, match="session"):
        optimizer.minimize()
    with tf.Session() as session:
        v.initializer.run()
        optimizer.minimize()
        assert abs(session.run(v)) < 1e-6


def test_what_is_logged(caplog):
    (v,) = variables(v=4.0)
    with caplog.at_level(logging.INFO, logger="tensorflow"):
        minimized(ScipyOptimizerInterface(tf.square(v - 1.0) + 2.0), v)
    (record,) = caplog.records
    lines = record.getMessage().splitlines()
    assert lines[0] == "Optimization terminated with:"
    assert lines[1].startswith("  Message: CONVERGENCE")
    assert lines[2] == "  Objective function value: 2.000000"
    assert lines[3].startswith("  Number of iterations: ")
    assert lines[4].startswith("  Number of functions evaluations: ")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bounds", "Bounds must be set using the var_to_bounds argument"),
        ("jac", "Optimizer keyword arg 'jac' is set automatically and cannot be injected manually"),
        ("callback", "Optimizer keyword arg 'callback' is set automatically"),
        ("constraints", "Optimizer keyword arg 'constraints' is set automatically"),
    ],
)
def test_what_may_not_be_given(name, message):
    (v,) = variables(v=4.0)
    optimizer = ScipyOptimizerInterface(tf.square(v), **{name: None})
    with pytest.raises(ValueError, match=f"^{message}"):
        minimized(optimizer, v)


def test_the_base_class_minimizes_nothing():
    (v,) = variables(v=4.0)
    with pytest.raises(NotImplementedError, match="subclass from it and implement the _minimize"):
        minimized(ExternalOptimizerInterface(tf.square(v)), v)


def test_an_optimizer_of_the_users():
    """With the argument names, and the lists of one, that subclasses were written for."""

    class Checked(ExternalOptimizerInterface):
        def _minimize(
            self, initial_val, loss_grad_func, equality_funcs, equality_grad_funcs,
            inequality_funcs, inequality_grad_funcs, packed_bounds, step_callback,
            optimizer_kwargs,
        ):  # fmt: skip
            loss, gradient = loss_grad_func(initial_val)
            assert (loss, gradient.tolist()) == (25.0, [6.0, 8.0])
            assert equality_funcs[0](initial_val) == [7.0]
            assert equality_grad_funcs[0](initial_val)[0].tolist() == [1.0, 1.0]
            assert inequality_funcs[0](initial_val) == [12.0]
            assert inequality_grad_funcs[0](initial_val)[0].tolist() == [4.0, 3.0]
            assert packed_bounds == [(0.0, 9.0), (-np.inf, np.inf)]
            assert optimizer_kwargs == {"rate": 0.5}
            step_callback(initial_val)
            return initial_val - optimizer_kwargs["rate"] * gradient

    x, y = variables(x=3.0, y=4.0)
    optimizer = Checked(
        tf.square(x) + tf.square(y), [x, y], [x + y], [x * y], {x: (0.0, 9.0)}, rate=0.5
    )
    assert minimized(optimizer, x, y) == [0.0, 0.0]


def test_the_nodes_and_their_order(graph):
    """TensorFlow 1.15's, apart from the differences between 1.15 and 2.21 in `tf.gradients`."""
    x, y = variables(x=3.0, y=[4.0])
    loss = tf.reduce_sum(tf.square(y)) + x
    before = len(graph.get_operations())
    ScipyOptimizerInterface(loss, inequalities=[x])
    added = graph.get_operations()[before:]
    outside = [
        (op.type, op.name)
        for op in added
        if op.type != "Const" and not op.name.startswith("gradients")
    ]
    assert outside == [
        ("Placeholder", "Placeholder"),
        ("Placeholder", "Placeholder_1"),
        ("Reshape", "Reshape"),
        ("Assign", "Assign"),
        ("Reshape", "Reshape_1"),
        ("Assign", "Assign_1"),
        ("Reshape", "Reshape_2"),
        ("Reshape", "Reshape_3"),
        ("ConcatV2", "concat"),
        ("Reshape", "Reshape_4"),
        ("Reshape", "Reshape_5"),
        ("ConcatV2", "concat_1"),
        ("Reshape", "Reshape_6"),
        ("Reshape", "Reshape_7"),
        ("ConcatV2", "concat_2"),
    ]
