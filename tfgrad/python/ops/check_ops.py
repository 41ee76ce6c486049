"""`tf.python.ops.check_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.checks import (
    assert_equal,
    assert_greater,
    assert_greater_equal,
    assert_less,
    assert_less_equal,
    assert_near,
    assert_negative,
    assert_non_negative,
    assert_non_positive,
    assert_none_equal,
    assert_positive,
    is_non_decreasing,
    is_numeric_tensor,
    is_strictly_increasing,
)
from tfgrad._src.functions.checks_static import (
    assert_integer,
    assert_proper_iterable,
    assert_rank,
    assert_rank_at_least,
    assert_rank_in,
    assert_same_float_dtype,
    assert_scalar,
    assert_shapes,
    assert_type,
)
from tfgrad._src.functions.control import (
    ensure_shape,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_integer",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_proper_iterable",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_same_float_dtype",
    "assert_scalar",
    "assert_shapes",
    "assert_type",
    "ensure_shape",
    "is_non_decreasing",
    "is_numeric_tensor",
    "is_strictly_increasing",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
