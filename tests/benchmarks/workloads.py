"""Training steps against JAX written by hand, in one process, so with the same memory settings.

    python -m tests.benchmarks.workloads [NAME ...] [--check]

JAX gets the vector width that tfgrad takes, too: what is left is the program and the call.

``--check`` prints how far the losses of the first five steps are apart, relative to them.
"""

import itertools
import sys
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

import tfgrad as tf
from tests.benchmarks.measure import in_turns, show
from tfgrad._src.runtime.passes import vectors

RATE = 0.01


def draw(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def layers(*widths: int) -> list[np.ndarray]:
    """Weights and biases in turn."""
    sizes = enumerate(itertools.pairwise(widths))
    return [a for k, (m, n) in sizes for a in (draw(k, m, n) / m**0.5, draw(k, n) * 0)]


def net(xp, activation: Callable, x, params):
    """The same network in either library."""
    for k in range(0, len(params), 2):
        x = xp.matmul(x, params[k]) + params[k + 1]
        x = activation(x) if k < len(params) - 2 else x
    return x


def tf_step(start: list, feeds: list, loss_of: Callable, update=None) -> Callable:
    """A step of gradient descent as a graph; ``update(loss, variables)`` gives other gradients."""
    variables = [tf.Variable(a) for a in start]
    inputs = [tf.placeholder(tf.as_dtype(a.dtype), a.shape) for a in feeds]
    loss = loss_of([v.value() for v in variables], *inputs)
    if update == "adam":
        step = tf.train.AdamOptimizer(RATE).minimize(loss)
    else:
        gradients = (update or tf.gradients)(loss, variables)
        with tf.control_dependencies([loss, *gradients]):
            pairs = zip(variables, gradients, strict=True)
            step = tf.group(*[tf.assign_sub(v, RATE * g) for v, g in pairs])
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    values = dict(zip(inputs, feeds, strict=True))
    return lambda: session.run([loss, step], values)[0]


def jax_step(start: list, feeds: list, loss_of: Callable, gradients=None) -> Callable:
    """The same by `jax.jit`, with the state donated."""
    gradients = gradients or jax.value_and_grad(loss_of)

    def step(params, feeds):
        loss, grads = gradients(params, *feeds)
        return [p - RATE * g for p, g in zip(params, grads, strict=True)], loss

    return stepping(step, [jnp.array(a) for a in start], feeds)


def stepping(step: Callable, state, feeds: list) -> Callable:
    step = jax.jit(step, donate_argnums=0, compiler_options=vectors.options())

    def run():
        nonlocal state
        state, loss = step(state, feeds)
        return float(loss)

    return run


# ---------------------------------------------------------------------- classifiers

IMAGES, LABELS = draw(1, 256, 784), np.arange(256, dtype=np.int32) % 10


def tf_cross_entropy(params, x, y, activation=None):
    logits = net(tf, activation or tf.nn.relu, x, params)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))


def jax_cross_entropy(params, x, y, activation=jax.nn.relu):
    log_p = jax.nn.log_softmax(net(jnp, activation, x, params))
    return -jnp.mean(jnp.take_along_axis(log_p, y[:, None], 1))


def mlp() -> tuple:
    start, feeds = layers(784, 256, 128, 10), [IMAGES, LABELS]
    return jax_step(start, feeds, jax_cross_entropy), tf_step(start, feeds, tf_cross_entropy)


def mlp_adam() -> tuple:
    start, feeds = layers(784, 256, 128, 10), [IMAGES, LABELS]

    def step(state, feeds):
        params, first, second, t = state
        loss, grads = jax.value_and_grad(jax_cross_entropy)(params, *feeds)
        t = t + 1
        rate = RATE * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        first = [0.9 * m + 0.1 * g for m, g in zip(first, grads, strict=True)]
        second = [0.999 * v + 0.001 * g * g for v, g in zip(second, grads, strict=True)]
        params = [p - rate * m / (jnp.sqrt(v) + 1e-8)
                  for p, m, v in zip(params, first, second, strict=True)]  # fmt: skip
        return (params, first, second, t), loss

    zeros = lambda: [jnp.zeros_like(a) for a in start]  # noqa: E731
    state = ([jnp.array(a) for a in start], zeros(), zeros(), jnp.zeros(()))
    return stepping(step, state, feeds), tf_step(start, feeds, tf_cross_entropy, "adam")


def hvp() -> tuple:
    """A gradient plus the product of the Hessian with a vector."""
    start, feeds = layers(784, 256, 128, 10), [IMAGES, LABELS]
    vector = [draw(9, *a.shape) for a in start]

    def by_jax(params, x, y):
        f = jax.value_and_grad(lambda p: jax_cross_entropy(p, x, y, jnp.tanh))
        (loss, grads), (_, products) = jax.jvp(f, (params,), (vector,))
        return loss, [g + h for g, h in zip(grads, products, strict=True)]

    def by_graph(loss, variables):
        grads = tf.gradients(loss, variables)
        along = tf.add_n([tf.reduce_sum(g * v) for g, v in zip(grads, vector, strict=True)])
        return [g + h for g, h in zip(grads, tf.gradients(along, variables), strict=True)]

    loss_of = lambda params, x, y: tf_cross_entropy(params, x, y, tf.tanh)  # noqa: E731
    return jax_step(start, feeds, None, by_jax), tf_step(start, feeds, loss_of, by_graph)


