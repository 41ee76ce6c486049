"""Tables from keys to values: words to numbers and back.

A table is kept by a session, as a variable is, and must be filled first: `tf.tables_initializer`.
It works on the host, between compiled programs.  Tables that change are in
``lookup_mutable.py``, vocabularies in ``lookup_words.py``, the op types in ``ops/lookup.py``; no
gradient passes through a table.
"""

import uuid

from tfgrad._src.functions.collections import add_to_collection, get_collection
from tfgrad._src.functions.control import group, no_op
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor
from tfgrad._src.graph.tensor_shape import TensorShape


def tables_initializer(name: str = "init_all_tables") -> Operation:
    """An operation that fills all tables of the graph which exist by now.

    Example:
      >>> table = tf.lookup.StaticHashTable(
      ...     tf.lookup.KeyValueTensorInitializer(["a", "b"], [10, 20]), default_value=-1)
      >>> with tf.Session() as session:
      ...     session.run(tf.tables_initializer())
      ...     print(session.run(table.lookup(tf.constant(["b", "c"]))))
      [20 -1]
    """
    found = get_collection(GraphKeys.TABLE_INITIALIZERS)
    return group(*found, name=name) if found else no_op(name=name)


def initialize_all_tables(name: str = "init_all_tables") -> Operation:
    """See `tf.tables_initializer` (deprecated)."""
    return tables_initializer(name)


# ---------------------------------------------------------------------- what fills a table


class TableInitializerBase:
    """What fills a table; see `tf.lookup.KeyValueTensorInitializer`."""

    def __init__(self, key_dtype, value_dtype):
        self._key_dtype = dt.as_dtype(key_dtype)
        self._value_dtype = dt.as_dtype(value_dtype)

    @property
    def key_dtype(self):
        """The type of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self):
        """The type of the values."""
        return self._value_dtype

    def initialize(self, table) -> Operation:
        """Adds the operation that fills ``table``."""
        raise NotImplementedError

    @property
    def _shared_name(self) -> str:
        return ""

    def _check(self, table) -> None:
        for what, mine, its in (("key", self.key_dtype, table.key_dtype),
                                ("value", self.value_dtype, table.value_dtype)):  # fmt: skip
            if mine.base_dtype != its:
                raise TypeError(f"Invalid {what} dtype for table, expected {its} but got {mine}.")


class KeyValueTensorInitializer(TableInitializerBase):
    """Fills a table with the elements of two tensors.

    Args:
      keys: the keys, a vector.
      values: the values, a vector of the same length.
      key_dtype, value_dtype: their types; default: their own.
      name: the name of the scope of the operation; default ``"key_value_init"``.

    Raises:
      tf.errors.FailedPreconditionError: when run, one key occurs with two values.
    """

    def __init__(self, keys, values, key_dtype=None, value_dtype=None, name: str | None = None):
        self._keys = convert_to_tensor(keys, dtype=key_dtype, name="keys")
        self._values = convert_to_tensor(values, dtype=value_dtype, name="values")
        self._name = "key_value_init" if name is None else name
        super().__init__(self._keys.dtype, self._values.dtype)

    def initialize(self, table) -> Operation:
        """Adds the operation that fills ``table``."""
        self._check(table)
        with name_scope(self._name, values=(table.resource_handle, self._keys, self._values)):
            op = add_op("LookupTableImportV2", table.resource_handle, self._keys, self._values)
        add_to_collection(GraphKeys.TABLE_INITIALIZERS, op)
        return op


class TextFileIndex:
    """What of a line is a key or a value, where it is no column; columns count from 0."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class TextFileInitializer(TableInitializerBase):
    """Fills a table with the lines of a text file.

    Args:
      filename: a string, or a scalar tensor.
      key_dtype: the type of the keys.
      key_index: which column holds the key, or a constant of `tf.lookup.TextFileIndex`.
      value_dtype: the type of the values.
      value_index: which column holds the value, likewise.
      vocab_size: how many lines to read; default all.
      delimiter: what separates columns.
      name: the name of the scope of the operation; default ``"text_file_init"``.
      value_index_offset: what is added to the number of a line.

    Raises:
      ValueError: no ``filename``, or a type that the index cannot give.
      tf.errors.NotFoundError: when run, there is no such file.
      tf.errors.InvalidArgumentError: when run, a line is empty or has too few columns.
    """

    def __init__(
        self, filename, key_dtype, key_index: int, value_dtype, value_index: int, vocab_size=None,
        delimiter: str = "\t", name: str | None = None, value_index_offset: int = 0,
    ):  # fmt: skip
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError("`filename` argument required for tf.lookup.TextFileInitializer")
        self._filename_arg = filename
        key_dtype, value_dtype = dt.as_dtype(key_dtype), dt.as_dtype(value_dtype)
        for what, index, dtype in (("key", key_index, key_dtype),
                                   ("value", value_index, value_dtype)):  # fmt: skip
            if index < -2:
                end = "." if what == "key" else ""
                raise ValueError(f"`{what}_index` should be >= -2, received: {index}{end}")
            if index == TextFileIndex.LINE_NUMBER and dtype != dt.int64:
                by = "if `key_index` is" if what == "key" else "for `value_index`"
                raise ValueError(f"`{what}_dtype` must be int64 {by} -1, received: {dtype}")
            is_word = dtype.is_integer or dtype == dt.string
            if index == TextFileIndex.WHOLE_LINE and not is_word:
                raise ValueError(
                    f"`{what}_dtype` should be either integer or string for `{what}_index` -2, "
                    f"received: {dtype}"
                )
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"`vocab_size` should be > 0, received: {vocab_size}")
        self._indices = key_index, value_index
        self._vocab_size = vocab_size
        self._delimiter = delimiter
        self._name = name
        self._offset = value_index_offset
        self._filename = convert_to_tensor(filename, dtype=dt.string, name="asset_path")
        super().__init__(key_dtype, value_dtype)

    def initialize(self, table) -> Operation:
        """Adds the operation that fills ``table``."""
        self._check(table)
        with name_scope(self._name, "text_file_init", (table.resource_handle,)):
            op = add_op(
                "InitializeTableFromTextFileV2", table.resource_handle, self._filename,
                key_index=self._indices[0], value_index=self._indices[1],
                vocab_size=-1 if self._vocab_size is None else self._vocab_size,
                delimiter=self._delimiter, offset=self._offset,
            )  # fmt: skip
        add_to_collection(GraphKeys.TABLE_INITIALIZERS, op)
        if self._filename.op.type == "Const":
            add_to_collection(GraphKeys.ASSET_FILEPATHS, self._filename)
        return op

    @property
    def _shared_name(self) -> str:
        parts = [self._filename_arg]
        if self._vocab_size:
            parts.append(self._vocab_size)
        parts += self._indices
        if self._offset:
            parts.append(self._offset)
        return "_".join(["hash_table", *map(str, parts)])


