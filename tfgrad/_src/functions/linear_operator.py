"""`tf.linalg.LinearOperator`: a matrix that is known by what it does.

A subclass says its shape and its product with a matrix, in ``_shape``, ``_shape_tensor`` and
``_matmul``; all else has a default that makes the matrix dense, which a subclass replaces where it
knows better (``_solve``, ``_determinant``, ``_trace``, ...).  Every public method opens the scope
``name/method``.

The hints, ``is_square`` and the like, are True, False, or None: not known.  Nothing checks them
unless an ``assert_`` method is run; they choose algorithms.
"""

import contextlib
from typing import Any

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.checks import assert_equal, assert_less, assert_positive
from tfgrad._src.functions.cwise_unary import exp, log
from tfgrad._src.functions.linalg import adjoint as adjoint_of
from tfgrad._src.functions.linalg_decompositions import cholesky, svd
from tfgrad._src.functions.linalg_solve import cholesky_solve, matrix_determinant, slogdet
from tfgrad._src.functions.linear_operator_tools import (
    hints_of,
    product_hints,
    shape_tensor,
    solve_with_broadcast,
    static_or_tensor,
)
from tfgrad._src.functions.matrix import eye, matrix_diag_part
from tfgrad._src.functions.reduce import reduce_max, reduce_min, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import expand_dims, size, squeeze
from tfgrad._src.functions.variables import Variable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import (
    Dimension,
    TensorShape,
    dimension_at_index,
    dimension_value,
)


