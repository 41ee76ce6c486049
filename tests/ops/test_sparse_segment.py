"""Groups of gathered rows, and embeddings combined per example.

Oracle: loops in numpy.  float64 sums of a few rows agree to a few units in the last place.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_node
from tfgrad._src.graph.graph import new_graph

X = np.sin(np.arange(1.0, 13.0)).reshape(4, 3)
PLACES, IDS = np.array([2, 0, 2, 3, 1]), np.array([0, 0, 2, 2, 2])
DIVISOR = {"Sum": lambda n: 1, "Mean": lambda n: n, "SqrtN": np.sqrt}
each_kind = pytest.mark.parametrize("kind", DIVISOR)


def forward(kind, x=X, groups=3) -> np.ndarray:
    result = np.zeros((groups, *x.shape[1:]))
    for k in range(groups):
        rows = x[PLACES[np.equal(IDS, k)]]
        if len(rows):
            result[k] = rows.sum(0) / DIVISOR[kind](len(rows))
    return result


def backward(kind, dy, rows) -> np.ndarray:
    result = np.zeros((rows, *dy.shape[1:]))
    for place, k in zip(PLACES, IDS, strict=True):
        result[place] += dy[k] / DIVISOR[kind]((k == IDS).sum())
    return result


@each_kind
@pytest.mark.parametrize("fed", [False, True])
def test_values_agree_with_loops(kind, fed):
    dy = np.cos(np.arange(9.0)).reshape(3, 3)
    cases = [
        ("", (X, PLACES, IDS), [forward(kind)]),
        ("WithNumSegments", (X, PLACES, IDS, np.int32(5)), [forward(kind, groups=5)]),
        ("Grad", (dy, PLACES, IDS, np.int32(6)), [backward(kind, dy, 6)]),
        ("GradV2", (dy, PLACES, IDS, np.int32(6)), [backward(kind, dy, 4), np.arange(4)]),
    ]
    for name, args, expected in cases:
        with new_graph():
            inputs = [tf.placeholder(a.dtype, a.shape) if fed else tf.constant(a) for a in args]
            op = add_node(f"SparseSegment{kind}{name}", inputs, None, {})
            feeds = dict(zip(inputs, args, strict=True)) if fed else None
            found = tf.Session().run(list(op.outputs), feeds)
        for got, wanted in zip(found, expected, strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-14, atol=1e-15)


@each_kind
def test_nothing(kind):
    none = np.zeros(0, np.int32)
    assert run_op(f"SparseSegment{kind}", X, none, none).shape == (0, 3)
    for name, shape in (("WithNumSegments", (2, 3)), ("Grad", (2, 3))):
        found = run_op(f"SparseSegment{kind}{name}", X, none, none, np.int32(2))
        np.testing.assert_array_equal(found, np.zeros(shape))
    rows, places = run_op(f"SparseSegment{kind}GradV2", X, none, none, np.int32(2))
    assert (rows.shape, places.shape) == ((0, 3), (0,))


def test_half_precision_is_summed_in_single():
    x = np.full((4096, 1), 1, np.float16)
    places, ids = np.arange(4096), np.zeros(4096, np.int32)
    assert run_op("SparseSegmentSum", x, places, ids) == 4096
    assert run_op("SparseSegmentSumWithNumSegments", x, places, ids, np.int32(1)) == 4096


def test_whole_numbers():
    found = run_op("SparseSegmentSum", np.arange(6, dtype=np.uint8), PLACES, IDS)
    np.testing.assert_array_equal(found, [2, 0, 6])


WRONG = [
    ("SparseSegmentSum", (X, PLACES, IDS[::-1]), "segment ids are not increasing"),
    ("SparseSegmentSum", (X, PLACES + 1, IDS), "Bad: indices[3] == 4 out of range [0, 4)"),
    ("SparseSegmentMeanWithNumSegments", (X, PLACES, IDS, np.int32(2)),
     "segment ids must be < num_segments"),
    ("SparseSegmentMeanWithNumSegments", (X, PLACES - 1, IDS, np.int32(3)),
     "Bad: indices[1] == -1 out of range [0, 4)"),
    ("SparseSegmentSum", (X, PLACES, IDS - 1),
     "Segment id -1 out of range [0, 2), possibly because 'segment_ids' input is not sorted."),
    ("SparseSegmentSqrtNGrad", (X, PLACES, IDS, np.int32(3)), "Index 3 out of range [0, 3)."),
    ("SparseSegmentSqrtNGradV2", (X, PLACES, IDS + 2, np.int32(4)), "Invalid number of segments"),
    ("SparseSegmentSumGrad", (X, PLACES, IDS - 1, np.int32(4)),
     "Segment id -1 out of range [0, 4)."),
]  # fmt: skip


@pytest.mark.parametrize(("op_type", "args", "message"), WRONG)
@pytest.mark.parametrize("fed", [False, True])
def test_wrong_numbers_are_an_error_when_run(op_type, args, message, fed):
    """The messages are TensorFlow's."""
    with new_graph() as graph:
        inputs = [
            tf.placeholder(np.asarray(a).dtype, np.shape(a)) if fed else tf.constant(a)
            for a in args
        ]
        op = add_node(op_type, inputs, None, {})
        feeds = dict(zip(inputs, args, strict=True)) if fed else None
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            tf.Session(graph=graph).run(list(op.outputs), feeds)
    assert str(caught.value).startswith(message)


