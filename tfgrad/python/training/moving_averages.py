"""`tf.python.training.moving_averages`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.moving_averages import (
    ExponentialMovingAverage,
    assign_moving_average,
)

__all__ = [
    "ExponentialMovingAverage",
    "assign_moving_average",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
