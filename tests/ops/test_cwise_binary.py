"""Element-wise ops of two arguments: values, shapes, derivatives.

Oracles: numpy for values, central differences for derivatives.  The points where numpy and
TensorFlow differ have TensorFlow's values written out.
"""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
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
from tfgrad._src.gradients.cwise_binary import stretched_axes
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.shapes import ShapeError, broadcast

INF, NAN = np.inf, np.nan


class Case(NamedTuple):
    op_type: str
    oracle: object
    gradient: bool = True


# Both arguments are drawn from [0.3, 3], where every function here is smooth but for the steps of
# the division with rest.
CASES = [
    Case("Add", np.add),
    Case("AddV2", np.add),
    Case("Sub", np.subtract),
    Case("Mul", np.multiply),
    Case("Div", np.divide),
    Case("RealDiv", np.divide),
    Case("FloorDiv", np.floor_divide, gradient=False),
    Case("TruncateDiv", lambda x, y: np.trunc(x / y), gradient=False),
    Case("FloorMod", np.mod),
    Case("Mod", np.fmod, gradient=False),
    Case("TruncateMod", np.fmod, gradient=False),
    Case("Pow", np.power),
    Case("Maximum", np.maximum),
    Case("Minimum", np.minimum),
    Case("SquaredDifference", lambda x, y: (x - y) ** 2),
    Case("Atan2", np.arctan2),
    Case("DivNoNan", np.divide),
    Case("MulNoNan", np.multiply),
    Case("Xlogy", lambda x, y: x * np.log(y)),
    Case("Xdivy", np.divide),
    Case("Xlog1py", lambda x, y: x * np.log1p(y)),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.op_type)
differentiable = pytest.mark.parametrize(
    "case", [c for c in CASES if c.gradient], ids=lambda c: c.op_type
)


def points(*shapes) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    return [draw.uniform(0.3, 3.0, s) for s in shapes]


@each_case
def test_value_agrees_with_numpy(case):
    x, y = points((4, 3), (3,))
    np.testing.assert_allclose(run_op(case.op_type, x, y), case.oracle(x, y), rtol=1e-14)


@differentiable
@pytest.mark.parametrize("of", [0, 1])
def test_gradient_agrees_with_central_differences(case, of):
    x, y = points((4, 3), (3,))
    weights = points((4, 3))[0]

    def f(z):
        return case.oracle(z, y) if of == 0 else case.oracle(x, z)

    # With step 1e-6 the rounding error of a function near 10 is 2e-9 of the derivative.
    expected = central_difference(f, (x, y)[of], weights=weights)
    found = run_gradient(case.op_type, x, y, of=of, shapes=[(None, 3), (3,)], weights=weights)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("op_type", ["Mul", "RealDiv", "Pow", "SquaredDifference", "Atan2"])
def test_second_derivative_agrees_with_central_differences(op_type):
    x, y = points((3,), (3,))
    expected = central_difference(lambda z: run_gradient(op_type, z, y), x)
    found = run_gradient(op_type, x, y, order=2)
    if found is None:  # linear in x
        np.testing.assert_allclose(expected, 0, atol=1e-8)
    else:
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


# ---------------------------------------------------------------------- broadcasting

two_shapes = st.integers(0, 3).flatmap(
    lambda n: st.tuples(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=n,
                                 max_size=n), st.integers(0, n), st.booleans())
)  # fmt: skip


def _shapes(drawn) -> tuple:
    """Two shapes that broadcast: per axis a length and which of the two has 1 instead."""
    axes, dropped, swap = drawn
    x = tuple(1 if which == 1 else d for d, which in axes)
    y = tuple(1 if which == 2 else d for d, which in axes)[dropped:]
    return (y, x) if swap else (x, y)


@settings(deadline=None)  # the first example imports and traces
@given(drawn=two_shapes, data=st.data())
def test_shape_rule_agrees_with_lowering(drawn, data):
    """Whatever dimensions are forgotten, the rule never contradicts what JAX computes."""
    x, y = _shapes(drawn)
    found = broadcast(data.draw(forget_dims(x)), data.draw(forget_dims(y)))
    true = lowered_shape("Mul", None, (x, np.float32), (y, np.float32))
    assert true == np.broadcast_shapes(x, y)
    assert is_compatible(found, true)
    assert broadcast(x, y) == true


