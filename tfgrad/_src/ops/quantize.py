"""Floats rounded to the few values that a small integer can stand for.

``FakeQuant...`` maps ``[min, max]``, moved a little so that 0 is one of the values, onto
``2**num_bits`` equal steps.  ``QuantizeAndDequantize...`` keeps 0 in the middle,
by scaling to the wider of the two sides.  Both compute in the type of their argument, operation by
operation as TensorFlow does: a rounding that falls on the other side moves a result by a whole
step.

The derivatives pass ``dy`` where the argument is in the range; they are ops of their own here, and
registered in ``gradients/quantize.py``.
"""

from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    merge,
    merge_dim,
    same_as_input,
    with_rank,
    with_rank_at_least,
    with_rank_at_most,
)
from tfgrad._src.ops.broadcasting import constant_like, invalid, is_known, shape_list, types

REAL = types("bfloat16 half float double")

# ---------------------------------------------------------------------- fake quantisation


def _exact(x):
    """``x``, behind a barrier: a compiler must not fuse its rounding with what follows."""
    return x if is_known(x) else lax.optimization_barrier(x)


def _check_bits(node) -> tuple[int, int]:
    """The least and the greatest integer."""
    bits = node.attrs["num_bits"]
    if not 2 <= bits <= 16:
        raise invalid(node, "num_bits must be between 2 and 16, inclusive")
    return int(node.attrs["narrow_range"]), 2**bits - 1


def _nudged(low, high, least: int, greatest: int) -> tuple:
    """``(low, high, scale)``, moved so that 0 is a multiple of ``scale`` from ``low``."""
    first, last = constant_like(low, least), constant_like(low, greatest)
    # XLA turns a division by a constant into a product; in float64 the difference is rounded away.
    width = lax.convert_element_type(_exact(lax.sub(high, low)), np.dtype(np.float64))
    scale = lax.div(width, lax.full_like(width, greatest - least))
    scale = _exact(lax.convert_element_type(scale, low.dtype))
    zero = _exact(lax.sub(first, _exact(lax.div(low, scale))))
    # Halves are rounded away from 0, and the place of zero is not below 0 unless it is cut.
    rounded = lax.round(zero, lax.RoundingMethod.AWAY_FROM_ZERO)
    zero = lax.select(lax.lt(zero, first), first, rounded)
    zero = lax.select(lax.gt(zero, last), last, zero)
    return lax.mul(lax.sub(first, zero), scale), lax.mul(lax.sub(last, zero), scale), scale


def _along_last(x, like):
    return lax.broadcast_in_dim(x, like.shape, (len(like.shape) - 1,) if x.shape else ())


def _fake_quantised(node, x, low, high, least: int, greatest: int):
    """``x`` rounded to one of the values; all zeros where both ends are 0."""
    nothing = lax.bitwise_and(
        lax.eq(low, constant_like(low, 0)), lax.eq(high, constant_like(high, 0))
    )
    low, high, scale = _nudged(low, high, least, greatest)
    inverse = lax.div(constant_like(scale, 1), scale)
    half = constant_like(scale, 0.5)
    zero = lax.floor(lax.add(_exact(lax.mul(lax.neg(low), inverse)), half))
    low, high, scale, inverse, zero, nothing = (
        _along_last(v, x) for v in (low, high, scale, inverse, zero, nothing)
    )
    steps = _exact(lax.mul(lax.sub(lax.max(lax.min(x, high), low), low), inverse))
    steps = lax.floor(lax.add(lax.sub(steps, zero), constant_like(x, 0.5)))
    return lax.select(nothing, constant_like(x, 0), lax.mul(steps, scale))


def _passed(dy, x, low, high, least: int, greatest: int) -> tuple:
    """The parts of ``dy`` where ``x`` is inside, below and above the range."""
    nothing = lax.bitwise_and(
        lax.eq(low, constant_like(low, 0)), lax.eq(high, constant_like(high, 0))
    )
    low, high, _ = _nudged(low, high, least, greatest)
    low, high, nothing = (_along_last(v, x) for v in (low, high, nothing))
    zeros = constant_like(dy, 0)
    below = lax.lt(x, low)
    above = lax.gt(x, high)
    inside = lax.bitwise_and(lax.ge(x, low), lax.le(x, high))
    something = lax.bitwise_not(nothing)
    return (
        lax.mul(dy, lax.convert_element_type(lax.bitwise_or(inside, nothing), dy.dtype)),
        lax.select(lax.bitwise_and(below, something), dy, zeros),
        lax.select(lax.bitwise_and(above, something), dy, zeros),
    )


