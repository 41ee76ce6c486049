"""`tf.random`: random numbers."""

from tfgrad._src.functions.random import (
    categorical,
    multinomial,
    truncated_normal,
)
from tfgrad._src.functions.random import (
    random_normal as normal,
)
from tfgrad._src.functions.random import (
    random_shuffle as shuffle,
)
from tfgrad._src.functions.random import (
    random_uniform as uniform,
)
from tfgrad._src.functions.random_stateless import (
    stateless_categorical,
    stateless_multinomial,
    stateless_truncated_normal,
)
from tfgrad._src.functions.random_stateless import (
    stateless_random_normal as stateless_normal,
)
from tfgrad._src.functions.random_stateless import (
    stateless_random_uniform as stateless_uniform,
)
from tfgrad._src.graph.seeds import (
    get_seed,
    set_random_seed,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "categorical",
    "get_seed",
    "multinomial",
    "normal",
    "set_random_seed",
    "shuffle",
    "stateless_categorical",
    "stateless_multinomial",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
    "truncated_normal",
    "uniform",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
