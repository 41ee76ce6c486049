"""`tf.python.training.slot_creator`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.slot_creator import (
    create_slot,
    create_slot_with_initializer,
    create_zeros_slot,
)

__all__ = [
    "create_slot",
    "create_slot_with_initializer",
    "create_zeros_slot",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
