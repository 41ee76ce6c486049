"""Running a plan: its stages and host steps in order, and the commit of what they changed.

Nothing of a session changes before the whole run has succeeded.  What fails, is interrupted or runs
out of time before leaves variables and random streams as they were.  There is one exception, which
XLA makes: once the last stage has begun, the old values of the variables that it changes are gone.
An interrupt after that (Ctrl-C) takes effect when the new ones are stored: the run counts as done.

**Threads.**  A session has one lock.  A run takes it at the first item that touches a variable
which the run changes, and keeps it until all is stored: no update is lost.  Other items hold it
only while they collect their arguments and start: a variable cannot be given away in between.
They compile, compute, wait and run on the host without it.
"""

import contextlib

import jax
import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors, explain, running
from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.running import Run
from tfgrad._src.ops.demands import demand
from tfgrad._src.runtime import randomness, state
from tfgrad._src.runtime.arrays import on_host
from tfgrad._src.runtime.checks import located
from tfgrad._src.runtime.execute import StageRunner, uninitialized
from tfgrad._src.runtime.lower import Trace
from tfgrad._src.runtime.numerics import NumericTrace, check_host
from tfgrad._src.runtime.plan import HostStep, Plan, Stage, is_handle

PYTHON_FUNCTIONS = frozenset({"PyFunc", "PyFuncStateless", "EagerPyFunc"})
_NO_LOCK = contextlib.nullcontext()


