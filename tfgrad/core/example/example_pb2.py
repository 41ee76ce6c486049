"""`tf.core.example.example_pb2`: messages, see `tf.core`."""

from tfgrad._src.graph.example import Example, SequenceExample
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Example",
    "SequenceExample",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
