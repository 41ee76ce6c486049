"""Sparse tensors as three texts, or kept in a session from one run to another.

Each of the three parts (positions, values, shape) is a ``TensorProto`` message, whose elements lie
in ``tensor_content`` whatever their type.  A part as ``variant`` is the array itself.

A map of sparse tensors belongs to a session; ``Add...`` puts tensors in and gives their numbers,
``Take...`` takes them out.  All ops run between programs.
"""

import itertools
import math
import threading

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors, running
from tfgrad._src.graph.proto import TensorProto
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, merge_dim, with_rank, with_rank_at_least
from tfgrad._src.graph.tensor_proto import make_ndarray
from tfgrad._src.graph.wire import DecodeError, delimited, read_varint, write_varint
from tfgrad._src.ops.broadcasting import invalid, shape_list, types
from tfgrad._src.ops.strings import text

_NAMES = {"float16": "half", "float32": "float", "float64": "double"}  # in run-time messages


def _name(dtype):
    return _NAMES.get(dtype.name, dtype.name)


# ---------------------------------------------------------------------- one tensor as text


def _written(x: np.ndarray, dtype: dt.DType) -> bytes:
    proto = TensorProto(dtype=dtype.as_datatype_enum)
    proto.tensor_shape.SetInParent()
    for size in x.shape:
        proto.tensor_shape.dim.add(size=size)
    if dtype is dt.string:  # all lengths, then all texts
        flat = x.ravel().tolist()
        proto.tensor_content = b"".join([write_varint(len(s)) for s in flat] + flat)
    else:
        proto.tensor_content = np.ascontiguousarray(x).tobytes()
    return proto.SerializeToString()


def _read(node, data: bytes) -> tuple[np.ndarray, dt.DType]:
    try:
        proto = TensorProto.FromString(data)
        dtype = dt.as_dtype(proto.dtype)
        if dtype is dt.string and proto.tensor_content:
            shape = tuple(d.size for d in proto.tensor_shape.dim)
            return _texts(proto.tensor_content, shape), dtype
        return dt.without_records(make_ndarray(proto)), dtype
    except (DecodeError, ValueError, TypeError):
        raise invalid(node, "Could not parse serialized proto") from None


def _texts(data: bytes, shape: tuple) -> np.ndarray:
    lengths, at = [], 0
    for _ in range(math.prod(shape)):
        length, at = read_varint(data, at)
        lengths.append(length)
    ends = list(itertools.accumulate(lengths, initial=at))
    if ends[-1] != len(data):
        raise DecodeError("The texts have another length than they should.")
    return text([data[i:j] for i, j in itertools.pairwise(ends)], shape)


def _cells(node, parts) -> list:
    """The three parts as elements of the output."""
    if node.attrs.get("out_type") is dt.variant:
        return list(parts)
    kinds = (dt.int64, node.attrs["T"], dt.int64)
    return [_written(x, kind) for x, kind in zip(parts, kinds, strict=True)]


def _objects(cells: list, shape: tuple) -> np.ndarray:
    """Any objects, arrays too, as elements of an array."""
    result = np.empty(len(cells), object)
    for i, cell in enumerate(cells):
        result[i] = cell
    return result.reshape(shape)


# ---------------------------------------------------------------------- checks


def _check_ranks(node, indices, values, shape) -> None:
    for what, kind, x, rank in (
        ("indices", "matrix", indices, 2), ("values", "vector", values, 1),
        ("shape", "vector", shape, 1),
    ):  # fmt: skip
        if x.ndim != rank:
            raise invalid(
                node, f"Input {what} should be a {kind} but received shape {shape_list(x.shape)}"
            )  # fmt: skip


def _check_counts(node, indices, values, shape) -> None:
    if len(indices) != len(values):
        raise invalid(
            node, "indices and values rows (indexing dimension) must match. (indices = "
            f"{len(indices)}, values = {len(values)})"
        )  # fmt: skip
    if indices.shape[1] != len(shape):
        raise invalid(node, "Order length must be SparseTensor rank.")


def _check_rows(node, indices, values, shape) -> None:
    """Each position lies inside and comes after the one before."""
    if node.type == "AddManySparseToTensorsMap":
        counts = (("dimensions", "second", len(shape), indices.shape[1]),
                  ("values", "first", len(values), len(indices)))  # fmt: skip
        for what, which, found, wanted in counts:
            if found != wanted:
                raise invalid(
                    node, f"Number of {what} must match {which} dimension of indices. Got {found} "
                    f"{what}, indices shape: {shape_list(indices.shape)}"
                )  # fmt: skip
    if len(shape) < 2:
        raise invalid(node, f"Rank of input SparseTensor should be > 1, but saw rank: {len(shape)}")
    if (shape < 0).any():
        bad = shape[shape < 0][0]
        raise invalid(node, f"Expected shape dimensions to be non-negative, got {bad}")
    _check_counts(node, indices, values, shape)
    outside = ((indices < 0) | (indices >= shape)).any(axis=1)
    rows = indices.tolist()
    before = None
    for i, row in enumerate(rows):
        at = f"indices[{i}] = {shape_list(row)} is "
        if outside[i]:
            raise invalid(node, f"{at}out of bounds: need 0 <= index < {shape_list(shape)}")
        if before is not None and row <= before:
            if row == before:
                raise invalid(node, f"{at}repeated")
            raise invalid(
                node, f"{at}out of order. Many sparse ops require sorted indices.\n"
                "    Use `tf.sparse.reorder` to create a correctly ordered copy.\n\n"
            )  # fmt: skip
        before = row


