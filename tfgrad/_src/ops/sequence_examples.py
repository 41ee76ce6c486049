"""Records of sequences as tensors: ``SequenceExample`` messages.

The context of a record is read as an ``Example`` is (``ops/examples.py``).  A feature list holds
one feature per step: a dense one has one shape in all steps, and records are filled up with zeros
to the longest; a sparse one has any number of values per step.

Three op types do the same.  `ParseSingleSequenceExample` takes one record and its messages have
words of their own; the keys of the others are attributes or inputs.
"""

import itertools
import math

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.example import features_of, lists_of
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    is_fully_known,
    with_rank,
    with_rank_at_most,
)
from tfgrad._src.graph.wire import DecodeError
from tfgrad._src.ops.broadcasting import invalid, shape_list, types
from tfgrad._src.ops.strings import text

_TYPES = types("float int64 string")
_NAMES = {"float32": "float"}  # in run-time messages


def _name(dtype: dt.DType) -> str:
    return _NAMES.get(dtype.name, dtype.name)


def _array(rows: list, dtype: dt.DType, shape: tuple) -> np.ndarray:
    values = list(itertools.chain.from_iterable(rows))
    if dtype is dt.string:
        return text(values, shape)
    return np.array(values, dtype.np).reshape(shape)


class _Records:
    """The contexts and the feature lists of records, and the words with which messages name one.

    Attributes:
      is_single: there is one record, and no dimension for several.
      is_old: for `ParseSingleSequenceExample`.
    """

    def __init__(self, node, serialized: np.ndarray, names: np.ndarray):
        self.node = node
        self.is_old = node.type == "ParseSingleSequenceExample"
        self.is_single = serialized.ndim == 0
        if self.is_old and not self.is_single:
            raise invalid(
                node, "Expected serialized to be a scalar, got shape: "
                f"{shape_list(serialized.shape)}"
            )  # fmt: skip
        data = serialized.ravel().tolist()
        if names.size not in (0, len(data)):
            raise invalid(
                node, "example_names must be empty or have the correct number of elements"
            )
        self.names = [n.decode("utf-8", "replace") for n in names.ravel().tolist()]
        self.names = self.names or ["<unknown>"] * len(data)
        self.contexts, self.lists = [], []
        for name, record in zip(self.names, data, strict=True):
            try:
                self.contexts.append(features_of(record))
                self.lists.append(lists_of(record))
            except DecodeError:
                shown = record.decode("utf-8", "replace")
                raise invalid(
                    node, f"Could not parse example input, value: '{shown}'" if self.is_old
                    else f"Invalid protocol message input, example id: {name}"
                ) from None  # fmt: skip

    def lead(self) -> tuple:
        return () if self.is_single else (len(self.contexts),)

    def check_type(self, where: str, kind: str | None, dtype: dt.DType) -> None:
        if kind != _name(dtype):
            raise invalid(
                self.node, f"{where}.  Data types don't match. Expected type: {_name(dtype)}"
            )

    def sparse(self, rows: list[list], dtype: dt.DType) -> tuple:
        """Values per record, as a sparse tensor."""
        places = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
        indices = np.array(places, np.int64).reshape(-1, 2)
        values = _array(rows, dtype, (len(places),))
        shape = np.array([len(rows), max(map(len, rows), default=0)], np.int64)
        cut = 1 if self.is_single else 0
        return indices[:, cut:], values, shape[cut:]

    def context_sparse(self, key: bytes, dtype: dt.DType) -> tuple:
        rows = []
        for name, context in zip(self.names, self.contexts, strict=True):
            kind, values = context.get(key, (_name(dtype), []))
            self.check_type(f"Name: {name}, Context feature: {key.decode()}", kind, dtype)
            rows.append(values)
        return self.sparse(rows, dtype)

    def context_dense(self, key: bytes, dtype: dt.DType, shape: tuple, default: np.ndarray):
        wanted = math.prod(shape)
        shown = key.decode()
        rows: list[list | None] = []
        for name, context in zip(self.names, self.contexts, strict=True):
            kind, values = context.get(key, (_name(dtype), []))
            self.check_type(f"Name: {name}, Context feature: {shown}", kind, dtype)
            found = bool(values) or (self.is_old and key in context)
            rows.append(values if found else default.ravel().tolist() if default.size else None)
            if self.is_old:
                if rows[-1] is None:
                    raise invalid(
                        self.node, f"Name: {name}, Context feature '{shown}' is required but "
                        "could not be found."
                    )  # fmt: skip
                if len(rows[-1]) != wanted:
                    raise invalid(
                        self.node, f"Name: {name}, Key: {shown}, Index: 0.  Number of "
                        f"{_name(dtype)} values != expected.  values size: {len(rows[-1])} but "
                        f"output shape: {shape_list(shape)}"
                    )  # fmt: skip
        most = max((len(row or ()) for row in rows), default=0)
        if most != wanted:
            raise invalid(
                self.node, f"Inconsistent max number of elements for feature {shown}: expected "
                f"{wanted}, but found {most}"
            )  # fmt: skip
        for name, row in zip(self.names, rows, strict=True):
            if row is None:
                raise invalid(
                    self.node, f"Feature: {shown} (data type: {_name(dtype)}) is required but "
                    "could not be found."
                )  # fmt: skip
            if len(row) != wanted:
                raise invalid(self.node, f"Unexpected number of elements in example {name}")
        return _array(rows, dtype, (*self.lead(), *shape))

    def list_sparse(self, key: bytes, dtype: dt.DType) -> tuple:
        places, values = [], []
        steps = most = 0
        word = "List" if self.is_old else "list"
        for i, (name, lists) in enumerate(zip(self.names, self.lists, strict=True)):
            rows = lists.get(key, [])
            steps = max(steps, len(rows))
            for t, (kind, row) in enumerate(rows):
                if kind is not None:
                    where = f"Name: {name}, Feature {word}: {key.decode()}, Index: {t}"
                    self.check_type(where, kind, dtype)
                most = max(most, len(row))
                places += [(i, t, j) for j in range(len(row))]
                values.append(row)
        indices = np.array(places, np.int64).reshape(-1, 3)
        shape = np.array([len(self.lists), steps, most], np.int64)
        cut = 1 if self.is_single else 0
        return indices[:, cut:], _array(values, dtype, (len(places),)), shape[cut:]

    def list_dense(self, key: bytes, dtype: dt.DType, shape: tuple, may_miss: bool) -> tuple:
        """The values, filled up, and the numbers of steps."""
        wanted = math.prod(shape)
        filler = [b"" if dtype is dt.string else 0] * wanted
        records = []
        for name, lists in zip(self.names, self.lists, strict=True):
            rows = lists.get(key)
            if rows is None and not may_miss:
                raise invalid(
                    self.node, f"Name: {name}, Feature list '{key.decode()}' is required but could "
                    "not be found.  Did you mean to include it in "
                    "feature_list_dense_missing_assumed_empty or feature_list_dense_defaults?"
                )  # fmt: skip
            steps = []
            for t, (kind, row) in enumerate(rows or []):
                if kind is not None or self.is_old:
                    where = f"Name: {name}, Feature list: {key.decode()}, Index: {t}"
                    self.check_type(where, kind, dtype)
                if len(row) != wanted:
                    number = f"{_name(dtype)} values" if self.is_old else "values"
                    raise invalid(
                        self.node, f"Name: {name}, Key: {key.decode()}, Index: {t}.  Number of "
                        f"{number} != expected.  values size: {len(row)} but output shape: "
                        f"{shape_list(shape)}"
                    )  # fmt: skip
                steps.append(row)
            records.append(steps)
        lengths = np.array([len(steps) for steps in records], np.int64)
        most = int(lengths.max(initial=0))
        rows = [row for steps in records for row in steps + [filler] * (most - len(steps))]
        values = _array(rows, dtype, (*self.lead(), most, *shape))
        return values, lengths.reshape(self.lead())


