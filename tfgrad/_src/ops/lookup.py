"""Tables from keys to values, which a session keeps between runs.

A table is a Python object on the host.  The op that makes it hands the object itself on, as the
only element of an array, to the ops that work on it; the session finds it again by the same name as
a variable.  Keys are numbers or ``bytes``; values are numpy arrays.  All ops run between programs.
"""

import os
import threading
from collections.abc import Callable

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors, running
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    merge,
    merge_dim,
    scalar,
    with_rank,
    with_rank_at_least,
)
from tfgrad._src.ops.broadcasting import invalid, shape_list
from tfgrad._src.ops.strings import number, text


class Table:
    """Values by key.

    Attributes:
      key_type, value_type: their types.
      value_shape: the shape of a value.
      filled: whether it has its values: only a static table can be without.
      reserved: keys that cannot be used, with TensorFlow's names for them.
    """

    def __init__(self, key_type, value_type, value_shape: tuple, is_static: bool):
        self.key_type, self.value_type = key_type, value_type
        self.value_shape = value_shape
        self.is_static = is_static
        self.filled = not is_static
        self.values: dict = {}
        self.reserved: dict = {}
        self.lock = threading.Lock()


def _key(x):
    """A key as something that can be found: a vector of numbers is a tuple of them."""
    return tuple(x) if isinstance(x, list) else x


def _table_of(handle: np.ndarray) -> Table:
    return handle.item()


def _make(node, new: Callable[[], Table]) -> np.ndarray:
    """The table of this name, made at its first use."""
    if node.type.startswith("Anonymous"):  # of this run only
        return _boxed(new())
    run = running.current()
    if run is None:
        raise errors.UnimplementedError(None, node, "A table is kept by a session only.")
    shared = (node.attrs.get("shared_name") or b"").decode() or node.name
    name = f"{(node.attrs.get('container') or b'').decode()}/{shared}"
    with run.session._run_lock:
        table = run.session._tables.setdefault(name, new())
    if (table.key_type, table.value_type) != (_types(node)):
        found = f"{_c_name(table.key_type)}-{_c_name(table.value_type)}"
        wanted = "->".join(map(_c_name, _types(node)))
        raise invalid(
            node, f"Conflicting key/value dtypes {wanted} with {found} for table {shared}"
        )
    return _boxed(table)


def _boxed(table: Table) -> np.ndarray:
    result = np.empty((), object)
    result[()] = table
    return result


def _types(node) -> tuple:
    attrs = node.attrs
    return attrs["key_dtype"], attrs["value_dtype"]


def _c_name(dtype):
    return {"float32": "float", "float64": "double"}.get(dtype.name, dtype.name)


# ---------------------------------------------------------------------- making tables

_NAMED = "container: string = '', shared_name: string = '', use_node_name_sharing: bool = False"


def _plain(node):
    return _make(node, lambda: Table(*_types(node), (), "Mutable" not in node.type))


def _of_tensors(node):
    return _make(node, lambda: Table(*_types(node), node.attrs["value_shape"] or (), False))


def _dense(node, empty, *deleted):
    def new() -> Table:
        table = Table(*_types(node), node.attrs["value_shape"] or (), False)
        table.reserved[_key(empty.tolist())] = "empty_key"
        for key in deleted:
            if _key(key.tolist()) in table.reserved:
                raise invalid(node, "Empty and deleted keys cannot be equal")
            table.reserved[_key(key.tolist())] = "deleted_key"
        return table

    return _make(node, new)


