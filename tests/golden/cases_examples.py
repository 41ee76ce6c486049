"""Cases of records, for TensorFlow and tfgrad alike."""


def record(tf, **features) -> bytes:
    """A serialized ``Example``; an empty list is a feature without a list."""
    found = {}
    for name, values in features.items():
        if not values:
            found[name] = tf.train.Feature()
        elif isinstance(values[0], bytes):
            found[name] = tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
        elif isinstance(values[0], float):
            found[name] = tf.train.Feature(float_list=tf.train.FloatList(value=values))
        else:
            found[name] = tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    return tf.train.Example(features=tf.train.Features(feature=found)).SerializeToString()


def _two(tf):
    return [
        record(tf, a=[1.5], b=[1, -2], c=[b"x", b"y"]),
        record(tf, a=[2.5], b=[3, 2**40], c=[]),
    ]


def _flat(found: dict) -> dict:
    out = {}
    for key, value in found.items():
        if hasattr(value, "indices"):
            out[f"{key}_i"], out[f"{key}_v"] = value.indices, value.values
            out[f"{key}_s"] = value.dense_shape
        else:
            out[key] = value
    return out


def several(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    found = tf.parse_example(
        x,
        {
            "a": tf.FixedLenFeature([], tf.float32),
            "b": tf.FixedLenFeature([2], tf.int64),
            "c": tf.VarLenFeature(tf.string),
            "d": tf.FixedLenFeature([2], tf.float32, [0.5, 1.5]),
            "e": tf.FixedLenFeature([], tf.string, default_value="none"),
            "f/g h": tf.FixedLenFeature([1], tf.int64, 7),
            "n": tf.VarLenFeature(tf.int64),
        },
    )
    return _flat(found), {x: _two(tf)}


def several_unknown(tf):
    x = tf.placeholder(tf.string, None, name="x")
    found = tf.io.parse_example(
        x, {"a": tf.FixedLenFeature([], tf.float32), "c": tf.VarLenFeature(tf.string)}, name="named"
    )
    return _flat(found), {x: _two(tf)}


def one(tf):
    x = tf.placeholder(tf.string, [], name="x")
    found = tf.parse_single_example(
        x,
        {
            "a": tf.FixedLenFeature([], tf.float32),
            "b": tf.io.FixedLenFeature((2, 1), tf.int64),
            "c": tf.VarLenFeature(tf.string),
        },
    )
    return _flat(found), {x: _two(tf)[0]}


def sequences(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    found = tf.parse_example(
        x,
        {
            "a": tf.FixedLenSequenceFeature([2], tf.float32, allow_missing=True),
            "b": tf.FixedLenSequenceFeature([], tf.int64, True, default_value=-1),
            "c": tf.FixedLenSequenceFeature([], tf.string, allow_missing=True),
        },
    )
    rows = [
        record(tf, a=[1.0, 2.0, 3.0, 4.0], b=[1]),
        record(tf, a=[5.0, 6.0], c=[b"p", b"q", b"r"]),
        record(tf, b=[2, 3]),
    ]
    return _flat(found), {x: rows}


def sparse(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    found = tf.parse_example(x, {"s": tf.SparseFeature("i", "v", tf.float32, 5)})
    rows = [record(tf, i=[3, 0], v=[1.0, 2.0]), record(tf, i=[1], v=[3.0])]
    return _flat(found), {x: rows}


def older(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    single = tf.raw_ops.ParseSingleExample(
        serialized=x[0], dense_defaults=[tf.constant([], tf.float32)], num_sparse=1,
        sparse_keys=["c"], dense_keys=["a"], sparse_types=[tf.string], dense_shapes=[[]],
    )  # fmt: skip
    several = tf.raw_ops.ParseExample(
        serialized=x, names=[], sparse_keys=["c"], dense_keys=["a"],
        dense_defaults=[tf.constant([], tf.float32)], sparse_types=[tf.string], dense_shapes=[[]],
    )  # fmt: skip
    results = {}
    for name, parts in (("single", single), ("several", several)):
        for i, part in enumerate(parts):
            results[f"{name}{i}"] = part[0]
    return results, {x: _two(tf)}


def missing(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    return tf.parse_example(x, {"z": tf.FixedLenFeature([], tf.float32)}), {x: _two(tf)}


def wrong_type(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    return tf.parse_example(x, {"a": tf.FixedLenFeature([], tf.int64)}), {x: _two(tf)}


def wrong_number(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    return tf.parse_example(x, {"b": tf.FixedLenFeature([3], tf.int64)}), {x: _two(tf)}


def no_record(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    return tf.parse_example(x, {"b": tf.FixedLenFeature([3], tf.int64)}), {x: [b"abc"]}


CASES = {
    "several": several, "several_unknown": several_unknown, "one": one, "sequences": sequences,
    "sparse": sparse, "older": older, "missing": missing, "wrong_type": wrong_type,
    "wrong_number": wrong_number, "no_record": no_record,
}  # fmt: skip
