"""Recorded cases: singular values and vectors.

What is fetched does not depend on the signs or phases of singular vectors, which differ between
libraries.
"""

import numpy as np


def _numbers(shape, dtype=np.float64, shift=0.0):
    x = np.sin(np.arange(float(np.prod(shape, dtype=int))) ** 1.5 + shift)
    if dtype in (np.complex64, np.complex128):
        x = x + 1j * np.cos(3 * x + shift)
    return x.reshape(shape).astype(dtype)


def _gradients(tf, out, ys, x, second=False):
    first = tf.gradients(ys, x)[0]
    out["g"] = first
    if second:
        out["h"] = tf.gradients(tf.square(first), x)[0]
    return out


def _svd(static, full=False, compute=True, shape=None, dtype=np.float64, gradient=True):
    def case(tf):
        x = tf.placeholder(dtype, static, name="x")
        if not compute:
            s = tf.svd(x, compute_uv=False)
            return _gradients(tf, {"s": s}, s * s * s, x), {x: _numbers(shape or static, dtype)}
        s, u, v = tf.svd(x, full_matrices=full)
        k = min((shape or static)[-2:])
        lengths = [tf.real(w * tf.conj(w))[..., :k] for w in (u, v)]
        out = {"s": s, "u": lengths[0], "v": lengths[1]}
        if gradient:
            _gradients(tf, out, [s * s * s, *[w * w for w in lengths]], x)
        return out, {x: _numbers(shape or static, dtype)}

    return case


CASES = {
    "svd_tall": _svd([4, 3]),
    "svd_wide": _svd([2, 2, 4]),
    "svd_full_tall": _svd([2, 4, 3], full=True),
    "svd_full_more": _svd([2, 4], full=True, gradient=False),
    "svd_batch_unknown": _svd([None, 3, 2], shape=(2, 3, 2)),
    "svd_complex": _svd([3, 2], dtype=np.complex128),
    "svd_values": _svd([2, 3, 4], compute=False),
    "svd_values_dynamic": _svd([None, None], compute=False, shape=(3, 2)),
}
