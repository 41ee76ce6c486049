"""`tf.manip`: public names."""

from tfgrad._src.functions.gather import (
    gather_nd,
    scatter_nd,
)
from tfgrad._src.functions.index import (
    reverse,
)
from tfgrad._src.functions.roll import roll
from tfgrad._src.functions.shape import (
    reshape,
    tile,
)
from tfgrad._src.functions.space_batch import (
    batch_to_space_nd,
    space_to_batch_nd,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "batch_to_space_nd",
    "gather_nd",
    "reshape",
    "reverse",
    "roll",
    "scatter_nd",
    "space_to_batch_nd",
    "tile",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
