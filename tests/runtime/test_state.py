"""Variables as a session holds them: who has which, when they have a value, and who forgets them.

What is expected is what TensorFlow 1.15 and 2.21 do, where no other reason is given.
"""

import gc

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph import sessions


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


each_kind = pytest.mark.parametrize("use_resource", [False, True], ids=["reference", "resource"])


# ---------------------------------------------------------------------- with and without a value


@each_kind
def test_a_variable_has_a_value_once_it_is_assigned(use_resource):
    v = tf.get_variable("v", initializer=[1.0, 2.0], use_resource=use_resource)
    known = tf.is_variable_initialized(v)
    session = tf.Session()
    assert not session.run(known)
    session.run(tf.assign(v, [3.0, 4.0]))
    assert session.run(known)
    np.testing.assert_array_equal(session.run(v), [3.0, 4.0])


@each_kind
@pytest.mark.parametrize("change", [tf.assign_add, tf.assign_sub])
def test_a_change_needs_a_value(use_resource, change):
    v = tf.get_variable("v", initializer=[1.0, 2.0], use_resource=use_resource)
    session = tf.Session()
    for op in (change(v, [1.0, 1.0]), tf.scatter_add(v, [0], [1.0])):
        with pytest.raises(tf.errors.FailedPreconditionError) as caught:
            session.run(op)
        assert "v" in caught.value.message.split("\n")[0]
        assert "test_state.py" in caught.value.message
    assert not session.run(tf.is_variable_initialized(v))


def test_what_has_no_value_is_reported():
    tf.get_variable("a", initializer=1.0)
    tf.get_variable("b", initializer=1.0, use_resource=True)
    tf.get_local_variable("c", [2], initializer=tf.zeros_initializer())
    missing = tf.report_uninitialized_variables()
    session = tf.Session()
    assert session.run(missing).tolist() == [b"a", b"b", b"c"]
    session.run(tf.global_variables_initializer())
    assert session.run(missing).tolist() == [b"c"]
    session.run(tf.local_variables_initializer())
    assert session.run(missing).tolist() == []


def test_a_run_may_ask_about_a_variable_that_it_has_assigned_before(graph):
    """The question is in a later program: in between something runs on the host."""
    v = tf.Variable(1.0)
    given = tf.assign(v, 2.0)
    with tf.control_dependencies([tf.py_func(lambda x: x, [given], tf.float32)]):
        known = tf.identity(tf.is_variable_initialized(v))
    session = tf.Session()
    assert session.run([known, given]) == [True, 2.0]


@each_kind
def test_load_gives_a_value_without_a_node(use_resource):
    v = tf.get_variable("v", initializer=[1.0, 2.0], use_resource=use_resource)
    session = tf.Session()
    n = len(v.graph.get_operations())
    v.load([3, 4], session)
    np.testing.assert_array_equal(v.eval(session), np.array([3.0, 4.0], np.float32))
    with session.as_default():
        v.load(np.zeros(2))
        np.testing.assert_array_equal(v.eval(), [0.0, 0.0])
    with pytest.raises(ValueError, match=r"Cannot feed value of shape \(1,\)"):
        v.load([1.0], session)
    with pytest.raises(ValueError, match="Either session argument should be provided"):
        v.load([1.0, 2.0])
    np.testing.assert_array_equal(v.eval(session), [0.0, 0.0])
    assert len(v.graph.get_operations()) == n


def test_local_variables_are_like_others_but_not_saved():
    v = tf.get_local_variable("v", [], initializer=tf.zeros_initializer())
    assert tf.local_variables() == [v]
    assert tf.global_variables() == []
    session = tf.Session()
    session.run(tf.local_variables_initializer())
    assert session.run(tf.assign_add(v, 2.0)) == 2.0


@each_kind
def test_counting_stops_at_the_limit(use_resource):
    v = tf.get_variable("v", initializer=0, use_resource=use_resource)
    count = v.count_up_to(2)
    session = tf.Session()
    session.run(v.initializer)
    assert [session.run(count), session.run(count)] == [0, 1]
    for _ in range(2):
        with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 2"):
            session.run(count)
    assert session.run(v) == 2


