"""`tf.python.ops.stateless_random_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.random_stateless import (
    Algorithm,
    index_shuffle,
    stateless_categorical,
    stateless_fold_in,
    stateless_multinomial,
    stateless_parameterized_truncated_normal,
    stateless_random_binomial,
    stateless_random_gamma,
    stateless_random_normal,
    stateless_random_poisson,
    stateless_random_uniform,
    stateless_shuffle,
    stateless_split,
    stateless_truncated_normal,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Algorithm",
    "index_shuffle",
    "stateless_categorical",
    "stateless_fold_in",
    "stateless_multinomial",
    "stateless_parameterized_truncated_normal",
    "stateless_random_binomial",
    "stateless_random_gamma",
    "stateless_random_normal",
    "stateless_random_poisson",
    "stateless_random_uniform",
    "stateless_shuffle",
    "stateless_split",
    "stateless_truncated_normal",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
