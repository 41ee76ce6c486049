"""`tf.contrib.eager`: what of it has a meaning where there is always a graph."""

from tfgrad._src.functions.script import (
    py_function as py_func,
)
from tfgrad._src.functions.template import (
    make_template,
)
from tfgrad._src.gradients.custom import (
    custom_gradient,
)
from tfgrad._src.interop.behavior import (
    enable_eager_execution,
    executing_eagerly,
)
from tfgrad._src.interop.behavior import (
    executing_eagerly as in_eager_mode,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "custom_gradient",
    "enable_eager_execution",
    "executing_eagerly",
    "in_eager_mode",
    "make_template",
    "py_func",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
