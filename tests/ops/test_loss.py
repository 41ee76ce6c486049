"""Cross entropies: values, derivatives, shape rules, unusual rows.

Oracles: the definition in numpy's float64, and central differences.  An invalid label gives what
TensorFlow documents for a GPU.  The graphs are compared in ``golden/loss.json``.
"""

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import central_difference, forget_dims, is_compatible, run_gradient, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.shapes import ShapeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 4)) * 3
P = RNG.dirichlet(np.ones(4), size=5)
LABELS = np.array([0, 3, 1, 1, 2], np.int32)
WEIGHTS = np.cos(np.arange(5.0))


def log_softmax(x):
    return x - np.log(np.sum(np.exp(x), -1, keepdims=True))


def dense(x, p=P):
    return -np.sum(p * log_softmax(x), -1)


def sparse(x):
    return -log_softmax(x)[np.arange(5), LABELS]


CASES = {
    "SoftmaxCrossEntropyWithLogits": (P, dense),
    "SparseSoftmaxCrossEntropyWithLogits": (LABELS, sparse),
}
each_case = pytest.mark.parametrize("op_type", CASES)


@each_case
def test_values_agree_with_the_definition(op_type):
    labels, oracle = CASES[op_type]
    loss, backprop = run_op(op_type, X, labels)
    np.testing.assert_allclose(loss, oracle(X), rtol=1e-14, atol=1e-15)
    target = P if labels is P else np.eye(4)[LABELS]
    np.testing.assert_allclose(backprop, np.exp(log_softmax(X)) - target, atol=1e-15)


@each_case
def test_gradient_agrees_with_central_differences(op_type):
    labels, oracle = CASES[op_type]
    found = run_gradient(op_type, X, labels, weights=WEIGHTS)
    expected = central_difference(oracle, X, step=1e-5, weights=WEIGHTS)
    # Central differences err by h**2 |f'''| / 6 + eps |f| / h, about 1e-10 here.
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_gradient_of_the_labels_agrees_with_central_differences():
    found = run_gradient("SoftmaxCrossEntropyWithLogits", X, P, of=1, weights=WEIGHTS)
    expected = central_difference(lambda p: dense(X, p), P, weights=WEIGHTS)
    np.testing.assert_allclose(found, expected, rtol=1e-8)


@each_case
def test_second_derivative_agrees_with_central_differences(op_type):
    labels, _ = CASES[op_type]
    weights = np.sin(np.arange(20.0)).reshape(5, 4)

    def first(x):
        return np.exp(log_softmax(x))  # the target does not depend on x

    with new_graph() as graph:
        x = tf.placeholder(tf.float64, X.shape)
        loss = add_op(op_type, x, tf.constant(labels))[0]
        (g,) = tf.gradients(loss, x)
        (h,) = tf.gradients(g, x, tf.constant(weights))
        with tf.Session(graph=graph) as session:
            found = session.run(h, {x: X})
    np.testing.assert_allclose(found, central_difference(first, X, 1e-5, weights), atol=1e-9)


@each_case
@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float32])
def test_short_types_are_computed_in_float32(op_type, dtype):
    labels, _ = CASES[op_type]
    x = X.astype(dtype)
    p = labels.astype(dtype) if labels is P else labels
    loss, backprop = run_op(op_type, x, p)
    assert loss.dtype == backprop.dtype == dtype
    exact = (
        dense(x.astype(np.float64), p.astype(np.float64))
        if labels is P
        else sparse(x.astype(np.float64))
    )
    # One rounding to the type; float32 itself loses some 1e-6 in the exponentials.
    tolerance = {"float16": 1e-3, "bfloat16": 8e-3, "float32": 1e-6}[np.dtype(dtype).name]
    np.testing.assert_allclose(loss.astype(np.float64), exact, rtol=tolerance, atol=tolerance)


def test_large_logits_do_not_overflow():
    x = np.array([[1e4, -1e4, 0.0]], np.float32)
    loss, backprop = run_op("SparseSoftmaxCrossEntropyWithLogits", x, np.array([1]))
    np.testing.assert_array_equal(loss, [2e4])
    np.testing.assert_array_equal(backprop, [[1.0, -1.0, 0.0]])


