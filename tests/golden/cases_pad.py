"""Padding: constants and mirror images, static and computed widths, derivatives of both orders."""

import numpy as np

A = np.sin(np.arange(6.0)).reshape(2, 3).astype(np.float32)


def _x(tf, shape=(2, 3), name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _with_gradients(tf, y, xs, order=2):
    fetches = {"y": y}
    gs = tf.gradients(tf.reduce_sum(y * y * y), xs)
    fetches.update({f"g{i}": g for i, g in enumerate(gs) if g is not None})
    if order == 2:
        hs = tf.gradients(tf.reduce_sum(gs[0] * gs[0]), xs)
        fetches.update({f"h{i}": h for i, h in enumerate(hs) if h is not None})
    return fetches


def constant(tf):
    x = _x(tf)
    return _with_gradients(tf, tf.pad(x, [[1, 2], [0, 1]]), [x]), {x: A}


def constant_dynamic(tf):
    x = _x(tf, (None, 3))
    return _with_gradients(tf, tf.pad(x, [[1, 2], [0, 1]], name="p"), [x], 1), {x: A}


def constant_widths_tensor(tf):
    x, w = _x(tf, (2, None)), _x(tf, (2, 2), "w", tf.int32)
    return _with_gradients(tf, tf.pad(x, w), [x], 1), {x: A, w: [[1, 0], [2, 1]]}


def constant_one_width(tf):
    x, n = _x(tf), _x(tf, (), "n", tf.int32)
    y = tf.pad(x, [[0, n], [1, 1]])
    return _with_gradients(tf, y, [x], 1), {x: A, n: 2}


def constant_value(tf):
    x, c = _x(tf), _x(tf, (), "c")
    y = tf.pad(x, [[1, 0], [0, 1]], constant_values=7.0) + tf.pad(
        x, [[1, 0], [0, 1]], constant_values=c
    )
    return _with_gradients(tf, y, [x], 1), {x: A, c: 2.0}


def types(tf):
    x = _x(tf, (3,), dtype=tf.int32)
    return {
        "int": tf.pad(x, [[1, 1]]),
        "five": tf.pad(x, [[1, 1]], constant_values=5),
        "int64": tf.pad(tf.cast(x, tf.int64), tf.constant([[2, 0]], tf.int64)),
        "mirror": tf.pad(x, [[2, 2]], "REFLECT"),
        "of_shape": tf.pad(tf.shape(x), [[1, 0]], constant_values=9),
    }, {x: [1, 2, 3]}


def _mirror(mode, shape, widths):
    def case(tf):
        x = _x(tf, shape)
        return _with_gradients(tf, tf.pad(x, widths, mode), [x]), {x: A}

    return case


def mirror_widths_tensor(tf):
    x, w = _x(tf, (None, 3)), _x(tf, (2, 2), "w", tf.int64)
    return _with_gradients(tf, tf.pad(x, w, "SYMMETRIC"), [x], 1), {x: A, w: [[2, 0], [1, 3]]}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
CASES.update(
    reflect=_mirror("REFLECT", (2, 3), [[1, 1], [2, 1]]),
    reflect_dynamic=_mirror("reflect", (None, 3), [[0, 1], [2, 2]]),
    symmetric=_mirror("SYMMETRIC", (2, 3), [[2, 2], [3, 1]]),
    symmetric_nothing=_mirror("symmetric", (2, 3), [[0, 0], [0, 0]]),
)
