"""Fused batch normalisation, and normalisation across channels: nodes, values, derivatives."""

import numpy as np

_X = np.cos(np.arange(36.0)).reshape(2, 3, 3, 2) * 3 + 1


def _first(a):
    return np.moveaxis(a, -1, 1)


def _case(shape=(2, 3, 3, 2), order=1, dtype="float32", training=True, values=_X, run=True, **a):
    """``run=False``: TensorFlow has no kernel; the graph alone is compared."""

    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        scale = tf.placeholder(tf.float32, [2], name="scale")
        offset = tf.placeholder(tf.float32, [2], name="offset")
        feeds = {x: values, scale: [1.5, -2.0], offset: [0.5, 1.0]}
        options = dict(a)
        if not training or "exponential_avg_factor" in a:
            options.update(mean=tf.constant([0.5, -0.25]), variance=tf.constant([2.0, 0.5]))
        y, mean, variance = tf.nn.fused_batch_norm(
            x, scale, offset, is_training=training, **options
        )
        out = {"y": y}
        if training:
            out.update(mean=mean, variance=variance)
        if order:
            g = tf.gradients(y * y * y, [x, scale, offset])
            out.update(zip(["gx", "gs", "go"], g, strict=True))
        if order > 1:
            h = tf.gradients([tf.sin(g[0]), g[1] * g[1], g[2]], [x, scale, offset])
            out.update(zip(["hx", "hs", "ho"], h, strict=True))
        if not run:
            out = {k: t.op for k, t in out.items()}
        return out, feeds

    return case


def _older(version, order=2, training=True):
    def case(tf):
        x = tf.placeholder(tf.float32, [2, 3, 3, 2], name="x")
        vectors = {"scale": [1.5, -2.0], "offset": [0.5, 1.0], "mean": [], "variance": []}
        if not training:
            vectors.update(mean=[0.5, -0.25], variance=[2.0, 0.5])
        op = getattr(tf.raw_ops, "FusedBatchNorm" + version)
        y = op(x=x, is_training=training, **{k: tf.constant(v) for k, v in vectors.items()})[0]
        g = tf.gradients(y * y * y, x)[0]
        out = {"y": y, "g": g}
        if order > 1:
            out["h"] = tf.gradients(g * g, x)[0]
        return out, {x: _X}

    return case


def statistics(tf):
    """Of one element per channel, and of none."""
    one = tf.nn.fused_batch_norm(tf.constant([[[[3.0, 4.0]]]]), [1.0, 2.0], [0.5, 0.25])
    x = tf.placeholder(tf.float32, [None, 1, 1, 2])
    none = tf.nn.fused_batch_norm(x, [1.0, 2.0], [0.5, 0.25], name="named")
    out = dict(zip(["y", "mean", "variance"], one, strict=True))
    return {**out, "empty": none[0], "mean of none": none[1]}, {x: np.zeros([0, 1, 1, 2])}


def _lrn(shape, dtype="float32", true=None, **options):
    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        y = tf.nn.lrn(x, **options)
        value = np.cos(np.arange(np.prod(true or shape))).reshape(true or shape) * 2
        g = tf.gradients(y * y, x)[0]
        # TensorFlow computes the gradient of half in half: it has two digits.
        return {"y": y, "g": g.op if dtype == "float16" else g}, {x: value}

    return case


CASES = {
    "training": _case(order=2),
    "training_dynamic": _case([None, None, 3, 2], order=2),
    "training_unknown": _case(None),
    "training_channels_first": _case((2, 2, 3, 3), order=2, values=_first(_X), data_format="NCHW"),
    "training_half": _case(dtype="float16"),
    "training_volume": _case((2, 3, 1, 3, 2), values=_X[:, :, None], data_format="NDHWC"),
    "training_volume_first": _case(
        (2, 2, 3, 1, 3), values=_first(_X[:, :, None]), data_format="NCDHW"
    ),
    "training_average": _case(exponential_avg_factor=0.25, epsilon=0.5),
    "inference": _case(training=False, order=2),
    "inference_dynamic": _case([None, None, 3, 2], training=False),
    "inference_channels_first": _case(
        (2, 2, 3, 3), training=False, order=2, values=_first(_X), data_format="NCHW"
    ),
    "inference_volume_first": _case(
        (2, 2, 3, 1, 3), training=False, values=_first(_X[:, :, None]), data_format="NCDHW"
    ),
    "inference_half": _case(training=False, dtype="float16", order=2, run=False),
    "first_version": _older("", order=1),
    "first_version_inference": _older("", training=False),
    "second_version": _older("V2", order=1),
    "statistics": statistics,
    "lrn": _lrn([1, 2, 2, 7]),
    "lrn_near": _lrn([1, 1, 2, 7], depth_radius=1, bias=2.0, alpha=0.5, beta=0.75),
    "lrn_dynamic": _lrn([None, None, 2, None], true=[1, 2, 2, 3], depth_radius=2, name="n"),
    "lrn_half": _lrn([1, 1, 2, 5], "float16"),
    "lrn_alone": _lrn([1, 1, 2, 4], depth_radius=0),
}  # fmt: skip
