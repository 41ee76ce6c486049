"""Records as tensors: ``Example`` messages, of which each feature becomes one tensor.

A dense feature has one shape in all records, or one whose first length varies and is filled up; a
sparse one has any number of values.  It runs on the host; see ``graph/example.py``.
"""

import math

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.example import features_of
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, with_rank, with_rank_at_most
from tfgrad._src.graph.wire import DecodeError
from tfgrad._src.ops.broadcasting import invalid, shape_list, types
from tfgrad._src.ops.strings import text

_TYPES = types("float int64 string")
_NAMES = {"float32": "float"}  # in run-time messages


def _name(dtype):
    return _NAMES.get(dtype.name, dtype.name)


def _array(values: list, dtype, shape: tuple) -> np.ndarray:
    if dtype is dt.string:
        return text(values, shape)
    return np.array(values, dtype.np).reshape(shape)


class _Records:
    """The features of the records, and the words with which messages name a record."""

    def __init__(self, node, serialized: list[bytes], names: list[bytes], is_single: bool):
        self.node = node
        self.is_single = is_single
        self.names = [n.decode("utf-8", "replace") for n in names]
        self.found = []
        for data in serialized:
            try:
                self.found.append(features_of(data))
            except DecodeError:
                shown = data.decode("utf-8", "replace")
                raise invalid(node, f"Could not parse example input, value: '{shown}'") from None

    def where(self, i: int, key: bytes | None = None) -> str:
        if self.is_single:
            return "" if key is None else f"Key: {key.decode()}.  "
        name = f"Name: {self.names[i] if self.names else '<unknown>'}, "
        return name if key is None else f"{name}Key: {key.decode()}, Index: {i}.  "

    def dense(self, key: bytes, dtype, shape: tuple, default: np.ndarray):
        """The values of a feature, and of all records the longest first length if it varies."""
        varies = bool(shape) and shape[0] is None
        stride = math.prod(shape[1:] if varies else shape)
        rows = []
        for i, found in enumerate(self.found):
            kind, values = found.get(key, (None, None))
            if kind is None:
                if varies:
                    rows.append([])
                elif default.size:
                    rows.append(default.ravel().tolist())
                else:
                    raise invalid(
                        self.node, f"{self.where(i)}Feature: {key.decode()} (data type: "
                        f"{_name(dtype)}) is required but could not be found."
                    )  # fmt: skip
                continue
            if kind != _name(dtype):
                raise invalid(
                    self.node, f"{self.where(i, key)}Data types don't match. Data type: {kind} but "
                    f"expected type: {_name(dtype)}"
                )  # fmt: skip
            written = "[" + ",".join("?" if d is None else str(d) for d in shape) + "]"
            if varies and len(values) % stride:
                raise invalid(
                    self.node, f"{self.where(i, key)}Number of {kind} values is not a multiple of "
                    f"stride length. Saw {len(values)} values but output shape is: {written}"
                )  # fmt: skip
            if not varies and len(values) != stride:
                raise invalid(
                    self.node, f"{self.where(i, key)}Number of {kind} values != expected.  Values "
                    f"size: {len(values)} but output shape: {written}"
                )  # fmt: skip
            rows.append(values)
        whole = shape
        if varies:
            most = max(map(len, rows), default=0)
            filler = default.item() if default.size else (b"" if dtype is dt.string else 0)
            rows = [row + [filler] * (most - len(row)) for row in rows]
            whole = (most // stride if stride else 0, *shape[1:])
        lead = () if self.is_single else (len(self.found),)
        return _array([v for row in rows for v in row], dtype, (*lead, *whole))

    def sparse(self, key: bytes, dtype) -> tuple:
        rows = []
        for i, found in enumerate(self.found):
            kind, values = found.get(key, (None, []))
            if kind not in (None, _name(dtype)):
                raise invalid(
                    self.node, f"{self.where(i, key)}Data types don't match. Expected type: "
                    f"{_name(dtype)}, Actual type: {kind}"
                )  # fmt: skip
            rows.append(values)
        places = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
        indices = np.array(places, np.int64).reshape(-1, 2)
        values = [v for row in rows for v in row]
        shape = [len(rows), max(map(len, rows), default=0)]
        if self.is_single:
            indices, shape = indices[:, 1:], shape[1:]
        return indices, _array(values, dtype, (len(values),)), np.array(shape, np.int64)


def _parse(node, serialized, names, sparse_keys, dense_keys, defaults) -> list:
    attrs = node.attrs
    is_single = serialized.ndim == 0
    if names.size and names.shape != serialized.shape:
        raise invalid(
            node, "Expected names have the same shape as serialized: name.shape="
            f"{shape_list(names.shape)}, serialized.shape={shape_list(serialized.shape)}"
        )  # fmt: skip
    records = _Records(node, serialized.ravel().tolist(), names.ravel().tolist(), is_single)
    sparse = [records.sparse(k, t) for k, t in zip(sparse_keys, attrs["sparse_types"], strict=True)]
    dense = [
        records.dense(k, t, s, d)
        for k, t, s, d in zip(
            dense_keys, attrs["Tdense"], attrs["dense_shapes"], defaults, strict=True
        )
    ]
    return [*(s[0] for s in sparse), *(s[1] for s in sparse), *(s[2] for s in sparse), *dense]


def _shapes(node, lead: Shape, count: int) -> list:
    """``lead`` is the shape of the texts."""
    rank = None if lead is None else len(lead) + 1
    dense = [None if lead is None or s is None else (*lead, *s) for s in node.attrs["dense_shapes"]]
    return [*[(None, rank)] * count, *[(None,)] * count, *[(rank,)] * count, *dense]


# ---------------------------------------------------------------------- the op types


def _parse_v2(node, serialized, names, sparse_keys, dense_keys, ragged_keys, *defaults) -> list:
    if serialized.ndim > 1:
        raise invalid(
            node, f"Expected serialized to be a scalar or vector, got shape: "
            f"{shape_list(serialized.shape)}"
        )  # fmt: skip
    if ragged_keys.size:
        raise NotImplementedError("tfgrad has no RaggedTensor.")
    return _parse(node, serialized, names, sparse_keys.tolist(), dense_keys.tolist(), defaults)


def _v2_shape(node, serialized: Shape, *rest: Shape) -> list:
    found = _shapes(node, with_rank_at_most(serialized, 1), node.attrs["num_sparse"])
    ragged = len(node.attrs["ragged_value_types"])
    splits = (None,) if serialized is None or not serialized or serialized[0] is None else (
        serialized[0] + 1,
    )  # fmt: skip
    return [*found, *[(None,)] * ragged, *[splits] * ragged]


defop(
    "ParseExampleV2(serialized: string, names: string, sparse_keys: string, dense_keys: string, "
    "ragged_keys: string, dense_defaults: list(Tdense); num_sparse: int, sparse_types: list(type), "
    "ragged_value_types: list(type), ragged_split_types: list(type), dense_shapes: list(shape))"
    " -> sparse_indices: num_sparse * int64, sparse_values: list(sparse_types), "
    "sparse_shapes: num_sparse * int64, dense_values: list(Tdense), "
    "ragged_values: list(ragged_value_types), ragged_row_splits: list(ragged_split_types)",
    Tdense=_TYPES,
    sparse_types=_TYPES,
    ragged_value_types=_TYPES,
    ragged_split_types=types("int32 int64"),
    shape=_v2_shape,
    step=_parse_v2,
)(None)


def _parse_v1(node, serialized, names, *rest) -> list:
    n, m = node.attrs["Nsparse"], node.attrs["Ndense"]
    keys = [k.item() for k in rest[: n + m]]
    return _parse(node, serialized, names, keys[:n], keys[n:], rest[n + m :])


defop(
    "ParseExample(serialized: string, names: string, sparse_keys: Nsparse * string, "
    "dense_keys: Ndense * string, dense_defaults: list(Tdense); sparse_types: list(type), "
    "dense_shapes: list(shape)) -> sparse_indices: Nsparse * int64, "
    "sparse_values: list(sparse_types), sparse_shapes: Nsparse * int64, "
    "dense_values: list(Tdense)",
    Tdense=_TYPES,
    sparse_types=_TYPES,
    shape=lambda node, serialized, *rest: _shapes(
        node, with_rank(serialized, 1), node.attrs["Nsparse"]
    ),
    step=_parse_v1,
)(None)


def _parse_single(node, serialized, *defaults) -> list:
    attrs = node.attrs
    names = np.empty(0, object)
    return _parse(node, serialized, names, attrs["sparse_keys"], attrs["dense_keys"], defaults)


defop(
    "ParseSingleExample(serialized: string, dense_defaults: list(Tdense); num_sparse: int, "
    "sparse_keys: list(string), dense_keys: list(string), sparse_types: list(type), "
    "dense_shapes: list(shape)) -> sparse_indices: num_sparse * int64, "
    "sparse_values: list(sparse_types), sparse_shapes: num_sparse * int64, "
    "dense_values: list(Tdense)",
    Tdense=_TYPES,
    sparse_types=_TYPES,
    shape=lambda node, serialized, *rest: _shapes(
        node, with_rank(serialized, 0), node.attrs["num_sparse"]
    ),
    step=_parse_single,
)(None)
