"""Trains a two-layer classifier of handwritten digits: a plain TensorFlow 1 program.

    pip install ".[demo]" && python -m tfgrad notebooks/digits_tf1.py

The 1,797 images of 8 x 8 pixels come with scikit-learn.  A quarter of them is kept for testing.
Nothing here knows of tfgrad: the same file runs on TensorFlow 1.15.
"""

import time

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 7
BATCH = 64
EPOCHS = 25
HIDDEN = 128

# ---- The data: pixels from 0 to 1, one class per image.
digits = load_digits()
train_x, test_x, train_y, test_y = train_test_split(
    (digits.data / 16).astype(np.float32),
    digits.target.astype(np.int32),
    test_size=0.25,
    random_state=SEED,
    stratify=digits.target,
)

# ---- The graph: 64 pixels -> 128 hidden units -> 10 classes.
tf.set_random_seed(SEED)
x = tf.placeholder(tf.float32, [None, 64], name="x")
y = tf.placeholder(tf.int32, [None], name="y")

with tf.variable_scope("hidden"):
    w = tf.get_variable("w", [64, HIDDEN], initializer=tf.glorot_uniform_initializer())
    b = tf.get_variable("b", [HIDDEN], initializer=tf.zeros_initializer())
    hidden = tf.nn.relu(tf.matmul(x, w) + b)

with tf.variable_scope("output"):
    w_out = tf.get_variable("w", [HIDDEN, 10], initializer=tf.glorot_uniform_initializer())
    b_out = tf.Variable(tf.zeros([10]), name="b")
    logits = tf.matmul(hidden, w_out) + b_out

per_image = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
loss = tf.reduce_mean(per_image, name="loss")
right = tf.equal(tf.argmax(logits, 1, output_type=tf.int32), y)
accuracy = tf.reduce_mean(tf.cast(right, tf.float32), name="accuracy")

# ---- The gradients are nodes of the graph too.
variables = tf.trainable_variables()
before = {op.name for op in tf.get_default_graph().get_operations()}
gradients = tf.gradients(loss, variables)
added = [op for op in tf.get_default_graph().get_operations() if op.name not in before]
print(f"tf.gradients added {len(added)} nodes:")
for op in added:
    print(f"  {op.type:<12} {op.name}")

train_op = tf.train.AdamOptimizer(learning_rate=0.003).minimize(loss)
norm = tf.sqrt(tf.add_n([tf.reduce_sum(tf.square(g)) for g in gradients]), name="gradient_norm")

# ---- Training.
print(f"\n{len(train_x)} images to train on, {len(test_x)} to test on")
print("epoch    loss   |gradient|  test accuracy  ms per step")
shuffle = np.random.RandomState(SEED)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(1, EPOCHS + 1):
        order = shuffle.permutation(len(train_x))
        losses = []
        began = time.time()
        # The last, smaller batch is left to the next shuffle: all steps have one shape.
        for i in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[i : i + BATCH]
            _, value = sess.run([train_op, loss], feed_dict={x: train_x[batch], y: train_y[batch]})
            losses.append(value)
        ms = 1000 * (time.time() - began) / len(losses)
        length = sess.run(norm, {x: train_x, y: train_y})
        tested = sess.run(accuracy, {x: test_x, y: test_y})
        print(
            f"{epoch:5}  {np.mean(losses):.4f}      {length:.4f}       {tested:7.1%}      {ms:8.3f}"
        )

print(f"\nfinal test accuracy: {tested:.1%}")
