"""Sparse tensors as texts and between runs: they come back as they were, and errors.

What TensorFlow gives is in ``golden/sparse_serial.json``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph
from tfgrad.python.ops import sparse_ops

TYPES = ["float16", "float32", "float64", "int8", "uint8", "int64", "bool", "complex64", "string"]


def run(build, feeds=None):
    with new_graph() as graph:
        return tf.Session(graph=graph).run(build(), feeds)


def dense_of(value) -> np.ndarray:
    result = np.zeros(value.dense_shape.tolist(), value.values.dtype)
    for place, x in zip(value.indices, value.values, strict=True):
        result[tuple(place)] = x
    return result


@given(st.sampled_from(TYPES), st.integers(2, 4), st.integers(0, 2**20))
@settings(max_examples=20, deadline=None)
def test_rows_come_back(dtype, rank, seed):
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 4, rank)
    at = np.argwhere(rng.random(shape) < 0.5)
    values = (rng.normal(size=len(at)) * 9).astype("int8")
    values = np.array([str(v).encode() for v in values], object) if dtype == "string" else (
        values.astype(dtype)
    )  # fmt: skip
    given_ = tf.SparseTensorValue(at.reshape(-1, rank), values, shape)
    with new_graph() as graph:
        s = tf.sparse_placeholder(tf.as_dtype(dtype))
        back = tf.deserialize_many_sparse(tf.serialize_many_sparse(s), s.dtype)
        found = tf.Session(graph=graph).run(back, {s: given_})
    np.testing.assert_array_equal(found.indices, given_.indices)
    np.testing.assert_array_equal(found.values, values)
    np.testing.assert_array_equal(found.dense_shape, shape)


def test_tensors_of_several_lengths_become_one():
    def build():
        rows = [
            tf.serialize_sparse(tf.SparseTensor([[i, 0]], [float(i)], [i + 1, 2])) for i in range(3)
        ]
        return tf.deserialize_many_sparse(tf.stack(rows), tf.float32)

    found = run(build)
    assert found.dense_shape.tolist() == [3, 3, 2]
    expected = np.zeros((3, 3, 2))
    expected[1, 1, 0], expected[2, 2, 0] = 1, 2
    np.testing.assert_array_equal(dense_of(found), expected)


def test_a_tensor_is_kept_until_it_is_taken():
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, [None])
        number = sparse_ops._add_sparse_to_tensors_map(tf.SparseTensor([[0, 1]], x, [2, 3]))
        numbers = tf.placeholder(tf.int64, [None])
        taken = sparse_ops._take_many_sparse_from_tensors_map(number.op, numbers, rank=3)
        assert taken.indices.shape.as_list() == [None, 3]
        one, other = tf.Session(graph=graph), tf.Session(graph=graph)
        assert [one.run(number, {x: [float(i)]}) for i in range(3)] == [0, 1, 2]
        found = one.run(taken, {numbers: [2, 0]})
        assert found.values.tolist() == [2.0, 0.0]
        assert found.indices.tolist() == [[0, 0, 1], [1, 0, 1]]
        with pytest.raises(tf.errors.InvalidArgumentError, match="Unable to find SparseTensor: 2"):
            one.run(taken, {numbers: [2]})
        with pytest.raises(tf.errors.InvalidArgumentError, match="Unable to find SparseTensor: 1"):
            other.run(taken, {numbers: [1]})


AT, SHAPE = np.array([[0, 0], [1, 2]]), np.array([3, 4])
VALUES = np.array([1.0, 2.0])


@pytest.mark.parametrize("op_type", ["SerializeManySparse", "AddManySparseToTensorsMap"])
@pytest.mark.parametrize(
    ("indices", "values", "shape", "message"),
    [
        (AT[0], VALUES, SHAPE, r"Input indices should be a matrix but received shape \[2\]"),
        (AT, VALUES[0], SHAPE, r"Input values should be a vector but received shape \[\]"),
        (AT, VALUES, SHAPE[None], r"Input shape should be a vector but received shape \[1,2\]"),
        (AT[:, :1], VALUES, SHAPE[:1], "Rank of input SparseTensor should be > 1, but saw rank: 1"),
        (AT[::-1], VALUES, SHAPE, r"indices\[1\] = \[0,0\] is out of order"),
        (AT[[0, 0]], VALUES, SHAPE, r"indices\[1\] = \[0,0\] is repeated"),
        (AT, VALUES, SHAPE - 2, r"indices\[1\] = \[1,2\] is out of bounds: need 0 <= index < \[1,"),
        (AT, VALUES, -SHAPE, "Expected shape dimensions to be non-negative, got -3"),
    ],
)
def test_wrong_rows(op_type, indices, values, shape, message):
    with new_graph() as graph:
        parts = [tf.placeholder(t, None) for t in (tf.int64, tf.float64, tf.int64)]
        y = getattr(tf.raw_ops, op_type)(
            sparse_indices=parts[0], sparse_values=parts[1], sparse_shape=parts[2]
        )
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            tf.Session(graph=graph).run(y, dict(zip(parts, (indices, values, shape), strict=True)))


def test_wrong_texts():
    texts = run(lambda: tf.serialize_sparse(tf.SparseTensor([[0, 1]], [2.0], [2, 3])))
    for rows, message in (
        ([texts[0], texts[1], texts[1]], "Expected column counts|be a shape vector|Could not"),
        ([texts[1], texts[1], texts[2]], "to represent an index matrix but received shape"),
        ([texts[0], b"?", texts[2]], "Could not parse serialized proto"),
        (texts[:2], r"Serialized sparse should have 3 as the last dimension \[2\]"),
        (np.zeros((0, 3), object), "should have at least 1 serialized tensor"),
    ):
        with new_graph() as graph:
            x = tf.placeholder(tf.string, None)
            found = tf.raw_ops.DeserializeSparse(serialized_sparse=x, dtype=tf.float32)
            with pytest.raises(tf.errors.InvalidArgumentError, match=message):
                tf.Session(graph=graph).run(found[0], {x: np.array(rows, object)})


def test_what_is_not_sparse_is_refused():
    with new_graph(), pytest.raises(TypeError, match="SparseTensor"):
        tf.serialize_sparse([1.0])
    with new_graph(), pytest.raises(TypeError, match="sparse_map_op be an Operation"):
        sparse_ops._take_many_sparse_from_tensors_map("x", [1])
    with new_graph(), pytest.raises(TypeError, match=r"Instead, found `NoOp`"):
        sparse_ops._take_many_sparse_from_tensors_map(tf.no_op(), [1])
