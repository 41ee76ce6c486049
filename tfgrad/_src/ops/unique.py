"""What finds positions: ``Where`` of one argument, and ``Unique``.

How many elements these give depends on the values, so they run between programs.
"""

import math

import numpy as np

from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import INDEX, NUMBER, bool_, int64
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import invalid


def _where(node, x):
    return np.argwhere(x).astype(np.int64, copy=False)


defop(
    "Where(input: T) -> index: int64",
    T=(*NUMBER, bool_),
    default_types={"T": bool_},
    shape=lambda node, x: (None, None if x is None else len(x)),
    step=_where,
)(None)


def _first_occurrences(node, x):
    """Distinct values in the order of their first occurrence, places among them, and counts."""
    dtype = node.attrs["out_idx"].np
    if x.dtype == object:
        found: dict = {}
        places = np.array([found.setdefault(v, len(found)) for v in x.tolist()], dtype)
        values = np.empty(len(found), object)
        values[:] = list(found)
        return values, places, np.bincount(places, minlength=len(found)).astype(dtype)
    # nan is equal to nothing, as in TensorFlow.
    _, first, inverse, counts = np.unique(
        x.astype(np.float32) if x.dtype.kind == "V" else x,  # bfloat16 is not sorted with nan
        return_index=True,
        return_inverse=True,
        return_counts=True,
        equal_nan=False,
    )
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), dtype)
    rank[order] = np.arange(len(order))
    return x[first[order]], rank[inverse.reshape(-1)], counts[order].astype(dtype)


def _unique_shape(node, x: Shape) -> list[Shape]:
    if node.type == "Unique":  # the other's rule has no word on it
        with_rank(x, 1)
    return [(None,), x, (None,)][: len(node.outputs)]


def _unique(node, x):
    return _first_occurrences(node, x)[: len(node.outputs)]


defop(
    "Unique(x: T; out_idx: type = int32) -> y: T, idx: out_idx",
    out_idx=INDEX,
    shape=_unique_shape,
    step=_unique,
)(None)
defop(
    "UniqueWithCounts(x: T; out_idx: type = int32) -> y: T, idx: out_idx, count: out_idx",
    out_idx=INDEX,
    shape=_unique_shape,
    step=_unique,
)(None)


# ---------------------------------------------------------------------- rows along an axis


def _rows_shape(node, x: Shape, axis: Shape) -> list[Shape]:
    """Without an axis, ``x`` is a vector."""
    with_rank(axis, 1)
    value = known_value(node.inputs[1])
    others: list[Shape] = [(None,), (None,)][: len(node.outputs) - 1]
    if value is None or x is None:
        return [None if x is None else (None,) * len(x), *others]
    if value.size > 1:
        raise ShapeError("axis does not support input tensors larger than 1 elements.")
    if not value.size:
        if len(x) != 1:
            raise ShapeError("x expects a 1D vector.")
        return [(None,), x, *others[1:]]
    i = int(value.item())
    if not -len(x) <= i < len(x):
        raise ShapeError(f"axis expects to be in the range [{-len(x)}, {len(x)})")
    i %= len(x)
    return [(None,) * len(x), (x[i],), *others[1:]]


def _unique_rows(node, x, axis) -> list:
    if axis.ndim != 1:
        raise invalid(node, "axis expects a 1D vector.")
    if axis.size > 1:
        raise invalid(node, "axis does not support input tensors larger than 1 elements")
    if not axis.size:
        if x.ndim != 1:
            raise invalid(node, "unique expects a 1D vector.")
        return list(_first_occurrences(node, x)[: len(node.outputs)])
    i = axis.item()
    if not -x.ndim <= i < x.ndim:
        raise invalid(node, f"axis has to be between [0, {x.ndim})")
    rows = np.moveaxis(x, i, 0)
    keys = rows.reshape(len(rows), math.prod(rows.shape[1:])).tolist()
    found: dict = {}
    dtype = node.attrs["out_idx"].np
    places = np.array([found.setdefault(tuple(k), len(found)) for k in keys], dtype)
    first = [keys.index(list(k)) for k in found]
    counts = np.bincount(places, minlength=len(found)).astype(dtype)
    return [np.moveaxis(rows[first], 0, i), places, counts][: len(node.outputs)]


for _name, _more in (("UniqueV2", ""), ("UniqueWithCountsV2", ", count: out_idx")):
    defop(
        f"{_name}(x: T, axis: Taxis; out_idx: type = int32) -> y: T, idx: out_idx{_more}",
        Taxis=INDEX,
        out_idx=INDEX,
        default_types={"Taxis": int64},
        shape=_rows_shape,
        step=_unique_rows,
    )(None)
