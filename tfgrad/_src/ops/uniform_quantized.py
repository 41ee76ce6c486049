"""Quantised arrays with a scale and a zero: ``x = (q - zero) * scale``.

Scale and zero are scalars, or vectors along an axis.  Where a result is moved to another scale, the
quotient of the scales is made an integer of 31 bits and a shift, as on hardware without floats.
Results equal those of TensorFlow's CPU kernels to the last bit.  There are no derivatives.
"""

import math
from typing import NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import float32, qint8, qint32, quint8
from tfgrad._src.graph.message import Message
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    broadcast,
    is_fully_known,
    merge_dim,
    with_rank,
    with_rank_at_most,
)
from tfgrad._src.ops.broadcasting import shape_list
from tfgrad._src.ops.checks import invalid
from tfgrad._src.ops.conv_kernels import Slide, convolution
from tfgrad._src.ops.exact import F32, F64, I32, I64, Exact, choose, clipped, greater, lesser
from tfgrad._src.ops.quantized import demand, demand_kernel, first_input


def _limits(prefix: str = "") -> str:
    return (
        f"{prefix}quantization_axis: int = -1, {prefix}quantization_min_val: int,"
        f" {prefix}quantization_max_val: int"
    )


def _scaled(prefix: str) -> str:
    return f"{prefix}scales: float32, {prefix}zero_points: int32"


# ---------------------------------------------------------------------- what the ops share


def _check_points(node, shape: tuple, scales, zeros, axis: int) -> None:
    """Scale and zero are scalars, or have an element for each place along ``axis``."""
    given = f"scales shape {shape_list(scales.shape)} and zero_points shape " + shape_list(
        zeros.shape
    )
    if scales.shape != zeros.shape:
        raise invalid(node, f"scales and zero_points shape must be same, but given {given}")
    if axis < -1 or axis >= len(shape):
        raise invalid(
            node, f"quantization_axis must be -1 or in range [0, input.rank), but given {axis}"
        )  # fmt: skip
    if axis == -1:
        if scales.shape:
            raise invalid(
                node, "If quantization_axis is -1, scales and zero_points must be scalar tensors, "
                f"but given {given}",
            )  # fmt: skip
    elif scales.shape != (shape[axis],):
        raise invalid(
            node, "If quantization_axis is not -1, scales and zero_points must be a tensor of rank "
            "1 and the size must be equal to the input.dim_size(quantization_axis), but given "
            f"quantization_axis {axis}, {given}",
        )  # fmt: skip


def _demand_positive(node, message: str, *scales) -> None:
    for s in scales:
        demand(node, message, lambda s: ~(s > 0).all(), s)


def _limited(x: Exact, node, prefix: str = "") -> Exact:
    low, high = (node.attrs[f"{prefix}quantization_{w}_val"] for w in ("min", "max"))
    return greater(lesser(x, high), low)


def _whole(x: Exact) -> Exact:
    """int32; those of 32 bits by way of float32, as TensorFlow's type converts itself."""
    return x.to(F32).to(I32) if x.dtype == I32 else x.to(I32)


def _quantised(x: Exact, inverse: Exact, zero: Exact) -> Exact:
    return (x * inverse + 0.5).floor().to(I32) + zero


class Multiplier(NamedTuple):
    """A positive factor ``number * 2**(shift - 31)``; both may be vectors."""

    number: Exact
    shift: Exact

    def along(self, axis: int, shape: tuple) -> "Multiplier":
        return Multiplier(self.number.along(axis, shape), self.shift.along(axis, shape))

    def of(self, x: Exact) -> Exact:
        """``x``, whole numbers of 32 bits, times the factor, rounded once."""
        total = 31 - self.shift
        half = Exact(np.asarray(1, I64)) << (total - 1)
        y = (x.to(I64) * self.number + half) >> total
        info = np.iinfo(I32)
        return clipped(y, info.min, info.max).to(I32)


def _multiplier(node, factor: Exact) -> Multiplier:
    demand(
        node, lambda v: "double_multiplier must be a poisitive finite number. Given "
        f"{np.ravel(v)[0]:g}", lambda v: ~((v > 0) & (v < np.inf)).all(), factor.value,
    )  # fmt: skip
    m, shift = factor.parts()
    n = (m * float(1 << 31)).rounded().to(I64)
    carry = n.equals(1 << 31)
    n, shift = choose(carry, n >> 1, n), choose(carry, shift + 1, shift)
    none, many = shift < -31, shift > 30
    n = choose(many, (1 << 31) - 1, choose(none, 0, n))
    return Multiplier(n, choose(many, 30, choose(none, 0, shift)))


