"""Derivatives of products of matrices and vectors: again products, with other transposes.

With ``y = op(a) @ op(b)`` the gradients are ``dy @ op(b)^H`` and ``op(a)^H @ dy``, each transposed
if its argument was.  The attributes ``grad_a`` and ``grad_b`` mark such nodes.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_unary import conj
from tfgrad._src.functions.linalg import cross, matmul
from tfgrad._src.functions.shape import reshape, shape, transpose
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.shapes import Shape, is_fully_known

# (a transposed, b transposed): the factors of each gradient and which of them are transposed,
# where g is the gradient of the product.
_FACTORS = {
    (False, False): (("g", "b", False, True), ("a", "g", True, False)),
    (False, True): (("g", "b", False, False), ("g", "a", True, False)),
    (True, False): (("b", "g", False, True), ("a", "g", False, False)),
    (True, True): (("b", "g", True, True), ("g", "a", True, True)),
}


@gradient("MatMul")
def matmul_grad(op: Operation, dy):
    tensors = {"a": conj(op.inputs[0]), "b": conj(op.inputs[1]), "g": dy}
    key = (op.attrs["transpose_a"], op.attrs["transpose_b"])
    grads = []
    for (left, right, ta, tb), mark in zip(_FACTORS[key], ("grad_a", "grad_b"), strict=True):
        flags = {"transpose_a": ta, "transpose_b": tb, mark: True}
        grads.append(add_op("MatMul", tensors[left], tensors[right], **flags))
    return grads


@gradient("SparseMatMul")
def sparse_matmul_grad(op: Operation, dy):
    a, b = op.inputs
    tensors = {"a": a, "b": b, "g": dy}
    sparse = {
        "a": op.attrs["a_is_sparse"],
        "b": op.attrs["b_is_sparse"],
        "g": isinstance(dy, Tensor) and dy.op.type == "ReluGrad",
    }
    key = (op.attrs["transpose_a"], op.attrs["transpose_b"])
    grads = []
    for (left, right, ta, tb), argument in zip(_FACTORS[key], (a, b), strict=True):
        second = transpose(tensors[right]) if tb else tensors[right]
        product = matmul(
            tensors[left],
            second,
            transpose_a=ta,
            a_is_sparse=sparse[left],
            b_is_sparse=sparse[right],
        )
        grads.append(cast(product, argument.dtype))
    return grads


def _batch_products(op: Operation, dy, marks: bool) -> list:
    # Of the third version all three can have different types.
    a, b = (cast(t, dy.dtype) for t in op.inputs)
    tensors = {"a": a, "b": b, "g": dy}
    grads = []
    factors = _FACTORS[op.attrs["adj_x"], op.attrs["adj_y"]]
    for (left, right, ta, tb), mark in zip(factors, ("grad_a", "grad_b"), strict=True):
        flags = {mark: True} if marks else {}
        grads.append(matmul(tensors[left], tensors[right], adjoint_a=ta, adjoint_b=tb, **flags))
    return grads


@gradient("BatchMatMul")
def batch_matmul_grad(op: Operation, dy):
    return _batch_products(op, dy, marks=False)


def _no_batch_was_stretched(x: Shape, y: Shape) -> bool:
    if all(s is not None and len(s) <= 2 for s in (x, y)):
        return True
    if x is None or y is None:
        return False
    return is_fully_known(x[:-2]) and x[:-2] == y[:-2]


@gradient("BatchMatMulV2", "BatchMatMulV3")
def batch_matmul_v2_grad(op: Operation, dy):
    x, y = op.inputs
    gx, gy = _batch_products(op, dy, marks=True)
    gx, gy = cast(gx, x.dtype), cast(gy, y.dtype)
    if _no_batch_was_stretched(x.dims, y.dims):
        return gx, gy
    shape_x, shape_y = shape(x), shape(y)
    axes_x, axes_y = add_op("BroadcastGradientArgs", shape_x[:-2], shape_y[:-2])
    gx = reshape(add_op("Sum", gx, axes_x), shape_x)
    gy = reshape(add_op("Sum", gy, axes_y), shape_y)
    return gx, gy


@gradient("Cross")
def cross_grad(op: Operation, dy: Tensor):
    a, b = op.inputs
    return cross(b, dy), cross(dy, a)
