"""Running a plan: stages as compiled programs, host steps in numpy, and the state of variables.

Nothing of a session changes before the whole run has succeeded. The buffers of variables which the
run changes are given to XLA in the last stage alone, when all that can be checked has been checked.
"""

import threading
from operator import itemgetter

import jax
import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors, explain
from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.runtime import randomness, state
from tfgrad._src.runtime.lower import Trace, large_constants
from tfgrad._src.runtime.plan import HostStep, Plan, Stage, is_handle

_WIDE = frozenset({"float64", "int64", "uint64", "complex128"})


class Program:
    """A compiled stage for given shapes and static values."""

    __slots__ = ("compiled", "constants", "reservations", "wide")

    def __init__(self, compiled, constants: list, reservations: list[int], wide: bool):
        self.compiled = compiled
        self.constants = constants
        self.reservations = reservations
        self.wide = wide  # some argument is 64 bits wide: JAX must be told so at every call


class StageRunner:
    """A stage and its programs.

    ``one_shape`` tells that the arguments can have one shape alone: then there is one program, and
    a usual training step does not spend time on a key.
    """

    def __init__(self, stage: Stage, plan: Plan, donate: bool):
        self.stage = stage
        self.donate = (0,) if donate else ()  # never where a later stage could still fail
        self.rereads = plan.rereads
        self.variables = variables = plan.variables
        self.programs: dict = {}
        self._written = _getter(stage.written)
        self._read = _getter(stage.read)
        self.changed = [*stage.written, *stage.fresh]
        self.lock = threading.Lock()
        shapes = [t.dims for t in stage.args]
        shapes += [variables[k].attrs["shape"] for k in (*stage.written, *stage.read)]
        self.one_shape = (
            all(s is not None and None not in s for s in shapes)
            and not stage.statics
            and not stage.asked
        )

    def program(self, session, written, read, args, statics) -> Program:
        """The program for these arguments, compiled if it is the first time."""
        stage = self.stage
        if self.one_shape:
            key = None
        else:
            key = (
                tuple([np.shape(x) for x in (*args, *written, *read)]),
                tuple([(s.shape, s.dtype, s.tobytes()) for s in statics]),
                tuple([k in session._store for k in stage.asked]),
            )
        program = self.programs.get(key)
        if program is None:
            with self.lock:
                program = self.programs.get(key)
                if program is None:
                    program = self._compile(session, written, read, args, statics)
                    self.programs[key] = program
        return program

    def _compile(self, session, written, read, args, statics) -> Program:
        stage = self.stage
        known = {k: k in session._store for k in stage.asked}
        trace = Trace(stage, statics, self.rereads, known, randomness.reserve)
        streams = session._streams.words(stage.random)
        with jax.enable_x64(True):
            constants = [jax.device_put(op.attrs["value"]) for op in large_constants(stage)]
            inputs = (written, read, args, constants, streams)
            lowered = jax.jit(trace, donate_argnums=self.donate, keep_unused=True).lower(*inputs)
            compiled = lowered.compile()
        leaves = [*written, *read, *args, *constants]
        wide = any(str(x.dtype) in _WIDE for x in leaves)
        return Program(compiled, constants, list(trace.reservations), wide)

    def run(self, session, env: dict, pending: dict, drawn: list) -> list:
        """Runs the stage; gives the new values of the variables in ``changed``.

        Args:
          session: whose variables and streams are used.
          env: tensor -> array, read and extended.
          pending: store key -> new value, of what has run before in this run.
          drawn: collects (random nodes, blocks consumed).
        """
        stage = self.stage
        store = session._store
        if pending:
            store = {**store, **pending}
        try:
            written = self._written(store)
            read = self._read(store)
        except KeyError:
            raise self._uninitialized(store) from None
        args = [env[t] for t in stage.args]
        statics = [np.asarray(env[t]) for t in stage.statics]
        program = self.program(session, written, read, args, statics)
        streams = session._streams.words(stage.random)
        if program.wide:
            with jax.enable_x64(True):
                new, results = program.compiled(written, read, args, program.constants, streams)
        else:
            new, results = program.compiled(written, read, args, program.constants, streams)
        env.update(zip(stage.results, results, strict=True))
        if stage.random:
            drawn.append((stage.random, program.reservations))
        return new

    def _uninitialized(self, store) -> errors.OpError:
        key = next(k for k in (*self.stage.written, *self.stage.read) if k not in store)
        return uninitialized(self.variables[key])


