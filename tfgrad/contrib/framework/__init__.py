"""`tf.contrib.framework`: parts of the former contrib package."""

from tfgrad._src.functions.arg_scope import (
    add_arg_scope,
    arg_scope,
    arg_scoped_arguments,
    current_arg_scope,
    has_arg_scope,
)
from tfgrad._src.functions.checks_static import (
    assert_same_float_dtype,
    assert_scalar,
)
from tfgrad._src.functions.contrib_framework import (
    assert_scalar_int,
    get_graph_from_inputs,
    get_name_scope,
    get_placeholders,
    is_tensor,
    prepend_name_scope,
    reduce_sum_n,
    remove_squeezable_dimensions,
    smart_constant_value,
    strip_name_scope,
    with_same_shape,
    with_shape,
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
from tfgrad._src.functions.decorators import (
    deprecated,
    deprecated_arg_values,
    deprecated_args,
)
from tfgrad._src.functions.script import (
    py_func,
)
from tfgrad._src.functions.sequence import (
    argsort,
    sort,
)
from tfgrad._src.graph.sparse_tensor import (
    convert_to_tensor_or_sparse_tensor,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.training_util import (
    assert_global_step,
    assert_or_get_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
)
from tfgrad.python.util import (
    nest,
)

__all__ = [
    "VariableDeviceChooser",
    "add_arg_scope",
    "add_model_variable",
    "arg_scope",
    "arg_scoped_arguments",
    "argsort",
    "assert_global_step",
    "assert_or_get_global_step",
    "assert_same_float_dtype",
    "assert_scalar",
    "assert_scalar_int",
    "assign_from_values",
    "assign_from_values_fn",
    "convert_to_tensor_or_sparse_tensor",
    "create_global_step",
    "current_arg_scope",
    "deprecated",
    "deprecated_arg_values",
    "deprecated_args",
    "filter_variables",
    "get_global_step",
    "get_graph_from_inputs",
    "get_local_variables",
    "get_model_variables",
    "get_name_scope",
    "get_or_create_global_step",
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
    "is_tensor",
    "local_variable",
    "model_variable",
    "nest",
    "prepend_name_scope",
    "py_func",
    "reduce_sum_n",
    "remove_squeezable_dimensions",
    "smart_constant_value",
    "sort",
    "strip_name_scope",
    "variable",
    "with_same_shape",
    "with_shape",
    "zero_initializer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
