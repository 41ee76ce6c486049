"""Sparse tensors: making them, arithmetic, and what they give as dense tensors.

What rearranges the entries is in ``functions/sparse_layout.py``.  The op types are in
``ops/sparse.py`` and beside it, the derivatives in ``gradients/sparse.py``.
"""

from typing import Any

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.constant import placeholder, placeholder_with_default
from tfgrad._src.functions.fill import ones, zeros, zeros_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.gather import gather_nd
from tfgrad._src.functions.index import slice as slice_
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.reduce import all_axes
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import broadcast_static_shape, either, shape, transpose
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import get_default_graph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import (
    SparseTensor,
    SparseTensorValue,
    constant_value_as_shape,
    is_sparse,
)
from tfgrad._src.graph.tensor_shape import TensorShape, dimension_value


def as_sparse(sp_input) -> SparseTensor:
    """A sparse tensor of what may be a `tf.SparseTensorValue`; TypeError for anything else."""
    if isinstance(sp_input, SparseTensorValue):
        return SparseTensor.from_value(sp_input)
    if not isinstance(sp_input, SparseTensor):
        raise TypeError("Input must be a SparseTensor.")
    return sp_input


def parts(sp_input) -> tuple[Tensor, Tensor, Tensor]:
    """Positions, values and shape, as ops take them."""
    return sp_input.indices, sp_input.values, sp_input.dense_shape


# ---------------------------------------------------------------------- making them


def sparse_placeholder(dtype, shape=None, name: str | None = None) -> SparseTensor:
    """A sparse tensor whose parts are given when the graph is run, by ``feed_dict``.

    Args:
      dtype: the type of the values.
      shape: the shape, with None or -1 for lengths that may vary, or an ``int64`` vector; it need
        not be fed then, and what is fed overrides it.  None: any shape.
      name: a prefix for the nodes ``name/shape``, ``name/values`` and ``name/indices``; default:
        the nodes are called ``Placeholder``.

    Returns:
      A `tf.SparseTensor`.  Feed a `tf.SparseTensorValue` or a tuple of indices, values and shape.

    Example:
      >>> x = tf.sparse.placeholder(tf.float32)
      >>> y = tf.sparse.reduce_sum(x)
      >>> tf.Session().run(y, {x: tf.SparseTensorValue([[0, 1], [1, 0]], [3.0, 4.0], [2, 2])})
      7.0
    """
    shape_name = None if name is None else name + "/shape"
    if shape is None:
        rank = None
        dense_shape = placeholder(dt.int64, shape=[None], name=shape_name)
        static = constant_value_as_shape(dense_shape)
    else:
        if isinstance(shape, Tensor):
            rank = shape.shape.dims[0].value if shape.shape.dims else None
            static = constant_value_as_shape(shape)
        else:
            lengths = tuple(dimension_value(d) for d in shape)
            rank = len(lengths)
            static = tuple(None if d == -1 else d for d in lengths)
            lengths = tuple(-1 if d is None else d for d in lengths)
            default_name = None if name is None else name + "/shape_default"
            shape = convert_to_tensor(lengths, dtype=dt.int64, name=default_name)
        dense_shape = placeholder_with_default(shape, shape=shape.shape, name=shape_name)
    values_name, indices_name = (
        (None, None) if name is None else (f"{name}/values", f"{name}/indices")
    )
    values = placeholder(dtype, shape=[None], name=values_name)
    indices = placeholder(dt.int64, shape=[None, rank], name=indices_name)
    result = SparseTensor(indices=indices, values=values, dense_shape=dense_shape)
    result.set_shape(TensorShape._of(static))
    return result


def from_dense(tensor, name: str | None = None) -> SparseTensor:
    """The sparse tensor of those elements of ``tensor`` that are not zero, in row-major order.

    Args:
      tensor: a tensor.
      name: the scope of the nodes; default ``"dense_to_sparse"``.

    Example:
      >>> tf.Session().run(tf.sparse.from_dense([[0, 3], [4, 0]])).indices
      array([[0, 1],
             [1, 0]])
    """
    with name_scope(name, "dense_to_sparse"):
        tensor = convert_to_tensor(tensor)
        indices = where_v2(add_op("NotEqual", tensor, zeros_like(tensor)))
        values = gather_nd(tensor, indices)
        return SparseTensor(indices, values, shape(tensor, out_type=dt.int64))


