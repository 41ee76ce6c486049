"""One program for all sizes of a range: the values of the program for each size.

Oracle: the function itself, on arrays of the true size.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax

import tfgrad as tf
from tfgrad._src.runtime.execute import StageRunner
from tfgrad._src.runtime.padding import Padded, Unknown, bucket

_draw = np.random.default_rng(3)
X, Y, W = _draw.normal(size=(40, 3)), _draw.normal(size=(40, 3)), _draw.normal(size=(3, 4))
INDICES = _draw.integers(0, 3, size=(40,)).astype(np.int32)


def padded(f, arrays, sizes_of):
    """``f`` for any size up to the bucket: a function of the true arrays.

    Args:
      f: a function of arrays that gives a list.
      arrays: arrays of the largest true size.
      sizes_of: symbol of the leading axis of each array; None: not ragged.
    """
    count = max(s for s in sizes_of if s is not None) + 1
    largest = [0] * count
    for a, s in zip(arrays, sizes_of, strict=True):
        if s is not None:
            largest[s] = bucket(len(a))

    def trace(sizes):
        structs = [
            jax.ShapeDtypeStruct(a.shape if s is None else (sizes[s], *a.shape[1:]), a.dtype)
            for a, s in zip(arrays, sizes_of, strict=True)
        ]
        return jax.make_jaxpr(f)(*structs)

    with jax.enable_x64(True):
        p = Padded(trace, largest)
        run = p.program.function(p.program.needed(p.program.results))

    def call(*true):
        sizes = [0] * count
        filled = []
        for a, s in zip(true, sizes_of, strict=True):
            if s is not None:
                sizes[s] = len(a)
                # What stands in the filled part must not matter: the worst that can be there.
                worst = np.nan if a.dtype.kind == "f" else 0
                a = np.concatenate(
                    [a, np.full((largest[s] - len(a), *a.shape[1:]), worst, a.dtype)]
                )
            filled.append(a)
        with jax.enable_x64(True):
            results = run(*filled, np.array(sizes, np.int32))
        for r, cuts in zip(results, p.cuts, strict=True):
            index = [slice(None)] * np.ndim(r)
            for axis, (s, m) in cuts.items():
                index[axis] = slice(0, m * sizes[s])
            yield np.asarray(r)[tuple(index)]

    return call


SIZES = (1, 2, 5, 15, 16)


def same(f, arrays, sizes_of=None, sizes=SIZES):
    sizes_of = sizes_of or [0] * len(arrays)
    call = padded(
        f, [a if s is None else a[:16] for a, s in zip(arrays, sizes_of, strict=True)], sizes_of
    )
    for n in sizes:
        true = [a if s is None else a[:n] for a, s in zip(arrays, sizes_of, strict=True)]
        with jax.enable_x64(True):
            expected = f(*true)
        for r, e in zip(call(*true), expected, strict=True):
            assert r.dtype == e.dtype
            np.testing.assert_allclose(r, e, rtol=1e-12)  # float64; another order of sums


def first_maximum(x):
    return jnp.argmax(x[:, 0])


CASES = {
    "element by element": lambda x: [jnp.tanh(x * 2 + 1), x[:, 1] > 0],
    "sum": lambda x: [x.sum(), x.sum(0), x.sum(1)],
    "mean": lambda x: [x.sum(0) / x.shape[0], x.sum() / (3 * x.shape[0])],
    "mean by a factor": lambda x: [x.sum(0) * np.float64(1 / x.shape[0])],
    "largest and smallest": lambda x: [x.max(), x.min(0), first_maximum(x), jnp.argmin(x[:, 1])],
    "product": lambda x: [x.prod(), jnp.cumsum(x, 0), jnp.cumprod(x, 0)],
    "whole numbers": lambda x: [(x * 9).astype(np.int32).max(), (x > 0).all(), (x > 9).any()],
    "matrix product": lambda x: [x @ W, x.T @ x, x.T @ (x @ W)],
    "reshaping": lambda x: [x.reshape(-1), x.reshape(-1).sum(), x[:, None, :], x.reshape(-1, 3, 1)],
    "columns": lambda x: [x[:, 1:], jnp.pad(x, ((0, 0), (1, 0))), jnp.concatenate([x, x], 1)],
    "sorting rows": lambda x: [jnp.sort(x, 1), lax.top_k(x, 2)[0], x[:, ::-1]],
    "shape": lambda x: [jnp.asarray(np.array([x.shape[0], 7, 2 * x.shape[0]], np.int32)) + 0],
    "softmax": lambda x: [jax.nn.softmax(x, 1), jax.nn.softmax(x, 0), jax.nn.log_softmax(x).mean()],
    "numbered": lambda x: [lax.iota(np.int32, x.shape[0]), jnp.ones(x.shape).sum()],
}  # fmt: skip


@pytest.mark.parametrize("f", CASES.values(), ids=CASES)
def test_values_are_those_of_the_true_size(f):
    same(f, [X])


def test_rows_are_looked_up_and_added_up():
    def f(i, d, table):
        rows = table[i]
        return [rows, (rows * d).sum(), jnp.zeros((3, 3)).at[i].add(d), d[i[0] * 0]]

    same(f, [INDICES, X, W[:, :3]], [0, 0, None])


def test_two_sizes():
    def f(x, y):
        return [x.sum(0) + y.sum(0), x.mean() * y.mean(), jnp.exp(y)]

    call = padded(f, [X[:16], Y[:30]], [0, 1])
    for n, k in ((1, 17), (16, 32), (7, 20)):
        with jax.enable_x64(True):
            expected = f(X[:n], Y[:k])
        for r, e in zip(call(X[:n], Y[:k]), expected, strict=True):
            np.testing.assert_allclose(r, e, rtol=1e-12)


UNKNOWN = {
    "two ragged axes": lambda x: [x @ x.T],
    "along the ragged axis": lambda x: [jnp.sort(x, 0)],
    "reversed": lambda x: [x[::-1]],
    "some rows": lambda x: [x[1:]],
    "below another": lambda x: [jnp.concatenate([x, x], 0)],
    "another branch": lambda x: [x * 2 if x.shape[0] > 9 else x + 1],
    "not affine": lambda x: [x.sum() * min(x.shape[0], 10)],
    "half of it": lambda x: [x.sum() * (x.shape[0] // 2)],
    "a power": lambda x: [x.sum() * x.shape[0] ** 2],
    "in a loop": lambda x: [lax.fori_loop(0, 3, lambda k, v: v * 2, x)],
    "mixed axes": lambda x: [x.T.reshape(-1)],
}  # fmt: skip


@pytest.mark.parametrize("f", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_known_is_not_padded(f):
    with pytest.raises(Unknown):
        padded(f, [X[:16]], [0])


@given(
    st.lists(
        st.sampled_from([f for k, f in CASES.items() if k != "matrix product"]),
        min_size=1,
        max_size=3,
    ),
    st.integers(1, 16),
)
@settings(max_examples=25, deadline=None)
def test_compositions(fs, n):
    def f(x):
        found = []
        for g in fs:
            found += g(x)
            x = jnp.tanh(x - x.mean(0)) * 1.5
        return found

    same(f, [X], sizes=(n,))


def test_buckets():
    assert [bucket(n) for n in (1, 16, 17, 32, 33, 1000)] == [16, 16, 32, 32, 64, 1024]


# ---------------------------------------------------------------------- in a session


def programs(session) -> int:
    """How many programs the stages of the session's plans have."""
    return sum(
        sum(program is not None for program in item.programs.values())
        for runner in session._plans.runners.values()
        for item in runner.items
        if isinstance(item, StageRunner)
    )


