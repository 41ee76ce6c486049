"""Derivatives of reductions and running sums.

Most spread ``dy`` again over the axes that were summed.  Where shape and axes are known while
building, the shape with the axes as 1 is a number; elsewhere nodes compute it (`reduced_shape`).
"""

import weakref

import numpy as np

from tfgrad._src.functions import cwise_binary
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import ones
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.reduce import (
    cumprod,
    cumsum,
    cumulative_logsumexp,
    reduce_prod,
    reduce_sum,
)
from tfgrad._src.functions.shape import (
    broadcast_to,
    invert_permutation,
    rank,
    reshape,
    shape,
    size,
    tile,
    transpose,
)
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.dtypes import int32
from tfgrad._src.graph.graph import colocate_with, device, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor


def reduced_shape(lengths, axes) -> Tensor | np.ndarray:
    """``lengths`` with 1 at each of ``axes``: an array if both are known, else a tensor."""
    known = lengths if isinstance(lengths, tuple) else constant_value(lengths)
    if known is not None:
        known_axes = axes if isinstance(axes, tuple) else constant_value(axes)
        if known_axes is not None:
            result = np.array(known, np.int32)
            result[np.array(known_axes, np.int32)] = 1
            return result
    axes = convert_to_tensor(axes)
    n = size(lengths, out_type=axes.dtype)
    axes = (axes + n) % n
    count = shape(axes)
    where = [range_(n), axes]
    return add_op("DynamicStitch", where, [lengths, ones(count, dtype=lengths.dtype)])


# TensorFlow computes the tiling of a static sum once per graph, shape and axes, and leaves its
# nodes unused; they exist only after the first of several equal sums.
_tilings: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def _tiling(dims: tuple, axes: tuple) -> tuple[tuple, tuple]:
    """The shape with the axes as 1, and how often it is repeated along each axis."""
    known = _tilings.setdefault(get_default_graph(), {})
    if (dims, axes) not in known:
        kept = reduced_shape(dims, axes)
        # ``x // maximum(y, 1)`` as nodes, and as numbers.
        add_op("FloorDiv", dims, cwise_binary.maximum(kept, 1), name="floordiv")
        times = np.array(dims, np.int32) // np.maximum(kept, 1)
        known[dims, axes] = tuple(kept.tolist()), tuple(times.tolist())
    return known[dims, axes]


def _spread(op: Operation, dy: Tensor) -> Tensor:
    """``dy``, repeated along the axes over which ``op`` summed."""
    x, axes = op.inputs
    if x.dims is not None:
        known = constant_value(axes)
        if known is not None:
            if np.array_equal(known, np.arange(len(x.dims))):  # all axes, in order
                dy = reshape(dy, [1] * len(x.dims))
                if None in x.dims:
                    return tile(dy, shape(x))
                return tile(dy, constant(list(x.dims), int32))
            if None not in x.dims:
                kept, times = _tiling(x.dims, tuple(known.reshape(-1).tolist()))
                return tile(reshape(dy, list(kept)), list(times))
    lengths = shape(x)
    if not op.attrs["keep_dims"]:
        with colocate_with(lengths):
            kept = reduced_shape(lengths, axes)
        dy = reshape(dy, kept)
    return broadcast_to(dy, lengths)


@gradient("Sum")
def sum_grad(op: Operation, dy: Tensor):
    return _spread(op, dy), None


