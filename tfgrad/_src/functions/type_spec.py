"""Descriptions of values: which type and shape a tensor, or an object of several tensors, has.

They hold nothing but types, shapes and names; two are equal if these are.
"""

from typing import Any

import numpy as np

from tfgrad._src.functions.indexed_slices import IndexedSlices, IndexedSlicesValue
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import DType, as_dtype
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor, SparseTensorValue
from tfgrad._src.graph.tensor_shape import TensorShape, as_shape


class TypeSpec:
    """The base of descriptions of values.

    A class that derives from it has ``value_type``, the class of the values, and ``_serialize()``,
    a tuple of all that it says, which is also the arguments of its constructor.
    """

    __slots__ = ()

    @property
    def value_type(self) -> type:
        """The class of the values that are described."""
        raise NotImplementedError(f"{type(self).__name__}.value_type")

    def _serialize(self) -> tuple:
        raise NotImplementedError(f"{type(self).__name__}._serialize()")

    def is_compatible_with(self, spec_or_value) -> bool:
        """Whether a value, or the values of another description, may be as this one says.

        Args:
          spec_or_value: a description, or a value that has one.

        Raises:
          TypeError: it is neither.
        """
        other = spec_or_value
        if not isinstance(other, TypeSpec):
            other = type_spec_from_value(other)
        return type(self) is type(other) and _compatible(self._serialize(), other._serialize())

    def most_specific_compatible_type(self, other: "TypeSpec") -> "TypeSpec":
        """What both descriptions say.

        Raises:
          ValueError: they differ in more than lengths.
        """
        if type(self) is not type(other):
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return type(self)(*_common(self._serialize(), other._serialize()))

    def _key(self) -> tuple:
        return tuple(_hashable(v) for v in self._serialize())

    def __eq__(self, other) -> bool:
        return type(self) is type(other) and self._key() == other._key()

    def __ne__(self, other) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), self._key()))

    def __reduce__(self):
        return type(self), self._serialize()

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._serialize()!r}"

    def _to_legacy_output_types(self):
        raise NotImplementedError(f"{type(self).__name__}._to_legacy_output_types()")

    def _to_legacy_output_shapes(self):
        raise NotImplementedError(f"{type(self).__name__}._to_legacy_output_shapes()")

    def _to_legacy_output_classes(self):
        return self.value_type


class BatchableTypeSpec(TypeSpec):
    """The base of descriptions of values that can be put together in batches."""

    __slots__ = ()


def _hashable(value):
    if isinstance(value, TensorShape):
        return _dims(value)
    if isinstance(value, np.ndarray):
        return value.shape, tuple(value.ravel().tolist())
    return tuple(map(_hashable, value)) if isinstance(value, tuple) else value


def _dims(shape: TensorShape):
    return None if shape.ndims is None else tuple(shape.as_list())


def _compatible(a, b) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(_compatible, a, b))
    if isinstance(a, TypeSpec | TensorShape | DType):
        return a.is_compatible_with(b)
    return bool(np.all(a == b))


def _common(a, b):
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return tuple(map(_common, a, b))
    if isinstance(a, TensorShape) and isinstance(b, TensorShape):
        return _common_shape(a, b)
    if isinstance(a, TypeSpec) and isinstance(b, TypeSpec):
        return a.most_specific_compatible_type(b)
    if type(a) is not type(b) or not np.all(a == b):
        raise ValueError(f"Types are not compatible: {a!r} vs {b!r}")
    return a


def _common_shape(a: TensorShape, b: TensorShape) -> TensorShape:
    """The lengths that both shapes have."""
    if a.ndims is None or a.ndims != b.ndims:
        return TensorShape(None)
    pairs = zip(a.as_list(), b.as_list(), strict=True)
    return TensorShape([m if m == n else None for m, n in pairs])


# ---------------------------------------------------------------------- tensors


