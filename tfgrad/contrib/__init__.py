"""`tf.contrib`: parts of the former contrib package."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad.contrib import (
    eager,
    framework,
    graph_editor,
    layers,
    lookup,
    opt,
    signal,
    training,
    util,
)

__all__ = [
    "eager",
    "framework",
    "graph_editor",
    "layers",
    "lookup",
    "opt",
    "signal",
    "training",
    "util",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
