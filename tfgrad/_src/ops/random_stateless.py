"""Random numbers that are a function of a seed given as a tensor.

A seed of two numbers is mixed by one Philox block with a fixed key; that gives the key and the
upper half of the counter of a stream, from which the numbers are made as in ``ops/random.py``.
"""

from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.dtypes import FLOATING, INDEX
from tfgrad._src.graph.errors import UnimplementedError
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops import philox
from tfgrad._src.ops.broadcasting import invalid, is_known, shape_list
from tfgrad._src.ops.random import bounds_are_scalars, dims_of, samples_shape, shape_from_input

_SCRAMBLE = np.uint32(0x3EC8F720), np.uint32(0x02461E29)
_THREEFRY = 2  # the number of the other generator; 1 is Philox, 3 leaves the choice


def _halves(x) -> tuple:
    """The low and the high word of a ``uint64`` scalar."""
    low = lax.convert_element_type(x, np.uint32)
    high = lax.shift_right_logical(x, lax.full_like(x, 32))
    return low, lax.convert_element_type(high, np.uint32)


def _scrambled(node, seed) -> tuple:
    """The four words into which a seed is mixed."""
    if seed.shape != (2,):
        raise invalid(node, f"seed must have shape [2], not {shape_list(seed.shape)}")
    seed = lax.convert_element_type(lax.convert_element_type(seed, np.int64), np.uint64)
    words = [w for i in range(2) for w in _halves(lax.index_in_dim(seed, i, keepdims=False))]
    return philox.philox(tuple(lax.reshape(w, (1,)) for w in words), _SCRAMBLE)


def _as_stream(node, key, counter, alg):
    """Key and counter as ``uint32[6]``."""
    if is_known(alg) and int(np.reshape(alg, ())) == _THREEFRY:
        raise UnimplementedError(None, node, "The ThreeFry algorithm is not available.")
    parts = [counter[0], counter[1], lax.reshape(key, (-1,))[0] if key.ndim == 0 else key[0]]
    return lax.concatenate([lax.reshape(w, (1,)) for p in parts for w in _halves(p)], 0)


def _seed_shape(node, seed: Shape) -> list[Shape]:
    seed = with_rank(seed, 1)
    if seed[0] not in (None, 2):
        raise ShapeError(f"seed must have shape [2], not [{seed[0]}]")
    return [(1,), (2,)]


@defop(
    "StatelessRandomGetKeyCounter(seed: Tseed) -> key: uint64, counter: uint64",
    Tseed=INDEX,
    default_types={"Tseed": dt.int64},
    shape=_seed_shape,
)
def get_key_counter(node, seed):
    m0, m1, m2, m3 = _scrambled(node, seed)
    zero = lax.full((1,), 0, np.uint64)
    return [philox.join(m0, m1), lax.concatenate([zero, philox.join(m2, m3)], 0)]


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
    m0, m1, m2, m3 = _scrambled(node, seed)
    zero = lax.full((1,), 0, np.uint32)
    stream = lax.concatenate([zero, zero, m2, m3, m0, m1], 0)
    return philox.multinomial(stream, logits, int(samples), node.outputs[0].dtype.np)
