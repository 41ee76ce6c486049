"""Errors that the values of a run cause: found inside compiled programs, and without any effect.

That class and first line are TensorFlow's for fed values is tested for all programs of
``golden/errors/run_time.py`` in ``test_errors.py``. Here the same programs get the values that are
wrong from other nodes of the program, and variables and streams must be as before.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import tfgrad as tf
from tests.golden.errors import run_time, run_time_shapes
from tests.golden.errors.harness import error_class, first_line, one_form
from tfgrad._src.functions.functional import map_function
from tfgrad._src.graph.func_graph import FuncGraph
from tfgrad._src.runtime.execute import StageRunner

PROGRAMS = {**run_time.PROGRAMS, **run_time_shapes.PROGRAMS}
RECORDED = json.loads((Path(__file__).parents[1] / "golden" / "errors.json").read_text())["errors"]

# The message has the name of the tensor that is checked, which is another one here.
NAMED = {"run_time_assert_positive", "run_time_assert_equal"}
# See ON_PURPOSE in test_errors.py.
ANOTHER = {"run_time_divide_truncatediv", "run_time_divide_truncatemod"}
# What the first run changes is what the second fails at.
ONCE = {"run_time_check_numerics_of_gradient"}


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def hidden(x):
    """``x`` as a value of which nothing is known before the program runs."""
    seed = tf.placeholder_with_default(np.float32(2.0), [])
    return x + tf.cast(tf.exp(-seed) * 0.0, x.dtype)


def initialized(*fetches) -> tf.Session:
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


def programs(session) -> list:
    """The compiled programs of a session's graph that have run last."""
    return [
        program
        for runner in list(session._plans.runners.values())[-1:]
        for item in runner.items
        if isinstance(item, StageRunner)
        for program in item.programs.values()
    ]


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_the_program_computes_is_checked_and_nothing_changes(name):
    calls = []

    def via(x):
        calls.append(x)
        return hidden(x)

    other = tf.Variable(np.arange(3, dtype=np.float32), name="other")
    fetch, good, bad = PROGRAMS[name](tf, via)
    if not calls:
        return  # shapes decide: they are known before a program is compiled
    fetches = [fetch, tf.assign_add(other, [1.0, 1.0, 1.0])]
    session = initialized()
    session.run(fetches, good)
    variables = tf.global_variables()
    before = session.run(variables)
    expected = RECORDED[name]
    accepted = [expected, expected.get("tf115", expected)]
    found, message = "ok", ""
    try:
        session.run(fetches, {**good, **bad})
    except tf.errors.OpError as error:
        found, message = error_class(tf, error), one_form(first_line(error.message))
    if name not in ANOTHER:
        assert found in [e["class"] for e in accepted], message
        if found != "ok" and name not in NAMED:
            assert message in [one_form(e["message"]) for e in accepted]
    if found == "ok":
        return
    for old, new in zip(before, session.run(variables), strict=True):
        np.testing.assert_array_equal(old, new)
    if name not in ONCE:
        session.run(fetches, good)


@pytest.mark.parametrize("how", [lambda x: x, hidden], ids=["fed", "computed"])
def test_the_message_names_node_line_and_inputs(how):
    x, i = tf.placeholder(tf.float32, [3], "x"), tf.placeholder(tf.int32, [2], "i")
    y = tf.gather(x, how(i), name="taken")
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        tf.Session().run(y, {x: [1, 2, 3], i: [0, 5]})
    lines = caught.value.message.splitlines()
    assert lines[0] == "indices[1] = 5 is not in [0, 3)"
    assert lines[1] == "\t [[{{node taken}}]]"
    assert "test_run_time_errors.py" in lines[2]
    assert "tf.gather(x, how(i)" in lines[2]
    assert "x:0" in lines[3]
    assert caught.value.op is y.op
    assert caught.value.node_def.name == "taken"


