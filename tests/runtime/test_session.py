"""`tf.Session`: fetches, feeds, the order of reads and writes, and what a failed run leaves behind.

The oracle is the documented behaviour of TensorFlow 1; numbers are small enough to check by hand.
"""

import collections

import jax
import numpy as np
import pytest

import tfgrad as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def counter(value=0.0):
    """A variable and a session in which it has that value."""
    v = tf.Variable(value, name="v")
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return v, session


# ---------------------------------------------------------------------- fetches


def test_a_fetch_has_the_structure_it_was_asked_with():
    pair = collections.namedtuple("pair", "a b")
    x = tf.constant([1.0, 2.0], name="x")
    op = tf.no_op()
    fetches = {"p": pair(x, [x[0], (x[1], op)]), "name": "x:0", "o": collections.OrderedDict(k=x)}
    got = tf.Session().run(fetches)
    assert type(got["p"]) is pair
    assert got["p"].b == [1.0, (2.0, None)]
    np.testing.assert_array_equal(got["name"], [1.0, 2.0])
    assert type(got["o"]) is collections.OrderedDict


def test_rank_0_gives_a_numpy_scalar_and_arrays_are_the_callers_own():
    x = tf.constant([1.0, 2.0])
    session = tf.Session()
    assert type(session.run(x[0])) is np.float32
    first = session.run(x)
    first += 1  # writable, and not the graph's own
    np.testing.assert_array_equal(session.run(x), [1.0, 2.0])


def test_fetching_the_same_tensor_twice_computes_a_random_number_once():
    u = tf.random_uniform([3])
    a, b = tf.Session().run([u, u])
    np.testing.assert_array_equal(a, b)


# ---------------------------------------------------------------------- feeds


def test_any_tensor_can_be_fed():
    x = tf.constant(1.0) + 1.0
    assert tf.Session().run(x * 2.0, {x: 3.0}) == 6.0
    assert tf.Session().run(x * 2.0, {x.name: 4.0}) == 8.0
    assert tf.Session().run([x, x * 2.0], {x: 5.0}) == [5.0, 10.0]


def test_a_fed_value_takes_the_tensors_type():
    i = tf.placeholder(tf.int32, [2])
    np.testing.assert_array_equal(tf.Session().run(i, {i: [2.7, -2.7]}), [2, -2])
    wide = tf.placeholder(tf.int64, [])
    assert tf.Session().run(wide + 1, {wide: 2**40}) == 2**40 + 1


def test_a_jax_array_can_be_fed():
    x = tf.placeholder(tf.float32, [2])
    np.testing.assert_array_equal(tf.Session().run(2 * x, {x: jax.numpy.ones(2)}), [2.0, 2.0])


def test_a_fed_array_may_be_changed_after_the_run():
    x = tf.placeholder(tf.float32, [1000])
    v = tf.Variable(tf.zeros([1000]))
    step = tf.assign_add(v, x).op
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    value = np.ones(1000, np.float32)
    for _ in range(20):
        session.run(step, {x: value})
        value += 1
    np.testing.assert_array_equal(session.run(v), np.full(1000, 210.0))  # 1 + 2 + ... + 20


