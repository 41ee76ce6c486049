"""Pooling without op types: what happens under windows that slide over some axes of an array.

A window is described per axis by a `Window`; axes without one are carried along, so that images,
volumes, channels first and channels last are one case.

The formulations are those that are fast on a CPU, and none of them is slow on an accelerator.  A
window of few elements is a chain of element-wise operations on strided views of the array, one
view per place in the window (2 to 4 times faster than ``reduce_window``).  The gradient of a
maximum is gathered: each element asks the few windows that it is in whether it was their maximum
(17 to 49 times faster than ``select_and_scatter``).

A nan is no maximum, as in TensorFlow's CPU kernels: it loses every comparison, except that the
first element of a window is where the search for its place starts.
"""

import itertools
import math
from typing import NamedTuple

import ml_dtypes
import numpy as np
from jax import lax

LARGEST_UNROLLED = 64  # elements of a window that are looked at one by one


class Window(NamedTuple):
    """How a window slides along one axis.

    Attributes:
      axis: the axis.
      size: its length.
      k: the length of the window.
      s: the stride.
      low: how far the first window starts before the first element.
      out: the number of windows.
    """

    axis: int
    size: int
    k: int
    s: int
    low: int
    out: int

    @property
    def span(self) -> int:
        """The length that all windows cover together."""
        return (self.out - 1) * self.s + self.k

    @property
    def tiles(self) -> bool:
        """Whether the windows lie side by side."""
        return self.k == self.s


Windows = list[Window]


def out_shape(shape: tuple, windows: Windows) -> tuple:
    lengths = list(shape)
    for w in windows:
        lengths[w.axis] = w.out
    return tuple(lengths)


def _full(shape, value, dtype):
    return lax.full(shape, value, dtype)


def _is_float(dtype) -> bool:
    return np.issubdtype(dtype, np.floating) or np.dtype(dtype).name == "bfloat16"


def lowest(dtype):
    """The least finite number of a type, which is the maximum of nothing."""
    dtype = np.dtype(dtype)
    info = ml_dtypes.finfo if _is_float(dtype) else np.iinfo
    return np.asarray(info(dtype).min, dtype)


# ---------------------------------------------------------------------- views


def _pad(x, edges: dict, value):
    """Adds ``edges[axis] = (before, after)`` elements; negative numbers cut off."""
    config = [(*edges.get(i, (0, 0)), 0) for i in range(x.ndim)]
    if all(a == b == 0 for a, b, _ in config):
        return x
    return lax.pad(x, np.asarray(value, x.dtype), config)


def _covered(x, windows: Windows, value):
    """The part of ``x`` under the windows, padded with ``value`` where they stick out."""
    return _pad(x, {w.axis: (w.low, w.span - w.size - w.low) for w in windows}, value)


def places(windows: Windows):
    """The places in a window, in the order of memory."""
    return itertools.product(*(range(w.k) for w in windows))


def _view(covered, windows: Windows, place):
    """Of each window, the element at ``place``; ``place`` may be traced."""
    if all(isinstance(p, int) for p in place):
        start, limit, strides = [0] * covered.ndim, list(covered.shape), [1] * covered.ndim
        for w, p in zip(windows, place, strict=True):
            start[w.axis], strides[w.axis] = p, w.s
            limit[w.axis] = p + (w.out - 1) * w.s + 1
        return lax.slice(covered, start, limit, strides)
    start, sizes = [np.int32(0)] * covered.ndim, list(covered.shape)
    for w, p in zip(windows, place, strict=True):
        start[w.axis] = p
        sizes[w.axis] = (w.out - 1) * w.s + 1
    cut = lax.dynamic_slice(covered, start, sizes)
    return _view(cut, windows, (0,) * len(windows))


