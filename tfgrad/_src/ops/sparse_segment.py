"""Sums, means and scaled sums over groups of rows that are gathered first.

``data[indices[i]]`` belongs to group ``segment_ids[i]``, and the ids never decrease.  A sum is
divided by the number of its rows (``Mean``) or by the root of that (``SqrtN``).

Where the number of groups is given the op is compiled: a gather and a scatter-add.  Else it is
taken from the last id, so that the size of the result depends on the values: the op runs between
programs, as do the gradients that list the rows they touch (``GradV2``).

The derivatives are in ``gradients/sparse_segment.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import partial_scalar
from tfgrad._src.graph.dtypes import INDEX, REAL, int32
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge, with_rank, with_rank_at_least
from tfgrad._src.ops.broadcasting import types
from tfgrad._src.ops.checks import in_range, invalid, is_out_of_range, require
from tfgrad._src.ops.gather import scatter
from tfgrad._src.ops.sparse import convert, wide

_FLOATS = types("bfloat16 half float double")
_INDEX_TYPES = {"Tidx": INDEX, "Tsegmentids": INDEX}
_DEFAULTS = {"Tidx": int32, "Tsegmentids": int32, "Tnumsegments": int32}

# ---------------------------------------------------------------------- shapes


def _rows_shape(node, data: Shape, indices: Shape, ids: Shape, number: Shape = ()) -> Shape:
    data = with_rank_at_least(data, 1)
    merge(with_rank(indices, 1), with_rank(ids, 1))
    with_rank(number, 0)
    rows = None
    if len(node.inputs) == 4:
        rows = partial_scalar(node.inputs[3])
        if rows is not None and rows < 0:
            raise ShapeError("Cannot specify a negative value for num_segments")
    return None if data is None else (rows, *data[1:])


def _check_grad(grads: Shape, indices: Shape, ids: Shape, number: Shape) -> Shape:
    grads = with_rank_at_least(grads, 1)
    merge(ids, with_rank(indices, 1))
    with_rank(number, 0)
    return grads


def _grad_shape(node, grads: Shape, indices: Shape, ids: Shape, number: Shape) -> Shape:
    grads = _check_grad(grads, indices, ids, number)
    rows = partial_scalar(node.inputs[3])
    if rows is not None and rows < 0:
        raise ShapeError("Cannot specify a negative value for output_dim0")
    return None if grads is None else (rows, *grads[1:])


def _grad_v2_shape(node, grads: Shape, indices: Shape, ids: Shape, number: Shape) -> list:
    grads = _check_grad(grads, indices, ids, number)
    return [None if grads is None else (None, *grads[1:]), (None,)]


# ---------------------------------------------------------------------- what must hold


def _check_forward(node, data, indices, ids, number: int | None) -> None:
    n = np.shape(data)[0]
    if number is not None and number < 0:
        raise invalid(node, "segment ids must be >= 0")

    def explain(ids) -> None:
        if (np.diff(ids) < 0).any():
            raise invalid(node, "segment ids are not increasing")
        last = int(ids[-1]) + 1
        if number is not None and last > number:
            raise invalid(node, "segment ids must be < num_segments")
        if ids[0] < 0:
            raise invalid(
                node, f"Segment id {ids[0]} out of range [0, {number or last}), possibly because "
                f"'segment_ids' input is not sorted."
            )  # fmt: skip

    def failed(ids):
        wrong = is_out_of_range(ids, number)
        k = np.shape(ids)[0]
        falls = lax.lt(lax.slice_in_dim(ids, 1, k), lax.slice_in_dim(ids, 0, k - 1))
        return lax.bitwise_or(wrong, lax.reduce_or(falls, (0,)))

    if np.size(ids):
        require(node, explain, failed, ids)
    in_range(
        node, indices, n, lambda place, i, n: f"Bad: indices{place} == {i} out of range [0, {n})"
    )


def _check_backward(node, grads, indices, ids, number: int) -> None:
    if number < 0:
        raise invalid(node, f"Expected a non-negative size, got {number}")
    groups = np.shape(grads)[0]

    def explain(ids) -> None:
        if ids[-1] >= groups:
            raise invalid(node, "Invalid number of segments")
        for i in ids[(ids < 0) | (ids >= groups)][:1]:
            raise invalid(node, f"Segment id {i} out of range [0, {groups}).")

    if np.size(ids):
        failed = lambda ids: is_out_of_range(ids, groups)  # noqa: E731
        require(node, explain, failed, ids, ranges=((0, groups),))
    in_range(node, indices, number, lambda place, i, n: f"Index {i} out of range [0, {n}).")


# ---------------------------------------------------------------------- in numpy


def _divisors(kind: str, ids: np.ndarray, groups: int, dtype) -> np.ndarray:
    counts = np.maximum(np.bincount(ids, minlength=groups), 1).astype(dtype)
    return np.sqrt(counts) if kind == "SqrtN" else counts


def _column(x: np.ndarray, like: np.ndarray) -> np.ndarray:
    return x.reshape(x.shape + (1,) * (like.ndim - 1))


def _forward_step(kind: str):
    def step(node, data, indices, ids) -> np.ndarray:
        _check_forward(node, data, indices, ids, None)
        groups = int(ids[-1]) + 1 if len(ids) else 0
        dtype = wide(data.dtype)
        total = np.zeros((groups, *data.shape[1:]), dtype)
        if groups:
            starts = np.flatnonzero(np.concatenate([[True], np.diff(ids) > 0]))
            rows = data[indices].astype(dtype, copy=False)
            total[ids[starts]] = np.add.reduceat(rows, starts, axis=0)
        if kind != "Sum":
            total /= _column(_divisors(kind, ids, groups, dtype), total)
        return total.astype(data.dtype, copy=False)

    return step


def _backward_step(kind: str):
    def step(node, grads, indices, ids, number) -> list:
        _check_backward(node, grads, indices, ids, int(number))
        dtype = wide(grads.dtype)
        if kind != "Sum":
            each = _divisors(kind, ids, len(grads), dtype)
            grads = (grads.astype(dtype, copy=False) / _column(each, grads)).astype(grads.dtype)
        places, where = np.unique(indices, return_inverse=True)
        order = np.argsort(where, kind="stable")
        rows = grads[ids[order]].astype(dtype, copy=False)
        total = np.zeros((len(places), *grads.shape[1:]), dtype)
        if len(places):
            starts = np.searchsorted(where[order], np.arange(len(places)))
            total = np.add.reduceat(rows, starts, axis=0)
        return [total.astype(grads.dtype, copy=False), places]

    return step


# ---------------------------------------------------------------------- compiled


def _gather(x, at):
    """The rows ``at`` of ``x``."""
    numbers = lax.GatherDimensionNumbers(
        offset_dims=tuple(range(1, np.ndim(x))), collapsed_slice_dims=(0,), start_index_map=(0,)
    )
    sizes = (1, *np.shape(x)[1:])
    mode = lax.GatherScatterMode.CLIP
    return lax.gather(x, lax.expand_dims(at, (1,)), numbers, slice_sizes=sizes, mode=mode)


def _add_rows(rows, at, number: int):
    zeros = lax.full((number, *rows.shape[1:]), 0, rows.dtype)
    return scatter(lax.scatter_add, zeros, lax.expand_dims(at, (1,)), rows)


def _divided(kind: str, x, ids, groups: int):
    """``x``, one row per group, divided by what ``kind`` says of the number of rows."""
    if kind == "Sum":
        return x
    ones = lax.full(np.shape(ids), 1, np.int32)
    counts = convert(lax.max(_add_rows(ones, ids, groups), np.int32(1)), x.dtype)
    by = lax.sqrt(counts) if kind == "SqrtN" else counts
    return lax.div(x, lax.broadcast_in_dim(by, x.shape, (0,)))


def _forward(kind: str):
    def lower(node, data, indices, ids, number):
        number = int(number)
        _check_forward(node, data, indices, ids, number)
        dtype = node.outputs[0].dtype.np
        shape = (number, *np.shape(data)[1:])
        if 0 in shape or not np.shape(data)[0] or not np.shape(ids)[0]:
            return lax.full(shape, 0, dtype)
        total = _add_rows(convert(_gather(data, indices), wide(dtype)), ids, number)
        return convert(_divided(kind, total, ids, number), dtype)

    return lower


def _backward(kind: str):
    def lower(node, grads, indices, ids, number):
        number = int(number)
        _check_backward(node, grads, indices, ids, number)
        dtype = node.outputs[0].dtype.np
        shape = (number, *np.shape(grads)[1:])
        groups = np.shape(grads)[0]
        if 0 in shape or not groups or not np.shape(ids)[0]:
            return lax.full(shape, 0, dtype)
        each = _divided(kind, convert(grads, wide(dtype)), ids, groups)
        return convert(_add_rows(_gather(each, ids), indices, number), dtype)

    return lower


# ---------------------------------------------------------------------- the table

for _kind in ("Sum", "Mean", "SqrtN"):
    _accepts = REAL if _kind == "Sum" else _FLOATS
    defop(
        f"SparseSegment{_kind}(data: T, indices: Tidx, segment_ids: Tsegmentids; "
        "sparse_gradient: bool = False) -> output: T",
        T=_accepts,
        **_INDEX_TYPES,
        default_types={k: v for k, v in _DEFAULTS.items() if k != "Tnumsegments"},
        shape=_rows_shape,
        step=_forward_step(_kind),
    )(None)
    defop(
        f"SparseSegment{_kind}WithNumSegments(data: T, indices: Tidx, segment_ids: Tsegmentids, "
        "num_segments: Tnumsegments; sparse_gradient: bool = False) -> output: T",
        T=_accepts,
        **_INDEX_TYPES,
        Tnumsegments=INDEX,
        default_types=_DEFAULTS,
        shape=_rows_shape,
        host_inputs=("num_segments",),
    )(_forward(_kind))
    defop(
        f"SparseSegment{_kind}Grad(grad: T, indices: Tidx, segment_ids: Tsegmentids, "
        "output_dim0: int32) -> output: T",
        T=_FLOATS,
        **_INDEX_TYPES,
        default_types={k: v for k, v in _DEFAULTS.items() if k != "Tnumsegments"},
        shape=_grad_shape,
        host_inputs=("output_dim0",),
    )(_backward(_kind))
    defop(
        f"SparseSegment{_kind}GradV2(grad: T, indices: Tidx, segment_ids: Tsegmentids, "
        "dense_output_dim0: int32) -> output: T, sorted_unique_indices: Tidx",
        T=_FLOATS,
        **_INDEX_TYPES,
        default_types={k: v for k, v in _DEFAULTS.items() if k != "Tnumsegments"},
        shape=_grad_v2_shape,
        step=_backward_step(_kind),
    )(None)