@given(kind=st.sampled_from(list(DIVISOR)), name=st.sampled_from(["", "WithNumSegments", "Grad"]),
       data=st.data())  # fmt: skip
def test_shape_rule_never_contradicts_the_value(kind, name, data):
    shape = {"": (3, 3), "WithNumSegments": (5, 3), "Grad": (5, 3)}[name]
    with new_graph():
        inputs = [
            tf.placeholder(a.dtype, data.draw(forget_dims(a.shape))) for a in (X, PLACES, IDS)
        ]
        if name:
            known = data.draw(st.booleans())
            inputs.append(tf.constant(5) if known else tf.placeholder(tf.int32, []))
        op = add_node(f"SparseSegment{kind}{name}", inputs, None, {})
        assert is_compatible(op.outputs[0].dims, shape)


# ---------------------------------------------------------------------- embeddings

ROWS = np.array([[0, 0], [0, 1], [2, 0], [2, 1]])
WHICH, WEIGHTS = np.array([1, 3, 0, 1]), np.array([0.5, 2.0, 1.5, 0.25])


def combined(combiner, weights) -> np.ndarray:
    result = np.zeros((3, 3))
    for k in (0, 2):
        w = weights[ROWS[:, 0] == k]
        by = {"sum": 1, "mean": w.sum(), "sqrtn": np.sqrt((w**2).sum())}[combiner]
        result[k] = (w[:, None] * X[WHICH[ROWS[:, 0] == k]]).sum(0) / by
    return result


@pytest.mark.parametrize("combiner", ["sum", "mean", "sqrtn"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("safe", [False, True])
def test_rows_are_combined_per_example(combiner, weighted, safe):
    lookup = tf.nn.safe_embedding_lookup_sparse if safe else tf.nn.embedding_lookup_sparse
    with new_graph():
        ids, weights = tf.sparse_placeholder(tf.int64), tf.sparse_placeholder(tf.float64)
        y = lookup(tf.constant(X), ids, weights if weighted else None, combiner=combiner)
        found = tf.Session().run(y, {ids: (ROWS, WHICH, [3, 2]), weights: (ROWS, WEIGHTS, [3, 2])})
    wanted = combined(combiner, WEIGHTS if weighted else np.ones(4))
    np.testing.assert_allclose(found, wanted, rtol=1e-14, atol=1e-15)


def test_a_table_is_trained_through_combined_rows():
    """Only the rows that are looked up change."""
    with new_graph() as graph:
        table = tf.Variable(X)
        ids = tf.SparseTensor(ROWS, WHICH, [3, 2])
        loss = tf.reduce_sum(tf.nn.embedding_lookup_sparse(table, ids, None, combiner="sum"))
        step = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
        with tf.Session(graph=graph) as session:
            session.run(tf.global_variables_initializer())
            session.run(step)
            found = session.run(table)
    np.testing.assert_allclose(found, X - 0.5 * np.bincount(WHICH, minlength=4)[:, None])


def test_wrong_arguments():
    with new_graph():
        ids = tf.SparseTensor(ROWS, WHICH, [3, 2])
        for build, kind, message in (
            (lambda: tf.nn.embedding_lookup_sparse(X, WHICH, None), TypeError,
             "sp_ids must be SparseTensor, got <class 'numpy.ndarray'>"),
            (lambda: tf.nn.embedding_lookup_sparse(X, ids, WEIGHTS), TypeError,
             "sp_weights must be either None or SparseTensor,got <class 'numpy.ndarray'>"),
            (lambda: tf.nn.embedding_lookup_sparse(X, ids, None, combiner="max"), ValueError,
             "combiner must be one of 'mean', 'sqrtn' or 'sum', got max"),
            (lambda: tf.nn.safe_embedding_lookup_sparse(None, ids), ValueError,
             "Missing embedding_weights None."),
        ):  # fmt: skip
            with pytest.raises(kind) as caught:
                build()
            assert str(caught.value).startswith(message)
