"""Recorded cases: Cholesky and LU factors, functions of matrices, empty matrices."""

import numpy as np


def _numbers(shape, dtype=np.float64, shift=0.0):
    x = np.sin(np.arange(float(np.prod(shape, dtype=int))) ** 1.5 + shift)
    if dtype in (np.complex64, np.complex128):
        x = x + 1j * np.cos(3 * x + shift)
    return x.reshape(shape).astype(dtype)


def _positive(shape, dtype=np.float64):
    x = _numbers(shape, dtype)
    return x @ np.conj(np.swapaxes(x, -1, -2)) + np.eye(shape[-1], dtype=dtype)


def _gradients(tf, out, ys, x, second=False):
    first = tf.gradients(ys, x)[0]
    out["g"] = first
    if second:
        out["h"] = tf.gradients(tf.square(first), x)[0]
    return out


def _cholesky(static, shape=None, dtype=np.float64, second=False):
    def case(tf):
        x = tf.placeholder(dtype, static, name="x")
        y = tf.cholesky(x)
        out = _gradients(tf, {"y": y}, tf.real(y * tf.conj(y)) ** 2, x, second)
        return out, {x: _positive(shape or static, dtype)}

    return case


def lu(tf):
    x = tf.placeholder(tf.float64, [2, 3, 3], name="x")
    factors, order = tf.linalg.lu(x)
    long = tf.linalg.lu(x, output_idx_type=tf.int64, name="mine")
    return {"lu": factors, "p": order, "long": long.p}, {x: _numbers((2, 3, 3))}


def cholesky_grad(tf):
    l = tf.placeholder(tf.float64, [2, 3, 3], name="l")  # noqa: E741
    g = tf.placeholder(tf.float64, [2, 3, 3], name="g")
    y = tf.raw_ops.CholeskyGrad(l=l, grad=g)
    return {"y": y}, {l: np.linalg.cholesky(_positive((2, 3, 3))), g: _numbers((2, 3, 3))}


def _root(static, shape=None, dtype=np.float64, gradient=True, second=False):
    def case(tf):
        x = tf.placeholder(dtype, static, name="x")
        y = tf.matrix_square_root(x)
        out = {"y": y}
        if gradient:
            _gradients(tf, out, y * y * y, x, second)
        return out, {x: _numbers(shape or static, dtype) / 3 + 2 * np.eye(3)}

    return case


def functions(tf):
    x = tf.placeholder(tf.complex128, [2, 3, 3], name="x")
    near = tf.placeholder(tf.float64, [3, 3], name="near")
    a = _numbers((2, 3, 3), np.complex128) / 3 + 2 * np.eye(3)
    return {
        "logm": tf.linalg.logm(x),
        "negative": tf.linalg.logm(tf.constant([[-1.0, 0.0], [0.0, 4.0]], tf.complex128)),
        "no_root": tf.linalg.sqrtm(tf.constant([[-1.0, 0.0], [0.0, 4.0]], tf.float64)),
        "singular": tf.linalg.sqrtm(tf.constant([[0.0, 1.0], [0.0, 4.0]], tf.float64)),
        "rotation": tf.linalg.sqrtm(near),
    }, {x: a, near: np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 2.0]])}


def empty(tf):
    none = tf.zeros([0, 0])
    batch = tf.zeros([0, 3, 3])
    tall = tf.zeros([2, 3, 0])
    return {
        "cholesky": tf.cholesky(none),
        "cholesky_batch": tf.cholesky(batch),
        "inverse": tf.matrix_inverse(batch),
        "det": tf.matrix_determinant(tf.zeros([2, 0, 0])),
        "sign": tf.linalg.slogdet(tf.zeros([2, 0, 0])).sign,
        "log": tf.linalg.slogdet(tf.zeros([2, 0, 0])).log_abs_determinant,
        "eigh": tf.self_adjoint_eig(none)[0],
        "root": tf.matrix_square_root(batch),
        "s": tf.svd(tall)[0],
        "u": tf.svd(tall)[1],
        "v": tf.svd(tall)[2],
        "full_u": tf.svd(tall, full_matrices=True)[1],
        "full_v": tf.svd(tall, full_matrices=True)[2],
        "lu": tf.linalg.lu(none)[0],
        "p": tf.linalg.lu(none)[1],
        "solve": tf.matrix_solve(tf.eye(2), tf.zeros([2, 0])),
        "solve_none": tf.matrix_solve(none, tf.zeros([0, 3])),
    }, {}


CASES = {
    "cholesky": _cholesky([2, 3, 3], second=True),
    "cholesky_dynamic": _cholesky(None, (2, 3, 3)),
    "cholesky_rows_unknown": _cholesky([2, None, None], (2, 3, 3), np.float32),
    "cholesky_complex": _cholesky([3, 3], dtype=np.complex128),
    "cholesky_grad": cholesky_grad,
    "lu": lu,
    "root": _root([2, 3, 3]),
    "root_dynamic": _root(None, (3, 3)),
    "root_complex": _root([3, 3], dtype=np.complex128, gradient=False),
    "functions": functions,
    "empty": empty,
}
