"""`tf.python.framework`: a private import path of TensorFlow."""

import importlib

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "constant_op",
    "device",
    "dtypes",
    "errors",
    "errors_impl",
    "indexed_slices",
    "ops",
    "random_seed",
    "sparse_tensor",
    "tensor_shape",
    "tensor_spec",
    "tensor_util",
    "test_util",
    "type_spec",
    "versions",
]


def __getattr__(name: str):
    if name in __all__:  # imported when it is used
        return importlib.import_module(f"{__name__}.{name}")
    raise _unknown_attribute(__name__, name, __all__)