def _ends_of_attrs(node) -> tuple:
    low, high = (np.float32(node.attrs[n]) for n in ("min", "max"))
    if not low < high:
        raise invalid(node, f"min has to be smaller than max, was: {low:g} >= {high:g}")
    return np.asarray(low), np.asarray(high)


_ARGS = "min: float = -6.0, max: float = 6.0, num_bits: int = 8, narrow_range: bool = False"


@defop(
    f"FakeQuantWithMinMaxArgs(inputs: float32; {_ARGS}) -> outputs: float32", shape=same_as_input
)
def fake_quant_args(node, x):
    limits = _check_bits(node)
    return _fake_quantised(node, x, *_ends_of_attrs(node), *limits)


@defop(
    f"FakeQuantWithMinMaxArgsGradient(gradients: float32, inputs: float32; {_ARGS})"
    " -> backprops: float32",
    shape=same_as_input,
)
def fake_quant_args_gradient(node, dy, x):
    limits = _check_bits(node)
    ends = _ends_of_attrs(node)
    if dy.shape != x.shape:
        raise invalid(
            node, f"Inputs to operation {node.name} of type {node.type} must have the same size "
            f"and shape.  Input 0: {shape_list(dy.shape)} != input 1: {shape_list(x.shape)}",
        )  # fmt: skip
    return _passed(dy, x, *ends, *limits)[0]


def _same_size(node, dy, x) -> None:
    if dy.shape != x.shape:
        raise invalid(node, "gradient and input must be the same size")


def _ends_shape(node, x: Shape, low: Shape, high: Shape) -> Shape:
    with_rank(low, 0)
    with_rank(high, 0)
    return x


def _check_ends(node, x, low, high, rank: int) -> None:
    for name, end in (("min", low), ("max", high)):
        if len(end.shape) != rank:
            raise invalid(node, f"`{name}` must be rank {rank} but is rank {len(end.shape)}")
        if rank and end.shape != x.shape[-1:]:
            raise invalid(
                node, f"{name} has incorrect size, expected {x.shape[-1]} was {end.shape[0]}"
            )


_BITS = "num_bits: int = 8, narrow_range: bool = False"


@defop(
    f"FakeQuantWithMinMaxVars(inputs: float32, min: float32, max: float32; {_BITS})"
    " -> outputs: float32",
    shape=_ends_shape,
)
def fake_quant_vars(node, x, low, high):
    limits = _check_bits(node)
    _check_ends(node, x, low, high, 0)
    return _fake_quantised(node, x, low, high, *limits)


def _ends_gradient_shape(node, dy: Shape, x: Shape, low: Shape, high: Shape) -> list[Shape]:
    dy = merge(dy, x)
    with_rank(low, 0)
    with_rank(high, 0)
    return [dy, (), ()]


def _gradients(node, dy, x, low, high, axes: tuple) -> list:
    inside, below, above = _passed(dy, x, low, high, *_check_bits(node))
    zero = np.float32(0)
    return [inside, lax.reduce(below, zero, lax.add, axes), lax.reduce(above, zero, lax.add, axes)]


_OF_ENDS = "backprops_wrt_input: float32, backprop_wrt_min: float32, backprop_wrt_max: float32"


@defop(
    "FakeQuantWithMinMaxVarsGradient(gradients: float32, inputs: float32, min: float32,"
    f" max: float32; {_BITS}) -> {_OF_ENDS}",
    shape=_ends_gradient_shape,
)
def fake_quant_vars_gradient(node, dy, x, low, high):
    _check_bits(node)
    _same_size(node, dy, x)
    _check_ends(node, x, low, high, 0)
    return _gradients(node, dy, x, low, high, tuple(range(len(x.shape))))


def _channels_shape(node, x: Shape, low: Shape, high: Shape) -> Shape:
    x = with_rank_at_least(x, 1)
    last = None if x is None else x[-1]
    for end in (low, high):
        last = merge_dim(last, with_rank(end, 1)[0])
    return x


@defop(
    f"FakeQuantWithMinMaxVarsPerChannel(inputs: float32, min: float32, max: float32; {_BITS})"
    " -> outputs: float32",
    shape=_channels_shape,
)
def fake_quant_channels(node, x, low, high):
    limits = _check_bits(node)
    _check_ends(node, x, low, high, 1)
    return _fake_quantised(node, x, low, high, *limits)


def _channels_gradient_shape(node, dy: Shape, x: Shape, low: Shape, high: Shape) -> list[Shape]:
    dy = with_rank_at_most(with_rank_at_least(dy, 1), 4)
    dy = merge(dy, x)
    last = None if dy is None else dy[-1]
    for end in (low, high):
        last = merge_dim(last, with_rank(end, 1)[0])
    return [dy, (last,), (last,)]


