"""Resizing images: shape ``[batch, height, width, channels]`` to another height and width.

Every resize is linear and works on rows and columns apart.  Along an axis, each element of the
result is a weighted sum of a few elements, its *taps*: places and weights that follow from the two
lengths alone, and are made in numpy while the program is compiled, in the float32 arithmetic of
TensorFlow's kernels.  A gradient is the same with the table of taps transposed.  Few taps are as
many gathers, which on a CPU are some times faster than products with the matrix of the weights;
many taps are such a product.

Sizes, scales and translations are host operands.  The derivatives are in
``gradients/image_resize.py``.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import invalid, is_known, shape_list, types

_MOST_GATHERS = 8  # above, a product with a matrix is faster

_IMAGES = types("int8 uint8 int16 uint16 int32 int64 half float double bfloat16")
f32 = np.float32


class Taps(NamedTuple):
    """Along one axis, element ``i`` is the sum over ``k`` of ``weights[i, k] * x[places[i, k]]``.

    Attributes:
      length: how many elements ``x`` has.
      places: which of them.
      weights: float32; None for a single weight of 1 each.
    """

    length: int
    places: np.ndarray
    weights: np.ndarray | None

    def matrix(self) -> np.ndarray:
        """The weights as a matrix ``[elements, length]``."""
        full = np.zeros((len(self.places), self.length), f32)
        weights = np.ones(self.places.shape, f32) if self.weights is None else self.weights
        np.add.at(full, (np.arange(len(self.places))[:, None], self.places), weights)
        return full

    def transposed(self) -> "Taps":
        """The taps of the gradient: which elements an element of ``x`` has gone to."""
        count = len(self.places)
        weights = np.ones(self.places.shape, f32) if self.weights is None else self.weights
        used = weights.ravel() != 0
        source = self.places.ravel()[used]
        target = np.repeat(np.arange(count), self.places.shape[1])[used]
        order = np.argsort(source, kind="stable")
        source, target, weights = source[order], target[order], weights.ravel()[used][order]
        counts = np.bincount(source, minlength=self.length)
        starts = np.cumsum(counts) - counts
        column = np.arange(len(source)) - starts[source]
        shape = (self.length, max(1, counts.max(initial=0)))
        places, new = np.zeros(shape, np.int64), np.zeros(shape, f32)
        places[:, :] = target[np.minimum(starts, len(target) - 1)][:, None] if len(target) else 0
        places[source, column], new[source, column] = target, weights
        return Taps(count, places, new)


def take(x, places: np.ndarray, axis: int):
    """The elements of ``x`` at ``places``, all of which exist, along ``axis``."""
    if len(places) == x.shape[axis] and (places == np.arange(len(places))).all():
        return x
    rest = tuple(i for i in range(x.ndim) if i != axis)
    numbers = lax.GatherDimensionNumbers(
        offset_dims=rest, collapsed_slice_dims=(axis,), start_index_map=(axis,)
    )
    sizes = [1 if i == axis else n for i, n in enumerate(x.shape)]
    places = np.asarray(places, np.int32)[:, None]
    mode = lax.GatherScatterMode.PROMISE_IN_BOUNDS
    return lax.gather(x, places, numbers, sizes, mode=mode)


def _along(x, weights: np.ndarray, axis: int):
    """``x`` times ``weights``, which run along ``axis``."""
    return lax.mul(x, lax.broadcast_in_dim(np.asarray(weights, x.dtype), x.shape, (axis,)))


def _kept(x):
    """``x``, in memory: fused into a reader, gathers would be done again for each of its elements.

    The sum of the squares of a bicubic resize took 13 times as long.
    """
    return x if is_known(x) else lax.optimization_barrier(x)


def weighted(x, taps: Taps, axis: int):
    """The weighted sums along ``axis``."""
    places, weights = taps.places, taps.weights
    if weights is None:
        return take(x, places[:, 0], axis)
    if places.shape[1] <= _MOST_GATHERS:
        result = None
        for k in range(places.shape[1]):
            part = _along(take(x, places[:, k], axis), weights[:, k], axis)
            result = part if result is None else lax.add(result, part)
        return result if places.shape[1] == 1 else _kept(result)
    shape = x.shape
    if axis == 1:  # rows: columns and channels are one axis
        x = lax.reshape(x, (shape[0], shape[1], shape[2] * shape[3]))
    matrix = np.asarray(taps.matrix(), x.dtype)
    product = lax.dot_general(
        x, matrix, (((axis,), (1,)), ((), ())), precision=lax.Precision.HIGHEST
    )  # the new axis comes last
    last = product.ndim - 1
    product = lax.transpose(product, [*range(axis), last, *range(axis, last)])
    return lax.reshape(product, (*shape[:axis], len(matrix), *shape[axis + 1 :]))


# ---------------------------------------------------------------------- places and weights


class Mode(NamedTuple):
    """How places in the result are related to places in the image."""

    align_corners: bool
    half_pixel_centers: bool


def _scale(length: int, new: int, mode: Mode) -> np.float32:
    if mode.align_corners and new > 1 and length > 1:
        return f32(length - 1) / f32(new - 1)
    return f32(length) / f32(new)


def _positions(length: int, new: int, mode: Mode) -> np.ndarray:
    """Where in the image each element of the result lies."""
    i = np.arange(new, dtype=f32)
    scale = _scale(length, new, mode)
    return (i + f32(0.5)) * scale - f32(0.5) if mode.half_pixel_centers else i * scale


def bilinear(length: int, new: int, mode: Mode) -> Taps:
    at = _positions(length, new, mode)
    below = np.floor(at)
    part = at - below
    places = [np.clip(below, 0, length - 1), np.clip(np.ceil(at), 0, length - 1)]
    return Taps(length, np.stack(places, 1).astype(np.int64), np.stack([f32(1) - part, part], 1))


def nearest(length: int, new: int, mode: Mode) -> Taps:
    i = np.arange(new, dtype=f32)
    at = (i + f32(0.5) if mode.half_pixel_centers else i) * _scale(length, new, mode)
    # C's round: halves away from zero, of numbers that are not negative.
    at = np.floor(at + f32(0.5)) if mode.align_corners else np.floor(at)
    return Taps(length, np.clip(at, 0, length - 1).astype(np.int64)[:, None], None)


_STEPS = 1024  # the weights of a cubic are tabulated


def _cubic_table(a: float) -> np.ndarray:
    """Row ``i``: the weights at the distances ``i / 1024`` and ``1 + i / 1024``."""
    x = np.arange(_STEPS + 1) / _STEPS
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    x = x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.stack([near, far], 1).astype(f32)


def bicubic(length: int, new: int, mode: Mode) -> Taps:
    """Keys' cubic; without half-pixel centres an older one that is sharper."""
    at = _positions(length, new, mode)
    below = np.floor(at)
    step = np.rint((at - below) * f32(_STEPS)).astype(np.int64)
    table = _cubic_table(-0.5 if mode.half_pixel_centers else -0.75)
    weights = np.stack(
        [table[step, 1], table[step, 0], table[_STEPS - step, 0], table[_STEPS - step, 1]], 1
    )
    wanted = below.astype(np.int64)[:, None] + np.arange(-1, 3)
    places = np.clip(wanted, 0, length - 1)
    if mode.half_pixel_centers:  # what lies outside the image does not count
        weights = np.where(places == wanted, weights, f32(0))
        total = weights[:, 0] + weights[:, 1] + weights[:, 2] + weights[:, 3]
        enough = np.abs(total) >= 1000 * np.finfo(f32).tiny
        weights = (
            weights * np.where(enough, f32(1) / np.where(enough, total, f32(1)), f32(1))[:, None]
        )
    return Taps(length, places, weights.astype(f32))


