"""Parts of images: boxes brought to one size, glimpses, projective transforms.

Which elements are read depends on values of the program, boxes or transforms.  Each op computes the
places in float32, as TensorFlow's kernels do, and gathers there.  The derivatives are in
``gradients/image_geometry.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value, partial_shape
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge_dim, with_rank
from tfgrad._src.ops import philox
from tfgrad._src.ops.broadcasting import invalid, shape_list, stretch, types
from tfgrad._src.ops.checks import is_out_of_range, require
from tfgrad._src.ops.image_resize import sized_shape

f32 = np.float32
_CROPPED = types("uint8 uint16 int8 int16 int32 int64 half float double")


def _index(x):
    return lax.convert_element_type(x, np.int32)


def _float(x):
    return lax.convert_element_type(x, f32)


def _rows(images, row):
    """The channels at the places ``row`` of ``images`` seen as ``[places, channels]``."""
    *lengths, channels = images.shape
    flat = lax.reshape(images, (int(np.prod(lengths)), channels))
    rank = len(row.shape)
    numbers = lax.GatherDimensionNumbers((rank,), (0,), (0,))
    return lax.gather(
        flat, lax.expand_dims(row, (rank,)), numbers, (1, channels),
        mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS,
    )  # fmt: skip


def _add_rows(shape: tuple, row, values):
    """``values`` added into zeros of ``shape`` at the places ``row``; those beyond are dropped."""
    count, channels = int(np.prod(shape[:-1])), shape[-1]
    rank = len(row.shape)
    zeros = lax.full((count, channels), 0, values.dtype)
    numbers = lax.ScatterDimensionNumbers((rank,), (0,), (0,))
    return lax.reshape(
        lax.scatter_add(
            zeros, lax.expand_dims(row, (rank,)), values, numbers,
            mode=lax.GatherScatterMode.FILL_OR_DROP,
        ),
        shape,
    )  # fmt: skip


# ---------------------------------------------------------------------- boxes


def _crop_shape(node, image: Shape, boxes: Shape, box_ind: Shape, size: Shape) -> Shape:
    image, boxes, box_ind = with_rank(image, 4), with_rank(boxes, 2), with_rank(box_ind, 1)
    count = merge_dim(boxes[0], box_ind[0])
    if boxes[1] not in (4, None):
        raise ShapeError(f"Dimension must be 4 but is {boxes[1]}")
    return sized_shape(node, count, size, 3, image[3])


def _grad_image_shape(node, grads: Shape, boxes: Shape, box_ind: Shape, size: Shape) -> Shape:
    shape = partial_shape(node.inputs[3])
    if size is not None:
        with_rank(size, 1)
    return with_rank(shape, 4)


def _check_boxes(node, boxes, box_ind, batch: int) -> None:
    if np.ndim(boxes) != 2:
        raise invalid(node, f"boxes must be 2-D{shape_list(np.shape(boxes))}")
    if boxes.shape[1] != 4:
        raise invalid(node, "boxes must have 4 columns")
    if np.shape(box_ind) != boxes.shape[:1]:
        raise invalid(node, "box_index has incompatible shape")

    def explain(box_ind) -> None:
        if ((box_ind < 0) | (box_ind >= batch)).any():
            raise errors.OutOfRangeError(None, node, "box_index has values outside [0, batch_size)")

    if np.size(box_ind):
        require(node, explain, lambda i: is_out_of_range(i, batch), box_ind, ranges=((0, batch),))


class _Sampling:
    """Where the elements of crops lie in an image of shape ``[batch, height, width, channels]``.

    Attributes:
      y, x: float32 positions, of shapes ``[boxes, crop height, 1]`` and ``[boxes, 1, crop width]``.
      inside: whether both are in the image, ``[boxes, crop height, crop width]``.
    """

    def __init__(self, image: tuple, boxes, box_ind, crop: tuple[int, int]):
        self.image, self.crop, self.boxes = image, crop, boxes
        self.batch = lax.clamp(np.int32(0), _index(box_ind), np.int32(max(0, image[0] - 1)))
        count = boxes.shape[0]
        self.y, inside_y = self._positions(0, image[1], crop[0])
        self.x, inside_x = self._positions(1, image[2], crop[1])
        shape = (count, *crop)
        self.y, inside_y = (lax.expand_dims(v, (2,)) for v in (self.y, inside_y))
        self.x, inside_x = (lax.expand_dims(v, (1,)) for v in (self.x, inside_x))
        self.shape = shape
        self.inside = lax.bitwise_and(
            lax.broadcast_in_dim(inside_y, shape, (0, 1, 2)),
            lax.broadcast_in_dim(inside_x, shape, (0, 1, 2)),
        )

    def _positions(self, axis: int, length: int, crop: int):
        """Along one axis, of shape ``[boxes, crop]``."""
        low, high = self.boxes[:, axis : axis + 1], self.boxes[:, axis + 2 : axis + 3]
        last = f32(length - 1)
        if crop > 1:
            scale = lax.div(lax.mul(lax.sub(high, low), last), f32(crop - 1))
            steps = np.arange(crop, dtype=f32)[None]
            at = lax.add(lax.mul(low, last), lax.mul(scale, steps))
        else:
            at = lax.mul(lax.mul(f32(0.5), lax.add(low, high)), last)
        return at, lax.bitwise_and(lax.ge(at, f32(0)), lax.le(at, last))

    def row(self, y, x):
        """The place of ``(y, x)``, whole float numbers, among the rows of the image."""
        _, height, width, _ = self.image
        y = lax.clamp(np.int32(0), _index(y), np.int32(max(0, height - 1)))
        x = lax.clamp(np.int32(0), _index(x), np.int32(max(0, width - 1)))
        start = lax.mul(lax.expand_dims(self.batch, (1, 2)), np.int32(height))
        line = lax.mul(lax.add(start, y), np.int32(width))
        return lax.add(
            lax.broadcast_in_dim(line, self.shape, (0, 1, 2)),
            lax.broadcast_in_dim(x, self.shape, (0, 1, 2)),
        )

    def corners(self):
        """Per corner its row, in the order top left, top right, bottom left, bottom right."""
        top, bottom = lax.floor(self.y), lax.ceil(self.y)
        left, right = lax.floor(self.x), lax.ceil(self.x)
        return [self.row(y, x) for y in (top, bottom) for x in (left, right)]

    def parts(self, rank: int = 4):
        """How far below the top and right of the left corner, to multiply crops with."""
        found = []
        for at in (self.y, self.x):
            part = lax.sub(at, lax.floor(at))
            found.append(part if rank == 3 else lax.expand_dims(part, (3,)))
        return found

    def nearest(self):
        away = lax.RoundingMethod.AWAY_FROM_ZERO
        return self.row(lax.round(self.y, away), lax.round(self.x, away))


@defop(
    "CropAndResize(image: T, boxes: float32, box_ind: int32, crop_size: int32;"
    " method: string = 'bilinear', extrapolation_value: float = 0.0) -> crops: float32",
    T=_CROPPED, method=("bilinear", "nearest"), shape=_crop_shape, host_inputs=("crop_size",),
)  # fmt: skip
def crop_and_resize(node, image, boxes, box_ind, size):
    if np.ndim(image) != 4:
        raise invalid(node, f"input image must be 4-D{shape_list(np.shape(image))}")
    if 0 in image.shape[1:3]:
        raise invalid(node, "image dimensions must be positive")
    _check_boxes(node, boxes, box_ind, image.shape[0])
    if np.ndim(size) != 1:
        raise invalid(node, f"crop_size must be 1-D{shape_list(np.shape(size))}")
    if len(size) != 2:
        raise invalid(node, f"crop_size must have two elements{shape_list(np.shape(size))}")
    height, width = (int(n) for n in size)
    if height <= 0 or width <= 0:
        raise invalid(node, "crop dimensions must be positive")
    shape = (boxes.shape[0], height, width, image.shape[3])
    outside = lax.full(shape, node.attrs["extrapolation_value"], f32)
    if 0 in shape or image.shape[0] == 0:
        return outside
    at = _Sampling(image.shape, boxes, box_ind, (height, width))
    if node.attrs["method"] == b"nearest":
        crops = _float(_rows(image, at.nearest()))
    else:
        corners = [_float(_rows(image, row)) for row in at.corners()]
        crops = _between(corners, *at.parts())
    return lax.select(lax.broadcast_in_dim(at.inside, shape, (0, 1, 2)), crops, outside)


def _towards(a, b, part):
    """Gives ``a + (b - a) * part``."""
    return lax.add(a, lax.mul(lax.sub(b, a), stretch(part, a.shape)))


def _between(corners, y, x):
    """The bilinear interpolation of the values at four corners."""
    top_left, top_right, bottom_left, bottom_right = corners
    return _towards(_towards(top_left, top_right, x), _towards(bottom_left, bottom_right, x), y)


def _nowhere(at: _Sampling, row):
    """``row``, but beyond the last where the crop lies outside the image."""
    beyond = lax.full(row.shape, int(np.prod(at.image[:3])), np.int32)
    return lax.select(at.inside, row, beyond)


@defop(
    "CropAndResizeGradImage(grads: float32, boxes: float32, box_ind: int32, image_size: int32;"
    " T: type, method: string = 'bilinear') -> output: T",
    T=types("float half double"), method=("bilinear", "nearest"), shape=_grad_image_shape,
    host_inputs=("image_size",),
)  # fmt: skip
def crop_and_resize_grad_image(node, grads, boxes, box_ind, size):
    if np.ndim(grads) != 4:
        raise invalid(node, f"grads image must be 4-D{shape_list(np.shape(grads))}")
    if 0 in grads.shape[1:3]:
        raise invalid(node, "grads dimensions must be positive")
    image = tuple(int(n) for n in size)
    if len(image) != 4:
        raise invalid(node, f"image_size must have 4 elements{shape_list(np.shape(size))}")
    if image[1] <= 0 or image[2] <= 0:
        raise invalid(node, "image dimensions must be positive")
    if grads.shape[3] != image[3]:
        raise invalid(node, "image_size and grads are incompatible")
    _check_boxes(node, boxes, box_ind, image[0])
    dtype = node.outputs[0].dtype.np
    wide = dtype if dtype == np.float64 else np.dtype(f32)
    if 0 in grads.shape or 0 in image:
        return lax.full(image, 0, dtype)
    at = _Sampling(image, boxes, box_ind, grads.shape[1:3])
    if node.attrs["method"] == b"nearest":
        rows, shares = [_nowhere(at, at.nearest())], [grads]
    else:
        rows = [_nowhere(at, row) for row in at.corners()]
        y, x = (stretch(part, grads.shape) for part in at.parts())
        bottom = lax.mul(y, grads)
        top = lax.mul(lax.sub(f32(1), y), grads)
        away = lax.sub(f32(1), x)
        shares = [lax.mul(side, line) for line in (top, bottom) for side in (away, x)]
    rows = lax.concatenate([lax.expand_dims(r, (0,)) for r in rows], 0)
    shares = lax.concatenate([lax.expand_dims(s, (0,)) for s in shares], 0)
    found = _add_rows(image, rows, lax.convert_element_type(shares, wide))
    return lax.convert_element_type(found, dtype)


def _boxes_shape(node, grads: Shape, image: Shape, boxes: Shape, box_ind: Shape) -> Shape:
    return boxes


@defop(
    "CropAndResizeGradBoxes(grads: float32, image: T, boxes: float32, box_ind: int32;"
    " method: string = 'bilinear') -> output: float32",
    T=_CROPPED, method=("bilinear",), shape=_boxes_shape,
)  # fmt: skip
def crop_and_resize_grad_boxes(node, grads, image, boxes, box_ind):
    for name, value in (("grads", grads), ("image", image)):
        if np.ndim(value) != 4:
            raise invalid(node, f"{name} image must be 4-D{shape_list(np.shape(value))}")
        if 0 in value.shape[1:3]:
            raise invalid(node, f"{name} dimensions must be positive")
    if image.shape[3] != grads.shape[3]:
        raise invalid(node, "image, grads depth differ")
    _check_boxes(node, boxes, box_ind, image.shape[0])
    if 0 in grads.shape or 0 in image.shape:
        return lax.full(boxes.shape, 0, f32)
    at = _Sampling(image.shape, boxes, box_ind, grads.shape[1:3])
    corners = [_float(_rows(image, row)) for row in at.corners()]
    top_left, top_right, bottom_left, bottom_right = corners
    y, x = at.parts()
    down = _towards(lax.sub(bottom_left, top_left), lax.sub(bottom_right, top_right), x)
    right = _towards(lax.sub(top_right, top_left), lax.sub(bottom_right, bottom_left), y)
    columns = [None] * 4
    for axis, slope in ((0, down), (1, right)):
        slope = lax.reduce(lax.mul(slope, grads), f32(0), lax.add, (3,))
        slope = lax.select(at.inside, slope, lax.full_like(slope, 0))
        slope = lax.reduce(slope, f32(0), lax.add, (2 - axis,))  # per box and place
        for k, share in enumerate(shares_of_bounds(image.shape[1 + axis], grads.shape[1 + axis])):
            weights = lax.broadcast_in_dim(share, slope.shape, (1,))
            total = lax.reduce(lax.mul(slope, weights), f32(0), lax.add, (1,))
            columns[axis + 2 * k] = lax.expand_dims(total, (1,))
    return lax.concatenate(columns, 1)


def shares_of_bounds(length: int, crop: int) -> tuple[np.ndarray, np.ndarray]:
    """The derivative of each position along an axis by the box's lower and its upper bound."""
    if crop == 1:
        half = np.full(1, 0.5 * (length - 1), f32)
        return half, half
    upper = np.arange(crop, dtype=f32) * (f32(length - 1) / f32(crop - 1))
    return f32(length - 1) - upper, upper


