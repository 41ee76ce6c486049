"""From fetches to a plan: which nodes run, in which order, in which compiled stages and host steps.

A plan is made once per set of fetches and fed tensors.  Four linear passes:

1. `_needed`: the nodes that the fetches depend on, not looking behind fed tensors.
2. `_order`: data and control edges first, then creation order; nodes that change variables wait
   until nothing else can run, so that a read sees the value before a write unless it depends on the
   write.
3. `_host_values`: which tensors must be numbers when a program is compiled (host operands, inputs
   of host steps), and which of those follow from constants, shapes, feeds and host steps alone.
4. `_levels`: the stage of each node. A stage can start when the host values that it needs exist; a
   value computed in stage k exists on the host before stage k + 1.

Most plans have one stage, no host step and no host value but constants and shapes.
"""

import heapq

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors, explain
from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import host_operands
from tfgrad._src.ops.shape import SHAPE_TYPES
from tfgrad._src.runtime import state


class Stage:
    """What one compiled program computes.

    Attributes:
      ops: the nodes, in order, with the host-computable ones that they need.
      args: tensors that come from outside as arrays: feeds and results of earlier stages.
      statics: tensors that come from outside as numbers, part of the compile key.
      results: tensors that are needed later or fetched.
      written: variables (store keys) that change and whose old value is needed: donated.
      fresh: variables that are overwritten without a look at the old value.
      read: variables that are only read.
      asked: variables of which only the existence matters.
      random: the nodes that draw random numbers.
      folded: the nodes that must be computed in numpy while the program is compiled.
    """

    def __init__(self):
        self.folded: set[Operation] = set()
        self.ops: list[Operation] = []
        self.args: list[Tensor] = []
        self.statics: list[Tensor] = []
        self.results: list[Tensor] = []
        self.written: list[str] = []
        self.fresh: list[str] = []
        self.read: list[str] = []
        self.asked: list[str] = []
        self.random: list[Operation] = []


class HostStep:
    """Nodes that run on the host, in order, on numpy arrays."""

    def __init__(self, ops: list[Operation]):
        self.ops = ops


