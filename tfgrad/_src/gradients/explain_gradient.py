"""`explain_gradient`: why `tf.gradients` gives None or zeros, or raises, for one ``x``.

The search mirrors `algorithm`: a gradient starts at ``y`` and passes an operation if that has a
gradient function and the function gives something for the input.  What a function gives is found by
calling it, once for each kind of operation, on a copy of the operation in a graph that is thrown
away.  No gradient of the user's own is called: it may do anything.
"""

import contextlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.gradients.explanation import GradientBlock, GradientExplanation
from tfgrad._src.gradients.registry import GRADIENTS
from tfgrad._src.graph.build import add_op, graph_of
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import TRAINABLE
from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor

_MOST = 3  # blocked paths told
_OPEN, _ZERO = "open", "zero"


def explain_gradient(y, x, stop_gradients=None) -> "GradientExplanation | list":
    """Tells why the gradient of ``y`` with respect to ``x`` is None or zero, or that it is not.

    It adds no nodes and computes no values.  A gradient that is connected can still be zero at run
    time, for instance where a ReLU is not active; the explanation names such operations.

    Args:
      y: what is differentiated: a tensor or variable, or a list of them, as in `tf.gradients`.
      x: with respect to what; a list of them gives a list of explanations.
      stop_gradients: as in `tf.gradients`.

    Returns:
      An object that prints as a text, or as a table in a notebook.  Its attributes:

      * ``result``: what `tf.gradients` does: ``"gradient"``, ``"zero"``, ``"none"`` or ``"error"``;
      * ``reason``: ``"connected"``, ``"zero"``, ``"no path"``, ``"stop_gradient"``,
        ``"stop_gradients"``, ``"dtype"``, ``"not differentiable"``, ``"no gradient registered"``,
        ``"override"``, ``"no gradient for this input"`` or ``"prevent_gradient"``;
      * ``path``: the operations from ``x`` to ``y``, those of the shortest path;
      * ``blocked_at``: the operation on it that stops the gradient, or None;
      * ``blocks``: for up to three blocked paths, shortest first, their ``reason``, ``path`` and
        ``blocked_at``, the operation; none of them if a gradient is found;
      * ``notes``: sentences on what else was seen.

    Raises:
      ValueError: ``y`` and ``x`` are of different graphs.
      TypeError: one of them cannot become a tensor.

    Example:
      >>> x = tf.placeholder(tf.float32, [3], name="x")
      >>> index = tf.argmax(x, name="index")
      >>> y = tf.multiply(tf.cast(index, tf.float32, name="back"), 2.0, name="y")
      >>> tf.gradients(y, x)
      [None]
      >>> why = tf.explain_gradient(y, x)
      >>> why.result, why.reason, why.blocked_at.name
      ('none', 'dtype', 'index')
      >>> [op.name for op in why.path]
      ['x', 'index', 'back', 'y']
      >>> print(str(why).splitlines()[0])
      No gradient from 'y' to 'x': 'index' (op: ArgMax) makes int64, which has no gradient.
    """
    if isinstance(x, list | tuple):
        return [explain_gradient(y, one, stop_gradients) for one in x]
    ys = list(y) if isinstance(y, list | tuple) else [y]
    stops = [] if stop_gradients is None else stop_gradients
    stops = list(stops) if isinstance(stops, list | tuple) else [stops]
    graph_of([*ys, x, *stops])
    return _Search([_tensor(t) for t in ys], _tensor(x), {t.op for t in stops}).explain()


def _tensor(x) -> Tensor:
    """The tensor that `tf.gradients` looks at; one that exists, for nothing may be added."""
    if isinstance(x, IndexedSlices):
        return x.values
    handle = getattr(x, "handle", None)
    if isinstance(handle, Tensor):
        return handle
    if hasattr(x, "_as_graph_element"):
        x = x._as_graph_element()
    if isinstance(x, Tensor):
        return x
    with Graph().as_default():  # a number, or what raises TypeError
        return convert_to_tensor(x)


