"""Lookup tables."""


def _table(tf, keys=("a", "b"), values=(1, 2), key=None, value=None):
    keys, values = tf.constant(list(keys), key), tf.constant(list(values), value or tf.int64)
    made = tf.lookup.KeyValueTensorInitializer(keys, values)
    return tf.lookup.StaticHashTable(made, -1)


def _filled(tf, keys, values, **o):
    made = tf.lookup.KeyValueTensorInitializer(keys, values, **o)
    return tf.lookup.StaticHashTable(made, -1).size()


def _id_table(tf, p, words=("a", "b"), **o):
    return tf.contrib.lookup.index_table_from_tensor(p(words), **o)


ROWS = [
    ("lookup_type", lambda tf, p: _table(tf).lookup(p([1]))),
    (
        "lookup_sparse_type",
        lambda tf, p: _table(tf).lookup(
            tf.SparseTensor(p([[0]], "int64"), p([1]), p([1], "int64"))
        ),
    ),
    ("keys_twice", lambda tf: _table(tf, keys=("a", "a")).size()),
    ("keys_twice_equal", lambda tf: _table(tf, keys=("a", "a"), values=(1, 1)).size()),
    ("lengths", lambda tf: _table(tf, keys=("a", "b", "c")).size()),
    (
        "lengths_computed",
        lambda tf: _filled(
            tf,
            tf.strings.substr("abc", tf.range(2), tf.ones([2], tf.int32)),
            tf.cast(tf.range(tf.strings.length("abc")), tf.int64),
        ),
    ),
    ("matrix", lambda tf: _filled(tf, [["a", "b"]], [[1, 2]])),
    ("key_float", lambda tf: _filled(tf, [1.0], [1])),
    ("key_dtype", lambda tf: _filled(tf, [1], [1], key_dtype=tf.string)),
    (
        "default_type",
        lambda tf: tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(["a"], [1]), "x"
        ).size(),
    ),
    (
        "default_vector",
        lambda tf: tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(["a"], [1]), [1, 2]
        ).size(),
    ),
    (
        "text_file",
        lambda tf: tf.lookup.StaticHashTable(
            tf.lookup.TextFileInitializer("/no/file", tf.string, 0, tf.int64, 1), -1
        ).size(),
    ),
    ("text_file_empty", lambda tf: tf.lookup.TextFileInitializer("", tf.string, 0, tf.int64, 1)),
    ("text_file_key", lambda tf: tf.lookup.TextFileInitializer("f", tf.int64, -2, tf.int64, -1)),
    (
        "text_file_value",
        lambda tf: tf.lookup.TextFileInitializer("f", tf.string, -2, tf.string, -1),
    ),
    ("text_file_index", lambda tf: tf.lookup.TextFileInitializer("f", tf.string, -3, tf.int64, -1)),
    (
        "vocabulary_buckets",
        lambda tf: tf.lookup.StaticVocabularyTable(
            tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([0], tf.int64)), 0
        ),
    ),
    (
        "vocabulary_type",
        lambda tf: tf.lookup.StaticVocabularyTable(
            tf.lookup.KeyValueTensorInitializer(["a"], ["b"]), 1
        ),
    ),
    (
        "vocabulary_int32",
        lambda tf: tf.lookup.StaticVocabularyTable(
            tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([0], tf.int32)), 1
        ),
    ),
    (
        "vocabulary_lookup",
        lambda tf, p: tf.lookup.StaticVocabularyTable(
            tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([0], tf.int64)), 1
        ).lookup(p([1.0])),
    ),
    (
        "uninitialised",
        lambda tf: tf.Session(graph=tf.get_default_graph()).run(
            _table(tf).lookup(tf.constant(["a"]))
        ),
    ),
]
