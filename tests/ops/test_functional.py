"""`MapDefun`: a function mapped over slices of its arguments.

Oracles: numpy for values; the errors and static shapes are those of TensorFlow 2.21.
"""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import central_difference
from tfgrad._src.functions.functional import map_function
from tfgrad._src.graph.func_graph import FuncGraph


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def run(x, feeds=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(x, feeds)


def mapped(function, *arguments) -> list:
    """``MapDefun`` of a Python function of slices."""
    arguments = [tf.convert_to_tensor(a) for a in arguments]
    f = FuncGraph("f")
    with f.as_default():
        slices = [
            f.add_input(t.dtype, None if t.dims is None else t.dims[1:], f"slice_{i}")
            for i, t in enumerate(arguments)
        ]
        results = function(*slices)
        f.outputs = list(results) if isinstance(results, list | tuple) else [results]
    return map_function(f, arguments)


def points(*shape) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


def test_results_are_stacked_along_axis_0():
    a, b = points(4, 3), points(4, 2)
    w = tf.constant(points(3, 2))
    y, n = mapped(lambda a, b: (tf.tensordot(a, w, 1) - b, tf.size(a)), a, b)
    assert (y.shape, n.shape) == ([4, 2], [4])
    np.testing.assert_allclose(run(y), a @ points(3, 2) - b, rtol=1e-14)  # another order of sums
    np.testing.assert_array_equal(run(n), [3, 3, 3, 3])


def test_no_slices_give_no_results():
    (y,) = mapped(lambda a: tf.stack([a, a]), np.zeros((0, 3)))
    assert run(y).shape == (0, 2, 3)


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ([(3, 2)], (3, 2)), ([(None, 2)], (None, 2)), ([None], (None, 2)),
        ([(3, 1), (None, 7)], (3, 2)), ([(None, 1), None, (3,)], (3, 2)),
    ],
)  # fmt: skip
def test_static_shape_is_the_common_length_before_the_declared_shape(shapes, expected):
    arguments = [tf.placeholder(tf.float32, s) for s in shapes]
    (y,) = mapped(lambda *slices: tf.zeros([2]), *arguments)
    assert y.dims == expected


def test_a_result_of_unknown_rank_has_an_unknown_shape():
    (y,) = mapped(lambda a: a, tf.placeholder(tf.float32, None))
    assert y.dims is None


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ([()], "Arguments must have rank at least 1. Input 0 has rank of 0."),
        ([(3,), (4,)], "Arguments must have the same dimension 0."),
    ],
)
def test_arguments_must_have_equally_many_slices(shapes, message):
    f = FuncGraph("f")
    f.outputs = [f.add_input(tf.float32, None, f"x_{i}") for i in range(len(shapes))][:1]
    with pytest.raises(ValueError, match=message):
        map_function(f, [tf.placeholder(tf.float32, s) for s in shapes])


def test_a_captured_shape_is_a_number_inside():
    x = tf.placeholder(tf.float64, [None, None])
    dims = tf.placeholder(tf.int32, [2])
    (y,) = mapped(lambda a: tf.reshape(a, dims), x)
    given = points(2, 6)
    for shape in ((2, 3), (3, 2)):
        result = run(y, {x: given, dims: shape})
        np.testing.assert_array_equal(result, given.reshape(2, *shape))


def test_a_shape_computed_by_the_program_is_known_before_the_map():
    # The plan is cut: the number must be on the host when the map is compiled.
    x = tf.placeholder(tf.float64, [None])
    n = tf.cast(tf.reduce_sum(x), tf.int32)
    (y,) = mapped(lambda a: tf.fill([n], a), x)
    np.testing.assert_array_equal(run(y, {x: [1.0, 2.0]}), [[1, 1, 1], [2, 2, 2]])


def test_slices_cannot_decide_about_shapes():
    n = tf.placeholder(tf.int32, [None])
    (y,) = mapped(lambda n: tf.fill([n], 1.0), n)
    with pytest.raises(tf.errors.UnimplementedError, match="all results must have one shape"):
        run(y, {n: [1, 2]})


def test_values_computed_inside_cannot_decide_about_shapes():
    x = tf.placeholder(tf.float32, [None])
    v = tf.Variable([1.0, 2.0], use_resource=True)
    (y,) = mapped(lambda a: tf.fill([tf.cast(tf.reduce_sum(v), tf.int32)], a), x)
    with pytest.raises(tf.errors.UnimplementedError, match="decides about a shape"):
        run(y, {x: [1.0, 2.0]})


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda a: a + tf.random_uniform([]), "has a state, as random numbers have"),
        (lambda a: tf.unique(tf.fill([3], a))[0], "runs between compiled programs"),
    ],
)
def test_effects_and_host_work_are_refused(function, reason):
    (y,) = mapped(function, np.ones(2, np.float32))
    with pytest.raises(tf.errors.UnimplementedError, match=reason):
        run(y)


@pytest.mark.parametrize("use_resource", [False, True])
def test_changes_of_variables_are_refused(use_resource):
    v = tf.Variable(1.0, use_resource=use_resource)

    def function(a):
        with tf.control_dependencies([tf.assign_add(v, a)]):  # even if no result needs it
            return tf.identity(a)

    (y,) = mapped(function, np.ones(2, np.float32))
    with pytest.raises(tf.errors.UnimplementedError, match="changes a variable"):
        run(y)


def test_gradient_of_arguments_is_mapped_and_of_captures_is_summed():
    a, c = points(3, 2), points(2)
    weights = points(3, 2) + 1

    def value(a, c):
        return np.sin(a * c) * c

    x, y = tf.constant(a), tf.constant(c)
    (z,) = mapped(lambda s: tf.sin(s * y) * y, x)
    da, dc = tf.gradients(z, [x, y], tf.constant(weights))
    # Central differences of smooth functions of order 1 err by about 1e-10 with this step.
    step = 1e-5
    expected = central_difference(lambda a: value(a, c), a, step, weights)
    np.testing.assert_allclose(run(da), expected, rtol=1e-8, atol=1e-9)
    expected = central_difference(lambda c: value(a, c), c, step, weights)
    np.testing.assert_allclose(run(dc), expected, rtol=1e-8, atol=1e-9)


def test_gradient_of_one_of_several_results():
    x, i = tf.constant(points(3)), tf.constant([1, 2, 3])
    y, z, _ = mapped(lambda a, i: (a * a, tf.exp(a), i + 1), x, i)
    np.testing.assert_allclose(run(tf.gradients(z, x)[0]), np.exp(points(3)), rtol=1e-14)
    np.testing.assert_allclose(run(tf.gradients(y, x)[0]), 2 * points(3), rtol=1e-14)
    assert tf.gradients(y, [i]) == [None]


def test_maps_nest_and_can_be_differentiated_three_times():
    x = tf.constant(points(2, 3))
    (y,) = mapped(lambda row: mapped(lambda e: e**5, row)[0], x)
    for coefficient, power in ((5, 4), (20, 3), (60, 2)):
        (y,) = tf.gradients(y, x)
        np.testing.assert_allclose(run(y), coefficient * points(2, 3) ** power, rtol=1e-12)


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_captured_variable_has_a_gradient(use_resource):
    v = tf.Variable([1.0, 2.0], use_resource=use_resource)
    (y,) = mapped(lambda a: a * tf.square(v), np.float32([1.0, 3.0]))
    (dv,) = tf.gradients(y, v)
    np.testing.assert_array_equal(run(dv), [8.0, 16.0])