@settings(deadline=None)  # the first example imports and traces
@given(drawn=two_shapes)
def test_axes_of_a_gradient_sum_back_to_the_argument(drawn):
    x, y = _shapes(drawn)
    z = np.ones(np.broadcast_shapes(x, y))
    found = run_op("BroadcastGradientArgs", np.array(x, np.int32), np.array(y, np.int32))
    for shape, axes in zip((x, y), found, strict=True):
        assert np.sum(z, axis=tuple(axes)).size == np.prod(shape)
        expected = np.ones(shape) * (z.size / max(np.prod(shape), 1))
        np.testing.assert_array_equal(np.sum(z, axis=tuple(axes)).reshape(shape), expected)


@settings(deadline=None)  # the first example imports and traces
@given(drawn=two_shapes, data=st.data())
def test_static_axes_are_those_that_the_run_would_find(drawn, data):
    x, y = _shapes(drawn)
    decided = stretched_axes(data.draw(forget_dims(x)), data.draw(forget_dims(y)))
    if decided is not None:
        z = np.ones(np.broadcast_shapes(x, y))
        for shape, axes in zip((x, y), decided, strict=True):
            assert np.sum(z, axis=tuple(axes)).size == np.prod(shape)


def test_a_known_length_above_one_decides_an_unknown_one():
    assert broadcast((None, 3), (2, 1)) == (2, 3)
    assert broadcast((None,), (0,)) == (None,)  # the other may be 1, or 0
    assert broadcast((None,), (1,)) == (None,)
    assert broadcast(None, (3,)) is None
    with pytest.raises(ShapeError, match="Dimensions must be equal, but are 2 and 0"):
        broadcast((2,), (0,))


def test_shapes_that_do_not_fit_are_refused_while_building():
    with (
        new_graph(),
        pytest.raises(ValueError, match="Dimensions must be equal, but are 2 and 3 for 'add'"),
    ):
        tf.placeholder(tf.float32, [2]) + tf.placeholder(tf.float32, [3])


def test_shapes_that_do_not_fit_are_refused_while_running():
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, None)
        z = x * tf.constant([1.0, 2.0])
        session = tf.Session(graph=graph)
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            session.run(z, {x: [1.0, 2.0, 3.0]})
    assert "Incompatible shapes: [3] vs. [2]" in str(error.value)


# ---------------------------------------------------------------------- unusual points

X = [7.0, -7.0, 7.0, -7.0, 1.0, 5.5, -0.0, INF, 3.0, -3.0, 3.0, NAN, -1e-20, 0.0, 1e10]
Y = [3.0, 3.0, -3.0, -3.0, 0.1, 0.0, 2.0, 2.0, INF, INF, -INF, 1.0, 1.0, 0.0, 3.0]

# TensorFlow 2.21's values, float64.
DIVISIONS = {
    "FloorDiv": [2, -3, -3, 2, 10, INF, -0.0, INF, 0, -0.0, -0.0, NAN, -1, NAN, 3333333333],
    "TruncateDiv": [2, -2, -2, 2, 10, INF, -0.0, INF, 0, -0.0, -0.0, NAN, -0.0, NAN, 3333333333],
    "FloorMod": [1, 2, -2, -1, 1 % 0.1, NAN, -0.0, NAN, 3, INF, -INF, NAN, 1, NAN, 1],
    "Mod": [1, -1, 1, -1, 1 % 0.1, NAN, -0.0, NAN, 3, -3, 3, NAN, -1e-20, NAN, 1],
}


@pytest.mark.parametrize("op_type", DIVISIONS)
def test_division_with_rest_of_floats(op_type):
    expected = np.array(DIVISIONS[op_type])
    np.testing.assert_array_equal(run_op(op_type, np.array(X), np.array(Y)), expected)


