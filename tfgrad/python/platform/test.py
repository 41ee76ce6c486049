"""`tf.python.platform.test`: a private import path of TensorFlow."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.testing.environment import (
    StubOutForTesting,
    get_temp_dir,
    gpu_device_name,
    is_built_with_cuda,
    is_built_with_gpu_support,
    is_built_with_rocm,
    is_gpu_available,
    main,
    test_src_dir_path,
)
from tfgrad._src.testing.gradient_checker import (
    compute_gradient,
    compute_gradient_error,
)
from tfgrad._src.testing.test_case import (
    TestCase,
)

__all__ = [
    "StubOutForTesting",
    "TestCase",
    "compute_gradient",
    "compute_gradient_error",
    "get_temp_dir",
    "gpu_device_name",
    "is_built_with_cuda",
    "is_built_with_gpu_support",
    "is_built_with_rocm",
    "is_gpu_available",
    "main",
    "test_src_dir_path",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
