"""`tf.config.optimizer`: options of the compiler."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.process_config import (
    get_experimental_options,
    get_jit,
    set_experimental_options,
    set_jit,
)

__all__ = [
    "get_experimental_options",
    "get_jit",
    "set_experimental_options",
    "set_jit",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
