"""Slices, one-hot vectors, reversal, positions: values, shapes, derivatives.

Oracles: numpy's own slicing for values (exact: elements are moved, not computed), central
  differences
for derivatives.  The graphs are compared in ``test_golden.py``; words of errors were read off
TensorFlow.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import central_difference, forget_dims, is_compatible, run_op
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

X = np.sin(np.arange(24.0)).reshape(2, 3, 4)

KEYS = [
    0, -1, (1, 2), (0, 1, -2), slice(None), slice(1, None), slice(-1, None), slice(0, 0),
    slice(5, 9),
    (slice(None), slice(None, None, -1)), (slice(None), slice(None), slice(3, 0, -2)),
    (slice(None), slice(-2, -9, -1)), (0, slice(None), slice(None, None, 3)), Ellipsis,
    (Ellipsis, 1), (0, Ellipsis, slice(1, 3)), (Ellipsis, None), (None, 1), (slice(None), None, 1),
    (1, Ellipsis, None, 0), (None, Ellipsis, None, slice(1, 2)), (), (0, slice(2, 1)),
    (slice(None), slice(10, 0, -1), 0),
]  # fmt: skip
each_key = pytest.mark.parametrize("key", KEYS, ids=str)


def _run(build, feed=X, shape=None):
    """``build(x)`` for a placeholder ``x``."""
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x = tf.placeholder(tf.as_dtype(feed.dtype), shape)
        return session.run(build(x), {x: feed})


# ---------------------------------------------------------------------- x[...]


@each_key
def test_getitem_agrees_with_numpy(key):
    np.testing.assert_array_equal(_run(lambda x: x[key], shape=X.shape), X[key])
    np.testing.assert_array_equal(_run(lambda x: x[key]), X[key])  # nothing known before the run


@each_key
def test_static_shape_of_getitem_is_that_of_numpy(key):
    with new_graph():
        assert tf.placeholder(tf.float64, X.shape)[key].dims == X[key].shape


@given(key=st.sampled_from(KEYS), data=st.data())
def test_static_shape_of_getitem_never_contradicts_numpy(key, data):
    known = data.draw(forget_dims(X.shape))
    with new_graph():
        assert is_compatible(tf.placeholder(tf.float64, known)[key].dims, X[key].shape)


@each_key
def test_gradient_of_getitem_puts_the_weights_back(key):
    """The gradient of ``sum(w * x[key])`` is ``w`` at the positions of the key."""
    weights = np.arange(1.0, X[key].size + 1).reshape(X[key].shape)
    expected = np.zeros_like(X)
    expected[key] = weights
    for shape in (X.shape, None):
        found = _run(lambda x: tf.gradients(x[key], x, tf.constant(weights))[0], shape=shape)
        np.testing.assert_array_equal(found, expected)


@settings(deadline=None)  # the first lowering compiles
@given(
    length=st.integers(0, 6),
    begin=st.none() | st.integers(-8, 8),
    end=st.none() | st.integers(-8, 8),
    step=st.none() | st.sampled_from([-3, -2, -1, 1, 2, 3]),
)
def test_every_slice_of_a_vector_agrees_with_python(length, begin, end, step):
    x = np.arange(length)
    with new_graph(), jax.enable_x64(True):
        y = tf.placeholder(tf.int64, [None])[begin:end:step]
        node = y.op
        operands = [t.op.attrs["value"] for t in node.inputs[1:]]
        expected = x[begin:end:step]
        np.testing.assert_array_equal(OPS["StridedSlice"].host(node, x, *operands), expected)
        if length:
            lowered = OPS["StridedSlice"].lower(node, jnp.asarray(x), *operands)
            np.testing.assert_array_equal(lowered, expected)
        assert tf.placeholder(tf.int64, [length])[begin:end:step].dims == expected.shape


@pytest.mark.parametrize("dtype", [tf.int32, tf.int64])
def test_an_index_may_be_computed(dtype):
    """One program for all indices: the index is an argument of it."""
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x, i = tf.placeholder(tf.float64, X.shape), tf.placeholder(dtype, [])
        ys = [x[i], x[:, i, 1:], x[..., i], x[i, None, i]]
        (g,) = tf.gradients(tf.add_n([tf.reduce_sum(y * y) for y in ys]), x)
        for k in (0, 1, -1):
            found = session.run([*ys, g], {x: X, i: k})
            expected = [X[k], X[:, k, 1:], X[..., k], X[k, None, k]]
            for a, b in zip(found, expected, strict=False):
                np.testing.assert_array_equal(a, b)
            slope = np.zeros_like(X)
            slope[k] += 2 * X[k]
            slope[:, k, 1:] += 2 * X[:, k, 1:]
            slope[..., k] += 2 * X[..., k]
            slope[k, k] += 2 * X[k, k]
            np.testing.assert_allclose(found[-1], slope, rtol=1e-14)  # sums of at most 4 terms


def test_bounds_may_be_computed():
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x, i = tf.placeholder(tf.float64, X.shape), tf.placeholder(tf.int32, [])
        ys = [x[:, :i], x[:, i:, 0], x[:, :, ::i], x[:, i : i + 1]]
        for k in (1, 2):
            found = session.run(ys, {x: X, i: k})
            for a, b in zip(
                found, [X[:, :k], X[:, k:, 0], X[..., ::k], X[:, k : k + 1]], strict=True
            ):
                np.testing.assert_array_equal(a, b)


def test_a_window_of_known_length_can_be_traced():
    """In a loop's body ``x[i:i+2]`` has a computed start, and a length that the graph shows."""
    with new_graph():
        x, i = tf.placeholder(tf.float64, X.shape), tf.placeholder(tf.int32, [])
        y = x[:, i : i + 2]
        node = y.op
        strides = known_value(node.inputs[3])

        def lowered(a, k):
            begin = jnp.stack([jnp.int32(0), k])
            end = jnp.stack([jnp.int32(0), k + 2])
            return OPS["StridedSlice"].lower(node, a, begin, end, strides)

        with jax.enable_x64(True):
            for k in (0, 1):
                found = jax.jit(lowered)(jnp.asarray(X), jnp.int32(k))
                np.testing.assert_array_equal(found, X[:, k : k + 2])