@each_kind
def test_scatter_counts_each_row_exactly(use_resource):
    v = tf.get_variable("v", initializer=np.zeros(4, np.int64), use_resource=use_resource)
    rows = tf.placeholder(tf.int32, [None])
    add = tf.scatter_add(v, rows, tf.ones_like(rows, tf.int64))
    session = tf.Session()
    session.run(v.initializer)
    all_rows = np.random.default_rng(0).integers(0, 4, 300)
    for part in np.split(all_rows, 30):
        session.run(add, {rows: part})
    np.testing.assert_array_equal(session.run(v), np.bincount(all_rows, minlength=4))


# ---------------------------------------------------------------------- sessions


def test_sessions_keep_random_streams_apart_as_well():
    noise = tf.random_uniform([2], seed=1)
    first, second = tf.Session(), tf.Session()
    a = first.run(noise)
    np.testing.assert_array_equal(second.run(noise), a)
    assert (first.run(noise) != a).all()


def test_a_session_can_be_of_a_graph_that_is_not_the_default(graph):
    with tf.Graph().as_default() as other:
        c = tf.constant(5.0)
    assert tf.Session(graph=other).run(c) == 5.0
    tf.constant(1.0)
    with pytest.raises(ValueError, match="is not an element of this graph"):
        tf.Session().run(c)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"graph": 5}, 'Argument `graph` must be a tf.Graph, but got "int"'),
        ({"config": {}}, 'Argument `config` must be a tf.ConfigProto, but got "dict"'),
        ({"target": 5}, 'Argument `target` must be a string, but got "int"'),
    ],
)
def test_a_session_says_which_argument_is_wrong(arguments, message):
    with pytest.raises(TypeError) as caught:
        tf.Session(**arguments)
    assert str(caught.value) == message


def test_reset_closes_all_sessions_and_forgets_variables():
    with tf.container("mine"):
        v = tf.Variable(1.0)
    assert v.op.get_attr("container") == b"mine"
    both = [tf.Session(), tf.Session()]
    for session in both:
        session.run(v.initializer)
    tf.Session.reset("", ["mine"])
    for session in both:
        with pytest.raises(tf.errors.CancelledError, match="Session has been closed"):
            session.run(v)
    later = tf.Session()
    with pytest.raises(tf.errors.FailedPreconditionError):
        later.run(v)
    with pytest.raises(TypeError, match="Expected binary or unicode string, got 5"):
        tf.Session.reset("", [5])


def test_variables_of_one_shared_name_in_two_containers_are_two(graph):
    made = []
    for name in ("a", "b"):
        with tf.container(name):
            made.append(
                tf.raw_ops.VarHandleOp(dtype=tf.float32, shape=[], shared_name="v", name=name)
            )
    session = tf.Session()
    give = [tf.raw_ops.AssignVariableOp(resource=h, value=float(i)) for i, h in enumerate(made)]
    read = [tf.raw_ops.ReadVariableOp(resource=h, dtype=tf.float32) for h in made]
    session.run(give)
    assert session.run(read) == [0.0, 1.0]


def test_a_session_cannot_be_entered_twice_at_once():
    session = tf.Session()
    with session, pytest.raises(RuntimeError, match="Session context managers are not re-entrant"):
        session.__enter__()


def test_blocks_of_default_sessions_must_nest():
    first, second = tf.Session(), tf.Session()
    with first.as_default(), second.as_default(), first.as_default():
        assert tf.get_default_session() is first
    outer, inner = first.as_default(), second.as_default()
    outer.__enter__()
    inner.__enter__()
    try:
        with pytest.raises(AssertionError, match="Nesting violated for default stack of"):
            outer.__exit__(None, None, None)
    finally:
        sessions.pop(second)
        sessions.pop(first)
        with pytest.raises(AssertionError):
            inner.__exit__(None, None, None)


def test_interactive_sessions_may_be_closed_in_any_order():
    first, second = tf.InteractiveSession(), tf.InteractiveSession()
    first.close()
    assert tf.get_default_session() is second
    assert tf.constant(1.0).eval() == 1.0
    second.close()
    second.close()  # harmless
    assert tf.get_default_session() is None


