"""`per_example_gradients`: values, which batch inputs are found, and what is refused.

Oracles: `jax.vmap` of `jax.grad`, the gradients of the sum, and closed forms.  Values are float64:
rtol 1e-12 leaves a factor of 1,000 for sums in another order.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import tfgrad as tf

ROUNDING = {"rtol": 1e-12, "atol": 1e-13}


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def run(x, feeds=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(x, feeds)


def points(*shape, seed=0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def in_jax(function, *arrays):
    with jax.enable_x64(True):
        return jax.tree.map(np.asarray, function(*[jnp.asarray(a) for a in arrays]))


WEIGHTS = [points(3, 4), points(4, seed=1), points(4, 2, seed=2)]
X, LABELS = points(5, 3, seed=3), np.array([0, 1, 1, 0, 1])


def model(x, labels, w, b, v):
    h = tf.nn.relu(tf.matmul(x, w) + b)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=tf.matmul(h, v))


def loss_of_one(w, b, v, x, label):
    logits = jax.nn.relu(x @ w + b) @ v
    return jax.nn.logsumexp(logits) - logits[label]


def expected_gradients():
    mapped = jax.vmap(jax.grad(loss_of_one, (0, 1, 2)), (None, None, None, 0, 0))
    return in_jax(mapped, *WEIGHTS, X, LABELS)


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize("batch", [None, 5])
def test_gradients_agree_with_vmap_of_grad(graph, use_resource, batch):
    x = tf.placeholder(tf.float64, [batch, 3])
    labels = tf.placeholder(tf.int32, [batch])
    variables = [tf.Variable(a, use_resource=use_resource) for a in WEIGHTS]
    losses = model(x, labels, *variables)
    found = tf.per_example_gradients(losses, variables)
    assert [f.dims for f in found] == [(batch, 3, 4), (batch, 4), (batch, 4, 2)]
    assert [op.type for op in graph.get_operations()].count("MapDefun") == 1
    found, sums = run([found, tf.gradients(losses, variables)], {x: X, labels: LABELS})
    for f, e, s in zip(found, expected_gradients(), sums, strict=True):
        np.testing.assert_allclose(f, e, **ROUNDING)
        np.testing.assert_allclose(f.sum(0), s, **ROUNDING)


def test_one_example_and_none():
    x = tf.placeholder(tf.float64, [None, 3])
    w = tf.constant(points(3))
    g = tf.per_example_gradients(tf.square(tf.tensordot(x, w, 1)), w)
    assert isinstance(g, tf.Tensor)
    expected = 2 * (X[:1] @ points(3))[:, None] * X[:1]
    np.testing.assert_allclose(run(g, {x: X[:1]}), expected, **ROUNDING)
    assert run(g, {x: X[:0]}).shape == (0, 3)


def test_batch_inputs_can_be_any_tensors_and_scalars_are_shared():
    x = tf.constant(X)
    scaled = tf.multiply(x, 2.0, name="scaled")
    rate = tf.placeholder(tf.float64, [])
    w = tf.constant(points(3))
    losses = rate * tf.tensordot(scaled, w, 1) ** 2
    with pytest.raises(ValueError, match="depends on no placeholder with a batch dimension"):
        tf.per_example_gradients(losses, w)
    for batch_inputs in (x, [scaled]):
        g = tf.per_example_gradients(losses, w, batch_inputs)
        expected = 3.0 * 8 * (X @ points(3))[:, None] * X
        np.testing.assert_allclose(run(g, {rate: 3.0}), expected, **ROUNDING)


def test_only_named_batch_inputs_are_cut_in_examples():
    x = tf.placeholder(tf.float64, [None, 3])
    shared = tf.placeholder(tf.float64, [None])
    w = tf.constant(2.0, tf.float64)
    losses = w * tf.tensordot(x, shared, 1)
    found = run(tf.per_example_gradients(losses, w, x), {x: X, shared: points(3)})
    np.testing.assert_allclose(found, X @ points(3), **ROUNDING)


def test_an_x_that_depends_on_the_examples_keeps_its_shape():
    x = tf.placeholder(tf.float64, [None, 3])
    w = tf.constant(points(3, 2))
    h = tf.tanh(tf.matmul(x, w))
    losses = tf.reduce_sum(h**3, axis=1)
    dh, dx, _ = tf.per_example_gradients(losses, [h, x, w])
    assert (dh.dims, dx.dims) == ((None, 2), (None, 3))
    sums = run([*tf.gradients(losses, [h, x]), dh, dx], {x: X})
    np.testing.assert_allclose(sums[2], sums[0], **ROUNDING)
    np.testing.assert_allclose(sums[3], sums[1], **ROUNDING)


def test_xs_before_the_captured_tensors_are_reached():
    # What is captured is the square of w, not w.
    x = tf.placeholder(tf.float64, [None, 3])
    w = tf.Variable(points(3))
    losses = tf.tensordot(x, tf.square(w), 1) + tf.reduce_sum(w)
    np.testing.assert_allclose(
        run(tf.per_example_gradients(losses, w), {x: X}), 2 * points(3) * X + 1, **ROUNDING
    )


def test_a_model_that_asks_for_its_shapes_works():
    x = tf.placeholder(tf.float64, [None, None, 2])  # [batch, time, 2]
    w = tf.constant(points(2, 3))
    dims = tf.shape(x)
    flat = tf.reshape(x, [dims[0] * dims[1], 2])
    h = tf.reshape(tf.tanh(tf.matmul(flat, w)), [dims[0], dims[1], 3])
    steps = tf.cast(dims[1], tf.float64)
    losses = tf.reduce_sum(h, axis=[1, 2]) / steps
    losses += tf.reduce_sum(tf.zeros([dims[0], 4], tf.float64), axis=1)
    given = points(4, 6, 2)
    found = run(tf.per_example_gradients(losses, w), {x: given})
    one = jax.grad(lambda w, x: jnp.sum(jnp.tanh(x @ w)) / 6)
    expected = in_jax(jax.vmap(one, (None, 0)), points(2, 3), given)
    np.testing.assert_allclose(found, expected, **ROUNDING)


def test_gathered_rows_of_a_table():
    ids = tf.placeholder(tf.int32, [None, 2])
    table = tf.Variable(points(6, 3))
    losses = tf.reduce_sum(tf.gather(table, ids) ** 2, axis=[1, 2])
    given = np.array([[0, 5], [2, 2]])
    expected = np.zeros((2, 6, 3))
    for i, row in enumerate(given):
        for j in row:
            expected[i, j] += 2 * points(6, 3)[j]
    np.testing.assert_allclose(
        run(tf.per_example_gradients(losses, table), {ids: given}), expected, **ROUNDING
    )


def test_custom_gradients_see_one_example():
    # Their functions take tensors of the whole batch from their surroundings.
    @tf.custom_gradient
    def scaled(x):
        hidden = tf.exp(x)  # needed by the gradient alone
        return tf.sin(x), lambda dy: dy * hidden * tf.reduce_sum(x, axis=1, keepdims=True)

    x, w = tf.placeholder(tf.float64, [None, 3]), tf.constant(points(3))
    losses = tf.reduce_sum(scaled(x * w), axis=1)
    found = run(tf.per_example_gradients(losses, w), {x: X})
    z = X * points(3)
    np.testing.assert_allclose(found, X * np.exp(z) * z.sum(1, keepdims=True), rtol=1e-12)
    # ... and so does the gradient of that: with u = x w, d(sum of x e^u sum(u))/dw
    (second,) = tf.gradients(tf.per_example_gradients(losses, w), w)
    expected = X**2 * np.exp(z) * z.sum(1, keepdims=True)
    expected += X * (X * np.exp(z)).sum(1, keepdims=True)
    np.testing.assert_allclose(run(second, {x: X}), expected.sum(0), rtol=1e-12)


def test_results_can_be_differentiated():
    x, w = tf.placeholder(tf.float64, [None, 3]), tf.constant(points(3))
    losses = tf.tensordot(x, w, 1) ** 3
    g = tf.per_example_gradients(losses, w)
    (second,) = tf.gradients(tf.reduce_sum(g**2), w)

    def norm(w):
        one = jax.grad(lambda w, x: (x @ w) ** 3)
        return jnp.sum(jax.vmap(one, (None, 0))(w, jnp.asarray(X)) ** 2)

    np.testing.assert_allclose(run(second, {x: X}), in_jax(jax.grad(norm), points(3)), rtol=1e-11)


def test_unreached_xs_are_none_or_zeros():
    x = tf.placeholder(tf.float32, [None, 2])
    w, other = tf.constant([1.0, 2.0]), tf.constant([[5.0], [6.0], [7.0]])
    losses = tf.tensordot(x, w, 1)
    aside = 2.0 * x
    xs = [w, other, aside]
    assert [g is None for g in tf.per_example_gradients(losses, xs)] == [False, True, True]
    zeros = tf.per_example_gradients(losses, xs, unconnected_gradients="zero")
    zeros = run(zeros, {x: np.ones((4, 2), np.float32)})
    assert [z.shape for z in zeros] == [(4, 2), (4, 3, 1), (4, 2)]
    assert not zeros[1].any()
    assert not zeros[2].any()


# ---------------------------------------------------------------------- what is refused


def normalised(x):
    return (x - tf.reduce_mean(x, axis=0, name="mean")) * 2.0


@pytest.mark.parametrize(
    ("mix", "message"),
    [
        (normalised, "'mean:0' .* has no dimension that grows with the batch"),
        (lambda x: x * tf.reduce_sum(tf.matmul(x, x, transpose_b=True), 1)[:, None],
         "'MatMul:0' .* does not have one dimension that grows as the batch does"),
        (lambda x: tf.concat([x, tf.zeros([1, 2])], 0)[1:], "'concat:0' .* grows as the batch"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("batch", [None, 4])
def test_examples_that_mix_are_refused(mix, message, batch):
    x = tf.placeholder(tf.float32, [batch, 2])
    w = tf.constant([1.0, 2.0])
    losses = tf.reduce_sum(mix(x * w), axis=1)
    with pytest.raises(ValueError, match=message) as error:
        tf.per_example_gradients(losses, w)
    assert "made at" in str(error.value)


def test_a_division_by_the_batch_size_is_refused_unless_it_is_a_constant():
    w = tf.constant([1.0, 2.0])
    for batch in (None, 4):
        x = tf.placeholder(tf.float32, [batch, 2])
        losses = tf.tensordot(x, w, 1) / tf.cast(tf.shape(x)[0], tf.float32)
        if batch is None:
            with pytest.raises(ValueError, match=r"'Cast:0' .* depends on the batch size"):
                tf.per_example_gradients(losses, w)
        else:
            g = tf.per_example_gradients(losses, w)
            np.testing.assert_array_equal(run(g, {x: np.ones((4, 2))}), np.full((4, 2), 0.25))


def test_a_batch_size_written_into_shapes_is_scaled():
    # Time before batch: the rows of an example are not neighbours.
    x, w = tf.placeholder(tf.float64, [4, 6, 2]), tf.constant(points(2))
    given = points(4, 6, 2)
    flat = tf.reshape(tf.transpose(x, [1, 0, 2]) * w, [24, 2])
    h = tf.slice(tf.reshape(flat, [6, 4, 2]), [1, 0, 0], [-1, 4, 2])
    losses = tf.reduce_sum(tf.reshape(tf.transpose(h**2, [1, 0, 2]), [4, -1]), axis=1)
    found = run(tf.per_example_gradients(losses, w), {x: given})
    np.testing.assert_allclose(found, (2 * points(2) * given[:, 1:] ** 2).sum(1), **ROUNDING)


def test_a_constant_for_each_example_is_refused():
    x, w = tf.placeholder(tf.float32, [4, 2]), tf.constant([1.0, 2.0])
    losses = tf.tensordot(x, w, 1) * tf.constant([1.0, 2.0, 3.0, 4.0], name="weights")
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 10007 and 4") as error:
        tf.per_example_gradients(losses, w)
    assert "does not accept another batch size" in error.value.__notes__[0]
    weights = losses.op.inputs[1]
    found = run(tf.per_example_gradients(losses, w, [x, weights]), {x: np.ones((4, 2))})
    np.testing.assert_array_equal(found, [[1, 1], [2, 2], [3, 3], [4, 4]])


def test_losses_must_be_a_vector_that_depends_on_the_examples():
    x, w = tf.placeholder(tf.float32, [None, 2]), tf.constant([1.0, 2.0])
    losses = tf.tensordot(x, w, 1)
    with pytest.raises(ValueError, match="`losses` must be a vector with one loss per example"):
        tf.per_example_gradients(tf.reduce_mean(losses), w)
    other = tf.placeholder(tf.float32, [None])
    with pytest.raises(ValueError, match="does not depend on 'Placeholder_1:0'"):
        tf.per_example_gradients(losses, w, other)
    with pytest.raises(ValueError, match="is a scalar and has no rows"):
        tf.per_example_gradients(losses, w, tf.constant(1.0))
    unknown = tf.placeholder(tf.float32, None)
    with pytest.raises(ValueError, match="shape of 'Placeholder_2:0' is not known"):
        tf.per_example_gradients(losses * unknown, w)


def test_dropout_is_refused():
    x, w = tf.placeholder(tf.float32, [None, 2]), tf.constant([1.0, 2.0])
    losses = tf.reduce_sum(tf.nn.dropout(x * w, rate=0.5), axis=1)
    with pytest.raises(tf.errors.UnimplementedError, match="draws random numbers"):
        tf.per_example_gradients(losses, w)