_DENSE = (
    "value_dtype: type, value_shape: shape = [], initial_num_buckets: int = 131072, "
    "max_load_factor: float = 0.800000011920929"
)
for _suffix, _handle in (("", "Ref(string)"), ("V2", "resource")):
    for _name, _attrs, _step in (
        ("HashTable", "key_dtype: type, value_dtype: type", _plain),
        ("MutableHashTable", "key_dtype: type, value_dtype: type", _plain),
        ("MutableHashTableOfTensors",
         "key_dtype: type, value_dtype: type, value_shape: shape = []", _of_tensors),
    ):  # fmt: skip
        defop(
            f"{_name}{_suffix}(; {_NAMED}, {_attrs}) -> table_handle: {_handle},",
            shape=scalar,
            stateful=True,
            step=_step,
        )(None)
    _keys = "empty_key: key_dtype" + (", deleted_key: key_dtype" if _suffix else "")
    defop(
        f"MutableDenseHashTable{_suffix}({_keys}; {_NAMED}, {_DENSE}) -> table_handle: {_handle},",
        shape=scalar,
        stateful=True,
        step=_dense,
    )(None)

for _name, _args, _step in (
    ("HashTable", "; key_dtype: type, value_dtype: type", _plain),
    ("MutableHashTable", "; key_dtype: type, value_dtype: type", _plain),
    ("MutableHashTableOfTensors",
     "; key_dtype: type, value_dtype: type, value_shape: shape = []", _of_tensors),
    ("MutableDenseHashTable", f"empty_key: key_dtype, deleted_key: key_dtype; {_DENSE}", _dense),
):  # fmt: skip
    defop(
        f"Anonymous{_name}({_args}) -> table_handle: resource",
        shape=scalar,
        stateful=True,
        step=_step,
    )(None)


# ---------------------------------------------------------------------- finding


def _check_types(node, table: Table, keys, values) -> None:
    kinds = [node.inputs[1].dtype._base, node.inputs[2].dtype._base]
    if kinds != [table.key_type, table.value_type]:
        have = f"resource, {_c_name(kinds[0])}, {_c_name(kinds[1])}->{_c_name(kinds[1])}"
        want = (
            f"resource, {_c_name(table.key_type)}, {_c_name(table.value_type)}->"
            f"{_c_name(table.value_type)}"
        )
        raise invalid(node, f"Signature mismatch, have: {have} expected: {want}")


def _key_rank(table: Table) -> int:
    """1 if keys are vectors: only a dense table has such."""
    return 1 if table.reserved and isinstance(next(iter(table.reserved)), tuple) else 0


def _check_keys(node, table: Table, keys: list) -> None:
    for key in keys:
        if key in table.reserved:
            raise invalid(node, f"Using the {table.reserved[key]} as a table key is not allowed")


def _flat_keys(table: Table, keys: np.ndarray) -> tuple[tuple, list]:
    """The shape of the keys, and each of them."""
    shape = keys.shape[: keys.ndim - _key_rank(table)]
    rows = keys.reshape(-1) if not _key_rank(table) else keys.reshape(-1, keys.shape[-1])
    return shape, [_key(k) for k in rows.tolist()]


def _packed(table: Table, values: list, shape: tuple) -> np.ndarray:
    dtype = table.value_type.np
    whole = (*shape, *table.value_shape)
    if not values:
        return np.zeros(whole, dtype)
    if table.value_type is dt.string:
        return text([v for value in values for v in np.ravel(value).tolist()], whole)
    return np.array(values, dtype).reshape(whole)


def _find(node, handle, keys, default):
    table = _table_of(handle)
    _check_types(node, table, keys, default)
    if not table.filled:
        raise errors.FailedPreconditionError(None, node, "Table not initialized.")
    shape, flat = _flat_keys(table, keys)
    _check_keys(node, table, flat)
    per_key = (*shape, *table.value_shape)
    whole = table.value_shape == default.shape or default.shape != per_key
    if whole and default.shape != table.value_shape:
        raise invalid(
            node, f"Expected shape {shape_list(table.value_shape)} or {shape_list(per_key)} for "
            f"default value, got {shape_list(default.shape)}"
        )  # fmt: skip
    rows = default.reshape(len(flat), *table.value_shape) if not whole else [default] * len(flat)
    with table.lock:
        return _packed(
            table, [table.values.get(k, d) for k, d in zip(flat, rows, strict=True)], shape
        )


# ---------------------------------------------------------------------- changing


