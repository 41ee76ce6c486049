"""Tables that a program changes; see ``lookup.py``."""

from tfgrad._src.functions.lookup import LookupInterface
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import colocate_with
from tfgrad._src.graph.node import Operation, Tensor


class MutableHashTable(LookupInterface):
    """A table that a program changes.

    Args:
      key_dtype: the type of the keys.
      value_dtype: the type of the values.
      default_value: the value of keys that are not in the table; its shape is that of all values.
      name: the name of the node.
      checkpoint: whether the table is to be saved with the variables.

    Example:
      >>> table = tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, default_value=-1)
      >>> put = table.insert(tf.constant(["a"]), tf.constant([5], tf.int64))
      >>> session = tf.Session()
      >>> session.run(put)
      >>> session.run(table.lookup(tf.constant(["a", "b"])))
      array([ 5, -1])
    """

    def __init__(
        self, key_dtype, value_dtype, default_value, name: str = "MutableHashTable",
        checkpoint: bool = True,
    ):  # fmt: skip
        super().__init__(key_dtype, value_dtype)
        self._default_value = convert_to_tensor(default_value, dtype=self._value_dtype)
        self._resource_handle = self._create_resource(name, checkpoint)
        self._table_name = self._resource_handle.op.name.split("/")[-1]
        if checkpoint:
            self._exported = self.export()

    def _create_resource(self, name: str, checkpoint: bool) -> Tensor:
        attrs = {"use_node_name_sharing": checkpoint, "key_dtype": self._key_dtype,
                 "value_dtype": self._value_dtype, "name": name}  # fmt: skip
        shape = self._default_value.shape
        if shape.ndims == 0:
            return add_op("MutableHashTableV2", **attrs)
        return add_op("MutableHashTableOfTensorsV2", value_shape=shape, **attrs)

    @property
    def name(self) -> str:
        """The name of the table's node, without its scopes."""
        return self._table_name

    def size(self, name: str | None = None) -> Tensor:
        """The number of keys, an ``int64`` scalar tensor."""
        with (
            name_scope(name, f"{self.name}_Size", [self.resource_handle]),
            colocate_with(self.resource_handle),
        ):
            return add_op("LookupTableSizeV2", self.resource_handle)

    def lookup(self, keys, dynamic_default_values=None, name: str | None = None) -> Tensor:
        """The values of ``keys``.

        Args:
          keys: keys of any shape.
          dynamic_default_values: a value for each key that may not be in the table.
          name: the name of the scope.
        """
        with name_scope(
            name, f"{self.name}_lookup_table_find",
            (self.resource_handle, keys, self._default_value),
        ):  # fmt: skip
            keys = convert_to_tensor(keys, dtype=self._key_dtype, name="keys")
            with colocate_with(self.resource_handle):
                default = dynamic_default_values
                if default is None:
                    default = self._default_value
                return add_op("LookupTableFindV2", self.resource_handle, keys, default)

    def insert(self, keys, values, name: str | None = None) -> Operation:
        """An operation that puts ``values`` under ``keys``, also where there are others."""
        with name_scope(
            name, f"{self.name}_lookup_table_insert", [self.resource_handle, keys, values]
        ):
            keys = convert_to_tensor(keys, self._key_dtype, name="keys")
            values = convert_to_tensor(values, self._value_dtype, name="values")
            with colocate_with(self.resource_handle):
                return add_op("LookupTableInsertV2", self.resource_handle, keys, values)

    def remove(self, keys, name: str | None = None) -> Operation:
        """An operation that removes ``keys``, those which are there."""
        if keys.dtype != self._key_dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {self._key_dtype}, received: {keys.dtype}"
            )
        with name_scope(
            name, f"{self.name}_lookup_table_remove",
            (self.resource_handle, keys, self._default_value),
        ):  # fmt: skip
            return add_op("LookupTableRemoveV2", self.resource_handle, keys)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and their values, in the order in which they came into the table."""
        with (
            name_scope(name, f"{self.name}_lookup_table_export_values", [self.resource_handle]),
            colocate_with(self.resource_handle),
        ):
            keys, values = add_op(
                "LookupTableExportV2", self.resource_handle, Tkeys=self._key_dtype,
                Tvalues=self._value_dtype,
            )  # fmt: skip
        return keys, values


class DenseHashTable(MutableHashTable):
    """As `tf.contrib.lookup.MutableHashTable`, with two keys that cannot be used.

    Args:
      key_dtype, value_dtype, default_value, name, checkpoint: as there.
      empty_key: a key that is never used.
      deleted_key: another.
      initial_num_buckets: recorded, without effect.
    """

    def __init__(
        self, key_dtype, value_dtype, default_value, empty_key, deleted_key,
        initial_num_buckets=None, name: str = "MutableDenseHashTable", checkpoint: bool = True,
    ):  # fmt: skip
        self._reserved = empty_key, deleted_key
        self._buckets = initial_num_buckets
        LookupInterface.__init__(self, key_dtype, value_dtype)
        self._default_value = convert_to_tensor(
            default_value, dtype=self._value_dtype, name="default_value"
        )
        self._resource_handle = self._create_resource(name, checkpoint)
        self._table_name = self._resource_handle.op.name.split("/")[-1]
        if checkpoint:
            self._exported = self.export()

    def _create_resource(self, name: str, checkpoint: bool) -> Tensor:
        empty, deleted = self._reserved
        empty = convert_to_tensor(empty, dtype=self._key_dtype, name="empty_key")
        deleted = convert_to_tensor(deleted, dtype=self._key_dtype, name="deleted_key")
        return add_op(
            "MutableDenseHashTableV2", empty, deleted, use_node_name_sharing=checkpoint,
            value_dtype=self._value_dtype, value_shape=self._default_value.shape,
            initial_num_buckets=self._buckets, name=name,
        )  # fmt: skip

    def lookup(self, keys, name: str | None = None) -> Tensor:
        """The values of ``keys``."""
        with name_scope(name, f"{self.name}_lookup_table_find", [self.resource_handle, keys]):
            keys = convert_to_tensor(keys, dtype=self._key_dtype, name="keys")
            with colocate_with(self.resource_handle):
                return add_op("LookupTableFindV2", self.resource_handle, keys, self._default_value)

    def insert_or_assign(self, keys, values, name: str | None = None) -> Operation:
        """See `insert`."""
        return self.insert(keys, values, name)

    def erase(self, keys, name: str | None = None) -> Operation:
        """See `remove`."""
        return self.remove(keys, name)
