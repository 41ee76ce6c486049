"""`tf.python.client.timeline`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.timeline import (
    AllocationMaximum,
    StepStatsAnalysis,
    Timeline,
)

__all__ = [
    "AllocationMaximum",
    "StepStatsAnalysis",
    "Timeline",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
