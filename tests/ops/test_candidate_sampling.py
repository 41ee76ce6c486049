"""Samplers of classes: what they draw, how they learn, streams of sessions, shapes, errors.

Oracles: the distributions' formulas, and numpy for the losses.  The numbers of seeds, and graphs,
are compared with TensorFlow's in ``golden/candidate_sampling.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import run_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.shapes import ShapeError
from tfgrad._src.ops.philox_host import Words

TRUE = np.array([[0, 3], [1, 2]], np.int64)
COMMON = {"num_true": 2, "seed": 5, "seed2": 7}
WEIGHTS = np.array([1.0, 2, 3, 4, 0, 6])
SAMPLERS = {
    "UniformCandidateSampler": ({}, np.full(6, 1 / 6)),
    "LogUniformCandidateSampler": ({}, np.diff(np.log(np.arange(1, 8))) / np.log(7)),
    "LearnedUnigramCandidateSampler": ({}, np.full(6, 1 / 6)),
    "ThreadUnsafeUnigramCandidateSampler": ({}, np.full(6, 1 / 6)),
    "FixedUnigramCandidateSampler": ({"unigrams": WEIGHTS.tolist()}, WEIGHTS / WEIGHTS.sum()),
}
each_sampler = pytest.mark.parametrize("op_type", SAMPLERS)


@each_sampler
def test_classes_occur_as_often_as_expected(op_type):
    attrs, p = SAMPLERS[op_type]
    n = 4000
    found, of_true, of_found = run_op(
        op_type, TRUE, num_sampled=n, unique=False, range_max=6, **attrs, **COMMON
    )
    counts = np.bincount(found, minlength=6)
    # Five standard deviations of a binomial number.
    np.testing.assert_array_less(abs(counts - n * p), 5 * np.sqrt(n * p * (1 - p)) + 1e-9)
    np.testing.assert_allclose(of_true, n * p[TRUE], rtol=1e-6)
    np.testing.assert_allclose(of_found, n * p[found], rtol=1e-6)


@each_sampler
def test_unique_samples_hold_no_class_twice(op_type):
    attrs, p = SAMPLERS[op_type]
    found, of_true, _ = run_op(
        op_type, TRUE, num_sampled=5, unique=True, range_max=6, **attrs, **COMMON
    )
    assert len(set(found.tolist())) == 5
    assert (of_true > 0).all()
    assert (of_true <= 1).all()
    # More tries than classes were needed, or exactly as many.
    assert (of_true.reshape(-1) >= (1 - (1 - p[TRUE].reshape(-1)) ** 5) * (1 - 1e-6)).all()


def test_the_learning_sampler_counts_the_true_classes_of_a_session():
    with new_graph() as graph:
        classes = tf.constant([[5], [5], [5]], tf.int64)
        counts = tf.nn.learned_unigram_candidate_sampler(classes, 1, 2, False, 6, seed=1)[1]
        for _ in range(2):  # a second session starts anew
            with tf.Session(graph=graph) as session:
                found = [session.run(counts)[0, 0] for _ in range(3)]
            np.testing.assert_allclose(found, [2 * 1 / 6, 2 * 4 / 9, 2 * 7 / 12], rtol=1e-6)


def test_streams_go_on_in_a_session_and_start_again_in_the_next():
    with new_graph() as graph:
        sample = tf.random.uniform_candidate_sampler(TRUE, 2, 20, False, 1000, seed=1)[0]
        free = tf.random.uniform_candidate_sampler(TRUE, 2, 20, False, 1000)[0]
        runs = []
        for _ in range(2):
            with tf.Session(graph=graph) as session:
                runs.append([session.run([sample, free]) for _ in range(2)])
    np.testing.assert_array_equal(runs[0][0][0], runs[1][0][0])
    np.testing.assert_array_equal(runs[0][1][0], runs[1][1][0])
    assert (runs[0][0][0] != runs[0][1][0]).any()
    assert (runs[0][0][1] != runs[1][0][1]).any()  # no seed: equal less often than once in 1e60


def test_words_go_on_over_a_carry_of_the_counter():
    words = Words(2**64 - 1, 5)
    found = [words.word() for _ in range(8)]
    after = Words(2**64, 5)
    assert found[4:] == [after.word() for _ in range(4)]
    assert len(set(found)) == 8


def test_weights_from_a_file(tmp_path):
    path = tmp_path / "vocabulary.csv"
    path.write_text("a,1\nb,c,3\n")
    _, counts, _ = run_op(
        "FixedUnigramCandidateSampler", np.array([[0, 1]]), num_sampled=2, unique=False,
        range_max=2, vocab_file=str(path), **COMMON,
    )  # fmt: skip
    assert counts.tolist() == [[0.5, 1.5]]


def test_sampled_softmax_of_all_classes_is_the_softmax():
    draw = np.random.default_rng(0)
    w, b, x = draw.normal(size=(6, 3)), draw.normal(size=6), draw.normal(size=(4, 3))
    labels = np.array([[2], [0], [5], [2]])
    with new_graph() as graph:
        values = tf.nn.all_candidate_sampler(labels, 1, 6, True)
        values = [values[0], *(tf.cast(v, tf.float64) for v in values[1:])]
        loss = tf.nn.sampled_softmax_loss(
            tf.constant(w), tf.constant(b), tf.constant(labels), tf.constant(x), 6, 6,
            sampled_values=values,
        )  # fmt: skip
        with tf.Session(graph=graph) as session:
            found = session.run(loss)
    logits = x @ w.T + b
    expected = np.log(np.exp(logits).sum(1)) - logits[np.arange(4), labels[:, 0]]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_accidental_hits():
    rows, places, weights = run_op(
        "ComputeAccidentalHits", TRUE, np.array([3, 7, 1, 3], np.int64), num_true=2
    )
    assert rows.tolist() == [0, 1]
    assert places.tolist() == [3, 2]
    assert (weights == np.finfo(np.float32).min).all()


class _Node:
    attrs = {"num_true": 2, "num_sampled": 4}  # noqa: RUF012


@pytest.mark.parametrize("op_type", [*SAMPLERS, "AllCandidateSampler"])
@pytest.mark.parametrize("rows", [None, 3])
def test_shape_rule_of_samplers(op_type, rows):
    rule = OPS[op_type].shape
    assert rule(_Node, None if rows is None else (rows, None)) == [(4,), (rows, 2), (4,)]
    with pytest.raises(ShapeError, match="Shape must be rank 2 but is rank 1"):
        rule(_Node, (3,))


def test_shape_rule_of_hits():
    rule = OPS["ComputeAccidentalHits"].shape
    assert rule(_Node, None, None) == [(None,)] * 3
    with pytest.raises(ShapeError, match="Dimension must be 2 but is 3"):
        rule(_Node, (3, 3), (4,))


@pytest.mark.parametrize(
    ("op_type", "attrs", "message"),
    [
        ("UniformCandidateSampler", {"unique": True}, "Sampler's range is too small."),
        ("UniformCandidateSampler", {"num_true": 3},
         "true_classes must have num_true columns, expected: 2 was: 3"),
        ("UniformCandidateSampler", {"range_max": 3},
         "`true_candidate` out of range [0, 3), received 3"),
        ("FixedUnigramCandidateSampler", {}, "Must provide either vocab_file or unigrams."),
        ("FixedUnigramCandidateSampler", {"unigrams": [1.0, 2.0]},
         "range is 4 must be equal to weights size  2"),
    ],
)  # fmt: skip
def test_errors_of_a_run(op_type, attrs, message):
    options = {"num_true": 2, "num_sampled": 6, "unique": False, "range_max": 4, **attrs}
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        run_op(op_type, TRUE, **options)
    assert str(error.value).splitlines()[0] == message
