"""Recorded cases: linear operators that are made of others, or by Fourier transforms."""

import numpy as np


def _numbers(shape, dtype=np.float64, shift=0.0):
    x = np.sin(np.arange(float(np.prod(shape, dtype=int))) ** 1.5 + shift)
    if dtype == np.complex128:
        x = x + 1j * np.cos(3 * x + shift)
    return x.reshape(shape).astype(dtype)


def _square(*shape, dtype=np.float64):
    return _numbers(shape, dtype) + 2 * np.eye(shape[-1], dtype=dtype)


def _feed(tf, feeds, value, static="own", name="p"):
    """A placeholder for the value; ``static`` is what is known of its shape."""
    x = tf.placeholder(value.dtype, value.shape if static == "own" else static, name=name)
    feeds[x] = value
    return x


ALL = (
    "matmul adjoint_matmul matmul_adjoint matvec solve adjoint_solve solvevec det log_abs_det "
    "trace diag_part to_dense add_to_tensor shape batch_shape inverse adjoint domain"
)


def _methods(tf, operator, x, feeds, names, out, suffix=""):
    """What the methods of these names give; ``x`` has as many rows as the operator columns."""
    xt = (
        _feed(tf, feeds, np.swapaxes(np.conj(feeds[x]), -1, -2), name="xt")
        if "_adjoint" in names
        else x
    )
    for name in names.split():
        y = {
            "matmul": lambda: operator.matmul(x),
            "adjoint_matmul": lambda: operator.matmul(x, adjoint=True),
            "matmul_adjoint": lambda: operator.matmul(xt, adjoint_arg=True),
            "matvec": lambda: operator.matvec(x[..., 0]),
            "solve": lambda: operator.solve(x),
            "adjoint_solve": lambda: operator.solve(x, adjoint=True),
            "solvevec": lambda: operator.solvevec(x[..., 0]),
            "det": operator.determinant,
            "log_abs_det": operator.log_abs_determinant,
            "trace": operator.trace,
            "diag_part": operator.diag_part,
            "to_dense": operator.to_dense,
            "add_to_tensor": lambda: operator.add_to_tensor(
                tf.zeros(operator.shape.as_list(), operator.dtype)
            ),
            "shape": operator.shape_tensor,
            "batch_shape": operator.batch_shape_tensor,
            "inverse": lambda: operator.inverse().matmul(x),
            "adjoint": lambda: operator.adjoint().matmul(x),
            "domain": operator.domain_dimension_tensor,
        }[name]()
        out[name + suffix] = y
    return out


def _case(make, x_shape, names=ALL, dtype=np.float64, static="own", gradient=None):
    def case(tf):
        feeds, out = {}, {}
        x = _feed(tf, feeds, _numbers(x_shape, dtype, 1.0), static, name="x")
        operator = make(tf, lambda v, s="own", name="p": _feed(tf, feeds, v, s, name))
        _methods(tf, operator, x, feeds, names, out)
        if gradient:
            out["g"] = tf.gradients(out[gradient], x, grad_ys=out[gradient])[0]
        out = {k: v for k, v in out.items() if k != "xt"}
        return out, feeds

    return case


def _diag(tf, p):
    return tf.linalg.LinearOperatorDiag(p(_numbers((2, 3)) + 2, name="d"))


def _full(tf, p):
    return tf.linalg.LinearOperatorFullMatrix(p(_square(2, 3, 3), name="m"))


def _update(tf, p):
    base = tf.linalg.LinearOperatorDiag(p(_numbers((3,)) + 2, name="d"), is_positive_definite=True)
    return tf.linalg.LinearOperatorLowRankUpdate(base, p(_numbers((3, 2)), name="u"))


def _update_general(tf, p):
    base = tf.linalg.LinearOperatorFullMatrix(p(_square(3, 3), name="b"), is_non_singular=True)
    return tf.linalg.LinearOperatorLowRankUpdate(
        base, p(_numbers((3, 2)), name="u"), p(np.array([0.5, -0.7]), name="d"),
        p(_numbers((3, 2), shift=2.0), name="v"),
    )  # fmt: skip


def _composition(tf, p):
    return tf.linalg.LinearOperatorComposition([_full(tf, p), _diag(tf, p)])


def _adjoint(tf, p):
    return tf.linalg.LinearOperatorAdjoint(_full(tf, p))


def _inversion(tf, p):
    return tf.linalg.LinearOperatorInversion(_full(tf, p))


def _blocks(tf, p):
    return tf.linalg.LinearOperatorBlockDiag(
        [
            tf.linalg.LinearOperatorFullMatrix(p(_square(2, 2, 2), name="m")),
            tf.linalg.LinearOperatorDiag(p(_numbers((1,)) + 2, name="d")),
        ]
    )


def _kronecker(tf, p):
    return tf.linalg.LinearOperatorKronecker(
        [
            tf.linalg.LinearOperatorFullMatrix(p(_square(2, 2), name="m")),
            tf.linalg.LinearOperatorDiag(p(_numbers((2,)) + 2, name="d")),
        ]
    )


def _circulant(tf, p):
    return tf.linalg.LinearOperatorCirculant(
        p(np.array([3.0, 1.0, 1.0]), name="s"), input_output_dtype=tf.float64
    )


def _circulant_2d(tf, p):
    return tf.linalg.LinearOperatorCirculant2D(
        p(_numbers((2, 2), np.complex128) + 3, name="s"), input_output_dtype=tf.complex128
    )


def _toeplitz(tf, p):
    return tf.linalg.LinearOperatorToeplitz(
        p(np.array([4.0, 1.0, 2.0]), name="col"), p(np.array([4.0, 3.0, -1.0]), name="row")
    )


def lists(tf):
    """Arguments of block diagonal operators as lists."""
    feeds = {}
    operator = _blocks(tf, lambda v, name: _feed(tf, feeds, v, name=name))
    x = [_feed(tf, feeds, _numbers((2, 2, 2))), _feed(tf, feeds, _numbers((1, 2)))]
    y = operator.matmul(list(x))
    z = operator.solve(list(x))
    return {"y0": y[0], "y1": y[1], "z0": z[0], "z1": z[1]}, feeds


FEW = "matmul solve log_abs_det trace"

CASES = {
    "update": _case(_update, (3, 2), f"{FEW} diag_part"),
    "update_general": _case(_update_general, (3, 2), "adjoint_solve det"),
    "composition": _case(_composition, (2, 3, 2), f"{FEW} adjoint_solve"),
    "adjoint": _case(_adjoint, (2, 3, 2), f"{FEW} solvevec det"),
    "inversion": _case(_inversion, (2, 3, 2), f"{FEW} det"),
    "blocks": _case(_blocks, (2, 3, 2), f"{FEW} matvec to_dense"),
    "kronecker": _case(_kronecker, (4, 2), f"{FEW} to_dense diag_part"),
    "circulant": _case(_circulant, (3, 2), "matmul trace log_abs_det diag_part"),
    "circulant_2d": _case(_circulant_2d, (4, 2), "adjoint_solve det trace", np.complex128),
    "toeplitz": _case(_toeplitz, (3, 2), "matmul to_dense diag_part"),
    "lists": lists,
}