@defop(
    "FakeQuantWithMinMaxVarsPerChannelGradient(gradients: float32, inputs: float32, min: float32,"
    f" max: float32; {_BITS}) -> {_OF_ENDS}",
    shape=_channels_gradient_shape,
)
def fake_quant_channels_gradient(node, dy, x, low, high):
    _check_bits(node)
    _same_size(node, dy, x)
    _check_ends(node, x, low, high, 1)
    return _gradients(node, dy, x, low, high, tuple(range(len(x.shape) - 1)))


# ---------------------------------------------------------------------- there and back


def _limits_shape(axis: int, x: Shape, low: Shape, high: Shape) -> Shape:
    """The static shape of both limits."""
    limits = merge(with_rank(low, 0 if axis == -1 else 1), high)
    if axis < -1:
        raise ShapeError(f"axis should be at least -1, got {axis}")
    if axis == -1:
        return limits
    x = with_rank_at_least(x, axis + 1)
    return (merge_dim(limits[0], None if x is None else x[axis]),)


def _limited_shape(node, x: Shape, low: Shape, high: Shape, *rest: Shape) -> Shape:
    _limits_shape(node.attrs["axis"], x, low, high)
    return x


def _extreme(x, reducer: Callable, axis: int):
    """The least or the greatest number, per place along ``axis`` unless it is -1."""
    axes = tuple(i for i in range(len(x.shape)) if i != axis)
    start = np.asarray(np.inf if reducer is lax.min else -np.inf, x.dtype)
    x = lax.select(lax.ne(x, x), constant_like(x, start), x)  # nan is passed over
    return lax.reduce(x, start, reducer, axes)


def _scaled(limit: int, end, largest):
    """``limit / end`` where both have one sign, else the largest number."""
    quotient = lax.div(constant_like(end, limit), end)
    same_sign = lax.gt(lax.mul(constant_like(end, limit), end), constant_like(end, 0))
    return lax.select(same_sign, quotient, largest)


def _there_and_back(node, x, low, high, bits: int, half_up: bool, narrow: bool, axis: int):
    signed, given = node.attrs["signed_input"], node.attrs["range_given"]
    if not 0 < bits < (62 if signed else 63):
        of = "signed_input_" if node.type.endswith("V2") else "`signed_input_`"
        raise invalid(node, f"num_bits is out of range: {bits} with {of} {int(signed)}")
    if given and is_known(low) and is_known(high) and (np.asarray(low) > np.asarray(high)).any():
        raise invalid(
            node, f"Invalid range: input_min {np.max(low):g} > input_max {np.min(high):g}"
        )
    if 0 in x.shape:
        return x
    if not given:
        low, high = _extreme(x, lax.min, axis), _extreme(x, lax.max, axis)
    least = (-(1 << (bits - 1)) + int(narrow)) if signed else 0
    greatest = (1 << (bits - 1)) - 1 if signed else (1 << bits) - 1
    largest = lax.full_like(low, np.asarray(_largest(x.dtype), x.dtype))
    of_low, of_high = _scaled(least, low, largest), _scaled(greatest, high, largest)
    by_low = lax.lt(of_low, of_high)
    scale = lax.select(by_low, of_low, of_high)
    # One division for both: XLA would turn one by a constant into a product.
    bound = lax.select(by_low, constant_like(low, least), constant_like(low, greatest))
    back = lax.div(lax.select(by_low, low, high), bound)
    if given:
        high = lax.select(by_low, lax.mul(constant_like(high, greatest), back), high)
        low = lax.select(by_low, low, lax.mul(constant_like(low, least), back))
    place = () if axis == -1 else (axis,)
    scale, back, low, high = (
        lax.broadcast_in_dim(v, x.shape, place) for v in (scale, back, low, high)
    )
    if given:
        x = lax.min(lax.max(x, low), high)
    steps = _exact(lax.mul(x, scale))
    if half_up:
        steps = lax.floor(lax.add(steps, constant_like(x, 0.5)))
    else:
        steps = lax.round(steps, lax.RoundingMethod.TO_NEAREST_EVEN)
    return lax.mul(steps, back)


def _largest(dtype: np.dtype) -> float:
    return float(dt.as_dtype(dtype).max)


def _check_limits(node, x, low, high, axis: int) -> None:
    rank = 0 if axis == -1 else 1
    for name, end in (("input_min", low), ("input_max", high)):
        if len(end.shape) != rank:
            raise invalid(node, f"{name} must be a {'vector' if rank else 'scalar'}.")
    if axis >= len(x.shape):
        raise invalid(node, f"Shape must be at least rank {axis + 1} but is rank {len(x.shape)}")


