"""Nodes with the true shapes of their inputs and outputs, for tests of all op types at once.

They come from the cases of ``golden/`` and, for what does not occur there, from the rows of
``gradients/orders.py``.  A case is built and walked node by node: what numpy computes is computed,
of the rest JAX finds the shapes; only what a host operand or a host step needs to know is run.
"""

import functools
import importlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

import tfgrad as tf
from tests.gradients.orders import ROWS
from tfgrad._src.graph.build import add_node, add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import OPS, OpDef, host_operands
from tfgrad._src.graph.shapes import is_fully_known
from tfgrad._src.ops.shape import SHAPE_TYPES
from tfgrad._src.runtime import state
from tfgrad._src.runtime.feed import value_of
from tfgrad._src.runtime.fetch import flatten_feeds
from tfgrad._src.runtime.plan import is_handle
from tfgrad._src.runtime.randomness import WORDS, is_random

GOLDEN = Path(__file__).parent / "golden"
PER_TYPE = 40  # points


class Point(NamedTuple):
    """A node at which the shapes are known to the last.

    Attributes:
      op: the node.
      inputs: per input its array, or where that is not known the shape and type of it.
      shapes: the shapes of the outputs.
      source: where it comes from.
    """

    op: Operation
    inputs: list
    shapes: list[tuple]
    source: str


class NotFed(Exception):
    """The case is not meant to be run."""


class Walk:
    """The arrays, or else the shapes and types, of a graph's tensors."""

    def __init__(self, graph, feeds: dict, runs: tuple):
        self.graph = graph
        self.feeds = feeds
        self.runs = runs
        self.session: tf.Session | None = None
        self.fed = flatten_feeds(feeds)
        self.found = {t: value_of(None, t, t.dtype.np, v) for t, v in self.fed.items()}

    def __call__(self, t: Tensor):
        """The array of ``t``, or its shape and type."""
        if t not in self.found:
            for op in _behind(t, self.found):
                for output, value in zip(op.outputs, self._outputs(op), strict=True):
                    plain = isinstance(value, jax.ShapeDtypeStruct)
                    self.found[output] = value if plain else np.asarray(value, output.dtype.np)
        return self.found[t]

    def inputs(self, op: Operation) -> list:
        """What the lowering of ``op`` gets: a variable's value where it takes a variable."""
        found = [self._variable(t) if is_handle(t) else self(t) for t in op.inputs]
        is_step = op.op_def_.lower is None
        for i in range(len(found)) if is_step else host_operands(op):
            if not _is_table(op.inputs[i]):
                found[i] = self._array(op.inputs[i], found[i])
        return found

    def shapes(self, op: Operation, inputs: list) -> list[tuple]:
        """What the lowering, or the host step, of ``op`` makes of ``inputs``."""
        fed = op.outputs and all(t in self.fed for t in op.outputs)
        found = [self.found[t] for t in op.outputs] if fed else self._computed(op, inputs)
        return [np.shape(v) for v in found]

    def _outputs(self, op: Operation) -> list:
        if all(is_fully_known(t.dims) for t in op.outputs) and not self._can_fold(op):
            return [jax.ShapeDtypeStruct(t.dims, t.dtype.np) for t in op.outputs]
        return self._computed(op, self.inputs(op))

    def _can_fold(self, op: Operation) -> bool:
        if op.op_def_.host is None or op.op_def_.is_stateful:
            return False
        if op.type in SHAPE_TYPES:
            return True
        return all(isinstance(self.found.get(t), np.ndarray) for t in op.inputs)

    def _computed(self, op: Operation, inputs: list) -> list:
        definition = op.op_def_
        if op.type in ("Placeholder", "PlaceholderV2"):
            raise NotFed
        if op.type in state.IS_INITIALIZED:
            return [np.array(True)]
        if op.type in state.VARIABLE_TYPES:
            t = op.outputs[0]
            return [self._variable(t) if t.dtype._is_ref_dtype else np.array(0)]  # a handle
        if any(_is_table(t) for t in op.outputs):
            return [np.array(0) for _ in op.outputs]
        if any(_is_table(t) for t in op.inputs):
            return [np.asarray(v) for v in self._run(list(op.outputs))]
        if definition.lower is None or self._can_fold(op):
            results = (definition.step or definition.host)(op, *inputs)
        else:
            results = self._lowered(op, inputs)
        results = list(results) if isinstance(results, list | tuple) else [results]
        if op.outputs and not op.outputs[0].dtype._is_ref_dtype:  # the new values come first
            results = results[len(definition.writes) :]
        return results[: len(op.outputs)]

    @staticmethod
    def _lowered(op: Operation, inputs: list):
        if is_random(op):
            inputs = [jax.ShapeDtypeStruct((WORDS,), np.uint32), *inputs]

        def lower(*values):
            rest = iter(values)
            given = [next(rest) if isinstance(v, jax.ShapeDtypeStruct) else v for v in inputs]
            return op.op_def_.lower(op, *given)

        traced = [v for v in inputs if isinstance(v, jax.ShapeDtypeStruct)]
        with jax.enable_x64(True):
            return jax.eval_shape(lower, *traced)

    def _variable(self, t: Tensor):
        op = state.variable_of(t)
        if op is None:
            return jax.ShapeDtypeStruct((), t.dtype.base_dtype.np)
        if is_fully_known(op.attrs["shape"]):
            return jax.ShapeDtypeStruct(op.attrs["shape"], op.attrs["dtype"].np)
        return self._array(t, None)

    def _array(self, t: Tensor, known) -> np.ndarray:
        """The array of ``t``, by running it."""
        if not isinstance(known, np.ndarray):
            variable = state.variable_of(t) if is_handle(t) else None
            if t.dtype is tf.resource and variable is not None:
                with self.graph.as_default():
                    t = add_op("ReadVariableOp", t, dtype=variable.attrs["dtype"])
            known = self.found[t] = np.asarray(self._run(t))
        return known

    def _run(self, fetches):
        if self.session is None:
            self.session = tf.Session(graph=self.graph)
            with self.graph.as_default():
                tables = tf.get_collection(tf.GraphKeys.TABLE_INITIALIZERS)
                self.session.run([tf.global_variables_initializer(), *tables])
            for op in self.runs:
                self.session.run(op, self.feeds)
        return self.session.run(fetches, self.feeds)


