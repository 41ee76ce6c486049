"""Variables in parts: `PartitionedVariable`, and functions that say how to divide one.

The parts of ``v`` are the variables ``v/part_0``, ``v/part_1``, ...; used as a tensor they are put
together again.
"""

import math

from tfgrad._src.functions.control import identity
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.variables import SaveSliceInfo
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor, register_tensor_conversion_function
from tfgrad._src.graph.dtypes import as_dtype, string
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape, as_tuple


class PartitionInfo:
    """Which part of a variable an initializer is asked for.

    Attributes:
      full_shape: the shape of the whole variable, a list.
      var_offset: where the part begins, a list.
    """

    def __init__(self, full_shape, var_offset):
        self.full_shape = full_shape
        self.var_offset = var_offset

    def single_slice_dim(self, shape) -> int | None:
        """The axis along which a part of that shape is smaller than the whole."""
        pairs = zip(shape, self.full_shape, strict=True)
        return next((i for i, (part, whole) in enumerate(pairs) if part != whole), None)

    def single_offset(self, shape) -> int:
        """Where the part begins along `single_slice_dim`."""
        axis = self.single_slice_dim(shape)
        return 0 if axis is None else self.var_offset[axis]


class PartitionedVariable:
    """Several variables that are the parts of one; see ``partitioner`` in `tf.get_variable`.

    Iterating gives the parts.
    """

    def __init__(self, name, shape, dtype, variable_list, partitions):
        self._name = name
        self._shape = shape
        self._dtype = dtype
        self._partitions = partitions
        self._variable_list = sorted(
            variable_list, key=lambda v: v._get_save_slice_info().var_offset
        )

    def __iter__(self):
        return iter(self._variable_list)

    def __len__(self) -> int:
        axes = self._partition_axes()
        if len(axes) > 1:
            raise ValueError(f"Cannot get a length for {len(axes)} > 1 partition axes")
        return len(self._variable_list)

    def _partition_axes(self) -> list[int]:
        return [i for i, p in enumerate(self._partitions) if p > 1] or [0]

    def as_tensor(self) -> Tensor:
        """The parts put together."""
        with control_dependencies(None):
            if len(self._variable_list) == 1:
                with name_scope(None):
                    return identity(self._variable_list[0], name=self._name)
            with name_scope(f"{self._name}/ConcatPartitions/"):
                axis = self._partition_axes()[0]
                values = [v.value() for v in self._variable_list]
                joined = add_op("ConcatV2", values, axis, name="concat")
            with name_scope(None):
                return identity(joined, name=self._name)

    _dense_var_to_tensor = as_tensor

    # fmt: off
    name = property(lambda self: self._name, doc="The name, of which the parts' names are made.")
    dtype = property(lambda self: self._dtype, doc="The element type.")
    shape = property(lambda self: self._shape, doc="The shape of the whole.")
    # fmt: on

    def get_shape(self):
        """See `shape`."""
        return self._shape

    def _get_variable_list(self) -> list:
        return self._variable_list

    def _get_partitions(self) -> list:
        return self._partitions

    def _on_parts(self, method: str, value, use_locking, name, read_value) -> list:
        if isinstance(value, PartitionedVariable):
            values = list(value)
        elif isinstance(value, list):
            values = value
        else:
            axis = self._partition_axes()[0]
            sizes = [v.shape.as_list()[axis] for v in self._variable_list]
            values = add_op("SplitV", value, sizes, axis, num_split=len(sizes), name="split")
        return [
            getattr(v, method)(x, use_locking=use_locking, name=name, read_value=read_value)
            for v, x in zip(self._variable_list, values, strict=True)
        ]

    def assign(self, value, use_locking=False, name=None, read_value=True) -> list:
        """Assigns to all parts; ``value`` is the whole, or a list with one value per part."""
        return self._on_parts("assign", value, use_locking, name, read_value)

    def assign_add(self, value, use_locking=False, name=None, read_value=True) -> list:
        """Adds to all parts; see `assign`."""
        return self._on_parts("assign_add", value, use_locking, name, read_value)

    def assign_sub(self, value, use_locking=False, name=None, read_value=True) -> list:
        """Subtracts from all parts; see `assign`."""
        return self._on_parts("assign_sub", value, use_locking, name, read_value)


