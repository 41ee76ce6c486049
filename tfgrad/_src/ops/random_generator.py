"""Random numbers of a generator whose state is a variable.

The state is ``int64[3]``: the counter of a Philox stream, low and high, and its key.  Who draws
``n`` numbers reads the state and moves the counter on by ``256 n`` blocks; the numbers are made by
the stateless ops (``ops/random_stateless.py``).
"""

import math
import secrets

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.dtypes import INDEX
from tfgrad._src.graph.errors import UnimplementedError
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, with_rank
from tfgrad._src.ops.broadcasting import invalid, is_known, shape_list
from tfgrad._src.ops.random import COUNTED, dims_of, shape_from_input
from tfgrad._src.ops.random_stateless import THREEFRY, binomial_numbers, halves
from tfgrad._src.ops.shape import shape_of

_BLOCKS = 256  # per number
_STATE = 3


def _check_state(node, state) -> None:
    if state.shape != (_STATE,):
        raise invalid(
            node, f"The size of the state must be at least 3; got {shape_list(state.shape)}"
        )


def _check_algorithm(node, algorithm) -> None:
    if is_known(algorithm) and int(algorithm) == THREEFRY:
        raise UnimplementedError(None, node, "The ThreeFry algorithm is not available.")


def _moved_on(state, numbers):
    """The state after ``numbers`` (``uint64``) have been drawn."""
    words = lax.bitcast_convert_type(state, np.uint64)
    low, high, key = (lax.index_in_dim(words, i, keepdims=False) for i in range(_STATE))
    step = lax.mul(numbers, np.uint64(_BLOCKS))
    moved = lax.add(low, step)
    carry = lax.convert_element_type(lax.lt(moved, low), np.dtype(np.uint64))
    words = [lax.reshape(w, (1,)) for w in (moved, lax.add(high, carry), key)]
    return lax.bitcast_convert_type(lax.concatenate(words, 0), np.int64)


def _state_shape(node, handle: Shape, algorithm: Shape, delta: Shape) -> Shape:
    with_rank(handle, 0)
    with_rank(algorithm, 0)
    with_rank(delta, 0)
    return (_STATE,)


@defop(
    "RngReadAndSkip(resource: resource, alg: int32, delta: uint64) -> value: int64",
    shape=_state_shape, writes=("resource",), stateful=True,
)  # fmt: skip
def read_and_skip(node, state, algorithm, delta):
    """Gives the state before it moves on."""
    _check_state(node, state)
    _check_algorithm(node, algorithm)
    return [_moved_on(state, delta), state]


def _no_output(node, *shapes: Shape) -> list:
    for s in shapes:
        with_rank(s, 0)
    return []


@defop(
    "RngSkip(resource: resource, algorithm: int64, delta: int64) -> ",
    shape=_no_output, writes=("resource",), stateful=True,
)  # fmt: skip
def skip(node, state, algorithm, delta):
    _check_state(node, state)
    _check_algorithm(node, algorithm)
    return [_moved_on(state, lax.convert_element_type(delta, np.dtype(np.uint64)))]


def _binomial_shape(node, handle: Shape, algorithm: Shape, shape: Shape, *rest: Shape) -> Shape:
    with_rank(algorithm, 0)
    with_rank(shape, 1)
    return shape_of(node, 2)


@defop(
    "StatefulRandomBinomial(resource: resource, algorithm: int64, shape: S, counts: T, probs: T;"
    " dtype: type = int64) -> output: dtype",
    S=INDEX, T=COUNTED, dtype=COUNTED, default_types={"T": dt.float64},
    shape=_binomial_shape, host_inputs=("shape",), writes=("resource",), stateful=True,
)  # fmt: skip
def binomial(node, state, algorithm, shape, counts, probabilities):
    _check_state(node, state)
    _check_algorithm(node, algorithm)
    words = lax.bitcast_convert_type(state, np.uint64)
    parts = [w for i in range(_STATE) for w in halves(lax.index_in_dim(words, i, keepdims=False))]
    stream = lax.concatenate([lax.reshape(w, (1,)) for w in parts], 0)
    drawn = binomial_numbers(node, stream, shape, counts, probabilities)
    batch = math.prod(np.broadcast_shapes(counts.shape, probabilities.shape))
    samples = math.prod(dims_of(node, shape)) // max(batch, 1)
    reserved = batch * 200 * (samples + 3) // 4  # TensorFlow's own guess of what is needed
    return [_moved_on(state, np.asarray(reserved, np.uint64)), drawn]


def _any_integers(node, shape):
    """Numbers of which every bit is random, others in every run."""
    dims = dims_of(node, shape)
    dtype = node.outputs[0].dtype.np
    if not np.issubdtype(dtype, np.integer):
        raise invalid(node, f"Unsupported dtype: {node.outputs[0].dtype.name}")
    bits = secrets.token_bytes(math.prod(dims) * dtype.itemsize)
    return np.frombuffer(bits, dtype).reshape(dims)


defop(
    "NonDeterministicInts(shape: shape_dtype; dtype: type = int64) -> output: dtype",
    default_types={"shape_dtype": dt.int64}, shape=shape_from_input, step=_any_integers,
    stateful=True,
)(None)  # fmt: skip
