"""Random numbers: every op type that owns a stream.

The numbers are those of TensorFlow's CPU kernels (`ops/philox.py`).  Every node has one stream per
session: its key is the attribute ``seed``, the upper half of its counter ``seed2``.  An execution
starts at the current counter and, whatever it uses, moves the stream on by the number of blocks
that `RESERVATIONS` gives.

A lowering receives the stream, ``uint32[6]``, before the inputs.  No derivative: nothing flows back
through a random number.  The stateless variants are in ``ops/random_stateless.py``.
"""

import math
from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.constant_value import known_value, partial_entries
from tfgrad._src.graph.dtypes import FLOATING, INDEX
from tfgrad._src.graph.errors import FailedPreconditionError
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    broadcast_inputs,
    concatenate,
    same_as_input,
    with_rank,
)
from tfgrad._src.ops import philox, philox_host, rejection
from tfgrad._src.ops.broadcasting import invalid, shape_list, stretched, types
from tfgrad._src.ops.shape import shape_of


def initial_counter(seed: int, seed2: int) -> int:
    """The 128-bit counter at which the stream of a node with these attributes starts."""
    return (seed2 % 2**64) << 64


def key(seed: int) -> tuple[int, int]:
    """The key of a node with this attribute, low word first."""
    return seed % 2**32, (seed >> 32) % 2**32


def shape_from_input(node, shape: Shape, *rest: Shape) -> Shape:
    """The value of the first input, as far as it is known."""
    with_rank(shape, 1)
    return shape_of(node, 0)


def bounds_are_scalars(low: Shape, high: Shape) -> None:
    for name, bound in (("minval", low), ("maxval", high)):
        if bound:
            raise ShapeError(f"{name} must be a scalar; got a tensor of shape {shape_str(bound)}")


def _bounded(node, shape: Shape, low: Shape, high: Shape) -> Shape:
    bounds_are_scalars(low, high)
    return shape_from_input(node, shape)


def dims_of(node, shape) -> tuple:
    """A shape input as a tuple.

    Raises:
      InvalidArgumentError: it is no vector, or a length is negative.
    """
    if np.ndim(shape) != 1:
        raise invalid(
            node,
            f"shape must be a vector of {{int32,int64}}, got shape {shape_list(np.shape(shape))}",
        )
    dims = tuple(int(d) for d in shape)
    for d in dims:
        if d < 0:
            raise invalid(node, f"Dimension {d} must be >= 0")
    return dims


def _as_stream(stream):
    return lax.convert_element_type(stream, np.uint32)


def _filler(op_type: str, fill: Callable) -> None:
    """Defines an op that fills a shape with numbers of its attribute ``dtype``."""
    defop(
        f"{op_type}(shape: T; seed: int = 0, seed2: int = 0, dtype: type) -> output: dtype",
        T=INDEX, dtype=FLOATING, shape=shape_from_input, host_inputs=("shape",), stateful=True,
    )(
        lambda node, stream, shape: fill(
            _as_stream(stream), dims_of(node, shape), node.outputs[0].dtype.np
        )
    )  # fmt: skip


_filler("RandomUniform", philox.uniform)
_filler("RandomStandardNormal", philox.normal)
_filler("TruncatedNormal", philox.truncated_normal)


@defop(
    "RandomUniformInt(shape: T, minval: Tout, maxval: Tout; seed: int = 0, seed2: int = 0)"
    " -> output: Tout",
    T=INDEX, Tout=INDEX, shape=_bounded, host_inputs=("shape",), stateful=True,
)  # fmt: skip
def random_uniform_int(node, stream, shape, low, high):
    return philox.uniform_int(_as_stream(stream), dims_of(node, shape), low, high, node)


def _shuffle_text(node, x: np.ndarray) -> np.ndarray:
    stream = philox_host.of_session(node, lambda: philox_host.Stream(*philox_host.seeds(node)))
    return philox_host.shuffled(x, stream.reserve(_shuffle_blocks(x)))