def _factor(node, given: Exact, new: Exact, other: Exact | None = None) -> Multiplier:
    product = given.to(F64) if other is None else given.to(F64) * other.to(F64)
    return _multiplier(node, product / new.to(F64))


def _requantised(x: Exact, factor: Multiplier, zero: Exact, new_zero: Exact) -> Exact:
    return factor.of(_whole(x) - zero) + new_zero


# ---------------------------------------------------------------------- one array


@defop(
    f"UniformQuantize(input: Tin, {_scaled('')}; Tout: type, {_limits()}) -> output: Tout",
    Tin=(float32,), Tout=(qint8, quint8, qint32), shape=first_input,
)  # fmt: skip
def uniform_quantize(node, x, scales, zeros):
    axis = node.attrs["quantization_axis"]
    if axis < -1:
        raise invalid(node, f"quantization_axis must be >= -1, given: {axis}")
    _check_points(node, x.shape, scales, zeros, axis)
    inverse, zero = (v.along(axis, x.shape) for v in (1.0 / Exact(scales), Exact(zeros)))
    y = _limited(_quantised(Exact(x), inverse, zero), node)
    return y.to(node.outputs[0].dtype.np).value


@defop(
    f"UniformDequantize(input: Tin, {_scaled('')}; Tout: type, {_limits()}) -> output: Tout",
    Tin=(qint8, quint8, qint32), Tout=(float32,), shape=first_input,
)  # fmt: skip
def uniform_dequantize(node, x, scales, zeros):
    axis = node.attrs["quantization_axis"]
    _check_points(node, x.shape, scales, zeros, axis)
    _demand_positive(node, "rhs scales elements must be all positive.", scales)
    scale, zero = (Exact(v).along(axis, x.shape) for v in (scales, zeros))
    return ((_whole(Exact(x)) - zero).to(F32) * scale).value


_INPUT, _OUTPUT = "input_", "output_"


@defop(
    f"UniformRequantize(input: Tin, {_scaled(_INPUT)}, {_scaled(_OUTPUT)}; Tout: type,"
    f" {_limits(_INPUT)}, {_limits(_OUTPUT)}) -> output: Tout",
    Tin=(qint8, qint32), Tout=(qint8, qint32), shape=first_input,
)  # fmt: skip
def uniform_requantize(node, x, scales, zeros, new_scales, new_zeros):
    demand_kernel(node, "Tin Tout", "qint8 qint8", "qint32 qint8")
    axes = [node.attrs[f"{p}quantization_axis"] for p in (_INPUT, _OUTPUT)]
    for p, axis in zip((_INPUT, _OUTPUT), axes, strict=True):
        if axis < -1:
            raise invalid(node, f"{p}quantization_axis must be >= -1, given: {axis}")
    if min(axes) >= 0 and axes[0] != axes[1]:
        raise invalid(
            node, "If input and output is both per-axis quantized, the quantization axis must be "
            "same.",
        )  # fmt: skip
    _check_points(node, x.shape, scales, zeros, axes[0])
    _check_points(node, x.shape, new_scales, new_zeros, axes[1])
    _demand_positive(
        node, "input/output scales elements must be all positive.", scales, new_scales
    )  # fmt: skip
    axis = max(axes)
    factor = _factor(node, Exact(scales), Exact(new_scales)).along(axis, x.shape)
    zero, new_zero = (Exact(v).along(axis, x.shape) for v in (zeros, new_zeros))
    y = _requantised(Exact(x), factor, zero, new_zero)
    return _limited(y, node, _OUTPUT).to(node.outputs[0].dtype.np).value


@defop(
    f"UniformQuantizedClipByValue(operand: T, min: T, max: T, {_scaled('')}; {_limits()})"
    " -> output: T",
    T=(qint32,), shape=first_input,
)  # fmt: skip
def uniform_quantized_clip_by_value(node, x, low, high, scales, zeros):
    axis = node.attrs["quantization_axis"]
    _check_points(node, x.shape, scales, zeros, axis)
    for name, v in (("min", low), ("max", high)):
        if v.shape != scales.shape:
            raise invalid(
                node, f"Input {name} shape must be same as scales/zero_points. Given {name} of "
                f"shape {shape_list(v.shape)} and scales/zero_points of shape "
                f"{shape_list(scales.shape)}",
            )  # fmt: skip
    low, high = (Exact(v).along(axis, x.shape) for v in (low, high))
    return clipped(Exact(x), low, high).value


# ---------------------------------------------------------------------- two arrays

