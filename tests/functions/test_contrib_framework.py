"""`tf.contrib.framework`: default arguments, variables by name, decorators, names."""

import functools
import importlib

import numpy as np
import pytest

import tfgrad as tf
from tfgrad.contrib import framework
from tfgrad.contrib.framework.python.ops import add_arg_scope, arg_scope
from tfgrad.python.util import tf_contextlib, tf_decorator, tf_inspect


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def names(variables) -> list[str]:
    return [v.op.name for v in variables]


# ---------------------------------------------------------------------- arg_scope


def test_the_function_is_not_hidden_by_the_module_of_its_name():
    importlib.import_module("tfgrad.contrib.framework.python.ops.arg_scope")
    assert framework.python.ops.arg_scope is arg_scope
    assert callable(arg_scope)


@add_arg_scope
def f(x, a=1, b=None):
    """What f does."""
    return x, a, b


@add_arg_scope
def g(x, **kwargs):
    return x, kwargs


def undecorated(x, a=1):
    return x, a


def test_default_arguments_of_blocks():
    with arg_scope([f, g], a=5):
        assert (f(0), f(0, a=6), g(1), g(1, z=2)) == (
            (0, 5, None), (0, 6, None), (1, {"a": 5}), (1, {"a": 5, "z": 2}),
        )  # fmt: skip
        with arg_scope([f], b=7) as scope:
            assert (f(0), g(0)) == ((0, 5, 7), (0, {"a": 5}))
        with arg_scope((f,), a=9):
            assert f(0) == (0, 9, None)
    assert f(0) == (0, 1, None)
    with arg_scope(scope):
        assert f(0) == (0, 5, 7)
        with arg_scope({}):
            assert f(0) == (0, 1, None)
    assert framework.current_arg_scope() == {}


def test_a_decorated_function_is_known():
    assert (f.__name__, f.__doc__) == ("f", "What f does.")
    assert (framework.has_arg_scope(f), framework.has_arg_scope(undecorated)) == (True, False)
    assert framework.arg_scoped_arguments(f) == ("a", "b")


@pytest.mark.parametrize(
    ("functions", "arguments", "kind", "message"),
    [
        ([undecorated], {"a": 1}, ValueError, "is not decorated with @add_arg_scope"),
        (f, {"a": 1}, TypeError, "list_ops_or_scope must either be a list/tuple or reused scope"),
        ({}, {"a": 1}, ValueError, "kwargs must be empty"),
    ],
    ids=["undecorated", "no list", "scope with arguments"],
)
def test_arg_scope_refuses(functions, arguments, kind, message):
    with pytest.raises(kind, match=message), arg_scope(functions, **arguments):
        pass


def test_an_argument_that_the_function_lacks_is_refused_when_it_is_called():
    with arg_scope([f], zzz=1), pytest.raises(TypeError, match="zzz"):
        f(0)


# ---------------------------------------------------------------------- variables


@pytest.fixture
def variables():
    zeros = tf.zeros_initializer()
    with tf.variable_scope("A"):
        a = framework.variable("a", [2], initializer=zeros)
        with tf.variable_scope("B"):
            framework.model_variable("b", [3], initializer=zeros, regularizer=tf.reduce_sum)
            framework.variable("a", [1], initializer=zeros)
    framework.local_variable(0, name="c")
    framework.global_variable(1.0, name="d")
    return a


def test_collections_of_variables(variables):
    everything = ["A/a", "A/B/b", "A/B/a", "d"]
    assert names(framework.get_variables()) == everything
    assert names(framework.get_variables("A/B")) == ["A/B/b", "A/B/a"]
    assert names(framework.get_variables(suffix="a")) == ["A/a", "A/B/a"]
    assert names(framework.get_variables("A/B", suffix="a")) == ["A/B/a"]
    assert names(framework.get_model_variables()) == ["A/B/b"]
    assert names(framework.get_local_variables()) == ["c"]
    assert names(framework.get_trainable_variables()) == ["A/a", "A/B/b", "A/B/a"]
    assert names(framework.get_variables_by_name("a")) == ["A/a", "A/B/a"]
    assert names(framework.get_variables_by_suffix("b")) == ["A/B/b"]
    assert len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)) == 1
    framework.add_model_variable(variables)
    framework.add_model_variable(variables)
    assert names(framework.get_model_variables()) == ["A/B/b", "A/a"]


def test_one_variable(variables):
    assert framework.get_unique_variable("A/a") is variables
    assert framework.get_variable_full_name(variables) == "A/a"
    with pytest.raises(ValueError, match="Couldn't find variable zz"):
        framework.get_unique_variable("zz")


def test_choosing_variables(variables):
    chosen = framework.get_variables_to_restore(include=["A"], exclude=["A/B"])
    assert names(chosen) == ["A/a"]
    with pytest.raises(TypeError, match="include is provided but is not a list or a tuple"):
        framework.get_variables_to_restore(include="A")
    everything = tf.global_variables()
    assert names(framework.filter_variables(everything, ["B"], ["b:0$"])) == ["A/B/a"]
    assert framework.filter_variables(everything, ["B"], reg_search=False) == []


def test_values_are_assigned_by_name(variables):
    operation, feeds = framework.assign_from_values({"A/a": np.array([5.0, 6.0])})
    assign = framework.assign_from_values_fn({"A/B/a": np.array([7.0])})
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(operation, feeds)
        assign(sess)
        np.testing.assert_array_equal(sess.run(variables), [5.0, 6.0])
        assert sess.run(framework.get_unique_variable("A/B/a")) == [7.0]
        np.testing.assert_array_equal(sess.run(framework.zero_initializer(variables)), [0.0, 0.0])
    with pytest.raises(ValueError, match="Variable A/zz wasn't found"):
        framework.assign_from_values({"A/zz": np.zeros(1)})


