"""Factors of matrices and functions of matrices.

The op types are in ``ops/linalg_decompositions.py`` and ``ops/linalg_functions.py``; the QR
decomposition is in ``matrix.py``.
"""

from typing import Any

from tfgrad._src.functions.cwise_unary import real
from tfgrad._src.functions.raw_ops import raw_function
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def cholesky(input, name: str | None = None) -> Tensor:
    """The lower triangular ``y`` with ``y @ adjoint(y) = x``.

    Args:
      input: Hermitian positive definite matrices, of shape ``[..., n, n]``; only the lower triangle
        is read.
      name: the name of the node; default ``"Cholesky"``.

    Returns:
      A tensor of the shape of ``input``, with zeros above the main diagonal.

    Raises:
      ValueError: the matrices are not square.
      tf.errors.InvalidArgumentError: when it runs: a matrix is not positive definite.

    Example:
      >>> tf.Session().run(tf.cholesky([[4.0, 2.0], [2.0, 2.0]]))
      array([[2., 0.],
             [1., 1.]], dtype=float32)
    """
    return add_op("Cholesky", input, name=name)


def lu(input, output_idx_type=dt.int32, name: str | None = None):
    """The factors of square matrices with their rows exchanged: ``x[p] = lower @ upper``.

    Args:
      input: square matrices, of shape ``[..., n, n]``.
      output_idx_type: the type of ``p``, ``int32`` or ``int64``.
      name: the name of the node; default ``"Lu"``.

    Returns:
      ``(lu, p)``: both factors in one matrix, ``upper`` with its diagonal and ``lower`` without,
      which is 1; and the order of the rows, of shape ``[..., n]``.

    Raises:
      tf.errors.InvalidArgumentError: when it runs: a pivot is exactly zero.

    Example:
      >>> tf.Session().run(tf.linalg.lu([[0.0, 1.0], [2.0, 3.0]]).p)
      array([1, 0], dtype=int32)
    """
    return raw_function("Lu")(input, output_idx_type=output_idx_type, name=name)