def test_lengths_follow_from_partly_known_shapes():
    with new_graph():
        x = tf.placeholder(tf.float32, [None, 5])
        n = tf.shape(x)
        assert tf.zeros([n[0], n[1]]).dims == (None, 5)
        assert tf.zeros(tf.concat([n[1:], [2]], 0)).dims == (5, 2)
        assert x[: n[1]].dims == (None, 5)


ERRORS = [
    (lambda x: x[2], "slice index 2 of dimension 0 out of bounds."),
    (lambda x: x[-3], "slice index -1 of dimension 0 out of bounds."),
    (lambda x: x[::0], "strides[0] must be non-zero"),
    (lambda x: x[0, 0, 0, 0], "Index out of range using input dim 3; input has only 3 dims"),
    (lambda x: x[0, 0, 0][0], "Attempting to slice scalar input."),
    (lambda x: x[..., 0, ...], "Multiple ellipses in slice spec not allowed"),
    (lambda x: x[True], "mask cannot be scalar."),
    (lambda x: tf.slice(x, [0], [1]), "Shape must be rank 1 but is rank 3 for 'Slice'"),
    (lambda x: tf.slice(x, [3, 0, 0], [-1, 1, 1]), "Negative dimension size caused by subtracting"),
    (lambda x: tf.one_hot([1], -2), "Dimension size, given by scalar input 1, must be"),
    (lambda x: tf.one_hot([1], 2, axis=-2), "axis must be >= -1"),
    (lambda x: tf.reverse(x, 0), "Shape must be rank 1 but is rank 0 for 'ReverseV2'"),
    (lambda x: tf.reverse(x, [3]), "'axis'[0] = 3 is out of valid range [0, 2"),
    (lambda x: tf.reverse(x, [0, -3]), "axis 0 specified more than once."),
    (lambda x: tf.unique(x), "Shape must be rank 1 but is rank 3 for 'Unique'"),
    (lambda x: tf.boolean_mask(x, [True] * 3), "Shapes (2,) and (3,) are incompatible"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), ERRORS, ids=[m[:40] for _, m in ERRORS])
