"""Quantised arrays: made of floats, turned back into floats, moved to other ranges, rearranged.

An array of a quantised type is one of plain integers inside a program; the range of floats that
they stand for comes as two more inputs and outputs.  The formulas are in ``quantized_numbers.py``,
layers of networks in ``quantized_layers.py``; ops with a scale and a zero instead of a range are in
``uniform_quantized.py``.  Results equal those of TensorFlow's CPU kernels to the last bit.  Each op
runs for the types for which there is such a kernel.

None has a derivative.
"""

import math
from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import INDEX, QUANTIZED, DType, float32, int32, qint32, quint8
from tfgrad._src.graph.registry import OPS, defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    merge_dim,
    with_rank,
    with_rank_at_least,
)
from tfgrad._src.ops.broadcasting import shape_list, types
from tfgrad._src.ops.checks import invalid, require
from tfgrad._src.ops.exact import F32, F64, I32, I64, Exact, choose, clipped, greater, lesser
from tfgrad._src.ops.join import concat_shape
from tfgrad._src.ops.quantized_numbers import (
    from_floats,
    from_numbers,
    greatest,
    least,
    number,
    range_of,
    requantized,
    steps,
    to_floats,
)

# ---------------------------------------------------------------------- what the ops share


def ranged(rule: Callable, *ranks: int, outputs: int = 2) -> Callable:
    """A shape rule: ``rule`` for the array, the last inputs are ends of ranges of these ranks."""

    def whole(node, *shapes: Shape) -> list[Shape]:
        first = len(shapes) - len(ranks)
        array = rule(node, *shapes[:first])
        for shape, rank in zip(shapes[first:], ranks, strict=True):
            with_rank(shape, rank)
        return [array, *[()] * outputs]

    return whole


def like(op_type: str) -> Callable:
    """The shape rule of another op type."""
    return lambda node, *shapes: OPS[op_type].shape(node, *shapes)


def first_input(node, x: Shape, *rest: Shape) -> Shape:
    return x


def scalars(node, message: str, **values) -> list[Exact]:
    """The values, which must be scalars.

    Raises:
      InvalidArgumentError: one is not; ``message`` says so of its ``name``, ``rank`` and ``shape``.
    """
    for name, v in values.items():
        if v.shape:
            shown = {"name": name, "rank": len(v.shape), "shape": shape_list(v.shape)}
            raise invalid(node, message.format(**shown))
    return [Exact(v) for v in values.values()]


RANK_0 = "`{name}` must be rank 0 but is rank {rank}"


def _one(node, text: str, x) -> Exact:
    """The number in a scalar or a vector of one."""
    if x.shape not in ((), (1,)):
        raise invalid(node, text)
    return Exact(x[0] if x.shape else x)


def demand_kernel(node, names: str, *kernels: str) -> None:
    """Raises TensorFlow's error where it has no kernel for the types of ``node``.

    Args:
      node: the node.
      names: the type attributes.
      *kernels: each says a type per name.
    """
    if " ".join(node.attrs[n].name for n in names.split()) not in kernels:
        shown = ", ".join(f"{n}={_attr(node.attrs[n])}" for n in sorted(node.op_def_.attrs))
        lines = [
            f"No OpKernel was registered to support Op '{node.type}' used by "
            f"{{{{node {node.name}}}}} with these attrs: [{shown}]",
            "Registered kernels:",
            *[f"  [{names}] = [{kernel}]" for kernel in kernels],
        ]  # fmt: skip
        raise invalid(node, "\n".join(lines))


def _attr(value) -> str:
    if isinstance(value, DType):
        name = {"float32": "float"}.get(value.name, value.name)
        return f"DT_{name.upper()}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes):
        return f'"{value.decode()}"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_attr, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def demand(node, message: str | Callable, is_wrong: Callable, *values) -> None:
    """Demands that ``is_wrong(*values)`` is false; the message may be made of the values."""

    def explain(*arrays):
        if is_wrong(*arrays):
            raise invalid(node, message if isinstance(message, str) else message(*arrays))

    require(node, explain, is_wrong, *values)


def outputs(*values) -> list:
    return [v.value if isinstance(v, Exact) else v for v in values]


# ---------------------------------------------------------------------- from and to floats

_MODES = ("MIN_COMBINED", "MIN_FIRST", "SCALED")


def _axis(node) -> int:
    axis = node.attrs["axis"]
    if axis < -1:
        raise ShapeError(f"axis should be at least -1, got {axis}")
    return axis


