"""`tf.user_ops`: TensorFlow's example of an op type of one's own."""

from tfgrad._src.functions.user_ops import (
    my_fact,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "my_fact",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