def _parse(node, serialized, names, keys: list, may_miss: list[bool], defaults) -> list:
    """The outputs of all three op types; ``keys`` has four lists in the order of the op types."""
    attrs = node.attrs
    records = _Records(node, serialized, names)
    context_sparse, context_dense, list_sparse, list_dense = keys
    sparse = [
        records.context_sparse(k, t)
        for k, t in zip(context_sparse, attrs["context_sparse_types"], strict=True)
    ]
    dense = [
        records.context_dense(k, t, s, d)
        for k, t, s, d in zip(
            context_dense, attrs["Tcontext_dense"], attrs["context_dense_shapes"], defaults,
            strict=True,
        )
    ]  # fmt: skip
    sparse_lists = [
        records.list_sparse(k, t)
        for k, t in zip(list_sparse, attrs["feature_list_sparse_types"], strict=True)
    ]
    dense_lists = [
        records.list_dense(k, t, s, m)
        for k, t, s, m in zip(
            list_dense, attrs["feature_list_dense_types"], attrs["feature_list_dense_shapes"],
            may_miss, strict=True,
        )
    ]  # fmt: skip
    found = [part[i] for i in range(3) for part in sparse] + dense
    found += [part[i] for i in range(3) for part in sparse_lists]
    found += [values for values, _ in dense_lists]
    return found if records.is_old else found + [lengths for _, lengths in dense_lists]