def _insert(node, handle, keys, values) -> list:
    table = _table_of(handle)
    if table.is_static and node.type.startswith("LookupTableInsert"):
        raise errors.UnimplementedError(
            None, node, "Insert not supported by InitializableLookupTable implementations"
        )
    _check_types(node, table, keys, values)
    shape, flat = _flat_keys(table, keys)
    if values.shape != (*shape, *table.value_shape):
        raise invalid(
            node, f"Expected shape {shape_list((*shape, *table.value_shape))} for value, got "
            f"{shape_list(values.shape)}"
        )  # fmt: skip
    _check_keys(node, table, flat)
    rows = values.reshape(len(flat), *table.value_shape)
    if table.is_static:
        _fill(node, table, list(zip(flat, rows, strict=True)))
        return []
    with table.lock:
        if node.type.startswith("LookupTableImport"):
            table.values.clear()
        table.values.update(zip(flat, rows, strict=True))
    return []


def _fill(node, table: Table, pairs: list) -> None:
    """Gives a static table its values, once."""
    found: dict = {}
    for key, value in pairs:
        old = found.setdefault(key, value)
        if old != value:
            shown = key.decode("utf-8", "replace") if isinstance(key, bytes) else key
            old, value = (
                v.item().decode("utf-8", "replace") if table.value_type is dt.string else v
                for v in (np.asarray(old), np.asarray(value))
            )
            raise errors.FailedPreconditionError(
                None, node,
                f"HashTable has different value for same key. Key {shown} has {old} and trying to "
                f"add value {value}",
            )  # fmt: skip
    with table.lock:
        if not table.filled:
            table.values, table.filled = found, True


def _remove(node, handle, keys) -> list:
    table = _table_of(handle)
    _, flat = _flat_keys(table, keys)
    _check_keys(node, table, flat)
    with table.lock:
        for key in flat:
            table.values.pop(key, None)
    return []


def _size(node, handle):
    return np.int64(len(_table_of(handle).values))


def _export(node, handle) -> list:
    table = _table_of(handle)
    if not table.filled:
        raise errors.FailedPreconditionError(None, node, "Table is not initialized.")
    with table.lock:
        keys, values = list(table.values), list(table.values.values())
    if table.key_type is dt.string:
        array = text(keys, (len(keys),))
    else:
        width = (len(next(iter(table.reserved))),) if _key_rank(table) else ()
        array = np.array(keys, table.key_type.np).reshape(len(keys), *width)
    return [array, _packed(table, values, (len(keys),))]


_WHOLE_LINE, _LINE_NUMBER = -2, -1


def _column(node, path: str, row: int, line: bytes, index: int, dtype):
    """The key or the value of a line."""
    if index == _LINE_NUMBER:
        return row + node.attrs["offset"]
    if index == _WHOLE_LINE:
        part = line
    else:
        parts = line.split(node.attrs["delimiter"])
        if index >= len(parts):
            raise invalid(
                node, f"Invalid number of columns in {path} line {row} "
                f"({line.decode('utf-8', 'replace')}) : expected at least {index + 1} got "
                f"{len(parts)}"
            )  # fmt: skip
        part = parts[index]
    if dtype is dt.string:
        return part
    value = number(part, dtype.np)
    if value is None:
        shown = part.decode("utf-8", "replace")
        raise invalid(node, f"Field {shown} in line {row} is not a valid {_c_name(dtype)}.")
    return value


def _from_file(node, handle, filename) -> list:
    table = _table_of(handle)
    attrs = node.attrs
    path = os.fsdecode(filename.item())
    try:
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
    except OSError as error:
        raise errors.NotFoundError(None, node, f"{path}; {error.strerror}") from None
    if lines[-1] == b"":
        lines.pop()
    wanted = attrs["vocab_size"]
    if wanted > len(lines):
        raise invalid(node, f"Invalid vocab_size in {path}: expected {wanted} but got {len(lines)}")
    pairs = []
    position = 0
    for row, line in enumerate(lines if wanted < 0 else lines[:wanted]):
        position += len(line) + 1
        if not line:
            raise invalid(
                node, f"Invalid content in {path}: empty line found at position {position}."
            )
        pairs.append(
            (
                _column(node, path, row, line, attrs["key_index"], table.key_type),
                _column(node, path, row, line, attrs["value_index"], table.value_type),
            )
        )
    _fill(node, table, pairs)
    return []