def _to_tensor(variable: PartitionedVariable, dtype=None, name=None, as_ref=False) -> Tensor:
    if dtype is not None and dtype.base_dtype is not variable.dtype.base_dtype:
        raise ValueError(
            f"Incompatible type conversion requested to type '{dtype.name}' for variable of type "
            f"'{variable.dtype.name}'"
        )
    if as_ref:
        raise NotImplementedError("PartitionedVariable doesn't support being used as a reference.")
    return variable.as_tensor()


register_tensor_conversion_function(PartitionedVariable, _to_tensor)


# ---------------------------------------------------------------------- making one


def get_partitioned(store, *, name, partitioner, shape, dtype, initializer, reuse, **kwargs):
    """The partitioned variable of that full name in a `VariableStore`; see `tf.get_variable`."""
    if name in store._vars:
        raise ValueError(
            f"A partitioner was provided, but an unpartitioned version of the variable was found: "
            f"{name}.  Perhaps a variable of the same name was already created without "
            "partitioning?"
        )
    shape = TensorShape._of(None if shape is None else as_tuple(shape))
    if isinstance(initializer, Tensor):
        shape = shape.merge_with(initializer.shape)
    dtype = as_dtype(dtype)
    parts = _call(partitioner, shape, dtype) if partitioner or not reuse else None
    if name in store._partitioned_vars:
        return _found(store._partitioned_vars[name], name, shape, dtype, parts, reuse)
    if reuse is True:
        raise ValueError(
            f"PartitionedVariable {name} does not exist, or was not created with "
            f"tf.get_variable(). Did you mean to set reuse=False or reuse=tf.AUTO_REUSE in "
            "VarScope?"
        )
    axis = next((i for i, n in enumerate(parts) if n > 1), 0)
    variables = []
    full_shape = shape.as_list()
    for i, (offset, part_shape) in enumerate(_slices(full_shape, parts[axis], axis)):
        part_name = f"{name}/part_{i}"
        with name_scope(f"{part_name}/PartitionedInitializer"):
            if initializer is None:
                init, init_shape = store._default_initializer(name, dtype), part_shape
            elif callable(initializer):
                init, init_shape = initializer, part_shape
            else:
                whole = convert_to_tensor(initializer, dtype=dtype)
                init, init_shape = add_op("Slice", whole, offset, part_shape), None
                dtype = init.dtype.base_dtype
        with name_scope(None):
            variable = store._get_single(
                name=part_name,
                shape=init_shape,
                dtype=dtype,
                initializer=init,
                reuse=reuse,
                partition_info=PartitionInfo(full_shape, offset),
                **kwargs,
            )
        variable._set_save_slice_info(SaveSliceInfo(name, full_shape, offset, part_shape))
        variables.append(variable)
    result = PartitionedVariable(name, shape, dtype, variables, parts)
    store._partitioned_vars[name] = result
    return result


def _found(found: PartitionedVariable, name: str, shape, dtype, parts, reuse):
    if reuse is False:
        raise ValueError(
            f"Partitioned variable with name {name} already exists. Did you mean to set reuse=True "
            f"or reuse=tf.AUTO_REUSE in VarScope?"
        )
    for what, given, has in (
        ("shape", shape, found.get_shape()),
        ("dtype", dtype.name, found.dtype.name),
        ("partitions", parts, found._get_partitions()),
    ):
        same = given.is_compatible_with(has) if what == "shape" else given in (None, has)
        if not same:
            raise ValueError(
                f"Trying to reuse partitioned variable {name}, but specified {what} {given} and "
                f"found {what} {has}."
            )
    return found


