"""Products of matrices and tensors, norms, and transposes of matrices."""

import numbers
from typing import Any

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_unary import abs as abs_
from tfgrad._src.functions.cwise_unary import conj
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.reduce import reduce_max, reduce_prod, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import (
    expand_dims,
    matrix_transpose,
    rank,
    reshape,
    shape,
    squeeze,
    transpose,
)
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor

# ---------------------------------------------------------------------- products of matrices


def matmul(
    a,
    b,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
    grad_a: bool = False,
    grad_b: bool = False,
) -> Tensor:
    """The product of two matrices, or of two batches of matrices.

    ``y[..., i, k] = sum_j a[..., i, j] * b[..., j, k]``

    Args:
      a: shape ``[..., n, m]``.
      b: shape ``[..., m, k]``, of the same type.  The axes before the last two broadcast.
      transpose_a: take ``a`` with its last two axes exchanged.
      transpose_b: the same of ``b``.
      adjoint_a: exchange the axes of ``a`` and conjugate.
      adjoint_b: the same of ``b``.
      a_is_sparse: a hint that many elements are zero; it changes the node, not the result.
      b_is_sparse: the same of ``b``.
      name: the name of the node; default ``"MatMul"``.
      grad_a: a mark on nodes of gradients, without meaning for the result.
      grad_b: likewise.

    Returns:
      Shape ``[..., n, k]``.

    Raises:
      ValueError: an argument is to be transposed in both ways, or the shapes do not fit.

    Gradient:
      ``dy @ b^H`` for ``a``, ``a^H @ dy`` for ``b``, summed over stretched batch axes.

    Example:
      >>> tf.Session().run(tf.matmul([[1.0, 2.0]], [[3.0], [4.0]]))
      array([[11.]], dtype=float32)
    """
    with name_scope(name, "MatMul", [a, b]) as scope:
        for which, transposed, adjoint in (
            ("a", transpose_a, adjoint_a),
            ("b", transpose_b, adjoint_b),
        ):
            if transposed and adjoint:
                raise ValueError(
                    f"Only one of `transpose_{which}` and `adjoint_{which}` can be True. "
                    f"Received `transpose_{which}`={transposed}, `adjoint_{which}`={adjoint}."
                )
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, dtype_hint=a.dtype.base_dtype, name="b")
        may_be_batch = any(t.dims is None or len(t.dims) > 2 for t in (a, b))
        if may_be_batch and not a_is_sparse and not b_is_sparse:
            a = conj(a) if transpose_a else a
            b = conj(b) if transpose_b else b
            return add_op(
                "BatchMatMulV2",
                a,
                b,
                name=scope,
                adj_x=transpose_a or adjoint_a,
                adj_y=transpose_b or adjoint_b,
                grad_x=grad_a,
                grad_y=grad_b,
            )
        a = conj(a) if adjoint_a else a
        b = conj(b) if adjoint_b else b
        transposes = {
            "transpose_a": transpose_a or adjoint_a,
            "transpose_b": transpose_b or adjoint_b,
        }
        if _takes_sparse(a, b, a_is_sparse or b_is_sparse):
            y = add_op(
                "SparseMatMul",
                a,
                b,
                name=scope,
                a_is_sparse=a_is_sparse,
                b_is_sparse=b_is_sparse,
                **transposes,
            )
            both = a.dtype.base_dtype is b.dtype.base_dtype is dt.bfloat16
            return cast(y, dt.bfloat16) if both else y
        return add_op("MatMul", a, b, name=scope, grad_a=grad_a, grad_b=grad_b, **transposes)


def _takes_sparse(a: Tensor, b: Tensor, hinted: bool) -> bool:
    """Whether TensorFlow takes its product of sparse matrices: also for two different types."""
    types = {a.dtype.base_dtype, b.dtype.base_dtype}
    if hinted and types <= {dt.float32, dt.bfloat16}:
        return True
    return len(types) == 2 and dt.bfloat16 in types and not types & {dt.int8, dt.uint8}