@pytest.fixture
def session():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_a_thousand_masks_take_a_program_for_each_power_of_two(session):
    """Training on the masked rows; oracle: numpy, for every run."""
    x, mask = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.bool, [None])
    w = tf.Variable(_draw.normal(size=(3, 2)).astype(np.float32))
    rows = tf.boolean_mask(x, mask)
    z = tf.tanh(tf.matmul(rows, w))
    loss = tf.reduce_mean(tf.square(z))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    size = tf.shape(z)[0]
    session.run(w.initializer)
    before = programs(session)
    weights = session.run(w)
    for _ in range(1000):
        n = _draw.integers(1, 513)
        data = _draw.normal(size=(600, 3)).astype(np.float32)
        chosen = np.zeros(600, bool)
        chosen[_draw.permutation(600)[:n]] = True
        found, masked, count, _ = session.run([z, rows, size, train], {x: data, mask: chosen})
        expected = np.tanh(data[chosen] @ weights)
        assert count == n
        np.testing.assert_array_equal(masked, data[chosen])
        np.testing.assert_allclose(found, expected, atol=1e-5)  # float32, two orders of a sum
        d = 0.1 * data[chosen].T @ (2 * expected * (1 - expected**2)) / expected.size
        weights = weights - d
        now = session.run(w)
        np.testing.assert_allclose(now, weights, atol=1e-5)
        weights = now
    # 16, 32, ... 512, the first size itself, and the program that reads w.
    assert programs(session) - before <= 8


