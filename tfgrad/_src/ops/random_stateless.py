"""Random numbers that are a function of a seed given as a tensor.

A seed of two numbers is mixed by one Philox block with a fixed key; that gives the key and the
upper half of the counter of a stream, from which the numbers are made as in ``ops/random.py``.
"""

import math
from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.dtypes import FLOATING, INDEX
from tfgrad._src.graph.errors import UnimplementedError
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, same_as_input, scalar, with_rank
from tfgrad._src.ops import philox, philox_host, rejection
from tfgrad._src.ops.broadcasting import invalid, is_known, shape_list, stretch
from tfgrad._src.ops.random import (
    COUNTED,
    PARAMETER,
    bounds_are_scalars,
    dims_of,
    samples_shape,
    shape_from_input,
    shuffled,
)

_SCRAMBLE = np.uint32(0x3EC8F720), np.uint32(0x02461E29)
THREEFRY = 2  # the number of the other generator; 1 is Philox, 3 leaves the choice
NO_THREEFRY = "Non-XLA devices don't support the ThreeFry algorithm."


def halves(x) -> tuple:
    """The low and the high word of a ``uint64`` scalar."""
    low = lax.convert_element_type(x, np.uint32)
    high = lax.shift_right_logical(x, lax.full_like(x, 32))
    return low, lax.convert_element_type(high, np.uint32)


def _scrambled(node, seed) -> tuple:
    """The four words into which a seed is mixed."""
    if seed.shape != (2,):
        raise invalid(node, f"seed must have shape [2], not {shape_list(seed.shape)}")
    seed = lax.convert_element_type(lax.convert_element_type(seed, np.int64), np.uint64)
    words = [w for i in range(2) for w in halves(lax.index_in_dim(seed, i, keepdims=False))]
    return philox.philox(tuple(lax.reshape(w, (1,)) for w in words), _SCRAMBLE)


def stream_of_seed(node, seed):
    """The stream of a seed, ``uint32[6]``."""
    m0, m1, m2, m3 = _scrambled(node, seed)
    zero = lax.full((1,), 0, np.uint32)
    return lax.concatenate([zero, zero, m2, m3, m0, m1], 0)


def _as_stream(node, key, counter, alg):
    """Key and counter as ``uint32[6]``."""
    if is_known(alg) and int(np.reshape(alg, ())) == THREEFRY:
        raise UnimplementedError(None, node, NO_THREEFRY)
    parts = [counter[0], counter[1], lax.reshape(key, (-1,))[0] if key.ndim == 0 else key[0]]
    return lax.concatenate([lax.reshape(w, (1,)) for p in parts for w in halves(p)], 0)


def seed_shape(node, seed: Shape) -> list[Shape]:
    seed = with_rank(seed, 1)
    if seed[0] not in (None, 2):
        raise ShapeError(f"Dimension must be 2 but is {seed[0]}")
    return [(1,), (2,)]


@defop(
    "StatelessRandomGetKeyCounter(seed: Tseed) -> key: uint64, counter: uint64",
    Tseed=INDEX,
    default_types={"Tseed": dt.int64},
    shape=seed_shape,
)
def get_key_counter(node, seed):
    m0, m1, m2, m3 = _scrambled(node, seed)
    zero = lax.full((1,), 0, np.uint64)
    return [philox.join(m0, m1), lax.concatenate([zero, philox.join(m2, m3)], 0)]


_PHILOX = np.int32(1)


def _with_algorithm_shape(node, seed: Shape) -> list[Shape]:
    return [*seed_shape(node, seed), ()]


@defop(
    "StatelessRandomGetKeyCounterAlg(seed: Tseed) -> key: uint64, counter: uint64, alg: int32",
    Tseed=INDEX,
    default_types={"Tseed": dt.int64},
    shape=_with_algorithm_shape,
)
def get_key_counter_alg(node, seed):
    return [*get_key_counter(node, seed), lax.full((), _PHILOX, np.int32)]


@defop("StatelessRandomGetAlg() -> alg: int32", shape=scalar, stateful=True)
def get_algorithm(node):
    return lax.full((), _PHILOX, np.int32)


_FROM_KEY = "shape: Tshape, key: uint64, counter: uint64, alg: int32"
_SHAPE = {"Tshape": INDEX, "default_types": {"Tshape": dt.int32}, "host_inputs": ("shape",)}


