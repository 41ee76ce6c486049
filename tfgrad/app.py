"""`tf.app`: a program's entry and its command-line flags."""

from tfgrad import flags
from tfgrad._src.functions.app import run
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "flags",
    "run",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
