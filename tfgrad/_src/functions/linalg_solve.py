"""Inverses, determinants, systems of linear equations, least squares.

The op types are in ``ops/linalg_solve.py``, the derivatives in ``gradients/linalg_solve.py``.
"""

import math

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.checks_static import assert_rank_at_least
from tfgrad._src.functions.cond import cond
from tfgrad._src.functions.control import identity
from tfgrad._src.functions.cwise_unary import conj, log, real
from tfgrad._src.functions.join import stack
from tfgrad._src.functions.linalg import matmul
from tfgrad._src.functions.linalg_decompositions import cholesky, svd
from tfgrad._src.functions.matrix import eye, matrix_diag_part
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.raw_ops import raw_function
from tfgrad._src.functions.reduce import reduce_max, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import expand_dims, matrix_transpose, shape, squeeze
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.shapes import is_fully_known, num_elements

# ---------------------------------------------------------------------- inverse and determinant


def matrix_inverse(input, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverse of square matrices: ``y @ x = 1``.

    Args:
      input: square matrices, of shape ``[..., n, n]``.
      adjoint: invert the adjoints.
      name: the name of the node; default ``"MatrixInverse"``.

    Raises:
      ValueError: the matrices are not square.
      tf.errors.InvalidArgumentError: when it runs: a pivot is exactly zero.

    Gradient:
      ``-adjoint(y) @ dy @ adjoint(y)``.

    Example:
      >>> tf.Session().run(tf.matrix_inverse([[2.0, 0.0], [0.0, 4.0]]))
      array([[0.5 , 0.  ],
             [0.  , 0.25]], dtype=float32)
    """
    return add_op("MatrixInverse", input, adjoint=adjoint, name=name)


def matrix_determinant(input, name: str | None = None) -> Tensor:
    """The determinant of square matrices.

    Args:
      input: square matrices, of shape ``[..., n, n]``.
      name: the name of the node; default ``"MatrixDeterminant"``.

    Returns:
      A tensor of shape ``[...]``.

    Gradient:
      ``dy * y * adjoint(inverse(x))``; an error where ``x`` has no inverse, as in TensorFlow.

    Example:
      >>> tf.Session().run(tf.matrix_determinant([[1.0, 2.0], [0.0, 4.0]]))
      4.0
    """
    return add_op("MatrixDeterminant", input, name=name)


def slogdet(input, name: str | None = None):
    """The sign of the determinant and the logarithm of its absolute value.

    Args:
      input: square matrices, of shape ``[..., n, n]``.
      name: the name of the node; default ``"LogMatrixDeterminant"``.

    Returns:
      ``(sign, log_abs_determinant)``, each of shape ``[...]``: of a singular matrix 0 and ``-inf``.
      The sign of a complex determinant is a number of absolute value 1.

    Example:
      >>> tf.Session().run(tf.linalg.slogdet([[-1.0, 0.0], [0.0, 1.0]]))
      LogMatrixDeterminant(sign=-1.0, log_abs_determinant=0.0)
    """
    return raw_function("LogMatrixDeterminant")(input, name=name)


def logdet(matrix, name: str | None = None) -> Tensor:
    """The logarithm of the determinant of Hermitian positive definite matrices.

    Args:
      matrix: of shape ``[..., n, n]``; the lower triangle is read.
      name: the scope of the nodes; default ``"logdet"``.

    Returns:
      A tensor of shape ``[...]``.

    Raises:
      tf.errors.InvalidArgumentError: when it runs: a matrix is not positive definite.
    """
    with name_scope(name, "logdet", [matrix]):
        factor = cholesky(matrix)
        return 2.0 * reduce_sum(log(real(matrix_diag_part(factor))), axis=[-1])


# ---------------------------------------------------------------------- systems of equations


def matrix_solve(matrix, rhs, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The solution ``x`` of ``matrix @ x = rhs``.

    Args:
      matrix: square matrices, of shape ``[..., n, n]``.
      rhs: the right sides, of shape ``[..., n, k]``.
      adjoint: solve with the adjoints of the matrices.
      name: the name of the node; default ``"MatrixSolve"``.

    Returns:
      A tensor of the shape of ``rhs``.

    Raises:
      ValueError: the shapes do not fit.
      tf.errors.InvalidArgumentError: when it runs: a pivot is exactly zero.

    Gradient:
      With ``z = solve(adjoint(matrix), dy)``: ``-z @ adjoint(x)`` and ``z``.

    Example:
      >>> tf.Session().run(tf.matrix_solve([[2.0, 0.0], [0.0, 4.0]], [[1.0], [1.0]]))
      array([[0.5 ],
             [0.25]], dtype=float32)
    """
    return add_op("MatrixSolve", matrix, rhs, adjoint=adjoint, name=name)


def cholesky_solve(chol, rhs, name: str | None = None) -> Tensor:
    """The solution ``x`` of ``chol @ adjoint(chol) @ x = rhs``.

    Args:
      chol: lower triangular matrices as `tf.cholesky` gives them, of shape ``[..., n, n]``.
      rhs: the right sides, of shape ``[..., n, k]``.
      name: the scope of the nodes; default ``"cholesky_solve"``.

    Example:
      >>> factor = tf.cholesky([[4.0, 0.0], [0.0, 1.0]])
      >>> tf.Session().run(tf.cholesky_solve(factor, [[8.0], [3.0]]))
      array([[2.],
             [3.]], dtype=float32)
    """
    with name_scope(name, "cholesky_solve", [chol, rhs]):
        y = add_op("MatrixTriangularSolve", chol, rhs, adjoint=False, lower=True)
        return add_op("MatrixTriangularSolve", chol, y, adjoint=True, lower=True)


def regularized_gramian_factor(matrix: Tensor, l2_regularizer, first_kind: bool) -> Tensor:
    """The Cholesky factor of ``a^H a + number`` (of the first kind), or ``a a^H + number``."""
    gramian = matmul(matrix, matrix, adjoint_a=first_kind, adjoint_b=not first_kind)
    if isinstance(l2_regularizer, Tensor) or l2_regularizer != 0:
        lengths = shape(matrix)
        batch = lengths[:-2]
        axis = -1 if first_kind else -2
        one = eye(lengths[axis], batch_shape=batch, dtype=matrix.dtype)
        if matrix.dims is not None:
            one.set_shape([*matrix.dims[:-2], matrix.dims[axis], matrix.dims[axis]])
        gramian += l2_regularizer * one
    return cholesky(gramian)


_CACHE = 256000  # bytes; above, TensorFlow computes many small matrices by one node


def _is_composite(matrix: Tensor, fast: bool) -> bool:
    if not fast:
        return False
    dims = matrix.dims
    if not is_fully_known(dims):
        return True
    size = math.prod(dims) * matrix.dtype.size
    return size <= _CACHE or num_elements(dims[:-2]) <= min(dims[-2:])


def matrix_solve_ls(
    matrix, rhs, l2_regularizer=0.0, fast: bool = True, name: str | None = None
) -> Tensor:
    """The least-squares solution of ``matrix @ x = rhs``.

    With as many equations as unknowns or more, ``x`` minimizes
    ``|matrix @ x - rhs|**2 + l2_regularizer * |x|**2``; with fewer, it is the shortest solution.

    Args:
      matrix: of shape ``[..., m, n]``.
      rhs: of shape ``[..., m, k]``.
      l2_regularizer: a number, or a ``float64`` scalar; without effect unless ``fast``.
      fast: solve the normal equations, which squares the condition number; else a decomposition
        that takes any matrix.
      name: the scope of the nodes; default ``"matrix_solve_ls"``.

    Returns:
      A tensor of shape ``[..., n, k]``.

    Raises:
      tf.errors.InvalidArgumentError: when it runs: ``fast``, and a matrix has not full rank.

    Example:
      >>> x = tf.matrix_solve_ls([[2.0], [0.0]], [[4.0], [1.0]])
      >>> tf.Session().run(x)
      array([[2.]], dtype=float32)
    """
    matrix = convert_to_tensor(matrix, name="matrix")

    def tall():
        factor = regularized_gramian_factor(matrix, l2_regularizer, first_kind=True)
        return cholesky_solve(factor, matmul(matrix, rhs, adjoint_a=True))

    def wide():
        factor = regularized_gramian_factor(matrix, l2_regularizer, first_kind=False)
        return matmul(matrix, cholesky_solve(factor, rhs), adjoint_a=True)

    if not _is_composite(matrix, fast):
        return add_op("MatrixSolveLs", matrix, rhs, l2_regularizer, fast=fast, name=name)
    with name_scope(name, "matrix_solve_ls", [matrix, rhs, l2_regularizer]):
        if matrix.dims is not None and None not in matrix.dims[-2:]:
            return tall() if matrix.dims[-2] >= matrix.dims[-1] else wide()
        lengths = shape(matrix)[-2:]
        return cond(lengths[-2] >= lengths[-1], tall, wide)


# ---------------------------------------------------------------------- three diagonals


def _compatible(a, b) -> bool:
    if a is None or b is None:
        return True
    return len(a) == len(b) and all(
        x is None or y is None or x == y for x, y in zip(a, b, strict=True)
    )


def _square_or_error(diagonals: Tensor) -> None:
    m1, m2 = diagonals.dims[-1], diagonals.dims[-2]
    if m1 and m2 and m1 != m2:
        raise ValueError(f"Expected last two dimensions of diagonals to be same, got {m1} and {m2}")


def _three_diagonals(matrix: Tensor) -> Tensor:
    _square_or_error(matrix)
    return matrix_diag_part(matrix, k=(-1, 1), padding_value=0.0, align="LEFT_RIGHT")


def _in_one(diagonals) -> Tensor:
    """Three diagonals, the outer ones of full length or one shorter, in the rows of a tensor."""
    if not isinstance(diagonals, tuple | list) or len(diagonals) != 3:
        raise ValueError("Expected diagonals to be a sequence of length 3.")
    above, main, under = diagonals
    heads = [None if t.dims is None else t.dims[:-1] for t in (under, main, above)]
    if not (_compatible(heads[0], heads[1]) and _compatible(heads[2], heads[1])):
        raise ValueError(
            "Tensors representing the three diagonals must have the same shape,except for the last "
            f"dimension, got {under.shape}, {main.shape}, {above.shape}"
        )
    m = main.dims[-1]

    def padded(t: Tensor, name: str, ends: list) -> Tensor:
        n = t.dims[-1]
        if not n or n == m:
            return t
        if n == m - 1:
            return pad(t, [[0, 0]] * (len(t.dims) - 1) + [ends])
        raise ValueError(f"Expected {name} to be have length {m} or {m - 1}, got {n}.")

    under = padded(under, "subdiagonal", [1, 0])
    above = padded(above, "superdiagonal", [0, 1])
    return stack((above, main, under), axis=-2)


def tridiagonal_solve(
    diagonals,
    rhs,
    diagonals_format: str = "compact",
    transpose_rhs: bool = False,
    conjugate_rhs: bool = False,
    name: str | None = None,
    partial_pivoting: bool = True,
    perturb_singular: bool = False,
) -> Tensor:
    """The solution ``x`` of ``a @ x = rhs`` with matrices that have three diagonals.

    Args:
      diagonals: in the format ``"compact"`` of shape ``[..., 3, n]``: the diagonal above the main
        one (its last element is not read), the main one, and the one below (its first element is
        not read).  ``"sequence"``: a list of these three.  ``"matrix"``: of shape ``[..., n, n]``.
      rhs: the right sides, of shape ``[..., n]`` or ``[..., n, k]``.
      diagonals_format: see ``diagonals``.
      transpose_rhs: ``rhs`` has the shape ``[..., k, n]``.
      conjugate_rhs: conjugate ``rhs`` first.
      name: the name of the node; default ``"TridiagonalSolve"``.
      partial_pivoting: exchange rows; they are exchanged in any case.
      perturb_singular: change pivots that are nearly zero so much that the result is finite.

    Returns:
      A tensor of shape ``[..., n]`` or ``[..., n, k]``; ``nan`` if the matrix is singular.

    Raises:
      ValueError: the shapes or the format are not one of these.

    Example:
      >>> diagonals = tf.constant([[1.0, 0.0], [2.0, 2.0], [0.0, 1.0]])
      >>> tf.Session().run(tf.linalg.tridiagonal_solve(diagonals, tf.constant([3.0, 3.0])))
      array([1., 1.], dtype=float32)
    """
    if perturb_singular and not partial_pivoting:
        raise ValueError("partial_pivoting must be True if perturb_singular is.")
    if diagonals_format == "sequence":
        diagonals = _in_one(diagonals)
    elif diagonals_format == "matrix":
        diagonals = _three_diagonals(diagonals)
    elif diagonals_format != "compact":
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    rank, rank_b = (None if t.dims is None else len(t.dims) for t in (diagonals, rhs))
    if rank:
        _check_ranks(diagonals, rhs, rank, rank_b)
    rows = None if diagonals.dims is None else diagonals.dims[-2]
    if rows and rows != 3:
        raise ValueError(f"Expected 3 diagonals got {rows}")
    is_vector = rank and rank_b and rank_b == rank - 1
    if is_vector:
        rhs = expand_dims(conj(rhs) if conjugate_rhs else rhs, -1)
    elif transpose_rhs:
        rhs = matrix_transpose(rhs, conjugate=conjugate_rhs)
    elif conjugate_rhs:
        rhs = conj(rhs)
    n = None if diagonals.dims is None else diagonals.dims[-1]
    n_b = None if rhs.dims is None else rhs.dims[-2]
    if n and n_b and n != n_b:
        raise ValueError(
            f"Expected number of left-hand sided and right-hand sides to be equal, got {n} and "
            f"{n_b}"
        )
    x = add_op(
        "TridiagonalSolve",
        diagonals,
        rhs,
        partial_pivoting=partial_pivoting,
        perturb_singular=perturb_singular,
        name=name,
    )
    return squeeze(x, -1) if is_vector else x


def _check_ranks(diagonals: Tensor, rhs: Tensor, rank: int, rank_b: int | None) -> None:
    if rank < 2:
        raise ValueError(f"Expected diagonals to have rank at least 2, got {rank}")
    if rank_b and rank_b not in (rank, rank - 1):
        raise ValueError(f"Expected the rank of rhs to be {rank - 1} or {rank}, got {rank_b}")
    if rank_b and not _compatible(diagonals.dims[:-2], rhs.dims[: rank - 2]):
        raise ValueError(
            f"Batch shapes {diagonals.shape[:-2]} and {rhs.shape[: rank - 2]} are incompatible"
        )


def tridiagonal_matmul(
    diagonals, rhs, diagonals_format: str = "compact", name: str | None = None
) -> Tensor:
    """The product of matrices that have three diagonals and of ``rhs``.

    Args:
      diagonals: see `tf.linalg.tridiagonal_solve`; in a sequence all have the length ``n``.
      rhs: of shape ``[..., n, k]``.
      diagonals_format: ``"compact"``, ``"sequence"`` or ``"matrix"``.
      name: the name of the node; default ``"TridiagonalMatMul"``.

    Returns:
      A tensor of the shape of ``rhs``.

    Raises:
      ValueError: the format is not one of these.
    """
    if diagonals_format == "sequence":
        parts = list(diagonals)
    elif diagonals_format in ("compact", "matrix"):
        if diagonals_format == "matrix":
            diagonals = _three_diagonals(diagonals)
        parts = [diagonals[..., i, :] for i in range(3)]
    else:
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    rows = [expand_dims(p, -2) for p in parts]
    return add_op("TridiagonalMatMul", *rows, rhs, name=name)


# ---------------------------------------------------------------------- rank, pseudo-inverse


def _checked(a: Tensor, validate_args: bool) -> Tensor:
    """``a``, known to be matrices of floats, perhaps after a check at run time."""
    if not a.dtype.is_floating:
        raise TypeError(f"Input `a` must have `float`-like `dtype` (saw {a.dtype.name}).")
    if a.dims is not None:
        if len(a.dims) < 2:
            raise ValueError(f"Input `a` must have at least 2 dimensions (saw: {len(a.dims)}).")
        return a
    if not validate_args:
        return a
    message = "Input `a` must have at least 2 dimensions."
    with control_dependencies([assert_rank_at_least(a, rank=2, message=message)]):
        return identity(a)


def matrix_rank(a, tol=None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """How many singular values of matrices are larger than ``tol``.

    Args:
      a: matrices of floats, of shape ``[..., m, n]``.
      tol: default: ``eps * max(m, n) * (the largest singular value)``.
      validate_args: check the rank of the tensor when it runs, if it is not known before.
      name: the scope of the nodes; default ``"matrix_rank"``.

    Returns:
      ``int32``, of shape ``[...]``.

    Raises:
      TypeError: ``a`` is not of floats.
      ValueError: ``a`` has less than two dimensions.

    Example:
      >>> tf.Session().run(tf.linalg.matrix_rank([[1.0, 2.0], [2.0, 4.0]]))
      1
    """
    with name_scope(name or "matrix_rank"):
        a = _checked(convert_to_tensor(a, dtype_hint=dt.float32, name="a"), validate_args)
        s = svd(a, compute_uv=False)
        if tol is None:
            if a.dims is not None and None not in a.dims[-2:]:
                m = np.max(a.dims[-2:])
            else:
                m = reduce_max(shape(a)[-2:])
            eps = np.finfo(a.dtype.np).eps
            tol = eps * cast(m, a.dtype) * reduce_max(s, axis=-1, keepdims=True)
        return reduce_sum(cast(s > tol, dt.int32), axis=-1)


def pinv(a, rcond=None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """The pseudo-inverse of matrices: ``pinv(a) @ b`` is the shortest least-squares solution.

    Args:
      a: matrices of floats, of shape ``[..., m, n]``.
      rcond: singular values less than this times the largest count as zero; of shape ``[...]`` or
        one that stretches to it.  Default: ``10 * max(m, n) * eps``.
      validate_args: check the rank of the tensor when it runs, if it is not known before.
      name: the scope of the nodes; default ``"pinv"``.

    Returns:
      A tensor of shape ``[..., n, m]``.

    Raises:
      TypeError: ``a`` is not of floats.
      ValueError: ``a`` has less than two dimensions.

    Example:
      >>> tf.Session().run(tf.linalg.pinv([[2.0], [0.0]]))
      array([[0.5, 0. ]], dtype=float32)
    """
    with name_scope(name or "pinv"):
        a = _checked(convert_to_tensor(a, name="a"), validate_args)
        dtype = a.dtype.np
        if rcond is None:
            dims = (None, None) if a.dims is None else a.dims[-2:]
            m, n = (
                shape(a)[axis] if d is None else d for axis, d in zip((-2, -1), dims, strict=True)
            )
            if isinstance(m, int) and isinstance(n, int):
                most = float(max(m, n))
            else:
                most = cast(add_op("Maximum", m, n), a.dtype)
            rcond = 10.0 * most * np.finfo(dtype).eps
        rcond = convert_to_tensor(rcond, dtype=a.dtype, name="rcond")
        s, u, v = svd(a, full_matrices=False, compute_uv=True)
        cutoff = rcond * reduce_max(s, axis=-1)
        s = where_v2(s > expand_dims(cutoff, -1), s, np.array(np.inf, dtype))
        y = matmul(v / expand_dims(s, -2), u, adjoint_b=True)
        if a.dims is not None:
            y.set_shape([*a.dims[:-2], a.dims[-1], a.dims[-2]])
        return y
