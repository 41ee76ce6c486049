"""Inverses, determinants, systems, factors and functions of matrices: values, shapes, errors.

Oracles: numpy, and products that must give back what was factorized.  Graphs, gradients and static
shapes are compared with TensorFlow in ``golden/linalg_*.json``, derivatives with central
differences in ``gradients/orders_linalg.py``.
"""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

DTYPES = [np.float32, np.float64, np.complex128]
BATCHES = [(), (2, 1), (0,)]
# Of matrices with condition numbers below 100, in units of the last place.
TOLERANCE = {np.float32: 2e-4, np.float64: 1e-11, np.complex128: 1e-11}

each_dtype = pytest.mark.parametrize("dtype", DTYPES)
each_batch = pytest.mark.parametrize("batch", BATCHES, ids=str)


def numbers(shape, dtype=np.float64):
    draw = np.random.default_rng(len(shape) + sum(shape))
    x = draw.normal(size=shape)
    if np.issubdtype(dtype, np.complexfloating):
        x = x + 1j * draw.normal(size=shape)
    return x.astype(dtype)


def adjoint(x):
    return np.conj(np.swapaxes(x, -1, -2))


def positive(shape, dtype=np.float64):
    x = numbers(shape, dtype)
    return (x @ adjoint(x) + np.eye(shape[-1])).astype(dtype)


def invertible(shape, dtype=np.float64):
    return numbers(shape, dtype) + 3 * np.eye(shape[-1], dtype=dtype)


def each_matrix(function, x):
    """``function`` of single matrices."""
    if not x.size:
        return x
    return np.reshape([function(m) for m in x.reshape(-1, *x.shape[-2:])], x.shape)


def close(found, expected, dtype):
    t = TOLERANCE[dtype]
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=t, atol=t)


# ---------------------------------------------------------------------- values


@pytest.mark.parametrize(("prefix", "dtype"), [*[("", t) for t in DTYPES], ("Batch", np.float64)])
@each_batch
def test_values_agree_with_numpy(dtype, batch, prefix):
    x, y, b = (
        invertible((*batch, 4, 4), dtype), positive((*batch, 4, 4), dtype),
        numbers((*batch, 4, 2), dtype),
    )  # fmt: skip
    close(run_op(f"{prefix}MatrixInverse", x), np.linalg.inv(x), dtype)
    close(run_op(f"{prefix}MatrixInverse", x, adjoint=True), np.linalg.inv(adjoint(x)), dtype)
    determinant = np.linalg.det(x)
    found = run_op(f"{prefix}MatrixDeterminant", x)
    np.testing.assert_allclose(found, determinant, rtol=TOLERANCE[dtype])
    close(run_op(f"{prefix}MatrixSolve", x, b), np.linalg.solve(x, b), dtype)
    found = run_op(f"{prefix}MatrixSolve", x, b, adjoint=True)
    close(found, np.linalg.solve(adjoint(x), b), dtype)
    close(run_op(f"{prefix}Cholesky", y), np.linalg.cholesky(y), dtype)
    e, v = run_op(f"{prefix}SelfAdjointEigV2", y)
    close(e, np.linalg.eigvalsh(y).astype(dtype), dtype)
    close(v * np.expand_dims(e, -2) @ adjoint(v), y, dtype)
    assert run_op(f"{prefix}SelfAdjointEigV2", y, compute_v=False)[1].shape == (0,)
    if dtype != np.complex128:
        packed = run_op(f"{prefix}SelfAdjointEig", y)
        np.testing.assert_array_equal(packed[..., 0, :], e)
        np.testing.assert_array_equal(packed[..., 1:, :], v)


@each_dtype
@each_batch
def test_log_of_the_determinant(dtype, batch):
    x = numbers((*batch, 4, 4), dtype)
    for found, expected in zip(
        run_op("LogMatrixDeterminant", x), np.linalg.slogdet(x), strict=True
    ):
        close(found, expected.astype(dtype), dtype)


def test_determinants_of_singular_and_of_large_matrices():
    singular = np.array([[1.0, 2.0], [2.0, 4.0]])
    assert run_op("MatrixDeterminant", singular) == 0
    sign, log = run_op("LogMatrixDeterminant", singular)
    assert (sign, log) == (0, -np.inf)
    sign, log = run_op("LogMatrixDeterminant", -np.eye(300) * 100.0)
    assert (sign, log) == (1, pytest.approx(300 * np.log(100)))
    assert run_op("MatrixDeterminant", np.zeros((2, 0, 0))).tolist() == [1, 1]