# ---------------------------------------------------------------------- static shapes


def _known_table(node) -> tuple | None:
    """The shape of a key and the shape and type of a value, of tables whose op says so."""
    op = node.inputs[0].op
    while op.type == "Identity":
        op = op.inputs[0].op
    if not op.type.startswith("Mutable") or not op.type.endswith("V2"):
        return None
    key = op.inputs[0].dims if op.type.startswith("MutableDense") else ()
    return key, op.attrs.get("value_shape", ()), op.attrs["value_dtype"]


def _find_shape(node, handle: Shape, keys: Shape, default: Shape) -> Shape:
    with_rank(handle, 0)
    known = _known_table(node)
    if known is None:
        return None
    key, value, dtype = known
    if dtype is not node.attrs["Tout"]:
        raise ShapeError(
            f"Trying to read value with wrong dtype. Expected {_c_name(dtype)} got "
            f"{_c_name(node.attrs['Tout'])}"
        )
    if keys is None or key is None or value is None:
        return None
    if key and keys[-1:] != key and (not keys or None not in (keys[-1], key[0])):
        raise ShapeError(
            f"Expected keys to have suffix {shape_str(key)} but saw shape: {shape_str(keys)}"
        )
    return (*keys[: len(keys) - len(key)], *value)


def _import_shape(node, handle: Shape, keys: Shape, values: Shape) -> list:
    with_rank(handle, 0)
    keys = with_rank(keys, 1)
    if values:
        merge_dim(keys[0], values[0])
    return []


def _remove_shape(node, handle: Shape, keys: Shape) -> list:
    with_rank(handle, 0)
    with_rank_at_least(keys, 1)
    return []


def _two_unknown(node, handle: Shape) -> list:
    with_rank(handle, 0)
    return [None, None]


def _nothing(node, handle: Shape, *rest: Shape) -> list:
    with_rank(handle, 0)
    return []


def _initialize_shape(node, handle: Shape, keys: Shape, values: Shape) -> list:
    with_rank(handle, 0)
    merge(with_rank(keys, 1), values)
    return []


def _file_shape(node, handle: Shape, filename: Shape) -> list:
    with_rank(handle, 0)
    with_rank(filename, 0)
    return []


_FILE = (
    "filename: string; key_index: int, value_index: int, vocab_size: int = -1, "
    "delimiter: string = '\t', offset: int = 0"
)
for _suffix, _handle in (("", "Ref(string)"), ("V2", "resource")):
    _h = f"{_suffix}(table_handle: {_handle}"
    for _signature, _shape, _step in (
        (f"LookupTableFind{_h}, keys: Tin, default_value: Tout) -> values: Tout", _find_shape,
         _find),
        (f"LookupTableInsert{_h}, keys: Tin, values: Tout)", _nothing, _insert),
        (f"LookupTableImport{_h}, keys: Tin, values: Tout)", _import_shape, _insert),
        (f"LookupTableSize{_h}) -> size: int64", scalar, _size),
        (f"LookupTableExport{_h}; Tkeys: type, Tvalues: type) -> keys: Tkeys, values: Tvalues",
         _two_unknown, _export),
        (f"InitializeTable{_h}, keys: Tkey, values: Tval)", _initialize_shape, _insert),
        (f"InitializeTableFromTextFile{_h}, {_FILE})", _file_shape, _from_file),
    ):  # fmt: skip
        defop(_signature, shape=_shape, stateful=bool(_suffix), step=_step)(None)
defop(
    "LookupTableRemoveV2(table_handle: resource, keys: Tin)",
    shape=_remove_shape,
    stateful=True,
    step=_remove,
)(None)
