"""Reductions and running sums: values, unusual points, shape rules, derivatives.

Oracles: numpy in float64 for values, central differences for derivatives; the words of errors and
the values at unusual points were read off TensorFlow.  The graphs are compared in
``golden/reduce.json``.
"""

from typing import NamedTuple

import jax
import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import central_difference, forget_dims, is_compatible, run_gradient, run_op
from tests.ops.test_shape import fed, ints
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS


def norm(x, axis=None, keepdims=False):
    return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))


class Case(NamedTuple):
    op_type: str
    oracle: object
    second: bool = True  # has a second derivative that central differences can check


CASES = [
    Case("Sum", np.sum),
    Case("Mean", np.mean),
    Case("Prod", np.prod),
    Case("Max", np.max, second=False),
    Case("Min", np.min, second=False),
    Case("EuclideanNorm", norm),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.op_type)
AXES = [ints(0), ints(-1), ints(0, 2), ints(1, 0, 2), ints()[:0], ints(1)[0]]
each_axes = pytest.mark.parametrize("axes", AXES, ids=lambda a: str(a.tolist()))


def points(shape=(2, 3, 4)) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


def as_axis(axes: np.ndarray):
    return tuple(axes.reshape(-1).tolist())


@each_case
@each_axes
def test_value_agrees_with_numpy(case, axes):
    x = points()
    for keep in (False, True):
        found = run_op(case.op_type, x, axes, keep_dims=keep)
        expected = case.oracle(x, axis=as_axis(axes), keepdims=keep)
        np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-15)


@each_case
@each_axes
def test_gradient_agrees_with_central_differences(case, axes):
    x = points()
    w = points(np.shape(case.oracle(x, axis=as_axis(axes))))
    # h = 1e-5: the error is h**2 times a third derivative of order 1, plus eps / h = 2e-11.
    expected = central_difference(lambda x: case.oracle(x, axis=as_axis(axes)), x, 1e-5, w)
    found = run_gradient(case.op_type, x, axes, weights=w)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("case", [c for c in CASES if c.second], ids=lambda c: c.op_type)
def test_second_gradient_agrees_with_central_differences(case):
    x, axes = points((2, 3)), ints(1)
    w = points(2)

    def total_gradient(x):
        with new_graph():
            return np.sum(run_gradient(case.op_type, x, axes, weights=w))

    def second(x):
        with new_graph() as graph:
            t = tf.placeholder(tf.float64, [2, 3])
            y = add_op(case.op_type, t, axes)
            (g,) = tf.gradients(y, [t], tf.constant(w))
            (h,) = tf.gradients(g, [t])
            with tf.Session(graph=graph) as session:
                return h if h is None else session.run(h, {t: x})

    found = second(x)
    expected = central_difference(total_gradient, x, 1e-4)
    np.testing.assert_allclose(0 if found is None else found, expected, rtol=1e-6, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    case=st.sampled_from(CASES), axes=st.sampled_from(AXES), keep=st.booleans(),
    known_axes=st.booleans(), data=st.data(),
)  # fmt: skip
def test_shape_rule_agrees_with_lowering(case, axes, keep, known_axes, data):
    shape = (2, 0, 3)
    known = data.draw(forget_dims(shape))
    with new_graph():
        operand = tf.constant(axes) if known_axes else tf.placeholder(tf.int32, None)
        y = add_op(case.op_type, tf.placeholder(tf.float32, known), operand, keep_dims=keep)
    x = jax.ShapeDtypeStruct(shape, np.float32)
    true = jax.eval_shape(lambda x: OPS[case.op_type].lower(y.op, x, axes), x).shape
    assert is_compatible(y.dims, true)


@pytest.mark.parametrize("op_type", ["Sum", "Prod", "Max", "Min"])
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.float64])
def test_host_kernel_and_lowering_agree(op_type, dtype):
    x = np.random.default_rng(0).integers(0, 100, (3, 4)).astype(dtype)
    for axes in (ints(0), ints(0, 1), ints()[:0]):
        with jax.enable_x64(True), new_graph():
            node = add_op(op_type, x, axes, keep_dims=True).op
            lowered = OPS[op_type].lower(node, jax.numpy.asarray(x), axes)
        host = OPS[op_type].host(node, x, axes)
        assert host.dtype == lowered.dtype == dtype
        np.testing.assert_array_equal(host, lowered)


def test_all_and_any():
    b = np.array([[True, False], [True, True]])
    for axes in (ints(0), ints(1), ints(0, 1)):
        np.testing.assert_array_equal(fed("All", b, axes), np.all(b, axis=as_axis(axes)))
        np.testing.assert_array_equal(run_op("Any", ~b, axes), np.any(~b, axis=as_axis(axes)))


# ---------------------------------------------------------------------- unusual points

