"""Recorded cases: least squares."""

import numpy as np


def _numbers(shape, dtype=np.float64, shift=0.0):
    x = np.sin(np.arange(float(np.prod(shape, dtype=int))) ** 1.5 + shift)
    if dtype in (np.complex64, np.complex128):
        x = x + 1j * np.cos(3 * x + shift)
    return x.reshape(shape).astype(dtype)


def _gradients(tf, out, y, xs, second=False):
    out["y"] = y
    first = tf.gradients(y, xs, grad_ys=y)
    for k, g in enumerate(first):
        out[f"g{k}"] = g
    if second:
        for k, g in enumerate(tf.gradients(first[0], xs, grad_ys=first[0])):
            out[f"h{k}"] = g
    return out


def _least_squares(m, n, number=0.0, batch=(), dtype=np.float64, static=None):
    def case(tf):
        a = tf.placeholder(dtype, static or [*batch, m, n], name="a")
        b = tf.placeholder(dtype, [*batch, m, 2], name="b")
        y = tf.matrix_solve_ls(a, b, l2_regularizer=number)
        feeds = {a: _numbers((*batch, m, n), dtype), b: _numbers((*batch, m, 2), dtype, 1.0)}
        return _gradients(tf, {}, y, [a, b]), feeds

    return case


def _least_squares_node(m, n, number, fast, dtype=np.float64):
    def case(tf):
        a = tf.placeholder(dtype, [2, m, n], name="a")
        b = tf.placeholder(dtype, [2, m, 2], name="b")
        y = tf.raw_ops.MatrixSolveLs(
            matrix=a, rhs=b, l2_regularizer=tf.constant(number, tf.float64), fast=fast
        )
        feeds = {a: _numbers((2, m, n), dtype), b: _numbers((2, m, 2), dtype, 1.0)}
        return (_gradients(tf, {}, y, [a, b]) if fast else {"y": y}), feeds

    return case


CASES = {
    "ls_tall": _least_squares(4, 3, batch=(2,)),
    "ls_wide": _least_squares(3, 4),
    "ls_regularized": _least_squares(4, 3, 0.25, batch=(2,)),
    "ls_regularized_wide": _least_squares(3, 4, 0.25),
    "ls_batch_unknown": _least_squares(4, 3, 0.5, (2,), static=[None, 4, 3]),
    "ls_node": _least_squares_node(4, 3, 0.25, True),
    "ls_node_wide": _least_squares_node(3, 4, 0.0, True),
    "ls_node_slow": _least_squares_node(4, 3, 0.0, False),
    "ls_node_slow_wide": _least_squares_node(3, 4, 0.0, False, np.complex128),
}
