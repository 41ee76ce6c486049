"""`tf.test`: test cases with assertions on arrays, and numerical checks of gradients."""

from typing import TYPE_CHECKING

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.testing.environment import (
    StubOutForTesting,
    assert_equal_graph_def,
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

if TYPE_CHECKING:
    from unittest import mock

__all__ = [
    "StubOutForTesting",
    "TestCase",
    "assert_equal_graph_def",
    "compute_gradient",
    "compute_gradient_error",
    "get_temp_dir",
    "gpu_device_name",
    "is_built_with_cuda",
    "is_built_with_gpu_support",
    "is_built_with_rocm",
    "is_gpu_available",
    "main",
    "mock",
    "test_src_dir_path",
]


def __getattr__(name: str):
    if name == "mock":  # imported when it is used: it brings asyncio, and that 60 ms
        from unittest import mock

        return mock
    raise _unknown_attribute(__name__, name, globals())
