"""Depthwise convolutions without op types: each channel has filters of its own.

Arrays are ``[batch, *space, channels]``, filters ``[*space, channels, multiplier]``; channel ``c``
gives the channels ``c * multiplier`` and following of the result.

On a CPU they are sums of element-wise products of shifted views, which XLA makes one loop of
(``shifted`` in ``ops/platform.py``).
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.ops.conv_kernels import (
    MOST_SHIFTS,
    Slide,
    backward_slides,
    forward_slides,
    library,
    library_filter_gradient,
    shifts,
    wide,
)
from tfgrad._src.ops.conv_windows import Axis
from tfgrad._src.ops.platform import formulation


def _is_shifted(axes: list[Axis]) -> bool:
    small = math.prod(a.k for a in axes) <= MOST_SHIFTS
    return small and formulation("DepthwiseConv2dNative") == "shifted"


def _products(x, w, slides: list[Slide]):
    """The sum over elements of the filter; ``w`` is ``[*space, channels]``."""
    w, y = lax.reshape(w, (math.prod(w.shape[:-1]), w.shape[-1])), None
    for i, part in enumerate(shifts(x, slides)):
        factor = lax.index_in_dim(w, i, keepdims=False)
        product = lax.mul(part, lax.broadcast_in_dim(factor, part.shape, (part.ndim - 1,)))
        y = product if y is None else lax.add(y, product)
    return y


def _repeated(x, times: int):
    """Each channel so many times."""
    if times == 1:
        return x
    x = lax.broadcast_in_dim(x, (*x.shape, times), range(x.ndim))
    return lax.reshape(x, (*x.shape[:-2], x.shape[-2] * times))


def _apart(dy, multiplier: int) -> list:
    """For each of a channel's filters, what came through it."""
    if multiplier == 1:
        return [dy]
    strides = [1] * (dy.ndim - 1) + [multiplier]
    start = [0] * (dy.ndim - 1)
    return [lax.slice(dy, [*start, m], dy.shape, strides) for m in range(multiplier)]


def forward(x, w, axes: list[Axis]):
    dtype, multiplier = x.dtype, w.shape[-1]
    channels = w.shape[-2]
    shape = (x.shape[0], *[a.out for a in axes], channels * multiplier)
    if 0 in shape or 0 in w.shape:
        return lax.full(shape, 0, dtype)
    x, w = wide(x), wide(w)
    space = w.shape[:-2]
    if _is_shifted(axes):
        w = lax.reshape(w, (*space, channels * multiplier))
        y = _products(_repeated(x, multiplier), w, forward_slides(axes))
    else:
        w = lax.reshape(w, (*space, 1, channels * multiplier))
        y = library(x, w, forward_slides(axes), groups=channels)
    return lax.convert_element_type(y, dtype)


def input_gradient(shape: tuple, w, dy, axes: list[Axis]):
    dtype, n = dy.dtype, len(axes)
    if 0 in shape or 0 in dy.shape or 0 in w.shape:
        return lax.full(shape, 0, dtype)
    dy, w = wide(dy), lax.rev(wide(w), range(n))
    slides = backward_slides(axes)
    if _is_shifted(axes):
        dx = None
        for m, part in enumerate(_apart(dy, w.shape[-1])):
            term = _products(part, lax.index_in_dim(w, m, axis=n + 1, keepdims=False), slides)
            dx = term if dx is None else lax.add(dx, term)
    else:
        dx = library(dy, lax.transpose(w, (*range(n), n + 1, n)), slides, groups=shape[-1])
    return lax.convert_element_type(dx, dtype)


def filter_gradient(x, shape: tuple, dy, axes: list[Axis]):
    dtype = dy.dtype
    if 0 in shape or 0 in dy.shape or 0 in x.shape:
        return lax.full(shape, 0, dtype)
    x, dy = wide(x), wide(dy)
    slides, (channels, multiplier) = forward_slides(axes), shape[-2:]
    if _is_shifted(axes):
        parts = [_sums(x, d, slides, shape[:-2]) for d in _apart(dy, multiplier)]
        dw = lax.concatenate([lax.expand_dims(p, (p.ndim,)) for p in parts], len(shape) - 1)
    else:
        dw = library_filter_gradient(x, dy, slides, channels)
        dw = lax.reshape(dw, shape)
    return lax.convert_element_type(dw, dtype)


def _sums(x, dy, slides: list[Slide], space: tuple):
    """Per element of the filter and channel, the sum of products over batch and space."""
    products = [lax.mul(part, dy) for part in shifts(x, slides)]
    axes, zero = tuple(range(dy.ndim - 1)), np.zeros((), dy.dtype)
    if dy.shape[-1] <= 64:  # all sums in one pass: 1.3 to 2.6 times faster, slower with more
        sums = lax.reduce(products, [zero] * len(products), _add_each, axes)
    else:
        sums = [lax.reduce_sum(p, axes) for p in products]
    stacked = lax.concatenate([lax.expand_dims(s, (0,)) for s in sums], 0)
    return lax.reshape(stacked, (*space, dy.shape[-1]))


def _add_each(left, right):
    return [lax.add(a, b) for a, b in zip(left, right, strict=True)]
