"""`tf.contrib.framework`: variables with their collections, and finding them again."""

import functools
import re

from tfgrad._src.functions.arg_scope import add_arg_scope
from tfgrad._src.functions.collections import add_to_collection, get_collection
from tfgrad._src.functions.constant import placeholder
from tfgrad._src.functions.control import group
from tfgrad._src.functions.state import assign
from tfgrad._src.functions.variable_scope import get_variable, get_variable_scope
from tfgrad._src.functions.variables import (
    Variable,
    VariableAggregation,
    VariableSynchronization,
)
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.graph import device as device_scope


@add_arg_scope
def variable(
    name,
    shape=None,
    dtype=None,
    initializer=None,
    regularizer=None,
    trainable=True,
    collections=None,
    caching_device=None,
    device=None,
    partitioner=None,
    custom_getter=None,
    use_resource=None,
    synchronization=VariableSynchronization.AUTO,
    aggregation=VariableAggregation.NONE,
):
    """The variable of a name, on a device: `tf.get_variable` with arguments of `arg_scope`.

    Args:
      name: the variable's name in the current variable scope.
      shape: its shape.
      dtype: its type; default ``float32``.
      initializer: what gives its first value.
      regularizer: a function of the variable; its result is added to the regularization losses.
      trainable: whether optimizers change it.
      collections: the collections it is added to; default the global variables.
      caching_device: without effect.
      device: the device of its nodes.
      partitioner: see `tf.get_variable`.
      custom_getter: a function to call instead of `tf.get_variable`.
      use_resource: whether the variable is one by handle.
      synchronization: see `tf.get_variable`.
      aggregation: see `tf.get_variable`.

    Returns:
      The variable.
    """
    names = list(collections if collections is not None else [GraphKeys.GLOBAL_VARIABLES])
    getter = get_variable
    if custom_getter is not None:
        getter = functools.partial(custom_getter, reuse=get_variable_scope().reuse)
    with device_scope(device or ""):
        return getter(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=list(dict.fromkeys(names)),
            caching_device=caching_device,
            partitioner=partitioner,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )


@add_arg_scope
def model_variable(
    name,
    shape=None,
    dtype=dt.float32,
    initializer=None,
    regularizer=None,
    trainable=True,
    collections=None,
    caching_device=None,
    device=None,
    partitioner=None,
    custom_getter=None,
    use_resource=None,
    synchronization=VariableSynchronization.AUTO,
    aggregation=VariableAggregation.NONE,
):
    """A `variable` that is in the collection of the model's variables, too.

    See `tf.contrib.framework.variable`.
    """
    names = [*(collections or []), GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES]
    return variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=names,
        caching_device=caching_device,
        device=device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        use_resource=use_resource,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def global_variable(initial_value, validate_shape=True, name=None, use_resource=None):
    """A variable in the collection of global variables that is not trained.

    Args:
      initial_value: its first value.
      validate_shape: whether it keeps its shape.
      name: its name.
      use_resource: whether the variable is one by handle.

    Returns:
      The variable.
    """
    return Variable(
        initial_value,
        trainable=False,
        collections=[GraphKeys.GLOBAL_VARIABLES],
        validate_shape=validate_shape,
        name=name,
        use_resource=use_resource,
    )


def local_variable(initial_value, validate_shape=True, name=None, use_resource=None):
    """A variable in the collection of local variables.

    See `tf.contrib.framework.global_variable`.
    """
    return Variable(
        initial_value,
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES],
        validate_shape=validate_shape,
        name=name,
        use_resource=use_resource,
    )


def add_model_variable(var) -> None:
    """Adds a variable to the collection of the model's variables, unless it is there."""
    if not any(v is var for v in get_collection(GraphKeys.MODEL_VARIABLES)):
        add_to_collection(GraphKeys.MODEL_VARIABLES, var)


# --------------------------------------------------------------------------
# Finding variables.


def get_variables(scope=None, suffix=None, collection=GraphKeys.GLOBAL_VARIABLES) -> list:
    """The variables of a collection whose names begin and end as given.

    Args:
      scope: a variable scope, or what the names begin with; a regular expression.
      suffix: what the names end with.
      collection: the name of the collection.

    Returns:
      A list of variables.
    """
    scope = getattr(scope, "name", scope)
    if suffix is not None:
        suffix = suffix if ":" in suffix else suffix + ":0"
        scope = f"{scope or ''}.*{suffix}"
    return get_collection(collection, scope)


def get_model_variables(scope=None, suffix=None) -> list:
    """See `tf.contrib.framework.get_variables`."""
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope=None, suffix=None) -> list:
    """See `tf.contrib.framework.get_variables`."""
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


def get_trainable_variables(scope=None, suffix=None) -> list:
    """See `tf.contrib.framework.get_variables`."""
    return get_variables(scope, suffix, GraphKeys.TRAINABLE_VARIABLES)


def get_variables_by_suffix(suffix, scope=None) -> list:
    """See `tf.contrib.framework.get_variables`."""
    return get_variables(scope=scope, suffix=suffix)


