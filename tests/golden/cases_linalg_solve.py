"""Recorded cases: inverses, determinants, systems of equations, cross products."""

import numpy as np


def _numbers(shape, dtype=np.float64, shift=0.0):
    x = np.sin(np.arange(float(np.prod(shape, dtype=int))) ** 1.5 + shift)
    if dtype in (np.complex64, np.complex128):
        x = x + 1j * np.cos(3 * x + shift)
    return x.reshape(shape).astype(dtype)


def _square(shape, dtype=np.float64):
    """Matrices that have an inverse."""
    return _numbers(shape, dtype) + 2 * np.eye(shape[-1], dtype=dtype)


def _gradients(tf, out, y, xs, second=False):
    out["y"] = y
    first = tf.gradients(y, xs, grad_ys=y)
    for k, g in enumerate(first):
        out[f"g{k}"] = g
    if second:
        for k, g in enumerate(tf.gradients(first[0], xs, grad_ys=first[0])):
            out[f"h{k}"] = g
    return out


def _of_one(function, static, shape=None, dtype=np.float64, second=False):
    def case(tf):
        x = tf.placeholder(dtype, static, name="x")
        y = function(tf, x)
        return _gradients(tf, {}, y, [x], second), {x: _square(shape or static, dtype)}

    return case


def _inverse(adjoint):
    return lambda tf, x: tf.matrix_inverse(x, adjoint=adjoint)


def _det(tf, x):
    return tf.matrix_determinant(x)


def _slogdet(tf, x):
    sign, log = tf.linalg.slogdet(x)
    return sign * log


def _solve(static, adjoint, shape=None, dtype=np.float64, second=False):
    def case(tf):
        a = tf.placeholder(dtype, static, name="a")
        b_static = None if static is None else [*static[:-1], 2]
        b = tf.placeholder(dtype, b_static, name="b")
        y = tf.matrix_solve(a, b, adjoint=adjoint)
        true = shape or static
        feeds = {a: _square(true, dtype), b: _numbers((*true[:-1], 2), dtype, 1.0)}
        return _gradients(tf, {}, y, [a, b], second), feeds

    return case


def cholesky_solve(tf):
    a = tf.placeholder(tf.float64, [2, 3, 3], name="a")
    b = tf.placeholder(tf.float64, [2, 3, 2], name="b")
    y = tf.cholesky_solve(a, b)
    return _gradients(tf, {}, y, [a, b]), {a: _square((2, 3, 3)), b: _numbers((2, 3, 2))}


def logdet(tf):
    x = tf.placeholder(tf.float64, [2, 3, 3], name="x")
    a = _numbers((2, 3, 3))
    y = tf.linalg.logdet(x)
    return _gradients(tf, {}, y, [x]), {x: a @ np.swapaxes(a, -1, -2) + np.eye(3)}


def ranks(tf):
    x = tf.placeholder(tf.float64, [2, 3, 4], name="x")
    u = tf.placeholder(tf.float32, [None, None], name="u")
    value = _numbers((2, 3, 4))
    value[1, 2] = value[1, 1] * 2 - value[1, 0]
    return {
        "rank": tf.linalg.matrix_rank(x),
        "rank_dynamic": tf.linalg.matrix_rank(u),
        "rank_tol": tf.linalg.matrix_rank(x, tol=2.0, name="mine"),
        "pinv": tf.linalg.pinv(x),
        "pinv_dynamic": tf.linalg.pinv(u),
        "pinv_rcond": tf.linalg.pinv(x, rcond=0.3, validate_args=True, name="other"),
        "normalized": tf.linalg.normalize(x, axis=1)[0],
        "norm": tf.linalg.normalize(x, ord=1, axis=[0, 2])[1],
    }, {x: value, u: value[1].astype(np.float32)}


def cross(tf):
    a = tf.placeholder(tf.float64, [2, 3], name="a")
    b = tf.placeholder(tf.float64, [None, 3], name="b")
    y = tf.cross(a, b)
    out = _gradients(tf, {}, y, [a, b], second=True)
    out["whole"] = tf.linalg.cross([1, 2, 3], [3, 5, 7])
    return out, {a: _numbers((2, 3)), b: _numbers((2, 3), shift=2.0)}


def products_of_three_types(tf):
    a = tf.placeholder(tf.float32, [2, 2, 3], name="a")
    b = tf.placeholder(tf.float32, [3, 2], name="b")
    y = tf.raw_ops.BatchMatMulV3(x=a, y=b, Tout=tf.float32)
    out = _gradients(tf, {}, y, [a, b])
    whole = tf.constant([[[100, 100], [1, -1]]], tf.int8)
    out["whole"] = tf.raw_ops.BatchMatMulV3(x=whole, y=whole, Tout=tf.int32, adj_y=True)
    out["mixed"] = tf.raw_ops.BatchMatMulV3(
        x=whole, y=tf.constant([[[1], [2]]], tf.uint8), Tout=tf.int32
    )
    return out, {a: _numbers((2, 2, 3), np.float32), b: _numbers((3, 2), np.float32)}


def second_versions(tf):
    """Values only; the gradients of TensorFlow forget where the rows of a band start."""
    x = tf.placeholder(tf.float64, [2, 3, 4], name="x")
    band = tf.raw_ops.MatrixDiagPartV2(input=x, k=[-1, 2], padding_value=tf.constant(7.0, x.dtype))
    back = tf.raw_ops.MatrixDiagV2(
        diagonal=band, k=[-1, 2], num_rows=3, num_cols=4, padding_value=tf.constant(5.0, x.dtype)
    )
    one = tf.raw_ops.MatrixDiagPartV2(input=x, k=1, padding_value=tf.constant(0.0, x.dtype))
    return {
        "band": band,
        "back": back,
        "set": tf.raw_ops.MatrixSetDiagV2(input=x, diagonal=-band, k=[-1, 2]),
        "one": one,
    }, {x: _numbers((2, 3, 4))}


CASES = {
    "inverse": _of_one(_inverse(False), [2, 3, 3], second=True),
    "inverse_matrix": _of_one(_inverse(True), [3, 3]),
    "inverse_dynamic": _of_one(_inverse(True), None, (2, 3, 3)),
    "inverse_complex": _of_one(_inverse(False), [2, 2], dtype=np.complex128),
    "det": _of_one(_det, [2, 3, 3], second=True),
    "det_matrix": _of_one(_det, [3, 3]),
    "det_dynamic": _of_one(_det, None, (2, 3, 3)),
    "det_float": _of_one(_det, [None, 2, 2], (3, 2, 2), np.float32),
    "slogdet": _of_one(_slogdet, [2, 3, 3]),
    "slogdet_dynamic": _of_one(_slogdet, [None, None, None], (2, 3, 3)),
    "logdet": logdet,
    "solve": _solve([2, 3, 3], False, second=True),
    "solve_adjoint": _solve([3, 3], True),
    "solve_dynamic": _solve(None, False, (2, 3, 3)),
    "solve_complex": _solve([2, 2, 2], True, dtype=np.complex128),
    "cholesky_solve": cholesky_solve,
    "ranks": ranks,
    "cross": cross,
    "products_of_three_types": products_of_three_types,
    "second_versions": second_versions,
}