def area(length: int, new: int, mode: Mode) -> Taps:
    """The mean over the stretch of the image that an element of the result covers."""
    scale = _scale(length, new, mode)
    i = np.arange(new, dtype=f32)
    start, end = i * scale, (i + f32(1)) * scale
    first, last = np.floor(start).astype(np.int64), np.ceil(end).astype(np.int64)
    cells = first[:, None] + np.arange(max(1, int((last - first).max(initial=1))))
    at = cells.astype(f32)
    low, high = start[:, None], end[:, None]
    share = np.where(
        at < low,
        np.where(at + f32(1) > high, scale, at + f32(1) - low),
        np.where(at + f32(1) > high, high - at, f32(1)),
    )
    used = cells < last[:, None]
    weights = np.where(used, share, f32(0)) * (f32(1) / scale)
    # Idle taps repeat the first one: an infinity elsewhere must not get in by way of 0 * inf.
    places = np.clip(np.where(used, cells, first[:, None]), 0, length - 1)
    return Taps(length, places, weights.astype(f32))


# ---------------------------------------------------------------------- kernels of any width


def _lanczos(radius: float) -> Callable:
    def kernel(x):
        safe = np.where(x <= 1e-3, f32(1), x)
        pi = f32(np.pi)
        value = f32(radius) * np.sin(pi * safe) * np.sin(pi * safe / f32(radius))
        value = value / (pi * pi * safe * safe)
        return np.where(x > radius, f32(0), np.where(x <= 1e-3, f32(1), value))

    return kernel


