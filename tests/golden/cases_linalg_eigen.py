"""Recorded cases: eigenvalues and eigenvectors.

What is fetched does not depend on the signs or phases of eigenvectors, which differ between
libraries.
"""

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


def _eigh(static, shape=None, dtype=np.float64, second=False):
    def case(tf):
        x = tf.placeholder(dtype, static, name="x")
        e, v = tf.self_adjoint_eig(x)
        weights = tf.constant(_numbers((3, 3), shift=1.0), tf.as_dtype(dtype).real_dtype)
        lengths = tf.real(v * tf.conj(v)) * weights
        out = {"e": e, "lengths": lengths}
        _gradients(tf, out, [tf.real(e) ** 3, lengths], x, second)
        return out, {x: _positive(shape or static, dtype)}

    return case


def _eigvalsh(static, shape=None, dtype=np.float64):
    def case(tf):
        x = tf.placeholder(dtype, static, name="x")
        e = tf.linalg.eigvalsh(x)
        return _gradients(tf, {"e": e}, tf.real(e) ** 3, x), {x: _positive(shape or static, dtype)}

    return case


def _eig(compute_v, dtype=np.float64):
    def case(tf):
        x = tf.placeholder(dtype, [2, 3, 3], name="x")
        complex_type = tf.complex128
        e, v = tf.raw_ops.Eig(input=x, Tout=complex_type, compute_v=compute_v)
        cubes = tf.reduce_sum(e * e * e, axis=-1)
        out = {"cubes": cubes}
        ys = [tf.real(cubes)]
        if compute_v:
            length = tf.reduce_sum(tf.abs(v) ** 4)
            out["length"] = length
            ys.append(length)
        return _gradients(tf, out, ys, x), {x: _numbers((2, 3, 3), dtype) + np.diag([1.0, 2, 4])}

    return case


CASES = {
    "eigh": _eigh([2, 3, 3], second=True),
    "eigh_dynamic": _eigh([None, None, None], (2, 3, 3)),
    "eigh_complex": _eigh([3, 3], dtype=np.complex128),
    "eigvalsh": _eigvalsh([2, 3, 3]),
    "eigvalsh_dynamic": _eigvalsh(None, (3, 3)),
    "eig": _eig(True),
    "eig_values": _eig(False),
    "eig_complex": _eig(True, np.complex128),
}