@defop(
    "QuantizeAndDequantize(input: T; signed_input: bool = True, num_bits: int = 8,"
    " range_given: bool = False, input_min: float = 0.0, input_max: float = 0.0) -> output: T",
    T=REAL,
    shape=same_as_input,
)
def quantize_and_dequantize(node, x):
    low, high = (np.asarray(node.attrs[n], x.dtype) for n in ("input_min", "input_max"))
    return _there_and_back(node, x, low, high, node.attrs["num_bits"], False, False, -1)


def _versions_2_and_4(node, x, low, high):
    a = node.attrs
    _check_limits(node, x, low, high, a["axis"])
    half_up = a["round_mode"] == b"HALF_UP"
    return _there_and_back(node, x, low, high, a["num_bits"], half_up, a["narrow_range"], a["axis"])


for _version in ("V2", "V4"):
    defop(
        f"QuantizeAndDequantize{_version}(input: T, input_min: T, input_max: T;"
        " signed_input: bool = True, num_bits: int = 8, range_given: bool = False,"
        " round_mode: string = 'HALF_TO_EVEN', narrow_range: bool = False, axis: int = -1)"
        " -> output: T",
        T=REAL, round_mode=("HALF_TO_EVEN", "HALF_UP"), shape=_limited_shape,
    )(_versions_2_and_4)  # fmt: skip


@defop(
    "QuantizeAndDequantizeV3(input: T, input_min: T, input_max: T, num_bits: int32;"
    " signed_input: bool = True, range_given: bool = True, narrow_range: bool = False,"
    " axis: int = -1) -> output: T",
    T=REAL, shape=_limited_shape, host_inputs=("num_bits",),
)  # fmt: skip
def version_3(node, x, low, high, bits):
    a = node.attrs
    _check_limits(node, x, low, high, a["axis"])
    if np.ndim(bits):
        raise invalid(
            node, f"Invalid shape. The `num_bits` tensor should be a scalar. "
            f"Got dimensions: {np.ndim(bits)}",
        )  # fmt: skip
    return _there_and_back(node, x, low, high, int(bits), False, a["narrow_range"], a["axis"])


def _v4_grad_shape(node, dy: Shape, x: Shape, low: Shape, high: Shape) -> list[Shape]:
    limits = _limits_shape(node.attrs["axis"], x, low, high)
    return [x, limits, limits]


@defop(
    "QuantizeAndDequantizeV4Grad(gradients: T, input: T, input_min: T, input_max: T;"
    " axis: int = -1) -> input_backprop: T, input_min_backprop: T, input_max_backprop: T",
    T=REAL,
    shape=_v4_grad_shape,
)
def version_4_grad(node, dy, x, low, high):
    """``dy`` where ``x`` is in the range; of the limits it is 0, as in TensorFlow."""
    axis = node.attrs["axis"]
    if dy.shape != x.shape:
        raise invalid(node, "gradient and input must be the same size")
    _check_limits(node, x, low, high, axis)
    place = () if axis == -1 else (axis,)
    wide_low, wide_high = (lax.broadcast_in_dim(v, x.shape, place) for v in (low, high))
    inside = lax.bitwise_and(lax.ge(x, wide_low), lax.le(x, wide_high))
    passed = lax.select(inside, dy, constant_like(dy, 0))
    return [passed, constant_like(low, 0), constant_like(high, 0)]


# ---------------------------------------------------------------------- buckets


@defop(
    "Bucketize(input: T; boundaries: list(float)) -> output: int32",
    T=types("int32 int64 float double"),
    shape=same_as_input,
)
def bucketize(node, x):
    """How many of the boundaries are not above ``x``; all of them for nan."""
    boundaries = np.asarray(node.attrs["boundaries"], np.float32)
    if (np.diff(boundaries) < 0).any():
        raise invalid(node, "Expected sorted boundaries")
    if x.dtype != np.float64:
        x = lax.convert_element_type(x, np.dtype(np.float32))
    shape = (*x.shape, len(boundaries))
    x = lax.broadcast_in_dim(x, shape, tuple(range(len(shape) - 1)))
    boundaries = lax.broadcast_in_dim(boundaries.astype(x.dtype), shape, (len(shape) - 1,))
    passed = lax.convert_element_type(lax.bitwise_not(lax.lt(x, boundaries)), np.dtype(np.int32))
    return lax.reduce(passed, np.int32(0), lax.add, (len(shape) - 1,))
