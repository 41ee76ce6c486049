"""Gamma, Poisson and binomial numbers: drawn, tested, and drawn again.

Each output has its own part of the stream, of which it takes as many blocks as it needs; so all
outputs are drawn at the same time, round by round, until the last of them has been accepted.  The
methods and the order in which words are used are TensorFlow's:

    gamma     Marsaglia and Tsang, 2000; below 1 the number for ``alpha + 1`` times ``u**(1/alpha)``
    Poisson   products of uniforms (Knuth) for rates below 10, else Hoermann's PTRS, 1993
    binomial  sums of geometric numbers for means below 10, else Hoermann's BTRS, 1993

All of it is computed in float64.  Of the two float64 numbers of a block the second is used first.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.ops import philox
from tfgrad._src.ops.bessel import number, where

_MOST_ROUNDS = 10_000  # where TensorFlow would not end, as for a rate that is nan


def output_numbers(samples: int, batch: int):
    """Which part of the stream each output has, of shape ``[samples, batch]``."""
    shape = (samples, batch)
    sample = lax.broadcasted_iota(np.uint32, shape, 0)
    member = lax.broadcasted_iota(np.uint32, shape, 1)
    return lax.add(lax.mul(member, np.uint32(samples % 2**32)), sample)


def _block(stream, k, i):
    """Block ``256 k + i`` of the stream."""
    low = lax.add(lax.shift_left(k, lax.full_like(k, 8)), i)
    return philox.blocks(stream, low, lax.shift_right_logical(k, lax.full_like(k, 24)))


def _uniforms(words) -> tuple:
    """The two uniform numbers of a block in the order in which they are used."""
    w0, w1, w2, w3 = words
    return philox.uniform64(w2, w3), philox.uniform64(w0, w1)


def _normals(words) -> tuple:
    """The two normal numbers of a block in the order in which they are used."""
    yes = lax.full(words[0].shape, True, np.bool_)
    no = lax.full(words[0].shape, False, np.bool_)
    return philox.box_muller64(words, yes), philox.box_muller64(words, no)


def _until_all(done_at: int, body, state: tuple) -> tuple:
    """Repeats ``body(round, *state)`` until ``state[done_at]`` is true everywhere."""

    def unfinished(carry):
        i, *rest = carry
        done = rest[done_at]
        all_done = lax.reduce(done, np.True_, lax.bitwise_and, tuple(range(len(done.shape))))
        return lax.bitwise_and(lax.bitwise_not(all_done), lax.lt(i, np.uint32(_MOST_ROUNDS)))

    def step(carry):
        i, *rest = carry
        return (lax.add(i, np.uint32(1)), *body(i, *rest))

    return lax.while_loop(unfinished, step, (np.uint32(0), *state))[1:]


def _wide(x, shape: tuple):
    """``x``, one per member of the batch, in float64 for every sample."""
    x = lax.convert_element_type(x, np.dtype(np.float64))
    return lax.broadcast_in_dim(lax.reshape(x, (x.size,)), shape, (1,))


def _result(y, dtype: np.dtype):
    """``y`` in the type of the output; what is too large for an integer is its maximum."""
    if np.issubdtype(dtype, np.integer):
        y = where(lax.ne(y, y), 0, y)
    return lax.convert_element_type(y, dtype)


# ---------------------------------------------------------------------- gamma


def gamma(stream, alpha, samples: int):
    """``samples`` gamma numbers for each ``alpha``: of shape ``[samples, alpha.size]``."""
    dtype = np.dtype(alpha.dtype)
    shape = (samples, math.prod(alpha.shape))
    if 0 in shape:
        return lax.full(shape, 0, dtype)
    k = output_numbers(*shape)
    a = _wide(alpha, shape)
    small = lax.lt(a, number(1))
    d = lax.add(a, where(small, 2 / 3, -1 / 3))
    c = lax.div(number(1 / 3), lax.sqrt(d))
    is_one = lax.eq(a, number(1))

    def attempt(i, done, y, n, z, has_z, u, has_u):
        """``n``: the next block; ``z`` and ``u``: the second numbers of blocks begun."""
        new_z, other_z = _normals(_block(stream, k, n))
        x = where(has_z, z, new_z)
        n_after = lax.select(has_z, n, lax.add(n, np.uint32(1)))
        v = lax.add(number(1), lax.mul(c, x))
        positive = lax.gt(v, number(0))
        new_u, other_u = _uniforms(_block(stream, k, n_after))
        uniform = where(has_u, u, new_u)
        takes = lax.bitwise_and(positive, lax.bitwise_not(has_u))
        n_after = lax.select(takes, lax.add(n_after, np.uint32(1)), n_after)
        v = lax.mul(lax.mul(v, v), v)
        x2 = lax.mul(x, x)
        quick = lax.lt(uniform, lax.sub(number(1), lax.mul(number(0.0331), lax.mul(x2, x2))))
        bound = lax.add(lax.sub(number(1), v), lax.log(v))
        bound = lax.add(lax.mul(number(0.5), x2), lax.mul(d, bound))
        good = lax.bitwise_or(quick, lax.lt(lax.log(uniform), bound))
        good = lax.bitwise_and(good, positive)
        active = lax.bitwise_not(done)
        y = where(lax.bitwise_and(active, good), lax.mul(d, v), y)
        used = lax.bitwise_and(active, positive)
        return (
            lax.bitwise_or(done, good),
            y,
            lax.select(active, n_after, n),
            where(active, other_z, z),
            lax.select(active, lax.bitwise_not(has_z), has_z),
            where(lax.bitwise_and(used, lax.bitwise_not(has_u)), other_u, u),
            lax.select(used, lax.bitwise_not(has_u), has_u),
        )

    nothing = lax.full(shape, 0, np.float64)
    never = lax.full(shape, False, np.bool_)
    start = (
        lax.bitwise_or(is_one, lax.ne(a, a)), lax.full(shape, np.nan, np.float64),
        lax.full(shape, 0, np.uint32), nothing, never, nothing, never,
    )  # fmt: skip
    _, y, n, _, _, u, has_u = _until_all(0, attempt, start)
    last, _ = _uniforms(_block(stream, k, n))
    last = where(has_u, u, last)
    y = where(small, lax.mul(y, lax.pow(last, lax.div(number(1), a))), y)
    y = where(is_one, lax.neg(lax.log(lax.sub(number(1), last))), y)
    return lax.convert_element_type(y, dtype)


# ---------------------------------------------------------------------- Poisson


def poisson(stream, rate, samples: int, dtype: np.dtype):
    """``samples`` Poisson numbers for each ``rate``: of shape ``[samples, rate.size]``."""
    shape = (samples, math.prod(rate.shape))
    if 0 in shape:
        return lax.full(shape, 0, dtype)
    k = output_numbers(*shape)
    mean = _wide(rate, shape)
    largest = number(float(dt.as_dtype(dtype).max))
    is_small = lax.lt(mean, number(10))
    end = lax.exp(lax.neg(mean))
    log_mean = lax.log(mean)
    b = lax.add(number(0.931), lax.mul(number(2.53), lax.sqrt(mean)))
    a = lax.add(number(-0.059), lax.mul(number(0.02483), b))
    inverse_alpha = lax.add(number(1.1239), lax.div(number(1.1328), lax.sub(b, number(3.4))))
    limit = lax.sub(number(0.9277), lax.div(number(3.6224), lax.sub(b, number(2))))

    def attempt(i, done, y, product, count):
        first, second = _uniforms(_block(stream, k, lax.broadcast(i, shape)))
        # Small rates: two factors.
        for factor in (first, second):
            product = lax.mul(product, factor)
            good = lax.bitwise_and(lax.le(product, end), lax.le(count, largest))
            good = lax.bitwise_and(is_small, good)
            y = where(lax.bitwise_and(good, lax.bitwise_not(done)), count, y)
            done = lax.bitwise_or(done, good)
            count = lax.add(count, number(1))
        # Large ones: one attempt.
        us, x = _transformed(first, a, b, lax.add(mean, number(0.43)))
        fits = lax.le(x, largest)
        box = lax.bitwise_and(lax.ge(us, number(0.07)), lax.le(second, limit))
        edge = lax.bitwise_and(lax.lt(us, number(0.013)), lax.gt(second, us))
        outside = lax.bitwise_or(lax.lt(x, number(0)), edge)
        s = _log_ratio(second, inverse_alpha, us, a, b)
        t = lax.sub(lax.mul(x, log_mean), mean)
        t = lax.sub(t, lax.lgamma(lax.add(x, number(1))))
        slow = lax.bitwise_and(lax.bitwise_not(outside), lax.le(s, t))
        good = lax.bitwise_and(fits, lax.bitwise_or(box, slow))
        good = lax.bitwise_and(good, lax.bitwise_not(is_small))
        y = where(lax.bitwise_and(good, lax.bitwise_not(done)), x, y)
        return lax.bitwise_or(done, good), y, product, count

    zero = lax.full(shape, 0, np.float64)
    infinite = lax.eq(mean, number(np.inf))
    start_done = lax.bitwise_or(lax.ne(mean, mean), infinite)
    start = start_done, where(start_done, mean, zero), lax.full_like(zero, 1), zero
    _, y, _, _ = _until_all(0, attempt, start)
    return _result(y, dtype)


def _transformed(u, a, b, c) -> tuple:
    """``us = 1/2 - abs(u - 1/2)`` and ``floor((2 a / us + b) (u - 1/2) + c)``."""
    u = lax.sub(u, number(0.5))
    us = lax.sub(number(0.5), lax.abs(u))
    steep = lax.add(lax.div(lax.mul(number(2), a), us), b)
    return us, lax.floor(lax.add(lax.mul(steep, u), c))


def _log_ratio(v, factor, us, a, b):
    """``log(v factor / (a / us**2 + b))``."""
    below = lax.add(lax.div(a, lax.mul(us, us)), b)
    return lax.log(lax.div(lax.mul(v, factor), below))


# ---------------------------------------------------------------------- binomial

# log(k!) less Stirling's formula, for k from 0 to 9.
_TAILS = tuple(
    math.lgamma(k + 1) - ((k + 0.5) * math.log(k + 1) - (k + 1) + 0.5 * math.log(2 * math.pi))
    for k in range(10)
)


def _stirling_tail(k):
    """The rest of Stirling's formula: exact below 10, a series above."""
    k1 = lax.add(k, number(1))
    square = lax.mul(k1, k1)
    inner = lax.sub(number(1 / 360), lax.div(number(1 / 1260), square))
    y = lax.div(lax.sub(number(1 / 12), lax.div(inner, square)), k1)
    for i, tail in enumerate(_TAILS):
        y = where(lax.eq(k, number(i)), tail, y)
    return y