def test_one_of_the_arguments_may_be_stretched():
    loss, backprop = run_op("SoftmaxCrossEntropyWithLogits", X, P[:1])
    np.testing.assert_allclose(loss, dense(X, P[:1]), rtol=1e-14)
    assert backprop.shape == (5, 4)


def test_empty_rows_and_batches():
    loss, backprop = run_op("SoftmaxCrossEntropyWithLogits", np.ones((2, 0)), np.ones((2, 0)))
    np.testing.assert_array_equal(loss, [0.0, 0.0])
    assert backprop.shape == (2, 0)
    loss, _ = run_op(
        "SparseSoftmaxCrossEntropyWithLogits", np.ones((0, 3)), np.zeros((0,), np.int64)
    )
    assert loss.shape == (0,)


def test_without_checks_a_label_out_of_range_makes_its_row_nan(monkeypatch):
    monkeypatch.setenv("TFGRAD_CHECKS", "0")
    with new_graph() as graph:
        y = tf.placeholder(tf.int32, [3])
        x = tf.constant([[1.0, 2.0], [0.0, 0.0], [1.0, 1.0]])
        outputs = add_op("SparseSoftmaxCrossEntropyWithLogits", x, y)
        with tf.Session(graph=graph) as session:
            loss, backprop = session.run(outputs, {y: [-1, 1, 2]})
    np.testing.assert_array_equal(np.isnan(loss), [True, False, True])
    np.testing.assert_array_equal(np.isnan(backprop).all(1), [True, False, True])


def test_constant_labels_are_checked():
    with new_graph() as graph:
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=[0, 3], logits=[[1.0, 2.0]] * 2
        )
        with tf.Session(graph=graph) as session, pytest.raises(tf.errors.InvalidArgumentError) as e:
            session.run(loss)
    assert str(e.value).splitlines()[0] == (
        "Received a label value of 3 which is outside the valid range of [0, 2).  Label values: 0 3"
    )


# ---------------------------------------------------------------------- shape rules


@given(st.data())
def test_shape_rules_never_contradict_the_true_shape(data):
    for op_type, second in (
        ("SoftmaxCrossEntropyWithLogits", (5, 4)),
        ("SparseSoftmaxCrossEntropyWithLogits", (5,)),
    ):
        a, b = data.draw(forget_dims((5, 4))), data.draw(forget_dims(second))
        loss, backprop = OPS[op_type].shape(None, a, b)
        assert is_compatible(loss, (5,))
        assert is_compatible(backprop, (5, 4))


@pytest.mark.parametrize(
    ("op_type", "logits", "labels", "result"),
    [
        ("Softmax", (None, 3), (1, 3), [(1,), (1, 3)]),
        ("Softmax", (1, 3), (5, 3), [(5,), (5, 3)]),
        ("Softmax", (2, 3), (), [(2,), (2, 3)]),
        ("Softmax", None, None, [(None,), (None, None)]),
        ("Softmax", (2, 3), (2, 4), "Dimensions must be equal, but are 3 and 4"),
        ("Softmax", (3,), (3,), "Shape must be broadcasted with rank 2, but is rank 1"),
        ("SparseSoftmax", None, (2,), [(2,), (2, None)]),
        ("SparseSoftmax", (None, 3), (2,), [(2,), (2, 3)]),
        ("SparseSoftmax", (2, 3), (4,), "Dimensions must be equal, but are 2 and 4"),
        ("SparseSoftmax", (2, 3), (2, 1), "Shape must be rank 1 but is rank 2"),
    ],
)
def test_shape_rules_are_those_of_tensorflow(op_type, logits, labels, result):
    rule = OPS[op_type + "CrossEntropyWithLogits"].shape
    if isinstance(result, str):
        with pytest.raises(ShapeError, match=result):
            rule(None, logits, labels)
    else:
        assert rule(None, logits, labels) == result


# ---------------------------------------------------------------------- functions


