"""Records (`tf.train.Example`) as tensors; the op types are in ``ops/examples.py``."""

import re
from typing import Any, NamedTuple

from tfgrad._src.functions.checks import Assert
from tfgrad._src.functions.comparison import equal
from tfgrad._src.functions.control import with_dependencies
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import rank, reshape
from tfgrad._src.functions.sparse_features import sparse_merge
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor
from tfgrad._src.graph.tensor_shape import as_shape


class VarLenFeature(NamedTuple):
    """A feature with any number of values, which becomes a sparse tensor.

    Attributes:
      dtype: ``float32``, ``int64`` or ``string``.
    """

    dtype: Any


class SparseFeature(NamedTuple):
    """A sparse tensor in two features: one of positions, one of values.

    Attributes:
      index_key: the name of the feature with the positions, or a list of names.
      value_key: the name of the feature with the values.
      dtype: the type of the values.
      size: the length of the tensor, or a list of lengths.
      already_sorted: whether the positions increase in each record.
    """

    index_key: Any
    value_key: str
    dtype: Any
    size: Any
    already_sorted: bool = False


class FixedLenFeature(NamedTuple):
    """A feature with one shape in all records.

    Attributes:
      shape: the shape.
      dtype: ``float32``, ``int64`` or ``string``.
      default_value: the value where the feature is missing; None: it must be there.
    """

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature with any number of values of one shape, filled up to the longest record.

    Attributes:
      shape: the shape of one value.
      dtype: ``float32``, ``int64`` or ``string``.
      allow_missing: must be True.
      default_value: what records are filled up with; default 0 or empty text.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class Plan:
    """The features in the form that the op takes.

    Args:
      features: by name.
      accepted: the classes of features that are accepted.
      in_lists: a `FixedLenSequenceFeature` describes one step of a feature list.
    """

    def __init__(
        self, features: dict, accepted: tuple | None = None, in_lists: bool = False
    ):  # fmt: skip
        self.sparse: dict[str, Any] = {}
        self.dense: dict[str, tuple] = {}
        self.may_miss: set[str] = set()  # feature lists that are empty where they are missing
        self.in_lists = in_lists
        for key in sorted(features):
            feature = features[key]
            if accepted is not None and not isinstance(feature, accepted):
                raise ValueError(f"Unsupported {type(feature).__name__} {feature} for key '{key}'")
            if isinstance(feature, VarLenFeature):
                self._type(key, feature)
                self._add_sparse(key, feature.dtype)
            elif isinstance(feature, SparseFeature):
                for part in ("index_key", "value_key"):
                    if not getattr(feature, part):
                        raise ValueError(f"Missing {part} for SparseFeature {feature}.")
                self._type(key, feature)
                index_keys = feature.index_key
                for name in sorted([index_keys] if isinstance(index_keys, str) else index_keys):
                    self._add_sparse(name, dt.int64)
                self._add_sparse(feature.value_key, feature.dtype)
            elif isinstance(feature, FixedLenFeature | FixedLenSequenceFeature):
                self._add_dense(key, feature)
            else:
                raise ValueError(f"Unsupported {type(feature).__name__} {feature} for key '{key}'")
        both = set(self.dense) & set(self.sparse)
        if both:
            raise ValueError(
                f"Dense and sparse keys must not intersect; dense_keys: {list(self.dense)}, "
                f"sparse_keys: {list(self.sparse)}, intersection: {both}"
            )

    def _type(self, key: str, feature) -> None:
        if not feature.dtype:
            stop = "" if isinstance(feature, VarLenFeature) else "."
            raise ValueError(f"Missing type for feature {key}. Received feature={feature}{stop}")

    def _add_sparse(self, key: str, dtype) -> None:
        dtype = dt.as_dtype(dtype)
        known = self.sparse.setdefault(key, dtype)
        if known != dtype:
            raise ValueError(f"Conflicting type {known} vs {dtype} for feature {key}.")

    def _add_dense(self, key: str, feature) -> None:
        self._type(key, feature)
        if feature.shape is None:
            raise ValueError(f"Missing shape for feature {key}. Received feature={feature}.")
        shape = as_shape(feature.shape)
        if isinstance(feature, FixedLenFeature):
            if shape.ndims and shape.dims[0].value is None:
                raise ValueError(
                    f"First dimension of shape for feature {key} unknown. Consider using "
                    f"FixedLenSequenceFeature. Received feature={feature}."
                )
            if not shape.is_fully_defined():
                raise ValueError(
                    f"All dimensions of shape for feature {key} need to be known but received "
                    f"{feature.shape!s}."
                )
        elif not self.in_lists:
            if not feature.allow_missing:
                raise ValueError(
                    "Unsupported: FixedLenSequenceFeature requires allow_missing to be True."
                )
            shape = as_shape([None, *feature.shape])
        elif feature.allow_missing:
            self.may_miss.add(key)
        self.dense[key] = dt.as_dtype(feature.dtype), shape, feature.default_value

    def defaults(self) -> list[Tensor]:
        return [_default(key, *row) for key, row in self.dense.items()]


