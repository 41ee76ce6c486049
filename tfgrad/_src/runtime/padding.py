"""Stages whose sizes depend on data: one program for all sizes of a range.

`tf.boolean_mask`, `tf.where` and `tf.unique` give arrays whose size only the data tell.  A program
has fixed shapes, and to compile one for each size would take longer than to run it.  So from the
second size on, such an argument is filled up to a power of two, and the program is told the sizes.

A stage is traced for the largest size and for two others.  Where the three traces differ they tell
how shapes and numbers follow from a size ``n``: an axis of ``m * n`` is *ragged*, valid up to there
and filled beyond with anything; a number ``a + b * n``, or ``a / n``, as in the gradient of a mean,
is computed in the program.  Sums, products and searches along a ragged axis see a neutral
value in its filled part, and results are cut on the host.  Equations that this module does not know
how to treat make it give up: then the stage is compiled for each size.
"""

import logging
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np
from jax import lax

from tfgrad._src.graph import explain
from tfgrad._src.runtime.passes.equations import (
    ARGUMENT,
    CONSTANT,
    Equation,
    Equations,
    Value,
    freeze,
)
from tfgrad._src.runtime.passes.narrow import POINTWISE

_log = logging.getLogger("tfgrad")
SMALLEST = 16  # sizes up to here share a program
MOST_SYMBOLS = 3  # sizes that vary independently of each other

Place = tuple[int, int]  # argument and axis
Ragged = tuple[int, int]  # symbol and multiple of its size
LIKE_SHAPES = frozenset(
    {"shape", "new_sizes", "dimensions", "limit_indices", "slice_sizes", "size", "sharding"}
)
# The results are ragged where their shapes say so, and the filled part stays apart.
SEPARATE = POINTWISE | frozenset(
    {"broadcast_in_dim", "iota", "transpose", "squeeze", "expand_dims", "optimization_barrier"}
)


class Unknown(Exception):
    """The stage cannot be padded."""


def loose_places(tensors: list, fed: set) -> list[Place]:
    """The axes of a stage's arguments whose size only the data of a run tell.

    Fed arrays are not among them: who feeds other shapes chooses to.
    """
    return [
        (i, axis)
        for i, t in enumerate(tensors)
        if t not in fed and t.dims is not None and t.dtype.np.kind != "O"
        for axis, n in enumerate(t.dims)
        if n is None
    ]


class Filled(NamedTuple):
    """Arguments of a run, filled up.

    Attributes:
      args: the arrays.
      key: what the program depends on, besides the shapes of ``args``.
      sizes: the true sizes per symbol.
    """

    args: list
    key: tuple
    sizes: np.ndarray


def fill(args: list, places: list[Place]) -> Filled | None:
    """Fills arrays up to buckets; None if one is empty (then means divide by zero, and so on)."""
    shapes = [np.shape(x) for x in args]
    numbers = symbols(places, shapes)
    sizes = sorted({shapes[i][axis] for i, axis in places})
    if not sizes[0]:
        return None
    args = list(args)
    for i in {i for i, _ in places}:
        shape = list(shapes[i])
        for axis in range(len(shape)):
            if (i, axis) in numbers:
                shape[axis] = bucket(shape[axis])
        # Zeros: indices that are looked up must be in range.
        filled = np.zeros(shape, args[i].dtype)
        filled[tuple(map(slice, shapes[i]))] = args[i]
        args[i] = filled
    return Filled(args, tuple(numbers.values()), np.array(sizes, np.int32))


def cut(results: list, cuts: list[dict[int, Ragged]], sizes: np.ndarray) -> list:
    """Results without what stands in their filled parts."""
    found = []
    for value, ragged in zip(results, cuts, strict=True):
        if ragged:
            index = [slice(None)] * value.ndim
            for axis, (s, m) in ragged.items():
                index[axis] = slice(0, m * int(sizes[s]))
            value = np.asarray(value)[tuple(index)]
        found.append(value)
    return found


def attempt(trace: Callable, arguments):
    """``trace(arguments)``; `Unknown` for whatever a lowering says to sizes that never occur."""
    try:
        return trace(arguments)
    except Unknown:
        raise
    except Exception as error:
        raise Unknown from error


def bucket(n: int) -> int:
    """The size up to which ``n`` rows are filled."""
    return max(SMALLEST, 1 << (n - 1).bit_length())


def probes(size: int) -> tuple[int, int, int]:
    """Sizes for which a stage is traced; those of a program are above half of the first."""
    low = size // 2 + 1 if size > SMALLEST else 3
    return size, low, (size + low) // 2 | 1