def _fold(windows: Windows, step, state, backwards: bool = False):
    """``state = step(state, place, number)`` for each place in a window, in the order of memory."""
    count = math.prod(w.k for w in windows)
    if count <= LARGEST_UNROLLED:
        numbered = list(enumerate(places(windows)))
        for number, place in reversed(numbered) if backwards else numbered:
            state = step(state, place, number)
        return state

    def body(i, state):
        i = lax.convert_element_type(i, np.int32)  # int64 where 64-bit numbers are enabled
        number = lax.sub(np.int32(count - 1), i) if backwards else i
        place, rest = [], number
        for w in reversed(windows):
            place.append(lax.rem(rest, np.int32(w.k)))
            rest = lax.div(rest, np.int32(w.k))
        return step(state, tuple(reversed(place)), number)

    return lax.fori_loop(np.int32(0), np.int32(count), body, state)


def _along(shape: tuple, axis: int, values: np.ndarray):
    """A vector repeated along every axis but one."""
    return lax.broadcast_in_dim(values, shape, (axis,))


# ---------------------------------------------------------------------- maxima


def _larger(a, b):
    return lax.select(lax.gt(b, a), b, a)


def max_pool(x, windows: Windows, least=None):
    """The maximum under each window, not less than ``least``, which also is that of nans alone."""
    shape = out_shape(x.shape, windows)
    least = np.asarray(lowest(x.dtype) if least is None else least, x.dtype)
    if 0 in shape:
        return _full(shape, 0, x.dtype)
    if math.prod(w.k for w in windows) <= LARGEST_UNROLLED:
        covered = _covered(x, windows, least)
        y = _view(covered, windows, (0,) * len(windows))
        if _is_float(x.dtype):
            y = _larger(_full(shape, least, x.dtype), y)
        for place in itertools.islice(places(windows), 1, None):
            y = _larger(y, _view(covered, windows, place))
        return y
    if _is_float(x.dtype):
        x = _larger(_full(x.shape, least, x.dtype), x)
    return _reduce(x, windows, least, lax.max, lax.reduce_max)


def _reduce(x, windows: Windows, start, combine, reduce):
    """Large windows: by reduction where they lie side by side, else one axis after the other."""
    x = _covered(x, windows, start)
    if all(w.tiles or w.out == 1 for w in windows):
        shape, axes = [], []
        by_axis = {w.axis: w for w in windows}
        for i, n in enumerate(x.shape):
            shape.append(by_axis[i].out if i in by_axis else n)
            if i in by_axis:
                axes.append(len(shape))
                shape.append(by_axis[i].k)
        return reduce(lax.reshape(x, shape), tuple(axes))
    for w in windows:
        lengths, strides = [1] * x.ndim, [1] * x.ndim
        lengths[w.axis], strides[w.axis] = w.k, w.s
        x = lax.reduce_window(x, np.asarray(start, x.dtype), combine, lengths, strides, "VALID")
    return x


def first_maximum(x, windows: Windows, values: np.ndarray):
    """The maximum under each window and ``values[n]``, where ``n`` is its place there.

    The search starts at the first element that exists and goes on to larger ones: of equal ones the
    first wins, and so does a nan if it is the very first.
    """
    shape = out_shape(x.shape, windows)
    least = -np.inf if _is_float(x.dtype) else lowest(x.dtype)
    none = (_full(shape, least, x.dtype), _full(shape, 0, np.int32))
    if 0 in shape:
        return none
    covered = _covered(x, windows, least)
    values = np.asarray(values, np.int32)
    begins = [[max(0, w.low - o * w.s) for o in range(w.out)] for w in windows]
    latest = [max(b, default=0) for b in begins]

    def step(state, place, number):
        best, found = state
        candidate = _view(covered, windows, place)
        better = lax.gt(candidate, best)
        if any(latest):  # some windows start before the array does
            known = all(isinstance(p, int) for p in place)
            if not known or all(p <= last for p, last in zip(place, latest, strict=True)):
                begin = None
                for w, p, b in zip(windows, place, begins, strict=True):
                    here = lax.eq(np.asarray(b, np.int32), lax.full((w.out,), p, np.int32))
                    here = _along(shape, w.axis, here)
                    begin = here if begin is None else lax.bitwise_and(begin, here)
                better = lax.bitwise_or(better, begin)
        elif isinstance(number, int) and number == 0:
            return candidate, _full(shape, values[0], np.int32)
        elif not isinstance(number, int):
            better = lax.bitwise_or(better, lax.full(shape, lax.eq(number, np.int32(0))))
        value = values[number] if isinstance(number, int) else lax.dynamic_index_in_dim(
            values, number, keepdims=False
        )  # fmt: skip
        return (
            lax.select(better, candidate, best),
            lax.select(better, _full(shape, value, np.int32), found),
        )

    return _fold(windows, step, none)