_LHS, _RHS = "lhs_", "rhs_"
_ALL = f"{_scaled(_LHS)}, {_scaled(_RHS)}, {_scaled(_OUTPUT)}"
_ALL_LIMITS = f"{_limits(_LHS)}, {_limits(_RHS)}, {_limits(_OUTPUT)}"


@defop(
    f"UniformQuantizedAdd(lhs: T, rhs: T, {_ALL}; {_ALL_LIMITS}) -> output: T",
    T=(qint32,), shape=lambda node, x, y, *rest: broadcast(x, y),
)  # fmt: skip
def uniform_quantized_add(node, x, y, x_scales, x_zeros, y_scales, y_zeros, scales, zeros):
    x_axis, y_axis, axis = (node.attrs[f"{p}quantization_axis"] for p in (_LHS, _RHS, _OUTPUT))
    if min(x_axis, y_axis, axis) < -1:
        raise invalid(
            node, "lhs, rhs and output quantization_axis must be -1 or within [0, dims)"
        )  # fmt: skip
    _check_points(node, x.shape, x_scales, x_zeros, x_axis)
    _check_points(node, y.shape, y_scales, y_zeros, y_axis)
    try:
        shape = np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        raise invalid(
            node, f"Cannot Add tensors of shapes: {shape_list(x.shape)}{shape_list(y.shape)}"
        ) from None
    _check_points(node, shape, scales, zeros, axis)
    for name, v, own in (("lhs", x, x_axis), ("rhs", y, y_axis)):
        if own >= 0 and axis >= 0 and len(v.shape) - own != len(shape) - axis:
            raise invalid(
                node, f"If {name} and output is both per-axis quantized, the quantization axis "
                "must match.",
            )  # fmt: skip
    _demand_positive(
        node, "lhs/rhs/output scales elements must be all positive.", x_scales, y_scales, scales
    )  # fmt: skip
    none = Exact(np.zeros((), I32))
    parts = []
    for v, own, of_v, zero in ((x, x_axis, x_scales, x_zeros), (y, y_axis, y_scales, y_zeros)):
        place, wide = (own, v.shape) if own >= 0 else (axis, shape)
        factor = _factor(node, Exact(of_v), Exact(scales)).along(place, wide)
        part = _requantised(Exact(v), factor, Exact(zero).along(place, wide), none)
        parts.append(_whole(part))
    z = parts[0] + parts[1] + Exact(zeros).along(axis, shape)
    return _limited(z, node, _OUTPUT).value


def _points_shape(match: int | None, scales: Shape, zeros: Shape) -> None:
    if scales is None or zeros is None:
        return
    if len(scales) != len(zeros):
        raise ShapeError("scales and zero_points must have same rank.")
    if scales:
        merge_dim(scales[0], match)
        merge_dim(zeros[0], match)


def _ranks(points: tuple, most: tuple) -> None:
    for shape, rank in zip(points, most, strict=True):
        with_rank_at_most(shape, rank)


def _dot_shape(node, x: Shape, y: Shape, *points: Shape) -> Shape:
    x, y = with_rank(x, 2), with_rank(y, 2)
    _ranks(points, (0, 0, 1, 1, 1, 1) if len(points) == 6 else (1, 1))
    merge_dim(x[1], y[0])
    for i in range(2 if len(points) == 6 else 0, len(points), 2):
        _points_shape(y[1], *points[i : i + 2])
    return (x[0], y[1])


def _check_dot(node, x, y) -> None:
    for name, v in (("lhs", x), ("rhs", y)):
        if len(v.shape) != 2:
            raise invalid(
                node, f"{name} rank must be 2, but given {name} shape {shape_list(v.shape)}"
            )  # fmt: skip
    if x.shape[1] != y.shape[0]:
        raise invalid(
            node, "lhs.dim_size(1) and rhs.dim_size(0) must be equal, but given lhs shape "
            f"{shape_list(x.shape)} and rhs shape {shape_list(y.shape)}",
        )  # fmt: skip


def _check_axes(node, *prefixes: str) -> None:
    for p in prefixes:
        if node.attrs[f"{p}quantization_axis"] not in (1, -1):
            raise invalid(
                node, f"{p}quantization_axis Attr must be 1 (per-channel) or -1 (per-tensor)."
            )  # fmt: skip


def _check_left(node, scales, zeros) -> None:
    if scales.shape or zeros.shape:
        raise invalid(
            node, "lhs scales/zero_points must be all scalar tensors. Given: "
            f"{shape_list(scales.shape)}{shape_list(zeros.shape)}",
        )  # fmt: skip


def _check_left_axis(node) -> None:
    if node.attrs["lhs_quantization_axis"] != -1:
        raise invalid(node, "lhs_quantization_axis Attr must be -1 (per-tensor).")


