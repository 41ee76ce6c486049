"""What lies between xs and ys when they are in different graphs: differentiation through captures.

Inside a function a captured tensor is an input without producers.  For `tf.gradients` it counts as
the tensor outside that it stands for, so that gradients reach the xs of the graphs around; the
nodes for operations of those graphs are made inside the function too, and capture what they need.
"""

from collections.abc import Iterable

from tfgrad._src.graph.dtypes import TRAINABLE
from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor


def resolve(t: Tensor, keep: Iterable[Tensor]) -> Tensor:
    """The tensor outside that a captured one stands for; those in ``keep`` stay themselves."""
    while t not in keep and t.op.graph.building_function:
        outer = t.op.graph.outside(t)
        if outer is t:
            break
        t = outer
    return t


def inputs_across(op: Operation, xs: set[Tensor]) -> list[Tensor]:
    """The inputs of ``op``, where captured tensors are those outside."""
    return [resolve(t, xs) for t in op.inputs]


def between_across(graph: Graph, xs: set[Tensor], ys: list[Operation]) -> set[Operation]:
    """As ``algorithm._between``, across the graphs around ``graph``.

    Nodes of outer graphs come before those of inner ones, so that number of graph and node are an
    order.
    """
    graphs = [*reversed(graph.around()), graph]  # the outermost first
    depth = {g: i for i, g in enumerate(graphs)}
    oldest: dict[Graph, float] = {}  # no older node of that graph can depend on xs
    for g in graphs:
        ids = [x.op.id for x in xs if x.op.graph is g]
        if not g._edits:
            oldest[g] = min(ids, default=float("inf"))
        if ids:
            break
    backward: set[Operation] = set()
    behind = list(ys)
    while behind:
        op = behind.pop()
        if op not in backward and op.id >= oldest.get(op.graph, 0):
            backward.add(op)
            behind += [t.op for t in inputs_across(op, xs)]
    x_ops = {x.op for x in xs}
    forward: set[Operation] = set()
    for op in sorted(backward, key=lambda op: (depth[op.graph], op.id)):
        if op in x_ops or any(
            t.op in forward and t.dtype._base in TRAINABLE for t in inputs_across(op, xs)
        ):
            forward.add(op)
    between: set[Operation] = set()
    behind = list(ys)
    while behind:
        op = behind.pop()
        if op in forward and op not in between:
            between.add(op)
            behind += [t.op for t in inputs_across(op, xs)]
    return between