class TextFileStringTableInitializer(TextFileInitializer):
    """Fills a table from numbers of lines to words; see `tf.lookup.TextFileInitializer`."""

    def __init__(
        self, filename, key_column_index: int = TextFileIndex.LINE_NUMBER,
        value_column_index: int = TextFileIndex.WHOLE_LINE, vocab_size=None,
        delimiter: str = "\t", name: str = "text_file_string_table_init",
    ):  # fmt: skip
        super().__init__(
            filename, dt.int64, key_column_index, dt.string, value_column_index, vocab_size,
            delimiter, name,
        )  # fmt: skip


class TextFileIdTableInitializer(TextFileInitializer):
    """Fills a table from words to numbers of lines; see `tf.lookup.TextFileInitializer`."""

    def __init__(
        self, filename, key_column_index: int = TextFileIndex.WHOLE_LINE,
        value_column_index: int = TextFileIndex.LINE_NUMBER, vocab_size=None,
        delimiter: str = "\t", name: str = "text_file_id_table_init", key_dtype=dt.string,
    ):  # fmt: skip
        super().__init__(
            filename, key_dtype, key_column_index, dt.int64, value_column_index, vocab_size,
            delimiter, name,
        )  # fmt: skip


# ---------------------------------------------------------------------- tables


class LookupInterface:
    """A table; see `tf.lookup.StaticHashTable`."""

    def __init__(self, key_dtype, value_dtype):
        self._key_dtype = dt.as_dtype(key_dtype)
        self._value_dtype = dt.as_dtype(value_dtype)
        self._resource_handle: Tensor | None = None

    @property
    def key_dtype(self):
        """The type of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self):
        """The type of the values."""
        return self._value_dtype

    @property
    def resource_handle(self):
        """The tensor that stands for the table."""
        return self._resource_handle

    @property
    def name(self):
        """The name of the table."""
        return NotImplementedError

    def size(self, name: str | None = None) -> Tensor:
        """The number of keys, a scalar tensor."""
        raise NotImplementedError

    def lookup(self, keys, name: str | None = None):
        """The values of ``keys``."""
        raise NotImplementedError

    def __getitem__(self, keys):
        return self.lookup(keys)


def values_of(keys):
    return keys.values if isinstance(keys, SparseTensor) else keys


def with_values(keys, values):
    if isinstance(keys, SparseTensor):
        return SparseTensor(keys.indices, values, keys.dense_shape)
    return values


class InitializableLookupTableBase(LookupInterface):
    """A table that is filled once; see `tf.lookup.StaticHashTable`."""

    def __init__(self, default_value, initializer):
        super().__init__(initializer.key_dtype, initializer.value_dtype)
        self._default_value = convert_to_tensor(default_value, dtype=self._value_dtype)
        self._default_value.shape.merge_with(TensorShape([]))
        self._initializer = initializer
        self._resource_handle = self._create_resource()
        self._init_op = initializer.initialize(self)

    def _create_resource(self) -> Tensor:
        raise NotImplementedError

    @property
    def default_value(self) -> Tensor:
        """What `lookup` gives for a key that is not in the table."""
        return self._default_value

    @property
    def initializer(self) -> Operation:
        """The operation that fills the table."""
        return self._init_op

    @property
    def init(self) -> Operation:
        """See `initializer` (deprecated)."""
        return self.initializer

    def size(self, name: str | None = None) -> Tensor:
        """The number of keys, an ``int64`` scalar tensor."""
        with name_scope(name, f"{self.name}_Size", [self.resource_handle]):
            return add_op("LookupTableSizeV2", self.resource_handle)

    def lookup(self, keys, name: str | None = None):
        """The values of ``keys``.

        Args:
          keys: a tensor or a sparse tensor of the type of the keys.
          name: the name of the scope.

        Returns:
          A tensor of the shape of ``keys``, sparse if they are.

        Raises:
          TypeError: ``keys`` are of another type.
          tf.errors.FailedPreconditionError: when run, the table was not filled.
        """
        wanted = values_of(keys)
        if keys.dtype.base_dtype != self._key_dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {self._key_dtype}, received: {keys.dtype}"
            )
        inputs = (self.resource_handle, wanted, self._default_value)
        with name_scope(name, f"{self.name}_Lookup", inputs):
            values = add_op("LookupTableFindV2", *inputs)
        values.set_shape(wanted.shape)
        return with_values(keys, values)


class StaticHashTable(InitializableLookupTableBase):
    """A table that does not change once it is filled.

    Args:
      initializer: what fills it, a `tf.lookup.KeyValueTensorInitializer` or a
        `tf.lookup.TextFileInitializer`.
      default_value: the value of keys that are not in the table.
      name: the name of the node; default ``"hash_table"``.

    Raises:
      TypeError: ``default_value`` is not of the type of the values.

    Example:
      >>> words = tf.lookup.KeyValueTensorInitializer(["one", "two"], [1, 2])
      >>> table = tf.lookup.StaticHashTable(words, default_value=0, name="digits")
      >>> session = tf.Session()
      >>> session.run(table.initializer)
      >>> session.run(table.lookup(tf.constant(["two", "three"])))
      array([2, 0], dtype=int32)
    """

    def __init__(self, initializer, default_value, name: str | None = None):
        self._shared_name = initializer._shared_name or f"hash_table_{uuid.uuid4()}"
        self._name = name or "hash_table"
        super().__init__(default_value, initializer)

    def _create_resource(self) -> Tensor:
        handle = add_op(
            "HashTableV2", shared_name=self._shared_name, key_dtype=self._initializer.key_dtype,
            value_dtype=self._initializer.value_dtype, name=self._name,
        )  # fmt: skip
        self._table_name = handle.op.name.split("/")[-1]
        return handle

    @property
    def name(self) -> str:
        """The name of the table's node, without its scopes."""
        return self._table_name

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and their values, in the order in which they came into the table."""
        with name_scope(name, f"{self.name}_Export", [self.resource_handle]):
            keys, values = add_op(
                "LookupTableExportV2", self.resource_handle, Tkeys=self._key_dtype,
                Tvalues=self._value_dtype,
            )  # fmt: skip
        values.set_shape(keys.shape.concatenate(self._default_value.shape))
        return keys, values


class HashTable(StaticHashTable):
    """See `tf.lookup.StaticHashTable`; two tables of one ``shared_name`` are one."""

    def __init__(self, initializer, default_value, shared_name=None, name: str | None = None):
        self._given = shared_name
        super().__init__(initializer, default_value, name)

    def _create_resource(self) -> Tensor:
        self._shared_name = self._given or ""
        return super()._create_resource()
