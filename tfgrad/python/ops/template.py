"""`tf.python.ops.template`: a private import path of TensorFlow."""

from tfgrad._src.functions.template import (
    Template,
    make_template,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Template",
    "make_template",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