def test_wrong_arguments_say_what_tensorflow_says(build, message):
    with new_graph():
        x = tf.placeholder(tf.float32, [2, 3, 4])
        with pytest.raises(ValueError, match=r"^.") as caught:
            build(x)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("key", [1.0, "a", slice(1.5, 2), np.array([1, 2]), [0.5]], ids=str)
def test_other_indices_are_type_errors(key):
    with new_graph(), pytest.raises(TypeError, match="Only integers, slices"):
        tf.placeholder(tf.float32, [2, 3])[key]


def test_a_slice_outside_is_an_error_when_run():
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x, i = tf.placeholder(tf.float64, X.shape), tf.placeholder(tf.int32, [3])
        y = tf.slice(x, i, [-1, 1, 1])
        with pytest.raises(
            tf.errors.InvalidArgumentError, match=r"Expected begin\[0\] in \[0, 2\]"
        ):
            session.run(y, {x: X, i: [3, 0, 0]})


# ---------------------------------------------------------------------- slice


@pytest.mark.parametrize(
    ("begin", "size"), [([0, 1, 1], [1, 2, 3]), ([1, 0, 2], [-1, 3, -1]), ([0, 3, 0], [2, -1, 4])]
)
def test_slice_agrees_with_numpy(begin, size):
    index = tuple(slice(b, None if n < 0 else b + n) for b, n in zip(begin, size, strict=True))
    args = np.array(begin, np.int32), np.array(size, np.int32)
    np.testing.assert_array_equal(run_op("Slice", X, *args), X[index])


# ---------------------------------------------------------------------- one-hot, reversal


@pytest.mark.parametrize("axis", [-1, 0, 1, 2])
def test_one_hot_agrees_with_an_identity_matrix(axis):
    indices = np.array([[0, 2, 1], [3, 3, 0]])
    expected = np.moveaxis(np.eye(4, dtype=np.float32)[indices], -1, axis)
    args = indices, np.int32(4), np.float32(1), np.float32(0)
    np.testing.assert_array_equal(run_op("OneHot", *args, axis=axis), expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.int64])
def test_one_hot_of_an_index_out_of_range_is_off(dtype):
    indices = np.array([200, 1] if dtype == np.uint8 else [-1, 1], dtype)
    result = run_op("OneHot", indices, np.int32(3), np.int16(7), np.int16(-7))
    np.testing.assert_array_equal(result, [[-7, -7, -7], [-7, 7, -7]])
    assert result.dtype == np.int16


def test_one_hot_of_depth_zero_is_empty():
    assert run_op("OneHot", np.array([1]), np.int32(0), 1.0, 0.0).shape == (1, 0)


@pytest.mark.parametrize("axis", [[], [0], [-1], [0, 2], [2, -2]])
def test_reverse_agrees_with_numpy(axis):
    result = run_op("ReverseV2", X, np.array(axis, np.int32))
    np.testing.assert_array_equal(result, np.flip(X, axis))


def test_numpy_kernels_give_what_the_lowerings_give():
    ints = np.arange(12, dtype=np.int32).reshape(3, 4)
    with new_graph(), jax.enable_x64(True):
        x = tf.placeholder(tf.int32, [3, 4])
        axis = np.array([0, 1], np.int32)
        hot = np.int32(5), np.array(9, np.int64), np.array(-9, np.int64)
        cases = [
            (tf.reverse(x, axis).op, (axis,)),
            (
                tf.slice(x, [1, 0], [-1, 2]).op,
                (np.array([1, 0], np.int32), np.array([-1, 2], np.int32)),
            ),
            (tf.one_hot(x, 5, hot[1], hot[2], axis=1).op, hot),
        ]
        for node, operands in cases:
            host = node.op_def_.host(node, ints, *operands)
            lowered = node.op_def_.lower(node, jnp.asarray(ints), *operands)
            assert host.dtype == lowered.dtype
            np.testing.assert_array_equal(host, lowered)


# ---------------------------------------------------------------------- positions, masks, unique


