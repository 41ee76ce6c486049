"""`tf.python.platform.googletest`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.testing.environment import (
    StubOutForTesting,
    main,
    test_src_dir_path,
)

__all__ = [
    "StubOutForTesting",
    "main",
    "test_src_dir_path",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
