"""Normal numbers between bounds of their own.

Unlike the numbers of ``ops/random.py`` these have no places of their own in the stream.  Outputs
are made one after the other; each takes candidates from the stream until one is accepted, and the
next one goes on from there.  A *row* is what has one mean, deviation and pair of bounds; it begins
with a new block, or with a new pair of blocks.  Of three methods a row uses one:

    normal       normal numbers of which those beyond the bounds are thrown away
    uniform      uniform numbers between the bounds, for bounds that are close together
    exponential  exponential numbers from the lower bound on (Robert, 1995), for tails

These are the numbers that TensorFlow draws on one thread; more of them restart the stream.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.dtypes import FLOATING, INDEX
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, broadcast, with_rank_at_most
from tfgrad._src.ops import philox
from tfgrad._src.ops.broadcasting import invalid, shape_list, stretch
from tfgrad._src.ops.checks import require
from tfgrad._src.ops.random import PARAMETER, RESERVATIONS, dims_of, shape_from_input
from tfgrad._src.ops.random_stateless import from_seed_shape, stream_of_seed

_BESIDE = 1.3  # deviations: where one bound is so far out, most normal numbers lie inside
_TRIES = 1000  # per number, for which TensorFlow leaves room in the stream
_ROW = 100  # numbers that are drawn together where all have the same parameters
_MOST_BLOCKS = 1024  # that are computed at a time


# ---------------------------------------------------------------------- arithmetic of one rounding
#
# Which numbers are accepted is decided by TensorFlow in the type of the output.  So every product
# is rounded before anything is added to it, which a compiler otherwise likes to forget, and the
# functions are those of a good libm: computed in float64 and rounded once.

_WIDER = {
    np.dtype(np.float16): np.dtype(np.float32),
    dt.bfloat16.np: np.dtype(np.float32),
    np.dtype(np.float32): np.dtype(np.float64),
    np.dtype(np.float64): np.dtype(np.float64),
}


def _product(x, y):
    """``x y``, rounded: a compiler would multiply and add in one, with one rounding."""
    wide = _WIDER[np.dtype(x.dtype)]
    product = lax.mul(*(lax.convert_element_type(v, wide) for v in (x, y)))
    if x.dtype == np.float32:
        # To 24 bits, by whole numbers: no compiler takes that for a product in float32.
        bits = lax.bitcast_convert_type(product, np.uint64)
        odd = lax.bitwise_and(lax.shift_right_logical(bits, _of(bits, 29)), _of(bits, 1))
        bits = lax.add(bits, lax.add(odd, _of(bits, 2**28 - 1)))
        bits = lax.bitwise_and(bits, _of(bits, 2**64 - 2**29))
        product = lax.bitcast_convert_type(bits, np.float64)
    return lax.convert_element_type(product, x.dtype)


def _rounded(function, x):
    wide = lax.convert_element_type(x, np.dtype(np.float64))
    return lax.convert_element_type(function(wide), x.dtype)


def _of(x, value):
    return lax.full_like(x, value)


class _Rows:
    """What the rows have in common with each other: their parameters, in deviations."""

    def __init__(self, mean, deviation, low, high):
        flips = lax.bitwise_or(lax.eq(low, _of(low, -np.inf)), lax.lt(high, mean))
        self.mean = mean
        self.deviation = lax.select(flips, lax.neg(deviation), deviation)
        least, most = lax.select(flips, high, low), lax.select(flips, low, high)
        self.low, self.high = (lax.div(lax.sub(b, mean), self.deviation) for b in (least, most))
        low = self.low
        root = _rounded(lax.sqrt, lax.add(_product(low, low), _of(low, 4)))
        self.rate = lax.div(lax.add(low, root), _of(low, 2))  # of the exponential numbers
        power = lax.div(_product(low, lax.sub(low, root)), _of(low, 4))
        cutoff = _product(_of(low, 2), _rounded(lax.exp, lax.add(_of(low, 0.5), power)))
        cutoff = lax.div(cutoff, lax.add(low, root))
        self.width = lax.sub(self.high, low)
        is_normal = lax.bitwise_or(
            lax.bitwise_and(lax.lt(low, _of(low, -_BESIDE)), lax.ge(self.high, _of(low, 0))),
            lax.bitwise_and(lax.gt(self.high, _of(low, _BESIDE)), lax.le(low, _of(low, 0))),
        )
        zero = lax.full(low.shape, 0, np.int32)
        narrow = lax.lt(self.width, cutoff)
        self.method = lax.select(
            is_normal, zero, lax.select(narrow, lax.full_like(zero, 1), lax.full_like(zero, 2))
        )

    def at(self, b) -> "_Rows":
        """One of the rows."""
        row = _Rows.__new__(_Rows)
        for name, values in vars(self).items():
            setattr(row, name, lax.dynamic_index_in_dim(values, b, keepdims=False))
        return row


def _is_wrong(mean, deviation, low, high):
    good = lax.bitwise_and(lax.gt(deviation, _of(low, 0)), lax.lt(low, high))
    return lax.bitwise_not(
        lax.bitwise_and(good, lax.bitwise_or(lax.is_finite(low), lax.is_finite(high)))
    )


# ---------------------------------------------------------------------- candidates
#
# Each method makes of the words of some blocks as many candidates, and tells which are accepted:
# arrays ``[blocks, numbers]``.  Where two blocks or two numbers make one candidate it is in the
# place of the second.


def _normals(row, words, dtype) -> tuple:
    x = philox.normals(words, dtype == np.float64)
    x = lax.reshape(x, (words.shape[0], x.size // words.shape[0]))
    x = lax.convert_element_type(x, dtype)
    low, high = (lax.broadcast(bound, x.shape) for bound in (row.low, row.high))
    return x, lax.bitwise_and(lax.ge(x, low), lax.le(x, high))


def _uniforms(words, dtype):
    if dtype == np.float64:
        pairs = lax.reshape(words, (words.shape[0], 2, 2))
        return philox.uniform64(*(lax.index_in_dim(pairs, k, 2, keepdims=False) for k in (0, 1)))
    return philox.uniform_of_words(words, dtype)


def _halves(x, axis: int) -> list:
    return [lax.index_in_dim(x, k, axis, keepdims=False) for k in (0, 1)]


def _second(x, good, axis: int) -> tuple:
    """``x`` and ``good`` where the second halves were."""
    shape = (*x.shape[:axis], 2, *x.shape[axis:])
    axes = tuple(k for k in range(len(shape)) if k != axis)
    x, good = (lax.broadcast_in_dim(v, shape, axes) for v in (x, good))
    half = lax.broadcasted_iota(np.int32, shape, axis)
    return x, lax.bitwise_and(good, lax.eq(half, lax.full_like(half, 1)))


def _between(row, words, dtype) -> tuple:
    """Uniform numbers of even blocks, tested with those of the odd ones after them."""
    u = _uniforms(words, dtype)
    place, test = _halves(lax.reshape(u, (u.shape[0] // 2, 2, u.shape[1])), 1)
    width, low = (lax.broadcast(v, place.shape) for v in (row.width, row.low))
    x = lax.add(_product(place, width), low)
    inside = lax.lt(row.low, _of(row.low, 0))
    top = lax.select(inside, _of(row.low, 0), _product(row.low, row.low))
    power = lax.div(lax.sub(lax.broadcast(top, x.shape), _product(x, x)), _of(x, 2))
    good = lax.le(test, _rounded(lax.exp, power))
    return tuple(lax.reshape(v, u.shape) for v in _second(x, good, 1))


def _tail(row, words, dtype) -> tuple:
    """Exponential numbers of every first uniform number, tested with the one after it."""
    u = _uniforms(words, dtype)
    place, test = _halves(lax.reshape(u, (u.shape[0], u.shape[1] // 2, 2)), 2)
    rate, low, high = (lax.broadcast(v, place.shape) for v in (row.rate, row.low, row.high))
    x = lax.add(lax.div(lax.neg(_rounded(lax.log, place)), rate), low)
    off = lax.select(lax.lt(low, rate), lax.sub(rate, x), lax.sub(low, rate))
    bound = _rounded(lax.exp, lax.div(_product(lax.neg(off), off), _of(off, 2)))
    good = lax.bitwise_and(lax.le(test, bound), lax.lt(x, high))
    return tuple(lax.reshape(v, u.shape) for v in _second(x, good, 2))


_METHODS = _normals, _between, _tail


# ---------------------------------------------------------------------- drawing


def numbers(node, stream, parameters: list, samples: int, total: int):
    """``total`` numbers, the first ``samples`` of the first row, and so on: a vector.

    Args:
      node: the node.
      stream: ``uint32[6]``.
      parameters: mean, deviation, lower and upper bound: vectors with an entry per row.
      samples: how many numbers a row has; the last one may have fewer.
      total: how many numbers there are.

    Raises:
      InvalidArgumentError: a deviation is not above 0, a lower bound not below the upper one, or
        both are infinite.
    """
    dtype = np.dtype(parameters[0].dtype)
    if total == 0:
        return lax.full((0,), 0, dtype)

    def explain(*parameters) -> None:
        _, deviation, low, high = parameters
        finite = np.isfinite(low) | np.isfinite(high)
        if not ((deviation > 0) & (low < high) & finite).all():
            raise invalid(node, "Invalid parameters")

    def failed(*parameters):
        return lax.reduce_or(_is_wrong(*parameters), (0,))

    require(node, explain, failed, *parameters)
    wrong = _is_wrong(*parameters)
    rows = _Rows(*parameters)
    count = parameters[0].shape[0]
    per = 2 if dtype == np.float64 else 4
    # A little more than what most rows need, and even, for the pairs of blocks.
    many = min(2 * -(-samples * 5 // (8 * per)), _MOST_BLOCKS)
    slots = many * per

    def going_on(state):
        return lax.lt(state[0], np.int32(count))

    def draw(state):
        b, filled, block, result = state
        row = rows.at(b)

        def places(i):
            i = lax.add(lax.convert_element_type(i, np.uint64), lax.broadcast(block, i.shape))
            high = lax.shift_right_logical(i, lax.full_like(i, 32))
            return [lax.convert_element_type(v, np.uint32) for v in (i, high)]

        words = philox.words_of_blocks(stream, many, places)
        x, good = lax.switch(row.method, [lambda w, f=f: f(row, w, dtype) for f in _METHODS], words)
        # Where no number would ever be accepted all are: the run fails anyway.
        bad = lax.dynamic_index_in_dim(wrong, b, keepdims=False)
        good = lax.bitwise_or(lax.reshape(good, (slots,)), lax.broadcast(bad, (slots,)))
        x = lax.reshape(x, (slots,))
        place = lax.add(
            lax.cumsum(lax.convert_element_type(good, np.int32)), lax.broadcast(filled, (slots,))
        )  # of the number after this one, if this one is accepted
        last = lax.full_like(place, samples)
        good = lax.bitwise_and(good, lax.le(place, last))
        start = lax.mul(b, np.int32(samples))
        target = lax.add(place, lax.broadcast(lax.sub(start, np.int32(1)), (slots,)))
        target = lax.select(good, target, lax.full_like(target, count * samples))
        x = lax.add(
            _product(x, lax.broadcast(row.deviation, x.shape)), lax.broadcast(row.mean, x.shape)
        )
        result = result.at[target].set(x, mode="drop")
        end = lax.index_in_dim(place, slots - 1, keepdims=False)
        full = lax.ge(end, np.int32(samples))
        # The block after that of the last number of the row.
        before = lax.reduce(
            lax.convert_element_type(lax.lt(place, last), np.int32), np.int32(0), lax.add, (0,)
        )
        used = lax.add(lax.div(before, np.int32(per)), np.int32(1))
        used = lax.select(full, used, np.int32(many))
        return (
            lax.select(full, lax.add(b, np.int32(1)), b),
            lax.select(full, np.int32(0), end),
            lax.add(block, lax.convert_element_type(used, np.uint64)),
            result,
        )

    start = np.int32(0), np.int32(0), np.uint64(0), lax.full((count * samples,), 0, dtype)
    return lax.slice(lax.while_loop(going_on, draw, start)[3], (0,), (total,))


# ---------------------------------------------------------------------- the op types

_NAMES = "means", "stddevs", "minvals", "maxvals"


def _parameters_shape(node, shape: Shape, *parameters: Shape) -> Shape:
    for parameter in parameters:
        with_rank_at_most(parameter, 1)
    return shape_from_input(node, shape)


def _are_alike(parameters: tuple) -> bool:
    """Whether all numbers have the same parameters, as TensorFlow sees it."""
    means, deviations, *bounds = parameters
    return np.size(means) == np.size(deviations) == 1 and not any(np.ndim(b) for b in bounds)


def _rows_and_samples(dims: tuple, parameters: tuple) -> tuple[int, int]:
    """How many rows there are, of how many numbers."""
    if _are_alike(parameters):
        return -(-math.prod(dims) // _ROW), _ROW
    return dims[0], math.prod(dims[1:])


@defop(
    "ParameterizedTruncatedNormal(shape: T, means: dtype, stdevs: dtype, minvals: dtype,"
    " maxvals: dtype; seed: int = 0, seed2: int = 0) -> output: dtype",
    dtype=FLOATING, T=INDEX, shape=_parameters_shape, host_inputs=("shape",), stateful=True,
)  # fmt: skip
def parameterized_truncated_normal(node, stream, shape, *parameters):
    """Parameters are numbers, or have an entry per first index of the output."""
    dims = dims_of(node, shape)
    if not dims:
        raise invalid(
            node, f"Shape tensor must not be empty, got Tensor<type: {node.inputs[0].dtype.name} "
            "shape: [0] values: >",
        )  # fmt: skip
    for name, p in zip(_NAMES, parameters, strict=True):
        if np.ndim(p) > 1:
            raise invalid(
                node,
                f"Input {name} should be a scalar or vector, got shape: {shape_list(np.shape(p))}",
            )
    for name, p in zip(_NAMES, parameters, strict=True):
        if not _are_alike(parameters) and np.ndim(p) and np.shape(p)[0] not in (1, dims[0]):
            raise invalid(
                node, f"Input {name} should have length 1 or shape[0], got shape: "
                f"{shape_list(np.shape(p))}",
            )  # fmt: skip
    total = math.prod(dims)
    if total == 0:
        return lax.full(dims, 0, node.outputs[0].dtype.np)
    rows, samples = _rows_and_samples(dims, parameters)
    vectors = [stretch(lax.reshape(p, (np.size(p),)), (rows,)) for p in parameters]
    stream = lax.convert_element_type(stream, np.uint32)
    return lax.reshape(numbers(node, stream, vectors, samples, total), dims)


def _reserved(node, shape, *parameters) -> int:
    rows, samples = _rows_and_samples(tuple(int(d) for d in shape), parameters)
    return rows * 2 * _TRIES * (samples + 3) // 4


RESERVATIONS["ParameterizedTruncatedNormal"] = _reserved


def _broadcast_parameters_shape(node, shape: Shape, seed: Shape, *parameters: Shape) -> Shape:
    result = from_seed_shape(node, shape, seed)
    common = parameters[0]
    for parameter in parameters[1:]:
        common = broadcast(common, parameter)
    return result


@defop(
    "StatelessParameterizedTruncatedNormal(shape: S, seed: Tseed, means: dtype, stddevs: dtype,"
    " minvals: dtype, maxvals: dtype) -> output: dtype",
    S=INDEX, Tseed=INDEX, dtype=PARAMETER, default_types={"Tseed": dt.int64},
    shape=_broadcast_parameters_shape, host_inputs=("shape",),
)  # fmt: skip
def stateless_parameterized_truncated_normal(node, shape, seed, *parameters):
    """The shape ends with that of the parameters, which broadcast; a row is one of their entries.

    The numbers of a row are the farthest apart in the output.
    """
    stream = stream_of_seed(node, seed)
    shapes = [np.shape(p) for p in parameters]
    try:
        batch = np.broadcast_shapes(*shapes)
    except ValueError:
        raise invalid(
            node, "means, stddevs, minvals, maxvals must have compatible batch dimensions: "
            + " vs. ".join(shape_list(s) for s in shapes),
        ) from None  # fmt: skip
    dims = dims_of(node, shape)
    split = len(dims) - len(batch)
    if split < 0 or dims[split:] != batch:
        raise invalid(node, "Shape passed in must end with broadcasted shape.")
    rows, samples = math.prod(batch), math.prod(dims[:split])
    if rows * samples == 0:
        return lax.full(dims, 0, node.outputs[0].dtype.np)
    vectors = [lax.reshape(stretch(p, batch), (rows,)) for p in parameters]
    drawn = numbers(node, stream, vectors, samples, rows * samples)
    drawn = lax.transpose(lax.reshape(drawn, (rows, samples)), (1, 0))
    return lax.reshape(drawn, dims)
