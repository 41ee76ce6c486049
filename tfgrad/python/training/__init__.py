"""`tf.python.training`: import paths below TensorFlow's private package."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad.python.training import moving_averages, optimizer, slot_creator, training_util

__all__ = [
    "moving_averages",
    "optimizer",
    "slot_creator",
    "training_util",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
