"""Records: that what was written is read, and the errors of wrong programs.

What TensorFlow gives is in ``golden/examples.json``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.golden.cases_examples import record
from tfgrad._src.graph.graph import new_graph


def run(build):
    with new_graph() as graph:
        return tf.Session(graph=graph).run(build())


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(-(2**63), 2**63 - 1), max_size=3),
            st.lists(st.binary(max_size=5), max_size=3),
            st.lists(st.floats(width=32, allow_nan=False), max_size=3),
        ),
        max_size=3,
    )
)
@settings(max_examples=30, deadline=None)
def test_what_was_written_is_read(rows):
    records = [record(tf, i=i, s=s, f=f) for i, s, f in rows]
    types = {"i": tf.int64, "s": tf.string, "f": tf.float32}
    found = run(
        lambda: tf.parse_example(
            tf.constant(records, tf.string, [len(records)]),
            {k: tf.VarLenFeature(t) for k, t in types.items()},
        )
    )
    for key, column in zip("isf", zip(*rows, strict=True) if rows else [[]] * 3, strict=True):
        sparse = found[key]
        places = [[i, j] for i, row in enumerate(column) for j in range(len(row))]
        assert sparse.indices.tolist() == places
        assert sparse.values.tolist() == [v for row in column for v in row]
        assert sparse.dense_shape.tolist() == [len(rows), max(map(len, column), default=0)]


def test_lists_that_are_not_packed_are_read():
    """As older writers made them: each number with its own tag."""
    number = b"\x08\x05\x08\x06"  # field 1, varints 5 and 6
    feature = b"\x1a" + bytes([len(number)]) + number
    entry = b"\x0a\x01a\x12" + bytes([len(feature)]) + feature
    features = b"\x0a" + bytes([len(entry)]) + entry
    data = b"\x0a" + bytes([len(features)]) + features
    found = run(lambda: tf.parse_single_example(data, {"a": tf.FixedLenFeature([2], tf.int64)}))
    assert found["a"].tolist() == [5, 6]
    assert tf.train.Example.FromString(data).features.feature["a"].int64_list.value == [5, 6]


def test_kind_of_a_feature():
    feature = tf.train.Feature(float_list=tf.train.FloatList(value=[1.0]))
    assert feature.WhichOneof("kind") == "float_list"
    feature.int64_list.value.append(1)
    assert feature.WhichOneof("kind") == "int64_list"
    assert tf.train.Feature().WhichOneof("kind") is None


FIXED = tf.FixedLenFeature


@pytest.mark.parametrize(
    ("features", "error", "message"),
    [
        ({"z": FIXED([], tf.float32)}, tf.errors.InvalidArgumentError,
         r"Name: <unknown>, Feature: z \(data type: float\) is required but could not be found"),
        ({"a": FIXED([], tf.int64)}, tf.errors.InvalidArgumentError,
         "Data types don't match. Data type: float but expected type: int64"),
        ({"a": tf.VarLenFeature(tf.int64)}, tf.errors.InvalidArgumentError,
         "Data types don't match. Expected type: int64, Actual type: float"),
        ({"a": FIXED([3], tf.float32)}, tf.errors.InvalidArgumentError,
         r"Number of float values != expected.  Values size: 1 but output shape: \[3\]"),
        ({"a": tf.FixedLenSequenceFeature([2], tf.float32, True)}, tf.errors.InvalidArgumentError,
         r"not a multiple of stride length. Saw 1 values but output shape is: \[\?,2\]"),
        ({}, ValueError, "Argument `features` cannot be None or falsy"),
        ({"a": 3}, ValueError, "Unsupported int 3 for key 'a'"),
        ({"a": FIXED([None], tf.float32)}, ValueError, "First dimension of shape for feature a"),
        ({"a": FIXED(None, tf.float32)}, ValueError, "Missing shape for feature a"),
        ({"a": tf.FixedLenSequenceFeature([], tf.float32)}, ValueError, "requires allow_missing"),
        ({"a": FIXED([], tf.float32), "s": tf.SparseFeature("a", "v", tf.float32, 2)}, ValueError,
         "Dense and sparse keys must not intersect"),
    ],
)  # fmt: skip
def test_error(features, error, message):
    with pytest.raises(error, match=message):
        run(lambda: tf.parse_example([record(tf, a=[1.0])], features))


def test_static_shapes_are_never_contradicted():
    for shape in (None, [None], [2]):
        with new_graph() as graph:
            x = tf.placeholder(tf.string, shape)
            found = tf.parse_example(
                x,
                {
                    "a": FIXED([2, 1], tf.float32),
                    "b": tf.FixedLenSequenceFeature([3], tf.int64, True),
                    "c": tf.VarLenFeature(tf.string),
                },
            )
            rows = [record(tf, a=[1.0, 2.0], b=[1, 2, 3], c=[b"x"])] * 2
            values = tf.Session(graph=graph).run(found, {x: rows})
        for key in "ab":
            assert found[key].shape.is_compatible_with(values[key].shape)
        assert found["c"].indices.shape.is_compatible_with(values["c"].indices.shape)
        np.testing.assert_array_equal(values["b"], [[[1, 2, 3]]] * 2)
