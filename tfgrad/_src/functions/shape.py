"""Functions that ask for shapes, or give elements a new arrangement.

The op types are in ``ops/shape.py``, the derivatives in ``gradients/shape.py``.  Tensors made from
nothing (`tf.zeros`, `tf.range`) are in ``functions/fill.py``.
"""

import numpy as np

from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.results import add_named
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.shapes import num_elements
from tfgrad._src.graph.sparse_tensor import is_sparse
from tfgrad._src.graph.tensor_shape import TensorShape, as_shape


def either(new_name: str, new, old_name: str, old):
    """The value of an argument that has a deprecated name too.

    Raises:
      ValueError: both are given.
    """
    if old is None:
        return new
    if new is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'.")
    return old


# ---------------------------------------------------------------------- asking for a shape


def shape(input, name: str | None = None, out_type=dt.int32) -> Tensor:
    """The lengths of ``input`` as a tensor; a constant if they are known while building.

    Args:
      input: a tensor.
      name: the name of the node; default ``"Shape"``.
      out_type: ``int32`` or ``int64``.

    Returns:
      A vector with one entry per dimension.

    Example:
      >>> x = tf.placeholder(tf.float32, [None, 3])
      >>> tf.Session().run(tf.shape(x), {x: [[1., 2., 3.]]})
      array([1, 3], dtype=int32)
    """
    return shape_internal(input, name, True, out_type)


def shape_internal(input, name: str | None = None, optimize: bool = True, out_type=None) -> Tensor:
    """`shape`, without the constant if not ``optimize``; ``out_type`` None: int64 if needed."""
    with name_scope(name, "Shape", [input]) as scope:
        if is_sparse(input):
            return add_op("Cast", input.dense_shape, DstT=out_type or dt.int32)
        tensor = convert_to_tensor(input)
        if optimize and tensor.dims is not None and None not in tensor.dims:
            if out_type is None:  # the constant is named by the conversion of shapes
                return convert_to_tensor(tensor.shape)
            return constant(list(tensor.dims), out_type, name=scope)
        return add_op("Shape", tensor, out_type=out_type or dt.int32, name=scope)


def shape_n(input, out_type=dt.int32, name: str | None = None) -> list[Tensor]:
    """The shapes of several tensors, by one node.

    Args:
      input: a list of tensors of one type.
      out_type: ``int32`` or ``int64``.
      name: the name of the node; default ``"ShapeN"``.

    Returns:
      A list of vectors, one per tensor.
    """
    return add_op("ShapeN", input, out_type=out_type, name=name)


def size(input, name: str | None = None, out_type=dt.int32) -> Tensor:
    """The number of elements of ``input``; a constant if it is known while building.

    Args:
      input: a tensor.
      name: the name of the node; default ``"Size"``.
      out_type: ``int32`` or ``int64``.

    Returns:
      A scalar.
    """
    return size_internal(input, name, True, out_type)


def size_internal(
    input, name: str | None = None, optimize: bool = True, out_type=dt.int32
) -> Tensor:
    """`size` without the constant if not ``optimize``."""
    with name_scope(name, "Size", [input]) as scope:
        if is_sparse(input):
            lengths = add_op("Cast", input.dense_shape, DstT=out_type)
            return add_op("Prod", lengths, 0, name=scope)
        tensor = convert_to_tensor(input)
        if optimize:
            n = 0 if 0 in (tensor.dims or ()) else num_elements(tensor.dims)
            if n is not None:
                return constant(n, out_type, name=scope)
        return add_op("Size", tensor, out_type=out_type, name=scope)


def rank(input, name: str | None = None) -> Tensor:
    """The number of dimensions of ``input``; a constant if it is known while building.

    Args:
      input: a tensor.
      name: the name of the node; default ``"Rank"``.

    Returns:
      An ``int32`` scalar.
    """
    return rank_internal(input, name, True)


def rank_internal(input, name: str | None = None, optimize: bool = True) -> Tensor:
    """`rank` without the constant if not ``optimize``."""
    with name_scope(name, "Rank", [input]) as scope:
        if is_sparse(input):
            return add_op("Size", input.dense_shape, name=scope)
        tensor = convert_to_tensor(input)
        if optimize and tensor.dims is not None:
            return constant(len(tensor.dims), dt.int32, name=scope)
        return add_op("Rank", tensor, name=scope)


# ---------------------------------------------------------------------- the same elements


