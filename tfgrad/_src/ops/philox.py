"""Philox, the generator of TensorFlow's CPU kernels, and the numbers made of its words.

The generator is Philox 4x32 with 10 rounds (Salmon et al., SC'11): a block of four 32-bit words is
a function of a 128-bit counter and a 64-bit key.  A *stream* is ``uint32[6]``: the counter at which
it starts, lowest word first, and the key.

Each output is computed from its own index, because XLA on a CPU takes far longer to interleave the
words of a block than to compute them more than once.

Uniform numbers, whole numbers and shuffles equal TensorFlow's to the last bit, normal numbers to
2 units in the last place (TensorFlow's own depend on its libm).
"""

import math
from typing import Any

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.checks import require

# ---------------------------------------------------------------------- the generator


def _u32(x) -> np.ndarray:
    return np.asarray(x, np.uint32)


_MULTIPLIERS = _u32(0xD2511F53), _u32(0xCD9E8D57)
_WEYL = tuple(_u32([i * w % 2**32 for i in range(10)]) for w in (0x9E3779B9, 0xBB67AE85))


def philox(counter, key) -> tuple:
    """The four words of each block.

    Args:
      counter: four ``uint32`` arrays of one shape, lowest word first.
      key: two ``uint32`` scalars, low word first.

    Returns:
      Four ``uint32`` arrays of that shape.
    """
    x0, x1, x2, x3 = counter
    m0, m1 = (lax.full_like(x0, m) for m in _MULTIPLIERS)
    # The keys of all rounds at once: one kernel, not one for each.
    keys = [lax.add(lax.broadcast(k, (10,)), w) for k, w in zip(key, _WEYL, strict=True)]
    for step in range(10):
        k0, k1 = (lax.broadcast(lax.index_in_dim(k, step, keepdims=False), x0.shape) for k in keys)
        high0, low0 = lax.mulhi(x0, m0), lax.mul(x0, m0)
        high1, low1 = lax.mulhi(x2, m1), lax.mul(x2, m1)
        x0, x1 = lax.bitwise_xor(lax.bitwise_xor(high1, x1), k0), low1
        x2, x3 = lax.bitwise_xor(lax.bitwise_xor(high0, x3), k1), low0
    return x0, x1, x2, x3


def _carry(total, part):
    """1 where ``total = something + part`` has wrapped around."""
    return lax.convert_element_type(lax.lt(total, part), np.uint32)


def blocks(stream, low, high=None) -> tuple:
    """The words of the blocks ``low + 2**32 high`` of a stream.

    Args:
      stream: ``uint32[6]``, counter and key.
      low: ``uint32`` array.
      high: the same, below ``2**32 - 1``; 0 if not given.
    """
    c0, c1, c2, c3, k0, k1 = (lax.index_in_dim(stream, i, keepdims=False) for i in range(6))
    x0 = lax.add(low, lax.broadcast(c0, low.shape))
    up = _carry(x0, low)
    if high is not None:
        up = lax.add(high, up)
    x1 = lax.add(up, lax.broadcast(c1, low.shape))
    up = _carry(x1, up)
    x2 = lax.add(up, lax.broadcast(c2, low.shape))
    up = _carry(x2, up)
    x3 = lax.add(up, lax.broadcast(c3, low.shape))
    return philox((x0, x1, x2, x3), (k0, k1))


def _bit(x, k: int):
    return lax.ne(lax.bitwise_and(x, lax.full_like(x, 1 << k)), lax.full_like(x, 0))


def _shift_right(x, k: int):
    return lax.shift_right_logical(x, lax.full_like(x, k))


def _words(stream, n: int):
    """The first ``n`` words of a stream, in order."""
    i = lax.iota(np.uint32, n)
    w0, w1, w2, w3 = blocks(stream, _shift_right(i, 2))
    odd = _bit(i, 0)
    return lax.select(_bit(i, 1), lax.select(odd, w3, w2), lax.select(odd, w1, w0))


def _word_pairs(stream, n: int):
    """The first ``2 n`` words of a stream as two arrays: the even and the odd ones."""
    i = lax.iota(np.uint32, n)
    w0, w1, w2, w3 = blocks(stream, _shift_right(i, 1))
    second = _bit(i, 0)
    return lax.select(second, w2, w0), lax.select(second, w3, w1)


# ---------------------------------------------------------------------- words to uniform numbers

