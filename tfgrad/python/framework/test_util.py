"""`tf.python.framework.test_util`: a private import path of TensorFlow."""

from tfgrad._src.graph.graph import (
    device,
)
from tfgrad._src.interop.behavior import (
    disable_control_flow_v2,
    enable_control_flow_v2,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.testing.environment import (
    assert_equal_graph_def,
    gpu_device_name,
    is_gpu_available,
)
from tfgrad._src.testing.environment import (
    assert_equal_graph_def as assert_equal_graph_def_v1,
)
from tfgrad._src.testing.test_case import (
    TestCase as TensorFlowTestCase,
)

__all__ = [
    "TensorFlowTestCase",
    "assert_equal_graph_def",
    "assert_equal_graph_def_v1",
    "device",
    "disable_control_flow_v2",
    "enable_control_flow_v2",
    "gpu_device_name",
    "is_gpu_available",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