def reshape(tensor, shape, name: str | None = None) -> Tensor:
    """The elements of ``tensor``, in row-major order, under another shape.

    Args:
      tensor: a tensor.
      shape: the lengths; one of them may be -1, which stands for what is left.
      name: the name of the node; default ``"Reshape"``.

    Returns:
      A tensor of the same type.

    Raises:
      ValueError: the numbers of elements differ, where that is known while building.
      tf.errors.InvalidArgumentError: they differ when run.

    Gradient:
      ``dy`` under the shape of ``tensor``.

    Example:
      >>> tf.Session().run(tf.reshape([[1, 2, 3], [4, 5, 6]], [3, -1]))
      array([[1, 2],
             [3, 4],
             [5, 6]], dtype=int32)
    """
    return add_op("Reshape", tensor, shape, name=name)


def expand_dims(input, axis=None, name: str | None = None, dim=None) -> Tensor:
    """``input`` with a dimension of length 1 inserted before position ``axis``.

    Args:
      input: a tensor of rank ``r``.
      axis: a scalar in ``[-r - 1, r]``; negative ones count from the end of the result.
      name: the name of the node; default ``"ExpandDims"``.
      dim: the deprecated name of ``axis``.

    Raises:
      ValueError: both or none of ``axis`` and ``dim`` are given, or it is out of range.

    Example:
      >>> tf.expand_dims(tf.zeros([2, 3]), -1).shape
      TensorShape([Dimension(2), Dimension(3), Dimension(1)])
    """
    axis = either("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return add_op("ExpandDims", input, axis, name=name)


def squeeze(input, axis=None, name: str | None = None, squeeze_dims=None) -> Tensor:
    """``input`` without its dimensions of length 1, or without those listed in ``axis``.

    Args:
      input: a tensor.
      axis: a number or list of numbers; each named dimension must have length 1.
      name: the name of the node; default ``"Squeeze"``.
      squeeze_dims: the deprecated name of ``axis``.

    Raises:
      ValueError: a named dimension has another length, or both names are given.
    """
    axis = either("axis", axis, "squeeze_dims", squeeze_dims)
    if np.isscalar(axis):
        axis = [axis]
    return add_op("Squeeze", input, squeeze_dims=axis, name=name)


def transpose(a, perm=None, name: str | None = "transpose", conjugate: bool = False) -> Tensor:
    """The axes of ``a`` in another order: ``result.shape[i] = a.shape[perm[i]]``.

    Args:
      a: a tensor of rank ``n``.
      perm: a permutation of ``0, ..., n - 1``; None reverses the axes.
      name: the name of the node.
      conjugate: of a complex tensor, take the conjugate too.

    Returns:
      A tensor of the same type.  The elements are copied: there are no strides.

    Gradient:
      ``dy`` transposed by the inverse permutation.

    Example:
      >>> tf.Session().run(tf.transpose([[1, 2, 3], [4, 5, 6]]))
      array([[1, 4],
             [2, 5],
             [3, 6]], dtype=int32)
    """
    with name_scope(name, "transpose", [a]) as scope:
        if not isinstance(a, Tensor | IndexedSlices):
            a = convert_to_tensor(a, name="a")
        op_type = "ConjugateTranspose" if conjugate and a.dtype.is_complex else "Transpose"
        if perm is None:
            ndims = a.shape.ndims
            if ndims is None:
                last = add_op("Rank", a) - 1
                perm = add_op("Range", last, -1, -1)
            else:
                perm = np.arange(ndims - 1, -1, -1, dtype=np.int32)
        return add_op(op_type, a, perm, name=scope)


def matrix_transpose(a, name: str | None = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """``a`` with its last two axes exchanged.

    Args:
      a: a tensor of shape ``[..., m, n]``.
      name: the scope of the nodes.
      conjugate: of a complex tensor, take the conjugate too.

    Raises:
      ValueError: ``a`` is known to have fewer than two dimensions.
    """
    with name_scope(name, values=[a]):
        a = convert_to_tensor(a, name="a")
        if a.dims is not None:
            n = len(a.dims)
            if n < 2:
                raise ValueError(
                    f"Argument `a` should be a (batch) matrix with rank >= 2.  Received `a` = {a} "
                    f"with shape: {a.shape}"
                )
            perm = [*range(n - 2), n - 1, n - 2]
        else:
            n = rank(a)
            head = add_op("Range", 0, n - 2, 1)
            perm = add_op("ConcatV2", [head, [n - 1, n - 2]], 0, name="concat")
        return transpose(a, perm=perm, conjugate=conjugate)


# ---------------------------------------------------------------------- repeated elements


def broadcast_to(input, shape, name: str | None = None) -> Tensor:
    """``input`` stretched to ``shape``: the last axes are aligned, lengths of 1 repeat.

    Args:
      input: a tensor.
      shape: the lengths of the result, of at least the rank of ``input``.
      name: the name of the node; default ``"BroadcastTo"``.

    Raises:
      ValueError: a length is neither 1 nor that of ``shape``.

    Gradient:
      ``dy`` summed over the repeated axes.
    """
    return add_op("BroadcastTo", input, shape, name=name)


def broadcast_dynamic_shape(shape_x, shape_y) -> Tensor:
    """The shape of ``x + y``, as a tensor, from the shapes of ``x`` and ``y``.

    Args:
      shape_x, shape_y: integer vectors.

    Raises:
      tf.errors.InvalidArgumentError: the shapes cannot be broadcast, when run.
    """
    return add_op("BroadcastArgs", shape_x, shape_y)


def broadcast_static_shape(shape_x, shape_y) -> TensorShape:
    """The static shape of ``x + y`` from the static shapes of ``x`` and ``y``.

    Args:
      shape_x, shape_y: `tf.TensorShape`, also partly known.

    Raises:
      ValueError: the shapes cannot be broadcast.
    """
    x, y = as_shape(shape_x)._shape, as_shape(shape_y)._shape
    if x is None or y is None:
        return TensorShape(None)
    n = max(len(x), len(y))
    pairs = zip((1,) * (n - len(x)) + x, (1,) * (n - len(y)) + y, strict=True)
    result = []
    for a, b in pairs:
        if a is None or b is None:
            # An unknown length beside 1 stays unknown, beside another it must be that or 1.
            known = b if a is None else a
            result.append(None if known in (None, 1) else known)
        elif a == b or a == 1 or b == 1:
            result.append(b if a == 1 else a)
        else:
            raise ValueError(
                f"Incompatible shapes for broadcasting. Two shapes are compatible if for each "
                f"dimension pair they are either equal or one of them is 1. Received: "
                f"{as_shape(shape_x)} and {as_shape(shape_y)}."
            )
    return TensorShape._of(tuple(result))


def tile(input, multiples, name: str | None = None) -> Tensor:
    """``input`` repeated: ``multiples[i]`` copies side by side along axis ``i``.

    Args:
      input: a tensor of rank ``r``.
      multiples: a vector of ``r`` numbers, none negative.
      name: the name of the node; default ``"Tile"``.

    Gradient:
      ``dy`` summed over the copies.

    Example:
      >>> tf.Session().run(tf.tile([[1, 2]], [2, 2]))
      array([[1, 2, 1, 2],
             [1, 2, 1, 2]], dtype=int32)
    """
    return add_op("Tile", input, multiples, name=name)


def invert_permutation(x, name: str | None = None) -> Tensor:
    """The permutation that undoes ``x``: ``result[x[i]] = i``.

    Args:
      x: a vector of ``0, ..., n - 1`` in any order.
      name: the name of the node; default ``"InvertPermutation"``.

    Raises:
      tf.errors.InvalidArgumentError: ``x`` is no permutation, where it is known before the program
        runs; a computed one is not checked.

    Example:
      >>> tf.Session().run(tf.invert_permutation([2, 0, 1]))
      array([1, 2, 0], dtype=int32)
    """
    return add_op("InvertPermutation", x, name=name)


def setdiff1d(x, y, index_dtype=dt.int32, name: str | None = None) -> tuple:
    """The elements of ``x`` that do not occur in ``y``, and where they stand in ``x``.

    Args:
      x: a vector.
      y: a vector of the same type.
      index_dtype: the type of the places, ``int32`` or ``int64``.
      name: the name of the node; default ``"ListDiff"``.

    Returns:
      ``[elements, places]``; repeated elements stay repeated.  A program is compiled for the values
      of ``x`` and ``y``, as the length of the result depends on them.

    Example:
      >>> tf.Session().run(tf.setdiff1d([1, 2, 3, 4], [3, 1])[0])
      array([2, 4], dtype=int32)
    """
    return add_named("ListDiff", x, y, out_idx=index_dtype, name=name)