def _ends_shape(node, x: Shape, low: Shape, high: Shape) -> Shape:
    """The shape of the ends: scalars, or one for each place along an axis."""
    axis = _axis(node)
    rank = 0 if axis == -1 else 1
    with_rank(low, rank)
    high = with_rank(high, rank)
    if rank:
        x = with_rank_at_least(x, axis + 1)
        merge_dim(high[0], None if x is None else x[axis])
    return high


def _quantize_shape(node, x: Shape, low: Shape, high: Shape) -> list[Shape]:
    of_ends = _ends_shape(node, x, low, high)
    return [x, of_ends, of_ends]


def _dequantize_shape(node, x: Shape, low: Shape, high: Shape) -> Shape:
    _ends_shape(node, x, low, high)
    return x


@defop(
    "QuantizeV2(input: float32, min_range: float32, max_range: float32;"
    " mode: string = 'MIN_COMBINED', round_mode: string = 'HALF_AWAY_FROM_ZERO',"
    " narrow_range: bool = False, axis: int = -1,"
    " ensure_minimum_range: float = 0.009999999776482582)"
    " -> output: T, output_min: float32, output_max: float32",
    T=QUANTIZED,
    mode=_MODES,
    round_mode=("HALF_AWAY_FROM_ZERO", "HALF_TO_EVEN"),
    shape=_quantize_shape,
)
def quantize(node, x, low, high):
    mode, axis, dtype = node.attrs["mode"], node.attrs["axis"], node.outputs[0].dtype
    to_even = node.attrs["round_mode"] == b"HALF_TO_EVEN"
    if to_even and mode != b"SCALED":
        raise invalid(
            node, f"Round mode 'HALF_TO_EVEN' only supported for mode 'SCALED', but mode is "
            f"'{mode.decode()}'.",
        )  # fmt: skip
    _check_ends(node, x.shape, low, high, axis)
    if axis >= 0 and mode == b"MIN_FIRST" and x.shape[axis] != 1:
        raise errors.UnimplementedError(
            None, node, "MIN_FIRST mode is not implemented for Quantize with axis != -1."
        )
    demand(
        node, "input_max_range must be larger than input_min_range.",
        lambda low, high: (high < low).any(), low, high,
    )  # fmt: skip
    low, high = _at_least(Exact(low), Exact(high), node.attrs["ensure_minimum_range"])
    x = Exact(x)
    if mode == b"SCALED":
        y, low, high = _quantize_scaled(node, x, low, high, dtype, to_even)
    elif mode == b"MIN_FIRST":
        y = from_floats(x, *(v.along(axis, x.shape) for v in (low, high)), dtype)
    else:
        y = _quantize_combined(x, low, high, axis, dtype)
    return outputs(y, low, high)


def _check_ends(node, shape: tuple, low, high, axis: int) -> None:
    if axis >= len(shape):
        raise invalid(
            node, "Axis is on a zero-based index, so its value must always be less than number of "
            f"input's dims, but given axis value was {axis} and input's dims was {len(shape)}",
        )  # fmt: skip
    for name, v in (("min_range", low), ("max_range", high)):
        if axis == -1 and v.shape:
            raise invalid(
                node, f"If axis is not specified, {name} must contain a single float element, but "
                f"it contains {math.prod(v.shape)} elements",
            )  # fmt: skip
        if axis >= 0 and v.shape != (shape[axis],):
            raise invalid(
                node, f"If axis is specified, {name} must be a 1-D tensor whose size matches the "
                f"axis dimension of the input and output tensors, but {name} is a "
                f"{len(v.shape)}-D tensor of size {math.prod(v.shape)} and input's axis dimension "
                f"is of size {shape[axis]}",
            )  # fmt: skip


def _at_least(low: Exact, high: Exact, part: float) -> tuple[Exact, Exact]:
    """The range with zero in it, and made wider if it is too narrow for its size."""
    wide = greater(number(1.0), greater(abs(low), abs(high))) * float(np.float32(part))
    low = lesser(number(0.0), low)
    return low, greater(number(0.0), greater(high, low + wide))


def _quantize_combined(x: Exact, low: Exact, high: Exact, axis: int, dtype: DType) -> Exact:
    scale = (float(steps(dtype)) / (high - low).to(F64)).to(F32)
    low, high, scale = (v.along(axis, x.shape) for v in (low, high, scale))
    y = (clipped_floats(x, low, high) - low) * scale
    if least(dtype) == 0:
        return _cast(y + 0.5, dtype)
    return _cast((y - float(steps(dtype) + 1) / 2).rounded(), dtype)