def _is_table(t: Tensor) -> bool:
    """Whether ``t`` is a handle of something that a session keeps and is no variable."""
    return is_handle(t) and state.variable_of(t) is None


def _behind(t: Tensor, found) -> list[Operation]:
    """The nodes that ``t`` needs and that are not in ``found``, in order."""
    ops: dict[int, Operation] = {}
    stack = [t]
    while stack:
        t = stack.pop()
        if t not in found and t.op.id not in ops:
            ops[t.op.id] = t.op
            stack.extend(t.op.inputs)
    return [ops[i] for i in sorted(ops)]


# ---------------------------------------------------------------------- points of our own


def variable(*shape: int, dtype=np.float32, use_resource: bool = False):
    def make():
        v = tf.Variable(np.ones(shape, dtype), use_resource=use_resource)
        return v.handle if use_resource else v._variable

    return make


VECTOR = np.arange(3, dtype=np.float32)
INDICES = np.array([2, 0], np.int32)
BOXES = np.array([[[0.1, 0.2, 0.9, 0.8]]], np.float32)

# Points of what occurs neither in the cases nor in the orders: arguments and attributes.
MORE: dict[str, tuple[tuple, dict]] = {
    "ApproximateEqual": ((VECTOR, VECTOR), {}),
    "CountUpTo": ((variable(dtype=np.int32),), {"limit": 5}),
    "InTopK": ((np.ones((2, 3), np.float32), INDICES), {"k": 1}),
    "LinSpace": ((np.float32(0), np.float32(1), np.int32(4)), {}),
    "MatchingFiles": (("no/such/file*",), {}),
    "Mod": ((VECTOR, np.float32(2)), {}),
    "NonDeterministicInts": ((np.array([2, 3]),), {}),
    "OnesLike": ((VECTOR,), {}),
    "QuantizedReluX": (
        (VECTOR.astype(tf.quint8.as_numpy_dtype), np.float32(1), np.float32(0), np.float32(6)), {}
    ),
    "ReadFile": ((str(Path(__file__)),), {}),
    "ResourceCountUpTo": (
        (variable(dtype=np.int32, use_resource=True),), {"limit": 5, "T": tf.int32}
    ),
    "ResourceStridedSliceAssign": (
        (variable(3, 2, use_resource=True), INDICES[1:], INDICES[:1], INDICES[:1] - 1, VECTOR[:1]),
        {"shrink_axis_mask": 1},
    ),
    "SampleDistortedBoundingBox": ((np.array([8, 8, 3]), BOXES), {}),
    "Snapshot": ((VECTOR,), {}),
    "ThreadUnsafeUnigramCandidateSampler": (
        (np.array([[0], [2]]),),
        {"num_true": 1, "num_sampled": 3, "unique": True, "range_max": 5},
    ),
    "Variable": ((), {"shape": (3, 2), "dtype": tf.float32}),
}  # fmt: skip


