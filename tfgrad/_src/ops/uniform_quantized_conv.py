"""Convolutions of quantised arrays with a scale and a zero, in any number of dimensions.

The order of the axes is an attribute: a message in protobuf's format.  See
``uniform_quantized.py``.
"""

from typing import NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import float32, qint8, qint32
from tfgrad._src.graph.message import Message
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    is_fully_known,
    merge_dim,
    with_rank_at_least,
)
from tfgrad._src.graph.wire import DecodeError
from tfgrad._src.ops.broadcasting import shape_list
from tfgrad._src.ops.checks import invalid
from tfgrad._src.ops.conv_kernels import Slide, convolution
from tfgrad._src.ops.exact import F32, I32, Exact
from tfgrad._src.ops.uniform_quantized import (
    _ALL,
    _ALL_LIMITS,
    _HYBRID,
    _OUTPUT,
    _RHS,
    _by_rows,
    _check_left,
    _check_left_axis,
    _check_points,
    _demand_all_positive,
    _demand_positive,
    _factor,
    _limited,
    _points_shape,
    _ranks,
    _scaled,
)


class DimensionNumbers(Message):
    """Which axes of the three arrays are what."""

    FIELDS = """
        input_batch_dimension            1  int64
        input_feature_dimension          2  int64
        input_spatial_dimensions         3  int64*
        kernel_input_feature_dimension   4  int64
        kernel_output_feature_dimension  5  int64
        kernel_spatial_dimensions        6  int64*
        output_batch_dimension           7  int64
        output_feature_dimension         8  int64
        output_spatial_dimensions        9  int64*
    """


class Geometry(NamedTuple):
    """How a filter slides.

    Attributes:
      x: the axes of batch, space and features of the input.
      w: the axes of space, features in and features out of the filter.
      y: the axes of batch, space and features of the result.
      slides: per spatial axis; edges and gaps are those of the input.
      shape: that of the result.
    """

    x: tuple[int, ...]
    w: tuple[int, ...]
    y: tuple[int, ...]
    slides: list[Slide]
    shape: tuple[int, ...]


def _dilated(size: int, dilation: int) -> int:
    return size and size + (dilation - 1) * (size - 1)


def _per_axis(node, attr: str, n: int, fail) -> list[int]:
    values = node.attrs[attr] or [1] * n
    if len(values) != n:
        raise fail(f"Size of {attr} Attr must be dims - 2.")
    if min(values) < 1:
        raise fail(f"All elements of {attr} must be >= 1. Given {', '.join(map(str, values))}")
    return values


def _numbers(node, rank: int, fail) -> tuple[tuple, tuple, tuple]:
    """The axes of the input, the filter and the result, see `Geometry`."""
    text = node.attrs["dimension_numbers"]
    space = tuple(range(2, rank))
    if not text:
        return (0, *space, 1), (*space, 1, 0), (0, *space, 1)
    try:
        d = DimensionNumbers.FromString(text)
    except DecodeError:
        raise fail("Error parsing convolution dimension numbers.") from None
    x = (d.input_batch_dimension, *d.input_spatial_dimensions, d.input_feature_dimension)
    w = (
        *d.kernel_spatial_dimensions, d.kernel_input_feature_dimension,
        d.kernel_output_feature_dimension,
    )  # fmt: skip
    y = (d.output_batch_dimension, *d.output_spatial_dimensions, d.output_feature_dimension)
    for axes in (x, w, y):
        if len(axes) != rank:
            raise fail(
                f"Spatial dimensions size must be rank - 2. Given rank {rank} and spatial "
                f"dimensions size {len(axes) - 2}"
            )
        for axis in axes:
            if not 0 <= axis < rank:
                raise fail(
                    f"Each dimension number must be in region [0, rank). Given rank {rank} and "
                    f"dimension number value {axis}"
                )
    return x, w, y


def _check_groups(node, batch: int, channels: int, of_group: int, out: int, fail) -> None:
    groups, batches = node.attrs["feature_group_count"], node.attrs["batch_group_count"]
    if groups <= 0:
        raise fail(f"feature_group_count must be a positive integer, given: {groups}")
    if channels % groups:
        raise fail(
            f"feature_group_count must divide lhs feature dimension size, but {groups} does not "
            f"divide {channels}"
        )
    if not of_group or channels % of_group:
        raise fail(
            f"rhs input feature dimension must divide lhs feature dimension size, but {of_group} "
            f"does not divide {channels}"
        )
    if channels // groups != of_group:
        raise fail(
            f"lhs feature dimension size divided by feature_group_count must equal the rhs input "
            f"feature dimension size, but {channels} / {groups} != {of_group}"
        )
    if out % groups:
        raise fail(
            f"rhs output dimension size must be a multiple of feature_group_count, but {out} is "
            f"not a multiple of {groups}"
        )
    if batches <= 0:
        raise fail(f"batch_group_count Attr must be a positive integer. Given: {batches}")
    if batch % batches:
        raise fail(
            f"batch_group_count must divide lhs batch dimension size, but {batches} does not "
            f"divide {batch}"
        )
    if out % batches:
        raise fail(
            f"rhs output dimension size must be a multiple of batch_group_count, but {out} is not "
            f"a multiple of {batches}"
        )