def _call(partitioner, shape, dtype) -> list[int]:
    if not shape.is_fully_defined():
        raise ValueError(
            f"Shape of a new partitioned variable must be fully defined, but instead was {shape}."
        )
    if shape.ndims < 1:
        raise ValueError(f"A partitioned Variable must have rank at least 1, shape: {shape}")
    parts = partitioner(shape=shape, dtype=dtype)
    if not isinstance(parts, list | tuple):
        raise ValueError(f"Partitioner must return a sequence, but saw: {parts}")
    if len(parts) != shape.ndims:
        raise ValueError(
            f"Partitioner returned a partition list that does not match the Variable's rank: "
            f"{parts} vs. {shape}"
        )
    if any(p < 1 for p in parts):
        raise ValueError(f"Partitioner returned zero partitions for some axes: {parts}")
    if sum(p > 1 for p in parts) > 1:
        raise ValueError(
            f"Can only slice a variable along one dimension: shape: {shape}, partitioning: {parts}"
        )
    return list(parts)


def _slices(full_shape: list[int], count: int, axis: int):
    """Offset and shape of each part; the first ones are longer by one if it does not divide."""
    length, rest = divmod(full_shape[axis], count)
    offset = [0] * len(full_shape)
    for i in range(count):
        shape = list(full_shape)
        shape[axis] = length + (i < rest)
        yield list(offset), shape
        offset[axis] += shape[axis]


# ---------------------------------------------------------------------- partitioners


def fixed_size_partitioner(num_shards: int, axis: int = 0):
    """A partitioner into a given number of parts.

    Args:
      num_shards: the number of parts.
      axis: the axis that is divided.
    """

    def partitioner(shape, **unused):
        parts = [1] * len(shape)
        parts[axis] = min(num_shards, shape.as_list()[axis])
        return parts

    return partitioner


def _element_size(dtype, bytes_per_string_element: int) -> int:
    return bytes_per_string_element if dtype.base_dtype is string else dtype.size


def variable_axis_size_partitioner(
    max_shard_bytes: int, axis: int = 0, bytes_per_string_element: int = 16, max_shards=None
):
    """A partitioner into parts of a greatest size.

    Args:
      max_shard_bytes: the greatest size of a part; a part has at least one row.
      axis: the axis that is divided.
      bytes_per_string_element: what a string counts for.
      max_shards: the greatest number of parts.

    Raises:
      ValueError: a bound is not positive.
    """
    if max_shard_bytes < 1 or bytes_per_string_element < 1:
        raise ValueError(
            f"Both max_shard_bytes and bytes_per_string_element must be positive. Currently, "
            f"max_shard_bytes is {max_shard_bytes} andbytes_per_string_element is "
            f"{bytes_per_string_element}"
        )
    if max_shards and max_shards < 1:
        raise ValueError("max_shards must be positive.")

    def partitioner(shape, dtype):
        dims = shape.as_list()
        row = _element_size(dtype, bytes_per_string_element)
        for i, d in enumerate(dims):
            if i != axis % len(dims):
                row *= d
        rows = max(1, math.floor(max_shard_bytes / row))
        count = math.ceil(dims[axis] / rows)
        parts = [1] * len(dims)
        parts[axis] = count if max_shards is None else min(max_shards, count)
        return parts

    return partitioner


def min_max_variable_partitioner(
    max_partitions: int = 1,
    axis: int = 0,
    min_slice_size: int = 256 << 10,
    bytes_per_string_element: int = 16,
):
    """A partitioner into as many parts of a least size as allowed.

    Args:
      max_partitions: the greatest number of parts.
      axis: the axis that is divided.
      min_slice_size: the least number of bytes of a part.
      bytes_per_string_element: what a string counts for.

    Raises:
      ValueError: ``axis`` or ``max_partitions`` is out of range.
    """

    def partitioner(shape, dtype):
        if axis >= len(shape):
            raise ValueError(
                f"Cannot partition variable along axis {axis} when shape is only {shape}"
            )
        dims = shape.as_list()
        total = _element_size(dtype, bytes_per_string_element)
        for d in dims:
            total *= d
        most = max(1, -(-total // min_slice_size)) if min_slice_size else dims[axis]
        parts = [1] * len(dims)
        parts[axis] = max(1, min(dims[axis], max_partitions, most))
        return parts

    if axis < 0:
        raise ValueError(f"Axis must be non-negative, but got {axis}")
    if max_partitions < 1:
        raise ValueError(
            f"Maximum number of partitions must be at least 1, but got {max_partitions}"
        )
    return partitioner
