"""`tf.python.framework.random_seed`: a private import path of TensorFlow."""

from tfgrad._src.graph.seeds import (
    get_seed,
    set_random_seed,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "get_seed",
    "set_random_seed",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