def uninitialized(variable: Operation) -> errors.OpError:
    """The error of a run that needs a variable which has no value."""
    name = state.variable_name(variable)
    if variable.type == "VarHandleOp":
        first = (
            f"Could not find variable {name}. This could mean that the variable has been deleted. "
            f"In TF1, it can also mean the variable is uninitialized."
        )
    else:
        first = f"Attempting to use uninitialized value {name}"
    return errors.FailedPreconditionError(
        None, variable,
        f"{first}\n  variable made at   {variable.where}\n"
        f"  Run tf.global_variables_initializer() in this session first.",
    )  # fmt: skip


def _getter(keys: list[str]):
    """``f(store) -> (store[key], ...)`` at C speed; raises KeyError for what is not there."""
    if len(keys) > 1:
        return itemgetter(*keys)
    if not keys:
        return lambda store: ()
    key = keys[0]
    return lambda store: (store[key],)


def _run_host(step: HostStep, session, env: dict, pending: dict) -> None:
    for op in step.ops:
        definition = op.op_def_
        if op.type == "Const":
            env[op.outputs[0]] = op.attrs["value"]
            continue
        inputs, keys = [], []
        for t in op.inputs:
            if t in env or not is_handle(t):
                keys.append("")
                inputs.append(np.asarray(env[t]))
                continue
            variable = state.variable_of(t)
            keys.append(state.store_key(variable))
            value = pending.get(keys[-1], session._store.get(keys[-1]))
            if value is None:
                raise uninitialized(variable)
            inputs.append(np.asarray(value))
        function = definition.step if definition.lower is None else definition.host
        try:
            results = function(op, *inputs)
        except errors.OpError:
            raise
        except (TypeError, ValueError, IndexError) as error:
            raise errors.InvalidArgumentError(
                None, op, f"{error}\n" + explain.node_details(op)
            ) from error
        results = list(results) if isinstance(results, list | tuple) else [results]
        with jax.enable_x64(True):
            for i in definition.writes:
                pending[keys[i]] = jax.device_put(results.pop(0))
        for t, value in zip(op.outputs, results, strict=True):
            env[t] = np.asarray(value, t.dtype.np)


class Runner:
    """A plan that can be run in any session of its graph."""

    def __init__(self, graph: Graph, fetches: list, feeds: list[Tensor]):
        self.plan = plan = Plan(graph, fetches, feeds, randomness.is_random)
        last = len(plan.items) - 1
        self.items = [
            StageRunner(item, plan, donate=i == last) if isinstance(item, Stage) else item
            for i, item in enumerate(plan.items)
        ]
        self.one_item = last == 0  # the usual step: its results go straight into the store
        self.fetches = fetches
        self.feeds = feeds
        self.edits = graph._edits

    def run(self, session, values: list) -> list:
        """The values of the fetches, as numpy arrays (None for operations).

        Args:
          session: whose variables are used and changed.
          values: the fed values, in the order of ``feeds``.
        """
        env: dict[Tensor, object] = dict(zip(self.feeds, values, strict=True))
        pending: dict[str, object] = {}
        drawn: list = []
        new: list = []
        for item in self.items:
            if not isinstance(item, StageRunner):
                _run_host(item, session, env, pending)
                continue
            new = item.run(session, env, pending, drawn)
            if new and not self.one_item:
                pending.update(zip(item.changed, new, strict=True))
        results = [to_numpy(f, env[f]) if type(f) is Tensor else None for f in self.fetches]
        # Waiting makes a failed program fail here, before its results are kept.
        if new and self.one_item:
            new[-1].block_until_ready()
            session._store.update(zip(self.items[0].changed, new, strict=True))
        elif pending:
            next(reversed(pending.values())).block_until_ready()
            session._store.update(pending)
        for ops, blocks in drawn:
            session._streams.advance(ops, blocks)
        return results


def to_numpy(t: Tensor, value):
    """A fetched value as users get it: a writable array of their own, or a scalar for rank 0."""
    if t.dtype._base is dt.string:
        array = np.asarray(value, dtype=object)
        return array if array.ndim else array[()]
    array = np.array(value)
    return array if array.ndim else array[()]
