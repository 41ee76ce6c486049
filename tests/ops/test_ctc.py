"""Connectionist temporal classification: losses, gradients, decoders, errors.

Oracle: all paths one by one.  The graphs, and values of TensorFlow, are in ``golden/ctc.json``.
"""

import itertools

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import run_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.shapes import ShapeError

X = np.random.default_rng(0).normal(size=(5, 4, 3))
LENGTHS = np.array([5, 4, 3, 1], np.int32)
ROWS = [[0, 1], [1, 1], [0], [1]]


def sparse(rows):
    indices = [[b, i] for b, row in enumerate(rows) for i in range(len(row))]
    values = [v for row in rows for v in row]
    return np.array(indices, np.int64).reshape(-1, 2), np.array(values, np.int32)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def reading(path, blank, merge=True):
    """What a path says: equal neighbours made one, then no blanks."""
    kept = [k for k, _ in itertools.groupby(path)] if merge else path
    return [k for k in kept if k != blank]


def probability(x, length, labels, blank, merge=True):
    y = softmax(x)
    return sum(
        np.prod([y[t, k] for t, k in enumerate(path)])
        for path in itertools.product(range(x.shape[1]), repeat=length)
        if reading(path, blank, merge) == labels
    )


def losses(x, rows, lengths, blank, merge=True):
    with np.errstate(divide="ignore"):
        return np.array([
            -np.log(probability(x[:, b], int(n), row, blank, merge))
            for b, (row, n) in enumerate(zip(rows, lengths, strict=True))
        ])  # fmt: skip


def slopes(f, x):
    """Per example, the derivatives of its own loss."""
    result = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[i] = 1e-6
        result[i] = (f(x + step) - f(x - step))[i[1]] / 2e-6
    return result


@pytest.mark.parametrize("merge", [True, False])
def test_loss_and_gradient_agree_with_all_paths(merge):
    loss, grad = run_op("CTCLoss", X, *sparse(ROWS), LENGTHS, ctc_merge_repeated=merge)

    def f(x):
        return losses(x, ROWS, LENGTHS, 2, merge)

    np.testing.assert_allclose(loss, f(X), rtol=1e-12)
    np.testing.assert_allclose(grad, slopes(f, X), rtol=0, atol=1e-8)


def test_blank_first_and_no_labels():
    rows = [[1, 2], [2, 2], [], [1]]
    x = X.astype(np.float32)
    loss, grad = run_op("CTCLossV2", x, *sparse(rows), LENGTHS)

    def f(x):
        return losses(x, rows, LENGTHS, 0)

    np.testing.assert_allclose(loss, f(X), rtol=1e-5)
    np.testing.assert_allclose(grad, slopes(f, X), rtol=0, atol=1e-5)


@pytest.mark.parametrize("blank", [0, 1, -1])
def test_dense_labels(blank):
    classes = [k for k in range(3) if k != blank % 3]
    labels = np.array([[classes[0], classes[1]], [classes[1]] * 2, [7, 7], [classes[0], 9]])
    counts, lengths = [2, 2, 0, 1], [5, 4, 3, 1]
    rows = [row[:n].tolist() for row, n in zip(labels, counts, strict=True)]
    with new_graph() as graph:
        x = tf.constant(X, tf.float32)
        loss = tf.nn.ctc_loss_v2(labels, x, counts, lengths, blank_index=blank)
        major = tf.nn.ctc_loss_v2(
            labels, tf.transpose(x, [1, 0, 2]), counts, lengths, False, blank_index=blank
        )
        g = tf.gradients(loss, x)[0]
        with tf.Session(graph=graph) as session:
            found, same, slope = session.run([loss, major, g])

    def f(x):
        return losses(x, rows, lengths, blank % 3)

    np.testing.assert_allclose(found, f(X), rtol=1e-5)
    np.testing.assert_array_equal(found, same)
    np.testing.assert_allclose(slope, slopes(f, X), rtol=0, atol=1e-5)


def test_labels_that_no_path_gives_have_infinite_loss():
    loss, grad = run_op("CTCLoss", X[:2, :1], *sparse([[1, 1]]), np.array([2], np.int32))
    assert loss == np.inf
    np.testing.assert_allclose(grad, softmax(X[:2, :1]), rtol=1e-12)


def test_there_is_no_second_derivative():
    with new_graph():
        x = tf.constant(X)
        labels = tf.SparseTensor(*sparse(ROWS), [4, 2])
        g = tf.gradients(tf.nn.ctc_loss(labels, x, LENGTHS), x)[0]
        with pytest.raises(LookupError, match="no way to take the second"):
            tf.gradients(g, x)


def test_greedy_decoder():
    x = np.full((4, 2, 3), -1.0)
    for b, path in enumerate([[0, 0, 2, 1], [2, 1, 1, 1]]):
        x[np.arange(4), b, path] = 2.0
    lengths = np.array([4, 2], np.int32)
    for merge, rows in ((True, [[0, 1], [1]]), (False, [[0, 0, 1], [1]])):
        indices, values, shape, score = run_op("CTCGreedyDecoder", x, lengths, merge_repeated=merge)
        wanted = sparse(rows)
        np.testing.assert_array_equal(indices, wanted[0])
        np.testing.assert_array_equal(values, wanted[1])
        assert shape.tolist() == [2, max(map(len, rows))]
        assert score.tolist() == [[-8.0], [-4.0]]


