"""Diagonals, bands, identity matrices and the QR decomposition."""

import numpy as np

X = np.sin(np.arange(24.0) ** 1.5).reshape(2, 3, 4)


def _gradient(tf, y, x):
    return tf.gradients(y * y * y, x)[0]


def eyes(tf):
    n = tf.placeholder(tf.int32, [], name="n")
    return {
        "square": tf.eye(2),
        "wide": tf.eye(2, 3),
        "same": tf.eye(2, 2, dtype=tf.int32),
        "batch": tf.eye(2, batch_shape=[2, 1]),
        "computed": tf.eye(n),
        "computed_wide": tf.eye(n, 3, batch_shape=tf.shape(tf.zeros([n])), name="mine"),
        "computed_both": tf.eye(n, n, dtype=tf.bool),
        "bool": tf.eye(2, dtype=tf.bool),
        "large": tf.eye(40)[:2, :3],
    }, {n: 2}


def diags(tf):
    x = tf.placeholder(tf.float64, [None, 3], name="x")
    y = tf.matrix_diag(x)
    z = tf.matrix_diag(x, k=1, num_rows=3, padding_value=9.0, name="mine")
    return {
        "y": y,
        "z": z,
        "below": tf.linalg.diag([1, 2], k=-1),
        "wide": tf.linalg.diag([1, 2], num_cols=4),
        "g": tf.gradients([y * y * y, z * z], x)[0],
    }, {x: X[0, :2, :3]}


def diag_parts(tf):
    x = tf.placeholder(tf.float64, [2, 3, 4], name="x")
    u = tf.placeholder(tf.float64, None, name="u")
    y = tf.matrix_diag_part(x)
    w = tf.matrix_diag_part(u, k=1)
    out = {"y": y, "w": w, "g": _gradient(tf, y, x), "gu": _gradient(tf, w, u)}
    out["h"] = tf.gradients(out["g"] * out["g"], x)[0]
    out["below"] = tf.linalg.diag_part(x, k=-2)
    return out, {x: X, u: X}


def _band(align):
    def case(tf):
        # TensorFlow's shape rule of a band fails on a partly known shape.
        x = tf.placeholder(tf.float64, [2, 3, 4], name="x")
        b = tf.matrix_diag_part(x, k=[-1, 2], padding_value=7.0, align=align)
        m = tf.matrix_diag(b, k=[-1, 2], num_rows=3, num_cols=4, align=align)
        s = tf.matrix_set_diag(x, b * 2.0, k=(-1, 2), align=align)
        return {"b": b, "m": m, "s": s, "g": tf.gradients([b * b * b, m * m], x)[0]}, {x: X}

    return case


def set_diags(tf):
    x = tf.placeholder(tf.float64, [2, 3, 4], name="x")
    d = tf.placeholder(tf.float64, [2, 3], name="d")
    y = tf.matrix_set_diag(x, d)
    g = tf.gradients(y * y * y, [x, d])
    return {"y": y, "gx": g[0], "gd": g[1]}, {x: X, d: X[:, 0, :3]}


def band_parts(tf):
    x = tf.placeholder(tf.float64, [None, 3, 4], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    y = tf.matrix_band_part(x, 1, 0)
    return {
        "y": y,
        "lower": tf.matrix_band_part(x, -1, 0),
        "computed": tf.linalg.band_part(x, n, tf.constant(-1)),
        "integers": tf.matrix_band_part([[1, 2], [3, 4]], 0, 1),
        "g": _gradient(tf, y, x),
    }, {x: X, n: 1}


def tensors(tf):
    x = tf.placeholder(tf.float64, [2, 3], name="x")
    y = tf.diag(x)
    z = tf.diag_part(y * y)
    out = {"y": y, "z": z, "trace": tf.trace(X), "t": tf.trace(X[0], name="mine")}
    out["g"] = tf.gradients(z, x)[0]
    out["h"] = tf.gradients(out["g"], x)[0]
    return out, {x: X[0, :2, :3]}


def _qr(shape, full=False, gradient=True):
    def case(tf):
        x = tf.placeholder(tf.float64, shape, name="x")
        q, r = tf.qr(x, full_matrices=full)
        out = {"q": q, "r": r}
        if gradient:
            out["g"] = tf.gradients([q * q * q, r * r], x)[0]
        return out, {x: X.reshape(-1)[: int(np.prod(shape))].reshape(shape)}

    return case


def _solve(matrix, rhs, lower, adjoint):
    def case(tf):
        a = tf.placeholder(tf.float64, matrix, name="a")
        b = tf.placeholder(tf.float64, rhs, name="b")
        y = tf.matrix_triangular_solve(a, b, lower=lower, adjoint=adjoint)
        g = tf.gradients(y * y, [a, b])
        value = X.reshape(-1)[:18].reshape(2, 3, 3) + 2 * np.eye(3)
        a_value = value[0] if len(matrix) == 2 else value
        return {"y": y, "ga": g[0], "gb": g[1]}, {a: a_value, b: X[..., :2]}

    return case


CASES = {
    "eyes": eyes,
    "diags": diags,
    "diag_parts": diag_parts,
    "band_right_left": _band("RIGHT_LEFT"),
    "band_left_right": _band("LEFT_RIGHT"),
    "band_left_left": _band("LEFT_LEFT"),
    "band_right_right": _band("RIGHT_RIGHT"),
    "set_diags": set_diags,
    "band_parts": band_parts,
    "tensors": tensors,
    "qr_square": _qr((3, 3)),
    "qr_tall": _qr((4, 3)),
    "qr_wide": _qr((2, 3, 4)),
    "solve_static": _solve((2, 3, 3), (2, 3, 2), True, False),
    "solve_adjoint": _solve((2, 3, 3), (2, 3, 2), False, True),
    "solve_dynamic": _solve((None, 3, 3), (None, 3, None), True, True),
    "solve_stretched": _solve((3, 3), (2, 3, 2), False, False),
    "qr_full": _qr((4, 3), full=True, gradient=False),
}
