"""The largest elements of each row, and whether a given one is among them.

The derivatives are in ``gradients/top_k.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import FLOATING, INDEX, REAL
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge_dim, with_rank, with_rank_at_least
from tfgrad._src.ops.broadcasting import constant_like, invalid, shape_list


def _best_shape(node, x: Shape, k: int | None) -> list[Shape]:
    x = with_rank_at_least(x, 1)
    if x is None:
        return [None, None]
    if k is not None and x[-1] is not None and x[-1] < k:
        raise ShapeError(f"input must have last dimension >= k = {k} but is {x[-1]}")
    return [(*x[:-1], k)] * 2


def _top_k_v2_shape(node, x: Shape, k: Shape) -> list[Shape]:
    with_rank_at_least(x, 1)
    with_rank(k, 0)
    value = known_value(node.inputs[1])
    if value is not None and value < 0:
        raise ShapeError(
            f"Dimension size, given by scalar input 1, must be non-negative but is {value}"
        )
    return _best_shape(node, x, None if value is None else int(value))


def _best(node, x, k: int) -> list:
    """In descending order; of equal elements the one with the lower index comes first."""
    if x.ndim == 0:
        raise invalid(node, "input must be >= 1-D, got shape []")
    if k < 0:
        raise invalid(node, f"Need k >= 0, got {k}")
    if x.shape[-1] < k:
        raise invalid(node, f"input must have at least k columns. Had {x.shape[-1]}, needed {k}")
    values, indices = lax.top_k(x, k)
    return [values, lax.convert_element_type(indices, node.outputs[1].dtype.np)]


@defop(
    "TopKV2(input: T, k: Tk; sorted: bool = True, index_type: type = int32)"
    " -> values: T, indices: index_type",
    T=REAL, Tk=(dt.int16, dt.int32, dt.int64), index_type=(dt.int16, dt.int32, dt.int64),
    default_types={"Tk": dt.int32}, shape=_top_k_v2_shape, host_inputs=("k",),
)  # fmt: skip
def top_k_v2(node, x, k):
    if np.ndim(k):
        raise invalid(node, f"k must be scalar, got shape {shape_list(np.shape(k))}")
    return _best(node, x, int(k))


@defop(
    "TopK(input: T; k: int, sorted: bool = True) -> values: T, indices: int32",
    T=REAL,
    shape=lambda node, x: _best_shape(node, x, node.attrs["k"]),
)
def top_k(node, x):
    """Of old graphs."""
    return _best(node, x, node.attrs["k"])


# ---------------------------------------------------------------------- approximately


def _candidates(node, size: int, rank: int) -> int:
    """How many elements a TPU would give that does not choose among them in the end."""
    k, recall = node.attrs["k"], float(np.float32(node.attrs["recall_target"]))
    override = node.attrs["reduction_input_size_override"]
    tile = 1024 if rank == 1 else 128
    if size <= tile:
        return size
    if 0 <= override < size:
        raise ShapeError(
            f"reduction_input_size_override: {override} should be greater equals to "
            f"operands[reduction_dim]: {size}"
        )
    if k == 1:
        return tile
    if recall == 1:
        return size
    windows = min(max(int((1 - k) / math.log(recall)), tile), size)
    halvings = int(math.log2((override if override >= 0 else size) // windows))
    if not halvings:
        return size
    halvings = min(halvings, math.ceil(math.log2(size // tile)))
    return math.ceil(math.ceil(size / tile) / 2**halvings) * tile


def _approximate_shape(node, x: Shape) -> list[Shape]:
    """TensorFlow's, but that it refuses to build where the length is not known."""
    k, axis, recall = (node.attrs[n] for n in ("k", "reduction_dimension", "recall_target"))
    x = with_rank_at_least(x, 1)
    if recall <= 0 or recall > 1:
        raise ShapeError(f"Invalid recall target: {recall:g}. Valid value range in : [0, 1.0].")
    if x is None:
        return [None, None]
    if not -len(x) <= axis < len(x):
        raise ShapeError(
            f"Invalid reduction dimension: {axis}. Must be within the range of "
            f"[{-len(x)}, {len(x) - 1}]"
        )
    axis %= len(x)
    size = x[axis]
    if size is not None and size < k:
        raise ShapeError(f"input must have last dimension >= k = {k} but was {size}")
    count = k
    if not node.attrs["aggregate_to_topk"]:
        count = None if size is None else _candidates(node, size, len(x))
    return [(*x[:axis], count, *x[axis + 1 :])] * 2


