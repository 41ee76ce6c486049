"""Activation functions and softmax: values, types, shapes, derivatives, unusual points.

Oracles: numpy formulas in float64, and central differences for derivatives.  The graphs, names and
unusual values are compared with TensorFlow's in ``test_golden.py``.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import (
    central_difference,
    forget_dims,
    is_compatible,
    lowered_shape,
    run_gradient,
    run_op,
)
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

SCALE, SCALE_ALPHA = 1.0507009873554805, 1.7580993408473768
SLOPE = float(np.float32(0.2))  # attributes are kept in single precision


class Case(NamedTuple):
    op_type: str
    oracle: Callable
    order: int = 2  # how many derivatives there are


CASES = [
    Case("Relu", lambda x: np.maximum(x, 0)),
    Case("Relu6", lambda x: np.clip(x, 0, 6)),
    Case("Elu", lambda x: np.where(x < 0, np.expm1(x), x)),
    Case("Selu", lambda x: np.where(x < 0, SCALE_ALPHA * np.expm1(x), SCALE * x)),
    Case("LeakyRelu", lambda x: np.where(x < 0, SLOPE * x, x)),
    Case("Softplus", lambda x: np.logaddexp(x, 0)),
    Case("Softsign", lambda x: x / (1 + np.abs(x))),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.op_type)
# Away from the kinks at 0 and 6 by more than the step of the differences.
POINTS = np.array([-30.0, -2.0, -0.5, -0.01, 0.01, 0.7, 3.0, 5.9, 6.1, 40.0])
STEP = 1e-5


def slope(f, x: np.ndarray) -> np.ndarray:
    up, down = np.split(np.asarray(f(np.concatenate([x + STEP, x - STEP]))), 2)
    return (up - down) / (2 * STEP)


@each_case
def test_value_agrees_with_numpy(case):
    # At -30 softplus and elu are within 1e-13 of 0 and -1.
    np.testing.assert_allclose(
        run_op(case.op_type, POINTS), case.oracle(POINTS), rtol=1e-14, atol=1e-27
    )


@each_case
@pytest.mark.parametrize(
    ("name", "eps"), [("bfloat16", 2**-8), ("float16", 2**-11), ("float32", 1e-6)]
)
def test_narrow_types_are_kept_and_near(case, name, eps):
    x = POINTS.astype(dt.as_dtype(name).np)
    y = run_op(case.op_type, x)
    assert y.dtype == x.dtype
    expected = case.oracle(x.astype(np.float64))
    np.testing.assert_allclose(y.astype(np.float64), expected, rtol=2 * eps, atol=1e-7)


@each_case
def test_gradient_agrees_with_central_differences(case):
    # They err by STEP**2 |f'''| / 6 < 1e-10 and by rounding, 40 eps / STEP = 1e-9.
    found = run_gradient(case.op_type, POINTS)
    np.testing.assert_allclose(found, slope(case.oracle, POINTS), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("case", [c for c in CASES if c.order == 2], ids=lambda c: c.op_type)
def test_second_gradient_agrees_with_central_differences_of_the_first(case):
    found = run_gradient(case.op_type, POINTS, order=2)
    expected = slope(lambda x: run_gradient(case.op_type, x), POINTS)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


GRADS = ["ReluGrad", "Relu6Grad", "EluGrad", "SeluGrad", "LeakyReluGrad", "SoftplusGrad"]


@pytest.mark.parametrize("op_type", GRADS)
def test_gradient_nodes_are_linear_in_the_gradient_that_comes_in(op_type):
    dy = np.linspace(-1, 2, POINTS.size)
    slopes = run_op(op_type, np.ones_like(dy), POINTS)
    np.testing.assert_allclose(run_op(op_type, dy, POINTS), dy * slopes, rtol=1e-13)
    np.testing.assert_allclose(run_gradient(op_type, dy, POINTS, of=0), slopes, rtol=1e-13)


@given(
    op_type=st.sampled_from([c.op_type for c in CASES if c.op_type != "LeakyRelu"]), data=st.data()
)
def test_shape_rule_agrees_with_lowering(op_type, data):
    shape = tuple(data.draw(st.lists(st.integers(0, 4), max_size=4)))
    known = data.draw(forget_dims(shape))
    true_shape = lowered_shape(op_type, None, (shape, np.float32))
    assert is_compatible(OPS[op_type].shape(None, known), true_shape)


@given(op_type=st.sampled_from(GRADS[:4]), data=st.data())
def test_shape_rule_of_gradient_nodes_agrees_with_lowering(op_type, data):
    shape = tuple(data.draw(st.lists(st.integers(0, 4), max_size=4)))
    known = [data.draw(forget_dims(shape)) for _ in range(2)]
    true_shape = lowered_shape(op_type, None, (shape, np.float32), (shape, np.float32))
    assert is_compatible(OPS[op_type].shape(None, *known), true_shape)


def test_gradient_nodes_merge_the_shapes_of_their_inputs():
    with new_graph():
        dy, x = tf.placeholder(tf.float32, [3, None]), tf.placeholder(tf.float32, [None, 4])
        assert add_op("ReluGrad", dy, x).shape.as_list() == [3, 4]
        with pytest.raises(ValueError, match="equal"):
            add_op("ReluGrad", dy, tf.placeholder(tf.float32, [2, None]))


# ---------------------------------------------------------------------- unusual points


def test_gradients_at_the_kinks():
    """Zero belongs to the side where the unit is off, and six as well."""
    for op_type, expected in [
        ("Relu", [0, 0, 1]),
        ("Relu6", [0, 0, 0]),
        ("LeakyRelu", [np.float32(0.2)] * 2 + [1]),
        ("Elu", [1, 1, 1]),
    ]:
        found = run_gradient(op_type, np.array([0.0, -0.0, 6.0], np.float32))
        np.testing.assert_array_equal(found, np.array(expected, np.float32), err_msg=op_type)


def test_nan_passes_through():
    for case in CASES:
        assert np.isnan(run_op(case.op_type, np.array([np.nan]))).all(), case.op_type


def test_a_unit_that_is_off_turns_an_infinite_gradient_into_nan():
    x, dy = np.array([-1.0, 1.0]), np.array([np.inf, np.inf])
    np.testing.assert_array_equal(run_op("ReluGrad", dy, x), [np.nan, np.inf])
    np.testing.assert_array_equal(run_op("Relu6Grad", dy, x), [np.nan, np.inf])


def test_softplus_neither_overflows_nor_vanishes():
    y = run_op("Softplus", np.array([-700.0, -40.0, 40.0, 1e300]))
    np.testing.assert_allclose(y, [np.exp(-700), np.exp(-40), 40, 1e300], rtol=1e-13)


def test_relu_of_integers():
    x = np.array([-3, 0, 9], np.int32)
    np.testing.assert_array_equal(run_op("Relu", x), [0, 0, 9])
    np.testing.assert_array_equal(run_op("Relu6", x), [0, 0, 6])


# ---------------------------------------------------------------------- softmax


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


ORACLES = {"Softmax": softmax, "LogSoftmax": lambda x: np.log(softmax(x))}
each_softmax = pytest.mark.parametrize("op_type", ORACLES)


@each_softmax
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 1, 3), (2, 3, 0), (0, 3)])
def test_softmax_agrees_with_numpy(op_type, shape):
    x = np.random.default_rng(0).normal(size=shape)
    expected = ORACLES[op_type](x) if x.size else x
    np.testing.assert_allclose(run_op(op_type, x), expected, rtol=1e-13, atol=1e-14)


@each_softmax
@pytest.mark.parametrize(("name", "eps"), [("bfloat16", 2**-8), ("float16", 2**-11)])
def test_softmax_of_16_bits_sums_in_float32(op_type, name, eps):
    """The sum of 3000 ones in 16 bits would be 2048 or 256."""
    x = np.zeros(3000, dt.as_dtype(name).np)
    y = run_op(op_type, x)
    assert y.dtype == x.dtype
    expected = ORACLES[op_type](x.astype(np.float64))
    np.testing.assert_allclose(y.astype(np.float64), expected, rtol=eps)


@each_softmax
def test_gradients_of_softmax_agree_with_central_differences(op_type):
    x = np.random.default_rng(0).normal(size=(2, 3))
    w = np.random.default_rng(1).normal(size=(2, 3))
    found = run_gradient(op_type, x, weights=w)
    expected = central_difference(ORACLES[op_type], x, step=1e-5, weights=w)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-9)


@each_softmax
@given(data=st.data())
def test_shape_rule_of_softmax_agrees_with_lowering(op_type, data):
    shape = tuple(data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=4)))
    known = data.draw(forget_dims(shape))
    true_shape = lowered_shape(op_type, None, (shape, np.float32))
    assert is_compatible(OPS[op_type].shape(None, known), true_shape)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
@pytest.mark.parametrize("given_as", [int, np.int64, tf.constant])
def test_softmax_along_any_axis(axis, given_as):
    if given_as is tf.constant and axis in (2, -1):
        given_as = int  # a computed last axis fails, in TensorFlow too
    value = np.random.default_rng(0).normal(size=(2, 3, 4))
    with new_graph() as graph:
        x = tf.placeholder(tf.float64, [2, None, 4])
        y = tf.nn.softmax(x, axis=given_as(axis))
        assert y.shape.as_list() == [2, None, 4]
        with tf.Session(graph=graph) as session:
            found = session.run(y, {x: value})
    np.testing.assert_allclose(found, softmax(value, axis), rtol=1e-13)


def test_softmax_does_not_overflow():
    x = np.array([[1e300, 0.0], [-np.inf, 0.0], [-1e300, -1e300]])
    np.testing.assert_array_equal(run_op("Softmax", x), [[1, 0], [0, 1], [0.5, 0.5]])


@pytest.mark.parametrize(
    ("error", "build", "message"),
    [
        (
            tf.errors.InvalidArgumentError,
            lambda x: tf.nn.softmax(x, axis=2),
            "`dim` must be in the range [-2, 2) where 2 is the number of dimensions in the input. "
            "Received: dim=2",
        ),
        (
            ValueError,
            lambda x: tf.nn.softmax(x, axis=0, dim=0),
            "Cannot specify both 'dim' and 'axis'.",
        ),
        (
            TypeError,
            lambda x: tf.nn.softmax(tf.placeholder(tf.float32), axis=0),
            "unsupported operand type(s) for -: 'NoneType' and 'int'",
        ),
        (
            TypeError,
            lambda x: tf.nn.softmax([1, 2]),
            "Value passed to parameter 'logits' has DataType int32 not in list of allowed values: "
            "float16, bfloat16, float32, float64",
        ),
        (
            TypeError,
            lambda x: tf.nn.leaky_relu(x, alpha="a"),
            "Expected float for argument 'alpha' not 'a'.",
        ),
    ],
)
def test_wrong_arguments_raise_as_in_tensorflow(error, build, message):
    with new_graph():
        x = tf.placeholder(tf.float32, [2, 3])
        with pytest.raises(error) as raised:
            build(x)
    assert str(raised.value).splitlines()[0] == message


def test_softmax_of_a_scalar_raises():
    with (
        new_graph(),
        pytest.raises(ValueError, match="must be at least rank 1 but is rank 0"),
    ):
        tf.nn.softmax(tf.placeholder(tf.float32, []))


# ---------------------------------------------------------------------- swish


def test_swish_makes_the_nodes_of_a_custom_gradient():
    with new_graph() as graph:
        y = tf.nn.swish(tf.placeholder(tf.float32, [2, 3], name="x"))
        nodes = [(op.type, op.name) for op in graph.get_operations()[1:]]
        assert nodes == [
            ("Const", "beta"),
            ("Mul", "mul"),
            ("Sigmoid", "Sigmoid"),
            ("Mul", "mul_1"),
            ("Identity", "Identity"),
            ("IdentityN", "IdentityN"),
        ]
        assert [t.op.name for t in y.op.inputs] == ["mul_1", "x", "beta"]


def test_gradients_of_swish_agree_with_central_differences():
    def swish(x, beta):
        return x / (1 + np.exp(-beta * x))

    value = np.array([-3.0, -0.5, 0.0, 2.0])
    with new_graph() as graph:
        x = tf.placeholder(tf.float64, [4])
        beta = tf.placeholder(tf.float64, [])
        y = tf.nn.swish(x, beta)
        of_x, of_beta = tf.gradients(y, [x, beta])
        (second,) = tf.gradients(of_x, [x])
        with tf.Session(graph=graph) as session:
            found = session.run([y, of_x, of_beta, second], {x: value, beta: 1.5})
    expected = [
        swish(value, 1.5),
        central_difference(lambda x: swish(x, 1.5), value),
        central_difference(lambda b: swish(value, b), np.array(1.5)),
        (swish(value + 1e-4, 1.5) - 2 * swish(value, 1.5) + swish(value - 1e-4, 1.5)) / 1e-8,
    ]
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-6)
