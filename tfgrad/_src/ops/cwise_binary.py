"""Element-wise operations of two arguments, whose shapes are made equal by broadcasting.

Each row of the tables gives TensorFlow's op type, the element types it accepts, the JAX function
and, for the arithmetic that shapes need, the numpy function that gives the same numbers.

Whole numbers wrap around on overflow.  A divisor of whole numbers must not be zero, nor an exponent
negative (``ops/checks.py``).

The derivatives are in ``gradients/cwise_binary.py``.
"""

from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import int32, int64, variant
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, broadcast_inputs, merge
from tfgrad._src.ops.broadcasting import (
    constant_like,
    invalid,
    is_known,
    shape_list,
    stretched,
    types,
)
from tfgrad._src.ops.checks import require

# fmt: off
ADDED   = types("bfloat16 half float double uint8 uint16 uint32 uint64 int8 int16 int32 int64 "
                "complex64 complex128")
ADDED_1 = types("bfloat16 half float double uint8 int8 int16 int32 int64 complex64 complex128 "
                "string")
SUBTRACTED = types("bfloat16 half float double uint8 int8 uint16 int16 int32 int64 complex64 "
                   "complex128 uint32 uint64")
FACTORS = types("bfloat16 half float double uint8 int8 uint16 int16 int32 uint32 uint64 int64 "
                "complex64 complex128")
ORDERED = types("bfloat16 half float double int8 uint8 int16 uint16 int32 uint32 int64 uint64")
SQUARED = types("bfloat16 half float double int32 int64 complex64 complex128")
POWERS  = types("bfloat16 float half double int8 int16 int32 int64 complex64 complex128")
ANGLES  = types("bfloat16 half float double")
DIVIDED = types("half float bfloat16 double complex64 complex128")
MULTIPLIED = types("bfloat16 half float double complex64 complex128")
INEXACT = types("half bfloat16 float double complex64 complex128")
INTEGER = types("int8 int16 int32 int64 uint8 uint16 uint32 uint64")
MODULI  = types("int8 int16 int32 int64 uint8 uint16 uint32 uint64 bfloat16 half float double")
C_MODULI = types("int32 int64 bfloat16 half float double")
MODULI_1 = types("int32 int64 half half bfloat16 float double")
SUMMED  = types("float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 "
                "qint16 quint16 uint16 complex128 half uint32 uint64")
# fmt: on


def _quiet(function: Callable) -> Callable:
    """The numpy ``function``, silent where TensorFlow is: overflow, 1 / 0, 0 / 0."""

    def host(node, x, y):
        with np.errstate(all="ignore"):
            return function(x, y)

    return host


def _binary(
    op_type: str,
    dtypes: tuple,
    kernel: Callable,
    host: Callable | None = None,
    *,
    names: str = "xy",
) -> None:
    """Defines ``z = kernel(x, y)`` with broadcasting."""
    first, second = names
    defop(
        f"{op_type}({first}: T, {second}: T) -> z: T",
        T=dtypes,
        shape=broadcast_inputs,
        host=_quiet(host) if host is not None else None,
    )(lambda node, x, y: kernel(*stretched(node, x, y)))


def _squared_difference(x, y):
    d = lax.sub(x, y)
    return lax.mul(d, lax.conj(d)) if np.issubdtype(d.dtype, np.complexfloating) else lax.mul(d, d)


def _truncated(x):
    """``x`` rounded towards zero."""
    return lax.mul(lax.sign(x), lax.floor(lax.abs(x)))


# ---------------------------------------------------------------------- division


def _is_float(x) -> bool:
    return np.dtype(x.dtype).kind not in "iu"  # ml_dtypes' bfloat16 has the kind "V"


def _is_unsigned(x) -> bool:
    return np.dtype(x.dtype).kind == "u"


def _refuse_zero(node, x, y) -> None:
    """Demands that no integer divisor is zero, unless there is nothing to divide."""

    def explain(y) -> None:
        if not np.all(y):
            raise invalid(node, "Integer division by zero")

    if not _is_float(y) and 0 not in np.shape(x) and np.size(y):
        require(
            node, explain, lambda y: _any(lax.eq(y, constant_like(y, 0))), y, ranges=((1, None),)
        )


def _any(x):
    return lax.reduce_or(x, tuple(range(x.ndim)))


def _differ_in_sign(r, y):
    return lax.ne(lax.lt(r, constant_like(r, 0)), lax.lt(y, constant_like(y, 0)))


def _floor_div(x, y):
    if _is_float(x):
        return lax.floor(lax.div(x, y))
    q = lax.div(x, y)
    if _is_unsigned(x):
        return q
    r = lax.sub(x, lax.mul(q, y))
    down = lax.bitwise_and(lax.ne(r, constant_like(r, 0)), _differ_in_sign(r, y))
    return lax.sub(q, lax.convert_element_type(down, q.dtype))


def _floor_mod(x, y):
    """The remainder with the sign of ``y``; ``rem``, exact for any quotient, has that of ``x``."""
    r = lax.rem(x, y)
    if _is_unsigned(x):
        return r
    wrong = lax.bitwise_and(lax.ne(r, constant_like(r, 0)), _differ_in_sign(r, y))
    return lax.select(wrong, lax.add(r, y), r)