def test_shape_arithmetic_on_fed_values_and_shapes():
    x = tf.placeholder(tf.float32, [None, None])
    n = tf.placeholder(tf.int32, [])
    y = tf.reshape(x, [n, tf.size(x) // n])
    session = tf.Session()
    assert session.run(y, {x: np.ones((4, 3)), n: 2}).shape == (2, 6)
    assert session.run(y, {x: np.ones((4, 3)), n: 6}).shape == (6, 2)
    assert session.run(tf.shape(y)[1], {x: np.ones((5, 2)), n: 5}) == 2


def test_a_shape_that_depends_on_computed_values_cuts_the_plan():
    x = tf.placeholder(tf.float32, [None])
    n = tf.cast(tf.reduce_sum(x), tf.int32)
    y = tf.fill([n], 2.0) * tf.reduce_sum(x)
    np.testing.assert_array_equal(tf.Session().run(y, {x: [1.0, 2.0]}), [6.0, 6.0, 6.0])


# ---------------------------------------------------------------------- variables


def test_a_read_sees_the_value_before_a_write_unless_it_depends_on_the_write():
    v, session = counter()
    up = tf.assign_add(v, 1.0)
    with tf.control_dependencies([up]):
        after = tf.identity(v.read_value())
    before = v + 0.0  # made later than the write, and not tied to it
    assert session.run([before, up, after]) == [0.0, 1.0, 1.0]
    assert session.run([after, before]) == [2.0, 1.0]


def test_writes_run_in_the_order_of_their_making():
    v, session = counter(1.0)
    double = tf.assign(v, v * 2.0)
    add = tf.assign_add(v, 1.0)
    session.run([add, double])
    assert session.run(v) == 3.0  # 1 * 2 + 1


def test_one_variable_assigned_to_another_stays_its_own():
    a = tf.Variable([1.0, 2.0])
    b = tf.Variable([0.0, 0.0])
    copy = tf.assign(b, a).op
    step = tf.assign_add(a, [1.0, 1.0]).op
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    for _ in range(3):
        session.run(copy)
        session.run(step)
    np.testing.assert_array_equal(session.run(b), [3.0, 4.0])
    np.testing.assert_array_equal(session.run(a), [4.0, 5.0])


def test_two_sessions_share_a_graph_but_no_variables():
    v, first = counter()
    up = tf.assign_add(v, 1.0)
    second = tf.Session()
    first.run(up)
    with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value v"):
        second.run(up)
    second.run(tf.global_variables_initializer())
    assert (first.run(v), second.run(v)) == (1.0, 0.0)


@pytest.mark.parametrize("use_resource", [False, True])
def test_an_uninitialised_variable_is_named(use_resource):
    w = tf.Variable(1.0, name="w", use_resource=use_resource)
    with pytest.raises(tf.errors.FailedPreconditionError) as caught:
        tf.Session().run(w + 1.0)
    assert "w" in caught.value.message.splitlines()[0]
    assert "test_session.py" in caught.value.message
    assert caught.value.op.name == "w"


@pytest.mark.parametrize("use_resource", [False, True])
def test_wide_types_work_while_jax_has_x64_off(use_resource):
    v = tf.Variable(np.float64(1) / 3, use_resource=use_resource)
    big = tf.constant(2**40) + 1
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    assert session.run(tf.assign_add(v, np.float64(1) / 3)) == np.float64(1) / 3 * 2
    assert session.run(big) == 2**40 + 1
    assert not jax.config.jax_enable_x64


def test_a_host_step_can_change_a_variable():
    v, session = counter(0)
    up = tf.count_up_to(v, 2)
    twice = tf.cast(up, tf.float32) * 2.0
    assert [session.run(twice), session.run(twice)] == [0.0, 2.0]
    with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 2"):
        session.run(twice)
    assert session.run(v) == 2


def test_what_awaits_a_write_reads_the_variable_again():
    v, session = counter(1.0)
    with tf.control_dependencies([tf.assign_add(v, 1.0)]):
        doubled = v * 2.0  # by way of the read that was made with the variable
    assert session.run([doubled, v]) == [4.0, 1.0]


def test_a_constraint_sees_the_updated_variable():
    v = tf.Variable([1.0, -1.0], constraint=lambda x: tf.clip_by_value(x, -0.5, 5.0))
    step = tf.train.GradientDescentOptimizer(1.0).minimize(tf.reduce_sum(v))
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    session.run(step)
    np.testing.assert_array_equal(session.run(v), [0.0, -0.5])


def test_host_steps_between_stages():
    """Unique and one-argument where run on the host; what follows is compiled for their sizes."""
    x = tf.placeholder(tf.float32, [None])
    values, _ = tf.unique(x * 2.0)
    positive = tf.gather(values, tf.where(values > 2.0)[:, 0])
    total = tf.reduce_sum(positive * tf.cast(tf.size(values), tf.float32))
    session = tf.Session()
    assert session.run(total, {x: [1.0, 2.0, 2.0, 3.0]}) == (4.0 + 6.0) * 3
    assert session.run(total, {x: [1.0, 1.0]}) == 0.0


# ---------------------------------------------------------------------- after an error


def test_after_any_error_the_session_is_as_before():
    v, session = counter()
    x = tf.placeholder(tf.float32, [2])
    bad = tf.placeholder(tf.float32, [None])
    up = tf.assign_add(v, tf.reduce_sum(x))
    mismatch = tf.reshape(bad, [2, 2])
    lost = tf.Variable(1.0, name="lost")
    attempts = [
        (up, {x: [1.0, 2.0, 3.0]}),
        (up, {}),
        (up, {x: "text"}),
        ([up, mismatch], {x: [1.0, 1.0], bad: [1.0, 2.0, 3.0]}),
        ([up, lost], {x: [1.0, 1.0]}),
        ([up, "nothing:0"], {x: [1.0, 1.0]}),
    ]
    for fetches, feeds in attempts:
        with pytest.raises((ValueError, tf.errors.OpError)):
            session.run(fetches, feeds)
        assert session.run(v) == 0.0
    assert session.run(up, {x: [1.0, 1.0]}) == 2.0


def test_a_failure_in_a_later_stage_changes_neither_variables_nor_streams():
    v, session = counter()
    x = tf.placeholder(tf.float32, [None])
    noise = tf.random_uniform([], seed=1)
    up = tf.assign_add(v, tf.reduce_sum(x) + 0.0 * noise)
    size = tf.cast(up, tf.int32)  # computed: what needs it is a later stage
    late = tf.reshape(x, [size])
    with pytest.raises(tf.errors.InvalidArgumentError):
        session.run([late, noise], {x: [1.0, 1.0, 1.0, 1.0, 1.0, 2.0]})
    assert session.run(v) == 0.0
    first = tf.Session().run(noise)
    assert session.run([late, noise], {x: [1.0, 1.0]})[1] == first
    assert session.run(v) == 2.0


def test_a_missing_feed_is_named_with_the_line_that_made_it():
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        tf.Session().run(x * 2.0)
    first, made = caught.value.message.splitlines()[:2]
    wanted = "You must feed a value for placeholder tensor 'x' with dtype float and shape [2,3]"
    assert first == wanted
    assert "test_session.py" in made
    assert "tf.placeholder" in made


def test_a_tensor_of_another_graph_is_refused_and_both_graphs_are_named(graph):
    with tf.Graph().as_default() as other:
        foreign = tf.constant(1.0)
    tf.constant(0.0)
    with pytest.raises(ValueError, match="is not an element of this graph") as caught:
        tf.Session(graph=graph).run(foreign)
    assert repr(other) in str(caught.value)
    assert repr(graph) in str(caught.value)
    with pytest.raises(TypeError, match="is not an element of this graph"):
        tf.Session(graph=graph).run(tf.constant(1.0), {foreign: 1.0})


# ---------------------------------------------------------------------- the session itself


def test_a_with_block_makes_the_session_the_default_and_closes_it(graph):
    c = tf.constant(2.0)
    with tf.Session(graph=graph) as session:
        assert tf.get_default_session() is session
        assert c.eval() == 2.0
    assert tf.get_default_session() is None
    with pytest.raises(RuntimeError, match="closed Session"):
        session.run(c)


def test_as_default_does_not_close():
    c = tf.constant(2.0)
    session = tf.Session()
    with session.as_default():
        assert c.eval() == 2.0
    assert session.run(c) == 2.0


def test_an_interactive_session_is_the_default_until_it_is_closed():
    session = tf.InteractiveSession()
    try:
        assert tf.constant(3.0).eval() == 3.0
    finally:
        session.close()
    with pytest.raises(ValueError, match="No default session"):
        tf.constant(3.0).eval()


def test_make_callable_takes_values_in_the_order_of_its_list():
    x, y = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    call = tf.Session().make_callable([x - y], [y, x])
    assert call(1.0, 5.0) == [4.0]


def test_a_plan_stays_valid_when_the_graph_grows():
    v, session = counter()
    up = tf.assign_add(v, 1.0)
    assert session.run(up) == 1.0
    doubled = up * 2.0
    assert session.run(up) == 2.0
    assert session.run(doubled) == 6.0


def test_a_node_that_is_changed_in_place_is_planned_again():
    a, b = tf.constant(1.0), tf.constant(2.0)
    y = tf.identity(a)
    session = tf.Session()
    assert session.run(y) == 1.0
    y.op._update_input(0, b)
    assert session.run(y) == 2.0