class Runner:
    """A plan that can be run in any session of its graph.

    Args:
      graph: the graph.
      fetches: tensors and operations.
      feeds: the fed tensors.
      passes: names of the rewriting passes that are used.
      done: nodes that have run before, in an earlier part of a run (see ``partial_run.py``).
      check_numerics: whether a run raises where NaN or Inf appear (see ``numerics.py``).
    """

    def __init__(
        self,
        graph: Graph,
        fetches: list,
        feeds: list[Tensor],
        passes: tuple[str, ...],
        done: frozenset = frozenset(),
        check_numerics: bool = False,
    ):
        self.plan = plan = Plan(graph, fetches, feeds, randomness.is_random, done)
        last = len(plan.items) - 1
        self.items: list[StageRunner | HostStep] = [
            StageRunner(
                item, plan, i == last and not check_numerics, passes,
                NumericTrace if check_numerics else Trace,
            )
            if isinstance(item, Stage)
            else item
            for i, item in enumerate(plan.items)
        ]  # fmt: skip
        self.check_numerics = check_numerics
        self.fetches = fetches
        self.feeds = feeds
        self.edits = graph._edits
        self.is_stage = last == 0 and isinstance(self.items[0], StageRunner)  # the usual step
        uses = [_uses(item, plan) for item in self.items]
        changed = {key for used in uses for key, is_write in used if is_write}
        locked = [any(key in changed for key, _ in used) for used in uses]
        # The items from here on are run under the session's lock.
        self.locked_from = locked.index(True) if changed else len(self.items)

    def run(self, session, values: list, run: Run | None = None) -> list:
        """The values of the fetches, as numpy arrays (None for operations).

        Args:
          session: whose variables are used and changed.
          values: the fed values, in the order of ``feeds``.
          run: if the run is to be timed, or has a time limit.
        """
        try:
            if self.is_stage and run is None:
                return self._run_stage(session, values)
            return self._run_items(session, values, run or Run(session))
        except (jax.errors.JaxRuntimeError, ValueError) as error:
            found = _as_op_error(error, session, run)
            if found is error:
                raise
            raise found from error

    # ------------------------------------------------------------------ one stage

    def _run_stage(self, session, values: list) -> list:
        """The usual step: its results go straight into the store."""
        stage: StageRunner = self.items[0]  # type: ignore[assignment]
        env: dict[Tensor, object] = dict(zip(self.feeds, values, strict=True))
        drawn: list = []
        done: list = []
        while True:
            with session._run_lock:
                try:
                    outcome = stage.run(session, env, {}, drawn, done)
                    if done and stage.changed:
                        new, _, code = done[0]
                        results = self._results(env)
                        # Waiting makes a failed program fail here, before its results are kept.
                        new[-1].block_until_ready()
                        if code:
                            self._verify(session, stage, env, {}, drawn, done)
                        session._store.update(zip(stage.changed, new, strict=True))
                        if outcome is not None:
                            outcome.prove()
                        return results
                except BaseException as error:
                    self._undo(session, {}, drawn, done, error)
                    raise
            if done:
                break
            outcome()
        try:
            if done[0][2]:
                self._verify(session, stage, env, {}, drawn, done)
            results = self._results(env)
            if outcome is not None:
                outcome.prove()
            return results
        except BaseException as error:
            self._undo(session, {}, drawn, done, error)
            raise

    # ------------------------------------------------------------------ any items

    def _run_items(self, session, values: list, run: Run) -> list:
        env: dict[Tensor, object] = dict(zip(self.feeds, values, strict=True))
        pending: dict[str, object] = {}
        drawn: list = []
        done: list = []
        committed: list = []
        first = self.locked_from
        session._runs.add(run)
        try:
            for item in self.items[:first]:
                self._run_item(item, run, env, pending, drawn, done)
            with session._run_lock if first < len(self.items) else _NO_LOCK:
                try:
                    for item in self.items[first:]:
                        self._run_item(item, run, env, pending, drawn, done)
                    results = self._results(env)
                    if pending:
                        next(reversed(pending.values())).block_until_ready()
                    run.check()
                    committed.extend(map(session._store.update, (pending,)))
                except BaseException as error:
                    if not committed:
                        self._undo(session, pending, drawn, done, error, run)
                        drawn.clear()
                    raise
        except BaseException:
            if not committed:
                _give_back(session, drawn)
            raise
        finally:
            session._runs.discard(run)
        return results

    def _run_item(self, item, run: Run, env, pending, drawn, done) -> None:
        session = run.session
        if isinstance(item, HostStep):
            _run_host(item, run, env, pending, self.check_numerics)
            return
        run.check()
        timer = run.steps
        begun = len(done)
        while True:
            start = timer.now() if timer else 0
            with session._run_lock:
                outcome = item.run(session, env, pending, drawn, done, run)
            if len(done) > begun:
                break
            outcome()
        new, results, code = done[-1]
        if outcome is not None:
            jax.block_until_ready((new, results))
            outcome.prove()
        if timer:
            jax.block_until_ready((new, results))
            timer.add_stage(item.stage, run.program, results, start)
        if code:
            self._verify(session, item, env, pending, drawn, done)
        if new:
            pending.update(zip(item.changed, new, strict=True))

    # ------------------------------------------------------------------ ends

    def _results(self, env: dict) -> list:
        return [to_numpy(f, env[f]) if type(f) is Tensor else None for f in self.fetches]

    def _verify(self, session, stage: StageRunner, env, pending, drawn, done) -> None:
        """Raises what the program has found to be wrong."""
        new, _, code = done[-1]
        code = int(np.asarray(code[0]))  # 1 us; int() of a JAX array takes 13
        if code < 0:
            return
        if stage.donate:  # the new values are the old ones
            kept = dict(zip(stage.stage.written, new, strict=False))
            session._store.update({k: v for k, v in kept.items() if k not in pending})
            pending.update({k: v for k, v in kept.items() if k in pending})
        done.pop()
        _give_back(session, drawn)
        drawn.clear()
        raise stage.failure(session, env, pending, drawn, code)

    def _undo(self, session, pending, drawn, done, error, run: Run | None = None) -> None:
        """After a failure: puts the streams back; or stores what cannot be undone, see above."""
        stage = self.items[-1]
        begun = isinstance(stage, StageRunner) and len(done) == self._stages and stage.changed
        keeps = run is not None and run.deadline is not None
        if begun and not keeps and not isinstance(error, Exception):
            session._store.update({**pending, **dict(zip(stage.changed, done[-1][0], strict=True))})
        else:
            _give_back(session, drawn)

    @property
    def _stages(self) -> int:
        return sum(isinstance(item, StageRunner) for item in self.items)


def _give_back(session, drawn: list) -> None:
    if drawn:
        with session._run_lock:
            session._streams.give_back(drawn)