def sparse_matmul(
    a,
    b,
    transpose_a: bool = False,
    transpose_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of two ``float32`` or ``bfloat16`` matrices in ``float32``: see `tf.matmul`."""
    return add_op(
        "SparseMatMul",
        a,
        b,
        name=name,
        transpose_a=transpose_a,
        transpose_b=transpose_b,
        a_is_sparse=a_is_sparse,
        b_is_sparse=b_is_sparse,
    )


def matvec(
    a,
    b,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of a matrix and a vector: ``y[..., i] = sum_j a[..., i, j] * b[..., j]``.

    Args:
      a: shape ``[..., n, m]``.
      b: shape ``[..., m]``.
      transpose_a: see `tf.matmul`.
      adjoint_a: see `tf.matmul`.
      a_is_sparse: see `tf.matmul`.
      b_is_sparse: see `tf.matmul`.
      name: the scope of the nodes; default ``"MatVec"``.

    Example:
      >>> tf.Session().run(tf.linalg.matvec([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]))
      array([3., 7.], dtype=float32)
    """
    with name_scope(name, "MatVec", [a, b]):
        y = matmul(
            a,
            expand_dims(b, axis=-1),
            transpose_a=transpose_a,
            adjoint_a=adjoint_a,
            a_is_sparse=a_is_sparse,
            b_is_sparse=b_is_sparse,
        )
        return squeeze(y, axis=-1)


def xw_plus_b(x, weights, biases, name: str | None = None) -> Tensor:
    """``x @ weights + biases``.

    Args:
      x: shape ``[batch, in]``.
      weights: shape ``[in, out]``.
      biases: shape ``[out]``.
      name: the scope of the nodes; default ``"xw_plus_b"``.
    """
    with name_scope(name, "xw_plus_b", [x, weights, biases]) as scope:
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return add_op("BiasAdd", matmul(x, weights), biases, name=scope)


def adjoint(matrix, name: str | None = None) -> Tensor:
    """Exchanges the last two axes and conjugates.

    Args:
      matrix: shape ``[..., n, m]``.
      name: the scope of the nodes; default ``"adjoint"``.
    """
    with name_scope(name, "adjoint", [matrix]):
        matrix = convert_to_tensor(matrix, name="matrix")
        return matrix_transpose(matrix, conjugate=True)


def cross(a, b, name: str | None = None) -> Tensor:
    """The cross products of vectors of length 3.

    Args:
      a: of shape ``[..., 3]``.
      b: of the same shape and type.
      name: the name of the node; default ``"Cross"``.

    Example:
      >>> tf.Session().run(tf.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]))
      array([0., 0., 1.], dtype=float32)
    """
    return add_op("Cross", a, b, name=name)


def batch_matmul(x, y, adj_x: bool = False, adj_y: bool = False, name: str | None = None) -> Tensor:
    """The product of matrices in equal batches, as before version 1: see `tf.matmul`."""
    return add_op("BatchMatMul", x, y, adj_x=adj_x, adj_y=adj_y, name=name)


# ---------------------------------------------------------------------- tensordot


def _contraction_axes(a: Tensor, axes) -> tuple:
    """The axes of ``a`` and those of ``b`` that are summed over."""
    if isinstance(axes, numbers.Integral):
        if axes < 0:
            raise ValueError(f"`axes` must be at least 0. Received: {axes}.")
        if a.dims is None:
            n = rank(a)
            return range_(n - axes, n, dtype=dt.int32), range_(axes, dtype=dt.int32)
        if axes > len(a.dims):
            raise ValueError(
                f"`axes` must not be larger than the number of dimensions of tensor {a}.  "
                f"Received {axes}, vs tensor dimensions {len(a.dims)}."
            )
        return list(range(len(a.dims) - axes, len(a.dims))), list(range(axes))
    if isinstance(axes, list | tuple):
        if len(axes) != 2:
            raise ValueError(f"`axes` must be an integer or have length 2. Received {axes}.")
        of_a, of_b = axes
        if isinstance(of_a, numbers.Integral) and isinstance(of_b, numbers.Integral):
            of_a, of_b = [of_a], [of_b]
        if len(of_a) != len(of_b):
            raise ValueError(
                f"Different number of contraction axes `a` and `b`, {len(of_a)} != {len(of_b)}."
            )
        return of_a, of_b
    axes = convert_to_tensor(axes, name="axes", dtype=dt.int32)
    return axes[0], axes[1]


def _as_matrix(a: Tensor, axes, axes_first: bool) -> tuple:
    """``a`` as the matrix whose rows (or columns) are the remaining axes.

    Returns:
      The matrix, the lengths of the remaining axes as a list or tensor, and what is known of them.
    """
    dims = a.dims
    listed = isinstance(axes, list | tuple)
    if dims is not None and listed:
        axes = [i if i >= 0 else i + len(dims) for i in axes]
        free = [i for i in range(len(dims)) if i not in axes]
        static = [dims[i] for i in free]
        if None not in dims:
            return *_static_matrix(a, axes, free, axes_first), static
        axes = convert_to_tensor(axes, dtype=dt.int32, name="axes")
        free = convert_to_tensor(free, dtype=dt.int32, name="free")
        lengths = shape(a)
    else:
        static = None
        lengths = shape(a)
        n = rank(a)
        axes = convert_to_tensor(axes, dtype=dt.int32, name="axes")
        axes = where(axes >= 0, axes, axes + n)
        free = add_op("ListDiff", range_(n), axes, out_idx=dt.int32)[0]
    free_dims = gather(lengths, free)
    axes_dims = gather(lengths, axes)
    n_free, n_axes = reduce_prod(free_dims), reduce_prod(axes_dims)
    if axes_first:
        perm, size = concat([axes, free], 0), stack([n_axes, n_free])
    else:
        perm, size = concat([free, axes], 0), stack([n_free, n_axes])
    return reshape(transpose(a, perm), size), free_dims, static


def _static_matrix(a: Tensor, axes: list, free: list, axes_first: bool) -> tuple:
    n_free = int(np.prod([a.dims[i] for i in free]))
    n_axes = int(np.prod([a.dims[i] for i in axes]))
    perm = axes + free if axes_first else free + axes
    size = [n_axes, n_free] if axes_first else [n_free, n_axes]
    free_dims = [a.dims[i] for i in free]
    if perm != list(range(len(perm))):
        a = transpose(a, perm)
    if list(a.dims) != size:
        a = reshape(a, size)
    return a, free_dims


def tensordot(a, b, axes, name: str | None = None) -> Tensor:
    """Sums the products of ``a`` and ``b`` over pairs of axes.

    ``y[free axes of a, free axes of b] = sum over axes of a[...] * b[...]``

    Args:
      a: a tensor.
      b: a tensor of the same type.
      axes: two lists of axes, of ``a`` and of ``b``, to be taken in pairs; or a number ``n``: the
        last ``n`` of ``a`` with the first ``n`` of ``b``; or an ``int32`` tensor ``[2, n]``.
      name: the scope of the nodes; default ``"Tensordot"``.

    Returns:
      The remaining axes of ``a``, then those of ``b``.

    Raises:
      ValueError: the two lists have different lengths, or lengths of axes differ.

    Example:
      >>> tf.Session().run(tf.tensordot([[1.0, 2.0]], [[3.0], [4.0]], 1))
      array([[11.]], dtype=float32)
    """
    with name_scope(name, "Tensordot", [a, b]) as scope:
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, name="b")
        axes_a, axes_b = _contraction_axes(a, axes)
        matrix_a, free_a, static_a = _as_matrix(a, axes_a, axes_first=False)
        matrix_b, free_b, static_b = _as_matrix(b, axes_b, axes_first=True)
        y = matmul(matrix_a, matrix_b)
        if isinstance(free_a, list) and isinstance(free_b, list):
            if y.dims == tuple(free_a + free_b):
                return y
            return reshape(y, free_a + free_b, name=scope)
        free_a = convert_to_tensor(free_a, dtype=dt.int32)
        free_b = convert_to_tensor(free_b, dtype=dt.int32)
        y = reshape(y, concat([free_a, free_b], 0), name=scope)
        if static_a is not None and static_b is not None:
            y.set_shape(static_a + static_b)
        return y