@pytest.mark.parametrize(
    ("make", "count"),
    [
        (lambda x, i: tf.gather(x, tf.argmax(x)), (0, 0)),  # follows from the shape of x
        (lambda x, i: tf.gather(x, tf.nn.top_k(x, 2)[1]), (0, 0)),
        (lambda x, i: tf.gather(x, hidden(i) % 3), (0, 0)),
        (lambda x, i: tf.gather(x, tf.clip_by_value(hidden(i), 0, 2)), (0, 0)),
        (lambda x, i: i // tf.maximum(hidden(i), 1), (0, 0)),
        (lambda x, i: tf.gather(x, [0, 2]), (0, 0)),
        (lambda x, i: tf.gather(x, tf.reshape(i, [1, 2])), (1, 0)),
        (lambda x, i: tf.gather(x, tf.cast(i, tf.int64)) + tf.gather(x, i), (1, 0)),  # at once
        (lambda x, i: tf.gather(x, i) + tf.gather(x[:2], i), (2, 0)),
        (lambda x, i: tf.gather(x, i) + tf.gather(2.0 * x, i), (1, 0)),  # equal demands
        (lambda x, i: tf.gather(x, i + 1), (1, 0)),
        (lambda x, i: x[i[0]], (1, 0)),
        (lambda x, i: tf.gather(x, hidden(i)), (0, 1)),
    ],
    ids=lambda v: "" if callable(v) else f"{v[0]} before, {v[1]} inside",
)
def test_where_a_check_is_made(make, count):
    x, i = tf.placeholder(tf.float32, [3]), tf.placeholder(tf.int32, [2])
    session = tf.Session()
    session.run(make(x, i), {x: [1, 2, 3], i: [1, 0]})
    (program,) = programs(session)
    assert (len(program.guards), len(program.flags)) == count


def test_a_fed_tensor_is_not_what_its_node_says():
    x = tf.placeholder(tf.float32, [3])
    best = tf.argmax(x)
    with pytest.raises(tf.errors.InvalidArgumentError, match="indices = 3"):
        tf.Session().run(tf.gather(x, best), {x: [1, 2, 3], best: 3})


def test_columns_are_checked_each_with_its_own_length():
    """As where an action is chosen per row: the numbers of the rows need no check."""
    q, a = tf.placeholder(tf.float32, [5, 2]), tf.placeholder(tf.int32, [5])
    taken = tf.gather_nd(q, tf.stack([tf.range(5), a], axis=1))
    session = tf.Session()
    session.run(taken, {q: np.ones((5, 2)), a: [0, 1, 0, 1, 0]})
    (program,) = programs(session)
    assert [(t.op, low, high) for t, low, high in program.guards[0].sources] == [(a.op, 0, 2)]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[3\] = \[3, 2\]"):
        session.run(taken, {q: np.ones((5, 2)), a: [0, 1, 0, 2, 0]})


def test_the_first_node_is_named():
    x, i = tf.placeholder(tf.float32, [3]), tf.placeholder(tf.int32, [1])
    first = tf.gather(x, hidden(i), name="first")
    second = tf.gather(x, hidden(i + 1), name="second")
    session = tf.Session()
    for value, name in ((2, "second"), (3, "first")):
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            session.run([second, first], {x: [1, 2, 3], i: [value]})
        assert caught.value.op.name == name


def test_a_failed_check_leaves_random_streams():
    x, i = tf.placeholder(tf.float32, [3]), tf.placeholder(tf.int32, [1])
    noise = tf.random_uniform([3], seed=1)
    y = tf.gather(x + noise, hidden(i))
    session = tf.Session()
    with pytest.raises(tf.errors.InvalidArgumentError):
        session.run(y, {x: [0, 0, 0], i: [3]})
    assert session.run(y, {x: [0, 0, 0], i: [0]}) == tf.Session().run(noise)[0]


def test_the_values_of_the_message_are_those_of_the_failed_run():
    """Random numbers and variables decide about the index that is wrong."""
    v = tf.Variable(5)
    drawn = tf.random_uniform([3], 0, 4, tf.int32, seed=3)
    with tf.control_dependencies([drawn]):
        up = tf.assign_add(v, 1)
    y = tf.gather(tf.ones([1]), drawn + up)
    session = initialized()
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(y)
    expected = tf.Session().run(drawn)[0] + 6
    assert caught.value.message.startswith(f"indices[0] = {expected} is not in [0, 1)")
    assert session.run(v) == 5


def test_a_check_after_a_write_undoes_it():
    v = tf.Variable([1.0, 2.0])
    up = tf.assign(v, v * 2.0)
    with tf.control_dependencies([up]):
        late = tf.check_numerics(tf.log(v.read_value() - 4.0), "late")
    session = initialized()
    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError, match="late : Tensor had Inf and NaN"):
            session.run(late)
        np.testing.assert_array_equal(session.run(v), [1.0, 2.0])


