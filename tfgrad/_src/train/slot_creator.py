"""Slots: the variables that an optimizer keeps beside each variable that it changes.

The slot ``"Momentum"`` of the variable ``w`` is called ``w/Momentum``, and is colocated with ``w``.
"""

import contextlib

from tfgrad._src.functions import fill, initializers, shape
from tfgrad._src.functions.ref_variable import RefVariable
from tfgrad._src.functions.resource_variable import is_resource_variable
from tfgrad._src.functions.variable_scope import (
    get_variable,
    get_variable_scope,
    variable_scope,
)
from tfgrad._src.functions.variables import SaveSliceInfo, Variable
from tfgrad._src.graph.graph import colocate_with


def _prefix(primary) -> str:
    return primary._shared_name if isinstance(primary, Variable) else primary.op.name


def _create(primary, value, validate_shape: bool, slot_shape, dtype, colocate: bool, name: str):
    with variable_scope(None, f"{_prefix(primary)}/{name}"):
        block = colocate_with(primary) if colocate else contextlib.nullcontext()
        with block:
            return _slot_variable(primary, value, validate_shape, slot_shape, dtype)


def _slot_variable(primary, value, validate_shape: bool, slot_shape, dtype):
    scope = get_variable_scope()
    partitioner = scope.partitioner
    scope.set_partitioner(None)  # a slot of a part is not divided again
    use_resource = None
    if is_resource_variable(primary):
        use_resource = True
    elif isinstance(primary, RefVariable):
        use_resource = False
    slot = get_variable(
        "",
        initializer=value,
        trainable=False,
        use_resource=use_resource,
        shape=slot_shape if callable(value) else None,
        dtype=dtype,
        validate_shape=validate_shape,
    )
    scope.set_partitioner(partitioner)
    part = primary._save_slice_info if isinstance(primary, Variable) else None
    rank = slot.get_shape().ndims
    if part is not None and rank != 0:
        own_name = slot.name[len(f"{primary.op.name}/") : -len(":0")]
        slot._set_save_slice_info(
            SaveSliceInfo(
                f"{part.full_name}/{own_name}",
                part.full_shape[:rank],
                part.var_offset[:rank],
                part.var_shape[:rank],
            )
        )
    return slot


def create_slot(primary, val, name: str, colocate_with_primary: bool = True):
    """A slot that begins with a given value.

    Args:
      primary: the variable.
      val: the initial value, a tensor.
      name: the name of the slot.
      colocate_with_primary: place it with ``primary``.
    """
    known = val.get_shape().is_fully_defined()
    return _create(primary, val, known, None, None, colocate_with_primary, name)


def create_slot_with_initializer(
    primary, initializer, shape, dtype, name: str, colocate_with_primary: bool = True
):
    """A slot whose initial value an initializer makes.

    Args:
      primary: the variable.
      initializer: ``f(shape, dtype)``.
      shape: the static shape of the slot.
      dtype: its element type.
      name: the name of the slot.
      colocate_with_primary: place it with ``primary``.
    """
    known = shape.is_fully_defined()
    return _create(primary, initializer, known, shape, dtype, colocate_with_primary, name)


def create_zeros_slot(primary, name: str, dtype=None, colocate_with_primary: bool = True):
    """A slot of zeros, of the shape of the variable.

    Args:
      primary: the variable.
      name: the name of the slot.
      dtype: its element type; default: that of the variable.
      colocate_with_primary: place it with ``primary``.
    """
    dtype = dtype or primary.dtype
    if primary.get_shape().is_fully_defined():
        return create_slot_with_initializer(
            primary,
            initializers.Zeros(),
            primary.get_shape(),
            dtype,
            name,
            colocate_with_primary,
        )
    value = primary.initialized_value() if isinstance(primary, Variable) else primary
    zeros = fill.zeros(shape.shape(value), dtype=dtype)
    return create_slot(primary, zeros, name, colocate_with_primary)