def _cubic(outer: tuple, inner: tuple) -> Callable:
    def kernel(x):
        (a, b, c, d), (e, f, g) = outer, inner
        far = ((f32(a) * x + f32(b)) * x - f32(c)) * x + f32(d)
        near = (f32(e) * x - f32(f)) * x * x + f32(g)
        return np.where(x >= 2, f32(0), np.where(x >= 1, far, near))

    return kernel


# Per name the radius, and the weight at a distance that is not negative.
KERNELS: dict[str, tuple[float, Callable]] = {
    "lanczos1": (1, _lanczos(1)),
    "lanczos3": (3, _lanczos(3)),
    "lanczos5": (5, _lanczos(5)),
    "gaussian": (1.5, lambda x: np.where(x >= 1.5, f32(0), np.exp(-x * x / f32(0.5)))),
    "box": (1, lambda x: np.where(x < 0.5, f32(1), np.where(x == 0.5, f32(0.5), f32(0)))),
    "triangle": (1, lambda x: np.where(x < 1, f32(1) - x, f32(0))),
    "keyscubic": (2, _cubic((-0.5, 2.5, 4, 2), (1.5, 2.5, 1))),
    "mitchellcubic": (2, _cubic((-7 / 18, 2, 10 / 3, 16 / 9), (7 / 6, 2, 8 / 9))),
}


def spans(length: int, new: int, kernel: str, scale: float, shift: float, antialias: bool) -> Taps:
    """Element ``i`` of the result lies at ``(i + 0.5 - shift) / scale`` in the image."""
    radius, weight = KERNELS[kernel]
    inverse = f32(1) / f32(scale)
    width = max(inverse, f32(1)) if antialias else f32(1)
    at = (np.arange(new, dtype=f32) + f32(0.5)) * inverse + (-inverse * f32(shift))
    reach = f32(radius) * width
    first = np.clip(np.ceil(at - reach - f32(0.5)), 0, length - 1).astype(np.int64)
    last = np.clip(np.floor(at + reach - f32(0.5)), 0, length - 1).astype(np.int64)
    outside = (at < 0) | (at > length)
    count = int(np.where(outside, 1, last - first + 1).max(initial=1))
    places = first[:, None] + np.arange(count)
    distance = np.abs((places.astype(f32) + f32(0.5) - at[:, None]) * (f32(1) / width))
    used = (places <= last[:, None]) & ~outside[:, None]
    weights = np.where(used, weight(distance).astype(f32), f32(0))
    total = weights.sum(1, dtype=f32)
    enough = np.abs(total) >= 1000 * np.finfo(f32).tiny
    weights = weights * np.where(enough, f32(1) / np.where(enough, total, f32(1)), f32(1))[:, None]
    return Taps(length, np.where(used, places, first[:, None]), weights.astype(f32))


# ---------------------------------------------------------------------- shape rules and checks


def sized_shape(node, batch, size: Shape, position: int, channels) -> Shape:
    """``[batch, height, width, channels]``, where input ``position`` is the size."""
    with_rank(size, 1)
    if size is not None and size[0] not in (2, None):
        raise ShapeError(f"Dimension must be 2 but is {size[0]}")
    value = known_value(node.inputs[position])
    if value is None:
        return (batch, None, None, channels)
    height, width = (int(v) if v >= 0 else None for v in value)
    return (batch, height, width, channels)


def _resize_shape(node, images: Shape, size: Shape, *rest: Shape) -> Shape:
    images = with_rank(images, 4)
    return sized_shape(node, images[0], size, 1, images[3])


def _original_shape(node, grads: Shape, original: Shape, *rest: Shape) -> Shape:
    return original


def _mode(node) -> Mode:
    a = node.attrs
    mode = Mode(a["align_corners"], a.get("half_pixel_centers", False))
    if mode == (True, True):
        raise invalid(node, "If half_pixel_centers is True, align_corners must be False.")
    return mode