def _default(key: str, dtype, shape, value) -> Tensor:
    """A scalar that fills up where the length varies; else as many values as there are, or none."""
    name = re.sub(r"[^A-Za-z0-9_.\-/]", "_", key)
    if shape.ndims and shape.dims[0].value is None:
        if value is None:
            return convert_to_tensor("" if dtype == dt.string else 0, dtype=dtype)
        return reshape(convert_to_tensor(value, dtype=dtype, name=f"padding_{name}"), [])
    if value is None:
        return constant([], dtype=dtype)
    if isinstance(value, Tensor):
        return value
    return reshape(convert_to_tensor(value, dtype=dtype, name=f"key_{name}"), shape)


def parse_example(serialized, features: dict, name: str | None = None, example_names=None) -> dict:
    """The features of records as tensors.

    Args:
      serialized: a vector of ``n`` records, `tf.train.Example` messages in bytes; or a scalar.
      features: what to read, by name: `tf.FixedLenFeature`, `tf.FixedLenSequenceFeature`,
        `tf.VarLenFeature` or `tf.SparseFeature`.
      name: the name of the scope; default ``"ParseExample"``.
      example_names: a vector of names for error messages.

    Returns:
      A dict of tensors of shape ``[n, ...]``; of sparse ones for the last two.

    Raises:
      ValueError: no features, or one that is not complete.
      tf.errors.InvalidArgumentError: when run, a record is none, lacks a feature without a default
        value, or has another number or type of values.

    Example:
      >>> record = tf.train.Example()
      >>> record.features.feature["x"].float_list.value.extend([1.0, 2.0])
      >>> found = tf.parse_example(
      ...     [record.SerializeToString()], {"x": tf.FixedLenFeature([2], tf.float32)})
      >>> tf.Session().run(found["x"])
      array([[1., 2.]], dtype=float32)
    """
    if not features:
        raise ValueError(f"Argument `features` cannot be None or falsy. Got {features}")
    plan = Plan(features)
    with name_scope(name, "ParseExample", [serialized, example_names]):
        names = [] if example_names is None else example_names
        serialized = convert_to_tensor(serialized, name="serialized")
        indices, values, shapes, dense, _, _ = add_op(
            "ParseExampleV2", serialized, names, list(plan.sparse), list(plan.dense), [],
            plan.defaults(), num_sparse=len(plan.sparse), sparse_types=list(plan.sparse.values()),
            ragged_value_types=[], ragged_split_types=[],
            dense_shapes=[shape for _, shape, _ in plan.dense.values()], name=name,
        )  # fmt: skip
        tensors = [SparseTensor(*parts) for parts in zip(indices, values, shapes, strict=True)]
    found = dict(zip((*plan.sparse, *plan.dense), (*tensors, *dense), strict=True))
    for key in sorted(features):
        feature = features[key]
        if isinstance(feature, SparseFeature):
            keys = feature.index_key
            ids = found[keys] if isinstance(keys, str) else [found[k] for k in keys]
            found[key] = sparse_merge(
                ids, found[feature.value_key], vocab_size=feature.size,
                already_sorted=feature.already_sorted,
            )  # fmt: skip
    return {key: value for key, value in found.items() if key in features}


def parse_single_example(
    serialized, features: dict, name: str | None = None, example_names=None
) -> dict:
    """The features of one record as tensors; see `tf.parse_example`.

    Args:
      serialized: a scalar text.
      features, name, example_names: as there.

    Returns:
      A dict of tensors without the dimension ``n``.

    Raises:
      ValueError: no features, or ``serialized`` is no scalar.
    """
    if features is None or not features:
        what = "None" if features is None else "empty"
        raise ValueError(f"Invalid argument: features cannot be {what}.")
    with name_scope(name, "ParseSingleExample", [serialized, example_names]):
        serialized = scalar_text(serialized)
        return parse_example(serialized, features, name, example_names)


def scalar_text(serialized) -> Tensor:
    """One record as a scalar, which is checked in a run if its rank is not known.

    Raises:
      ValueError: it is no scalar.
    """
    serialized = convert_to_tensor(serialized, name="serialized")
    if serialized.shape.ndims is None:
        check = Assert(
            equal(rank(serialized), 0), ["Input serialized must be a scalar"],
            name="SerializedIsScalar",
        )  # fmt: skip
        serialized = with_dependencies([check], serialized, name="serializedDependencies")
        serialized.set_shape([])
    elif serialized.shape.ndims:
        raise ValueError("Input serialized must be a scalar")
    return serialized
