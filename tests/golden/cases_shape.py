"""Shapes asked for and changed: static, partly known and unknown; gradients of both orders."""

import numpy as np

X = np.arange(1.0, 7.0).reshape(2, 3)


def _gradients(tf, y, x, out, second=True):
    """Adds the gradients of ``sum(y**3)``, so that they depend on the values."""
    g = tf.gradients(y * y * y, x)[0]
    out["g"] = g
    if second:
        out["h"] = tf.gradients(g, x)[0]


def _unary(make, shape=(2, 3), value=X, second=True):
    def case(tf):
        x = tf.placeholder(tf.float64, shape, name="x")
        y = make(tf, x)
        out = {"y": y}
        _gradients(tf, y, x, out, second)
        return out, {x: value}

    return case


def _sizes(tf, value, shape):
    x = tf.placeholder(tf.float32, shape, name="x")
    out = {
        "shape": tf.shape(x),
        "shape64": tf.shape(x, out_type=tf.int64),
        "named": tf.shape(x, name="mine"),
        "size": tf.size(x),
        "size64": tf.size(x, out_type=tf.int64),
        "rank": tf.rank(x),
    }
    return out, {x: value}


def sizes_static(tf):
    return _sizes(tf, X, (2, 3))


def sizes_dynamic(tf):
    return _sizes(tf, X, (None, 3))


def sizes_unknown(tf):
    return _sizes(tf, X, None)


def sizes_of_numbers(tf):
    x = tf.placeholder(tf.int32, [0, None], name="x")
    out = {"shape": tf.shape([[1, 2]]), "size": tf.size([1, 2]), "rank": tf.rank(3.0)}
    out["empty"] = tf.size(x)
    n = tf.shape_n([tf.zeros([2]), tf.placeholder_with_default([[1.0]], [None, 1])])
    out.update(n0=n[0], n1=n[1])
    return out, {x: np.zeros((0, 2))}


