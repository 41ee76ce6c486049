"""Counting: how often each whole number occurs, and how many numbers fall into each bin.

Every op is one scatter of ones (or of weights) into zeros.  The number of bins is a host operand.

The ops have no derivative.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import partial_scalar
from tfgrad._src.graph.dtypes import INDEX, float32, float64, int32, int64
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank, with_rank_at_most
from tfgrad._src.ops.broadcasting import invalid, shape_list
from tfgrad._src.ops.checks import require
from tfgrad._src.ops.gather import scatter

_TYPES = (int32, int64, float32, float64)


def _number_of_bins(node, size: Shape) -> int | None:
    with_rank(size, 0)
    n = partial_scalar(node.inputs[1])
    if n is not None and n < 0:
        raise ShapeError(f"size ({n}) must be non-negative")
    return n


def _bincount_shape(node, x: Shape, size: Shape, weights: Shape) -> Shape:
    return (_number_of_bins(node, size),)


def _dense_shape(node, x: Shape, size: Shape, weights: Shape) -> Shape:
    with_rank_at_most(x, 2)
    n = _number_of_bins(node, size)
    if n is None:  # TensorFlow takes the rank of the input for that of the result
        return None if x is None else (None,) * len(x)
    return _dense_dims(x, n)


def _dense_dims(x: Shape, n: int) -> Shape:
    return None if x is None else (x[0], n) if len(x) == 2 else (n,)


def _check(node, x, size) -> int:
    if np.ndim(size):
        raise invalid(node, f"Shape must be rank 0 but is rank {np.ndim(size)}")
    if size < 0:
        raise invalid(node, f"size ({size}) must be non-negative")

    def explain(x) -> None:
        if x.min() < 0:
            if np.ndim(x) < 2 or node.type == "Bincount":
                raise invalid(node, "Input arr must be non-negative!")
            raise invalid(
                node,
                f"Input 'in' must be non-negative! Negative input value found: {x[x < 0][0]}",
            )

    def failed(x):
        return lax.lt(lax.reduce_min(x, tuple(range(np.ndim(x)))), np.asarray(0, x.dtype))

    if np.size(x):
        require(node, explain, failed, x, ranges=((0, None),))
    return int(size)


def count_numbers(node, x, size: int, weights, binary: bool = False):
    """Per row of ``x`` (shape ``[rows, n]``) the sums of ``weights`` by number."""
    dtype = node.outputs[0].dtype.np
    rows, length = np.shape(x)
    zeros = lax.full((rows, size), 0, dtype)
    if rows == 0 or length == 0 or size == 0:
        return zeros
    x = lax.convert_element_type(x, np.int64)
    x = lax.select(lax.ge(x, np.int64(0)), x, lax.full_like(x, size))  # scatter drops these
    row = lax.broadcasted_iota(np.int64, (rows, length), 0)
    places = lax.concatenate([lax.expand_dims(row, (2,)), lax.expand_dims(x, (2,))], 2)
    if binary or np.size(weights) == 0:
        updates = lax.full((rows, length), 1, dtype)
    else:
        updates = lax.reshape(weights, (rows, length))
    return scatter(lax.scatter if binary else lax.scatter_add, zeros, places, updates)


@defop(
    "Bincount(arr: int32, size: int32, weights: T) -> bins: T",
    T=_TYPES, shape=_bincount_shape, host_inputs=("size",),
)  # fmt: skip
def bincount(node, x, size, weights):
    n = _check(node, x, size)
    if np.size(weights) not in (0, np.size(x)):
        raise invalid(node, "Input indices and weights must have the same size.")
    return lax.reshape(count_numbers(node, lax.reshape(x, (1, np.size(x))), n, weights), (n,))


@defop(
    "DenseBincount(input: Tidx, size: Tidx, weights: T; binary_output: bool = False) -> output: T",
    Tidx=INDEX, T=_TYPES, shape=_dense_shape, host_inputs=("size",),
)  # fmt: skip
def dense_bincount(node, x, size, weights):
    """Rows are counted apart; with ``binary_output`` whether, not how often."""
    if np.ndim(x) > 2:
        raise invalid(node, f"Shape must be at most rank 2 but is rank {np.ndim(x)}")
    n = _check(node, x, size)
    if np.size(weights) and np.shape(weights) != np.shape(x):
        raise invalid(
            node,
            "`weights` must be the same shape as `arr` or a length-0 `Tensor`, in which case it "
            f"acts as all weights equal to 1. Received {shape_list(np.shape(weights))}",
        )
    shape = _dense_dims(np.shape(x), n)
    x = x if np.ndim(x) == 2 else lax.reshape(x, (1, np.size(x)))
    return lax.reshape(count_numbers(node, x, n, weights, node.attrs["binary_output"]), shape)


def _fixed_width_shape(node, values: Shape, bounds: Shape, bins: Shape) -> Shape:
    with_rank(bounds, 1)
    if bounds is not None and bounds[0] not in (2, None):
        raise ShapeError(f"Dimension must be 2 but is {bounds[0]}")
    with_rank(bins, 0)
    n = partial_scalar(node.inputs[2])
    if n is not None and n <= 0:
        raise ShapeError(f"Requires nbins > 0: {n}")
    return (n,)


def _check_values(node, values, bounds) -> None:
    def explain_bounds(bounds) -> None:
        if bounds[0] >= bounds[1]:
            low, high = (f"{b:g}" for b in bounds)
            raise invalid(
                node,
                "value_range should satisfy value_range[0] < value_range[1], but got "
                f"'[{low}, {high}]'",
            )

    require(node, explain_bounds, lambda b: lax.ge(b[0], b[1]), bounds)

    def explain(values) -> None:
        if np.isnan(values).any():
            raise invalid(node, "Histogram values must not contain NaN")

    def failed(values):
        return lax.reduce_or(lax.ne(values, values), tuple(range(np.ndim(values))))

    if node.attrs["T"] in (float32, float64):
        require(node, explain, failed, values)


@defop(
    "HistogramFixedWidth(values: T, value_range: T, nbins: int32; dtype: type = int32)"
    " -> out: dtype",
    T=_TYPES, dtype=INDEX, shape=_fixed_width_shape, host_inputs=("nbins",),
)  # fmt: skip
def histogram_fixed_width(node, values, bounds, bins):
    """Which bin is decided in float64; what lies outside the bounds counts in the outer bins."""
    if np.ndim(bins):
        raise invalid(node, "nbins should be a scalar.")
    if bins <= 0:
        raise invalid(node, f"nbins should be a positive number, but got '{bins}'")
    _check_values(node, values, bounds)
    bins, wide = int(bins), np.float64
    low, high = (lax.index_in_dim(bounds, k, keepdims=False) for k in (0, 1))
    values = lax.reshape(values, (1, np.size(values)))
    inside = lax.sub(lax.clamp(low, values, high), lax.broadcast(low, values.shape))
    step = lax.div(lax.convert_element_type(lax.sub(high, low), wide), wide(bins))
    place = lax.div(lax.convert_element_type(inside, wide), lax.broadcast(step, values.shape))
    place = lax.convert_element_type(lax.clamp(wide(0), place, wide(bins - 1)), np.int32)
    if node.attrs["T"] in (float32, float64):
        place = lax.select(lax.eq(values, values), place, lax.full_like(place, bins))
    return lax.reshape(count_numbers(node, place, bins, np.zeros(0)), (bins,))
