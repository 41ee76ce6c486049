"""`tfgrad.lower`: a part of a graph as a pure JAX function, for what a session cannot do.

A session runs one program at a time.  As a function the same nodes can be mapped (`jax.vmap`),
divided over devices (`jax.shard_map`), or put inside a larger program (`jax.jit`, `jax.lax.scan`).
"""

import functools
from collections.abc import Callable, Mapping

import jax
import numpy as np
from jax import lax

from tfgrad._src.graph import errors, explain, sessions
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.graph import Graph, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import host_operands
from tfgrad._src.runtime import feed, fetch, randomness, state
from tfgrad._src.runtime.checks import Checks
from tfgrad._src.runtime.execute import uninitialized
from tfgrad._src.runtime.lower import Trace
from tfgrad._src.runtime.plan import HostStep, Plan, Stage
from tfgrad._src.runtime.session import BaseSession

_MASK = 0xFFFFFFFF
_WORDS = 4  # of a stream's counter; the other two are its key


def lower(fetches, feeds=(), session=None) -> "Lowered":
    """The nodes behind ``fetches`` as a pure JAX function.

    ::

        lowered = tfgrad.lower([train_op, loss], [x, y])
        (_, value), state = jax.jit(lowered.function)(lowered.state, x_batch, y_batch)

    Args:
      fetches: what the function computes, as for `tf.Session.run`.
      feeds: the tensors that its arguments replace; or a dictionary from tensors to an example of
        their values each (an array, or a ``jax.ShapeDtypeStruct``), which says the shapes where the
        graph does not.
      session: where the values of variables come from; default: the default session.  Those that
        it does not have are the initial ones.

    Returns:
      A `Lowered`.

    Raises:
      tf.errors.UnimplementedError: a node runs on the host (``py_func``, ``unique``), or a computed
        value decides about a shape: then there is no single program.
      tf.errors.InvalidArgumentError: a placeholder is not among ``feeds``.

    The function makes none of the checks of values that a session makes, such as that an index is
    in range; `tf.Assert` does nothing in it.

    Example:
      Train one model from 4 seeds at once::

      >>> x = tf.placeholder(tf.float32, [8, 3])
      >>> w = tf.get_variable("w", [3, 1], initializer=tf.random_normal_initializer())
      >>> loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - 1.0))
      >>> step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
      >>> init = tf.lower(tf.global_variables_initializer())
      >>> train = tf.lower([step, loss], [x])
      >>> def losses(seed, batch):
      ...     _, state = init.function(init.streams(seed))
      ...     def one(state, _):
      ...         (_, value), state = train.function(state, batch)
      ...         return state, value
      ...     return jax.lax.scan(one, state, length=5)[1]
      >>> import jax
      >>> jax.jit(jax.vmap(losses, (0, None)))(np.arange(4), np.ones([8, 3], np.float32)).shape
      (4, 5)
    """
    if session is None:
        session = sessions.get_default_session()
    return Lowered(
        session.graph if session is not None else get_default_graph(), fetches, feeds, session
    )


