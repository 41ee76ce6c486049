"""Ops that run between compiled programs: Python functions, printing, checks.

Oracles: TensorFlow's messages and formats, written out; graphs and values of whole cases are in
``tests/golden/host.json``.
"""

import gc

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph import host_functions
from tfgrad._src.ops.host import summary


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def run(x, feeds=None):
    return tf.Session().run(x, feeds)


# ---------------------------------------------------------------------- Python functions


def test_a_function_sees_arrays_of_its_own_and_scalars():
    seen = []
    x = tf.constant([1.0, 2.0])
    y = tf.py_func(lambda *args: seen.extend(args), [x, 3, "text", ["a", "b"], True], [])
    run(y)
    array, number, text, texts, truth = seen
    array[0] = 99.0  # it may be changed
    assert run(x).tolist() == [1.0, 2.0]
    assert isinstance(number, np.int32)
    assert number == 3
    assert text == b"text"
    assert texts.tolist() == [b"a", b"b"]
    assert isinstance(truth, np.bool_)


def test_function_runs_once_per_run_and_after_what_it_needs():
    calls = []
    v = tf.Variable(1.0, use_resource=False)
    x = tf.placeholder(tf.float32, [])
    with tf.control_dependencies([tf.assign(v, v + x)]):
        y = tf.py_func(
            lambda value: calls.append(float(value)) or value * 2, [v.read_value()], tf.float32
        )
    z = y + 1.0
    with tf.Session() as session:
        session.run(v.initializer)
        assert session.run([y, z], {x: 2.0}) == [6.0, 7.0]
        assert session.run(z, {x: 5.0}) == 17.0
    assert calls == [3.0, 8.0]


def test_functions_can_follow_each_other():
    x = tf.placeholder(tf.float64, [None])
    for _ in range(3):
        x = tf.exp(tf.py_func(np.negative, [x], tf.float64))
    first = x.graph.get_operations()[0].outputs[0]
    expected = np.array([0.5, 1.0])
    for _ in range(3):
        expected = np.exp(-expected)
    np.testing.assert_allclose(run(x, {first: [0.5, 1.0]}), expected, rtol=1e-15)


CLASSES = {
    ValueError: "InvalidArgumentError",
    UnicodeError: "InvalidArgumentError",
    TypeError: "InvalidArgumentError",
    StopIteration: "OutOfRangeError",
    MemoryError: "ResourceExhaustedError",
    NotImplementedError: "UnimplementedError",
    KeyError: "UnknownError",
    ZeroDivisionError: "UnknownError",
}


@pytest.mark.parametrize("kind", CLASSES)
def test_an_exception_becomes_an_error_of_the_run(kind):
    def fails(x):
        raise kind("what went wrong")

    y = tf.py_func(fails, [1.0], tf.float32, name="named")
    with pytest.raises(tf.errors.OpError) as caught:
        run(y)
    assert type(caught.value).__name__ == CLASSES[kind]
    lines = str(caught.value).split("\n")
    assert lines[0].startswith(f"{kind.__name__}: ")
    assert "what went wrong" in lines[0]
    # The user's traceback, and nothing of tfgrad's.
    assert any("in fails" in line for line in lines)
    assert "_src" not in str(caught.value)
    assert "[[{{node named}}]]" in str(caught.value)
    assert isinstance(caught.value.__cause__, kind)
    assert caught.value.op is y.op