# ---------------------------------------------------------------------- derivatives in the loss


def wgan_gp() -> tuple:
    """The critic of a Wasserstein GAN with a penalty on its slope."""
    start = layers(64, 256, 256, 1)
    feeds = [draw(1, 256, 64), draw(2, 256, 64), np.abs(draw(3, 256, 1)) % 1]

    def by_jax(params, real, fake, mix):
        critic = lambda x: net(jnp, jnp.tanh, x, params)  # noqa: E731
        slopes = jax.grad(lambda x: critic(x).sum())(mix * real + (1 - mix) * fake)
        norms = jnp.sqrt(jnp.sum(slopes**2, axis=1) + 1e-12)
        return critic(fake).mean() - critic(real).mean() + 10 * jnp.mean((norms - 1) ** 2)

    def by_graph(params, real, fake, mix):
        critic = lambda x: net(tf, tf.tanh, x, params)  # noqa: E731
        between = mix * real + (1.0 - mix) * fake
        (slopes,) = tf.gradients(critic(between), [between])
        norms = tf.sqrt(tf.reduce_sum(tf.square(slopes), axis=1) + 1e-12)
        distance = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real))
        return distance + 10.0 * tf.reduce_mean(tf.square(norms - 1.0))

    return jax_step(start, feeds, by_jax), tf_step(start, feeds, by_graph)


def pinn() -> tuple:
    """Burgers' equation, ``u_t + u u_x = 0.01 / pi u_xx``, at 5,000 points."""
    start, feeds = layers(2, *[20] * 8, 1), [draw(1, 5000, 1), draw(2, 5000, 1)]

    def by_jax(params, x, t):
        u = lambda x, t: net(jnp, jnp.tanh, jnp.concatenate([x, t], 1), params)  # noqa: E731
        u_x = lambda x, t: jax.grad(lambda x: u(x, t).sum())(x)  # noqa: E731
        u_t = jax.grad(lambda t: u(x, t).sum())(t)
        u_xx = jax.grad(lambda x: u_x(x, t).sum())(x)
        return jnp.mean((u_t + u(x, t) * u_x(x, t) - 0.01 / np.pi * u_xx) ** 2)

    def by_graph(params, x, t):
        u = net(tf, tf.tanh, tf.concat([x, t], 1), params)
        u_x, u_t = tf.gradients(u, [x, t])
        (u_xx,) = tf.gradients(u_x, [x])
        return tf.reduce_mean(tf.square(u_t + u * u_x - 0.01 / np.pi * u_xx))

    return jax_step(start, feeds, by_jax), tf_step(start, feeds, by_graph)


# ---------------------------------------------------------------------- networks


def convolutions() -> tuple:
    """Four 3 x 3 convolutions with batch normalisation, two poolings, a dense layer."""
    channels = [3, 32, 32, 64, 64]
    start = [draw(k, 3, 3, a, b) / (9 * a) ** 0.5 for k, (a, b) in enumerate(
        itertools.pairwise(channels))]  # fmt: skip
    start += [np.ones(c, np.float32) for c in channels[1:]]
    start += [np.zeros(c, np.float32) for c in channels[1:]]
    start += [draw(9, 4096, 10) / 64, np.zeros(10, np.float32)]
    feeds = [draw(1, 32, 32, 32, 3), LABELS[:32]]

    def by_jax(p, h, y):
        for k in range(4):
            h = jax.lax.conv_general_dilated(
                h, p[k], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))  # fmt: skip
            mean, var = h.mean((0, 1, 2)), h.var((0, 1, 2))
            h = jax.nn.relu((h - mean) * jax.lax.rsqrt(var + 1e-3) * p[4 + k] + p[8 + k])
            if k % 2:
                window = (1, 2, 2, 1)
                h = jax.lax.reduce_window(h, -np.inf, jax.lax.max, window, window, "VALID")
        log_p = jax.nn.log_softmax(h.reshape(32, -1) @ p[12] + p[13])
        return -jnp.mean(jnp.take_along_axis(log_p, y[:, None], 1))

    def by_graph(p, h, y):
        for k in range(4):
            h = tf.nn.conv2d(h, p[k], strides=[1, 1, 1, 1], padding="SAME")
            h = tf.nn.relu(tf.nn.fused_batch_norm(h, p[4 + k], p[8 + k], epsilon=1e-3)[0])
            if k % 2:
                h = tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        logits = tf.matmul(tf.reshape(h, [32, -1]), p[12]) + p[13]
        cost = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
        return tf.reduce_mean(cost)

    return jax_step(start, feeds, by_jax), tf_step(start, feeds, by_graph)