# ---------------------------------------------------------------------- glimpses


def _glimpse_shape(node, image: Shape, size: Shape, offsets: Shape) -> Shape:
    image, offsets = with_rank(image, 4), with_rank(offsets, 2)
    batch = merge_dim(image[0], offsets[0])
    if offsets[1] not in (2, None):
        raise ShapeError(f"Dimension must be 2 but is {offsets[1]}")
    if node.attrs["uniform_noise"] and node.attrs["noise"] != b"uniform":
        raise ShapeError("The uniform_noise should not be True when noise is not uniform")
    return sized_shape(node, batch, size, 1, image[3])


def _noise(node, kind: bytes, image, shape: tuple):
    """What a glimpse shows outside the image: numbers distributed as those of the image.

    The op has no seed; the numbers are the same in every run.
    """
    if kind == b"zero":
        return lax.full(shape, 0, f32)
    zero, axes = f32(0), (0, 1, 2, 3)
    low = lax.reduce(image, f32(np.inf), lax.min, axes)
    high = lax.reduce(image, f32(-np.inf), lax.max, axes)
    stream = np.array([0, 0, 0, 0, 1, 2], np.uint32)
    if kind == b"uniform":
        numbers = philox.uniform(stream, shape, np.dtype(f32))
        return lax.add(lax.mul(numbers, lax.sub(high, low)), low)
    count = f32(image.size)
    mean = lax.div(lax.reduce(image, zero, lax.add, axes), count)
    spread = lax.div(lax.reduce(lax.square(lax.sub(image, mean)), zero, lax.add, axes), count)
    numbers = philox.normal(stream, shape, np.dtype(f32))
    return lax.clamp(low, lax.add(lax.mul(numbers, lax.sqrt(spread)), mean), high)