@pytest.mark.parametrize(
    ("returned", "types", "message"),
    [
        (
            np.zeros(2),
            tf.float32,
            r"0-th value returned by pyfunc_\d+ is double, but expects float",
        ),
        (3, tf.int32, r"0-th value returned by pyfunc_\d+ is int64, but expects int32"),
        ([1.0, 2.0], tf.float64, r"pyfunc_\d+ returns 2 values, but expects to see 1 values\."),
        (None, tf.float64, r"pyfunc_\d+ returns 0 values, but expects to see 1 values\."),
        ((1.0,), [tf.float64] * 2, r"pyfunc_\d+ returns 1 values, but expects to see 2 values\."),
    ],
)
def test_a_wrong_result_is_an_invalid_argument(returned, types, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(tf.py_func(lambda: returned, [], types))


def test_an_object_cannot_be_returned():
    with pytest.raises(tf.errors.InternalError, match="Unsupported object type dict"):
        run(tf.py_func(lambda: {"a": 1}, [], tf.float32))


def test_arrays_of_another_layout_are_copied():
    y = tf.py_func(lambda: np.arange(6.0).reshape(2, 3).T, [], tf.float64)
    np.testing.assert_array_equal(run(y), np.arange(6.0).reshape(2, 3).T)
    assert run(tf.py_func(lambda: np.ones(2, ">f4"), [], tf.float32)).tolist() == [1.0, 1.0]


def test_bad_arguments_are_refused_while_building():
    with pytest.raises(ValueError, match=r"Expected func to be callable\. Received func=3"):
        tf.py_func(3, [], tf.float32)
    with pytest.raises(TypeError):
        tf.py_func(np.sin, tf.constant(1.0), tf.float32)


def test_shapes_are_unknown_and_can_be_set():
    y = tf.py_func(lambda: np.ones([2, 3]), [], tf.float64)
    assert y.shape.ndims is None
    y.set_shape([None, 3])
    assert run(tf.matmul(y, tf.ones([3, 1], tf.float64))).tolist() == [[3.0], [3.0]]


def test_a_function_lives_as_long_as_its_graph():
    with tf.Graph().as_default():
        y = tf.py_func(lambda: 1.0, [], tf.float64)
        token = y.op.get_attr("token").decode()
        assert host_functions.find_function(token) is not None
        assert run(y) == 1.0
    del y
    gc.collect()
    assert host_functions.find_function(token) is None


def test_no_gradient_unless_one_is_registered(graph):
    x = tf.constant([1.0, 2.0])
    assert tf.gradients(tf.py_func(lambda a: a, [x], tf.float32), x) == [None]

    @tf.RegisterGradient("TestHostGradient")
    def _(op, dy, unused):
        return dy * op.inputs[1], None

    with graph.gradient_override_map({"PyFuncStateless": "TestHostGradient"}):
        y, _ = tf.py_func(lambda a, b: (a * b, b), [x, x + 2.0], [tf.float32] * 2, stateful=False)
    y.set_shape([2])
    assert run(tf.gradients(y, x)[0]).tolist() == [3.0, 4.0]


def test_py_function_gets_arrays_with_numpy_and_converts_results():
    def f(x, n):
        assert isinstance(x.numpy(), np.ndarray)
        assert n.numpy() == 3
        return x * float(n), 1

    x = tf.constant([1.0, 2.0])
    y, one = tf.py_function(f, [x, 3], [tf.float32, tf.float64])
    assert y.op.type == "EagerPyFunc"
    assert run(y).tolist() == [3.0, 6.0]
    assert run(one) == 1.0
    assert run(tf.numpy_function(lambda a: a + 1, [x], tf.float32)).tolist() == [2.0, 3.0]
    with pytest.raises(LookupError, match="op type: EagerPyFunc"):
        tf.gradients(y, x)


def test_py_function_cannot_compute_with_tensors():
    y = tf.py_function(lambda x: tf.constant(1.0), [2.0], tf.float32)
    with pytest.raises(tf.errors.UnimplementedError, match="a node of a graph"):
        run(y)


# ---------------------------------------------------------------------- printing

CUBE = np.arange(24.0).reshape(2, 3, 4)
SUMMARIES = [  # as TensorFlow 2.21 prints them
    (CUBE, 3, "[[0 1 2...]]..."),
    (CUBE, 5, "[[0 1 2 3][4...]]..."),
    (CUBE, 12, "[[0 1 2 3][4 5 6 7][8 9 10 11]]..."),
    (CUBE[:1], -1, "[[0 1 2 3][4 5 6 7][8 9 10 11]]"),
    (np.arange(3), 3, "0 1 2"),
    (np.arange(4), 3, "0 1 2..."),
    (np.arange(4), 0, "..."),
    (np.ones([2, 2]), 3, "[1 1][1...]..."),
    (np.ones([3, 1]), 3, "[1][1][1]"),
    (np.zeros([0, 3]), 3, ""),
    (np.array([True, False]), 3, "1 0"),
    (np.array([b"a", b"b"], object), 1, "a..."),
    (np.array(b'it\'s "q" \n\x00', object), 3, 'it\\\'s \\"q\\" \\n\\000'),
    (np.array([np.nan, np.inf, -np.inf]), 3, "nan inf -inf"),
    (np.array(1 / 3), 3, "0.33333333333333331"),
    (np.array(1 / 3, np.float32), 3, "0.333333343"),
    (np.array(1 / 3, np.float16), 3, "0.333251953"),
    (np.array([0.1, 123456789.0]), 3, "0.1 123456789"),
    (np.array([123456789.0, 1e6, 1e-5, -0.0], np.float32), -1, "123456792 1e+06 1e-05 -0"),
]


@pytest.mark.parametrize(("array", "most", "expected"), SUMMARIES)
def test_arrays_are_written_as_by_tensorflow(array, most, expected):
    assert summary(array, most) == expected


def test_print_writes_at_most_first_n_times(capsys):
    x = tf.constant([1.0, 2.0])
    y = tf.Print(x, [x, "label", 3], "m ", first_n=2)
    for _ in range(3):
        assert run(tf.exp(y)).shape == (2,)
    assert capsys.readouterr().err == "m [1 2][label][3]\nm [1 2][label][3]\n"


def test_print_passes_the_gradient_of_its_input_alone():
    x = tf.constant([1.0, 2.0])
    data = tf.square(x)
    y = tf.Print(x * 3.0, [data], first_n=0)
    dx, ddata = tf.gradients(y, [x, data])
    assert run(dx).tolist() == [3.0, 3.0]
    assert ddata is None


# ---------------------------------------------------------------------- checks


def test_assert_stops_what_depends_on_it():
    x = tf.placeholder(tf.float32, [None])
    updates = tf.Variable(0.0, use_resource=False)
    with tf.control_dependencies([tf.Assert(tf.reduce_all(x > 0), [x, "text"], summarize=1)]):
        update = tf.assign_add(updates, 1.0)
    with tf.Session() as session:
        session.run(updates.initializer)
        session.run(update, {x: [1.0, 2.0]})
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            session.run(update, {x: [1.0, -2.0]})
        assert str(caught.value).split("\n")[0] == "assertion failed: [1...] [text]"
        assert session.run(updates) == 1.0


def test_comparisons_of_known_values_are_decided_while_building():
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        tf.assert_equal(tf.constant([1, 2]), [1, 3], message="a message")
    assert str(caught.value).split("\n") == [
        "a message", "Condition x == y did not hold element-wise:", "x (Const:0) = ", "[1 2]",
        "y (assert_equal_1/y:0) = ", "[1 3]",
    ]  # fmt: skip
    with pytest.raises(tf.errors.InvalidArgumentError, match="x < 0"):
        tf.assert_negative(tf.constant(1.0))


COMPARISONS = [
    (tf.assert_equal, 1.0, 1.0, 2.0),
    (tf.assert_none_equal, 1.0, 2.0, 1.0),
    (tf.assert_less, 1.0, 2.0, 1.0),
    (tf.assert_less_equal, 1.0, 1.0, 0.0),
    (tf.assert_greater, 1.0, 0.0, 1.0),
    (tf.assert_greater_equal, 1.0, 1.0, 2.0),
    (tf.assert_near, 1.0, 1.0 + 1e-6, 1.0 + 1e-5),
]


@pytest.mark.parametrize(
    ("check", "x", "good", "bad"), COMPARISONS, ids=lambda v: getattr(v, "__name__", "")
)
def test_comparison_when_it_runs(check, x, good, bad):
    p, q = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [None])
    op = check(p, q, message="a message")
    run(op, {p: x, q: [good, good]})
    run(op, {p: x, q: []})  # nothing to compare
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"assertion failed: \[a message"):
        run(op, {p: x, q: [good, bad]})


