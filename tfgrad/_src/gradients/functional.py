"""Derivatives of nodes that call functions.

The gradient of a call is a call of the function's gradient: a function with the nodes of the
original, so that it needs no values but its inputs, and behind them the nodes that `gradients`
adds.  What the two calls compute twice, XLA finds.
"""

from functools import partial

from tfgrad._src.functions.functional import map_function
from tfgrad._src.functions.indexed_slices import dense
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.gradients.algorithm import gradients
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.dtypes import TRAINABLE, resource
from tfgrad._src.graph.func_graph import FuncGraph, copy_nodes, function_of, needed_ops
from tfgrad._src.graph.node import Operation, Tensor


@gradient("MapDefun")
def map_defun_grad(op: Operation, *dys) -> list:
    """A map of the function's gradient; what is captured has a share in every slice: their sum.

    TensorFlow has no gradient for this op type.
    """
    function = function_of(op)
    n = len(op.attrs["Targuments"])
    given = [(i, dy) for i, dy in enumerate(dys) if dy is not None]
    back = FuncGraph(f"{function.name}_grad", embed_constants=True)
    with back.as_default():
        # Arguments, gradients of the results, captures: all but the last are cut in slices.
        inputs = [back.add_input(t.dtype, t.dims, t.op.name) for t in function.inputs[:n]]
        seeds = [back.add_input(dy.dtype, function.outputs[i].dims, f"dy_{i}") for i, dy in given]
        inputs += [back.capture(t) for t in op.inputs[n:]]
        copies = dict(zip(function.inputs, inputs, strict=True))
        ops = needed_ops(function.outputs, stop=function.inputs)
        copy_nodes(ops, copies, back, keep_shapes=True)
        back.substitute = partial(_substitute, function, back, copies)
        smooth = [t for t in inputs if t.dtype.base_dtype in TRAINABLE or t.dtype is resource]
        found = gradients([copies.get(function.outputs[i]) for i, _ in given], smooth, seeds)
        of_input = {t: dense(g) for t, g in zip(smooth, found, strict=True) if g is not None}
        reached = [i for i, t in enumerate(inputs) if t in of_input]
        back.outputs = [of_input[inputs[i]] for i in reached]
    result: list = [None] * len(op.inputs)
    if not reached:
        return result
    outputs = map_function(back, [*op.inputs[:n], *[dy for _, dy in given]])
    for i, g in zip(reached, outputs, strict=True):
        result[i] = g if i < n else reduce_sum(g, axis=0)
    return result


def _substitute(function: FuncGraph, back: FuncGraph, copies: dict, t: Tensor) -> Tensor | None:
    """What stands in ``back`` for a tensor outside that ``function`` has replaced."""
    inside = None if function.substitute is None else function.substitute(t)
    if inside is not None and inside not in copies:
        copy_nodes(needed_ops([inside], stop=copies), copies, back, keep_shapes=True)
    return copies.get(inside)
