"""`tf.python.ops.losses.util`: a private import path of TensorFlow."""

from tfgrad._src.functions.loss_reduction import (
    add_loss,
    get_losses,
    get_regularization_loss,
    get_regularization_losses,
    get_total_loss,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "add_loss",
    "get_losses",
    "get_regularization_loss",
    "get_regularization_losses",
    "get_total_loss",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
