"""Names, scopes, control inputs, devices, collections and look-ups of a graph.

Every expected name was read off TensorFlow.
"""

import contextlib
import threading

import pytest

import tfgrad as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def names(graph):
    return [op.name for op in graph.get_operations()]


# ---------------------------------------------------------------------- names


def test_names_are_unique_without_regard_to_case(graph):
    for name in ("a", "a", "A", "c", "c", "c_1", "p/q", "p"):
        tf.no_op(name=name)
    assert names(graph) == ["a", "a_1", "A_2", "c", "c_1", "c_1_1", "p/q", "p"]


def test_a_trailing_slash_takes_the_name_as_it_is(graph):
    with tf.name_scope("s") as scope:
        tf.no_op(name=scope)
    assert names(graph) == ["s"]


def test_entering_a_scope_again(graph):
    with tf.name_scope("s") as scope:
        tf.no_op(name="n")
        with tf.name_scope("t"), tf.name_scope(None):
            tf.no_op(name="root")
    with tf.name_scope("s"):
        tf.no_op(name="n")
    with tf.name_scope(scope):
        tf.no_op(name="n")
    assert names(graph) == ["s/n", "root", "s_1/n", "s/n_1"]


def test_asking_for_a_name_need_not_take_it(graph):
    assert graph.unique_name("x", mark_as_used=False) == "x"
    assert graph.unique_name("x") == "x"
    assert graph.unique_name("x") == "x_1"


@pytest.mark.parametrize("name", ["bad name", "_x", "-x", "é"])
def test_bad_names_are_refused(name):
    with pytest.raises(ValueError, match="is not a valid"):
        tf.no_op(name=name)


def test_a_scope_of_a_tensor_of_another_graph_goes_to_that_graph(graph):
    c = tf.constant(1.0)
    with tf.Graph().as_default() as other:
        with tf.name_scope("s", "d", [c]):
            d = tf.constant(2.0)
        assert tf.get_default_graph() is other
    assert d.graph is graph
    assert d.name == "s/Const:0"


# ---------------------------------------------------------------------- control inputs


def control(op):
    return [c.name for c in op.control_inputs]


def test_control_inputs_are_left_out_where_data_implies_them():
    a = tf.constant(1.0, name="a")
    with tf.control_dependencies([a]):
        b = tf.constant(2.0, name="b")  # no data input: waits
        c = tf.identity(b, name="c")  # reads b, which waits already
        d = tf.identity(a, name="d")  # reads a itself
    assert control(b.op) == ["a"]
    assert control(c.op) == []
    assert control(d.op) == []


def test_nested_control_dependencies_add_up_and_none_clears():
    a, b = tf.no_op("a"), tf.no_op("b")
    with tf.control_dependencies([a]), tf.control_dependencies([a, b]):
        c = tf.no_op("c")
        with tf.control_dependencies(None):
            d = tf.no_op("d")
    assert control(c) == ["a", "b"]
    assert control(d) == []


def test_control_dependencies_refuse_what_is_no_node():
    with pytest.raises(TypeError, match="Can not convert a int into a Tensor or Operation"):
        tf.control_dependencies([3]).__enter__()


# ---------------------------------------------------------------------- devices, colocation


def nested_device(*specs) -> str:
    """The device of a node inside blocks, the first of which is the outermost."""
    with contextlib.ExitStack() as blocks:
        for spec in specs:
            blocks.enter_context(tf.device(spec))
        return tf.no_op().device


# Recorded from TensorFlow 1.15 and 2.21, which agree.
@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        (["/job:worker", "/gpu:1"], "/job:worker/device:GPU:1"),
        (["/job:worker", "/gpu:1", "/cpu:0"], "/job:worker/device:CPU:0"),
        (["/gpu:1", "/cpu"], "/device:CPU:1"),
        (["/cpu:*", "/gpu:1"], "/device:GPU:1"),
        (["/job:a/task:1", "/job:b"], "/job:b/task:1"),
        (["/gpu:1", None], ""),
        (["/gpu:1", None, "/task:1"], "/task:1"),
        (["/device:gpu:0"], "/device:GPU:0"),
        (["/gpu:1", tf.DeviceSpec(task=1)], "/task:1/device:GPU:1"),
        (["/gpu:1", lambda op: "/task:3"], "/task:3/device:GPU:1"),
        (["/gpu:1", lambda op: tf.DeviceSpec(task=1)], "/task:1/device:GPU:1"),
        ([lambda op: "/gpu:1", "/cpu"], "/gpu:1"),  # a function replaces what is inside it
        (["/gpu:0", lambda op: op.device + "/task:1"], "/task:1/device:GPU:0"),
    ],
)
def test_devices_are_merged(specs, expected):
    assert nested_device(*specs) == expected


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "/foo:1",
            "Unknown attribute 'foo' is encountered while parsing the device spec: '/foo:1'",
        ),
        ("/device:GPU", "Unknown attribute 'device' is encountered while parsing the device spec"),
        ("/gpu:0/cpu:0", "Multiple device types are not allowed while parsing the device spec"),
        ("/gpu:a", "invalid literal for int"),
    ],
)
def test_a_malformed_device_is_refused(spec, message):
    with pytest.raises(ValueError, match=message):
        tf.device(spec).__enter__()


