"""Linear operators: every method against the dense matrix.

Oracle: numpy on the dense matrix that the test builds itself.  Graphs are compared with TensorFlow
in ``golden/linear_operator*.json``.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph

L = tf.linalg


def numbers(*shape, dtype=np.float64):
    draw = np.random.default_rng(sum(shape))
    x = draw.normal(size=shape)
    return (x + 1j * draw.normal(size=shape) if dtype == np.complex128 else x).astype(dtype)


def square(*shape, dtype=np.float64):
    return numbers(*shape, dtype=dtype) + 3 * np.eye(shape[-1], dtype=dtype)


def adjoint(x):
    return np.conj(np.swapaxes(x, -1, -2))


def diagonal(d):
    return d[..., None] * np.eye(d.shape[-1])


def blocks(*matrices):
    n = sum(m.shape[-1] for m in matrices)
    batch = np.broadcast_shapes(*(m.shape[:-2] for m in matrices))
    y, at = np.zeros((*batch, n, n), matrices[0].dtype), 0
    for m in matrices:
        k = m.shape[-1]
        y[..., at : at + k, at : at + k] = m
        at += k
    return y


def circulant(column):
    n = len(column)
    return np.array([[column[(i - j) % n] for j in range(n)] for i in range(n)])


def block_circulant(spectrum):
    """Columns are the transforms of unit vectors."""
    n = spectrum.size
    columns = []
    for k in range(n):
        unit = np.zeros(n)
        unit[k] = 1
        z = np.fft.fftn(unit.reshape(spectrum.shape)) * spectrum
        columns.append(np.fft.ifftn(z).reshape(-1))
    return np.array(columns).T


M, N, C = square(3, 3), square(2, 3, 3), square(3, 3, dtype=np.complex128)
D, U, V = np.array([2.0, -3.0, 0.5]), numbers(3, 2), numbers(2, 3, 2)
P = M @ M.T
AXIS = numbers(2, 3)
UNIT = AXIS / np.linalg.norm(AXIS, axis=-1, keepdims=True)
REFLECTION = np.eye(3) - 2 * UNIT[..., :, None] * UNIT[..., None, :]
COLUMN, ROW = np.array([4.0, 1.0, 2.0]), np.array([4.0, 3.0, -1.0])
TOEPLITZ = np.array([[COLUMN[i - j] if i >= j else ROW[j - i] for j in range(3)] for i in range(3)])
SPECTRUM = numbers(2, 3, dtype=np.complex128) + 4


class Case(NamedTuple):
    name: str
    make: Callable
    dense: np.ndarray
    skip: str = ""


def full(x, **hints):
    return L.LinearOperatorFullMatrix(x, **hints)


CASES = [
    Case("diag", lambda: L.LinearOperatorDiag(D), diagonal(D)),
    Case("diag_complex", lambda: L.LinearOperatorDiag(C[0] + 2), diagonal(C[0] + 2)),
    Case("diag_batch", lambda: L.LinearOperatorDiag(AXIS + 4), diagonal(AXIS + 4)),
    Case("full", lambda: full(N), N),
    Case("full_complex", lambda: full(C), C),
    Case("positive", lambda: full(P, is_self_adjoint=True, is_positive_definite=True), P),
    Case("rectangle", lambda: full(N[..., :2, :]), N[..., :2, :], "solve det inverse"),
    Case("triangular", lambda: L.LinearOperatorLowerTriangular(N), np.tril(N)),
    Case("identity", lambda: L.LinearOperatorIdentity(3, dtype=tf.float64), np.eye(3)),
    Case(
        "identity_batch",
        lambda: L.LinearOperatorIdentity(3, [2], tf.float64, assert_proper_shapes=True),
        np.broadcast_to(np.eye(3), (2, 3, 3)),
    ),
    Case(
        "scaled",
        lambda: L.LinearOperatorScaledIdentity(3, np.array([2.0, -3.0])),
        np.array([2.0, -3.0])[:, None, None] * np.eye(3),
    ),
    Case(
        "zeros",
        lambda: L.LinearOperatorZeros(3, dtype=tf.float64),
        np.zeros((3, 3)),
        "solve log inverse",
    ),
    Case("householder", lambda: L.LinearOperatorHouseholder(AXIS), REFLECTION),
    Case("toeplitz", lambda: L.LinearOperatorToeplitz(COLUMN, ROW), TOEPLITZ),
    Case(
        "update",
        lambda: L.LinearOperatorLowRankUpdate(
            L.LinearOperatorDiag(np.abs(D), is_positive_definite=True), U
        ),
        diagonal(np.abs(D)) + U @ U.T,
    ),
    Case(
        "update_general",
        lambda: L.LinearOperatorLowRankUpdate(full(C), U + 0j, np.array([1 + 2j, 0.5]), V + 1j),
        C + (U * np.array([1 + 2j, 0.5])) @ adjoint(V + 1j),
    ),
    Case("adjoint", lambda: full(N + 1j).adjoint(), adjoint(N + 1j)),
    Case("inversion", lambda: full(N).inverse(), np.linalg.inv(N)),
    Case(
        "composition",
        lambda: L.LinearOperatorComposition([full(N), L.LinearOperatorDiag(D), full(M)]),
        N @ diagonal(D) @ M,
    ),
    Case(
        "blocks",
        lambda: L.LinearOperatorBlockDiag([full(N), L.LinearOperatorDiag(D)]),
        blocks(N, diagonal(D)),
    ),
    Case(
        "kronecker",
        lambda: L.LinearOperatorKronecker([full(M), L.LinearOperatorDiag(D[:2]), full(M[:2, :2])]),
        np.kron(np.kron(M, diagonal(D[:2])), M[:2, :2]),
    ),
    Case(
        "kronecker_complex",
        lambda: L.LinearOperatorKronecker([full(C), full(C[:2, :2])]),
        np.kron(C, C[:2, :2]),
    ),
    Case(
        "circulant",
        lambda: L.LinearOperatorCirculant(np.fft.fft(COLUMN), tf.complex128),
        circulant(COLUMN) + 0j,
    ),
    Case(
        "circulant_2d",
        lambda: L.LinearOperatorCirculant2D(SPECTRUM, tf.complex128),
        block_circulant(SPECTRUM),
    ),
    Case(
        "circulant_3d",
        lambda: L.LinearOperatorCirculant3D(SPECTRUM[None], tf.complex128),
        block_circulant(SPECTRUM[None]),
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_methods_agree_with_the_dense_matrix(case):
    a = case.dense
    m, n = a.shape[-2:]
    x = numbers(2, n, 2, dtype=a.dtype)
    y = numbers(2, m, 2, dtype=a.dtype)
    with new_graph() as graph:
        o = case.make()
        assert o.shape.as_list() == list(a.shape)
        found = {
            "dense": (o.to_dense(), a),
            "matmul": (o.matmul(x), a @ x),
            "matmul_adjoint": (o.matmul(y, adjoint=True), adjoint(a) @ y),
            "matmul_of_adjoint": (o.matmul(adjoint(x), adjoint_arg=True), a @ x),
            "matvec": (o.matvec(x[0, :, 0]), a @ x[0, :, 0]),
            "H": (o.H.matmul(y), adjoint(a) @ y),
            "diag_part": (o.diag_part(), np.diagonal(a, 0, -2, -1)),
            "shape": (o.shape_tensor(), a.shape),
            "batch": (o.batch_shape_tensor(), a.shape[:-2]),
            "rank": (o.tensor_rank_tensor(), a.ndim),
            "rows": (o.range_dimension_tensor(), m),
            "columns": (o.domain_dimension_tensor(), n),
        }
        if m == n:
            found["trace"] = (o.trace(), np.trace(a, 0, -2, -1))
            other = np.broadcast_to(numbers(n, n, dtype=a.dtype), (2, n, n)).copy()
            found["add"] = (o.add_to_tensor(other), a + other)
        if "det" not in case.skip:
            found["det"] = (o.determinant(), np.linalg.det(a))
            if "log" not in case.skip:
                found["log"] = (o.log_abs_determinant(), np.linalg.slogdet(a)[1])
        if "solve" not in case.skip:
            inverse = np.linalg.inv(a)
            found["solve"] = (o.solve(x), inverse @ x)
            found["solve_adjoint"] = (o.solve(x, adjoint=True), adjoint(inverse) @ x)
            found["solve_of_adjoint"] = (o.solve(adjoint(x), adjoint_arg=True), inverse @ x)
            found["solvevec"] = (o.solvevec(x[0, :, 0]), inverse @ x[0, :, 0])
            found["inverse"] = (o.inverse().matmul(x), inverse @ x)
            found["inverse_solve"] = (o.inverse().solve(x), a @ x)
        with tf.Session(graph=graph) as session:
            values = session.run({k: v[0] for k, v in found.items()})
    for name, (_, expected) in found.items():
        np.testing.assert_allclose(
            values[name], expected, rtol=1e-9, atol=1e-10, err_msg=f"{case.name}.{name}"
        )


def test_products_and_quotients_of_operators():
    d, s = L.LinearOperatorDiag(D), L.LinearOperatorScaledIdentity(3, 4.0 + 0 * D[0])
    t, f = L.LinearOperatorLowerTriangular(M), full(M)
    one = L.LinearOperatorIdentity(3, dtype=tf.float64)
    b = L.LinearOperatorBlockDiag([full(M[:2, :2]), L.LinearOperatorDiag(D[:1])])
    operators = [d, s, t, f, one, b]
    session = tf.Session()
    dense = session.run([o.to_dense() for o in operators])
    results, expected = [], []
    for o, x in zip(operators, dense, strict=True):
        for other, y in zip(operators, dense, strict=True):
            results += [(o @ other).to_dense(), o.solve(other).to_dense()]
            expected += [x @ y, np.linalg.solve(x, y)]
    for found, wanted in zip(session.run(results), expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-11)
    kinds = [type(o).__name__[14:] for o in (d @ d, d @ s, d @ t, s @ s, s @ d, one @ f, f @ one)]
    assert " ".join(kinds) == "Diag Diag LowerTriangular ScaledIdentity Diag FullMatrix FullMatrix"


@pytest.mark.parametrize("name", ["diag", "full", "scaled", "composition", "blocks", "kronecker"])
def test_lengths_that_are_not_known(name):
    """Everything that depends on shapes also works when they are known only in a run."""

    def unknown(x):
        return tf.placeholder_with_default(x, [None] * np.ndim(x))

    d, m = L.LinearOperatorDiag(unknown(D)), full(unknown(N))
    operator, a = {
        "diag": (d, diagonal(D)),
        "full": (m, N),
        "scaled": (
            L.LinearOperatorScaledIdentity(unknown(np.int32(3)), unknown(D)),
            D[:, None, None] * np.eye(3),
        ),
        "composition": (m @ d, N @ diagonal(D)),
        "blocks": (L.LinearOperatorBlockDiag([m, d]), blocks(N, diagonal(D))),
        "kronecker": (
            L.LinearOperatorKronecker([full(unknown(M)), d]), np.kron(M, diagonal(D)),
        ),
    }[name]  # fmt: skip
    x = numbers(a.shape[-1], 2)
    found = [
        operator.matmul(unknown(x)), operator.solve(unknown(x)), operator.trace(),
        operator.shape_tensor(), operator.to_dense(), operator.diag_part(),
    ]  # fmt: skip
    expected = [
        a @ x, np.linalg.inv(a) @ x, np.trace(a, 0, -2, -1), a.shape, a,
        np.diagonal(a, 0, -2, -1),
    ]  # fmt: skip
    for value, wanted in zip(tf.Session().run(found), expected, strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-10, atol=1e-11)


def test_cholesky_factors():
    positive = {"is_positive_definite": True, "is_self_adjoint": True}
    operators = [
        full(P, **positive),
        L.LinearOperatorDiag(np.abs(D), **positive),
        L.LinearOperatorScaledIdentity(3, 4.0, **positive),
        L.LinearOperatorIdentity(3),
        L.LinearOperatorBlockDiag([full(P, **positive), L.LinearOperatorDiag(D**2, **positive)]),
        L.LinearOperatorKronecker([full(P, **positive), L.LinearOperatorDiag(D**2, **positive)]),
    ]
    session = tf.Session()
    for o in operators:
        root, a = session.run([o.cholesky().to_dense(), o.to_dense()])
        np.testing.assert_allclose(root, np.linalg.cholesky(a), rtol=1e-9, atol=1e-10)
    t = L.LinearOperatorLowerTriangular(-np.tril(M), is_non_singular=True)
    product = L.LinearOperatorComposition([t, t.H])
    assert product.is_positive_definite
    root = session.run(product.cholesky().to_dense())
    np.testing.assert_allclose(root, np.linalg.cholesky(np.tril(M) @ np.tril(M).T), rtol=1e-10)


def test_lists_of_blocks():
    o = L.LinearOperatorBlockDiag([full(M), L.LinearOperatorDiag(D[:2])])
    x, y = numbers(3, 2), numbers(2, 2)
    both, vectors = [x, y], [x[:, 0], y[:, 0]]
    found = [o.matmul(both), o.solve(both), o.matvec(vectors), o.solvevec(vectors)]
    found = tf.Session().run(found)
    inverse, d = np.linalg.inv(M), D[:2, None]
    expected = [[M @ x, d * y], [inverse @ x, y / d]]
    expected += [[M @ x[:, 0], D[:2] * y[:, 0]], [inverse @ x[:, 0], y[:, 0] / D[:2]]]
    for values, wanted in zip(found, expected, strict=True):
        for v, w in zip(values, wanted, strict=True):
            np.testing.assert_allclose(v, w, rtol=1e-10)


@pytest.mark.parametrize(
    ("make", "is_right"),
    [
        (lambda: L.LinearOperatorDiag(D).assert_non_singular(), True),
        (lambda: L.LinearOperatorDiag([1.0, 0.0]).assert_non_singular(), False),
        (lambda: L.LinearOperatorDiag([1.0, 2.0]).assert_positive_definite(), True),
        (lambda: L.LinearOperatorDiag([1.0, -2.0]).assert_positive_definite(), False),
        (lambda: L.LinearOperatorDiag([1.0 + 1j]).assert_self_adjoint(), False),
        (lambda: L.LinearOperatorDiag([1.0 + 0j]).assert_self_adjoint(), True),
        (lambda: full(M).assert_non_singular(), True),
        (lambda: full(np.ones((2, 2))).assert_non_singular(), False),
        (lambda: full(M).assert_self_adjoint(), False),
        (lambda: full(P).assert_self_adjoint(), True),
        (lambda: full(P, is_self_adjoint=True).assert_positive_definite(), True),
        (lambda: L.LinearOperatorLowerTriangular(M).assert_non_singular(), True),
        (lambda: L.LinearOperatorLowerTriangular(M * 0).assert_non_singular(), False),
        (lambda: L.LinearOperatorScaledIdentity(3, 0.0).assert_non_singular(), False),
        (lambda: L.LinearOperatorScaledIdentity(3, -1.0).assert_positive_definite(), False),
        (lambda: L.LinearOperatorIdentity(3).assert_positive_definite(), True),
        (lambda: L.LinearOperatorToeplitz(COLUMN, ROW).assert_self_adjoint(), False),
        (lambda: L.LinearOperatorCirculant([1.0, 0.0]).assert_non_singular(), False),
        (lambda: L.LinearOperatorCirculant([1.0, -1.0]).assert_positive_definite(), False),
        (
            lambda: L.LinearOperatorCirculant([1.0 + 0j, 1j]).assert_hermitian_spectrum(),
            False,
        ),
        (lambda: (full(M) @ full(P)).assert_non_singular(), True),
        (lambda: L.LinearOperatorBlockDiag([full(M * 0)]).assert_non_singular(), False),
        (lambda: L.LinearOperatorKronecker([full(M), full(P)]).assert_non_singular(), True),
    ],
)
def test_checks_that_run(make, is_right):
    with new_graph() as graph:
        session = None
        try:
            check = make()
            session = tf.Session(graph=graph)
            session.run(check)
            failed = False
        except tf.errors.InvalidArgumentError:
            failed = True
    assert failed is not is_right


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: full(M, is_positive_definite=True, is_non_singular=False),
            ValueError,
            "A positive definite matrix is always non-singular.",
        ),
        (
            lambda: full(M, is_square=False, is_self_adjoint=True),
            ValueError,
            "A self-adjoint matrix is always square.",
        ),
        (lambda: full([1.0]), ValueError, "Argument `matrix` must have at least 2 dimensions."),
        (lambda: full([[1]]), TypeError, "Argument `matrix` must have dtype in"),
        (
            lambda: full(M).matmul(numbers(2, 2)),
            ValueError,
            "Dimensions 3 and 2 are not compatible",
        ),
        (
            lambda: full(M).matmul(numbers(3, 2).astype(np.float32)),
            TypeError,
            "Expected argument to have dtype <dtype: 'float64'>.",
        ),
        (
            lambda: full(M[:2]).determinant(),
            NotImplementedError,
            "Determinant not implemented for an operator that is expected to not be square.",
        ),
        (
            lambda: full(M[:2]).solve(M),
            NotImplementedError,
            "Exact solve not implemented for an operator that is expected to not be square.",
        ),
        (
            lambda: L.LinearOperatorZeros(3).solve(M),
            NotImplementedError,
            "Exact solve not implemented for an operator that is expected to be singular.",
        ),
        (
            lambda: full(M) @ full(M[:2]),
            ValueError,
            "Operators are incompatible. Expected `x` to have dimension 3 but got 2.",
        ),
        (
            lambda: full(M).cholesky(),
            ValueError,
            "Cannot take the Cholesky decomposition: Not a positive definite self adjoint matrix.",
        ),
        (
            lambda: L.LinearOperatorIdentity(-1),
            ValueError,
            "Argument num_rows must be non-negative.  Found: -1",
        ),
        (
            lambda: L.LinearOperatorIdentity(2.0),
            TypeError,
            "Argument num_rows must be integer type.",
        ),
        (
            lambda: L.LinearOperatorDiag(1.0),
            ValueError,
            "Argument diag must have at least 1 dimension.",
        ),
        (
            lambda: L.LinearOperatorComposition([]),
            ValueError,
            "Expected a non-empty list of operators. Found: []",
        ),
        (
            lambda: L.LinearOperatorComposition([full(M), full(C)]),
            TypeError,
            "Expected all operators to have the same dtype.",
        ),
        (
            lambda: L.LinearOperatorInversion(L.LinearOperatorZeros(2)),
            ValueError,
            "Argument `is_non_singular` or argument `operator` must have supplied hint",
        ),
    ],
)
def test_wrong_arguments_are_refused(make, error, message):
    with new_graph(), pytest.raises(error) as caught:
        make()
    assert str(caught.value).startswith(message)


def test_an_operator_of_ones_own():
    class Shift(L.LinearOperator):
        """Moves every element one place down."""

        def __init__(self, n):
            super().__init__(dtype=tf.float64, is_square=True, name="Shift")
            self._n = n

        def _shape(self):
            return tf.TensorShape([self._n, self._n])

        def _shape_tensor(self):
            return tf.constant([self._n, self._n])

        def _matmul(self, x, adjoint=False, adjoint_arg=False):
            x = tf.linalg.adjoint(x) if adjoint_arg else x
            if adjoint:
                return tf.concat([x[..., 1:, :], tf.zeros_like(x[..., :1, :])], -2)
            return tf.concat([tf.zeros_like(x[..., :1, :]), x[..., :-1, :]], -2)

    o = Shift(3)
    found = tf.Session().run([o.to_dense(), o.H.to_dense(), o.trace(), o.determinant()])
    np.testing.assert_array_equal(found[0], np.eye(3, k=-1))
    np.testing.assert_array_equal(found[1], np.eye(3, k=1))
    assert found[2:] == [0, 0]


def test_gradients_pass_through_operators():
    x = tf.constant(numbers(3, 2))
    d = tf.constant(np.abs(D))
    base = L.LinearOperatorDiag(d, is_positive_definite=True)
    o = L.LinearOperatorLowRankUpdate(base, tf.constant(U))
    g = tf.gradients(o.solve(x), [x, d])
    found = tf.Session().run(g)
    inverse = np.linalg.inv(diagonal(np.abs(D)) + U @ U.T)
    np.testing.assert_allclose(found[0], inverse @ np.ones((3, 2)), rtol=1e-10)
    y = inverse @ numbers(3, 2)
    np.testing.assert_allclose(found[1], -np.sum(inverse @ np.ones((3, 2)) * y, -1), rtol=1e-9)
