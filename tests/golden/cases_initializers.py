"""Initial values of variables: nodes and numbers."""

import numpy as np


def _variables(shape, **initializers):
    def case(tf):
        out = {}
        for name, make in initializers.items():
            out[name] = tf.get_variable(name, shape, initializer=make(tf))
        return {k: v.read_value() if hasattr(v, "read_value") else v for k, v in out.items()}, {}

    return case


def called(tf):
    """Called directly, with shapes of several kinds."""
    return {
        "zeros": tf.zeros_initializer()([2], tf.int32),
        "ones": tf.initializers.ones(dtype=tf.float64)([2, 1]),
        "constant": tf.constant_initializer([1.0, 2.0])([2, 2]),
        "empty": tf.zeros_initializer()([]),
        "vector": tf.variance_scaling_initializer(2.0, seed=1)([4]),
        "scalar": tf.variance_scaling_initializer(2.0, seed=1)([]),
        "kernel": tf.glorot_uniform_initializer(seed=1)([3, 3, 2, 4]),
        "tall": tf.abs(tf.orthogonal_initializer(gain=2.0, seed=1)([3, 2])),
        "wide": tf.abs(tf.orthogonal_initializer(seed=1)([2, 3])),
        "identity": tf.initializers.identity(2.0)([2, 3]),
        "unit": tf.uniform_unit_scaling_initializer(1.5, seed=2)([2, 2]),
    }, {}


_SCALINGS = {
    f"{mode}_{distribution}": (
        lambda tf, mode=mode, distribution=distribution: tf.variance_scaling_initializer(
            1.5, mode, distribution, seed=3
        )
    )
    for mode in ("fan_in", "fan_out", "fan_avg")
    for distribution in ("normal", "uniform", "untruncated_normal")
}

CASES = {
    "fixed": _variables(
        [2, 2],
        zeros=lambda tf: tf.zeros_initializer(),
        ones=lambda tf: tf.ones_initializer(),
        number=lambda tf: tf.constant_initializer(2.5),
        array=lambda tf: tf.constant_initializer(np.array([[1.0, 2.0], [3.0, 4.0]])),
        few=lambda tf: tf.constant_initializer([1.0, 2.0]),
        identity=lambda tf: tf.initializers.identity(gain=3.0),
    ),
    "random": _variables(
        [2, 3],
        uniform=lambda tf: tf.random_uniform_initializer(-1, 1, seed=3),
        unit=lambda tf: tf.random_uniform_initializer(seed=3),
        normal=lambda tf: tf.random_normal_initializer(seed=3),
        truncated=lambda tf: tf.truncated_normal_initializer(1.0, 0.1, seed=4),
        unit_scaling=lambda tf: tf.initializers.uniform_unit_scaling(seed=4),
        glorot=lambda tf: tf.glorot_uniform_initializer(seed=6),
        glorot_normal=lambda tf: tf.initializers.glorot_normal(seed=6),
        he=lambda tf: tf.initializers.he_normal(seed=8),
        he_uniform=lambda tf: tf.initializers.he_uniform(seed=8),
        lecun=lambda tf: tf.initializers.lecun_normal(seed=8),
        lecun_uniform=lambda tf: tf.initializers.lecun_uniform(seed=8),
    ),
    "scalings": _variables([2, 3, 4], **_SCALINGS),
    "called": called,
}