def _cast(x: Exact, dtype: DType) -> Exact:
    """As TensorFlow makes integers of floats: nan becomes the least one, but 0 of 32 bits."""
    if dtype is qint32:
        return x.to(I64).to(I32)
    return clipped(x.to(I32), least(dtype), greatest(dtype)).to(dtype.np)


def clipped_floats(x: Exact, low: Exact, high: Exact) -> Exact:
    return greater(lesser(x, high), low)


def _quantize_scaled(node, x: Exact, low: Exact, high: Exact, dtype: DType, to_even: bool):
    first = least(dtype) + int(node.attrs["narrow_range"])
    last = greatest(dtype)
    largest = np.asarray(np.finfo(F32).max, F32)
    of_low, of_high = (
        choose((v * float(n)) > 0.0, float(n) / v, largest) for v, n in ((low, first), (high, last))
    )
    scale = lesser(of_low, of_high)
    low, high = float(first) / scale, float(last) / scale
    axis = node.attrs["axis"]
    a, b, s = (v.along(axis, x.shape) for v in (low, high, scale))
    y = clipped_floats(x, a, b) * s
    return _cast(y.rounded_to_even() if to_even else y.rounded(), dtype), low, high


@defop(
    "Dequantize(input: T, min_range: float32, max_range: float32; mode: string = 'MIN_COMBINED',"
    " narrow_range: bool = False, axis: int = -1, dtype: type = float32) -> output: dtype",
    T=QUANTIZED,
    mode=_MODES,
    dtype=types("bfloat16 float"),
    shape=_dequantize_shape,
)
def dequantize(node, x, low, high):
    mode, axis, dtype = node.attrs["mode"], node.attrs["axis"], node.attrs["T"]
    target = node.outputs[0].dtype
    if target is not float32 and mode != b"MIN_COMBINED":
        raise invalid(
            node, f"When output type is bfloat16, Mode string must be 'MIN_COMBINED', is "
            f"'{mode.decode()}'",
        )  # fmt: skip
    if axis >= len(x.shape):
        raise invalid(
            node, f"Axis must be less than input dimension({len(x.shape)}), got {axis}"
        )  # fmt: skip
    n = x.shape[axis] if axis >= 0 else 1
    for name, v in (("min", low), ("max", high)):
        if int(np.prod(v.shape)) != n:
            raise invalid(
                node, f"input_{name}_tensor must have as many elements as input on the "
                f"dequantization axis ({axis}), got {int(np.prod(v.shape))}, expected {n}",
            )  # fmt: skip
    if n != 1 and mode == b"MIN_FIRST":
        raise errors.UnimplementedError(
            None, node, "MIN_FIRST mode is not implemented for Dequantize with axis != -1."
        )
    x = Exact(x)
    low, high = Exact(low), Exact(high)
    if mode == b"MIN_FIRST":
        y = to_floats(x, *(v.along(axis, x.shape) for v in (low, high)), dtype)
    elif mode == b"SCALED":
        first = float(np.float32(least(dtype) + int(node.attrs["narrow_range"])))
        scale = high / float(greatest(dtype))
        if least(dtype):
            scale = greater(low / first, scale)
        x = x.to(F32)
        if dtype is qint32 and n == 1:  # there and back
            x = x.to(I32).to(F32)
        y = x * scale.along(axis, x.shape)
    else:
        scale = (high - low) / float(steps(dtype))
        half = float(steps(dtype) + 1) / 2 if least(dtype) else 0.0
        y = (x.to(F32) + half) * scale.along(axis, x.shape) + low.along(axis, x.shape)
    return y.to(target.np).value


# ---------------------------------------------------------------------- other ranges

_ENDS = "input_min: float32, input_max: float32"
_OUT = "output: out_type, output_min: float32, output_max: float32"


@defop(
    f"QuantizeDownAndShrinkRange(input: Tinput, {_ENDS}) -> {_OUT}",
    Tinput=QUANTIZED, out_type=QUANTIZED, shape=ranged(first_input, 0, 0),
)  # fmt: skip
def quantize_down_and_shrink_range(node, x, low, high):
    demand_kernel(node, "Tinput out_type", "qint32 quint8")
    low, high = scalars(node, RANK_0, input_min=low, input_max=high)
    new = range_of(Exact(x), low, high, qint32)
    return outputs(requantized(Exact(x), (low, high), new, qint32, quint8), *new)


