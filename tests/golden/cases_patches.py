"""Patches of images and volumes; grey-scale morphology."""

import numpy as np

X = np.sin(np.arange(2 * 4 * 6 * 2.0)).reshape(2, 4, 6, 2).astype(np.float32)
V = np.sin(np.arange(1 * 3 * 4 * 3 * 2.0)).reshape(1, 3, 4, 3, 2).astype(np.float32)
F = np.cos(np.arange(3 * 2 * 2.0)).reshape(3, 2, 2).astype(np.float32)


def _x(tf, shape=(2, 4, 6, 2), name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _with_gradients(tf, y, xs, order=1):
    fetches = {"y": y}
    gs = tf.gradients(tf.reduce_sum(y * y * y), xs)
    fetches.update({f"g{i}": g for i, g in enumerate(gs)})
    if order == 2:
        hs = tf.gradients(sum(tf.reduce_sum(g * g) for g in gs), xs)
        fetches.update({f"h{i}": h for i, h in enumerate(hs)})
    return fetches


def image_patches(tf):
    x = _x(tf)
    y = tf.extract_image_patches(x, [1, 3, 2, 1], [1, 2, 1, 1], [1, 1, 2, 1], "SAME")
    return _with_gradients(tf, y, [x], 2), {x: X}


def image_patches_dynamic(tf):
    x = _x(tf, (None, None, 6, 2))
    y = tf.image.extract_patches(
        images=x, sizes=[1, 2, 2, 1], strides=[1, 2, 2, 1], rates=[1, 1, 1, 1], padding="VALID"
    )
    return _with_gradients(tf, y, [x]), {x: X}


def image_patches_names(tf):
    x = tf.constant(X)
    ones, sizes = [1] * 4, [1, tf.constant(2), 2, 1]
    return {
        "new": tf.extract_image_patches(x, sizes=[1, 2, 2, 1], strides=ones, rates=ones,
                                        padding="VALID", name="p"),
        "tensor": tf.image.extract_image_patches(x, sizes, ones, ones, "SAME"),
        "long": tf.image.extract_image_patches(
            tf.cast(x * 9, tf.int64), [1, 1, 3, 1], ones, ones, "SAME"
        ),
        "int": tf.extract_image_patches(tf.cast(x * 9, tf.int8), [1, 2, 1, 1], ones, ones, "VALID"),
    }, {}  # fmt: skip


def volume_patches(tf):
    x = _x(tf, (1, 3, 4, 3, 2))
    y = tf.extract_volume_patches(x, [1, 2, 2, 2, 1], [1, 1, 2, 1, 1], "SAME")
    return _with_gradients(tf, y, [x], 2), {x: V}


def volume_patches_valid(tf):
    x = _x(tf, (None, 3, 4, 3, None))
    y = tf.extract_volume_patches(x, [1, 2, 3, 1, 1], [1, 1, 1, 2, 1], "VALID", name="v")
    return _with_gradients(tf, y, [x]), {x: V}


def dilation(tf):
    x, w = _x(tf), _x(tf, (3, 2, 2), "w")
    y = tf.nn.dilation2d(x, w, [1, 2, 1, 1], [1, 1, 2, 1], "SAME")
    return _with_gradients(tf, y, [x, w]), {x: X, w: F}


def dilation_dynamic(tf):
    x, w = _x(tf, (None, None, 6, 2)), _x(tf, (None, 2, 2), "w")
    y = tf.nn.dilation2d(
        x, filters=w, strides=[1] * 4, dilations=[1] * 4, padding="VALID", name="d"
    )
    return _with_gradients(tf, y, [x, w]), {x: X, w: F}


def dilation_ties(tf):
    x, w = _x(tf), tf.constant(np.zeros((2, 2, 2), np.float32))
    y = tf.nn.dilation2d(x, w, [1] * 4, [1, 2, 2, 1], "SAME")
    (g,) = tf.gradients(y, x, tf.constant(X))
    return {"y": y, "g": g}, {x: np.round(X)}


def dilation_of_nothing(tf):
    x, w = _x(tf), tf.constant(np.zeros((2, 3, 2), np.float32))
    y = tf.nn.dilation2d(x, w, [1] * 4, [1] * 4, "SAME")
    (g,) = tf.gradients(y, x, tf.constant(X))
    bad = X.copy()
    bad[0], bad[1, :2] = np.nan, -np.inf
    bad[1, 3] = np.inf
    return {"y": y, "g": g}, {x: bad}


def dilation_types(tf):
    fetches = {}
    for t in ("float16", "bfloat16", "float64", "int32", "uint8", "int64"):
        x, w = tf.cast(tf.constant(np.abs(X * 99)), t), tf.cast(tf.constant(np.abs(F * 99)), t)
        fetches[t] = tf.nn.dilation2d(x, w, [1] * 4, [1] * 4, "SAME")
    return fetches, {}


def erosion(tf):
    x, w = _x(tf), _x(tf, (3, 2, 2), "w")
    y = tf.nn.erosion2d(x, w, [1, 1, 2, 1], [1, 1, 1, 1], "SAME")
    z = tf.nn.erosion2d(x, F, [1] * 4, [1, 1, 2, 1], "VALID", name="e")
    return {**_with_gradients(tf, y, [x, w]), "z": z}, {x: X, w: F}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
