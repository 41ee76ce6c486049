"""`tf.io.gfile`: files."""

from tfgrad._src.functions.gfile import (
    GFile,
    copy,
    exists,
    glob,
    isdir,
    listdir,
    makedirs,
    mkdir,
    remove,
    rename,
    rmtree,
    stat,
    walk,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "GFile",
    "copy",
    "exists",
    "glob",
    "isdir",
    "listdir",
    "makedirs",
    "mkdir",
    "remove",
    "rename",
    "rmtree",
    "stat",
    "walk",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