@each_dtype
@each_batch
def test_rows_are_exchanged(dtype, batch):
    x = numbers((*batch, 4, 4), dtype)
    packed, order = run_op("Lu", x)
    assert order.dtype == np.int32
    product = (np.tril(packed, -1) + np.eye(4)) @ np.triu(packed)
    close(product, np.take_along_axis(x, order[..., None], -2), dtype)
    assert run_op("Lu", x, output_idx_type=tf.int64)[1].dtype == np.int64


@each_dtype
@each_batch
@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (3, 4)], ids=str)
@pytest.mark.parametrize("full", [False, True])
def test_singular_values(dtype, batch, shape, full):
    x = numbers((*batch, *shape), dtype)
    s, u, v = run_op("Svd", x, full_matrices=full)
    close(s, np.linalg.svd(x, compute_uv=False).astype(dtype), dtype)
    close(u[..., :3] * np.expand_dims(s, -2) @ adjoint(v[..., :3]), x, dtype)
    for w, size in ((u, shape[0]), (v, shape[1])):
        columns = size if full else 3
        assert w.shape == (*batch, size, columns)
        close(adjoint(w) @ w, np.zeros((*batch, columns, columns)) + np.eye(columns), dtype)
    only, *none = run_op("Svd", x, compute_uv=False)
    close(only, s, dtype)
    assert [t.shape for t in none] == [(0,), (0,)]


@each_dtype
@each_batch
def test_eigenvalues_of_general_matrices(dtype, batch):
    x = numbers((*batch, 3, 3), dtype)
    wanted = tf.complex64 if dtype == np.float32 else tf.complex128
    e, v = run_op("Eig", x, Tout=wanted)
    close(x @ v, v * np.expand_dims(e, -2), dtype)
    np.testing.assert_allclose(np.linalg.norm(v, axis=-2), np.ones_like(e, np.float64), rtol=1e-6)
    values, none = run_op("Eig", x, Tout=wanted, compute_v=False)
    close(np.sort_complex(values), np.sort_complex(e), dtype)
    assert none.shape == (0,)


@each_dtype
@each_batch
@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (3, 3)], ids=str)
def test_least_squares(dtype, batch, fast, shape):
    a, b = numbers((*batch, *shape), dtype), numbers((*batch, shape[0], 2), dtype)
    a += 2 * np.eye(*shape, dtype=dtype)
    found = run_op("MatrixSolveLs", a, b, np.float64(0), fast=fast)
    expected = np.linalg.pinv(a) @ b if a.size else np.zeros_like(found)
    close(found, expected, dtype)
    regular = adjoint(a) @ a + 0.5 * np.eye(shape[1], dtype=dtype)
    if fast:
        found = run_op("MatrixSolveLs", a, b, np.float64(0.5), fast=True)
        close(found, np.linalg.solve(regular, adjoint(a) @ b), dtype)


def test_least_squares_of_a_matrix_without_full_rank():
    a, b = np.array([[1.0, 2.0], [2.0, 4.0]]), np.ones((2, 1))
    found = run_op("MatrixSolveLs", a, b, np.float64(0), fast=False)
    np.testing.assert_allclose(found, [[0.12], [0.24]], rtol=1e-13)


@each_batch
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("of_adjoint", [False, True])
@pytest.mark.parametrize("bands", [1, 2, 4])
def test_banded_systems(batch, lower, of_adjoint, bands):
    stored = numbers((*batch, bands, 4), np.complex128) + 3
    matrix = np.zeros((*batch, 4, 4), np.complex128)
    for k in range(bands):
        for j in range(4 - k):
            if lower:
                matrix[..., j + k, j] = stored[..., k, j + k]
            else:
                matrix[..., j, j + k] = stored[..., bands - 1 - k, j]
    b = numbers((4, 2), np.complex128)
    found = run_op("BandedTriangularSolve", stored, b, lower=lower, adjoint=of_adjoint)
    matrix = adjoint(matrix) if of_adjoint else matrix
    expected = np.linalg.solve(matrix, np.broadcast_to(b, (*batch, 4, 2)))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def three_diagonals(d):
    n = d.shape[-1]
    x = np.zeros((*d.shape[:-2], n, n), d.dtype)
    for k in range(n):
        x[..., k, k] = d[..., 1, k]
        if k + 1 < n:
            x[..., k, k + 1], x[..., k + 1, k] = d[..., 0, k], d[..., 2, k + 1]
    return x