class TensorSpec(BatchableTypeSpec):
    """The shape and the type of a tensor, and perhaps its name.

    Args:
      shape: a shape, or what `tf.TensorShape` makes one of.
      dtype: the type of the elements.
      name: a name.

    Raises:
      TypeError: ``dtype`` names no type.

    Example:
      >>> spec = tf.TensorSpec([None, 3], tf.float32)
      >>> spec
      TensorSpec(shape=(?, 3), dtype=tf.float32, name=None)
      >>> spec.is_compatible_with(tf.zeros([2, 3]))
      True
    """

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape, dtype: Any = dt.float32, name: str | None = None):
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @classmethod
    def from_spec(cls, spec: "TensorSpec", name: str | None = None) -> "TensorSpec":
        """A copy, with another name if one is given."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @classmethod
    def from_tensor(cls, tensor: Tensor, name: str | None = None) -> "TensorSpec":
        """The description of a tensor.

        Raises:
          ValueError: it is no tensor.
        """
        if not isinstance(tensor, Tensor):
            raise ValueError("`tensor` should be a tf.Tensor")
        return TensorSpec(tensor.shape, tensor.dtype, name or tensor.op.name)

    @property
    def shape(self) -> TensorShape:
        """The shape of the tensor."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The type of its elements."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """Its name, or None."""
        return self._name

    @property
    def value_type(self) -> type:
        """`tf.Tensor`."""
        return Tensor

    def _serialize(self) -> tuple:
        return (self._shape, self._dtype, self._name)

    def __hash__(self) -> int:
        return hash((_dims(self._shape), self._dtype))

    def __eq__(self, other) -> bool:
        return type(self) is type(other) and self._key() == other._key()

    def is_compatible_with(self, spec_or_tensor) -> bool:
        """Whether types are equal and shapes may be: names do not count.

        Args:
          spec_or_tensor: a description of a tensor, or a tensor.
        """
        return (
            isinstance(spec_or_tensor, TensorSpec | Tensor)
            and self._dtype.is_compatible_with(spec_or_tensor.dtype)
            and self._shape.is_compatible_with(spec_or_tensor.shape)
        )

    def most_specific_compatible_type(self, other: TypeSpec) -> TypeSpec:
        """The lengths, and the name, that both descriptions have.

        Raises:
          ValueError: their types differ.
        """
        if not isinstance(other, TensorSpec) or self._dtype != other._dtype:
            raise ValueError(f"Types are not compatible: {self!r} vs {other!r}")
        name = self._name if self._name == other._name else None
        return TensorSpec(_common_shape(self._shape, other._shape), self._dtype, name)

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self.shape}, dtype={self.dtype!r}, name={self.name!r})"

    def _to_legacy_output_types(self):
        return self._dtype

    def _to_legacy_output_shapes(self):
        return self._shape


class BoundedTensorSpec(TensorSpec):
    """A `tf.TensorSpec` that also says which numbers may occur.

    Args:
      shape, dtype, name: as there.
      minimum, maximum: the least and the greatest number, or arrays of them that can be broadcast
        to ``shape``.

    Raises:
      ValueError: a bound is missing, or cannot be broadcast.
    """

    __slots__ = ("_maximum", "_minimum")

    def __init__(self, shape, dtype, minimum, maximum, name: str | None = None):
        super().__init__(shape, dtype, name)
        if minimum is None or maximum is None:
            raise ValueError(
                f"minimum and maximum must be provided; but saw '{minimum}' and '{maximum}'"
            )
        for what, bound in (("minimum", minimum), ("maximum", maximum)):
            if self._shape.ndims is None:
                continue
            lengths = [1 if d is None else d for d in self._shape.as_list()]
            try:
                np.broadcast_shapes(np.shape(bound), lengths)
            except ValueError as error:
                raise ValueError(f"{what} is not compatible with shape. Message: {error!r}.") from (
                    None
                )
        self._minimum = np.array(minimum, self.dtype.as_numpy_dtype)
        self._maximum = np.array(maximum, self.dtype.as_numpy_dtype)
        self._minimum.setflags(write=False)
        self._maximum.setflags(write=False)

    @classmethod
    def from_spec(cls, spec, name: str | None = None) -> "BoundedTensorSpec":
        """The same, with the bounds of the type where ``spec`` has none."""
        dtype = as_dtype(spec.dtype)
        minimum = getattr(spec, "minimum", dtype.min)
        maximum = getattr(spec, "maximum", dtype.max)
        return BoundedTensorSpec(spec.shape, dtype, minimum, maximum, name or spec.name)

    @property
    def minimum(self) -> np.ndarray:
        """The least numbers."""
        return self._minimum

    @property
    def maximum(self) -> np.ndarray:
        """The greatest numbers."""
        return self._maximum

    def _serialize(self) -> tuple:
        return (self._shape, self._dtype, self._minimum, self._maximum, self._name)

    def __repr__(self) -> str:
        return (
            f"BoundedTensorSpec(shape={self.shape}, dtype={self.dtype!r}, name={self.name!r}, "
            f"minimum={self.minimum!r}, maximum={self.maximum!r})"
        )


