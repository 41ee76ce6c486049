"""Recorded cases: linear operators that hold one vector or matrix."""

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


def _diag_dynamic(tf, p):
    return tf.linalg.LinearOperatorDiag(p(_numbers((2, 3)) + 2, [None, None], name="d"))


def _diag_complex(tf, p):
    return tf.linalg.LinearOperatorDiag(p(_numbers((3,), np.complex128) + 2, name="d"))


def _full(tf, p):
    return tf.linalg.LinearOperatorFullMatrix(p(_square(2, 3, 3), name="m"))


def _full_positive(tf, p):
    a = _square(3, 3)
    return tf.linalg.LinearOperatorFullMatrix(
        p(a @ a.T, name="m"), is_self_adjoint=True, is_positive_definite=True, name="mine"
    )


def _full_unknown(tf, p):
    return tf.linalg.LinearOperatorFullMatrix(p(_square(2, 3, 3), [None, 3, 3], name="m"))


def _triangular(tf, p):
    return tf.linalg.LinearOperatorLowerTriangular(p(_square(2, 3, 3), name="t"))


def _identity(tf, p):
    return tf.linalg.LinearOperatorIdentity(3, batch_shape=[2], dtype=tf.float64)


def _identity_plain(tf, p):
    return tf.linalg.LinearOperatorIdentity(3, dtype=tf.float64)


def _scaled(tf, p):
    return tf.linalg.LinearOperatorScaledIdentity(3, p(np.array([2.0, -3.0]), name="c"))


def _zeros(tf, p):
    return tf.linalg.LinearOperatorZeros(3, batch_shape=[2], dtype=tf.float64)


def _householder(tf, p):
    return tf.linalg.LinearOperatorHouseholder(p(_numbers((2, 3)) + 1, name="v"))


def products(tf):
    """Of operators: which operator, and its nodes."""
    feeds = {}

    def p(value, name):
        return _feed(tf, feeds, value, name=name)

    d = tf.linalg.LinearOperatorDiag(p(np.array([2.0, 3.0]), "d"), is_non_singular=True)
    s = tf.linalg.LinearOperatorScaledIdentity(2, p(np.array(4.0), "s"), is_non_singular=True)
    t = tf.linalg.LinearOperatorLowerTriangular(p(_square(2, 2), "t"), is_non_singular=True)
    f = tf.linalg.LinearOperatorFullMatrix(p(_square(2, 2) + 1, "f"), is_non_singular=True)
    one = tf.linalg.LinearOperatorIdentity(2, dtype=tf.float64)
    nothing = tf.linalg.LinearOperatorZeros(2, dtype=tf.float64)
    out = {}
    for i, (a, b) in enumerate(
        [(d, d), (d, s), (d, t), (t, d), (s, s), (s, d), (f, d), (one, f), (f, one), (f, nothing),
         (nothing, f)]
    ):  # fmt: skip
        y = a.matmul(b)
        out[f"type{i}"] = tf.constant(f"{type(y).__name__} {y.name} {y.is_non_singular}")
        out[f"dense{i}"] = y.to_dense()
    for i, (a, b) in enumerate([(d, d), (d, s), (d, t), (s, s), (s, d), (f, d), (one, f)]):
        y = a.solve(b)
        out[f"solved{i}"] = tf.constant(f"{type(y).__name__} {y.name} {y.is_self_adjoint}")
        out[f"dense_solved{i}"] = y.to_dense()
    root = tf.linalg.LinearOperatorDiag(
        p(np.array([4.0, 9.0]), "e"), is_positive_definite=True, is_self_adjoint=True
    ).cholesky()
    out["root"] = root.diag
    return out, feeds


_UNKNOWN = "matmul solve det log_abs_det trace diag_part to_dense shape batch_shape domain"
FEW = "matmul solve log_abs_det trace"
PRODUCTS = "adjoint_matmul matmul_adjoint matvec add_to_tensor to_dense diag_part"
INVERSES = "adjoint_solve solvevec det inverse shape"

CASES = {
    "diag": _case(_diag, (2, 3, 2), gradient="solve"),
    "diag_dynamic": _case(_diag_dynamic, (2, 3, 2), _UNKNOWN, static=[None, None, None]),
    "diag_complex": _case(_diag_complex, (3, 2), dtype=np.complex128),
    "full": _case(_full, (2, 3, 2), gradient="matmul"),
    "full_positive": _case(_full_positive, (3, 2), f"{FEW} det"),
    "full_unknown": _case(_full_unknown, (2, 3, 2), _UNKNOWN, static=[None, 3, 2]),
    "full_stretched": _case(_full, (3, 2), "matmul solve"),
    "triangular": _case(_triangular, (2, 3, 2), f"{FEW} {INVERSES}"),
    "identity": _case(_identity, (3, 2), f"{FEW} {PRODUCTS}"),
    "identity_plain": _case(_identity_plain, (2, 3, 2), _UNKNOWN),
    "scaled": _case(_scaled, (2, 3, 2), f"{FEW} {PRODUCTS}"),
    "zeros": _case(_zeros, (3, 2), "matmul matmul_adjoint det trace diag_part shape"),
    "householder": _case(_householder, (2, 3, 2), FEW),
    "products": products,
}
