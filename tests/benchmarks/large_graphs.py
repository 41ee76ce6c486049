"""Unrolled recurrences and deep transformers: time to the first step, time of a step, memory.

    python -m tests.benchmarks.large_graphs [lstm:32 lstm:128 transformer:24 ...]

Each runs in a process of its own without the cache on disk.  Per graph: nodes, CPU seconds to build
it and to the end of the first step, of that per node, the median of later steps in wall and CPU
time, and the most memory that was used.
"""

import os
import resource
import statistics
import subprocess
import sys
import time

ALL = [*(f"lstm:{n}" for n in (32, 64, 128, 256)), *(f"transformer:{n}" for n in (12, 24, 48))]
BATCH, WIDTH, STATE = 32, 64, 256  # of the LSTM
SEQUENCE, MODEL, HEADS, SAMPLES = 32, 64, 4, 4  # of the transformer


def draw(*shape):
    import numpy as np

    return (np.random.default_rng(sum(shape)).normal(size=shape) / shape[0] ** 0.5).astype("f")


def lstm(tf, steps: int):
    """The loss of an LSTM of that many unrolled steps."""
    w, b = tf.Variable(draw(WIDTH + STATE, 4 * STATE)), tf.Variable(tf.zeros([4 * STATE]))
    c = h = tf.zeros([BATCH, STATE])
    states = []
    for x in tf.unstack(tf.Variable(draw(steps, BATCH, WIDTH), trainable=False) * 1.0):
        i, j, f, o = tf.split(tf.matmul(tf.concat([x, h], 1), w) + b, 4, axis=1)
        c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
        h = tf.tanh(c) * tf.sigmoid(o)
        states.append(h)
    return tf.reduce_mean(tf.square(tf.stack(states)))


def transformer(tf, layers: int):
    """The loss of a transformer of that many layers."""

    def norm(h):
        mean, variance = tf.nn.moments(h, [-1], keep_dims=True)
        scale, shift = tf.Variable(tf.ones([MODEL])), tf.Variable(tf.zeros([MODEL]))
        return (h - mean) * tf.rsqrt(variance + 1e-5) * scale + shift

    def dense(h, m, n):
        return tf.matmul(h, tf.Variable(draw(m, n))) + tf.Variable(tf.zeros([n]))

    def heads(h):
        h = tf.reshape(h, [SAMPLES, SEQUENCE, HEADS, MODEL // HEADS])
        return tf.transpose(h, [0, 2, 1, 3])

    h = tf.Variable(draw(SAMPLES * SEQUENCE, MODEL), trainable=False) * 1.0
    for _ in range(layers):
        q, k, v = [heads(t) for t in tf.split(dense(norm(h), MODEL, 3 * MODEL), 3, axis=1)]
        a = tf.matmul(tf.nn.softmax(tf.matmul(q, k, transpose_b=True) / 4.0), v)
        a = tf.reshape(tf.transpose(a, [0, 2, 1, 3]), [SAMPLES * SEQUENCE, MODEL])
        h += dense(a, MODEL, MODEL)
        a = dense(norm(h), MODEL, 4 * MODEL)
        h += dense(0.5 * a * (1.0 + tf.erf(a / 2**0.5)), 4 * MODEL, MODEL)
    return tf.reduce_mean(tf.square(norm(h)))


def measure(name: str, size: int) -> None:
    """Prints the line of one graph."""
    import tfgrad as tf

    start = time.process_time()
    loss = {"lstm": lstm, "transformer": transformer}[name](tf, size)
    train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    build = time.process_time() - start
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    nodes = len(tf.get_default_graph().get_operations())
    start, wall = time.process_time(), time.perf_counter()
    session.run([loss, train])
    first, first_wall = time.process_time() - start, time.perf_counter() - wall
    steps = []
    for _ in range(9):
        cpu, wall = time.process_time(), time.perf_counter()
        session.run([loss, train])
        steps.append((time.perf_counter() - wall, time.process_time() - cpu))
    step, step_cpu = (statistics.median(column) * 1e3 for column in zip(*steps, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name + ':' + str(size):15} {nodes:6} nodes  build {build:5.2f} s  first {first:6.2f} "
        f"CPU s ({first_wall:5.2f} s), {(build + first) / nodes * 1e3:4.2f} ms a node  "
        f"step {step:7.1f} ms ({step_cpu:.1f} CPU)  {memory:5.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        kind, number = sys.argv[2].split(":")
        measure(kind, int(number))
    else:
        for graph in sys.argv[1:] or ALL:
            command = [sys.executable, "-m", "tests.benchmarks.large_graphs", "--one", graph]
            subprocess.run(command, env={**os.environ, "TFGRAD_CACHE": "0"}, check=True)