def symbols(places: list[Place], shapes: list[tuple[int, ...]]) -> dict[Place, int]:
    """A number for each different size of those axes: equal ones are taken to vary together."""
    sizes = [shapes[i][axis] for i, axis in places]
    distinct = sorted(set(sizes))
    return {place: distinct.index(n) for place, n in zip(places, sizes, strict=True)}


class Affine(NamedTuple):
    """``base + sum of coefficient * size``; or ``over`` divided by that, in the number's type."""

    base: int
    coefficients: tuple[int, ...]
    over: float | None = None


class Padded:
    """A traced stage for the largest sizes, told of the true ones by one more argument.

    Attributes:
      program: its equations; the last argument is an int32 vector of sizes.
      cuts: per result, axis -> (symbol, multiple): where the result is to be cut.
    """

    def __init__(self, traces: Callable[[tuple[int, ...]], object], sizes: list[int]):
        """Traces and rewrites.

        Args:
          traces: sizes -> closed jaxpr of the stage with arguments of these sizes.
          sizes: the largest size per symbol.

        Raises:
          Unknown: there is something that cannot be treated.
        """
        if len(sizes) > MOST_SYMBOLS:
            raise Unknown
        self.sizes = sizes
        self.program = self._trace(traces, tuple(sizes))
        self.others: list[tuple[int, int, Equations]] = []  # symbol, size, program
        for s, n in enumerate(sizes):
            for other in probes(n)[1:]:
                changed = tuple(other if k == s else m for k, m in enumerate(sizes))
                self.others.append((s, other, self._trace(traces, changed)))
        self._compare()
        self.sizes_of = (ARGUMENT, len(self.program.arguments))
        self.program.arguments.append(jax.core.ShapedArray((len(sizes),), np.dtype(np.int32)))
        self.new: dict[Value, Value] = {(CONSTANT, k): self._constant(k) for k in self.numbers}
        for node in range(len(self.program.all)):
            self._rewrite(node)
        self.program.replace(self.new)
        self.cuts = [self._cut(v) for v in self._results]

    @staticmethod
    def _trace(traces, sizes) -> Equations:
        closed = attempt(traces, sizes)
        if any(e.effects for e in closed.jaxpr.eqns):
            raise Unknown
        return Equations(closed, merge=False)

    # ------------------------------------------------------------------ comparison

    def _compare(self) -> None:
        """Finds what depends on sizes."""
        p = self.program
        self._results = list(p.results)
        self.ragged: dict[Value, dict[int, Ragged]] = {}
        self.numbers: dict[int, list[Affine]] = {}  # constant -> its elements
        for _, _, q in self.others:
            same = (
                [e.primitive for e in p.all] == [e.primitive for e in q.all]
                and [e.args for e in p.all] == [e.args for e in q.all]
                and p.results == q.results
                and len(p.constants) == len(q.constants)
            )
            if not same:
                raise Unknown
        for k in range(len(p.arguments)):
            self._find_ragged((ARGUMENT, k))
        for k in range(len(p.constants)):
            self._find_numbers(k)
        for node, e in enumerate(p.all):
            for k in range(len(e.avals)):
                self._find_ragged((node, k))
            for _, _, q in self.others:
                if not _same_params(e, q.all[node]):
                    raise Unknown

    def _find_ragged(self, v: Value) -> None:
        shape = self.program.shape(v)
        found: dict[int, Ragged] = {}
        for axis, n in enumerate(shape):
            affine = self._affine(n, [q.shape(v)[axis] for _, _, q in self.others])
            used = [(s, m) for s, m in enumerate(affine.coefficients) if m]
            if used:
                if len(used) > 1 or affine.base or used[0][1] < 0:
                    raise Unknown
                found[axis] = used[0]
        if len(found) > 1:
            raise Unknown
        if found:
            self.ragged[v] = found

    def _affine(self, n: int, others: list[int]) -> Affine:
        """How a whole number follows from the sizes."""
        base, coefficients = n, []
        for s, size in enumerate(self.sizes):
            mine = [(m, x) for (t, m, _), x in zip(self.others, others, strict=True) if t == s]
            steps = {divmod(n - x, size - m) if size != m else (0, x - n) for m, x in mine}
            if len(steps) != 1 or (step := steps.pop())[1]:
                raise Unknown
            coefficients.append(step[0])
            base -= step[0] * size
        return Affine(base, tuple(coefficients))

    def _find_numbers(self, k: int) -> None:
        """How the elements of a constant follow from the sizes."""
        v = (CONSTANT, k)
        mine = np.asarray(self.program.constants[k])
        others = [np.asarray(q.constants[k]) for _, _, q in self.others]
        if any(x.dtype != mine.dtype or x.ndim != mine.ndim for x in others):
            raise Unknown
        if all(x.shape == mine.shape and np.array_equal(x, mine) for x in others):
            return
        if mine.dtype.kind not in "iuf":
            raise Unknown
        if any(x.shape != mine.shape for x in others):
            self._find_ragged(v)
            if all(np.array_equal(mine[tuple(map(slice, x.shape))], x) for x in others):
                return  # the same elements, more or fewer of them
            if any(x.size == 0 or np.any(x != x.flat[0]) for x in (mine, *others)):
                raise Unknown
            self.numbers[k] = [self._number(mine.dtype, [x.flat[0] for x in (mine, *others)])]
        elif mine.size <= 64:
            elements = zip(mine.ravel(), *[x.ravel() for x in others], strict=True)
            self.numbers[k] = [self._number(mine.dtype, list(e)) for e in elements]
        else:
            raise Unknown

    def _number(self, dtype, elements: list) -> Affine:
        if not np.all(np.isfinite(elements)):
            raise Unknown
        whole = [int(x) for x in elements]
        if all(dtype.type(n) == x for n, x in zip(whole, elements, strict=True)):
            return self._affine(whole[0], whole[1:])
        first, *others = map(float, elements)
        for s, size in enumerate(self.sizes):
            # c / n, as the gradient of a mean has it; 4: what few roundings may make of it.
            expected = [first * size / m if t == s else first for t, m, _ in self.others]
            allowed = 4 * np.finfo(dtype).eps * abs(first) * size
            if np.allclose(others, expected, rtol=0, atol=allowed / min(self.sizes)):
                units = tuple(int(k == s) for k in range(len(self.sizes)))
                return Affine(0, units, first * size)
        raise Unknown

    # ------------------------------------------------------------------ rewriting

    def _size(self, affine: Affine, dtype):
        """A function of the vector of sizes that gives the number."""

        def number(sizes):
            total = lax.full((), affine.base, np.dtype(np.int32))
            for s, m in enumerate(affine.coefficients):
                if m:
                    n = lax.squeeze(lax.slice(sizes, (s,), (s + 1,)), (0,))
                    total = lax.add(total, lax.mul(n, np.int32(m)))
            total = lax.convert_element_type(total, dtype)
            return total if affine.over is None else lax.div(np.asarray(affine.over, dtype), total)

        return number

    def _constant(self, k: int) -> Value:
        """A constant that depends on sizes, as the program computes it."""
        array = np.asarray(self.program.constants[k])

        def stack(sizes):
            parts = [self._size(a, array.dtype)(sizes) for a in self.numbers[k]]
            if len(parts) == 1:
                return lax.broadcast(parts[0], array.shape)
            return lax.reshape(
                lax.concatenate([lax.reshape(x, (1,)) for x in parts], 0), array.shape
            )

        return self.program.apply(stack, self.sizes_of)

    def _rewrite(self, node: int) -> None:
        e = self.program.all[node]
        args = list(e.args)
        for i, value in self._neutral(node, e).items():
            if args[i] in self.ragged:
                args[i] = self._filled(args[i], value)
        if args != e.args:
            values = self.program.add(e.primitive, e.params, args, e.avals)
            self.new.update(((node, k), v) for k, v in enumerate(values))

    def _neutral(self, node: int, e: Equation) -> dict[int, object]:
        """The arguments whose filled part must have a certain value; `Unknown` says no."""
        ragged = [self.ragged.get(a) for a in e.args]
        out = [self.ragged.get((node, k)) for k in range(len(e.avals))]
        if not any(ragged):
            if any(out) and e.name not in ("broadcast_in_dim", "iota", "gather"):
                raise Unknown
            return {}
        if e.name in SEPARATE:
            return {}
        rule = RULES.get(e.name)
        if rule is None:
            raise Unknown
        return rule(self, e, ragged, out)

    def _filled(self, v: Value, value) -> Value:
        """``v`` with ``value`` in its filled part."""
        ((axis, (s, m)),) = self.ragged[v].items()
        aval = self.program.aval(v)
        coefficients = tuple(m if k == s else 0 for k in range(len(self.sizes)))
        number = self._size(Affine(0, coefficients), np.dtype(np.int32))

        def fill(x, sizes):
            place = lax.broadcasted_iota(np.dtype(np.int32), aval.shape, axis)
            is_valid = lax.lt(place, lax.broadcast(number(sizes), aval.shape))
            return lax.select(is_valid, x, lax.full_like(x, value))

        return self.program.apply(fill, v, self.sizes_of)

    def _cut(self, v: Value) -> dict[int, Ragged]:
        return self.ragged.get(v, {})


