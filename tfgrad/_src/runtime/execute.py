"""Stages as compiled programs: compiled when they first meet certain shapes, and called.

The buffers of variables which a run changes are given to XLA in its last stage alone, when all that
can be checked has been checked.  ``runner.py`` puts stages and host steps together.
"""

import threading
from operator import itemgetter

import jax
import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.node import Operation
from tfgrad._src.runtime import checks, padding, passes, randomness, state
from tfgrad._src.runtime.arrays import on_host
from tfgrad._src.runtime.lower import Trace, large_constants
from tfgrad._src.runtime.plan import Plan, Stage

MANY_PROGRAMS = 16  # of one stage: from there on its user should know
_WIDE = frozenset({"float64", "int64", "uint64", "complex128"})


class Program:
    """A compiled stage for given shapes and static values."""

    __slots__ = (
        "call", "compiled", "constants", "cuts", "flags", "guards", "guards_for", "reservations",
        "wide",
    )  # fmt: skip

    def __init__(self, compiled, constants: list, trace: Trace, wide: bool, cuts: list):
        self.compiled = compiled
        self.call = compiled  # after the first run: the function in C behind it
        self.constants = constants
        self.guards = trace.checks.guards  # called before a run
        self.guards_for = None  # arguments -> guards, of a padded program where they differ
        self.flags = trace.checks.flags  # what the code means that a run gives
        self.reservations = list(trace.reservations)
        self.cuts = cuts  # of results of a padded program
        self.wide = wide  # some argument is 64 bits wide: JAX must be told so at every call

    def prove(self) -> None:
        """The program has run to its end, so that it fits into the memory."""
        self.call = getattr(self.compiled, "_call", None) or self.compiled