def _split(indices, values, shape) -> list[tuple]:
    """Per row of the first axis a sparse tensor of one rank less."""
    ends = np.searchsorted(indices[:, 0], np.arange(int(shape[0]) + 1))
    return [
        (indices[i:j, 1:], values[i:j], shape[1:])
        for i, j in itertools.pairwise(ends.tolist())
    ]  # fmt: skip


# ---------------------------------------------------------------------- writing


def _check_shapes(indices: Shape, values: Shape, shape: Shape) -> None:
    with_rank(indices, 2)
    with_rank(values, 1)
    with_rank(shape, 1)


def _one_shape(node, *inputs: Shape) -> Shape:
    _check_shapes(*inputs)
    return (3,)


def _many_shape(node, *inputs: Shape) -> Shape:
    _check_shapes(*inputs)
    return (None, 3)


def _serialize(node, *parts) -> np.ndarray:
    _check_ranks(node, *parts)
    return _objects(_cells(node, parts), (3,))


def _serialize_many(node, *parts) -> np.ndarray:
    _check_ranks(node, *parts)
    _check_rows(node, *parts)
    rows = [_cells(node, row) for row in _split(*parts)]
    return _objects([cell for row in rows for cell in row], (len(rows), 3))


_PARTS = "sparse_indices: int64, sparse_values: T, sparse_shape: int64"
for _type, _shape, _step in (
    ("SerializeSparse", _one_shape, _serialize),
    ("SerializeManySparse", _many_shape, _serialize_many),
):
    defop(
        f"{_type}({_PARTS}; out_type: type = string) -> serialized_sparse: out_type",
        out_type=types("string variant"),
        shape=_shape,
        step=_step,
    )(None)


# ---------------------------------------------------------------------- reading


def _parts(node, i: int, cells: list) -> tuple:
    """The three parts of one tensor."""
    found = []
    for j, (cell, rank) in enumerate(zip(cells, (2, 1, 1), strict=True)):
        if isinstance(cell, np.ndarray):
            x = cell
            kind = dt.string if x.dtype == object else dt.as_dtype(x.dtype)
        else:
            x, kind = _read(node, cell)
        if x.ndim != rank:
            links = (
                "represent an index matrix but received shape",
                "represent a values vector but received shape",
                "be a shape vector but its shape is",
            )
            places = ("0, 0", "0, 1", "0, 1" if node.attrs.get("Tserialized") is not dt.variant
                      else "0, 2")  # fmt: skip
            raise invalid(
                node, f"Expected serialized_sparse[{places[j]}] to {links[j]} "
                f"{shape_list(x.shape)}"
            )  # fmt: skip
        found.append((x, kind))
    (indices, _), (values, kind), (shape, _) = found
    at = f"SparseTensor[{i}]"
    if len(indices) != len(values):
        raise invalid(
            node, f"Expected row counts of {at}.indices and {at}.values to match but they do not: "
            f"{len(indices)} vs. {len(values)}"
        )  # fmt: skip
    if indices.shape[1] != len(shape):
        raise invalid(
            node, f"Expected column counts of {at}.indices to match size of {at}.shape but they do "
            f"not: {indices.shape[1]} vs. {len(shape)}"
        )  # fmt: skip
    _check_type(node, i, kind)
    return indices, values, shape


def _check_type(node, i: int, kind: dt.DType) -> None:
    wanted = node.attrs["dtype"]
    if kind is not wanted:
        raise invalid(
            node, f"Requested SparseTensor of type {_name(wanted)} but SparseTensor[{i}]"
            f".values.dtype() == {_name(kind)}"
        )  # fmt: skip


def _together(node, tensors: list[tuple], lead: tuple) -> list:
    """Tensors of one rank, put together along new axes of lengths ``lead``."""
    ranks = [len(shape) for _, _, shape in tensors]
    for i, (before, rank) in enumerate(itertools.pairwise(ranks), start=1):
        if rank != before:
            raise invalid(
                node, f"Inconsistent shape across SparseTensors: rank prior to SparseTensor[{i}] "
                f"was: {before} but rank of SparseTensor[{i}] is: {rank}"
            )  # fmt: skip
    columns = []
    for place, (indices, _, _) in zip(np.ndindex(*lead), tensors, strict=True):
        front = np.broadcast_to(np.array(place, np.int64), (len(indices), len(lead)))
        columns.append(np.concatenate([front, indices], axis=1))
    most = np.max([shape for _, _, shape in tensors], axis=0)
    return [
        np.concatenate(columns),
        np.concatenate([values for _, values, _ in tensors]),
        np.concatenate([np.array(lead, np.int64), most.astype(np.int64)]),
    ]


