"""Rows of different lengths, rows in order, and copies.  Oracle: numpy.

What TensorFlow gives is in ``golden/sequence.json``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_gradient, run_op
from tfgrad._src.graph.graph import new_graph

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 4, 5))


def feed(build, *arrays, shapes=None):
    """The value of ``build(*placeholders)``, for values that only the run knows."""
    with new_graph() as graph:
        shapes = shapes or [None] * len(arrays)
        inputs = [tf.placeholder(a.dtype, s) for a, s in zip(arrays, shapes, strict=True)]
        # The product with 1 makes each a value of the compiled program.
        return tf.Session(graph=graph).run(
            build(*[t * tf.constant(1, t.dtype) for t in inputs]),
            dict(zip(inputs, arrays, strict=True)),
        )


@pytest.mark.parametrize(("batch", "axis"), [(0, 1), (1, 0), (2, 0), (0, 2), (1, 2)])
def test_reverse_sequence(batch, axis):
    lengths = RNG.integers(0, X.shape[axis] + 1, X.shape[batch])
    expected = X.copy()
    for k, n in enumerate(lengths):
        row = np.moveaxis(expected, (batch, axis), (0, 1))[k]
        row[:n] = row[:n][::-1].copy()

    def build(x, n):
        return tf.reverse_sequence(x, n, axis, batch)

    np.testing.assert_array_equal(feed(build, X, lengths), expected)
    found = run_op("ReverseSequence", X, lengths, seq_dim=axis, batch_dim=batch)
    np.testing.assert_array_equal(found, expected)


def test_search_is_that_of_numpy():
    for n in (1, 2, 3, 7, 8, 9):
        rows = np.sort(RNG.integers(0, 6, (2, n)).astype(np.float64))
        values = RNG.uniform(-1, 7, (2, 5))
        for side in ("left", "right"):
            expected = [np.searchsorted(r, v, side) for r, v in zip(rows, values, strict=True)]
            for found in (
                feed(lambda r, v: tf.searchsorted(r, v, side), rows, values),  # noqa: B023
                run_op("LowerBound" if side == "left" else "UpperBound", rows, values),
            ):
                np.testing.assert_array_equal(found, np.reshape(expected, (2, 5)))


def test_nothing_is_less_than_nan():
    rows, values = np.array([[1.0, 2.0]]), np.array([[np.nan]])
    for build in (lambda r, v: tf.searchsorted(r, v), lambda r, v: tf.searchsorted(r, v, "right")):
        with_numpy = build(tf.constant(rows), tf.constant(values))
        found = feed(build, rows, values)
        assert found == tf.Session(graph=with_numpy.graph).run(with_numpy)


def test_nth_element_is_that_of_sorted_rows():
    x = X[:, :, 0]
    for n in range(4):
        np.testing.assert_array_equal(
            feed(lambda x, n: tf.raw_ops.NthElement(input=x, n=n), x, np.array(n, np.int32)),
            np.sort(x)[:, n],
        )
        found = run_op("NthElement", x, np.array(n, np.int32), reverse=True)
        np.testing.assert_array_equal(found, np.sort(x)[:, 3 - n])


def test_unravel_index_is_that_of_numpy():
    dims, numbers = np.array([3, 4, 5]), np.arange(60)
    expected = np.array(np.unravel_index(numbers, dims))
    np.testing.assert_array_equal(feed(tf.unravel_index, numbers, dims), expected)
    np.testing.assert_array_equal(run_op("UnravelIndex", numbers, dims), expected)
    np.testing.assert_array_equal(run_op("UnravelIndex", numbers[17], dims), expected[:, 17])


def test_sort_is_that_of_numpy():
    for axis in (-1, 0, 1, -2):
        np.testing.assert_array_equal(feed(lambda x: tf.sort(x, axis), X), np.sort(X, axis))  # noqa: B023
        found = feed(lambda x: tf.argsort(x, axis, "DESCENDING"), X, shapes=[[None, None, 5]])  # noqa: B023
        np.testing.assert_array_equal(found, np.argsort(-X, axis, kind="stable"))


def test_repeat_is_that_of_numpy():
    for axis in (0, 1, -1):
        counts = RNG.integers(0, 3, X.shape[axis]).astype(np.int32)
        found = feed(lambda x, n: tf.repeat(x, n, axis), X, counts, shapes=[X.shape, counts.shape])  # noqa: B023
        np.testing.assert_array_equal(found, np.repeat(X, counts, axis))
        found = feed(lambda x: tf.repeat(x, 3, axis), X, shapes=[X.shape])  # noqa: B023
        np.testing.assert_array_equal(found, np.repeat(X, 3, axis))


def test_confusion_matrix():
    labels, found = RNG.integers(0, 4, 50), RNG.integers(0, 4, 50)
    weights = RNG.normal(size=50)
    expected = np.zeros((4, 4))
    np.add.at(expected, (labels, found), weights)
    with new_graph() as graph:
        session = tf.Session(graph=graph)
        y = session.run(tf.confusion_matrix(labels, found, 4, tf.float64, weights=weights))
        np.testing.assert_allclose(y, expected, atol=1e-12)
        y = session.run(tf.math.confusion_matrix(labels, found))
        np.testing.assert_array_equal(y.sum(1), np.bincount(labels, minlength=4))
        with pytest.raises(tf.errors.InvalidArgumentError, match="`labels` out of bound"):
            session.run(tf.confusion_matrix(labels, found, 2))


def test_distance_of_words():
    def distance(a: str, b: str) -> float:
        with new_graph() as graph:
            one, two = (tf.SparseTensor([[0, k] for k in range(len(w))], list(w), [1, len(w)])
                        for w in (a, b))  # fmt: skip
            y = tf.edit_distance(one, two, normalize=False)
            return tf.Session(graph=graph).run(y)[0]

    for a, b, steps in (("kitten", "sitting", 3), ("a", "a", 0), ("ab", "ba", 2), ("abc", "c", 2)):
        assert distance(a, b) == distance(b, a) == steps


def test_top_k_of_old_graphs():
    x = X[0]
    values, places = run_op("TopK", x, k=2)
    np.testing.assert_array_equal(values, -np.sort(-x)[:, :2])
    np.testing.assert_array_equal(places, np.argsort(-x)[:, :2])
    gradient = run_gradient("TopK", x, k=2)
    np.testing.assert_array_equal(gradient, x >= values[:, 1:])


def test_tiles_of_old_graphs():
    x = np.arange(12.0).reshape(2, 6)
    found = run_op("TileGrad", x, np.array([2, 3], np.int32))
    np.testing.assert_array_equal(found, x.reshape(2, 1, 3, 2).sum((0, 2)))


def test_rows_of_a_copy_change_in_order():
    x = np.zeros((3, 2))
    rows, v = np.array([1, 1, 0], np.int32), np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(run_op("InplaceUpdate", x, rows, v), [[4, 5], [2, 3], [0, 0]])
    np.testing.assert_array_equal(run_op("InplaceAdd", x, rows, v), [[4, 5], [2, 4], [0, 0]])
    np.testing.assert_array_equal(run_op("InplaceSub", x, rows, v), [[-4, -5], [-2, -4], [0, 0]])


def test_timestamp_goes_on():
    with new_graph() as graph:
        now = tf.timestamp()
        assert now.op.type == "Timestamp"
        session = tf.Session(graph=graph)
        first = session.run(now)
        assert first <= session.run(now)
        assert first > 1.6e9


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_static_shapes_are_never_contradicted(data):
    shape = (2, 3)
    known = data.draw(forget_dims(shape))
    with new_graph() as graph:
        x = tf.placeholder(tf.float64, known)
        n = tf.placeholder(tf.int32, data.draw(forget_dims((2,))))
        results = [
            tf.raw_ops.ReverseSequence(input=x, seq_lengths=n, seq_dim=1),
            tf.raw_ops.Reverse(tensor=x, dims=[True, False]),
            tf.raw_ops.LowerBound(sorted_inputs=x, values=x),
            tf.raw_ops.NthElement(input=x, n=1),
            tf.raw_ops.UnravelIndex(indices=n, dims=[5, 5]),
            tf.raw_ops.TensorStridedSliceUpdate(
                input=x, begin=[0], end=[1], strides=[1], value=tf.constant(1.0, tf.float64)
            ),
            tf.raw_ops.ScatterNdNonAliasingAdd(
                input=x, indices=[[0]], updates=tf.zeros([1, 3], tf.float64)
            ),
            *tf.raw_ops.UniqueV2(x=x, axis=[0]),
            tf.raw_ops.CheckNumericsV2(tensor=x, message=""),
            tf.raw_ops.InplaceAdd(x=x, i=[0], v=tf.zeros([1, 3], tf.float64)),
        ]
        found = tf.Session(graph=graph).run(results, {x: np.ones(shape), n: [1, 2]})
    for static, true in zip(results, found, strict=True):
        assert is_compatible(static.dims, np.shape(true)), static


@pytest.mark.parametrize(
    ("build", "arrays", "message"),
    [
        (lambda x, n: tf.reverse_sequence(x, n, 1), (X[0], np.array([1, 6, 2, 2])),
         r"seq_lens\(1\) > input.dims\(1\)"),
        (lambda x, n: tf.reverse_sequence(x, n, 1), (X[0], np.array([-1, 0, 2, 2])),
         r"seq_lens\(0\) < 0"),
        (lambda x, n: tf.reverse_sequence(x, n, 1), (X[0], np.array([1, 1])),
         r"Length of seq_lengths != input.dims\(0\), \(2 vs. 4\)"),
        (lambda x, n: tf.raw_ops.NthElement(input=x, n=n), (X, np.array(5, np.int32)),
         "Input must have last dimension > n = 5"),
        (lambda x, n: tf.raw_ops.NthElement(input=x, n=n), (X, np.array(-2, np.int32)),
         "n must be non-negative but is -2"),
        (lambda i, d: tf.unravel_index(i, d), (np.array([6]), np.array([2, 3])),
         "index is out of bound as with dims"),
        (lambda a, b: tf.raw_ops.LowerBound(sorted_inputs=a, values=b), (X[0], X[:, 0]),
         "Leading dim_size of both tensors must match"),
    ],
)  # fmt: skip
def test_error_of_a_run(build, arrays, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        feed(build, *arrays)


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: tf.reverse_sequence(X, [1, 1], 1), ValueError, "Dimensions must be equal"),
        (lambda: tf.reverse_sequence(X, [1] * 3, 3), ValueError, "seq_dim must be < input rank"),
        (lambda: tf.searchsorted([[1]], [[1]], side="up"), ValueError, "must be either 'right' or"),
        (lambda: tf.sort(X, direction="UP"), ValueError, "should be one of ASCENDING, DESCENDING"),
        (lambda: tf.sort(X, axis=tf.placeholder(tf.int32)), ValueError, "constant scalar"),
        (lambda: tf.repeat(X, 2, axis=5), ValueError, "axis=5 out of bounds: expected -3<=axis<3"),
        (lambda: tf.repeat(X, 2.5), TypeError, "must be of type integer"),
        (lambda: tf.edit_distance(X, X), TypeError, "Hypothesis must be a SparseTensor"),
        (lambda: tf.raw_ops.UniqueV2(x=X, axis=[3]), ValueError, r"range \[-3, 3\)"),
        (lambda: tf.raw_ops.Reverse(tensor=X, dims=[True]), ValueError, "Shape must be rank 1"),
    ],
)  # fmt: skip
def test_error_while_building(build, error, message):
    with new_graph(), pytest.raises(error, match=message):
        build()