def test_rows_are_not_changed_where_a_later_check_fails():
    v = tf.Variable(np.ones((4, 2), np.float32))
    i = tf.placeholder(tf.int32, [1])
    up = tf.scatter_add(v, i, [[1.0, 1.0]])
    with tf.control_dependencies([up]):
        late = tf.check_numerics(tf.log(tf.reduce_sum(v.read_value()) - 10.0), "late")
    session = initialized()
    with pytest.raises(tf.errors.InvalidArgumentError, match="late"):
        session.run([up, late], {i: [2]})
    np.testing.assert_array_equal(session.run(v), np.ones((4, 2)))


def test_a_variable_that_two_stages_change():
    v = tf.Variable(2.0)
    up = tf.assign_add(v, 1.0)
    size = tf.cast(up, tf.int32)
    ones = tf.ones([size])  # another stage
    with tf.control_dependencies([ones]):
        again = tf.assign_add(v, tf.reduce_sum(ones))
    x = tf.placeholder(tf.float32, [])
    fine = tf.check_numerics(tf.log(x) + again, "wrong")
    session = initialized()
    with pytest.raises(tf.errors.InvalidArgumentError, match="wrong"):
        session.run(fine, {x: 0.0})
    assert session.run(v) == 2.0
    assert session.run(fine, {x: 1.0}) == 6.0


def test_a_variable_that_changes_its_shape_is_kept_too():
    v = tf.Variable([1.0, 2.0], validate_shape=False)
    x = tf.placeholder(tf.float32, [])
    total = tf.check_numerics(tf.log(x) * tf.reduce_sum(v), "wrong")
    up = tf.assign(v, tf.fill([3], total), validate_shape=False)
    session = initialized()
    with pytest.raises(tf.errors.InvalidArgumentError, match="wrong"):
        session.run(up, {x: 0.0})
    np.testing.assert_array_equal(session.run(v), [1.0, 2.0])
    np.testing.assert_array_equal(session.run(up, {x: 1.0}), np.zeros(3))


@pytest.mark.parametrize(
    "optimizer",
    [
        tf.train.GradientDescentOptimizer(0.1),
        tf.train.MomentumOptimizer(0.1, 0.9),
        tf.train.AdamOptimizer(0.1),
        tf.train.RMSPropOptimizer(0.1),
        tf.train.AdagradOptimizer(0.1),
        tf.train.AdadeltaOptimizer(0.1),
        tf.train.FtrlOptimizer(0.1),
    ],
    ids=lambda o: type(o).__name__,
)
def test_a_checked_step_changes_variables_in_place(optimizer):
    copies = []
    for checked in (False, True):
        with tf.Graph().as_default():
            w = tf.Variable(np.ones((64, 32), np.float32))
            x = tf.placeholder(tf.float32, [8, 64])
            loss = tf.reduce_sum(tf.square(tf.matmul(x, w)))
            if checked:
                loss = tf.check_numerics(loss, "loss")
            step = optimizer.minimize(loss)
            session = initialized()
            session.run([step, loss], {x: np.ones((8, 64))})
            (program,) = programs(session)
            lines = program.compiled.as_text().splitlines()
            copies.append(len([n for n in lines if " copy(" in n and "[64,32]" in n]))
            variables = tf.global_variables()
    assert copies[0] == copies[1]
    before = session.run(variables)
    with pytest.raises(tf.errors.InvalidArgumentError, match="loss : Tensor had NaN"):
        session.run([step, loss], {x: np.full((8, 64), np.nan)})
    for old, new in zip(before, session.run(variables), strict=True):
        np.testing.assert_array_equal(old, new)


def test_what_is_mapped_is_checked():
    x, i = tf.placeholder(tf.float32, [4]), tf.placeholder(tf.int32, [3])
    function = FuncGraph("f")
    with function.as_default():
        function.outputs = [tf.gather(x, function.add_input(tf.int32, (), "k"))]
    (y,) = map_function(function, [i])
    session = tf.Session()
    feeds = {x: [0.0, 1.0, 2.0, 3.0]}
    np.testing.assert_array_equal(session.run(y, {**feeds, i: [3, 0, 1]}), [3, 0, 1])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices = 4 is not in \[0, 4\)"):
        session.run(y, {**feeds, i: [3, 4, 9]})


