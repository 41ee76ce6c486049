"""`tf.python.training.momentum`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.momentum import (
    MomentumOptimizer,
)

__all__ = [
    "MomentumOptimizer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
