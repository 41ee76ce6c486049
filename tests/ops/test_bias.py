"""Bias operations: values, shapes, derivatives in both layouts.

Oracles: numpy, central differences; the graphs are compared in ``golden/bias.json``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import central_difference, forget_dims, is_compatible, run_gradient, run_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.shapes import ShapeError

LAYOUTS = [("NHWC", (4, 3)), ("NHWC", (2, 1, 3)), ("NCHW", (2, 3, 4)), ("NCHW", (2, 3, 1, 2))]
each_layout = pytest.mark.parametrize(("data_format", "shape"), LAYOUTS)


def points(shape):
    return np.random.default_rng(0).normal(size=shape)


def spread(bias, data_format, rank):
    return bias.reshape(-1, *(1,) * (rank - 2)) if data_format == "NCHW" else bias


@each_layout
def test_value_agrees_with_numpy(data_format, shape):
    x, bias = points(shape), points(3)
    found = run_op("BiasAdd", x, bias, data_format=data_format)
    np.testing.assert_array_equal(found, x + spread(bias, data_format, len(shape)))


@each_layout
def test_gradient_of_the_bias_agrees_with_central_differences(data_format, shape):
    x, bias, weights = points(shape), points(3), np.cos(np.arange(np.prod(shape))).reshape(shape)

    def f(b):
        return x + spread(b, data_format, len(shape))

    found = run_gradient("BiasAdd", x, bias, of=1, weights=weights, data_format=data_format)
    # The function is linear: central differences err by rounding alone.
    np.testing.assert_allclose(found, central_difference(f, bias, weights=weights), rtol=1e-8)


@each_layout
def test_gradient_of_the_sum_repeats(data_format, shape):
    dy = points(shape)
    found = run_gradient("BiasAddGrad", dy, weights=np.arange(3.0), data_format=data_format)
    expected = np.broadcast_to(spread(np.arange(3.0), data_format, len(shape)), shape)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", [np.int32, np.uint8, np.complex64, np.float16])
def test_other_types(dtype):
    x, bias = np.ones((2, 3), dtype), np.array([1, 2, 3], dtype)
    np.testing.assert_array_equal(run_op("BiasAdd", x, bias), x + bias)
    np.testing.assert_array_equal(run_op("BiasAddV1", x, bias), x + bias)
    assert run_op("BiasAddGrad", x).dtype == dtype


class _Node:
    def __init__(self, data_format):
        self.attrs = {"data_format": data_format.encode()}


@given(st.sampled_from(LAYOUTS), st.data())
@settings(deadline=None)
def test_shape_rule_agrees_with_lowering(layout, data):
    """Whatever dimensions are forgotten, the rule never contradicts the true shape."""
    data_format, shape = layout
    known, bias = data.draw(forget_dims(shape)), data.draw(forget_dims((3,)))
    node = _Node(data_format)
    assert is_compatible(OPS["BiasAdd"].shape(node, known, bias), shape)
    assert is_compatible(OPS["BiasAddGrad"].shape(node, known), (3,))


@pytest.mark.parametrize(
    ("data_format", "x", "bias", "result"),
    [
        ("NHWC", (2, None), (3,), (2, 3)),
        ("NHWC", (2, 3), None, (2, 3)),
        ("NHWC", None, (3,), None),
        ("NCHW", (2, None, 4), (3,), (2, 3, 4)),
        ("NHWC", (2, 3), (4,), "Dimensions must be equal, but are 3 and 4"),
        ("NHWC", (3,), (3,), "Shape must be at least rank 2 but is rank 1"),
        ("NCHW", (2, 3), (3,), "Shape must be at least rank 3 but is rank 2"),
        ("NHWC", (2, 3), (3, 1), "Shape must be rank 1 but is rank 2"),
    ],
)
def test_shape_rule_is_that_of_tensorflow(data_format, x, bias, result):
    rule = OPS["BiasAdd"].shape
    if isinstance(result, str):
        with pytest.raises(ShapeError, match=result):
            rule(_Node(data_format), x, bias)
    else:
        assert rule(_Node(data_format), x, bias) == result


def test_errors_of_a_run():
    with new_graph() as graph:
        x, b = tf.placeholder(tf.float32, None), tf.placeholder(tf.float32, None)
        y = tf.nn.bias_add(x, b)
        with tf.Session(graph=graph) as session:
            for value, bias, message in (
                ([[1, 2]], [1], "Must provide as many biases as the last dimension of the input "
                 "tensor: [1] vs. [1,2]"),
                ([1], [1], "Input tensor must be at least 2D: [1]"),
                ([[1]], [[1]], "Biases must be 1D: [1,1]"),
            ):  # fmt: skip
                with pytest.raises(tf.errors.InvalidArgumentError) as error:
                    session.run(y, {x: value, b: bias})
                assert str(error.value).splitlines()[0] == message


def test_format_must_be_known():
    with (
        new_graph(),
        pytest.raises(ValueError, match=r"must be of the form `N\.\.\.C` or `NC\.\.\.`"),
    ):
        tf.nn.bias_add([[1.0]], [1.0], data_format="HWC")
