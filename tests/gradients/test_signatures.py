"""`tf.gradients`: every way to call it, under each of its names.

The nodes and values of each form are compared with TensorFlow in ``golden/cases_signatures.py``,
the errors in ``golden/errors/gradients.py``; here is what those cannot show.
"""

import enum
import inspect

import numpy as np
import pytest

import tfgrad as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def run(fetches):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches)


V1 = (
    "ys xs grad_ys name colocate_gradients_with_ops gate_gradients aggregation_method "
    "stop_gradients unconnected_gradients"
)


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (tf.gradients, V1),
        (tf.compat.v1.gradients, V1),
        (tf.compat.v2.gradients, V1.replace("colocate_gradients_with_ops ", "")),
    ],
    ids=["tf", "tf.compat.v1", "tf.compat.v2"],
)
def test_arguments_have_tensorflows_names_order_and_defaults(function, names):
    parameters = inspect.signature(function).parameters
    assert list(parameters) == names.split()
    defaults = {
        "ys": inspect.Parameter.empty,
        "xs": inspect.Parameter.empty,
        "grad_ys": None,
        "name": "gradients",
        "colocate_gradients_with_ops": False,
        "gate_gradients": False,
        "aggregation_method": None,
        "stop_gradients": None,
        "unconnected_gradients": tf.UnconnectedGradients.NONE,
    }
    assert {n: p.default for n, p in parameters.items()} == {n: defaults[n] for n in parameters}


def test_version_1_is_one_function():
    assert tf.compat.v1.gradients is tf.gradients


def test_version_2_takes_all_arguments_by_position():
    a = tf.constant(3.0, name="a")
    seed = tf.constant(2.0)
    method, zero = tf.AggregationMethod.EXPERIMENTAL_TREE, tf.UnconnectedGradients.ZERO
    b = tf.constant([7.0])
    g = tf.compat.v2.gradients([a * a], [a, b], [seed], "slope", True, method, [b], zero)
    assert [t.name for t in g] == ["slope/a_gradient_sum/AddN:0", "zeros_like:0"]
    assert run(g) == [12.0, [0.0]]


def test_version_2_places_gradients_with_the_forward_operation():
    x = tf.constant(2.0, name="x")
    y = tf.sin(x, name="y")
    assert tf.compat.v2.gradients(y, x)[0].op.colocation_groups() == [b"loc:@y"]
    (plain,) = tf.gradients(y, x)
    assert plain.op.colocation_groups() == [b"loc:@" + plain.op.name.encode()]


def test_unconnected_gradients_is_an_enumeration():
    assert issubclass(tf.UnconnectedGradients, enum.Enum)
    assert [(u.name, u.value) for u in tf.UnconnectedGradients] == [
        ("NONE", "none"),
        ("ZERO", "zero"),
    ]


@pytest.mark.parametrize("value", ["none", tf.UnconnectedGradients.NONE])
def test_none_gives_none(value):
    x, y = tf.constant(1.0), tf.constant(2.0)
    assert tf.gradients(y, [x, y], unconnected_gradients=value)[0] is None


@pytest.mark.parametrize("value", ["zero", tf.UnconnectedGradients.ZERO])
def test_zero_gives_zeros(value):
    x, y = tf.constant([1.0, 5.0], tf.float64), tf.constant(2.0)
    (g,) = tf.gradients(y, [x], unconnected_gradients=value)
    assert g.dtype is tf.float64
    np.testing.assert_array_equal(run(g), [0.0, 0.0])


@pytest.mark.parametrize("value", ["NONE", "Zero", "zero ", b"zero", 0, True, None])
def test_another_spelling_of_unconnected_gradients_is_refused(value):
    x = tf.constant(1.0)
    with pytest.raises(ValueError, match=r"^Unknown value for unconnected_gradients: "):
        tf.gradients(x, x, unconnected_gradients=value)


def test_a_refused_call_adds_nothing(graph):
    x = tf.constant(1.0)
    before = graph.get_operations()
    for wrong in ({"unconnected_gradients": "?"}, {"aggregation_method": 9}):
        with pytest.raises(ValueError, match=r"Unknown|Invalid"):
            tf.gradients(x, x, **wrong)
    assert graph.get_operations() == before


def test_constants_of_aggregation_method():
    m = tf.AggregationMethod
    assert (m.ADD_N, m.DEFAULT, m.EXPERIMENTAL_TREE, m.EXPERIMENTAL_ACCUMULATE_N) == (0, 0, 1, 2)


# TensorFlow 2.21 calls itself without end on the programs of the next test, and 1.15 stumbles over
# a missing attribute.


def test_slices_stand_for_their_values():
    table = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    s = tf.IndexedSlices(table * 3.0, tf.constant([1, 0]), tf.constant([2, 2]))
    (g,) = tf.gradients(s, table)
    np.testing.assert_array_equal(run(g), [[3.0, 3.0], [3.0, 3.0]])
    (g,) = tf.gradients(s.values * 5.0, s)
    np.testing.assert_array_equal(run(g), [[5.0, 5.0], [5.0, 5.0]])
    (g,) = tf.gradients(tf.constant(1.0), s, unconnected_gradients="zero")
    np.testing.assert_array_equal(run(g), [[0.0, 0.0], [0.0, 0.0]])


def test_slices_of_a_later_output():
    a, b = tf.split(tf.constant([[1.0], [2.0]]), 2)
    s = tf.IndexedSlices(b, tf.constant([0]), tf.constant([2, 1]))
    assert run(tf.gradients(a + 7.0 * b, s)) == [[[7.0]]]


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize("form", ["variable", "list", "tuple"])
def test_a_variable_alone_or_in_a_list(use_resource, form):
    v = tf.get_variable("v", initializer=3.0, use_resource=use_resource)
    argument = {"variable": v, "list": [v], "tuple": (v,)}[form]
    g = tf.gradients(v * v, argument)
    assert isinstance(g, list)
    assert run(g) == [6.0]


def test_an_operation_may_be_where_gradients_stop():
    """Unlike in TensorFlow, where an operation has no attribute ``op``."""
    a = tf.constant(2.0)
    b = a * a
    assert run(tf.gradients(b * a, a, stop_gradients=b.op)) == [4.0]


def test_the_graph_is_that_of_the_arguments():
    with tf.Graph().as_default() as other:
        x = tf.constant(3.0, name="x")
        y = x * x
    (g,) = tf.gradients(y, x)
    assert g.graph is other
    assert tf.get_default_graph() is not other
    assert g.name == "gradients/AddN:0"


def test_stop_gradients_makes_no_nodes(graph):
    v = tf.get_variable("v", initializer=3.0, use_resource=True)
    x = tf.constant(2.0)
    y = x * v

    def added(**arguments):
        before = len(graph.get_operations())
        tf.gradients(y, x, name="g/", **arguments)
        return len(graph.get_operations()) - before

    assert added() == added(stop_gradients=[v, v.handle])
