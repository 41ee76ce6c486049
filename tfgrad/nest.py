"""`tf.nest`: nested structures."""

from tfgrad._src.functions.nest_structures import (
    assert_same_structure,
    flatten,
    is_nested,
    map_structure,
    pack_sequence_as,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "assert_same_structure",
    "flatten",
    "is_nested",
    "map_structure",
    "pack_sequence_as",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