def _glimpse(version: int):
    def lower(node, image, size, offsets):
        if np.ndim(image) != 4:
            raise invalid(
                node,
                "input must be 4-dimensional (batch_size, height, width, depth)"
                + shape_list(np.shape(image)),
            )
        if np.shape(size) != (2,):
            raise invalid(
                node,
                f"input must be a vector of size 2 (height, width){shape_list(np.shape(size))}",
            )
        if np.ndim(offsets) != 2:
            raise invalid(node, f"input must be a matrix{shape_list(np.shape(offsets))}")
        if offsets.shape[0] != image.shape[0]:
            raise invalid(node, f"first dimension should be batch{shape_list(offsets.shape)}")
        if offsets.shape[1] != 2:
            raise invalid(
                node, f"second dimension should be of size 2 (y,x){shape_list(offsets.shape)}"
            )
        kind = node.attrs["noise"]
        if kind not in (b"uniform", b"gaussian", b"zero"):
            raise invalid(
                node,
                f"The noise could only be uniform, gaussian, or zero, got{kind.decode()}",
            )
        batch, *lengths, channels = image.shape
        new = tuple(int(n) for n in size)
        shape = (batch, *new, channels)
        if 0 in shape:
            return lax.full(shape, 0, f32)
        noise = _noise(node, kind, image, shape)
        if 0 in lengths:
            return noise
        centered, normalized = node.attrs["centered"], node.attrs["normalized"]
        places, inside = [], lax.full(shape[:3], True, np.bool_)
        for axis, (length, n) in enumerate(zip(lengths, new, strict=True)):
            at = lax.index_in_dim(offsets, axis, 1, keepdims=False)
            if normalized:
                at = lax.mul(at, f32(length))
            if centered:
                if version == 1 or normalized:
                    at = lax.div(at, f32(2))
                at = lax.add(at, f32(length / 2))
            if version == 1 or (centered and normalized):
                at = lax.sub(at, f32(n / 2))
            start = lax.clamp(np.int32(-(2**30)), _index(at), np.int32(2**30))
            place = lax.add(
                lax.expand_dims(start, (1, 2)),
                np.arange(n, dtype=np.int32).reshape((1, n, 1) if axis == 0 else (1, 1, n)),
            )
            ok = lax.bitwise_and(lax.ge(place, np.int32(0)), lax.lt(place, np.int32(length)))
            inside = lax.bitwise_and(inside, lax.broadcast_in_dim(ok, shape[:3], (0, 1, 2)))
            place = lax.clamp(np.int32(0), place, np.int32(length - 1))
            places.append(lax.broadcast_in_dim(place, shape[:3], (0, 1, 2)))
        first = np.arange(batch, dtype=np.int32).reshape(batch, 1, 1) * np.int32(lengths[0])
        row = lax.add(lax.mul(lax.add(places[0], first), np.int32(lengths[1])), places[1])
        return lax.select(lax.broadcast_in_dim(inside, shape, (0, 1, 2)), _rows(image, row), noise)

    return lower