# ---------------------------------------------------------------------- gradients of maxima


def max_pool_grad(x, dy, windows: Windows):
    """The gradient of each window goes to its first maximum."""
    count = math.prod(w.k for w in windows)
    _, place = first_maximum(x, windows, np.arange(count))
    return _give(dy, place, windows, x.shape, None)


def max_pool_grad_to_all(x, y, dy, windows: Windows):
    """The gradient of each window goes to every element that equals ``y``."""
    return _give(dy, y, windows, x.shape, x)


def _give(dy, mark, windows: Windows, shape: tuple, x):
    """The sum over windows of ``dy``, given to the elements that ``mark`` picks.

    ``mark`` holds the place of one element of each window, or if ``x`` is not None a number: the
    elements of the window that equal it are meant.
    """
    if 0 in dy.shape or 0 in shape:
        return _full(shape, 0, dy.dtype)
    if all(w.tiles for w in windows):
        return _give_tiles(dy, mark, windows, shape, x)
    if math.prod(w.k for w in windows) > LARGEST_UNROLLED and x is None:
        return _scatter_places(dy, mark, windows, shape)
    return _give_classes(dy, mark, windows, shape, x)


def _grouped(shape: tuple, windows: Windows) -> tuple[list, list, list]:
    """Shape with an axis after each windowed one, old axes there, and the new ones."""
    inside = {w.axis: w for w in windows}
    lengths, old, new = [], [], []
    for i, n in enumerate(shape):
        old.append(len(lengths))
        lengths.append(n)
        if i in inside:
            new.append(len(lengths))
            lengths.append(inside[i].s)
    return lengths, old, new


def _flattened(x, windows: Windows, shape: tuple):
    """Merges the axes that `_grouped` made, and cuts or pads to ``shape``."""
    merged = list(shape)
    edges = {}
    for i, w in enumerate(windows):
        merged[w.axis] = x.shape[w.axis + i] * w.s
        edges[w.axis] = (-w.low, w.size + w.low - merged[w.axis])
    return _pad(lax.reshape(x, merged), edges, 0)


def _give_tiles(dy, mark, windows: Windows, shape: tuple, x):
    lengths, old, new = _grouped(dy.shape, windows)
    spread, marks = (lax.broadcast_in_dim(a, lengths, old) for a in (dy, mark))
    if x is None:
        k = [w.k for w in windows]
        place = np.arange(math.prod(k), dtype=mark.dtype).reshape(k)
        own = lax.broadcast_in_dim(place, lengths, new)
    else:
        own = lax.reshape(_covered(x, windows, 0), lengths)
    given = lax.select(lax.eq(marks, own), spread, _full(lengths, 0, dy.dtype))
    return _flattened(given, windows, shape)


