"""Depthwise and separable convolutions."""

import numpy as np

X = np.sin(np.arange(2 * 5 * 6 * 2.0)).reshape(2, 5, 6, 2).astype(np.float32)
D = np.cos(np.arange(3 * 2 * 2 * 2.0)).reshape(3, 2, 2, 2).astype(np.float32)
P = np.sin(np.arange(4 * 3.0)).reshape(1, 1, 4, 3).astype(np.float32)


def _x(tf, shape=(2, 5, 6, 2), name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _with_gradients(tf, y, xs, order=1):
    fetches = {"y": y}
    gs = tf.gradients(tf.reduce_sum(y * y), xs)
    fetches.update({f"g{i}": g for i, g in enumerate(gs)})
    if order == 2:
        hs = tf.gradients(sum(tf.reduce_sum(g * g) for g in gs), xs)
        fetches.update({f"h{i}": h for i, h in enumerate(hs)})
    return fetches


def native(tf):
    x, w = _x(tf), _x(tf, (3, 2, 2, 2), "w")
    y = tf.nn.depthwise_conv2d_native(x, w, [1, 2, 2, 1], "SAME")
    return _with_gradients(tf, y, [x, w], 2), {x: X, w: D}


def native_dynamic(tf):
    x, w = _x(tf, (None, None, 6, 2)), _x(tf, (3, 2, None, 2), "w")
    y = tf.nn.depthwise_conv2d_native(x, w, [1, 1, 1, 1], "VALID", name="d")
    return _with_gradients(tf, y, [x, w]), {x: X, w: D}


def native_explicit(tf):
    x, w = _x(tf), _x(tf, (3, 2, 2, 2), "w")
    y = tf.nn.depthwise_conv2d_native(x, w, [1] * 4, [[0, 0], [1, 0], [2, 1], [0, 0]])
    return _with_gradients(tf, y, [x, w], 2), {x: X, w: D}


def native_types(tf):
    return {
        t: tf.nn.depthwise_conv2d_native(
            tf.cast(tf.constant(X), t), tf.cast(tf.constant(D), t), [1] * 4, "SAME"
        )
        for t in ("float16", "bfloat16", "float64")
    }, {}


def native_graph(tf):
    x, w = _x(tf, (2, 2, 5, 6)), _x(tf, (3, 2, 2, 2), "w")
    y = tf.nn.depthwise_conv2d_native(
        x, w, [1] * 4, "SAME", data_format="NCHW", dilations=[1, 1, 2, 2]
    )
    gs = tf.gradients(y, [x, w])
    return {k: tf.shape(t) for k, t in zip("yxw", [y, *gs])}, {}  # noqa: B905 - Python 3.9 records


def backprop(tf):
    x, w, dy = _x(tf), _x(tf, (3, 2, 2, 2), "w"), _x(tf, (2, 5, 6, 4), "dy")
    dx = tf.nn.depthwise_conv2d_backprop_input([2, 5, 6, 2], w, dy, [1] * 4, "SAME")
    dw = tf.nn.depthwise_conv2d_native_backprop_filter(x, [3, 2, 2, 2], dy, [1] * 4, "SAME")
    gs = tf.gradients([dx * dx, dw * dw], [x, w, dy])
    feeds = {x: X, w: D, dy: np.concatenate([X, X * X], 3)}
    return {"dx": dx, "dw": dw, **{f"g{i}": g for i, g in enumerate(gs)}}, feeds


def depthwise(tf):
    x, w = _x(tf), _x(tf, (3, 2, 2, 2), "w")
    y = tf.nn.depthwise_conv2d(x, w, [1, 2, 2, 1], "SAME")
    return _with_gradients(tf, y, [x, w]), {x: X, w: D}


def depthwise_dilated(tf):
    x, w = _x(tf, (None, 5, 6, 2)), _x(tf, (3, 2, 2, 2), "w")
    y = tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "SAME", rate=[2, 3])
    z = tf.nn.depthwise_conv2d(x, D, [1, 1, 1, 1], "VALID", dilations=(2, 2), name="z")
    return {**_with_gradients(tf, y, [x, w]), "z": z}, {x: X, w: D}


def separable(tf):
    x, w, p = _x(tf), _x(tf, (3, 2, 2, 2), "w"), _x(tf, (1, 1, 4, 3), "p")
    y = tf.nn.separable_conv2d(x, w, p, [1, 1, 1, 1], "SAME")
    return _with_gradients(tf, y, [x, w, p], 2), {x: X, w: D, p: P}


def separable_dilated(tf):
    x = _x(tf)
    y = tf.nn.separable_conv2d(x, D, P, [1] * 4, "VALID", rate=[2, 1], name="s")
    return _with_gradients(tf, y, [x]), {x: X}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
