"""The equations of a traced stage, equal ones merged: what the passes read and add to.

A pass works on JAX's primitives and not on graph nodes: there every op type has become a few
primitives, shape arithmetic is gone, and the fetched graph keeps TensorFlow's nodes.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np
from jax import lax
from jax.extend import core

Value = tuple[int, int]  # equation and output; equation -1: arguments, -2: constants
ARGUMENT, CONSTANT = -1, -2

INLINED = frozenset({"jit", "pjit"})
# A copy is made to have a buffer of its own, a barrier to have a value computed again.
NEVER_EQUAL = frozenset({"copy", "copy_p", "optimization_barrier"})
SMALL = 64  # elements of a constant that is compared by value


class Equation(NamedTuple):
    """A primitive with parameters, its arguments, and the shapes and dtypes of its results."""

    primitive: core.Primitive
    params: dict
    args: list[Value]
    avals: list

    @property
    def name(self) -> str:
        """The primitive's name."""
        return self.primitive.name


class Equations:
    """A program that grows: equations are added, and found again if they are there already.

    Attributes:
      all: the equations, each after those that it uses.
      arguments: shapes and dtypes of the arguments.
      constants: their values.
      results: the values that the program gives.
    """

    def __init__(self, closed: core.ClosedJaxpr, merge: bool = True):
        self.merge = merge  # whether equal equations become one
        self.all: list[Equation] = []
        self.constants: list = []
        self.arguments = [v.aval for v in closed.jaxpr.invars]
        self._known: dict = {}  # (primitive, parameters, arguments) -> equation
        inputs = [(ARGUMENT, k) for k in range(len(self.arguments))]
        self.results = self._inline(closed.jaxpr, closed.consts, inputs)

    def _inline(self, jaxpr: core.Jaxpr, consts, inputs: list[Value]) -> list[Value]:
        env: dict = dict(zip(jaxpr.invars, inputs, strict=True))
        env.update((v, self.constant(c)) for v, c in zip(jaxpr.constvars, consts, strict=True))

        def read(v) -> Value:
            if isinstance(v, core.Literal):
                return self.constant(np.asarray(v.val, v.aval.dtype))
            return env[v]

        for eqn in jaxpr.eqns:
            args, params = eqn.invars, eqn.params
            if eqn.primitive.name in INLINED:
                inner = params["jaxpr"]
                values = self._inline(inner.jaxpr, inner.consts, [read(v) for v in args])
            else:
                if freeze(params) is None:  # a loop, a condition: called as it is
                    params = {"call": _call(eqn), "text": str(eqn)}
                avals = [v.aval for v in eqn.outvars]
                values = self.add(eqn.primitive, params, [read(v) for v in args], avals)
            env.update(zip(eqn.outvars, values, strict=True))
        return [read(v) for v in jaxpr.outvars]

    def constant(self, c) -> Value:
        """A constant, the same one for equal small arrays."""
        key: object = id(c)
        if not self.merge:
            key = len(self.constants)
        elif isinstance(c, np.ndarray | np.generic | int | float | bool) and np.size(c) <= SMALL:
            array = np.asarray(c)
            key = (type(c), array.dtype, array.shape, array.tobytes())
        if ("constant", key) not in self._known:
            self._known["constant", key] = len(self.constants)
            self.constants.append(c)  # which also keeps its id from being used again
        return (CONSTANT, self._known["constant", key])

    def add(self, primitive: core.Primitive, params: dict, args: list, avals: list) -> list[Value]:
        """The results of an equation; of an equal one if there is one."""
        apart = not self.merge or primitive.name in NEVER_EQUAL or "call" in params
        frozen = None if apart else freeze(params)
        key = (primitive, frozen, *args)
        node = None if frozen is None else self._known.get(key)
        if node is None:
            node = len(self.all)
            self.all.append(Equation(primitive, params, args, avals))
            if frozen is not None:
                self._known[key] = node
        return [(node, k) for k in range(len(avals))]

    def apply(self, function: Callable, *args: Value) -> Value:
        """The result of ``function``, written with `jax.lax`, on values."""
        with jax.enable_x64(True):
            traced = jax.make_jaxpr(function)(*[self.aval(a) for a in args])
        (value,) = self._inline(traced.jaxpr, traced.consts, list(args))
        return value

    def aval(self, v: Value):
        """Shape and dtype of a value."""
        node, k = v
        if node >= 0:
            return self.all[node].avals[k]
        return self.arguments[k] if node == ARGUMENT else jax.typeof(self.constants[k])

    def shape(self, v: Value) -> tuple[int, ...]:
        """The shape of a value."""
        return self.aval(v).shape

    def of(self, v: Value) -> Equation | None:
        """The equation of a value, None for arguments and constants."""
        return self.all[v[0]] if v[0] >= 0 else None

    def is_zero(self, v: Value) -> bool:
        """Whether a value is known to be zero everywhere."""
        while (e := self.of(v)) and e.name in ("broadcast_in_dim", "convert_element_type"):
            v = e.args[0]
        if v[0] != CONSTANT or np.size(self.constants[v[1]]) > SMALL:
            return False
        return not np.any(self.constants[v[1]])

    def needed(self, results: list[Value]) -> list[int]:
        """The equations behind ``results``, each after those that it uses."""
        order: list[int] = []
        done: dict[int, bool] = {}
        stack = [v[0] for v in reversed(results) if v[0] >= 0]
        while stack:
            node = stack[-1]
            if node in done:
                stack.pop()
                if not done[node]:
                    done[node] = True
                    order.append(node)
                continue
            done[node] = False
            stack += [v[0] for v in self.all[node].args if v[0] >= 0 and v[0] not in done]
        return order

    def users(self, order: list[int]) -> dict[Value, list[int]]:
        """Value -> the equations of ``order`` that use it, as often as they do."""
        users: dict[Value, list[int]] = {}
        for node in order:
            for a in self.all[node].args:
                users.setdefault(a, []).append(node)
        return users

    def replace(self, new: dict[Value, Value]) -> None:
        """Makes the program use other values for some, in all that is needed.

        Args:
          new: value -> what stands for it; it may use values that are replaced in turn.
        """
        if not new:
            return
        final: dict[int, list[Value]] = {}  # equation -> what stands for its results

        def now(v: Value) -> Value:
            v = new.get(v, v)
            return v if v[0] < 0 else final[v[0]][v[1]]

        stack = [new.get(v, v)[0] for v in self.results]
        while stack:
            node = stack[-1]
            if node < 0 or node in final:
                stack.pop()
                continue
            e = self.all[node]
            missing = [m for m in (new.get(a, a)[0] for a in e.args) if m >= 0 and m not in final]
            if missing:
                stack += missing
                continue
            stack.pop()
            args = [now(a) for a in e.args]
            same = args == e.args
            final[node] = (
                [(node, k) for k in range(len(e.avals))]
                if same
                else self.add(e.primitive, e.params, args, e.avals)
            )
        self.results = [now(v) for v in self.results]

    def function(self, order: list[int], kept: frozenset[int] = frozenset()) -> Callable:
        """The program as a function of flat arguments that JAX can trace.

        Args:
          order: the equations that it needs, as they are to be written.
          kept: those with a barrier behind them.
        """
        nodes, constants, results = self.all, self.constants, self.results

        def run(*arguments) -> list:
            env: dict[Value, object] = {(ARGUMENT, k): a for k, a in enumerate(arguments)}
            env.update(((CONSTANT, k), c) for k, c in enumerate(constants))
            for node in order:
                e = nodes[node]
                args = [env[a] for a in e.args]
                call = e.params.get("call")
                values = call(*args) if call else e.primitive.bind(*args, **e.params)
                if call or e.primitive.multiple_results:
                    env.update(((node, k), v) for k, v in enumerate(values))
                else:
                    env[node, 0] = lax.optimization_barrier(values) if node in kept else values
            return [env[v] for v in results]

        return run


def _call(eqn) -> Callable:
    """An equation with programs inside as a function that gives a list."""
    found = eqn.primitive.get_bind_params(eqn.params)
    functions, params = found if isinstance(found, tuple) else ((), found)  # older JAX: a pair

    def call(*args) -> list:
        values = eqn.primitive.bind(*functions, *args, **params)
        return values if eqn.primitive.multiple_results else [values]

    return call


def freeze(params: dict):
    """A key for parameters; None for programs inside of others, which are never taken for equal."""
    items = tuple(params.items())
    if any(isinstance(v, core.ClosedJaxpr | core.Jaxpr) for _, v in items):
        return None
    try:
        hash(items)
    except TypeError:
        return None
    return items