def _give_classes(dy, mark, windows: Windows, shape: tuple, x):
    """Elements whose positions leave the same remainder are in the same number of windows.

    An element at ``s * q + r`` is at place ``r + s * t`` of window ``q - t``, for each ``t`` that
    makes this less than ``k``.
    """
    blocks = [(w.low + w.size - 1) // w.s + 1 for w in windows]
    taps = [(w.k - 1) // w.s for w in windows]
    edges = {
        w.axis: (t, b - w.out) for w, t, b in zip(windows, taps, blocks, strict=True)
    }  # then a slice of length b that starts at T - t is window q - t for each q
    dy_padded, mark_padded = _pad(dy, edges, 0), _pad(mark, edges, 0)
    if x is not None:
        x = _pad(
            x,
            {
                w.axis: (w.low, b * w.s - w.low - w.size)
                for w, b in zip(windows, blocks, strict=True)
            },
            0,
        )
    block = list(dy.shape)
    for w, b in zip(windows, blocks, strict=True):
        block[w.axis] = b

    def shifted(padded, ts):
        start, limit = [0] * padded.ndim, list(padded.shape)
        for w, t, last, b in zip(windows, ts, taps, blocks, strict=True):
            start[w.axis], limit[w.axis] = last - t, last - t + b
        return lax.slice(padded, start, limit)

    zero = _full(block, 0, dy.dtype)

    def of_class(rs):
        own = None
        if x is not None:
            start, limit, strides = [0] * x.ndim, list(x.shape), [1] * x.ndim
            for w, r in zip(windows, rs, strict=True):
                start[w.axis], strides[w.axis] = r, w.s
            own = lax.slice(x, start, limit, strides)
        total = None
        for ts in itertools.product(*(range(t + 1) for t in taps)):
            place = [r + w.s * t for w, r, t in zip(windows, rs, ts, strict=True)]
            if any(p >= w.k for w, p in zip(windows, place, strict=True)):
                continue
            marks = shifted(mark_padded, ts)
            if own is None:
                number = int(np.ravel_multi_index(place, [w.k for w in windows]))
                hit = lax.eq(marks, _full(marks.shape, number, marks.dtype))
            else:
                hit = lax.eq(marks, own)
            given = lax.select(hit, shifted(dy_padded, ts), zero)
            total = given if total is None else lax.add(total, given)
        return zero if total is None else total

    return _flattened(_interleaved(of_class, windows), windows, shape)


def _interleaved(of_class, windows: Windows, done: tuple = ()):
    """The arrays ``of_class(remainders)`` with a new axis after each windowed one."""
    if len(done) == len(windows):
        return of_class(done)
    axis = windows[len(done)].axis + 1  # of the innermost arrays: later windows add behind it
    parts = [_interleaved(of_class, windows, (*done, r)) for r in range(windows[len(done)].s)]
    parts = [lax.expand_dims(p, (axis,)) for p in parts]
    return parts[0] if len(parts) == 1 else lax.concatenate(parts, axis)


def _scatter_places(dy, place, windows: Windows, shape: tuple):
    """For large windows that overlap."""
    strides = np.cumprod([1, *shape[:0:-1]])[::-1]
    inside = {w.axis: w for w in windows}
    index = _full(dy.shape, 0, np.int32)
    for w in reversed(windows):
        p, place = lax.rem(place, np.int32(w.k)), lax.div(place, np.int32(w.k))
        index = lax.add(index, lax.mul(p, np.int32(strides[w.axis])))
    for i in range(len(shape)):
        o = np.arange(dy.shape[i])
        if i in inside:
            o = o * inside[i].s - inside[i].low
        index = lax.add(index, _along(dy.shape, i, (o * strides[i]).astype(np.int32)))
    return scatter(dy, index, shape)


def scatter(values, index, shape: tuple):
    """Zeros of ``shape`` to which ``values`` are added at flat positions; others are dropped."""
    flat = lax.reshape(index, (math.prod(index.shape), 1))
    numbers = lax.ScatterDimensionNumbers((), (0,), (0,))
    zeros = _full((math.prod(shape),), 0, values.dtype)
    total = lax.scatter_add(
        zeros, flat, lax.reshape(values, (math.prod(values.shape),)), numbers, mode="drop"
    )
    return lax.reshape(total, shape)


def max_pool_grad_grad(x, y, grad, windows: Windows):
    """Of each window the element of ``grad`` at the first place where ``x`` equals ``y``, or 0."""
    shape = out_shape(x.shape, windows)
    if 0 in shape:
        return _full(shape, 0, grad.dtype)
    never = np.nan if _is_float(x.dtype) else lowest(x.dtype)
    x, grad = _covered(x, windows, never), _covered(grad, windows, 0)

    def step(found, place, number):
        hit = lax.eq(_view(x, windows, place), y)
        return lax.select(hit, _view(grad, windows, place), found)

    return _fold(windows, step, _full(shape, 0, grad.dtype), backwards=True)


# ---------------------------------------------------------------------- averages


def counts(windows: Windows, rank: int) -> np.ndarray:
    """The number of elements that exist under each window; padding does not count."""
    total = np.ones((1,) * rank)
    for w in windows:
        starts = np.arange(w.out) * w.s - w.low
        n = np.minimum(starts + w.k, w.size) - np.maximum(starts, 0)
        shape = [1] * rank
        shape[w.axis] = w.out
        total = total * np.maximum(n, 1).reshape(shape)
    return total


def _divided(x, windows: Windows):
    n = counts(windows, x.ndim)
    if (n == n.flat[0]).all():
        return lax.div(x, _full(x.shape, n.flat[0], x.dtype))
    axes = tuple(i for i in range(x.ndim) if n.shape[i] > 1)
    n = np.reshape(n, [n.shape[i] for i in axes]).astype(x.dtype)
    return lax.div(x, lax.broadcast_in_dim(n, x.shape, axes))


def _wide(x):
    return lax.convert_element_type(x, np.float32) if x.dtype.itemsize == 2 else x


def avg_pool(x, windows: Windows):
    """The mean of the elements that exist under each window; ``half`` is summed in ``float32``."""
    shape, dtype = out_shape(x.shape, windows), x.dtype
    if 0 in shape:
        return _full(shape, 0, dtype)
    x = _wide(x)
    if math.prod(w.k for w in windows) <= LARGEST_UNROLLED // 2:
        covered = _covered(x, windows, 0)
        total = None
        for place in places(windows):
            part = _view(covered, windows, place)
            total = part if total is None else lax.add(total, part)
    else:
        total = _reduce(x, windows, 0, lax.add, lax.reduce_sum)
    return lax.convert_element_type(_divided(total, windows), dtype)


def avg_pool_grad(dy, windows: Windows, shape: tuple):
    """The gradient of each window goes in equal parts to its elements."""
    dtype = dy.dtype
    if 0 in dy.shape or 0 in shape:
        return _full(shape, 0, dtype)
    dy = _divided(_wide(dy), windows)
    if all(w.tiles for w in windows):
        lengths, old, _ = _grouped(dy.shape, windows)
        dx = _flattened(lax.broadcast_in_dim(dy, lengths, old), windows, shape)
    else:  # a sum along one axis after the other
        dx = dy
        for w in windows:
            dx = _spread(dx, w, shape[w.axis])
    return lax.convert_element_type(dx, dtype)


def _spread(dy, w: Window, size: int):
    """Along one axis, the sum of the windows that each element is in."""
    shape = (*dy.shape[: w.axis], size, *dy.shape[w.axis + 1 :])
    if w.tiles:
        lengths, old, _ = _grouped(dy.shape, [w])
        return _flattened(lax.broadcast_in_dim(dy, lengths, old), [w], shape)
    blocks, taps = (w.low + w.size - 1) // w.s + 1, (w.k - 1) // w.s
    padded = _pad(dy, {w.axis: (taps, blocks - w.out)}, 0)

    def of_class(rs):
        total = None
        for t in range(taps + 1):
            if rs[0] + w.s * t < w.k:
                part = lax.slice_in_dim(padded, taps - t, taps - t + blocks, axis=w.axis)
                total = part if total is None else lax.add(total, part)
        if total is None:
            block = (*dy.shape[: w.axis], blocks, *dy.shape[w.axis + 1 :])
            return _full(block, 0, dy.dtype)
        return total

    return _flattened(_interleaved(of_class, [w]), [w], shape)
