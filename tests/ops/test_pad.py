"""Padding: values, shapes, derivatives of both orders.

Oracles: ``numpy.pad`` (exact: elements are moved), central differences.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import central_difference, forget_dims, is_compatible, run_op
from tfgrad._src.graph.graph import new_graph

X = np.sin(np.arange(12.0)).reshape(3, 4)
MODES = {"CONSTANT": "constant", "REFLECT": "reflect", "SYMMETRIC": "symmetric"}
each_mode = pytest.mark.parametrize("mode", MODES)
WIDTHS = [[[1, 2], [0, 3]], [[0, 0], [2, 1]], [[0, 0], [0, 0]], [[2, 2], [3, 3]]]


def _run(fetches, feeds=None):
    with tf.Session(graph=tf.get_default_graph()) as session:
        return session.run(fetches, feeds)


@each_mode
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_pad_agrees_with_numpy(mode, widths):
    expected = np.pad(X, widths, MODES[mode])
    with new_graph():
        x, w = tf.placeholder(tf.float64, None), tf.placeholder(tf.int64, None)
        static = tf.pad(tf.constant(X), widths, mode.lower())
        assert static.dims == expected.shape
        np.testing.assert_array_equal(_run(static), expected)
        np.testing.assert_array_equal(_run(tf.pad(x, w, mode), {x: X, w: widths}), expected)


@given(mode=st.sampled_from(sorted(MODES)), widths=st.sampled_from(WIDTHS), data=st.data())
def test_static_shape_never_contradicts_the_value(mode, widths, data):
    with new_graph():
        x = tf.placeholder(tf.float64, data.draw(forget_dims(X.shape)))
        y = tf.pad(x, widths, mode)
        assert is_compatible(y.dims, np.pad(X, widths, MODES[mode]).shape)


def test_widths_may_be_known_in_part():
    with new_graph():
        x, n = tf.placeholder(tf.float32, [3, 4]), tf.placeholder(tf.int32, [])
        assert tf.pad(x, [[1, n], [1, 2]]).dims == (None, 7)
        assert tf.pad(x, tf.stack([tf.constant([1, 2]), tf.stack([n, 0])])).dims == (6, None)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float16", "bfloat16", "complex64"])
def test_every_type_can_be_padded(dtype):
    x = tf.constant(np.array([1, 1]), dtype)
    ends = _run([tf.pad(x, [[1, 1]]), tf.pad(x, [[1, 1]], "SYMMETRIC")])
    np.testing.assert_array_equal(ends[0].astype(complex), [0, 1, 1, 0])
    np.testing.assert_array_equal(ends[1].astype(complex), [1, 1, 1, 1])


def test_another_constant():
    result = run_op("PadV2", X, np.array([[1, 0], [0, 2]]), np.float64(7))
    np.testing.assert_array_equal(result, np.pad(X, [[1, 0], [0, 2]], constant_values=7))


ERRORS = [
    (lambda x: tf.pad(x, [[1, 1]]), "Shape must be rank 1 but is rank 2 for 'Pad'"),
    (lambda x: tf.pad(x, [[1, 1, 1]] * 2), "Dimension must be 2 but is 3 for 'Pad'"),
    (lambda x: tf.pad(x, [[1, -1], [0, 0]]), "Paddings must be non-negative for 'Pad'"),
    (
        lambda x: tf.pad(x, [[1, 1]] * 2, "WRAP"),
        'Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or "SYMMETRIC". '
        "Received `mode` = WRAP",
    ),
]


@pytest.mark.parametrize(("build", "message"), ERRORS, ids=[m[:40] for _, m in ERRORS])
def test_wrong_arguments_say_what_tensorflow_says(build, message):
    with new_graph(), pytest.raises(ValueError, match=r"^.") as caught:
        build(tf.placeholder(tf.float32, [3, 4]))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("mode", "width"), [("REFLECT", 4), ("SYMMETRIC", 5)])
def test_an_image_cannot_be_longer_than_its_original(mode, width):
    with new_graph(), pytest.raises(tf.errors.InvalidArgumentError, match="paddings must be"):
        _run(tf.pad(tf.constant(X), [[0, 0], [0, width]], mode))


@each_mode
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
@pytest.mark.parametrize("order", [1, 2])
def test_gradient_agrees_with_central_differences(mode, widths, order):
    def first(x):
        """The derivative of ``sum(pad(x)**3)`` in numpy: what went out comes back."""
        places = np.pad(np.arange(x.size).reshape(x.shape) + 1.0, widths, MODES[mode]).astype(int)
        slope = np.zeros(x.size + 1)
        np.add.at(slope, places, 3 * np.pad(x, widths, MODES[mode]) ** 2)
        return slope[1:].reshape(x.shape)

    with new_graph():
        x = tf.placeholder(tf.float64, [None, 4])
        y = tf.pad(x, widths, mode)
        (g,) = tf.gradients(y * y * y, x)
        if order == 2:
            (g,) = tf.gradients(g, x)
        found = _run(g, {x: X})
    f = first if order == 2 else lambda x: np.pad(x, widths, MODES[mode]) ** 3
    # Central differences of x**3 err by h**2 and eps / h, times at most 9 images of one element.
    np.testing.assert_allclose(found, central_difference(f, X, step=1e-5), rtol=1e-8, atol=1e-8)
