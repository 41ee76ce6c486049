"""Convolutions without op types: the forward one, and the two that are its gradients.

Arrays are ``[batch, *space, channels]``, filters ``[*space, channels of a group, channels out]``.

On accelerators a convolution is XLA's own (``library`` in ``ops/platform.py``).  On a CPU that is
fast for some sizes and very slow for others (jaxlib 0.10.2, AVX-512, 3 by 3 filters, times before
and after):

* An odd number of channels that becomes at most 32: 2 to 6 times slower than with one more.  Few
  channels in and out: 2 to 3 times slower than with 32 out.  float64 with up to 16 channels out and
  less than 32 in is a plain loop, up to 12 times slower than with 32 out.  Zeros are added
  accordingly (`_fitted`).
* Three spatial axes: what the filter sees along the first of them is put side by side as channels,
  and the rest is a convolution of images: 3 to 12 times faster, in float64 up to 25 times.
* The gradient of a filter sums over the batch: in 8 parts it is 1.2 to 1.8 times faster.
* Filters of one element are a product of matrices: 1.1 to 1.5 times faster, and 2 to 4 times for
  the gradient of the filter.
* One channel and few out, and whole numbers: a sum of products of shifted views.

There elements of two bytes are computed in ``float32`` and rounded once.
"""

import itertools
import math
from typing import NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.ops.conv_windows import Axis
from tfgrad._src.ops.platform import formulation

MOST_SHIFTS = 64  # elements of a filter that are looked at one by one


class Slide(NamedTuple):
    """How a filter slides along an axis of an array that has ``gap`` - 1 zeros between elements."""

    k: int
    stride: int
    dilation: int
    low: int
    high: int
    gap: int
    out: int


def forward_slides(axes: list[Axis]) -> list[Slide]:
    return [Slide(a.k, a.stride, a.dilation, a.low, a.high, 1, a.out) for a in axes]


def backward_slides(axes: list[Axis]) -> list[Slide]:
    """Those of the reversed filter over the gradient of the result."""
    slides = []
    for a in axes:
        low = a.reach - 1 - a.low
        high = a.size + a.reach - 1 - low - ((a.out - 1) * a.stride + 1)
        slides.append(Slide(a.k, 1, a.dilation, low, high, a.stride, a.size))
    return slides


def wide(x):
    """``x`` in the type in which it is computed; accelerators add half numbers up in float32."""
    if x.dtype.itemsize == 2 and x.dtype.kind not in "iu" and formulation("Conv") != "library":
        return lax.convert_element_type(x, np.float32)
    return x


def spread(x, slides: list[Slide]):
    """``x`` with its gaps and padding."""
    config = [(0, 0, 0), *[(s.low, s.high, s.gap - 1) for s in slides]]
    config += [(0, 0, 0)] * (x.ndim - len(config))
    if all(c == (0, 0, 0) for c in config):
        return x
    return lax.pad(x, np.zeros((), x.dtype), config)


def shifts(x, slides: list[Slide]):
    """For each element of the filter, what it is multiplied with."""
    x = spread(x, slides)
    for place in itertools.product(*(range(s.k) for s in slides)):
        start, limit, strides = [0] * x.ndim, list(x.shape), [1] * x.ndim
        for i, (s, p) in enumerate(zip(slides, place, strict=True), 1):
            start[i] = p * s.dilation
            limit[i] = start[i] + (s.out - 1) * s.stride + 1
            strides[i] = s.stride
        yield lax.slice(x, start, limit, strides)


def flat(x):
    """The last axis, and all others as one."""
    return lax.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


def _padded(x, extra: dict[int, int]):
    """``x`` with zeros added at the end of some axes."""
    if not any(extra.values()):
        return x
    return lax.pad(x, np.zeros((), x.dtype), [(0, extra.get(i, 0), 0) for i in range(x.ndim)])


def _fitted(dtype, summed: int, out: int) -> tuple[int, int]:
    """Numbers of channels, summed and out, that XLA's CPU convolutions are fast for."""
    if dtype == np.float64:
        return (summed, 32) if out <= 16 and summed < 32 and summed * out >= 8 else (summed, out)
    if out <= 16 and summed < 8:
        return summed + summed % 2, 32
    return (summed + 1 if out <= 32 and summed % 2 and summed > 1 else summed), out


# ---------------------------------------------------------------------- one convolution


def _specs(n: int) -> lax.ConvDimensionNumbers:
    space = tuple(range(1, n + 1))
    return lax.ConvDimensionNumbers((0, n + 1, *space), (n + 1, n, *range(n)), (0, n + 1, *space))


