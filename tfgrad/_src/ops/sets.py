"""Sets: the last dimension of a tensor holds one per row, unsorted and with repeats as it may be.

Results are sparse, sorted, and as wide as the largest set, so that their sizes depend on the
values: all of these ops run between programs.
"""

import itertools

import numpy as np

from tfgrad._src.graph.dtypes import int8, int16, int32, int64, string, uint8, uint16
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge, with_rank, with_rank_at_least
from tfgrad._src.ops.broadcasting import shape_list
from tfgrad._src.ops.checks import invalid

_ACCEPTS = (int8, int16, int32, int64, uint8, uint16, string)
_OPERATIONS = {
    b"union": lambda a, b: a | b,
    b"intersection": lambda a, b: a & b,
    b"a-b": lambda a, b: a - b,
    b"b-a": lambda a, b: b - a,
}

# ---------------------------------------------------------------------- shapes


def _outputs(rank: int | None) -> list:
    return [(None, rank), (None,), (rank,)]


def _rank(shape: Shape) -> int | None:
    return None if shape is None else len(shape)


def _dense_dense_shape(node, a: Shape, b: Shape) -> list:
    if a is not None:
        with_rank_at_least(a, 2)
        if b is not None:
            with_rank(b, len(a))
            merge(a[:-1], b[:-1])
        return _outputs(len(a))
    if b is not None:
        with_rank_at_least(b, 2)
        return _outputs(len(b))
    return _outputs(None)


def _sparse_rank(indices: Shape, values: Shape, shape: Shape) -> int | None:
    """The rank that the three parts agree on."""
    indices, values, shape = with_rank(indices, 2), with_rank(values, 1), with_rank(shape, 1)
    assert indices is not None
    assert values is not None
    assert shape is not None
    if None not in (indices[0], values[0]) and indices[0] != values[0]:
        raise ShapeError(
            f"Number of elements in index ({indices[0]}) and values ({values[0]}) do not match."
        )
    if None not in (indices[1], shape[0]) and indices[1] != shape[0]:
        raise ShapeError(f"Index rank ({indices[1]}) and shape rank ({shape[0]}) do not match.")
    return shape[0] if indices[1] is None else indices[1]


def _dense_sparse_shape(node, a: Shape, *sparse: Shape) -> list:
    rank = _sparse_rank(*sparse)
    if a is not None:
        with_rank_at_least(a, 2)
        if rank is not None and rank != len(a):
            raise ShapeError(f"Dimension must be {len(a)} but is {rank}")
        rank = len(a)
    elif rank is not None and rank < 2:
        raise ShapeError(f"Input 0, expected rank >= 2, got {rank}.")
    return _outputs(rank)


def _sparse_sparse_shape(node, *parts: Shape) -> list:
    a, b = _sparse_rank(*parts[:3]), _sparse_rank(*parts[3:])
    for i, rank in enumerate((a, b)):
        if rank is not None and rank < 2:
            raise ShapeError(f"Input {i}, expected rank >= 2, got {rank}.")
    if a is not None and b is not None and a != b:
        raise ShapeError(f"Dimension must be {a} but is {b}")
    return _outputs(b if a is None else a)


# ---------------------------------------------------------------------- in numpy


def _dense_sets(node, x: np.ndarray) -> tuple[dict, tuple]:
    """Place -> set, and the shape of the places."""
    if x.ndim < 2:
        raise invalid(node, f"Shape {shape_list(x.shape)} has rank {x.ndim} < 2")
    rows = x.reshape(-1, x.shape[-1]).tolist() if x.size else []
    places = itertools.product(*map(range, x.shape[:-1]))
    return dict(zip(places, map(set, rows), strict=False)), x.shape[:-1]


def _sparse_sets(node, indices, values, shape) -> tuple[dict, tuple]:
    if node.attrs["validate_indices"] and len(indices) > 1:
        rows = indices.tolist()
        for i in range(1, len(rows)):
            if rows[i] <= rows[i - 1]:
                at = f"indices[{i}] = {shape_list(rows[i])} is"
                wrong = "repeated" if rows[i] == rows[i - 1] else (
                    "out of order. Many sparse ops require sorted indices.\n"
                    "  Use `tf.sparse.reorder` to create a correctly ordered copy."
                )  # fmt: skip
                raise invalid(node, f"{at} {wrong}")
    sets: dict = {}
    for place, value in zip(indices[:, :-1].tolist(), values.tolist(), strict=True):
        sets.setdefault(tuple(place), set()).add(value)
    return sets, tuple(shape[:-1].tolist())


def _combined(node, left: tuple[dict, tuple], right: tuple[dict, tuple], dtype) -> list:
    name = node.attrs["set_operation"]
    operation = _OPERATIONS.get(name.lower())
    if operation is None:
        raise invalid(node, f"Invalid set_operation {name.decode()}.")
    (a, a_shape), (b, b_shape) = left, right
    if a_shape != b_shape:
        raise invalid(node, f"Mismatched shapes {shape_list(a_shape)} vs {shape_list(b_shape)}")
    indices, found, width = [], [], 0
    empty: set = set()
    for place in sorted(a.keys() | b.keys()):
        result = sorted(operation(a.get(place, empty), b.get(place, empty)))
        indices += [(*place, i) for i in range(len(result))]
        found += result
        width = max(width, len(result))
    values = np.empty(len(found), dtype)
    values[:] = found
    where = np.array(indices, np.int64).reshape(-1, len(a_shape) + 1)
    return [where, values, np.array([*a_shape, width], np.int64)]


def _define(op_type: str, inputs: str, shape, sets) -> None:
    """Defines a set operation; ``sets(node, inputs)`` gives both sides."""

    def step(node, *inputs) -> list:
        return _combined(node, *sets(node, inputs), node.outputs[1].dtype.np)

    defop(
        f"{op_type}({inputs}; set_operation: string, validate_indices: bool = True)"
        " -> result_indices: int64, result_values: T, result_shape: int64",
        T=_ACCEPTS,
        shape=shape,
        step=step,
    )(None)


_define(
    "DenseToDenseSetOperation",
    "set1: T, set2: T",
    _dense_dense_shape,
    lambda node, x: (_dense_sets(node, x[0]), _dense_sets(node, x[1])),
)
_define(
    "DenseToSparseSetOperation",
    "set1: T, set2_indices: int64, set2_values: T, set2_shape: int64",
    _dense_sparse_shape,
    lambda node, x: (_dense_sets(node, x[0]), _sparse_sets(node, *x[1:])),
)
_define(
    "SparseToSparseSetOperation",
    "set1_indices: int64, set1_values: T, set1_shape: int64, set2_indices: int64, set2_values: T, "
    "set2_shape: int64",
    _sparse_sparse_shape,
    lambda node, x: (_sparse_sets(node, *x[:3]), _sparse_sets(node, *x[3:])),
)


def _size(node, indices, values, shape) -> np.ndarray:
    sets, places = _sparse_sets(node, indices, values, shape)
    result = np.zeros(places, np.int32)
    for place, members in sets.items():
        result[place] = len(members)
    return result


defop(
    "SetSize(set_indices: int64, set_values: T, set_shape: int64; validate_indices: bool = True)"
    " -> size: int32",
    T=_ACCEPTS,
    step=_size,
)(None)
