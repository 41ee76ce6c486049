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


_TOGETHER = 1024, 4096  # outputs that are drawn at a time, few or many


def _drawn(draw, samples: int, parameters: tuple, dtype: np.dtype):
    """The outputs, of shape ``[samples, batch]``, some at a time.

    So that outputs that need many rounds hold up few others, and that the kernels are the same for
    all shapes in a program.

    Args:
      draw: ``draw(k, *parameters)`` gives the numbers of the parts ``k`` of the stream.
      samples: how many outputs each member of the batch has.
      parameters: vectors, an entry per member.
      dtype: the type of the outputs.
    """
    batch = parameters[0].shape[0]
    total = samples * batch
    if total == 0:
        return lax.full((samples, batch), 0, dtype)
    together = _TOGETHER[total > _TOGETHER[0]]
    padded = -(-total // together) * together

    def some(state):
        first, result = state
        i = lax.add(lax.iota(np.uint32, together), lax.broadcast(first, (together,)))
        # Beyond the end the last output is drawn again.
        i = lax.min(i, lax.full_like(i, total - 1))
        sample = lax.div(i, lax.full_like(i, batch))
        member = lax.sub(i, lax.mul(sample, lax.full_like(i, batch)))
        k = lax.add(lax.mul(member, lax.full_like(i, samples)), sample)
        own = [_of_members(p, member) for p in parameters]
        result = lax.dynamic_update_slice(result, draw(k, *own), (first,))
        return lax.add(first, np.uint32(together)), result

    state = np.uint32(0), lax.full((padded,), 0, dtype)
    result = lax.while_loop(lambda state: lax.lt(state[0], np.uint32(padded)), some, state)[1]
    return lax.reshape(lax.slice(result, (0,), (total,)), (samples, batch))


def _of_members(parameter, member):
    """``parameter[member]``."""
    if parameter.shape[0] == 1:
        return lax.broadcast_in_dim(parameter, member.shape, (0,))
    numbers = lax.GatherDimensionNumbers(
        offset_dims=(), collapsed_slice_dims=(0,), start_index_map=(0,)
    )
    member = lax.expand_dims(lax.convert_element_type(member, np.int32), [1])
    return lax.gather(
        parameter, member, numbers, (1,), mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS
    )


def _column(x, k: int):
    return lax.index_in_dim(x, k, x.ndim - 1, keepdims=False)


def _places(k, i) -> tuple:
    """Block ``256 k + i`` of the stream: low and high number."""
    low = lax.add(lax.shift_left(k, lax.full_like(k, 8)), i)
    return low, lax.shift_right_logical(k, lax.full_like(k, 24))


def _uniforms(stream, count: int, places) -> tuple:
    """The two uniform numbers of blocks in the order in which they are used."""
    shape = (count, 2)

    def compute():
        w = [lax.broadcast_in_dim(x, shape, (0,)) for x in philox.blocks(stream, *places())]
        is_first = lax.eq(lax.broadcasted_iota(np.uint32, shape, 1), lax.full(shape, 0, np.uint32))
        return philox.uniform64(lax.select(is_first, w[2], w[0]), lax.select(is_first, w[3], w[1]))

    u = philox.own_kernel(compute, shape, np.float64)
    return _column(u, 0), _column(u, 1)


def _normals(stream, count: int, places) -> tuple:
    """The two normal numbers of blocks in the order in which they are used."""
    words = philox.words_of_blocks(stream, count, lambda i: places())
    shape = (2 * count,)
    x = philox.own_kernel(lambda: philox.normals(words, wide=True), shape, np.float64)
    x = lax.reshape(x, (count, 2))
    return _column(x, 1), _column(x, 0)


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


def _vector(x):
    return lax.reshape(x, (math.prod(x.shape),))


def _wide(x):
    return lax.convert_element_type(x, np.dtype(np.float64))


def _result(y, dtype: np.dtype):
    """``y`` in the type of the output; what is too large for an integer is its maximum."""
    if np.issubdtype(dtype, np.integer):
        y = where(lax.ne(y, y), 0, y)
    return lax.convert_element_type(y, dtype)


# ---------------------------------------------------------------------- gamma


def gamma(stream, alpha, samples: int):
    """``samples`` gamma numbers for each ``alpha``: of shape ``[samples, alpha.size]``."""
    dtype = np.dtype(alpha.dtype)

    def draw(k, a):
        return lax.convert_element_type(_gamma(stream, k, _wide(a)), dtype)

    return _drawn(draw, samples, (_vector(alpha),), dtype)


def _gamma(stream, k, a):
    shape = k.shape
    (count,) = shape
    small = lax.lt(a, number(1))
    d = lax.add(a, where(small, 2 / 3, -1 / 3))
    c = lax.div(number(1 / 3), lax.sqrt(d))
    is_one = lax.eq(a, number(1))

    def after(n, has_z):
        return lax.select(has_z, n, lax.add(n, np.uint32(1)))

    def attempt(i, done, y, n, z, has_z, u, has_u):
        """``n``: the next block; ``z`` and ``u``: the second numbers of blocks begun."""
        new_z, other_z = _normals(stream, count, lambda: _places(k, n))
        new_u, other_u = _uniforms(stream, count, lambda: _places(k, after(n, has_z)))

        def judge():
            """The number; nan if it is rejected, minus infinity if before the uniform number."""
            x = where(has_z, z, new_z)
            uniform = where(has_u, u, new_u)
            v = lax.add(number(1), lax.mul(c, x))
            positive = lax.gt(v, number(0))
            v = lax.mul(lax.mul(v, v), v)
            x2 = lax.mul(x, x)
            quick = lax.lt(uniform, lax.sub(number(1), lax.mul(number(0.0331), lax.mul(x2, x2))))
            bound = lax.add(lax.sub(number(1), v), lax.log(v))
            bound = lax.add(lax.mul(number(0.5), x2), lax.mul(d, bound))
            good = lax.bitwise_or(quick, lax.lt(lax.log(uniform), bound))
            return where(positive, where(good, lax.mul(d, v), math.nan), -math.inf)

        found = philox.own_kernel(judge, shape, np.float64)
        good, positive = lax.gt(found, number(-np.inf)), lax.ne(found, number(-np.inf))
        active = lax.bitwise_not(done)
        used = lax.bitwise_and(active, positive)
        takes = lax.bitwise_and(positive, lax.bitwise_not(has_u))
        n_after = after(n, has_z)
        n_after = lax.select(takes, lax.add(n_after, np.uint32(1)), n_after)
        return (
            lax.bitwise_or(done, good),
            where(lax.bitwise_and(active, good), found, y),
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
    last, _ = _uniforms(stream, count, lambda: _places(k, n))
    last = where(has_u, u, last)
    y = where(small, lax.mul(y, lax.pow(last, lax.div(number(1), a))), y)
    return where(is_one, lax.neg(lax.log(lax.sub(number(1), last))), y)


# ---------------------------------------------------------------------- Poisson


def poisson(stream, rate, samples: int, dtype: np.dtype):
    """``samples`` Poisson numbers for each ``rate``: of shape ``[samples, rate.size]``."""
    dtype = np.dtype(dtype)

    def draw(k, mean):
        return _result(_poisson(stream, k, _wide(mean), dtype), dtype)

    return _drawn(draw, samples, (_vector(rate),), dtype)


def _poisson(stream, k, mean, dtype: np.dtype):
    shape = k.shape
    largest = number(float(dt.as_dtype(dtype).max))
    is_small = lax.lt(mean, number(10))
    end = lax.exp(lax.neg(mean))
    log_mean = lax.log(mean)
    b = lax.add(number(0.931), lax.mul(number(2.53), lax.sqrt(mean)))
    a = lax.add(number(-0.059), lax.mul(number(0.02483), b))
    inverse_alpha = lax.add(number(1.1239), lax.div(number(1.1328), lax.sub(b, number(3.4))))
    limit = lax.sub(number(0.9277), lax.div(number(3.6224), lax.sub(b, number(2))))

    def attempt(i, done, y, product, count):
        first, second = _uniforms(
            stream, shape[0], lambda: _places(k, lax.broadcast(i, shape))
        )  # fmt: skip

        def judge():
            """The number; nan if it is rejected."""
            # Small rates: two factors.
            once, twice = lax.mul(product, first), lax.mul(lax.mul(product, first), second)
            small = where(lax.le(twice, end), lax.add(count, number(1)), math.nan)
            small = where(lax.le(once, end), count, small)
            # Large ones: one attempt.
            us, x = _transformed(first, a, b, lax.add(mean, number(0.43)))
            box = lax.bitwise_and(lax.ge(us, number(0.07)), lax.le(second, limit))
            edge = lax.bitwise_and(lax.lt(us, number(0.013)), lax.gt(second, us))
            outside = lax.bitwise_or(lax.lt(x, number(0)), edge)
            s = _log_ratio(second, inverse_alpha, us, a, b)
            t = lax.sub(lax.mul(x, log_mean), mean)
            t = lax.sub(t, lax.lgamma(lax.add(x, number(1))))
            slow = lax.bitwise_and(lax.bitwise_not(outside), lax.le(s, t))
            large = where(lax.bitwise_or(box, slow), x, math.nan)
            found = lax.select(is_small, small, large)
            return where(lax.le(found, largest), found, math.nan)

        found = philox.own_kernel(judge, shape, np.float64)
        good = lax.eq(found, found)
        return (
            lax.bitwise_or(done, good),
            where(lax.bitwise_and(good, lax.bitwise_not(done)), found, y),
            lax.mul(lax.mul(product, first), second),
            lax.add(count, number(2)),
        )

    zero = lax.full(shape, 0, np.float64)
    infinite = lax.eq(mean, number(np.inf))
    start_done = lax.bitwise_or(lax.ne(mean, mean), infinite)
    start = start_done, where(start_done, mean, zero), lax.full_like(zero, 1), zero
    return _until_all(0, attempt, start)[1]


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
    dtype = np.dtype(dtype)

    def draw(k, counts, probabilities):
        return _result(_binomial(stream, k, counts, probabilities), dtype)

    return _drawn(draw, samples, (_vector(counts), _vector(probabilities)), dtype)


def _binomial(stream, k, counts, probabilities):
    shape = k.shape
    one = lax.full_like(counts, 1)
    is_low = lax.le(_wide(probabilities), number(0.5))
    p = lax.select(is_low, probabilities, lax.sub(one, probabilities))
    spread = lax.ge(lax.mul(counts, p), lax.full_like(p, 10))
    n, p, given = _wide(counts), _wide(p), _wide(probabilities)
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

    def total_after(total, *uniforms):
        for u in uniforms:
            total = lax.add(total, lax.ceil(lax.div(lax.log(u), log_q)))
        return total

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
        def places():
            return lax.add(low, lax.broadcast(i, shape)), high

        first, second = _uniforms(stream, shape[0], places)

        def judge():
            """The number; nan if it is rejected."""
            once, twice = total_after(total, first), total_after(total, first, second)
            small = where(lax.gt(twice, n), lax.add(count, number(1)), math.nan)
            small = where(lax.gt(once, n), count, small)
            us, x = _transformed(first, a, b, lax.add(mean, number(0.5)))
            box = lax.bitwise_and(lax.ge(us, number(0.07)), lax.le(second, limit))
            inside = lax.bitwise_and(lax.ge(x, number(0)), lax.le(x, n))
            slow = lax.le(_log_ratio(second, alpha, us, a, b), bound(x))
            large = lax.bitwise_or(box, lax.bitwise_and(inside, slow))
            return lax.select(spread, where(large, x, math.nan), small)

        found = philox.own_kernel(judge, shape, np.float64)
        good = lax.eq(found, found)
        return (
            lax.bitwise_or(done, good),
            where(lax.bitwise_and(good, lax.bitwise_not(done)), found, y),
            total_after(total, first, second),
            lax.add(count, number(2)),
        )

    zero = lax.full(shape, 0, np.float64)
    never = lax.bitwise_or(lax.le(n, number(0)), lax.le(given, number(0)))
    always = lax.ge(given, number(1))
    unknown = lax.bitwise_or(lax.ne(given, given), lax.ne(n, n))
    certain = lax.bitwise_or(lax.bitwise_or(never, always), unknown)
    _, y, _, _ = _until_all(0, attempt, (certain, zero, zero, zero))
    y = where(is_low, y, lax.sub(n, y))
    y = where(never, 0, where(always, n, y))
    return where(unknown, math.nan, y)
