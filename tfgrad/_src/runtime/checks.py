"""Verifying what lowerings demand of values (``ops/checks.py``) for each run of a compiled stage.

There are three ways, tried in this order for each demand while a stage is traced:

1. It holds for any values: `bounds` finds the range of the indices in the graph, as for the result
   of an ``ArgMax``. Nothing is left to do.
2. It is about whole numbers that follow in numpy from the arguments of the stage, as indices and
   labels that are fed do. A `Guard` looks at them before the program runs; for a range this is one
   maximum of the fed array.
3. The program itself computes a flag, and hands out one number: which flag is set, or -1.  As the
   buffers of changed variables are donated, the program then leaves their values as they are.

When a flag is set the values that the error is about are not at hand. The stage is traced once more
to a program that computes them: the run has changed nothing, so they are the same.

``TFGRAD_CHECKS=0`` leaves out all demands but those that a program makes itself, as by `tf.Assert`.
"""

import os

import numpy as np
from jax import lax

from tfgrad._src.graph import errors, explain
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.ops.checks import Check, Collector, is_number
from tfgrad._src.runtime.bounds import PARTS, Bounds
from tfgrad._src.runtime.plan import is_handle

LARGEST_GUARD = 1 << 16  # elements that a guard computes; the program is faster with more
MOST_NODES = 12  # nodes that a guard computes


def located(error: errors.OpError, op: Operation) -> errors.OpError:
    """The error with the node's name and the line that made it, after TensorFlow's first line."""
    message = error._message
    if "{{node" not in message:
        message += f"\n\t [[{{{{node {op.name}}}}}]]"
    if "  made at " not in message:
        message += "\n" + explain.node_details(op)
    error._message = message
    if error._op is None:
        error._op = op
    return error


class Guard:
    """A demand that is verified in numpy, from the arguments of a stage.

    Attributes:
      sources: (tensor, low, high): if the elements of these arguments are in the ranges all is
        well, and nothing else is looked at.  None: there are no such arguments.
      steps: the nodes between the arguments and what `Check.explain` takes, in order.
      known: tensor -> array, found while the stage was traced.
      others: guards with the same sources.
    """

    def __init__(self, check: Check, values: list, sources: list | None, steps: list, known: dict):
        self.check = check._replace(values=())  # not the tracers
        self.values = values
        self.sources = sources
        self.steps = steps
        self.known = known
        self.others: list[Guard] = []

    def __call__(self, env: dict) -> None:
        """Raises if the demand, or one of the others, is not met.

        Args:
          env: tensor -> array, of the arguments of the stage.
        """
        if self.sources is not None:
            for t, low, high in self.sources:
                if not _in_range(np.asarray(env[t]), low, high):
                    break
            else:
                return
        for guard in (self, *self.others):
            guard._verify(env)

    def _verify(self, env: dict) -> None:
        found = dict(self.known)
        for op in self.steps:
            inputs = [found[t] if t in found else np.asarray(env[t]) for t in op.inputs]
            results = op.op_def_.host(op, *inputs)
            results = results if len(op.outputs) != 1 else (results,)
            for t, value in zip(op.outputs, results, strict=True):
                found[t] = np.asarray(value, t.dtype.np)
        values = [
            v if not isinstance(v, Tensor) else found[v] if v in found else np.asarray(env[v])
            for v in self.values
        ]
        try:
            self.check.explain(*values)
        except errors.OpError as error:
            raise located(error, self.check.node) from None


_UNSIGNED = {np.dtype(f"int{n}"): np.dtype(f"uint{n}") for n in (8, 16, 32, 64)}


def _in_range(x: np.ndarray, low: int | None, high: int | None) -> bool:
    if x.size == 1:
        value = x.item()
        return (low is None or low <= value) and (high is None or value < high)
    if not x.size:
        return True
    # argmax takes 0.9 microseconds for 2,048 numbers, max 2.2.
    if low == 0 and high is not None:  # read as an unsigned number, a negative one is very large
        x = x.view(_UNSIGNED.get(x.dtype, x.dtype))
        return x.item(x.argmax()) < high
    return (low is None or x.item(x.argmin()) >= low) and (
        high is None or x.item(x.argmax()) < high
    )


