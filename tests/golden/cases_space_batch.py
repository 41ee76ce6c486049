"""Blocks of space moved into batch or channels."""

import numpy as np

X = np.sin(np.arange(2 * 4 * 6 * 2.0)).reshape(2, 4, 6, 2).astype(np.float32)


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


def to_batch(tf):
    x = _x(tf)
    y = tf.space_to_batch_nd(x, [2, 3], [[0, 2], [3, 0]])
    return _with_gradients(tf, y, [x], 2), {x: X}


def to_batch_dynamic(tf):
    x = _x(tf, (None, None, 6, 2))
    block, pads = _x(tf, (2,), "b", tf.int64), _x(tf, (2, 2), "p", tf.int32)
    y = tf.space_to_batch_nd(x, block, pads, name="s")
    z = tf.space_to_batch_nd(x, [1, 2, 2], [[0, 0], [0, 0], [1, 1]])
    feeds = {x: X, block: [2, 3], pads: [[1, 1], [0, 3]]}
    return {**_with_gradients(tf, y, [x]), "z": z}, feeds


def from_batch(tf):
    x = _x(tf, (12, 2, 3, 1))
    y = tf.batch_to_space_nd(x, [2, 3], [[1, 1], [0, 2]])
    return _with_gradients(tf, y, [x], 2), {x: np.resize(X, (12, 2, 3, 1))}


def from_batch_dynamic(tf):
    x = _x(tf, None)
    crops = _x(tf, (1, 2), "c", tf.int64)
    y = tf.batch_to_space_nd(x, [4], crops)
    z = tf.manip.batch_to_space_nd(tf.manip.space_to_batch_nd(x, [2], [[0, 0]]), [2], [[0, 0]])
    return {**_with_gradients(tf, y, [x]), "z": z}, {x: np.resize(X, (4, 4, 2)), crops: [[3, 1]]}


def squares(tf):
    x = _x(tf, (None, 4, 6, 2))
    y = tf.space_to_batch(x, [[0, 2], [1, 1]], 2)
    z = tf.batch_to_space(y, [[1, 1], [0, 0]], 2, "b")
    return {"z": z, **_with_gradients(tf, y, [x])}, {x: X}


def old_squares(tf):
    x = _x(tf)
    y = tf.raw_ops.SpaceToBatch(input=x, paddings=[[0, 0], [1, 1]], block_size=2)
    z = tf.raw_ops.BatchToSpace(input=y, crops=[[1, 0], [2, 0]], block_size=2)
    return {"z": z, **_with_gradients(tf, y, [x], 2), **{
        f"z{i}": g for i, g in enumerate(tf.gradients(z * z, [y]))
    }}, {x: X}  # fmt: skip


def depth(tf):
    x = _x(tf)
    y = tf.space_to_depth(x, 2)
    z = tf.depth_to_space(y, 2, name="d")
    return {"z": z, **_with_gradients(tf, y, [x], 2)}, {x: X}


def from_depth(tf):
    x = _x(tf, (None, 2, None, 8))
    return _with_gradients(tf, tf.depth_to_space(x, 2), [x], 2), {x: X.reshape(2, 2, 3, 8)}


def types(tf):
    x = tf.cast(tf.constant(X * 9), tf.int32)
    return {
        "int": tf.space_to_batch_nd(x, [2, 2], [[0, 0], [1, 1]]),
        "bool": tf.space_to_depth(x > 0, 2),
        "byte": tf.batch_to_space_nd(tf.cast(x, tf.uint8), [2], [[1, 0]]),
        "half": tf.depth_to_space(tf.cast(X.reshape(2, 4, 3, 4), tf.float16), 2),
    }, {}


def required(tf):
    n = _x(tf, (2,), "n", tf.int32)
    p, c = tf.required_space_to_batch_paddings([5, 6], [2, 4])
    q, d = tf.required_space_to_batch_paddings(n, [2, 4], [[1, 1], [0, 2]], name="r")
    e, f = tf.required_space_to_batch_paddings([], np.zeros([0], np.int32))
    return {"p": p, "c": c, "q": q, "d": d, "e": e, "f": f}, {n: [5, 7]}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
