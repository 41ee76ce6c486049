"""Vocabularies: tables from words to numbers and back, and buckets for unknown words.

See ``lookup.py``.
"""

import functools
from typing import NamedTuple

from tfgrad._src.functions import strings
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import not_equal
from tfgrad._src.functions.control import no_op
from tfgrad._src.functions.cwise_binary import add
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.lookup import (
    KeyValueTensorInitializer,
    LookupInterface,
    StaticHashTable,
    TextFileIdTableInitializer,
    TextFileIndex,
    TextFileStringTableInitializer,
    values_of,
    with_values,
)
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import size
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Operation, Tensor


class HasherSpec(NamedTuple):
    """How words out of the vocabulary are put into buckets: the name of a hash, and its key."""

    hasher: str
    key: object


FastHashSpec = HasherSpec("fasthash", None)


class StrongHashSpec(HasherSpec):
    """The hash of `tf.strings.to_hash_bucket_strong` with a key of two numbers."""

    __slots__ = ()

    def __new__(cls, key):
        if len(key) != 2:
            raise ValueError(f"`key` must have size 2, received {len(key)}")
        if not all(isinstance(k, int) for k in key):
            raise TypeError(f"Invalid key {key}. Must be unsigned integer values.")
        return super().__new__(cls, "stronghash", key)


def _bucket_function(spec):
    if not isinstance(spec, HasherSpec):
        raise TypeError(f"`hasher_spec` must be of type HasherSpec, got {type(spec)}.")
    if spec.hasher == "fasthash":
        return strings.to_hash_bucket_fast
    if spec.hasher == "legacy":
        return strings.to_hash_bucket
    if spec.hasher == "stronghash":
        return functools.partial(strings.to_hash_bucket_strong, key=spec.key)
    raise ValueError(f"Found unknown hasher {spec.hasher} in `hasher_spec`")


class IdTableWithHashBuckets(LookupInterface):
    """A table of words, and buckets for words that are not in it.

    Args:
      table: the table from words to ``int64``, or None: there are only buckets.
      num_oov_buckets: how many buckets; their numbers follow those of the table.
      hasher_spec: how a bucket is chosen.
      name: the name of the table.
      key_dtype: the type of the keys: integers or text.

    Raises:
      TypeError: types that do not fit.
      ValueError: neither ``table`` nor buckets.
    """

    def __init__(
        self, table, num_oov_buckets: int, hasher_spec=FastHashSpec, name: str | None = None,
        key_dtype=None,
    ):  # fmt: skip
        name = name.rstrip("/") if name else name
        if table:
            key_dtype = _check_ids(table, key_dtype)
            name = name or table.name
        else:
            if num_oov_buckets <= 0:
                raise ValueError("`oov_buckets` must be > 0 if no `table` is supplied.")
            key_dtype = dt.string if key_dtype is None else key_dtype
            name = name or "hash_bucket"
        if not key_dtype.is_integer and key_dtype != dt.string:
            raise TypeError(f"Invalid `key_dtype`, expected integer or string, got {key_dtype}.")
        self._table = table
        self._num_oov_buckets = num_oov_buckets
        if not isinstance(hasher_spec, HasherSpec):
            raise TypeError(f"`hasher_spec` must be of type HasherSpec, got {type(hasher_spec)}.")
        self._hasher_spec = hasher_spec
        self._table_name = name.split("/")[-1]
        super().__init__(key_dtype, dt.int64)

    @property
    def initializer(self) -> Operation:
        """The operation that fills the table."""
        if self._table is not None:
            return self._table.initializer
        with name_scope(None, "init"):
            return no_op()

    @property
    def init(self) -> Operation:
        """See `initializer` (deprecated)."""
        return self.initializer

    @property
    def resource_handle(self):
        """The tensor that stands for the table, or None."""
        return None if self._table is None else self._table.resource_handle

    @property
    def name(self) -> str:
        """The name of the table."""
        return self._table_name

    def size(self, name: str | None = None) -> Tensor:
        """The number of words and buckets, an ``int64`` scalar tensor."""
        with name_scope(name, f"{self.name}_Size"):
            size = self._table.size() if self._table else convert_to_tensor(0, dtype=dt.int64)
            return size + self._num_oov_buckets

    def lookup(self, keys, name: str | None = None):
        """The numbers of ``keys``, or of their buckets."""
        if keys.dtype.base_dtype != self._key_dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {self._key_dtype}, received: {keys.dtype}"
            )
        values = values_of(keys)
        if self._table and self._table.key_dtype.base_dtype == dt.int64:
            values = cast(values, dt.int64)
        if self._num_oov_buckets == 0:
            return with_values(keys, self._table.lookup(values, name=name))
        with name_scope(name, f"{self.name}_Lookup"):
            words = values if values.dtype.base_dtype == dt.string else strings.as_string(values)
            ids = _bucket_function(self._hasher_spec)(
                words, num_buckets=self._num_oov_buckets, name="hash_bucket"
            )
            if self._table:
                known = self._table.lookup(values)
                ids = add(ids, self._table.size())
                ids = where_v2(not_equal(known, self._table.default_value), known, ids)
        return with_values(keys, ids)


