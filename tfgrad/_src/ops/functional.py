"""Nodes that call functions (`FuncGraph`): signatures, shape rules, what must be a number inside.

Their lowerings trace the function's nodes and are therefore in ``runtime/functions.py``; the
derivatives are in ``gradients/functional.py``.
"""

from tfgrad._src.graph import errors, explain
from tfgrad._src.graph.func_graph import FuncGraph, function_of, needed_ops
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import defop, host_operands
from tfgrad._src.graph.shapes import Shape, ShapeError
from tfgrad._src.ops.shape import SHAPE_TYPES


class Body:
    """What computes the outputs of a function.

    Attributes:
      ops: the nodes, in order.
      numbers: the tensors that must be numbers when the function is traced: host operands and what
        they are computed from, as far back as numpy can do it.
      size: the number of nodes of the function when this was found.
    """

    def __init__(self, graph: FuncGraph):
        self.graph = graph
        self.size = len(graph._ops)
        self.ops = needed_ops(graph.outputs, stop=graph.inputs)
        self.numbers: set[Tensor] = set()
        for op in self.ops:
            self.numbers.update([op.inputs[i] for i in host_operands(op)])
        for op in reversed(self.ops):
            if not self.numbers.isdisjoint(op.outputs) and is_computable(op):
                self.numbers.update(() if op.type in SHAPE_TYPES else op.inputs)


def is_computable(op: Operation) -> bool:
    """Whether numpy computes the outputs of ``op`` from its inputs."""
    return op.op_def_.host is not None and not op.op_def_.is_stateful


def body_of(graph: FuncGraph) -> Body:
    """The `Body` of a finished function, found once."""
    body = graph.__dict__.get("_body")
    if body is None or len(graph._ops) != body.size:
        body = graph.__dict__["_body"] = Body(graph)
    return body


# ---------------------------------------------------------------------- MapDefun


def _map_shape(node: Operation, *shapes: Shape) -> list[Shape]:
    """The common first dimension of the arguments before each declared shape."""
    length = None
    for i, shape in enumerate(shapes[: len(node.attrs["Targuments"])]):
        if shape is None:
            continue
        if not shape:
            raise ShapeError(f"Arguments must have rank at least 1. Input {i} has rank of 0.")
        if length is not None and shape[0] is not None and shape[0] != length:
            raise ShapeError("Arguments must have the same dimension 0.")
        length = shape[0] if length is None else length
    return [None if s is None else (length, *s) for s in node.attrs["output_shapes"]]


def _map_host_inputs(node: Operation) -> tuple[int, ...]:
    """The inputs that decide about shapes inside, or are numbers there for another reason."""
    body = body_of(function_of(node))
    found = tuple([i for i, t in enumerate(body.graph.inputs) if t in body.numbers])
    if found and found[0] < len(node.attrs["Targuments"]):
        t = node.inputs[found[0]]
        raise errors.UnimplementedError(
            None, node,
            "A function that is mapped cannot use the values of what it is mapped over as a "
            f"shape, an axis or the like, as this one uses {t.name!r}: all results must have one "
            "shape.\n"
            + explain.node_details(node),
        )  # fmt: skip
    return found


map_defun = defop(
    "MapDefun(arguments: list(Targuments), captured_inputs: list(Tcaptured); "
    "output_types: list(type), output_shapes: list(shape), f: func, "
    "max_intra_op_parallelism: int = 1) -> output: list(output_types)",
    shape=_map_shape,
    host_inputs=_map_host_inputs,
    default_types={"Tcaptured": []},  # nothing is captured
)