def test_a_closed_session_is_told_from_an_empty_one(graph):
    session = tf.Session()
    with pytest.raises(RuntimeError, match="The Session graph is empty"):
        session.run([])
    x = tf.constant(1.0)
    session.close()
    session.close()
    for call in (
        lambda: session.run(x),
        lambda: session.partial_run_setup(x),
        session.make_callable(x),
    ):
        with pytest.raises(RuntimeError, match="Attempted to use a closed Session"):
            call()


# ---------------------------------------------------------------------- make_callable


@pytest.fixture
def product():
    x, y = tf.placeholder(tf.float32, [], name="x"), tf.placeholder(tf.float32, [2], name="y")
    return x, y, x * y


def test_a_callable_feeds_its_arguments(product):
    x, y, z = product
    session = tf.Session()
    for keys in ([x, y], ("x:0", "y:0")):
        call = session.make_callable({"z": z, "op": z.op}, keys)
        result = call(2.0, [1, 2])
        np.testing.assert_array_equal(result["z"], [2.0, 4.0])
        assert result["op"] is None
        np.testing.assert_array_equal(call(1.0, np.ones(2), "more is ignored")["z"], [1.0, 1.0])


def test_a_callable_refuses_what_run_refuses(product):
    x, y, z = product
    session = tf.Session()
    call = session.make_callable(z, [x, y])
    with pytest.raises(ValueError, match=r"Cannot feed value of shape \(3,\) for Tensor y:0"):
        call(1.0, [1, 2, 3])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"You must feed a value .* 'y'"):
        call(1.0)
    with pytest.raises(ValueError, match="could not convert string to float"):
        call("a", [1, 2])
    with pytest.raises(TypeError, match="`feed_list` must be a list or tuple"):
        session.make_callable(z, {x: 1.0})
    with pytest.raises(TypeError, match="Cannot be None"):
        session.make_callable(None)


def test_a_callable_takes_options_only_if_it_was_asked_to(product):
    x, y, z = product
    session = tf.Session()
    metadata = tf.RunMetadata()
    options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
    session.make_callable(z, [x, y])(1.0, [1, 2], options=options, run_metadata=metadata)
    assert not metadata.step_stats.dev_stats
    call = session.make_callable(z, [x, y], accept_options=True)
    call(1.0, [1, 2], options=options, run_metadata=metadata)
    assert metadata.step_stats.dev_stats


# ---------------------------------------------------------------------- what can be fed and fetched


def test_a_tuple_of_tensors_is_fed_by_a_tuple_of_values():
    x, y = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    session = tf.Session()
    assert session.run(x - y, {(x, y): (1, 2)}) == -1.0
    assert session.run(x - y, {(x, (y,)): (1, [2])}) == -1.0
    with pytest.raises(ValueError, match="Key had 2 elements, but value had 3 elements"):
        session.run(x, {(x, y): (1, 2, 3)})
    with pytest.raises(ValueError, match="this key is not unique"):
        session.run(x, {(x, y): (1, 2), x: 5})


def test_fetches_keep_unusual_containers():
    import collections

    x = tf.constant(1.0)
    got = tf.Session().run(collections.defaultdict(list, a=x))
    assert type(got) is collections.defaultdict
    assert got["b"] == []
    assert got["a"] == 1.0


def test_a_class_of_the_users_can_be_fetched_and_fed():
    from tfgrad.python.client import session as session_module

    class Squared:
        def __init__(self, tensor):
            self.tensor = tensor

    class Derived(Squared):
        pass

    session_module.register_session_run_conversion_functions(
        Squared,
        lambda s: ([s.tensor], lambda values: values[0] ** 2),
        lambda s, value: [(s.tensor, value)],
        lambda s: [s.tensor],
    )
    x = tf.placeholder(tf.float32, [])
    session = tf.Session()
    assert session.run([Squared(x + 1.0), x], {Derived(x): 2.0}) == [9.0, 2.0]
    handle = session.partial_run_setup([x + 1.0, x], [Squared(x)])
    assert session.partial_run(handle, x, {Squared(x): 2.0}) == 2.0
    with pytest.raises(ValueError, match="has already been registered so ignore it"):
        session_module.register_session_run_conversion_functions(Derived, None)


# ---------------------------------------------------------------------- tensors that are kept


