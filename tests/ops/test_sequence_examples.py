"""Records of sequences and records in JSON, against plain Python, and the errors.

What TensorFlow gives is in ``golden/sequence_examples.json`` and ``golden/texts.json``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.golden.cases_sequence_examples import record
from tfgrad._src.graph.graph import new_graph

STEPS = tf.FixedLenSequenceFeature


def run(build, feeds=None):
    with new_graph() as graph:
        return tf.Session(graph=graph).run(build(), feeds)


@given(st.lists(st.lists(st.lists(st.integers(-5, 5), min_size=2, max_size=2)), min_size=1))
@settings(max_examples=20, deadline=None)
def test_dense_lists_are_filled_up(lists):
    texts = [record(tf, {}, {"x": steps}) for steps in lists]
    spec = {"x": STEPS([2], tf.int64, allow_missing=True)}
    _, found, lengths = run(lambda: tf.io.parse_sequence_example(texts, None, spec))
    most = max(map(len, lists))
    expected = [steps + [[0, 0]] * (most - len(steps)) for steps in lists]
    np.testing.assert_array_equal(found["x"], np.reshape(expected, (len(lists), most, 2)))
    assert lengths["x"].tolist() == [len(steps) for steps in lists]


@given(st.lists(st.lists(st.lists(st.binary(max_size=3), max_size=3), max_size=3), min_size=1))
@settings(max_examples=20, deadline=None)
def test_sparse_lists_keep_their_places(lists):
    texts = [record(tf, {}, {"x": steps}) for steps in lists]
    spec = {"x": tf.VarLenFeature(tf.string)}
    _, found, _ = run(lambda: tf.io.parse_sequence_example(texts, None, spec))
    expected = {
        (i, t, j): v
        for i, steps in enumerate(lists)
        for t, row in enumerate(steps)
        for j, v in enumerate(row)
    }
    value = found["x"]
    assert dict(zip(map(tuple, value.indices.tolist()), value.values, strict=True)) == expected
    rows = [row for steps in lists for row in steps]
    most = max(map(len, rows), default=0)
    assert value.dense_shape.tolist() == [len(lists), max(map(len, lists)), most]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: tf.io.parse_sequence_example("a"), "Both `context_features` and"),
        (lambda: tf.parse_single_sequence_example("a"), "Both context_features and"),
        (lambda: tf.io.parse_sequence_example("a", {"a": STEPS([], tf.int64)}),
         "Unsupported FixedLenSequenceFeature .* for key 'a'"),
        (lambda: tf.io.parse_sequence_example("a", None, {"a": tf.FixedLenFeature([], tf.int64)}),
         "Unsupported FixedLenFeature .* for key 'a'"),
        (lambda: tf.io.parse_sequence_example("a", None, {"a": STEPS([], tf.int64, True, 3)}),
         r"Value feature_list.dense_defaults\[a\] must be None"),
        (lambda: tf.parse_single_sequence_example(["a"], None, {"a": STEPS([], tf.int64)}),
         "Input serialized must be a scalar"),
        (lambda: tf.io.parse_sequence_example([["a"]], None, {"a": STEPS([], tf.int64)}),
         "Shape must be at most rank 1 but is rank 2"),
        (lambda: tf.io.parse_sequence_example("a", None, {"a": STEPS([None], tf.int64)}),
         r"Shape \[\?\] is not fully defined"),
        (lambda: tf.io.parse_sequence_example("a", None, {"a": STEPS(None, tf.int64)}),
         "Missing shape for feature a"),
    ],
)  # fmt: skip
def test_wrong_features(build, message):
    with new_graph(), pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize(
    ("context", "lists", "message"),
    [
        ({"z": tf.FixedLenFeature([], tf.float32)}, {},
         "Inconsistent max number of elements for feature z: expected 1, but found 0"),
        ({"a": tf.FixedLenFeature([], tf.int64)}, {},
         "Name: n, Context feature: a.  Data types don't match. Expected type: int64"),
        ({}, {"z": STEPS([], tf.int64)}, "Name: n, Feature list 'z' is required but could not be"),
        ({}, {"d": STEPS([], tf.int64)},
         r"Name: n, Key: d, Index: 0.  Number of values != expected.  values size: 2 but output "
         r"shape: \[\]"),
        ({}, {"d": tf.VarLenFeature(tf.string)},
         "Name: n, Feature list: d, Index: 0.  Data types don't match. Expected type: string"),
    ],
)  # fmt: skip
def test_wrong_records(context, lists, message):
    text = record(tf, {"a": [1.5]}, {"d": [[1, 2]]})
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(lambda: tf.io.parse_sequence_example([text], context, lists, ["n"]))


def test_names_must_be_as_many_as_records():
    spec = {"a": tf.VarLenFeature(tf.int64)}
    with pytest.raises(tf.errors.InvalidArgumentError, match="example_names must be empty or have"):
        run(lambda: tf.io.parse_sequence_example(["", ""], spec, None, ["n"]))


def test_a_record_in_json_is_that_in_bytes():
    text = """{"features": {"feature": {
        "x": {"floatList": {"value": [1.5, "-2.5", "NaN"]}}, "y": {"int64List": {"value": ["7"]}},
        "z": {"bytesList": {"value": ["YQ==", ""]}}}}}"""
    spec = {
        "x": tf.FixedLenFeature([3], tf.float32),
        "y": tf.FixedLenFeature([], tf.int64),
        "z": tf.FixedLenFeature([2], tf.string),
    }
    found = run(lambda: tf.parse_single_example(tf.io.decode_json_example(text), spec))
    np.testing.assert_array_equal(found["x"], [1.5, -2.5, np.nan])
    assert found["y"] == 7
    assert found["z"].tolist() == [b"a", b""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"q": 1}', "no such field: 'q'"),
        ("", "Error while parsing JSON: unexpected EOF"),
        ('{"features": 3}', "invalid JSON in type.googleapis.com/tensorflow.Example"),
        ('{"features":{"feature":{"a":{"int64List":{"value":[1.5]}}}}}', "had fractional part"),
    ],
)
def test_wrong_json(text, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(lambda: tf.io.decode_json_example(text))
