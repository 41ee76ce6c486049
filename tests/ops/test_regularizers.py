"""Penalties of `tf.contrib.layers`: values, names, errors.

Oracle: the formulas in numpy; the names were read off TensorFlow 1.15.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.functions import regularizers
from tfgrad._src.graph.graph import new_graph

W = np.array([[1.0, -2.0], [3.0, 0.5]], np.float32)


def evaluate(build):
    with new_graph() as graph:
        x = build()
        with tf.Session(graph=graph) as session:
            return session.run(x)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: regularizers.l1_regularizer(0.5), 0.5 * 6.5),
        (lambda: regularizers.l2_regularizer(0.5), 0.25 * 14.25),
        (lambda: regularizers.l1_l2_regularizer(0.5, 2.0), 0.5 * 6.5 + 14.25),
        (lambda: regularizers.l1_l2_regularizer(0.0, 2.0), 14.25),
        (lambda: regularizers.l1_l2_regularizer(1.0, 0.0), 6.5),
    ],
)
def test_values(make, expected):
    np.testing.assert_allclose(evaluate(lambda: make()(tf.constant(W))), expected, rtol=1e-6)


def test_nothing_is_penalised_with_scale_zero():
    with new_graph():
        assert regularizers.l1_regularizer(0.0)(tf.constant(W)) is None
        assert regularizers.l2_regularizer(0.0)(tf.constant(W)) is None
        assert regularizers.sum_regularizer([None]) is None


def test_names():
    with new_graph() as graph:
        w = tf.constant(W, name="w")
        assert regularizers.l2_regularizer(0.5)(w).name == "l2_regularizer:0"
        assert regularizers.l1_regularizer(0.5, scope="a")(w).name == "a:0"
        both = regularizers.l1_l2_regularizer(0.5, 0.5)(w)
        names = [op.name for op in graph.get_operations()]
        assert both.name == "l1_l2_regularizer:0"
        assert {"l1_l2_regularizer/l1_regularizer/scale", "l2_regularizer/L2Loss"} <= set(names)


def test_penalties_are_collected():
    with new_graph():
        w = tf.constant(W)
        total = regularizers.apply_regularization(regularizers.l2_regularizer(0.5), [w, w])
        assert total.name == "get_regularization_penalty:0"
        assert tf.losses.get_regularization_losses() == [total]
        with pytest.raises(ValueError, match="No weights to regularize"):
            regularizers.apply_regularization(regularizers.l2_regularizer(0.5))


@pytest.mark.parametrize(
    ("scale", "message"),
    [(1, "scale cannot be an integer: 1"), (-0.5, "Setting a scale less than 0")],
)
def test_bad_scales(scale, message):
    for make in (regularizers.l1_regularizer, regularizers.l2_regularizer):
        with pytest.raises(ValueError, match=message):
            make(scale)
