"""Cropping and padding."""

import numpy as np

X = np.sin(np.arange(24.0)).reshape(2, 3, 4, 1).astype(np.float32)


def _x(tf, shape=(2, 3, 4, 1), dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name="x")


def _with_gradient(tf, y, x, order=1):
    g = tf.gradients(tf.reduce_sum(y * y * y), x)[0]
    out = {"y": y, "g": g}
    if order == 2:
        out["h"] = tf.gradients(tf.reduce_sum(g * g), x)[0]
    return out


def crop_and_pad(tf):
    x = _x(tf)
    y = tf.image.pad_to_bounding_box(tf.image.crop_to_bounding_box(x, 1, 0, 2, 3), 1, 2, 4, 6)
    out = _with_gradient(tf, y, x)
    out["one"] = tf.image.crop_to_bounding_box(x[0], 0, 1, 1, 2)
    out["one_padded"] = tf.image.pad_to_bounding_box(x[0], 0, 1, 4, 5)
    return out, {x: X}


def crop_or_pad(tf):
    x = _x(tf)
    return {
        "larger": tf.image.resize_image_with_crop_or_pad(x, 5, 6),
        "smaller": tf.image.resize_with_crop_or_pad(x, 2, 1),
        "mixed": tf.image.resize_with_crop_or_pad(x[1], 1, 7),
        "same": tf.image.resize_with_crop_or_pad(x[1], 3, 4),
    }, {x: X}


def resize_with_pad(tf):
    x = _x(tf)
    return {
        "high": tf.image.resize_image_with_pad(x, 6, 4),
        "wide": tf.image.resize_image_with_pad(x[0], 3, 9, method=1),
    }, {x: X}


def central(tf):
    x = _x(tf)
    return {
        "half": tf.image.central_crop(x, 0.5),
        "most": tf.image.central_crop(x[0], 0.7),
        "all": tf.image.central_crop(x, 1.0),
    }, {x: X}


def central_dynamic(tf):
    x = _x(tf, (None, 3, 4, 1))
    f = tf.placeholder(tf.float32, [], name="f")
    y = tf.image.central_crop(x, 0.4)
    return {"y": y, "one": tf.image.central_crop(tf.zeros([3, 4, 2]), 0.4) + f}, {x: X, f: 0.5}


def unknown_sizes(tf):
    x = _x(tf, (None, None, None, 1))
    one = tf.placeholder(tf.float32, [None, None, 1], name="one")
    return {
        "crop": tf.image.crop_to_bounding_box(x, 0, 1, 2, 2),
        "pad": tf.image.pad_to_bounding_box(one, 1, 0, 5, 5),
        "middle": tf.image.resize_image_with_crop_or_pad(x, 5, 2),
        "resized": tf.image.resize_image_with_pad(one, 4, 4),
        "central": tf.image.central_crop(one, 0.5),
    }, {x: X, one: X[0]}


def sizes_that_are_tensors(tf):
    x = _x(tf)
    n = tf.placeholder(tf.int32, [], name="n")
    return {
        "crop": tf.image.crop_to_bounding_box(x, n - 1, 1, n, 2),
        "pad": tf.image.pad_to_bounding_box(x, n, 0, n + 5, 5),
    }, {x: X, n: 2}


CASES = {
    f.__name__: f
    for f in (
        crop_and_pad, crop_or_pad, resize_with_pad, central, central_dynamic, unknown_sizes,
        sizes_that_are_tensors,
    )
}  # fmt: skip
