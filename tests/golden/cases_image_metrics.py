"""How alike images are, and how much they vary."""

import numpy as np

X = (0.5 + 0.5 * np.sin(np.arange(72.0))).reshape(2, 4, 3, 3).astype(np.float32)
Y = (0.5 + 0.5 * np.cos(np.arange(72.0) * 1.3)).reshape(2, 4, 3, 3).astype(np.float32)
BIG = (0.5 + 0.5 * np.sin(np.arange(2 * 24 * 23) * 0.7)).reshape(2, 24, 23, 1).astype(np.float32)


def _x(tf, shape=(2, 4, 3, 3), dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name="x")


def variation(tf):
    x = _x(tf)
    y = tf.image.total_variation(x)
    dy, dx = tf.image.image_gradients(x)
    return {
        "y": y, "g": tf.gradients(y, x)[0], "one": tf.image.total_variation(x[0]), "dy": dy,
        "dx": dx, "g2": tf.gradients(dy * dx, x)[0],
    }, {x: X}  # fmt: skip


def sobel(tf):
    x = _x(tf, (None, 4, 3, 3))
    y = tf.image.sobel_edges(x)
    return {"y": y, "g": tf.gradients(tf.reduce_sum(y * y), x)[0]}, {x: X}


def psnr(tf):
    x, y = _x(tf), tf.placeholder(tf.float32, (None, 4, 3, 3), name="y")
    ratio = tf.image.psnr(x, y, max_val=1.0)
    a, b = tf.cast(x * 255.0, tf.uint8), tf.cast(y * 255.0, tf.uint8)
    return {
        "ratio": ratio,
        "g": tf.gradients(ratio, x)[0],
        "whole": tf.image.psnr(a, b, max_val=255, name="whole"),
    }, {x: X, y: Y}


def ssim(tf):
    x = tf.placeholder(tf.float32, (2, 24, 23, 1), name="x")
    index = tf.image.ssim(x, tf.constant(BIG[::-1] * 0.9), max_val=1.0, filter_size=5)
    return {"index": index, "g": tf.reduce_sum(tf.gradients(index, x)[0], 2)}, {x: BIG}


CASES = {f.__name__: f for f in (variation, sobel, psnr, ssim)}
