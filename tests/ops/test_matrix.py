"""Diagonals, bands and the QR decomposition: values and derivatives.

Oracles: numpy for values, central differences for derivatives.  The four alignments and the graphs
are compared with TensorFlow in ``golden/matrix.json``, the shape rules in
``golden/static_shapes.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import central_difference, run_gradient, run_op
from tests.ops.test_shape import fed, ints
from tfgrad._src.graph.graph import new_graph


def points(*shape) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (3, 3), (1, 5), (2, 3, 4)])
@pytest.mark.parametrize("k", [-2, -1, 0, 1, 2])
def test_one_diagonal(shape, k):
    x = points(*shape)
    rows, cols = shape[-2:]
    if not (-rows < k < cols):
        with pytest.raises(tf.errors.InvalidArgumentError, match="diag_index is out of bound"):
            fed("MatrixDiagPartV3", x, np.int32(k), np.float64(0))
        return
    diagonal = np.diagonal(x, k, -2, -1)
    found = fed("MatrixDiagPartV3", x, np.int32(k), np.float64(0))
    np.testing.assert_array_equal(found, diagonal)
    place = np.equal.outer(np.arange(rows) + k, np.arange(cols))
    back = fed("MatrixDiagV3", found, np.int32(k), np.int32(rows), np.int32(cols), np.float64(0))
    np.testing.assert_array_equal(back, np.where(place, x, 0))
    new = fed("MatrixSetDiagV3", x, -found, np.int32(k))
    np.testing.assert_array_equal(new, np.where(place, -x, x))


@pytest.mark.parametrize("align", ["LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT"])
def test_a_band_taken_out_and_put_back(align):
    x = points(2, 3, 5)
    band = run_op("MatrixDiagPartV3", x, ints(-2, 1), np.float64(7), align=align)
    assert band.shape == (2, 4, 3)
    back = run_op(
        "MatrixDiagV3", band, ints(-2, 1), np.int32(3), np.int32(5), np.float64(0), align=align
    )
    np.testing.assert_array_equal(back, np.triu(np.tril(x, 1), -2))


@pytest.mark.parametrize("numbers", [(1, 0), (-1, 0), (0, -1), (-1, -1), (2, 1)])
def test_band_part_agrees_with_numpy(numbers):
    x = points(2, 4, 3)
    lower, upper = (np.int64(n) for n in numbers)
    expected = x if upper < 0 else np.tril(x, upper)
    expected = expected if lower < 0 else np.triu(expected, -lower)
    np.testing.assert_array_equal(fed("MatrixBandPart", x, lower, upper), expected)
    np.testing.assert_array_equal(run_op("MatrixBandPart", x, lower, upper), expected)


def test_diagonals_of_tensors():
    x = points(2, 3)
    y = run_op("Diag", x)
    assert y.shape == (2, 3, 2, 3)
    np.testing.assert_array_equal(y.reshape(6, 6), np.diag(x.reshape(-1)))
    np.testing.assert_array_equal(run_op("DiagPart", y), x)
    np.testing.assert_array_equal(run_op("MatrixDiag", x)[1], np.diag(x[1]))
    np.testing.assert_array_equal(run_op("MatrixDiagPart", x), np.diagonal(x))


LINEAR = [
    ("MatrixDiag", (points(2, 3),), {}),
    ("MatrixDiagPart", (points(2, 3, 3),), {}),
    ("MatrixDiagPart", (points(3, 4),), {}),
    ("MatrixDiagPartV3", (points(3, 4), ints(-1, 1), np.float64(0)), {}),
    ("MatrixDiagV3", (points(2, 3), ints(0, 1), np.int32(-1), np.int32(-1), np.float64(0)), {}),
    ("MatrixBandPart", (points(3, 4), np.int64(1), np.int64(0)), {}),
    ("MatrixSetDiag", (points(2, 3), points(2)), {}),
    ("MatrixSetDiagV3", (points(2, 3), points(2), np.int32(1)), {}),
    ("Diag", (points(2, 2),), {}),
    ("DiagPart", (points(2, 2),), {}),
]


@pytest.mark.parametrize(("op_type", "arrays", "attrs"), LINEAR)
def test_gradient_agrees_with_central_differences(op_type, arrays, attrs):
    x, *rest = arrays
    w = points(*run_op(op_type, *arrays, **attrs).shape)
    expected = central_difference(lambda x: run_op(op_type, x, *rest, **attrs), x, 1.0, w)
    found = run_gradient(op_type, *arrays, weights=w, **attrs)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 3, 3)])
def test_qr(shape):
    x = points(*shape)
    q, r = run_op("Qr", x)
    np.testing.assert_allclose(q @ r, x, atol=1e-14)
    np.testing.assert_allclose(np.tril(r, -1), np.zeros_like(r))
    gram = np.swapaxes(q, -1, -2) @ q
    np.testing.assert_allclose(gram, np.zeros_like(gram) + np.eye(q.shape[-1]), atol=1e-14)
    full, _ = run_op("Qr", x, full_matrices=True)
    assert full.shape == (*shape[:-1], shape[-2])


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4)])
def test_qr_gradient_agrees_with_central_differences(shape):
    x = points(*shape)
    w = points(*run_op("Qr", x)[0].shape)
    expected = central_difference(lambda x: run_op("Qr", x)[0], x, 1e-5, w)
    np.testing.assert_allclose(run_gradient("Qr", x, weights=w), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("lower", "adjoint"), [(a, b) for a in (False, True) for b in (False, True)]
)
def test_triangular_system(lower, adjoint):
    a, b = points(2, 3, 3) + 3 * np.eye(3), points(2, 3, 2)
    triangle = np.tril(a) if lower else np.triu(a)
    matrix = np.swapaxes(triangle, -1, -2) if adjoint else triangle
    attrs = {"lower": lower, "adjoint": adjoint}
    found = fed("MatrixTriangularSolve", a, b, **attrs)
    np.testing.assert_allclose(found, np.linalg.solve(matrix, b), rtol=1e-12)
    one = fed("MatrixTriangularSolve", a[0], b, **attrs)
    np.testing.assert_allclose(one[1], np.linalg.solve(matrix[0], b[1]), rtol=1e-12)
    for of, x in enumerate((a, b)):
        expected = central_difference(
            lambda x, of=of: run_op("MatrixTriangularSolve", *((x, b), (a, x))[of], **attrs),
            x,
            1e-5,
        )
        found = run_gradient("MatrixTriangularSolve", a, b, of=of, **attrs)
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


def test_eye():
    with new_graph() as graph, tf.Session(graph=graph) as session:
        np.testing.assert_array_equal(session.run(tf.eye(3, 4, dtype=tf.int32)), np.eye(3, 4))
        np.testing.assert_array_equal(session.run(tf.eye(2, batch_shape=[3])), [np.eye(2)] * 3)
        with pytest.raises(TypeError, match="must be positive integer values"):
            tf.eye(2.5)
