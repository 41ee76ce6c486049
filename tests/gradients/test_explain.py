"""`tfgrad.explain_gradient`: what it says is what `tf.gradients` does.

The oracle is `tf.gradients` itself, called on the same tensors after the explanation.
"""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad
import tfgrad as tf
from tfgrad._src.gradients.registry import GRADIENTS


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def outcome(y, x, **arguments) -> str:
    """What `tf.gradients` does, in the words of ``result``."""
    try:
        (g,) = tf.gradients(y, x, **arguments)
    except LookupError:
        return "error"
    if g is None:
        return "none"
    values = {p: 0.7 * np.ones(p.shape.as_list(), p.dtype.as_numpy_dtype) for p in placeholders()}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        found = session.run(g, values)
        return "gradient" if np.any(getattr(found, "values", found)) else "zero"


def placeholders() -> list:
    graph = tf.get_default_graph()
    return [op.outputs[0] for op in graph.get_operations() if op.type == "Placeholder"]


def names(path) -> list[str]:
    return [op.name for op in path]


def number(name="x", shape=(3,)):
    return tf.placeholder(tf.float32, shape, name=name)


def add_one(name):
    """A gradient override."""

    def function(op, dy):
        return dy

    if name not in GRADIENTS:
        tf.RegisterGradient(name)(function)
    return tf.get_default_graph().gradient_override_map({"Tanh": name})


# ---------------------------------------------------------------------- one program for each reason


def connected():
    x = number()
    return tf.tanh(tf.sin(x, name="a"), name="y"), x, "connected", None


def stopped():
    x = number()
    return tf.sin(tf.stop_gradient(x, name="stop"), name="y"), x, "stop_gradient", "stop"


def through_an_integer():
    x = number()
    i = tf.cast(tf.cast(x, tf.int32, name="to_int") + 1, tf.float32, name="back")
    return tf.sin(i), x, "dtype", "to_int"


def through_a_boolean():
    x = number()
    return tf.cast(tf.greater(x, 0.0, name="positive"), tf.float32), x, "dtype", "positive"


def through_an_index():
    x = number()
    table = tf.constant([[1.0], [2.0], [3.0]])
    return tf.gather(table, tf.argmax(x, name="best")), x, "dtype", "best"


def y_is_an_integer():
    x = number()
    return tf.cast(x, tf.int64, name="y"), x, "dtype", "y"


def x_is_an_integer():
    x = tf.placeholder(tf.int32, [3], name="x")
    return tf.cast(x, tf.float32) * 2.0, x, "dtype", "x"


def only_the_shape():
    x = tf.placeholder(tf.float32, [3, None], name="x")
    y = tf.cast(tf.shape(x, name="lengths"), tf.float32)
    return y, x, "dtype", "lengths"


def floor():
    x = number()
    return tf.floor(x, name="floor") * 2.0, x, "not differentiable", "floor"


def zeros_like():
    x = tf.placeholder(tf.float32, [None], name="x")
    return tf.zeros_like(x, name="zeros"), x, "not differentiable", "zeros"


def sign():
    x = number()
    return tf.sign(x, name="sign") * 3.0, x, "zero", "sign"


def unregistered():
    x = number()
    return tf.reduce_sum(tf.unique(x, name="unique")[0]), x, "no gradient registered", "unique"


def override_unregistered():
    x = number()
    with tf.get_default_graph().gradient_override_map({"Tanh": "ExplainNobody"}):
        y = tf.tanh(x, name="y")
    return y, x, "no gradient registered", "y"


def override_declared_none():
    if "ExplainNone" not in GRADIENTS:
        tf.NotDifferentiable("ExplainNone")
    x = number()
    with tf.get_default_graph().gradient_override_map({"Tanh": "ExplainNone"}):
        y = tf.tanh(x, name="y")
    return y, x, "override", "y"


def override_that_passes():
    x = number()
    with add_one("ExplainPass"):
        y = tf.tanh(x, name="y")
    return y, x, "connected", None


def input_without_gradient():
    """The zeta function has a gradient with respect to its second argument alone."""
    x = number()
    return tf.zeta(x, 2.0 * tf.ones([3]), name="y"), x, "no gradient for this input", "y"


def nothing_between():
    x = number()
    return tf.sin(number("z")), x, "no path", None


def the_wrong_way_round():
    x = number()
    return x, tf.sin(x), "no path", None


def another_output():
    a, b = tf.split(number(shape=(4,)), 2)
    return tf.sin(a), b, "no path", None


def control_only():
    x = number()
    with tf.control_dependencies([tf.sin(x)]):
        y = tf.constant(1.0) * 2.0
    return y, x, "no path", None


def y_is_x():
    x = number()
    return x, x, "connected", None