@each_dtype
@each_batch
@pytest.mark.parametrize("n", [1, 2, 5])
def test_three_diagonals(dtype, batch, n):
    d, b = numbers((*batch, 3, n), dtype), numbers((*batch, n, 2), dtype)
    if n == 5:
        d[..., 1, 0] = 0  # so that rows must be exchanged
    matrix = three_diagonals(d)
    expected = np.linalg.solve(matrix, b)
    scale = max(1.0, np.max(np.abs(expected), initial=0))
    found = run_op("TridiagonalSolve", d, b)
    np.testing.assert_allclose(found, expected, rtol=0, atol=20 * TOLERANCE[dtype] * scale)
    rows = [d[..., k : k + 1, :] for k in range(3)]
    close(run_op("TridiagonalMatMul", *rows, b), matrix @ b, dtype)


def test_a_singular_matrix_of_three_diagonals():
    assert np.isnan(run_op("TridiagonalSolve", np.zeros((3, 2)), np.ones((2, 1)))).all()
    d = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    found = run_op("TridiagonalSolve", d, np.ones((2, 1)), perturb_singular=True)
    np.testing.assert_allclose(three_diagonals(d) @ found, np.ones((2, 1)))


@each_dtype
@each_batch
def test_functions_of_matrices(dtype, batch):
    x = numbers((*batch, 3, 3), dtype)
    y = run_op("MatrixExponential", x)
    values, vectors = np.linalg.eig(x.astype(np.complex128))
    expected = vectors * np.expand_dims(np.exp(values), -2) @ np.linalg.inv(vectors)
    close(y, (expected if dtype == np.complex128 else expected.real), dtype)
    root = run_op("MatrixSquareRoot", positive((*batch, 3, 3), dtype))
    close(root @ root, positive((*batch, 3, 3), dtype), dtype)
    if dtype == np.complex128:
        back = run_op("MatrixLogarithm", run_op("MatrixExponential", x / 4))
        close(back, x / 4, dtype)


@pytest.mark.parametrize("scale", [0, 1e-300, 1e-8, 0.01, 1, 100])
def test_the_exponential_of_small_and_large_matrices(scale):
    x = np.array([[0.0, -1.0], [1.0, 0.0]]) * scale
    expected = [[np.cos(scale), -np.sin(scale)], [np.sin(scale), np.cos(scale)]]
    # 4 squarings double the relative error each.
    np.testing.assert_allclose(run_op("MatrixExponential", x), expected, rtol=0, atol=1e-13)


def test_functions_at_unusual_points():
    assert np.isnan(run_op("MatrixExponential", np.full((2, 2), np.inf))).all()
    assert np.isnan(run_op("MatrixSquareRoot", np.diag([-1.0, 4.0]))).all()
    found = run_op("MatrixSquareRoot", np.array([[0.0, 1.0], [0.0, 4.0]]))
    np.testing.assert_allclose(found, [[0.0, 0.5], [0.0, 2.0]], atol=1e-15)
    found = run_op("MatrixLogarithm", np.diag([-1.0 + 0j, 4.0]))
    np.testing.assert_allclose(found, np.diag([1j * np.pi, np.log(4)]), atol=1e-15)
    found = run_op("MatrixLogarithm", np.array([[1.0 + 0j, 1.0], [0.0, 1.0]]))
    np.testing.assert_allclose(found, [[0, 1], [0, 0]], atol=1e-13)


def test_the_derivative_of_the_cholesky_factor_alone():
    l = np.linalg.cholesky(positive((2, 3, 3)))  # noqa: E741
    dy = numbers((2, 3, 3))
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x = tf.constant(l @ adjoint(l))
        (expected,) = tf.gradients(tf.cholesky(x), x, grad_ys=tf.constant(dy))
        expected = session.run(expected)
    for op_type in ("CholeskyGrad", "BatchCholeskyGrad"):
        np.testing.assert_allclose(run_op(op_type, l, dy), expected, rtol=1e-11, atol=1e-12)


