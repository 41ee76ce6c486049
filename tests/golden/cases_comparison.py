"""Recorded cases: comparisons and logical functions."""

import numpy as np


def compare(tf):
    x = tf.placeholder("float32", [2, 1], name="x")
    y = tf.placeholder("float32", [None], name="y")
    out = {}
    for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
        out[name] = getattr(tf, name)(x, y)
        out[name + "_number"] = getattr(tf, name)(x, 1)
    out["same_object"] = tf.constant(bool(x == x) and x != y)
    out["none"] = tf.gradients(tf.cast(x < y, tf.float32), x)[0]
    return out, {x: [[1.0], [np.nan]], y: [0.0, 1.0, 2.0, np.nan, np.inf]}


def other_types(tf):
    a = tf.constant([1, -2], tf.int64)
    b = tf.constant([True, False])
    c = tf.constant([1 + 1j, 2])
    s = tf.constant(["a", "b"])
    out = {
        "int": tf.equal(a, 1),
        "bool": tf.equal(b, True),
        "complex": tf.not_equal(c, 2),
        "string": tf.equal(s, "a"),
        "uint8": tf.less(tf.constant([3, 200], tf.uint8), 100),
        "half": tf.greater_equal(tf.constant([3.0, 200.0], tf.float16), 100),
    }
    return out, {}


def logic(tf):
    a = tf.placeholder("bool", [4], name="a")
    b = tf.placeholder("bool", [None], name="b")
    out = {
        "and": tf.logical_and(a, b),
        "or": tf.logical_or(a, b),
        "xor": tf.logical_xor(a, b),
        "xor_named": tf.logical_xor(a, True, name="other"),
        "and_constant": tf.logical_and(a, [True]),
    }
    return out, {a: [True, True, False, False], b: [True, False, True, False]}


CASES = {"compare": compare, "other_types": other_types, "logic": logic}