def test_where_gives_the_coordinates_in_row_major_order():
    x = np.array([[0.0, 2.0], [np.nan, 0.0], [-0.0, 1.0]])
    np.testing.assert_array_equal(run_op("Where", x), np.argwhere(x))
    assert run_op("Where", np.zeros((2, 3), bool)).shape == (0, 2)
    assert run_op("Where", np.bool_(True)).shape == (1, 0)


@pytest.mark.parametrize("shape", [(2,), (2, 3), (2, 3, 4)])
def test_boolean_mask_agrees_with_numpy(shape):
    mask = np.random.default_rng(0).random(shape) > 0.4
    np.testing.assert_array_equal(_run(lambda x: tf.boolean_mask(x, mask), shape=X.shape), X[mask])


def test_boolean_mask_along_another_axis():
    mask = [True, False, True]
    found = _run(lambda x: tf.boolean_mask(x, mask, axis=1), shape=X.shape)
    np.testing.assert_array_equal(found, X[:, mask])


def test_a_mask_of_no_true_element_gives_an_empty_result_and_a_zero_gradient():
    y, g = _run(
        lambda x: [x[x > 9.0], tf.gradients(tf.reduce_sum(x[x > 9.0] * 2.0), x)[0]], shape=(2, 3, 4)
    )
    assert y.shape == (0,)
    np.testing.assert_array_equal(g, np.zeros_like(X))


def test_unique_keeps_the_order_of_first_occurrence():
    x = np.array([5, 2, 5, 9, 2, 2])
    y, idx, count = run_op("UniqueWithCounts", x)
    np.testing.assert_array_equal(y, [5, 2, 9])
    np.testing.assert_array_equal(idx, [0, 1, 0, 2, 1, 1])
    np.testing.assert_array_equal(count, [2, 3, 1])
    assert (y.dtype, idx.dtype, count.dtype) == (np.int64, np.int32, np.int32)


def test_unique_of_unusual_values():
    y, idx = run_op("Unique", np.array([np.nan, -0.0, np.nan, 0.0]))  # nan differs from itself
    np.testing.assert_array_equal(idx, [0, 1, 2, 1])
    assert np.signbit(y[1])
    words, places = run_op("Unique", np.array([b"b", b"a", b"b"], object), out_idx=tf.int64)
    assert words.tolist() == [b"b", b"a"]
    assert (places.tolist(), places.dtype) == ([0, 1, 0], np.int64)
    assert [len(v) for v in run_op("Unique", np.zeros(0))] == [0, 0]


def test_no_gradient_passes_through_unique():
    with new_graph():
        x = tf.placeholder(tf.float32, [3])
        with pytest.raises(LookupError, match="No gradient defined for operation"):
            tf.gradients(tf.unique(x)[0], x)
        assert tf.gradients(tf.one_hot([1], 2, on_value=x[0], off_value=x[1]), x) == [None]


# ---------------------------------------------------------------------- derivatives

FUNCTIONS = {
    "slice": (lambda x: tf.slice(x, [0, 1, 2], [-1, 2, -1]), lambda x: x[:, 1:, 2:]),
    "strided": (lambda x: x[..., ::-2, 1:, None], lambda x: x[..., ::-2, 1:, None]),
    "reverse": (lambda x: tf.reverse(x, [0, -1]), lambda x: x[::-1, :, ::-1]),
    "mask": (lambda x: x[:, tf.constant([0, 1])[1]], lambda x: x[:, 1]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("order", [1, 2])
def test_gradient_agrees_with_central_differences(name, order):
    build, oracle = FUNCTIONS[name]

    def gradient(x):
        y = build(x)
        (g,) = tf.gradients(y * y * y, x)
        return g if order == 1 else tf.gradients(g, x)[0]

    def f(x):
        if order == 1:
            return oracle(x) ** 3
        slope = np.zeros_like(x)  # the derivative of the cubes, element by element
        where = oracle(np.arange(x.size).reshape(x.shape)).astype(int)
        slope.reshape(-1)[where.reshape(-1)] = 3 * oracle(x).reshape(-1) ** 2
        return slope

    # Central differences of x**3 err by h**2 and eps / h: under 1e-9 here.
    expected = central_difference(f, X, step=1e-5)
    np.testing.assert_allclose(_run(gradient, shape=(None, 3, 4)), expected, rtol=1e-8, atol=1e-9)
