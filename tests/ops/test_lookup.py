"""Tables: what a session keeps, and the errors of wrong programs.

What TensorFlow gives is in ``golden/lookup.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph


def words(keys=("a", "b"), values=(1, 2)):
    return tf.lookup.KeyValueTensorInitializer(list(keys), list(values))


def test_a_table_belongs_to_a_session():
    with new_graph() as graph:
        table = tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, -1)
        put = table.insert(tf.constant(["a"]), tf.constant([5], tf.int64))
        found = table.lookup(tf.constant(["a"]))
        one, other = tf.Session(graph=graph), tf.Session(graph=graph)
        one.run(put)
        assert one.run(found) == [5]
        assert other.run(found) == [-1]


def test_two_tables_of_one_shared_name_are_one():
    with new_graph() as graph:
        one = tf.contrib.lookup.HashTable(words(), 0, shared_name="shared")
        other = tf.contrib.lookup.HashTable(words(("c",), (3,)), 0, shared_name="shared")
        session = tf.Session(graph=graph)
        session.run(one.init)
        session.run(other.init)  # is filled already: nothing changes
        assert session.run(other.lookup(tf.constant(["a", "c"]))).tolist() == [1, 0]


def test_keys_computed_by_a_program():
    """A table between two compiled stages."""
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, [None])
        table = tf.contrib.lookup.index_to_string_table_from_tensor(["low", "high"])
        ids = tf.contrib.lookup.index_table_from_tensor(["low", "high"])
        names = table.lookup(tf.cast(x > 0, tf.int64))
        y = tf.cast(ids.lookup(names), tf.float32) * x
        session = tf.Session(graph=graph)
        session.run(tf.tables_initializer())
        found = session.run([names, y], {x: [-1.0, 2.0]})
    assert found[0].tolist() == [b"low", b"high"]
    assert found[1].tolist() == [-0.0, 2.0]


def test_no_gradient_passes_through_a_table():
    with new_graph():
        x = tf.constant([1.0, 2.0])
        table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(tf.constant([0, 1], tf.int64), [1.0, 2.0]), 0.0
        )
        assert tf.gradients(table.lookup(tf.cast(x, tf.int64)), x) == [None]


def test_dense_keys_may_be_vectors():
    with new_graph() as graph:
        table = tf.contrib.lookup.MutableDenseHashTable(
            tf.int64, tf.float32, [0.0, -1.0], empty_key=[0, 0], deleted_key=[9, 9]
        )
        session = tf.Session(graph=graph)
        session.run(table.insert([[1, 2], [3, 4]], [[0.5, 1.5], [2.5, 3.5]]))
        found = session.run(table.lookup([[[3, 4], [1, 1]]]))
        keys, values = session.run(table.export())
    np.testing.assert_array_equal(found, [[[2.5, 3.5], [0.0, -1.0]]])
    np.testing.assert_array_equal(keys, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(values, [[0.5, 1.5], [2.5, 3.5]])


def test_files(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("cat\ndog\n")
    with new_graph() as graph:
        table = tf.contrib.lookup.index_table_from_file(str(path), num_oov_buckets=2)
        session = tf.Session(graph=graph)
        session.run(table.initializer)
        found = session.run(table.lookup(tf.constant(["dog", "cat", "emu"])))
        assert found[:2].tolist() == [1, 0]
        assert found[2] in (2, 3)
        assert session.run(table.size()) == 4
        assert tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS)


@pytest.mark.parametrize(
    ("content", "columns", "size", "error", "message"),
    [
        ("a\nb\n", (-2, -1), 3, tf.errors.InvalidArgumentError, "expected 3 but got 2"),
        ("a\n\n", (-2, -1), None, tf.errors.InvalidArgumentError, "empty line found at position 3"),
        ("a 1\n", (0, 2), None, tf.errors.InvalidArgumentError, "expected at least 3 got 2"),
        ("a b\n", (0, 1), None, tf.errors.InvalidArgumentError, "not a valid int64"),
        ("a\na\n", (-2, -1), None, tf.errors.FailedPreconditionError, "Key a has 0 and trying"),
        (None, (-2, -1), None, tf.errors.NotFoundError, "No such file or directory"),
    ],
)
def test_error_of_a_file(tmp_path, content, columns, size, error, message):
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_text(content)
    with new_graph() as graph:
        table = tf.lookup.StaticHashTable(
            tf.lookup.TextFileInitializer(
                str(path), tf.string, columns[0], tf.int64, columns[1], size, " "
            ),
            -1,
        )
        with pytest.raises(error, match=message):
            tf.Session(graph=graph).run(table.initializer)


def test_errors_of_a_run():
    with new_graph() as graph:
        session = tf.Session(graph=graph)
        table = tf.lookup.StaticHashTable(words(), 0)
        with pytest.raises(tf.errors.FailedPreconditionError, match="Table not initialized"):
            session.run(table.lookup(tf.constant("a")))
        twice = tf.lookup.StaticHashTable(words("aa"), 0)
        with pytest.raises(tf.errors.FailedPreconditionError, match="different value for same key"):
            session.run(twice.initializer)
        session.run(table.initializer)
        for message, op in (
            (r"Expected shape \[\] or \[1\] for default value, got \[2\]",
             tf.raw_ops.LookupTableFindV2(
                 table_handle=table.resource_handle, keys=["a"], default_value=[1, 2])),
            ("Signature mismatch, have: resource, int32, int32->int32 expected: resource, string",
             tf.raw_ops.LookupTableFindV2(
                 table_handle=table.resource_handle, keys=[1], default_value=1)),
        ):  # fmt: skip
            with pytest.raises(tf.errors.InvalidArgumentError, match=message):
                session.run(op)
        insert = tf.raw_ops.LookupTableInsertV2(
            table_handle=table.resource_handle, keys=["q"], values=[1]
        )
        with pytest.raises(tf.errors.UnimplementedError, match="Insert not supported"):
            session.run(insert)


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: tf.lookup.StaticHashTable(words(), 0).lookup(tf.constant([1])), TypeError,
         "Dtype of argument `keys` must be"),
        (lambda: tf.lookup.StaticVocabularyTable(words(), 0), ValueError,
         "`num_oov_buckets` must be > 0"),
        (lambda: tf.lookup.StaticVocabularyTable(words(), 1), TypeError, "Invalid `value_dtype`"),
        (lambda: tf.contrib.lookup.index_table_from_tensor(None), ValueError,
         "mapping must be specified"),
        (lambda: tf.contrib.lookup.index_table_from_tensor([1]), ValueError, "Invalid `dtype`"),
        (lambda: tf.contrib.lookup.index_table_from_file(""), ValueError, "must not be empty"),
        (lambda: tf.lookup.TextFileInitializer("f", tf.int32, -1, tf.int64, -2), ValueError,
         "`key_dtype` must be int64"),
        (lambda: tf.contrib.lookup.StrongHashSpec([1]), ValueError, "must have size 2"),
        (lambda: tf.raw_ops.InitializeTableV2(
            table_handle=tf.lookup.StaticHashTable(words(), 0).resource_handle, keys=["a"],
            values=[1, 2]), ValueError, "Dimension 0 in both shapes must be equal"),
    ],
)  # fmt: skip
def test_error_while_building(build, error, message):
    with new_graph(), pytest.raises(error, match=message):
        build()


def test_tables_of_old_graphs(tmp_path):
    """The op types before resources, whose handle is a reference."""
    raw = tf.raw_ops
    (tmp_path / "words.txt").write_text("a\nb\n")
    with new_graph() as graph:
        session = tf.Session(graph=graph)
        types = {"key_dtype": tf.string, "value_dtype": tf.int64}
        static = raw.HashTable(**types)
        ones = tf.constant([3, 4], tf.int64)
        session.run(raw.InitializeTable(table_handle=static, keys=["a", "b"], values=ones))
        lines = raw.HashTable(**types)
        session.run(
            raw.InitializeTableFromTextFile(
                table_handle=lines, filename=str(tmp_path / "words.txt"), key_index=-2,
                value_index=-1,
            )
        )  # fmt: skip
        default = tf.constant(-1, tf.int64)

        def find(table, *keys):
            op = raw.LookupTableFind(table_handle=table, keys=list(keys), default_value=default)
            return session.run(op).tolist()

        assert find(static, "b", "c") == [4, -1]
        assert find(lines, "b", "a") == [1, 0]
        assert session.run(raw.LookupTableSize(table_handle=lines)) == 2
        mutable = raw.MutableHashTable(**types)
        session.run(raw.LookupTableInsert(table_handle=mutable, keys=["p", "q"], values=ones))
        assert find(mutable, "q") == [4]
        session.run(raw.LookupTableImport(table_handle=mutable, keys=["r", "s"], values=ones))
        keys, values = session.run(
            raw.LookupTableExport(table_handle=mutable, Tkeys=tf.string, Tvalues=tf.int64)
        )
        assert keys.tolist() == [b"r", b"s"]
        assert values.tolist() == [3, 4]
        rows = raw.MutableHashTableOfTensors(**types, value_shape=[2])
        dense = raw.MutableDenseHashTable(empty_key="", value_dtype=tf.int64)
        session.run(raw.LookupTableInsert(table_handle=rows, keys=["a"], values=[ones]))
        session.run(raw.LookupTableInsert(table_handle=dense, keys=["a", "b"], values=ones))
        assert session.run(raw.LookupTableSize(table_handle=rows)) == 1
        assert find(dense, "b", "x") == [4, -1]
    old = {
        "HashTable", "InitializeTable", "InitializeTableFromTextFile", "LookupTableExport",
        "LookupTableFind", "LookupTableImport", "LookupTableInsert", "LookupTableSize",
        "MutableDenseHashTable", "MutableHashTable", "MutableHashTableOfTensors",
    }  # fmt: skip
    assert old <= {op.type for op in graph.get_operations()}


def test_a_table_filled_by_the_older_op():
    with new_graph() as graph:
        table = tf.lookup.StaticHashTable(words(), 0)
        session = tf.Session(graph=graph)
        fill = tf.raw_ops.InitializeTableV2(
            table_handle=table.resource_handle, keys=["q"], values=[7]
        )
        assert fill.type == "InitializeTableV2"
        session.run(fill)
        assert session.run(table.lookup(tf.constant(["q", "a"]))).tolist() == [7, 0]