@defop(
    "ApproxTopK(input: T; k: int, reduction_dimension: int = -1, recall_target: float = 0.95,"
    " is_max_k: bool = True, reduction_input_size_override: int = -1,"
    " aggregate_to_topk: bool = True) -> values: T, indices: int32",
    T=FLOATING[:3], shape=_approximate_shape,
)  # fmt: skip
def approx_top_k(node, x):
    """Exactly: what makes it worth while to miss some is a TPU's way to compute it."""
    try:
        count = _approximate_shape(node, x.shape)[0][node.attrs["reduction_dimension"]]
    except ShapeError as error:
        raise invalid(node, error.message) from None
    axis = node.attrs["reduction_dimension"] % x.ndim
    order = [*range(axis), *range(axis + 1, x.ndim), axis]
    x = lax.transpose(x, order) if axis < x.ndim - 1 else x
    largest = node.attrs["is_max_k"]
    values, indices = lax.top_k(x if largest else lax.neg(x), count)
    values, indices = (
        (values if largest else lax.neg(values)),
        lax.convert_element_type(indices, np.int32),
    )
    if axis == x.ndim - 1:
        return [values, indices]
    return [lax.transpose(values, np.argsort(order)), lax.transpose(indices, np.argsort(order))]


# ---------------------------------------------------------------------- whether one is among them


def _in_top_k_shape(node, predictions: Shape, targets: Shape, *rest: Shape) -> Shape:
    predictions, targets = with_rank(predictions, 2), with_rank(targets, 1)
    return (merge_dim(predictions[0], targets[0]),)


def _in_top_k(node, predictions, targets, k):
    """Whether fewer than ``k`` classes are more probable than the target; ties count for it.

    False where a prediction is not finite or the target is no class.
    """
    if len(predictions.shape) != 2:
        raise invalid(node, "predictions must be 2-dimensional")
    if len(targets.shape) != 1:
        raise invalid(node, "targets must be 1-dimensional")
    rows, classes = predictions.shape
    if targets.shape[0] != rows:
        raise invalid(
            node,
            f"First dimension of predictions {rows} must match length of targets "
            f"{targets.shape[0]}",
        )
    index = lax.broadcasted_iota(targets.dtype, (rows, classes), 1)
    hit = lax.eq(index, lax.broadcast_in_dim(targets, (rows, classes), (0,)))
    lowest = constant_like(predictions, -np.inf)
    own = lax.reduce(lax.select(hit, predictions, lowest), np.float32(-np.inf), lax.max, (1,))
    better = lax.gt(predictions, lax.broadcast_in_dim(own, (rows, classes), (0,)))
    count = lax.reduce(lax.convert_element_type(better, np.int64), np.int64(0), lax.add, (1,))
    finite = lax.reduce(lax.is_finite(predictions), np.True_, lax.bitwise_and, (1,))
    valid = lax.bitwise_and(
        lax.ge(targets, constant_like(targets, 0)),
        lax.lt(targets, constant_like(targets, classes)),
    )
    k = lax.broadcast(lax.convert_element_type(lax.reshape(k, ()), np.int64), (rows,))
    return lax.bitwise_and(lax.lt(count, k), lax.bitwise_and(finite, valid))


defop(
    "InTopK(predictions: float32, targets: T; k: int) -> precision: bool",
    T=INDEX,
    default_types={"T": dt.int32},
    shape=_in_top_k_shape,
)(lambda node, p, targets: _in_top_k(node, p, targets, np.asarray(node.attrs["k"], np.int64)))

defop(
    "InTopKV2(predictions: float32, targets: T, k: T) -> precision: bool",
    T=INDEX,
    default_types={"T": dt.int32},
    shape=_in_top_k_shape,
)(_in_top_k)
