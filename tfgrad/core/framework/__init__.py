"""`tf.core.framework`: messages of graphs and of what a run reports."""

import importlib

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "attr_value_pb2",
    "cost_graph_pb2",
    "device_attributes_pb2",
    "function_pb2",
    "graph_pb2",
    "node_def_pb2",
    "op_def_pb2",
    "step_stats_pb2",
    "tensor_pb2",
    "tensor_shape_pb2",
    "versions_pb2",
]


def __getattr__(name: str):
    if name in __all__:  # imported when it is used
        return importlib.import_module(f"{__name__}.{name}")
    raise _unknown_attribute(__name__, name, __all__)
