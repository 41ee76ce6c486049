"""`tf.contrib.training`: the settings of models."""

from tfgrad._src.functions.hparams import (
    HParams,
    parse_values,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "HParams",
    "parse_values",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