def _filler(op_type: str, fill: Callable) -> None:
    defop(
        f"{op_type}({_FROM_KEY}; dtype: type = float32) -> output: dtype",
        dtype=FLOATING,
        shape=shape_from_input,
        **_SHAPE,
    )(
        lambda node, shape, key, counter, alg: fill(
            _as_stream(node, key, counter, alg), dims_of(node, shape), node.outputs[0].dtype.np
        )
    )


_filler("StatelessRandomUniformV2", philox.uniform)
_filler("StatelessRandomNormalV2", philox.normal)
_filler("StatelessTruncatedNormalV2", philox.truncated_normal)


def _bounded(node, shape: Shape, key: Shape, counter: Shape, alg: Shape, low: Shape, high: Shape):
    bounds_are_scalars(low, high)
    return shape_from_input(node, shape)


@defop(
    f"StatelessRandomUniformIntV2({_FROM_KEY}, minval: dtype, maxval: dtype) -> output: dtype",
    dtype=(dt.int32, dt.int64, dt.uint32, dt.uint64),
    shape=_bounded,
    **_SHAPE,
)
def uniform_int(node, shape, key, counter, alg, low, high):
    stream = _as_stream(node, key, counter, alg)
    return philox.uniform_int(stream, dims_of(node, shape), low, high, node)


@defop(
    f"StatelessRandomUniformFullIntV2({_FROM_KEY}; dtype: type = uint64) -> output: dtype",
    dtype=(dt.int32, dt.int64, dt.uint32, dt.uint64),
    shape=shape_from_input,
    **_SHAPE,
)
def uniform_full_int(node, shape, key, counter, alg):
    stream = _as_stream(node, key, counter, alg)
    return philox.full_int(stream, dims_of(node, shape), node.outputs[0].dtype.np)


@defop(
    "StatelessMultinomial(logits: T, num_samples: int32, seed: Tseed;"
    " output_dtype: type = int64) -> output: output_dtype",
    T=dt.REAL, Tseed=INDEX, output_dtype=INDEX, default_types={"Tseed": dt.int64},
    shape=samples_shape, host_inputs=("num_samples",),
)  # fmt: skip
def multinomial(node, logits, samples, seed):
    stream = stream_of_seed(node, seed)
    return philox.multinomial(stream, logits, int(samples), node.outputs[0].dtype.np)


# ---------------------------------------------------------------------- of a seed itself

# These are older: the seed is an input of theirs.

_OF_SEED = "shape: T, seed: Tseed"
_SEED = {
    "T": INDEX, "Tseed": INDEX, "default_types": {"T": dt.int32, "Tseed": dt.int64},
    "host_inputs": ("shape",),
}  # fmt: skip
_WORDS = (dt.int32, dt.int64, dt.uint32, dt.uint64)


def from_seed_shape(node, shape: Shape, seed: Shape, *rest: Shape) -> Shape:
    seed_shape(node, seed)
    return shape_from_input(node, shape)


def _older_filler(op_type: str, fill: Callable) -> None:
    defop(
        f"{op_type}({_OF_SEED}; dtype: type = float32) -> output: dtype",
        dtype=FLOATING,
        shape=from_seed_shape,
        **_SEED,
    )(
        lambda node, shape, seed: fill(
            stream_of_seed(node, seed), dims_of(node, shape), node.outputs[0].dtype.np
        )
    )


_older_filler("StatelessRandomUniform", philox.uniform)
_older_filler("StatelessRandomNormal", philox.normal)
_older_filler("StatelessTruncatedNormal", philox.truncated_normal)


def _older_bounded(node, shape: Shape, seed: Shape, low: Shape, high: Shape) -> Shape:
    bounds_are_scalars(low, high)
    return from_seed_shape(node, shape, seed)


@defop(
    f"StatelessRandomUniformInt({_OF_SEED}, minval: dtype, maxval: dtype) -> output: dtype",
    dtype=INDEX,
    shape=_older_bounded,
    **{**_SEED, "default_types": {"Tseed": dt.int64}},
)
def older_uniform_int(node, shape, seed, low, high):
    return philox.uniform_int(stream_of_seed(node, seed), dims_of(node, shape), low, high, node)