def _same_params(e: Equation, other: Equation) -> bool:
    """Whether parameters are equal but for shapes."""
    mine = {k: v for k, v in e.params.items() if k not in LIKE_SHAPES}
    theirs = {k: v for k, v in other.params.items() if k not in LIKE_SHAPES}
    if "call" in mine:  # a program inside: not the same function object, but the same text
        return e.params["text"] == other.params["text"]
    return freeze(mine) == freeze(theirs) and freeze(mine) is not None


# ---------------------------------------------------------------------- rules


def _lowest(dtype):
    return np.array(-np.inf, dtype) if dtype.kind not in "iub" else np.iinfo(dtype).min


def _highest(dtype):
    return np.array(np.inf, dtype) if dtype.kind not in "iub" else np.iinfo(dtype).max


def _reduction(value: Callable) -> Callable:
    def rule(p: Padded, e: Equation, ragged, out) -> dict:
        axes = e.params.get("axes", (e.params.get("axis"),))
        if any(axis in axes for axis in ragged[0]):
            return {0: value(np.dtype(p.program.aval(e.args[0]).dtype))}
        return {}

    return rule


def _cumulative(value: int) -> Callable:
    return _reduction(lambda dtype: value)


def _dot(p: Padded, e: Equation, ragged, out) -> dict:
    contracted = e.params["dimension_numbers"][0]
    found = {}
    for i in (0, 1):
        if ragged[i] and any(axis in contracted[i] for axis in ragged[i]):
            found = {0: 0, 1: 0}  # both: what stands there may be NaN
    return found