def test_devices_in_turn(variables):
    choose = framework.VariableDeviceChooser(2)
    devices = [choose(variables.op) for _ in range(3)]
    assert devices == [f"/job:ps/task:{i}/device:CPU:0" for i in (0, 1, 0)]


# ---------------------------------------------------------------------- names and tensors


def test_names_of_scopes():
    with tf.name_scope("ns"):
        assert framework.get_name_scope() == "ns"
    strip, prepend = framework.strip_name_scope, framework.prepend_name_scope
    full = ["a/b/c", "^a/b", "loc:@a/b", "x/a"]
    assert [strip(name, "a") for name in full] == ["b/c", "^b", "loc:@b", "x/a"]
    assert [prepend(n, "a") for n in ("b", "^b", "loc:@b")] == ["a/b", "^a/b", "loc:@a/b"]
    assert (strip("a", ""), prepend("b", "")) == ("a", "b")


def test_questions_about_tensors(graph):
    x = tf.placeholder(tf.bool, name="x")
    values = [True, 1, 0, tf.constant(True), x]
    assert [framework.smart_constant_value(v) for v in values] == [True, True, False, True, None]
    with pytest.raises(TypeError, match="`pred` must be a Tensor, or a Python bool, or 1 or 0"):
        framework.smart_constant_value(3)
    sparse = tf.SparseTensor([[0]], [1], [1])
    assert [tf.is_tensor(v) for v in (x, sparse, tf.Variable(1.0), 3, [x])] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert framework.get_placeholders(graph) == [x]
    assert framework.get_graph_from_inputs([3, x]) is graph
    with tf.Graph().as_default(), pytest.raises(ValueError, match="must be from the same graph"):
        framework.get_graph_from_inputs([x, tf.constant(1)])


def test_checks():
    assert framework.assert_scalar_int(tf.constant(1)).name == "Const:0"
    with pytest.raises(ValueError, match="Expected integer type for Const_1:0"):
        framework.assert_scalar_int(tf.constant(1.0))
    with pytest.raises(ValueError, match=r"Expected scalar shape .*, saw shape: \(1,\)"):
        framework.assert_scalar_int([1])
    x = framework.with_shape([2], tf.placeholder(tf.float32))
    assert x.shape.as_list() == [2]
    with pytest.raises(ValueError, match=r"expected \[2\], got \(3,\)"):
        framework.with_same_shape(x, tf.zeros([3]))
    step = tf.train.create_global_step()
    assert framework.assert_or_get_global_step() is step
    assert framework.assert_or_get_global_step(global_step_tensor=step) is step


def test_sums():
    total = framework.reduce_sum_n([tf.constant([1.0, 2.0]), tf.constant(3.0)])
    assert total.name == "reduce_sum_n:0"
    assert tf.Session().run(total) == 6.0
    with pytest.raises(ValueError, match="No tensors provided"):
        framework.reduce_sum_n([])


# ---------------------------------------------------------------------- decorators


def test_decorators_can_be_taken_off():
    def inner(x, y=2):
        """Inner."""
        return x + y

    def outer(*args, **kwargs):
        return inner(*args, **kwargs)

    decorated = tf_decorator.make_decorator(inner, outer, "twice")
    assert (decorated.__name__, decorated.__doc__, decorated(1)) == ("inner", "Inner.", 3)
    decorators, target = tf_decorator.unwrap(decorated)
    assert ([d.decorator_name for d in decorators], target) == (["twice"], inner)
    assert tf_inspect.getargspec(decorated).args == ["x", "y"]
    assert tf_inspect.getfullargspec(decorated).defaults == (2,)
    assert tf_inspect.getcallargs(decorated, 1) == {"x": 1, "y": 2}
    assert tf_inspect.isfunction(decorated)
    assert tf_decorator.rewrap(decorated, inner, undecorated) is decorated
    assert tf_decorator.unwrap(decorated)[1] is undecorated


def test_arguments_of_partial_functions_and_classes():
    class Made:
        def __init__(self, width):
            pass

    spec = tf_inspect.getargspec(functools.partial(undecorated, 3))
    assert (spec.args, spec.defaults) == (["a"], (1,))
    assert tf_inspect.getargspec(Made).args == ["self", "width"]


def test_a_context_manager_shows_its_arguments():
    @tf_contextlib.contextmanager
    def block(depth):
        yield depth

    with block(3) as depth:
        assert depth == 3
    assert tf_inspect.getargspec(block).args == ["depth"]


def test_deprecation_is_said_once(caplog):
    @framework.deprecated("2020-01-31", "Use new.")
    def old():
        return 1

    assert (old(), old()) == (1, 1)
    messages = [r.getMessage() for r in caplog.records]
    assert len(messages) == 1
    assert messages[0].endswith("old is deprecated and will be removed after 2020-01-31. Use new.")

    @framework.deprecated_args(None, "Leave it.", "b")
    @framework.deprecated_arg_values(None, "Use 2.", a=1)
    def h(a=0, b=0):
        return a, b

    caplog.clear()
    assert (h(), h(2), h(1), h(b=3), h(1, 4)) == ((0, 0), (2, 0), (1, 0), (0, 3), (1, 4))
    texts = [r.getMessage().split(" with ")[1] for r in caplog.records]
    assert texts == [
        "a=1 is deprecated and will be removed in a future version. Use 2.",
        "b is deprecated and will be removed in a future version. Leave it.",
    ]