def resized_size(node, images, size) -> tuple[int, int]:
    if np.ndim(images) != 4:
        raise invalid(node, f"input must be 4-dimensional{shape_list(np.shape(images))}")
    height, width = _two(node, size)
    if height <= 0 or width <= 0:
        raise invalid(node, "output dimensions must be positive")
    if 0 in np.shape(images)[1:3]:
        raise invalid(node, "input image must be of non-zero size")
    if np.shape(images)[3] == 0:
        raise invalid(node, "image must have at least one channel")
    return height, width


def _two(node, size) -> tuple[int, int]:
    if np.ndim(size) != 1:
        raise invalid(node, f"shape_t must be 1-dimensional{shape_list(np.shape(size))}")
    if len(size) != 2:
        raise invalid(node, f"shape_t must have two elements{shape_list(np.shape(size))}")
    return int(size[0]), int(size[1])


def _between(node, grads, original) -> tuple:
    """Heights and widths of an image and of its gradient's argument."""
    if 0 in np.shape(grads)[1:3]:
        raise invalid(node, "resized dimensions must be positive")
    if 0 in np.shape(original)[1:3]:
        raise invalid(node, "original dimensions must be positive")
    return np.shape(original)[1:3], np.shape(grads)[1:3]


def _as(x, dtype: Any):
    return lax.convert_element_type(x, getattr(dtype, "np", dtype))


# ---------------------------------------------------------------------- the ops

_FLAGS = "align_corners: bool = False, half_pixel_centers: bool = False"


def _bilinear_columns_then_rows(x, rows: Taps, columns: Taps):
    """``a + (b - a) * part``, which is how TensorFlow rounds."""
    for axis, taps in ((2, columns), (1, rows)):
        low = take(x, taps.places[:, 0], axis)
        high = take(x, taps.places[:, 1], axis)
        x = _kept(lax.add(low, _along(lax.sub(high, low), taps.weights[:, 1], axis)))
    return x


@defop(
    f"ResizeBilinear(images: T, size: int32; {_FLAGS}) -> resized_images: float32",
    T=types("int8 uint8 int16 uint16 int32 int64 bfloat16 half float double bfloat16"),
    shape=_resize_shape, host_inputs=("size",),
)  # fmt: skip
def resize_bilinear(node, images, size):
    height, width = resized_size(node, images, size)
    mode, x = _mode(node), _as(images, f32)
    rows = bilinear(x.shape[1], height, mode)
    columns = bilinear(x.shape[2], width, mode)
    return _bilinear_columns_then_rows(x, rows, columns)


def _wide(node) -> np.dtype:
    """The type in which a gradient is summed."""
    dtype = node.outputs[0].dtype.np
    return dtype if dtype == np.float64 else np.dtype(f32)


def _gradient_of(taps: Callable) -> Callable:
    def lower(node, grads, original):
        (h, w), (new_h, new_w) = _between(node, grads, original)
        mode, x = _mode(node), _as(grads, _wide(node))
        x = weighted(x, taps(h, new_h, mode).transposed(), 1)
        x = weighted(x, taps(w, new_w, mode).transposed(), 2)
        return _as(x, node.outputs[0].dtype)

    return lower


defop(
    f"ResizeBilinearGrad(grads: float32, original_image: T; {_FLAGS}) -> output: T",
    T=types("float bfloat16 half double"), shape=_original_shape,
)(_gradient_of(bilinear))  # fmt: skip


@defop(
    f"ResizeNearestNeighbor(images: T, size: int32; {_FLAGS}) -> resized_images: T",
    T=_IMAGES, shape=_resize_shape, host_inputs=("size",),
)  # fmt: skip
def resize_nearest_neighbor(node, images, size):
    height, width = resized_size(node, images, size)
    mode = _mode(node)
    images = weighted(images, nearest(images.shape[1], height, mode), 1)
    return weighted(images, nearest(images.shape[2], width, mode), 2)


def _nearest_grad_shape(node, grads: Shape, size: Shape) -> Shape:
    return _resize_shape(node, grads, size)


@defop(
    f"ResizeNearestNeighborGrad(grads: T, size: int32; {_FLAGS}) -> output: T",
    T=types("uint8 int8 int32 half float double bfloat16"),
    shape=_nearest_grad_shape, host_inputs=("size",),
)  # fmt: skip
def resize_nearest_neighbor_grad(node, grads, size):
    if np.ndim(grads) != 4:
        raise invalid(node, f"input must be 4-dimensional{shape_list(np.shape(grads))}")
    height, width = _two(node, size)
    if height <= 0 or width <= 0:
        raise invalid(node, "shape_t's elements must be positive")
    mode, dtype = _mode(node), node.outputs[0].dtype.np
    wide = grads if dtype.kind in "iu" else _as(grads, _wide(node))
    for axis, length in ((1, height), (2, width)):
        taps = nearest(length, wide.shape[axis], mode)
        wide = _sums(wide, taps.places[:, 0], length, axis)
    return _as(wide, dtype)