def _check_ids(table, key_dtype):
    """The type of the keys, for a table from words to numbers."""
    key_dtype = table.key_dtype if key_dtype is None else key_dtype
    allowed = (dt.int64, dt.string)
    if table.key_dtype not in allowed:
        raise TypeError(f"Invalid `key_dtype`, expected one of {allowed}, received {key_dtype}.")
    if table.key_dtype.is_integer != key_dtype.is_integer:
        kind = "integer" if key_dtype.is_integer else "non-integer"
        raise TypeError(f"Invalid `key dtype`, expected {kind} but got {table.key_dtype}.")
    if table.value_dtype != dt.int64:
        raise TypeError(
            f"Invalid `value_dtype`, expected <dtype: 'int64'> but got {table.value_dtype}."
        )
    return key_dtype


class StaticVocabularyTable(IdTableWithHashBuckets):
    """A table from words to numbers, and buckets for words that are not in it.

    Args:
      initializer: what fills the table (see `tf.lookup.StaticHashTable`), with ``int64`` values
        from 0 on; None: there are only buckets.
      num_oov_buckets: how many buckets, at least 1; their numbers follow those of the words.
      lookup_key_dtype: the type of the keys: integers or text.
      name: the name of the table.

    Raises:
      ValueError: no buckets.
      TypeError: types that do not fit.

    Example:
      >>> words = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([0, 1], tf.int64))
      >>> table = tf.lookup.StaticVocabularyTable(words, num_oov_buckets=1)
      >>> session = tf.Session()
      >>> session.run(table.initializer)
      >>> session.run(table.lookup(tf.constant(["b", "what", "a"])))
      array([1, 2, 0])
    """

    def __init__(
        self, initializer, num_oov_buckets: int, lookup_key_dtype=None, name: str | None = None
    ):
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable.")
        table = None
        if initializer:
            _check_ids(initializer, lookup_key_dtype)
            table = StaticHashTable(initializer, default_value=-1)
        else:
            lookup_key_dtype = dt.string
        super().__init__(table, num_oov_buckets, name=name, key_dtype=lookup_key_dtype)


# ---------------------------------------------------------------------- vocabularies