class StageRunner:
    """A stage and its programs.

    ``one_shape`` tells that the arguments can have one shape alone: then there is one program, and
    a usual training step does not spend time on a key.
    """

    def __init__(
        self, stage: Stage, plan: Plan, donate: bool, names: tuple[str, ...],
        trace: type[Trace] = Trace,
    ):  # fmt: skip
        self.stage = stage
        self.trace = trace
        self.donate = (0,) if donate else ()  # never where a later stage could still fail
        self.passes = names  # of rewriting passes
        self.rereads = plan.rereads
        self.variables = variables = plan.variables
        self.programs: dict = {}  # None: a padded program that cannot be made
        self.loose = padding.loose_places(stage.args, plan.fed)
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

    def key(self, store, written, read, args, statics):
        """What the program for these arguments is found by."""
        if self.one_shape:
            return None
        return (
            tuple([np.shape(x) for x in (*args, *written, *read)]),
            tuple([_content(s) for s in statics]),
            tuple([k in store for k in self.stage.asked]),
        )

    def fill(self, store, written, read, args, statics):
        """Arguments of sizes that vary, filled up, and the key of the program for them.

        The first sizes have a program of their own, which is all that many runs need.
        """
        exact = self.key(store, written, read, args, statics)
        if not self.loose or not self.programs or self.programs.get(exact) is not None:
            return None, exact
        if filled := padding.fill(args, self.loose):
            key = (*self.key(store, written, read, filled.args, statics), filled.key)
            if self.programs.get(key, self) is not None:
                return filled, key
        return None, exact

    def compile(self, key, written, read, args, statics, filled=None, timer=None) -> None:
        """Makes the program for these arguments; several threads that ask get one and the same."""
        with self.lock:
            if key in self.programs:
                return
            start = timer.now() if timer else 0
            try:
                self.programs[key] = self._compile(written, read, args, statics, key, filled)
            except padding.Unknown:
                self.programs[key] = None
                return
            if timer:
                timer.add_compilation(self.stage, start)
            made = [k for k, program in self.programs.items() if program is not None]
            if len(made) == MANY_PROGRAMS:
                padding.report(self.stage.args, [k[0] for k in made])

    def _compile(self, written, read, args, statics, key, filled) -> Program:
        stage = self.stage
        known = dict(zip(stage.asked, key[2], strict=True)) if stage.asked else {}
        streams = [np.zeros(randomness.WORDS, np.uint32) for _ in stage.random]
        cuts: list = []

        state = _shapes_of((written, read))

        def start(args):
            """The stage, traced for arguments of these shapes, and what it demands of them."""
            found = checks.Checks(stage.args, donated=bool(self.donate))
            trace = self.trace(stage, statics, self.rereads, known, randomness.reserve, found)
            jitted = jax.jit(trace, donate_argnums=self.donate, keep_unused=True)
            with jax.enable_x64(True):
                return jitted.trace(*state, _shapes_of(args), constants, streams), trace

        with jax.enable_x64(True):
            constants = [jax.device_put(op.attrs["value"]) for op in large_constants(stage)]
            if filled is None:
                traced, trace = start(args)
            else:
                traced, trace = padding.attempt(start, filled.args)
            if trace.checks.lost:  # a check may fail when nothing can be put back: all is kept
                self.donate = ()
                self.programs.clear()
                return self._compile(written, read, args, statics, key, filled)
            inputs = (written, read, args, constants, streams)
            if filled is not None:
                inputs = (written, read, filled.args, constants, [*streams, filled.sizes])
                padded = padding.padded_stage(start, filled, self.loose, traced, trace)
                if any(padded.cuts[: len(self.changed)]):
                    raise padding.Unknown
                cuts = padded.cuts[len(self.changed) :][: len(stage.results)]
                jitted = jax.jit(padded.stage, donate_argnums=self.donate, keep_unused=True)
                traced = jitted.trace(*inputs)
            compiled = passes.compile_stage(traced, inputs, self.donate, self.passes)
        leaves = [*written, *read, *args, *constants]
        wide = any(str(x.dtype) in _WIDE for x in leaves)
        program = Program(compiled, constants, trace, wide, cuts)
        if filled is not None and padded.guards_vary:
            program.guards_for = _by_shapes(lambda args: start(args)[1].checks.guards)
        return program

    def run(self, session, env: dict, pending: dict, drawn: list, done: list, run=None):
        """Starts the stage; the caller holds the session's lock.

        Args:
          session: whose variables and streams are used.
          env: tensor -> array, read and extended.
          pending: store key -> new value, of what has run before in this run.
          drawn: collects what was taken from random streams, see `Streams.take`.
          done: collects (new values of the variables in ``changed``, results, code of `Checks`).
            An interrupt can come as soon as the program was called, and what it gave must not be
            lost then, so it is put here without a step of the interpreter in between.
          run: the `Run`, if it is one that can be timed or stopped.

        Returns:
          None; or the program, if it has never run to its end, for its `Program.prove`; or, if
          there is no program yet, a function that compiles it, to be called without the lock, after
          which this is called again.
        """
        stage = self.stage
        store = session._store
        if pending:
            store = {**store, **pending}
        try:
            written = self._written(store)
            read = self._read(store)
        except KeyError:
            if session._closed:
                raise errors.CancelledError(None, None, "Session has been closed.") from None
            raise self._uninitialized(store) from None
        args = [env[t] for t in stage.args]
        statics = [on_host(env[t]) for t in stage.statics]
        filled = None
        if self.loose:
            filled, key = self.fill(store, written, read, args, statics)
        else:
            key = self.key(store, written, read, args, statics)
        program = self.programs.get(key)
        if program is None:
            timer = run.steps if run is not None else None
            return lambda: self.compile(key, written, read, args, statics, filled, timer)
        guards = program.guards
        if program.guards_for is not None:
            guards = program.guards_for(args)
        for guard in guards:
            guard(env)
        streams = []
        if stage.random:
            streams = session._streams.take(stage.random, program.reservations, drawn)
        is_first = program.call is program.compiled
        if run is not None:
            run.program = program.compiled
        if self.donate and (is_first or (run is not None and run.deadline is not None)):
            # The program may not fit into the memory, or come too late: the old values stay.
            written = jax.device_put(written, may_alias=False)
        if filled is not None:
            args, streams = filled.args, [*streams, filled.sizes]
        inputs = (written,), (read,), (args,), (program.constants,), (streams,)
        if program.wide:
            with jax.enable_x64(True):
                done.extend(map(program.call, *inputs))
        else:
            done.extend(map(program.call, *inputs))
        results = done[-1][1]
        if filled is not None:
            results = padding.cut(results, program.cuts, filled.sizes)
        env.update(zip(stage.results, results, strict=True))
        return program if is_first else None

    def failure(self, session, env: dict, pending: dict, drawn: list, code: int):
        """The error behind a code that a run gave.

        The program has left all variables as they were and the streams were put back, so that the
        stage, traced for the values that the error is about, finds the same.
        """
        stage = self.stage
        store = {**session._store, **pending}
        written, read = self._written(store), self._read(store)
        args = [env[t] for t in stage.args]
        statics = [on_host(env[t]) for t in stage.statics]
        program = self.programs[self.fill(store, written, read, args, statics)[1]]
        known = {k: k in store for k in stage.asked}
        found = checks.Checks(stage.args, donated=False, wanted=code)
        trace = self.trace(stage, statics, self.rereads, known, randomness.reserve, found)
        streams = session._streams.words(stage.random)
        with jax.enable_x64(True):
            values = jax.jit(trace)(written, read, args, program.constants, streams)[2]
        return checks.error_of(program.flags[code], values)

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


def _content(x: np.ndarray) -> tuple:
    """A key of an array's value."""
    if x.dtype.kind == "O":  # bytes, of which the array holds the addresses
        return x.shape, *x.ravel().tolist()
    return x.shape, x.dtype, x.tobytes()


def _shapes_of(values):
    """The arrays' shapes and types in their place: what a trace needs and a closure may keep."""
    return jax.tree.map(lambda x: jax.ShapeDtypeStruct(np.shape(x), x.dtype), values)


def _by_shapes(function):
    """``function(arrays)``, called once for arrays of the same shapes."""
    known: dict = {}

    def call(args):
        shapes = tuple([np.shape(x) for x in args])
        if shapes not in known:
            known[shapes] = function(args)
        return known[shapes]

    return call


def _getter(keys: list[str]):
    """``f(store) -> (store[key], ...)`` at C speed; raises KeyError for what is not there."""
    if len(keys) > 1:
        return itemgetter(*keys)
    if not keys:
        return lambda store: ()
    key = keys[0]
    return lambda store: (store[key],)
