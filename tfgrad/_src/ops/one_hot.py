"""One-hot vectors, and reversal along axes.

The derivatives are in ``gradients/index.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value, partial_scalar
from tfgrad._src.graph.dtypes import (
    INDEX,
    int8,
    int32,
    int64,
    uint8,
)
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import shape_list, types
from tfgrad._src.ops.checks import invalid


def _scalar_dimension(node, i: int, s: Shape) -> int | None:
    """The length that scalar input ``i`` gives."""
    if s:
        if known_value(node.inputs[i]) is not None:
            raise ShapeError(f"Input must be scalar but has rank {len(s)}")
        return None
    n = partial_scalar(node.inputs[i])
    if n is not None and n < 0:
        raise ShapeError(
            f"Dimension size, given by scalar input {i}, must be non-negative but is {n}"
        )
    return n


def _one_hot_shape(node, indices: Shape, depth_shape: Shape, on: Shape, off: Shape) -> Shape:
    axis = node.attrs["axis"]
    if axis < -1:
        raise ShapeError("axis must be >= -1")
    depth = _scalar_dimension(node, 1, depth_shape)
    if indices is None:
        return None
    at = axis % (len(indices) + 1)
    return (*indices[:at], depth, *indices[at:])


def _depth(node, depth) -> int:
    if np.ndim(depth):
        raise invalid(node, f"depth must be a scalar, but got: {shape_list(np.shape(depth))}")
    if depth < 0:
        raise invalid(node, f"depth must be non-negative, got: {depth}")
    return int(depth)


def _one_hot_host(node, indices, depth, on, off):
    at = node.attrs["axis"] % (np.ndim(indices) + 1)
    line = np.arange(_depth(node, depth)).reshape([-1] + [1] * (np.ndim(indices) - at))
    return np.where(np.expand_dims(indices, at) == line, on, off).astype(on.dtype, copy=False)


@defop(
    "OneHot(indices: TI, depth: int32, on_value: T, off_value: T; axis: int = -1) -> output: T",
    TI=(uint8, int8, int32, int64),
    default_types={"TI": int64},
    shape=_one_hot_shape,
    host=_one_hot_host,
    host_inputs=("depth",),
)
def one_hot(node, indices, depth, on, off):
    """A comparison with 0, 1, 2, ... along the new axis; a gather or scatter is no faster."""
    depth = _depth(node, depth)
    at = node.attrs["axis"] % (np.ndim(indices) + 1)
    shape = (*indices.shape[:at], depth, *indices.shape[at:])
    dtype = np.dtype(np.int64 if indices.dtype == np.int64 else np.int32)
    indices = lax.convert_element_type(indices, dtype)
    others = [i for i in range(len(shape)) if i != at]
    hot = lax.eq(
        lax.broadcasted_iota(dtype, shape, at), lax.broadcast_in_dim(indices, shape, others)
    )
    return lax.select(
        hot, lax.broadcast_in_dim(on, shape, ()), lax.broadcast_in_dim(off, shape, ())
    )


def _reverse_shape(node, x: Shape, axis_shape: Shape) -> Shape:
    with_rank(axis_shape, 1)
    axes = known_value(node.inputs[1])
    if axes is not None and x is not None:
        seen: set[int] = set()
        for i, axis in enumerate(axes.tolist()):
            if not -len(x) <= axis < len(x):
                raise ShapeError(f"'axis'[{i}] = {axis} is out of valid range [0, {len(x) - 1}")
            if axis % len(x) in seen:
                raise ShapeError(f"axis {axis % len(x)} specified more than once.")
            seen.add(axis % len(x))
    return x


@defop(
    "ReverseV2(tensor: T, axis: Tidx) -> output: T",
    T=types(
        "uint8 int8 uint16 int16 int32 uint32 int64 uint64 bool bfloat16 half float double "
        "complex64 complex128 string"
    ),
    Tidx=INDEX,
    default_types={"Tidx": int32},
    shape=_reverse_shape,
    host=lambda node, x, axis: np.flip(x, tuple(axis.tolist())),
    host_inputs=("axis",),
)
def reverse(node, x, axis):
    axes: list[int] = []
    for k, i in enumerate(axis.tolist()):
        if not -x.ndim <= i < x.ndim:
            raise invalid(node, f"'axis'[{k}] = {i} is out of valid range [0, {x.ndim - 1}")
        if i % x.ndim in axes:
            raise invalid(node, f"axis {i % x.ndim} specified more than once.")
        axes.append(i % x.ndim)
    return lax.rev(x, axes) if axes else x