@pytest.mark.parametrize("y", [2.0, 1.0, -2.0, 0.5])
def test_remainder_of_a_known_power_of_two_is_that_of_any_divisor(y):
    x = np.array([5.5, -5.5, -4.0, 4.0, 0.0, -0.0, INF, NAN, -1e-20, 1e9 + 0.25])
    with new_graph() as graph:
        a, b = tf.placeholder(tf.float64, [None]), tf.placeholder(tf.float64, [])
        with tf.Session(graph=graph) as session:
            known, general = session.run([a % y, a % b], {a: x, b: y})
    np.testing.assert_array_equal(known, general)
    finite = ~np.isnan(known)
    np.testing.assert_array_equal(np.signbit(known)[finite], np.signbit(general)[finite])


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64])
def test_division_with_rest_of_integers(dtype):
    low = np.iinfo(dtype).min
    x = np.array([7, -7, 7, -7, low, 5], dtype)
    y = np.array([3, 3, -3, -3, -1, 2], dtype)
    assert run_op("FloorDiv", x, y).tolist() == [2, -3, -3, 2, low, 2]
    assert run_op("FloorMod", x, y).tolist() == [1, 2, -2, -1, 0, 1]
    assert run_op("TruncateDiv", x, y).tolist() == [2, -2, -2, 2, low, 2]
    if dtype != np.int8:
        assert run_op("TruncateMod", x, y).tolist() == [1, -1, 1, -1, 0, 1]


def test_integer_division_by_a_known_zero_raises():
    with pytest.raises(tf.errors.InvalidArgumentError, match="Integer division by zero"):
        run_op("FloorDiv", np.array([1, 2]), np.array([1, 0]))


def test_folding_and_computing_agree():
    """What is done on the host before compilation is what the program would do."""
    draw = np.random.default_rng(1)
    for op_type, op in sorted(OPS.items()):
        if op.host is None or [a.name for a in op.inputs] != ["x", "y"] or op.outputs[0].dtype:
            continue
        if len(op.outputs) != 1:
            continue
        for dtype in (np.int32, np.int64, np.uint8, np.float32):
            x, y = (draw.integers(1, 100, 50).astype(dtype) for _ in range(2))
            if np.issubdtype(dtype, np.signedinteger):
                x, y = x - 50, np.where(y > 50, y, -y)
            with new_graph() as graph:
                a, b = tf.placeholder(dtype, [None]), tf.placeholder(dtype, [None])
                try:
                    node = add_op(op_type, a, b)
                except TypeError:  # not for this type
                    continue
                with tf.Session(graph=graph) as session:
                    computed = session.run(node, {a: x, b: y})
            folded = np.asarray(op.host(node.op, x, y))
            assert folded.dtype == computed.dtype, op_type
            np.testing.assert_array_equal(folded, computed, err_msg=op_type)


def test_zero_wins_over_nan_and_infinity():
    assert (
        run_op("MulNoNan", np.array([INF, NAN, 0.0]), np.array([0.0, 0.0, 5.0])).tolist() == [0] * 3
    )
    assert run_op("DivNoNan", np.array([INF, 1.0]), np.array([0.0, -0.0])).tolist() == [0, 0]
    x, y = np.array([0.0, 0.0, -0.0]), np.array([0.0, NAN, -1.0])
    for op_type in ("Xlogy", "Xdivy", "Xlog1py"):
        assert run_op(op_type, x, y).tolist() == [0, 0, 0]
    np.testing.assert_array_equal(run_op("MulNoNan", np.array([0.0]), np.array([NAN])), [NAN])


def test_maximum_and_minimum_pass_nan_on():
    x, y = np.array([NAN, 1.0]), np.array([1.0, NAN])
    assert np.isnan(run_op("Maximum", x, y)).all()
    assert np.isnan(run_op("Minimum", x, y)).all()


def test_a_tie_counts_for_the_first_argument():
    x = np.ones(2)
    for op_type in ("Maximum", "Minimum"):
        assert run_gradient(op_type, x, x, of=0).tolist() == [1, 1]
        assert run_gradient(op_type, x, x, of=1).tolist() == [0, 0]