IDENTITY = {
    "Sum": (0.0, 0), "Prod": (1.0, 1), "Max": (-np.inf, -(2**31)), "Min": (np.inf, 2**31 - 1),
    "Mean": (np.nan, 0), "EuclideanNorm": (0.0, 0),
}  # fmt: skip


@pytest.mark.parametrize("op_type", IDENTITY)
def test_reduction_of_nothing(op_type):
    for dtype, expected in zip((np.float32, np.int32), IDENTITY[op_type], strict=True):
        x = np.zeros((0, 2), dtype)
        for y in (fed(op_type, x, ints(0)), run_op(op_type, x, ints(0))):
            np.testing.assert_array_equal(y, np.full(2, expected, dtype))


@pytest.mark.parametrize("op_type", ["Max", "Min"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16, ml_dtypes.bfloat16])
@pytest.mark.parametrize("axes", [ints(0), ints(1), ints(0, 1)], ids=["rows", "columns", "all"])
def test_extreme_of_a_large_tensor_shows_a_nan(op_type, dtype, axes):
    """XLA's library for large reductions would lose it."""
    x = np.random.default_rng(0).random((256, 1024)).astype(dtype)
    x[3, 5] = x[7, 1023] = x[9, 0] = np.nan
    numpy = {"Max": np.max, "Min": np.min}[op_type]
    expected = numpy(x.astype(np.float64), axis=as_axis(axes))
    np.testing.assert_array_equal(fed(op_type, x, axes).astype(np.float64), expected)


def test_equal_extremes_share_the_gradient():
    x = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
    np.testing.assert_array_equal(
        run_gradient("Max", x, ints(1)), [[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]]
    )


def test_gradient_of_a_product_with_zeros():
    x = np.array([[0.0, 2.0, 3.0], [0.0, 5.0, 0.0]])
    np.testing.assert_array_equal(run_gradient("Prod", x, ints(1)), [[6, 0, 0], [0, 0, 0]])


def test_half_is_summed_in_more_precision():
    ones = np.ones((4096, 2), np.float16)
    np.testing.assert_array_equal(fed("Sum", ones, ints(0)), [4096, 4096])


def test_integers_wrap_in_sums_but_not_in_means():
    assert fed("Sum", np.array([2**31 - 1, 1], np.int32), ints(0)) == -(2**31)
    assert fed("Mean", np.array([2**31 - 1, 2**31 - 1], np.int32), ints(0)) == 2**31 - 1
    assert fed("Mean", np.array([200, 200, 100], np.uint8), ints(0)) == 166
    assert fed("Mean", np.array([-7, 0]), ints(0)) == -3  # towards zero
    assert fed("Mean", np.array([2**64 - 1, 2**64 - 1], np.uint64), ints(0)) == 2**63 - 1


def test_l2_loss():
    x = points((3, 4))
    np.testing.assert_allclose(fed("L2Loss", x), np.sum(x * x) / 2, rtol=1e-14)
    np.testing.assert_array_equal(run_gradient("L2Loss", x), x)
    np.testing.assert_array_equal(run_gradient("L2Loss", x, order=2), np.ones_like(x))


# ---------------------------------------------------------------------- places

nan, inf = np.nan, np.inf
PLACES = [  # row, first largest, first smallest
    ([1.0, 3.0, 3.0], 1, 0),
    ([nan, 1.0, 2.0], 2, 1),
    ([1.0, nan, 2.0], 2, 0),
    ([3.0, nan, 2.0], 0, 2),
    ([nan, nan, nan], 0, 0),
    ([-inf, nan, -inf], 0, 0),
    ([nan, -inf, inf], 2, 1),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_place_is_the_first_and_never_a_nan(dtype):
    x = np.array([row for row, _, _ in PLACES], dtype)
    for run in (fed, run_op):
        np.testing.assert_array_equal(run("ArgMax", x, np.int32(1)), [p[1] for p in PLACES])
        np.testing.assert_array_equal(run("ArgMin", x, np.int32(-1)), [p[2] for p in PLACES])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.float64, np.bool_])
@pytest.mark.parametrize("output_type", [tf.int32, tf.int64])
def test_place_agrees_with_numpy(dtype, output_type):
    x = np.random.default_rng(0).integers(0, 4, (5, 6, 7)).astype(dtype)
    for axis in range(3):
        y = fed("ArgMax", x, np.int32(axis), output_type=output_type)
        assert y.dtype == output_type.as_numpy_dtype
        np.testing.assert_array_equal(y, np.argmax(x, axis))
        np.testing.assert_array_equal(fed("ArgMin", x, np.int32(axis)), np.argmin(x, axis))


def test_place_has_no_gradient():
    assert run_gradient("ArgMax", points((2, 3)), np.int32(1)) is None


# ---------------------------------------------------------------------- running sums

SCANS = {"Cumsum": (np.cumsum, 0), "Cumprod": (np.cumprod, 1)}