# ---------------------------------------------------------------------- shapes


def _shapes(node, lead: Shape, ragged: bool = False, lengths: bool = True) -> list:
    """``lead`` is the shape of the texts."""
    attrs = node.attrs
    for shape in (*attrs["context_dense_shapes"], *attrs["feature_list_dense_shapes"]):
        if not is_fully_known(shape):
            raise ShapeError(f"Shape {shape_str(shape)} is not fully defined")
    rank = None if lead is None else len(lead)
    found: list[Shape] = []

    def add_sparse(count: int, rank: int | None) -> None:
        found.extend([(None, rank)] * count + [(None,)] * count + [(rank,)] * count)

    def add_ragged(prefix: str, depth: int) -> None:
        if not ragged:
            return
        count = len(attrs[f"{prefix}_ragged_value_types"])
        outer = (None,) if not lead or lead[0] is None else (lead[0] + 1,)
        found.extend([(None,)] * count + [outer] * count + [(None,)] * count * (depth - 1))

    add_sparse(attrs["Ncontext_sparse"], None if rank is None else rank + 1)
    found += [None if lead is None else (*lead, *s) for s in attrs["context_dense_shapes"]]
    add_ragged("context", 1)
    add_sparse(attrs["Nfeature_list_sparse"], None if rank is None else rank + 2)
    dense = attrs["feature_list_dense_shapes"]
    found += [None if lead is None else (*lead, None, *s) for s in dense]
    if lengths:
        found += [lead for _ in dense]
    add_ragged("feature_list", 2)
    return found


def _one_shape(node, serialized: Shape, *rest: Shape) -> list:
    with_rank(serialized, 0)
    return _shapes(node, (), lengths=False)


# ---------------------------------------------------------------------- the op types

_SPARSE = (
    "context_sparse_indices: Ncontext_sparse * int64, "
    "context_sparse_values: list(context_sparse_types), "
    "context_sparse_shapes: Ncontext_sparse * int64, context_dense_values: list(Tcontext_dense)"
)
_LISTS = (
    "feature_list_sparse_indices: Nfeature_list_sparse * int64, "
    "feature_list_sparse_values: list(feature_list_sparse_types), "
    "feature_list_sparse_shapes: Nfeature_list_sparse * int64, "
    "feature_list_dense_values: list(feature_list_dense_types)"
)
_LENGTHS = "feature_list_dense_lengths: Nfeature_list_dense * int64"
_ALLOWED = {
    "Tcontext_dense": _TYPES,
    "context_sparse_types": _TYPES,
    "feature_list_dense_types": _TYPES,
    "feature_list_sparse_types": _TYPES,
}


def _parse_attrs(node, serialized, names, *defaults) -> list:
    """The keys are attributes."""
    attrs = node.attrs
    keys = [
        attrs["context_sparse_keys"], attrs["context_dense_keys"],
        attrs["feature_list_sparse_keys"], attrs["feature_list_dense_keys"],
    ]  # fmt: skip
    assumed = attrs["feature_list_dense_missing_assumed_empty"]
    return _parse(node, serialized, names, keys, [k in assumed for k in keys[3]], defaults)


defop(
    "ParseSequenceExample(serialized: string, debug_name: string, "
    "context_dense_defaults: list(Tcontext_dense); "
    "feature_list_dense_missing_assumed_empty: list(string), context_sparse_keys: list(string), "
    "context_dense_keys: list(string), feature_list_sparse_keys: list(string), "
    "feature_list_dense_keys: list(string), Ncontext_sparse: int = 0, Ncontext_dense: int = 0, "
    "Nfeature_list_sparse: int = 0, Nfeature_list_dense: int = 0, "
    "context_sparse_types: list(type) = [], feature_list_dense_types: list(type) = [], "
    "context_dense_shapes: list(shape) = [], feature_list_sparse_types: list(type) = [], "
    f"feature_list_dense_shapes: list(shape) = []) -> {_SPARSE}, {_LISTS}, {_LENGTHS}",
    default_types={"Tcontext_dense": []},
    shape=lambda node, serialized, *rest: _shapes(node, with_rank(serialized, 1)),
    step=_parse_attrs,
    **_ALLOWED,
)(None)


