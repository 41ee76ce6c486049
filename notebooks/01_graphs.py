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
# # Graphs
# In TensorFlow 1 a line such as `y = w * x` computes nothing.  It adds nodes to a graph, and
# `Session.run` computes later what is asked for.  Here you will look at the nodes, run some of
# them, and see what a wrong one says.  (10 s, CPU.)

# %%
import numpy as np

import tfgrad as tf

# %% [markdown]
# ## 1. A line of code is a node
# A *placeholder* stands for a value that comes when the graph runs.  Before running the next cell:
# how many nodes will there be?

# %%
x = tf.placeholder(tf.float32, [None, 3], name="x")
w = tf.constant([[1.0], [2.0], [3.0]], name="w")
y = tf.matmul(x, w, name="y")

for op in tf.get_default_graph().get_operations():
    print(f"{op.type:12} {op.name:4} inputs: {[t.name for t in op.inputs]}")

# %% [markdown]
# Three.  Each is an *operation*, and what flows between them are *tensors*: `y:0` is output 0 of
# the operation `y`.  Printing a tensor shows no numbers, because there are none yet.

# %%
print(y)
assert y.name == "y:0"
assert y.op.type == "MatMul"
assert [t.name for t in y.op.inputs] == ["x:0", "w:0"]

# %% [markdown]
# ## 2. Shapes are known as far as they can be
# The number of rows of `x` is left open (`None`), so that of `y` is too; its columns follow from
# `w`.

# %%
print(x.shape, y.shape, tf.transpose(y).shape)
assert x.shape.as_list() == [None, 3]
assert y.shape.as_list() == [None, 1]
assert tf.transpose(y).shape.as_list() == [1, None]
assert tf.reduce_sum(y).shape.as_list() == []

# %% [markdown]
# ## 3. Running
# A session computes what it is asked to *fetch*, and only that.  `feed_dict` gives the placeholders
# their values.

# %%
rows = np.array([[1, 0, 0], [0, 1, 1]], np.float32)
with tf.Session() as sess:
    result = sess.run(y, feed_dict={x: rows})
print(result)
np.testing.assert_array_equal(result, [[1], [5]])

# %% [markdown]
# The fetch may be a nest: the answer has the same form.  Any tensor may be fed, not placeholders
# only: when `y` is fed, `x` is not needed.

# %%
total = tf.reduce_sum(y, name="total")
with tf.Session() as sess:
    answer = sess.run({"total": total, "both": [y, total]}, {x: rows})
    print(answer)
    assert answer["total"] == 6
    np.testing.assert_array_equal(answer["both"][0], [[1], [5]])
    assert sess.run(total, {y: [[10.0], [20.0]]}) == 30

# %% [markdown]
# ## 4. Variables are the state
# A session keeps the values of its variables from one run to the next.  Two sessions do not share
# them.  An assignment is a node as well: it happens when it is run.

# %%
count = tf.get_variable("count", [], initializer=tf.zeros_initializer())
increase = tf.assign_add(count, 1.0)

first, second = tf.Session(), tf.Session()
first.run(tf.global_variables_initializer())
second.run(tf.global_variables_initializer())
for _ in range(3):
    first.run(increase)
print(first.run(count), second.run(count))
assert first.run(count) == 3
assert second.run(count) == 0

# %% [markdown]
# ## 5. Order
# Within one run the order is that of the data.  Where it matters and the data do not say,
# `tf.control_dependencies` does: what is made inside runs after what is named.

# %%
with tf.control_dependencies([increase]):
    after = tf.identity(count)

print(after.op.node_def.input)
assert "^" + increase.op.name in after.op.node_def.input
assert first.run(after) == 4

# %% [markdown]
# ## 6. Names
# A name is used once; the second use gets a suffix.  A scope is a prefix.  Names are how a graph is
# saved, read and looked up, so tfgrad gives each node the name that TensorFlow gives it.

# %%
with tf.name_scope("layer"):
    a = tf.constant(1.0, name="a")
    b = tf.constant(2.0, name="a")
c = a + b
print(a.name, b.name, c.name)
assert a.name == "layer/a:0"
assert b.name == "layer/a_1:0"
assert c.name == "add:0"
assert tf.get_default_graph().get_tensor_by_name("layer/a_1:0") is b

# %% [markdown]
# ## 7. When it fails
# Shapes are checked while the graph is built, so the error is at the line that is wrong.  The next
# cell is wrong on purpose; it prints the message only.  The first line is TensorFlow's.  Then comes
# the line of the program that made the node, and for each input its name, dtype, shape, op type and
# the line that made it.  Read it, mend the cell, run it again.

# %%
try:
    tf.matmul(x, tf.constant([[1.0], [2.0]]))
except ValueError as error:
    print(error)
    assert "must be equal, but are 3 and 2" in str(error)

# %% [markdown]
# A value that is missing is only noticed when the graph runs.

# %%
try:
    first.run(y)
except tf.errors.InvalidArgumentError as error:
    print(error)
    assert "You must feed a value for placeholder tensor 'x'" in str(error)
else:
    raise AssertionError("x was not fed")

# %% [markdown]
# ## Exercise
# Make `mean`, the mean of the rows of `x`, from `tf.reduce_sum` and `tf.shape` alone (not
# `tf.reduce_mean`), so that it works for any number of rows.  The cell below checks it.

# %%
rows_of_x = tf.cast(tf.shape(x)[0], tf.float32)
mean = tf.reduce_sum(x, axis=0) / rows_of_x  # one answer; delete it and write your own

# %%
for n in (1, 2, 5):
    data = np.random.default_rng(n).normal(size=(n, 3)).astype(np.float32)
    # Sums of at most five numbers of about 1: float32 keeps seven digits.
    np.testing.assert_allclose(first.run(mean, {x: data}), data.mean(0), rtol=1e-5, atol=1e-6)

# %% [markdown]
# ## What was left out
# Gradients: `02_gradients_are_nodes`.  Differences from TensorFlow: `docs/differences.md`.