class _Search:
    """One search: forward from x along all data edges, backward from y as the gradient travels."""

    def __init__(self, ys: list[Tensor], x: Tensor, stops: set[Operation]):
        self.ys, self.x, self.stops = ys, x, stops
        self.verdicts: dict[tuple, Sequence[str] | str] = {}
        self.kept: list[dict] = []  # of whose addresses the keys are made
        self.blocks: list[tuple[str, Operation, Tensor]] = []
        self.errors: list[tuple[str, Operation, Tensor]] = []

    def explain(self) -> GradientExplanation:
        self.from_x = self._forward()
        self.differentiable = self._forward_differentiable()
        self.to_y: dict[Operation, Operation | None] = {}
        zeros: list[tuple[Operation, Tensor]] = []
        start = list(dict.fromkeys(t.op for t in self.ys))
        if any(t is self.x for t in self.ys):
            return self._told("gradient", "connected", (self.x.op,))
        self.to_y.update(dict.fromkeys(start))
        goal = self._backward(start, zeros)
        if self.errors:
            return self._blocked("error", self.errors)
        if goal is not None:
            return self._told("gradient", "connected", (self.x.op, *self._to_y_path(goal)))
        for op, t in zeros:
            if t is not self.x and t.op not in self.to_y:
                self.to_y[t.op] = op
        blocks, self.blocks = self.blocks, []
        reached = [t.op for op, t in zeros if t is not self.x]
        goal = next((op for op, t in zeros if t is self.x), None)
        goal = goal or self._backward(list(dict.fromkeys(reached)), zeros)
        if self.errors:
            return self._blocked("error", self.errors)
        if goal is not None:
            path = (self.x.op, *self._to_y_path(goal))
            at = next(op for op in reversed(path) if any(op is z for z, _ in zeros))
            block = GradientBlock("zero", at, path, f"the gradient of {_op(at)} is zero everywhere")
            return GradientExplanation(self.ys, self.x, "zero", "zero", path, [block], [])
        blocks += self.blocks
        if blocks:
            return self._blocked("none", blocks)
        return self._told("none", "no path", ())

    # ------------------------------------------------------------------ the two searches

    def _forward(self) -> dict[Operation, Operation]:
        """What depends on x by data, of whatever type, and through what: shortest paths."""
        last = max(t.op.id for t in self.ys)
        bound = last if not self.x.op.graph._edits else len(self.x.op.graph._ops)
        came: dict[Operation, Operation] = {}
        queue = [self.x.op]
        for op in queue:
            for t in (self.x,) if op is self.x.op else op.outputs:
                for user in t._uses or ():
                    if user not in came and user.id <= bound:
                        came[user] = op
                        queue.append(user)
        return came

    def _forward_differentiable(self) -> set[Operation]:
        """Of that, what depends on x by differentiable types only: what `tf.gradients` looks at."""
        found: set[Operation] = set()
        queue = [self.x.op]
        for op in queue:
            for t in op.outputs:
                if t.dtype._base in TRAINABLE:
                    for user in t._uses or ():
                        if user not in found and user in self.from_x:
                            found.add(user)
                            queue.append(user)
        return found

    def _backward(self, queue: list[Operation], zeros: list) -> Operation | None:
        """Follows the gradient from ``queue`` on; gives the operation that hands it to x."""
        goal = None
        for op in queue:
            if op is self.x.op or op not in self.from_x:
                continue
            verdict = self._verdict(op)
            for i, t in enumerate(op.inputs):
                if t is not self.x and t.op not in self.from_x:
                    continue
                state = verdict if isinstance(verdict, str) else verdict[i]
                if state in _RAISES and op not in self.differentiable:
                    state = _OPEN  # never asked: something nearer to x stops the gradient
                if t.dtype._base not in TRAINABLE and state in _PASSABLE:
                    state = "dtype"
                if state == _OPEN:
                    if t is self.x:
                        goal = goal or op
                    elif t.op not in self.to_y:
                        self.to_y[t.op] = op
                        queue.append(t.op)
                elif state == _ZERO:
                    zeros.append((op, t))
                elif state in _RAISES:
                    self.errors.append((state, op, t))
                else:
                    self.blocks.append((state, op, t))
        return goal

    # ------------------------------------------------------------------ what an operation lets pass

    def _verdict(self, op: Operation) -> Sequence[str] | str:
        """For all inputs or for each: open, zero, or the reason why nothing passes."""
        if op in self.stops:
            return "stop_gradients"
        if op.type == "StopGradient" and "_gradient_op_type" not in op.attrs:
            return "stop_gradient"
        if op.type == "PreventGradient":
            return "prevent_gradient"
        override = op.attrs.get("_gradient_op_type")
        name = op.type if override is None else override.decode()
        if name not in GRADIENTS:
            return "no gradient registered"
        function = GRADIENTS[name]
        if function is None:
            makes_numbers = any(t.dtype._base in TRAINABLE for t in op.outputs)
            if override is not None:
                return "override"
            return "not differentiable" if makes_numbers else "dtype"
        if not any(t.dtype._base in TRAINABLE for t in op.outputs):
            return "dtype"
        if override is not None or not function.__module__.startswith("tfgrad."):
            return _OPEN
        # A dictionary of attributes may be shared by nodes and is never changed in place.
        key = (op.type, id(op.attrs), *[(t.dtype, t.dims) for t in op.inputs])
        if key not in self.verdicts:
            self.verdicts[key] = _trial(op, function)
            self.kept.append(op.attrs)
        return self.verdicts[key]

    # ------------------------------------------------------------------ what is told

    def _to_y_path(self, op: Operation) -> tuple[Operation, ...]:
        path = []
        at: Operation | None = op
        while at is not None:
            path.append(at)
            at = self.to_y[at]
        return tuple(path)

    def _from_x_path(self, t: Tensor) -> tuple[Operation, ...]:
        path = [t.op]
        while path[-1] is not self.x.op:
            path.append(self.from_x[path[-1]])
        return tuple(reversed(path))

    def _blocked(self, result: str, found: list) -> GradientExplanation:
        """The shortest of the paths that were found, one for each operation that blocks."""
        lengths = self._lengths()
        found = sorted(found, key=lambda f: lengths[0][f[1]] + lengths[1][f[2].op])
        blocks: list[GradientBlock] = []
        seen: set[Operation] = set()
        for reason, op, t in found:
            if len(blocks) == _MOST:
                break
            if op in seen:
                continue
            seen.add(op)
            path = (*self._from_x_path(t), *self._to_y_path(op))
            at = op if reason != "dtype" else _where_type_is_lost(path, op)
            if at is op or at not in seen:
                seen.add(at)
                blocks.append(GradientBlock(reason, at, path, _sentence(reason, at)))
        more = len({op for _, op, _ in found} - seen)
        notes = (
            [f"{more} more operation{'s' * (more > 1)} on other paths stop it too."] if more else []
        )
        first = blocks[0]
        return GradientExplanation(self.ys, self.x, result, first.reason, first.path, blocks, notes)

    def _lengths(self) -> tuple[dict[Operation, int], dict[Operation, int]]:
        """Steps from each operation to y, and from x to it; both orders have the nearer first."""
        to_y: dict[Operation, int] = {}
        for op, after in self.to_y.items():
            to_y[op] = 0 if after is None else to_y[after] + 1
        from_x = {self.x.op: 0}
        for op, before in self.from_x.items():
            from_x[op] = from_x[before] + 1
        return to_y, from_x

    def _told(self, result: str, reason: str, path: tuple) -> GradientExplanation:
        notes = _notes_on_missing_path(self.ys, self.x) if not path else _notes_on_values(path)
        return GradientExplanation(self.ys, self.x, result, reason, path, [], notes)