def _deserialize(node, serialized) -> list:
    if not serialized.ndim:
        raise invalid(
            node, f"Serialized sparse should have non-zero rank {shape_list(serialized.shape)}"
        )  # fmt: skip
    if serialized.shape[-1] != 3:
        raise invalid(
            node, "Serialized sparse should have 3 as the last dimension "
            f"{shape_list(serialized.shape)}"
        )  # fmt: skip
    if not serialized.size:
        raise invalid(
            node, "Serialized sparse should have at least 1 serialized tensor, but has a zero "
            f"dimension {shape_list(serialized.shape)}"
        )  # fmt: skip
    rows = serialized.reshape(-1, 3)
    tensors = [_parts(node, i, list(row)) for i, row in enumerate(rows)]
    if serialized.ndim == 1:
        return list(tensors[0])
    return _together(node, tensors, serialized.shape[:-1])


def _three(node, *inputs: Shape) -> list:
    return [(None, None), (None,), (None,)]


def _read_shape(node, serialized: Shape) -> list:
    merge_dim(3, with_rank_at_least(serialized, 1)[-1] if serialized else None)
    return _three(node)


def _read_many_shape(node, serialized: Shape) -> list:
    merge_dim(3, with_rank(serialized, 2)[1])
    return _three(node)


_RESULT = "sparse_indices: int64, sparse_values: dtype, sparse_shape: int64"
defop(
    f"DeserializeSparse(serialized_sparse: Tserialized; dtype: type) -> {_RESULT}",
    Tserialized=types("string variant"),
    default_types={"Tserialized": dt.string},
    shape=_read_shape,
    step=_deserialize,
)(None)
defop(
    f"DeserializeManySparse(serialized_sparse: string; dtype: type) -> {_RESULT}",
    shape=_read_many_shape,
    step=_deserialize,
)(None)


# ---------------------------------------------------------------------- kept between runs


class _Map:
    """Sparse tensors by number."""

    def __init__(self):
        self.lock = threading.Lock()
        self.numbers = itertools.count()
        self.tensors: dict[int, tuple] = {}

    def add(self, tensor: tuple) -> int:
        with self.lock:
            number = next(self.numbers)
            self.tensors[number] = tensor
        return number


def _map(node) -> tuple[str, _Map]:
    """The map of this name in the session, and its name."""
    run = running.current()
    if run is None:
        raise errors.UnimplementedError(None, node, "Tensors are kept by a session only.")
    shared = node.attrs["shared_name"].decode() or node.name
    name = f"sparse tensors/{node.attrs['container'].decode()}/{shared}"
    with run.session._run_lock:
        return shared, run.session._tables.setdefault(name, _Map())


def _add(node, *parts) -> np.ndarray:
    _check_ranks(node, *parts)
    shape = parts[2]
    if (shape < 0).any():
        raise invalid(node, f"Dimension {shape[shape < 0][0]} must be >= 0")
    _check_counts(node, *parts)
    return np.array(_map(node)[1].add((*parts, node.attrs["T"])), np.int64)


def _add_many(node, *parts) -> np.ndarray:
    _check_ranks(node, *parts)
    _check_rows(node, *parts)
    kept = _map(node)[1]
    return np.array([kept.add((*row, node.attrs["T"])) for row in _split(*parts)], np.int64)


def _take(node, handles) -> list:
    if handles.ndim != 1:
        raise invalid(
            node, "sparse_handles should be a vector but received shape "
            f"{shape_list(handles.shape)}"
        )  # fmt: skip
    if not len(handles):
        raise invalid(
            node, "Must have at least 1 serialized SparseTensor, but input matrix has 0 rows"
        )
    name, kept = _map(node)
    found = []
    for handle in handles.tolist():
        with kept.lock:
            tensor = kept.tensors.pop(handle, None)
        if tensor is None:
            raise invalid(node, f"Unable to find SparseTensor: {handle} in map: {name}")
        found.append(tensor)
    for i, (*_, kind) in enumerate(found):
        _check_type(node, i, kind)
    return _together(node, [tensor[:3] for tensor in found], (len(found),))


def _number_shape(node, *inputs: Shape) -> Shape:
    _check_shapes(*inputs)
    return ()


def _numbers_shape(node, *inputs: Shape) -> Shape:
    _check_shapes(*inputs)
    return (None,)


def _take_shape(node, handles: Shape) -> list:
    with_rank(handles, 1)
    return _three(node)


_KEPT = "container: string = '', shared_name: string = ''"
for _type, _result, _shape, _step in (
    ("AddSparseToTensorsMap", "sparse_handle", _number_shape, _add),
    ("AddManySparseToTensorsMap", "sparse_handles", _numbers_shape, _add_many),
):
    defop(
        f"{_type}({_PARTS}; {_KEPT}) -> {_result}: int64",
        shape=_shape,
        stateful=True,
        step=_step,
    )(None)
defop(
    f"TakeManySparseFromTensorsMap(sparse_handles: int64; dtype: type, {_KEPT}) -> {_RESULT}",
    shape=_take_shape,
    stateful=True,
    step=_take,
)(None)
