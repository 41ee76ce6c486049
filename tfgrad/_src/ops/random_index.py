"""Places in a permutation that is never written down.

The place of an index is a cipher of it: Simon (Beaulieu et al., 2013) with words of any length, of
which a few rounds are enough here.  What it makes too large is ciphered again until it fits, which
permutes the indices that fit (Black and Rogaway, 2002).
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.errors import InvalidArgumentError
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank_at_least, with_rank_at_most
from tfgrad._src.ops.broadcasting import invalid, shape_list, stretch
from tfgrad._src.ops.checks import require

_INTEGERS = (dt.int32, dt.uint32, dt.int64, dt.uint64)
_U64 = np.dtype(np.uint64)
_LEAST_WORD = 8  # bits
_Z = 0x7369F885192C0EF5  # the constants that tell rounds apart, a bit each


def _u(x) -> np.ndarray:
    return np.asarray(x, _U64)


class _Cipher:
    """Words of ``width`` bits in ``uint64``, a width per element."""

    def __init__(self, width, seed: list, rounds: int):
        self.width = width
        ones = lax.shift_left(lax.full_like(width, 1), width)
        self.mask = lax.sub(ones, lax.full_like(width, 1))
        self.keys = [lax.bitwise_and(word, self.mask) for word in seed]
        for i in range(3, rounds):
            constant = lax.bitwise_and(
                lax.full_like(width, 0xFFFFFFFC ^ (_Z >> (i - 3) & 1)), self.mask
            )
            key = lax.bitwise_xor(constant, self.keys[i - 3])
            for by in (3, 4):
                key = lax.bitwise_xor(key, self._right(self.keys[i - 1], by))
            self.keys.append(key)

    def _right(self, x, by: int):
        back = lax.sub(self.width, lax.full_like(x, by))
        x = lax.bitwise_or(
            lax.shift_right_logical(x, lax.full_like(x, by)), lax.shift_left(x, back)
        )
        return lax.bitwise_and(x, self.mask)

    def _left(self, x, by: int):
        back = lax.sub(self.width, lax.full_like(x, by))
        x = lax.bitwise_or(
            lax.shift_left(x, lax.full_like(x, by)), lax.shift_right_logical(x, back)
        )
        return lax.bitwise_and(x, self.mask)

    def _mixed(self, x):
        both = lax.bitwise_and(self._left(x, 1), self._left(x, 8))
        return lax.bitwise_xor(both, self._left(x, 2))

    def __call__(self, x):
        high = lax.bitwise_and(lax.shift_right_logical(x, self.width), self.mask)
        low = lax.bitwise_and(x, self.mask)
        for first, second in zip(self.keys[0::2], self.keys[1::2], strict=True):
            high = lax.bitwise_xor(lax.bitwise_xor(high, self._mixed(low)), first)
            low = lax.bitwise_xor(lax.bitwise_xor(low, self._mixed(high)), second)
        return lax.bitwise_or(lax.shift_left(high, self.width), low)


def _word_width(largest):
    """Half of ``ceil(log2(largest))``, rounded up: from 8 to 32.

    As of the float64 logarithm, which is a whole number also a little above a power of two.
    """
    one = lax.full_like(largest, 1)
    power = lax.sub(lax.full_like(largest, 63), lax.clz(lax.max(largest, one)))
    above = lax.sub(largest, lax.shift_left(one, power))
    above, least = (
        lax.convert_element_type(x, np.dtype(np.float64))
        for x in (above, lax.shift_left(one, power))
    )
    # log2(1 + r) is about r / log(2); half of the last place of 32 and more is 2**-48.
    is_above = lax.ge(above, lax.mul(least, lax.full_like(least, math.log(2) * 2.0**-48)))
    bits = lax.add(power, lax.convert_element_type(is_above, _U64))
    half = lax.shift_right_logical(lax.add(bits, one), one)
    return lax.clamp(lax.full_like(half, _LEAST_WORD), half, lax.full_like(half, 32))


def _place_shape(node, index: Shape, seed: Shape, largest: Shape) -> Shape:
    with_rank_at_most(index, 1)
    with_rank_at_most(seed, 2)
    with_rank_at_most(largest, 1)
    if seed is not None:
        with_rank_at_least(seed, 1)
        if seed[-1] != 3:
            found = [-1 if d is None else d for d in seed]
            raise ShapeError(
                f"Seed must have shape [3] or [n, 3] but got [{', '.join(map(str, found))}]."
            )
    n = index[0] if index else None
    if seed is not None and len(seed) == 2 and seed[0] is not None:
        if n not in (None, seed[0]):
            raise ShapeError(
                f"Seed has shape [{seed[0]}, 3] but must have shape [{n}, 3]. "
                f"since index had shape [{n}]."
            )
        n = seed[0]
    if largest and largest[0] is not None:
        if n not in (None, largest[0]):
            raise ShapeError(f"Max index has shape [{largest[0]}] but must have shape [{n}].")
        n = largest[0]
    ranks = [shape if shape is None else len(shape) for shape in (index, seed, largest)]
    if ranks == [0, 1, 0]:
        return ()
    is_vector = ranks[0] == 1 or ranks[1] == 2 or ranks[2] == 1
    return (n,) if is_vector else None


@defop(
    "RandomIndexShuffle(index: dtype, seed: Tseed, max_index: dtype; rounds: int = 4)"
    " -> output: dtype",
    dtype=_INTEGERS, Tseed=_INTEGERS, shape=_place_shape,
)  # fmt: skip
def random_index_shuffle(node, index, seed, largest):
    """Where ``index`` stands in the permutation of ``0 .. largest`` that belongs to a seed."""
    rounds = node.attrs["rounds"]
    if rounds < 4 or rounds % 2:
        raise invalid(node, f"rounds must be even and at least 4, got {rounds}")
    _check_shapes(node, index, seed, largest)
    _check_values(node, index, largest)
    shape = np.broadcast_shapes(np.shape(index), np.shape(seed)[:-1], np.shape(largest))
    dtype = node.outputs[0].dtype.np
    index, largest = (lax.convert_element_type(stretch(x, shape), _U64) for x in (index, largest))
    words = [
        stretch(lax.index_in_dim(seed, k, np.ndim(seed) - 1, keepdims=False), shape)
        for k in range(3)
    ]
    words = [lax.convert_element_type(lax.convert_element_type(w, np.uint32), _U64) for w in words]
    cipher = _Cipher(_word_width(largest), words, rounds)

    def is_too_large(x):
        return lax.gt(x, largest)

    def again(x):
        return lax.select(is_too_large(x), cipher(x), x)

    found = lax.while_loop(
        lambda x: lax.reduce_or(is_too_large(x), tuple(range(len(shape)))), again, cipher(index)
    )
    found = lax.select(lax.eq(largest, lax.full_like(largest, 0)), lax.full_like(found, 0), found)
    return lax.convert_element_type(found, dtype)


def _check_shapes(node, index, seed, largest) -> None:
    n = max(np.size(index), np.size(largest), np.size(seed) // 3)
    if np.ndim(index) > 1 or (np.ndim(index) == 1 and np.size(index) != n):
        raise invalid(node, "Index bust be a scalar or vector.")
    if np.shape(seed) not in ((3,), (n, 3)):
        raise invalid(
            node, f"Seed must be a vector of size [3] or a matrix of size [{n}, 3] but got "
            f"{shape_list(np.shape(seed))}.",
        )  # fmt: skip
    if np.shape(largest) not in ((), (n,)):
        raise invalid(
            node, "Maxval must be a scalar or a vector of the same size as index but got "
            f"{shape_list(np.shape(largest))}",
        )  # fmt: skip


def _check_values(node, index, largest) -> None:
    def explain(index, largest) -> None:
        index, largest = np.broadcast_arrays(index, largest)
        for i, most in zip(index.ravel(), largest.ravel(), strict=True):
            message = (
                f"index must be >= 0 but was {i}" if i < 0
                else f"max_index must be >= 0 but was {most}" if most < 0
                else f"max_index must be >= index, but {most} < {i}" if most < i
                else None
            )  # fmt: skip
            if message is not None:
                raise InvalidArgumentError(None, node, message)

    def failed(index, largest):
        wrong = lax.bitwise_or(lax.lt(index, lax.full_like(index, 0)), lax.lt(largest, index))
        return lax.reduce_or(wrong, tuple(range(wrong.ndim)))

    shape = np.broadcast_shapes(np.shape(index), np.shape(largest))
    require(node, explain, failed, stretch(index, shape), stretch(largest, shape))
