"""Convolutions of images: strides, padding, gradients of two orders.

TensorFlow's CPU kernels have no channels-first format, no dilated gradients and no grouped ones;
of such graphs only static shapes are fetched.
"""

import numpy as np

X = np.sin(np.arange(2 * 5 * 6 * 2.0)).reshape(2, 5, 6, 2).astype(np.float32)
W = np.cos(np.arange(3 * 2 * 2 * 3.0)).reshape(3, 2, 2, 3).astype(np.float32)


def _x(tf, shape=(2, 5, 6, 2), name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _w(tf, shape=(3, 2, 2, 3), name="w", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _with_gradients(tf, y, xs, order=1):
    fetches = {"y": y}
    gs = tf.gradients(tf.reduce_sum(y * y), xs)
    fetches.update({f"g{i}": g for i, g in enumerate(gs)})
    if order == 2:
        hs = tf.gradients(sum(tf.reduce_sum(g * g) for g in gs), xs)
        fetches.update({f"h{i}": h for i, h in enumerate(hs)})
    return fetches


def _graph(tf, y, xs, order=1):
    """Like `_with_gradients`; what is fetched are the shapes."""
    shapes = {k: tf.shape(t) for k, t in _with_gradients(tf, y, xs, order).items()}
    return {k: t for k, t in shapes.items() if t.op.type == "Const"}


def same(tf):
    x, w = _x(tf), _w(tf)
    return _with_gradients(tf, tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME"), [x, w], 2), {x: X, w: W}


def valid_strided(tf):
    x, w = _x(tf, (None, 5, None, 2)), _w(tf)
    y = tf.nn.conv2d(x, w, strides=[1, 2, 3, 1], padding="VALID", name="c")
    return _with_gradients(tf, y, [x, w], 2), {x: X, w: W}


def same_strided_unknown(tf):
    x, w = _x(tf, None), _w(tf, None)
    y = tf.nn.conv2d(x, w, 2, "SAME", use_cudnn_on_gpu=False)
    return _with_gradients(tf, y, [x, w]), {x: X, w: W}


def explicit(tf):
    x, w = _x(tf), _w(tf, (3, 2, 2, None))
    y = tf.nn.conv2d(x, filters=w, strides=(1, 2), padding=[[0, 0], [1, 2], [0, 3], [0, 0]])
    return _with_gradients(tf, y, [x, w], 2), {x: X, w: W}


def pointwise(tf):
    x, w = _x(tf), _w(tf, (1, 1, 2, 3))
    y = tf.nn.conv2d(x, w, [1, 2, 2, 1], "SAME")
    return _with_gradients(tf, y, [x, w], 2), {x: X, w: W[:1, :1]}


def dilated(tf):
    x = _x(tf)
    y = tf.nn.conv2d(x, W, 1, "VALID", dilations=[1, 2, 3, 1])
    z = tf.nn.conv2d(X, W, [1, 1, 1, 1], "SAME", dilations=2)
    return {"y": y, "z": z}, {x: X}


def grouped(tf):
    x = _x(tf, (2, 5, 6, 4))
    return {"y": tf.nn.conv2d(x, W[..., :2], 1, "SAME")}, {x: np.concatenate([X, -X], 3)}


def wide_batch(tf):
    x, w = _x(tf, (None, 2, 5, 6, 2)), _w(tf)
    y = tf.nn.conv2d(x, w, 1, "SAME")
    return _with_gradients(tf, y, [x, w]), {x: X[None], w: W}


def wide_batch_static(tf):
    x, w = _x(tf, (1, 2, 5, 6, 2)), _w(tf)
    return {"y": tf.nn.conv2d(x, w, 1, "SAME", name="c")}, {x: X[None], w: W}


def wide_batch_unknown(tf):
    x, w = _x(tf, (1, 2, None, 6, 2)), _w(tf)
    return {"y": tf.nn.conv2d(x, w, 1, "SAME")}, {x: X[None], w: W}


def types(tf):
    fetches = {}
    for name in ("float16", "bfloat16", "float64"):
        x, w = tf.cast(tf.constant(X), name), tf.cast(tf.constant(W), name)
        fetches[name] = tf.nn.conv2d(x, w, 1, "SAME")
    x, w = (tf.cast(tf.constant(a * 9), tf.int32) for a in (X, W))
    fetches["int32"] = tf.nn.conv2d(x, w, 2, "VALID")
    fetches["back"] = tf.nn.conv2d_backprop_input([2, 5, 6, 2], w, fetches["int32"], [1, 2, 2, 1],
                                                  "VALID")  # fmt: skip
    return fetches, {}


def empty(tf):
    x, w = _x(tf, (None, 5, 6, 2)), _w(tf)
    y = tf.nn.conv2d(x, w, 1, "SAME")
    return _with_gradients(tf, y, [x, w]), {x: X[:0], w: W}


def no_window(tf):
    x = _x(tf, (None, None, None, 2))
    return {"y": tf.nn.conv2d(x, W, [1, 2, 1, 1], "VALID")}, {x: X[:, :2]}


# ---------------------------------------------------------------------- graphs alone


def channels_first(tf):
    x, w = _x(tf, (2, 2, 5, 6)), _w(tf)
    y = tf.nn.conv2d(x, w, [1, 2], "SAME", data_format="NCHW")
    return _graph(tf, y, [x, w], 2), {}


def channels_first_explicit(tf):
    x, w = _x(tf, (2, 2, 5, 6)), _w(tf)
    y = tf.nn.conv2d(x, w, 1, [[0, 0], [0, 0], [1, 2], [3, 0]], data_format="NCHW", dilations=2)
    t = tf.nn.conv2d_transpose(x, _w(tf, (3, 2, 3, 2), "t"), [2, 3, 5, 6], 1, data_format="NCHW")
    return {**_graph(tf, y, [x, w]), "t": tf.shape(t)}, {}


def dilated_gradients(tf):
    x, w = _x(tf), _w(tf)
    y = tf.nn.conv2d(x, w, 1, "SAME", dilations=[2, 1])
    return _graph(tf, y, [x, w]), {}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
