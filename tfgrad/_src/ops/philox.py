"""Philox, the generator of TensorFlow's CPU kernels, and the numbers made of its words.

The generator is Philox 4x32 with 10 rounds (Salmon et al., SC'11): a block of four 32-bit words is
a function of a 128-bit counter and a 64-bit key.  A *stream* is ``uint32[6]``: the counter at which
it starts, lowest word first, and the key.

Uniform numbers, whole numbers and shuffles equal TensorFlow's to the last bit, normal numbers to
2 units in the last place (TensorFlow's own depend on its libm).
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.checks import require
from tfgrad._src.ops.platform import formulation

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


def own_kernel(compute, shape: tuple, dtype):
    """``compute()``, an array of this shape and type, which is made before anything reads it.

    XLA for CPUs takes what makes an array into the kernels that read it.  There a block would be
    computed for each of its words, and not several of them in one instruction: that takes four
    times as long.  It leaves the branches of a condition where they are.
    """
    if formulation("own kernel") != "branch":
        return compute()
    always = lax.optimization_barrier(np.bool_(True))
    return lax.cond(always, compute, lambda: lax.full(shape, 0, dtype))


def _chosen(place, values):
    """``values[place]``, of four arrays."""
    first, second = (
        lax.select(lax.eq(place, lax.full_like(place, k)), values[k], values[k + 1]) for k in (0, 2)
    )
    return lax.select(lax.lt(place, lax.full_like(place, 2)), first, second)


def words_of_blocks(stream, count: int, places=lambda i: (i,)):
    """The words of ``count`` blocks, ``uint32[count, 4]``.

    Args:
      stream: ``uint32[6]``, counter and key.
      count: how many blocks.
      places: the arguments of `blocks`, as a function of ``0 .. count - 1``.
    """
    shape = (count, 4)

    def compute():
        words = blocks(stream, *places(lax.iota(np.uint32, count)))
        words = [lax.broadcast_in_dim(w, shape, (0,)) for w in words]
        return _chosen(lax.broadcasted_iota(np.uint32, shape, 1), words)

    return own_kernel(compute, shape, np.uint32)


def _words(stream, n: int):
    """The first ``n`` words of a stream, in order."""
    many = -(-n // 4)
    words = words_of_blocks(stream, many)
    return lax.slice(lax.reshape(words, (4 * many,)), (0,), (n,))


def _word_pairs(stream, n: int):
    """The first ``2 n`` words of a stream as two arrays: the even and the odd ones."""
    pairs = lax.reshape(_words(stream, 2 * n), (n, 2))
    return tuple(lax.index_in_dim(pairs, k, 1, keepdims=False) for k in (0, 1))


# ---------------------------------------------------------------------- words to uniform numbers

_BITS = {  # of the mantissa; the unsigned type of the same width
    np.dtype(np.float32): (23, np.uint32),
    np.dtype(np.float16): (10, np.uint16),
    dt.bfloat16.np: (7, np.uint16),
}


def uniform_of_words(words, dtype: np.dtype):
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
    return lax.reshape(uniform_of_words(_words(stream, n), dtype), shape)


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
_PI = 3.1415927410125732, -8.742278000372482e-08


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


def _box_muller(first, second, is_cos):
    """The first or second float32 normal number of two words."""
    # The product is rounded once, from float64: a float32 product is wrong in the last places of
    # the angle, which near a zero of sin or cos is far more than the last place of the result.
    u = lax.convert_element_type(uniform_of_words(second, np.dtype(np.float32)), np.float64)
    angle = lax.convert_element_type(lax.mul(u, lax.full_like(u, 2 * math.pi)), np.float32)
    radius = _radius(uniform_of_words(first, np.dtype(np.float32)))
    return lax.mul(_sin_or_cos(angle, is_cos), radius)


def _angle(u):
    return lax.mul(u, lax.full_like(u, 2 * math.pi))


def normals(words, wide: bool):
    """The normal numbers of blocks, ``uint32[blocks, 4]``, in order: a vector."""
    per = 4 if wide else 2  # words that make two numbers
    parts = lax.reshape(words, (words.size // per, per))
    shape = (parts.shape[0], 2)
    place = lax.broadcasted_iota(np.uint32, shape, 1)
    is_cos = lax.eq(place, lax.full_like(place, 1))

    def columns(*places) -> list:
        return [lax.index_in_dim(parts, k, 1, keepdims=False) for k in places]

    if not wide:
        first, second = (lax.broadcast_in_dim(x, shape, (0,)) for x in columns(0, 1))
        return lax.reshape(_box_muller(first, second, is_cos), (2 * shape[0],))
    # Functions of a libm, as TensorFlow's: they are slow, and not called more than needed.
    radius, angle = (
        own_kernel(lambda f=f, k=k: f(uniform64(*columns(*k))), shape[:1], np.float64)
        for f, k in ((_radius, (0, 1)), (_angle, (2, 3)))
    )
    x = [lax.mul(function(angle), radius) for function in (lax.sin, lax.cos)]
    sin, cos = (lax.broadcast_in_dim(v, shape, (0,)) for v in x)
    return lax.reshape(lax.select(is_cos, cos, sin), (2 * shape[0],))


def normal(stream, shape: tuple, dtype: np.dtype):
    """Normal numbers of mean 0 and deviation 1, by the method of Box and Muller."""
    n = math.prod(shape)
    wide = dtype == np.float64
    words = words_of_blocks(stream, -(-n // (2 if wide else 4)))
    x = lax.slice(normals(words, wide), (0,), (n,))
    return lax.reshape(lax.convert_element_type(x, dtype), shape)


_TRUNCATE = 2.0  # in standard deviations
_TOGETHER = 1024, 16384  # numbers that are made at a time, few or many; float64 always few


def truncated_normal(stream, shape: tuple, dtype: np.dtype):
    """Normal numbers of which those beyond two deviations were thrown away.

    Outputs come in groups of 4 (float64: 2), and each group has its own part of the stream, from
    which it takes numbers in order until it is full.  A fixed number of groups is computed at a
    time, whatever the shape: the kernels, slow to compile, are then the same for all the initial
    values that a program computes.

    A round makes two blocks of each group, which are enough for all but one in 90,000 (float64:
    one in 2,800).  If one is not full the next round goes on with these groups.
    """
    n = math.prod(shape)
    wide = dtype == np.float64
    per, ahead = (2 if wide else 4), 2
    work = np.dtype(np.float64 if wide else np.float32)
    if n == 0:
        return lax.full(shape, 0, dtype)
    groups = -(-n // per)
    together = _TOGETHER[n > _TOGETHER[0] and not wide] // per
    total = -(-groups // together) * together
    many = per * ahead
    part = 7 if wide else 8  # a group's blocks, as a power of two

    def draw(state):
        first, step, found, slots, result = state

        def places(row):
            group = lax.div(row, lax.full_like(row, ahead))
            block = lax.sub(row, lax.mul(group, lax.full_like(row, ahead)))
            block = lax.add(block, lax.broadcast(step, row.shape))
            start = lax.convert_element_type(first, np.uint32)
            group = lax.add(group, lax.broadcast(start, row.shape))
            low = lax.add(lax.shift_left(group, lax.full_like(group, part)), block)
            return low, _shift_right(group, 32 - part)

        words = words_of_blocks(stream, ahead * together, places)
        shape = (together, many)
        numbers = own_kernel(lambda: lax.reshape(normals(words, wide), shape), shape, work)
        shape = (per, together)
        slots = own_kernel(lambda: _filled(slots, found, numbers), shape, work)
        for k in range(many):
            found = lax.add(found, lax.convert_element_type(_is_inside(numbers, k)[1], np.int32))
        # What is not full yet is written again.
        result = lax.dynamic_update_slice(
            result, lax.transpose(slots, (1, 0)), (first, np.int32(0))
        )
        full = lax.ge(lax.reduce(found, np.int32(per), lax.min, (0,)), np.int32(per))
        return (
            lax.select(full, lax.add(first, np.int32(together)), first),
            lax.select(full, _u32(0), lax.add(step, _u32(ahead))),
            lax.select(lax.broadcast(full, found.shape), lax.full_like(found, 0), found),
            slots,
            result,
        )

    state = (
        np.int32(0), _u32(0), lax.full((together,), 0, np.int32),
        lax.full((per, together), 0, work), lax.full((total, per), 0, work),
    )  # fmt: skip
    state = lax.while_loop(lambda state: lax.lt(state[0], np.int32(total)), draw, state)
    result = lax.slice(lax.reshape(state[4], (total * per,)), (0,), (n,))
    return lax.reshape(lax.convert_element_type(result, dtype), shape)


def _is_inside(numbers, k: int) -> tuple:
    """The k-th number of each group, and whether it is good."""
    x = lax.index_in_dim(numbers, k, 1, keepdims=False)
    return x, lax.lt(lax.abs(x), lax.full_like(x, _TRUNCATE))


def _filled(slots, found, numbers):
    """``slots[k]`` with the good one among ``numbers`` before which ``k`` were found."""
    slots = [lax.index_in_dim(slots, k, keepdims=False) for k in range(slots.shape[0])]
    for i in range(numbers.shape[1]):
        x, good = _is_inside(numbers, i)
        for k, slot in enumerate(slots):
            here = lax.bitwise_and(good, lax.eq(found, lax.full_like(found, k)))
            slots[k] = lax.select(here, x, slot)
        found = lax.add(found, lax.convert_element_type(good, np.int32))
    return lax.concatenate([lax.expand_dims(x, [0]) for x in slots], 0)


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