def _uses(item, plan: Plan) -> list[tuple[str, bool]]:
    """The variables that an item uses, and whether it changes them."""
    if isinstance(item, HostStep):
        return [use for op in item.ops for use in plan._variables_of(op)]
    stage = item.stage
    return [
        *[(key, True) for key in item.changed],
        *[(key, False) for key in (*stage.read, *stage.asked)],
    ]


# ---------------------------------------------------------------------- errors of XLA


_CODES = {
    cls.__name__.removesuffix("Error").upper(): cls for cls in errors.OpError.__subclasses__()
}


def _as_op_error(error: Exception, session, run: Run | None) -> Exception:
    """The error of the run for one of XLA, which begins with the name of its code.

    jaxlib raises some of them as ValueError; one that is not XLA's comes out as it is.
    """
    code, _, text = str(error).partition(": ")
    cls = _CODES.get(code.replace("_", "")) if code.isupper() else None
    if cls is None:
        return (
            error if isinstance(error, ValueError) else errors.InternalError(None, None, str(error))
        )
    if cls is errors.ResourceExhaustedError:
        text = f"OOM when allocating: {text}"
        if run is not None and run.explains_memory:
            text += _memory(session, run)
        else:
            text += (
                "\n  Set report_tensor_allocations_upon_oom in tf.RunOptions to see what the "
                "session keeps in memory."
            )
    return cls(None, None, text)


def _memory(session, run: Run, most: int = 10) -> str:
    """What needs memory: the program that did not fit, and the largest variables."""
    lines = []
    found = run.program.memory_analysis() if run.program is not None else None
    if found is not None:
        for what in ("argument", "output", "temp"):
            lines.append(f"program, {what:<9} {getattr(found, f'{what}_size_in_bytes'):>16,} bytes")
    largest = sorted(session._store.items(), key=lambda item: -item[1].nbytes)
    for key, value in largest[:most]:
        name = key.removeprefix("/")
        lines.append(
            f"variable {value.nbytes:>26,} bytes   {name} {value.dtype}{list(value.shape)}"
        )
    return "".join(f"\n  {line}" for line in lines)


# ---------------------------------------------------------------------- the host


def _run_host(step: HostStep, run: Run, env: dict, pending: dict, check_numerics: bool) -> None:
    before = running.begin(run)
    try:
        for op in step.ops:
            if op.type == "Const":
                env[op.outputs[0]] = op.attrs["value"]
            else:
                run.check(op)
                start = run.steps.now() if run.steps else 0
                _run_op(op, run.session, env, pending)
                if check_numerics:
                    check_host(op, env)
                if run.steps:
                    run.steps.add_op(op, [env[t] for t in op.outputs], start)
    finally:
        running.end(before)


def _run_op(op: Operation, session, env: dict, pending: dict) -> None:
    definition = op.op_def_
    inputs, keys = [], []
    for t in op.inputs:
        if t in env or not is_handle(t):
            keys.append("")
            inputs.append(on_host(env[t]))
            continue
        variable = state.variable_of(t)
        keys.append(state.store_key(variable))
        with session._run_lock:  # or the array could be given away before it is copied
            value = pending.get(keys[-1], session._store.get(keys[-1]))
            if value is None:
                raise uninitialized(variable)
            inputs.append(np.array(on_host(value)))
    function = definition.step or definition.host
    try:
        demand(op, inputs)
        # Nan and infinities are results, not news, but for what a user's function makes of them.
        with np.errstate(**({} if op.type in PYTHON_FUNCTIONS else {"all": "ignore"})):
            results = function(op, *inputs)
    except errors.OpError as error:
        raise located(error, op) from error.__cause__
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


def to_numpy(t: Tensor, value):
    """A fetched value as users get it: a writable array of their own, or a scalar for rank 0."""
    if t.dtype._base is dt.string:
        array = np.asarray(value, dtype=object)
        return array if array.ndim else array[()]
    if type(value) is not np.ndarray:
        value.block_until_ready()  # see `on_host`
    array = np.array(value)
    return array if array.ndim else array[()]
