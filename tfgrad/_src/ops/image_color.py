"""Colours: hue, saturation and value, adjusting them, and the contrast; coloured boxes.

The last axis holds the channels.  The formulas are those of TensorFlow's CPU kernels; half numbers
are computed in float32.  The derivatives are in ``gradients/image_color.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank, with_rank_at_least
from tfgrad._src.ops.broadcasting import invalid, shape_list, stretch, types

_COLOURED = types("half bfloat16 float double")
_ADJUSTED = types("half float")
f32 = np.float32


def _three_channels(node, x: Shape) -> Shape:
    with_rank_at_least(x, 1)
    if x is None:
        return None
    if x[-1] not in (3, None):
        raise ShapeError(f"Dimension must be 3 but is {x[-1]}")
    return (*x[:-1], 3)


def _channels(node, x) -> list:
    """The three channels, each without the last axis."""
    if np.ndim(x) == 0:
        raise invalid(node, "input must be at least 1D[]")
    if x.shape[-1] != 3:
        raise errors.FailedPreconditionError(
            None, node, f"input must have 3 channels but input only has {x.shape[-1]} channels."
        )
    return [lax.index_in_dim(x, k, x.ndim - 1, keepdims=False) for k in range(3)]


def _joined(channels: list):
    last = channels[0].ndim
    return lax.concatenate([lax.expand_dims(c, (last,)) for c in channels], last)


def _wide(x):
    """Half numbers as float32."""
    return x if x.dtype in (np.float32, np.float64) else lax.convert_element_type(x, f32)


def _like(x, number: float):
    return lax.full_like(x, number)


def _hsv(r, g, b):
    """Hue, saturation and value, the hue in [0, 1)."""
    zero = _like(r, 0)
    value = lax.max(lax.max(r, g), b)
    spread = lax.sub(value, lax.min(lax.min(r, g), b))
    safe = lax.select(lax.gt(value, zero), value, _like(r, 1))
    saturation = lax.select(lax.gt(value, zero), lax.div(spread, safe), zero)
    is_grey = lax.bitwise_not(lax.gt(spread, zero))
    sixth = lax.div(_like(r, 1 / 6), lax.select(is_grey, _like(r, 1), spread))
    hue = lax.select(
        lax.eq(r, value),
        lax.mul(sixth, lax.sub(g, b)),
        lax.select(
            lax.eq(g, value),
            lax.add(lax.mul(sixth, lax.sub(b, r)), _like(r, 2 / 6)),
            lax.add(lax.mul(sixth, lax.sub(r, g)), _like(r, 4 / 6)),
        ),
    )
    hue = lax.select(is_grey, zero, hue)
    return lax.select(lax.lt(hue, zero), lax.add(hue, _like(r, 1)), hue), saturation, value


@defop("RGBToHSV(images: T) -> output: T", T=_COLOURED, shape=_three_channels,
       default_types={"T": types("float")[0]})  # fmt: skip
def rgb_to_hsv(node, x):
    hsv = _hsv(*_channels(node, _wide(x)))
    return lax.convert_element_type(_joined(list(hsv)), x.dtype)


def _rgb(hue, saturation, value) -> list:
    """Red, green and blue, from a hue in [0, 1]."""
    one = _like(hue, 1)
    sixths = lax.mul(hue, _like(hue, 6))
    red = lax.sub(lax.abs(lax.sub(sixths, _like(hue, 3))), one)
    green = lax.sub(_like(hue, 2), lax.abs(lax.sub(sixths, _like(hue, 2))))
    blue = lax.sub(_like(hue, 2), lax.abs(lax.sub(sixths, _like(hue, 4))))
    rest = lax.sub(one, saturation)
    return [
        lax.mul(lax.add(rest, lax.mul(saturation, lax.clamp(_like(hue, 0), c, one))), value)
        for c in (red, green, blue)
    ]


@defop("HSVToRGB(images: T) -> output: T", T=_COLOURED, shape=_three_channels,
       default_types={"T": types("float")[0]})  # fmt: skip
def hsv_to_rgb(node, x):
    return lax.convert_element_type(_joined(_rgb(*_channels(node, _wide(x)))), x.dtype)


# ---------------------------------------------------------------------- adjusting


def _at_least_3d(node, x: Shape, *rest: Shape) -> Shape:
    return with_rank_at_least(x, 3)


def _contrast_shape(node, x: Shape, factor: Shape) -> Shape:
    with_rank_at_least(x, 3)
    with_rank(factor, 0)
    return x


def _check(node, x, name: str, number, channels: bool = True) -> None:
    if np.ndim(x) < 3:
        raise invalid(node, f"input must be at least 3-D, got shape{shape_list(np.shape(x))}")
    if np.ndim(number):
        raise invalid(node, f"{name} must be scalar: {shape_list(np.shape(number))}")
    if channels and x.shape[-1] != 3:
        raise invalid(node, f"input must have 3 channels but instead has {x.shape[-1]} channels.")


@defop(
    "AdjustContrastv2(images: T, contrast_factor: float32) -> output: T",
    T=_ADJUSTED, shape=_contrast_shape, default_types={"T": types("float")[0]},
)  # fmt: skip
def adjust_contrast(node, x, factor):
    """Away from the mean of each channel of each image, ``(x - mean) * factor + mean``."""
    _check(node, x, "contrast_factor", factor, channels=False)
    if 0 in x.shape:
        return x
    dtype, x = x.dtype, _wide(x)
    height, width = x.shape[-3:-1]
    mean = lax.reduce(x, f32(0), lax.add, (x.ndim - 3, x.ndim - 2))
    mean = lax.div(mean, _like(mean, height * width))
    mean = stretch(lax.expand_dims(mean, (x.ndim - 3, x.ndim - 2)), x.shape)
    result = lax.add(lax.mul(lax.sub(x, mean), factor), mean)
    return lax.convert_element_type(result, dtype)


def _old_contrast_shape(node, x: Shape, *numbers: Shape) -> Shape:
    x = with_rank_at_least(x, 3)
    for number in numbers:
        with_rank(number, 0)
    return x


@defop(
    "AdjustContrast(images: T, contrast_factor: float32, min_value: float32, max_value: float32)"
    " -> output: float32",
    T=types("uint8 int8 int16 int32 int64 float double"), shape=_old_contrast_shape,
)  # fmt: skip
def adjust_contrast_between(node, x, factor, low, high):
    """The same, then brought between two bounds.  Of old graphs."""
    names = ("contrast_factor", "min_value", "max_value")
    for name, number in zip(names, (factor, low, high), strict=True):
        _check(node, x, name, number, channels=False)
    y = adjust_contrast(node, lax.convert_element_type(x, f32), factor)
    low, high = (lax.broadcast_in_dim(lax.reshape(v, ()), y.shape, ()) for v in (low, high))
    return lax.min(lax.max(y, low), high)


def _sorted_by_hue(r, g, b):
    """The hue in sixths of the circle, the least and the greatest channel."""
    low, high = lax.min(lax.min(r, g), b), lax.max(lax.max(r, g), b)
    spread = lax.sub(high, low)
    is_grey = lax.eq(spread, _like(r, 0))
    middle = lax.max(lax.min(lax.max(r, g), b), lax.min(r, g))
    ratio = lax.div(lax.sub(middle, low), lax.select(is_grey, _like(r, 1), spread))

    def choose(condition, yes, no):
        return lax.select(condition, yes, no)

    number = {k: _like(r, k) for k in range(6)}
    sixth = choose(
        lax.lt(r, g),
        choose(lax.lt(b, r), number[1], choose(lax.gt(b, g), number[3], number[2])),
        choose(lax.lt(b, g), number[0], choose(lax.gt(b, r), number[4], number[5])),
    )
    is_odd = lax.eq(lax.rem(sixth, _like(r, 2)), _like(r, 1))
    hue = lax.add(sixth, choose(is_odd, lax.sub(_like(r, 1), ratio), ratio))
    return choose(is_grey, _like(r, 0), hue), low, high


@defop(
    "AdjustHue(images: T, delta: float32) -> output: T",
    T=_ADJUSTED, shape=_at_least_3d, default_types={"T": types("float")[0]},
)  # fmt: skip
def adjust_hue(node, x, delta):
    """Turns the hue by ``delta`` of the circle."""
    _check(node, x, "delta", delta)
    if 0 in x.shape:
        return x
    hue, low, high = _sorted_by_hue(*_channels(node, _wide(x)))
    six, one = _like(hue, 6), _like(hue, 1)
    hue = lax.add(hue, lax.mul(lax.broadcast(delta, hue.shape), six))
    hue = lax.sub(hue, lax.mul(lax.floor(lax.div(hue, six)), six))
    hue = lax.select(lax.ge(hue, six), lax.sub(hue, six), hue)
    sixth = lax.floor(hue)
    part = lax.sub(hue, sixth)
    is_odd = lax.eq(lax.rem(sixth, _like(hue, 2)), one)
    part = lax.select(is_odd, lax.sub(one, part), part)
    middle = lax.add(low, lax.mul(part, lax.sub(high, low)))
    # Per sixth of the circle, which of the sorted channels is red, green, blue.
    orders = ("hml", "mhl", "lhm", "lmh", "mlh", "hlm")
    named = {"h": high, "m": middle, "l": low}
    channels = []
    for k in range(3):
        channel = named[orders[5][k]]
        for i in range(5):
            channel = lax.select(lax.eq(sixth, _like(hue, i)), named[orders[i][k]], channel)
        channels.append(channel)
    return lax.convert_element_type(_joined(channels), x.dtype)


@defop(
    "AdjustSaturation(images: T, scale: float32) -> output: T",
    T=_ADJUSTED, shape=_at_least_3d, default_types={"T": types("float")[0]},
)  # fmt: skip
def adjust_saturation(node, x, scale):
    """Multiplies the saturation by ``scale``, within [0, 1]."""
    _check(node, x, "scale", scale)
    if 0 in x.shape:
        return x
    hue, saturation, value = _hsv(*_channels(node, _wide(x)))
    saturation = lax.mul(saturation, lax.broadcast(scale, saturation.shape))
    saturation = lax.clamp(_like(hue, 0), saturation, _like(hue, 1))
    return lax.convert_element_type(_joined(_rgb(hue, saturation, value)), x.dtype)


# ---------------------------------------------------------------------- boxes

_COLOURS = np.array(
    [
        [1, 1, 0, 1],  # yellow
        [0, 0, 1, 1],  # blue
        [1, 0, 0, 1],  # red
        [0, 1, 0, 1],  # lime
        [0.5, 0, 0.5, 1],  # purple
        [0.5, 0.5, 0, 1],  # olive
        [0.5, 0, 0, 1],  # maroon
        [0, 0, 0.5, 1],  # navy
        [0, 1, 1, 1],  # aqua
        [1, 0, 1, 1],  # fuchsia
    ],
    f32,
)


def _boxes_shape(node, images: Shape, boxes: Shape) -> Shape:
    images = with_rank(images, 4)
    if images[3] not in (1, 3, 4, None):
        raise ShapeError("Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA)")
    if with_rank(boxes, 3)[2] not in (4, None):
        raise ShapeError(f"Dimension must be 4 but is {boxes[2]}")
    return images


def _coloured_boxes_shape(node, images: Shape, boxes: Shape, colors: Shape) -> Shape:
    return images


def _lines(boxes, axis: int, length: int):
    """Whether each place along an axis is between a box's bounds, and on the lower or upper one.

    Boxes have shape ``[batch, n, 4]``, the results ``[batch, n, length]``; the last one is whether
    the box shows along this axis, ``[batch, n, 1]``.
    """
    low, high = (
        lax.convert_element_type(
            lax.clamp(f32(-(2**30)), lax.mul(boxes[:, :, k : k + 1], f32(length - 1)), f32(2**30)),
            np.int32,
        )
        for k in (axis, axis + 2)
    )
    place = np.arange(length, dtype=np.int32)[None, None]
    shape = (*boxes.shape[:2], length)
    low, high, place = (lax.broadcast_in_dim(v, shape, (0, 1, 2)) for v in (low, high, place))
    shows = lax.bitwise_and(
        lax.le(low, high),
        lax.bitwise_and(
            lax.lt(low, lax.full_like(low, length)), lax.ge(high, lax.full_like(low, 0))
        ),
    )
    between = lax.bitwise_and(lax.ge(place, low), lax.le(place, high))
    edge = lax.bitwise_or(lax.eq(place, low), lax.eq(place, high))
    return between, edge, shows


def _draw(node, images, boxes, colours):
    if np.ndim(images) != 4:
        raise invalid(node, "The rank of the images should be 4")
    if np.ndim(boxes) != 3:
        raise invalid(node, "The rank of the boxes tensor should be 3")
    if images.shape[0] != boxes.shape[0]:
        raise invalid(node, "The batch sizes should be the same")
    if boxes.shape[2] != 4:
        raise invalid(
            node,
            f"The size of the third dimension of the box must be 4. Received: {boxes.shape[2]}",
        )
    batch, height, width, depth = images.shape
    if depth not in (1, 3, 4):
        raise invalid(node, "Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA)")
    count = boxes.shape[1]
    if 0 in images.shape or count == 0:
        return images
    if colours is not None and np.ndim(colours) != 2:
        raise invalid(node, f"colors must be a 2-D matrix{shape_list(np.shape(colours))}")
    if colours is None or colours.shape[0] == 0:
        # In a grey image some of them would be black.
        colours = _COLOURS if depth > 1 else np.ones((len(_COLOURS), 1), f32)
    elif colours.shape[1] < depth:
        raise invalid(
            node,
            "colors must have equal or more channels than the image provided: "
            + shape_list(colours.shape),
        )
    rows, top_or_bottom, shows_y = _lines(boxes, 0, height)
    columns, left_or_right, shows_x = _lines(boxes, 1, width)
    shape = (batch, count, height, width)

    def both(y, x):
        return lax.bitwise_and(
            lax.broadcast_in_dim(y, shape, (0, 1, 2)), lax.broadcast_in_dim(x, shape, (0, 1, 3))
        )

    drawn = lax.bitwise_or(both(top_or_bottom, columns), both(rows, left_or_right))
    drawn = lax.bitwise_and(drawn, both(shows_y, shows_x))
    number = lax.broadcasted_iota(np.int32, shape, 1)
    number = lax.select(drawn, number, lax.full(shape, -1, np.int32))
    last = lax.reduce(number, np.int32(-1), lax.max, (1,))  # later boxes cover earlier ones
    entry = lax.rem(lax.max(last, np.int32(0)), np.int32(colours.shape[0]))
    numbers = lax.GatherDimensionNumbers((3,), (0,), (0,))
    paint = lax.gather(
        lax.slice_in_dim(colours, 0, depth, axis=1), lax.expand_dims(entry, (3,)), numbers,
        (1, depth), mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS,
    )  # fmt: skip
    painted = lax.broadcast_in_dim(lax.ge(last, np.int32(0)), images.shape, (0, 1, 2))
    return lax.select(painted, lax.convert_element_type(paint, images.dtype), images)


defop(
    "DrawBoundingBoxes(images: T, boxes: float32) -> output: T",
    T=types("float half"), shape=_boxes_shape, default_types={"T": types("float")[0]},
)(lambda node, images, boxes: _draw(node, images, boxes, None))  # fmt: skip
defop(
    "DrawBoundingBoxesV2(images: T, boxes: float32, colors: float32) -> output: T",
    T=types("float half"), shape=_coloured_boxes_shape, default_types={"T": types("float")[0]},
)(_draw)  # fmt: skip