def reference_variable():
    v = tf.get_variable("v", initializer=[0.3], use_resource=False)
    return tf.sin(v), v, "connected", None


def resource_variable():
    v = tf.get_variable("v", initializer=[0.3], use_resource=True)
    return tf.sin(v), v, "connected", None


def assigned():
    v = tf.get_variable("v", initializer=[0.3], use_resource=False)
    return tf.sin(tf.assign(v, number(shape=(1,)), name="set")), placeholders()[-1], None, "set"


def sparse():
    v = tf.get_variable("v", initializer=[[0.3], [0.4]])
    return tf.gather(v, [1]), v, "connected", None


def one_path_of_two():
    x = number()
    return tf.floor(x) + tf.sin(x, name="open"), x, "connected", None


def zero_and_blocked():
    x = number()
    return tf.sign(x, name="sign") + tf.floor(x), x, "zero", "sign"


def zero_then_stopped():
    x = number()
    return tf.sign(tf.stop_gradient(x, name="stop"), name="sign"), x, "stop_gradient", "stop"


def blocked_and_unregistered():
    x = number()
    return tf.unique(x, name="unique")[0] + tf.sin(x), x, "no gradient registered", "unique"


def unregistered_behind_a_stop():
    x = number()
    y = tf.sin(tf.stop_gradient(tf.unique(x, name="unique")[0], name="stop"))
    return y, x, "stop_gradient", "stop"


def unregistered_behind_an_integer():
    x = number()
    y = tf.unique(tf.cast(tf.cast(x, tf.int32, name="to_int"), tf.float32))[0]
    return y, x, "dtype", "to_int"