def library(x, w, slides: list[Slide], groups: int = 1):
    """XLA's convolution."""
    return lax.conv_general_dilated(
        x,
        w,
        [s.stride for s in slides],
        [(s.low, s.high) for s in slides],
        lhs_dilation=[s.gap for s in slides],
        rhs_dilation=[s.dilation for s in slides],
        dimension_numbers=_specs(len(slides)),
        feature_group_count=groups,
    )


def _strided(x, strides: list[int], outs: list[int]):
    """Every ``stride``-th element along the spatial axes, ``out`` of them."""
    if all(s == 1 for s in strides) and x.shape[1:-1] == tuple(outs):
        return x
    limits = [(o - 1) * s + 1 for s, o in zip(strides, outs, strict=True)]
    return lax.slice(x, [0] * x.ndim, [x.shape[0], *limits, x.shape[-1]], [1, *strides, 1])


def _is_dot(slides: list[Slide]) -> bool:
    """Whether the filter has one element, and is not asked for more than zeros elsewhere."""
    if any(s.k != 1 for s in slides):
        return False
    return all(s.stride == 1 for s in slides) or not any(s.low or s.gap > 1 for s in slides)


def _dot(x, w, slides: list[Slide]):
    if all(s.stride == 1 for s in slides):  # the rest of the result is zero
        y = lax.dot(flat(x), flat(w))
        return spread(lax.reshape(y, (*x.shape[:-1], w.shape[-1])), slides)
    x = _strided(x, [s.stride for s in slides], [s.out for s in slides])
    return lax.reshape(lax.dot(flat(x), flat(w)), (*x.shape[:-1], w.shape[-1]))


def _dots(x, w, slides: list[Slide]):
    """A sum of products of matrices, one for each element of the filter."""
    w, y = lax.reshape(w, (math.prod(w.shape[:-2]), *w.shape[-2:])), None
    for i, part in enumerate(shifts(x, slides)):
        product = lax.dot(flat(part), lax.index_in_dim(w, i, keepdims=False))
        y = product if y is None else lax.add(y, product)
    return lax.reshape(y, (x.shape[0], *[s.out for s in slides], w.shape[-1]))


def _first_axis_as_channels(x, slide: Slide):
    """What a filter sees along the first spatial axis, side by side; that axis joins the batch."""
    x = lax.concatenate(list(shifts(x, [slide])), x.ndim - 1)
    return lax.reshape(x, (x.shape[0] * x.shape[1], *x.shape[2:]))


def convolution(x, w, slides: list[Slide], groups: int = 1):
    """The convolution of ``x`` and ``w``."""
    is_whole = x.dtype.kind in "iu"  # XLA has fast kernels for no such type, and for GPUs none
    if groups > 1 or (formulation("Conv") == "library" and not is_whole):
        return library(x, w, slides, groups)
    channels, out = w.shape[-2:]
    if _is_dot(slides):
        return _dot(x, w, slides)
    is_small = math.prod(s.k for s in slides) <= MOST_SHIFTS
    if is_small and (is_whole or (channels == 1 and out <= 16)):
        return _dots(x, w, slides)
    if len(slides) == 3:
        shape = (x.shape[0], *[s.out for s in slides], out)
        w = lax.reshape(
            lax.transpose(w, (1, 2, 0, 3, 4)), (*w.shape[1:3], w.shape[0] * channels, out)
        )
        return lax.reshape(convolution(_first_axis_as_channels(x, slides[0]), w, slides[1:]), shape)
    if is_whole:
        return library(x, w, slides)
    more, most = _fitted(x.dtype, channels, out)
    x = _padded(x, {x.ndim - 1: more - channels})
    w = _padded(w, {w.ndim - 2: more - channels, w.ndim - 1: most - out})
    y = library(x, w, slides)
    return y if most == out else lax.slice_in_dim(y, 0, out, axis=y.ndim - 1)


# ---------------------------------------------------------------------- with its gradients


def forward(x, w, axes: list[Axis]):
    """The convolution; channels are in groups where ``w`` has fewer than ``x``."""
    dtype = x.dtype
    shape = (x.shape[0], *[a.out for a in axes], w.shape[-1])
    if 0 in shape or 0 in x.shape:
        return lax.full(shape, 0, dtype)
    groups = x.shape[-1] // w.shape[-2]
    y = convolution(wide(x), wide(w), forward_slides(axes), groups)
    return lax.convert_element_type(y, dtype)


