"""``session.run(..., check_numerics=True)``: which node was the first to give NaN or Inf.

The stages are traced with one more demand per node (see `checks`): where all its inputs are finite,
its results are.  Such programs are kept apart from the usual ones, and donate nothing.  Nodes
without inputs, such as constants, are not asked: a mask of ``-inf`` is no mistake.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.node import Operation
from tfgrad._src.ops.checks import Check, is_number
from tfgrad._src.runtime.lower import Trace


def _is_inexact(x) -> bool:
    """Floats and complex numbers; the kind of ``bfloat16`` is "V"."""
    return x is not None and np.dtype(x.dtype).kind in "fcV"


class NumericTrace(Trace):
    """A trace that demands finite results of finite inputs."""

    def __call__(self, *inputs):
        self._finite: dict = {}  # id -> (value, whether all of it is finite)
        return super().__call__(*inputs)

    def _done(self, op: Operation, inputs: list, results: list) -> None:
        inputs = [x for x in inputs if _is_inexact(x)]
        results = [x for x in results if _is_inexact(x)]
        if not op.inputs or not results:
            return
        values = (*inputs, *results)

        def explain(*values) -> None:
            check(op, values[: len(inputs)], values[len(inputs) :])

        def failed(*values):
            # Not of ``values``: what is known of a tensor is used for every node that takes it.
            fine = self._all_finite(inputs)
            wrong = lax.bitwise_not(self._all_finite(results))
            return lax.bitwise_and(fine, wrong)

        if all(is_number(v) for v in values):
            explain(*values)
        else:
            self.checks.add(Check(op, explain, failed, values, switchable=False))

    def _all_finite(self, values: list):
        found = np.True_
        for x in values:
            if id(x) not in self._finite:
                self._finite[id(x)] = x, _all_finite(x)
            finite = self._finite[id(x)][1]
            found = finite if found is np.True_ else lax.bitwise_and(found, finite)
        return found


def _all_finite(x):
    parts = [x]
    if np.dtype(x.dtype).kind == "c":
        parts = [lax.real(x), lax.imag(x)]
    found = [lax.reduce_and(lax.is_finite(p), tuple(range(np.ndim(p)))) for p in parts]
    return found[0] if len(found) == 1 else lax.bitwise_and(*found)


# ---------------------------------------------------------------------- in numpy


def check(op: Operation, inputs, results) -> None:
    """Raises if a result is not finite though all inputs are.

    Args:
      op: the node.
      inputs, results: its floats and complex numbers.
    """
    found = [_count(x) for x in results]
    nan, infinite = sum(n for n, _, _ in found), sum(p + m for _, p, m in found)
    if not nan + infinite or any(any(_count(x)) for x in inputs):
        return
    what = "Inf and NaN" if nan and infinite else "NaN" if nan else "Inf"
    lines = [
        f"{op.name!r} (op: {op.type!r}) gave {what}, from finite inputs",
        f"\t [[{{{{node {op.name}}}}}]]",
        f"  made at   {op.where}",
    ]
    tensors = [t for t in op.inputs if t.dtype.base_dtype.np.kind in "fcV" or _is_variable(t)]
    for i, x in enumerate(inputs):
        t = tensors[i] if len(tensors) == len(inputs) else None
        name = f"{t.name:<14} " if t is not None else ""
        where = f"   {t.op.type}, {t.op.where}" if t is not None else ""
        lines.append(f"  input {i}   {name}{describe(x)}{where}")
    lines += [f"  result {i}  {describe(x)}" for i, x in enumerate(results)]
    raise errors.InvalidArgumentError(None, op, "\n".join(lines))


def check_host(op: Operation, env: dict) -> None:
    """The same for a node that has run on the host."""
    inputs = [np.asarray(env[t]) for t in op.inputs if t in env]
    results = [np.asarray(env[t]) for t in op.outputs]
    if inputs:
        check(op, *[[x for x in xs if _is_inexact(x)] for xs in (inputs, results)])


def _is_variable(t) -> bool:
    return t.dtype.name == "resource"


def _count(x) -> tuple[int, int, int]:
    """The numbers of NaN, +Inf and -Inf."""
    x = _as_floats(x)
    return int(np.isnan(x).sum()), int((x == np.inf).sum()), int((x == -np.inf).sum())


def _as_floats(x) -> np.ndarray:
    x = np.asarray(x)
    if x.dtype.kind == "c":
        return np.stack([x.real, x.imag])
    return x if x.dtype.itemsize > 2 else x.astype(np.float32)


def describe(x) -> str:
    """The type, shape and range of an array: ``float32 [2,3]  from -1 to 2.5, 1 NaN``."""
    x = np.asarray(x)
    floats = _as_floats(x)
    finite = floats[np.isfinite(floats)]
    text = f"{x.dtype} [{','.join(map(str, x.shape))}]  "
    if finite.size:
        text += f"from {finite.min():g} to {finite.max():g}"
    else:
        text += "empty" if not x.size else "nothing finite"
    for n, what in zip(_count(x), ("NaN", "Inf", "-Inf"), strict=True):
        text += f", {n} {what}" if n else ""
    return text
