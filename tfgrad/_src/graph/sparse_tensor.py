"""`SparseTensor`: a tensor given by its entries that are not zero.

It is three tensors in one object: ``indices``, ``values`` and ``dense_shape``.  No op takes one as
a whole; functions take its parts and put a new one together.
"""

from typing import Any, NamedTuple

import numpy as np

from tfgrad._src.graph import sessions
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import as_dtype, int32, int64
from tfgrad._src.graph.graph import get_default_graph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.shapes import Shape, concatenate, merge
from tfgrad._src.graph.tensor_shape import TensorShape


class SparseTensor:
    """A tensor of shape ``dense_shape`` that is zero but for ``dense[indices[i]] = values[i]``.

    Most functions take the indices to be sorted row by row (`tf.sparse.reorder`) and none to occur
    twice; nothing checks that.

    Args:
      indices: an ``int64`` matrix of shape ``[n, rank]``, one position per row.
      values: a vector of ``n`` elements of any type.
      dense_shape: an ``int64`` vector of length ``rank``.

    Raises:
      ValueError: the parts have wrong ranks, or lengths that contradict each other.
      TypeError: the positions or the shape are not whole numbers.

    Example:
      >>> s = tf.SparseTensor(indices=[[0, 0], [1, 2]], values=[1.0, 2.0], dense_shape=[2, 3])
      >>> tf.Session().run(tf.sparse.to_dense(s))
      array([[1., 0., 0.],
             [0., 0., 2.]], dtype=float32)
    """

    def __init__(self, indices, values, dense_shape):
        with get_default_graph().name_scope("SparseTensor"):
            indices = convert_to_tensor(indices, name="indices", dtype=int64)
            values = convert_to_tensor(values, name="values")
            dense_shape = convert_to_tensor(dense_shape, name="dense_shape", dtype=int64)
            static = constant_value_as_shape(dense_shape)
        self._indices = indices
        self._values = values
        self._dense_shape = dense_shape
        self._shape = static
        lengths = indices.shape.with_rank(2)
        number = values.shape.with_rank(1)
        rank = dense_shape.shape.with_rank(1)
        lengths.dims[0].assert_is_compatible_with(number.dims[0])
        lengths.dims[1].assert_is_compatible_with(rank.dims[0])

    @classmethod
    def from_value(cls, sparse_tensor_value) -> "SparseTensor":
        """A sparse tensor of the parts of a `tf.SparseTensorValue` or `tf.SparseTensor`.

        Raises:
          TypeError: it is neither.
        """
        if not is_sparse(sparse_tensor_value):
            raise TypeError(
                f"Argument sparse_tensor_value={sparse_tensor_value} is neither a SparseTensor nor "
                f"SparseTensorValue."
            )
        return SparseTensor(
            indices=sparse_tensor_value.indices,
            values=sparse_tensor_value.values,
            dense_shape=sparse_tensor_value.dense_shape,
        )

    @property
    def indices(self) -> Tensor:
        """The positions, an ``int64`` matrix with one row per value."""
        return self._indices

    @property
    def values(self) -> Tensor:
        """The values, a vector."""
        return self._values

    @property
    def dense_shape(self) -> Tensor:
        """The shape of the whole, an ``int64`` vector."""
        return self._dense_shape

    @property
    def shape(self) -> TensorShape:
        """The static shape of the whole, as far as it is known."""
        return TensorShape._of(self._shape)

    def get_shape(self) -> TensorShape:
        """See `shape`."""
        return self.shape

    def set_shape(self, shape) -> None:
        """Refines the static shape.

        Raises:
          ValueError: ``shape`` contradicts what is known.
        """
        self._shape = self.shape.merge_with(shape)._shape

    def with_values(self, new_values) -> "SparseTensor":
        """The same positions with other values."""
        return SparseTensor(self._indices, new_values, self._dense_shape)

    @property
    def op(self):
        """The operation that makes ``values``."""
        return self._values.op

    @property
    def dtype(self):
        """The type of the values."""
        return self._values.dtype

    @property
    def graph(self):
        """The graph of the parts."""
        return self._indices.graph

    def consumers(self) -> list:
        """The operations that take any of the parts as an input, each once."""
        parts = (self._indices, self._values, self._dense_shape)
        return list(dict.fromkeys(op for p in parts for op in p.consumers()))

    def eval(self, feed_dict=None, session=None) -> "SparseTensorValue":
        """Evaluates the parts: ``session.run(self, feed_dict)``.

        Args:
          feed_dict: see `tf.Session.run`.
          session: the session; default: the one of the innermost ``with session:`` block.

        Returns:
          A `tf.SparseTensorValue` of numpy arrays.

        Raises:
          ValueError: there is no session.
        """
        session = sessions.resolve(session, self.graph, "tensor", "evaluate")
        parts = [self._indices, self._values, self._dense_shape]
        return SparseTensorValue(*session.run(parts, feed_dict))

    def __repr__(self) -> str:
        return (
            f"SparseTensor(indices={self._indices}, values={self._values}, "
            f"dense_shape={self._dense_shape})"
        )

    def __mul__(self, other) -> Any:
        raise NotImplementedError  # set by functions/sparse.py, as the two below

    def __truediv__(self, other) -> Any:
        raise NotImplementedError

    def __div__(self, other) -> Any:
        raise NotImplementedError

    @staticmethod
    def _override_operator(operator: str, function) -> None:
        setattr(SparseTensor, operator, function)


