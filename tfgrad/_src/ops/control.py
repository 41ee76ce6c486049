"""Nodes that compute nothing: they hand a value on, or order what runs.

The derivatives are in ``gradients/control.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import merge, same_as_input


def _same(node, x):
    return x


def _same_shapes(node, *shapes) -> list:
    return list(shapes)


defop("NoOp()")(lambda node: ())
defop("Identity(input: T) -> output: T", shape=same_as_input, host=_same)(_same)
defop("Snapshot(input: T) -> output: T", shape=same_as_input, host=_same)(_same)
defop("StopGradient(input: T) -> output: T", shape=same_as_input, host=_same)(_same)
defop(
    "PreventGradient(input: T; message: string = '') -> output: T", shape=same_as_input, host=_same
)(_same)
defop("IdentityN(input: list(T)) -> output: list(T)", shape=_same_shapes)(
    lambda node, *xs: list(xs)
)


@defop("XlaOptimizationBarrier(input: list(T)) -> output: list(T)", shape=_same_shapes)
def optimization_barrier(node, *xs):
    """What comes out counts as new to the compiler, and exists only after all inputs do."""
    return lax.optimization_barrier(list(xs))


@defop(
    "EnsureShape(input: T; shape: shape) -> output: T",
    shape=lambda node, x: merge(node.attrs["shape"], x),
)
def ensure_shape(node, x):
    """The static shapes of the program decide; the run checks them when it specialises."""
    wanted = node.attrs["shape"]
    if wanted is not None and (
        len(wanted) != np.ndim(x)
        or any(w is not None and w != n for w, n in zip(wanted, np.shape(x), strict=True))
    ):
        raise errors.InvalidArgumentError(
            None,
            node,
            f"Shape of tensor {node.inputs[0].op.name} {shape_str(np.shape(x))} is not compatible "
            f"with expected shape {shape_str(wanted)}.",
        )
    return x


def _abort(node) -> tuple:
    """TensorFlow kills the process; here the run ends with an error, or Python with status 0."""
    message = node.attrs["error_msg"].decode("utf-8", "replace")
    if node.attrs["exit_without_error"]:
        raise SystemExit(0)
    raise errors.AbortedError(None, node, f"Abort_op intentional failure; {message}")


defop("Abort(; error_msg: string = '', exit_without_error: bool = False)", step=_abort)(None)