@defop(
    f"RequantizationRange(input: Tinput, {_ENDS}) -> output_min: float32, output_max: float32",
    Tinput=QUANTIZED,
    shape=lambda node, *shapes: ranged(first_input, 0, 0)(node, *shapes)[1:],
)
def requantization_range(node, x, low, high):
    demand_kernel(node, "Tinput", "qint32")
    old = scalars(node, RANK_0, input_min=low, input_max=high)
    return outputs(*range_of(Exact(x), *old, qint32))


@defop(
    f"Requantize(input: Tinput, {_ENDS}, requested_output_min: float32,"
    f" requested_output_max: float32) -> {_OUT}",
    Tinput=QUANTIZED, out_type=QUANTIZED, shape=ranged(first_input, 0, 0, 0, 0),
)  # fmt: skip
def requantize(node, x, low, high, new_low, new_high):
    demand_kernel(node, "Tinput out_type", "qint32 qint8", "qint32 quint8")
    *old, low, high = scalars(
        node, RANK_0, input_min=low, input_max=high, requested_output_min=new_low,
        requested_output_max=new_high,
    )  # fmt: skip
    demand(
        node, lambda v: f"requested_output_min must be <= 0, but got {v:g}",
        lambda v: ~(v <= 0), low.value,
    )  # fmt: skip
    demand(
        node, lambda a, b: "requested_output_max must be >= requested_output_min, but got "
        f"{b:g} and {a:g}", lambda a, b: ~(b >= a), low.value, high.value,
    )  # fmt: skip
    target = node.outputs[0].dtype
    return outputs(requantized(Exact(x), old, (low, high), qint32, target), low, high)


@defop(
    f"RequantizePerChannel(input: T, {_ENDS}, requested_output_min: float32,"
    f" requested_output_max: float32; out_type: type = quint8) -> {_OUT}",
    T=QUANTIZED, out_type=QUANTIZED, default_types={"T": qint32},
    shape=ranged(first_input, 1, 1, 0, 0),
)  # fmt: skip
def requantize_per_channel(node, x, low, high, new_low, new_high):
    demand_kernel(node, "T out_type", "qint32 qint8", "qint32 quint8")
    target = node.outputs[0].dtype
    if high.shape != low.shape:
        raise invalid(
            node, f"input_max has incorrect size, expected {low.shape[0]} was {high.shape[0]}"
        )  # fmt: skip
    if least(target):
        demand(
            node, lambda v: "If out_type is QINT8, requested_output_max must be non negative, got "
            f"{v:g}", lambda v: ~(v < 0), new_low,
        )  # fmt: skip
    new = Exact(new_low), Exact(new_high)
    size = greater(abs(Exact(low)), abs(Exact(high)))
    scale = (size / greater(abs(new[0]), abs(new[1])) / 2.0**31) * float(greatest(target))
    y = (Exact(x).to(F32) * scale.along(len(x.shape) - 1, x.shape)).rounded_to_even()
    y = clipped(y, float(least(target)), float(greatest(target)))
    return outputs(y.to(I32).to(target.np), *new)


@defop(
    f"RequantizationRangePerChannel(input: T, {_ENDS}; clip_value_max: float)"
    " -> output_min: float32, output_max: float32",
    T=QUANTIZED, default_types={"T": qint32},
    shape=lambda node, *shapes: ranged(first_input, 1, 1)(node, *shapes)[1:],
)  # fmt: skip
def requantization_range_per_channel(node, x, low, high):
    demand_kernel(node, "T", "qint32")
    n = high.shape[0]
    if low.shape[0] != n:
        raise invalid(node, f"input_min has incorrect size, expected {n} was {low.shape[0]}")
    if 0 in x.shape:
        raise invalid(node, "input must not be empty")
    if len(x.shape) != 4:
        raise invalid(node, "input must be in NHWC format")
    if x.shape[3] != n:
        raise invalid(
            node, f"input must have same number of channels as length of input_min: {x.shape[3]} "
            f"vs {n}",
        )  # fmt: skip
    axes = (0, 1, 2)
    smallest, largest = (
        Exact(lax.reduce(x, np.int32(start), reduce, axes)).to(F32).to(I32)
        for start, reduce in ((greatest(qint32), lax.min), (least(qint32), lax.max))
    )
    size = greater(abs(Exact(low)), abs(Exact(high)))
    sizes = size * greater(abs(smallest), abs(largest)).to(F32) / 2.0**31
    start = np.finfo(F32).tiny
    found = Exact(lax.reduce(np.asarray(start) if n == 0 else sizes.value, start, lax.max, (0,)))
    limit = float(np.float32(node.attrs["clip_value_max"]))
    found = choose(found > limit, np.asarray(limit, F32), found)
    has_negative = lax.reduce(smallest.value, np.int32(0), lax.min, (0,))
    return outputs(choose(Exact(has_negative) < 0, -found, number(0.0)), found)