@defop(
    f"StatelessRandomUniformFullInt({_OF_SEED}; dtype: type = uint64) -> output: dtype",
    dtype=_WORDS,
    shape=from_seed_shape,
    **{**_SEED, "Tseed": _WORDS},
)
def older_uniform_full_int(node, shape, seed):
    dtype = node.outputs[0].dtype.np
    return philox.full_int(stream_of_seed(node, seed), dims_of(node, shape), dtype)


# ---------------------------------------------------------------------- with parameters


def _samples(node, dims: tuple, parameters: tuple) -> int:
    """How many numbers each member of the batch gets; ``dims`` end with the batch."""
    if parameters != dims[len(dims) - len(parameters) :] or len(parameters) > len(dims):
        raise invalid(node, "Shape passed in must end with broadcasted shape.")
    return math.prod(dims[: len(dims) - len(parameters)])


@defop(
    "StatelessRandomGammaV2(shape: T, seed: Tseed, alpha: dtype) -> output: dtype",
    T=INDEX, Tseed=INDEX, dtype=PARAMETER, default_types={"Tseed": dt.int64},
    shape=from_seed_shape, host_inputs=("shape",),
)  # fmt: skip
def gamma_v2(node, shape, seed, alpha):
    dims = dims_of(node, shape)
    samples = _samples(node, dims, alpha.shape)
    return lax.reshape(rejection.gamma(stream_of_seed(node, seed), alpha, samples), dims)


@defop(
    "StatelessRandomGammaV3(shape: shape_dtype, key: uint64, counter: uint64, alg: int32,"
    " alpha: dtype) -> output: dtype",
    shape_dtype=INDEX, dtype=PARAMETER, default_types={"shape_dtype": dt.int32},
    shape=shape_from_input, host_inputs=("shape",),
)  # fmt: skip
def gamma_v3(node, shape, key, counter, alg, alpha):
    dims = dims_of(node, shape)
    samples = _samples(node, dims, alpha.shape)
    stream = _as_stream(node, key, counter, alg)
    return lax.reshape(rejection.gamma(stream, alpha, samples), dims)


@defop(
    "StatelessRandomPoisson(shape: T, seed: Tseed, lam: Rtype; dtype: type) -> output: dtype",
    T=INDEX, Tseed=INDEX, Rtype=COUNTED, dtype=COUNTED, default_types={"Tseed": dt.int64},
    shape=from_seed_shape, host_inputs=("shape",),
)  # fmt: skip
def poisson(node, shape, seed, rate):
    dims = dims_of(node, shape)
    samples = _samples(node, dims, rate.shape)
    dtype = node.outputs[0].dtype.np
    return lax.reshape(rejection.poisson(stream_of_seed(node, seed), rate, samples, dtype), dims)


@defop(
    "StatelessRandomBinomial(shape: S, seed: Tseed, counts: T, probs: T; dtype: type = int64)"
    " -> output: dtype",
    S=INDEX, Tseed=INDEX, T=COUNTED, dtype=COUNTED,
    default_types={"Tseed": dt.int64, "T": dt.float64},
    shape=from_seed_shape, host_inputs=("shape",),
)  # fmt: skip
def binomial(node, shape, seed, counts, probabilities):
    return binomial_numbers(node, stream_of_seed(node, seed), shape, counts, probabilities)


def binomial_numbers(node, stream, shape, counts, probabilities):
    dims = dims_of(node, shape)
    try:
        batch = np.broadcast_shapes(counts.shape, probabilities.shape)
    except ValueError:
        raise invalid(
            node, "counts and probs must have compatible batch dimensions: "
            f"{shape_list(counts.shape)} vs. {shape_list(probabilities.shape)}",
        ) from None  # fmt: skip
    samples = _samples(node, dims, batch)
    counts, probabilities = (stretch(x, batch) for x in (counts, probabilities))
    dtype = node.outputs[0].dtype.np
    y = rejection.binomial(stream, counts, probabilities, samples, dtype)
    return lax.reshape(y, dims)


def _shuffle_text(node, x, key, counter, alg) -> np.ndarray:
    low, high = (int(w) for w in counter)
    return philox_host.shuffled(x, philox_host.Words(high << 64 | low, int(np.reshape(key, ()))))


@defop(
    "StatelessShuffle(value: T, key: uint64, counter: uint64, alg: int32) -> output: T",
    shape=same_as_input,
    step=_shuffle_text,
)
def stateless_shuffle(node, x, key, counter, alg):
    return shuffled(x, _as_stream(node, key, counter, alg))
