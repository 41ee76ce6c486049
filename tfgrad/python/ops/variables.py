"""`tf.python.ops.variables`: a private import path of TensorFlow."""

from tfgrad._src.functions.state import (
    is_variable_initialized,
)
from tfgrad._src.functions.variable_lists import (
    all_variables,
    assert_variables_initialized,
    global_variables,
    global_variables_initializer,
    initialize_all_variables,
    initialize_local_variables,
    initialize_variables,
    local_variables,
    local_variables_initializer,
    model_variables,
    moving_average_variables,
    report_uninitialized_variables,
    trainable_variables,
    variables_initializer,
)
from tfgrad._src.functions.variables import (
    Variable,
    VariableAggregation,
    VariableSynchronization,
)
from tfgrad._src.functions.variables import (
    Variable as VariableV1,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Variable",
    "VariableAggregation",
    "VariableSynchronization",
    "VariableV1",
    "all_variables",
    "assert_variables_initialized",
    "global_variables",
    "global_variables_initializer",
    "initialize_all_variables",
    "initialize_local_variables",
    "initialize_variables",
    "is_variable_initialized",
    "local_variables",
    "local_variables_initializer",
    "model_variables",
    "moving_average_variables",
    "report_uninitialized_variables",
    "trainable_variables",
    "variables_initializer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