def _sums(x, places: np.ndarray, length: int, axis: int):
    """What goes to each of ``length`` places along ``axis``; ``places`` do not decrease."""
    each, rest = divmod(len(places), length)
    shape = x.shape
    if rest == 0 and (places == np.repeat(np.arange(length), each)).all():
        x = lax.reshape(x, (*shape[:axis], length, each, *shape[axis + 1 :]))
        return lax.reduce(x, np.zeros((), x.dtype), lax.add, (axis + 1,))
    if x.dtype.kind not in "iu":
        return weighted(x, Taps(length, places[:, None], None).transposed(), axis)
    window = tuple(i for i in range(x.ndim) if i != axis)
    numbers = lax.ScatterDimensionNumbers(window, (axis,), (axis,))
    zeros = lax.full((*shape[:axis], length, *shape[axis + 1 :]), 0, x.dtype)
    return lax.scatter_add(zeros, places.astype(np.int32)[:, None], x, numbers)


def _separable(op_type: str, flags: str, taps: Callable) -> None:
    @defop(
        f"{op_type}(images: T, size: int32; {flags}) -> resized_images: float32",
        T=_IMAGES, shape=_resize_shape, host_inputs=("size",),
    )  # fmt: skip
    def lower(node, images, size):
        height, width = resized_size(node, images, size)
        mode, x = _mode(node), _as(images, f32)
        x = weighted(x, taps(x.shape[1], height, mode), 1)
        return weighted(x, taps(x.shape[2], width, mode), 2)


_separable("ResizeBicubic", _FLAGS, bicubic)
_separable("ResizeArea", "align_corners: bool = False", area)

defop(
    f"ResizeBicubicGrad(grads: float32, original_image: T; {_FLAGS}) -> output: T",
    T=types("float double"), shape=_original_shape,
)(_gradient_of(bicubic))  # fmt: skip


def _rows_and_columns(node, image: tuple, new: tuple, scale, translation) -> list[Taps]:
    """The taps of both axes of a ScaleAndTranslate."""
    for value in (scale, translation):
        if np.ndim(value) != 1:
            raise invalid(node, f"t must be 1-dimensional{shape_list(np.shape(value))}")
        if len(value) != 2:
            raise invalid(node, f"t must have two elements{shape_list(np.shape(value))}")
    if not (scale > 0).all():
        raise invalid(node, "Scale must be greater than zero.")
    kernel = node.attrs["kernel_type"].decode()
    if kernel not in KERNELS:
        raise invalid(node, f"Unrecognized kernel type: {kernel}")
    rest = node.attrs["antialias"]
    return [
        spans(n, m, kernel, s, t, rest)
        for n, m, s, t in zip(image, new, scale, translation, strict=True)
    ]


@defop(
    "ScaleAndTranslate(images: T, size: int32, scale: float32, translation: float32;"
    " kernel_type: string = 'lanczos3', antialias: bool = True) -> resized_images: float32",
    T=types("int8 uint8 int16 uint16 int32 int64 bfloat16 half float double"),
    shape=_resize_shape, host_inputs=("size", "scale", "translation"),
)  # fmt: skip
def scale_and_translate(node, images, size, scale, translation):
    new = resized_size(node, images, size)
    rows, columns = _rows_and_columns(node, images.shape[1:3], new, scale, translation)
    return weighted(weighted(_as(images, f32), rows, 1), columns, 2)


@defop(
    "ScaleAndTranslateGrad(grads: T, original_image: T, scale: float32, translation: float32;"
    " kernel_type: string = 'lanczos3', antialias: bool = True) -> output: T",
    T=types("float"), shape=_original_shape, host_inputs=("scale", "translation"),
)  # fmt: skip
def scale_and_translate_grad(node, grads, original, scale, translation):
    image, new = _between(node, grads, original)
    rows, columns = _rows_and_columns(node, image, new, scale, translation)
    return weighted(weighted(grads, rows.transposed(), 1), columns.transposed(), 2)
