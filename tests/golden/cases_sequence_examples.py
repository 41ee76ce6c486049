"""Cases of records of sequences, for TensorFlow and tfgrad alike."""


def feature(tf, values: list):
    if not values:
        return tf.train.Feature()
    if isinstance(values[0], bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    if isinstance(values[0], float):
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def record(tf, context: dict, lists: dict) -> bytes:
    """A serialized ``SequenceExample``."""
    found = tf.train.SequenceExample()
    for name, values in context.items():
        found.context.feature[name].CopyFrom(feature(tf, values))
    for name, steps in lists.items():
        target = found.feature_lists.feature_list[name]
        target.SetInParent()
        for values in steps:
            target.feature.add().CopyFrom(feature(tf, values))
    return found.SerializeToString()


def _records(tf) -> list:
    return [
        record(tf, {"a": [1.5], "c": [b"x", b"y"]},
               {"d": [[1, 2], [3, 4]], "s": [[1.0], [2.0, 3.0], []]}),
        record(tf, {"a": [2.5]}, {"d": [[5, 6]], "s": [], "t": [[b"p"], [b"q"]]}),
        record(tf, {"a": [3.5], "z": [7, 8]}, {"s": [[4.0]]}),
    ]  # fmt: skip


def _flat(*found: dict) -> dict:
    out = {}
    for prefix, values in zip(("context", "list", "length"), found, strict=False):
        for key, value in values.items():
            name = f"{prefix}_{key}"
            if hasattr(value, "indices"):
                out[f"{name}_i"], out[f"{name}_v"] = value.indices, value.values
                out[f"{name}_s"] = value.dense_shape
            else:
                out[name] = value
    return out


def _context(tf) -> dict:
    return {
        "a": tf.FixedLenFeature([], tf.float32),
        "c": tf.VarLenFeature(tf.string),
        "z": tf.FixedLenFeature([2], tf.int64, [3, 4]),
    }


def _lists(tf, **more) -> dict:
    return {
        "d": tf.FixedLenSequenceFeature([2], tf.int64, allow_missing=True),
        "s": tf.VarLenFeature(tf.float32),
        "t": tf.FixedLenSequenceFeature([], tf.string, allow_missing=True),
        **more,
    }


def _several(shape, **options):
    def build(tf):
        x = tf.placeholder(tf.string, shape, name="x")
        found = tf.io.parse_sequence_example(x, _context(tf), _lists(tf), **options)
        return _flat(*found), {x: _records(tf)}

    return build


def _single(shape, which=0, **options):
    def build(tf):
        x = tf.placeholder(tf.string, shape, name="x")
        found = tf.parse_single_sequence_example(x, _context(tf), _lists(tf), **options)
        return _flat(*found), {x: _records(tf)[which]}

    return build


def _failing(context=None, lists=None, which=(0, 1, 2)):
    """One feature or one list, given by its kind and arguments."""

    def features(tf, rows):
        return {k: getattr(tf, kind)(*arguments(tf)) for k, (kind, arguments) in rows.items()}

    def build(tf):
        x = tf.placeholder(tf.string, [None], name="x")
        found = tf.io.parse_sequence_example(
            x, features(tf, context or {}), features(tf, lists or {})
        )
        return _flat(*found), {x: [_records(tf)[i] for i in which]}

    return build


def _raw_arguments(tf) -> dict:
    return {
        "context_dense_defaults": [tf.constant([], tf.float32)],
        "context_sparse_keys": ["c"], "context_dense_keys": ["a"],
        "feature_list_sparse_keys": ["s"], "feature_list_dense_keys": ["d"],
        "context_sparse_types": [tf.string], "feature_list_dense_types": [tf.int64],
        "context_dense_shapes": [[]], "feature_list_sparse_types": [tf.float32],
        "feature_list_dense_shapes": [[2]],
    }  # fmt: skip


def older(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    several = tf.raw_ops.ParseSequenceExample(
        serialized=x, debug_name=[], feature_list_dense_missing_assumed_empty=["d"],
        Ncontext_sparse=1, Ncontext_dense=1, Nfeature_list_sparse=1, Nfeature_list_dense=1,
        **_raw_arguments(tf),
    )  # fmt: skip
    single = tf.raw_ops.ParseSingleSequenceExample(
        serialized=x[0], debug_name="name", feature_list_dense_missing_assumed_empty=["d"],
        **_raw_arguments(tf),
    )  # fmt: skip
    results = {}
    for name, parts in (("several", several), ("single", single)):
        for i, part in enumerate(parts):
            results[f"{name}{i}"] = part[0]
    return results, {x: _records(tf)}


def older_missing(tf):
    x = tf.placeholder(tf.string, [], name="x")
    single = tf.raw_ops.ParseSingleSequenceExample(
        serialized=x, debug_name="name",
        feature_list_dense_missing_assumed_empty=tf.constant([], tf.string), **_raw_arguments(tf),
    )  # fmt: skip
    return {"y": single[-1][0]}, {x: _records(tf)[2]}


def no_record(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    found = tf.io.parse_sequence_example(x, _context(tf))
    return _flat(*found), {x: [b"abc"]}


CASES = {
    "several": _several([None]), "several_named": _several([3], name="named",
                                                           example_names=["p", "q", "r"]),
    "several_unknown": _several(None), "single": _single([], 1), "single_unknown": _single(None),
    "single_named": _single([], 2, name="named", example_name="n"), "older": older,
    "older_missing": older_missing, "no_record": no_record,
    "required": _failing(lists={"d": ("FixedLenSequenceFeature", lambda tf: ([2], tf.int64))}),
    "present": _failing(
        lists={"d": ("FixedLenSequenceFeature", lambda tf: ([2], tf.int64))}, which=(0, 1)
    ),
    "context_required": _failing({"z": ("FixedLenFeature", lambda tf: ([2], tf.int64))}),
    "wrong_type": _failing({"a": ("FixedLenFeature", lambda tf: ([], tf.int64))}),
    "wrong_number": _failing({"a": ("FixedLenFeature", lambda tf: ([2], tf.float32))}),
    "wrong_list_type": _failing(lists={"s": ("VarLenFeature", lambda tf: (tf.int64,))}),
    "wrong_step": _failing(
        lists={"s": ("FixedLenSequenceFeature", lambda tf: ([1], tf.float32))}, which=(0,)
    ),
}  # fmt: skip