@defop(
    "RandomShuffle(value: T; seed: int = 0, seed2: int = 0) -> output: T",
    shape=same_as_input, step=_shuffle_text, stateful=True,
)  # fmt: skip
def random_shuffle(node, stream, x):
    """Permutes the rows; a stream that would not be used does not move."""
    return shuffled(x, _as_stream(stream))


def shuffled(x, stream):
    if not _is_shuffled(x):
        return x
    order = philox.shuffle_order(stream, x.shape[0])
    rows = lax.GatherDimensionNumbers(
        offset_dims=tuple(range(1, x.ndim)), collapsed_slice_dims=(0,), start_index_map=(0,)
    )
    return lax.gather(
        x, lax.expand_dims(order, [1]), rows, (1, *x.shape[1:]),
        mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS,
    )  # fmt: skip


def _shuffle_blocks(x) -> int:
    return (np.shape(x)[0] + 2) // 4 if _is_shuffled(x) else 0


def _is_shuffled(x) -> bool:
    shape = np.shape(x)
    return len(shape) > 0 and shape[0] > 1 and math.prod(shape) > 1


def samples_shape(node, logits: Shape, samples: Shape, *rest: Shape) -> Shape:
    logits = with_rank(logits, 2)
    with_rank(samples, 0)
    value = known_value(node.inputs[1])
    if value is not None and value < 0:
        raise ShapeError(
            f"Dimension size, given by scalar input 1, must be non-negative but is {value}"
        )
    return (logits[0], None if value is None else int(value))


@defop(
    "Multinomial(logits: T, num_samples: int32; seed: int = 0, seed2: int = 0,"
    " output_dtype: type = int64) -> output: output_dtype",
    T=dt.REAL, output_dtype=INDEX, shape=samples_shape, host_inputs=("num_samples",),
    stateful=True,
)  # fmt: skip
def multinomial_op(node, stream, logits, samples):
    """The numbers of one thread; with more, TensorFlow restarts the stream per block of rows."""
    if len(logits.shape) != 2:
        raise invalid(node, f"logits should be a matrix, got shape {shape_list(logits.shape)}")
    if samples < 0:
        raise invalid(node, f"num_samples should be non-negative, got {samples}")
    if logits.shape[1] == 0 and logits.shape[0] > 0:
        raise invalid(node, "num_classes should be positive, got 0")
    return philox.multinomial(_as_stream(stream), logits, int(samples), node.outputs[0].dtype.np)


# ---------------------------------------------------------------------- with parameters


PARAMETER = types("half float double")
COUNTED = types("half float double int32 int64")


def _samples_of_each(node, shape: Shape, parameter: Shape) -> Shape:
    """The sample shape, then that of the parameter."""
    return concatenate(shape_from_input(node, shape), parameter)


@defop(
    "RandomGamma(shape: S, alpha: T; seed: int = 0, seed2: int = 0) -> output: T",
    S=INDEX, T=PARAMETER, shape=_samples_of_each, host_inputs=("shape",), stateful=True,
)  # fmt: skip
def random_gamma(node, stream, shape, alpha):
    dims = dims_of(node, shape)
    y = rejection.gamma(_as_stream(stream), alpha, math.prod(dims))
    return lax.reshape(y, (*dims, *alpha.shape))


@defop(
    "RandomPoissonV2(shape: S, rate: R; seed: int = 0, seed2: int = 0, dtype: type = int64)"
    " -> output: dtype",
    S=INDEX, R=COUNTED, dtype=COUNTED, default_types={"R": dt.float64},
    shape=_samples_of_each, host_inputs=("shape",), stateful=True,
)  # fmt: skip
def random_poisson(node, stream, shape, rate):
    return _poisson(node, stream, shape, rate)


