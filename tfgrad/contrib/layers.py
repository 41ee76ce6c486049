"""`tf.contrib.layers`: layers."""

from tfgrad._src.functions.initializers import (
    contrib_variance_scaling_initializer as variance_scaling_initializer,
)
from tfgrad._src.functions.initializers import (
    xavier_initializer,
)
from tfgrad._src.functions.initializers import (
    xavier_initializer as xavier_initializer_conv2d,
)
from tfgrad._src.functions.regularizers import (
    apply_regularization,
    l1_l2_regularizer,
    l1_regularizer,
    l2_regularizer,
    sum_regularizer,
)
from tfgrad._src.gradients.custom import contrib_recompute_grad as recompute_grad
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "apply_regularization",
    "l1_l2_regularizer",
    "l1_regularizer",
    "l2_regularizer",
    "recompute_grad",
    "sum_regularizer",
    "variance_scaling_initializer",
    "xavier_initializer",
    "xavier_initializer_conv2d",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
