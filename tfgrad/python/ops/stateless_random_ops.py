"""`tf.python.ops.stateless_random_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.random_stateless import (
    stateless_categorical,
    stateless_multinomial,
    stateless_random_binomial,
    stateless_random_gamma,
    stateless_random_normal,
    stateless_random_poisson,
    stateless_random_uniform,
    stateless_truncated_normal,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "stateless_categorical",
    "stateless_multinomial",
    "stateless_random_binomial",
    "stateless_random_gamma",
    "stateless_random_normal",
    "stateless_random_poisson",
    "stateless_random_uniform",
    "stateless_truncated_normal",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