def test_sizes_of_unique_values(session):
    ids = tf.placeholder(tf.int32, [None])
    table = tf.constant(_draw.normal(size=(50, 4)))
    values, index, counts = tf.unique_with_counts(ids)
    rows = tf.gather(table, values)
    total = tf.reduce_sum(rows * tf.cast(counts, tf.float64)[:, None], 0)
    again = tf.gather(rows, index)
    norm = tf.norm(rows - tf.reduce_mean(rows, 0), axis=1)
    (g,) = tf.gradients([total, norm], table)
    numbers = session.run(table)
    for different in (50, 40, 3, 1, 20, 10, 30):
        fed = _draw.integers(0, different, size=40)
        all_rows, found, lengths, gradient = session.run([again, total, norm, g], {ids: fed})
        np.testing.assert_array_equal(all_rows, numbers[fed])
        np.testing.assert_allclose(found, numbers[fed].sum(0), rtol=1e-12)
        own = numbers[np.unique(fed)]
        expected = np.linalg.norm(own - own.mean(0), axis=1)
        np.testing.assert_allclose(np.sort(lengths), np.sort(expected), rtol=1e-10, atol=1e-12)
        assert set(gradient.indices) == set(fed)
    assert programs(session) <= 4  # the table; the first size; 16 and 32


def test_nothing_is_left(session):
    """No row at all: means are NaN as in TensorFlow, and sums are 0."""
    x = tf.placeholder(tf.float64, [None])
    kept = tf.boolean_mask(x, x > 0)
    results = [tf.reduce_sum(kept), tf.reduce_mean(kept), tf.reduce_max(kept), kept]
    for data in ([1.0, 2.0], [1.0, -2.0], [-1.0], [-3.0, 4.0]):
        fed = np.array(data)
        own = fed[fed > 0]
        total, mean, largest, found = session.run(results, {x: fed})
        assert total == own.sum()
        assert largest == own.max(initial=-np.inf)
        np.testing.assert_array_equal(mean, own.mean() if own.size else np.nan)
        np.testing.assert_array_equal(found, own)


def test_a_stage_that_cannot_be_padded_is_compiled_for_each_size(session, caplog):
    """And who runs it is told once, with the name and the dimension."""
    x = tf.placeholder(tf.float32, [None], name="x")
    kept = tf.boolean_mask(x, x > 0, name="kept")
    backwards = tf.reverse(kept, [0])
    for n in range(1, 30):
        found = session.run(backwards, {x: np.arange(30) - n})
        np.testing.assert_array_equal(found, np.arange(29 - n, 0, -1))
    (record,) = caplog.records
    assert "'kept/Where:0' has had" in record.message
    assert "sizes along dimension 0" in record.message
    assert "test_padding.py" in record.message


def test_an_index_beyond_the_true_size_is_still_an_error(session):
    x, i = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int32, [])
    kept = tf.boolean_mask(x, x > 0)
    picked = tf.gather(kept, i)
    for n in (3, 4, 5):
        fed = {x: np.arange(1.0, n + 1)}
        assert session.run(picked, {**fed, i: n - 1}) == n
        with pytest.raises(tf.errors.InvalidArgumentError, match=rf"= {n} is not in \[0, {n}\)"):
            session.run(picked, {**fed, i: n})


def test_batches_that_are_fed_have_a_program_each(session):
    x = tf.placeholder(tf.float32, [None])
    y = tf.reduce_sum(x)
    for n in (2, 3, 4, 3, 2):
        assert session.run(y, {x: np.ones(n)}) == n
    assert programs(session) == 3
