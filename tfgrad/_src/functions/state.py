"""Changing variables: ``assign``, ``scatter_add`` and their kin, for both kinds of variable."""

from tfgrad._src.functions.reference import add_ref_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor


def is_variable_initialized(variable):
    """A boolean tensor: whether ``variable`` has a value.

    Args:
      variable: a variable.

    Example:
      >>> v = tf.Variable(1.0)
      >>> bool(tf.Session().run(tf.is_variable_initialized(v)))
      False
    """
    if variable.dtype._is_ref_dtype:
        return add_ref_op("IsVariableInitialized", variable)
    return variable.is_initialized()


def assign(ref, value, validate_shape=None, use_locking=None, name: str | None = None):
    """A node that replaces the value of a variable.

    Args:
      ref: the variable.
      value: the new value, of the variable's type and shape.
      validate_shape: False: the shape may differ; default True.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"Assign"``.

    Returns:
      The variable's reference after the assignment.

    Raises:
      TypeError: ``value`` has another type.
      ValueError: ``value`` has another shape.

    Example:
      >>> v = tf.Variable(1.0)
      >>> float(tf.Session().run(tf.assign(v, 2.0)))
      2.0
    """
    if ref.dtype._is_ref_dtype:
        return add_ref_op(
            "Assign", ref, value, validate_shape=validate_shape, use_locking=use_locking, name=name
        )
    return ref.assign(value, name=name)


def assign_add(ref, value, use_locking=None, name: str | None = None):
    """A node that adds ``value`` to a variable; see `tf.assign`.

    Args:
      ref: the variable.
      value: what is added.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"AssignAdd"``.
    """
    if ref.dtype._is_ref_dtype:
        return add_ref_op("AssignAdd", ref, value, use_locking=use_locking, name=name)
    return ref.assign_add(value)


def assign_sub(ref, value, use_locking=None, name: str | None = None):
    """A node that subtracts ``value`` from a variable; see `tf.assign`.

    Args:
      ref: the variable.
      value: what is subtracted.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"AssignSub"``.
    """
    if ref.dtype._is_ref_dtype:
        return add_ref_op("AssignSub", ref, value, use_locking=use_locking, name=name)
    return ref.assign_sub(value)


def count_up_to(ref, limit: int, name: str | None = None):
    """The value of a variable, which then grows by one.

    Args:
      ref: a scalar variable of an integer type.
      limit: running the node when the variable has this value is an ``OutOfRangeError``.
      name: the name of the node; default ``"CountUpTo"``.

    Returns:
      The value before it grew.
    """
    if ref.dtype._is_ref_dtype:
        return add_ref_op("CountUpTo", ref, limit=limit, name=name)
    return add_op("ResourceCountUpTo", ref.handle, limit=limit, T=ref.dtype, name=name)


def _scatter(op_kind: str, ref, indices, updates, use_locking, name):
    if ref.dtype._is_ref_dtype:
        return add_ref_op(
            f"Scatter{op_kind}", ref, indices, updates, use_locking=use_locking, name=name
        )
    updates = convert_to_tensor(updates, ref.dtype)
    return ref._lazy_read(
        add_op(f"ResourceScatter{op_kind}", ref.handle, indices, updates, name=name)
    )


def scatter_update(ref, indices, updates, use_locking=True, name: str | None = None):
    """Replaces rows of a variable.

    ::

        ref[indices[i, ..., j], ...] = updates[i, ..., j, ...]

    Args:
      ref: the variable, of shape ``[n, ...]``.
      indices: ``int32`` or ``int64`` row numbers in ``[0, n)``, of any shape.
      updates: of the shape of ``indices`` followed by that of a row, or a scalar.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterUpdate"``.

    Returns:
      The variable's reference after the update.  Where a row is named twice, the last update wins.

    Raises:
      tf.errors.InvalidArgumentError: when run, an index is out of range; the variable stays as it
        is.
    """
    return _scatter("Update", ref, indices, updates, use_locking, name)


def scatter_add(ref, indices, updates, use_locking=False, name: str | None = None):
    """Adds to rows of a variable; a row named twice gets both.  See `tf.scatter_update`.

    Args:
      ref: the variable.
      indices: row numbers.
      updates: what is added.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterAdd"``.
    """
    return _scatter("Add", ref, indices, updates, use_locking, name)


def scatter_sub(ref, indices, updates, use_locking=False, name: str | None = None):
    """Subtracts from rows of a variable; a row named twice loses both.  See `tf.scatter_update`.

    Args:
      ref: the variable.
      indices: row numbers.
      updates: what is subtracted.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterSub"``.
    """
    return _scatter("Sub", ref, indices, updates, use_locking, name)


def scatter_mul(ref, indices, updates, use_locking=False, name: str | None = None):
    """Multiplies rows of a variable.  See `tf.scatter_update`.

    Args:
      ref: the variable.
      indices: row numbers.
      updates: the factors.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterMul"``.
    """
    return _scatter("Mul", ref, indices, updates, use_locking, name)


def scatter_div(ref, indices, updates, use_locking=False, name: str | None = None):
    """Divides rows of a variable.  See `tf.scatter_update`.

    Args:
      ref: the variable.
      indices: row numbers.
      updates: the divisors.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterDiv"``.
    """
    return _scatter("Div", ref, indices, updates, use_locking, name)


def scatter_min(ref, indices, updates, use_locking=False, name: str | None = None):
    """Replaces rows of a variable by the minimum with ``updates``.  See `tf.scatter_update`.

    Args:
      ref: the variable.
      indices: row numbers.
      updates: what is compared.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterMin"``.
    """
    return _scatter("Min", ref, indices, updates, use_locking, name)


def scatter_max(ref, indices, updates, use_locking=False, name: str | None = None):
    """Replaces rows of a variable by the maximum with ``updates``.  See `tf.scatter_update`.

    Args:
      ref: the variable.
      indices: row numbers.
      updates: what is compared.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterMax"``.
    """
    return _scatter("Max", ref, indices, updates, use_locking, name)


def scatter_nd_update(ref, indices, updates, use_locking=True, name: str | None = None):
    """Replaces what index vectors name in a variable.

    ::

        ref[indices[i]] = updates[i]

    Args:
      ref: the variable, of rank ``r``.
      indices: of shape ``[..., k]`` with ``k <= r``; each vector names a slice of rank ``r - k``.
      updates: of the shape of ``indices`` without its last dimension, followed by that of a slice.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterNdUpdate"``.

    Returns:
      The variable's reference after the update.
    """
    return _scatter("NdUpdate", ref, indices, updates, use_locking, name)


def scatter_nd_add(ref, indices, updates, use_locking=False, name: str | None = None):
    """Adds to what index vectors name in a variable.  See `tf.scatter_nd_update`.

    Args:
      ref: the variable.
      indices: index vectors.
      updates: what is added.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterNdAdd"``.
    """
    return _scatter("NdAdd", ref, indices, updates, use_locking, name)


def scatter_nd_sub(ref, indices, updates, use_locking=False, name: str | None = None):
    """Subtracts from what index vectors name in a variable.  See `tf.scatter_nd_update`.

    Args:
      ref: the variable.
      indices: index vectors.
      updates: what is subtracted.
      use_locking: recorded, without effect.
      name: the name of the node; default ``"ScatterNdSub"``.
    """
    return _scatter("NdSub", ref, indices, updates, use_locking, name)
