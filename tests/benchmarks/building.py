"""Building a deep graph and its gradient: microseconds per forward op, at growing sizes."""

import time

import tfgrad as tf


def costs(ops: int) -> tuple[float, float]:
    """Microseconds per op of the chain, and of `tf.gradients` along it."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 8])
        w = tf.constant([1.0] * 8)
        start = time.perf_counter()
        y = x
        for _ in range(ops // 4):
            y = tf.tanh(y * w + x)
            y = y - w
        built = time.perf_counter()
        tf.gradients(y, x)
        end = time.perf_counter()
        return (built - start) / ops * 1e6, (end - built) / ops * 1e6


if __name__ == "__main__":
    costs(1000)
    for size in (1_000, 10_000, 100_000):
        node, gradient = costs(size)
        print(f"{size:7} ops: {node:6.1f} us to build one, {gradient:6.1f} us to differentiate it")