def test_a_wide_search_finds_the_most_probable_labels():
    lengths = np.array([4, 4, 3, 2], np.int32)
    with new_graph() as graph:
        decoded, scores = tf.nn.ctc_beam_search_decoder_v2(tf.constant(X), lengths, 100, 3)
        with tf.Session(graph=graph) as session:
            found, scores = session.run([decoded, scores])
    for b, n in enumerate(lengths):
        total: dict = {}
        y = softmax(X[:, b])
        for path in itertools.product(range(3), repeat=int(n)):
            key = tuple(reading(path, 2))
            total[key] = total.get(key, 0) + np.prod([y[t, k] for t, k in enumerate(path)])
        best = sorted(total, key=lambda k: -total[k])[:3]
        for j, labels in enumerate(best):
            at = found[j].indices[:, 0] == b
            assert tuple(found[j].values[at]) == labels
            np.testing.assert_allclose(scores[b, j], np.log(total[labels]), rtol=1e-12)


def test_unique_labels():
    labels = [[3, 4, 4, 3, 1], [5, 5, 5, 0, 2]]
    with new_graph() as graph, tf.Session(graph=graph) as session:
        unique, places = session.run(tf.nn.ctc_unique_labels(labels))
    # TensorFlow's values.
    assert unique.tolist() == [[3, 4, 1, 0, 0], [5, 0, 2, 0, 0]]
    assert places.tolist() == [[0, 1, 1, 0, 2], [0, 0, 0, 1, 2]]
    assert (unique.dtype, places.dtype) == (np.int64, np.int32)


@pytest.mark.parametrize(
    ("rows", "lengths", "message"),
    [
        ([[0], [], [1], [1]], LENGTHS, "Labels length is zero in batch 1"),
        ([[0], [1, 0, 1, 0, 1], [1], [1]], LENGTHS, "Not enough time for target transition "
         "sequence (required: 5, available: 4)1You can turn this error into a warning by using the "
         "flag ignore_longer_outputs_than_inputs"),
        ([[0], [2, 1], [1], [1]], LENGTHS, "Saw a non-null label (index >= num_classes - 1) "
         "following a null label, batch: 1 num_classes: 3 labels: 2,1 labels seen so far: "),
        ([[0], [-1], [1], [1]], LENGTHS,
         "All labels must be nonnegative integers, batch: 1 labels: -1"),
        (ROWS, np.array([5, 6, 3, 1], np.int32), "sequence_length(1) <= 5"),
    ],
)  # fmt: skip
def test_labels_that_are_refused(rows, lengths, message):
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        run_op("CTCLoss", X, *sparse(rows), lengths)
    assert str(error.value).splitlines()[0] == message


def test_labels_in_wrong_places():
    for place, message in (
        ([5, 0], "indices[1] = [5,0] is out of bounds: need 0 <= index < [4,1]"),
        ([0, 0], "indices[1] = [0,0] is repeated"),
    ):
        indices = np.array([[0, 0], place], np.int64)
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            run_op("CTCLoss", X, indices, np.array([0, 1], np.int32), LENGTHS)
        assert f"label SparseTensor is not valid: {message}" in str(error.value)


def test_decoders_refuse():
    with pytest.raises(tf.errors.FailedPreconditionError, match=r"sequence_length\(0\) <= 5"):
        run_op("CTCGreedyDecoder", X, LENGTHS + 1)
    for lengths, paths, message in (
        (LENGTHS, 3, "requested more paths than the beam width."),
        (LENGTHS * 0, 2, "Less leaves in the beam search than requested."),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            run_op("CTCBeamSearchDecoder", X, lengths, beam_width=2, top_paths=paths)


class _Node:
    attrs = {"top_paths": 2}  # noqa: RUF012


@pytest.mark.parametrize(
    ("op_type", "shapes", "result"),
    [
        ("CTCLoss", (None,) * 4, [(None,), (None,) * 3]),
        ("CTCLoss", ((5, None, 3), (None, 2), (None,), (4,)), [(4,), (5, 4, 3)]),
        ("CTCLoss", ((5, 2, 3), (7, 2), (6,), (2,)), "Dimensions must be equal, but are 7 and 6"),
        ("CTCLoss", ((5, 2, 3), (7, 2), (7,), (3,)), "Dimensions must be equal, but are 2 and 3"),
        ("CTCLossV2", ((5, 2), (7, 2), (7,), (3,)), "Shape must be rank 3 but is rank 2"),
        ("CTCGreedyDecoder", ((5, None, 3), (4,)), [(None, 2), (None,), (2,), (4, 1)]),
        ("CTCBeamSearchDecoder", (None, None),
         [(None, 2), (None, 2), (None,), (None,), (2,), (2,), (None, 2)]),
    ],
)  # fmt: skip
def test_shape_rule_is_that_of_tensorflow(op_type, shapes, result):
    rule = OPS[op_type].shape
    if isinstance(result, str):
        with pytest.raises(ShapeError, match=result):
            rule(_Node, *shapes)
    else:
        assert rule(_Node, *shapes) == result
