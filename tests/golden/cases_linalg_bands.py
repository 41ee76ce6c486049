"""Recorded cases: systems and products with matrices that have few diagonals."""

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


def _banded(lower, adjoint, bands, static=None, right=None, dtype=np.float64):
    def case(tf):
        a = tf.placeholder(dtype, static or [2, bands, 4], name="a")
        b = tf.placeholder(dtype, right or [2, 4, 2], name="b")
        y = tf.raw_ops.BandedTriangularSolve(matrix=a, rhs=b, lower=lower, adjoint=adjoint)
        a_shape = (2, bands, 4) if static is None or None in static else static
        b_shape = (2, 4, 2) if right is None or None in right else right
        feeds = {a: _numbers(a_shape, dtype) + 2, b: _numbers(b_shape, dtype, 1.0)}
        return _gradients(tf, {}, y, [a, b]), feeds

    return case


def _tridiagonal(form, rhs="matrix", static=None, **options):
    def case(tf):
        out, feeds = {}, {}
        n = 4
        if form == "sequence":
            parts = [tf.placeholder(tf.float64, [2, k], name=f"d{k}") for k in (n - 1, n, n)]
            feeds = {t: _numbers(t.shape.as_list()) + 2 * i for i, t in enumerate(parts)}
            a = parts
        else:
            shape = [2, 3, n] if form == "compact" else [2, n, n]
            a = tf.placeholder(tf.float64, static or shape, name="a")
            feeds = {a: _numbers(shape) + np.eye(n)[: shape[1]]}
            parts = [a]
        b_shape = {"matrix": [2, n, 2], "vector": [2, n], "rows": [2, 2, n]}[rhs]
        b = tf.placeholder(tf.float64, b_shape, name="b")
        feeds[b] = _numbers(b_shape, shift=1.0)
        y = tf.linalg.tridiagonal_solve(a, b, diagonals_format=form, **options)
        return _gradients(tf, out, y, [*parts, b]), feeds

    return case


def _tridiagonal_product(form, static=None):
    def case(tf):
        n = 4
        if form == "sequence":
            a = [tf.placeholder(tf.float64, [2, n], name=f"d{k}") for k in range(3)]
            parts, feeds = a, {t: _numbers((2, n), shift=k) for k, t in enumerate(a)}
        else:
            shape = [2, 3, n] if form == "compact" else [2, n, n]
            a = tf.placeholder(tf.float64, static or shape, name="a")
            parts, feeds = [a], {a: _numbers(shape)}
        b = tf.placeholder(tf.float64, [2, n, 2], name="b")
        feeds[b] = _numbers((2, n, 2), shift=1.0)
        y = tf.linalg.tridiagonal_matmul(a, b, diagonals_format=form)
        return _gradients(tf, {}, y, [*parts, b]), feeds

    return case


CASES = {
    "banded": _banded(True, False, 2),
    "banded_upper": _banded(False, True, 3),
    "banded_full": _banded(True, True, 4),
    "banded_dynamic": _banded(False, False, 2, static=[None, 2, 4]),
    "banded_stretched": _banded(True, False, 2, static=[2, 4], right=[2, 4, 2]),
    "tridiagonal": _tridiagonal("compact"),
    "tridiagonal_vector": _tridiagonal("compact", "vector", conjugate_rhs=True),
    "tridiagonal_plain": _tridiagonal("compact", partial_pivoting=False, name="mine"),
    "tridiagonal_dynamic": _tridiagonal("compact", static=[None, 3, None]),
    "tridiagonal_sequence": _tridiagonal("sequence"),
    "tridiagonal_matrix": _tridiagonal("matrix", "vector"),
    "tridiagonal_product": _tridiagonal_product("compact"),
    "tridiagonal_product_sequence": _tridiagonal_product("sequence"),
    "tridiagonal_product_dynamic": _tridiagonal_product("compact", [None, 3, 4]),
}
