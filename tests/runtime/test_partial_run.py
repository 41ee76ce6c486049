"""Runs in parts: what TensorFlow 1.15 gives and refuses, and that each node runs once."""

import numpy as np
import pytest

import tfgrad as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


@pytest.fixture
def parts():
    a, b, c = (tf.placeholder(tf.float32, [], name=name) for name in "abc")
    first = a + b
    return a, b, c, first, first * c


def test_feeds_and_fetches_come_one_after_the_other(parts):
    a, b, c, first, second = parts
    session = tf.Session()
    handle = session.partial_run_setup([first, second], [a, b, c])
    assert handle.startswith("a:0,b:0,c:0->add:0,mul:0/")
    assert session.partial_run(handle, first, {a: 1, b: 2}) == 3.0
    assert session.partial_run(handle, {"second": second}, {c: 5}) == {"second": 15.0}
    with pytest.raises(tf.errors.InvalidArgumentError, match="Must run 'setup' before performing"):
        session.partial_run(handle, second, {c: 5})


def test_a_part_may_only_feed(parts):
    a, b, _, first, _ = parts
    session = tf.Session()
    handle = session.partial_run_setup([first], [a, b])
    assert session.partial_run(handle, [], {a: 1}) == []
    assert session.partial_run(handle, first, {b: 4}) == 5.0


def test_a_value_in_the_middle_can_be_fed(parts):
    _, _, c, first, second = parts
    session = tf.Session()
    handle = session.partial_run_setup(second, [first, c])
    assert session.partial_run(handle, second, {first: 3, c: 2}) == 6.0


NOT_YET = "can't be computed from the feeds that have been fed so far."


# The messages are those of TensorFlow 1.15.
@pytest.mark.parametrize(
    ("setup", "first_part", "bad_part", "message"),
    [
        ("f|ab", None, "s|ab", "The fetch mul:0 was not specified in partial_run_setup."),
        ("f|ab", None, "f|abc", "The feed c:0 was not specified in partial_run_setup."),
        ("fs|abc", None, "s|ab", f"Fetch c:0 {NOT_YET}"),
        ("fs|abc", None, "f|", f"Fetch a:0 {NOT_YET}"),
        ("fs|abc", "f|ab", "s|ac", "The feed a:0 has already been fed."),
        ("fs|abc", "f|ab", "fs|c", "The fetch add:0 has already been fetched."),
        ("s|ab", None, "s|ab", "You must feed a value for placeholder tensor 'c' with dtype float"),
    ],
)  # fmt: skip
def test_a_part_that_does_not_fit_is_refused_and_changes_nothing(
    parts, setup, first_part, bad_part, message
):
    names = dict(zip("abcfs", parts, strict=True))

    def split(text):
        fetches, feeds = text.split("|")
        return [names[x] for x in fetches], {names[x]: 1.0 for x in feeds}

    session = tf.Session()
    fetches, feeds = split(setup)
    handle = session.partial_run_setup(fetches, list(feeds))
    if first_part:
        session.partial_run(handle, *split(first_part))
    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            session.partial_run(handle, *split(bad_part))
        assert caught.value.message.split("\n")[0] == message


def test_other_mistakes(parts):
    a, b, _, first, _ = parts
    session = tf.Session()
    with pytest.raises(tf.errors.InvalidArgumentError, match="Must specify at least one target"):
        session.partial_run_setup([], [a])
    with pytest.raises(TypeError, match="Cannot interpret feed_list key as Tensor"):
        session.partial_run_setup([first], [5])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Must run 'setup'"):
        session.partial_run("nothing", first)
    handle = session.partial_run_setup([first], [a, b])
    with pytest.raises(ValueError, match=r"Cannot feed value of shape \(2,\) for Tensor a:0"):
        session.partial_run(handle, first, {a: [1, 2], b: 2})
    with pytest.raises(RuntimeError, match=r"partial_run\(\) requires empty `target_list`"):
        session.partial_run(handle, first.op, {a: 1, b: 2})
    assert session.partial_run(handle, first, {a: 1, b: 2}) == 3.0


def test_each_node_runs_once():
    noise = tf.random_uniform([2], seed=1)
    scale = tf.placeholder(tf.float32, [])
    v = tf.Variable(0.0)
    calls = []
    told = tf.py_func(lambda x: (calls.append(1), x)[1], [noise], tf.float32)
    up = tf.assign_add(v, 1.0)
    with tf.control_dependencies([up]):
        scaled = told * scale
    again = tf.reduce_sum(told) + 0.0 * scale
    session = tf.Session()
    session.run(v.initializer)
    handle = session.partial_run_setup([told, noise, scaled, again, v], [scale])
    first = session.partial_run(handle, noise)
    np.testing.assert_array_equal(session.partial_run(handle, told), first)
    np.testing.assert_array_equal(session.partial_run(handle, scaled, {scale: 2.0}), 2 * first)
    assert session.run(v) == 1.0
    rest, value = session.partial_run(handle, [again, v])
    assert rest == np.float32(first.sum())
    assert value == 1.0
    assert calls == [1]
    # The next run in parts, and the next run, take new numbers.
    handle = session.partial_run_setup([noise], [])
    assert (session.partial_run(handle, noise) != first).all()


def test_operations_of_the_setup_run_once_and_as_soon_as_they_can():
    x, y = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    v = tf.Variable(0.0)
    up = tf.assign_add(v, x).op
    total = x + y
    session = tf.Session()
    session.run(v.initializer)
    handle = session.partial_run_setup([up, total], [x, y])
    session.partial_run(handle, [], {x: 2.0})
    assert session.run(v) == 2.0
    assert session.partial_run(handle, total, {y: 1.0}) == 3.0
    assert session.run(v) == 2.0


def test_a_part_that_fails_can_be_tried_again():
    x = tf.placeholder(tf.float32, [])
    v = tf.Variable(0.0)
    fails = [True]

    def step(a):
        if fails[0]:
            raise ValueError("no")
        return a

    with tf.control_dependencies([tf.assign_add(v, x)]):
        y = tf.py_func(step, [x], tf.float32) + tf.random_uniform([], seed=1)
    session = tf.Session()
    session.run(v.initializer)
    handle = session.partial_run_setup([y], [x])
    with pytest.raises(tf.errors.InvalidArgumentError, match="no"):
        session.partial_run(handle, y, {x: 1.0})
    assert session.run(v) == 0.0
    fails[0] = False
    assert session.partial_run(handle, y, {x: 3.0}) >= 3.0
    assert session.run(v) == 3.0


def test_the_value_after_an_assignment_reaches_a_later_part():
    x = tf.placeholder(tf.float32, [])
    v = tf.Variable(1.0)
    assigned = tf.assign(v, 5.0)
    y = assigned * x
    session = tf.Session()
    session.run(v.initializer)
    handle = session.partial_run_setup([assigned, y], [x])
    assert session.partial_run(handle, assigned) == 5.0
    session.run(tf.assign(v, 7.0))
    assert session.partial_run(handle, y, {x: 2.0}) == 10.0


def test_a_change_by_way_of_an_earlier_part_is_refused():
    x = tf.placeholder(tf.float32, [])
    v = tf.Variable(1.0)
    assigned = tf.assign(v, 5.0)
    more = tf.assign_add(assigned, x)
    session = tf.Session()
    session.run(v.initializer)
    handle = session.partial_run_setup([assigned, more], [x])
    session.partial_run(handle, assigned)
    with pytest.raises(tf.errors.UnimplementedError, match="changes a variable by way of"):
        session.partial_run(handle, more, {x: 2.0})
