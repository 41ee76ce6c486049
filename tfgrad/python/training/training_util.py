"""`tf.python.training.training_util`: import paths below TensorFlow's private package."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.training_util import (
    create_global_step,
    get_global_step,
    get_or_create_global_step,
)

__all__ = [
    "create_global_step",
    "get_global_step",
    "get_or_create_global_step",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
