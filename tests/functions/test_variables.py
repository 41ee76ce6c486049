"""Variables and their scopes: what is found again, what is refused, and what runs.

The nodes and values are compared with TensorFlow in ``golden/variables.json``, the words of errors
in ``golden/errors.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph

KINDS = pytest.mark.parametrize("use_resource", [False, True], ids=["reference", "resource"])


@pytest.fixture(autouse=True)
def graph():
    with new_graph() as graph:
        yield graph


@pytest.fixture
def session(graph):
    with tf.Session(graph=graph) as session:
        yield session


# ---------------------------------------------------------------------- one variable


@KINDS
def test_a_variable_is_one_of_its_class_and_of_tf_variable(use_resource):
    v = tf.Variable(1.0, use_resource=use_resource)
    assert isinstance(v, tf.Variable)
    assert type(v).__name__ == ("ResourceVariable" if use_resource else "RefVariable")


def test_text_of_a_variable():
    v = tf.Variable([1.0, 2.0], name="v")
    r = tf.Variable([1.0, 2.0], name="r", use_resource=True)
    assert repr(v) == str(v) == "<tf.Variable 'v:0' shape=(2,) dtype=float32_ref>"
    assert repr(r) == str(r) == "<tf.Variable 'r:0' shape=(2,) dtype=float32>"


@KINDS
def test_variables_are_compared_and_hashed_by_identity(use_resource):
    a, b = (tf.Variable(1.0, use_resource=use_resource) for _ in range(2))
    assert a == a
    assert a != b
    assert {a: 1, b: 2}[b] == 2


@KINDS
def test_numpy_leaves_arithmetic_to_the_variable(session, use_resource):
    v = tf.Variable([1.0, 2.0], use_resource=use_resource)
    y = np.array([1.0, 1.0], np.float32) + v
    session.run(v.initializer)
    np.testing.assert_array_equal(session.run(y), [2.0, 3.0])


@KINDS
def test_values_last_from_run_to_run_and_differ_between_sessions(graph, use_resource):
    v = tf.Variable(1.0, use_resource=use_resource)
    grow = v.assign_add(1.0)
    with tf.Session(graph=graph) as first, tf.Session(graph=graph) as second:
        first.run(v.initializer)
        second.run(v.initializer)
        for _ in range(3):
            first.run(grow)
        assert first.run(v) == 4.0
        assert second.run(v) == 1.0


@KINDS
def test_a_variable_without_a_value_cannot_be_used(session, use_resource):
    v = tf.Variable(1.0, name="v", use_resource=use_resource)
    with pytest.raises(tf.errors.FailedPreconditionError, match="v"):
        session.run(v + 1.0)


@KINDS
def test_load_sets_the_value_without_a_node(graph, session, use_resource):
    v = tf.Variable([1.0, 2.0], use_resource=use_resource)
    before = graph.version
    v.load([3.0, 4.0], session)
    assert graph.version == before
    np.testing.assert_array_equal(v.eval(session), [3.0, 4.0])


def test_load_needs_a_session():
    with pytest.raises(ValueError, match="default session should be established"):
        tf.Variable(1.0).load(2.0)


@KINDS
def test_dtypes_of_initial_values(use_resource):
    for value, dtype, expected in [
        (1, None, tf.int32),
        (1.0, None, tf.float32),
        (np.float64(1.0), None, tf.float64),
        ([1, 2], tf.float64, tf.float64),
        (True, None, tf.bool),
        ("a", None, tf.string),
    ]:
        v = tf.Variable(value, dtype=dtype, use_resource=use_resource)
        assert v.dtype.base_dtype is expected


def test_resource_variables_can_be_made_the_rule():
    assert not tf.resource_variables_enabled()
    tf.enable_resource_variables()
    try:
        assert not tf.Variable(1.0).dtype._is_ref_dtype
        assert tf.Variable(1.0, use_resource=False).dtype._is_ref_dtype
    finally:
        tf.disable_resource_variables()


@KINDS
def test_collections_of_a_variable(use_resource):
    a = tf.Variable(1.0, use_resource=use_resource)
    b = tf.Variable(1.0, trainable=False, use_resource=use_resource)
    c = tf.Variable(1.0, collections=["mine"], use_resource=use_resource)
    assert tf.global_variables() == [a, b]
    assert tf.trainable_variables() == [a, c]
    assert tf.get_collection("mine") == [c]


@KINDS
def test_set_shape_refines(use_resource):
    x = tf.placeholder(tf.float32, [None, 2])
    v = tf.Variable(
        x, validate_shape=False, shape=tf.TensorShape([None, 2]), use_resource=use_resource
    )
    v.set_shape([3, None])
    assert v.shape.as_list() == [3, 2]


def test_a_constraint_must_be_a_function():
    with pytest.raises(ValueError, match="must be a callable"):
        tf.Variable(1.0, constraint=1)


@pytest.mark.parametrize("name", ["synchronization", "aggregation"])
def test_modes_of_distribution_are_checked(name):
    with pytest.raises(ValueError, match=f"Invalid variable {name} mode: 9 for variable: v"):
        tf.Variable(1.0, name="v", **{name: 9})


def test_in_place_operators(session):
    v = tf.Variable(1.0)
    w = v
    w += 1.0
    assert isinstance(w, tf.Tensor)
    r = tf.Variable(1.0, use_resource=True)
    with pytest.raises(RuntimeError, match="not supported"):
        r += 1.0


@KINDS
def test_scatter_methods_want_slices(use_resource):
    v = tf.Variable([1.0, 2.0], use_resource=use_resource)
    with pytest.raises(TypeError, match="IndexedSlices"):
        v.scatter_add(tf.constant([1.0, 2.0]))


def test_results_of_assigning_to_a_resource_wait_for_it(session):
    v = tf.Variable(1.0, use_resource=True)
    two = v.assign(2.0)
    three = two.assign_add(1.0)
    session.run(v.initializer)
    assert session.run(three.value()) == 3.0
    assert session.run(two + 10.0) == 12.0


# ---------------------------------------------------------------------- by name


def test_reuse_finds_the_same_variable_and_adds_no_node(graph):
    with tf.variable_scope("s"):
        v = tf.get_variable("v", [2])
    before = graph.version
    with tf.variable_scope("s", reuse=True):
        assert tf.get_variable("v", [2]) is v
        assert tf.get_variable("v") is v
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        assert tf.get_variable("v", [None]) is v
    assert graph.version == before


def test_reuse_is_inherited_and_can_be_switched_on():
    with tf.variable_scope("s") as s:
        v = tf.get_variable("v", [2])
        s.reuse_variables()
        assert tf.get_variable("v") is v
        with tf.variable_scope("t"):
            assert tf.get_variable_scope().reuse is True
    assert not tf.get_variable_scope().reuse


def test_each_graph_has_variables_and_scopes_of_its_own():
    tf.get_variable("v", [2])
    with tf.Graph().as_default(), tf.variable_scope("s"):
        tf.get_variable("v", [2])
        assert tf.get_variable_scope().name == "s"
    assert tf.get_variable_scope().name == ""


def test_a_scope_goes_back_to_the_graph_of_its_values():
    x = tf.constant(1.0)
    with tf.Graph().as_default(), tf.variable_scope("s", values=[x]):
        v = tf.get_variable("v", [2])
    assert v.graph is x.graph


def test_scopes_must_be_left_in_order():
    outer, inner = tf.variable_scope("a"), tf.variable_scope("b")
    outer.__enter__()
    inner.__enter__()
    with pytest.raises(RuntimeError, match="Improper nesting of variable_scope"):
        outer.__exit__(None, None, None)


def test_variables_of_a_scope():
    with tf.variable_scope("s") as s:
        v = tf.get_variable("v", [2])
        frozen = tf.get_variable("frozen", [2], trainable=False)
        local = tf.get_local_variable("local", [2])
    tf.get_variable("s2", [2])
    assert s.global_variables() == [v, frozen]
    assert s.trainable_variables() == [v]
    assert s.local_variables() == [local]
    assert tf.global_variables("s/") == [v, frozen]


def test_custom_getters_see_the_request_and_nest_outermost_last():
    seen = []

    def getter(label):
        def get(getter, name, *args, **kwargs):
            seen.append((label, name, kwargs["shape"]))
            return getter(name, *args, **kwargs)

        return get

    with (
        tf.variable_scope("s", custom_getter=getter("outer")),
        tf.variable_scope("t", custom_getter=getter("inner")),
    ):
        tf.get_variable("v", [2])
    assert seen == [("inner", "s/t/v", [2]), ("outer", "s/t/v", [2])]


def test_a_custom_getter_must_be_a_function():
    with pytest.raises(ValueError, match="custom_getter which is not callable"):
        tf.get_variable("v", [2], custom_getter=1)


def test_regularization_losses_are_collected(session):
    v = tf.get_variable(
        "v", initializer=tf.constant([3.0, 4.0]), regularizer=lambda v: tf.reduce_sum(v * v)
    )
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    session.run(v.initializer)
    assert session.run(losses) == [25.0]
    assert session.run(tf.add_n(losses) + losses[0]) == 50.0


def test_partitioned_variables_are_whole_when_used(session):
    with tf.variable_scope("s", partitioner=tf.fixed_size_partitioner(3)):
        v = tf.get_variable("v", initializer=tf.reshape(tf.range(10.0), [5, 2]))
    assert [p.shape.as_list() for p in v] == [[2, 2], [2, 2], [1, 2]]
    assert [p.name for p in v] == ["s/v/part_0:0", "s/v/part_1:0", "s/v/part_2:0"]
    session.run(tf.global_variables_initializer())
    np.testing.assert_array_equal(session.run(v.as_tensor()), np.arange(10.0).reshape(5, 2))
    with tf.variable_scope("s", reuse=True):
        assert tf.get_variable("v") is v


@pytest.mark.parametrize(
    ("partitioner", "parts"),
    [
        (lambda: tf.fixed_size_partitioner(3), [3, 1]),
        (lambda: tf.fixed_size_partitioner(30), [10, 1]),
        (lambda: tf.variable_axis_size_partitioner(32), [3, 1]),
        (lambda: tf.variable_axis_size_partitioner(1, axis=1), [1, 2]),
        (lambda: tf.variable_axis_size_partitioner(32, max_shards=2), [2, 1]),
        (lambda: tf.min_max_variable_partitioner(4, min_slice_size=30), [3, 1]),
        (lambda: tf.min_max_variable_partitioner(2, min_slice_size=1), [2, 1]),
    ],
)
def test_partitioners(partitioner, parts):
    assert partitioner()(shape=tf.TensorShape([10, 2]), dtype=tf.float32) == parts


# ---------------------------------------------------------------------- lists


def test_initializers_of_lists(session):
    a = tf.Variable(1.0)
    b = tf.Variable(2.0, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    session.run(tf.global_variables_initializer())
    with pytest.raises(tf.errors.FailedPreconditionError):
        session.run(b.read_value())
    session.run(tf.local_variables_initializer())
    assert session.run([a, b]) == [1.0, 2.0]


def test_an_initializer_of_nothing_does_nothing(session):
    assert session.run(tf.global_variables_initializer()) is None


def test_report_of_no_variables_is_empty(session):
    found = session.run(tf.report_uninitialized_variables([]))
    assert found.shape == (0,)


def test_collections_of_a_graph():
    tf.add_to_collection("a", 1)
    tf.add_to_collections(["a", "b", "b"], 2)
    assert tf.get_collection("a") == [1, 2]
    assert tf.get_collection("b") == [2]
    tf.get_collection_ref("b").append(3)
    assert tf.get_collection("b") == [2, 3]


# ---------------------------------------------------------------------- group and tuple


def test_group_refuses_unknown_arguments():
    with pytest.raises(ValueError, match="Unknown keyword arguments: nmae"):
        tf.group(nmae="x")


def test_tuple_keeps_none_and_operations():
    x = tf.constant(1.0)
    op = tf.no_op()
    a, b, c = tf.tuple([x, None, op])
    assert a.op.type == "Identity"
    assert b is None
    assert c.type == "NoOp"


# ---------------------------------------------------------------------- private names


def test_a_pure_variable_scope_leaves_the_scope_of_names_alone():
    from tfgrad.python.ops.variable_scope import _get_unique_variable_scope, _pure_variable_scope

    with tf.name_scope("names"), _pure_variable_scope("pure") as scope:
        v = tf.get_variable("v", [2])
        assert tf.constant(1.0, name="c").name == "names/c:0"
    assert (v.name, scope.name) == ("pure/v:0", "pure")
    assert _get_unique_variable_scope("pure") == "pure_1"
    with _pure_variable_scope(scope, reuse=True):
        assert tf.get_variable("v", [2]) is v


def test_functions_for_the_members_of_a_collection():
    from tfgrad.python.framework import ops

    ops.register_proto_function("things", proto_type=int, to_proto=str, from_proto=len)
    assert ops.get_collection_proto_type("things") is int
    assert ops.get_to_proto_function("things") is str
    assert ops.get_from_proto_function("things") is len
    assert ops.get_to_proto_function("others") is None
    with pytest.raises(KeyError, match="Registering two proto functions with name 'things'"):
        ops.register_proto_function("things")
    with pytest.raises(TypeError, match=r"to_proto must be callable\."):
        ops.register_proto_function("new", to_proto=3)