def _edges(node, n: int, fail) -> list[int] | None:
    """The explicit padding, two numbers per axis; None where it follows from the sizes."""
    padding, given = node.attrs["padding"], node.attrs["explicit_padding"]
    if padding not in (b"EXPLICIT", b"SAME", b"VALID"):
        raise fail(
            f"padding Attr must be one of [EXPLICIT | SAME | VALID], but given: {padding.decode()}"
        )
    if padding != b"EXPLICIT":
        if given:
            raise fail(
                "If padding Attr is not 'EXPLICIT', explicit_padding Attr must be empty. Given "
                f"padding {padding.decode()} and explicit_padding of size {len(given)}"
            )
        return [0] * (2 * n) if padding == b"VALID" else None
    if len(given) != 2 * n:
        raise fail(
            f"Size of explicit_padding Attr must be 2 * (rank - 2). Given rank {n + 2} and "
            f"explicit_padding of size {len(given)}"
        )
    if min(given) < 0:
        raise fail(
            f"All explicit_padding elems must be >= 0, Given {', '.join(map(str, given))}"
        )  # fmt: skip
    return given


def _geometry(node, x: tuple, w: tuple, fail) -> Geometry:
    """For arrays of known shapes; ``fail(message)`` makes the error of what does not fit."""
    if len(x) != len(w):
        raise fail(
            f"lhs and rhs must have same dims. Given lhs and rhs of shapes: "
            f"{shape_list(x)}{shape_list(w)}"
        )
    n = len(x) - 2
    if n < 1:
        raise fail(f"lhs and rhs shape dims must be at least 3. Given: {len(x)}")
    edges = _edges(node, n, fail)
    strides, gaps, dilations = (
        _per_axis(node, a, n, fail) for a in ("window_strides", "lhs_dilation", "rhs_dilation")
    )
    of_x, of_w, of_y = _numbers(node, len(x), fail)
    out = w[of_w[-1]]
    _check_groups(node, x[of_x[0]], x[of_x[-1]], w[of_w[-2]], out, fail)
    slides = []
    for i in range(n):
        size = _dilated(x[of_x[1 + i]], gaps[i])
        reach = _dilated(w[of_w[i]], dilations[i])
        if edges is None:
            total = max((-(-size // strides[i]) - 1) * strides[i] + reach - size, 0)
            low, high = total // 2, total - total // 2
        else:
            low, high = edges[2 * i : 2 * i + 2]
        windows = int((size + low + high - reach + strides[i]) / strides[i])
        if windows < 0:
            raise fail(f"Expected a non-negative size, got {windows}")
        slides.append(Slide(w[of_w[i]], strides[i], dilations[i], low, high, gaps[i], windows))
    lengths = (x[of_x[0]] // node.attrs["batch_group_count"], *[s.out for s in slides], out)
    shape = [0] * len(x)
    for axis, length in zip(of_y, lengths, strict=True):
        shape[axis] = length
    return Geometry(of_x, of_w, of_y, slides, tuple(shape))


def _shape(node, x: Shape, w: Shape, *points: Shape) -> Shape:
    x, w = with_rank_at_least(x, 2), with_rank_at_least(w, 2)
    is_hybrid = len(points) == 2
    _ranks(points, (1, 1) if is_hybrid else (0, 0, 1, 1, 1, 1))
    if x is None or w is None:
        known = w if x is None else x
        return None if known is None else (None,) * len(known)
    if len(x) != len(w):
        raise ShapeError("lhs and rhs must have same rank.")
    if not is_fully_known(x) or not is_fully_known(w):
        return (None,) * len(x)
    found = _geometry(node, x, w, ShapeError)
    out = w[found.w[-1]]
    for i in range(0 if is_hybrid else 2, len(points), 2):
        _points_shape(out, *points[i : i + 2])
    if not is_hybrid and points[4] and points[2] is not None:
        merge_dim(points[2][0] if points[2] else None, points[4][0])
    return found.shape


def _convolved(node, x, w, g: Geometry):
    """The convolution of whole numbers, zeros taken off, of which none is in the padding."""
    batches, groups = node.attrs["batch_group_count"], node.attrs["feature_group_count"]
    n = batches * groups
    slides = [s._replace(low=0, high=0, gap=1) for s in g.slides]
    parts, of_group = [], w.shape[-1] // n
    rows, channels = x.shape[0] // batches, x.shape[-1] // groups
    for i in range(n):
        part = w[..., i * of_group : (i + 1) * of_group]
        row, channel = (i * rows, 0) if batches > 1 else (0, i * channels)
        seen = x[row : row + rows, ..., channel : channel + channels]
        parts.append(convolution(seen, part, slides))
    y = parts[0] if n == 1 else lax.concatenate(parts, len(x.shape) - 1)
    return lax.transpose(y, [g.y.index(i) for i in range(len(g.y))])


def _spread(x, g: Geometry, value):
    """With the gaps and the edges of the input, in which ``value`` stands."""
    config = [(0, 0, 0), *[(s.low, s.high, s.gap - 1) for s in g.slides], (0, 0, 0)]
    return lax.pad(x, value, config)


def _check_right_axis(node, g: Geometry) -> None:
    if node.attrs["rhs_quantization_axis"] not in (-1, g.w[-1]):
        raise invalid(
            node, "rhs_quantization_axis Attr must be -1 (per-tensor) or "
            "dimension_numbers.kernel_output_feature_dimension (per-channel).",
        )  # fmt: skip


_ATTRS = (
    "window_strides: list(int) = [], padding: string, explicit_padding: list(int) = [],"
    " lhs_dilation: list(int) = [], rhs_dilation: list(int) = [], batch_group_count: int = 1,"
    " feature_group_count: int = 1, dimension_numbers: string = ''"
)


@defop(
    f"UniformQuantizedConvolution(lhs: Tin, rhs: Tin, {_ALL}; Tout: type, {_ATTRS}, {_ALL_LIMITS})"
    " -> output: Tout",
    Tin=(qint8,), Tout=(qint32,), shape=_shape,
)  # fmt: skip
def uniform_quantized_convolution(node, x, w, x_scale, x_zero, w_scales, w_zeros, scales, zeros):
    _check_left_axis(node)
    _demand_all_positive(node, x_scale, w_scales, scales)
    g = _geometry(node, x.shape, w.shape, lambda message: invalid(node, message))
    _check_left(node, x_scale, x_zero)
    _check_right_axis(node, g)
    _check_points(node, w.shape, w_scales, w_zeros, node.attrs["rhs_quantization_axis"])
    axis = node.attrs["output_quantization_axis"]
    if axis not in (-1, g.y[-1]):
        raise invalid(
            node, "output_quantization_axis Attr must be -1 (per-tensor) or "
            "dimension_numbers.output_feature_dimension (per-channel).",
        )  # fmt: skip
    _check_points(node, g.shape, scales, zeros, axis)
    if scales.shape and not w_scales.shape:
        raise invalid(
            node, "If rhs is per-tensor quantized, output must be also per-tensor quantized. Given "
            f"output scales/zero_points of rank {len(scales.shape)}",
        )  # fmt: skip
    zero = Exact(x_zero)
    outside = zero.to(np.dtype(np.int8)).to(I32) - zero  # 8 bits of the zero
    x = _spread(lax.transpose((Exact(x).to(I32) - zero).value, g.x), g, outside.value)
    w = Exact(w).to(I32) - Exact(w_zeros).along(g.w[-1], w.shape)
    y = Exact(_convolved(node, x, lax.transpose(w.value, g.w), g))
    factor = _factor(node, Exact(x_scale), Exact(scales), Exact(w_scales)).along(g.y[-1], g.shape)
    y = factor.of(y) + Exact(zeros).along(g.y[-1], g.shape)
    return _limited(y, node, _OUTPUT).value


@defop(
    f"UniformQuantizedConvolutionHybrid(lhs: Tlhs, rhs: Trhs, {_scaled(_RHS)};"
    f" {_HYBRID.format(_ATTRS + ', ')}) -> output: Tout",
    Tlhs=(float32,), Trhs=(qint8,), Tout=(float32,), shape=_shape,
)  # fmt: skip
def uniform_quantized_convolution_hybrid(node, x, w, w_scales, w_zeros):
    _demand_positive(node, "rhs scales elements must be all positive.", w_scales)
    g = _geometry(node, x.shape, w.shape, lambda message: invalid(node, message))
    _check_right_axis(node, g)
    _check_points(node, w.shape, w_scales, w_zeros, node.attrs["rhs_quantization_axis"])
    rows, scale = _by_rows(Exact(lax.transpose(x, g.x)))
    x = _spread(rows.value, g, np.int32(0))
    w = Exact(w).to(I32) - Exact(w_zeros).along(g.w[-1], w.shape)
    y = Exact(_convolved(node, x, lax.transpose(w.value, g.w), g)).to(F32)
    of_row = _of_rows(scale, node.attrs["batch_group_count"], g)
    return (y * of_row * Exact(w_scales).along(g.y[-1], g.shape)).value


def _of_rows(scale: Exact, batches: int, g: Geometry) -> Exact:
    """The scale of the row behind each element of the result."""
    if batches == 1:
        return scale.along(g.y[0], g.shape)
    rows, out = g.shape[g.y[0]], g.shape[g.y[-1]]
    table = lax.reshape(scale.value, (batches, 1, rows))
    table = lax.broadcast_in_dim(table, (batches, out // batches, rows), (0, 1, 2))
    table = lax.reshape(table, (out, rows))
    places = (g.y[-1], g.y[0])
    if places[0] > places[1]:
        table, places = lax.transpose(table, (1, 0)), places[::-1]
    return Exact(lax.broadcast_in_dim(table, g.shape, places))