def reshape_to_computed(tf):
    x = tf.placeholder(tf.float64, [None, 3], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    a = tf.reshape(x, [-1, n])
    b = tf.reshape(x, tf.stack([3, tf.shape(x)[0]]))
    c = tf.reshape(x, [tf.shape(x)[0], 3, 1])
    out = {"a": a, "b": b, "c": c, "sa": tf.shape(a), "sc": tf.shape(c)}
    _gradients(tf, tf.reduce_sum(a) * b, x, out, second=False)
    return out, {x: X, n: 2}


def reshape_forms(tf):
    x = tf.constant(X)
    out = {
        "numpy": tf.reshape(x, np.array([3, 2])),
        "int64": tf.reshape(x, tf.constant([3, 2], tf.int64)),
        "shape": tf.reshape(x, tf.TensorShape([3, 2])),
        "tuple": tf.reshape([1, 2], (2, 1)),
        "scalar": tf.reshape([1.0], []),
        "empty": tf.reshape(tf.zeros([0, 3]), [0, 5]),
        "strings": tf.reshape(tf.constant(["a", "b"]), [2, 1]),
    }
    return out, {}


def reshape_wrong_when_run(tf):
    x = tf.placeholder(tf.float32, [None, None], name="x")
    return {"y": tf.reshape(x, [4, -1])}, {x: X}


def transpose_forms(tf):
    x = tf.placeholder(tf.complex64, [2, 3], name="x")
    u = tf.placeholder(tf.float64, None, name="u")
    p = tf.placeholder(tf.int32, [2], name="p")
    out = {
        "unknown": tf.transpose(u),
        "matrix": tf.matrix_transpose(x),
        "matrix_unknown": tf.matrix_transpose(u),
        "conjugate": tf.transpose(x, conjugate=True),
        "real": tf.transpose(u, conjugate=True, name=None),
        "computed": tf.transpose(x, p, name="T"),
        "numbers": tf.transpose([[1, 2]]),
        "negative": tf.transpose(x, [-1, 0]),
        "inverse": tf.invert_permutation(p),
    }
    out["gu"] = tf.gradients(out["unknown"] * out["unknown"], u)[0]
    out["gm"] = tf.gradients(out["matrix_unknown"] * out["matrix_unknown"], u)[0]
    return out, {x: X + 1j * X[::-1], u: X, p: [1, 0]}


def transpose_conjugate_gradient(tf):
    x = tf.placeholder(tf.complex128, [None, 3], name="x")
    y = tf.transpose(x, [1, 0], conjugate=True)
    g = tf.gradients(tf.real(y * y), x)[0]
    return {"y": y, "g": g}, {x: X + 1j * X[::-1]}


def squeeze_forms(tf):
    x = tf.placeholder(tf.float32, [1, None, 1, 3], name="x")
    out = {
        "all": tf.squeeze(x),
        "one": tf.squeeze(x, 0),
        "two": tf.squeeze(x, [0, -2]),
        "old": tf.squeeze(x, squeeze_dims=[2]),
    }
    out["g"] = tf.gradients(out["two"] * out["two"], x)[0]
    return out, {x: X.reshape(1, 2, 1, 3)}


def expand_dims_forms(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    out = {
        "last": tf.expand_dims(x, -1),
        "old": tf.expand_dims(x, dim=0),
        "computed": tf.expand_dims(x, n),
        "vector": tf.expand_dims(x, [1]),
    }
    out["g"] = tf.gradients(out["computed"] * out["computed"], x)[0]
    return out, {x: X, n: 1}


def tile_computed(tf):
    x = tf.placeholder(tf.float64, [None, 3], name="x")
    m = tf.placeholder(tf.int32, [2], name="m")
    y = tf.tile(x, m)
    out = {"y": y, "w": tf.tile(x, [2, m[0]])}
    _gradients(tf, y, x, out, second=False)
    return out, {x: X, m: [3, 2]}


def tile_points(tf):
    out = {
        "scalar": tf.tile(3.0, np.zeros(0, np.int32)),
        "none": tf.tile(X, [0, 2]),
        "ones": tf.tile(X[:, None], [1, 4, 1]),
        "int64": tf.tile([1, 2], tf.constant([2], tf.int64)),
        "strings": tf.tile(tf.constant(["a"]), [2]),
    }
    return out, {}


def broadcast_forms(tf):
    x = tf.placeholder(tf.float64, [None, 1, 3], name="x")
    n = tf.placeholder(tf.int64, [], name="n")
    a = tf.broadcast_to(x, tf.stack([n, tf.constant(2, tf.int64), n, tf.constant(3, tf.int64)]))
    out = {
        "a": a,
        "args": tf.broadcast_dynamic_shape(tf.shape(x), [4, 3]),
        "scalar": tf.broadcast_to(3, [2, 2]),
        "empty": tf.broadcast_to(np.ones((1, 3)), [0, 3]),
    }
    _gradients(tf, a, x, out, second=False)
    return out, {x: X.reshape(2, 1, 3), n: 2}


def broadcast_wrong_when_run(tf):
    x = tf.placeholder(tf.float32, [None, None], name="x")
    s = tf.placeholder(tf.int32, [2], name="s")
    return {"y": tf.broadcast_to(x, s)}, {x: X, s: [4, 3]}


def shape_arithmetic(tf):
    """A network of shapes: all of it is computed before a program is compiled."""
    x = tf.placeholder(tf.float32, [None, None, 3], name="x")
    s = tf.shape(x)
    flat = tf.reshape(x, [s[0] * s[1], 3])
    back = tf.reshape(flat, s)
    n = tf.reduce_prod(s[:2])
    grid = tf.reshape(tf.range(n), s[:2])
    return {"flat": flat, "back": back, "grid": grid, "n": n}, {x: np.arange(12.0).reshape(2, 2, 3)}


CASES = {
    "sizes_static": sizes_static,
    "sizes_dynamic": sizes_dynamic,
    "sizes_unknown": sizes_unknown,
    "sizes_of_numbers": sizes_of_numbers,
    "reshape_static": _unary(lambda tf, x: tf.reshape(x, [3, 2])),
    "reshape_one_unknown": _unary(lambda tf, x: tf.reshape(x, [-1]), (None, 3)),
    "reshape_two_unknown": _unary(lambda tf, x: tf.reshape(x, [3, -1]), (None, None), second=False),
    "reshape_unknown": _unary(lambda tf, x: tf.reshape(x, [3, -1]), None, second=False),
    "reshape_to_computed": reshape_to_computed,
    "reshape_forms": reshape_forms,
    "reshape_wrong_when_run": reshape_wrong_when_run,
    "transpose": _unary(lambda tf, x: tf.transpose(x)),
    "transpose_dynamic": _unary(lambda tf, x: tf.transpose(x, [1, 0]), (None, 3)),
    "transpose_forms": transpose_forms,
    "transpose_conjugate_gradient": transpose_conjugate_gradient,
    "expand_dims": _unary(lambda tf, x: tf.expand_dims(x, 1)),
    "expand_dims_forms": expand_dims_forms,
    "squeeze": _unary(lambda tf, x: tf.squeeze(x), (1, 2, 1), X[:1, :2].reshape(1, 2, 1)),
    "squeeze_forms": squeeze_forms,
    "tile": _unary(lambda tf, x: tf.tile(x, [2, 1])),
    "tile_dynamic": _unary(lambda tf, x: tf.tile(x, [1, 3]), (None, 3), second=False),
    "tile_computed": tile_computed,
    "tile_points": tile_points,
    "broadcast_to": _unary(lambda tf, x: tf.broadcast_to(x, [4, 2, 3])),
    "broadcast_forms": broadcast_forms,
    "broadcast_wrong_when_run": broadcast_wrong_when_run,
    "shape_arithmetic": shape_arithmetic,
}