for _version, _type in ((1, "ExtractGlimpse"), (2, "ExtractGlimpseV2")):
    defop(
        f"{_type}(input: float32, size: int32, offsets: float32; centered: bool = True,"
        " normalized: bool = True, uniform_noise: bool = True, noise: string = 'uniform')"
        " -> glimpse: float32",
        shape=_glimpse_shape, host_inputs=("size",),
    )(_glimpse(_version))  # fmt: skip


# ---------------------------------------------------------------------- projective transforms


def _transform_shape(node, images: Shape, transforms: Shape, size: Shape, *fill: Shape) -> Shape:
    images = with_rank(images, 4)
    return sized_shape(node, images[0], size, 2, images[3])


def _fold(at, length: int, mode: str):
    """A position along an axis, brought back into the image as the mode of filling says."""
    zero, last, n = f32(0), f32(length - 1), f32(length)
    if mode == "CONSTANT":
        return at
    if mode == "REFLECT":
        if length <= 1:
            return lax.full_like(at, 0)
        twice = f32(2 * length)
        whole = lax.mul(twice, _whole(lax.div(lax.neg(at), twice)))
        low = lax.select(lax.lt(at, lax.full_like(at, -2.0 * length)), lax.add(at, whole), at)
        low = lax.select(
            lax.lt(low, lax.full_like(at, -length)),
            lax.add(low, twice),
            lax.sub(lax.neg(low), f32(1)),
        )
        high = lax.sub(at, lax.mul(twice, _whole(lax.div(at, twice))))
        high = lax.select(
            lax.ge(high, lax.full_like(at, length)), lax.sub(lax.sub(twice, high), f32(1)), high
        )
    elif mode == "WRAP":
        if length <= 1:
            return lax.full_like(at, 0)
        low = lax.add(at, lax.mul(n, lax.add(_whole(lax.div(lax.neg(at), last)), f32(1))))
        high = lax.sub(at, lax.mul(n, _whole(lax.div(at, last))))
    else:  # NEAREST
        low = high = at
    at = lax.select(
        lax.lt(at, lax.full_like(at, 0)),
        low,
        lax.select(lax.gt(at, lax.full_like(at, length - 1)), high, at),
    )
    return lax.clamp(zero, at, last)