class Checks(Collector):
    """The demands of one trace of a stage.

    Attributes:
      guards: what is verified before a run.
      flags: what the program verifies, in the order of its code.
      found: the values of flag number `wanted`, which the trace then looks for.
      lost: a changed variable cannot be left as it is, so that it must not be donated.
    """

    def __init__(self, args, donated: bool, wanted: int | None = None):
        self.args = set(args)
        self.donated = donated
        self.wanted = wanted
        self.enabled = os.environ.get("TFGRAD_CHECKS") != "0"
        self.begin({})

    def begin(self, env: dict) -> None:
        """A trace begins, whose values will be in ``env``."""
        self.env = env
        self.guards: list[Guard] = []
        self.flags: list[Check] = []
        self.found: tuple = ()
        self.lost = False
        self.protected = False  # the lowering under way has protected what it changes
        self._bounds = Bounds(env, self.args)
        self._tests: list = []  # values of the program, one per flag
        self._any = None  # whether one of the first `_any_of` is set
        self._any_of = 0
        self._seen: dict = {}  # keeps the values alive, so that ids stay theirs
        self._kept: dict = {}  # id -> (the result of `kept`, the number of flags it depends on)
        self._inputs: tuple = ((), [])

    def end(self) -> None:
        """The trace has ended; values of the program are forgotten."""
        self._tests, self._any, self._inputs = [], None, ((), [])
        self._seen, self._kept = {}, {}
        self.env = {}
        self._bounds = Bounds({}, set())

    def at(self, tensors, values) -> None:
        """The inputs of the node that is lowered next."""
        self._inputs = tensors, values
        self.protected = False

    # ------------------------------------------------------------------ demands

    def add(self, check: Check) -> None:
        if check.switchable and not self.enabled:
            return
        if check.ranges is not None:
            key = (id(check.values[0]), check.ranges, check.explain.__code__)
            if key in self._seen:
                return
            self._seen[key] = check.values
        values = [v if is_number(v) else self._tensor_of(v) for v in check.values]
        unproved = None
        if check.ranges is not None and isinstance(values[0], Tensor):
            unproved = self._unproved(values[0], check.ranges)
            if not unproved:
                return
        if all(v is not None for v in values):
            guard = self._guard(check, values, unproved)
            if guard is not None:
                for known in self.guards:
                    if guard.sources and known.sources == guard.sources:
                        known.others.append(guard)
                        return
                self.guards.append(guard)
                return
        test = check.failed(*check.values)
        if is_number(test) and not test:
            return
        if self.wanted == len(self.flags):
            self.found = check.values
        self.flags.append(check._replace(values=()))
        self._tests.append(test)

    def _tensor_of(self, value) -> Tensor | None:
        for t, v in zip(*self._inputs, strict=True):
            if v is value:
                return t
        return None

    def _unproved(self, t: Tensor, ranges: tuple) -> list[tuple]:
        """The columns of ``t`` that could be out of range, with their ranges."""
        columns = [(t, *_narrowest(ranges))]
        if t.op.type in ("Pack", "ConcatV2") and len(ranges) > 1 and t not in self.args:
            columns = _columns(t.op, self.env, ranges) or columns
        found = []
        for column, low, high in columns:
            least, largest = self._bounds(column)
            if (low is not None and (least is None or least < low)) or (
                high is not None and (largest is None or largest >= high)
            ):
                found.append((column, low, high))
        return found

    def _guard(self, check: Check, values: list, columns: list | None) -> Guard | None:
        """A guard, if all values follow in numpy from the arguments, and quickly."""
        sources = None if columns is None else []
        for t, low, high in columns or ():
            while t not in self.args and _keeps_range(t.op):
                t = t.op.inputs[0]
            if t not in self.args or sources is None:
                sources = None
                break
            sources.append((t, low, high))
        steps: dict[Operation, None] = {}
        known: dict[Tensor, np.ndarray] = {}
        size = 0
        stack = [v for v in values if isinstance(v, Tensor)]
        while stack:
            t = stack.pop()
            value = self.env.get(t)
            if is_number(value):
                known[t] = value
                continue
            if value is None or t.dtype.np.kind not in "iub":
                return None
            size += np.size(value)
            if t in self.args or t.op in steps:
                continue
            definition = t.op.op_def_
            if definition.host is None or definition.is_stateful or definition.reads:
                return None
            steps[t.op] = None
            if len(steps) > MOST_NODES or any(is_handle(i) for i in t.op.inputs):
                return None
            stack += t.op.inputs
        if sources is None and size > LARGEST_GUARD:
            return None
        return Guard(check, values, sources, sorted(steps, key=lambda op: op.id), known)

    # ------------------------------------------------------------------ flags

    def failed(self):
        """Whether one of the flags so far is set."""
        for test in self._tests[self._any_of :]:
            self._any = test if self._any is None else lax.bitwise_or(self._any, test)
        self._any_of = len(self._tests)
        return self._any

    @property
    def count(self) -> int:
        """The number of flags so far."""
        return len(self._tests)

    def protect(self, indices):
        if not self.donated or not self._tests:
            return indices
        self.protected = True
        nowhere = -1 if np.dtype(indices.dtype).kind == "i" else np.iinfo(indices.dtype).max
        return lax.select(
            lax.broadcast(self.failed(), np.shape(indices)),
            lax.full(np.shape(indices), nowhere, indices.dtype),
            indices,
        )

    def kept(self, new, old):
        if not self.donated or not self._tests:
            return new
        if self._kept.get(id(new), (None, 0))[1] == len(self._tests):
            return new
        if np.shape(new) != np.shape(old):
            self.lost = True
            return new
        result = lax.select(lax.broadcast(self.failed(), np.shape(old)), old, new)
        self._kept[id(result)] = result, len(self._tests)
        return result

    def code(self) -> list:
        """The number of the first flag that is set, or -1; nothing where there are no flags."""
        n = len(self._tests)
        if not n:
            return []
        tests = [lax.reshape(test, (1,)) for test in self._tests]
        first = lax.reduce_min(
            lax.select(
                tests[0] if n == 1 else lax.concatenate(tests, 0),
                np.arange(n, dtype=np.int32),
                np.full(n, n, np.int32),
            ),
            (0,),
        )
        return [lax.select(lax.lt(first, np.int32(n)), first, np.int32(-1))]


