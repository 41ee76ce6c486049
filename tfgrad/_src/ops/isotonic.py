"""Isotonic regression: the numbers nearest to given ones that never increase along a row.

::

    minimise  sum over i of (y[i] - x[i])**2  where  y[0] >= y[1] >= ... >= y[n - 1]

The solution is constant on segments, the mean of ``x`` on each.  They are found by pooling
neighbours that are in the wrong order: a stack of pools grows by one element at a time, and while
the mean of the last pool is above that of the one before, the two are joined.  All rows do a step
of this at once, up to ``2 n`` steps.

The derivative is in ``gradients/isotonic.py``, the public function in ``functions/isotonic.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import REAL
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape
from tfgrad._src.ops.broadcasting import types

_ONE_OF_EACH = lax.GatherDimensionNumbers(
    offset_dims=(), collapsed_slice_dims=(0,), start_index_map=(0,)
)
_INTO_EACH = lax.ScatterDimensionNumbers(
    update_window_dims=(), inserted_window_dims=(0,), scatter_dims_to_operand_dims=(0,)
)
_index = np.int64


def _take(flat, places):
    """``flat[places]``; the nearest place for one out of range."""
    mode = lax.GatherScatterMode.CLIP
    return lax.gather(flat, places[..., None], _ONE_OF_EACH, (1,), mode=mode)


def _put(flat, places, values):
    """``flat`` with ``values`` at ``places``, except those out of range."""
    mode = lax.GatherScatterMode.FILL_OR_DROP
    return lax.scatter(flat, places[..., None], values, _INTO_EACH, mode=mode)


def _number(like, value: int):
    return lax.full(like.shape, value, like.dtype)


def _pooled(x, rows: int, n: int):
    """The sums of the pools of each row, where each pool begins, and the number of pools."""
    first = lax.mul(lax.iota(_index, rows), np.full(rows, n, _index))  # the place of each row
    start = (
        np.True_,
        np.zeros(rows, _index),  # how many elements are in pools
        np.zeros(rows, _index),  # how many pools there are
        lax.full((rows * n,), 0, x.dtype),
        np.zeros(rows * n, _index),
    )

    def step(carry):
        _, column, pools, sums, begins = carry
        last = lax.add(first, lax.sub(pools, _number(pools, 1)))
        before = lax.sub(last, _number(last, 1))
        sum_last, sum_before = _take(sums, last), _take(sums, before)
        begin_last, begin_before = _take(begins, last), _take(begins, before)

        def mean(total, end, begin):
            count = lax.max(lax.sub(end, begin), _number(end, 1))
            return lax.div(total, lax.convert_element_type(count, x.dtype))

        wrong = lax.gt(
            mean(sum_last, column, begin_last), mean(sum_before, begin_last, begin_before)
        )
        joins = lax.bitwise_and(lax.ge(pools, _number(pools, 2)), wrong)
        grows = lax.bitwise_and(lax.bitwise_not(joins), lax.lt(column, _number(column, n)))
        nowhere = _number(last, rows * n)
        place = lax.select(
            joins, before, lax.select(grows, lax.add(last, _number(last, 1)), nowhere)
        )
        new = _take(x, lax.add(first, lax.min(column, _number(column, n - 1))))
        sums = _put(sums, place, lax.select(joins, lax.add(sum_before, sum_last), new))
        begins = _put(begins, place, lax.select(joins, begin_before, column))
        more = lax.convert_element_type(grows, _index)
        less = lax.convert_element_type(joins, _index)
        active = lax.reduce_or(lax.bitwise_or(joins, grows), (0,))
        return active, lax.add(column, more), lax.sub(lax.add(pools, more), less), sums, begins

    _, _, pools, sums, begins = lax.while_loop(lambda carry: carry[0], step, start)
    return sums, begins, pools


def _same(node, x: Shape) -> list[Shape]:
    return [x, x]


@defop(
    "IsotonicRegression(input: T; output_dtype: type = float32)"
    " -> output: output_dtype, segments: int32",
    T=REAL, output_dtype=types("half bfloat16 float double"),
    shape=_same,
)  # fmt: skip
def isotonic_regression(node, x):
    shape, dtype = x.shape, node.outputs[0].dtype.np
    x = lax.convert_element_type(x, dtype)
    if not shape or 0 in shape:
        return [x, lax.full(shape, 0, np.int32)]
    n = shape[-1]
    rows = math.prod(shape[:-1])
    sums, begins, pools = _pooled(lax.reshape(x, (rows * n,)), rows, n)
    place = lax.broadcasted_iota(_index, (rows, n), 1)
    exists = lax.lt(place, lax.broadcast_in_dim(pools, (rows, n), (0,)))
    begins = lax.select(exists, lax.reshape(begins, (rows, n)), _number(place, n))
    ends = lax.concatenate([begins[:, 1:], lax.full((rows, 1), n, _index)], 1)
    count = lax.max(lax.sub(ends, begins), _number(begins, 1))
    means = lax.div(lax.reshape(sums, (rows, n)), lax.convert_element_type(count, dtype))
    row = lax.mul(lax.broadcasted_iota(_index, (rows, n), 0), _number(place, n))
    starts = lax.select(exists, lax.add(row, begins), _number(place, rows * n))
    starts = _put(lax.full((rows * n,), 0, np.int32), starts, lax.full((rows, n), 1, np.int32))
    segments = lax.sub(lax.cumsum(lax.reshape(starts, (rows, n)), 1), np.ones((rows, n), np.int32))
    y = _take(
        lax.reshape(means, (rows * n,)), lax.add(row, lax.convert_element_type(segments, _index))
    )
    return [lax.reshape(y, shape), lax.reshape(segments, shape)]
