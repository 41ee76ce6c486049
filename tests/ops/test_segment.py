"""Groups of rows: values, empty groups, negative ids, derivatives.

Oracles: loops over the groups in numpy; central differences.  Sums are compared to a few units in
  the
last place, because the order of addition differs.
"""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import central_difference, run_op
from tfgrad._src.graph.graph import new_graph

X = np.sin(np.arange(1.0, 13.0)).reshape(4, 3)

REDUCE = {
    "sum": lambda rows: rows.sum(0),
    "prod": lambda rows: rows.prod(0),
    "max": lambda rows: rows.max(0),
    "min": lambda rows: rows.min(0),
    "mean": lambda rows: rows.mean(0),
}
EMPTY = {"sum": 0, "prod": 1, "max": 0, "min": 0, "mean": 0}
each_kind = pytest.mark.parametrize("kind", REDUCE)
SORTED = np.array([0, 0, 2, 4])
UNSORTED = np.array([2, -1, 0, 2])


def _groups(kind, x, ids, num, empty):
    rows = [x[ids == k] for k in range(num)]
    return np.stack([REDUCE[kind](r) if len(r) else np.full(x.shape[1:], empty) for r in rows])


def _run(fetches, feeds=None):
    with tf.Session(graph=tf.get_default_graph()) as session:
        return session.run(fetches, feeds)


@each_kind
def test_sorted_ops_agree_with_a_loop(kind):
    found = run_op(f"Segment{kind.title()}", X, SORTED)
    np.testing.assert_allclose(found, _groups(kind, X, SORTED, 5, EMPTY[kind]), rtol=1e-15)


@each_kind
def test_unsorted_ops_agree_with_a_loop_and_leave_negative_ids_out(kind):
    with new_graph():
        x, ids = tf.placeholder(tf.float64, X.shape), tf.placeholder(tf.int64, [None])
        y = getattr(tf.math, f"unsorted_segment_{kind}")(x, ids, 3)
        found = _run(y, {x: X, ids: UNSORTED})
    largest = np.finfo(np.float64).max
    empty = {"max": -largest, "min": largest}.get(kind, EMPTY[kind])
    np.testing.assert_allclose(found, _groups(kind, X, UNSORTED, 3, empty), rtol=1e-15)


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "float16", "bfloat16", "complex64"])
def test_sums_of_every_type(dtype):
    x = tf.constant(np.array([1, 2, 3]), dtype)
    for y in (tf.segment_sum(x, [0, 0, 1]), tf.unsorted_segment_sum(x, [0, 0, 1], 2)):
        found = _run(y)
        assert found.dtype == x.dtype.as_numpy_dtype
        np.testing.assert_array_equal(found.astype(complex), [3, 3])


def test_lowest_and_highest_numbers_stand_for_empty_groups():
    ids, none = np.array([1]), np.int32(2)
    assert run_op("UnsortedSegmentMax", np.array([5], np.int8), ids, none)[0] == -128
    assert run_op("UnsortedSegmentMin", np.array([5], np.uint8), ids, none)[0] == 255
    assert run_op("UnsortedSegmentMax", np.float32([5]), ids, none)[0] == np.finfo(np.float32).min


def test_integer_means_are_rounded_down():
    np.testing.assert_array_equal(
        run_op("SegmentMean", np.array([1, 2, 4]), np.array([0, 0, 1])), [1, 4]
    )


def test_ids_may_have_several_dimensions():
    x = np.arange(12.0).reshape(2, 2, 3)
    found = run_op("UnsortedSegmentSum", x, np.array([[0, 2], [2, -1]]), np.int32(3))
    np.testing.assert_array_equal(found, [x[0, 0], np.zeros(3), x[0, 1] + x[1, 0]])


def test_no_rows_at_all():
    empty = np.zeros((0, 3))
    ids = np.zeros(0, np.int32)
    assert run_op("SegmentSum", empty, ids).shape == (0, 3)
    np.testing.assert_array_equal(
        run_op("UnsortedSegmentSum", empty, ids, np.int32(2)), np.zeros((2, 3))
    )


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([0, 1, 0, 2], "segment ids are not increasing"),
        ([-1, 0, 0, 1], r"Segment id -1 out of range \[0, 2\), possibly because"),
        ([-2, -2, -1, -1], "segment ids must be >= 0"),
        ([0, 1], "segment_ids should be the same size as dimension 0 of input."),
    ],
)
def test_wrong_sorted_ids_are_an_error_when_run(ids, message):
    with new_graph(), pytest.raises(tf.errors.InvalidArgumentError, match=message):
        _run(tf.segment_sum(tf.constant(X), tf.constant(ids)))


def test_wrong_shapes_say_what_tensorflow_says():
    with new_graph():
        x = tf.placeholder(tf.float32, [4, 3])
        for build, message in (
            (
                lambda: tf.segment_sum(x, [[0]]),
                "Shape must be rank 1 but is rank 2 for 'SegmentSum'",
            ),
            (
                lambda: tf.unsorted_segment_sum(x, [0, 1], 2),
                "Dimensions must be equal, but are 4 and 2",
            ),
            (
                lambda: tf.unsorted_segment_sum(x, [0] * 4, [2]),
                "Shape must be rank 0 but is rank 1",
            ),
            (
                lambda: tf.unsorted_segment_sum(x, [0] * 4, -1),
                "Dimension size, given by scalar input 2, must be non-negative but is -1",
            ),
        ):
            with pytest.raises(ValueError, match=r"^.") as caught:
                build()
            assert str(caught.value).startswith(message)


@each_kind
@pytest.mark.parametrize("ids", [SORTED, UNSORTED], ids=["sorted", "unsorted"])
def test_gradient_agrees_with_central_differences(kind, ids):
    is_sorted = ids is SORTED
    prefix, args = ("segment_", (ids,)) if is_sorted else ("unsorted_segment_", (ids, 3))
    used = np.unique(ids[ids >= 0])
    with new_graph():
        x = tf.placeholder(tf.float64, X.shape)
        y = tf.gather(getattr(tf.math, prefix + kind)(x, *args), used)
        found = _run(tf.gradients(y * y * y, x)[0], {x: X})

    def cubes(x):
        return np.stack([REDUCE[kind](x[ids == k]) for k in used]) ** 3

    # Central differences of cubes err by h**2 and eps / h: under 1e-9 here.
    np.testing.assert_allclose(found, central_difference(cubes, X, step=1e-5), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("prefix", ["segment_", "unsorted_segment_"])
def test_zeros_in_a_product(prefix):
    """With one zero only that element has a gradient, with two none has."""
    values, ids = [0.0, 2.0, 3.0, 0.0, 0.0, 5.0], [0, 0, 0, 1, 1, 1]
    with new_graph():
        x = tf.placeholder(tf.float64, [6])
        y = getattr(tf.math, f"{prefix}prod")(x, ids, *([] if prefix == "segment_" else [2]))
        found = _run(tf.gradients(y, x)[0], {x: values})
    np.testing.assert_array_equal(found, [6, 0, 0, 0, 0, 0])


def test_ties_share_the_gradient():
    with new_graph():
        x = tf.placeholder(tf.float64, [4])
        for y in (tf.segment_max(x, [0, 0, 0, 1]), tf.unsorted_segment_max(x, [0, 0, 0, 1], 2)):
            found = _run(tf.gradients(y, x)[0], {x: [3.0, 3.0, 1.0, 2.0]})
            np.testing.assert_array_equal(found, [0.5, 0.5, 0, 1])
