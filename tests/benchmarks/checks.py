"""What verifying values while a program runs costs: the same step with and without.

    python -m tests.benchmarks.checks [NAME ...]

The first is without: the checks of indices, labels and divisors are switched off, or there is no
`tf.check_numerics`.
"""

import os
import sys
from collections.abc import Callable

import numpy as np

import tfgrad as tf
from tests.benchmarks.measure import in_turns, show
from tests.benchmarks.workloads import draw, layers, net


def step_of(build: Callable, feeds: list, switch: str = "1") -> Callable:
    """A function that runs one step of a program, compiled with the checks as ``switch`` says."""
    with tf.Graph().as_default():
        fetch, placeholders = build()
        session = tf.Session()
        session.run(tf.global_variables_initializer())
        run = session.make_callable(fetch, placeholders)
    os.environ["TFGRAD_CHECKS"] = switch
    run(*feeds)
    del os.environ["TFGRAD_CHECKS"]
    return lambda: run(*feeds)


def placeholders(*arrays):
    return [tf.placeholder(a.dtype, a.shape) for a in arrays]


def embedding(optimizer=None, checked=False) -> tuple:
    """64 features of 4 fields each, in a table of 200,000 rows."""
    ids = np.random.default_rng(0).integers(0, 200_000, (256, 8)).astype(np.int32)
    target = draw(1, 256)

    def build():
        i, t = placeholders(ids, target)
        table = tf.Variable(draw(2, 200_000, 64) * 0.01)
        w = tf.Variable(draw(3, 512, 1) * 0.05)
        x = tf.reshape(tf.nn.embedding_lookup(table, i), [256, 512])
        loss = tf.reduce_mean(tf.square(tf.matmul(x, w)[:, 0] - t))
        if checked:
            loss = tf.check_numerics(loss, "loss")
        return [optimizer().minimize(loss), loss], [i, t]

    return build, [ids, target]


def descent():
    return tf.train.GradientDescentOptimizer(0.01)


def adam():
    return tf.train.AdamOptimizer(1e-3)


def mlp(optimizer, checked=False, batch=128) -> tuple:
    """784-256-256-10 with labels that are whole numbers."""
    x0 = draw(0, batch, 784)
    labels = np.random.default_rng(1).integers(0, 10, batch).astype(np.int64)

    def build():
        x, t = placeholders(x0, labels)
        params = [tf.Variable(a) for a in layers(784, 256, 256, 10)]
        logits = net(tf, tf.nn.relu, x, params)
        loss = tf.losses.sparse_softmax_cross_entropy(t, logits)
        if checked:
            loss = tf.check_numerics(loss, "loss")
        return [optimizer().minimize(loss), loss], [x, t]

    return build, [x0, labels]


def computed_labels(optimizer) -> tuple:
    """The labels are read from a table in a variable: only the program knows them."""
    x0, rows = draw(0, 128, 784), np.arange(128, dtype=np.int32)
    labels = np.random.default_rng(1).integers(0, 10, 128).astype(np.int64)

    def build():
        x, i = placeholders(x0, rows)
        params = [tf.Variable(a) for a in layers(784, 256, 256, 10)]
        t = tf.gather(tf.Variable(labels, trainable=False), i)
        loss = tf.losses.sparse_softmax_cross_entropy(t, net(tf, tf.nn.relu, x, params))
        return [optimizer().minimize(loss), loss], [x, i]

    return build, [x0, rows]


def index() -> tuple:
    """A small program in which little but the check is done."""
    x0, i0 = draw(0, 100, 8), np.int32(3)

    def build():
        x, i = placeholders(x0, np.asarray(i0))
        return tf.gather(x, i) * 2.0, [x, i]

    return build, [x0, np.asarray(i0)]


def switched(make: Callable, *args) -> dict:
    build, feeds = make(*args)
    return {"without": step_of(build, feeds, "0"), "with": step_of(build, feeds)}


def asked(make: Callable, *args) -> dict:
    return {
        name: step_of(*make(*args, checked))
        for name, checked in (("without", False), ("with", True))
    }


CASES = {
    "embedding": lambda: switched(embedding, descent),
    "mlp": lambda: switched(mlp, descent),
    "mlp_adam": lambda: switched(mlp, adam),
    "computed": lambda: switched(computed_labels, adam),
    "finite_mlp": lambda: asked(mlp, descent),
    "finite_adam": lambda: asked(mlp, adam),
    "finite_rows": lambda: asked(embedding, descent),
    "index": lambda: switched(index),
}

if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        show(case, in_turns(CASES[case](), rounds=15))
