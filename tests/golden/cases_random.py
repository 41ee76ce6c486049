"""Random numbers: nodes, seeds, and the numbers of a session's first run."""

import numpy as np


def uniform(tf):
    low = tf.constant([0.0, 10.0])
    return {
        "unit": tf.random_uniform([7], seed=1),
        "half": tf.random_uniform([2, 3], dtype=tf.float16, seed=1),
        "double": tf.random_uniform([5], dtype=tf.float64, seed=1),
        "upper": tf.random_uniform([3], maxval=4, seed=2, name="upper"),
        "lower": tf.random_uniform([3], minval=-1, seed=2),
        "floats": tf.random_uniform([3], 0.0, 1.0, seed=2),
        "tensors": tf.random_uniform([3, 2], low, low + 1.0, seed=2),
        "empty": tf.random_uniform([0], seed=1),
        "scalar": tf.random_uniform([], seed=1),
        "scalar tuple": tf.random_uniform((), maxval=9, dtype=tf.int32, seed=1),
    }, {}


def integers(tf):
    return {
        "int32": tf.random_uniform([9], 0, 100, tf.int32, seed=4),
        "negative": tf.random_uniform([9], -7, 3, tf.int32, seed=4),
        "all": tf.random_uniform([5], -(2**31), 2**31 - 1, tf.int32, seed=4),
        "int64": tf.random_uniform([7], -5, 10**12, tf.int64, seed=5),
        "bounds": tf.random_uniform([4], maxval=tf.constant(5), dtype=tf.int32, seed=6, name="b"),
    }, {}


def normal(tf):
    return {
        "standard": tf.random_normal([9], seed=2),
        "scaled": tf.random_normal([2, 3], 5.0, [1.0, 2.0, 3.0], seed=2, name="scaled"),
        "double": tf.random_normal([5], dtype=tf.float64, seed=7),
        "half": tf.random_normal([5], dtype=tf.float16, seed=7),
        "long": tf.reduce_mean(tf.square(tf.random_normal([3001], seed=9))),
    }, {}


def truncated(tf):
    return {
        "standard": tf.truncated_normal([11], seed=3),
        "scaled": tf.truncated_normal([2, 3], 1.0, 0.1, seed=3, name="scaled"),
        "double": tf.truncated_normal([7], dtype=tf.float64, seed=8),
        "half": tf.truncated_normal([6], dtype=tf.float16, seed=8),
        "long": tf.reduce_max(tf.abs(tf.truncated_normal([5001], seed=9))),
    }, {}


def shuffle(tf):
    x = tf.constant(np.arange(20.0).reshape(10, 2))
    return {
        "vector": tf.random_shuffle(tf.range(23), seed=1),
        "rows": tf.random_shuffle(x, seed=2, name="rows"),
        "one": tf.random_shuffle([5], seed=3),
        "none": tf.random_shuffle(tf.zeros([0, 2]), seed=3),
        "scalar": tf.random_shuffle(3, seed=3),
    }, {}


def shapes(tf):
    n = tf.placeholder(tf.int32, [], name="n")
    s = tf.placeholder(tf.int32, [2], name="s")
    u = tf.placeholder(tf.int32, None, name="u")
    return {
        "packed": tf.random_uniform([n, 3], seed=1),
        "fed": tf.random_normal(s, seed=1),
        "unknown": tf.truncated_normal(u, seed=1),
        "of a tensor": tf.random_uniform(tf.shape(tf.zeros([2, 2])), seed=1),
        "int64": tf.random_uniform(tf.constant([2, 1], tf.int64), seed=1),
        "static": tf.random_uniform(tf.TensorShape([2, 2]), seed=1),
        "dimensions": tf.random_uniform([tf.Dimension(2), 2], seed=1),
    }, {n: 2, s: [1, 3], u: [2]}


def _seeds(graph_seed):
    def case(tf):
        tf.set_random_seed(graph_seed)
        a = tf.random_uniform([2])
        b = tf.random_normal([2], seed=3)
        c = tf.random_uniform([2], seed=-3)
        d = tf.random_uniform([2])
        e = tf.random_shuffle([1, 2, 3, 4, 5])
        f = tf.truncated_normal([2], seed=0)
        tf.set_random_seed(0)
        g = tf.random_uniform([2], seed=0)
        h = tf.random_uniform([2])
        out = {"b": b, "c": c, "f": f, "g": g, "h": h}
        if graph_seed is None:
            return out, {}  # the others differ in every session
        return {**out, "a": a, "d": d, "e": e}, {}

    return case


def no_seed(tf):
    """Only the nodes: the numbers differ in every session."""
    u = tf.random_uniform([2])
    n = tf.random_normal([2])
    return {"u": u < 1.0, "n": tf.shape(n)}, {}


def multinomial(tf):
    logits = tf.log([[0.1, 0.2, 0.7], [1.0, 0.0, 0.0]])
    return {
        "old": tf.multinomial(logits, 10, seed=1),
        "new": tf.random.categorical(logits, 7, dtype=tf.int32, seed=2),
    }, {}


def stateless(tf):
    r = tf.random
    logits = tf.log([[0.1, 0.2, 0.7]])
    return {
        "uniform": r.stateless_uniform([6], seed=[1, 2]),
        "bounded": r.stateless_uniform(
            [2, 2], seed=tf.constant([1, 2], tf.int64), minval=-1.0, maxval=3.0
        ),
        "normal": r.stateless_normal([6], seed=[1, 2], mean=1.0, stddev=2.0),
        "truncated": r.stateless_truncated_normal([9], seed=[3, -4]),
        "int": r.stateless_uniform([6], seed=[5, 6], minval=-3, maxval=9, dtype=tf.int32),
        "all ints": r.stateless_uniform([3], seed=[5, 6], minval=None, dtype=tf.int32),
        "double": r.stateless_normal([3], seed=[1, 2], dtype=tf.float64),
        "multinomial": r.stateless_multinomial(logits, 6, seed=[7, 8]),
        "categorical": r.stateless_categorical(logits, 6, seed=[7, 8], dtype=tf.int32),
    }, {}


def crop(tf):
    x = tf.constant(np.arange(30.0).reshape(5, 6))
    return {"crop": tf.random_crop(x, [2, 3], seed=1)}, {}


CASES = {
    "uniform": uniform,
    "integers": integers,
    "normal": normal,
    "truncated": truncated,
    "shuffle": shuffle,
    "shapes": shapes,
    "seeds": _seeds(1234),
    "seeds_negative": _seeds(-1),
    "seeds_only_ops": _seeds(None),
    "no_seed": no_seed,
    "multinomial": multinomial,
    "stateless": stateless,
    "crop": crop,
}