def _int64(value, name: str) -> Tensor:
    if isinstance(value, int) or hasattr(value, "__index__"):
        return convert_to_tensor(value, name=name, dtype=dt.int64)
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be an integer value")
    return value if value.dtype is dt.int64 else cast(value, dt.int64)


def sparse_eye(num_rows, num_columns=None, dtype=dt.float32, name=None) -> SparseTensor:
    """Ones on the diagonal of a matrix.

    Args:
      num_rows: the number of rows, a number or scalar tensor.
      num_columns: the number of columns; default: ``num_rows``.
      dtype: the type of the ones.
      name: the scope of the nodes; default ``"eye"``.

    Returns:
      A sparse matrix of shape ``[num_rows, num_columns]``.

    Raises:
      TypeError: a number is neither whole nor a tensor.
    """
    with name_scope(name, "eye", [num_rows, num_columns]):
        num_rows = _int64(num_rows, "num_rows")
        num_columns = num_rows if num_columns is None else _int64(num_columns, "num_columns")
        size = add_op("Minimum", num_rows, num_columns)
        places = range_(size, dtype=dt.int64)
        indices = stack([places, places], axis=1)
        return SparseTensor(indices, ones(size, dtype=dtype), [num_rows, num_columns])


def sparse_expand_dims(sp_input, axis=None, name: str | None = None) -> SparseTensor:
    """``sp_input`` with a dimension of length 1 inserted before position ``axis``.

    Args:
      sp_input: a sparse tensor of rank ``r``.
      axis: a number in ``[-r - 1, r]``, or a scalar tensor; default -1, behind the last.
      name: the scope of the nodes; default ``"expand_dims"``.

    Raises:
      TypeError: ``axis`` is neither whole nor a tensor.
    """
    rank = sp_input.dense_shape.get_shape()[0]
    axis = -1 if axis is None else axis
    with name_scope(name, "expand_dims", list(parts(sp_input))):
        if isinstance(axis, int) or (hasattr(axis, "__index__") and not isinstance(axis, Tensor)):
            axis = convert_to_tensor(axis, name="axis", dtype=dt.int32)
        elif not isinstance(axis, Tensor):
            raise TypeError(
                "axis must be an integer value in range [-rank(sp_input) - 1, rank(sp_input)]"
            )
        axis = where_v2(axis >= 0, axis, axis + rank + 1)
        count = shape(sp_input.indices)[0]
        added = zeros([count, 1], dtype=dt.int64)
        before = slice_(sp_input.indices, [0, 0], [-1, axis])
        after = slice_(sp_input.indices, [0, axis], [-1, -1])
        indices = concat([before, added, after], axis=1)
        head = slice_(sp_input.dense_shape, [0], [axis])
        tail = slice_(sp_input.dense_shape, [axis], [-1])
        length = convert_to_tensor([1], name="new_shape", dtype=dt.int64)
        return SparseTensor(indices, sp_input.values, concat([head, length, tail], axis=0))


# ---------------------------------------------------------------------- arithmetic


def sparse_add(a, b, threshold=None, thresh=None) -> Any:
    """``a + b``, of which at least one is sparse.

    Args:
      a, b: sparse tensors of one shape, or one of them and a dense tensor of that shape.
      threshold: of two sparse tensors, the sum of two entries is dropped if its absolute value is
        below this; default 0: none is, also not one that happens to be 0.
      thresh: the deprecated name of ``threshold``.

    Returns:
      A sparse tensor if both are sparse, else a dense one.

    Raises:
      TypeError: neither is sparse.
      ValueError: static shapes differ.

    Gradient:
      ``dy`` at the positions of each; to the values of both, and to a dense side.

    Example:
      >>> a = tf.SparseTensor([[0], [2]], [1.0, 2.0], [3])
      >>> tf.Session().run(tf.sparse.add(a, [10.0, 10.0, 10.0]))
      array([11., 10., 12.], dtype=float32)
    """
    threshold = either("threshold", threshold, "thresh", thresh)
    threshold = 0 if threshold is None else threshold
    if not (is_sparse(a) or is_sparse(b)):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if is_sparse(a) and is_sparse(b):
        a, b = as_sparse(a), as_sparse(b)
        threshold = convert_to_tensor(
            threshold, dtype=a.values.dtype.real_dtype.base_dtype, name="threshold"
        )
        indices, values, dense_shape = add_op("SparseAdd", *parts(a), *parts(b), threshold)
        a.get_shape().assert_is_compatible_with(b.get_shape())
        static = broadcast_static_shape(a.get_shape(), b.get_shape())
        if static.is_fully_defined():
            dense_shape = static.as_list()
        return SparseTensor(indices, values, dense_shape)
    if is_sparse(b):
        a, b = b, a
    return add_op("SparseTensorDenseAdd", a.indices, a.values, a.dense_shape, b)