def _demand_all_positive(node, *scales) -> None:
    for name, s in zip(("lhs", "rhs", "output"), scales, strict=True):
        _demand_positive(node, f"{name} scales elements must be all positive.", s)


def _dot(x: Exact, y: Exact) -> Exact:
    return Exact(lax.dot(x.value, y.value, preferred_element_type=I32))


@defop(
    f"UniformQuantizedDot(lhs: Tin, rhs: Tin, {_ALL}; Tout: type, {_ALL_LIMITS}) -> output: Tout",
    Tin=(qint8,), Tout=(qint32,), shape=_dot_shape,
)  # fmt: skip
def uniform_quantized_dot(node, x, y, x_scale, x_zero, y_scales, y_zeros, scales, zeros):
    _check_left_axis(node)
    _check_axes(node, _RHS, _OUTPUT)
    _demand_all_positive(node, x_scale, y_scales, scales)
    _check_dot(node, x, y)
    _check_left(node, x_scale, x_zero)
    shape = (x.shape[0], y.shape[1])
    for size, s, z in ((y.shape, y_scales, y_zeros), (shape, scales, zeros)):
        _check_points(node, size, s, z, 1 if s.shape else -1)
    if scales.shape and not y_scales.shape:
        raise invalid(
            node, "If rhs is per-tensor quantized, output must be also per-tensor quantized. Given "
            f"rhs scales and zero_points of shape {shape_list(y_scales.shape)} but given output "
            f"scales and zero_points of shape {shape_list(scales.shape)}",
        )  # fmt: skip
    x, y = Exact(x).to(I32) - Exact(x_zero), Exact(y).to(I32) - Exact(y_zeros).along(1, y.shape)
    factor = _factor(node, Exact(x_scale), Exact(scales), Exact(y_scales)).along(1, shape)
    z = factor.of(_dot(x, y)) + Exact(zeros).along(1, shape)
    return _limited(z, node, _OUTPUT).value


def _by_rows(x: Exact) -> tuple[Exact, Exact]:
    """Rows of floats, each as integers of 8 bits less its zero, and their scales."""
    rows = x.shape[0]

    def extreme(reduce, start):
        found = lax.reduce(x.value, np.float32(start), reduce, tuple(range(1, len(x.shape))))
        return Exact(found)

    low = lesser(np.float32(0), extreme(lax.min, np.inf)).to(F64)
    high = greater(np.float32(0), extreme(lax.max, -np.inf)).to(F64)
    least, most = -128.0, 127.0
    scale = ((high - low) / 255.0).to(F32)
    inverse = choose((high - low).equals(0.0), np.zeros(rows, F32), (255.0 / (high - low)).to(F32))
    is_empty = scale.equals(0.0) | (abs(inverse) > float(np.finfo(F32).max))
    wide = scale.to(F64)
    from_low, from_high = least - low / wide, most - high / wide
    nearer = (128.0 + abs(low / wide)) < (127.0 + abs(high / wide))
    zero = choose(nearer, from_low, from_high).rounded()
    zero = choose(is_empty, np.zeros(rows), clipped(zero, least, most)).to(I32)
    scale = choose(is_empty, np.ones(rows, F32), scale)
    y = _quantised(x, inverse.along(0, x.shape), zero.along(0, x.shape))
    y = greater(lesser(y, 127), -128) - zero.along(0, x.shape)
    return choose(_wide(is_empty, x.shape), np.zeros(x.shape, I32), y), scale


def _wide(flags, shape: tuple):
    return lax.broadcast_in_dim(flags, shape, (0,))


_HYBRID = "Tout: type, {}" + _limits(_RHS)


@defop(
    f"UniformQuantizedDotHybrid(lhs: Tlhs, rhs: Trhs, {_scaled(_RHS)}; {_HYBRID.format('')})"
    " -> output: Tout",
    Tlhs=(float32,), Trhs=(qint8,), Tout=(float32,), shape=_dot_shape,
)  # fmt: skip
def uniform_quantized_dot_hybrid(node, x, y, y_scales, y_zeros):
    _check_axes(node, _RHS)
    _check_dot(node, x, y)
    _check_points(node, y.shape, y_scales, y_zeros, 1 if y_scales.shape else -1)
    _demand_positive(node, "rhs scales elements must be all positive.", y_scales)
    rows, scale = _by_rows(Exact(x))
    z = _dot(rows, Exact(y).to(I32) - Exact(y_zeros).along(1, y.shape)).to(F32)
    return (z * scale.along(0, z.shape) * Exact(y_scales).along(1, z.shape)).value
