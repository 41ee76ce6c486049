"""Functions on diagonals and bands of matrices, the QR decomposition, triangular systems.

The op types are in ``ops/matrix.py``, the derivatives in ``gradients/matrix.py``.
"""

import numbers

import numpy as np

from tfgrad._src.functions.fill import ones, zeros
from tfgrad._src.functions.raw_ops import raw_function
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def _padding(value, like):
    return bool(value) if getattr(like, "dtype", None) == dt.bool_ else value


def matrix_diag(
    diagonal, name: str | None = "diag", k=0, num_rows=-1, num_cols=-1, padding_value=0,
    align: str = "RIGHT_LEFT",
) -> Tensor:  # fmt: skip
    """Matrices with the given diagonals, and ``padding_value`` elsewhere.

    Args:
      diagonal: the elements, of shape ``[..., n]`` for one diagonal, ``[..., m, n]`` for a band of
        ``m`` diagonals, the highest first.
      name: the name of the node.
      k: which diagonal: 0 the main one, positive above it; or the lowest and highest of a band.
      num_rows: the number of rows; -1: as few as possible.
      num_cols: the number of columns; -1: as few as possible.
      padding_value: a scalar for the other elements.
      align: at which end of their rows shorter diagonals above and below the main one stand.

    Raises:
      ValueError: the lengths do not fit together.

    Gradient:
      The same diagonals of ``dy``.

    Example:
      >>> tf.Session().run(tf.matrix_diag([1, 2], k=1))
      array([[0, 1, 0],
             [0, 0, 2],
             [0, 0, 0]], dtype=int32)
    """
    padding_value = _padding(padding_value, diagonal)
    return add_op(
        "MatrixDiagV3", diagonal, k, num_rows, num_cols, padding_value, align=align, name=name
    )


def matrix_diag_part(
    input, name: str | None = "diag_part", k=0, padding_value=0, align: str = "RIGHT_LEFT"
) -> Tensor:
    """The diagonals of matrices; the inverse of `tf.matrix_diag`.

    Args:
      input: matrices, of shape ``[..., rows, cols]``.
      name: the name of the node.
      k: which diagonal: 0 the main one, positive above it; or the lowest and highest of a band.
      padding_value: a scalar that fills the rows of shorter diagonals of a band.
      align: at which end of their rows shorter diagonals above and below the main one stand.

    Gradient:
      ``dy`` put on those diagonals.

    Example:
      >>> tf.Session().run(tf.matrix_diag_part([[1, 2], [3, 4]]))
      array([1, 4], dtype=int32)
    """
    padding_value = _padding(padding_value, input)
    return add_op("MatrixDiagPartV3", input, k, padding_value, align=align, name=name)


def matrix_set_diag(
    input, diagonal, name: str | None = "set_diag", k=0, align: str = "RIGHT_LEFT"
) -> Tensor:
    """``input`` with its diagonals replaced.

    Args:
      input: matrices, of shape ``[..., rows, cols]``.
      diagonal: the new elements, in the form of `tf.matrix_diag`.
      name: the name of the node.
      k: which diagonal: 0 the main one, positive above it; or the lowest and highest of a band.
      align: at which end of their rows shorter diagonals above and below the main one stand.
    """
    return add_op("MatrixSetDiagV3", input, diagonal, k, align=align, name=name)


def matrix_band_part(input, num_lower, num_upper, name: str | None = None) -> Tensor:
    """``input`` with zeros outside a band around the main diagonal.

    Args:
      input: matrices, of shape ``[..., rows, cols]``.
      num_lower: how many diagonals below the main one to keep; negative: all.
      num_upper: how many above it.
      name: the name of the node; default ``"MatrixBandPart"``.

    Gradient:
      The same band of ``dy``.

    Example:
      >>> tf.Session().run(tf.matrix_band_part([[1, 2], [3, 4]], -1, 0))
      array([[1, 0],
             [3, 4]], dtype=int32)
    """
    return add_op("MatrixBandPart", input, num_lower, num_upper, name=name)


def diag(diagonal, name: str | None = None) -> Tensor:
    """The tensor with ``diagonal`` on its diagonal: ``y[i, ..., i, ...] = x[i, ...]``, else 0.

    Args:
      diagonal: a tensor of rank at least 1.
      name: the name of the node; default ``"Diag"``.

    Returns:
      A tensor of twice the rank.
    """
    return add_op("Diag", diagonal, name=name)