# ---------------------------------------------------------------------- norms


def norm(
    tensor,
    ord="euclidean",
    axis=None,
    keepdims: bool | None = None,
    name: str | None = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The norm of vectors or matrices.

    Args:
      tensor: a tensor of floats or complex numbers.
      ord: for vectors ``"euclidean"`` (also 2), 1, ``np.inf``, or any ``p > 0``; for matrices
        ``"fro"``, ``"euclidean"``, 1, ``np.inf``, or 2, which is the largest singular value.
      axis: the axis of the vectors, or the two axes of the matrices; default: all elements as one
        vector.
      keepdims: keep the axes, with length 1.
      name: the scope of the nodes; default ``"norm"``.
      keep_dims: the old name of ``keepdims``.

    Raises:
      ValueError: ``ord`` or ``axis`` is not one of these.

    Example:
      >>> tf.Session().run(tf.norm([[3.0, 4.0], [6.0, 8.0]], axis=1))
      array([ 5., 10.], dtype=float32)
    """
    if keepdims is not None and keep_dims is not None:
        raise ValueError("Cannot specify both 'keep_dims' and 'keepdims'")
    keepdims = bool(keep_dims if keepdims is None else keepdims)
    matrices = isinstance(axis, list | tuple) and len(axis) == 2
    _check_norm(ord, axis, matrices)
    axis = tuple(axis) if matrices else None if axis is None else (axis,)
    with name_scope(name, "norm", [tensor]):
        tensor = convert_to_tensor(tensor)
        if ord in ("fro", "euclidean", 2, 2.0):
            if matrices and ord in (2, 2.0):
                result = _largest_singular_value(tensor, axis)
            else:
                squares = reduce_sum(tensor * conj(tensor), axis, keepdims=True)
                result = add_op("Sqrt", squares)
        else:
            result = _other_norm(tensor, ord, axis, matrices)
        return result if keepdims else squeeze(result, axis)


def _check_norm(order, axis, matrices: bool) -> None:
    if matrices:
        if not all(isinstance(i, int) for i in axis) or axis[0] == axis[1]:
            raise ValueError(
                f"'axis' must be None, an integer, or a tuple of 2 unique integers, got "
                f"{tuple(axis)}"
            )
        supported = ["euclidean", "fro", 1, 2, np.inf]
        if order not in supported:
            raise ValueError(f"'ord' must be a supported matrix norm in {supported}, got {order}")
        return
    if not (isinstance(axis, int) or axis is None):
        raise ValueError(
            f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}"
        )
    if order != "euclidean" and (isinstance(order, str) or not np.isreal(order) or order <= 0):
        raise ValueError(f"'ord' must be a supported vector norm, got {order}")


def _largest_singular_value(tensor: Tensor, axes: tuple) -> Tensor:
    """Of the matrices along two axes, which remain with length 1.

    TensorFlow finds the permutation with loops over ``axes``; here it is arithmetic.
    """
    if tensor.dims is not None:
        n = len(tensor.dims)
        last = [i + n if i < 0 else i for i in axes]
        before: Any = [i for i in range(n) if i not in last] + last
        after: Any = np.argsort(before).astype(np.int32)
    else:
        n = rank(tensor)
        last = convert_to_tensor(axes, dtype=dt.int32)
        last = where(last >= 0, last, last + n)
        rest = add_op("ListDiff", range_(n), last, out_idx=dt.int32)[0]
        before = concat([rest, last], 0)
        after = add_op("InvertPermutation", before)
    s = add_op("Svd", transpose(tensor, before), compute_uv=False)[0]
    largest = expand_dims(reduce_max(abs_(s), axis=-1, keepdims=True), -1)
    return transpose(largest, after)


def normalize(tensor, ord="euclidean", axis=None, name: str | None = None) -> tuple:
    """``tensor`` divided by its norm.

    Args:
      tensor: a tensor of floats or complex numbers.
      ord: see `tf.norm`.
      axis: see `tf.norm`.
      name: the scope of the nodes; default ``"normalize"``.

    Returns:
      ``(normalized, norm)``; the norm keeps the axes, with length 1.

    Example:
      >>> tf.Session().run(tf.linalg.normalize([3.0, 4.0])[0])
      array([0.6, 0.8], dtype=float32)
    """
    with name_scope(name, "normalize", [tensor]):
        tensor = convert_to_tensor(tensor)
        length = cast(norm(tensor, ord, axis, keepdims=True), tensor.dtype)
        return tensor / length, length


def _other_norm(tensor: Tensor, order, axis, matrices: bool) -> Tensor:
    result = abs_(tensor)
    first = None if axis is None else axis[0]
    if order == 1:
        result = reduce_sum(result, first, keepdims=True)
        return reduce_max(result, axis[-1], keepdims=True) if matrices else result
    if order == np.inf:
        if matrices:
            result = reduce_sum(result, axis[1], keepdims=True)
        return reduce_max(result, first, keepdims=True)
    powers = reduce_sum(add_op("Pow", result, order), axis, keepdims=True)
    return add_op("Pow", powers, 1.0 / order)
