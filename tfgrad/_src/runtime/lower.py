"""A stage as a JAX function: `trace` walks its nodes, once per shapes and static values.

Values that are numpy arrays while the function is traced (constants, shapes, host operands) stay
numpy as
long as the nodes that use them have host kernels: shape arithmetic is done here and leaves no trace
  in the
program.  Each result is checked against the dtype and the static shape that its node declares.
"""

import jax
import numpy as np

from tfgrad._src.graph import errors, explain
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import host_operands
from tfgrad._src.graph.shapes import ShapeError
from tfgrad._src.ops.checks import collecting
from tfgrad._src.ops.demands import demand
from tfgrad._src.ops.shape import SHAPE_TYPES
from tfgrad._src.runtime import state
from tfgrad._src.runtime.checks import Checks, located
from tfgrad._src.runtime.plan import Stage, is_handle

LARGEST_FOLD = 4096  # elements; larger results are computed by the program
LARGEST_LITERAL = 1024  # elements; larger constants are arguments: XLA need not compile them in


def large_constants(stage: Stage) -> list[Operation]:
    """The constants of a stage that are passed as arguments."""
    operands = {t for op in stage.ops for t in (op.inputs[i] for i in host_operands(op))}
    return [
        op
        for op in stage.ops
        if op.type == "Const"
        and op.attrs["value"].size > LARGEST_LITERAL
        and op.attrs["value"].dtype.kind != "O"
        and op.outputs[0] not in operands
    ]


class Nodes:
    """The step of a trace: one node, from the values of its inputs to those of its outputs.

    Attributes:
      given: the tensors that come from outside as arrays.
      folded: the nodes that must be computed in numpy.
      rereads: node -> input position -> store key, see `Plan`.
      is_known: store key -> whether that variable has a value, for nodes that ask.
    """

    def __init__(self, given: set[Tensor], folded: set[Operation], rereads: dict, is_known: dict):
        self.given = given
        self.folded = folded
        self.rereads = rereads
        self.is_known = is_known

    def _run(self, op: Operation, env: dict, values: dict) -> None:
        definition = op.op_def_
        inputs = []
        again = self.rereads.get(op, ())
        foldable = definition.host is not None and not definition.is_stateful
        for i, t in enumerate(op.inputs):
            if i in again:
                value = values.get(again[i])
            elif is_handle(t) and t not in self.given:
                variable = state.variable_of(t)
                key = state.store_key(variable)
                if op.type in state.IS_INITIALIZED:
                    env[op.outputs[0]] = np.asarray(key in values or self.is_known.get(key, False))
                    return
                is_own = t.op is variable or variable.type == state.TEMPORARY
                if is_own or i in definition.writes or t not in env:
                    value = values.get(key)
                else:  # what an assignment has returned: the value right after it
                    value = env[t]
            else:
                value = env[t]
            if foldable and not isinstance(value, np.ndarray | np.generic):
                foldable = op.type in SHAPE_TYPES
            inputs.append(value)
        if definition.writes:
            new = self._lower(op, inputs)
            new = list(new) if isinstance(new, list | tuple) else [new]
            for k, i in enumerate(definition.writes):
                key = state.store_key(state.variable_of(op.inputs[i]))
                values[key] = new[k] = self._written(op, key, new[k], inputs[i])
            if op.outputs:
                # A reference op gives the variable, a resource op what follows the new values.
                start = 0 if op.outputs[0].dtype._is_ref_dtype else len(definition.writes)
                self._bind(op, env, new[start : start + len(op.outputs)])
            self._done(op, inputs, new)
            return
        if foldable and (op in self.folded or _is_small(op)):
            results = self._call(definition.host, op, inputs)
            results = results if len(op.outputs) != 1 else (results,)
            for t, value in zip(op.outputs, results, strict=True):
                env[t] = np.asarray(value, t.dtype.np)
        else:
            self._bind(op, env, self._lower(op, inputs))
        self._done(op, inputs, [env[t] for t in op.outputs])

    def _done(self, op: Operation, inputs: list, results: list) -> None:
        """A node was traced: ``results`` are its outputs, or the values of variables it changed."""

    def _written(self, op: Operation, key: str, new, old):
        """What a variable holds after ``op``."""
        return new

    def _lower(self, op: Operation, inputs: list):
        return self._call(op.op_def_.lower, op, inputs)

    @staticmethod
    def _call(function, op: Operation, inputs: list):
        try:
            demand(op, inputs)
            with np.errstate(all="ignore"):  # nan and infinities are results, not news
                return function(op, *inputs)
        except errors.OpError as error:
            raise located(error, op) from error.__cause__
        except (TypeError, ValueError, IndexError, ZeroDivisionError, AttributeError) as error:
            values = inputs[len(inputs) - len(op.inputs) :]  # a random stream comes before them
            shapes = ", ".join(
                f"{t.name} {list(np.shape(v))}" for t, v in zip(op.inputs, values, strict=True)
            )
            wrong = _rule_says(op, [np.shape(v) for v in values]) or error
            raise errors.InvalidArgumentError(
                None, op,
                f"{wrong}\n  while compiling {op.name!r} (op: {op.type!r}) with inputs {shapes}\n"
                + explain.node_details(op),
            ) from error  # fmt: skip

    def _bind(self, op: Operation, env: dict, results) -> None:
        outputs = op.outputs
        if len(outputs) == 1 and not isinstance(results, list | tuple):
            results = (results,)
        for t, value in zip(outputs, results, strict=True):
            if value.dtype == t.dtype.np and not _fits(value.shape, t.dims):
                raise errors.InvalidArgumentError(
                    None, op,
                    f"The value of {t.name!r} has shape {explain.shape_str(value.shape)}, but the "
                    f"graph takes {explain.shape_str(t.dims)} for granted.\n"
                    + explain.node_details(op),
                )  # fmt: skip
            if value.dtype != t.dtype.np:
                raise errors.InternalError(
                    None, op,
                    f"The lowering of {op.type} gave {value.dtype}{list(value.shape)} for "
                    f"{t.name!r}, which is {t.dtype.base_dtype.name}{explain.shape_str(t.dims)}.\n"
                    + explain.node_details(op),
                )  # fmt: skip
            env[t] = value