_BITS = {  # of the mantissa; the unsigned type of the same width
    np.dtype(np.float32): (23, np.uint32),
    np.dtype(np.float16): (10, np.uint16),
    dt.bfloat16.np: (7, np.uint16),
}


def _uniform(words, dtype: np.dtype):
    """The low bits as the mantissa of a number in [1, 2), less 1."""
    bits, unsigned = _BITS[dtype]
    one = int(np.ones((), dtype).view(unsigned))
    mantissa = lax.bitwise_and(words, lax.full_like(words, (1 << bits) - 1))
    pattern = lax.bitwise_or(mantissa, lax.full_like(words, one))
    x = lax.bitcast_convert_type(lax.convert_element_type(pattern, unsigned), dtype)
    return lax.sub(x, lax.full_like(x, 1))


def join(low, high):
    """Two ``uint32`` words as one ``uint64``."""
    low, high = (lax.convert_element_type(w, np.uint64) for w in (low, high))
    return lax.bitwise_or(low, lax.shift_left(high, lax.full_like(high, 32)))


def uniform64(first, second):
    """20 bits of the first word above the 32 of the second."""
    high = lax.bitwise_and(first, lax.full_like(first, 0xFFFFF))
    high = lax.bitwise_or(high, lax.full_like(first, 0x3FF00000))
    x = lax.bitcast_convert_type(join(second, high), np.float64)
    return lax.sub(x, lax.full_like(x, 1))


def uniform(stream, shape: tuple, dtype: np.dtype):
    """Uniform numbers in [0, 1)."""
    n = math.prod(shape)
    if dtype == np.float64:
        return lax.reshape(uniform64(*_word_pairs(stream, n)), shape)
    return lax.reshape(_uniform(_words(stream, n), dtype), shape)


def uniform_int(stream, shape: tuple, low, high, node=None):
    """Whole numbers in ``[low, high)``: ``low + word mod (high - low)``, without sign."""
    dtype = np.dtype(low.dtype)
    n = math.prod(shape)

    def explain(low, high) -> None:
        if low >= high:
            raise invalid(node, f"Need minval < maxval, got {low} >= {high}")

    if n:
        require(node, explain, lax.ge, low, high)
    if dtype.itemsize == 8:
        words, unsigned = join(*_word_pairs(stream, n)), np.dtype(np.uint64)
    else:
        words, unsigned = _words(stream, n), np.dtype(np.uint32)
    low, high = (lax.convert_element_type(x, unsigned) for x in (low, high))
    width = lax.broadcast(lax.sub(high, low), (n,))
    x = lax.add(lax.broadcast(low, (n,)), lax.rem(words, width))
    return lax.reshape(lax.convert_element_type(x, dtype), shape)


def full_int(stream, shape: tuple, dtype: np.dtype):
    """Whole numbers of which every bit is random."""
    n = math.prod(shape)
    words = join(*_word_pairs(stream, n)) if dtype.itemsize == 8 else _words(stream, n)
    return lax.reshape(lax.convert_element_type(words, dtype), shape)


# ---------------------------------------------------------------------- normal numbers


def _polynomial(x, *coefficients: float):
    """The first coefficient is that of the highest power."""
    y = lax.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        y = lax.add(lax.mul(y, x), lax.full_like(x, c))
    return y


# TensorFlow takes log, sin and cos in float32 from a libm that rounds nearly always to the nearest
# number.  So do these two: polynomials in float64, rounded once.  On a CPU they cost less than
# XLA's own sin and cos, which are scalar code, and they are the same on every platform.  The
# coefficients are a Chebyshev fit, highest power first; the errors are 8e-14 and 4e-12 of the
# result.

_SIN = (
    1.5411353063669188e-10,
    -2.5030277592401505e-08,
    2.7556953158989275e-06,
    -0.0001984126668605314,
    0.008333333320373679,
    -0.1666666666646696,
    0.99999999999995,
)  # sin(x) / x in x**2, abs(x) <= pi / 2
_LOG = (
    0.23617273066170888,
    0.2853499728746314,
    0.4000038565988058,
    0.6666666524168529,
    2.0000000000084133,
)  # 2 artanh(s) / s in s**2, abs(s) <= (sqrt 2 - 1) / (sqrt 2 + 1)