class SparseTensorValue(NamedTuple):
    """What running a `tf.SparseTensor` gives, and what may be fed for one: its parts as arrays."""

    indices: Any
    values: Any
    dense_shape: Any


def is_sparse(x) -> bool:
    """Whether ``x`` is a `tf.SparseTensor` or `tf.SparseTensorValue`."""
    return isinstance(x, SparseTensor | SparseTensorValue)


def convert_to_tensor_or_sparse_tensor(value, dtype=None, name: str | None = None):
    """``value`` itself if it is a tensor or sparse, else `tf.convert_to_tensor` of it.

    Args:
      value: a `tf.SparseTensor`, a `tf.SparseTensorValue`, which becomes one, or what can become a
        tensor.
      dtype: the type that it must have.
      name: the name of a node that is made.

    Raises:
      RuntimeError: a sparse ``value`` has another type than ``dtype``.

    Example:
      >>> tf.convert_to_tensor_or_sparse_tensor([1.0, 2.0]).shape
      TensorShape([Dimension(2)])
    """
    dtype = None if dtype is None else as_dtype(dtype)
    if isinstance(value, SparseTensorValue):
        value = SparseTensor.from_value(value)
    if isinstance(value, SparseTensor):
        if dtype is not None and not dtype.is_compatible_with(value.dtype):
            raise RuntimeError(
                f"Sparse dtype mismatch. Requested: {dtype.name},  Actual: {value.dtype.name}"
            )
        return value
    return convert_to_tensor(value, dtype=dtype, name=name)


# ---------------------------------------------------------------------- a static shape


def constant_value_as_shape(tensor: Tensor) -> Shape:
    """The shape that an integer vector holds, where TensorFlow's Python code sees it.

    It sees less than `partial_shape` does, and functions choose by it which nodes to make.
    """
    dims = tensor.shape.with_rank(1)._shape
    length = dims[0] if dims else None
    if length == 0:
        return ()
    op = tensor.op
    if op.type == "Cast":
        inner = constant_value_as_shape(op.inputs[0])
        if inner is None or op.attrs["DstT"] in (int32, int64):
            return inner
        return None if length is None else (None,) * length
    if op.type == "Shape":
        return op.inputs[0].dims
    if op.type == "Pack":
        return tuple([_length(constant_value(t)) for t in op.inputs])
    if op.type in ("Concat", "ConcatV2"):
        result: Shape = ()
        for part in op.inputs[1:] if op.type == "Concat" else op.inputs[:-1]:
            result = concatenate(result, constant_value_as_shape(part))
        return result
    if op.type == "StridedSlice":
        sliced = _sliced(op)
        if sliced is not _unseen:
            return sliced
    unknown = None if length is None else (None,) * length
    value = constant_value(tensor)
    return unknown if value is None else merge(unknown, tuple([_length(n) for n in value]))


def _length(value: np.ndarray | None) -> int | None:
    return None if value is None or value < 0 else int(value)


_unseen = object()


def _sliced(op) -> Any:
    bounds = [constant_value(t) for t in op.inputs[1:4]]
    a = op.attrs
    if any(b is None for b in bounds) or a["ellipsis_mask"] or a["new_axis_mask"]:
        return _unseen
    if a["shrink_axis_mask"] or a["begin_mask"] not in (0, 1) or a["end_mask"] not in (0, 1):
        return _unseen
    begin, end, stride = (int(b[0]) for b in bounds if b is not None)
    inner = constant_value_as_shape(op.inputs[0])
    if inner is None:
        return _unseen
    return inner[slice(None if a["begin_mask"] else begin, None if a["end_mask"] else end, stride)]