def _reshape(p: Padded, e: Equation, ragged, out) -> dict:
    """The filled part must stay together: nothing but ones in front, or the same in front."""
    if not ragged[0] or not out[0] or e.params.get("dimensions") is not None:
        raise Unknown
    ((a, (s, m)),), ((b, (t, k)),) = ragged[0].items(), out[0].items()
    before, after = p.program.shape(e.args[0])[:a], e.avals[0].shape[:b]
    if s != t or np.prod(before, initial=1) != np.prod(after, initial=1):
        raise Unknown
    if np.prod(before, initial=1) != 1 and m != k:
        raise Unknown
    return {}


def _whole(p: Padded, e: Equation, ragged, out) -> dict:
    """A slice that takes all of a ragged axis, or what is valid for any size."""
    for axis, (s, m) in ragged[0].items():
        n = p.program.shape(e.args[0])[axis]
        start, limit = e.params["start_indices"][axis], e.params["limit_indices"][axis]
        least = 1 if p.sizes[s] == SMALLEST else p.sizes[s] // 2 + 1
        if (start, limit) == (0, n) and ragged[0] == out[0]:
            if e.params["strides"] and e.params["strides"][axis] != 1:
                raise Unknown
        elif out[0] or limit > least * m:
            raise Unknown
    return {}


def _pad(p: Padded, e: Equation, ragged, out) -> dict:
    if not ragged[0] or ragged[0] != out[0]:
        raise Unknown
    if any(e.params["padding_config"][axis] != (0, 0, 0) for axis in ragged[0]):
        raise Unknown
    return {}


def _join(p: Padded, e: Equation, ragged, out) -> dict:
    if not out[0] or e.params["dimension"] in out[0] or any(r != out[0] for r in ragged):
        raise Unknown
    return {}


def _gather(p: Padded, e: Equation, ragged, out) -> dict:
    """Rows that are asked for beyond the valid ones are not looked at."""
    if ragged[0]:
        (axis,) = ragged[0]
        if axis not in e.params["dimension_numbers"].start_index_map and not out[0]:
            raise Unknown
    return {}


def _dynamic_slice(p: Padded, e: Equation, ragged, out) -> dict:
    if any(ragged[1:]) or (out[0] and out[0] != ragged[0]):
        raise Unknown
    return {}


def _scatter_add(p: Padded, e: Equation, ragged, out) -> dict:
    if ragged[2] and not out[0]:
        return {2: 0, 1: 0}
    if (
        ragged[2] and ragged[1]
    ):  # into a ragged array: what is filled up changes nothing that counts
        return {2: 0, 1: 0}
    if ragged[2]:
        raise Unknown
    return {}


