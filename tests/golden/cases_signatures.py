"""The ways to call `tf.gradients`: what each argument may be, by position and by keyword.

The nodes tell whether an argument was converted, in which scope, and whether it had an effect.
"""

import collections

import numpy as np

Pair = collections.namedtuple("Pair", "first second")


def _ab(tf):
    return tf.constant(2.0, name="a"), tf.constant(3.0, name="b")


def _table(tf):
    return tf.constant([[1.0, 2.0], [3.0, 4.0]], name="table")


def _named(gradients):
    """Fetches of gradients, sliced ones by their parts."""
    fetches = {}
    for i, g in enumerate(gradients):
        if hasattr(g, "indices"):
            fetches.update({f"g{i}_values": g.values, f"g{i}_indices": g.indices})
        elif g is not None:
            fetches[f"g{i}"] = g
    return fetches


def all_by_position(tf):
    a, b = _ab(tf)
    seed = tf.constant(5.0, name="seed")
    tree = tf.AggregationMethod.EXPERIMENTAL_TREE
    zero = tf.UnconnectedGradients.ZERO
    g = tf.gradients([a * a * b], [a, b], [seed], "slope", True, True, tree, [a], zero)
    return _named(g), {}


def all_by_keyword(tf):
    a, b = _ab(tf)
    c = tf.constant(7.0, name="c")
    g = tf.gradients(
        unconnected_gradients="zero",
        stop_gradients=b,
        aggregation_method=2,
        gate_gradients=True,
        colocate_gradients_with_ops=True,
        name="slope",
        grad_ys=c,
        xs=[a, b, c],
        ys=a * b + a,
    )
    return _named(g), {}


def scalars_for_lists(tf):
    a, b = _ab(tf)
    return _named(tf.gradients(a * b, b, grad_ys=b, stop_gradients=b)), {}


def tuples_for_lists(tf):
    a, b = _ab(tf)
    g = tf.gradients((a * b, a), (a, b), grad_ys=(None, b), stop_gradients=(a,))
    return _named(g), {}


def named_tuple_of_xs(tf):
    return _named(tf.gradients(tf.sin(3.0), Pair(*_ab(tf)), unconnected_gradients="zero")), {}


def list_in_ys_becomes_a_tensor(tf):
    a, b = _ab(tf)
    return _named(tf.gradients([[a * b, b * a], a], [a])), {}


def name_is_none(tf):
    a, b = _ab(tf)
    return _named(tf.gradients(a * b, a, name=None)), {}


def name_is_empty(tf):
    a, b = _ab(tf)
    with tf.name_scope("outer"):
        return _named(tf.gradients(a * b, a, name="")), {}


def name_is_a_scope(tf):
    a, b = _ab(tf)
    with tf.name_scope("outer") as scope:
        pass
    return _named(tf.gradients(a * b, a, name=scope)), {}


def second_call(tf):
    a, b = _ab(tf)
    return _named(tf.gradients(a * b, a) + tf.gradients(a * b, b)), {}


def grad_ys_numbers(tf):
    a, b = _ab(tf)
    return _named(tf.gradients([a * b, a], a, grad_ys=[2.0, np.float32(4.0)])), {}


def grad_ys_list_becomes_a_tensor(tf):
    v = tf.constant([1.0, 2.0], name="v")
    return _named(tf.gradients([v * v], v, grad_ys=[[3.0, 4.0]])), {}


def grad_ys_slices(tf):
    t = _table(tf)
    seed = tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([1]), tf.constant([2, 2]))
    return _named(tf.gradients(t * 2.0, t, grad_ys=seed)), {}


def grad_ys_slices_pass(tf):
    t = _table(tf)
    seed = tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([1]), tf.constant([2, 2]))
    return _named(tf.gradients(tf.identity(t), t, grad_ys=[seed])), {}


def grad_ys_slices_without_shape(tf):
    t = _table(tf)
    seed = tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([1]))
    return _named(tf.gradients(tf.identity(t), t, grad_ys=[seed])), {}