class Lowered:
    """A part of a graph as a JAX function.

    Attributes:
      feeds: the tensors that arguments of the function replace, in this order.
      plan: the nodes, in order.
    """

    def __init__(self, graph: Graph, fetches, feeds, session: BaseSession | None):
        elements, self._rebuild = fetch.flatten(graph, fetches)
        checked = session or BaseSession(graph=graph)
        self.feeds: list[Tensor] = [checked._feed_tensor(t, "feeds") for t in feeds]
        self._examples = list(feeds.values()) if isinstance(feeds, Mapping) else None
        self._elements = elements
        self._session = session
        self._graph = graph
        self.plan = Plan(graph, elements, self.feeds, randomness.is_random)
        _check(self.plan)
        stages = [item for item in self.plan.items if isinstance(item, Stage)]
        self._stage = stages[0] if stages else Stage()
        self._random = self._stage.random
        self._names = {key: _name(op) for key, op in self.plan.variables.items()}

    # ------------------------------------------------------------------ the function

    @property
    def function(self) -> Callable:
        """``f(state, *feeds) -> (fetches, new_state)``, pure, to be used under `jax.jit`.

        ``state`` is a dictionary like `state`; entries that the nodes do not use are passed on, so
        that one state goes through several functions.  The result has the structure of the fetches,
        with None for operations.
        """
        return self._call

    def _call(self, state_: Mapping, *feeds):
        if len(feeds) != len(self.feeds):
            raise TypeError(
                f"The function takes a state and {len(self.feeds)} feeds "
                f"({', '.join(t.name for t in self.feeds)}), got {len(feeds)}."
            )
        with jax.enable_x64(True):
            env: dict[Tensor, object] = {
                t: self._argument(t, value) for t, value in zip(self.feeds, feeds, strict=True)
            }
            new: dict[str, object] = dict(state_)
            for item in self.plan.items:
                if isinstance(item, HostStep):
                    self._run_host(item, env)
                else:
                    self._run_stage(item, env, new)
            results = [env[f] if isinstance(f, Tensor) else None for f in self._elements]
        return self._rebuild(results), new

    @staticmethod
    def _argument(t: Tensor, value):
        if isinstance(value, jax.Array):
            if value.dtype != t.dtype.np:
                raise TypeError(
                    f"The argument for {t.name!r} is {value.dtype}, the tensor "
                    f"{t.dtype.base_dtype.name}. 64-bit types need jax.enable_x64."
                )
        else:
            value = feed.value_of(None, t, t.dtype.np, value)
        feed.check_shape(t, value)
        return value

    def _run_stage(self, stage: Stage, env: dict, values: dict) -> None:
        names = self._names
        for key in (*stage.written, *stage.read):
            if names[key] not in values:
                raise uninitialized(self.plan.variables[key])
        written = [values[names[key]] for key in stage.written]
        read = [values[names[key]] for key in stage.read]
        for key, value in zip((*stage.written, *stage.read), (*written, *read), strict=True):
            wanted = self.plan.variables[key].attrs["dtype"].np
            if value.dtype != wanted:
                raise TypeError(
                    f"The state has {names[key]!r} as {value.dtype}, the variable is {wanted}. "
                    "64-bit types need jax.enable_x64."
                )
        statics = [np.asarray(self._number(t, env[t])) for t in stage.statics]
        streams = []
        for op in stage.random:
            if op.name not in values:
                raise KeyError(f"The state has no random stream {op.name!r}; see Lowered.streams.")
            streams.append(values[op.name])
        known = {key: names[key] in values for key in stage.asked}
        checks = Checks(stage.args, donated=False)
        checks.enabled = False
        trace = Trace(stage, statics, self.plan.rereads, known, randomness.reserve, checks)
        constants = [op.attrs["value"] for op in trace.constants]
        new, results, _ = trace(written, read, [env[t] for t in stage.args], constants, streams)
        env.update(zip(stage.results, results, strict=True))
        values.update(zip([names[key] for key in (*stage.written, *stage.fresh)], new, strict=True))
        for op, words, blocks in zip(stage.random, streams, trace.reservations, strict=True):
            values[op.name] = _moved(words, blocks)

    def _run_host(self, step: HostStep, env: dict) -> None:
        """Nodes that are computed in numpy: constants, and arithmetic on fed numbers."""
        for op in step.ops:
            if op.type == "Const":
                env[op.outputs[0]] = op.attrs["value"]
                continue
            inputs = [np.asarray(self._number(t, env[t])) for t in op.inputs]
            results = op.op_def_.host(op, *inputs)
            results = results if len(op.outputs) != 1 else (results,)
            for t, value in zip(op.outputs, results, strict=True):
                env[t] = np.asarray(value, t.dtype.np)

    def _number(self, t: Tensor, value):
        if isinstance(value, jax.core.Tracer):
            users = [op for op in t.consumers() if op in self._stage.ops] or t.consumers()
            used = f" It goes into {users[0].name!r}, made at {users[0].where}." if users else ""
            raise errors.InvalidArgumentError(
                None, t.op,
                f"The value of {t.name!r} decides about a shape, an axis or the like, so that it "
                f"must be a number while the function is traced.{used}\n  made at   {t.op.where}\n"
                "  Give it from outside: jax.jit(lambda state, x: f(state, x, 3)).",
            )  # fmt: skip
        return value

    # ------------------------------------------------------------------ the state

    @functools.cached_property
    def state(self) -> dict[str, jax.Array]:
        """The variables and random streams that the function needs, by name: their values now."""
        stage = self._stage
        needed = [*stage.written, *stage.read]
        store = self._session._store if self._session is not None else {}
        found = {key: store[key] for key in (*needed, *stage.asked) if key in store}
        missing = [key for key in needed if key not in found]
        if missing:
            found.update(_initial_values(self._graph, missing))
        streams = self._session._streams if self._session is not None else randomness.Streams()
        words = streams.words(self._random)
        with jax.enable_x64(True):
            return {
                **{self._names[key]: jax.numpy.array(value) for key, value in found.items()},
                **{op.name: jax.numpy.array(w) for op, w in zip(self._random, words, strict=True)},
            }

    def streams(self, seed) -> dict[str, jax.Array]:
        """The random streams of another graph seed, as a part of a state; ``seed`` may be traced.

        The numbers are those of the same program that begins with ``tf.set_random_seed(seed)``.
        """
        unseeded = [op for op in self._graph._ops if _is_unseeded(op)]
        low = jax.numpy.asarray(seed).astype(np.uint32)
        zero = jax.numpy.zeros_like(low)
        found = {}
        for op in self._random:
            # A node without seeds gets its number among such nodes, see ``graph/seeds.py``.
            second = unseeded.index(op) if _is_unseeded(op) else op.attrs["seed2"]
            number = zero + np.uint32(second & _MASK)
            if second == 0:  # the two seeds are never both 0
                number = jax.numpy.where(low == 0, np.uint32(2**31 - 1), number)
            words = [zero, zero, number, zero + np.uint32(second >> 32 & _MASK), low, zero]
            found[op.name] = jax.numpy.stack(words)
        return found

    # ------------------------------------------------------------------ looking at it

    def _arguments(self) -> tuple[Callable, list]:
        """The function of its traced arguments alone, and what these look like."""
        fixed: dict[int, np.ndarray] = {}
        shown: list = []
        numbers = _numbers(self.plan, self.feeds)
        for i, t in enumerate(self.feeds):
            example = self._examples[i] if self._examples is not None else None
            if t in numbers:
                if example is None or isinstance(example, jax.ShapeDtypeStruct):
                    raise ValueError(
                        f"The value of {t.name!r} decides about a shape: give it as an example, "
                        f"tfgrad.lower(fetches, {{{t.name!r}: 3, ...}}).\n  made at   {t.op.where}"
                    )
                fixed[i] = np.asarray(example, t.dtype.np)
                continue
            shape = t.dims if example is None else np.shape(example)
            if shape is None or None in shape:
                raise ValueError(
                    f"The shape of {t.name!r} is not known: {explain.shape_str(t.dims)}. Give an "
                    f"example, tfgrad.lower(fetches, {{{t.name!r}: jax.ShapeDtypeStruct(...)}}).\n"
                    f"  made at   {t.op.where}"
                )
            shown.append(jax.ShapeDtypeStruct(shape, t.dtype.np))

        def call(state_, *feeds):
            given = iter(feeds)
            return self._call(
                state_,
                *[fixed[i] if i in fixed else next(given) for i in range(len(self.feeds))],
            )

        return call, shown

    @property
    def jaxpr(self):
        """The function as JAX's intermediate language."""
        call, shown = self._arguments()
        with jax.enable_x64(True):
            return jax.make_jaxpr(call)(self.state, *shown)

    @functools.cached_property
    def _lowered(self):
        call, shown = self._arguments()
        with jax.enable_x64(True):
            return jax.jit(call).lower(self.state, *shown)

    def stablehlo(self) -> str:
        """The function as text in StableHLO, what XLA receives."""
        return self._lowered.as_text()

    @functools.cached_property
    def _compiled(self):
        return self._lowered.compile()

    def compile(self):
        """The compiled function, called as ``f(state, *feeds)``.

        Feeds that decide about shapes are compiled in, with their examples as values, and not
        arguments of it.
        """
        return self._compiled

    def cost_analysis(self) -> dict:
        """XLA's estimates for the compiled function: ``"flops"``, ``"bytes accessed"``, ..."""
        found = self._compiled.cost_analysis()
        return dict(found[0] if isinstance(found, list) else found or {})


