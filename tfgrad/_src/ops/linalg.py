"""Products of matrices, of batches of matrices, and of vectors.

Transposes are never made: they are written into the dimension numbers of one ``dot_general``.  A
matrix that is shared by a batch is contracted as it is, never repeated.

The derivatives are in ``gradients/linalg.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.dtypes import bfloat16, float32
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    broadcast,
    merge,
    merge_dim,
    with_rank,
    with_rank_at_least,
)
from tfgrad._src.ops.broadcasting import invalid, shape_list, stretch, types

# fmt: off
PRODUCT = types("bfloat16 half float double int32 int64 uint8 uint16 uint32 uint64 complex64 "
                "complex128")
BATCH_1 = types("bfloat16 half float double int32 int64 complex64 complex128")
BATCH_3 = types("bfloat16 half float double uint8 int8 int16 int32 int64 complex64 complex128")
BATCH_3_OUT = types("bfloat16 half float double int16 int32 int64 complex64 complex128")
CROSS = types("float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64")
BATCH_2 = types("bfloat16 half float double int16 int32 int64 uint8 uint16 uint32 uint64 complex64 "
                "complex128")
# fmt: on


def _dot(a, b, axis_a: int, axis_b: int, batch_rank: int = 0):
    """Contracts one axis of each; the first ``batch_rank`` axes run together."""
    batch = tuple(range(batch_rank))
    return lax.dot_general(
        a, b, (((axis_a,), (axis_b,)), (batch, batch)), preferred_element_type=a.dtype
    )


# ---------------------------------------------------------------------- matrices


def _matmul_shape(node, a: Shape, b: Shape) -> Shape:
    a, b = with_rank(a, 2), with_rank(b, 2)
    ta, tb = node.attrs["transpose_a"], node.attrs["transpose_b"]
    merge_dim(a[0 if ta else 1], b[1 if tb else 0])
    return (a[1 if ta else 0], b[0 if tb else 1])


def _check_matrices(node, a, b, axis_a: int, axis_b: int) -> None:
    if len(a.shape) != len(b.shape):
        raise invalid(
            node,
            f"In[0] and In[1] has different ndims: {shape_list(a.shape)} vs. {shape_list(b.shape)}",
        )
    if len(a.shape) != 2:
        raise invalid(node, f"In[0] and In[1] ndims must be == 2: {len(a.shape)}")
    if a.shape[axis_a] != b.shape[axis_b]:
        raise invalid(
            node,
            f"Matrix size-incompatible: In[0]: {shape_list(a.shape)}, In[1]: {shape_list(b.shape)}",
        )


@defop(
    "MatMul(a: T, b: T; transpose_a: bool = False, transpose_b: bool = False, "
    "grad_a: bool = False, grad_b: bool = False) -> product: T",
    T=PRODUCT,
    shape=_matmul_shape,
)
def matmul(node, a, b):
    axis_a = 0 if node.attrs["transpose_a"] else 1
    axis_b = 1 if node.attrs["transpose_b"] else 0
    _check_matrices(node, a, b, axis_a, axis_b)
    return _dot(a, b, axis_a, axis_b)


@defop(
    "SparseMatMul(a: Ta, b: Tb; transpose_a: bool = False, transpose_b: bool = False, "
    "a_is_sparse: bool = False, b_is_sparse: bool = False) -> product: float32",
    Ta=(float32, bfloat16),
    Tb=(float32, bfloat16),
    default_types={"Ta": float32, "Tb": float32},
    shape=_matmul_shape,
)
def sparse_matmul(node, a, b):
    """The hints only choose an algorithm; XLA has the one."""
    return matmul(
        node,
        lax.convert_element_type(a, np.dtype(np.float32)),
        lax.convert_element_type(b, np.dtype(np.float32)),
    )


# ---------------------------------------------------------------------- batches


def _batch_shape(broadcasting: bool):
    combine = broadcast if broadcasting else merge

    def rule(node, x: Shape, y: Shape) -> Shape:
        x, y = with_rank_at_least(x, 2), with_rank_at_least(y, 2)
        adj_x, adj_y = node.attrs["adj_x"], node.attrs["adj_y"]
        rows = None if x is None else x[-1 if adj_x else -2]
        columns = None if y is None else y[-2 if adj_y else -1]
        if x is not None and y is not None:
            merge_dim(x[-2 if adj_x else -1], y[-1 if adj_y else -2])
        batch = combine(None if x is None else x[:-2], None if y is None else y[:-2])
        return None if batch is None else (*batch, rows, columns)

    return rule


def _check_batches(node, x, y, i: int, j: int) -> tuple:
    """The batch shape of the result; ``i`` and ``j``, from the end, are the contracted axes."""
    for k, v in enumerate((x, y)):
        if len(v.shape) < 2:
            raise invalid(node, f"In[{k}] ndims must be >= 2: {len(v.shape)}")
    try:
        batch = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    except ValueError:
        raise invalid(
            node,
            f"In[0] and In[1] must have compatible batch dimensions: "
            f"{shape_list(x.shape)} vs. {shape_list(y.shape)}",
        ) from None
    if x.shape[i] != y.shape[j]:
        raise invalid(
            node,
            f"Matrix size-incompatible: In[0]: {shape_list(x.shape)}, In[1]: {shape_list(y.shape)}",
        )
    return batch


def batch_matmul(node, x, y):
    """``x[..., :, :] @ y[..., :, :]`` with broadcast batch axes; an adjoint is conjugated too."""
    adj_x, adj_y = node.attrs["adj_x"], node.attrs["adj_y"]
    i, j = (-2 if adj_x else -1), (-1 if adj_y else -2)
    batch = _check_batches(node, x, y, i, j)
    if np.dtype(x.dtype).kind == "c":
        x = lax.conj(x) if adj_x else x
        y = lax.conj(y) if adj_y else y
    shape = (*batch, x.shape[-1 if adj_x else -2], y.shape[-2 if adj_y else -1])
    if x.shape[:-2] == y.shape[:-2]:
        n = len(batch)
        return _dot(x, y, n + 2 + i, n + 2 + j, n)
    if math.prod(y.shape[:-2]) == 1:
        y = lax.reshape(y, y.shape[-2:])
        return lax.reshape(_dot(x, y, len(x.shape) + i, 2 + j), shape)
    if math.prod(x.shape[:-2]) == 1:
        x = lax.reshape(x, x.shape[-2:])
        product = _dot(y, x, len(y.shape) + j, 2 + i)  # [batch of y, columns, rows]
        n = len(product.shape)
        return lax.reshape(lax.transpose(product, (*range(n - 2), n - 1, n - 2)), shape)
    n = len(batch)
    x, y = stretch(x, (*batch, *x.shape[-2:])), stretch(y, (*batch, *y.shape[-2:]))
    return _dot(x, y, n + 2 + i, n + 2 + j, n)


def _batch(op_type: str, dtypes: tuple, broadcasting: bool) -> None:
    defop(
        f"{op_type}(x: T, y: T; adj_x: bool = False, adj_y: bool = False, "
        f"grad_x: bool = False, grad_y: bool = False) -> output: T",
        T=dtypes,
        shape=_batch_shape(broadcasting),
    )(batch_matmul)


_batch("BatchMatMul", BATCH_1, False)
_batch("BatchMatMulV2", BATCH_2, True)


@defop(
    "BatchMatMulV3(x: Ta, y: Tb; Tout: type, adj_x: bool = False, adj_y: bool = False, "
    "grad_x: bool = False, grad_y: bool = False) -> output: Tout",
    Ta=BATCH_3,
    Tb=BATCH_3,
    Tout=BATCH_3_OUT,
    shape=_batch_shape(True),
)
def batch_matmul_v3(node, x, y):
    """Computed in the type of the result: whole numbers of 8 bits do not overflow."""
    dtype = node.outputs[0].dtype.np
    return batch_matmul(node, *(lax.convert_element_type(v, dtype) for v in (x, y)))


# ---------------------------------------------------------------------- vectors


def _cross_shape(node, a: Shape, b: Shape) -> Shape:
    for s in (a, b):
        with_rank_at_least(s, 1)
        if s is not None and s[-1] not in (None, 3):
            raise ShapeError(f"Dimension must be 3 but is {s[-1]}")
    return merge(a, b)


@defop("Cross(a: T, b: T) -> product: T", T=CROSS, shape=_cross_shape)
def cross(node, a, b):
    """``a x b`` of vectors of length 3 along the last axis."""
    if a.shape != b.shape:
        raise invalid(
            node,
            f"Both inputs must be of same shape: {shape_list(a.shape)} vs. {shape_list(b.shape)}",
        )
    if len(a.shape) < 1 or a.shape[-1] != 3:
        raise errors.FailedPreconditionError(
            None, node, "Cross-products are only defined for 3-element vectors."
        )
    axis = len(a.shape) - 1

    def turned(x, steps: int):
        parts = [
            lax.slice_in_dim(x, (i + steps) % 3, (i + steps) % 3 + 1, axis=axis) for i in range(3)
        ]
        return lax.concatenate(parts, axis)

    return lax.sub(lax.mul(turned(a, 1), turned(b, 2)), lax.mul(turned(a, 2), turned(b, 1)))
