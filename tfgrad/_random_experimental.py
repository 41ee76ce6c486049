"""`tf.random.experimental`: generators whose state is a variable."""

from tfgrad._src.functions.random_generator import (
    Generator,
    create_rng_state,
    get_global_generator,
    set_global_generator,
)
from tfgrad._src.functions.random_stateless import (
    Algorithm,
    index_shuffle,
    stateless_fold_in,
    stateless_shuffle,
    stateless_split,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Algorithm",
    "Generator",
    "create_rng_state",
    "get_global_generator",
    "index_shuffle",
    "set_global_generator",
    "stateless_fold_in",
    "stateless_shuffle",
    "stateless_split",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