def _floor_mod_lowering(node, x, y):
    """A divisor known to be a power of two divides exactly, 20 times faster than ``rem`` does.

    Exactly unless the quotient leaves the range of the type, for ``|x|`` beyond ``2**119`` or below
    ``2**-118`` of float32.
    """
    if _is_float(x) and is_known(y) and y.size == 1 and abs(float(y.item())) in _POWERS:
        x, y = stretched(node, x, y)
        r = lax.sub(x, lax.mul(lax.floor(lax.div(x, y)), y))
        # A remainder of zero has the sign of x, as that of C's fmod.
        return lax.select(lax.eq(r, constant_like(r, 0)), lax.mul(x, constant_like(x, 0)), r)
    _refuse_zero(node, x, y)
    return _floor_mod(*stretched(node, x, y))


_POWERS = {2.0**k for k in range(-8, 9)}


def _truncate_div(x, y):
    q = lax.div(x, y)
    return _truncated(q) if _is_float(x) else q


def _host_floor_div(x, y):
    return np.floor(np.divide(x, y)).astype(x.dtype) if _is_float(x) else np.floor_divide(x, y)


def _host_truncate_div(x, y):
    if _is_float(x):
        return np.trunc(np.divide(x, y)).astype(x.dtype)
    q = np.floor_divide(x, y)
    return q + ((q < 0) & (q * y != x)).astype(x.dtype)


def _host_floor_mod(x, y):
    if not _is_float(x):
        return np.remainder(x, y)
    r = np.fmod(x, y)
    return np.where((r != 0) & ((r < 0) != (y < 0)), r + y, r).astype(x.dtype)


def _division(op_type: str, dtypes: tuple, kernel: Callable, host: Callable, lower=None) -> None:
    def on_host(node, x, y):
        _refuse_zero(node, x, y)
        with np.errstate(all="ignore"):
            return host(x, y)

    def lowering(node, x, y):
        _refuse_zero(node, x, y)
        return kernel(*stretched(node, x, y))

    defop(f"{op_type}(x: T, y: T) -> z: T", T=dtypes, shape=broadcast_inputs, host=on_host)(
        lower or lowering
    )


def _host_div(x, y):
    return np.divide(x, y) if _is_float(x) else _host_truncate_div(x, y)


# ---------------------------------------------------------------------- zero wins


def _unless_zero(kernel: Callable, which: int) -> Callable:
    """``kernel(x, y)``, but 0 where argument number ``which`` is 0, whatever the other one is."""

    def guarded(x, y):
        zero = constant_like(x, 0)
        return lax.select(lax.eq((x, y)[which], zero), zero, kernel(x, y))

    return guarded


# ---------------------------------------------------------------------- powers


def _pow(x, y):
    if _is_float(x):
        return lax.pow(x, y)
    # By squaring, over the bits of the exponent.
    one, zero = constant_like(x, 1), constant_like(x, 0)
    result = one
    for bit in range(8 * x.dtype.itemsize):
        mask = constant_like(x, np.left_shift(np.array(1, x.dtype), bit))
        odd = lax.ne(lax.bitwise_and(y, mask), zero)
        result = lax.mul(result, lax.select(odd, x, one))
        x = lax.mul(x, x)
    return result


def _refuse_negative(node, y) -> None:
    if np.any(y < 0):
        raise invalid(node, "Integers to negative integer powers are not allowed")


def _pow_lowering(node, x, y):
    if is_known(y) and y.size == 1 and not _is_float(x) and y.item() >= 0:
        x, _ = stretched(node, x, y)
        return lax.integer_pow(x, y.item()) if y.item() else constant_like(x, 1)
    if not _is_float(y) and not _is_unsigned(y) and np.size(y):
        require(
            node,
            lambda y: _refuse_negative(node, y),
            lambda y: _any(lax.lt(y, constant_like(y, 0))),
            y,
            ranges=((0, None),),
        )
    return _pow(*stretched(node, x, y))


defop("Pow(x: T, y: T) -> z: T", T=POWERS, shape=broadcast_inputs)(_pow_lowering)


# ---------------------------------------------------------------------- shifts


def _within_bits(y):
    """A shift must be less than the number of bits; TensorFlow takes the nearest that is."""
    last = constant_like(y, 8 * y.dtype.itemsize - 1)
    return lax.min(lax.max(y, constant_like(y, 0)), last)


def _right_shift(x, y):
    shift = lax.shift_right_logical if _is_unsigned(x) else lax.shift_right_arithmetic
    return shift(x, _within_bits(y))


def _host_within_bits(y):
    return np.clip(y, 0, 8 * y.dtype.itemsize - 1)


def _host_left_shift(x, y):
    return np.left_shift(x, _host_within_bits(y))


def _host_right_shift(x, y):
    return np.right_shift(x, _host_within_bits(y))


def _left_shift(x, y):
    return lax.shift_left(x, _within_bits(y))


def _times_log(x, y):
    return lax.mul(x, lax.log(y))


def _times_log1p(x, y):
    return lax.mul(x, lax.log1p(y))


