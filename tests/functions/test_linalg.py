"""Public functions of linear algebra: what they make of their arguments, and errors of building.

Oracle: numpy.  Graphs are compared with TensorFlow in ``golden/linalg_*.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph


def numbers(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape)


def value(make, *arrays, shapes=None):
    """``make`` of placeholders, run on the arrays."""
    with new_graph() as graph:
        shapes = shapes or [a.shape for a in arrays]
        xs = [tf.placeholder(a.dtype, s) for a, s in zip(arrays, shapes, strict=True)]
        y = make(*xs)
        return tf.Session(graph=graph).run(y, dict(zip(xs, arrays, strict=True)))


@pytest.mark.parametrize("axis", [(0, 1), (-1, 0), (2, 1), [-2, -1]])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("keep", [True, False])
def test_the_2_norm_of_matrices_is_the_largest_singular_value(axis, known, keep):
    x = numbers(2, 3, 4)
    shapes = [x.shape if known else None]
    found = value(lambda x: tf.norm(x, ord=2, axis=axis, keepdims=keep), x, shapes=shapes)
    expected = np.linalg.norm(x, ord=2, axis=tuple(axis), keepdims=keep)
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_the_2_norm_of_matrices_has_a_gradient():
    x = numbers(3, 3)
    u, _, v = np.linalg.svd(x)
    found = value(lambda x: tf.gradients(tf.norm(x, ord=2, axis=(0, 1)), x)[0], x)
    np.testing.assert_allclose(found, np.outer(u[:, 0], v[0]), rtol=1e-11)


def test_old_names_make_the_same_nodes():
    names = (
        "cholesky cholesky_solve matrix_determinant matrix_inverse matrix_solve matrix_solve_ls "
        "matrix_triangular_solve matrix_diag matrix_diag_part matrix_set_diag matrix_band_part "
        "matrix_transpose self_adjoint_eig self_adjoint_eigvals svd"
    )
    for name in names.split():
        assert getattr(tf, f"batch_{name}") is getattr(tf, name)
    x = numbers(2, 3, 3)
    found = value(lambda x: tf.batch_matmul(x, x, adj_x=True), x)
    np.testing.assert_allclose(found, np.swapaxes(x, -1, -2) @ x)


def test_names_of_tensorflow_1_15_are_there():
    aliases = {
        "cholesky": "cholesky", "cholesky_solve": "cholesky_solve", "cross": "cross",
        "det": "matrix_determinant", "diag": "matrix_diag", "diag_part": "matrix_diag_part",
        "eigh": "self_adjoint_eig", "eigvalsh": "self_adjoint_eigvals", "einsum": "einsum",
        "inv": "matrix_inverse", "lstsq": "matrix_solve_ls", "norm": "norm",
        "set_diag": "matrix_set_diag", "solve": "matrix_solve", "sqrtm": "matrix_square_root",
        "svd": "svd", "tensor_diag": "diag", "tensor_diag_part": "diag_part", "trace": "trace",
        "triangular_solve": "matrix_triangular_solve",
    }  # fmt: skip
    for new, old in aliases.items():
        assert getattr(tf.linalg, new) is getattr(tf, old)


@pytest.mark.parametrize("dims", [(4, 3), (3, 4), (3, 3)])
@pytest.mark.parametrize("known", [True, False])
def test_pseudo_inverse_and_rank(dims, known):
    x = numbers(2, *dims)
    x[1, 2] = x[1, 0] - x[1, 1]
    shapes = [x.shape if known else (None, None, None)]
    found = value(tf.linalg.pinv, x, shapes=shapes)
    np.testing.assert_allclose(found, np.linalg.pinv(x), rtol=1e-10, atol=1e-13)
    found = value(tf.linalg.matrix_rank, x, shapes=shapes)
    np.testing.assert_array_equal(found, np.linalg.matrix_rank(x))


def test_gradient_of_the_pseudo_inverse():
    x, w = numbers(3, 2), numbers(2, 3)

    def f(x):
        return np.sum(w * np.linalg.pinv(x))

    expected = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[i] = 1e-6
        expected[i] = (f(x + step) - f(x - step)) / 2e-6
    found = value(lambda x: tf.gradients(tf.linalg.pinv(x), x, grad_ys=tf.constant(w))[0], x)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


def test_least_squares_of_many_small_matrices_is_one_node():
    with new_graph() as graph:
        tf.matrix_solve_ls(tf.zeros([20000, 2, 2]), tf.zeros([20000, 2, 1]))
        assert "MatrixSolveLs" in [op.type for op in graph.get_operations()]


def test_second_derivatives_of_eigenvectors_in_float32():
    """The reciprocals of zero differences, which are not used, do not overflow."""
    x = (numbers(3, 3) + np.diag([1.0, 2.0, 4.0])).astype(np.float32)

    def second(x):
        _, v = tf.self_adjoint_eig(x)
        (g,) = tf.gradients(v**4, x)
        return tf.gradients(g**2, x)[0]

    assert np.isfinite(value(second, x)).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda x: tf.linalg.tridiagonal_solve(x, x, perturb_singular=True, partial_pivoting=0),
            ValueError,
            "partial_pivoting must be True if perturb_singular is.",
        ),
        (
            lambda x: tf.linalg.tridiagonal_solve(x, x, "dense"),
            ValueError,
            "Unrecognized diagonals_format: dense",
        ),
        (
            lambda x: tf.linalg.tridiagonal_solve(x, x),
            ValueError,
            "Expected 3 diagonals got 2",
        ),
        (
            lambda x: tf.linalg.tridiagonal_solve([x, x], x, "sequence"),
            ValueError,
            "Expected diagonals to be a sequence of length 3.",
        ),
        (
            lambda x: tf.linalg.tridiagonal_solve(x, x, "matrix"),
            ValueError,
            "Expected last two dimensions of diagonals to be same, got 4 and 2",
        ),
        (
            lambda x: tf.linalg.tridiagonal_matmul(x, x, "dense"),
            ValueError,
            "Unrecognized diagonals_format: dense",
        ),
        (
            lambda x: tf.linalg.pinv(tf.constant([[1]])),
            TypeError,
            "Input `a` must have `float`-like `dtype` (saw int32).",
        ),
        (
            lambda x: tf.linalg.matrix_rank([1.0]),
            ValueError,
            "Input `a` must have at least 2 dimensions (saw: 1).",
        ),
        (
            lambda x: tf.linalg.expm([[1]]),
            ValueError,
            "tf.linalg.expm does not support matrices of type",
        ),
        (
            lambda x: tf.matrix_inverse(x),
            ValueError,
            "Dimensions must be equal, but are 2 and 4 for",
        ),
        (
            lambda x: tf.cholesky(tf.constant([[1]])),
            TypeError,
            "Value passed to parameter 'input' has DataType int32 not in list of allowed values: "
            "float64, float32, float16, complex64, complex128",
        ),
    ],
)
def test_wrong_arguments_are_refused_while_building(call, error, message):
    with new_graph(), pytest.raises(error) as caught:
        call(tf.placeholder(tf.float32, [2, 4]))
    assert str(caught.value).startswith(message)


def test_the_root_of_a_rotation_turns_half_as_far():
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
    found = value(tf.linalg.sqrtm, quarter)
    np.testing.assert_allclose(found, np.array([[1, -1], [1, 1]]) / np.sqrt(2), atol=1e-15)
    np.testing.assert_allclose(
        value(tf.linalg.expm, quarter * np.pi / 2), quarter, rtol=0, atol=1e-15
    )
