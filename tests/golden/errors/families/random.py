"""Random numbers."""

import numpy as np

ROWS = [
    ("uniform_shape_negative", lambda tf, p: tf.random_uniform(p([-1]))),
    ("uniform_shape_float", lambda tf, p: tf.random_uniform(p([1.5]))),
    ("uniform_shape_matrix", lambda tf, p: tf.random_uniform(p([[1]]))),
    ("uniform_integers_no_limit", lambda tf: tf.random_uniform([2], dtype=tf.int32)),
    ("uniform_integers_bounds", lambda tf, p: tf.random_uniform([2], p(3), p(3), dtype=tf.int32)),
    ("uniform_integers_float_bounds", lambda tf: tf.random_uniform([2], 0.5, 2.5, dtype=tf.int32)),
    (
        "uniform_bounds_shape",
        lambda tf, p: tf.random_uniform([2], p([0, 0]), p([3, 3]), dtype=tf.int32),
    ),
    ("uniform_type", lambda tf: tf.random_uniform([2], dtype=tf.bool)),
    ("uniform_string", lambda tf: tf.random_uniform([2], dtype=tf.string)),
    ("uniform_broadcast", lambda tf, p: tf.random_uniform([2], p([0.0, 0.0, 0.0]), 1.0)),
    ("normal_shape_negative", lambda tf, p: tf.random_normal(p([2, -3]))),
    ("normal_integers", lambda tf: tf.random_normal([2], dtype=tf.int32)),
    ("normal_seed", lambda tf: tf.random_normal([2], seed="a")),
    ("normal_broadcast", lambda tf, p: tf.random_normal([2], mean=p([1.0, 2.0, 3.0]))),
    ("truncated_integers", lambda tf: tf.truncated_normal([2], dtype=tf.int32)),
    ("truncated_shape", lambda tf, p: tf.truncated_normal(p([-2]))),
    ("gamma_shape", lambda tf, p: tf.random_gamma(p([-1]), p([1.0]))),
    ("gamma_integers", lambda tf, p: tf.random_gamma([2], p([1]), dtype=tf.int32)),
    ("gamma_alpha_string", lambda tf, p: tf.random_gamma([2], "a")),
    ("poisson_shape", lambda tf, p: tf.random_poisson(p([1.0]), p([-1]))),
    ("poisson_type", lambda tf, p: tf.random_poisson(p([1.0]), [2], dtype=tf.bool)),
    ("shuffle_none", lambda tf: tf.random_shuffle(None)),
    ("crop_size", lambda tf, p: tf.random_crop(p(np.ones((3, 3))), p([4, 2]))),
    ("crop_rank", lambda tf, p: tf.random_crop(p(np.ones((3, 3))), p([2, 2, 2]))),
    ("multinomial_rank", lambda tf, p: tf.multinomial(p([1.0, 2.0]), p(2))),
    ("multinomial_count", lambda tf, p: tf.multinomial(p([[1.0, 2.0]]), p(-1))),
    ("multinomial_count_vector", lambda tf, p: tf.multinomial(p([[1.0, 2.0]]), p([1]))),
    ("multinomial_no_classes", lambda tf, p: tf.multinomial(p(np.ones((2, 0))), p(1))),
    ("multinomial_type", lambda tf, p: tf.multinomial(p([[1.0]]), 1, output_dtype=tf.float32)),
    ("categorical_rank", lambda tf, p: tf.random.categorical(p([[[1.0]]]), 1)),
    ("stateless_seed_shape", lambda tf, p: tf.random.stateless_uniform([2], seed=p([1, 2, 3]))),
    ("stateless_seed_scalar", lambda tf, p: tf.random.stateless_normal([2], seed=p(1))),
    ("stateless_seed_float", lambda tf, p: tf.random.stateless_normal([2], seed=p([1.0, 2.0]))),
    ("stateless_no_seed", lambda tf: tf.random.stateless_normal([2])),
    ("stateless_shape", lambda tf, p: tf.random.stateless_truncated_normal(p([-1]), seed=[1, 2])),
    (
        "stateless_integers",
        lambda tf, p: tf.random.stateless_uniform(
            [2], seed=[1, 2], minval=p(3), maxval=p(1), dtype=tf.int32
        ),
    ),
    (
        "stateless_integers_no_limit",
        lambda tf: tf.random.stateless_uniform([2], seed=[1, 2], dtype=tf.int32),
    ),
    (
        "stateless_categorical",
        lambda tf, p: tf.random.stateless_categorical(p([1.0]), 1, seed=[1, 2]),
    ),
    (
        "parameterized_shape",
        lambda tf, p: tf.raw_ops.ParameterizedTruncatedNormal(
            shape=p([2]), means=p([0.0] * 3), stdevs=p(1.0), minvals=p(-1.0), maxvals=p(1.0)
        ),
    ),
    (
        "parameterized_order",
        lambda tf, p: tf.raw_ops.ParameterizedTruncatedNormal(
            shape=p([2]), means=p(0.0), stdevs=p(1.0), minvals=p(1.0), maxvals=p(-1.0)
        ),
    ),
    (
        "parameterized_deviation",
        lambda tf, p: tf.raw_ops.ParameterizedTruncatedNormal(
            shape=p([2]), means=p(0.0), stdevs=p(-1.0), minvals=p(-1.0), maxvals=p(1.0)
        ),
    ),
    ("set_seed_string", lambda tf: tf.set_random_seed("a") or tf.random_uniform([2])),
    ("glorot_scalar", lambda tf: tf.glorot_uniform_initializer()([])),
    ("orthogonal_vector", lambda tf: tf.orthogonal_initializer()([3])),
    ("variance_mode", lambda tf: tf.variance_scaling_initializer(mode="fan_all")),
    ("variance_distribution", lambda tf: tf.variance_scaling_initializer(distribution="gamma")),
    ("variance_scale", lambda tf: tf.variance_scaling_initializer(scale=-1.0)),
    ("identity_rank", lambda tf: tf.initializers.identity()([2, 2, 2])),
    ("normal_initializer_type", lambda tf: tf.random_normal_initializer(dtype=tf.int32)([2])),
]
