"""`tf.random.experimental`: generators whose state is a variable."""

from tfgrad._src.functions.random_generator import (
    Generator,
    create_rng_state,
    get_global_generator,
    set_global_generator,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = ["Generator", "create_rng_state", "get_global_generator", "set_global_generator"]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
