"""`tf.contrib.framework.python.ops`: a private import path of TensorFlow."""

# Imported first, as a module is bound in its package: the name is the function's afterwards.
import tfgrad.contrib.framework.python.ops.arg_scope
from tfgrad._src.functions.arg_scope import (
    add_arg_scope,
    arg_scope,
    arg_scoped_arguments,
    current_arg_scope,
    has_arg_scope,
)
from tfgrad._src.functions.contrib_framework import (
    get_graph_from_inputs,
    get_name_scope,
    get_placeholders,
    prepend_name_scope,
    strip_name_scope,
)
from tfgrad._src.functions.contrib_variables import (
    VariableDeviceChooser,
    add_model_variable,
    assign_from_values,
    assign_from_values_fn,
    filter_variables,
    get_local_variables,
    get_model_variables,
    get_trainable_variables,
    get_unique_variable,
    get_variable_full_name,
    get_variables,
    get_variables_by_name,
    get_variables_by_suffix,
    get_variables_to_restore,
    global_variable,
    local_variable,
    model_variable,
    variable,
    zero_initializer,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad.contrib.framework.python.ops import (
    audio_ops,
    variables,
)

__all__ = [
    "VariableDeviceChooser",
    "add_arg_scope",
    "add_model_variable",
    "arg_scope",
    "arg_scoped_arguments",
    "assign_from_values",
    "assign_from_values_fn",
    "audio_ops",
    "current_arg_scope",
    "filter_variables",
    "get_graph_from_inputs",
    "get_local_variables",
    "get_model_variables",
    "get_name_scope",
    "get_placeholders",
    "get_trainable_variables",
    "get_unique_variable",
    "get_variable_full_name",
    "get_variables",
    "get_variables_by_name",
    "get_variables_by_suffix",
    "get_variables_to_restore",
    "global_variable",
    "has_arg_scope",
    "local_variable",
    "model_variable",
    "prepend_name_scope",
    "strip_name_scope",
    "variable",
    "variables",
    "zero_initializer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
