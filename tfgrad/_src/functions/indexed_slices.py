"""`IndexedSlices`: some rows of a tensor, as the gradients of gathers have them.

An op that wants a dense tensor gets one by conversion: a ``UnsortedSegmentSum`` node.
"""

import warnings
from collections.abc import Iterable
from typing import NamedTuple

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value, partial_shape
from tfgrad._src.graph.convert import convert_to_tensor, register_tensor_conversion_function
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape

_LARGE = 100_000_000  # elements; making a dense tensor of so many is worth a warning


class IndexedSlices:
    """Some rows of a tensor: ``dense[indices[i]] = values[i]``, zero elsewhere.

    Where an index occurs more than once its rows are to be added.  It is what `tf.gradients`
    returns for a table that was used through `tf.gather`; optimizers then touch these rows only.

    Args:
      values: the rows, a tensor of shape ``[n, d1, ..., dk]``.
      indices: which rows they are, an integer tensor of shape ``[n]``.
      dense_shape: the shape of the whole tensor, an integer vector, or None if it is not known.

    Example:
      >>> table = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
      >>> (g,) = tf.gradients(tf.gather(table, [2, 0]), [table])
      >>> tf.Session().run(g.indices)
      array([2, 0], dtype=int32)
    """

    def __init__(self, values, indices, dense_shape=None):
        self._values = values
        self._indices = indices
        self._dense_shape = dense_shape

    @property
    def values(self):
        """The rows."""
        return self._values

    @property
    def indices(self):
        """Which rows they are."""
        return self._indices

    @property
    def dense_shape(self):
        """The shape of the whole tensor as a tensor, or None."""
        return self._dense_shape

    @property
    def shape(self) -> TensorShape:
        """The static shape of the whole tensor, as far as it is known."""
        if self._dense_shape is None:
            return TensorShape(None)
        return TensorShape._of(partial_shape(self._dense_shape))

    def get_shape(self) -> TensorShape:
        """See `shape`."""
        return self.shape

    @property
    def name(self) -> str:
        """The name of ``values``."""
        return self.values.name

    @property
    def device(self) -> str:
        """The device of ``values``."""
        return self.values.device

    @property
    def op(self):
        """The operation that makes ``values``."""
        return self.values.op

    @property
    def dtype(self):
        """The element type."""
        return self.values.dtype

    @property
    def graph(self):
        """The graph of ``values``."""
        return self._values.graph

    def consumers(self) -> list:
        """The operations that take any of the parts as an input, each once."""
        parts = (self._values, self._indices, self._dense_shape)
        return list(dict.fromkeys(op for p in parts if p is not None for op in p.consumers()))

    def __str__(self) -> str:
        shape = "" if self._dense_shape is None else f", dense_shape={self._dense_shape}"
        return f"IndexedSlices(indices={self._indices}, values={self._values}{shape})"

    def __neg__(self) -> "IndexedSlices":
        return IndexedSlices(-self.values, self.indices, self.dense_shape)


class IndexedSlicesValue(NamedTuple):
    """What running an `IndexedSlices` gives: its parts as numpy arrays."""

    values: object
    indices: object
    dense_shape: object


# ---------------------------------------------------------------------- conversion


def _to_dense(value: IndexedSlices, dtype=None, name=None, as_ref=False) -> Tensor:
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(
            f"Incompatible tensor conversion requested to `dtype` {dtype.name} for IndexedSlices "
            f"({value}) with dtype {value.dtype.name}"
        )
    if value.dense_shape is None:
        raise ValueError(
            f"Tensor conversion requested for IndexedSlices for argument `value` without "
            f"dense_shape: {value!s}"
        )
    lengths = constant_value(value.dense_shape)
    if lengths is not None:
        size = 1
        for n in lengths.tolist():
            size *= n
        if size >= _LARGE:
            warnings.warn(
                f"Converting sparse IndexedSlices to a dense Tensor with {size} elements. This may "
                f"consume a large amount of memory.",
                stacklevel=2,
            )
    rows = value.dense_shape[0]
    return add_op("UnsortedSegmentSum", value.values, value.indices, rows, name=name)


register_tensor_conversion_function(IndexedSlices, _to_dense)


def dense(value):
    """``value`` as a tensor, without the warning about its size; tensors pass as they are.

    Raises:
      ValueError: sliced values do not say the shape of the whole.
    """
    if not isinstance(value, IndexedSlices):
        return value
    if value.dense_shape is None:
        raise ValueError(
            f"Tensor conversion requested for IndexedSlices without dense_shape: {value}"
        )
    rows = value.dense_shape[0]
    return add_op("UnsortedSegmentSum", value.values, value.indices, rows)


def _is_sparse(value) -> bool:
    """Whether ``value`` is an `IndexedSlices` or a `tf.SparseTensor`."""
    return isinstance(value, IndexedSlices) or (
        hasattr(value, "indices") and hasattr(value, "values") and hasattr(value, "dense_shape")
        and not isinstance(value, IndexedSlicesValue)
    )  # fmt: skip


def convert_to_tensor_or_indexed_slices(value, dtype=None, name: str | None = None):
    """``value`` itself if it is a tensor or sparse, else `tf.convert_to_tensor` of it.

    Args:
      value: a tensor, `tf.IndexedSlices`, `tf.SparseTensor`, or what can become a tensor.
      dtype: the type that it must have.
      name: the name of a node that is made.

    Raises:
      ValueError: ``value`` has another type than ``dtype``.
    """
    if isinstance(value, Tensor) or _is_sparse(value):
        if dtype is not None and not as_dtype(dtype).is_compatible_with(value.dtype):
            raise ValueError(
                f"Incompatible tensor conversion requested to `dtype` {as_dtype(dtype).name} for "
                f"`value` ({value}) with dtype {value.dtype.name}."
            )
        return value
    return convert_to_tensor(value, dtype=dtype, name=name)


def convert_n_to_tensor_or_indexed_slices(values, dtype=None, name: str | None = None) -> list:
    """`convert_to_tensor_or_indexed_slices` of each value; None stays None.

    Raises:
      TypeError: ``values`` are not iterable.
    """
    if not isinstance(values, Iterable):
        raise TypeError("Argument `values` must be iterable.")
    return [
        None
        if v is None
        else convert_to_tensor_or_indexed_slices(v, dtype, None if name is None else f"{name}_{i}")
        for i, v in enumerate(values)
    ]