def lstm() -> tuple:
    """Thirty-two unrolled steps of an LSTM."""
    start = [draw(1, 64 + 256, 1024) / 18, np.zeros(1024, np.float32)]
    feeds = [draw(2, 32, 32, 64)]

    def by_jax(p, xs):
        c = h = jnp.zeros((32, 256))
        for x in xs:
            i, j, f, o = jnp.split(jnp.concatenate([x, h], 1) @ p[0] + p[1], 4, 1)
            c = c * jax.nn.sigmoid(f + 1.0) + jax.nn.sigmoid(i) * jnp.tanh(j)
            h = jnp.tanh(c) * jax.nn.sigmoid(o)
        return jnp.mean(h * h)

    def by_graph(p, xs):
        c = h = tf.zeros([32, 256])
        for x in tf.unstack(xs):
            i, j, f, o = tf.split(tf.matmul(tf.concat([x, h], 1), p[0]) + p[1], 4, 1)
            c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
            h = tf.tanh(c) * tf.sigmoid(o)
        return tf.reduce_mean(h * h)

    return jax_step(start, feeds, by_jax), tf_step(start, feeds, by_graph)


def transformer() -> tuple:
    """Four layers of 256 units with four heads on eight sequences of 128."""
    width, heads, batch, length, layer = 256, 4, 8, 128, 10
    start = []
    for k in range(4):
        start += [draw(k, width, 3 * width) / 16, draw(k, width, width) / 16]
        start += [draw(k, width, 4 * width) / 16, draw(k, 4 * width, width) / 32]
        start += [np.zeros(n * width, np.float32) for n in (3, 1, 4, 1)]
        start += [np.ones(width, np.float32), np.ones(width, np.float32)]
    feeds = [draw(5, batch * length, width)]
    mask = np.triu(np.full((length, length), -1e9, np.float32), 1)

    def loss(xp, normal, split, attention, erf, square_mean):
        def of(p, h):
            for k in range(0, len(p), layer):
                qkv, out, up, down, b1, b2, b3, b4, g1, g2 = p[k : k + layer]
                h = h + xp.matmul(attention(*split(xp.matmul(normal(h) * g1, qkv) + b1)), out) + b2
                a = xp.matmul(normal(h) * g2, up) + b3
                h = h + xp.matmul(0.5 * a * (1.0 + erf(a * 0.5**0.5)), down) + b4
            return square_mean(h)

        return of

    def jax_normal(h):
        return (h - h.mean(-1, keepdims=True)) * jax.lax.rsqrt(h.var(-1, keepdims=True) + 1e-5)

    def jax_attention(q, k, v):
        q, k, v = (t.reshape(batch, length, heads, -1) for t in (q, k, v))
        s = jnp.einsum("bqhd,bkhd->bhqk", q, k) / 8.0 + mask
        return jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(s), v).reshape(-1, width)

    def tf_normal(h):
        mean, variance = tf.nn.moments(h, [-1], keep_dims=True)
        return (h - mean) * tf.rsqrt(variance + 1e-5)

    def tf_attention(*qkv):
        q, k, v = (
            tf.transpose(tf.reshape(t, [batch, length, heads, -1]), [0, 2, 1, 3]) for t in qkv
        )
        s = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) / 8.0 + mask)
        return tf.reshape(tf.transpose(tf.matmul(s, v), [0, 2, 1, 3]), [-1, width])

    by_jax = loss(
        jnp, jax_normal, lambda h: jnp.split(h, 3, 1), jax_attention, jax.lax.erf,
        lambda h: jnp.mean(h * h),
    )  # fmt: skip
    by_graph = loss(
        tf, tf_normal, lambda h: tf.split(h, 3, 1), tf_attention, tf.erf,
        lambda h: tf.reduce_mean(h * h),
    )  # fmt: skip
    return jax_step(start, feeds, by_jax), tf_step(start, feeds, by_graph)


ALL = (mlp, mlp_adam, hvp, wgan_gp, pinn, convolutions, lstm, transformer)
WORKLOADS = {f.__name__: f for f in ALL}

if __name__ == "__main__":
    names = [a for a in sys.argv[1:] if not a.startswith("-")] or list(WORKLOADS)
    for name in names:
        with tf.Graph().as_default():
            by_jax, by_graph = WORKLOADS[name]()
            if "--check" in sys.argv:
                losses = [(by_jax(), by_graph()) for _ in range(5)]
                apart = max(abs(a - b) / max(abs(a), 1e-6) for a, b in losses)
                print(f"{name:14} losses are {apart:.1e} apart")
            show(name, in_turns({"jax": by_jax, "tfgrad": by_graph}, seconds=0.3))