def test_old_names_share_values():
    x, b = invertible((2, 3, 3)), numbers((2, 3, 1))
    pairs = [
        ("BatchMatrixDeterminant", (x,), {}),
        ("BatchMatrixInverse", (x,), {}),
        ("BatchMatrixSolve", (x, b), {}),
        ("BatchMatrixTriangularSolve", (x, b), {"lower": False}),
        ("BatchMatrixSolveLs", (x, b, np.float64(0.1)), {}),
        ("BatchSvd", (x,), {"compute_uv": False}),
        ("BatchMatrixDiag", (x,), {}),
        ("BatchMatrixDiagPart", (x,), {}),
        ("BatchMatrixSetDiag", (x, b[..., 0]), {}),
        ("BatchMatrixBandPart", (x, np.int64(0), np.int64(1)), {}),
    ]
    for op_type, args, attrs in pairs:
        old, new = (run_op(name, *args, **attrs) for name in (op_type, op_type[5:]))
        for one, other in zip(old, new, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("op_type", "args"),
    [
        ("Cholesky", (positive((2, 2)),)),
        ("MatrixInverse", (invertible((2, 2)),)),
        ("MatrixSolve", (invertible((2, 2)), numbers((2, 1)))),
        ("MatrixDeterminant", (invertible((2, 2)),)),
        ("Svd", (numbers((2, 2)),)),
        ("SelfAdjointEigV2", (positive((2, 2)),)),
        ("Lu", (invertible((2, 2)),)),
        ("MatrixSquareRoot", (positive((2, 2)),)),
        ("MatrixExponential", (numbers((2, 2)),)),
    ],
)
def test_half_precision_is_computed_in_float32(op_type, args):
    small = [a.astype(np.float16) for a in args]
    found = run_op(op_type, *small)
    exact = run_op(op_type, *(a.astype(np.float32) for a in small))
    both = [v if isinstance(v, list) else [v] for v in (found, exact)]
    for one, other in zip(*both, strict=True):
        np.testing.assert_array_equal(one, other.astype(one.dtype))


# ---------------------------------------------------------------------- shapes


def shapes_of(op_type: str, shapes) -> tuple:
    """The rule's answer with some lengths forgotten, and what the lowering gives."""
    with new_graph():
        xs = [tf.placeholder(tf.float64, s) for s in shapes]
        attrs = {"Tout": tf.complex128} if op_type == "Eig" else {}
        y = getattr(tf.raw_ops, op_type)(**dict(zip(INPUTS[op_type], xs, strict=True)), **attrs)
    node = (y[0] if isinstance(y, tuple) else y).op
    with jax.enable_x64(True):
        args = [jax.ShapeDtypeStruct(s, np.float64) for s in shapes]
        true = jax.eval_shape(lambda *xs: OPS[op_type].lower(node, *xs), *args)
    true = true if isinstance(true, list | tuple) else [true]
    return node, [t.shape for t in true]


SQUARE = (
    "Cholesky MatrixInverse MatrixDeterminant LogMatrixDeterminant Lu SelfAdjointEigV2 "
    "SelfAdjointEig Eig MatrixSquareRoot MatrixExponential"
)
INPUTS = {t: [a.name for a in OPS[t].inputs] for t in (*SQUARE.split(), "Svd", "Qr")}
INPUTS |= {t: [a.name for a in OPS[t].inputs] for t in ("MatrixSolve", "MatrixTriangularSolve")}
INPUTS |= {t: [a.name for a in OPS[t].inputs] for t in ("BandedTriangularSolve", "Cross")}
INPUTS |= {t: [a.name for a in OPS[t].inputs] for t in ("TridiagonalSolve", "TridiagonalMatMul")}


def arguments(op_type: str, batch: tuple, m: int, n: int) -> list[tuple]:
    if op_type in ("Svd", "Qr"):
        return [(*batch, m, n)]
    if op_type == "Cross":
        return [(*batch, 3)] * 2
    if op_type in ("MatrixSolve", "MatrixTriangularSolve"):
        return [(*batch, n, n), (*batch, n, m)]
    if op_type == "BandedTriangularSolve":
        return [(*batch, 1, n), (*batch, n, m)]
    if op_type == "TridiagonalSolve":
        return [(*batch, 3, n), (*batch, n, m)]
    if op_type == "TridiagonalMatMul":
        return [*[(*batch, 1, n)] * 3, (*batch, n, m)]
    return [(*batch, n, n)]


