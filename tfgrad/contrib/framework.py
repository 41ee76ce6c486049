"""`tf.contrib.framework`: parts of the former contrib package."""

from tfgrad._src.functions.checks_static import assert_same_float_dtype, assert_scalar
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.training_util import (
    create_global_step,
    get_global_step,
    get_or_create_global_step,
)

__all__ = [
    "assert_same_float_dtype",
    "assert_scalar",
    "create_global_step",
    "get_global_step",
    "get_or_create_global_step",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