def grad_ys_variable(tf):
    a = tf.constant(2.0, name="a")
    v = tf.get_variable("v", initializer=3.0, use_resource=True)
    return _named(tf.gradients(a * a, a, grad_ys=v)), {}


def complex_ys(tf):
    z = tf.constant(1 + 2j, name="z")
    return _named(tf.gradients(z * z, z, grad_ys=tf.constant(1 - 1j))), {}


def ys_variable(tf):
    v = tf.get_variable("v", initializer=3.0, use_resource=False)
    return _named(tf.gradients(v, v)), {}


def ys_resource_variable(tf):
    v = tf.get_variable("v", initializer=3.0, use_resource=True)
    return _named(tf.gradients(v, [v, v.handle], unconnected_gradients="zero")), {}


def xs_variable(tf):
    v = tf.get_variable("v", initializer=3.0, use_resource=False)
    return _named(tf.gradients(v * v, v)), {}


def xs_resource_variable(tf):
    v = tf.get_variable("v", initializer=3.0, use_resource=True)
    return _named(tf.gradients(v * v, [v, v.handle])), {}


def xs_trainable_variables(tf):
    v = tf.get_variable("v", initializer=3.0, use_resource=True)
    w = tf.get_variable("w", initializer=5.0, use_resource=False)
    return _named(tf.gradients(v * w, tf.trainable_variables())), {}


def ys_number(tf):
    return _named(tf.gradients(2.0, tf.constant(1.0), unconnected_gradients="zero")), {}


def stop_at_a_variable(tf):
    v = tf.get_variable("v", initializer=3.0, use_resource=False)
    a = tf.constant(2.0, name="a")
    return _named(tf.gradients(v * a, [v, a], stop_gradients=v)), {}


def stop_at_a_resource_variable(tf):
    v = tf.get_variable("v", initializer=3.0, use_resource=True)
    a = tf.constant(2.0, name="a")
    return _named(tf.gradients(v * a, [v, a], stop_gradients=v)), {}


def stop_in_the_middle(tf):
    a, b = _ab(tf)
    c = tf.multiply(a, b, name="c")
    return _named(tf.gradients(tf.sin(c) * a, [a, b], stop_gradients=[c])), {}


def stop_at_slices(tf):
    t = _table(tf)
    s = tf.IndexedSlices(t, tf.constant([1, 0]), tf.constant([2, 2]))
    return _named(tf.gradients(t * t, t, stop_gradients=s)), {}


def unconnected_integers(tf):
    x, i = tf.constant(1.0), tf.constant([1, 2], name="i")
    return _named(tf.gradients(x, i, unconnected_gradients="zero")), {}


def unconnected_dynamic(tf):
    x = tf.placeholder(tf.float64, [None, 2], name="x")
    g = tf.gradients(tf.constant(1.0), x, unconnected_gradients="zero")
    return _named(g), {x: np.ones((3, 2))}


def unconnected_variable(tf):
    v = tf.get_variable("v", initializer=[3.0, 1.0], use_resource=False)
    return _named(tf.gradients(tf.constant(1.0), v, unconnected_gradients="zero")), {}


def unconnected_resource_variable(tf):
    v = tf.get_variable("v", initializer=[3.0, 1.0], use_resource=True)
    return _named(tf.gradients(tf.constant(1.0), v, unconnected_gradients="zero")), {}


def connected_with_zero_asked(tf):
    a, b = _ab(tf)
    return _named(tf.gradients(a * b, [a, b], unconnected_gradients="zero")), {}


def aggregation_accumulate(tf):
    a, b = _ab(tf)
    method = tf.AggregationMethod.EXPERIMENTAL_ACCUMULATE_N
    g = tf.gradients(a * b + a + tf.sin(a), a, aggregation_method=method)
    return _named(g), {}


def aggregation_add_n(tf):
    a, b = _ab(tf)
    method = tf.AggregationMethod.ADD_N
    return _named(tf.gradients(a * b + a + tf.sin(a), a, aggregation_method=method)), {}


CASES = {
    name: function
    for name, function in list(vars().items())
    if callable(function) and not name.startswith("_") and name != "Pair"
}
