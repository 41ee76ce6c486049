"""`tf.python.ops.variable_scope`: a private import path of TensorFlow."""

from tfgrad._src.functions.variable_scope import (
    AUTO_REUSE,
    VariableScope,
    _get_unique_variable_scope,
    _pure_variable_scope,
    get_local_variable,
    get_variable,
    get_variable_scope,
    no_regularizer,
    variable_creator_scope,
    variable_op_scope,
    variable_scope,
)
from tfgrad._src.functions.variable_scope import (
    variable_creator_scope as variable_creator_scope_v1,
)
from tfgrad._src.functions.variables import (
    Variable as variable,
)
from tfgrad._src.functions.variables import (
    VariableAggregation,
    VariableSynchronization,
    disable_resource_variables,
    enable_resource_variables,
    resource_variables_enabled,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "AUTO_REUSE",
    "VariableAggregation",
    "VariableScope",
    "VariableSynchronization",
    "disable_resource_variables",
    "enable_resource_variables",
    "get_local_variable",
    "get_variable",
    "get_variable_scope",
    "no_regularizer",
    "resource_variables_enabled",
    "variable",
    "variable_creator_scope",
    "variable_creator_scope_v1",
    "variable_op_scope",
    "variable_scope",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
