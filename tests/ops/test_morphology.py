"""Grey-scale dilation and erosion: values, where the gradient goes, all orders, types.

Oracle: the definition, over `convolutions.windows`.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tests.ops.convolutions import windows
from tfgrad._src.graph.graph import new_graph

X = np.sin(np.arange(2 * 5 * 4 * 2.0) * 1.7).reshape(2, 5, 4, 2)
F = np.cos(np.arange(3 * 2 * 2.0)).reshape(3, 2, 2) * 0.4
CASES = [((1, 1), (1, 1), "SAME"), ((2, 1), (1, 2), "SAME"), ((1, 2), (2, 3), "VALID"),
         ((3, 2), (1, 1), "VALID")]  # fmt: skip
each_case = pytest.mark.parametrize(("strides", "rates", "padding"), CASES)


def _attrs(strides, rates, padding):
    return {"strides": [1, *strides, 1], "rates": [1, *rates, 1], "padding": padding}


def _dilated(x, f, strides, rates, padding):
    """The maxima, and for each the number of its place in the window."""
    seen = windows(x, f.shape[:2], strides, rates, padding, fill=-np.inf) + f
    flat = seen.reshape(*seen.shape[:3], -1, seen.shape[-1])
    return flat.max(3), flat.argmax(3)


@each_case
def test_value_agrees_with_the_definition(strides, rates, padding):
    found = run_op("Dilation2D", X, F, **_attrs(strides, rates, padding))
    np.testing.assert_array_equal(found, _dilated(X, F, strides, rates, padding)[0])


@each_case
def test_gradients_go_to_the_first_maximum(strides, rates, padding):
    x, f = np.round(X * 2), np.round(F * 2)  # many ties
    y, place = _dilated(x, f, strides, rates, padding)
    dy = np.random.default_rng(0).normal(size=y.shape)
    numbers = windows(
        np.arange(1.0, x.size + 1).reshape(x.shape), f.shape[:2], strides, rates, padding
    ).astype(int)
    numbers = numbers.reshape(*y.shape[:3], -1, y.shape[3])
    dx = np.zeros(x.size + 1)
    np.add.at(dx, np.take_along_axis(numbers, place[:, :, :, None], 3)[:, :, :, 0], dy)
    df = np.zeros((f.shape[0] * f.shape[1], f.shape[2]))
    np.add.at(df, (place, np.broadcast_to(np.arange(f.shape[2]), y.shape)), dy)
    attrs = _attrs(strides, rates, padding)
    found = run_op("Dilation2DBackpropInput", x, f, dy, **attrs)
    np.testing.assert_allclose(found, dx[1:].reshape(x.shape), rtol=0, atol=1e-13)
    found = run_op("Dilation2DBackpropFilter", x, f, dy, **attrs)
    np.testing.assert_allclose(found, df.reshape(f.shape), rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    "dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
)
def test_every_type_is_dilated(dtype):
    x, f = (np.abs(a * 30).astype(dtype) for a in (X, F))
    found = run_op("Dilation2D", x, f, **_attrs(*CASES[0]))
    expected = _dilated(x.astype(float), f.astype(float), *CASES[0])[0]
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, expected)


def test_each_sum_is_rounded_once():
    for dtype in ("float16", "bfloat16", "float32"):
        x, f = (a.astype(tf.as_dtype(dtype).as_numpy_dtype) for a in (X, F))
        found = run_op("Dilation2D", x, f, **_attrs(*CASES[1]))
        expected = _dilated(x.astype(float), f.astype(float), *CASES[1])[0]
        np.testing.assert_array_equal(found, expected.astype(x.dtype))


def test_erosion_is_the_minimum():
    with new_graph() as graph, tf.Session(graph=graph) as session:
        y = tf.nn.erosion2d(tf.constant(X), tf.constant(F), [1] * 4, [1] * 4, "VALID")
        seen = windows(X, (3, 2), (1, 1), (1, 1), "VALID") - F[::-1, ::-1]
        np.testing.assert_allclose(session.run(y), seen.min((3, 4)), rtol=1e-15)


@given(case=st.sampled_from(CASES), data=st.data())
def test_static_shape_never_contradicts_the_value(case, data):
    true = _dilated(X, F, *case)[0].shape
    with new_graph():
        x, f = (tf.placeholder(tf.float64, data.draw(forget_dims(a.shape))) for a in (X, F))
        y = tf.raw_ops.Dilation2D(input=x, filter=f, **_attrs(*case))
        assert is_compatible(y.dims, true)
        for g, a in zip(tf.gradients(y, [x, f]), (X, F), strict=True):
            assert is_compatible(g.dims, a.shape)


BUILT_WRONG = [
    ([2, 2, 3], [3, 3, 3], {}, "Shape must be rank 4 but is rank 3 for"),
    ([1, 2, 2, 3], [3, 3, 3, 1], {}, "Shape must be rank 3 but is rank 4 for"),
    ([1, 8, 8, 3], [3, 3, 2], {}, "Dimensions must be equal, but are 3 and 2 for"),
    ([1, 8, 8, 3], [3, 3, 3], {"rates": [1, 1]},
     "Attr 'rates' of 'Dilation2D' Op passed list of length 2 less than minimum 4."),
]  # fmt: skip


@pytest.mark.parametrize(("x", "f", "attrs", "message"), BUILT_WRONG)
def test_wrong_arguments_say_what_tensorflow_says(x, f, attrs, message):
    attrs = {**_attrs(*CASES[0]), **attrs}
    with new_graph(), pytest.raises(ValueError, match="^" + message):
        tf.raw_ops.Dilation2D(input=tf.ones(x), filter=tf.ones(f), **attrs)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="out_backprop has incompatible size"):
        run_op("Dilation2DBackpropInput", X, F, X[:, :3], **_attrs(*CASES[0]))


def test_two_names_of_one_argument_are_refused():
    with new_graph(), pytest.raises(ValueError, match="Cannot specify both 'filter' and 'filters'"):
        tf.nn.dilation2d(tf.ones([1, 4, 4, 1]), F, [1] * 4, [1] * 4, "SAME", filters=F)