# fmt: off
#       op type              accepts            kernel                         on the host
_binary("Add",               ADDED_1,           lax.add,                       np.add)
_binary("AddV2",             ADDED,             lax.add,                       np.add)
_binary("Sub",               SUBTRACTED,        lax.sub,                       np.subtract)
_binary("Mul",               FACTORS,           lax.mul,                       np.multiply)
_binary("Maximum",           ORDERED,           lax.max,                       np.maximum)
_binary("Minimum",           ORDERED,           lax.min,                       np.minimum)
_binary("SquaredDifference", SQUARED,           _squared_difference)
_binary("Atan2",             ANGLES,            lax.atan2,                     names="yx")
_binary("DivNoNan",          DIVIDED,           _unless_zero(lax.div, 1))
_binary("MulNoNan",          MULTIPLIED,        _unless_zero(lax.mul, 1))
_binary("Xlogy",             INEXACT,           _unless_zero(_times_log, 0))
_binary("Xlog1py",           INEXACT,           _unless_zero(_times_log1p, 0))
_binary("Xdivy",             INEXACT,           _unless_zero(lax.div, 0))
_binary("BitwiseAnd",        INTEGER,           lax.bitwise_and,               np.bitwise_and)
_binary("BitwiseOr",         INTEGER,           lax.bitwise_or,                np.bitwise_or)
_binary("BitwiseXor",        INTEGER,           lax.bitwise_xor,               np.bitwise_xor)
_binary("LeftShift",         INTEGER,           _left_shift,                   _host_left_shift)
_binary("RightShift",        INTEGER,           _right_shift,                  _host_right_shift)

#         op type        accepts        kernel         on the host
_division("Div",         FACTORS,       lax.div,       _host_div)
_division("RealDiv",     FACTORS,       lax.div,       _host_div)
_division("FloorDiv",    FACTORS,       _floor_div,    _host_floor_div)
_division("TruncateDiv", FACTORS,       _truncate_div, _host_truncate_div)
_division("FloorMod",    MODULI,        _floor_mod,    _host_floor_mod, _floor_mod_lowering)
_division("Mod",         MODULI_1,      lax.rem,       np.fmod)
_division("TruncateMod", C_MODULI,      lax.rem,       np.fmod)
# fmt: on


# ---------------------------------------------------------------------- sums of many


def _add_n_shape(node, *shapes: Shape) -> Shape:
    """All shapes are one; they are compared from the last to the first."""
    result = shapes[-1]
    for i in range(len(shapes) - 2, -1, -1):
        try:
            result = merge(shapes[i], result)
        except ShapeError as error:
            raise ShapeError(
                f"{error.message}\n\tFrom merging shape {i} with other shapes.", error.hint
            ) from None
    return result


def _check_equal(node, values) -> None:
    for i, v in enumerate(values):
        if v.shape != values[0].shape:
            raise invalid(
                node,
                f"Inputs to operation {node.name} of type {node.type} must have the same size and "
                f"shape.  Input 0: {shape_list(values[0].shape)} != input {i}: "
                f"{shape_list(v.shape)}",
            )


def _host_add_n(node, *values):
    with np.errstate(all="ignore"):
        total = values[0]
        for v in values[1:]:
            total = np.add(total, v)
        return total


def _add_n(node, *values):
    """From left to right, as TensorFlow adds."""
    _check_equal(node, values)
    total = values[0]
    for v in values[1:]:
        total = lax.add(total, v)
    return total


defop(
    "AddN(inputs: N * T) -> sum: T",
    T=(*SUMMED, variant),
    shape=_add_n_shape,
    host=_host_add_n,
)(_add_n)

defop(
    "AccumulateNV2(inputs: N * T; shape: shape) -> sum: T",
    T=SUMMED,
    shape=lambda node, *shapes: node.attrs["shape"],
)(_add_n)


# ---------------------------------------------------------------------- shapes of gradients


def _reduction_axes(node, s0, s1) -> list:
    """The axes along which ``x`` and ``y`` of shapes ``s0`` and ``s1`` were stretched.

    Axes of length 1 count for both, unless the two shapes are the same: summing over them changes
    nothing.
    """
    dtype = node.outputs[0].dtype.np
    x, y = np.asarray(s0).tolist(), np.asarray(s1).tolist()
    if x == y:
        return [np.zeros(0, dtype), np.zeros(0, dtype)]
    rank = max(len(x), len(y))
    padded = [[1] * (rank - len(s)) + s for s in (x, y)]
    if any(a != b and 1 not in (a, b) for a, b in zip(*padded, strict=True)):
        raise invalid(node, f"Incompatible shapes: {shape_list(x)} vs. {shape_list(y)}")
    return [np.array([i for i, d in enumerate(s) if d == 1], dtype) for s in padded]


defop(
    "BroadcastGradientArgs(s0: T, s1: T) -> r0: T, r1: T",
    T=(int32, int64),
    default_types={"T": int32},
    shape=lambda node, s0, s1: [(None,), (None,)],
    host=_reduction_axes,
    host_inputs=("s0", "s1"),
)(_reduction_axes)
