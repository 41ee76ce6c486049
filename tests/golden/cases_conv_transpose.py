"""Convolutions that are gradients or transposes of others; sequences and volumes."""

import numpy as np

X = np.sin(np.arange(2 * 5 * 6 * 2.0)).reshape(2, 5, 6, 2).astype(np.float32)
W = np.cos(np.arange(3 * 2 * 2 * 3.0)).reshape(3, 2, 2, 3).astype(np.float32)
S = np.sin(np.arange(2 * 7 * 2.0)).reshape(2, 7, 2).astype(np.float32)
V = np.sin(np.arange(1 * 3 * 4 * 3 * 2.0)).reshape(1, 3, 4, 3, 2).astype(np.float32)
WV = np.cos(np.arange(2 * 2 * 2 * 2 * 2.0)).reshape(2, 2, 2, 2, 2).astype(np.float32)


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


def backprop_input(tf):
    w, dy = _w(tf), _x(tf, (2, 5, 6, 3), "dy")
    dx = tf.nn.conv2d_backprop_input([2, 5, 6, 2], w, dy, [1, 1, 1, 1], "SAME")
    return _with_gradients(tf, dx, [w, dy], 2), {w: W, dy: np.concatenate([X, X[..., :1]], 3)}


def backprop_input_two_sizes(tf):
    w, dy = _w(tf), _x(tf, (None, 5, 6, 3), "dy")
    n = tf.placeholder(tf.int32, [2], "n")
    dx = tf.nn.conv2d_backprop_input(n, w, dy, [1, 1, 1, 1], "SAME")
    more = tf.nn.conv2d_backprop_input([5, 6], w, dy, [1, 1, 1, 1], "SAME")
    feeds = {w: W, dy: np.concatenate([X, X[..., :1]], 3), n: [5, 6]}
    return {"dx": dx, "more": more}, feeds


def backprop_input_parts(tf):
    w, dy = _w(tf), _x(tf, (None, None, 6, 3), "dy")
    n = tf.shape(dy)[0]
    dx = tf.nn.conv2d_backprop_input([n, 5, 6, 2], w, dy, [1, 1, 1, 1], "SAME")
    sizes = tf.placeholder(tf.int32, None, "sizes")
    more = tf.nn.conv2d_backprop_input(sizes, w, dy, [1, 1, 1, 1], "SAME")
    feeds = {w: W, dy: np.concatenate([X, X[..., :1]], 3), sizes: X.shape}
    return {"dx": dx, "more": more}, feeds


def backprop_filter(tf):
    x, dy = _x(tf), _x(tf, (2, 3, 3, 3), "dy")
    dw = tf.nn.conv2d_backprop_filter(x, [3, 2, 2, 3], dy, [1, 2, 2, 1], "SAME")
    return _with_gradients(tf, dw, [x, dy], 2), {x: X, dy: W.reshape(3, 2, 2, 3)[:2].repeat(
        2, 1)[:, :3].repeat(2, 2)[:, :, :3]}  # fmt: skip


def transposed(tf):
    x, w = _x(tf), _w(tf, (3, 2, 3, 2))
    y = tf.nn.conv2d_transpose(x, w, [2, 10, 11, 3], 2)
    return _with_gradients(tf, y, [x, w], 2), {x: X, w: W.reshape(3, 2, 3, 2)}


def transposed_dynamic(tf):
    x, w = _x(tf, (None, 5, 6, 2)), _w(tf, (3, 2, 3, 2))
    y = tf.nn.conv2d_transpose(
        x, w, tf.stack([tf.shape(x)[0], 7, 7, 3]), [1, 1, 1, 1], padding="VALID", name="t"
    )
    z = tf.nn.conv2d_transpose(x, w, [tf.shape(x)[0], 5, 6, 3], 1, [[0, 0], [1, 1], [1, 0], [0, 0]])
    return {"y": y, "z": z}, {x: X, w: W.reshape(3, 2, 3, 2)}