def diag_part(input, name: str | None = None) -> Tensor:
    """The diagonal of a tensor: ``y[i, ...] = x[i, ..., i, ...]``.

    Args:
      input: a tensor whose shape is twice the same list of lengths.
      name: the name of the node; default ``"DiagPart"``.

    Raises:
      ValueError: the halves of the shape differ.
    """
    return add_op("DiagPart", input, name=name)


def trace(x, name: str | None = None) -> Tensor:
    """The sum of the main diagonal of matrices.

    Args:
      x: matrices, of shape ``[..., rows, cols]``.
      name: the name of the node; default ``"Trace"``.

    Returns:
      A tensor of shape ``[...]``.
    """
    with name_scope(name, "Trace", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return reduce_sum(matrix_diag_part(x), [-1], name=scope)


def eye(
    num_rows, num_columns=None, batch_shape=None, dtype=dt.float32, name: str | None = None
) -> Tensor:
    """The identity matrix: ones on the main diagonal, zeros elsewhere.

    Args:
      num_rows: the number of rows.
      num_columns: the number of columns; default: that of rows.
      batch_shape: lengths put in front; the matrix is repeated.
      dtype: the type of the elements.
      name: the scope of the nodes; default ``"eye"``.

    Raises:
      TypeError: a number of rows or columns is neither whole nor a tensor.

    Example:
      >>> tf.Session().run(tf.eye(2))
      array([[1., 0.],
             [0., 1.]], dtype=float32)
    """
    with name_scope(name, "eye", [num_rows, num_columns, batch_shape]):
        is_square = num_columns is None
        batch_shape = [] if batch_shape is None else batch_shape
        num_columns = num_rows if num_columns is None else num_columns
        if isinstance(num_rows, Tensor) or isinstance(num_columns, Tensor):
            length = add_op("Minimum", num_rows, num_columns)
        elif not all(isinstance(n, numbers.Integral) for n in (num_rows, num_columns)):
            raise TypeError(
                "Arguments `num_rows` and `num_columns` must be positive integer values. Received: "
                f"num_rows={num_rows}, num_columns={num_columns}"
            )
        else:
            is_square = num_rows == num_columns
            length = int(np.minimum(num_rows, num_columns))
        if isinstance(batch_shape, Tensor) or isinstance(length, Tensor):
            batch_shape = convert_to_tensor(batch_shape, name="shape", dtype=dt.int32)
            diagonal = add_op("ConcatV2", [batch_shape, [length]], 0, name="concat")
            if not is_square:
                shape = add_op("ConcatV2", [batch_shape, [num_rows, num_columns]], 0, name="concat")
        else:
            batch_shape = list(batch_shape)
            diagonal = [*batch_shape, length]
            shape = [*batch_shape, num_rows, num_columns]
        diagonal = ones(diagonal, dtype=dtype)
        if is_square:
            return matrix_diag(diagonal)
        return matrix_set_diag(zeros(shape, dtype=dtype), diagonal)


def qr(input, full_matrices: bool = False, name: str | None = None):
    """The QR decomposition: ``input = q @ r``, the columns of ``q`` orthonormal, ``r`` triangular.

    Args:
      input: matrices, of shape ``[..., m, n]``.
      full_matrices: give ``q`` all ``m`` columns, not only ``min(m, n)``.
      name: the name of the node; default ``"Qr"``.

    Returns:
      ``(q, r)``, ``r`` upper triangular.  The signs are those of Householder reflections: the
      diagonal of ``r`` may be negative.
    """
    return raw_function("Qr")(input, full_matrices=full_matrices, name=name)


def matrix_triangular_solve(
    matrix, rhs, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """The solution ``x`` of ``matrix @ x = rhs`` with triangular matrices.

    Args:
      matrix: square matrices, of shape ``[..., n, n]``; only one triangle is read.
      rhs: the right sides, of shape ``[..., n, k]``.
      lower: read the lower triangle, else the upper one.
      adjoint: solve with the adjoint of ``matrix``.
      name: the scope of the node; default ``"triangular_solve"``.

    Returns:
      A tensor of the shape of ``rhs``.

    Example:
      >>> tf.Session().run(tf.matrix_triangular_solve([[2., 0.], [1., 1.]], [[4.], [3.]]))
      array([[2.],
             [1.]], dtype=float32)
    """
    with name_scope(name, "triangular_solve", [matrix, rhs]):
        return add_op("MatrixTriangularSolve", matrix, rhs, lower=lower, adjoint=adjoint)