SIGNS = [
    (tf.assert_positive, 1.0, 0.0),
    (tf.assert_non_negative, 0.0, -1.0),
    (tf.assert_negative, -1.0, 0.0),
    (tf.assert_non_positive, 0.0, 1.0),
]


@pytest.mark.parametrize(("check", "good", "bad"), SIGNS, ids=lambda v: getattr(v, "__name__", ""))
def test_sign_when_it_runs(check, good, bad):
    x = tf.placeholder(tf.float32, [None])
    op = check(x)
    run(op, {x: [good, good]})
    with pytest.raises(tf.errors.InvalidArgumentError, match="did not hold element-wise:"):
        run(op, {x: [good, bad]})


def test_orders():
    x = tf.placeholder(tf.float32)
    steps = tf.is_non_decreasing(x), tf.is_strictly_increasing(x)
    assert run(steps, {x: [1.0, 1.0, 2.0]}) == (True, False)
    assert run(steps, {x: [[1.0, 2.0], [3.0, 0.0]]}) == (False, False)
    assert run(steps, {x: []}) == (True, True)
    assert run(steps, {x: [[5.0]]}) == (True, True)
    with pytest.raises(TypeError, match="Expected x to be numeric, instead found"):
        tf.is_non_decreasing(["a"])


NOT_FINITE = [
    ([1.0, np.nan], "NaN"),
    ([np.inf, -np.inf], "Inf"),
    ([np.nan, np.inf], "Inf and NaN"),
]


