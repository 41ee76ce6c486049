"""`tf.contrib.graph_editor`: walks, selections, copies and new connections.

Names and inputs of the nodes were written down from TensorFlow 1.15, the only version that has it.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad.contrib import graph_editor as ge


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


class Nodes:
    """``x -> a -> b``, ``c = b * x`` after ``a``, ``c -> d``."""

    def __init__(self):
        with tf.name_scope("s"):
            self.x = tf.placeholder(tf.float32, [2], name="x")
            self.a = tf.square(self.x, name="a")
            self.b = tf.sin(self.a, name="b")
            with tf.control_dependencies([self.a.op]):
                self.c = tf.multiply(self.b, self.x, name="c")
        self.d = tf.exp(self.c, name="d")
        self.y = tf.placeholder(tf.float32, [2], name="y")


@pytest.fixture
def n(graph):
    return Nodes()


def names(items) -> list[str]:
    return sorted(item.name for item in items)


def test_walks_backward(n):
    back = ge.get_backward_walk_ops
    assert names(back(n.c.op)) == ["s/a", "s/b", "s/c", "s/x"]
    assert names(back(n.c.op, inclusive=False)) == ["s/a", "s/b", "s/x"]
    assert names(back(n.c.op, stop_at_ts=[n.b])) == ["s/c", "s/x"]
    assert names(back([n.d.op], within_ops=[n.d.op, n.c.op, n.a.op])) == ["d", "s/c"]
    assert names(back([n.b])) == ["s/a", "s/b", "s/x"]
    assert names(back(n.d.op, within_ops_fn=lambda op: op.type != "Sin")) == ["d", "s/c", "s/x"]


def test_walks_forward(n):
    forward = ge.get_forward_walk_ops
    assert names(forward(n.a.op)) == ["d", "s/a", "s/b", "s/c"]
    assert names(forward([n.a])) == ["d", "s/b", "s/c"]
    assert names(forward(n.b.op, inclusive=False)) == ["d", "s/c"]
    waits = ge.ControlOutputs(n.a.graph)
    assert names(waits.get(n.a.op)) == ["s/c"]
    only = [n.a.op, n.c.op]
    assert names(forward(n.a.op, within_ops=only, control_outputs=waits)) == ["s/a", "s/c"]


def test_walks_that_meet(n):
    between = ge.get_walks_intersection_ops
    assert names(between([n.a.op], [n.c.op])) == ["s/a", "s/b", "s/c"]
    assert names(ge.get_walks_union_ops([n.b.op], [n.a.op])) == ["d", "s/a", "s/b", "s/c", "s/x"]


def test_selection(n, graph):
    assert names(ge.select_ops("s/.*", graph=graph)) == ["s/a", "s/b", "s/c", "s/x"]
    assert names(ge.select_ops(n.a.op, [n.b.op], n.c)) == ["s/a", "s/b"]
    sines = ge.select_ops(".*", graph=graph, positive_filter=lambda op: op.type == "Sin")
    assert names(sines) == ["s/b"]
    assert names(ge.select_ts("b:0", graph=graph)) == ["s/b:0"]
    ops, tensors = ge.select_ops_and_ts("a$", "(?#ts)b:0", graph=graph)
    assert (names(ops), names(tensors)) == (["s/a"], ["s/b:0"])
    assert names(ge.filter_ts([n.a.op, n.b.op], True)) == ["s/a:0", "s/b:0", "s/x:0"]
    assert names(ge.filter_ts_from_regex([n.a.op, n.b.op], "b")) == ["s/b:0"]
    assert names(ge.get_name_scope_ops(graph, "s/")) == ["s/a", "s/b", "s/c", "s/x"]
    assert names(ge.get_consuming_ops([n.x])) == ["s/a", "s/c"]
    assert names(ge.get_generating_ops([n.x, n.b])) == ["s/b", "s/x"]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda n: ge.select_ops("a"), ValueError, "Use the keyword argument 'graph' to use regex"),
        (lambda n: ge.select_ops("a", foo=1), ValueError, "Wrong keywords argument: foo"),
        (lambda n: ge.make_list_of_op([n.a]), TypeError, "Expected a tf.Operation, got"),
        (lambda n: ge.make_list_of_t(n.a.op), TypeError, "Expected a tf.Tensor, got"),
        (lambda n: ge.add_control_inputs(n.a, n.b.op), TypeError, "Expected a tf.Operation"),
        (lambda n: ge.add_control_inputs(n.c.op, n.a.op), ValueError, "is already a control_input"),
        (lambda n: ge.remove_control_inputs(n.d.op, n.a.op), ValueError, "is not a control_input"),
        (lambda n: ge.reroute_ts([n.y], [n.x, n.y]), ValueError, "have different sizes: 1 != 2"),
        (lambda n: ge.reroute_ts(tf.constant(1), n.x), ValueError, "are not compatible"),
        (lambda n: ge.graph_replace(n.a, {n.d: n.y}), ValueError, "are not connected!"),
        (lambda n: ge.check_cios(True, None, object()), ValueError, "cannot be given with"),
        (lambda n: ge.sgv(n.a.op).find_op_by_name("q"), AttributeError, "q not found in subgraph"),
    ],
)
def test_refused(n, call, kind, message):
    with pytest.raises(kind, match=message):
        call(n)


def test_tensors_of_two_graphs_are_refused(n):
    with tf.Graph().as_default():
        other = tf.constant(1.0)
    with pytest.raises(ValueError, match="is not from the same graph"):
        ge.make_list_of_t([n.a, other])


def test_view(n):
    view = ge.sgv([n.a.op, n.b.op])
    assert (names(view.ops), names(view.inputs), names(view.outputs)) == (
        ["s/a", "s/b"], ["s/x:0"], ["s/b:0"],
    )  # fmt: skip
    assert names(view.consumers()) == ["s/c"]
    boundary = ge.compute_boundary_ts([n.a.op, n.b.op])
    assert [names(ts) for ts in boundary] == [["s/x:0"], ["s/b:0"], ["s/a:0"]]
    assert not ge.sgv()
    assert len(ge.make_view_from_scope("s", n.a.graph)) == 4


def inputs_of(view) -> list[tuple[str, list[str]]]:
    return [(op.name, [t.name for t in op.inputs]) for op in view.ops]


def test_copy_in_place(n):
    view = ge.sgv([n.a.op, n.b.op, n.c.op])
    copied, info = ge.copy_with_input_replacements(view, {})
    assert inputs_of(copied) == [
        ("s/a_1", ["s/x:0"]), ("s/b_1", ["s/a_1:0"]), ("s/c_1", ["s/b_1:0", "s/x:0"]),
    ]  # fmt: skip
    assert names(copied.ops[2].control_inputs) == ["s/a_1"]
    assert info.transformed(n.c).name == "s/c_1:0"
    assert info.original(info.transformed(n.c)) is n.c
    assert info.transformed(n.d) is None
    assert info.transformed([n.b.op]) == [copied.ops[1]]


def test_copy_with_replacement_and_scopes(n):
    view = ge.sgv([n.a.op, n.b.op])
    copied, _ = ge.copy_with_input_replacements(view, {n.x: n.y}, dst_scope="dst")
    assert inputs_of(copied) == [("dst/s/a", ["y:0"]), ("dst/s/b", ["dst/s/a:0"])]
    copied, _ = ge.copy(view, dst_scope="dst")
    assert inputs_of(copied)[0] == ("dst_1/s/a", ["dst_1/geph__x_0:0"])
    copied, _ = ge.copy(view, dst_scope="dst", reuse_dst_scope=True)
    assert names(copied.ops) == ["dst/s/a_1", "dst/s/b_1"]
    copied, _ = ge.copy(view, dst_scope="q", src_scope="s")
    assert names(copied.ops) == ["q/a", "q/b"]


def test_copy_into_another_graph(n):
    other = tf.Graph()
    ge.copy(ge.sgv([n.b.op, n.c.op]), dst_graph=other)
    assert names(other.get_operations()) == ["geph__a_0", "geph__x_0", "s/b", "s/c"]


def test_names_of_placeholders(n):
    name = ge.placeholder_name
    assert (name(n.b), name(n.b, scope="z"), name(), name(scope="u")) == (
        "s/geph__b_0", "z/geph__b_0", "geph", "u/geph",
    )  # fmt: skip
    assert ge.make_placeholder_from_tensor(n.b).name == "s/geph__b_0:0"


def test_replaced_tensors_are_computed_anew(n):
    z = ge.graph_replace(n.d, {n.a: n.y})
    c, d = ge.graph_replace([n.c, n.d], {n.a: n.y})
    x, y = np.array([0.5, 2.0]), np.array([3.0, -1.0])
    with tf.Session() as sess:
        found = sess.run([n.d, z, c, d], {n.x: x, n.y: y})
    expected = [np.exp(np.sin(x * x) * x), np.exp(np.sin(y) * x), np.sin(y) * x]
    for value, wanted in zip(found, [*expected, expected[1]], strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-6)


def test_what_a_session_has_run_is_computed_anew_after_a_change(n):
    x, y = np.array([0.5, 2.0]), np.array([3.0, -1.0])
    with tf.Session() as sess:
        before = sess.run(n.c, {n.x: x})
        np.testing.assert_allclose(before, np.sin(x * x) * x, rtol=1e-6)
        assert ge.reroute_ts([n.y], [n.x], can_modify=[n.a.op]) == 1
        after = sess.run(n.c, {n.x: x, n.y: y})
        np.testing.assert_allclose(after, np.sin(y * y) * x, rtol=1e-6)
        assert ge.swap_ts([n.x], [n.y]) == 2
        swapped = sess.run(n.c, {n.x: x, n.y: y})
        np.testing.assert_allclose(swapped, np.sin(x * x) * y, rtol=1e-6)


def test_later_nodes_can_feed_earlier_ones(n):
    x = np.array([0.5, 2.0])
    later = tf.cos(n.x)
    ge.reroute_ts([later], [n.a], can_modify=[n.b.op])
    (slope,) = tf.gradients(n.b, n.x)
    with tf.Session() as sess:
        value, slope = sess.run([n.b, slope], {n.x: x})
    np.testing.assert_allclose(value, np.sin(np.cos(x)), rtol=1e-6)
    np.testing.assert_allclose(slope, -np.cos(np.cos(x)) * np.sin(x), rtol=1e-6)


def test_waiting_for_others(n):
    ge.add_control_inputs(n.d.op, [n.a.op, n.b.op])
    assert names(n.d.op.control_inputs) == ["s/a", "s/b"]
    ge.remove_control_inputs(n.d.op, n.a.op)
    assert names(n.d.op.control_inputs) == ["s/b"]


def test_parts_exchange_inputs_and_outputs():
    p, q = tf.constant(1.0, name="p"), tf.constant(2.0, name="q")
    r, s = tf.negative(p, name="r"), tf.exp(q, name="s")
    u, w = tf.identity(r, name="u"), tf.identity(s, name="w")

    def sources(*tensors):
        return [t.op.inputs[0].op.name for t in tensors]

    ge.swap_inputs(r.op, s.op)
    assert sources(r, s) == ["q", "p"]
    ge.reroute_inputs(r.op, s.op)
    assert sources(r, s) == ["q", "q"]
    ge.swap_outputs(r.op, s.op)
    assert sources(u, w) == ["s", "r"]
    ge.reroute_outputs(r.op, s.op)
    assert sources(u, w) == ["r", "r"]


def test_gradients_of_a_recomputed_part(n):
    """The use that programs make of it: differentiate a copy that starts from a checkpoint."""
    checkpoint = tf.stop_gradient(n.b)
    copied, info = ge.copy_with_input_replacements(ge.sgv([n.c.op, n.d.op]), {n.b: checkpoint})
    (to_checkpoint, direct) = tf.gradients(info.transformed(n.d), [checkpoint, n.x])
    (through,) = tf.gradients(n.b, n.x, grad_ys=to_checkpoint)
    (whole,) = tf.gradients(n.d, n.x)
    assert len(copied) == 2
    with tf.Session() as sess:
        a, b = sess.run([direct + through, whole], {n.x: [0.5, 2.0]})
    np.testing.assert_allclose(a, b, rtol=1e-6)