def index_table_from_file(
    vocabulary_file=None, num_oov_buckets: int = 0, vocab_size=None, default_value: int = -1,
    hasher_spec=FastHashSpec, key_dtype=dt.string, name: str | None = None,
    key_column_index: int = TextFileIndex.WHOLE_LINE,
    value_column_index: int = TextFileIndex.LINE_NUMBER, delimiter: str = "\t",
):  # fmt: skip
    """A table from the lines of a file to their numbers.

    Args:
      vocabulary_file: the name of a file with one word per line.
      num_oov_buckets: how many buckets there are for other words.
      vocab_size: how many lines to read; default all.
      default_value: the number of other words, if there are no buckets.
      hasher_spec: how a bucket is chosen.
      key_dtype: integers or text.
      name: the name of the scope; default ``"string_to_index"``.
      key_column_index, value_column_index, delimiter: as in `tf.lookup.TextFileInitializer`.

    Returns:
      A table with a method ``lookup``.

    Raises:
      ValueError: no file, or a number that is negative or 0.
      TypeError: another ``key_dtype``.
    """
    if not isinstance(vocabulary_file, Tensor) and not vocabulary_file:
        raise ValueError("`vocabulary_file` must be specified and must not be empty.")
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")
    if vocab_size is not None and vocab_size < 1:
        shown = vocabulary_file
        if isinstance(vocabulary_file, Tensor):
            shown = constant_value(vocabulary_file) or "?"
        raise ValueError(
            f"`vocab_size` must be greater than 0, got {vocab_size} for vocabulary_file: {shown}."
        )
    if not key_dtype.is_integer and key_dtype.base_dtype != dt.string:
        raise TypeError("Dtype for `keys` should be either integer or string.")
    with name_scope(name, "string_to_index"):
        with name_scope(None, "hash_table"):
            init = TextFileIdTableInitializer(
                vocabulary_file, vocab_size=vocab_size,
                key_dtype=dt.int64 if key_dtype.is_integer else key_dtype, name="table_init",
                key_column_index=key_column_index, value_column_index=value_column_index,
                delimiter=delimiter,
            )  # fmt: skip
            table = StaticHashTable(init, default_value)
        if num_oov_buckets:
            return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, key_dtype=key_dtype)
        return table


def index_table_from_tensor(
    mapping, num_oov_buckets: int = 0, default_value: int = -1, hasher_spec=FastHashSpec,
    dtype=dt.string, name: str | None = None,
):  # fmt: skip
    """A table from words to their positions in a vector.

    Args:
      mapping: the words, a vector of text or integers.
      num_oov_buckets: how many buckets there are for other words.
      default_value: the number of other words, if there are no buckets.
      hasher_spec: how a bucket is chosen.
      dtype: the type of the keys: integers or text.
      name: the name of the scope; default ``"string_to_index"``.

    Returns:
      A table with a method ``lookup``.

    Raises:
      ValueError: no ``mapping``, or one of another type than ``dtype``.
      TypeError: another ``dtype``.

    Example:
      >>> table = tf.contrib.lookup.index_table_from_tensor(["cat", "dog"], num_oov_buckets=1)
      >>> session = tf.Session()
      >>> session.run(tf.tables_initializer())
      >>> session.run(table.lookup(tf.constant(["dog", "emu"])))
      array([1, 2])
    """
    if mapping is None:
        raise ValueError("mapping must be specified.")
    if num_oov_buckets < 0:
        raise ValueError(
            f"`num_oov_buckets` must be greater or equal than 0, got {num_oov_buckets}."
        )
    if not dtype.is_integer and dtype.base_dtype != dt.string:
        raise TypeError("`dtype` must either be integer or string.")
    with name_scope(name, "string_to_index"):
        keys = convert_to_tensor(mapping)
        if keys.dtype.is_integer != dtype.is_integer:
            kind = "integer" if dtype.is_integer else "non-integer"
            raise ValueError(f"Invalid `dtype`: Expected {kind}, got {keys.dtype}.")
        if not dtype.is_integer and keys.dtype.base_dtype != dtype:
            raise ValueError(f"Invalid `dtype`: Expected {dtype}, got {keys.dtype}.")
        values = cast(range_(size(keys)), dt.int64)
        with name_scope(None, "hash_table"):
            keys = cast(keys, dt.int64) if keys.dtype.is_integer else keys
            init = KeyValueTensorInitializer(
                keys, values, keys.dtype.base_dtype, dt.int64, name="table_init"
            )
            table = StaticHashTable(init, default_value)
        if num_oov_buckets:
            return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, key_dtype=dtype)
        return table


