"""`tf.contrib.framework.python.ops.arg_scope`: a private import path of TensorFlow."""

from tfgrad._src.functions.arg_scope import (
    add_arg_scope,
    arg_scope,
    arg_scope_func_key,
    arg_scoped_arguments,
    current_arg_scope,
    has_arg_scope,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "add_arg_scope",
    "arg_scope",
    "arg_scope_func_key",
    "arg_scoped_arguments",
    "current_arg_scope",
    "has_arg_scope",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
