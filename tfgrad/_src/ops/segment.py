"""Sums over groups of rows: a vector of segment ids says which group a row belongs to.

The unsorted ops are told the number of groups, drop negative ids, and are one scatter each.  The
sorted ones take it from the last id, so that the size of the result depends on the values: they run
between programs.

The derivatives are in ``gradients/segment.py``.
"""

import ml_dtypes
import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import partial_scalar
from tfgrad._src.graph.dtypes import FLOATING, INDEX, NUMBER, REAL, int16, int32
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    concatenate,
    dims_must_be_equal,
    with_rank,
    with_rank_at_least,
)
from tfgrad._src.ops.broadcasting import shape_list
from tfgrad._src.ops.checks import in_range, invalid
from tfgrad._src.ops.gather import scatter


def _lowest(dtype):
    return -_largest(dtype) if dtype.kind in "fV" else np.iinfo(dtype).min


def _highest(dtype):
    return _largest(dtype) if dtype.kind in "fV" else np.iinfo(dtype).max


def _largest(dtype):
    """The largest finite number: TensorFlow's value of an empty group."""
    return ml_dtypes.finfo(dtype).max


def _zero(dtype):
    return 0


def _one(dtype):
    return 1


# ---------------------------------------------------------------------- the number is given


def _unsorted_shape(node, data: Shape, ids: Shape, num: Shape) -> Shape:
    with_rank(num, 0)
    if ids is None:
        return None
    if data is not None:
        with_rank_at_least(data, len(ids))
        for a, b in zip(data, ids, strict=False):
            if a is not None and b is not None and a != b:
                raise dims_must_be_equal(a, b)
    n = partial_scalar(node.inputs[2])
    if n is not None and n < 0:
        raise ShapeError(
            f"Dimension size, given by scalar input 2, must be non-negative but is {n}"
        )
    return None if data is None else (n, *data[len(ids) :])


def _by_segment(node, kind, start, data, ids, num: int):
    """``num`` rows of ``start``, with the rows of ``data`` combined into them by ``kind``."""
    if num < 0:
        raise invalid(node, f"Input num_segments == {num} must not be negative.")
    if np.shape(data)[: np.ndim(ids)] != np.shape(ids):
        raise invalid(
            node,
            f"data.shape = {shape_list(np.shape(data))} does not start with segment_ids.shape = "
            f"{shape_list(np.shape(ids))}",
        )
    in_range(
        node, ids, num,
        lambda place, value, n: f"segment_ids{place} = {value} is out of range [0, {n})",
        or_negative=True,
    )  # fmt: skip
    dtype = node.outputs[0].dtype.np
    rows = lax.full((num, *np.shape(data)[np.ndim(ids) :]), start(dtype), dtype)
    return scatter(kind, rows, lax.expand_dims(ids, (np.ndim(ids),)), data)


def _unsorted(op_type: str, kind, start, accepts: tuple) -> None:
    """Defines ``op(data, ids, num)``; groups without rows have the value ``start``."""

    def lower(node, data, ids, num):
        return _by_segment(node, kind, start, data, ids, int(num))

    defop(
        f"{op_type}(data: T, segment_ids: Tindices, num_segments: Tnumsegments) -> output: T",
        T=accepts,
        Tindices=(int16, *INDEX) if op_type == "UnsortedSegmentSum" else INDEX,
        Tnumsegments=INDEX,
        default_types={"Tnumsegments": int32},
        shape=_unsorted_shape,
        host_inputs=("num_segments",),
    )(lower)


# fmt: off
_unsorted("UnsortedSegmentSum",  lax.scatter_add, _zero,    NUMBER)
_unsorted("UnsortedSegmentProd", lax.scatter_mul, _one,     NUMBER)
_unsorted("UnsortedSegmentMax",  lax.scatter_max, _lowest,  REAL)
_unsorted("UnsortedSegmentMin",  lax.scatter_min, _highest, REAL)
# TensorFlow has these for XLA alone, where they do not ask for sorted ids either.
_unsorted("SegmentSumV2",        lax.scatter_add, _zero,    NUMBER)
_unsorted("SegmentProdV2",       lax.scatter_mul, _one,     NUMBER)
_unsorted("SegmentMaxV2",        lax.scatter_max, _lowest,  REAL)
_unsorted("SegmentMinV2",        lax.scatter_min, _highest, REAL)
# fmt: on


# ---------------------------------------------------------------------- the ids are sorted


def _sorted_shape(node, data: Shape, ids: Shape) -> Shape:
    with_rank_at_least(data, 1)
    with_rank(ids, 1)
    return None if data is None else concatenate((None,), data[1:])


def _groups(node, data, ids) -> tuple[int, np.ndarray]:
    """The number of groups, and the first row of each that has rows."""
    if np.ndim(ids) != 1:
        raise invalid(node, "segment_ids should be a vector.")
    if len(ids) != np.shape(data)[0]:
        raise invalid(node, "segment_ids should be the same size as dimension 0 of input.")
    if not len(ids):
        return 0, np.zeros(0, np.int64)
    num = int(ids[-1]) + 1
    if num <= 0:
        raise invalid(node, "segment ids must be >= 0")
    starts = np.append(0, np.flatnonzero(ids[1:] != ids[:-1]) + 1)
    found = ids[starts]
    if found[0] >= 0 and (found[1:] > found[:-1]).all():
        return num, starts
    # TensorFlow's kernel goes from group to group and complains of the first that is wrong.
    for k, n in enumerate(found):
        if k + 1 < len(found) and n >= found[k + 1]:
            raise invalid(node, "segment ids are not increasing")
        if not 0 <= n < num:
            raise invalid(
                node,
                f"Segment id {n} out of range [0, {num}), possibly because 'segment_ids' input is "
                f"not sorted.",
            )
    raise AssertionError(ids)


def _combined(kind, empty: int, data, ids, num: int, starts) -> np.ndarray:
    """A row per group: ``ufunc.reduceat`` takes a seventh of the time of ``ufunc.at``."""
    result = np.full((num, *data.shape[1:]), empty, data.dtype)
    if len(starts):
        result[ids[starts]] = kind.reduceat(data, starts, axis=0, dtype=data.dtype)
    return result


def _sorted(op_type: str, kind, empty: int, accepts: tuple) -> None:
    """Defines ``op(data, ids)``; groups without rows have the value ``empty``."""
    defop(
        f"{op_type}(data: T, segment_ids: Tindices) -> output: T",
        T=accepts,
        Tindices=INDEX,
        shape=_sorted_shape,
        step=lambda node, data, ids: _combined(kind, empty, data, ids, *_groups(node, data, ids)),
    )(None)


# fmt: off
_sorted("SegmentSum",  np.add,      0, NUMBER)
_sorted("SegmentProd", np.multiply, 1, NUMBER)
_sorted("SegmentMax",  np.maximum,  0, REAL)
_sorted("SegmentMin",  np.minimum,  0, REAL)
# fmt: on


def _mean(node, data, ids):
    num, starts = _groups(node, data, ids)
    total = _combined(np.add, 0, data, ids, num, starts)
    counts = np.maximum(np.bincount(ids, minlength=num), 1).astype(data.dtype)
    counts = counts.reshape((num,) + (1,) * (data.ndim - 1))
    return total // counts if data.dtype.kind in "iu" else total / counts


defop(
    "SegmentMean(data: T, segment_ids: Tindices) -> output: T",
    T=NUMBER,
    Tindices=INDEX,
    shape=_sorted_shape,
    step=_mean,
)(None)