_NO_INPUT = "no gradient for this input"
_PASSABLE = (_OPEN, _ZERO, _NO_INPUT, "not differentiable")  # if the type allowed it
_RAISES = ("no gradient registered", "prevent_gradient")


def _op(op: Operation) -> str:
    return f"{op.name!r} (op: {op.type})"


def _sentence(reason: str, op: Operation) -> str:
    override = op.attrs.get("_gradient_op_type", b"").decode()
    if reason == "dtype":
        names = ", ".join(dict.fromkeys(t.dtype.base_dtype.name for t in op.outputs))
        verb = "makes" if op.inputs else "is"
        return f"{_op(op)} {verb} {names}, which has no gradient"
    if reason == "no gradient registered" and override:
        return f"{_op(op)} is overridden to use the gradient {override!r}, which nobody registered"
    return {
        "stop_gradients": f"{_op(op)} is in stop_gradients",
        "stop_gradient": f"{_op(op)} is a tf.stop_gradient",
        "prevent_gradient": f"{_op(op)} refuses to be differentiated",
        "not differentiable": f"{_op(op)} is not differentiable",
        "no gradient registered": f"no gradient is registered for {_op(op)}",
        "override": f"{_op(op)} has the gradient {override!r}, declared to be none",
        _NO_INPUT: f"{_op(op)} has no gradient with respect to this input",
    }[reason]


def _where_type_is_lost(path: tuple[Operation, ...], op: Operation) -> Operation:
    """Going from ``op`` towards x: the operation that made an integer of a number, say."""
    i = path.index(op)
    makes_numbers = any(t.dtype._base in TRAINABLE for t in op.outputs)
    at = path[i] if not makes_numbers else path[i - 1]
    i = path.index(at)
    while i > 0:
        read = [t for t in path[i].inputs if t.op is path[i - 1]]
        if any(t.dtype._base in TRAINABLE for t in read):
            break
        i -= 1
    return path[i]


# Operations that are flat somewhere: the gradient is zero where the input lies there.
_FLAT = frozenset(
    (
        *("Relu", "Relu6", "Maximum", "Minimum", "ClipByValue", "Select", "SelectV2", "TopKV2"),
        *("Max", "Min", "MaxPool", "SegmentMax", "SegmentMin"),
        *("UnsortedSegmentMax", "UnsortedSegmentMin"),
    )
)