def _is_unseeded(op: Operation) -> bool:
    return randomness.is_random(op) and op.attrs["seed"] == op.attrs["seed2"] == 0


def _name(op: Operation) -> str:
    """What a state calls a variable: its name, after that of its container."""
    container = (op.attrs.get("container") or b"").decode()
    name = state.variable_name(op)
    return f"{container}/{name}" if container else name


def _check(plan: Plan) -> None:
    """Raises if a plan is more than one program."""
    stage = None
    for item in plan.items:
        if isinstance(item, Stage):
            if stage is not None:
                raise _cut(item, stage)
            stage = item
            continue
        for op in item.ops:
            if op.type != "Const" and op.op_def_.lower is None:
                raise errors.UnimplementedError(
                    None, op,
                    f"{op.name!r} (op: {op.type!r}) runs on the host, between compiled programs, "
                    "so that what is fetched is not one JAX function.\n" + explain.node_details(op),
                )  # fmt: skip


def _cut(stage: Stage, before: Stage) -> errors.UnimplementedError:
    made = {t.op for t in before.results}
    for op in stage.ops:
        for i in host_operands(op):
            t = op.inputs[i]
            origin = next((s for s in (t, *stage.statics) if s.op in made), t)
            return errors.UnimplementedError(
                None, op,
                f"{op.name!r} (op: {op.type!r}) is compiled for the value of {t.name!r}, which "
                "another program computes, so that what is fetched is not one JAX function.\n"
                f"  {origin.name!r} was made at   {origin.op.where}\n" + explain.node_details(op),
            )  # fmt: skip
    op = stage.ops[0]
    return errors.UnimplementedError(
        None, op, f"What is fetched takes two programs; the second begins at {op.name!r}.\n"
        + explain.node_details(op),
    )  # fmt: skip