def index_to_string_table_from_file(
    vocabulary_file, vocab_size=None, default_value: str = "UNK", name: str | None = None,
    key_column_index: int = TextFileIndex.LINE_NUMBER,
    value_column_index: int = TextFileIndex.WHOLE_LINE, delimiter: str = "\t",
):  # fmt: skip
    """A table from numbers of lines to the lines of a file; see `index_table_from_file`.

    Args:
      vocabulary_file: the name of a file with one word per line.
      vocab_size: how many lines to read; default all.
      default_value: the word for other numbers.
      name: the name of the scope; default ``"index_to_string"``.
      key_column_index, value_column_index, delimiter: as in `tf.lookup.TextFileInitializer`.

    Raises:
      ValueError: no file, or ``vocab_size`` is not positive.
    """
    if not isinstance(vocabulary_file, Tensor) and not vocabulary_file:
        raise ValueError("`vocabulary_file` must be specified and must not be empty.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"`vocab_size` must be greater than 0, got {vocab_size}.")
    with name_scope(name, "index_to_string"):
        init = TextFileStringTableInitializer(
            vocabulary_file, vocab_size=vocab_size, name="table_init",
            key_column_index=key_column_index, value_column_index=value_column_index,
            delimiter=delimiter,
        )  # fmt: skip
        return StaticHashTable(init, default_value)


def index_to_string_table_from_tensor(mapping, default_value: str = "UNK", name: str | None = None):
    """A table from positions in a vector to its words.

    Args:
      mapping: the words, a vector of text.
      default_value: the word for other numbers.
      name: the name of the scope; default ``"index_to_string"``.

    Raises:
      ValueError: no ``mapping``.

    Example:
      >>> table = tf.contrib.lookup.index_to_string_table_from_tensor(["cat", "dog"])
      >>> session = tf.Session()
      >>> session.run(tf.tables_initializer())
      >>> session.run(table.lookup(tf.constant([1, 5], tf.int64)))
      array([b'dog', b'UNK'], dtype=object)
    """
    if mapping is None:
        raise ValueError("mapping must be specified.")
    with name_scope(name, "index_to_string"):
        words = convert_to_tensor(mapping, dt.string)
        keys = cast(range_(size(words)), dt.int64)
        init = KeyValueTensorInitializer(keys, words, dt.int64, dt.string, name="table_init")
        return StaticHashTable(init, default_value)


# ---------------------------------------------------------------------- deprecated names


def string_to_index_table_from_file(
    vocabulary_file=None, num_oov_buckets: int = 0, vocab_size=None, default_value: int = -1,
    hasher_spec=FastHashSpec, name: str | None = None,
):  # fmt: skip
    """See `tf.contrib.lookup.index_table_from_file` (deprecated)."""
    return index_table_from_file(
        vocabulary_file, num_oov_buckets, vocab_size, default_value, hasher_spec, name=name
    )


def string_to_index_table_from_tensor(
    mapping, num_oov_buckets: int = 0, default_value: int = -1, hasher_spec=FastHashSpec,
    name: str | None = None,
):  # fmt: skip
    """See `tf.contrib.lookup.index_table_from_tensor` (deprecated)."""
    with name_scope(name, "string_to_index") as scope:
        mapping = convert_to_tensor(mapping)
    if mapping.dtype.base_dtype != dt.string:
        raise ValueError("string_to_index_table_from_tensor requires string.")
    return index_table_from_tensor(mapping, num_oov_buckets, default_value, hasher_spec, name=scope)


def string_to_index(tensor, mapping, default_value: int = -1, name: str | None = None):
    """The positions of words in ``mapping``; see `tf.contrib.lookup.index_table_from_tensor`."""
    return index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


def index_to_string(tensor, mapping, default_value: str = "UNK", name: str | None = None):
    """The words of ``mapping`` at positions (deprecated)."""
    return index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)