def running(op_type, x, axis, exclusive, reverse):
    f, empty = SCANS[op_type]
    y = np.moveaxis(np.asarray(x), axis, 0)
    y = y[::-1] if reverse else y
    if exclusive:
        y = np.concatenate([np.full_like(y[:1], empty), y[:-1]])
    y = f(y, axis=0, dtype=y.dtype)
    return np.moveaxis(y[::-1] if reverse else y, 0, axis)


each_direction = pytest.mark.parametrize(
    ("exclusive", "reverse"), [(e, r) for e in (False, True) for r in (False, True)]
)
each_scan = pytest.mark.parametrize("op_type", list(SCANS))


@each_scan
@each_direction
@pytest.mark.parametrize("dtype", [np.float64, np.int8, np.int32])
def test_running_value_agrees_with_numpy(op_type, exclusive, reverse, dtype):
    x = np.random.default_rng(0).integers(1, 4, (3, 5)).astype(dtype)
    attrs = {"exclusive": exclusive, "reverse": reverse}
    for axis in (0, -1):
        expected = running(op_type, x, axis, exclusive, reverse)
        for run in (fed, run_op):
            np.testing.assert_array_equal(run(op_type, x, np.int32(axis), **attrs), expected)


@each_scan
@each_direction
def test_running_gradient_agrees_with_central_differences(op_type, exclusive, reverse):
    x = points((3, 4))
    w = points((3, 4))[::-1]
    expected = central_difference(lambda x: running(op_type, x, 1, exclusive, reverse), x, 1e-5, w)
    found = run_gradient(op_type, x, np.int32(1), weights=w, exclusive=exclusive, reverse=reverse)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


def test_running_sum_keeps_infinities_apart():
    x = np.array([1, inf, 2, -inf, 3])
    y = fed("Cumsum", x, np.int32(0), exclusive=True, reverse=True)
    np.testing.assert_array_equal(y, [nan, -inf, -inf, 3, 0])


def test_running_logsumexp():
    x = np.array([[1000.0, 1000.0, 0.0]])
    expected = np.array([[1000.0, 1000.0 + np.log(2), 1000.0 + np.log(2)]])
    np.testing.assert_allclose(fed("CumulativeLogsumexp", x, np.int32(1)), expected, rtol=1e-15)
    y = fed("CumulativeLogsumexp", np.array([1.0, 2.0]), np.int32(0), exclusive=True)
    np.testing.assert_array_equal(y, [-inf, 1.0])


@each_scan
def test_running_sum_of_nothing(op_type):
    for exclusive in (False, True):
        assert fed(op_type, np.zeros((0, 2)), np.int32(0), exclusive=exclusive).shape == (0, 2)


# ---------------------------------------------------------------------- errors

X = np.ones((2, 3), np.float32)
WRONG = [
    ("Sum", (X, ints(0, -2)), "Invalid reduction arguments: Axes contains duplicate dimension: 0"),
    ("Sum", (X, ints(2)), "Invalid reduction dimension (2 for input with 2 dimension(s)"),
    ("ArgMax", (X[:0], ints(0)[0]), "Reduction axis 0 is empty in shape [0,3]"),
    ("ArgMax", (X, ints(2)[0]), "Expected dimension in the range [-2, 2), but got 2"),
    ("Cumsum", (X, ints(2)[0]), "ScanOp: Expected scan axis in the range [-2, 2), but got 2"),
    ("Cumsum", (X, ints(0)), "ScanOp: axis must be a scalar, not [1]"),
]


@pytest.mark.parametrize(("op_type", "inputs", "words"), WRONG)
def test_error_when_run_is_that_of_tensorflow(op_type, inputs, words):
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        fed(op_type, *inputs)
    assert str(error.value).split("\n")[0] == words


def test_wrong_arguments_while_building():
    with new_graph():
        with pytest.raises(ValueError, match="Cannot specify both 'reduction_indices' and 'axis'"):
            tf.reduce_sum(X, axis=0, reduction_indices=1)
        with pytest.raises(ValueError, match="Cannot specify both 'keep_dims' and 'keepdims'"):
            tf.reduce_mean(X, keepdims=True, keep_dims=True)
        with pytest.raises(ValueError, match="Cannot specify both 'dimension' and 'axis'"):
            tf.argmax(X, axis=0, dimension=1)
        with pytest.raises(TypeError, match="axis must be int or Tensor with integer datatype"):
            tf.argmax(X, 1.0)
        with pytest.raises(ValueError, match="Cannot specify both 'input_tensor' and 'input'"):
            tf.count_nonzero(X, input=X)
        with pytest.raises(TypeError, match="Input must be either real or complex"):
            tf.math.reduce_variance([1, 2])
        with pytest.raises(TypeError, match="DataType complex64 not in list"):
            tf.reduce_max(tf.constant(1j, tf.complex64))