def by_length(tf):
    w = np.ones((2, 3, 2), np.float32)
    return {
        "one": tf.nn.conv_transpose(S, w, [2, 14, 3], 2),
        "two": tf.nn.conv_transpose(X, W.reshape(3, 2, 3, 2), tf.constant([2, 5, 6, 3]), 1),
        "three": tf.nn.conv_transpose(V, WV, [1, 3, 4, 3, 2], 1, name="v"),
    }, {}


def sequence(tf):
    x, w = _x(tf, (2, None, 2)), _w(tf, (3, 2, 2))
    y = tf.nn.conv1d(x, w, 2, "SAME")
    return _with_gradients(tf, y, [x, w], 2), {x: S, w: W[:, :, :, 0]}


def sequence_names(tf):
    x = _x(tf, (2, 7, 2))
    w = tf.constant(W[:, :, :, 0])
    y = tf.nn.conv1d(input=x, filters=w, stride=[1, 1, 1], padding="VALID", name="s")
    z = tf.nn.conv1d(x, w, (1,), "VALID", data_format="NWC", dilations=2)
    batch = tf.nn.conv1d(tf.expand_dims(x, 0), w, 1, "SAME")
    return {"y": y, "z": z, "batch": batch}, {x: S}


def sequence_transposed(tf):
    x, w = _x(tf, (None, 7, 2)), _w(tf, (3, 4, 2))
    y = tf.nn.conv1d_transpose(x, w, [tf.shape(x)[0], 14, 4], 2)
    z = tf.nn.conv1d_transpose(x, w, tf.constant([2, 9, 4]), [1], "VALID", name="t")
    feeds = {x: S, w: W.reshape(-1)[:24].reshape(3, 4, 2)}
    return {**_with_gradients(tf, y, [x, w]), "z": z}, feeds


def volume(tf):
    x, w = _x(tf, (1, 3, 4, 3, 2)), _w(tf, (2, 2, 2, 2, 2))
    y = tf.nn.conv3d(x, w, [1, 1, 2, 1, 1], "SAME")
    return _with_gradients(tf, y, [x, w], 2), {x: V, w: WV}


def volume_dynamic(tf):
    x, w = _x(tf, (None, None, 4, 3, 2)), _w(tf, (2, 2, 2, 2, None))
    y = tf.nn.conv3d(x, filters=w, strides=[1, 1, 1, 2, 1], padding="VALID", name="v")
    return _with_gradients(tf, y, [x, w]), {x: V, w: WV}


def volume_transposed(tf):
    x, w = _x(tf, (1, 3, 4, 3, 2)), _w(tf, (2, 2, 2, 2, 2))
    y = tf.nn.conv3d_transpose(x, w, [1, 6, 8, 6, 2], 2)
    dw = tf.nn.conv3d_backprop_filter_v2(x, [2, 2, 2, 2, 2], x, [1, 1, 1, 1, 1], "SAME")
    return {**_with_gradients(tf, y, [x, w], 2), "dw": dw}, {x: V, w: WV}


def channels_first_others(tf):
    x, s = _x(tf, (1, 2, 3, 4, 3)), _x(tf, (2, 2, 7), "s")
    y = tf.nn.conv3d(x, _w(tf, (2, 2, 2, 2, 5)), [1] * 5, "VALID", data_format="NCDHW")
    z = tf.nn.conv1d(s, _w(tf, (3, 2, 5), "v"), 1, "SAME", data_format="NCW")
    t = tf.nn.conv1d_transpose(s, _w(tf, (3, 4, 2), "t"), [2, 4, 14], 2, data_format="NCW")
    u = tf.nn.conv3d_transpose(
        x, _w(tf, (2, 2, 2, 5, 2), "u"), [1, 5, 3, 4, 3], 1, data_format="NCDHW"
    )
    return {k: tf.shape(v) for k, v in {"y": y, "z": z, "t": t, "u": u}.items()}, {}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