def test_powers_at_the_edge():
    x, y = np.array([-2.0, -2.0, 0.0, 0.0]), np.array([2.0, 0.5, 0.0, -1.0])
    np.testing.assert_array_equal(run_op("Pow", x, y), [4, NAN, 1, INF])
    assert run_gradient("Pow", np.array([0.0, -2.0]), np.array([2.0, 3.0]), of=1).tolist() == [0, 0]


def test_integer_powers_wrap_around():
    x = np.array([7, -7, 7, -7, 2, 3], np.int32)
    y = np.array([3, 2, 0, 1, 31, 40], np.int32)
    expected = [343, 49, 1, -7, -(2**31), np.array(3**40).astype(np.int32)]
    assert run_op("Pow", x, y).tolist() == expected
    assert run_op("Pow", x, np.array(3, np.int32)).tolist() == (x**3).tolist()
    with pytest.raises(tf.errors.InvalidArgumentError, match="negative integer powers"):
        run_op("Pow", x, np.array(-1, np.int32))


def test_shifts_stay_within_the_bits():
    x = np.array([7, -7, 7, -7, -(2**31), 5], np.int32)
    y = np.array([1, 2, 3, 31, 40, -1], np.int32)
    assert run_op("LeftShift", x, y).tolist() == [14, -28, 56, -(2**31), 0, 5]
    assert run_op("RightShift", x, y).tolist() == [3, -2, 0, -1, -1, 5]
    assert run_op("RightShift", np.array([255], np.uint8), np.array([9], np.uint8)).tolist() == [1]


def test_bits():
    x, y = np.array([12, -1], np.int32), np.array([10, 7], np.int32)
    assert run_op("BitwiseAnd", x, y).tolist() == [8, 7]
    assert run_op("BitwiseOr", x, y).tolist() == [14, -1]
    assert run_op("BitwiseXor", x, y).tolist() == [6, -8]


def test_squared_difference_of_complex_numbers_is_real():
    x, y = np.array([1 + 2j]), np.array([3 - 1j])
    np.testing.assert_allclose(run_op("SquaredDifference", x, y), [13.0])


# ---------------------------------------------------------------------- sums of many


@pytest.mark.parametrize("op_type", ["AddN", "AccumulateNV2"])
def test_sum_of_many(op_type):
    xs = points((2, 3), (2, 3), (2, 3))
    attrs = {"shape": [2, 3]} if op_type == "AccumulateNV2" else {}
    np.testing.assert_array_equal(run_op(op_type, xs, **attrs), xs[0] + xs[1] + xs[2])


def test_sum_of_many_does_not_broadcast():
    with new_graph(), pytest.raises(ValueError, match="From merging shape 0 with other shapes"):
        tf.add_n([tf.placeholder(tf.float32, [2]), tf.placeholder(tf.float32, [3])])


@pytest.mark.parametrize("terms", [[], None, 3])
def test_sum_of_nothing_is_refused(terms):
    with new_graph(), pytest.raises(ValueError, match="Inputs must be an iterable"):
        tf.add_n(terms)


def test_types_must_agree():
    with new_graph():
        x, i = tf.constant(1.0), tf.constant(1)
        with pytest.raises(
            TypeError, match="Input 'y' of 'Mul' Op has type int32 that does not match"
        ):
            x * i
        with pytest.raises(TypeError, match="`x` and `y` must have the same dtype"):
            x / i
        with pytest.raises(TypeError, match="Expected int32, but got"):
            i * 1.5


class Foreign:
    """Knows how to deal with tensors."""

    def __radd__(self, other):
        return ("radd", other.name)

    def __add__(self, other):
        return ("add", other.name)


def test_a_foreign_object_may_define_the_operator():
    with new_graph():
        x = tf.constant(1.0, name="x")
        assert x + Foreign() == ("radd", "x:0")
        assert Foreign() + x == ("add", "x:0")


def test_an_array_at_the_left_leaves_the_operator_to_the_tensor():
    with new_graph():
        assert (np.ones(2) - tf.constant([1.0, 2.0])).op.type == "Sub"


def test_tensors_are_compared_by_identity():
    with new_graph():
        x, y = tf.constant(1.0), tf.constant(1.0)
        assert x == x
        assert x != y
