"""Dilated convolutions by moving space into the batch."""

import numpy as np

X = np.sin(np.arange(2 * 5 * 6 * 2.0)).reshape(2, 5, 6, 2).astype(np.float32)
W = np.cos(np.arange(3 * 2 * 2 * 3.0)).reshape(3, 2, 2, 3).astype(np.float32)
S = np.sin(np.arange(2 * 7 * 2.0)).reshape(2, 7, 2).astype(np.float32)
V = np.sin(np.arange(1 * 3 * 4 * 3 * 2.0)).reshape(1, 3, 4, 3, 2).astype(np.float32)


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


def convolution(tf):
    x, w = _x(tf), _x(tf, (3, 2, 2, 3), "w")
    y = tf.nn.convolution(x, w, "SAME", strides=[2, 1])
    return _with_gradients(tf, y, [x, w], 2), {x: X, w: W}


def convolution_dilated(tf):
    x, w = _x(tf), _x(tf, (3, 2, 2, 3), "w")
    y = tf.nn.convolution(x, w, "SAME", dilation_rate=[2, 3])
    return _with_gradients(tf, y, [x, w], 2), {x: X, w: W}


def convolution_dilated_valid(tf):
    x = _x(tf, (None, None, 6, 2))
    y = tf.nn.convolution(x, W, "VALID", dilations=[2, 1], name="c")
    return _with_gradients(tf, y, [x]), {x: X}


def convolution_dilated_unknown(tf):
    x, w = _x(tf, None), _x(tf, (3, 2, 2, 3), "w")
    y = tf.nn.convolution(x, w, "VALID", dilation_rate=[2, 2])
    return {"y": y}, {x: X, w: W}


def convolution_others(tf):
    return {
        "one": tf.nn.convolution(S, W[:, :, :, 0], "SAME", strides=[2]),
        "one_dilated": tf.nn.convolution(S, W[:, :, :, 0], "VALID", dilation_rate=[2]),
        "three": tf.nn.convolution(V, np.ones((2, 2, 2, 2, 1), np.float32), "VALID"),
        "three_dilated": tf.nn.convolution(
            V, np.ones((2, 2, 2, 2, 1), np.float32), "SAME", dilation_rate=[1, 2, 2]
        ),
        "list": tf.nn.convolution(X.tolist(), W.tolist(), padding="SAME"),
        "batch": tf.nn.convolution(X[None], W, "SAME"),
    }, {}


def convolution_channels_first(tf):
    x, w = _x(tf, (2, 2, 5, 6)), _x(tf, (3, 2, 2, 3), "w")
    y = tf.nn.convolution(x, w, "SAME", data_format="NCHW")
    z = tf.nn.convolution(x, w, "VALID", dilation_rate=[2, 2], data_format="NCHW")
    v = tf.nn.convolution(_x(tf, (2, 2, 7), "s"), _x(tf, (3, 2, 1), "v"), "SAME", [2], [1],
                          data_format="NCW")  # fmt: skip
    return {k: tf.shape(t) for k, t in {"y": y, "z": z, "v": v}.items()}, {}


def atrous(tf):
    x, w = _x(tf, (None, 5, 6, 2)), _x(tf, (3, 2, 2, 3), "w")
    y = tf.nn.atrous_conv2d(x, w, 2, "SAME")
    z = tf.nn.atrous_conv2d(x, w, 1, "VALID", name="one")
    return {**_with_gradients(tf, y, [x, w]), "z": z}, {x: X, w: W}


def atrous_transposed(tf):
    x, w = _x(tf), _x(tf, (3, 2, 3, 2), "w")
    y = tf.nn.atrous_conv2d_transpose(x, w, [2, 5, 6, 3], 2, "SAME")
    z = tf.nn.atrous_conv2d_transpose(x, w, (2, 9, 8, 3), 2, "VALID", name="z")
    one = tf.nn.atrous_conv2d_transpose(x, w, [2, 5, 6, 3], 1, "SAME")
    feeds = {x: X, w: W.reshape(3, 2, 3, 2)}
    return {**_with_gradients(tf, y, [x, w]), "z": z, "one": one}, feeds


def atrous_transposed_dynamic(tf):
    x, w = _x(tf, (None, 5, 6, 2)), _x(tf, (None, 2, 3, 2), "w")
    sizes = tf.stack([tf.shape(x)[0], 5, 6, 3])
    y = tf.nn.atrous_conv2d_transpose(x, w, sizes, 2, "SAME")
    return {"y": y}, {x: X, w: W.reshape(3, 2, 3, 2)}


def by_moving(tf):
    x = _x(tf, (2, 6, 4, 2))
    rate = tf.placeholder(tf.int32, [2], "rate")

    def op(t, n, padding):
        return tf.nn.conv2d(t, W, [1, 1, 1, 1], padding)

    y = tf.nn.with_space_to_batch(x, rate, "VALID", op)
    z = tf.nn.with_space_to_batch(x, rate, "SAME", op, filter_shape=[3, 2])
    feeds = {x: np.resize(X, (2, 6, 4, 2)), rate: [2, 1]}
    return {"y": y, "z": z}, feeds


def by_moving_other_axes(tf):
    x = _x(tf, (2, 4, 6, 2))

    def op(t, n, padding):
        return tf.identity(t) if n == 1 else tf.negative(t)

    y = tf.nn.with_space_to_batch(x, [2], "VALID", op, spatial_dims=[2])
    z = tf.nn.with_space_to_batch(x, [2, 2], "VALID", op, spatial_dims=[1, 3])
    same = tf.nn.with_space_to_batch(x, [1, 1], "SAME", op)
    explicit = tf.nn.with_space_to_batch(x, [2, 2], [[0, 0], [1, 1], [0, 2], [0, 0]], op)
    feeds = {x: np.resize(X, (2, 4, 6, 2))}
    return {"y": y, "z": z, "same": same, "explicit": explicit}, feeds


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