def sparse_tensor_dense_matmul(
    sp_a, b, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The product of a sparse matrix and a dense one, a dense matrix.

    Args:
      sp_a: a sparse matrix; or a dense one, if ``b`` is sparse.
      b: a dense matrix of the same type; or a sparse one.
      adjoint_a, adjoint_b: use the conjugate transpose of that matrix.
      name: the name of the node; default
        ``"SparseTensorDenseMatMul/SparseTensorDenseMatMul"``.

    Returns:
      A dense matrix.  The product costs (number of entries) x (columns of ``b``), whatever the size
      of ``sp_a``, and a program is compiled for each ``dense_shape`` and number of entries.

    Raises:
      TypeError: neither is sparse, or the types differ.
      ValueError: the shapes do not fit, where that is known while building.
      tf.errors.InvalidArgumentError: they do not fit when run.

    Gradient:
      With respect to ``b`` the product of ``adjoint(sp_a)`` and ``dy``; with respect to the values
      of ``sp_a`` ``dy @ adjoint(b)`` at its positions alone.

    Example:
      >>> a = tf.SparseTensor([[0, 1], [1, 0]], [2.0, 3.0], [2, 2])
      >>> tf.Session().run(tf.sparse.matmul(a, [[1.0], [10.0]]))
      array([[20.],
             [ 3.]], dtype=float32)
    """
    if is_sparse(b):
        if adjoint_a != adjoint_b:
            return transpose(sparse_tensor_dense_matmul(b, sp_a, adjoint_a, adjoint_b))
        return transpose(sparse_tensor_dense_matmul(b, sp_a, not adjoint_a, not adjoint_b))
    sp_a = as_sparse(sp_a)
    with name_scope(name, "SparseTensorDenseMatMul", [sp_a.indices, sp_a.values, b]):
        b = convert_to_tensor(b, name="b")
        return add_op(
            "SparseTensorDenseMatMul", *parts(sp_a), b, adjoint_a=adjoint_a, adjoint_b=adjoint_b
        )


def sparse_softmax(sp_input, name: str | None = None) -> SparseTensor:
    """Softmax along the last dimension, over the entries that are there.

    An entry that is missing counts as ``-inf``: it has no probability, and is missing again.

    Args:
      sp_input: a sparse tensor of ``half``, ``float32`` or ``float64`` of rank at least 2, whose
        positions are sorted.
      name: the scope of the node; default ``"SparseSoftmax"``.

    Returns:
      A sparse tensor with the same positions.

    Raises:
      tf.errors.InvalidArgumentError: the rank is below 2, when run.

    Gradient:
      ``(dy - sum(dy * y)) * y`` along each row.
    """
    with name_scope(name, "SparseSoftmax", [sp_input.indices, sp_input.values]):
        values = add_op("SparseSoftmax", *parts(sp_input))
        return SparseTensor(sp_input.indices, values, sp_input.dense_shape)


def _extreme(op_type: str, sp_a, sp_b, name) -> SparseTensor:
    values = [sp_a.indices, sp_a.values, sp_b.indices, sp_b.values]
    with name_scope(name, op_type, values) as scope:
        found = add_op(op_type, *parts(sp_a), *parts(sp_b), name=scope)
    return SparseTensor(*found, sp_a.dense_shape)


def sparse_maximum(sp_a, sp_b, name: str | None = None) -> SparseTensor:
    """The larger of two sparse tensors, where either has an entry; a missing one is 0.

    Args:
      sp_a, sp_b: sparse tensors of real numbers and of one shape, sorted.
      name: the name of the node; default ``"SparseSparseMaximum"``.

    Gradient:
      To the values of the side that is larger, of ``sp_a`` where they tie.  (TensorFlow raises
      ``NotImplementedError``.)

    Example:
      >>> a = tf.SparseTensor([[0], [1]], [-1, 5], [3])
      >>> b = tf.SparseTensor([[1], [2]], [3, 4], [3])
      >>> tf.Session().run(tf.sparse.maximum(a, b)).values
      array([0, 5, 4], dtype=int32)
    """
    return _extreme("SparseSparseMaximum", sp_a, sp_b, name)


def sparse_minimum(sp_a, sp_b, name: str | None = None) -> SparseTensor:
    """The smaller of two sparse tensors; see `tf.sparse.maximum`."""
    return _extreme("SparseSparseMinimum", sp_a, sp_b, name)


def sparse_dense_cwise_add(sp_t, dense_t) -> SparseTensor:
    """``dense_t``, stretched to the shape of ``sp_t``, added at the positions of ``sp_t`` alone."""
    values = add_op("SparseDenseCwiseAdd", *parts(sp_t), dense_t)
    return SparseTensor(sp_t.indices, values, sp_t.dense_shape)


# ---------------------------------------------------------------------- operators

# The type in which whole numbers are divided; other types are divided as they are.
_DIVIDED = {
    **dict.fromkeys((dt.uint8, dt.int8, dt.uint16, dt.int16), dt.float32),
    **dict.fromkeys((dt.uint32, dt.int32, dt.uint64, dt.int64), dt.float64),
    **dict.fromkeys((*dt.FLOATING, *dt.COMPLEX), None),
}


def _truediv(indices, values, dense_shape, y, name) -> Tensor:
    with name_scope(name, "truediv", [indices, values, dense_shape, y]) as scope:
        values = convert_to_tensor(values, name="sp_values")
        y = convert_to_tensor(y, name="y")
        kind, other = values.dtype.base_dtype, y.dtype.base_dtype
        if kind != other:
            raise TypeError(f"`x` and `y` must have the same dtype, got {kind!r} != {other!r}.")
        if kind not in _DIVIDED:
            names = ", ".join(repr(d) for d in _DIVIDED)
            raise TypeError(f"Invalid dtype {kind!r} in __truediv__. Expected one of {{{names}}}.")
        if _DIVIDED[kind] is not None:
            values = add_op("Cast", values, DstT=_DIVIDED[kind])
            y = add_op("Cast", y, DstT=_DIVIDED[kind])
        return add_op("SparseDenseCwiseDiv", indices, values, dense_shape, y, name=scope)


def _node(op_type: str):
    return lambda *inputs, name: add_op(op_type, *inputs, name=name)


def _operator(function, name: str):
    def operator(x: SparseTensor, y) -> SparseTensor:
        with get_default_graph().name_scope(name) as scope:
            y = convert_to_tensor(y, dtype=x.dtype.base_dtype, name="y")
            values = function(*parts(x), y, name=scope)
            return SparseTensor(x.indices, values, x.dense_shape)

    return operator


SparseTensor._override_operator("__div__", _operator(_node("SparseDenseCwiseDiv"), "div"))
SparseTensor._override_operator("__truediv__", _operator(_truediv, "truediv"))
SparseTensor._override_operator("__mul__", _operator(_node("SparseDenseCwiseMul"), "mul"))


def multiply_dense(x, y: SparseTensor, name: str) -> SparseTensor:
    """``x * y`` of a dense ``x``, for the operator of tensors."""
    with get_default_graph().name_scope(name) as scope:
        values = add_op("SparseDenseCwiseMul", *parts(y), x, name=scope)
        return SparseTensor(y.indices, values, y.dense_shape)


# ---------------------------------------------------------------------- into dense tensors


def sparse_to_dense(
    sparse_indices, output_shape, sparse_values, default_value=0, validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """A dense tensor with values put in at positions.

    ::

        dense[sparse_indices[i]] = sparse_values[i],  elsewhere default_value

    Args:
      sparse_indices: the positions: a matrix ``[n, rank]``, a vector ``[n]`` if the result is one,
        or a scalar.
      output_shape: the shape of the result, of the same integer type.
      sparse_values: ``n`` values, or a scalar for all.
      default_value: a scalar for what is not listed.
      validate_indices: check that the positions increase, where they are known while compiling.
      name: the name of the node; default ``"SparseToDense"``.

    Returns:
      A tensor of shape ``output_shape``.

    Raises:
      tf.errors.InvalidArgumentError: the positions are out of range, or do not increase.

    Gradient:
      With respect to the values ``dy`` at the positions; with respect to the default the sum of the
      rest.

    Example:
      >>> tf.Session().run(tf.sparse_to_dense([1, 3], [4], 7))
      array([0, 7, 0, 7], dtype=int32)
    """
    return add_op(
        "SparseToDense", sparse_indices, output_shape, sparse_values, default_value,
        validate_indices=validate_indices, name=name,
    )  # fmt: skip


def sparse_tensor_to_dense(
    sp_input, default_value=None, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """A sparse tensor as a dense one.

    Args:
      sp_input: a sparse tensor, sorted.
      default_value: a scalar for the elements without an entry; default: zero.
      validate_indices: check that the positions increase, where they are known while compiling.
      name: the name of the node; default ``"SparseToDense"``.

    Raises:
      TypeError: ``sp_input`` is not sparse.
      tf.errors.InvalidArgumentError: the positions are out of range, or do not increase.

    Gradient:
      See `tf.sparse_to_dense`.

    Example:
      >>> a = tf.SparseTensor([[0, 1], [1, 0]], [2, 3], [2, 2])
      >>> tf.Session().run(tf.sparse.to_dense(a, default_value=-1))
      array([[-1,  2],
             [ 3, -1]], dtype=int32)
    """
    sp_input = as_sparse(sp_input)
    if default_value is None:
        default_value = zeros([], dtype=sp_input.dtype)
    return add_op(
        "SparseToDense", sp_input.indices, sp_input.dense_shape, sp_input.values, default_value,
        validate_indices=validate_indices, name=name,
    )  # fmt: skip


# ---------------------------------------------------------------------- reductions


def _reduce(op_type: str, sp_input, axis, keepdims, reduction_axes, keep_dims) -> Any:
    keepdims = bool(either("keepdims", keepdims, "keep_dims", keep_dims))
    axis = either("axis", axis, "reduction_axes", reduction_axes)
    axes = all_axes(sp_input) if axis is None else axis
    return add_op(op_type, *parts(sp_input), axes, keep_dims=keepdims)


def sparse_reduce_sum(
    sp_input, axis=None, keepdims=None, reduction_axes=None, keep_dims=None
) -> Tensor:
    """The sums of the entries along ``axis``, a dense tensor.

    Args:
      sp_input: a sparse tensor of numbers.
      axis: the axes, a number or list of numbers; None: all.
      keepdims: keep the axes, with length 1.
      reduction_axes: the deprecated name of ``axis``.
      keep_dims: the deprecated name of ``keepdims``.

    Returns:
      A tensor, 0 where there is no entry.

    Raises:
      ValueError: both names of an argument are given.
      tf.errors.InvalidArgumentError: an axis is out of range, when run.

    Gradient:
      ``dy``, to each entry that of its sum.

    Example:
      >>> a = tf.SparseTensor([[0, 0], [0, 2], [1, 1]], [1, 2, 3], [2, 3])
      >>> tf.Session().run(tf.sparse.reduce_sum(a, 1))
      array([3, 3], dtype=int32)
    """
    return _reduce("SparseReduceSum", sp_input, axis, keepdims, reduction_axes, keep_dims)


def sparse_reduce_max(
    sp_input, axis=None, keepdims=None, reduction_axes=None, keep_dims=None
) -> Tensor:
    """The largest entries along ``axis``, a dense tensor; 0 where there is no entry.

    An entry that is missing does not count as 0: the maximum of a row with one entry of -2 is -2.
    See `tf.sparse.reduce_sum`.

    Gradient:
      ``dy`` to the largest entry, shared equally between several.  (TensorFlow has none.)
    """
    return _reduce("SparseReduceMax", sp_input, axis, keepdims, reduction_axes, keep_dims)


def sparse_reduce_sum_sparse(
    sp_input, axis=None, keepdims=None, reduction_axes=None, keep_dims=None
) -> SparseTensor:
    """The sums of the entries along ``axis``, a sparse tensor; see `tf.sparse.reduce_sum`.

    Returns:
      A sparse tensor with an entry wherever one was summed.

    Gradient:
      ``dy``, to each entry that of its sum.  (TensorFlow has none.)
    """
    found = _reduce("SparseReduceSumSparse", sp_input, axis, keepdims, reduction_axes, keep_dims)
    return SparseTensor(*found)


def sparse_reduce_max_sparse(
    sp_input, axis=None, keepdims=None, reduction_axes=None, keep_dims=None
) -> SparseTensor:
    """The largest entries along ``axis``, a sparse tensor; see `tf.sparse.reduce_sum_sparse`."""
    found = _reduce("SparseReduceMaxSparse", sp_input, axis, keepdims, reduction_axes, keep_dims)
    return SparseTensor(*found)
