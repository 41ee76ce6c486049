"""The store of `get_variable`: the variables of a graph by full name, made once and found again.

What the caller asks for (a variable, new or old, whole or in parts, with a regularization loss) is
decided here; the current scope's part in it is in ``variable_scope.py``.
"""

import functools
import inspect
from collections.abc import Sequence

from tfgrad._src.functions import partitions
from tfgrad._src.functions.control import init_scope
from tfgrad._src.functions.operators import install_operators
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.variables import (
    Variable,
    VariableAggregation,
    VariableSynchronization,
    check_distribution,
    resource_variables_enabled,
)
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.convert import register_tensor_conversion_function
from tfgrad._src.graph.dtypes import as_dtype, float32, string
from tfgrad._src.graph.graph import colocate_with, get_default_graph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape, as_tuple

# ---------------------------------------------------------------------- regularization losses


class LazyTensor:
    """A regularization loss: its nodes are made anew wherever it is used as a tensor.

    So it can be used inside control flow.  Its attributes and its value in a session are those of a
    first copy.
    """

    def __init__(self, make):
        self._make = make
        self._first = make()

    def __getattr__(self, name: str):
        return getattr(self._first, name)

    def __repr__(self) -> str:
        return repr(self._first)

    def __str__(self) -> str:
        return str(self._first)

    def _as_graph_element(self) -> Tensor:
        return self._first

    def _dense_var_to_tensor(self, dtype=None, name=None, as_ref=False) -> Tensor:
        return self._make()


install_operators(LazyTensor, lambda loss: loss._make())
register_tensor_conversion_function(
    LazyTensor, lambda value, dtype=None, name=None, as_ref=False: value._make()
)


# ---------------------------------------------------------------------- the store


def _positional(function) -> list[inspect.Parameter]:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p for p in inspect.signature(function).parameters.values() if p.kind in kinds]


def _needs_no_arguments(function) -> bool:
    return all(p.default is not p.empty for p in _positional(function))


