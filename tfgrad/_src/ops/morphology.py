"""Grey-scale dilation of images, and its gradients: a convolution with + for * and max for +.

``y[b, i, j, c] = max over p, q of x[b, i * s + p * r, j * s + q * r, c] + filter[p, q, c]``, where
only places inside the image
count.  The gradient goes to the first place that has the maximum.  As in
TensorFlow a nan never is the maximum, and where nothing is, the result is the least number of its
type, whose gradient goes to the first place inside the image.

The derivatives are in ``gradients/morphology.py``.
"""

import itertools

import ml_dtypes
import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge_dim, same_as_input, with_rank
from tfgrad._src.ops.broadcasting import invalid, types
from tfgrad._src.ops.conv_windows import (
    Axis,
    check_length,
    check_rank,
    check_space_only,
    covered,
    true_axes,
    view,
)

_T = types("float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64")
_ATTRS = "strides: list(int), rates: list(int), padding: string"
_ALLOWED = {"T": _T, "padding": ("SAME", "VALID")}


def _shape(node, x: Shape, w: Shape) -> Shape:
    check_length(node, "strides", 4)
    check_length(node, "rates", 4)
    x, w = with_rank(x, 4), with_rank(w, 3)
    for attr in ("strides", "rates"):
        n = len(node.attrs[attr])
        if n != 4:
            what = attr[:-1]
            raise ShapeError(
                f"Dilation2D requires the {what} attribute to contain 4 values, but got: {n}"
            )
    channels = merge_dim(x[3], w[2])
    if None in (*x[1:3], *w[:2]):
        return (x[0], None, None, channels)
    axes = true_axes(node, x[1:3], w[:2], dilations="rates")
    return (x[0], *[a.out for a in axes], channels)


def _axes(node, x, w) -> list[Axis]:
    check_rank(node, "input", x, 4)
    check_rank(node, "filter", w, 3)
    if x.shape[3] != w.shape[2]:
        raise invalid(
            node,
            f"input and filter must have the same depth: {x.shape[3]} vs {w.shape[2]}",
        )
    check_space_only(node, "strides", "rates")
    return true_axes(node, x.shape[1:3], w.shape[:2], dilations="rates")


def _inside(axes: list[Axis], place) -> np.ndarray:
    """Per window, whether the element of the filter at ``place`` lies on the image."""
    rows, columns = (
        np.arange(a.out) * a.stride - a.low + p * a.dilation
        for a, p in zip(axes, place, strict=True)
    )
    rows, columns = ((i >= 0) & (i < a.size) for i, a in zip((rows, columns), axes, strict=True))
    return rows[:, None] & columns


def _lowest(dtype):
    is_whole = dtype.kind in "iu"
    return (np.iinfo if is_whole else ml_dtypes.finfo)(dtype).min


def _places(axes: list[Axis]):
    return itertools.product(*(range(a.k) for a in axes))


def _maximum(node, x, w):
    """The maxima, and the number of the element of the filter that gives each."""
    axes = _axes(node, x, w)
    shape = (x.shape[0], *[a.out for a in axes], x.shape[3])
    best = lax.full(shape, _lowest(np.dtype(x.dtype)), x.dtype)
    number = lax.full(shape, 0, np.int32)
    if 0 in shape:
        return best, number, axes
    around = covered(x, axes)
    found = np.zeros(shape[1:3], bool)  # whether a place before lies on the image
    for i, place in enumerate(_places(axes)):
        inside = _inside(axes, place)
        term = lax.index_in_dim(
            lax.index_in_dim(w, place[0], keepdims=False), place[1], keepdims=False
        )
        value = lax.add(view(around, axes, place), lax.broadcast_in_dim(term, shape, (3,)))
        better = lax.gt(value, best)
        if not inside.all():
            better = lax.bitwise_and(better, lax.broadcast_in_dim(inside, shape, (1, 2)))
        earliest = inside & ~found
        this = lax.full(shape, i, np.int32)
        best = lax.select(better, value, best)
        if i and earliest.any():  # where it stays the only candidate, it has the gradient
            better = lax.bitwise_or(better, lax.broadcast_in_dim(earliest, shape, (1, 2)))
        number = lax.select(better, this, number)
        found |= inside
    return best, number, axes


@defop(f"Dilation2D(input: T, filter: T; {_ATTRS}) -> output: T", shape=_shape, **_ALLOWED)
def dilation_2d(node, x, w):
    return _maximum(node, x, w)[0]


def _shares(node, x, w, dy):
    """For each element of the filter, its number, place, and what of ``dy`` goes through it."""
    _, number, axes = _maximum(node, x, w)
    if tuple(dy.shape) != tuple(number.shape):
        raise invalid(node, "out_backprop has incompatible size.")
    zero = lax.full_like(dy, 0)
    for i, place in enumerate(_places(axes)):
        own = lax.eq(number, lax.full_like(number, i))
        yield axes, place, lax.select(own, dy, zero)


@defop(
    f"Dilation2DBackpropInput(input: T, filter: T, out_backprop: T; {_ATTRS}) -> in_backprop: T",
    shape=same_as_input,
    **_ALLOWED,
)
def dilation_2d_backprop_input(node, x, w, dy):
    dx = lax.full(x.shape, 0, x.dtype)
    for axes, place, share in _shares(node, x, w, dy):
        if 0 in share.shape:
            break
        edges = []
        for a, p in zip(axes, place, strict=True):
            low = p * a.dilation - a.low
            edges.append((low, a.size - low - (a.out - 1) * a.stride - 1, a.stride - 1))
        dx = lax.add(dx, lax.pad(share, np.zeros((), x.dtype), [(0, 0, 0), *edges, (0, 0, 0)]))
    return dx


def _like_filter(node, x: Shape, w: Shape, dy: Shape) -> Shape:
    return w


@defop(
    f"Dilation2DBackpropFilter(input: T, filter: T, out_backprop: T; {_ATTRS})"
    f" -> filter_backprop: T",
    shape=_like_filter,
    **_ALLOWED,
)
def dilation_2d_backprop_filter(node, x, w, dy):
    sums = [lax.reduce_sum(share, (0, 1, 2)) for *_, share in _shares(node, x, w, dy)]
    if not sums:
        return lax.full(w.shape, 0, x.dtype)
    stacked = lax.concatenate([lax.expand_dims(s, (0,)) for s in sums], 0)
    return lax.reshape(stacked, w.shape)