def test_assert_shows_text_and_computed_values():
    x, word = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.string, [])
    y = tf.exp(x)
    with tf.control_dependencies([tf.Assert(y[0] < 2.0, ["it is", word, y, 3])]):
        z = y + 1.0
    session = tf.Session()
    assert session.run(z, {x: [0.0, 0.0], word: "small"}).tolist() == [2.0, 2.0]
    for text in ("large", "larger"):
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            session.run(z, {x: [1.0, 0.0], word: text})
        first = caught.value.message.splitlines()[0]
        assert first == f"assertion failed: [it is] [{text}] [2.71828175 1] [3]"


def test_checks_can_be_left_out(monkeypatch):
    monkeypatch.setenv("TFGRAD_CHECKS", "0")
    x, i = tf.placeholder(tf.float32, [3]), tf.placeholder(tf.int32, [2])
    session = tf.Session()
    np.testing.assert_array_equal(session.run(tf.gather(x, i), {x: [1, 2, 3], i: [-1, 9]}), [1, 3])
    with pytest.raises(tf.errors.InvalidArgumentError, match="still"):
        session.run(tf.check_numerics(x, "still"), {x: [1, 2, np.nan]})


# ---------------------------------------------------------------------- check_numerics


def test_check_numerics_names_the_first_node_and_the_ranges_of_its_inputs():
    x = tf.placeholder(tf.float32, [3], "x")
    v = tf.Variable([1.0, 2.0, 3.0], name="v")
    y = tf.log(x * v, name="logarithm")
    step = tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(y))
    session = initialized()
    checked = session.make_callable([y, step], [x], check_numerics=True)
    for run in (
        lambda v: session.run([y, step], {x: v}, check_numerics=True),
        lambda v: checked(v),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            run([1.0, 0.0, -1.0])
        assert caught.value.op is y.op
        lines = caught.value.message.splitlines()
        assert lines[0] == "'logarithm' (op: 'Log') gave Inf and NaN, from finite inputs"
        assert "y = tf.log(x * v" in lines[2]
        assert "mul:0" in lines[3]
        assert "float32 [3]  from -3 to 1 " in lines[3]
        assert lines[4] == "  result 0  float32 [3]  from 0 to 0, 1 NaN, 1 -Inf"
        np.testing.assert_array_equal(session.run(v), [1.0, 2.0, 3.0])


def test_check_numerics_computes_what_a_usual_run_does():
    x = tf.placeholder(tf.float32, [3])
    v = tf.Variable([1.0, 2.0, 3.0])
    loss = tf.reduce_sum(tf.square(x * v) + tf.random_normal([3], seed=1))
    step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
    results = []
    for check_numerics in (False, True):
        session = initialized()
        runs = [
            session.run([loss, step], {x: [1, 2, k]}, check_numerics=check_numerics)[0]
            for k in range(3)
        ]
        results.append((runs, session.run(v)))
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-6)  # compiled apart
    np.testing.assert_allclose(results[0][1], results[1][1], rtol=1e-6)


def test_check_numerics_does_not_mind_infinities_that_are_given():
    x = tf.placeholder(tf.float32, [2])
    mask = tf.constant([0.0, -np.inf])
    session = tf.Session()
    found = session.run(tf.exp(x + mask), {x: [0.0, 0.0]}, check_numerics=True)
    np.testing.assert_array_equal(found, [1.0, 0.0])
    found = session.run(x * 2.0, {x: [np.nan, 0.0]}, check_numerics=True)
    assert np.isnan(found[0])


@pytest.mark.parametrize(
    ("make", "op_type"),
    [
        (lambda x: tf.constant(1.0) / tf.constant(0.0), "RealDiv"),  # before it is compiled
        (lambda x: tf.py_func(lambda v: v / np.float32(0), [x], tf.float32), "PyFunc"),
        (lambda x: tf.complex(x, x) * np.complex64(3e38 * (1 + 1j)), "Mul"),
        (lambda x: tf.cast(x * 1e6, tf.float16), "Cast"),
        (lambda x: tf.assign_add(tf.Variable([3e38], use_resource=True), x * 3e38).op,
         "AssignAddVariableOp"),
    ],
)  # fmt: skip
def test_check_numerics_finds_it_everywhere(make, op_type):
    x = tf.placeholder(tf.float32, [1])
    fetch = make(x)
    session = initialized()
    with np.errstate(all="ignore"), pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(fetch, {x: [1.0]}, check_numerics=True)
    assert caught.value.op.type == op_type
