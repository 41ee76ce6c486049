"""`tf.python.ops.random_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.random import (
    categorical,
    multinomial,
    parameterized_truncated_normal,
    random_crop,
    random_gamma,
    random_normal,
    random_poisson,
    random_shuffle,
    random_uniform,
    truncated_normal,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "categorical",
    "multinomial",
    "parameterized_truncated_normal",
    "random_crop",
    "random_gamma",
    "random_normal",
    "random_poisson",
    "random_shuffle",
    "random_uniform",
    "truncated_normal",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
