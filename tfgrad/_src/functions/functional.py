"""Calls of functions that are built as graphs of their own (`FuncGraph`)."""

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.func_graph import FuncGraph
from tfgrad._src.graph.node import Tensor


def map_function(function: FuncGraph, arguments: list, name: str | None = None) -> list[Tensor]:
    """A node that computes ``function`` for each slice of ``arguments`` along axis 0.

    Args:
      function: a finished function, which is registered here; ``inputs`` and ``outputs`` are set.
      arguments: one tensor per argument of the function, all equally long.
      name: the name of the node; default ``"MapDefun"``.

    Returns:
      Per output of the function, the results stacked along axis 0.
    """
    function.outputs = [function.capture(t) for t in function.outputs]
    return add_op(
        "MapDefun",
        arguments,
        function.external_captures,
        f=function.register(),
        output_types=[t.dtype.base_dtype for t in function.outputs],
        output_shapes=[t.dims for t in function.outputs],
        name=name,
    )
