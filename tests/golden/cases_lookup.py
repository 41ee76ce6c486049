"""Cases of tables, for TensorFlow and tfgrad alike."""

import tempfile

import numpy as np

# What TensorFlow 1.15 has in tf.contrib.lookup is in a private module of TensorFlow 2.


def _contrib(tf):
    if hasattr(tf, "contrib"):
        return tf.contrib.lookup
    from tensorflow.python.ops import lookup_ops

    lookup_ops.MutableDenseHashTable = lookup_ops.DenseHashTable
    return lookup_ops


def _runs(*names):
    def mark(build):
        build.runs = names
        return build

    return mark


@_runs("init")
def static(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    y = tf.sparse_placeholder(tf.string, [2, 2], name="y")
    words = tf.lookup.KeyValueTensorInitializer(["a", "b", "c"], [10, 20, 30])
    table = tf.lookup.StaticHashTable(words, default_value=-1)
    floats = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(
            [3, 5], [0.5, 1.5], key_dtype=tf.int64, value_dtype=tf.float32, name="fill"
        ),
        0.0,
        name="named",
    )
    sparse = table.lookup(y)
    results = {
        "init": tf.tables_initializer(),
        "y": table.lookup(x),
        "size": table.size(),
        "back": floats.lookup(tf.constant([[5, 4], [3, 3]], tf.int64), name="other") * 2.0,
        "sparse": sparse.values,
        "default": table.default_value,
    }
    keys, values = table.export()
    results["keys"], results["values"] = tf.size(keys), tf.reduce_sum(values)
    value = ([[0, 0], [1, 1]], ["b", "z"], [2, 2])
    return results, {x: ["c", "?", "a"], y: value}


def not_initialized(tf):
    words = tf.lookup.KeyValueTensorInitializer(["a"], ["b"])
    table = tf.lookup.StaticHashTable(words, "c")
    return {"y": table.lookup(tf.constant(["a"]))}, {}


@_runs("init")
def vocabulary(tf):
    x = tf.placeholder(tf.string, [None], name="x")
    words = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([0, 1], tf.int64))
    table = tf.lookup.StaticVocabularyTable(words, num_oov_buckets=3)
    buckets = tf.lookup.StaticVocabularyTable(None, 4, name="only")
    return {
        "init": tf.initialize_all_tables(),
        "y": table.lookup(x),
        "size": table.size(),
        "buckets": buckets.lookup(x),
        "count": buckets.size(),
    }, {x: ["b", "a", "c", "d", "e", "f"]}


@_runs("init")
def from_tensors(tf):
    lookup = _contrib(tf)
    x = tf.placeholder(tf.string, [None], name="x")
    i = tf.placeholder(tf.int64, [None], name="i")
    plain = lookup.index_table_from_tensor(["cat", "dog"], default_value=7)
    more = lookup.index_table_from_tensor(["cat", "dog"], num_oov_buckets=5, name="more")
    strong = lookup.index_table_from_tensor(
        tf.constant(["cat"]), 4, hasher_spec=lookup.StrongHashSpec([3, 4])
    )
    numbers = lookup.index_table_from_tensor(
        tf.constant([7, 9], tf.int64), num_oov_buckets=2, dtype=tf.int64
    )
    back = lookup.index_to_string_table_from_tensor(["cat", "dog"], default_value="none")
    return {
        "init": tf.tables_initializer(),
        "plain": plain.lookup(x),
        "more": more.lookup(x),
        "strong": strong.lookup(x),
        "numbers": numbers.lookup(i),
        "back": back.lookup(i),
    }, {x: ["dog", "emu", "cat", "fox"], i: [0, 1, 7, 9]}


@_runs("init")
def from_files(tf):
    lookup = _contrib(tf)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as words:
        words.write("cat\ndog\nemu\n")
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as pairs:
        pairs.write("cat 10\ndog 20\n")
    file, other = tf.placeholder(tf.string, [], name="f"), tf.placeholder(tf.string, [], name="g")
    ids = lookup.index_table_from_file(file, vocab_size=2, num_oov_buckets=1)
    back = lookup.index_to_string_table_from_file(file, default_value="?")
    table = tf.lookup.StaticHashTable(
        tf.lookup.TextFileInitializer(other, tf.string, 0, tf.int64, 1, delimiter=" "), -1
    )
    return {
        "init": tf.tables_initializer(),
        "ids": ids.lookup(tf.constant(["dog", "emu", "cat"])),
        "back": back.lookup(tf.constant([2, 0, 3], tf.int64)),
        "pairs": table.lookup(tf.constant(["dog", "emu"])),
    }, {file: words.name, other: pairs.name}


@_runs("insert", "again", "remove", "vectors")
def mutable(tf):
    lookup = _contrib(tf)
    x = tf.placeholder(tf.string, [None], name="x")
    table = lookup.MutableHashTable(tf.string, tf.int64, -1)
    rows = lookup.MutableHashTable(tf.int64, tf.float32, [0.0, 0.5], name="rows", checkpoint=False)
    fill = rows.insert(tf.constant([[1], [2]], tf.int64), np.ones((2, 1, 2)) * [[[2.0]], [[3.0]]])
    results = {
        "insert": table.insert(x, tf.constant([1, 2, 3], tf.int64)),
        "again": table.insert(tf.constant("q"), tf.constant(9, tf.int64)),
        "remove": table.remove(tf.constant(["p", "none"])),
        "vectors": fill,
        "y": table.lookup(x),
        "each": table.lookup(x, dynamic_default_values=tf.constant([4, 5, 6], tf.int64)),
        "size": table.size(),
        "rows": rows.lookup(tf.constant([[1, 2], [3, 1]], tf.int64)),
    }
    keys, values = table.export()
    results["count"], results["sum"] = tf.size(keys), tf.reduce_sum(values)
    return results, {x: ["p", "q", "r"]}


@_runs("insert", "erase")
def dense(tf):
    lookup = _contrib(tf)
    table = lookup.MutableDenseHashTable(
        tf.int64, tf.int64, -1, empty_key=0, deleted_key=-7, initial_num_buckets=8
    )
    return {
        "insert": table.insert(tf.constant([1, 2, 1], tf.int64), tf.constant([3, 4, 9], tf.int64)),
        "erase": table.erase(tf.constant([2], tf.int64)),
        "y": table.lookup(tf.constant([[1], [2]], tf.int64)),
        "size": table.size(),
    }, {}


def dense_empty_key(tf):
    table = _contrib(tf).MutableDenseHashTable(tf.int64, tf.int64, -1, 0, -7)
    return {"y": table.lookup(tf.constant([0], tf.int64))}, {}


CASES = {
    "static": static, "not_initialized": not_initialized, "vocabulary": vocabulary,
    "from_tensors": from_tensors, "from_files": from_files, "mutable": mutable, "dense": dense,
    "dense_empty_key": dense_empty_key,
}  # fmt: skip
