"""Tensors made from a few numbers."""

import numpy as np

X = np.arange(1.0, 7.0).reshape(2, 3)


def zeros_and_ones(tf):
    return {
        "list": tf.zeros([2, 2]),
        "tuple": tf.ones((2, 1), tf.int32),
        "scalar": tf.zeros([]),
        "number": tf.zeros(3),
        "shape": tf.ones(tf.TensorShape([2])),
        "dimension": tf.zeros([tf.constant(X).shape[0], 1]),
        "numpy": tf.zeros(np.array([1, 2])),
        "bool": tf.ones([2], tf.bool),
        "false": tf.zeros([2], tf.bool),
        "strings": tf.zeros([2], tf.string),
        "complex": tf.ones([1], tf.complex64),
        "empty": tf.ones([0, 2]),
        "large": tf.zeros([1000], tf.int8)[:2],
        "named": tf.ones(tf.TensorShape([1001]), name="mine")[0],
        "many_strings": tf.zeros([1000], tf.string)[0],
    }, {}


def computed_shapes(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    return {
        "zeros": tf.zeros(tf.shape(x)),
        "mixed": tf.ones([n, 2], tf.int64),
        "scalar": tf.zeros(n),
        "fill": tf.fill([n, 2], 7),
        "int64": tf.fill(tf.shape(x, out_type=tf.int64), True),
        "strings": tf.fill([2], "a"),
        "empty": tf.fill([0, 2], 1.0),
    }, {x: X, n: 2}


def likes(tf):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    d = tf.placeholder(tf.float32, [None, 3], name="d")
    u = tf.placeholder(tf.bool, None, name="u")
    out = {}
    for name, t in [("static", x), ("dynamic", d), ("unknown", u), ("numbers", [[1, 2]])]:
        out["zeros_" + name] = tf.zeros_like(t)
        out["ones_" + name] = tf.ones_like(t)
        out["zeros_int_" + name] = tf.zeros_like(t, dtype=tf.int32)
        out["ones_int_" + name] = tf.ones_like(t, dtype=tf.int32)
    out["plain_zeros"] = tf.zeros_like(x, optimize=False)
    out["plain_ones"] = tf.ones_like(x, optimize=False, name="mine")
    out["strings"] = tf.zeros_like(tf.constant(["a", "b"]))
    return out, {x: X, d: X, u: [True]}


def fill_gradient(tf):
    v = tf.placeholder(tf.float64, [], name="v")
    y = tf.fill([2, 3], v)
    g = tf.gradients(y * y * y, v)[0]
    return {"y": y, "g": g, "h": tf.gradients(g, v)[0]}, {v: 3.0}


def fill_negative_when_run(tf):
    n = tf.placeholder(tf.int32, [1], name="n")
    return {"y": tf.fill(n, 1.0)}, {n: [-1]}


def ranges(tf):
    n = tf.placeholder(tf.int32, [], name="n")
    return {
        "limit": tf.range(5),
        "start": tf.range(2, 5),
        "step": tf.range(10, 0, -3),
        "empty": tf.range(3, 3),
        "floats": tf.range(0.0, 1.0, 0.1),
        "down": tf.range(1.0, 0.0, -0.25),
        "mixed": tf.range(0, 3.0, 1),
        "dtype": tf.range(5, dtype=tf.int64),
        "double": tf.range(0, 1, 0.1, dtype=tf.float64),
        "bfloat16": tf.range(0, 5, 2, dtype=tf.bfloat16),
        "named": tf.range(3, name="mine"),
        "unnamed": tf.range(3, name=None),
        "computed": tf.range(n),
        "computed_step": tf.range(0, 7, n),
        "computed_float": tf.range(0, n, 1.5),
        "computed_dtype": tf.range(n, dtype=tf.float32),
        "axes": tf.reduce_sum(X, range(2)),
    }, {n: 3}


def range_wrong_when_run(tf):
    n = tf.placeholder(tf.int32, [], name="n")
    return {"y": tf.range(n, 1)}, {n: 3}


def linspace(tf):
    n = tf.placeholder(tf.int32, [], name="n")
    v = tf.placeholder(tf.float64, [], name="v")
    y = tf.linspace(v, 2.0, 5, name="mine")
    return {
        "static": tf.linspace(0.0, 1.0, 3),
        "computed": tf.linspace(0.0, 1.0, n),
        "one": tf.linspace(1.0, 2.0, 1),
        "integers": tf.linspace(0, 1, 3),
        "y": y,
        "g": tf.gradients(y * y, v)[0],
    }, {n: 4, v: 1.5}


def grids(tf):
    a, b = tf.meshgrid([1, 2], [3, 4, 5])
    x = tf.placeholder(tf.float32, [None], name="x")
    c, d, e = tf.meshgrid(x, x, [1.0], indexing="ij", name="mine")
    return {"a": a, "b": b, "c": c, "d": d, "e": e, "g": tf.gradients(c * d, x)[0]}, {x: [1.0, 2.0]}


def masks(tf):
    n = tf.placeholder(tf.int32, [None], name="n")
    return {
        "static": tf.sequence_mask([1, 2], 3),
        "longest": tf.sequence_mask([1, 0, 2]),
        "dynamic": tf.sequence_mask(n),
        "float": tf.sequence_mask(n, tf.constant(4), tf.float32, name="mine"),
        "int64": tf.sequence_mask(tf.constant([[2]], tf.int64), 3, tf.int32),
    }, {n: [0, 3]}


CASES = {
    "zeros_and_ones": zeros_and_ones,
    "computed_shapes": computed_shapes,
    "likes": likes,
    "fill_gradient": fill_gradient,
    "fill_negative_when_run": fill_negative_when_run,
    "ranges": ranges,
    "range_wrong_when_run": range_wrong_when_run,
    "linspace": linspace,
    "grids": grids,
    "masks": masks,
}
