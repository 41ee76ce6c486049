# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Gradients are nodes
# In TensorFlow 1 `tf.gradients` computes nothing: it adds nodes to the graph.  Here you will look
# at them, change them, and differentiate them again.  (10 s, CPU; after `01_graphs`.)

# %%
import time
from collections import Counter

import numpy as np

import tfgrad as tf


def nodes():
    """The names of all nodes so far."""
    return {op.name for op in tf.get_default_graph().get_operations()}


def show_new(before):
    """Prints the nodes that were not there before, and returns their types."""
    new = [op for op in tf.get_default_graph().get_operations() if op.name not in before]
    for op in new:
        print(f"{op.type:12} {op.name}")
    return [op.type for op in new]


# %% [markdown]
# ## 1. The smallest case
# $y = \sin x$ has derivative $\cos x$.  Before running the cell: which nodes do you expect?

# %%
x = tf.placeholder(tf.float32, [None], name="x")
y = tf.sin(x, name="y")
before = nodes()
(dy_dx,) = tf.gradients(y, [x])
types = show_new(before)
assert "Cos" in types

# %% [markdown]
# The cosine is there, and a multiplication: the chain rule.  What it multiplies with is a tensor of
# ones of the shape of `y`, the gradient of `y` with respect to itself (`grad_ys_0`).

# %%
points = np.linspace(-3, 3, 7, dtype=np.float32)
sess = tf.Session()
slope = sess.run(dy_dx, {x: points})
print(slope.round(3))
# float32: cos is good to a few units in the 7th digit.
np.testing.assert_allclose(slope, np.cos(points), rtol=1e-5, atol=1e-6)

# %% [markdown]
# ## 2. A gradient can be clipped, because it is a tensor
# Nothing is special about it: it can be fetched, fed, multiplied, or clipped before it is used.

# %%
clipped = tf.clip_by_value(dy_dx, -0.5, 0.5)
limited = sess.run(clipped, {x: points})
print(limited.round(3))
np.testing.assert_allclose(limited, np.clip(np.cos(points), -0.5, 0.5), rtol=1e-5, atol=1e-6)

# %% [markdown]
# Each gradient has its place in the graph, under the name of the node that it belongs to.  In the
# second case `a` is used twice, and the two gradients are added:

# %%
for make in (lambda a: 5 * a, lambda a: 5 * a + a):
    with tf.Graph().as_default(), tf.Session() as other:
        a = tf.constant(2.0, name="a")
        (gradient,) = tf.gradients([make(a)], [a])
        print(f"{gradient.op.type:5} {gradient.name:28} {other.run(gradient)}")
assert gradient.name == "gradients/AddN:0"

# %% [markdown]
# ## 3. It can be differentiated again
# The nodes that were added have gradients themselves.  The second derivative of the sine is minus
# the sine:

# %%
(second,) = tf.gradients(dy_dx, [x])
print(second)
curve = sess.run(second, {x: points})
print(curve.round(3))
np.testing.assert_allclose(curve, -np.sin(points), rtol=1e-5, atol=1e-6)

# %% [markdown]
# In three lines this gives the product of a Hessian and a vector, without the Hessian.  For
# $f(p) = \sum p_i^3$ the Hessian is diagonal, with $6 p_i$.

# %%
p = tf.placeholder(tf.float32, [4], name="p")
v = tf.constant([1.0, 0.0, 2.0, -1.0])

f = tf.reduce_sum(p * p * p)
(gradient,) = tf.gradients(f, [p])
(hessian_times_v,) = tf.gradients(tf.reduce_sum(gradient * v), [p])

at = np.array([1, 2, 3, 4], np.float32)
product = sess.run(hessian_times_v, {p: at})
print(product)
np.testing.assert_allclose(product, 6 * at * [1, 0, 2, -1], rtol=1e-5)

# %% [markdown]
# ## 4. It can be stopped, or replaced
# `tf.stop_gradient` passes the value on and lets no gradient through.  A tensor that does not
# depend on what is asked about has no gradient at all: `None`, not zeros.

# %%
frozen = tf.stop_gradient(p) * p
(partial,) = tf.gradients(frozen, [p])
np.testing.assert_allclose(sess.run(partial, {p: at}), at)  # not 2 p

unrelated = tf.constant(1.0)
assert tf.gradients(f, [unrelated]) == [None]

# %% [markdown]
# Rounding is constant almost everywhere, so no gradient passes through it, and what comes before it
# cannot learn.  A usual way out is to pretend that it were the identity.  `gradient_override_map`
# says, for the nodes made inside the block, whose gradient function to take instead:

# %%
blocked = tf.gradients(tf.round(p), [p])
with tf.get_default_graph().gradient_override_map({"Round": "Identity"}):
    rounded = tf.round(p)
