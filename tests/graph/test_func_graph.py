"""`FuncGraph`: captures, registration, copies, and gradients through captures.

Oracles: the rules of TensorFlow's functions, and values that follow by hand.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.functions.functional import map_function
from tfgrad._src.graph import proto
from tfgrad._src.graph.func_graph import FuncGraph, copy_nodes, needed_ops


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def run(x, feeds=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(x, feeds)


def test_a_tensor_from_outside_is_captured_once():
    x, y = tf.constant([1.0, 2.0], name="x"), tf.constant(3.0, name="y")
    f = FuncGraph("f")
    with f.as_default():
        f.outputs = [x * y + x]
    assert f.external_captures == [x, y]
    assert [t.name for t in f.internal_captures] == ["mul/x:0", "mul/y:0"]
    assert f.inputs == f.internal_captures
    assert [op.type for op in f.get_operations()] == ["Placeholder", "Placeholder", "Mul", "AddV2"]
    assert f.outputs[0].shape == [2]
    assert f.outside(f.inputs[0]) is x


def test_a_node_of_the_function_stays_in_it_whatever_graph_its_inputs_are_of(graph):
    x = tf.constant(1.0)
    f = FuncGraph("f")
    with f.as_default():
        assert tf.negative(x).graph is f
    assert tf.negative(x).graph is graph


def test_captures_go_through_several_functions(graph):
    x = tf.constant(2.0, name="x")
    f = FuncGraph("f")
    with f.as_default():
        a = f.add_input(tf.float32, (), "a")
        g = FuncGraph("g")
        with g.as_default():
            b = g.add_input(tf.float32, (), "b")
            g.outputs = [a * b + x]
        assert g.external_captures == [a, x]
        (c,) = map_function(g, [tf.constant([10.0, 20.0])])
        f.outputs = [c]
    assert x in f.captures
    (y,) = map_function(f, [tf.constant([1.0, 3.0, 5.0])])
    np.testing.assert_array_equal(run(y), [[12, 22], [32, 62], [52, 102]])
    assert set(graph._functions) == {"f", "g"}
    assert list(f._functions) == ["g"]


def test_a_tensor_of_an_unrelated_graph_is_out_of_scope():
    with tf.Graph().as_default():
        foreign = tf.constant(1.0, name="foreign")
    f = FuncGraph("f")
    with f.as_default(), pytest.raises(ValueError, match=r"foreign:0.*is out of scope"):
        tf.negative(foreign)


def test_arguments_come_before_captures():
    x = tf.constant(1.0)
    f = FuncGraph("f")
    with f.as_default():
        tf.negative(x)
        with pytest.raises(ValueError, match="too late for the argument 'late'"):
            f.add_input(tf.float32, (), "late")


def test_control_edges_to_nodes_outside_are_left_out():
    outside = tf.no_op()
    f = FuncGraph("f")
    with f.as_default():
        inside = tf.no_op()
        with tf.control_dependencies([outside, inside]):
            assert tf.no_op().control_inputs == [inside]


def test_known_whole_numbers_are_copied_if_asked_for():
    x = tf.zeros([2, 3])
    dims, unknown = tf.shape(tf.identity(x)), tf.placeholder(tf.int32, [2])
    f = FuncGraph("f", embed_constants=True)
    with f.as_default():
        assert tf.reshape(x, dims[::-1]).shape == [3, 2]
        tf.reshape(x, unknown)
    assert f.external_captures == [x, unknown]
    f = FuncGraph("f")
    with f.as_default():
        tf.reshape(x, dims)
    assert f.external_captures == [x, dims]


def test_registered_names_are_unique_among_all_functions(graph):
    names = [FuncGraph("f").register() for _ in range(3)]
    with FuncGraph("g").as_default():
        names.append(FuncGraph("f").register())
    assert names == ["f", "f_1", "f_2", "f_3"]
    assert list(graph._functions) == names


def test_a_function_inherits_seed_collections_and_gradient_overrides(graph):
    tf.set_random_seed(5)
    tf.add_to_collection("things", 1)
    with graph.gradient_override_map({"Tanh": "Other"}):
        tf.tanh(tf.constant(1.0))  # an override that meets no node warns
        f = FuncGraph("f")
    assert (f.seed, f.get_collection("things")) == (5, [1])
    with f.as_default():
        y = tf.tanh(tf.constant(1.0))
    assert y.op.attrs["_gradient_op_type"] == b"Other"


def test_copies_take_replaced_inputs_and_point_at_the_original_line(graph):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    y = tf.tanh(x, name="y")
    y.set_shape([4, 3])
    z = tf.add(y, 1.0, name="z")
    f = FuncGraph("f")
    with f.as_default():
        inside = f.add_input(tf.float32, (4, 3), "x")
        copies = {x: inside}
        copy_nodes(needed_ops([z], stop=[x]), copies, f, keep_shapes=True)
    assert copies[z].graph is f
    assert copies[z].op.where == z.op.where
    assert [t.name for t in copies[z].op.inputs] == ["y:0", "z/y:0"]
    with tf.Graph().as_default() as other:
        copies = {x: tf.zeros([5, 3])}
        with pytest.raises(ValueError, match="Dimension 0 in both shapes must be equal"):
            copy_nodes(needed_ops([z], stop=[x]), copies, other, keep_shapes=True)


# ---------------------------------------------------------------------- gradients


def test_gradients_of_an_outer_y_can_be_made_inside():
    x = tf.constant(3.0)
    y = tf.square(x)
    f = FuncGraph("f")
    with f.as_default():
        seed = f.add_input(tf.float32, (), "seed")
        (dx,) = tf.gradients(y, x, seed)
        assert dx.graph is f
        f.outputs = [dx]
    (slopes,) = map_function(f, [tf.constant([1.0, 10.0])])
    np.testing.assert_array_equal(run(slopes), [6.0, 60.0])


def test_gradients_go_through_captures_to_the_xs_outside():
    x = tf.constant(3.0, name="x")
    twice = 2.0 * x  # captured below; x is not
    unrelated = tf.constant(1.0)
    f = FuncGraph("f")
    with f.as_default():
        a = f.add_input(tf.float32, (), "a")
        y = a * tf.square(twice) + x
        found = tf.gradients(y, [x, a, twice, unrelated])
        assert [g is None for g in found] == [False, False, False, True]
        f.outputs = found[:3]
    results = run(map_function(f, [tf.constant([1.0, 5.0])]))
    # y = a (2x)**2 + x: dy/dx = 8ax + 1, dy/da = 36, dy/d(2x) = 4ax
    np.testing.assert_array_equal(results, [[25.0, 121.0], [36.0, 36.0], [12.0, 60.0]])


def test_gradients_stop_at_a_captured_x_itself():
    x = tf.constant(3.0)
    f = FuncGraph("f")
    with f.as_default():
        y = tf.square(x)
        inside = f.captures[x]
        (dx,) = tf.gradients(y, inside)
    assert {op.type for op in needed_ops([dx])} <= {"Placeholder", "Const", "Fill", "Mul"}


@pytest.mark.parametrize("use_resource", [False, True])
def test_variables_are_read_inside_and_differentiated(use_resource):
    v = tf.Variable([1.0, 2.0], use_resource=use_resource)
    f = FuncGraph("f")
    with f.as_default():
        a = f.add_input(tf.float32, (), "a")
        y = tf.reduce_sum(a * tf.square(v))
        (dv,) = tf.gradients(y, v)
        f.outputs = [y, dv]
    y, dv = map_function(f, [tf.constant([1.0, 3.0])])
    assert dv.shape == [2, 2]
    np.testing.assert_array_equal(run(y), [5.0, 15.0])
    np.testing.assert_array_equal(run(dv), [[2.0, 4.0], [6.0, 12.0]])


# ---------------------------------------------------------------------- messages


def test_the_library_of_a_graph_def_has_the_functions(graph):
    # TensorFlow 2.21 has imported such a message, and run it.
    x = tf.constant([[1.0, 2.0, 3.0]], name="X")
    f = FuncGraph("f")
    with f.as_default():
        a = f.add_input(tf.float32, (1,), "My-Arg")
        f.outputs = [tf.split(a * x, 3, axis=1)[1]]
    map_function(f, [tf.constant([[1.0], [2.0]])])
    message = proto.GraphDef()
    message.ParseFromString(graph.as_graph_def().SerializeToString())
    (function,) = message.library.function
    assert function.signature.name == "f"
    assert [a.name for a in function.signature.input_arg] == ["my_arg", "mul_x"]
    assert [a.name for a in function.signature.output_arg] == ["split"]
    nodes = {n.name: n for n in function.node_def}
    assert list(nodes) == ["mul", "split/split_dim", "split_0"]
    assert list(nodes["mul"].input) == ["my_arg", "mul_x"]
    assert list(nodes["split_0"].input) == ["split/split_dim:output:0", "mul:z:0"]
    assert function.ret["split"] == "split_0:output:1"
    node = graph.get_operations()[-1]
    assert (node.type, node.get_attr("f").name) == ("MapDefun", "f")
