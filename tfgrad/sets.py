"""`tf.sets`: operations on sets, one per row of the last dimension."""

from tfgrad._src.functions.sets import (
    set_difference,
    set_intersection,
    set_size,
    set_union,
)
from tfgrad._src.functions.sets import (
    set_difference as difference,
)
from tfgrad._src.functions.sets import (
    set_intersection as intersection,
)
from tfgrad._src.functions.sets import (
    set_size as size,
)
from tfgrad._src.functions.sets import (
    set_union as union,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "difference",
    "intersection",
    "set_difference",
    "set_intersection",
    "set_size",
    "set_union",
    "size",
    "union",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