def evaluate(build):
    with new_graph() as graph:
        x = build()
        with tf.Session(graph=graph) as session:
            return session.run(x)


def test_sigmoid_cross_entropy_agrees_with_the_definition():
    z = P
    s = 1 / (1 + np.exp(-X))
    expected = -z * np.log(s) - (1 - z) * np.log(1 - s)
    found = evaluate(lambda: tf.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=X))
    np.testing.assert_allclose(found, expected, rtol=1e-11)
    weighted = evaluate(lambda: tf.nn.weighted_cross_entropy_with_logits(z, X, pos_weight=1.0))
    np.testing.assert_allclose(weighted, expected, rtol=1e-11)


def test_gradient_of_sigmoid_cross_entropy_at_zero_is_a_half():
    def build():
        x = tf.zeros([1])
        loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=[0.0], logits=x)
        return tf.gradients(loss, x)[0]

    np.testing.assert_array_equal(evaluate(build), [0.5])


def test_dense_and_sparse_agree_on_one_hot_labels():
    hot = np.eye(4)[LABELS]
    a = evaluate(lambda: tf.nn.softmax_cross_entropy_with_logits(labels=hot, logits=X))
    b = evaluate(lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=LABELS, logits=X))
    np.testing.assert_allclose(a, b, rtol=1e-14)


def test_axis_chooses_the_classes():
    a = evaluate(lambda: tf.nn.softmax_cross_entropy_with_logits_v2(P.T, X.T, axis=0))
    np.testing.assert_allclose(a, dense(X), rtol=1e-14)


@pytest.mark.parametrize(
    ("labels", "logits", "message"),
    [
        ((2, 3), (2, 3), "`labels.shape.rank` must equal `logits.shape.rank - 1`"),
        ((5,), (2, 3), "`labels.shape` must equal `logits.shape` except for the last dimension"),
        ((), (), "`logits` cannot be a scalar"),
    ],
)
def test_sparse_labels_must_fit(labels, logits, message):
    with new_graph(), pytest.raises(ValueError, match=message):
        tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.placeholder(tf.int32, labels), logits=tf.placeholder(tf.float32, logits)
        )


def test_arguments_go_by_name():
    with (
        new_graph(),
        pytest.raises(ValueError, match="Only call `sigmoid_cross_entropy_with_logits`"),
    ):
        tf.nn.sigmoid_cross_entropy_with_logits(P, X)


# ---------------------------------------------------------------------- tf.losses


def test_losses_divide_by_the_number_of_nonzero_weights():
    x, t = X[:2], P[:2]
    weights = np.array([[2.0], [0.0]])
    found = evaluate(lambda: tf.losses.mean_squared_error(t, x, weights=weights))
    np.testing.assert_allclose(found, 2 * np.mean((x[0] - t[0]) ** 2), rtol=1e-6)
    none = evaluate(lambda: tf.losses.mean_squared_error(t, x, weights=np.zeros((2, 1))))
    assert none == 0.0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("absolute_difference", np.mean(abs(X - P))),
        ("hinge_loss", np.mean(np.maximum(0, 1 - (2 * P - 1) * X))),
        ("huber_loss", np.mean(np.where(abs(X - P) <= 1, (X - P) ** 2 / 2, abs(X - P) - 0.5))),
        ("softmax_cross_entropy", np.mean(dense(X))),
    ],
)
def test_losses_agree_with_numpy(name, expected):
    found = evaluate(lambda: getattr(tf.losses, name)(P, X))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_weights_must_fit():
    with new_graph():
        with pytest.raises(
            ValueError, match=r"weights can not be broadcast to values. values.rank=2"
        ):
            tf.losses.mean_squared_error(P, X, weights=np.ones(5))
        with pytest.raises(ValueError, match="Mismatch at dim 0"):
            tf.losses.mean_squared_error(P, X, weights=np.ones((2, 1)))
        with pytest.raises(ValueError, match="Invalid Reduction Key mean"):
            tf.losses.mean_squared_error(P, X, reduction="mean")
        with pytest.raises(ValueError, match="Argument `labels` must not be None"):
            tf.losses.mean_squared_error(None, X)
