"""`tf.core.framework.cost_graph_pb2`: messages, see `tf.core`."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.step_stats import CostGraphDef

__all__ = [
    "CostGraphDef",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