def _log(u):
    """``log u`` of float32 numbers in (0, 1)."""
    bits = lax.bitcast_convert_type(u, np.int32)
    half = lax.full_like(bits, 0x3F3504F3)  # sqrt(1/2); the mantissa is taken in [it, 2 it)
    power = lax.shift_right_arithmetic(lax.sub(bits, half), lax.full_like(bits, 23))
    bits = lax.sub(bits, lax.shift_left(power, lax.full_like(bits, 23)))
    m = lax.convert_element_type(lax.bitcast_convert_type(bits, np.float32), np.float64)
    one = lax.full_like(m, 1)
    s = lax.div(lax.sub(m, one), lax.add(m, one))  # log m = 2 artanh s
    power = lax.convert_element_type(power, np.float64)
    whole = lax.mul(power, lax.full_like(power, math.log(2)))
    return lax.convert_element_type(
        lax.add(whole, lax.mul(s, _polynomial(lax.mul(s, s), *_LOG))), np.float32
    )


def _sin_or_cos(angle, is_cos):
    """``sin`` or ``cos`` of float32 angles in [0, 2 pi]."""
    x = lax.convert_element_type(angle, np.float64)
    quarter = lax.select(is_cos, lax.full_like(x, 0.5), lax.full_like(x, 0))
    halves = lax.add(lax.mul(x, lax.full_like(x, 1 / math.pi)), quarter)
    halves = lax.round(halves, lax.RoundingMethod.TO_NEAREST_EVEN)
    turn = lax.sub(halves, quarter)  # in half turns, as pi in two parts; the first product is exact
    for part in (3.1415927410125732, -8.742278000372482e-08):
        x = lax.sub(x, lax.mul(turn, lax.full_like(x, part)))
    y = lax.convert_element_type(lax.mul(x, _polynomial(lax.mul(x, x), *_SIN)), np.float32)
    return lax.select(_bit(lax.convert_element_type(halves, np.int32), 0), lax.neg(y), y)


def _radius(u):
    """``sqrt(-2 log u)``; TensorFlow keeps ``u`` above 1e-7."""
    u = lax.max(u, lax.full_like(u, 1e-7))
    log = _log(u) if u.dtype == np.float32 else lax.log(u)
    return lax.sqrt(lax.mul(lax.full_like(u, -2), log))


def _box_muller(first, second) -> tuple:
    """Two float32 normal numbers of two words."""
    # The product is rounded once, from float64: a float32 product is wrong in the last places of
    # the angle, which near a zero of sin or cos is far more than the last place of the result.
    u = lax.convert_element_type(_uniform(second, np.dtype(np.float32)), np.float64)
    angle = lax.convert_element_type(lax.mul(u, lax.full_like(u, 2 * math.pi)), np.float32)
    radius = _radius(_uniform(first, np.dtype(np.float32)))
    sin, cos = (_sin_or_cos(angle, lax.full_like(u, yes, np.bool_)) for yes in (False, True))
    return lax.mul(sin, radius), lax.mul(cos, radius)


def _as_words(pair) -> Any:
    """Two float32 arrays as one of ``uint64``: so they are one kernel, and interleaved."""
    low, high = (lax.bitcast_convert_type(x, np.uint32) for x in pair)
    return join(low, high)


def _pairs(stream, low, high, half) -> Any:
    """The two normal numbers of half a block, as `_as_words` gives them."""
    w = blocks(stream, low, high)
    second = _bit(half, 0)
    return _as_words(_box_muller(lax.select(second, w[2], w[0]), lax.select(second, w[3], w[1])))


def box_muller64(w, is_cos):
    """The same in float64, of the four words of a block."""
    radius = _radius(uniform64(w[0], w[1]))
    u = uniform64(w[2], w[3])
    angle = lax.mul(u, lax.full_like(u, 2 * math.pi))
    return lax.mul(lax.select(is_cos, lax.cos(angle), lax.sin(angle)), radius)