def _notes_on_values(path: tuple[Operation, ...]) -> list[str]:
    notes = []
    flat = [op for op in path[1:] if op.type in _FLAT]
    if flat:
        names = ", ".join(_op(op) for op in flat[:_MOST]) + (", ..." if len(flat) > _MOST else "")
        notes.append(f"On this path its value is zero where {names} does not depend on the input.")
    own = [op for op in path[1:] if _is_users(op)]
    if own:
        names = ", ".join(_op(op) for op in own[:_MOST])
        notes.append(f"A gradient function from outside tfgrad decides what passes {names}.")
    return notes


def _is_users(op: Operation) -> bool:
    override = op.attrs.get("_gradient_op_type")
    function = GRADIENTS.get(op.type if override is None else override.decode())
    return function is not None and (
        override is not None or not function.__module__.startswith("tfgrad.")
    )


def _notes_on_missing_path(ys: list[Tensor], x: Tensor) -> list[str]:
    if any(t.op is x.op for t in ys):
        return ["They are two outputs of one operation."]
    if _reaches([x.op], {t.op for t in ys}, lambda op: [t.op for t in op.inputs]):
        return ["It is the other way round: x depends on y.  The arguments are (y, x)."]
    upstream = [t.op for t in ys]
    if _reaches(upstream, {x.op}, lambda op: [t.op for t in op.inputs]):
        return ["y depends on another output of the same operation."]
    if _reaches(upstream, {x.op}, lambda op: [*(t.op for t in op.inputs), *op.control_inputs]):
        return ["y only waits for x, by a control dependency, which carries no gradient."]
    if not any(t._uses for t in x.op.outputs):
        return ["No operation uses x."]
    return []


def _reaches(start: list, goal: set, step: Callable) -> bool:
    seen = set(start)
    queue = list(start)
    for op in queue:
        if op in goal:
            return True
        for other in step(op):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return False


# ---------------------------------------------------------------------- calling a gradient function


class _Given(NamedTuple):
    """A copy of an operation and gradients for its outputs, in a graph of their own."""

    op: Operation
    dys: list


def _trial(op: Operation, function: Callable) -> Sequence[str] | str:
    """What ``function`` gives for each input of ``op``; "open" where it cannot be tried."""
    graph = Graph()
    with graph.as_default(), contextlib.suppress(Exception):
        given = _copy(graph, op)
        found = function(given.op, *given.dys)
        found = list(found) if isinstance(found, list | tuple) else [found]
        if len(found) == len(op.inputs):
            if all(g is None for g in found):
                return "not differentiable"
            return [_NO_INPUT if g is None else _ZERO if _is_zero(g) else _OPEN for g in found]
    return _OPEN


def _copy(graph: Graph, op: Operation) -> _Given:
    copies: dict[Tensor, Tensor] = {}
    for i, t in enumerate(op.inputs):
        if t not in copies:
            copies[t] = _copy_input(graph, t, f"x{i}")
    inputs = tuple(copies[t] for t in op.inputs)
    copy = _add(graph, op, inputs, "op")
    dys = [
        add_op("Placeholder", dtype=t.dtype.base_dtype, shape=t.dims)
        if t.dtype._base in TRAINABLE
        else None
        for t in op.outputs
    ]
    return _Given(copy, dys)


def _copy_input(graph: Graph, t: Tensor, name: str) -> Tensor:
    if not t.op.inputs:  # a constant, whose value matters, or a variable
        return _add(graph, t.op, (), name).outputs[t.value_index]
    copy = add_op("Placeholder", dtype=t.dtype.base_dtype, shape=t.dims, name=name)
    copy.dims = t.dims
    return copy


def _add(graph: Graph, op: Operation, inputs: tuple, name: str) -> Operation:
    attrs = {k: v for k, v in op.attrs.items() if k != "_class"}
    copy = graph._add_node(
        op.op_def_, inputs, attrs, tuple(t.dtype for t in op.outputs), graph.unique_name(name)
    )
    for t, original in zip(copy.outputs, op.outputs, strict=True):
        t.dims = original.dims
    return copy


def _is_zero(gradient) -> bool:
    """Whether it is a tensor that is zero whatever is fed."""
    if not isinstance(gradient, Tensor):
        return False
    if gradient.op.type == "ZerosLike":
        return True
    if gradient.op.type == "Fill":
        gradient = gradient.op.inputs[1]
    value = constant_value(gradient)
    return value is not None and not np.any(value)
