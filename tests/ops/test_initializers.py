"""Initial values and penalties: what they compute, their configurations, their errors.

Oracle: numpy and the formulas.  The graphs are compared in ``golden/initializers.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.functions import initializers
from tfgrad._src.graph.graph import new_graph

layers = initializers  # of tf.contrib.layers


def evaluate(build):
    with new_graph() as graph:
        x = build()
        with tf.Session(graph=graph) as session:
            return session.run(x)


MAKERS = [
    initializers.Zeros, initializers.Ones, initializers.Constant, initializers.RandomUniform,
    initializers.RandomNormal, initializers.TruncatedNormal, initializers.UniformUnitScaling,
    initializers.VarianceScaling, initializers.GlorotUniform, initializers.GlorotNormal,
    initializers.Orthogonal, initializers.Identity,
]  # fmt: skip
each_maker = pytest.mark.parametrize("maker", MAKERS, ids=lambda m: m.__name__)


@each_maker
def test_configuration_makes_an_equal_one(maker):
    first = maker(dtype=tf.float64)
    config = first.get_config()
    second = maker.from_config(config)
    assert second.get_config() == config
    assert config["dtype"] == "float64"


@each_maker
def test_type_of_the_call_is_taken(maker):
    with new_graph():
        assert maker()([2, 3]).dtype == tf.float32
        assert maker()((2, 3), tf.float64).dtype == tf.float64
        assert maker(dtype=tf.float64)(tf.TensorShape([2, 3])).shape.as_list() == [2, 3]


@pytest.mark.parametrize(
    ("make", "variance"),
    [
        (lambda: tf.glorot_uniform_initializer(seed=1), 2 / (300 + 100)),
        (lambda: tf.glorot_normal_initializer(seed=1), 2 / (300 + 100)),
        (lambda: tf.initializers.he_normal(seed=1), 2 / 300),
        (lambda: tf.initializers.he_uniform(seed=1), 2 / 300),
        (lambda: tf.initializers.lecun_normal(seed=1), 1 / 300),
        (lambda: tf.initializers.lecun_uniform(seed=1), 1 / 300),
        (lambda: tf.uniform_unit_scaling_initializer(seed=1), 1 / 300),
        (lambda: layers.xavier_initializer(seed=1), 2 / (300 + 100)),
        (lambda: layers.contrib_variance_scaling_initializer(seed=1), 2 / 300),
        (
            lambda: layers.contrib_variance_scaling_initializer(1.0, "FAN_OUT", True, seed=1),
            1 / 100,
        ),
    ],
)
def test_variance_is_scaled_to_the_layer(make, variance):
    x = evaluate(lambda: make()([300, 100]))
    # 30,000 numbers know their variance to 1 %; tf.contrib rounds a constant to 1.3, off by 0.6 %.
    np.testing.assert_allclose(x.var(), variance, rtol=0.04)
    assert abs(x.mean()) < 4 * np.sqrt(variance / x.size)


def test_kernels_count_their_field():
    x = evaluate(lambda: tf.variance_scaling_initializer(seed=1)([5, 5, 8, 16]))
    np.testing.assert_allclose(x.var(), 1 / (5 * 5 * 8), rtol=0.1)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (2, 3, 4)])
def test_orthogonal_matrices_are(shape):
    q = evaluate(lambda: tf.orthogonal_initializer(gain=2.0, seed=1, dtype=tf.float64)(shape))
    q = q.reshape(-1, shape[-1])
    q = q if q.shape[0] >= q.shape[1] else q.T
    np.testing.assert_allclose(q.T @ q, 4 * np.eye(q.shape[1]), atol=1e-12)


def test_slices_of_a_larger_variable_are_scaled_by_the_whole():
    class Partition:
        full_shape = (400, 100)
        var_offset = (0, 0)

    def build():
        return tf.initializers.he_uniform(seed=1)([100, 100], partition_info=Partition)

    np.testing.assert_allclose(evaluate(build).var(), 2 / 400, rtol=0.05)


def test_errors():
    with new_graph():
        for make, message in (
            (
                lambda: tf.variance_scaling_initializer(scale=-1.0),
                "`scale` must be a positive float",
            ),
            (lambda: tf.variance_scaling_initializer(mode="fan"), "`mode` should be one of"),
            (lambda: tf.variance_scaling_initializer(distribution="x"), "`distribution` should be"),
            (lambda: tf.random_normal_initializer(dtype=tf.int32), "expected to be floating point"),
            (lambda: tf.orthogonal_initializer()([3]), "must be at least two-dimensional"),
            (lambda: tf.initializers.identity()([3]), "must be at least two-dimensional"),
            (lambda: tf.constant_initializer([1.0, 2.0, 3.0])([2]), "Too many elements provided"),
        ):
            with pytest.raises(ValueError, match=message):
                make()
        with pytest.raises(TypeError, match="Invalid type for initial value"):
            tf.constant_initializer(object())
        with pytest.raises(TypeError, match="Unknown mode"):
            layers.contrib_variance_scaling_initializer(mode="fan_in")
