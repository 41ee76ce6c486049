"""Recorded cases: where and the clipping functions."""

import numpy as np


def where(tf):
    x = tf.placeholder("float32", [2, 2], name="x")
    y = tf.placeholder("float32", [None, 2], name="y")
    out = {}
    for name, c in [
        ("full", x > y),
        ("rows", tf.constant([True, False])),
        ("scalar", tf.constant(True)),
        ("constant", [[True, False], [False, False]]),
    ]:
        z = tf.where(c, x * x, y * 3.0)
        out[name] = z
        first = tf.gradients(z, [x, y], grad_ys=z)
        for k, g in enumerate(first):
            out[name + str(k)] = g
        out[name + "2"] = tf.gradients(first[0], x)[0]
    return out, {x: [[1.0, 2.0], [3.0, 4.0]], y: [[2.0, 1.0], [1.0, 5.0]]}


def where_v2(tf):
    out, feeds = {}, {}
    c = tf.placeholder("bool", [2, 1], name="c")
    feeds[c] = [[True], [False]]
    for name, sx, sy, vx, vy in [
        ("same", [2, 3], [2, 3], [2, 3], [2, 3]),
        ("row", [2, 3], [3], [2, 3], [3]),
        ("scalar", [], [1, 3], [], [1, 3]),
        ("dynamic", [None, 3], [None], [2, 3], [1]),
        ("unknown", None, [3], [2, 3], [3]),
    ]:
        x = tf.placeholder("float32", sx, name="x")
        y = tf.placeholder("float32", sy, name="y")
        z = tf.where_v2(c, x * x, y)
        out[name] = z
        first = tf.gradients(z, [x, y], grad_ys=z)
        for k, g in enumerate(first):
            out[name + str(k)] = g
        out[name + "2"] = tf.gradients(first[0], x)[0]
        feeds[x] = np.arange(np.prod(vx, dtype=int)).reshape(vx) + 1.0
        feeds[y] = np.arange(np.prod(vy, dtype=int)).reshape(vy) - 1.0
    return out, feeds


def clip_by_value(tf):
    x = tf.placeholder("float32", [None, 2], name="x")
    low = tf.placeholder("float32", [2], name="low")
    out = {}
    for name, z in [
        ("numbers", tf.clip_by_value(x, -1.0, 1)),
        ("tensor", tf.clip_by_value(x, low, 2.0)),
        ("named", tf.clip_by_value(x, 0.0, 1.0, name="n")),
    ]:
        out[name] = z
        out["g" + name] = tf.gradients(z, x)[0]
    out["glow"] = tf.gradients(out["tensor"], low)[0]
    out["int"] = tf.clip_by_value(tf.constant([1, 5, 9]), 2, 6)
    return out, {x: [[-2.0, -1.0], [0.5, 3.0]], low: [-1.5, 0.0]}


def clip_by_norm(tf):
    out, feeds = {}, {}
    for name, shape in [("static", [2, 2]), ("dynamic", [None, 2]), ("unknown", None)]:
        x = tf.placeholder("float32", shape, name="x")
        feeds[x] = [[3.0, 4.0], [0.0, 0.0]]
        for k, z in enumerate(
            [
                tf.clip_by_norm(x, 1.0),
                tf.clip_by_norm(x, 10),
                tf.clip_by_norm(x, tf.constant(2.0), axes=[1]),
                tf.clip_by_average_norm(x, 0.5),
            ]
        ):
            out[f"{name}{k}"] = z
        out[name] = tf.gradients(tf.clip_by_norm(x, 1.0, axes=1), x)[0]
    return out, feeds


def global_norm(tf):
    x = tf.placeholder("float32", [2, 2], name="x")
    y = tf.placeholder("float32", [None], name="y")
    out = {"norm": tf.global_norm([x, None, y])}
    clipped, norm = tf.clip_by_global_norm([x, y, None], 2.5)
    out["x"], out["y"], out["before"] = clipped[0], clipped[1], norm
    clipped, _ = tf.clip_by_global_norm([x, y], 100.0, use_norm=norm, name="loose")
    out["x_loose"], out["y_loose"] = clipped
    out["g"] = tf.gradients(clipped[0], x)[0]
    return out, {x: [[3.0, 0.0], [0.0, 0.0]], y: [4.0, 0.0, 0.0]}


def slices(tf):
    values = tf.placeholder("float32", [2, 2], name="values")
    s = tf.IndexedSlices(values, tf.constant([3, 1]), tf.constant([5, 2]))
    clipped, norm = tf.clip_by_global_norm([s, values], 1.0)
    out = {
        "value": tf.clip_by_value(s, -1.0, 1.0).values,
        "norm": tf.clip_by_norm(s, 1.0).values,
        "global": clipped[0].values,
        "indices": clipped[0].indices,
        "before": norm,
        "scaled": tf.scalar_mul(3.0, s).values,
        "cast": tf.cast(s, tf.float64).values,
    }
    return out, {values: [[3.0, 0.0], [0.0, -4.0]]}


CASES = {
    "where": where,
    "where_v2": where_v2,
    "clip_by_value": clip_by_value,
    "clip_by_norm": clip_by_norm,
    "global_norm": global_norm,
    "slices": slices,
}
