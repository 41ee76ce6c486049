"""Sets: operations on the last dimension of tensors, which holds one set per row.

The op types are in ``ops/sets.py``.  No gradient passes through any of them.
"""

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor, convert_to_tensor_or_sparse_tensor

_ACCEPTS = frozenset((dt.int8, dt.int16, dt.int32, dt.int64, dt.uint8, dt.uint16, dt.string))


def set_size(a, validate_indices: bool = True) -> Tensor:
    """The numbers of different elements along the last dimension.

    Args:
      a: a sparse tensor of whole numbers or strings of rank ``n``, sorted.
      validate_indices: check that the positions increase.

    Returns:
      An ``int32`` tensor of rank ``n - 1``.

    Raises:
      TypeError: ``a`` is not sparse, or of another type.
      tf.errors.InvalidArgumentError: the positions do not increase, when run.

    Example:
      >>> a = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [7, 7, 8], [2, 2])
      >>> tf.Session().run(tf.sets.size(a))
      array([1, 1], dtype=int32)
    """
    a = convert_to_tensor_or_sparse_tensor(a, name="a")
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {a}.")
    if a.values.dtype.base_dtype not in _ACCEPTS:
        raise TypeError(f"Invalid dtype `{a.values.dtype}` not in supported dtypes: `{_ACCEPTS}`.")
    return add_op(
        "SetSize", a.indices, a.values, a.dense_shape, validate_indices=validate_indices
    )  # fmt: skip


def _both(a, b) -> tuple:
    """The operands, the dense one first, and whether they changed places."""
    a = convert_to_tensor_or_sparse_tensor(a, name="a")
    if a.dtype.base_dtype not in _ACCEPTS:
        raise TypeError(f"'a' has invalid dtype `{a.dtype}` not in supported dtypes: `{_ACCEPTS}`.")
    b = convert_to_tensor_or_sparse_tensor(b, name="b")
    if b.dtype.base_dtype is not a.dtype.base_dtype:
        raise TypeError(f"Types don't match, {a.dtype} vs {b.dtype}.")
    if isinstance(a, SparseTensor) and not isinstance(b, SparseTensor):
        return b, a, True
    return a, b, False


def _operation(a, b, name: str, validate_indices: bool) -> SparseTensor:
    kinds = ["Sparse" if isinstance(t, SparseTensor) else "Dense" for t in (a, b)]
    inputs: list = []
    for t in (a, b):
        sparse = isinstance(t, SparseTensor)
        inputs += [t.indices, t.values, t.dense_shape] if sparse else [t]
    found = add_op(
        f"{kinds[0]}To{kinds[1]}SetOperation", *inputs,
        set_operation=name, validate_indices=validate_indices,
    )  # fmt: skip
    return SparseTensor(*found)


def set_intersection(a, b, validate_indices: bool = True) -> SparseTensor:
    """The elements that both sets have, row by row.

    Args:
      a, b: tensors or sparse tensors of one type, whole numbers or strings; all dimensions but the
        last agree.
      validate_indices: check that the positions of sparse operands increase.

    Returns:
      A sparse tensor, sorted, each element once; its last dimension is as long as the largest set.

    Raises:
      TypeError: the types differ, or are others.
      ValueError: shapes do not fit, where that is known while building.
      tf.errors.InvalidArgumentError: they do not fit when run.

    Example:
      >>> a, b = tf.constant([[1, 2, 3]]), tf.constant([[3, 4, 1]])
      >>> tf.Session().run(tf.sets.intersection(a, b)).values
      array([1, 3], dtype=int32)
    """
    a, b, _ = _both(a, b)
    return _operation(a, b, "intersection", validate_indices)


def set_difference(a, b, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """The elements of one set that the other does not have, row by row.

    Args:
      a, b, validate_indices: see `tf.sets.intersection`.
      aminusb: those of ``a`` not in ``b``; else those of ``b`` not in ``a``.

    Example:
      >>> a, b = tf.constant([[1, 2, 3]]), tf.constant([[3, 4, 1]])
      >>> tf.Session().run(tf.sets.difference(a, b)).values
      array([2], dtype=int32)
    """
    a, b, flipped = _both(a, b)
    if flipped:
        aminusb = not aminusb
    return _operation(a, b, "a-b" if aminusb else "b-a", validate_indices)


def set_union(a, b, validate_indices: bool = True) -> SparseTensor:
    """The elements of either set, row by row; see `tf.sets.intersection`.

    Example:
      >>> a, b = tf.constant([[1, 2, 3]]), tf.constant([[3, 4, 1]])
      >>> tf.Session().run(tf.sets.union(a, b)).values
      array([1, 2, 3, 4], dtype=int32)
    """
    a, b, _ = _both(a, b)
    return _operation(a, b, "union", validate_indices)