@gradient("Mean")
def mean_grad(op: Operation, dy: Tensor):
    x, y = op.inputs[0], op.outputs[0]
    dx = _spread(op, dy)
    if all(t.dims is not None and None not in t.dims for t in (x, y)):
        count = constant(int(np.prod(x.dims)) // max(int(np.prod(y.dims)), 1), dx.dtype)
    else:
        lengths = shape(x)
        n = size(lengths)
        axes = cast(op.inputs[1], n.dtype)
        axes = (axes + n) % n
        count = reduce_prod(add_op("GatherV2", lengths, axes, 0))
    return cwise_binary.truediv(dx, cast(count, dx.dtype)), None


@gradient("Max", "Min")
def extreme_grad(op: Operation, dy: Tensor):
    """Elements that equal the extreme one share ``dy`` equally."""
    x, axes = op.inputs
    y = op.outputs[0]
    lengths = shape(x)
    if op.attrs["keep_dims"]:
        kept = shape(y)
    else:
        kept = reduced_shape(lengths, axes)
        y, dy = reshape(y, kept), reshape(dy, kept)
    chosen = cast(add_op("Equal", y, x), dy.dtype)
    number = reshape(reduce_sum(chosen, axes), kept)
    return cwise_binary.divide(chosen, number) * dy, None


@gradient("Prod")
def prod_grad(op: Operation, dy: Tensor):
    """``dy`` times the product of all other elements, from running products of both sides.

    Dividing the product by each element would fail where one is zero.
    """
    x = op.inputs[0]
    lengths = shape(x)
    axes = reshape(op.inputs[1], [-1])
    if not op.attrs["keep_dims"]:
        dy = reshape(dy, reduced_shape(lengths, op.inputs[1]))
    dy = broadcast_to(dy, lengths)
    with device("/cpu:0"):
        n = rank(x)
        axes = cast(axes, n.dtype)
        reduced = (axes + n) % n
        others, _ = add_op("ListDiff", range_(0, n), reduced, out_idx=reduced.dtype)
        perm = add_op("ConcatV2", [reduced, others], 0, name="concat")
        reduced_count = reduce_prod(add_op("GatherV2", lengths, reduced, 0))
        other_count = reduce_prod(add_op("GatherV2", lengths, others, 0))
    permuted = transpose(x, perm)
    permuted_shape = shape(permuted)
    table = reshape(permuted, (reduced_count, other_count))
    before = cumprod(table, axis=0, exclusive=True)
    after = cumprod(table, axis=0, exclusive=True, reverse=True)
    y = reshape(_conj(before) * _conj(after), permuted_shape)
    dx = dy * transpose(y, invert_permutation(perm))
    return reshape(dx, lengths), None


def _conj(x: Tensor) -> Tensor:
    return add_op("Conj", x) if x.dtype.is_complex else x


@gradient("EuclideanNorm")
def euclidean_norm_grad(op: Operation, dy: Tensor):
    x, axes = op.inputs
    y = op.outputs[0]
    if not op.attrs["keep_dims"]:
        kept = reduced_shape(shape(x), axes)
        y, dy = reshape(y, kept), reshape(dy, kept)
    return cwise_binary.truediv(x, y / dy), None


@gradient("L2Loss")
def l2_loss_grad(op: Operation, dy: Tensor):
    return op.inputs[0] * dy


@gradient("ArgMax", "ArgMin")
def place_grad(op: Operation, dy: Tensor):
    return None, None


# ---------------------------------------------------------------------- running sums


def _directions(op: Operation) -> tuple[bool, bool]:
    return op.attrs["exclusive"], op.attrs["reverse"]


@gradient("Cumsum")
def cumsum_grad(op: Operation, dy: Tensor):
    exclusive, reverse = _directions(op)
    return cumsum(dy, op.inputs[1], exclusive=exclusive, reverse=not reverse), None


@gradient("Cumprod")
def cumprod_grad(op: Operation, dy: Tensor):
    """Divides by ``x``: 0 where ``x`` is zero, as in TensorFlow.

    Conjugates a complex ``x``, which TensorFlow does not.
    """
    x, axis = op.inputs
    x = _conj(x)
    exclusive, reverse = _directions(op)
    product = cumprod(x, axis, exclusive=exclusive, reverse=reverse)
    total = cumsum(product * dy, axis, exclusive=exclusive, reverse=not reverse)
    return cwise_binary.div_no_nan(total, x), None


@gradient("CumulativeLogsumexp")
def cumulative_logsumexp_grad(op: Operation, dy: Tensor):
    """Positive and negative parts of ``dy`` apart, each as a logarithm: nothing overflows."""
    x, axis = op.inputs
    y = op.outputs[0]
    exclusive, reverse = _directions(op)
    least = dy.dtype.min

    def part(log_dy: Tensor) -> Tensor:
        total = cumulative_logsumexp(log_dy - y, axis, exclusive=exclusive, reverse=not reverse)
        return add_op("Exp", total + x)

    positive = add_op("SelectV2", add_op("Greater", dy, 0), add_op("Log", dy), least)
    negative = add_op("SelectV2", add_op("Less", dy, 0), add_op("Log", -dy), least)
    return part(positive) - part(negative), None
