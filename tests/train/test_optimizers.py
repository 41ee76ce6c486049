"""Optimizers: that they descend, what they keep, and what they refuse.

The nodes of every optimizer, and values after some steps, are compared with TensorFlow in
``golden/optimizers.json``; the formulas in ``ops/test_training.py``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph

OPTIMIZERS = {
    "GradientDescent": lambda: tf.train.GradientDescentOptimizer(0.1),
    "Momentum": lambda: tf.train.MomentumOptimizer(0.05, 0.5),
    "Adam": lambda: tf.train.AdamOptimizer(0.1),
    "RMSProp": lambda: tf.train.RMSPropOptimizer(0.05),
    "Adagrad": lambda: tf.train.AdagradOptimizer(0.5),
    "Adadelta": lambda: tf.train.AdadeltaOptimizer(1.0, epsilon=1e-2),
    "Ftrl": lambda: tf.train.FtrlOptimizer(0.5),
    "ProximalGradientDescent": lambda: tf.train.ProximalGradientDescentOptimizer(0.1),
    "ProximalAdagrad": lambda: tf.train.ProximalAdagradOptimizer(0.5),
}
each_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)
each_kind = pytest.mark.parametrize("use_resource", [False, True], ids=["reference", "resource"])


@pytest.fixture(autouse=True)
def graph():
    with new_graph() as graph:
        yield graph


@pytest.fixture
def session(graph):
    with tf.Session(graph=graph) as session:
        yield session


@each_optimizer
@each_kind
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_descends_to_the_minimum_of_a_parabola(session, name, use_resource, dtype):
    if name.startswith("Proximal") and dtype == "float64":
        pytest.skip("it does not cast its hyperparameters, nor does TensorFlow's")
    w = tf.Variable([2.0, -1.0], dtype=dtype, use_resource=use_resource)
    loss = tf.reduce_sum(tf.square(w - [0.5, 0.25]))
    step = OPTIMIZERS[name]().minimize(loss)
    session.run(tf.global_variables_initializer())
    for _ in range(300):
        session.run(step)
    assert session.run(loss) < 0.05


@each_optimizer
@each_kind
def test_descends_on_rows_that_occur_several_times(session, name, use_resource):
    e = tf.get_variable("e", initializer=tf.ones([4, 2]), use_resource=use_resource)
    loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(e, [1, 3, 1])))
    step = OPTIMIZERS[name]().minimize(loss)
    session.run(tf.global_variables_initializer())
    before = session.run(loss)
    for _ in range(5):
        session.run(step)
    assert session.run(loss) < before
    value = session.run(e)
    np.testing.assert_array_equal(value[[0, 2]], np.ones((2, 2)))


@each_optimizer
def test_operation_and_scope_are_named_after_the_optimizer(graph, name):
    w = tf.Variable(1.0, name="w")
    step = OPTIMIZERS[name]().minimize(w * w)
    assert step.name == name
    assert step.type == "NoOp"
    assert tf.get_collection(tf.GraphKeys.TRAIN_OP) == [step]
    own = [op.name for op in graph.get_operations() if op.name.startswith(f"{name}/update_w/")]
    assert own


def test_slots():
    w = tf.Variable([1.0, 2.0], name="w")
    optimizer = tf.train.AdamOptimizer()
    assert optimizer.get_slot(w, "m") is None
    optimizer.minimize(tf.reduce_sum(w))
    assert optimizer.get_slot_names() == ["m", "v"]
    m = optimizer.get_slot(w, "m")
    assert m.op.name == "w/Adam"
    assert m.shape.as_list() == [2]
    assert [v.op.name for v in optimizer.variables()] == [
        "beta1_power", "beta2_power", "w/Adam", "w/Adam_1",
    ]  # fmt: skip
    assert m not in tf.trainable_variables()


def test_a_second_minimize_shares_the_slots():
    w = tf.Variable(1.0, name="w")
    optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
    optimizer.minimize(w)
    count = len(tf.global_variables())
    optimizer.minimize(w * w)
    assert len(tf.global_variables()) == count


def test_the_learning_rate_may_be_a_tensor_or_a_function(session):
    rate = tf.placeholder(tf.float32, [])
    w = tf.Variable(1.0)
    by_tensor = tf.train.GradientDescentOptimizer(rate).minimize(w)
    by_function = tf.train.GradientDescentOptimizer(lambda: 0.5).minimize(w)
    session.run(w.initializer)
    session.run(by_tensor, {rate: 0.25})
    assert session.run(w) == 0.75
    session.run(by_function)
    assert session.run(w) == 0.25


def test_only_variables_with_a_gradient_are_changed(session):
    w, unused = tf.Variable(1.0), tf.Variable(1.0)
    optimizer = tf.train.GradientDescentOptimizer(0.5)
    gv = optimizer.compute_gradients(w * 2.0)
    assert [v for _, v in gv] == [w, unused]
    assert gv[1][0] is None
    step = optimizer.apply_gradients(gv)
    session.run(tf.global_variables_initializer())
    session.run(step)
    assert session.run([w, unused]) == [0.0, 1.0]


def test_the_global_step_counts(session):
    n = tf.train.create_global_step()
    w = tf.Variable(1.0)
    step = tf.train.GradientDescentOptimizer(0.1).minimize(w, global_step=n)
    session.run(tf.global_variables_initializer())
    for _ in range(3):
        session.run(step)
    assert tf.train.global_step(session, n) == 3
    assert tf.train.get_global_step() is n
    assert tf.train.get_or_create_global_step() is n


def test_a_loss_may_be_a_function_of_resource_variables(session):
    w = tf.Variable(3.0, use_resource=True)
    tf.Variable(1.0, use_resource=True)
    step = tf.train.GradientDescentOptimizer(0.5).minimize(lambda: tf.square(w))
    session.run(tf.global_variables_initializer())
    session.run(step)
    assert session.run(w) == 0.0


def test_gradients_can_be_changed_on_the_way(session):
    w = tf.Variable([3.0, 4.0])
    optimizer = tf.train.GradientDescentOptimizer(1.0)
    gv = optimizer.compute_gradients(tf.reduce_sum(tf.square(w)))
    step = optimizer.apply_gradients([(tf.clip_by_value(g, -1.0, 1.0), v) for g, v in gv])
    session.run(w.initializer)
    session.run(step)
    np.testing.assert_array_equal(session.run(w), [2.0, 3.0])


def test_a_constraint_excludes_sparse_gradients():
    e = tf.Variable(tf.ones([3, 2]), constraint=tf.abs)
    slices = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([0]), tf.constant([3, 2]))
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    with pytest.raises(RuntimeError, match="Cannot use a constraint function on a sparse variable"):
        optimizer.apply_gradients([(slices, e)])


def test_a_gradient_must_be_a_tensor():
    w = tf.Variable(1.0)
    with pytest.raises(TypeError, match="Gradient must be"):
        tf.train.GradientDescentOptimizer(0.1).apply_gradients([(object(), w)])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tf.train.Optimizer(False, ""), "Must specify the optimizer name"),
        (
            lambda: tf.train.AdagradOptimizer(0.1, 0.0),
            "initial_accumulator_value must be positive: 0.0",
        ),
        (
            lambda: tf.train.FtrlOptimizer(0.1, 0.5),
            "learning_rate_power 0.500000 needs to be negative",
        ),
        (
            lambda: tf.train.FtrlOptimizer(0.1, l1_regularization_strength=-1.0),
            "l1_regularization_strength -1.000000 needs to be positive or zero",
        ),
    ],
)
def test_hyperparameters_are_checked(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_a_subclass_without_an_update_is_not_complete():
    class Nothing(tf.train.Optimizer):
        pass

    w = tf.Variable(1.0)
    with pytest.raises(NotImplementedError):
        Nothing(False, "Nothing").minimize(w)


def test_decays_follow_their_formulas(session):
    n = tf.placeholder(tf.int64, [])
    train = tf.train
    made = {
        "exponential": train.exponential_decay(0.1, n, 10, 0.5),
        "staircase": train.exponential_decay(0.1, n, 10, 0.5, staircase=True),
        "natural": train.natural_exp_decay(0.1, n, 10, 0.5),
        "inverse": train.inverse_time_decay(0.1, n, 10, 0.5),
        "polynomial": train.polynomial_decay(0.1, n, 20, 0.01, power=2.0),
        "cosine": train.cosine_decay(0.1, n, 20, alpha=0.25),
    }
    for step in (0, 7, 15, 40):
        f = min(step, 20) / 20
        expected = {
            "exponential": 0.1 * 0.5 ** (step / 10),
            "staircase": 0.1 * 0.5 ** (step // 10),
            "natural": 0.1 * np.exp(-0.5 * step / 10),
            "inverse": 0.1 / (1 + 0.5 * step / 10),
            "polynomial": 0.09 * (1 - f) ** 2 + 0.01,
            "cosine": 0.1 * (0.75 * 0.5 * (1 + np.cos(np.pi * f)) + 0.25),
        }
        found = session.run(made, {n: step})
        for name, value in expected.items():
            # float32, a handful of operations
            np.testing.assert_allclose(found[name], value, rtol=2e-6, err_msg=name)


def test_the_base_of_every_optimizer_is_optimizer():
    """Libraries find the optimizers by that."""
    for name in dir(tf.train):
        if name.endswith("Optimizer") and name != "Optimizer":
            assert getattr(tf.train, name).__base__ is tf.train.Optimizer, name