class LinearOperator:
    """A batch of matrices of shape ``[..., m, n]`` that need not be stored as such.

    A subclass defines ``_shape()``, ``_shape_tensor()`` and ``_matmul(x, adjoint, adjoint_arg)``.

    Args:
      dtype: the type of the elements.
      graph_parents: a list of tensors, kept and not used.
      is_non_singular: whether all matrices have an inverse; None: not known.
      is_self_adjoint: whether all are Hermitian.
      is_positive_definite: whether ``real(x^H a x) > 0`` for all ``x`` but 0.
      is_square: whether ``m == n``.
      name: the scope of the nodes that methods make; default: the name of the class.

    Raises:
      ValueError: the hints contradict each other.

    Example:
      >>> operator = tf.linalg.LinearOperatorDiag([1.0, 2.0])
      >>> tf.Session().run(operator.matmul([[3.0], [4.0]]))
      array([[3.],
             [8.]], dtype=float32)
    """

    def __init__(
        self,
        dtype,
        graph_parents=None,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name=None,
    ):
        if is_positive_definite:
            if is_non_singular is False:
                raise ValueError("A positive definite matrix is always non-singular.")
            is_non_singular = True
        if is_non_singular:
            if is_square is False:
                raise ValueError("A non-singular matrix is always square.")
            is_square = True
        if is_self_adjoint:
            if is_square is False:
                raise ValueError("A self-adjoint matrix is always square.")
            is_square = True
        for i, t in enumerate(graph_parents or []):
            if not isinstance(t, Tensor | Variable):
                raise ValueError(f"Graph parent item {i} is not a Tensor; {t}.")
        self._graph_parents = list(graph_parents or [])
        self._dtype = dt.as_dtype(dtype).base_dtype if dtype else dtype
        self._is_non_singular = is_non_singular
        self._is_self_adjoint = is_self_adjoint
        self._is_positive_definite = is_positive_definite
        self._is_square_hint = is_square
        self._name = name or type(self).__name__

    @contextlib.contextmanager
    def _scope(self, name: str | None = None):
        with name_scope(self.name if name is None else f"{self.name}/{name}") as scope:
            yield scope

    # ------------------------------------------------------------------ properties

    @property
    def dtype(self):
        """The type of the elements."""
        return self._dtype

    @property
    def name(self) -> str:
        """The scope of the nodes that methods make."""
        return self._name

    @property
    def graph_parents(self) -> list:
        """The tensors given as ``graph_parents``."""
        return self._graph_parents

    @property
    def is_non_singular(self) -> bool | None:
        """Whether all matrices have an inverse; None: not known."""
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        """Whether all matrices are Hermitian; None: not known."""
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        """Whether all matrices are positive definite; None: not known."""
        return self._is_positive_definite

    @property
    def is_square(self) -> bool | None:
        """Whether the matrices have as many rows as columns; None: not known."""
        found = self.domain_dimension == self.range_dimension
        if self._is_square_hint is False and found:
            raise ValueError("User set is_square hint to False, but the operator was square.")
        return found if self._is_square_hint is None else self._is_square_hint

    @property
    def shape(self) -> TensorShape:
        """The static shape, ``[..., m, n]``."""
        return self._shape()

    @property
    def batch_shape(self) -> Any:
        """The static shape without the last two dimensions."""
        return self.shape[:-2]

    @property
    def tensor_rank(self) -> int | None:
        """The number of dimensions of the dense tensor."""
        return self.shape.ndims

    @property
    def domain_dimension(self) -> Dimension:
        """The number of columns."""
        dims = self.shape.dims
        return Dimension(None) if dims is None else dims[-1]

    @property
    def range_dimension(self) -> Dimension:
        """The number of rows."""
        dims = self.shape.dims
        return Dimension(None) if not dims else dims[-2]

    # ------------------------------------------------------------------ shapes as tensors

    def shape_tensor(self, name: str = "shape_tensor") -> Tensor:
        """The shape as an ``int32`` tensor."""
        with self._scope(name):
            if self.shape.is_fully_defined():
                return shape_tensor(self.shape.as_list())
            return self._shape_tensor()

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The shape without the last two dimensions as an ``int32`` tensor."""
        with self._scope(name):
            return self._batch_shape_tensor()

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Tensor:
        """The number of dimensions of the dense tensor as an ``int32`` scalar."""
        with self._scope(name):
            if self.tensor_rank is not None:
                return convert_to_tensor(self.tensor_rank)
            return size(self.shape_tensor())

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Tensor:
        """The number of columns as an ``int32`` scalar."""
        with self._scope(name):
            return self._dimension_tensor(self.domain_dimension, -1)

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Tensor:
        """The number of rows as an ``int32`` scalar."""
        with self._scope(name):
            return self._dimension_tensor(self.range_dimension, -2)

    def _dimension_tensor(self, dimension, axis: int, lengths=None) -> Tensor:
        value = dimension_value(dimension)
        if value is not None:
            return convert_to_tensor(value)
        return (self.shape_tensor() if lengths is None else lengths)[axis]

    def _batch_shape_tensor(self, lengths=None) -> Tensor:
        if self.batch_shape.is_fully_defined():
            return shape_tensor(self.batch_shape.as_list(), name="batch_shape")
        return (self.shape_tensor() if lengths is None else lengths)[:-2]

    # ------------------------------------------------------------------ checks

    def assert_non_singular(self, name: str = "assert_non_singular") -> Any:
        """An operation that fails when it runs if a matrix has no inverse."""
        with self._scope(name):
            return self._assert_non_singular()

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> Any:
        """An operation that fails when it runs if a matrix is not positive definite."""
        with self._scope(name):
            return self._assert_positive_definite()

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> Any:
        """An operation that fails when it runs if a matrix is not Hermitian."""
        with self._scope(name):
            return self._assert_self_adjoint()

    def _assert_non_singular(self):
        if self._can_use_cholesky():
            return self.assert_positive_definite()
        s = svd(self.to_dense(), compute_uv=False)
        condition = reduce_max(s, axis=-1) / reduce_min(s, axis=-1)
        message = "Singular matrix up to precision epsilon."
        return assert_less(condition, self._largest_condition(), message=message)

    def _largest_condition(self):
        with name_scope("max_nonsingular_condition_number"):
            lengths = (self.range_dimension_tensor(), self.domain_dimension_tensor())
            most = reduce_max([100.0, *(cast(n, self.dtype) for n in lengths)])
            return 1.0 / (cast(most, self.dtype) * np.finfo(self.dtype.np).eps)

    def _assert_positive_definite(self):
        if self.is_self_adjoint:
            message = "Matrix was not positive definite."
            return assert_positive(matrix_diag_part(cholesky(self.to_dense())), message=message)
        raise NotImplementedError("assert_positive_definite is not implemented.")

    def _assert_self_adjoint(self):
        dense = self.to_dense()
        message = "Matrix was not equal to its adjoint."
        return assert_equal(dense, adjoint_of(dense), message=message)

    # ------------------------------------------------------------------ products

    def _argument(self, x, axis: int, axis_of_x: int, name: str = "x") -> Tensor:
        """A matrix to be multiplied, converted and compared with the operator."""
        x = convert_to_tensor(x, name=name)
        self._check_dtype(x)
        length = dimension_at_index(self.shape, axis)
        length.assert_is_compatible_with(dimension_at_index(x.shape, axis_of_x))
        return x

    def _check_dtype(self, x) -> None:
        if x.dtype.base_dtype != self.dtype:
            raise TypeError(
                f"Expected argument to have dtype {self.dtype}.  Found: {x.dtype} in tensor {x}"
            )

    def _pair(self, x, adjoint: bool, adjoint_arg: bool, what: str) -> tuple:
        left = self.adjoint() if adjoint else self
        right = x.adjoint() if adjoint_arg else x
        wanted, given = left.domain_dimension, right.range_dimension
        if wanted.value is not None and given.value is not None and wanted != given:
            raise ValueError(
                f"Operators are incompatible. Expected `{what}` to have dimension {wanted} but got "
                f"{given}."
            )
        return left, right

    def matmul(
        self, x, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Any:
        """The product with a matrix, or with another operator.

        Args:
          x: a tensor of shape ``[..., n, k]``, or a `LinearOperator`.
          adjoint: take the adjoint of this operator.
          adjoint_arg: take the adjoint of ``x``.
          name: the scope of the nodes.

        Returns:
          A tensor of shape ``[..., m, k]``, or an operator.
        """
        if isinstance(x, LinearOperator):
            left, right = self._pair(x, adjoint, adjoint_arg, "x")
            with self._scope(name):
                return left._times(right)
        with self._scope(name):
            x = self._argument(x, -2 if adjoint else -1, -1 if adjoint_arg else -2)
            return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def __matmul__(self, other):
        return self.matmul(other)

    def matvec(self, x, adjoint: bool = False, name: str = "matvec") -> Any:
        """The product with a vector of shape ``[..., n]``."""
        with self._scope(name):
            x = self._argument(x, -2 if adjoint else -1, -1)
            return self._matvec(x, adjoint=adjoint)

    def _matvec(self, x, adjoint=False):
        return squeeze(self.matmul(expand_dims(x, axis=-1), adjoint=adjoint), axis=-1)

    def _times(self, right):
        """The product of operators; called on the left one."""
        from tfgrad._src.functions.linear_operators_composed import LinearOperatorComposition

        if right._is_identity:
            return self
        if right._is_zero:
            if not right.is_square or not self.is_square:
                raise ValueError(
                    "Matmul with non-square `LinearOperator`s or non-square `LinearOperatorZeros` "
                    "not supported at this time."
                )
            return right
        return LinearOperatorComposition([self, right], **product_hints(self, right))

    _is_identity = _is_zero = False

    def add_to_tensor(self, x, name: str = "add_to_tensor") -> Tensor:
        """``to_dense() + x``."""
        with self._scope(name):
            x = convert_to_tensor(x, name="x")
            self._check_dtype(x)
            return self._add_to_tensor(x)

    def _add_to_tensor(self, x):
        return self.to_dense() + x

    # ------------------------------------------------------------------ determinant

    def _must_be_square(self) -> None:
        if self.is_square is False:
            raise NotImplementedError(
                "Determinant not implemented for an operator that is expected to not be square."
            )

    def determinant(self, name: str = "det") -> Tensor:
        """The determinants, of shape ``[...]``."""
        self._must_be_square()
        with self._scope(name):
            return self._determinant()

    def log_abs_determinant(self, name: str = "log_abs_det") -> Tensor:
        """The logarithms of the absolute values of the determinants, of shape ``[...]``."""
        self._must_be_square()
        with self._scope(name):
            return self._log_abs_determinant()

    def _determinant(self):
        if self._can_use_cholesky():
            return exp(self.log_abs_determinant())
        return matrix_determinant(self.to_dense())

    def _log_abs_determinant(self):
        if self._can_use_cholesky():
            return 2 * reduce_sum(log(matrix_diag_part(cholesky(self.to_dense()))), axis=[-1])
        return slogdet(self.to_dense())[1]

    # ------------------------------------------------------------------ systems of equations

    def solve(
        self, rhs, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Any:
        """The solution ``x`` of ``a @ x = rhs``.

        Args:
          rhs: a tensor of shape ``[..., m, k]``, or a `LinearOperator`.
          adjoint: solve with the adjoint of this operator.
          adjoint_arg: take the adjoint of ``rhs``.
          name: the scope of the nodes.

        Returns:
          A tensor of shape ``[..., n, k]``, or an operator.

        Raises:
          NotImplementedError: the operator is singular or not square.
        """
        self._must_be_solvable()
        if isinstance(rhs, LinearOperator):
            left, right = self._pair(rhs, adjoint, adjoint_arg, "rhs")
            with self._scope(name):
                return left._solved(right)
        with self._scope(name):
            axis_of_rhs = -1 if adjoint_arg else -2
            rhs = self._argument(rhs, -1 if adjoint else -2, axis_of_rhs, name="rhs")
            return self._solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _must_be_solvable(self) -> None:
        for hint, state in ((self.is_non_singular, "singular"), (self.is_square, "not be square")):
            if hint is False:
                be = "be " if state == "singular" else ""
                raise NotImplementedError(
                    f"Exact solve not implemented for an operator that is expected to {be}{state}."
                )

    def solvevec(self, rhs, adjoint: bool = False, name: str = "solve") -> Any:
        """The solution for a vector ``rhs`` of shape ``[..., m]``."""
        with self._scope(name):
            rhs = self._argument(rhs, -1 if adjoint else -2, -1, name="rhs")
            return self._solvevec(rhs, adjoint=adjoint)

    def _solvevec(self, rhs, adjoint=False):
        return squeeze(self.solve(expand_dims(rhs, axis=-1), adjoint=adjoint), axis=-1)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        if self._can_use_cholesky():
            return cholesky_solve(cholesky(self.to_dense()), rhs)
        return solve_with_broadcast(self.to_dense(), rhs, adjoint=adjoint)

    def _solved(self, right):
        """The operator ``inverse(self) @ right``; called on the left one."""
        from tfgrad._src.functions.linear_operators_composed import (
            LinearOperatorComposition,
            LinearOperatorInversion,
        )

        if right._is_identity:
            return self.inverse()
        operators = [LinearOperatorInversion(self), right]
        return LinearOperatorComposition(operators, **product_hints(self, right))

    # ------------------------------------------------------------------ related operators

    def adjoint(self, name: str = "adjoint") -> "LinearOperator":
        """The adjoint operator."""
        if self.is_self_adjoint is True:
            return self
        with self._scope(name):
            return self._adjoint_operator()

    H = property(adjoint, None)

    def inverse(self, name: str = "inverse") -> "LinearOperator":
        """The inverse operator."""
        if self.is_square is False:
            raise ValueError(
                "Cannot take the Inverse: This operator represents a non square matrix."
            )
        if self.is_non_singular is False:
            raise ValueError("Cannot take the Inverse: This operator represents a singular matrix.")
        with self._scope(name):
            return self._inverse_operator()

    def cholesky(self, name: str = "cholesky") -> "LinearOperator":
        """The lower triangular operator whose product with its adjoint is this one."""
        if not self._can_use_cholesky():
            raise ValueError(
                "Cannot take the Cholesky decomposition: Not a positive definite self adjoint "
                "matrix."
            )
        with self._scope(name):
            return self._cholesky_operator()

    def _adjoint_operator(self):
        from tfgrad._src.functions.linear_operators_composed import LinearOperatorAdjoint

        return LinearOperatorAdjoint(self, **hints_of(self))

    def _inverse_operator(self):
        from tfgrad._src.functions.linear_operators_composed import LinearOperatorInversion

        return LinearOperatorInversion(self, **hints_of(self))

    def _cholesky_operator(self):
        from tfgrad._src.functions.linear_operators_dense import LinearOperatorLowerTriangular

        factor = cholesky(self.to_dense())
        return LinearOperatorLowerTriangular(
            factor, is_non_singular=True, is_self_adjoint=False, is_square=True
        )

    # ------------------------------------------------------------------ elements

    def to_dense(self, name: str = "to_dense") -> Tensor:
        """The matrices as a tensor of shape ``[..., m, n]``."""
        with self._scope(name):
            return self._to_dense()

    def diag_part(self, name: str = "diag_part") -> Tensor:
        """The main diagonals, of shape ``[..., min(m, n)]``."""
        with self._scope(name):
            return self._diag_part()

    def trace(self, name: str = "trace") -> Tensor:
        """The sums of the main diagonals, of shape ``[...]``."""
        with self._scope(name):
            return self._trace()

    def _to_dense(self):
        known = self.batch_shape.is_fully_defined()
        batch = self.batch_shape.as_list() if known else self.batch_shape_tensor()
        n = static_or_tensor(self.domain_dimension, self.domain_dimension_tensor)
        return self.matmul(eye(num_rows=n, batch_shape=batch, dtype=self.dtype))

    def _diag_part(self):
        return matrix_diag_part(self.to_dense())

    def _trace(self):
        return reduce_sum(self.diag_part(), axis=-1)

    def _can_use_cholesky(self):
        return self.is_self_adjoint and self.is_positive_definite

    # ------------------------------------------------------------------ for subclasses

    def _shape(self) -> TensorShape:
        raise NotImplementedError("_shape is not implemented.")

    def _shape_tensor(self):
        raise NotImplementedError("_shape_tensor is not implemented.")

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        raise NotImplementedError("_matmul is not implemented.")
