"""Counting with sparse tensors, against numpy; runs of words, against Python.

What TensorFlow gives is in ``golden/sparse_counts.json`` and ``golden/texts.json``.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph

numbers = hnp.arrays(np.int64, hnp.array_shapes(max_dims=2, max_side=4), elements=st.integers(0, 6))


def run(build, feeds=None):
    with new_graph() as graph:
        return tf.Session(graph=graph).run(build(), feeds)


def counted(x: np.ndarray, weights=None, size=None) -> np.ndarray:
    rows = np.atleast_2d(x)
    size = x.max() + 1 if size is None else size
    weights = np.ones_like(x) if weights is None else weights
    found = [
        np.bincount(r[r < size], w[r < size], minlength=size)
        for r, w in zip(rows, np.atleast_2d(weights), strict=True)
    ]
    return np.array(found).reshape(*x.shape[:-1], size)


@given(numbers, st.booleans())
@settings(max_examples=20, deadline=None)
def test_counts_are_those_of_numpy(x, is_weighted):
    weights = np.arange(x.size).reshape(x.shape) * 1.5 if is_weighted else None
    found = run(lambda: tf.sparse.to_dense(tf.sparse.bincount(x, weights, axis=-1)))
    np.testing.assert_array_equal(found, counted(x, weights))


@given(numbers.filter(lambda x: x.ndim == 2), st.integers(0, 8), st.booleans())
@settings(max_examples=20, deadline=None)
def test_sparse_counts_are_those_of_the_dense_tensor(x, size, binary):
    at = np.argwhere(x >= 0)
    parts = {"indices": at, "values": x.ravel(), "dense_shape": np.array(x.shape)}
    expected = counted(x, size=size)
    expected = (expected > 0) if binary else expected
    found = run(
        lambda: tf.raw_ops.SparseBincount(
            **parts, size=tf.constant(size, tf.int64), weights=tf.zeros([0]), binary_output=binary
        )
    )
    np.testing.assert_array_equal(found, expected)
    s = run(
        lambda: tf.sparse.bincount(
            tf.SparseTensor(at, x.ravel(), x.shape), axis=-1, maxlength=size, binary_output=binary
        )
    )
    back = np.zeros(s.dense_shape)
    back[tuple(s.indices.T)] = s.values
    np.testing.assert_array_equal(back, expected)


def test_weights_of_a_sparse_tensor_must_lie_where_it_does():
    def build(at, shape=(2, 3)):
        s = tf.SparseTensor([[0, 0], [1, 2]], [3, 3], [2, 3])
        return tf.sparse.bincount(s, tf.SparseTensor(at, [0.5, 1.5], shape))

    assert run(lambda: build([[0, 0], [1, 2]])).values.tolist() == [2.0]
    for at, shape in (([[0, 0], [1, 1]], (2, 3)), ([[0, 0], [1, 2]], (2, 4))):
        with pytest.raises(tf.errors.InvalidArgumentError, match="must have the same"):
            run(lambda: build(at, shape))  # noqa: B023


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"axis": 1}, "Unsupported value for argument axis=1"),
        ({"weights": [1.0], "binary_output": True}, "are mutually exclusive"),
        (
            {"weights": [1.0], "sparse": True, "axis": -1},
            "`weights` must be a tf.Tensor if `values` is a",
        ),
    ],
)
def test_wrong_arguments(arguments, message):
    with new_graph():
        if arguments.pop("sparse", False):
            arguments["weights"] = tf.SparseTensor([[0]], arguments["weights"], [1])
        with pytest.raises(ValueError, match=message):
            tf.sparse.bincount([1], **arguments)


def test_a_size_that_is_negative_is_refused():
    with new_graph(), pytest.raises(ValueError, match=r"size \(-1\) must be non-negative"):
        tf.raw_ops.SparseBincount(
            indices=[[0]], values=[1], dense_shape=[1], size=-1, weights=[1.0]
        )


@pytest.mark.parametrize("strong", [False, True])
def test_crosses_with_a_hash_differ_and_repeat(strong):
    def build():
        x = tf.constant([["a", "b"], ["c", "d"]])
        return tf.raw_ops.SparseCrossHashed(
            indices=[], values=[], shapes=[], dense_inputs=[x, x], num_buckets=0,
            strong_hash=strong, salt=[5, 6],
        )  # fmt: skip

    found = run(build)
    assert len(set(found.output_values.tolist())) == 8
    np.testing.assert_array_equal(found.output_values, run(build).output_values)


# ---------------------------------------------------------------------- runs of words


@given(st.lists(st.integers(0, 4), max_size=4), st.lists(st.integers(1, 4), max_size=3),
       st.integers(-1, 3))  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_runs_are_slices_of_the_padded_rows(lengths, widths, pad):
    ends = [0, *itertools.accumulate(lengths)]
    words = [str(i).encode() for i in range(ends[-1])]
    found = run(
        lambda: tf.raw_ops.StringNGrams(
            data=tf.constant(words, tf.string, [len(words)]),
            data_splits=tf.constant(ends, tf.int64), separator=" ", ngram_widths=widths,
            left_pad="<", right_pad=">", pad_width=pad, preserve_short_sequences=False,
        )
    )  # fmt: skip
    expected, splits = [], [0]
    for i, j in itertools.pairwise(ends):
        for width in widths:
            fill = width - 1 if pad < 0 else min(pad, width - 1)
            row = [b"<"] * fill + words[i:j] + [b">"] * fill
            expected += [b" ".join(row[k : k + width]) for k in range(len(row) - width + 1)]
        splits.append(len(expected))
    if not words:  # then nothing is padded either
        expected, splits = [], [0] * len(ends)
    assert found.ngrams.tolist() == expected
    assert found.ngrams_splits.tolist() == splits


def test_the_map_between_vocabularies(tmp_path):
    (tmp_path / "new").write_text("a\nb\nc\n")
    (tmp_path / "old").write_text("c\nx\na")

    def build():
        return tf.raw_ops.GenerateVocabRemapping(
            new_vocab_file=str(tmp_path / "new"), old_vocab_file=str(tmp_path / "old"),
            new_vocab_offset=0, num_new_vocab=3,
        )  # fmt: skip

    places, count = run(build)
    assert places.tolist() == [2, -1, 0]
    assert count == 2
    (tmp_path / "new").unlink()
    with pytest.raises(tf.errors.NotFoundError, match="No such file"):
        run(build)


def test_a_table_without_a_name_lives_as_long_as_a_run():
    with new_graph() as graph:
        x = tf.placeholder(tf.int64, [None])
        table = tf.raw_ops.AnonymousMutableHashTable(key_dtype=tf.int64, value_dtype=tf.int64)
        put = tf.raw_ops.LookupTableInsertV2(table_handle=table, keys=x, values=x * 2)
        with tf.control_dependencies([put]):
            size = tf.raw_ops.LookupTableSizeV2(table_handle=table)
        session = tf.Session(graph=graph)
        assert session.run(size, {x: [1, 2, 3]}) == 3
        assert session.run(size, {x: [4]}) == 1