class Trace(Nodes):
    """The traced function of one stage for given static values.

    Attributes:
      reservations: after tracing, the number of random blocks that each random node consumes.
      checks: after tracing, what must be verified, see `Checks`.
    """

    def __init__(
        self, stage: Stage, statics: list[np.ndarray], rereads: dict, is_known, reserve,
        checks: Checks,
    ):  # fmt: skip
        super().__init__(set(stage.args), stage.folded, rereads, is_known)
        self.stage = stage
        self.statics = statics
        self.reserve = reserve
        self.constants = large_constants(stage)
        self.reservations: list[int] = []
        self.checks = checks
        self._kept: dict[str, int] = {}  # donated variable -> number of flags that it depends on

    def __call__(self, written: list, read: list, args: list, constants: list, streams):
        """See `Plan.Stage`.

        Returns:
          The new values of variables, the stage's results, and the code of `Checks`, or its
          `found` values where it looks for such.
        """
        env: dict[Tensor, object] = dict(zip(self.stage.args, args, strict=True))
        self._kept = dict.fromkeys(self.stage.written, 0) if self.checks.donated else {}
        self.checks.begin(env)
        with collecting(self.checks):
            new, results = self._trace(env, written, read, args, constants, streams)
            code = self.checks.code() if self.checks.wanted is None else list(self.checks.found)
        self.checks.end()
        return new, results, code

    def _trace(self, env: dict, written: list, read: list, args: list, constants: list, streams):
        stage = self.stage
        env.update(zip(stage.statics, self.statics, strict=True))
        env.update(zip([op.outputs[0] for op in self.constants], constants, strict=True))
        values: dict[str, object] = dict(zip(stage.written, written, strict=True))
        values.update(zip(stage.read, read, strict=True))
        stream_of = {op: i for i, op in enumerate(stage.random)}
        self.reservations = [0] * len(stage.random)
        lifted = set(self.constants)
        for op in stage.ops:
            if op in lifted:
                continue
            if op.type == state.TEMPORARY:
                env[op.outputs[0]] = values[state.store_key(op)] = _zeros(op)
                continue
            if op.type in state.VARIABLE_TYPES:
                if not op.outputs[0].dtype._is_ref_dtype:
                    continue
                env[op.outputs[0]] = values.get(state.store_key(op))
                continue
            if op in stream_of:
                i = stream_of[op]
                inputs = [env[t] for t in op.inputs]
                self._bind(op, env, self._lower(op, [streams[i], *inputs]))
                self.reservations[i] = self.reserve(op, inputs)
                continue
            self._run(op, env, values)
        for key, old in zip(stage.written, written, strict=True):
            if key in self._kept and self._kept[key] < self.checks.count:  # flags of later nodes
                values[key] = self.checks.kept(values[key], old)
        new = [values[k] for k in (*stage.written, *stage.fresh)]
        results = [env[t] for t in stage.results]
        return self._distinct(new, [*written, *read, *args, *constants]), results

    def _lower(self, op: Operation, inputs: list):
        self.checks.at(op.inputs, inputs[len(inputs) - len(op.inputs) :])
        return super()._lower(op, inputs)

    def _written(self, op: Operation, key: str, new, old):
        """A donated variable keeps its value where a flag is set."""
        if key not in self._kept:
            return new
        self._kept[key] = self.checks.count
        return new if self.checks.protected else self.checks.kept(new, old)

    @staticmethod
    def _distinct(new: list, inputs: list) -> list:
        """New values of variables, each in a buffer of its own: buffers are donated later."""
        seen = {id(x) for x in inputs}
        result = []
        for value in new:
            if id(value) in seen:
                value = jax.numpy.array(value, copy=True)
            seen.add(id(value))
            result.append(value)
        return result


def _rule_says(op: Operation, shapes: list) -> str:
    """What the shape rule of a node has against shapes that were not known before, if anything."""
    if op.op_def_.shape is None or len(shapes) != len(op.inputs):
        return ""
    try:
        op.op_def_.shape(op, *shapes)
    except ShapeError as error:
        return error.message
    except (TypeError, ValueError, IndexError, AttributeError):
        pass
    return ""


def _zeros(op: Operation):
    """The value with which a temporary variable begins."""
    shape, dtype = op.attrs["shape"], op.attrs["dtype"].np
    if shape is None or None in shape:
        raise errors.InvalidArgumentError(
            None, op, f"{op.name!r} needs a fully known shape\n" + explain.node_details(op)
        )
    return jax.lax.full(shape, np.zeros((), dtype)[()], dtype)


def _is_small(op: Operation) -> bool:
    for t in op.outputs:
        n = 1
        for d in t.dims or ():
            n *= 1 if d is None else d
        if n > LARGEST_FOLD:
            return False
    return True


def _fits(shape, dims) -> bool:
    if dims is None:
        return True
    if len(shape) != len(dims):
        return False
    return all(b is None or a == b for a, b in zip(shape, dims, strict=True))