class SparseTensorSpec(BatchableTypeSpec):
    """The shape and the type of a `tf.SparseTensor`.

    Args:
      shape: the shape of the whole tensor; None: any.
      dtype: the type of its values.

    Example:
      >>> spec = tf.SparseTensorSpec([2, None], tf.int32)
      >>> spec.is_compatible_with(tf.SparseTensor([[0, 1]], [7], [2, 3]))
      True
    """

    __slots__ = ("_dtype", "_shape")

    def __init__(self, shape=None, dtype: Any = dt.float32):
        self._shape = as_shape(shape)
        self._dtype = as_dtype(dtype)

    @classmethod
    def from_value(cls, value) -> "SparseTensorSpec":
        """The description of a sparse tensor, or of its value.

        Raises:
          TypeError: it is neither.
        """
        if isinstance(value, SparseTensor):
            return cls(value.shape, value.dtype)
        if isinstance(value, SparseTensorValue):
            return cls(np.asarray(value.dense_shape).tolist(), np.asarray(value.values).dtype)
        raise TypeError("Expected SparseTensor or SparseTensorValue")

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole tensor."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The type of its values."""
        return self._dtype

    @property
    def value_type(self) -> type:
        """`tf.SparseTensor`."""
        return SparseTensor

    def _serialize(self) -> tuple:
        return (self._shape, self._dtype)

    def _to_legacy_output_types(self):
        return self._dtype

    def _to_legacy_output_shapes(self):
        return self._shape


class IndexedSlicesSpec(TypeSpec):
    """The shape and the types of a `tf.IndexedSlices`.

    Args:
      shape: the shape of the whole tensor; None: any.
      dtype: the type of the rows.
      indices_dtype: the type of the indices, ``int32`` or ``int64``.
      dense_shape_dtype: the type of ``dense_shape``; None: there is none.
      indices_shape: the shape of the indices, which tells how many rows there are.
    """

    __slots__ = ("_dense_shape_dtype", "_indices_dtype", "_indices_shape", "_shape",
                 "_values_dtype")  # fmt: skip

    def __init__(
        self, shape=None, dtype: Any = dt.float32, indices_dtype: Any = dt.int64,
        dense_shape_dtype: Any = None, indices_shape=None,
    ):  # fmt: skip
        self._shape = as_shape(shape)
        self._values_dtype = as_dtype(dtype)
        self._indices_dtype = as_dtype(indices_dtype)
        self._dense_shape_dtype = None if dense_shape_dtype is None else as_dtype(dense_shape_dtype)
        self._indices_shape = as_shape(indices_shape).with_rank(1)

    @property
    def value_type(self) -> type:
        """`tf.IndexedSlices`."""
        return IndexedSlices

    def _serialize(self) -> tuple:
        return (
            self._shape, self._values_dtype, self._indices_dtype, self._dense_shape_dtype,
            self._indices_shape,
        )  # fmt: skip


# ---------------------------------------------------------------------- of values


def type_spec_from_value(value) -> TypeSpec:
    """The description of a value.

    Args:
      value: a tensor, sparse tensor, some rows of a tensor, an array, or what becomes a tensor.

    Raises:
      TypeError: it is none of these.
    """
    if isinstance(value, Tensor | np.ndarray):
        return TensorSpec(value.shape, value.dtype)
    if isinstance(value, SparseTensor | SparseTensorValue):
        return SparseTensorSpec.from_value(value)
    if isinstance(value, IndexedSlices | IndexedSlicesValue):
        whole = value.dense_shape
        return IndexedSlicesSpec(
            getattr(value, "shape", None), value.values.dtype, value.indices.dtype,
            None if whole is None else whole.dtype, value.indices.shape,
        )  # fmt: skip
    if isinstance(value, TypeSpec):
        return value
    try:
        tensor = convert_to_tensor(value)
    except (ValueError, TypeError):
        raise TypeError(f"Could not build a TypeSpec for {value!r} with type {type(value)}") from (
            None
        )
    return TensorSpec(tensor.shape, tensor.dtype)
