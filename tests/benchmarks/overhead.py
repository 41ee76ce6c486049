"""A run of a tiny graph, and of one that changes a hundred variables, against `jax.jit`."""

import jax
import jax.numpy as jnp
import numpy as np

import tfgrad as tf
from tests.benchmarks.measure import in_turns, show


def scalar() -> dict:
    a, b = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    y, session = a * b, tf.Session()
    call = session.make_callable(y, [a, b])
    values = np.float32(2), np.float32(3)
    product = jax.jit(lambda a, b: a * b)
    return {
        "jax": lambda: product(*values).block_until_ready(),
        "run": lambda: session.run(y, {a: values[0], b: values[1]}),
        "callable": lambda: call(*values),
    }


def hundred_assigns() -> dict:
    delta = tf.placeholder(tf.float32, [])
    step = tf.group(*[v.assign_add(tf.fill([8], delta)) for v in (
        tf.Variable(tf.zeros([8])) for _ in range(100))])  # fmt: skip
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    state = [jnp.zeros(8) for _ in range(100)]
    add = jax.jit(lambda vs, d: [v + jnp.full((8,), d) for v in vs], donate_argnums=0)

    def by_jax():
        nonlocal state
        state = add(state, np.float32(1))
        state[-1].block_until_ready()

    return {"jax": by_jax, "run": lambda: session.run(step, {delta: 1.0})}


if __name__ == "__main__":
    for make in (scalar, hundred_assigns):
        with tf.Graph().as_default():
            show(make.__name__, in_turns(make()))
