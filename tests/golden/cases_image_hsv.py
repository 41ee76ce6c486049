"""Hue, saturation and value, and their gradient."""

import numpy as np

X = (0.5 + 0.5 * np.sin(np.arange(72.0))).reshape(2, 4, 3, 3).astype(np.float32)
Y = (0.5 + 0.5 * np.cos(np.arange(72.0) * 1.3)).reshape(2, 4, 3, 3).astype(np.float32)
TIES = np.array(
    [[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [1, 0, 0], [0, 0, 1]],
    np.float32,
)


def _x(tf, shape=(2, 4, 3, 3), dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name="x")


def hsv(tf):
    x = _x(tf)
    y = tf.image.rgb_to_hsv(x)
    back = tf.image.hsv_to_rgb(y)
    assert tf.gradients(back, y) == [None]
    w = tf.constant(Y)
    return {"y": y, "back": back, "g": tf.gradients(y, x, w)[0]}, {x: X}


def hsv_ties(tf):
    x = _x(tf, (None, 3), tf.float64)
    y = tf.image.rgb_to_hsv(x)
    return {"y": y, "g": tf.gradients(y * y, x)[0], "back": tf.image.hsv_to_rgb(y)}, {x: TIES}


CASES = {f.__name__: f for f in (hsv, hsv_ties)}
