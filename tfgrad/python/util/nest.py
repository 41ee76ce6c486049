"""`tf.python.util.nest`: a private import path of TensorFlow."""

from tfgrad._src.functions.nest import (
    flatten,
    is_nested,
)
from tfgrad._src.functions.nest import (
    is_nested as is_sequence,
)
from tfgrad._src.functions.nest import (
    map_leaves as map_structure,
)
from tfgrad._src.functions.nest import (
    pack as pack_sequence_as,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "flatten",
    "is_nested",
    "is_sequence",
    "map_structure",
    "pack_sequence_as",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
