"""New tensors made from a few numbers: one value repeated, and sequences.

Lengths, and all three arguments of ``Range``, are host operands: they decide the shape of the
result.  The derivatives are in ``gradients/fill.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import (
    INDEX,
    SIGNED,
    bfloat16,
    bool_,
    complex64,
    complex128,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
)
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, same_as_input, with_rank
from tfgrad._src.ops.broadcasting import invalid, types
from tfgrad._src.ops.shape import shape_of

# ---------------------------------------------------------------------- one value repeated


def _fill_shape(node, dims: Shape, value: Shape) -> Shape:
    with_rank(dims, 1)
    with_rank(value, 0)
    lengths = known_value(node.inputs[0])
    if lengths is not None and (lengths < 0).any():
        raise ShapeError("Fill dimensions must be >= 0")
    return shape_of(node, 0)


def _lengths(node, dims, value) -> tuple[int, ...]:
    if np.ndim(dims) > 1:
        raise invalid(node, f"dims must represent a vector, got shape {shape_str(np.shape(dims))}")
    if math.prod(value.shape) != 1:
        raise invalid(
            node, f"value must represent a scalar, got shape {shape_str(np.shape(value))}"
        )
    lengths = tuple(int(d) for d in np.reshape(dims, -1))
    for d in lengths:
        if d < 0:
            raise invalid(node, f"Dimension {d} must be >= 0")
    return lengths


@defop(
    "Fill(dims: index_type, value: T) -> output: T",
    index_type=INDEX,
    default_types={"index_type": int32},
    shape=_fill_shape,
    host=lambda node, dims, value: np.full(
        _lengths(node, dims, value), np.reshape(value, ()), value.dtype
    ),
    host_inputs=("dims",),
)
def fill(node, dims, value):
    return lax.broadcast(lax.reshape(value, ()), _lengths(node, dims, value))


def _zeros(node, x):
    """TensorFlow's zero of strings is the empty one."""
    zero = b"" if node.outputs[0].dtype is string else 0
    return np.full(x.shape, zero, node.outputs[0].dtype.np)


@defop("ZerosLike(x: T) -> y: T", shape=same_as_input, host=_zeros)
def zeros_like(node, x):
    return lax.full(x.shape, 0, node.outputs[0].dtype.np)


@defop(
    "OnesLike(x: T) -> y: T",
    T=types(
        "bfloat16 half float double int8 uint8 int16 uint16 int32 uint32 int64 uint64 complex64 "
        "complex128 bool"
    ),
    shape=same_as_input,
    host=lambda node, x: np.ones(x.shape, node.outputs[0].dtype.np),
)
def ones_like(node, x):
    return lax.full(x.shape, 1, node.outputs[0].dtype.np)


# ---------------------------------------------------------------------- sequences


def _range_size(start, limit, delta) -> int:
    """How many numbers ``start, start + delta, ...`` come before ``limit``.

    Raises:
      ShapeError: ``delta`` is zero or leads away from ``limit``.
    """
    if delta == 0:
        raise ShapeError("Requires delta != 0")
    if delta > 0 and start > limit:
        raise ShapeError(f"Requires start <= limit when delta > 0: {start}/{limit}")
    if delta < 0 and start < limit:
        raise ShapeError(f"Requires start >= limit when delta < 0: {start}/{limit}")
    if np.issubdtype(type(start), np.integer):
        span, step = abs(int(limit) - int(start)), abs(int(delta))
        return -(-span // step)
    return math.ceil(float(abs((limit - start) / delta)))  # in the precision of the arguments


def _range_shape(node, *shapes: Shape) -> Shape:
    for s in shapes:
        with_rank(s, 0)
    values = [known_value(t) for t in node.inputs]
    if any(v is None for v in values):
        return (None,)
    return (_range_size(*[v[()] for v in values]),)


def _range_arguments(node, start, limit, delta):
    """The three numbers and the length, checked as a run does."""
    for name, v in (("start", start), ("limit", limit), ("delta", delta)):
        if np.ndim(v) != 0:
            raise invalid(node, f"{name} must be a scalar, not shape {shape_str(np.shape(v))}")
    start, limit, delta = (np.asarray(v)[()] for v in (start, limit, delta))
    try:
        return start, limit, delta, _range_size(start, limit, delta)
    except ShapeError as error:
        text = error.message + (f": {delta}" if delta == 0 else "")
        raise invalid(node, text) from None


def _range(node, start, limit, delta):
    """``start + i * delta``, rounded once per operation as TensorFlow does: no running sum."""
    start, _, delta, n = _range_arguments(node, start, limit, delta)
    dtype = node.outputs[0].dtype.np
    with np.errstate(all="ignore"):
        return (start + np.arange(n).astype(dtype) * delta).astype(dtype)


@defop(
    "Range(start: Tidx, limit: Tidx, delta: Tidx) -> output: Tidx",
    Tidx=types("bfloat16 half float double int8 int16 int32 int64 uint16 uint32 uint64"),
    default_types={"Tidx": int32},
    shape=_range_shape,
    host=_range,
    host_inputs=("start", "limit", "delta"),
)
def range_(node, start, limit, delta):
    """Integers as an iota, which takes no memory in the program; floats as the numbers."""
    dtype = node.outputs[0].dtype
    start_, _, delta_, n = _range_arguments(node, start, limit, delta)
    if not dtype.is_integer:
        return _range(node, start, limit, delta)
    y = lax.iota(dtype.np, n)
    if delta_ != 1:
        y = lax.mul(y, lax.full_like(y, delta_))
    return y if start_ == 0 else lax.add(y, lax.full_like(y, start_))


def _lin_space_shape(node, start: Shape, stop: Shape, num: Shape) -> Shape:
    for s in (start, stop, num):
        with_rank(s, 0)
    n = known_value(node.inputs[2])
    if n is None:
        return (None,)
    if n <= 0:
        raise ShapeError(f"Requires num > 0: {n}")
    return (int(n),)


def _check_lin_space(node, start, stop, num) -> int:
    for name, v in (("start", start), ("stop", stop), ("num", num)):
        if np.ndim(v) != 0:
            raise invalid(node, f"{name} must be a scalar, not shape {shape_str(np.shape(v))}")
    if num <= 0:
        raise invalid(node, f"Requires num > 0: {num}")
    return int(num)


@defop(
    "LinSpace(start: T, stop: T, num: Tidx) -> output: T",
    T=types("bfloat16 half float double"),
    Tidx=INDEX,
    default_types={"Tidx": int32},
    shape=_lin_space_shape,
    host_inputs=("num",),
)
def lin_space(node, start, stop, num):
    """``start + i * step``, and ``stop`` itself at the end."""
    n, dtype = _check_lin_space(node, start, stop, num), node.outputs[0].dtype.np
    if n == 1:
        return lax.reshape(start, (1,))
    step = lax.div(lax.sub(stop, start), np.asarray(n - 1, dtype))
    i = np.arange(n - 1).astype(dtype)
    y = lax.add(lax.broadcast(start, (n - 1,)), lax.mul(lax.broadcast(step, (n - 1,)), i))
    return lax.concatenate([y, lax.reshape(stop, (1,))], 0)