def self_adjoint_eig(tensor, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Eigenvalues and eigenvectors of Hermitian matrices: ``x @ v[:, i] = e[i] * v[:, i]``.

    Args:
      tensor: of shape ``[..., n, n]``; only the lower triangle is read.
      name: the name of the node; default ``"SelfAdjointEigV2"``.

    Returns:
      ``(e, v)``: the eigenvalues, smallest first, of shape ``[..., n]`` and the type of ``tensor``;
      the eigenvectors in columns, each of length 1 and of any sign.

    Gradient:
      ``nan`` or meaningless where eigenvalues are equal and ``v`` is used.

    Example:
      >>> tf.Session().run(tf.self_adjoint_eig([[2.0, 0.0], [0.0, 1.0]])[0])
      array([1., 2.], dtype=float32)
    """
    e, v = add_op("SelfAdjointEigV2", tensor, compute_v=True, name=name)
    return e, v


def self_adjoint_eigvals(tensor, name: str | None = None) -> Tensor:
    """The eigenvalues of Hermitian matrices, smallest first.

    Args:
      tensor: of shape ``[..., n, n]``; only the lower triangle is read.
      name: the name of the node; default ``"SelfAdjointEigV2"``.

    Returns:
      A tensor of shape ``[..., n]``.  If gradients are taken, `tf.self_adjoint_eig` costs less: the
      gradient of this function computes the eigenvectors.
    """
    return add_op("SelfAdjointEigV2", tensor, compute_v=False, name=name)[0]


def _complex_type(tensor):
    return dt.complex64 if tensor.dtype in (dt.float32, dt.complex64) else dt.complex128


def eig(tensor, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Eigenvalues, in no order, and eigenvectors of square matrices; both complex."""
    e, v = add_op("Eig", tensor, Tout=_complex_type(tensor), compute_v=True, name=name)
    return e, v


def eigvals(tensor, name: str | None = None) -> Tensor:
    """The eigenvalues of square matrices, complex and in no order."""
    return add_op("Eig", tensor, Tout=_complex_type(tensor), compute_v=False, name=name)[0]


def svd(
    tensor, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """Singular values and vectors: ``x = u @ diag(s) @ adjoint(v)``.

    Args:
      tensor: matrices, of shape ``[..., m, n]``; ``p = min(m, n)``.
      full_matrices: give ``u`` and ``v`` all ``m`` and ``n`` columns, not only ``p``.
      compute_uv: whether ``u`` and ``v`` are wanted.
      name: the name of the node; default ``"Svd"``.

    Returns:
      ``(s, u, v)``, or ``s`` alone: the singular values, the largest first, real and of shape
      ``[..., p]``, and the vectors in columns, of shapes ``[..., m, p]`` and ``[..., n, p]``.  In
      numpy the third result is the adjoint of ``v``.

    Gradient:
      Meaningless where singular values are equal and ``u`` or ``v`` are used.  Columns after the
      ``p``-th may be turned among each other: the gradient is that of functions which do not
      depend on it.

    Example:
      >>> tf.Session().run(tf.svd([[0.0, 3.0], [2.0, 0.0]], compute_uv=False))
      array([3., 2.], dtype=float32)
    """
    s, u, v = add_op("Svd", tensor, compute_uv=compute_uv, full_matrices=full_matrices, name=name)
    return (real(s), u, v) if compute_uv else real(s)


# ---------------------------------------------------------------------- functions of matrices


def expm(input, name: str | None = None) -> Tensor:
    """The exponential of square matrices: ``1 + x + x @ x / 2 + ...``.

    Args:
      input: square matrices, of shape ``[..., n, n]``.
      name: the scope of the node; default ``"matrix_exponential"``.

    Returns:
      A tensor of the shape of ``input``.

    Raises:
      ValueError: the elements are neither floats nor complex numbers.

    One node of type ``MatrixExponential``; TensorFlow writes it out with a loop of squarings.

    Gradient:
      The upper right block of ``expm([[adjoint(x), dy], [0, adjoint(x)]])``.

    Example:
      >>> tf.Session().run(tf.linalg.expm([[0.0, 1.0], [0.0, 0.0]]))
      array([[1., 1.],
             [0., 1.]], dtype=float32)
    """
    with name_scope(name, "matrix_exponential", [input]):
        matrix = convert_to_tensor(input, name="input")
        if not (matrix.dtype.is_floating or matrix.dtype.is_complex):
            raise ValueError(f"tf.linalg.expm does not support matrices of type {matrix.dtype}")
        if matrix.dims is not None and matrix.dims[-2:] == (0, 0):
            return matrix
        return add_op("MatrixExponential", matrix)


def logm(input, name: str | None = None) -> Tensor:
    """The principal logarithm of complex matrices: ``expm(logm(x)) = x``.

    Args:
      input: ``complex64`` or ``complex128``, of shape ``[..., n, n]``.
      name: the name of the node; default ``"MatrixLogarithm"``.

    Returns:
      A tensor of the shape of ``input``; ``nan`` where a matrix is singular.  On a CPU only.

    Gradient:
      The upper right block of ``logm([[adjoint(x), dy], [0, adjoint(x)]])``; TensorFlow has none.
    """
    return add_op("MatrixLogarithm", input, name=name)


def matrix_square_root(input, name: str | None = None) -> Tensor:
    """The principal square root of matrices: ``y @ y = x``.

    Args:
      input: square matrices, of shape ``[..., n, n]``.
      name: the name of the node; default ``"MatrixSquareRoot"``.

    Returns:
      A tensor of the shape of ``input``; ``nan`` where that of a real matrix is not real.  On a CPU
      only.

    Example:
      >>> tf.Session().run(tf.linalg.sqrtm([[4.0, 0.0], [0.0, 9.0]]))
      array([[2., 0.],
             [0., 3.]], dtype=float32)
    """
    return add_op("MatrixSquareRoot", input, name=name)
