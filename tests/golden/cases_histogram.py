"""Counting: bins by number, bins of equal width."""

import numpy as np

V = np.array([0.5, -1.0, 0.0, 1.5, 2.0, 5.0, 15.0, 4.999], np.float32)


def bincount_of_constants(tf):
    w = tf.constant([1.5, 0.25, 2.0, -1.0])
    x = tf.constant([1, 4, 1, 0])
    return {
        "counts": tf.bincount(x),
        "weighted": tf.math.bincount(x, weights=w),
        "at_least": tf.bincount(x, minlength=7),
        "at_most": tf.bincount(x, maxlength=2, dtype=tf.int64),
        "matrix": tf.bincount([[1, 2], [2, 5]], w, 3, 5, tf.float32),
    }, {}


def bincount_fed(tf):
    x = tf.placeholder(tf.int32, [None], name="x")
    w = tf.placeholder(tf.float64, None, name="w")
    y = tf.bincount(x, w, minlength=2)
    return {"y": y, "empty": tf.bincount(tf.zeros([0], tf.int32))}, {x: [3, 0, 3], w: [1, 2, 4]}


def bincount_of_floats(tf):
    return {"y": tf.bincount(tf.constant([1.7, 0.2])), "long": tf.bincount(np.int64([2, 2]))}, {}


def dense_bincount(tf):
    x = tf.constant([[1, 2, 0, 2], [1, 1, 1, 9]])
    w = tf.constant([[2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 3.0, 4.0]])
    none = tf.constant([], tf.float32)
    raw = tf.raw_ops
    return {
        "rows": raw.DenseBincount(input=x, size=4, weights=w),
        "whether": raw.DenseBincount(input=x, size=4, weights=none, binary_output=True),
        "all": raw.Bincount(arr=x, size=4, weights=w),
        "none": raw.Bincount(arr=x, size=0, weights=none),
    }, {}


def fixed_width(tf):
    v = tf.placeholder(tf.float32, [None], name="v")
    return {
        "h": tf.histogram_fixed_width(v, [0.0, 5.0], nbins=5),
        "long": tf.histogram_fixed_width(v, [0.0, 5.0], 3, dtype=tf.int64, name="h"),
        "bins": tf.histogram_fixed_width_bins(v, [0.0, 5.0], nbins=5),
        "whole": tf.histogram_fixed_width([-1, 0, 1, 2, 3, 7, 99], [0, 7], nbins=3),
    }, {v: V}


CASES = {
    f.__name__: f
    for f in (
        bincount_of_constants, bincount_fed, bincount_of_floats, dense_bincount, fixed_width,
    )
}  # fmt: skip