def _numbers(plan: Plan, feeds: list[Tensor]) -> set[Tensor]:
    """The fed tensors whose values must be known while the function is traced."""
    found: set[Tensor] = set()
    for item in plan.items:
        if isinstance(item, Stage):
            found.update(item.statics)
        else:
            found.update(t for op in item.ops for t in op.inputs)
    return found.intersection(feeds)


def _initial_values(graph: Graph, keys: list[str]) -> dict:
    """What the initializers of variables give, in a session of their own."""
    variables = {}
    for v in (
        *graph.get_collection(GraphKeys.GLOBAL_VARIABLES),
        *graph.get_collection(GraphKeys.LOCAL_VARIABLES),
    ):
        variables.setdefault(state.store_key(v.op), v)
    session = BaseSession(graph=graph)
    session.run([variables[key].initializer for key in keys if key in variables])
    return {key: session._store[key] for key in keys if key in session._store}


def _moved(words, blocks: int):
    """A stream after ``blocks`` blocks were taken: a counter of 128 bits in four words."""
    result, carry = [], np.zeros((), np.uint32)
    for i in range(_WORDS):
        old = lax.index_in_dim(words, i, keepdims=False)
        new = lax.add(old, np.asarray(blocks >> 32 * i & _MASK, np.uint32))
        total = lax.add(new, carry)
        over = lax.bitwise_or(lax.lt(new, old), lax.lt(total, new))
        carry = lax.convert_element_type(over, np.uint32)
        result.append(total)
    return lax.concatenate([*[lax.reshape(w, (1,)) for w in result], words[_WORDS:]], 0)