@defop(
    "RandomPoisson(shape: S, rate: dtype; seed: int = 0, seed2: int = 0) -> output: dtype",
    S=INDEX, dtype=PARAMETER, shape=_samples_of_each, host_inputs=("shape",), stateful=True,
)  # fmt: skip
def random_poisson_v1(node, stream, shape, rate):
    return _poisson(node, stream, shape, rate)


def _poisson(node, stream, shape, rate):
    dims = dims_of(node, shape)
    dtype = node.outputs[0].dtype.np
    y = rejection.poisson(_as_stream(stream), rate, math.prod(dims), dtype)
    return lax.reshape(y, (*dims, *rate.shape))


def _cropped_shape(node, image: Shape, size: Shape) -> Shape:
    image = with_rank(image, 3)
    with_rank(size, 1)
    known = partial_entries(node.inputs[1]) or ()
    rows, columns = known if len(known) == 2 else (None, None)
    return (rows, columns, image[2] if image else None)


@defop(
    "RandomCrop(image: T, size: int64; seed: int = 0, seed2: int = 0) -> output: T",
    T=types("uint8 int8 int16 int32 int64 float double"), shape=_cropped_shape,
    host_inputs=("size",), stateful=True,
)  # fmt: skip
def random_crop(node, stream, image, size):
    """A part of an image; a word is drawn for each length that is less than the image's."""
    if np.ndim(size) != 1 or len(size) != 2:
        what = "have two elements" if np.ndim(size) == 1 else "be 1-dimensional"
        raise invalid(node, f"shape_t must {what}{shape_list(np.shape(size))}")
    for axis, name in ((1, "width"), (0, "height")):
        if image.shape[axis] < size[axis]:
            raise FailedPreconditionError(
                None, node, f"{name} must be >= target_{name}: {name} = {image.shape[axis]}, "
                f"target_{name} = {size[axis]}",
            )  # fmt: skip
    words = philox.full_int(_as_stream(stream), (2,), np.dtype(np.uint32))
    starts, used = {}, 0
    for axis in (1, 0):
        places = image.shape[axis] - int(size[axis]) + 1
        if places == 1:
            starts[axis] = np.int32(0)
            continue
        word = lax.index_in_dim(words, used, keepdims=False)
        starts[axis] = lax.convert_element_type(lax.rem(word, np.uint32(places)), np.int32)
        used += 1
    lengths = (int(size[0]), int(size[1]), image.shape[2])
    return lax.dynamic_slice(image, (starts[0], starts[1], np.int32(0)), lengths)


@defop(
    "RandomGammaGrad(alpha: T, sample: T) -> output: T",
    T=types("float double"),
    shape=broadcast_inputs,
)
def random_gamma_grad(node, alpha, sample):
    """``d sample / d alpha`` at a fixed place of the distribution function."""
    alpha, sample = stretched(node, alpha, sample)
    return lax.random_gamma_grad(alpha, sample)


# ---------------------------------------------------------------------- reservations


def _per_output(node, shape, *rest) -> int:
    return 256 * math.prod(int(d) for d in shape)


def _per_sample(node, shape, parameter) -> int:
    return 256 * math.prod(int(d) for d in shape) * math.prod(np.shape(parameter))


# Per op type, ``f(node, *inputs)``: the number of blocks that an execution takes from the stream.
# Inputs that are not host operands are only asked for their shape.
RESERVATIONS: dict[str, Callable] = {
    "RandomUniform": _per_output,
    "RandomStandardNormal": _per_output,
    "TruncatedNormal": _per_output,
    "RandomUniformInt": _per_output,
    "RandomGamma": _per_sample,
    "RandomPoissonV2": _per_sample,
    "RandomPoisson": _per_sample,
    "RandomCrop": lambda node, image, size: 1,
    "RandomShuffle": lambda node, x: _shuffle_blocks(x),
    "Multinomial": lambda node, logits, samples: (
        np.shape(logits)[0] * (-(-int(samples) // 4) * 4) * 2 * 256
    ),
}
