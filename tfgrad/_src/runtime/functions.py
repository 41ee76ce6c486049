"""Nodes that call functions, as JAX: the function's nodes are traced where the calling node stands.

Inside a function everything is as in a stage (see `lower`): numpy values stay numpy as long as
they can. But a function cannot be cut in two, so that what runs on the host is refused, and a
mapped function has no effects: nodes that change variables or draw random numbers are refused too.
"""

import jax

from tfgrad._src.graph import errors, explain
from tfgrad._src.graph.func_graph import FuncGraph, function_of
from tfgrad._src.graph.node import Operation
from tfgrad._src.ops import functional
from tfgrad._src.ops.checks import Collector, Inner, collecting, forward
from tfgrad._src.runtime.lower import Nodes


class Function(Nodes):
    """A function as a JAX function of its inputs: arguments, then captured values."""

    def __init__(self, graph: FuncGraph):
        self.body = body = functional.body_of(graph)
        folded = {op for op in body.ops if not body.numbers.isdisjoint(op.outputs)}
        super().__init__(set(graph.inputs), folded, {}, {})
        for op in (*body.ops, *[op for op in graph._ops if op.op_def_.writes]):
            _check(op, graph)
        for op in folded:
            if not functional.is_computable(op):
                raise errors.UnimplementedError(
                    None, op,
                    f"The value of {op.name!r} (op: {op.type!r}) decides about a shape, an axis "
                    f"or the like inside the function {graph.name!r}, and is not known when it is "
                    "compiled.\n"
                    + explain.node_details(op),
                )  # fmt: skip

    def __call__(self, *values, checks: Collector | None = None) -> list:
        """The function's results.

        Args:
          *values: arguments, then captured values.
          checks: takes what the nodes demand of values; without it, nothing is verified.
        """
        graph = self.body.graph
        env = dict(zip(graph.inputs, values, strict=True))
        with collecting(checks):
            for op in self.body.ops:
                self._run(op, env, {})
        return [env[t] for t in graph.outputs]


_DEMANDS = frozenset({"Assert", "CheckNumerics"})  # stateful lest they be dropped


def _check(op: Operation, graph: FuncGraph) -> None:
    definition = op.op_def_
    if definition.lower is None:
        reason = "runs between compiled programs"
    elif definition.writes:
        reason = "changes a variable"
    elif definition.is_stateful and not definition.reads and op.type not in _DEMANDS:
        reason = "has a state, as random numbers have"
    else:
        return
    raise errors.UnimplementedError(
        None, op,
        f"{op.name!r} (op: {op.type!r}) {reason}: it cannot be in the mapped function "
        f"{graph.name!r}.\n"
        + explain.node_details(op),
    )  # fmt: skip


@functional.map_defun
def map_defun(node: Operation, *values) -> tuple:
    """Slices of the arguments along axis 0, captured values whole, results stacked along axis 0.

    Captured values are closed over, not passed, so that numbers among them stay numbers.
    """
    function = Function(function_of(node))
    n = len(node.attrs["Targuments"])
    captured = values[n:]
    inner = Inner()

    def one(*slices):
        return function(*slices, *captured, checks=inner), inner.results()

    results, found = jax.vmap(one)(*values[:n])
    forward(inner, found)
    return tuple(results)
