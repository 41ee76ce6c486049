"""Recurrent cells that are one op.  Oracle: the same written out in numpy.

What TensorFlow gives is in ``golden/rnn_blocks.json``, derivatives are in
``gradients/orders_arrays.py``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import is_compatible, run_op
from tfgrad._src.graph.graph import new_graph

RNG = np.random.default_rng(0)


def draw(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def logistic(x):
    return 1 / (1 + np.exp(-x))


WEIGHTS = draw(5, 8), draw(2), draw(2), draw(2), draw(8)
X, CS, H = draw(4, 2, 3), draw(2, 2), draw(2, 2)


def steps(x, cs, h, w, wci, wcf, wco, b, order, bias):
    """The outputs ``h`` of all steps, with peepholes and without clipping."""
    found = []
    for xt in x:
        gates = np.split(np.concatenate([xt, h], 1) @ w + b, 4, 1)
        i, ci, f, o = (gates[k] for k in order)
        i, f = logistic(i + wci * cs), logistic(f + wcf * cs + bias)
        cs = i * np.tanh(ci) + f * cs
        h = logistic(o + wco * cs) * np.tanh(cs)
        found.append(h)
    return np.array(found)


@pytest.mark.parametrize(
    ("op_type", "order", "bias"),
    [("BlockLSTM", (0, 1, 2, 3), 1.0), ("BlockLSTMV2", (0, 2, 1, 3), 0.0)],
)
def test_lstm(op_type, order, bias):
    n = np.array(3, np.int64)
    found = run_op(op_type, n, X, CS, H, *WEIGHTS, use_peephole=True, cell_clip=0.0)[6]
    expected = steps(X[:3], CS, H, *WEIGHTS, order, bias)
    np.testing.assert_allclose(found[:3], expected, rtol=1e-5, atol=1e-6)
    assert not found[3].any()  # behind the longest sequence


def test_one_step_is_the_first_of_many():
    many = run_op("BlockLSTM", np.array(4, np.int64), X, CS, H, *WEIGHTS)
    one = run_op("LSTMBlockCell", X[0], CS, H, *WEIGHTS)
    for a, b in zip(many, one, strict=True):
        np.testing.assert_allclose(a[0], b, rtol=1e-5, atol=1e-6)


def test_static_shapes_are_never_contradicted():
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, [None, 2, None])
        found = tf.raw_ops.BlockLSTM(
            seq_len_max=tf.constant(4, tf.int64), x=x, cs_prev=CS, h_prev=H,
            **dict(zip(("w", "wci", "wcf", "wco", "b"), WEIGHTS, strict=True)),
        )  # fmt: skip
        values = tf.Session(graph=graph).run(found, {x: X})
    for static, true in zip(found, values, strict=True):
        assert is_compatible(static.dims, true.shape)


def test_weights_of_a_wrong_shape():
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"w.dim_size\(0\) != input_size \+ cell_size: 4 vs. 5"
    ):
        run_op("LSTMBlockCell", X[0], CS, H, draw(4, 8), *WEIGHTS[1:])
