"""Parsing of examples."""

import numpy as np


def _example(tf, **features):
    made = {}
    for name, value in features.items():
        kind = np.asarray(value).dtype.kind
        if kind == "f":
            made[name] = tf.train.Feature(float_list=tf.train.FloatList(value=value))
        elif kind == "i":
            made[name] = tf.train.Feature(int64_list=tf.train.Int64List(value=value))
        else:
            value = [v.encode() for v in value]
            made[name] = tf.train.Feature(bytes_list=tf.train.BytesList(value=value))
    return tf.train.Example(features=tf.train.Features(feature=made)).SerializeToString()


def _parse(tf, p, features, values=((1.0, 2.0),), **o):
    data = np.array([_example(tf, a=v) for v in values], object)
    return tf.parse_example(p(data, tf.string), features, **o)


ROWS = [
    ("fixed_shape", lambda tf, p: _parse(tf, p, {"a": tf.FixedLenFeature([3], tf.float32)})),
    ("fixed_type", lambda tf, p: _parse(tf, p, {"a": tf.FixedLenFeature([2], tf.int64)})),
    ("fixed_missing", lambda tf, p: _parse(tf, p, {"b": tf.FixedLenFeature([2], tf.float32)})),
    ("fixed_bad_type", lambda tf, p: _parse(tf, p, {"a": tf.FixedLenFeature([2], tf.int32)})),
    ("fixed_no_type", lambda tf, p: _parse(tf, p, {"a": tf.FixedLenFeature([2], None)})),
    ("fixed_no_shape", lambda tf, p: _parse(tf, p, {"a": tf.FixedLenFeature(None, tf.float32)})),
    (
        "fixed_unknown_shape",
        lambda tf, p: _parse(tf, p, {"a": tf.FixedLenFeature([None, 2], tf.float32)}),
    ),
    (
        "fixed_default_shape",
        lambda tf, p: _parse(tf, p, {"a": tf.FixedLenFeature([2], tf.float32, [1.0, 2.0, 3.0])}),
    ),
    (
        "fixed_default_type",
        lambda tf, p: _parse(tf, p, {"a": tf.FixedLenFeature([1], tf.float32, "x")}),
    ),
    ("var_type", lambda tf, p: _parse(tf, p, {"a": tf.VarLenFeature(tf.string)})),
    ("var_no_type", lambda tf, p: _parse(tf, p, {"a": tf.VarLenFeature(None)})),
    (
        "sequence_multiple",
        lambda tf, p: _parse(
            tf, p, {"a": tf.FixedLenSequenceFeature([3], tf.float32, allow_missing=True)}
        ),
    ),
    (
        "sequence_missing",
        lambda tf, p: _parse(tf, p, {"a": tf.FixedLenSequenceFeature([], tf.float32)}),
    ),
    ("sparse_keys", lambda tf, p: _parse(tf, p, {"s": tf.SparseFeature("i", "a", tf.float32, 5)})),
    (
        "sparse_no_size",
        lambda tf, p: _parse(tf, p, {"s": tf.SparseFeature("i", "a", tf.float32, None)}),
    ),
    ("features_empty", lambda tf, p: _parse(tf, p, {})),
    ("features_none", lambda tf, p: _parse(tf, p, None)),
    ("feature_kind", lambda tf, p: _parse(tf, p, {"a": 3})),
    ("data", lambda tf, p: tf.parse_example(p(["abc"]), {"a": tf.VarLenFeature(tf.float32)})),
    ("rank", lambda tf, p: tf.parse_example(p([["abc"]]), {"a": tf.VarLenFeature(tf.float32)})),
    ("number", lambda tf, p: tf.parse_example(p([1]), {"a": tf.VarLenFeature(tf.float32)})),
    (
        "names_count",
        lambda tf, p: _parse(
            tf, p, {"a": tf.VarLenFeature(tf.float32)}, example_names=p(["x", "y"])
        ),
    ),
    (
        "named_missing",
        lambda tf, p: _parse(
            tf, p, {"b": tf.FixedLenFeature([2], tf.float32)}, example_names=p(["x"])
        ),
    ),
    (
        "single_vector",
        lambda tf, p: tf.parse_single_example(p(["abc"]), {"a": tf.VarLenFeature(tf.float32)}),
    ),
    (
        "single_data",
        lambda tf, p: tf.parse_single_example(p("abc"), {"a": tf.VarLenFeature(tf.float32)}),
    ),
    ("single_none", lambda tf, p: tf.parse_single_example(p("abc"), {})),
    ("sequence_example_none", lambda tf, p: tf.parse_single_sequence_example(p("abc"))),
    (
        "sequence_example_data",
        lambda tf, p: tf.parse_single_sequence_example(
            p("abc"), {"a": tf.VarLenFeature(tf.float32)}
        ),
    ),
    ("json", lambda tf, p: tf.io.decode_json_example(p(["{"]))),
]
