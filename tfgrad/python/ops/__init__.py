"""`tf.python.ops`: a private import path of TensorFlow."""

import importlib

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "array_ops",
    "bitwise_ops",
    "check_ops",
    "clip_ops",
    "control_flow_ops",
    "custom_gradient",
    "data_flow_ops",
    "embedding_ops",
    "gen_array_ops",
    "gen_control_flow_ops",
    "gen_data_flow_ops",
    "gen_image_ops",
    "gen_linalg_ops",
    "gen_logging_ops",
    "gen_math_ops",
    "gen_nn_ops",
    "gen_random_ops",
    "gen_resource_variable_ops",
    "gen_state_ops",
    "gen_string_ops",
    "gradient_checker",
    "gradients",
    "gradients_impl",
    "gradients_util",
    "image_ops",
    "init_ops",
    "linalg",
    "linalg_ops",
    "logging_ops",
    "losses",
    "math_ops",
    "nn",
    "nn_impl",
    "nn_ops",
    "partitioned_variables",
    "random_ops",
    "resource_variable_ops",
    "script_ops",
    "special_math_ops",
    "standard_ops",
    "state_ops",
    "stateless_random_ops",
    "unconnected_gradients",
    "variable_scope",
    "variables",
]


def __getattr__(name: str):
    if name in __all__:  # imported when it is used
        return importlib.import_module(f"{__name__}.{name}")
    raise _unknown_attribute(__name__, name, __all__)