def _parse_inputs(node, serialized, names, *inputs) -> list:
    """The keys are inputs."""
    context_sparse, context_dense, context_ragged, sparse, dense, ragged, may_miss = inputs[:7]
    if context_ragged.size or ragged.size:
        raise NotImplementedError("tfgrad has no RaggedTensor.")
    keys = [k.tolist() for k in (context_sparse, context_dense, sparse, dense)]
    return _parse(node, serialized, names, keys, may_miss.tolist(), inputs[7:])


defop(
    "ParseSequenceExampleV2(serialized: string, debug_name: string, context_sparse_keys: string, "
    "context_dense_keys: string, context_ragged_keys: string, feature_list_sparse_keys: string, "
    "feature_list_dense_keys: string, feature_list_ragged_keys: string, "
    "feature_list_dense_missing_assumed_empty: bool, "
    "context_dense_defaults: list(Tcontext_dense); Ncontext_sparse: int = 0, "
    "context_sparse_types: list(type) = [], context_ragged_value_types: list(type) = [], "
    "context_ragged_split_types: list(type) = [], context_dense_shapes: list(shape) = [], "
    "Nfeature_list_sparse: int = 0, Nfeature_list_dense: int = 0, "
    "feature_list_dense_types: list(type) = [], feature_list_sparse_types: list(type) = [], "
    "feature_list_ragged_value_types: list(type) = [], "
    "feature_list_ragged_split_types: list(type) = [], "
    f"feature_list_dense_shapes: list(shape) = []) -> {_SPARSE}, "
    "context_ragged_values: list(context_ragged_value_types), "
    f"context_ragged_row_splits: list(context_ragged_split_types), {_LISTS}, {_LENGTHS}, "
    "feature_list_ragged_values: list(feature_list_ragged_value_types), "
    "feature_list_ragged_outer_splits: list(feature_list_ragged_split_types), "
    "feature_list_ragged_inner_splits: list(feature_list_ragged_split_types)",
    default_types={"Tcontext_dense": []},
    context_ragged_value_types=_TYPES,
    context_ragged_split_types=types("int32 int64"),
    feature_list_ragged_value_types=_TYPES,
    feature_list_ragged_split_types=types("int32 int64"),
    shape=lambda node, serialized, *rest: _shapes(
        node, with_rank_at_most(serialized, 1), ragged=True
    ),
    step=_parse_inputs,
    **_ALLOWED,
)(None)


def _parse_one(node, serialized, assumed, *inputs) -> list:
    """Each key is an input."""
    attrs = node.attrs
    counts = [
        attrs[n]
        for n in (
            "Ncontext_sparse",
            "Ncontext_dense",
            "Nfeature_list_sparse",
            "Nfeature_list_dense",
        )
    ]
    ends = list(itertools.accumulate(counts, initial=0))
    keys = [[k.item() for k in inputs[i:j]] for i, j in itertools.pairwise(ends)]
    missing = assumed.ravel().tolist()
    may_miss = [k in missing for k in keys[3]]
    return _parse(node, serialized, inputs[-1], keys, may_miss, inputs[ends[-1] : -1])


defop(
    "ParseSingleSequenceExample(serialized: string, "
    "feature_list_dense_missing_assumed_empty: string, "
    "context_sparse_keys: Ncontext_sparse * string, context_dense_keys: Ncontext_dense * string, "
    "feature_list_sparse_keys: Nfeature_list_sparse * string, "
    "feature_list_dense_keys: Nfeature_list_dense * string, "
    "context_dense_defaults: list(Tcontext_dense), debug_name: string; "
    "context_sparse_types: list(type) = [], feature_list_dense_types: list(type) = [], "
    "context_dense_shapes: list(shape) = [], feature_list_sparse_types: list(type) = [], "
    f"feature_list_dense_shapes: list(shape) = []) -> {_SPARSE}, {_LISTS}",
    default_types={
        "Tcontext_dense": [],
        "Ncontext_sparse": 0,
        "Ncontext_dense": 0,
        "Nfeature_list_sparse": 0,
        "Nfeature_list_dense": 0,
    },
    shape=_one_shape,
    step=_parse_one,
    **_ALLOWED,
)(None)