@pytest.mark.parametrize(("values", "found"), NOT_FINITE)
def test_check_numerics_names_what_it_finds(values, found):
    x = tf.placeholder(tf.float32, [2])
    message = f"^a message : Tensor had {found} values"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(tf.check_numerics(x, "a message") + 1.0, {x: values})
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(tf.verify_tensor_all_finite(x, "a message"), {x: values})


def test_check_numerics_checks_its_gradient_too():
    x = tf.constant([0.0])
    (d,) = tf.gradients(tf.sqrt(x) * tf.check_numerics(tf.sqrt(x), "y"), x)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"detected in gradient\. b'y'"):
        run(tf.gradients(tf.log(tf.check_numerics(x * 1.0, "y")), x)[0])
    assert not np.isfinite(run(d)).all()  # behind the check nothing is checked


def test_add_check_numerics_ops_names_the_first_bad_tensor():
    x = tf.placeholder(tf.float32, [1], name="x")
    tf.exp(tf.log(x, name="bad"), name="worse")
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"^bad:0 : Tensor had NaN"):
        run(tf.add_check_numerics_ops(), {x: [-1.0]})


def test_static_properties_are_decided_while_building():
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    assert tf.assert_rank(x, 2).type == "NoOp"
    cases = [
        (lambda: tf.assert_rank(x, 1, message="m"),
         "m.  Tensor x:0 must have rank 1.  Received rank 2, shape (?, 3)"),
        (lambda: tf.assert_rank_at_least(x, 3),
         "Tensor x:0 must have rank at least 3.  Received rank 2, shape (?, 3)"),
        (lambda: tf.assert_rank_in(x, [0, 1]),
         "Tensor x:0 must have rank in (0, 1).  Received rank 2, shape (?, 3)"),
        (lambda: tf.assert_rank(x, [2]), "Rank must be a scalar."),
        (lambda: tf.assert_scalar(x), "Expected scalar shape for x:0, saw shape: (?, 3)."),
        (lambda: tf.debugging.assert_shapes({x: ("N", 2)}),
         "Specified explicitly.  Tensor x:0 dimension 1 must have size 2.  Received size 3, shape "
         "(?, 3)"),
    ]  # fmt: skip
    for make, message in cases:
        with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
            make()
        assert str(caught.value) == message


def test_types_are_decided_while_building():
    x = tf.placeholder(tf.float32, [], name="x")
    with pytest.raises(TypeError, match=r"x:0 must be of type tf\.int32; got tf\.float32"):
        tf.assert_type(x, tf.int32)
    with pytest.raises(TypeError, match='Expected "x" to be integer type'):
        tf.assert_integer(x)
    with pytest.raises(TypeError, match='to be a "proper" iterable'):
        tf.assert_proper_iterable("text")
    with pytest.raises(TypeError, match="to be iterable"):
        tf.assert_proper_iterable(3)
    assert tf.assert_proper_iterable([1]) is None
    assert tf.assert_same_float_dtype([x, None]) is tf.float32
    assert tf.assert_same_float_dtype() is tf.float32
    with pytest.raises(ValueError, match=r"must be of the same type .* as x:0"):
        tf.assert_same_float_dtype([x, tf.constant(1.0, tf.float64)])
    with pytest.raises(ValueError, match="Expected floating point type"):
        tf.assert_same_float_dtype([tf.constant(1)])


def test_ranks_and_shapes_that_are_not_known_are_checked_when_they_run():
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32, [None])
    op = tf.assert_rank(x, 2)
    run(op, {x: [[1.0]]})
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"must have rank\] \[2\] \[Received"):
        run(op, {x: [1.0]})
    op = tf.debugging.assert_shapes([(x, ("N", "Q")), (y, ("N",))])
    run(op, {x: np.zeros([2, 3]), y: [1.0, 2.0]})
    with pytest.raises(tf.errors.InvalidArgumentError, match="Specified by tensor"):
        run(op, {x: np.zeros([2, 3]), y: [1.0]})