def _rows_apart(axis_of: Callable) -> Callable:
    """For equations along one axis, where the ragged one is another."""

    def rule(p: Padded, e: Equation, ragged, out) -> dict:
        if any(r and axis_of(p, e) in r for r in ragged):
            raise Unknown
        return {}

    return rule


RULES: dict[str, Callable] = {
    "reduce_sum": _reduction(lambda dtype: 0),
    "reduce_prod": _reduction(lambda dtype: 1),
    "reduce_max": _reduction(_lowest),
    "reduce_min": _reduction(_highest),
    "argmax": _reduction(_lowest),
    "argmin": _reduction(_highest),
    "reduce_and": _reduction(lambda dtype: True),
    "reduce_or": _reduction(lambda dtype: False),
    "cumsum": _cumulative(0),
    "cumprod": _cumulative(1),
    "dot_general": _dot,
    "reshape": _reshape,
    "slice": _whole,
    "pad": _pad,
    "concatenate": _join,
    "gather": _gather,
    "dynamic_slice": _dynamic_slice,
    "scatter-add": _scatter_add,
    "scatter_add": _scatter_add,
    "rev": _rows_apart(lambda p, e: e.params["dimensions"][0]),
    "sort": _rows_apart(lambda p, e: e.params["dimension"]),
    "top_k": _rows_apart(lambda p, e: e.params.get("axis", e.avals[0].ndim - 1)),
}


# ---------------------------------------------------------------------- stages


class PaddedStage(NamedTuple):
    """A stage for filled arguments.

    Attributes:
      stage: a function that JAX can trace; the last of its streams are the true sizes.
      cuts: see `Padded`.
      guards_vary: whether what it demands of its arguments depends on the sizes.
    """

    stage: Callable
    cuts: list[dict[int, Ragged]]
    guards_vary: bool


def padded_stage(start: Callable, filled: Filled, places: list[Place], traced, trace):
    """The `PaddedStage` of a stage.

    Args:
      start: arguments -> (traced stage, `Trace`).
      filled: the arguments.
      places: which of their axes are filled.
      traced: what ``start`` gave for the arguments as they are.
      trace: the same.

    Raises:
      Unknown: it cannot be done.
    """
    symbol = dict(zip(places, filled.key, strict=True))
    largest = [bucket(int(n)) for n in filled.sizes]

    def traces(sizes):
        if list(sizes) == largest:
            return traced.jaxpr
        args = list(filled.args)
        for i in {i for i, _ in places}:
            shape = list(args[i].shape)
            for axis in range(len(shape)):
                if (i, axis) in symbol:
                    shape[axis] = sizes[symbol[i, axis]]
            args[i] = jax.ShapeDtypeStruct(shape, args[i].dtype)
        other, its_trace = start(args)
        if its_trace.reservations != trace.reservations or (
            len(its_trace.checks.flags) != len(trace.checks.flags)
        ):
            raise Unknown
        demands.append(_demands(its_trace))
        return other.jaxpr

    demands = [_demands(trace)]
    padded = Padded(traces, largest)
    function = padded.program.function(padded.program.needed(padded.program.results))
    tree = jax.tree.structure(traced.out_info)

    def stage(*inputs):
        return jax.tree.unflatten(tree, function(*jax.tree.leaves(inputs)))

    vary = any(d != demands[0] for d in demands)
    return PaddedStage(stage, padded.cuts, vary)


def _demands(trace) -> list:
    """What a stage asks of its arguments before it runs."""
    found: list = []
    for guard in trace.checks.guards:
        found.append((guard.check.node, guard.check.ranges, guard.sources, guard.steps))
        found += [(t, v.shape, v.tobytes()) for t, v in guard.known.items()]
    return found


def report(tensors: list, shapes: list[tuple]) -> None:
    """Tells which argument of a stage keeps forcing a new program.

    Args:
      tensors: the arguments.
      shapes: their shapes, per program.
    """
    for i, t in enumerate(tensors):
        found = {s[i] for s in shapes}
        if len({*map(len, found)}) != 1:
            continue
        for axis, sizes in enumerate(zip(*found, strict=True)):
            if len(set(sizes)) > len(shapes) // 2:
                _log.warning(
                    "%r has had %d sizes along dimension %d so far, and for each a program was "
                    "compiled.  It is faster to fill it up to one of a few sizes.\n%s",
                    t.name, len(set(sizes)), axis, explain.node_details(t.op),
                )  # fmt: skip
                return
