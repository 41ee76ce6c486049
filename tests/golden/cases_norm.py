"""Moments, normalisation and dropout: nodes, values, derivatives."""

import numpy as np

_X = np.array([[1.0, 2.0, 4.0], [3.0, 6.0, -8.0]], np.float32)
_IMAGES = np.cos(np.arange(48.0)).reshape(2, 3, 4, 2).astype(np.float32)


def _moments(shape, axes, dtype="float32", **options):
    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        mean, variance = tf.nn.moments(x, axes, **options)
        g = tf.gradients([mean, variance], x)[0]
        value = _IMAGES if len(axes) == 3 else _X
        return {"mean": mean, "variance": variance, "g": g}, {x: value.astype(dtype)}

    return case


def weighted_moments(tf):
    x = tf.constant(_X)
    out = {}
    for n, keep in (("a", False), ("b", True)):
        w = tf.constant([[1.0, 2.0, 0.0]])
        out[n], out[n + "_variance"] = tf.nn.weighted_moments(x, [0], w, keep_dims=keep)
    return out, {}


def statistics(tf):
    x = tf.constant(_X)
    a = tf.nn.sufficient_statistics(x, [0])
    b = tf.nn.sufficient_statistics(x, [0, 1], shift=1.5, keep_dims=True)
    mean, variance = tf.nn.normalize_moments(*a)
    shifted = tf.nn.normalize_moments(*b)
    return {"mean": mean, "variance": variance, "mean 2": shifted[0], "variance 2": shifted[1]}, {}


def statistics_dynamic(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    counts, mean, variance, _ = tf.nn.sufficient_statistics(x, [0, -1], name="s")
    return {"counts": counts, "mean": mean, "variance": variance}, {x: _X}


def _batch_norm(with_offset, with_scale, dtype="float32"):
    def case(tf):
        x = tf.placeholder(dtype, [None, 3], name="x")
        mean = tf.constant([1.0, 2.0, 3.0], dtype)
        variance = tf.constant([1.0, 4.0, 0.25], dtype)
        offset = tf.constant([0.0, 1.0, 2.0], dtype) if with_offset else None
        scale = tf.constant([1.0, 2.0, 0.5], dtype) if with_scale else None
        y = tf.nn.batch_normalization(x, mean, variance, offset, scale, 1e-3)
        return {"y": y, "g": tf.gradients(y, x)[0]}, {x: _X.astype(dtype)}

    return case


def _l2(shape, axis, dtype="float32", **options):
    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        y = tf.nn.l2_normalize(x, axis, **options)
        out = {"y": y}
        if dtype != "complex64":
            out["g"] = tf.gradients(y, x)[0]
        return out, {x: (_X + 0.5j * _X[::-1] if dtype == "complex64" else _X).astype(dtype)}

    return case


def l2_of_zero(tf):
    x = tf.constant([[3.0, 4.0], [0.0, 0.0]])
    y = tf.nn.l2_normalize(x, dim=1, name="unit")
    return {"y": y, "g": tf.gradients(y, x)[0]}, {}


def layers(tf):
    x = tf.constant([[1.0, -2.0]])
    w = tf.constant([[1.0, 2.0, 3.0], [4.0, 0.5, 6.0]])
    return {"relu": tf.nn.relu_layer(x, w, [0.5, 0.5, 0.5])}, {}


def _dropout(shape=(3, 4), **options):
    def case(tf):
        tf.set_random_seed(3)
        x = tf.placeholder(tf.float32, shape, name="x")
        y = tf.nn.dropout(x, **options)
        z = tf.nn.dropout(y, 0.9, name="again")
        return {"y": y, "z": z, "g": tf.gradients(y, x)[0]}, {x: np.ones([3, 4])}

    return case


def dropout_tensor_rate(tf):
    x = tf.constant(np.ones([2, 5], np.float32))
    keep = tf.placeholder_with_default(0.5, [], name="keep")
    rate = tf.placeholder_with_default(0.25, [], name="rate")
    return {
        "a": tf.nn.dropout(x, keep, seed=1),
        "b": tf.nn.dropout(x, rate=rate, seed=2),
        "c": tf.nn.dropout(tf.cast(x, tf.float64), rate=tf.constant(0.5, tf.float64), seed=2),
    }, {}


def dropout_zero(tf):
    """No node for the rate 0, but the next seed counts on."""
    tf.set_random_seed(3)
    x = tf.constant([1.0, 2.0])
    y = tf.nn.dropout(x, rate=0)
    return {"y": y, "u": tf.random_uniform([2])}, {}


CASES = {
    "moments": _moments([2, 3], [0]),
    "moments_dynamic": _moments([None, 3], [0]),
    "moments_keep": _moments([2, 3], [1], keep_dims=True),
    "moments_images": _moments([None, 3, 4, 2], [0, 1, 2], name="m"),
    "moments_half": _moments([2, 3], [0], "float16"),
    "weighted_moments": weighted_moments,
    "statistics": statistics,
    "statistics_dynamic": statistics_dynamic,
    "batch_norm": _batch_norm(True, True),
    "batch_norm_plain": _batch_norm(False, False),
    "batch_norm_scaled": _batch_norm(False, True, "float64"),
    "l2": _l2([2, 3], 1),
    "l2_all": _l2([2, 3], None, epsilon=0.5),
    "l2_dynamic": _l2([None, 3], [0, 1]),
    "l2_complex": _l2([2, 3], 1, "complex64"),
    "l2_of_zero": l2_of_zero,
    "layers": layers,
    "dropout": _dropout(keep_prob=0.5),
    "dropout_rate": _dropout(rate=0.25, seed=5, name="d"),
    "dropout_dynamic": _dropout((None, 4), rate=0.5),
    "dropout_noise_shape": _dropout(rate=0.5, noise_shape=[3, 1]),
    "dropout_noise_shape_none": _dropout(rate=0.5, noise_shape=[None, 1]),
    "dropout_tensor_rate": dropout_tensor_rate,
    "dropout_zero": dropout_zero,
}