PROGRAMS = [
    connected, stopped, through_an_integer, through_a_boolean, through_an_index, y_is_an_integer,
    x_is_an_integer, only_the_shape, floor, zeros_like, sign, unregistered, override_unregistered,
    override_declared_none, override_that_passes, input_without_gradient, nothing_between,
    the_wrong_way_round, another_output, control_only, y_is_x, reference_variable,
    resource_variable, assigned, sparse, one_path_of_two, zero_and_blocked,
    zero_then_stopped, blocked_and_unregistered,
    unregistered_behind_a_stop, unregistered_behind_an_integer,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_it_says_what_gradients_does_and_where_it_stops(graph, program):
    y, x, reason, blocked_at = program()
    before = len(graph.get_operations())
    why = tfgrad.explain_gradient(y, x)
    assert len(graph.get_operations()) == before
    if reason is not None:
        assert why.reason == reason
    assert (None if why.blocked_at is None else why.blocked_at.name) == blocked_at
    assert why.result == outcome(y, x)
    if why.path:
        x_op = getattr(x, "handle", x).op
        assert (why.path[0], why.path[-1]) == (x_op, y.op)
        for a, b in zip(why.path, why.path[1:], strict=False):
            assert a in [t.op for t in b.inputs]
    for block in why.blocks:
        assert block.blocked_at in block.path
        assert block.blocked_at.name in str(why)
        assert block.blocked_at.name in why._repr_html_()


def test_a_stop_gradients_entry():
    x = number()
    a = tf.sin(x, name="a")
    y = tf.tanh(a, name="y")
    why = tfgrad.explain_gradient(y, x, stop_gradients=a)
    assert (why.result, why.reason, why.blocked_at.name) == ("none", "stop_gradients", "a")
    assert outcome(y, x, stop_gradients=a) == "none"
    assert tfgrad.explain_gradient(y, x, stop_gradients=[x]).result == "gradient"


def test_several_blocked_paths_come_shortest_first():
    x = number()
    long = tf.stop_gradient(tf.sin(tf.cos(tf.exp(x))), name="long")
    short = tf.floor(x, name="short")
    middle = tf.cast(tf.cast(tf.sin(x), tf.int32, name="middle"), tf.float32)
    most = tf.round(tf.sin(tf.sin(tf.sin(tf.sin(tf.sin(x))))), name="most")
    why = tfgrad.explain_gradient(tf.add_n([most, long, middle, short]), x)
    assert [b.blocked_at.name for b in why.blocks] == ["short", "middle", "long"]
    assert why.path == why.blocks[0].path
    assert "1 more operation on other paths stop it too." in why.notes


def test_the_text():
    x = number()
    y = tf.multiply(tf.floor(x, name="floor"), 2.0, name="y")
    lines = str(tfgrad.explain_gradient(y, x)).splitlines()
    assert lines[0] == "No gradient from 'y' to 'x': 'floor' (op: Floor) is not differentiable."
    assert lines[1].split()[:4] == ["x", "Placeholder", "float32", "[3]"]
    assert lines[2].split()[:5] == [">", "floor", "Floor", "float32", "[3]"]
    assert lines[3].split()[:2] == ["y", "Mul"]
    assert all("test_explain.py, line" in line for line in lines[1:4])
    assert "tf.floor(x" in lines[2]
    assert len(lines) == 5


def test_the_text_of_an_error_says_how_to_register_a_gradient():
    x = number()
    text = str(tfgrad.explain_gradient(tf.unique(x)[0], x))
    assert text.splitlines()[0] == (
        "tf.gradients from 'Unique' to 'x' raises LookupError: "
        "no gradient is registered for 'Unique' (op: Unique)."
    )
    assert '@tf.RegisterGradient("Unique")' in text


def test_a_long_path_is_shortened_around_the_operation_that_counts():
    x = number()
    y = x
    for _ in range(50):
        y = tf.sin(y)
    y = tf.floor(y, name="floor")
    for _ in range(50):
        y = tf.sin(y)
    why = tfgrad.explain_gradient(y, x)
    text = str(why)
    assert len(why.path) == 102
    assert text.count("\n") < 20
    assert text.count("   ...\n") == 2
    assert "> floor" in text


def test_the_table_escapes_what_it_shows():
    x = number()
    y = tf.floor(x) if True < 2 else x
    assert "&lt; 2" in tfgrad.explain_gradient(y, x)._repr_html_()


def test_notes_tell_of_flat_operations_and_of_own_gradients():
    x = number()
    with add_one("ExplainPass"):
        y = tf.tanh(tf.nn.relu(x, name="relu"), name="y")
    notes = " ".join(tfgrad.explain_gradient(y, x).notes)
    assert "'relu' (op: Relu)" in notes
    assert "'y' (op: Tanh)" in notes


@pytest.mark.parametrize(
    ("program", "note"),
    [
        (the_wrong_way_round, "It is the other way round"),
        (another_output, "They are two outputs of one operation"),
        (control_only, "by a control dependency"),
        (nothing_between, "No operation uses x"),
    ],
)
def test_notes_on_a_missing_path(program, note):
    if program is another_output:
        a, x = tf.split(number(shape=(4,)), 2)
        y = a
    else:
        y, x, _, _ = program()
    assert note in str(tfgrad.explain_gradient(y, x))


def test_lists_and_numbers():
    x, z = number("x"), number("z")
    first, second = tfgrad.explain_gradient([tf.floor(x), tf.sin(x)], [x, z])
    assert (first.result, second.result) == ("gradient", "none")
    assert tfgrad.explain_gradient(3.0, x).reason == "no path"


def test_another_graph_and_what_is_no_tensor():
    x = number()
    with tf.Graph().as_default():
        y = tf.sin(number("other"))
    with pytest.raises(ValueError, match="must be from the same graph"):
        tfgrad.explain_gradient(y, x)
    with pytest.raises(TypeError):
        tfgrad.explain_gradient(x, object())


UNARY = [
    tf.sin, tf.floor, tf.sign, tf.stop_gradient, tf.nn.relu, tf.identity, tf.zeros_like,
    lambda t: tf.cast(tf.cast(t, tf.int32), tf.float32), lambda t: tf.unique(t)[0],
    lambda t: tf.cast(t, tf.float64) * 2.0, lambda t: tf.reduce_sum(t, keepdims=True),
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_graphs(data):
    """The result is None, an error, or neither, exactly as `tf.gradients` gives it."""
    with tf.Graph().as_default():
        tensors = [number(), number("z")]
        for _ in range(data.draw(st.integers(1, 12))):
            a = data.draw(st.sampled_from(tensors))
            b = data.draw(st.sampled_from(tensors))
            f = data.draw(st.sampled_from(UNARY))
            tensors.append(f(a) if data.draw(st.booleans()) else tf.cast(a, b.dtype) * b)
        y, x = tensors[-1], tensors[data.draw(st.integers(0, len(tensors) - 1))]
        stops = data.draw(st.lists(st.sampled_from(tensors), max_size=2))
        why = tfgrad.explain_gradient(y, x, stop_gradients=stops)
        try:
            (g,) = tf.gradients(y, x, stop_gradients=stops)
        except LookupError:
            assert why.result == "error"
            return
        assert why.result == "none" if g is None else why.result in ("gradient", "zero")


def test_100000_operations_take_little_more_than_their_reading():
    x = number()
    y = x
    for _ in range(100_000):
        y = tf.tanh(y)
    start = time.perf_counter()
    why = tfgrad.explain_gradient(y, x)
    text = str(why)
    seconds = time.perf_counter() - start
    assert len(why.path) == 100_001
    assert len(text.splitlines()) < 20
    assert seconds < 5.0  # 1 s on a quiet machine; tf.gradients takes 2.5 s