def test_a_kept_tensor_can_be_fed_read_and_deleted():
    x = tf.constant([1.0, 2.0])
    session = tf.Session()
    node = tf.get_session_handle(x * 2.0)
    assert (node.op.type, node.dtype, node.shape.as_list()) == ("GetSessionHandle", tf.string, [])
    kept, plain = session.run([node, x])
    np.testing.assert_array_equal(kept.eval(), [2.0, 4.0])
    np.testing.assert_array_equal(plain, [1.0, 2.0])
    p = tf.placeholder(tf.float32)
    np.testing.assert_array_equal(session.run(p + 1.0, {p: kept}), [3.0, 5.0])
    holder, back = tf.get_session_tensor(kept.handle, tf.float32)
    assert (back.op.type, back.dtype, back.op.inputs[0]) == ("GetSessionTensor", tf.float32, holder)
    np.testing.assert_array_equal(session.run(back, {holder: kept.handle}), [2.0, 4.0])
    delete_holder, delete = tf.delete_session_tensor(kept.handle)
    assert delete.type == "DeleteSessionTensor"
    session.run(delete, {delete_holder: kept.handle})
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in the session store"):
        session.run(back, {holder: kept.handle})
    with pytest.raises(tf.errors.InvalidArgumentError, match="Failed to delete a tensor"):
        session.run(delete, {delete_holder: kept.handle})


def test_a_kept_tensor_belongs_to_its_session_and_type():
    node = tf.get_session_handle(tf.constant(1.0))
    session = tf.Session()
    kept = session.run(node)
    x, i = tf.placeholder(tf.float32), tf.placeholder(tf.int32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in the session store"):
        tf.Session().run(x + 1.0, {x: kept})
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(i + 1, {i: kept})
    assert caught.value.message.startswith("Expects arg[0] to be int32 but float is provided\n")
    holder, back = tf.get_session_tensor(kept.handle, tf.int32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="is of type float32, not int32"):
        session.run(back, {holder: kept.handle})
    with pytest.raises(TypeError, match="must be of type Tensor"):
        tf.get_session_handle(3)


def test_a_kept_tensor_is_forgotten_with_its_handle():
    session = tf.Session()
    node = tf.get_session_handle(tf.constant(1.0))
    kept = session.run(node)
    other = session.run(node)
    raw = session.run(node).get_raw_handle()  # which nobody owns any more
    assert len(session._handles) == 3
    kept.delete()
    with pytest.raises(TypeError, match="may have already been deleted"):
        kept.eval()
    del other
    gc.collect()
    assert list(session._handles) == [raw]


def test_the_newer_op_type_keeps_tensors_too():
    node = tf.raw_ops.GetSessionHandleV2(value=tf.constant([1, 2]))
    assert node.op.type == "GetSessionHandleV2"
    kept = tf.Session().run(node)
    np.testing.assert_array_equal(kept.eval(), [1, 2])


# ---------------------------------------------------------------------- out of memory


def test_a_run_that_does_not_fit_into_the_memory_loses_nothing():
    """XLA takes the old values of variables before it finds that it cannot go on."""
    n = tf.placeholder(tf.int32, [])
    v = tf.Variable(np.ones(100, np.float32), name="v")
    large = tf.fill([n, 1 << 20], v[0]) * 2.0
    up = tf.assign_add(v, np.ones(100, np.float32))
    session = tf.Session()
    session.run(v.initializer)
    options = tf.RunOptions(report_tensor_allocations_upon_oom=True)
    for _ in range(2):
        with pytest.raises(tf.errors.ResourceExhaustedError, match=r"^OOM when allocating"):
            session.run([large, up], {n: 1 << 19})  # 2 TiB
    with pytest.raises(tf.errors.ResourceExhaustedError) as caught:
        session.run([large, up], {n: 1 << 19}, options=options)
    assert "400 bytes   v float32[100]" in caught.value.message
    assert "program, output" in caught.value.message
    np.testing.assert_array_equal(session.run(v), np.ones(100))
    assert session.run([large, up], {n: 1})[0].shape == (1, 1 << 20)
    np.testing.assert_array_equal(session.run(v), np.full(100, 2.0))