@settings(deadline=None, max_examples=60)
@given(
    op_type=st.sampled_from(sorted(INPUTS)),
    batch=st.lists(st.integers(0, 2), max_size=2),
    m=st.integers(0, 3),
    n=st.integers(1, 3),
    data=st.data(),
)
def test_shape_rule_agrees_with_lowering(op_type, batch, m, n, data):
    """Whatever dimensions are forgotten, the rule never contradicts what JAX computes."""
    shapes = arguments(op_type, tuple(batch), m, n)
    node, true = shapes_of(op_type, shapes)
    rule = OPS[op_type].shape(node, *[data.draw(forget_dims(s)) for s in shapes])
    rule = rule if isinstance(rule, list) else [rule]
    assert all(is_compatible(r, t) for r, t in zip(rule, true, strict=True)), (rule, true)


# ---------------------------------------------------------------------- errors of a run

SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: tf.matrix_inverse(x), "Input is not invertible."),
        (lambda x: tf.matrix_solve(x, x), "Input matrix is not invertible."),
        (lambda x: tf.linalg.lu(x).lu, "Input is not invertible."),
        (
            lambda x: tf.raw_ops.BandedTriangularSolve(matrix=x * 0, rhs=x),
            "Input matrix is not invertible.",
        ),
        (
            lambda x: tf.raw_ops.MatrixSolveLs(
                matrix=x - 1e9 * x * 1e-9, rhs=x, l2_regularizer=tf.constant(-9.0, tf.float64)
            ),
            "Input matrix was rank deficient or ill-conditioned. Try setting fast=False or "
            "provide a larger l2_regularizer > 0.",
        ),
        (
            lambda x: tf.self_adjoint_eig(x * np.nan)[0],
            "Self-adjoint eigen decomposition was not successful. The input might not be valid.",
        ),
    ],
)
@pytest.mark.parametrize("fed", [False, True])
def test_matrices_that_have_no_solution_are_refused_when_run(make, message, fed):
    with new_graph() as graph:
        x = tf.placeholder(tf.float64, [2, 2]) if fed else tf.constant(SINGULAR)
        y = make(x)
        session = tf.Session(graph=graph)
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            session.run(y, {x: SINGULAR} if fed else {})
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("make", "shapes", "message"),
    [
        (lambda x: tf.cholesky(x), [(2, 3)], "Input matrix must be square."),
        (lambda x: tf.cholesky(x), [(2,)], "Input tensor 0 must have rank >= 2, got 1"),
        (lambda x: tf.matrix_inverse(x), [(2, 3)], "Input matrix must be square."),
        (
            lambda x, y: tf.matrix_solve(x, y),
            [(2, 2), (3, 1)],
            "Input matrix and rhs are incompatible.",
        ),
        (
            lambda x, y: tf.matrix_solve(x, y),
            [(2, 2, 2), (3, 2, 1)],
            "All input tensors must have the same outer dimensions.",
        ),
        (
            lambda x, y: tf.cross(x, y),
            [(3,), (1, 3)],
            "Both inputs must be of same shape: [3] vs. [1,3]",
        ),
        (
            lambda x, y: tf.raw_ops.BandedTriangularSolve(matrix=x, rhs=y),
            [(2, 2), (3, 1)],
            "In[0] mismatch In[1] shape: 2 vs. 3: [2,2] [3,1] 1 0",
        ),
        (
            lambda x, y: tf.raw_ops.TridiagonalSolve(diagonals=x, rhs=y),
            [(2, 3), (3, 1)],
            "Expected diagonals to be provided as a matrix with 3 rows, got 2 rows.",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_refused_when_run(make, shapes, message):
    with new_graph() as graph:
        xs = [tf.placeholder(tf.float64, None) for _ in shapes]
        y = make(*xs)
        session = tf.Session(graph=graph)
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            session.run(y, {x: np.ones(s) for x, s in zip(xs, shapes, strict=True)})
    assert str(error.value).startswith(message)
