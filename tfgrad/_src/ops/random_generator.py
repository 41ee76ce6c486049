"""Random numbers of a generator whose state is a variable.

The state is ``int64[3]``: the counter of a Philox stream, low and high, and its key.  Who draws
``n`` numbers reads the state and moves the counter on by ``256 n`` blocks; the numbers are made by
the stateless ops (``ops/random_stateless.py``).
"""

import math
import secrets
from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.dtypes import FLOATING, INDEX
from tfgrad._src.graph.errors import UnimplementedError
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops import philox
from tfgrad._src.ops.broadcasting import invalid, is_known
from tfgrad._src.ops.random import COUNTED, bounds_are_scalars, dims_of, shape_from_input
from tfgrad._src.ops.random_stateless import NO_THREEFRY, THREEFRY, binomial_numbers, halves
from tfgrad._src.ops.shape import shape_of

_BLOCKS = 256  # per number
_STATE = 3


def _check_state(node, state, before: int = 0) -> None:
    if len(state.shape) != 1:
        raise invalid(
            node, f"RNG state must have one and only one dimension, not {len(state.shape)}"
        )
    if state.shape[0] < before + _STATE:
        raise invalid(
            node, "For the Philox algorithm, the size of state must be at least "
            f"{before + _STATE}; got {state.shape[0]}",
        )  # fmt: skip


def _check_algorithm(node, algorithm) -> None:
    if not is_known(algorithm):
        return
    if int(algorithm) == THREEFRY:
        raise UnimplementedError(None, node, NO_THREEFRY)
    if int(algorithm) not in (1, 3):
        raise invalid(node, f"Unsupported algorithm id: {int(algorithm)}")


def _moved_on(state, numbers):
    """The state after ``numbers`` (``uint64``) have been drawn; what stands behind it stays."""
    words = lax.bitcast_convert_type(state, np.uint64)
    low, high = (lax.index_in_dim(words, i, keepdims=False) for i in range(2))
    step = lax.mul(numbers, np.uint64(_BLOCKS))
    moved = lax.add(low, step)
    carry = lax.convert_element_type(lax.lt(moved, low), np.dtype(np.uint64))
    counter = [lax.reshape(w, (1,)) for w in (moved, lax.add(high, carry))]
    words = lax.concatenate([*counter, lax.slice(words, (2,), words.shape)], 0)
    return lax.bitcast_convert_type(words, np.int64)


def _stream_of(state):
    """The stream of a state, ``uint32[6]``."""
    words = lax.bitcast_convert_type(state, np.uint64)
    parts = [w for i in range(_STATE) for w in halves(lax.index_in_dim(words, i, keepdims=False))]
    return lax.concatenate([lax.reshape(w, (1,)) for w in parts], 0)


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
    drawn = binomial_numbers(node, _stream_of(state), shape, counts, probabilities)
    batch = math.prod(np.broadcast_shapes(counts.shape, probabilities.shape))
    samples = math.prod(dims_of(node, shape)) // max(batch, 1)
    reserved = batch * 200 * (samples + 3) // 4  # TensorFlow's own guess of what is needed
    return [_moved_on(state, np.asarray(reserved, np.uint64)), drawn]


# ---------------------------------------------------------------------- filling a shape


def _filled_shape(node, handle: Shape, algorithm: Shape, shape: Shape, *bounds: Shape) -> Shape:
    with_rank(handle, 0)
    with_rank(algorithm, 0)
    if bounds:
        bounds_are_scalars(*bounds)
    with_rank(shape, 1)
    if node.inputs[2].dtype not in INDEX:
        raise ShapeError(
            f"Input tensor must be int32 or int64, but was {node.inputs[2].dtype.name}"
        )
    return shape_of(node, 2)


def _drawn(node, state, shape, fill: Callable, accepted: tuple) -> tuple:
    """The next state, and the numbers."""
    dtype = node.outputs[0].dtype
    if dtype not in accepted:
        raise invalid(
            node, f"No OpKernel was registered to support Op '{node.type}' used by "
            f"{{{{node {node.name}}}}} with these attrs: [dtype={dtype.name}]",
        )  # fmt: skip
    dims = dims_of(node, shape)
    numbers = fill(_stream_of(state), dims, dtype.np)
    return _moved_on(state, np.asarray(math.prod(dims), np.uint64)), numbers


def _filler(op_type: str, default: str, fill: Callable, accepted: tuple) -> None:
    def lower(node, state, algorithm, shape) -> list:
        return _fill(node, state, algorithm, shape, fill, accepted)

    defop(
        f"{op_type}(resource: resource, algorithm: int64, shape: shape_dtype;"
        f" dtype: type = {default}) -> output: dtype",
        default_types={"shape_dtype": dt.int64}, shape=_filled_shape, host_inputs=("shape",),
        writes=("resource",), stateful=True,
    )(lower)  # fmt: skip


def _fill(node, state, algorithm, shape, fill: Callable, accepted: tuple) -> list:
    _check_algorithm(node, algorithm)
    _check_state(node, state)
    return list(_drawn(node, state, shape, fill, accepted))


_WORDS = (dt.int32, dt.int64, dt.uint32, dt.uint64)

_filler("StatefulUniform", "float32", philox.uniform, FLOATING)
_filler("StatefulStandardNormalV2", "float32", philox.normal, FLOATING)
_filler("StatefulTruncatedNormal", "float32", philox.truncated_normal, FLOATING)
_filler("StatefulUniformFullInt", "uint64", philox.full_int, _WORDS)


@defop(
    "StatefulUniformInt(resource: resource, algorithm: int64, shape: shape_dtype, minval: dtype,"
    " maxval: dtype) -> output: dtype",
    default_types={"dtype": dt.int64, "shape_dtype": dt.int64}, shape=_filled_shape,
    host_inputs=("shape",), writes=("resource",), stateful=True,
)  # fmt: skip
def uniform_int(node, state, algorithm, shape, low, high):
    def fill(stream, dims, dtype):
        return philox.uniform_int(stream, dims, low, high, node)

    return _fill(node, state, algorithm, shape, fill, INDEX)


def _tagged_shape(node, handle: Shape, shape: Shape) -> Shape:
    with_rank(handle, 0)
    with_rank(shape, 1)
    return shape_of(node, 1)


@defop(
    "StatefulStandardNormal(resource: resource, shape: shape_dtype; dtype: type = float32)"
    " -> output: dtype",
    default_types={"shape_dtype": dt.int64}, shape=_tagged_shape, host_inputs=("shape",),
    writes=("resource",), stateful=True,
)  # fmt: skip
def tagged_normal(node, state, shape):
    """The state begins with the number of the algorithm, which is taken to be Philox."""
    _check_state(node, state, before=1)
    tag, rest = lax.slice(state, (0,), (1,)), lax.slice(state, (1,), state.shape)
    moved, drawn = _drawn(node, rest, shape, philox.normal, FLOATING)
    return [lax.concatenate([tag, moved], 0), drawn]


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
