"""Random numbers: the generator, the streams of a session, and the numbers made of its words.

Oracles: the published test vectors of Philox (Random123), a plain numpy generator written out here,
and numbers recorded from TensorFlow (also in ``golden/random.json``).
"""

import jax
import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import is_compatible
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS
from tfgrad._src.ops import philox, random

FLOATS = [np.float16, ml_dtypes.bfloat16, np.float32, np.float64]
each_float = pytest.mark.parametrize("dtype", FLOATS, ids=lambda d: np.dtype(d).name)

# ---------------------------------------------------------------------- the oracle


def oracle_block(counter: int, key: int) -> list[int]:
    """One block, from the definition, in Python's whole numbers."""
    x = [counter >> 32 * i & 0xFFFFFFFF for i in range(4)]
    k = [key & 0xFFFFFFFF, key >> 32]
    for _ in range(10):
        a, b = x[0] * 0xD2511F53, x[2] * 0xCD9E8D57
        x = [
            (b >> 32) ^ x[1] ^ k[0], b & 0xFFFFFFFF,
            (a >> 32) ^ x[3] ^ k[1], a & 0xFFFFFFFF,
        ]  # fmt: skip
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return x


def oracle_words(counter: int, key: int, n: int, first: int = 0) -> np.ndarray:
    blocks = [oracle_block((counter + first + i) % 2**128, key) for i in range(-(-n // 4))]
    return np.array(blocks, np.uint32).reshape(-1)[:n]


def oracle_normal(words: np.ndarray) -> np.ndarray:
    """Box and Muller in float32, each function rounded once."""
    u = ((words & 0x7FFFFF) | 0x3F800000).view(np.float32) - np.float32(1)
    first, second = u[0::2].astype(np.float64), u[1::2].astype(np.float64)
    log = np.log(np.maximum(first, np.float64(np.float32(1e-7)))).astype(np.float32)
    radius = np.sqrt(np.float32(-2) * log)
    angle = (2 * np.pi * second).astype(np.float32).astype(np.float64)
    parts = [f(angle).astype(np.float32) * radius for f in (np.sin, np.cos)]
    return np.stack(parts, -1).reshape(-1)


def stream(counter: int, key: int) -> np.ndarray:
    words = [counter >> 32 * i & 0xFFFFFFFF for i in range(4)]
    return np.array([*words, key & 0xFFFFFFFF, key >> 32], np.uint32)


def compute(function, *args):
    with jax.enable_x64(True):
        return np.asarray(jax.jit(function)(*args))


# A start from which the carry runs through all four words of the counter.
CARRY = 2**128 - 3
KEY = 0x0000000700000005

# ---------------------------------------------------------------------- the generator


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        (0, 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        (2**128 - 1, 2**64 - 1, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (0x0370734413198A2E85A308D3243F6A88, 0x299F31D0A4093822,
         "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)  # fmt: skip
def test_generator_gives_the_published_words(counter, key, words):
    found = compute(lambda s: jax.numpy.stack(philox.blocks(s, s[:1] * 0)), stream(counter, key))
    assert " ".join(f"{w:08x}" for w in found[:, 0]) == words


def test_counter_carries_through_all_words():
    s = stream(CARRY, KEY)
    found = compute(lambda s: philox.full_int(s, (24,), np.dtype(np.uint32)), s)
    np.testing.assert_array_equal(found, oracle_words(CARRY, KEY, 24))


def test_stream_of_a_node_starts_at_its_seeds():
    assert random.initial_counter(3, 5) == 5 << 64
    assert random.key(3) == (3, 0)
    assert random.key(2**33 + 1) == (1, 2)


# ---------------------------------------------------------------------- words to numbers


@each_float
def test_uniform_takes_the_low_bits_of_each_word(dtype):
    n, dtype = 103, np.dtype(dtype)
    found = compute(lambda s: philox.uniform(s, (n,), dtype), stream(CARRY, KEY))
    assert found.dtype == dtype
    if dtype == np.float64:
        words = oracle_words(CARRY, KEY, 2 * n).astype(np.uint64)
        expected = ((words[0::2] % 2**20) * 2.0**32 + words[1::2]) / 2.0**52
    else:
        bits = {"float16": 10, "bfloat16": 7, "float32": 23}[dtype.name]
        expected = (oracle_words(CARRY, KEY, n) % 2**bits) / 2.0**bits
    np.testing.assert_array_equal(found.astype(np.float64), expected)


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [(0, 100, np.int32), (-7, -6, np.int32), (-(2**31), 2**31 - 1, np.int32),
     (-5, 10**12, np.int64), (-(2**63), 2**63 - 1, np.int64)],
)  # fmt: skip
def test_integers_are_words_modulo_the_width(low, high, dtype):
    n = 41
    bounds = np.asarray(low, dtype), np.asarray(high, dtype)
    found = compute(lambda s: philox.uniform_int(s, (n,), *bounds), stream(CARRY, KEY))
    words = oracle_words(CARRY, KEY, 2 * n)
    if dtype is np.int64:
        values = [int(a) + (int(b) << 32) for a, b in zip(words[0::2], words[1::2], strict=True)]
    else:
        values = [int(w) for w in words[:n]]
    assert found.dtype == dtype
    assert found.tolist() == [low + v % (high - low) for v in values]


def test_bounds_known_only_when_run_give_the_same_integers():
    bounds = np.int32(3), np.int32(17)
    known = compute(lambda s: philox.uniform_int(s, (9,), *map(np.asarray, bounds)), stream(1, 2))
    given_late = compute(lambda s, a, b: philox.uniform_int(s, (9,), a, b), stream(1, 2), *bounds)
    np.testing.assert_array_equal(known, given_late)


def test_normal_agrees_with_box_and_muller():
    n = 4000
    found = compute(lambda s: philox.normal(s, (n,), np.dtype(np.float32)), stream(CARRY, KEY))
    expected = oracle_normal(oracle_words(CARRY, KEY, n))
    # Both round each function once; the polynomials err by 1e-5 of a last place: few differ.
    assert (found != expected).sum() <= 2
    np.testing.assert_array_max_ulp(found, expected, maxulp=1)


def test_normal_in_double_agrees_with_box_and_muller():
    n = 400
    found = compute(lambda s: philox.normal(s, (n,), np.dtype(np.float64)), stream(CARRY, KEY))
    words = oracle_words(CARRY, KEY, 2 * n).astype(np.uint64)
    u = ((words[0::2] % 2**20) * 2.0**32 + words[1::2]) / 2.0**52
    radius, angle = np.sqrt(-2 * np.log(np.maximum(u[0::2], 1e-7))), 2 * np.pi * u[1::2]
    expected = np.stack([np.sin(angle) * radius, np.cos(angle) * radius], -1).reshape(-1)
    # XLA's log, sin and cos err by a last place each.
    np.testing.assert_allclose(found, expected, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_short_normal_numbers_are_rounded_ones(dtype):
    long = compute(lambda s: philox.normal(s, (200,), np.dtype(np.float32)), stream(9, 2))
    short = compute(lambda s: philox.normal(s, (200,), np.dtype(dtype)), stream(9, 2))
    np.testing.assert_array_equal(short, long.astype(dtype))


def test_each_group_of_truncated_numbers_has_its_own_blocks():
    n = 402
    found = compute(
        lambda s: philox.truncated_normal(s, (n,), np.dtype(np.float32)), stream(7, KEY)
    )
    expected = []
    for group in range(-(-n // 4)):
        z = oracle_normal(oracle_words(7, KEY, 40, first=256 * group))
        expected.extend(z[abs(z) < 2][:4])
    np.testing.assert_array_max_ulp(found, np.array(expected[:n], np.float32), maxulp=1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [0, 1, 1023, 1024, 1025, 16385])
def test_groups_do_not_depend_on_how_many_there_are(n, dtype):
    s = stream(7, KEY)
    some = compute(lambda s: philox.truncated_normal(s, (n,), np.dtype(dtype)), s)
    more = compute(lambda s: philox.truncated_normal(s, (40_000,), np.dtype(dtype)), s)
    assert some.shape == (n,)
    np.testing.assert_array_equal(some, more[:n])


def test_truncated_numbers_of_a_long_stream_stay_inside():
    found = compute(
        lambda s: philox.truncated_normal(s, (200_000,), np.dtype(np.float32)), stream(0, 1)
    )
    assert abs(found).max() < 2
    # The deviation of the truncated distribution is 0.8796; 200,000 numbers know it to 0.0014.
    assert abs(found.std() - 0.87962566) < 0.005
    assert abs(found.mean()) < 0.008


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 100])
def test_shuffle_makes_the_swaps_in_order(n):
    order = list(range(n))
    words = oracle_words(3, KEY, max(n - 1, 0))
    for i in range(n - 1):
        j = i + int(words[i]) % (n - i)
        order[i], order[j] = order[j], order[i]
    found = compute(lambda s: philox.shuffle_order(s, n), stream(3, KEY))
    assert found.tolist() == order


def test_multinomial_takes_the_first_class_beyond_the_uniform_number():
    logits = np.array([[0.0, 1.0, -np.inf, 2.0], [np.nan, 0.0, 0.0, np.inf]], np.float32)
    found = compute(
        lambda s: philox.multinomial(s, logits, 500, np.dtype(np.int64)), stream(0, KEY)
    )
    u = compute(lambda s: philox.uniform(s, (2, 500), np.dtype(np.float64)), stream(0, KEY))
    for row, numbers, indices in zip(logits, u, found, strict=True):
        finite = np.isfinite(row)
        weights = np.where(finite, np.exp(row.astype(np.float64) - row[finite].max()), 0)
        total = np.cumsum(weights)
        expected = np.searchsorted(total, numbers * total[-1], side="right")
        np.testing.assert_array_equal(indices, expected)
        assert not np.isin(indices, np.flatnonzero(~finite)).any()


# ---------------------------------------------------------------------- streams of a session

# Three runs in one session with the graph seed 7, recorded from TensorFlow 2.21.
RUNS = {
    "uniform": [[0.460374832, 0.928518176], [0.684387326, 0.846062064], [0.175884724, 0.92690289]],
    "normal": [[-1.47168171, -0.616455555], [1.045699, 1.75618565], [1.52124262, -0.484015852]],
    "truncated": [[0.944703817, -0.966790676], [-0.0279707331, 0.488153279],
                  [0.84702909, 0.137586981]],
    "integers": [[25, 81], [59, 99], [7, 87]],
    "double": [[0.9672896200414745, 0.08662447314391053], [0.9084365597091009, 0.146014151567321],
               [0.40813539209901895, 0.9415613224909967]],
}  # fmt: skip


def recorded_ops() -> dict:
    tf.set_random_seed(7)
    return {
        "uniform": tf.random_uniform([7], seed=1),
        "normal": tf.random_normal([7], seed=2),
        "truncated": tf.truncated_normal([11], seed=3),
        "integers": tf.random_uniform([7], 0, 100, tf.int32, seed=4),
        "double": tf.random_uniform([5], dtype=tf.float64, seed=6),
    }


def test_runs_continue_the_stream_as_in_tensorflow():
    with new_graph() as graph:
        ops = recorded_ops()
        with tf.Session(graph=graph) as session:
            for run in range(3):
                for name, value in session.run(ops).items():
                    expected = RUNS[name][run]
                    # The normal numbers were written with nine digits.
                    np.testing.assert_allclose(value[:2], expected, rtol=3e-7, err_msg=name)


def test_a_new_session_starts_again():
    with new_graph() as graph:
        u = tf.random_uniform([3], seed=1)
        values = []
        for _ in range(2):
            with tf.Session(graph=graph) as session:
                values.append(session.run(u))
        np.testing.assert_array_equal(*values)


def test_runs_that_do_not_need_an_op_do_not_move_its_stream():
    with new_graph() as graph:
        ops = recorded_ops()
        with tf.Session(graph=graph) as session:
            session.run(ops["normal"])
            first = session.run(ops["uniform"])
            np.testing.assert_allclose(first[:2], RUNS["uniform"][0], rtol=1e-7)


def test_an_op_fetched_twice_runs_once():
    with new_graph() as graph:
        u = tf.random_uniform([4], seed=1)
        v = u + 0.0
        with tf.Session(graph=graph) as session:
            a, b, c = session.run([u, u, v])
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)


def test_without_a_seed_sessions_differ():
    with new_graph() as graph:
        u = tf.random_uniform([4])
        values = []
        for _ in range(2):
            with tf.Session(graph=graph) as session:
                values.append(session.run(u).tolist())
        assert values[0] != values[1]


@pytest.mark.parametrize(
    ("op_type", "inputs", "blocks"),
    [
        ("RandomUniform", [np.array([3, 5], np.int32)], 256 * 15),
        ("RandomStandardNormal", [np.array([], np.int32)], 256),
        ("TruncatedNormal", [np.array([0, 4], np.int32)], 0),
        ("RandomUniformInt", [np.array([2], np.int32), None, None], 512),
        ("RandomShuffle", [np.zeros((6, 2))], 2),
        ("RandomShuffle", [np.zeros((1, 9))], 0),
        ("RandomShuffle", [np.zeros((5, 0))], 0),
        ("RandomShuffle", [np.zeros(())], 0),
        ("Multinomial", [np.zeros((3, 9)), np.array(5, np.int32)], 3 * 8 * 2 * 256),
    ],
)
def test_reservations(op_type, inputs, blocks):
    assert random.RESERVATIONS[op_type](None, *inputs) == blocks


# ---------------------------------------------------------------------- shapes and errors


@given(st.lists(st.integers(0, 4), max_size=3), st.lists(st.booleans(), max_size=3))
@settings(deadline=None, max_examples=25)
def test_shape_rule_agrees_with_lowering(shape, known):
    """Whatever entries of the shape are unknown, the rule never contradicts what is computed."""
    with new_graph() as graph, graph.as_default():
        hidden = iter([*known, *[True] * 3])
        feeds = {}
        entries = []
        for d in shape:
            if next(hidden):
                entries.append(d)
            else:
                entries.append(tf.placeholder(tf.int32, []))
                feeds[entries[-1]] = d
        x = tf.random_uniform(entries, seed=1)
        with tf.Session(graph=graph) as session:
            value = session.run(x, feeds)
    assert value.shape == tuple(shape)
    assert is_compatible(x.dims, tuple(shape))
    assert [d for d, e in zip(x.dims, entries, strict=True) if e in shape and d is None] == []


def test_random_ops_are_never_merged():
    assert all(OPS[op_type].is_stateful for op_type in random.RESERVATIONS)


def fails(build, feeds=None) -> str:
    with new_graph() as graph:
        x = build()
        with tf.Session(graph=graph) as session, pytest.raises(tf.errors.InvalidArgumentError) as e:
            session.run(x, {graph.get_tensor_by_name(k): v for k, v in (feeds or {}).items()})
        return str(e.value).splitlines()[0]


def test_errors_of_a_run():
    def of_fed():
        return tf.random_uniform(tf.placeholder(tf.int32, [1], name="s"))

    assert fails(of_fed, {"s:0": [-1]}) == "Dimension -1 must be >= 0"
    empty = fails(lambda: tf.random_uniform([2], 3, 3, tf.int32))
    assert empty == "Need minval < maxval, got 3 >= 3"


def test_errors_of_building():
    with new_graph():
        with pytest.raises(ValueError, match=r"Must specify maxval for integer dtype tf\.int32"):
            tf.random_uniform([2], dtype=tf.int32)
        with pytest.raises(ValueError, match="Argument `dtype` got invalid value"):
            tf.random_uniform([2], dtype=tf.complex64)
        with pytest.raises(ValueError, match="Shape must be rank 1 but is rank 0"):
            tf.random_uniform(3)
        with pytest.raises(ValueError, match="Invalid value in tensor used for shape: -2"):
            tf.random_normal([-2])
        with pytest.raises(
            ValueError, match=r"minval must be a scalar; got a tensor of shape \[1\]"
        ):
            add_op("RandomUniformInt", [2], [1], 3)


def test_random_numbers_have_no_gradient():
    with new_graph():
        x = tf.constant([1.0, 2.0])
        y = tf.random_shuffle(x) + tf.random_normal([2])
        assert tf.gradients(y, x) == [None]