def _narrowest(ranges) -> tuple[int | None, int | None]:
    lows = [low for low, _ in ranges if low is not None]
    highs = [high for _, high in ranges if high is not None]
    return max(lows, default=None), min(highs, default=None)


def _columns(op: Operation, env: dict, ranges: tuple) -> list | None:
    """The parts of a matrix that was put together along its last axis, with their ranges."""
    if op.type == "Pack":
        if op.attrs["axis"] not in (-1, len(np.shape(env[op.inputs[0]]))):
            return None
        return [(t, low, high) for t, (low, high) in zip(op.inputs, ranges, strict=True)]
    axis = env.get(op.inputs[-1])
    parts = op.inputs[:-1]
    if not is_number(axis) or int(axis) not in (-1, len(np.shape(env[parts[0]])) - 1):
        return None
    found, start = [], 0
    for t in parts:
        n = np.shape(env[t])[-1]
        if n:
            found.append((t, *_narrowest(ranges[start : start + n])))
        start += n
    return found


def _keeps_range(op: Operation) -> bool:
    """Whether all elements of the result are among those of the first input."""
    if op.type in PARTS:
        return True
    if op.type != "Cast":
        return False
    old, new = op.inputs[0].dtype.np, op.outputs[0].dtype.np
    return old.kind in "iu" and new.kind in "iu" and np.can_cast(old, new)


def error_of(check: Check, values: list) -> errors.OpError:
    """What the values of a flag that is set are an error of."""
    try:
        check.explain(*[np.asarray(v) for v in values])
    except errors.OpError as error:
        return located(error, check.node)
    return located(errors.InternalError(None, check.node, "A value is wrong."), check.node)