def normal(stream, shape: tuple, dtype: np.dtype):
    """Normal numbers of mean 0 and deviation 1, by the method of Box and Muller."""
    n = math.prod(shape)
    per = 2 if dtype == np.float64 else 4
    both = (-(-n // per), 2)  # block and half of it: XLA then computes each block once
    block, half = (lax.broadcasted_iota(np.uint32, both, axis) for axis in (0, 1))
    if dtype == np.float64:
        x = box_muller64(blocks(stream, block), _bit(half, 0))
    else:
        x = lax.bitcast_convert_type(_pairs(stream, block, None, half), np.float32)
    x = lax.slice(lax.reshape(x, (both[0] * per,)), (0,), (n,))
    return lax.reshape(lax.convert_element_type(x, dtype), shape)


_TRUNCATE = 2.0  # in standard deviations
_TOGETHER = 4096  # groups


def truncated_normal(stream, shape: tuple, dtype: np.dtype):
    """Normal numbers of which those beyond two deviations were thrown away.

    Outputs come in groups of 4 (float64: 2), and each group has its own part of the stream, from
    which it takes numbers in order until it is full.  A fixed number of groups is computed at a
    time, whatever the shape: the kernel, slow to compile, is then one for all the initial values
    that a program computes.

    Two blocks are enough for all but one group in 90,000.  The loop carries the numbers of two
    blocks: carried, they are one kernel, which is not computed again for each that reads it.  A
    round takes what fits of them, and makes those of the next groups, or the next two blocks of
    these groups if one is not full.
    """
    n = math.prod(shape)
    wide = dtype == np.float64
    per = 2 if wide else 4
    rounds = -(-n // (per * _TOGETHER))
    total = rounds * _TOGETHER
    work = np.float64 if wide else np.float32
    some = (_TOGETHER,)
    read, made = (_wide_numbers, _wide_candidates) if wide else (_numbers, _candidates)

    def take(state):
        first, step, found, candidates, result, *slots = state
        for x in read(candidates):
            good = lax.lt(lax.abs(x), lax.full_like(x, _TRUNCATE))
            for k in range(per):
                here = lax.bitwise_and(good, lax.eq(found, lax.full_like(found, k)))
                slots[k] = lax.select(here, x, slots[k])
            found = lax.add(found, lax.convert_element_type(good, np.int32))
        # What is not full yet is written again.
        result = lax.dynamic_update_slice(result, _interleaved(slots), (first, np.int32(0)))
        full = lax.ge(lax.reduce(found, np.int32(per), lax.min, (0,)), np.int32(per))
        first = lax.select(full, lax.add(first, np.int32(_TOGETHER)), first)
        step = lax.select(full, _u32(0), lax.add(step, _u32(2)))
        found = lax.select(lax.broadcast(full, some), lax.full_like(found, 0), found)
        return first, step, found, made(stream, first, step), result, *slots

    with_none = (np.int32(0), _u32(2**32 - 2))  # the first round makes blocks 0 and 1
    found = lax.full(some, 0, np.int32)
    result = lax.full((total, per), 0, work)
    slots = [lax.full(some, 0, work)] * per
    nothing = _no_candidates(wide)
    state = (*with_none, found, nothing, result, *slots)
    state = lax.while_loop(lambda state: lax.lt(state[0], np.int32(total)), take, state)
    result = lax.slice(lax.reshape(state[4], (total * per,)), (0,), (n,))
    return lax.reshape(lax.convert_element_type(result, dtype), shape)


def _no_candidates(wide: bool):
    """Numbers of which none is good."""
    if wide:
        return lax.full((4, _TOGETHER), np.inf, np.float64)
    infinity = int(np.float32(np.inf).view(np.uint32))
    return lax.full((4, _TOGETHER), infinity << 32 | infinity, np.uint64)


def _places(first, step, stride_log2: int) -> tuple:
    """Of blocks ``step`` and ``step + 1`` of `_TOGETHER` groups: low and high number, and half."""
    shape = (4, _TOGETHER)
    part, group = (lax.broadcasted_iota(np.uint32, shape, axis) for axis in (0, 1))
    first = lax.convert_element_type(first, np.uint32)
    group = lax.add(group, lax.broadcast(first, shape))
    step = lax.add(lax.broadcast(step, shape), _shift_right(part, 1))
    low = lax.add(lax.shift_left(group, lax.full_like(group, stride_log2)), step)
    return low, _shift_right(group, 32 - stride_log2), part


def _candidates(stream, first, step):
    """Two blocks of each group, as pairs of numbers: ``uint64[4, groups]``."""
    return _pairs(stream, *_places(first, step, 8))


def _numbers(pairs):
    """The numbers of `_candidates` in order."""
    for k in range(4):
        words = lax.index_in_dim(pairs, k, keepdims=False)
        for word in (words, _shift_right(words, 32)):
            yield lax.bitcast_convert_type(lax.convert_element_type(word, np.uint32), np.float32)


def _wide_candidates(stream, first, step):
    """Two blocks of each group: ``float64[4, groups]``."""
    low, high, half = _places(first, step, 7)
    return box_muller64(blocks(stream, low, high), _bit(half, 0))


def _wide_numbers(numbers):
    return (lax.index_in_dim(numbers, k, keepdims=False) for k in range(4))


def _interleaved(slots: list):
    """Arrays of one number per group as ``[groups, numbers]``."""
    if len(slots) == 4:
        slots = [_as_words(slots[:2]), _as_words(slots[2:])]
    shape = (_TOGETHER, 2)
    left, right = (lax.broadcast_in_dim(x, shape, (0,)) for x in slots)
    x = lax.select(_bit(lax.broadcasted_iota(np.uint32, shape, 1), 0), right, left)
    if x.dtype == np.uint64:
        x = lax.reshape(lax.bitcast_convert_type(x, np.float32), (_TOGETHER, 4))
    return x


# ---------------------------------------------------------------------- shuffling and drawing


def shuffle_order(stream, n: int):
    """The permutation of swapping ``i`` with ``j[i] = i + word[i] mod (n - i)``, i = 0, 1...

    n steps one after the other are slow in a compiled program.  They are not needed: let ``v[k]``
    be what stands at place ``k`` just before step ``k``.  A place is written before its own step
    only by an earlier step that swaps with it, so ``v[k] = v[q]`` where ``q`` is the last step
    before ``k`` with ``j[q] = k``, and ``k`` if there is none; and what step ``i`` brings to place
    ``i`` is ``v[p]`` with ``p`` the last step before ``i`` with ``j[p] = j[i]``, or ``j[i]``.
    """
    i = lax.iota(np.int32, n)
    if n <= 1:
        return i
    step = lax.convert_element_type(i, np.uint32)
    j = lax.add(step, lax.rem(_words(stream, n), lax.sub(lax.full_like(step, n), step)))
    j = lax.convert_element_type(j, np.int32)
    none = np.int32(-1)
    target, source = lax.sort((j, i), num_keys=1, is_stable=True)
    first = lax.full((1,), none, np.int32)
    same = lax.eq(target, lax.concatenate([first, target[:-1]], 0))
    before = lax.concatenate([first, source[:-1]], 0)
    place = lax.select(same, before, lax.full((n,), none, np.int32))
    previous = lax.full((n,), none, np.int32).at[source].set(place, unique_indices=True)
    written = lax.select(lax.eq(j, i), lax.full((n,), none, np.int32), i)
    q = lax.full((n,), none, np.int32).at[j].max(written)
    origin = lax.select(lax.lt(q, lax.full_like(q, 0)), i, q)  # follow it until it rests

    def follow(state):
        origin, _ = state
        further = origin[origin]
        return further, lax.reduce(lax.ne(further, origin), np.False_, lax.bitwise_or, (0,))

    origin, _ = lax.while_loop(lambda state: state[1], follow, (origin, np.True_))
    brought = origin[lax.max(previous, lax.full_like(previous, 0))]
    return lax.select(lax.lt(previous, lax.full_like(previous, 0)), j, brought)


def multinomial(stream, logits, samples: int, dtype: np.dtype):
    """``samples`` class indices per row, by the inverse of the cumulated probabilities.

    TensorFlow cumulates in float64, one term after the other.
    """
    rows, classes = logits.shape
    n = rows * samples
    if n == 0 or classes == 0:
        return lax.full((rows, samples), 0, dtype)
    x = lax.convert_element_type(logits, np.float64)
    finite = lax.is_finite(x)
    lowest = lax.full_like(x, -np.inf)
    top = lax.reduce(lax.select(finite, x, lowest), np.float64(-np.inf), lax.max, (1,))
    top = lax.broadcast_in_dim(top, x.shape, (0,))
    weight = lax.select(finite, lax.exp(lax.sub(x, top)), lax.full_like(x, 0))
    below = lax.cumsum(weight, 1)
    total = lax.index_in_dim(below, classes - 1, 1)  # [rows, 1]
    u = lax.reshape(uniform64(*_word_pairs(stream, n)), (rows, samples))
    at = lax.mul(u, lax.broadcast_in_dim(total, (rows, samples), (0, 1)))
    shape = (rows, samples, classes)
    passed = lax.le(
        lax.broadcast_in_dim(below, shape, (0, 2)), lax.broadcast_in_dim(at, shape, (0, 1))
    )
    return lax.reduce(lax.convert_element_type(passed, dtype), np.zeros((), dtype), lax.add, (2,))