def get_variables_by_name(given_name, scope=None) -> list:
    """The global variables of a name, in whatever scope.

    Args:
      given_name: the last part of the name.
      scope: what the names begin with.

    Returns:
      A list of variables.
    """
    pattern = rf"{given_name}:|/{given_name}:"
    return [v for v in get_variables(scope=scope) if re.search(pattern, v.name)]


def get_unique_variable(var_op_name):
    """The global variable of a full name.

    Raises:
      ValueError: there is none, or there are several.
    """
    candidates = get_variables(scope=var_op_name)
    if not candidates:
        raise ValueError(f"Couldn't find variable {var_op_name}")
    for candidate in candidates:
        if candidate.op.name == var_op_name:
            return candidate
    raise ValueError(f"Variable {var_op_name} does not uniquely identify a variable")


def get_variable_full_name(var) -> str:
    """The name of a variable; of a part of one, the name of the whole."""
    part = getattr(var, "_save_slice_info", None)
    return part.full_name if part else var.op.name


def filter_variables(
    var_list, include_patterns=None, exclude_patterns=None, reg_search=True
) -> list:
    """The variables whose names match some patterns and none of others.

    Args:
      var_list: variables.
      include_patterns: regular expressions one of which must match; default: all variables.
      exclude_patterns: regular expressions none of which may match.
      reg_search: whether a match may begin anywhere, or only where the name does.

    Returns:
      A list of variables.
    """
    match = re.search if reg_search else re.match

    def any_of(patterns, var) -> bool:
        return any(match(pattern, var.name) for pattern in patterns)

    chosen = [v for v in var_list if include_patterns is None or any_of(include_patterns, v)]
    return [v for v in chosen if not any_of(exclude_patterns or (), v)]


def get_variables_to_restore(include=None, exclude=None) -> list:
    """The global variables in some scopes and not in others.

    Args:
      include: scopes; default all.
      exclude: scopes that are left out.

    Returns:
      A list of variables.

    Raises:
      TypeError: an argument is no list.
    """
    for name, scopes in (("include", include), ("exclude", exclude)):
        if scopes is not None and not isinstance(scopes, (list, tuple)):
            raise TypeError(f"{name} is provided but is not a list or a tuple.")
    chosen = get_variables() if include is None else [v for s in include for v in get_variables(s)]
    left_out = {id(v) for scope in exclude or () for v in get_variables(scope)}
    return [v for v in chosen if id(v) not in left_out]


# --------------------------------------------------------------------------
# Values.


def assign_from_values(var_names_to_values):
    """An operation that gives variables values, and the feeds that it needs.

    Args:
      var_names_to_values: arrays by the full names of variables.

    Returns:
      The operation and a feed dictionary.

    Raises:
      ValueError: there is no variable of a name, or an array does not fit its shape.
    """
    feeds, assignments = {}, []
    for name, value in var_names_to_values.items():
        found = get_collection(GraphKeys.GLOBAL_VARIABLES, name)
        if not found:
            raise ValueError(f"Variable {name} wasn't found")
        if len(found) > 1:
            exact = [v for v in found if v.op.name == name]
            if not exact:
                raise ValueError(f"Variable {name} is ambiguous: {found}")
            found = exact
        var = found[0]
        place = placeholder(dtype=var.dtype.base_dtype, name=f"placeholder/{var.op.name}")
        assignments.append(assign(var, place))
        feeds[place] = value.reshape(var.get_shape().as_list())
    return group(*assignments), feeds


def assign_from_values_fn(var_names_to_values):
    """A function of a session that gives variables values; see `assign_from_values`."""
    operation, feeds = assign_from_values(var_names_to_values)

    def run(session):
        return session.run(operation, feeds)

    return run


def zero_initializer(ref, use_locking=True, name="zero_initializer"):
    """Sets a variable to zeros.

    Args:
      ref: the variable.
      use_locking: without effect.
      name: the name of the node.

    Returns:
      The variable, after that.
    """
    from tfgrad._src.functions.fill import zeros

    with device_scope(ref.device):
        value = zeros(ref.get_shape(), ref.dtype.base_dtype)
        return assign(ref, value, use_locking=use_locking, name=name)


class VariableDeviceChooser:
    """Devices for variables, in turn: ``/job:ps/task:0``, ``task:1``, ...

    Args:
      num_tasks: how many tasks there are.
      job_name: the job's name.
      device_type: ``"CPU"`` or ``"GPU"``.
      device_index: the number of the device of each task.
      replica: the number of the replica.
    """

    def __init__(self, num_tasks=0, job_name="ps", device_type="CPU", device_index=0, replica=None):
        self._job_name = job_name
        self._device_type = device_type
        self._device_index = device_index
        self._replica = replica
        self._num_tasks = num_tasks
        self._next_task_id = 0

    def __call__(self, op) -> str:
        """The device of the next variable."""
        from tfgrad._src.graph.device import DeviceSpec

        spec = DeviceSpec(
            replica=self._replica, device_type=self._device_type, device_index=self._device_index
        )
        if self._num_tasks > 0:
            spec.job, spec.task = self._job_name, self._next_task_id
            self._next_task_id = (self._next_task_id + 1) % self._num_tasks
        return spec.to_string()