def input_gradient(shape: tuple, w, dy, axes: list[Axis]):
    """The gradient with respect to an input of ``shape``."""
    dtype, n = dy.dtype, len(axes)
    if 0 in shape or 0 in dy.shape or 0 in w.shape:
        return lax.full(shape, 0, dtype)
    groups = shape[-1] // w.shape[-2]
    w = lax.rev(wide(w), range(n))
    if groups > 1:  # the channels out of a group become those in of the group
        k, (channels, out) = w.shape[:n], w.shape[n:]
        w = lax.reshape(w, (*k, channels, groups, out // groups))
        w = lax.transpose(w, (*range(n), n + 2, n + 1, n))
        w = lax.reshape(w, (*k, out // groups, groups * channels))
    else:
        w = lax.transpose(w, (*range(n), n + 1, n))
    dx = convolution(wide(dy), w, backward_slides(axes), groups)
    return lax.convert_element_type(dx, dtype)


def filter_gradient(x, shape: tuple, dy, axes: list[Axis]):
    """The gradient with respect to a filter of ``shape``."""
    dtype = dy.dtype
    if 0 in shape or 0 in dy.shape or 0 in x.shape:
        return lax.full(shape, 0, dtype)
    groups = x.shape[-1] // shape[-2]
    slides = forward_slides(axes)
    return lax.convert_element_type(_filter_gradient(wide(x), wide(dy), slides, groups), dtype)


def _filter_gradient(x, dy, slides: list[Slide], groups: int):
    if groups > 1 or formulation("Conv") == "library":
        return library_filter_gradient(x, dy, slides, groups)
    channels, out = x.shape[-1], dy.shape[-1]
    k = [s.k for s in slides]
    if all(s.k == 1 and s.low == 0 for s in slides):
        x = _strided(x, [s.stride for s in slides], [s.out for s in slides])
        dw = lax.dot_general(flat(x), flat(dy), (((0,), (0,)), ((), ())))
        return lax.reshape(dw, (*k, channels, out))
    if len(slides) == 3:
        x = _first_axis_as_channels(x, slides[0])
        dy = lax.reshape(dy, (dy.shape[0] * dy.shape[1], *dy.shape[2:]))
        dw = _filter_gradient(x, dy, slides[1:], 1)
        dw = lax.reshape(dw, (*k[1:], k[0], channels, out))
        return lax.transpose(dw, (2, 0, 1, 3, 4))
    pieces = _pieces(x, dy, slides)
    if pieces > 1:
        n, dw = x.shape[0] // pieces, None
        for i in range(0, x.shape[0], n):
            part = _fitted_filter_gradient(
                lax.slice_in_dim(x, i, i + n), lax.slice_in_dim(dy, i, i + n), slides
            )
            dw = part if dw is None else lax.add(dw, part)
        return dw
    return _fitted_filter_gradient(x, dy, slides)


def _fitted_filter_gradient(x, dy, slides: list[Slide]):
    summed, out = x.shape[0], dy.shape[-1]  # the batch is what is summed
    more, most = _fitted(x.dtype, summed, out)
    x = _padded(x, {0: more - summed})
    dy = _padded(dy, {0: more - summed, dy.ndim - 1: most - out})
    dw = library_filter_gradient(x, dy, slides, 1)
    return dw if most == out else lax.slice_in_dim(dw, 0, out, axis=dw.ndim - 1)


def _pieces(x, dy, slides: list[Slide]) -> int:
    """In how many parts of the batch a large gradient of a filter is computed."""
    products = math.prod(dy.shape) * x.shape[-1] * math.prod(s.k for s in slides)
    if products < 1 << 24 or x.shape[0] <= 4:
        return 1
    return next((n for n in (8, 4, 2) if x.shape[0] % (2 * n) == 0), 1)


def library_filter_gradient(x, dy, slides: list[Slide], groups: int):
    """A convolution in which channels and batch have changed places, and ``dy`` is the filter."""
    n = len(slides)
    space = tuple(range(1, n + 1))
    high = [
        (s.k - 1) * s.dilation + (s.out - 1) * s.stride + 1 - x.shape[i] - s.low
        for i, s in enumerate(slides, 1)
    ]
    return lax.conv_general_dilated(
        x,
        dy,
        [s.dilation for s in slides],
        [(s.low, h) for s, h in zip(slides, high, strict=True)],
        rhs_dilation=[s.stride for s in slides],
        dimension_numbers=lax.ConvDimensionNumbers(
            (n + 1, 0, *space), (n + 1, 0, *space), (n, n + 1, *range(n))
        ),
        batch_group_count=groups,
    )
