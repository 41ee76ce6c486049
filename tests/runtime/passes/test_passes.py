"""The passes together: switches, and whole training steps with and without them."""

import itertools

import numpy as np
import pytest

import tfgrad as tf
from tests.runtime.passes.helpers import r
from tfgrad._src.runtime import passes
from tfgrad._src.runtime.passes.equations import Equations


def config(**fields):
    c = tf.ConfigProto()
    for name, value in fields.items():
        *path, last = name.split("__")
        message = c.graph_options
        for part in path:
            message = getattr(message, part)
        if last == "optimizers":
            message.optimizers.extend(value)
        else:
            setattr(message, last, value)
    return c


EVERY = tuple(passes.PASSES)
SWITCHES = [
    (config(), EVERY),
    (config(rewrite_options__disable_meta_optimizer=True), ()),
    (config(optimizer_options__opt_level=-1), ()),
    (config(rewrite_options__optimizers=["sums", "narrow"]), ("sums", "narrow")),
    (config(rewrite_options__layout_optimizer=2), tuple(n for n in EVERY if n != "narrow")),
    (config(rewrite_options__memory_optimization=1),
     tuple(n for n in EVERY if n not in ("slices", "barriers"))),
]  # fmt: skip


@pytest.mark.parametrize(("c", "expected"), SWITCHES)
def test_switches(c, expected):
    assert passes.enabled(c) == expected


def test_the_environment_comes_first(monkeypatch):
    monkeypatch.setenv("TFGRAD_PASSES", "sums, barriers")
    assert passes.enabled(config()) == ("sums", "barriers")
    monkeypatch.setenv("TFGRAD_PASSES", "none")
    assert passes.enabled() == ()


def pinn(x, t, ws, bs):
    h = tf.concat([x, t], 1)
    for w, b in zip(ws, bs, strict=True):
        h = tf.tanh(tf.matmul(h, w) + b)
    return tf.reduce_sum(h, 1, keep_dims=True)


def physics_step():
    """A network of few units on many points, differentiated twice and then once more."""
    x, t = tf.constant(r(700, 1)), tf.constant(r(700, 1) + 1)
    sizes = [2, 12, 12, 12, 1]
    ws = [tf.Variable(r(a, b)) for a, b in itertools.pairwise(sizes)]
    bs = [tf.Variable(r(1, b)) for b in sizes[1:]]
    u = pinn(x, t, ws, bs)
    u_t, u_x = tf.gradients(u, t)[0], tf.gradients(u, x)[0]
    u_xx = tf.gradients(u_x, x)[0]
    return tf.reduce_mean(tf.square(u_t + u * u_x - 0.1 * u_xx)), [*ws, *bs]


def penalty_step():
    """A critic of real, generated and mixed samples with a penalty on its slope."""
    ws = [tf.Variable(r(40, 64) / 6), tf.Variable(r(64, 64) / 8), tf.Variable(r(64, 1) / 8)]

    def critic(h):
        for w in ws[:-1]:
            h = tf.tanh(tf.matmul(h, w))
        return tf.matmul(h, ws[-1])

    real, fake, eps = tf.constant(r(32, 40)), tf.constant(r(32, 40) * 2), tf.constant(r(32, 1))
    mixed = eps * real + (1.0 - eps) * fake
    slope = tf.norm(tf.gradients(critic(mixed), mixed)[0], axis=1)
    loss = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real))
    return loss + 10 * tf.reduce_mean(tf.square(slope - 1)), ws


def recurrent_step():
    """Ten steps of an LSTM, unrolled."""
    w = tf.Variable(r(8 + 64, 256) / 8)
    xs = tf.unstack(tf.Variable(r(10, 4, 8), trainable=False) * 2.0)
    c = h = tf.zeros([4, 64])
    for x in xs:
        i, j, f, o = tf.split(tf.matmul(tf.concat([x, h], 1), w), 4, 1)
        c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
        h = tf.tanh(c) * tf.sigmoid(o)
    return tf.reduce_mean(tf.square(h)), [w]


STEPS = {"physics": physics_step, "penalty": penalty_step, "recurrent": recurrent_step}


def trained(step, config):
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        loss, variables = step()
        train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
        session.run(tf.global_variables_initializer())
        losses = [session.run([loss, train])[0] for _ in range(3)]
        return losses, session.run(variables)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_step_gives_the_same_with_any_passes(step):
    plain = trained(step, config(rewrite_options__disable_meta_optimizer=True))
    for names in [EVERY, *[(n,) for n in EVERY]]:
        losses, variables = trained(step, config(rewrite_options__optimizers=names))
        np.testing.assert_allclose(losses, plain[0], rtol=1e-4)  # three steps of float32
        for a, b in zip(variables, plain[1], strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5 * np.max(np.abs(b)))


def test_each_pass_does_something_in_one_of_the_steps():
    """So that the comparison above compares."""
    changed = set()
    original = passes.compile_stage

    def spy(traced, inputs, donate, names):
        for name, p in passes.PASSES.items():
            if p.run is not None:
                program = Equations(traced.jaxpr)
                before = list(program.results)
                p.run(program)
                if program.results != before:
                    changed.add(name)
        return original(traced, inputs, donate, names)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passes, "compile_stage", spy)
        for step in STEPS.values():
            trained(step, None)
    assert changed == {name for name, p in passes.PASSES.items() if p.run is not None}