class Plan:
    """The recipe of one ``run``: see the module's docstring.

    Attributes:
      items: stages and host steps, in the order in which they run.
      fetches: the fetched tensors and operations.
      feeds: the fed tensors.
      variables: store key -> the variable's node, for messages.
      rereads: node -> input position -> store key, see `_find_rereads`.
    """

    def __init__(
        self, graph: Graph, fetches: list, feeds: list[Tensor], is_random,
        done: frozenset[Operation] = frozenset(),
    ):  # fmt: skip
        self.graph = graph
        self.fetches = fetches
        self.feeds = feeds
        self.variables: dict[str, Operation] = {}
        self.items: list[Stage | HostStep] = []
        self.rereads: dict[Operation, dict[int, str]] = {}
        self._temporary: dict[str, int] = {}  # temporary variable -> how many stages use it
        self.fed = set(feeds)
        self._done = done  # nodes that have run before, in another part of the same run
        self._is_random = is_random
        ops = self._order(self._needed())
        self._find_rereads(ops)
        self._split(ops)

    # ------------------------------------------------------------------ which nodes

    def _needed(self) -> set[Operation]:
        fed = self.fed
        fed_ops = {t.op for t in fed if len(t.op.outputs) == 1}
        stack = []
        for f in self.fetches:
            if f in fed:
                continue
            stack.append(f.op)
        needed: set[Operation] = set()
        while stack:
            op = stack.pop()
            if op in needed:
                continue
            if op in fed_ops or op in self._done:
                continue  # its value is given: what waits for it need not wait
            needed.add(op)
            if op.type in ("Placeholder", "PlaceholderV2"):
                raise _missing_feed(op)
            definition = op.op_def_
            if (
                definition.lower is None
                and definition.step is None
                and (op.type not in state.VARIABLE_TYPES)
            ):
                raise errors.UnimplementedError(
                    None, op, f"tfgrad cannot run the op type {op.type} yet (node {op.name!r}).\n"
                    + explain.node_details(op),
                )  # fmt: skip
            stack += op._control_inputs
            for t in op.inputs:
                if t not in fed:
                    stack.append(t.op)
        return needed

    # ------------------------------------------------------------------ in which order

    def _order(self, needed: set[Operation]) -> list[Operation]:
        writes = any(op.op_def_.writes for op in needed)
        if not writes and not self.graph._edits:
            return sorted(needed, key=lambda op: op.id)
        waits: dict[Operation, int] = {}
        followers: dict[Operation, list[Operation]] = {op: [] for op in needed}
        for op in needed:
            before = {t.op for t in op.inputs if t not in self.fed}
            before.update(op._control_inputs)
            before &= needed
            waits[op] = len(before)
            for b in before:
                followers[b].append(op)
        ready = [(bool(op.op_def_.writes), op.id, op) for op in needed if not waits[op]]
        heapq.heapify(ready)
        order = []
        while ready:
            op = heapq.heappop(ready)[2]
            order.append(op)
            for f in followers[op]:
                waits[f] -= 1
                if not waits[f]:
                    heapq.heappush(ready, (bool(f.op_def_.writes), f.id, f))
        if len(order) != len(needed):
            stuck = next(op for op in needed if waits[op])
            raise ValueError(f"The graph has a cycle through {stuck.name!r}.")
        return order

    def _find_rereads(self, ops: list[Operation]) -> None:
        """Finds inputs that are reads of a variable, made before a write which the node awaits.

        ``with control_dependencies([update]): y = f(v)`` takes ``v`` from the one read that was
        made with the variable and does not wait. TensorFlow's read shares the buffer that
        ``update`` changes, so that ``y`` sees the new value (constraints of variables rely on it).
        Here ``y`` reads again.
        """
        upstream: dict[Operation, frozenset[str]] = {}  # variables changed before or by a node
        awaited: dict[Operation, frozenset[str]] = {}  # those that a control edge awaits
        for op in ops:
            producers = [t.op for t in op.inputs if t not in self.fed]
            waits = [upstream[c] for c in op._control_inputs if c in upstream]
            waits += [awaited[p] for p in producers if p in awaited]
            if waits:
                awaited[op] = own = waits[0].union(*waits[1:])
                for i, t in enumerate(op.inputs):
                    read = t.op
                    if read.type != "Identity" or t in self.fed or not is_handle(read.inputs[0]):
                        continue
                    for key, _ in self._variables_of(read):
                        if key in own and key not in awaited.get(read, ()):
                            self.rereads.setdefault(op, {})[i] = key
            found = [upstream[o] for o in (*op._control_inputs, *producers) if o in upstream]
            if op.op_def_.writes:
                found.append(frozenset(k for k, is_write in self._variables_of(op) if is_write))
            if found:
                upstream[op] = found[0].union(*found[1:])

    # ------------------------------------------------------------------ what must be numbers

    def _host_values(self, ops: list[Operation]) -> tuple[set[Tensor], set[Tensor]]:
        """The tensors that must be on the host, and those computable there without a stage."""
        fed = self.fed
        computable: set[Tensor] = set(fed)
        for op in ops:
            definition = op.op_def_
            if (
                _is_shape(op)
                or runs_on_host(op)
                or (
                    definition.host is not None
                    and not definition.is_stateful
                    and all(t in computable and not t.dtype._is_ref_dtype for t in op.inputs)
                )
            ):
                computable.update(op.outputs)
        wanted: set[Tensor] = set()
        for op in ops:
            definition = op.op_def_
            if runs_on_host(op):
                wanted.update(t for t in op.inputs if t in fed or not is_handle(t))
            elif definition.host_inputs:
                wanted.update(op.inputs[i] for i in host_operands(op))
        for f in self.fetches:
            if isinstance(f, Tensor) and f.dtype._base is dt.string:
                wanted.add(f)
        for op in reversed(ops):
            if _is_shape(op) or op.op_def_.step is not None:
                continue
            if any(t in wanted and t in computable for t in op.outputs):
                wanted.update(op.inputs)
        return wanted, computable

    # ------------------------------------------------------------------ stages

    def _split(self, ops: list[Operation]) -> None:
        wanted, computable = self._host_values(ops)
        fed = self.fed
        # Moments: 2k is before stage k starts, where host steps run; 2k + 1 is stage k, with its
        # compilation. time: when the value of a tensor is on the host.  level: the stage that has
        # it as an array.
        time: dict[Tensor, int] = dict.fromkeys(fed, 0)
        level: dict[Tensor, int] = dict.fromkeys(fed, 0)
        moment: dict[Operation, int] = {}
        touched: dict[str, int] = {}  # when a variable was last used
        changed: dict[str, int] = {}  # when it was last changed
        stages: dict[int, list[Operation]] = {}
        steps: dict[int, list[Operation]] = {}
        on_host: set[Operation] = set()
        for op in ops:
            definition = op.op_def_
            start = max([moment[c] for c in op._control_inputs if c in moment], default=0)
            if op.type == "Const" or (
                op.outputs
                and definition.step is None
                and not runs_on_host(op)
                and op.outputs[0] in computable
                and any(t in wanted for t in op.outputs)
            ):  # constants are everywhere; the rest is on the host only where it must be
                if _is_shape(op):
                    at = max([2 * level[t] + 1 for t in op.inputs], default=0)
                else:
                    at = max([_host_time(t, time, level) for t in op.inputs], default=0)
                at = max(at, start)
                moment[op] = at
                for t in op.outputs:
                    time[t], level[t] = at, at // 2
                on_host.add(op)
                continue
            variables = self._variables_of(op)
            for key, is_write in variables:
                start = max(start, changed.get(key, 0), touched.get(key, 0) if is_write else 0)
            if runs_on_host(op):
                data = [t for t in op.inputs if t in fed or not is_handle(t)]
                at = (max([start, *[_host_time(t, time, level) for t in data]]) + 1) // 2
                now = 2 * at
                for t in op.outputs:
                    time[t], level[t] = now, at
                steps.setdefault(at, []).append(op)
            else:
                at = start // 2
                hosts = host_operands(op)
                for i, t in enumerate(op.inputs):
                    at = max(at, _host_time(t, time, level) // 2 if i in hosts else level[t])
                now = 2 * at + 1
                for t in op.outputs:
                    level[t] = at
                stages.setdefault(at, []).append(op)
            moment[op] = now
            for key, is_write in variables:
                touched[key] = max(touched.get(key, 0), now)
                if is_write:
                    changed[key] = now
        if any(op.type == state.TEMPORARY for op in ops):
            for members in stages.values():
                used = {key for op in members for key, _ in self._variables_of(op)}
                for key in used:
                    if self.variables[key].type == state.TEMPORARY:
                        self._temporary[key] = self._temporary.get(key, 0) + 1
        self._assemble(ops, stages, steps, on_host, time, level)

    def _variables_of(self, op: Operation) -> list[tuple[str, bool]]:
        """The store keys that ``op`` uses, and whether it changes them."""
        if op.type == state.TEMPORARY:
            self.variables.setdefault(state.store_key(op), op)
            return [(state.store_key(op), True)]
        if op.type in state.VARIABLE_TYPES:
            return []
        definition = op.op_def_
        result = [(key, False) for key in self.rereads.get(op, {}).values()]
        for i, t in enumerate(op.inputs):
            if t in self.fed or not is_handle(t):
                continue
            variable = state.variable_of(t)
            if variable is not None:
                key = state.store_key(variable)
                self.variables.setdefault(key, variable)
                result.append((key, i in definition.writes))
        return result

    def _assemble(self, ops, stages, steps, on_host, time, level) -> None:
        """Makes the items, the last first; each asks earlier ones for what it takes."""
        fed = self.fed
        number = {op: i for i, op in enumerate(ops)}
        last = max([*stages, *steps, *(t // 2 for t in time.values())], default=-1)
        results: dict[int, dict[Tensor, None]] = {k: {} for k in range(last + 2)}

        def closure(tensors, at: int) -> tuple[set[Operation], dict[Tensor, None]]:
            """The host-computable nodes behind ``tensors``, and the tensors at which they begin.

            A shape found while an earlier stage was compiled is taken from there.
            """
            found: set[Operation] = set()
            leaves: dict[Tensor, None] = {}
            stack = list(tensors)
            while stack:
                t = stack.pop()
                if t in fed or t.op not in on_host or (time[t] % 2 and time[t] // 2 < at):
                    leaves[t] = None
                elif t.op not in found:
                    found.add(t.op)
                    if not _is_shape(t.op):
                        stack += t.op.inputs
            return found, leaves

        def ask(tensors) -> None:
            """Lets the stages that have ``tensors`` hand them out."""
            for t in tensors:
                if t in fed:
                    continue
                if t.op not in on_host:
                    results[level[t]][t] = None
                elif time[t] % 2:
                    results[time[t] // 2][t] = None

        def host_step(own: list[Operation], tensors, at: int) -> None:
            nodes, leaves = closure(tensors, at)
            ask(t for t in leaves if t.op not in own)
            if nodes or own:
                self.items.append(HostStep(sorted({*nodes, *own}, key=number.__getitem__)))

        fetched = [f for f in self.fetches if isinstance(f, Tensor) and f not in fed]
        ask(t for t in fetched if t.op not in on_host or time[t] % 2)
        host_step([], [t for t in fetched if t.op in on_host and not time[t] % 2], last + 1)
        for k in range(last, -1, -1):
            own = stages.get(k, [])
            handed = [t for t in results[k] if t.op in on_host or not runs_on_host(t.op)
                      or t.op.type in state.VARIABLE_TYPES]  # fmt: skip
            if own or handed:
                used = [t for op in own for t in op.inputs if t not in fed and t.op in on_host]
                operands = [op.inputs[i] for op in own for i in host_operands(op)]
                nodes, leaves = closure(
                    [*used, *operands, *(t for t in handed if t.op in on_host)], k
                )
                stage = Stage()
                stage.folded = set(nodes)
                nodes.update(own)
                stage.ops = sorted(nodes, key=number.__getitem__)
                statics = {t for t in leaves if t in fed or t.op not in nodes}
                stage.statics = sorted(statics, key=_position)
                args: dict[Tensor, None] = {}
                for op in stage.ops:
                    for t in op.inputs:
                        if t in statics or (t not in fed and (t.op in nodes or is_handle(t))):
                            continue
                        args[t] = None
                stage.args = list(args)
                stage.results = handed
                ask(args)
                ask(statics)
                self._use_variables(stage)
                stage.random = [op for op in own if self._is_random(op)]
                self.items.append(stage)
            if k in steps:
                taken = [t for op in steps[k] for t in op.inputs if t in fed or not is_handle(t)]
                host_step(steps[k], taken, k)
        self.items.reverse()

    def _use_variables(self, stage: Stage) -> None:
        known: set[str] = set()
        read: dict[str, None] = {}
        written: dict[str, None] = {}
        needed: set[str] = set()
        asked: dict[str, None] = {}
        for op in stage.ops:
            for key, is_write in self._variables_of(op):
                if op.type in state.IS_INITIALIZED:
                    if key not in known:
                        asked[key] = None
                    continue
                if key not in known and not (is_write and op.type in state.OVERWRITES):
                    needed.add(key)
                if is_write:
                    written[key] = None
                    known.add(key)
                else:
                    read[key] = None
        for t in self._direct_reads(stage):
            variable = state.variable_of(t)
            key = state.store_key(variable)
            self.variables.setdefault(key, variable)
            if key not in known:
                needed.add(key)
            read[key] = None
        stage.written = [k for k in written if k in needed]
        stage.fresh = [k for k in written if k not in needed and self._is_kept(k)]
        stage.read = [k for k in read if k not in written]
        stage.asked = list(asked)

    def _is_kept(self, key: str) -> bool:
        """Whether a variable's value goes on beyond a stage."""
        return key not in self._temporary or self._temporary[key] > 1

    def _direct_reads(self, stage: Stage) -> list[Tensor]:
        """References that are fetched themselves."""
        members = set(stage.ops)
        return [
            f
            for f in self.fetches
            if isinstance(f, Tensor)
            and f.op in members
            and f.op.type in state.VARIABLE_TYPES
            and f not in self.fed
        ]


def _missing_feed(op: Operation) -> errors.InvalidArgumentError:
    shape = op.attrs["shape"]
    shaped = "" if not shape else f" and shape {explain.shape_str(shape)}"
    name = _C_NAMES.get(op.attrs["dtype"].name, op.attrs["dtype"].name)
    return errors.InvalidArgumentError(
        None, op,
        f"You must feed a value for placeholder tensor {op.name!r} with dtype {name}{shaped}\n"
        f"  made at   {op.where}",
    )  # fmt: skip


_C_NAMES = {"float32": "float", "float64": "double", "float16": "half"}  # in run-time messages


def _host_time(t: Tensor, time: dict, level: dict) -> int:
    """When ``t`` is on the host, even if a stage computes it."""
    found = time.get(t)
    return 2 * (level[t] + 1) if found is None else found


def runs_on_host(op: Operation) -> bool:
    """Whether ``op`` is a host step: it has no lowering, or works on text."""
    definition = op.op_def_
    if definition.lower is None:
        return definition.step is not None
    return (definition.host or definition.step) is not None and _has_text(op)


def _has_text(op: Operation) -> bool:
    return any(t.dtype is dt.string for t in op.inputs) or any(
        t.dtype is dt.string for t in op.outputs
    )


def _is_shape(op: Operation) -> bool:
    return op.type in SHAPE_TYPES and not _has_text(op)


def is_handle(t: Tensor) -> bool:
    return t.dtype._is_ref_dtype or t.dtype is dt.resource


def _position(t: Tensor) -> tuple[int, int]:
    return t.op.id, t.value_index