# ---------------------------------------------------------------------- rearranged


@defop(
    f"QuantizedReshape(tensor: T, shape: Tshape, {_ENDS})"
    " -> output: T, output_min: float32, output_max: float32",
    Tshape=INDEX, default_types={"Tshape": int32}, host_inputs=("shape",),
    shape=ranged(like("Reshape"), 0, 0),
)  # fmt: skip
def quantized_reshape(node, x, shape, low, high):
    demand_kernel(node, "T", "qint32", "quint8")
    y = OPS["Reshape"].lower(node, x, shape)
    text = "input_{} must be a scalar or a vector of 1 element"
    return outputs(y, _one(node, text.format("min"), low), _one(node, text.format("max"), high))


def _concat_shape(node, axis: Shape, *shapes: Shape) -> Shape:
    found = known_value(node.inputs[0])
    return concat_shape(shapes, None if found is None else int(found), axis)


def _quantized_concat_shape(node, *shapes: Shape) -> list[Shape]:
    n = node.attrs["N"]
    return ranged(_concat_shape, *[0] * (2 * n))(node, *shapes)


@defop(
    "QuantizedConcat(concat_dim: int32, values: N * T, input_mins: N * float32,"
    " input_maxes: N * float32) -> output: T, output_min: float32, output_max: float32",
    host_inputs=("concat_dim",), shape=_quantized_concat_shape,
)  # fmt: skip
def quantized_concat(node, axis, *inputs):
    """A part whose range is not that of the result is moved there."""
    demand_kernel(node, "T", "qint32", "quint8")
    n = node.attrs["N"]
    rank = len(inputs[0].shape)
    if not 0 <= int(axis) < rank:
        raise invalid(
            node, f"ConcatOp : Expected concatenating dimensions in the range [0, {rank}), but "
            f"got {int(axis)}",
        )  # fmt: skip
    dtype = node.outputs[0].dtype
    lows, highs = (
        [
            _one(
                node, f"input_{name} each tensor's num elements must be 1, given num elements "
                f"{math.prod(v.shape)} in index {i}", v,
            )
            for i, v in enumerate(values)
        ]
        for name, values in (("mins", inputs[n : 2 * n]), ("maxes", inputs[2 * n :]))
    )  # fmt: skip
    low, high = number(float(np.finfo(F32).max)), number(float(np.finfo(F32).min))
    for a, b in zip(lows, highs, strict=True):
        low, high = lesser(low, a), greater(high, b)
    if least(dtype):  # a range with zero in the middle
        high = greater(abs(low), abs(high))
        low = -high
    else:
        low = lesser(number(0.0), low)
    parts = []
    for x, a, b in zip(map(Exact, inputs[:n]), lows, highs, strict=True):
        moved = from_floats(to_floats(x, a, b, dtype), low, high, dtype)
        same = a.equals(low) & b.equals(high)
        parts.append(choose(same, x, moved).value)
    return [OPS["Concat"].lower(node, axis, *parts), *outputs(low, high)]


# ---------------------------------------------------------------------- limits


def _clamp(op_type: str, more: str, limit: Callable | None, ranks: tuple) -> None:
    """An op that cuts at 0 and at a limit, in the given range."""

    def lower(node, x, *rest):
        demand_kernel(node, "Tinput out_type", "qint32 qint32", "quint8 quint8")
        names = ("min_input", "max_input")
        names = ("max_value", *names) if len(rest) == 3 else names
        *given, low, high = scalars(node, RANK_0, **dict(zip(names, rest, strict=True)))
        dtype = node.outputs[0].dtype
        y = greater(Exact(x), from_numbers(number(0.0), low, high, dtype))
        if limit is not None:
            y = lesser(y, from_numbers(limit(*given), low, high, dtype))
        return outputs(y, low, high)

    defop(
        f"{op_type}(features: Tinput, {more}min_features: float32, max_features: float32;"
        " out_type: type = quint8)"
        " -> activations: out_type, min_activations: float32, max_activations: float32",
        Tinput=QUANTIZED, out_type=QUANTIZED, shape=ranged(first_input, *ranks),
    )(lower)  # fmt: skip


_clamp("QuantizedRelu", "", None, (0, 0))
_clamp("QuantizedRelu6", "", lambda: number(6.0), (0, 0))
_clamp("QuantizedReluX", "max_value: float32, ", lambda x: x, (0, 0, 0))
