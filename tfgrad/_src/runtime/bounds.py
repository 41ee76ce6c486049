"""Between which numbers the elements of a tensor of whole numbers lie, as far as its graph tells.

Indices that cannot be out of range, as those that ``ArgMax`` or ``Range`` gives, need no check.
"""

import numpy as np

from tfgrad._src.graph.node import Tensor

Range = tuple[int | None, int | None]
UNKNOWN: Range = (None, None)
DEEPEST = 20  # nodes between a tensor and what its bounds follow from


class Bounds:
    """``bounds(t)`` is the least and the largest number that ``t`` can hold, None if unknown.

    Args:
      env: tensor -> what the trace has for it: something with a shape, or numbers.
      args: tensors whose values come from outside, whatever their nodes are.
    """

    def __init__(self, env: dict, args: set[Tensor]):
        self.env = env
        self.args = args
        self._known: dict[Tensor, Range] = {}

    def __call__(self, t: Tensor, depth: int = 0) -> Range:
        found = self._known.get(t)
        if found is None:
            found = self._known[t] = self._find(t, depth)
        return found

    def _find(self, t: Tensor, depth: int) -> Range:
        value = self.env.get(t)
        if isinstance(value, np.ndarray | np.generic):
            if value.dtype.kind not in "iu" or not value.size:
                return UNKNOWN
            return int(value.min()), int(value.max())
        rule = _RULES.get(t.op.type)
        if rule is None or depth > DEEPEST or t in self.args:
            return UNKNOWN
        return rule(self, t, depth + 1)

    def shape(self, t: Tensor) -> tuple | None:
        """The shape that ``t`` has in this program."""
        value = self.env.get(t)
        return None if value is None else np.shape(value)

    def number(self, t: Tensor) -> int | None:
        """The value of a scalar that is known."""
        value = self.env.get(t)
        known = isinstance(value, np.ndarray | np.generic) and value.size == 1
        return int(value.reshape(())) if known else None


def _same(bounds: Bounds, t: Tensor, depth: int) -> Range:
    return bounds(t.op.inputs[0], depth)


def _cast(bounds: Bounds, t: Tensor, depth: int) -> Range:
    old, new = t.op.inputs[0].dtype.np, t.op.outputs[0].dtype.np
    if old.kind == "b":
        return 0, 1
    if old.kind not in "iu" or new.kind not in "iu":
        return UNKNOWN
    low, high = bounds(t.op.inputs[0], depth)
    limits = np.iinfo(new)
    if low is None or high is None or low < limits.min or high > limits.max:
        return UNKNOWN
    return low, high


def _join(bounds: Bounds, t: Tensor, depth: int) -> Range:
    n = len(t.op.inputs) - (t.op.type == "ConcatV2")
    ranges = [bounds(x, depth) for x in t.op.inputs[:n]]
    lows, highs = zip(*ranges, strict=True)
    return (
        None if None in lows else min(lows),
        None if None in highs else max(highs),
    )


def _arg(bounds: Bounds, t: Tensor, depth: int) -> Range:
    shape, axis = bounds.shape(t.op.inputs[0]), bounds.number(t.op.inputs[1])
    return UNKNOWN if not shape or axis is None else (0, shape[axis] - 1)


def _top_k(bounds: Bounds, t: Tensor, depth: int) -> Range:
    if not t.value_index:
        return _same(bounds, t, depth)
    shape = bounds.shape(t.op.inputs[0])
    return (0, shape[-1] - 1) if shape else UNKNOWN


def _modulo(bounds: Bounds, t: Tensor, depth: int) -> Range:
    n = bounds.number(t.op.inputs[1])
    return (0, n - 1) if n is not None and n > 0 else UNKNOWN


def _least(bounds: Bounds, t: Tensor, depth: int) -> Range:
    (a, b), (c, d) = (bounds(x, depth) for x in t.op.inputs)
    return None if None in (a, c) else min(a, c), _one(b, d, min)


def _largest(bounds: Bounds, t: Tensor, depth: int) -> Range:
    (a, b), (c, d) = (bounds(x, depth) for x in t.op.inputs)
    return _one(a, c, max), None if None in (b, d) else max(b, d)


def _one(a: int | None, b: int | None, choose) -> int | None:
    return b if a is None else a if b is None else choose(a, b)


def _clipped(bounds: Bounds, t: Tensor, depth: int) -> Range:
    low, high = bounds.number(t.op.inputs[1]), bounds.number(t.op.inputs[2])
    return UNKNOWN if low is None or high is None else (min(low, high), high)


def _drawn(bounds: Bounds, t: Tensor, depth: int) -> Range:
    low, high = bounds.number(t.op.inputs[1]), bounds.number(t.op.inputs[2])
    return low, None if high is None else high - 1


# Op types whose result has elements of their first input, and no others.
# fmt: off
PARTS = frozenset((
    "Reshape", "Identity", "ExpandDims", "Squeeze", "StopGradient", "Snapshot", "PreventGradient",
    "Transpose", "EnsureShape", "Unpack", "Tile", "BroadcastTo", "Slice", "StridedSlice",
    "ReverseV2", "SplitV", "GatherV2", "Gather", "RandomShuffle",
))
# fmt: on

_RULES = {
    **dict.fromkeys(PARTS, _same),
    "Split": lambda bounds, t, depth: bounds(t.op.inputs[1], depth),
    "Cast": _cast,
    "Pack": _join,
    "ConcatV2": _join,
    "ArgMax": _arg,
    "ArgMin": _arg,
    "TopKV2": _top_k,
    "FloorMod": _modulo,
    "Minimum": _least,
    "Maximum": _largest,
    "ClipByValue": _clipped,
    "RandomUniformInt": _drawn,
}
