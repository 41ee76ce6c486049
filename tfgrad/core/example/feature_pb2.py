"""`tf.core.example.feature_pb2`: messages, see `tf.core`."""

from tfgrad._src.graph.example import (
    BytesList,
    Feature,
    FeatureList,
    FeatureLists,
    Features,
    FloatList,
    Int64List,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "BytesList",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FloatList",
    "Int64List",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
