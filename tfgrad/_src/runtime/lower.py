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
from tfgrad._src.ops.shape import SHAPE_TYPES
from tfgrad._src.runtime import state
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
                if t.op is variable or i in definition.writes or t not in env:
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
            for i, value in zip(definition.writes, new, strict=True):
                values[state.store_key(state.variable_of(op.inputs[i]))] = value
            if op.outputs:
                self._bind(op, env, new[: len(op.outputs)])
            return
        if foldable and (op in self.folded or _is_small(op)):
            results = definition.host(op, *inputs)
            results = results if len(op.outputs) != 1 else (results,)
            for t, value in zip(op.outputs, results, strict=True):
                env[t] = np.asarray(value, t.dtype.np)
            return
        self._bind(op, env, self._lower(op, inputs))

    def _lower(self, op: Operation, inputs: list):
        try:
            return op.op_def_.lower(op, *inputs)
        except errors.OpError:
            raise
        except (TypeError, ValueError, IndexError, ZeroDivisionError, AttributeError) as error:
            values = inputs[len(inputs) - len(op.inputs) :]  # a random stream comes before them
            shapes = ", ".join(
                f"{t.name} {list(np.shape(v))}" for t, v in zip(op.inputs, values, strict=True)
            )
            raise errors.InvalidArgumentError(
                None, op,
                f"{error}\n  while compiling {op.name!r} (op: {op.type!r}) with inputs {shapes}\n"
                + explain.node_details(op),
            ) from error  # fmt: skip

    def _bind(self, op: Operation, env: dict, results) -> None:
        outputs = op.outputs
        if len(outputs) == 1 and not isinstance(results, list | tuple):
            results = (results,)
        for t, value in zip(outputs, results, strict=True):
            if value.dtype != t.dtype.np or not _fits(value.shape, t.dims):
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
    """

    def __init__(self, stage: Stage, statics: list[np.ndarray], rereads: dict, is_known, reserve):
        super().__init__(set(stage.args), stage.folded, rereads, is_known)
        self.stage = stage
        self.statics = statics
        self.reserve = reserve
        self.constants = large_constants(stage)
        self.reservations: list[int] = []

    def __call__(self, written: list, read: list, args: list, constants: list, streams):
        """See `Plan.Stage`; gives the new values of variables and the stage's results."""
        stage = self.stage
        env: dict[Tensor, object] = dict(zip(stage.args, args, strict=True))
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
            if op.type in state.VARIABLE_TYPES:
                if not op.outputs[0].dtype._is_ref_dtype:
                    continue
                env[op.outputs[0]] = values.get(state.store_key(op))
                continue
            if op in stream_of:
                i = stream_of[op]
                inputs = [env[t] for t in op.inputs]
                self.reservations[i] = self.reserve(op, inputs)
                self._bind(op, env, self._lower(op, [streams[i], *inputs]))
                continue
            self._run(op, env, values)
        new = [values[k] for k in (*stage.written, *stage.fresh)]
        results = [env[t] for t in stage.results]
        return self._distinct(new, [*written, *read, *args, *constants]), results

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
