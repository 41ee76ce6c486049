"""`tf.contrib.opt`: optimizers outside the graph."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.external_optimizer import (
    ExternalOptimizerInterface,
    ScipyOptimizerInterface,
)

__all__ = [
    "ExternalOptimizerInterface",
    "ScipyOptimizerInterface",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