def binomial(stream, counts, probabilities, samples: int, dtype: np.dtype):
    """``samples`` binomial numbers for each member of the batch: ``[samples, counts.size]``."""
    shape = (samples, math.prod(counts.shape))
    if 0 in shape:
        return lax.full(shape, 0, dtype)
    k = output_numbers(*shape)
    one = np.asarray(1, counts.dtype)
    is_low = lax.le(lax.convert_element_type(probabilities, np.dtype(np.float64)), number(0.5))
    p = lax.select(is_low, probabilities, lax.sub(one, probabilities))
    is_large = lax.ge(lax.mul(counts, p), np.asarray(10, counts.dtype))
    spread = lax.broadcast_in_dim(lax.reshape(is_large, (is_large.size,)), shape, (1,))
    is_low = lax.broadcast_in_dim(lax.reshape(is_low, (is_low.size,)), shape, (1,))
    n, p, given = _wide(counts, shape), _wide(p, shape), _wide(probabilities, shape)
    # Sums of geometric numbers have parts of 42 blocks, the others of 256.
    low = lax.select(spread, lax.shift_left(k, lax.full_like(k, 8)), lax.mul(k, np.uint32(42)))
    high = lax.select(spread, lax.shift_right_logical(k, lax.full_like(k, 24)), lax.full_like(k, 0))
    log_q = lax.log1p(lax.neg(p))
    mean = lax.mul(n, p)
    deviation = lax.sqrt(lax.mul(mean, lax.sub(number(1), p)))
    b = lax.add(number(1.15), lax.mul(number(2.53), deviation))
    a = lax.add(lax.add(number(-0.0873), lax.mul(number(0.0248), b)), lax.mul(number(0.01), p))
    limit = lax.sub(number(0.92), lax.div(number(4.2), b))
    ratio = lax.div(p, lax.sub(number(1), p))
    alpha = lax.mul(lax.add(number(2.83), lax.div(number(5.1), b)), deviation)
    n1 = lax.add(n, number(1))
    m = lax.floor(lax.mul(n1, p))

    def bound(x):
        m1, left_m = lax.add(m, number(1)), lax.sub(n1, m)
        x1, left_x = lax.add(x, number(1)), lax.sub(n1, x)
        terms = (
            lax.mul(lax.add(m, number(0.5)), lax.log(lax.div(m1, lax.mul(ratio, left_m)))),
            lax.mul(n1, lax.log(lax.div(left_m, left_x))),
            lax.mul(lax.add(x, number(0.5)), lax.log(lax.div(lax.mul(ratio, left_x), x1))),
            _stirling_tail(m),
            _stirling_tail(lax.sub(n, m)),
            lax.neg(_stirling_tail(x)),
            lax.neg(_stirling_tail(lax.sub(n, x))),
        )
        total = terms[0]
        for term in terms[1:]:
            total = lax.add(total, term)
        return total

    def attempt(i, done, y, total, count):
        words = philox.blocks(stream, lax.add(low, lax.broadcast(i, shape)), high)
        first, second = _uniforms(words)
        for u in (first, second):
            total = lax.add(total, lax.ceil(lax.div(lax.log(u), log_q)))
            good = lax.bitwise_and(lax.gt(total, n), lax.bitwise_not(spread))
            y = where(lax.bitwise_and(good, lax.bitwise_not(done)), count, y)
            done = lax.bitwise_or(done, good)
            count = lax.add(count, number(1))
        us, x = _transformed(first, a, b, lax.add(mean, number(0.5)))
        box = lax.bitwise_and(lax.ge(us, number(0.07)), lax.le(second, limit))
        inside = lax.bitwise_and(lax.ge(x, number(0)), lax.le(x, n))
        slow = lax.le(_log_ratio(second, alpha, us, a, b), bound(x))
        good = lax.bitwise_or(box, lax.bitwise_and(inside, slow))
        good = lax.bitwise_and(good, spread)
        y = where(lax.bitwise_and(good, lax.bitwise_not(done)), x, y)
        return lax.bitwise_or(done, good), y, total, count

    zero = lax.full(shape, 0, np.float64)
    never = lax.bitwise_or(lax.le(n, number(0)), lax.le(given, number(0)))
    always = lax.ge(given, number(1))
    unknown = lax.bitwise_or(lax.ne(given, given), lax.ne(n, n))
    certain = lax.bitwise_or(lax.bitwise_or(never, always), unknown)
    _, y, _, _ = _until_all(0, attempt, (certain, zero, zero, zero))
    y = where(is_low, y, lax.sub(n, y))
    y = where(never, 0, where(always, n, y))
    return _result(where(unknown, math.nan, y), dtype)
