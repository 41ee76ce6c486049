"""Bias operations, their first and second derivatives, in both layouts."""

import numpy as np


def _case(shape, data_format=None, order=2, dtype="float32", bias_shape=(3,)):
    true = [2 if d is None else d for d in (shape or [2, 4, 3])]

    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        b = tf.placeholder(dtype, bias_shape, name="b")
        y = tf.nn.bias_add(x, b, data_format=data_format)
        gx, gb = tf.gradients(y * y, [x, b])
        out = {"y": y, "gx": gx, "gb": gb}
        if order > 1:
            out["h"] = tf.gradients(gb, x)[0]
        value = (np.arange(np.prod(true)) % 7 - 3).reshape(true).astype(dtype)
        return out, {x: value, b: [1, -2, 3]}

    return case


def integers_and_names(tf):
    x = tf.constant([[1, 2], [3, 4]])
    return {
        "int": tf.nn.bias_add(x, [10, 20], name="named"),
        "of lists": tf.nn.bias_add([[1.0, 2.0]], [0.5, -0.5]),
        "empty": tf.nn.bias_add(tf.zeros([0, 2]), [1.0, 2.0]),
    }, {}


def short_sums(tf):
    """Sixteen-bit sums are taken in float32."""
    dy = tf.constant(np.full([3000, 2], 1.0), tf.float16)
    b = tf.zeros([2], tf.float16)
    y = tf.nn.bias_add(tf.zeros([3000, 2], tf.float16), b)
    return {"g": tf.gradients(y, b, dy)[0]}, {}


CASES = {
    "matrix": _case([2, 3]),
    "dynamic": _case([None, 3]),
    "unknown": _case(None),
    "images": _case([2, 2, 2, 3], "NHWC"),
    "channels_first": _case([2, 3, 4], "NCW"),
    "channels_first_dynamic": _case([None, 3, None, 2], "NCHW"),
    "double": _case([2, 3], dtype="float64", order=1),
    "unknown_bias": _case([2, 3], order=1, bias_shape=None),
    "integers_and_names": integers_and_names,
    "short_sums": short_sums,
}
