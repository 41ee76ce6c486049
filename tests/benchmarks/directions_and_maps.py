"""`jvp`, `hessian_vector_product`, `jacobian`, `per_example_gradients` against hand-written JAX.

    python tests/benchmarks/directions_and_maps.py [CASE ...]

Each case computes the same thing twice: by tfgrad's function, and by `jax.jit` of what a JAX user
would write.  Large results stay where they are computed: tfgrad assigns them to variables, JAX
returns device arrays and reuses the memory of the last.  The two run in turns; printed are the
medians over the rounds and the median of the rounds' ratios.  Values must agree, else the case
fails.
"""

import itertools
import statistics
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

import tfgrad as tf

ROUNDS, SECONDS = 15, 0.15  # of each side, per round


def _network(sizes: list[int], seed: int = 0) -> list[np.ndarray]:
    r = np.random.default_rng(seed)
    arrays = []
    for a, b in itertools.pairwise(sizes):
        arrays += [r.normal(size=(a, b)) / np.sqrt(a), 0.1 * r.normal(size=b)]
    return [a.astype(np.float32) for a in arrays]


def _batch(n: int, inputs: int, classes: int):
    r = np.random.default_rng(1)
    labels = r.integers(0, classes, n)
    return r.normal(size=(n, inputs)).astype(np.float32), np.eye(classes, dtype=np.float32)[labels]


def _tf_network(weights: list, x):
    for i in range(0, len(weights) - 2, 2):
        x = tf.tanh(tf.matmul(x, weights[i]) + weights[i + 1])
    return tf.matmul(x, weights[-2]) + weights[-1]


def _jax_network(weights: list, x):
    for i in range(0, len(weights) - 2, 2):
        x = jnp.tanh(x @ weights[i] + weights[i + 1])
    return x @ weights[-2] + weights[-1]


def _tf_losses(weights, x, t):
    return -tf.reduce_sum(t * tf.nn.log_softmax(_tf_network(weights, x)), axis=1)


def _jax_loss(weights, x, t):
    """Of one example or of several: the last axis is that of the classes."""
    return -jnp.sum(t * jax.nn.log_softmax(_jax_network(weights, x)), axis=-1)


class Case:
    """Two programs: ``ours(session)`` and ``theirs()`` compute the same results once."""

    def __init__(self, arrays: list[np.ndarray], batch: list[np.ndarray], ours, theirs):
        """`ours` takes tensors, `theirs` arrays: weights, batch; both return a list."""
        self.graph = tf.Graph()
        with self.graph.as_default():
            weights = [tf.Variable(a, name="w") for a in arrays]
            feeds = [tf.placeholder(tf.float32, [None, *b.shape[1:]]) for b in batch]
            results = ours(weights, *feeds)
            self.session = tf.Session()
            self.session.run(tf.global_variables_initializer())
            given = dict(zip(feeds, batch, strict=True))
            self.ours = self.session.run(results, given)
            kept = [tf.Variable(a, trainable=False) for a in self.ours]
            keep = tf.group(*[tf.assign(k, r) for k, r in zip(kept, results, strict=True)])
            self.session.run(tf.variables_initializer(kept))
        run = self.session.make_callable(keep, feeds)
        self.run_ours = lambda: run(*batch)
        weights = [jnp.asarray(a) for a in arrays]
        self.kept = jax.jit(theirs)(weights, *batch)
        self.theirs = [np.asarray(a) for a in self.kept]
        # New memory for each result would cost more than most of the programs: reuse the last.
        compiled = jax.jit(lambda kept, *given: theirs(*given), donate_argnums=0, keep_unused=True)

        def run_theirs() -> None:
            self.kept = jax.block_until_ready(compiled(self.kept, weights, *batch))

        self.run_theirs = run_theirs

    def agree(self) -> bool:
        return all(
            a.shape == b.shape and np.allclose(a, b, rtol=1e-3, atol=1e-4 * np.abs(b).max())
            for a, b in zip(self.ours, self.theirs, strict=True)
        )


# ---------------------------------------------------------------------- cases


def jvp() -> Case:
    """A wide network's outputs along one direction of all its weights."""
    arrays, batch = _network([256, 512, 512, 10]), _batch(128, 256, 10)[:1]
    along = _network([256, 512, 512, 10], seed=2)
    return Case(
        arrays, batch,
        lambda w, x: [tf.jvp(_tf_network(w, x), w, [tf.constant(a) for a in along])],
        lambda w, x: [jax.jvp(lambda w: _jax_network(w, x), (w,), (along,))[1]],
    )  # fmt: skip


def _hvp(theirs) -> Case:
    arrays, batch = _network([784, 512, 512, 10]), _batch(128, 784, 10)
    along = _network([784, 512, 512, 10], seed=2)

    def loss(w, x, t):
        return jnp.mean(_jax_loss(w, x, t))

    return Case(
        arrays, batch,
        lambda w, x, t: tf.hessian_vector_product(tf.reduce_mean(_tf_losses(w, x, t)), w, along),
        lambda w, x, t: theirs(lambda w: loss(w, x, t), w, along),
    )  # fmt: skip