(passed,) = tf.gradients(rounded, [p])
print(blocked, sess.run([rounded, passed], {p: [0.2, 0.6, 1.5, 2.7]}))
assert blocked == [None]
np.testing.assert_array_equal(sess.run(passed, {p: at}), [1, 1, 1, 1])

# %% [markdown]
# For a gradient of your own there is `tf.custom_gradient`: a function that returns its value and,
# as a second function, its gradient.  The latter receives the gradient of the output, and adds
# nodes.


# %%
@tf.custom_gradient
def guided_relu(x):
    """The ReLU, whose gradient lets only positive numbers through."""

    def gradient_of(dy):
        return tf.nn.relu(dy) * tf.cast(x > 0, dy.dtype)

    return tf.nn.relu(x), gradient_of


(usual,) = tf.gradients(tf.nn.relu(p) * v, [p])
(guided,) = tf.gradients(guided_relu(p) * v, [p])
usual, guided = sess.run([usual, guided], {p: [1.0, 1.0, -1.0, 1.0]})
print("usual: ", usual)
print("guided:", guided)
np.testing.assert_array_equal(usual, [1, 0, 0, -1])
np.testing.assert_array_equal(guided, [1, 0, 0, 0])

# %% [markdown]
# ## 5. A training step, and what becomes of it
# An optimizer does the same: it asks for gradients and adds nodes that change the variables.  Here
# a line is fitted to points on $3 t - 1$.

# %%
t = tf.placeholder(tf.float32, [None], name="t")
target = tf.placeholder(tf.float32, [None], name="target")
slope_var = tf.get_variable("slope", [], initializer=tf.zeros_initializer())
offset_var = tf.get_variable("offset", [], initializer=tf.zeros_initializer())
loss = tf.reduce_mean(tf.square(slope_var * t + offset_var - target), name="loss")

before = nodes()
step = tf.train.GradientDescentOptimizer(0.3).minimize(loss)
new = [op for op in tf.get_default_graph().get_operations() if op.name not in before]
print(f"{len(new)} nodes:", dict(Counter(op.type for op in new).most_common()))
assert [op.type for op in new].count("ApplyGradientDescent") == 2

# %% [markdown]
# Most of them are constants and arithmetic on shapes: nobody knows yet how many points there will
# be.  When the step runs, their number is known, those nodes are computed once, in numpy, and the
# rest becomes one program.  So the first run takes long, and the next ones take little:

# %%
ts = np.linspace(-1, 1, 20, dtype=np.float32)
feeds = {t: ts, target: 3 * ts - 1}
sess.run(tf.global_variables_initializer())
seconds = []
for _ in range(100):
    began = time.perf_counter()
    sess.run(step, feeds)
    seconds.append(time.perf_counter() - began)
first, later = seconds[0], np.median(seconds[1:])
print(f"first run {1e3 * first:.1f} ms, later {1e3 * later:.3f} ms each")
assert first > 5 * later

# %%
found = sess.run([slope_var, offset_var])
print(f"{found[0]:.4f} t + {found[1]:.4f}")
# The slower of the two errors shrinks by 1 - 0.3 * 2 * mean(t**2) = 0.78 a step: 0.78**100 = 2e-11,
# so what is left is float32 rounding.
np.testing.assert_allclose(found, [3, -1], rtol=1e-5)

# %% [markdown]
# ## 6. When it fails
# The next cell is wrong on purpose.  Not every operation has a gradient; the message names the one
# that has none, and the way to it.  Read it, mend the cell (is a gradient wanted here at all?), run
# it again.

# %%
try:
    tf.gradients(tf.reduce_sum(tf.unique(x)[0]), [x])
except LookupError as error:
    print(error)
    assert "No gradient defined for operation" in str(error)

# %%
assert tf.gradients(tf.reduce_sum(tf.stop_gradient(tf.unique(x)[0])), [x]) == [None]

# %% [markdown]
# ## Exercise
# Write the gradient of $g(p) = \sum \log(1 + e^{p_i})$ by hand, as a tensor, without
# `tf.gradients`.  The cell below compares yours with the one that `tf.gradients` builds, and both
# with central differences.

# %%
g = tf.reduce_sum(tf.log(1 + tf.exp(p)))
by_hand = tf.sigmoid(p)  # one answer; delete it and write your own

# %%
(built,) = tf.gradients(g, [p])
ours, theirs = sess.run([by_hand, built], {p: at})
np.testing.assert_allclose(ours, theirs, rtol=1e-5)
h = np.float32(0.01)
steps = h * np.eye(4, dtype=np.float32)
differences = [(sess.run(g, {p: at + d}) - sess.run(g, {p: at - d})) / (2 * h) for d in steps]
# Rounding: g is about 11, known to 1e-6, divided by 2 h = 0.02.
np.testing.assert_allclose(differences, theirs, atol=1e-3)

# %% [markdown]
# ## What was left out
# Gradients registered by name (`tf.RegisterGradient`), loops, and sparse gradients.  Differences
# from TensorFlow: `docs/differences.md`.