def test_a_device_function_sees_the_node():
    with tf.device(lambda op: "/cpu:0" if op.type == "NoOp" else "/gpu:0"):
        assert tf.no_op().device == "/cpu:0"
        assert tf.constant(1.0).op.device == "/gpu:0"


def test_a_device_specification_is_changed_part_by_part():
    spec = tf.DeviceSpec(job="w")
    assert spec.parse_from_string("/task:3") is spec
    spec.job = "z"
    spec.merge_from(tf.DeviceSpec(replica=2, job="q"))
    assert spec.to_string() == "/job:q/replica:2/task:3"
    assert spec.make_merged_spec(tf.DeviceSpec(device_type="gpu")) == tf.DeviceSpec.from_string(
        "/job:q/replica:2/task:3/gpu:*"
    )


def test_colocation_is_inherited():
    a = tf.no_op("a")
    with tf.colocate_with(a):
        b = tf.no_op("b")
    with tf.colocate_with(b):
        c = tf.no_op("c")
        with tf.colocate_with(None, ignore_existing=True):
            d = tf.no_op("d")
    assert b.colocation_groups() == c.colocation_groups() == [b"loc:@a"]
    assert d.colocation_groups() == [b"loc:@d"]
    assert c.get_attr("_class") == [b"loc:@a"]


# ---------------------------------------------------------------------- looking things up


def test_nodes_are_found_by_name(graph):
    c = tf.constant(1.0, name="c")
    assert graph.get_operation_by_name("c") is c.op
    assert graph.get_tensor_by_name("c:0") is c
    assert graph.as_graph_element("c:0") is c
    assert graph.as_graph_element(c.op) is c.op


def test_an_unknown_name_suggests_the_nearest(graph):
    tf.no_op(name="dense/kernel")
    with pytest.raises(KeyError, match="Nearest: dense/kernel"):
        graph.get_operation_by_name("dense/kernl")


def test_where_is_the_users_line():
    c = tf.constant(1.0) * 3.0  # this line
    assert "test_graph.py" in c.op.where
    assert c.op.where.endswith("c = tf.constant(1.0) * 3.0  # this line")
    assert c.op.traceback[-1][2] == "test_where_is_the_users_line"


def test_consumers_and_in_place_changes(graph):
    a, b = tf.constant(1.0), tf.constant(2.0)
    y = a * a
    assert a.consumers() == [y.op]
    y.op._update_input(1, b)
    assert (a.consumers(), b.consumers()) == ([y.op], [y.op])


# ---------------------------------------------------------------------- the graph as a whole


def test_collections_and_their_scopes(graph):
    with tf.name_scope("s"):
        a = tf.constant(1.0, name="a")
    b = tf.constant(1.0, name="b")
    graph.add_to_collection("k", a)
    graph.add_to_collections(["k", "l", "k"], b)
    assert tf.get_collection("k") == [a, b]
    assert tf.get_collection("k", "s/") == [a]
    assert tf.get_collection("l") == [b]
    tf.get_collection_ref("k").clear()
    assert tf.get_collection("k") == []


def test_a_finalised_graph_takes_no_more_nodes(graph):
    graph.finalize()
    with pytest.raises(RuntimeError, match="Graph is finalized and cannot be modified"):
        tf.constant(1.0)


def test_the_default_graph_is_per_thread(graph):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(tf.get_default_graph()))
    thread.start()
    thread.join()
    assert seen[0] is not graph
    assert tf.get_default_graph() is graph


def test_the_global_graph_cannot_be_reset_inside_a_block():
    with pytest.raises(AssertionError, match=r"Do not use tf\.reset_default_graph"):
        tf.reset_default_graph()


def test_tensors_of_two_graphs_do_not_mix(graph):
    a = tf.constant(1.0, name="a")
    with tf.Graph().as_default() as other:
        b = tf.constant(1.0, name="b")
        with pytest.raises(ValueError, match="must be from the same graph") as caught:
            a + b
    assert repr(graph) in str(caught.value)
    assert repr(other) in str(caught.value)


def test_a_node_goes_to_the_graph_of_its_inputs(graph):
    a = tf.constant([[1.0]], name="a")
    with tf.Graph().as_default() as other:
        assert tf.matmul(a, a).graph is graph
        assert tf.add(a, 1.0).graph is graph
        assert tf.concat([a, a], 0).graph is graph
        assert names(other) == ["concat/axis"] or not names(other)
    assert names(graph)[:4] == ["a", "MatMul", "Add/y", "Add"]


def test_a_graph_def_round_trip_keeps_nodes_and_attributes(graph):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    with tf.control_dependencies([x]):
        tf.reduce_sum(tf.constant([[1.0], [2.0], [3.0]]), name="s")
    message = graph.as_graph_def()
    copy = tf.GraphDef()
    copy.ParseFromString(message.SerializeToString())
    assert copy == message
    by_name = {n.name: n for n in copy.node}
    assert [d.size for d in by_name["x"].attr["shape"].shape.dim] == [-1, 3]
    assert list(by_name["Const"].input) == ["^x"]
    assert tf.make_ndarray(by_name["Const"].attr["value"].tensor).tolist() == [[1.0], [2.0], [3.0]]