def _whole(x):
    """The number without its fraction."""
    return lax.mul(lax.sign(x), lax.floor(lax.abs(x)))


def _read(images, y, x, fill):
    """The channels at whole float positions ``[batch, height, width]``; outside ``fill``."""
    height, width = images.shape[1:3]
    inside = lax.full(y.shape, True, np.bool_)
    places = []
    for at, length in ((y, height), (x, width)):
        ok = lax.bitwise_and(
            lax.ge(at, lax.full_like(at, 0)), lax.lt(at, lax.full_like(at, length))
        )
        inside = lax.bitwise_and(inside, ok)
        places.append(_index(lax.clamp(f32(0), at, f32(length - 1))))
    first = lax.broadcasted_iota(np.int32, y.shape, 0)
    line = lax.add(lax.mul(first, np.int32(height)), places[0])
    row = lax.add(lax.mul(line, np.int32(width)), places[1])
    values = _rows(images, row)
    inside = lax.broadcast_in_dim(inside, values.shape, (0, 1, 2))
    return lax.select(inside, values, lax.broadcast(fill, values.shape))


def _transform(node, images, transforms, size, fill):
    if np.ndim(images) != 4:
        raise invalid(node, "Input images must have rank 4")
    batch, height, width, channels = images.shape
    if (
        np.ndim(transforms) != 2
        or transforms.shape[1] != 8
        or transforms.shape[0] not in (batch, 1)
    ):
        raise invalid(node, "Input transform should be num_images x 8 or 1 x 8")
    if np.shape(size) != (2,):
        raise invalid(node, "output shape must be 1-dimensional" + shape_list(np.shape(size)))
    new = tuple(int(n) for n in size)
    if min(new) <= 0:
        raise invalid(node, "output dimensions must be positive")
    how, mode = node.attrs["interpolation"].decode(), node.attrs["fill_mode"].decode()
    if how not in ("NEAREST", "BILINEAR"):
        raise invalid(node, f"Invalid interpolation {how}. Supported types: NEAREST, BILINEAR")
    if mode not in ("REFLECT", "WRAP", "CONSTANT", "NEAREST"):
        raise invalid(
            node, f"Invalid mode {mode}. Supported modes are REFLECT, WRAP, CONSTANT, NEAREST"
        )
    dtype = node.outputs[0].dtype.np
    shape = (batch, *new)
    fill = lax.convert_element_type(fill, dtype)
    if 0 in images.shape:
        return lax.broadcast(fill, (*shape, channels))
    out_y = np.arange(new[0], dtype=f32).reshape(1, -1, 1)
    out_x = np.arange(new[1], dtype=f32).reshape(1, 1, -1)
    t = [
        lax.expand_dims(lax.index_in_dim(transforms, k, 1, keepdims=False), (1, 2))
        for k in range(8)
    ]

    def linear(a, b, c):
        """``a x + b y + c`` everywhere."""
        x = lax.broadcast_in_dim(lax.mul(a, out_x), shape, (0, 1, 2))
        y = lax.broadcast_in_dim(lax.mul(b, out_y), shape, (0, 1, 2))
        return lax.add(lax.add(x, y), stretch(c, shape))

    scale = linear(t[6], t[7], np.ones((1, 1, 1), f32))
    nowhere = lax.eq(scale, lax.full_like(scale, 0))
    scale = lax.select(nowhere, lax.full_like(scale, 1), scale)
    x = _fold(lax.div(linear(t[0], t[1], t[2]), scale), width, mode)
    y = _fold(lax.div(linear(t[3], t[4], t[5]), scale), height, mode)
    if how == "NEAREST":
        away = lax.RoundingMethod.AWAY_FROM_ZERO
        result = _read(images, lax.round(y, away), lax.round(x, away), fill)
    else:
        top, left = lax.floor(y), lax.floor(x)
        bottom, right = lax.add(top, f32(1)), lax.add(left, f32(1))
        whole = (*shape, channels)

        def line(at):
            one = _float(_read(images, at, left, fill))
            two = _float(_read(images, at, right, fill))
            return mixed(one, two, lax.sub(right, x), lax.sub(x, left))

        def mixed(a, b, first, second):
            first, second = (lax.broadcast_in_dim(v, whole, (0, 1, 2)) for v in (first, second))
            return lax.add(lax.mul(first, a), lax.mul(second, b))

        result = mixed(line(top), line(bottom), lax.sub(bottom, y), lax.sub(y, top))
        result = lax.convert_element_type(result, dtype)
    nowhere = lax.broadcast_in_dim(nowhere, result.shape, (0, 1, 2))
    return lax.select(nowhere, lax.broadcast(fill, result.shape), result)


_TRANSFORMED = types("uint8 int32 int64 half bfloat16 float double")
_TRANSFORM_ATTRS = "interpolation: string, fill_mode: string = 'CONSTANT'"
defop(
    "ImageProjectiveTransformV2(images: dtype, transforms: float32, output_shape: int32;"
    f" {_TRANSFORM_ATTRS}) -> transformed_images: dtype",
    dtype=_TRANSFORMED,
    shape=_transform_shape,
    host_inputs=("output_shape",),
)(lambda node, images, transforms, size: _transform(node, images, transforms, size, f32(0)))
defop(
    "ImageProjectiveTransformV3(images: dtype, transforms: float32, output_shape: int32,"
    f" fill_value: float32; {_TRANSFORM_ATTRS}) -> transformed_images: dtype",
    dtype=_TRANSFORMED,
    shape=_transform_shape,
    host_inputs=("output_shape",),
)(_transform)