class VariableStore:
    """The variables that `get_variable` made, by full name."""

    def __init__(self):
        self._vars: dict[str, Variable] = {}
        self._partitioned_vars: dict = {}

    def get_variable(
        self, name, shape=None, dtype=float32, initializer=None, regularizer=None, reuse=None,
        trainable=None, collections=None, caching_device=None, partitioner=None,
        validate_shape=True, use_resource=None, custom_getter=None, constraint=None,
        synchronization=VariableSynchronization.AUTO, aggregation=VariableAggregation.NONE,
    ):  # fmt: skip
        """The variable of that full name; see `tf.get_variable`."""
        if custom_getter is not None and not callable(custom_getter):
            raise ValueError(f"Passed a custom_getter which is not callable: {custom_getter}")
        if hasattr(dtype, "base_dtype"):
            dtype = dtype.base_dtype
        synchronization, aggregation, trainable = check_distribution(
            synchronization, aggregation, trainable, name
        )
        kwargs = {
            "name": name,
            "shape": shape,
            "dtype": dtype,
            "initializer": initializer,
            "regularizer": regularizer,
            "reuse": reuse,
            "trainable": trainable,
            "collections": collections,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "validate_shape": validate_shape,
            "use_resource": use_resource,
            "synchronization": synchronization,
            "aggregation": aggregation,
        }
        if custom_getter is None:
            return self._true_getter(constraint=constraint, **kwargs)
        parameters = inspect.signature(custom_getter).parameters.values()
        if any(p.name == "constraint" or p.kind is p.VAR_KEYWORD for p in parameters):
            kwargs["constraint"] = constraint
        return custom_getter(getter=self._true_getter, **kwargs)

    def _true_getter(
        self, name, shape=None, dtype=float32, initializer=None, regularizer=None, reuse=None,
        trainable=None, collections=None, caching_device=None, partitioner=None,
        validate_shape=True, use_resource=None, constraint=None,
        synchronization=VariableSynchronization.AUTO, aggregation=VariableAggregation.NONE,
    ):  # fmt: skip
        kwargs = {
            "name": name,
            "shape": shape,
            "dtype": dtype,
            "initializer": initializer,
            "regularizer": regularizer,
            "reuse": reuse,
            "trainable": trainable,
            "collections": collections,
            "caching_device": caching_device,
            "validate_shape": validate_shape,
            "use_resource": use_resource,
            "constraint": constraint,
            "synchronization": synchronization,
            "aggregation": aggregation,
        }
        is_scalar = shape is not None and isinstance(shape, Sequence) and not shape
        if partitioner is not None and not is_scalar:
            if not callable(partitioner):
                raise ValueError(f"Partitioner must be callable, but received: {partitioner}")
            with name_scope(None):
                return partitions.get_partitioned(self, partitioner=partitioner, **kwargs)
        if reuse is True and partitioner is None and name in self._partitioned_vars:
            return partitions.get_partitioned(self, partitioner=None, **kwargs)
        if f"{name}/part_0" in self._vars:
            raise ValueError(
                f"No partitioner was provided, but a partitioned version of the variable was "
                f"found: {name}/part_0. Perhaps a variable of the same name was already created "
                f"with partitioning?"
            )
        return self._get_single(**kwargs)

    def _get_single(
        self, name, shape, dtype, initializer, regularizer, reuse, trainable, collections,
        caching_device, validate_shape, use_resource, constraint, synchronization, aggregation,
        partition_info=None,
    ):  # fmt: skip
        from_value = initializer is not None and not callable(initializer)
        if shape is not None and from_value:
            raise ValueError("If initializer is a constant, do not specify shape.")
        dtype = as_dtype(dtype)
        if shape is not None:
            shape = TensorShape._of(as_tuple(shape))
        if name in self._vars:
            return self._found(name, shape, dtype, reuse)
        if reuse is True:
            raise ValueError(
                f"Variable {name} does not exist, or was not created with tf.get_variable(). Did "
                f"you mean to set reuse=tf.AUTO_REUSE in VarScope?"
            )
        if initializer is None:
            if shape is None:
                raise ValueError(
                    f"Variable {name} did not get an initializer, so its `shape` argument must be "
                    f"specified."
                )
            initializer = self._default_initializer(name, dtype)
        variable_dtype = None
        if from_value:
            initial_value = initializer
        else:
            with init_scope():
                initial_value, variable_dtype = _bind_initializer(
                    initializer, shape, dtype, partition_info
                )
        if use_resource is None:
            use_resource = resource_variables_enabled()
        variable = Variable(
            initial_value=initial_value,
            name=name,
            trainable=trainable,
            collections=collections,
            caching_device=caching_device,
            dtype=variable_dtype,
            validate_shape=validate_shape,
            constraint=constraint,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
            shape=shape,
        )
        self._vars[name] = variable
        if regularizer:
            _add_loss(name, variable, regularizer)
        return variable

    def _found(self, name: str, shape, dtype, reuse):
        found = self._vars[name]
        if reuse is False:
            message = (
                f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or "
                f"reuse=tf.AUTO_REUSE in VarScope?"
            )
            if not found.dtype._is_ref_dtype:
                raise ValueError(message)
            raise ValueError(f"{message} Originally defined at:\n\n  {found.op.where}")
        if shape is not None and not shape.is_compatible_with(found.get_shape()):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {shape} and found shape "
                f"{found.get_shape()}."
            )
        if dtype.base_dtype is not found.dtype.base_dtype:
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {dtype.name} and found "
                f"dtype {found.dtype.name}."
            )
        return found

    @staticmethod
    def _default_initializer(name: str, dtype):
        from tfgrad._src.functions import initializers  # they are built on many families

        if dtype.is_floating:
            return initializers.GlorotUniform()
        if dtype.is_integer or dtype.is_bool or dtype is string:
            return initializers.Zeros()
        raise ValueError(f"An initializer for variable {name} of {dtype.base_dtype} is required")


def _bind_initializer(initializer, shape, dtype, partition_info):
    """The function without arguments that makes the initial value, and the type it gives."""
    if inspect.isclass(initializer):
        initializer = initializer()
    if shape is not None and shape.is_fully_defined():
        extra = {}
        if any(p.name == "partition_info" for p in _positional(initializer)):
            extra["partition_info"] = partition_info
        bound = functools.partial(initializer, shape.as_list(), dtype=dtype, **extra)
        return bound, dtype.base_dtype
    if _needs_no_arguments(initializer):
        return initializer, None
    raise ValueError(
        "The initializer passed is not valid. It should be a callable with no arguments and the "
        "shape should not be provided or an instance of `tf.keras.initializers.*' and `shape` "
        "should be fully defined."
    )


def _add_loss(name: str, variable, regularizer) -> None:
    """Adds the regularization loss, colocated with its variable, to the collection of them."""

    def make():
        with colocate_with(variable.op), name_scope(f"{name}/Regularizer/"):
            return regularizer(variable)

    # TensorFlow calls the regularizer once more, outside, only to see whether it gives a loss; the
    # nodes of that call are in its graphs.
    if regularizer(variable) is not None:
        get_default_graph().add_to_collection(GraphKeys.REGULARIZATION_LOSSES, LazyTensor(make))