def hvp() -> Case:
    """Against forward over reverse, which JAX's documentation recommends."""
    return _hvp(lambda f, w, v: jax.jvp(jax.grad(f), (w,), (v,))[1])


def hvp_reverse() -> Case:
    """Against reverse over reverse."""
    return _hvp(
        lambda f, w, v: jax.grad(
            lambda w: sum(jnp.vdot(g, d) for g, d in zip(jax.grad(f)(w), v, strict=True))
        )(w)
    )


def jacobian_reverse() -> Case:
    """Ten numbers, the class scores' means, by 400 thousand weights."""
    arrays, batch = _network([256, 512, 512, 10]), _batch(128, 256, 10)[:1]
    return Case(
        arrays, batch,
        lambda w, x: tf.jacobian(tf.reduce_mean(_tf_network(w, x), axis=0), w),
        lambda w, x: jax.jacrev(lambda w: jnp.mean(_jax_network(w, x), axis=0))(w),
    )  # fmt: skip


def jacobian_forward() -> Case:
    """A signal of 2,000 points by 16 parameters."""
    parameters = np.random.default_rng(0).normal(size=16).astype(np.float32)
    arrays = [parameters, *_network([16, 256, 2000])]
    return Case(
        arrays, [],
        lambda w: [tf.jacobian(_tf_network(w[1:], w[0][None])[0], w[0])],
        lambda w: [jax.jacfwd(lambda p: _jax_network(w[1:], p))(w[0])],
    )  # fmt: skip


def hessian() -> Case:
    """The Hessian of a logistic regression with 300 weights."""
    arrays, batch = _network([30, 10]), _batch(256, 30, 10)

    def ours(w, x, t):
        loss = tf.reduce_mean(_tf_losses(w, x, t))
        return [tf.jacobian(tf.gradients(loss, w[0])[0], w[0])]

    def theirs(w, x, t):
        return [jax.hessian(lambda p: jnp.mean(_jax_loss([p, w[1]], x, t)))(w[0])]

    return Case(arrays, batch, ours, theirs)


def per_example() -> Case:
    """All gradients of all examples."""
    arrays, batch = _network([256, 256, 256, 10]), _batch(64, 256, 10)
    return Case(
        arrays, batch,
        lambda w, x, t: tf.per_example_gradients(_tf_losses(w, x, t), w),
        lambda w, x, t: jax.vmap(jax.grad(_jax_loss), (None, 0, 0))(w, x, t),
    )  # fmt: skip


def per_example_clipped() -> Case:
    """The sum of clipped gradients, as in training with differential privacy."""
    arrays, batch = _network([256, 256, 256, 10]), _batch(64, 256, 10)

    def ours(w, x, t):
        grads = tf.per_example_gradients(_tf_losses(w, x, t), w)
        squares = [tf.reduce_sum(tf.square(g), axis=list(range(1, len(g.shape)))) for g in grads]
        scale = tf.minimum(1.0, tf.rsqrt(tf.add_n(squares)))
        return [tf.tensordot(scale, g, 1) for g in grads]

    def theirs(w, x, t):
        grads = jax.vmap(jax.grad(_jax_loss), (None, 0, 0))(w, x, t)
        squares = [jnp.sum(jnp.square(g), axis=tuple(range(1, g.ndim))) for g in grads]
        scale = jnp.minimum(1.0, jax.lax.rsqrt(sum(squares)))
        return [jnp.tensordot(scale, g, 1) for g in grads]

    return Case(arrays, batch, ours, theirs)


CASES = [
    jvp, hvp, hvp_reverse, jacobian_reverse, jacobian_forward, hessian, per_example,
    per_example_clipped,
]  # fmt: skip


# ---------------------------------------------------------------------- measuring


def _time(run, repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - start) / repeats


def main(names: list[str]) -> int:
    failed = 0
    print(f"{'case':22}{'tfgrad ms':>12}{'jax ms':>12}{'ratio':>8}")
    for make in CASES:
        if names and make.__name__ not in names:
            continue
        case = make()
        if not case.agree():
            failed += 1
            print(f"{make.__name__:22} WRONG")
            continue
        sides = [case.run_ours, case.run_theirs]
        repeats = [max(1, int(SECONDS / _time(run, 3))) for run in sides]
        times = [
            [_time(run, n) for run, n in zip(sides, repeats, strict=True)] for _ in range(ROUNDS)
        ]
        ours, theirs = (1e3 * statistics.median(t) for t in zip(*times, strict=True))
        ratio = statistics.median(a / b for a, b in times)
        print(f"{make.__name__:22}{ours:12.3f}{theirs:12.3f}{ratio:8.2f}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