def update_of_variables(op: OpDef) -> tuple | None:
    """Arguments of an op that trains or scatters into variables, by the names of its inputs."""
    if not op.type.removeprefix("Resource").startswith(("Apply", "SparseApply", "ScatterNd")):
        return None
    resource = any(a.dtype is tf.resource for a in op.inputs)
    if not (resource or any(a.is_ref for a in op.inputs)):
        return None
    sparse = any(a.name == "indices" for a in op.inputs)
    args = []
    for a in op.inputs:
        if a.is_ref or a.dtype is tf.resource:
            args.append(variable(3, 2, use_resource=resource))
        elif a.name == "indices":
            args.append(INDICES[:, None] if "ScatterNd" in op.type else INDICES)
        elif a.name in ("grad", "delta", "updates"):
            args.append(np.ones((2 if sparse else 3, 2), np.float32))
        else:
            args.append(np.array(0, np.int64) if a.dtype is tf.int64 else np.float32(0.5))
    return tuple(args)


# ---------------------------------------------------------------------- where points come from


def _recorded_cases() -> Iterator[tuple[str, Callable]]:
    """The cases that can be run, with their names."""
    for path in sorted(GOLDEN.glob("*.json")):
        if (GOLDEN / f"cases_{path.stem}.py").exists():
            cases = importlib.import_module(f"tests.golden.cases_{path.stem}").CASES
            for name, record in json.loads(path.read_text()).items():
                if "error" not in record and name in cases:
                    yield f"{path.stem}-{name}", cases[name]


def _add(points: dict, op: Operation, walk: Walk, source: str, seen: set) -> None:
    attrs = {k: v for k, v in op.attrs.items() if not k.startswith("_")}
    key = (op.type, repr(attrs) if op.type != "Const" else "", str([t.dims for t in op.inputs]))
    if key in seen or len(points[op.type]) >= PER_TYPE:
        return
    try:
        inputs = walk.inputs(op)
        shapes = walk.shapes(op, inputs)
    except (NotFed, tf.errors.OpError):  # what the case is about, in part
        return
    seen.add(key)
    points[op.type].append(Point(op, inputs, shapes, source))


@functools.cache
def points_of_all_op_types() -> dict[str, list[Point]]:
    """Op type -> points, at most `PER_TYPE`."""
    points = defaultdict(list)
    seen: set = set()
    for name, build in _recorded_cases():
        graph = tf.Graph()
        with graph.as_default():
            fetches, feeds = build(tf)
        walk = Walk(graph, feeds, tuple([fetches[r] for r in getattr(build, "runs", ())]))
        for op in graph.get_operations():  # not those that the walk may add
            _add(points, op, walk, name, seen)
    for row in ROWS:
        if not points[row.op_type]:
            _add_node(points, row.op_type, row.args, row.attrs, "orders", seen)
    for op_type, op in OPS.items():
        if not points[op_type]:
            args, attrs = MORE.get(op_type, (update_of_variables(op), {}))
            if args is not None:
                _add_node(points, op_type, args, attrs, "tests/points.py", seen)
    return points


def _add_node(points: dict, op_type: str, args: tuple, attrs, source: str, seen: set) -> None:
    """Adds a node whose arguments are arrays, lists of them, or functions that make tensors.

    ``attrs`` may be a function, too.
    """
    with new_graph() as graph:
        tensors = []
        for a in args:
            if callable(a):
                tensors.append(a())
            else:
                tensors.append([tf.constant(v) for v in a] if isinstance(a, list) else a)
        last = add_node(op_type, tuple(tensors), None, attrs() if callable(attrs) else attrs)
        _add(points, last, Walk(graph, {}, ()), source, seen)
