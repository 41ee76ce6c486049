"""Linear operators that hold matrices: full, lower triangular, Toeplitz, changed by low rank."""

import logging

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.checks import assert_equal
from tfgrad._src.functions.cwise_unary import abs as abs_
from tfgrad._src.functions.cwise_unary import conj, exp, log
from tfgrad._src.functions.fft import fft
from tfgrad._src.functions.fill import ones, zeros_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.index import reverse
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.linalg import adjoint as adjoint_of
from tfgrad._src.functions.linalg import matmul
from tfgrad._src.functions.linalg_decompositions import cholesky
from tfgrad._src.functions.linalg_solve import cholesky_solve, matrix_determinant
from tfgrad._src.functions.linear_operator import LinearOperator
from tfgrad._src.functions.linear_operator_tools import (
    assert_none_zero,
    commuting_hints,
    solve_with_broadcast,
    static_or_tensor,
    to_tensor,
)
from tfgrad._src.functions.linear_operators_circulant import LinearOperatorCirculant
from tfgrad._src.functions.linear_operators_diagonal import LinearOperatorDiag
from tfgrad._src.functions.linear_operators_identity import LinearOperatorIdentity
from tfgrad._src.functions.matrix import (
    matrix_band_part,
    matrix_diag_part,
    matrix_triangular_solve,
)
from tfgrad._src.functions.reduce import reduce_prod, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    broadcast_to,
    expand_dims,
    shape,
)
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.tensor_shape import Dimension, dimension_at_index

_FLOATS = [dt.float16, dt.float32, dt.float64, dt.complex64, dt.complex128]


class LinearOperatorFullMatrix(LinearOperator):
    """Matrices that are stored as they are.

    Args:
      matrix: of shape ``[..., m, n]``.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of the nodes.

    Raises:
      TypeError: the elements are neither floats nor complex numbers.
      ValueError: ``matrix`` has less than two dimensions.
    """

    def __init__(
        self,
        matrix,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorFullMatrix",
    ):
        with name_scope(name, values=[matrix]):
            self._matrix = to_tensor(matrix, name="matrix")
            dtype = self._matrix.dtype.base_dtype
            if dtype not in _FLOATS:
                raise TypeError(
                    f"Argument `matrix` must have dtype in {_FLOATS}. Received: {dtype}."
                )
            if self._matrix.shape.ndims is not None and self._matrix.shape.ndims < 2:
                raise ValueError(
                    f"Argument `matrix` must have at least 2 dimensions. Received: {self._matrix}."
                )
            super().__init__(
                dtype=dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
            )

    @property
    def matrix(self):
        """The matrices."""
        return self._matrix

    def _shape(self):
        return self._matrix.shape

    def _shape_tensor(self):
        return shape(self._matrix)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return matmul(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _to_dense(self):
        return self._matrix


class LinearOperatorLowerTriangular(LinearOperator):
    """Lower triangular matrices.

    Args:
      tril: of shape ``[..., n, n]``; what is above the main diagonal is not read.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: True.
      name: the scope of the nodes.

    Raises:
      ValueError: ``tril`` has less than two dimensions, or a hint is wrong.
    """

    def __init__(
        self,
        tril,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorLowerTriangular",
    ):
        if is_square is False:
            raise ValueError("Only square lower triangular operators supported at this time.")
        with name_scope(name, values=[tril]):
            self._tril = to_tensor(tril, name="tril")
            if self._tril.shape.ndims is not None and self._tril.shape.ndims < 2:
                raise ValueError(
                    f"Argument tril must have at least 2 dimensions.  Found: {self._tril}"
                )
            super().__init__(
                dtype=self._tril.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
            )

    @property
    def tril(self):
        """The matrices as they were given."""
        return self._tril

    def _lower(self):
        return matrix_band_part(self._tril, -1, 0)

    def _shape(self):
        return self._tril.shape

    def _shape_tensor(self):
        return shape(self._tril)

    def _assert_non_singular(self):
        message = "Singular operator:  Diagonal contained zero values."
        return assert_none_zero(matrix_diag_part(self._tril), message=message)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return matmul(self._lower(), x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _times(self, right):
        if isinstance(right, LinearOperatorDiag):
            hints = {**commuting_hints(right, self), "is_positive_definite": None}
            return LinearOperatorLowerTriangular(self.to_dense() * right.diag, **hints)
        return super()._times(right)

    def _determinant(self):
        return reduce_prod(matrix_diag_part(self._tril), axis=[-1])

    def _log_abs_determinant(self):
        return reduce_sum(log(abs_(matrix_diag_part(self._tril))), axis=[-1])

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        return matrix_triangular_solve(self._lower(), rhs, lower=True, adjoint=adjoint)

    def _to_dense(self):
        return self._lower()


class LinearOperatorLowRankUpdate(LinearOperator):
    """``base + u diag(d) v^H`` with few columns in ``u`` and ``v``.

    Systems of equations and determinants cost what those of ``base_operator`` cost, and those of a
    small matrix, the *capacitance* ``diag(1 / d) + v^H inverse(base) u``.

    Args:
      base_operator: an operator on vectors of length ``n``.
      u: of shape ``[..., m, r]``.
      diag_update: ``d``, of shape ``[..., r]``; default ones.
      v: of shape ``[..., n, r]``; default ``u``.
      is_diag_update_positive: whether all of ``d`` is positive; None: not known.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of the nodes.

    Raises:
      ValueError: the hints contradict each other, or the shapes do not fit.
    """

    def __init__(
        self,
        base_operator,
        u,
        diag_update=None,
        v=None,
        is_diag_update_positive=None,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorLowRankUpdate",
    ):
        dtype = base_operator.dtype
        if diag_update is not None and is_diag_update_positive and dtype.is_complex:
            logging.getLogger("tfgrad").warning(
                "Note: setting is_diag_update_positive with a complex dtype means that diagonal is "
                "real and positive."
            )
        if diag_update is None:
            if is_diag_update_positive is False:
                raise ValueError(
                    "Default diagonal is the identity, which is positive.  However, user set "
                    "'is_diag_update_positive' to False."
                )
            is_diag_update_positive = True
        self._use_cholesky = (
            base_operator.is_positive_definite
            and base_operator.is_self_adjoint
            and is_diag_update_positive
            and v is None
        )
        if base_operator.is_self_adjoint and v is None and not dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError(
                    "A = L + UDU^H, with L self-adjoint and D real diagonal.  Since UDU^H is "
                    "self-adjoint, this must be a self-adjoint operator."
                )
            is_self_adjoint = True
        if self._use_cholesky:
            if False in (is_positive_definite, is_self_adjoint, is_non_singular):
                raise ValueError("Arguments imply this is self-adjoint positive-definite operator.")
            is_positive_definite = is_self_adjoint = True
        with name_scope(name):
            self._u = to_tensor(u, name="u")
            self._v = self._u if v is None else to_tensor(v, name="v")
            self._diag_update = (
                None if diag_update is None else to_tensor(diag_update, name="diag_update")
            )
            self._base_operator = base_operator
            super().__init__(
                dtype=dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
            )
            if self._diag_update is not None:
                self._diag_operator = LinearOperatorDiag(
                    self._diag_update, is_positive_definite=is_diag_update_positive
                )
            else:
                rank = dimension_at_index(self._u.shape, -1)
                rank = static_or_tensor(rank, lambda: shape(self._u)[-1])
                self._diag_operator = LinearOperatorIdentity(rank, dtype=self.dtype)
            self._is_diag_update_positive = is_diag_update_positive
            self._check_shapes()

    def _check_shapes(self) -> None:
        both = broadcast_static_shape(self.u.shape, self.v.shape)
        batch = broadcast_static_shape(self.base_operator.batch_shape, both[:-2])
        n = Dimension(self.base_operator.domain_dimension)
        n.assert_is_compatible_with(dimension_at_index(both, -2))
        if self._diag_update is not None:
            rank = dimension_at_index(both, -1)
            rank.assert_is_compatible_with(dimension_at_index(self._diag_update.shape, -1))
            broadcast_static_shape(batch, self._diag_update.shape[:-1])

    @property
    def u(self):
        """The columns that are added."""
        return self._u

    @property
    def v(self):
        """The columns whose adjoints they are multiplied with."""
        return self._v

    @property
    def diag_update(self):
        """The diagonal between them, or None."""
        return self._diag_update

    @property
    def is_diag_update_positive(self):
        """Whether that diagonal is positive; None: not known."""
        return self._is_diag_update_positive

    @property
    def diag_operator(self):
        """The operator between them."""
        return self._diag_operator

    @property
    def base_operator(self):
        """The operator that is changed."""
        return self._base_operator

    def _assert_self_adjoint(self):
        if self.u is self.v and self.diag_update is None:
            return self.base_operator.assert_self_adjoint()
        return super()._assert_self_adjoint()

    def _shape(self):
        batch = self.base_operator.batch_shape
        for other in (self.diag_operator.batch_shape, self.u.shape[:-2], self.v.shape[:-2]):
            batch = broadcast_static_shape(batch, other)
        return batch.concatenate(self.base_operator.shape[-2:])

    def _shape_tensor(self):
        batch = broadcast_dynamic_shape(
            self.base_operator.batch_shape_tensor(), self.diag_operator.batch_shape_tensor()
        )
        batch = broadcast_dynamic_shape(batch, shape(self.u)[:-2])
        batch = broadcast_dynamic_shape(batch, shape(self.v)[:-2])
        return concat([batch, self.base_operator.shape_tensor()[-2:]], axis=0)

    def _tensors(self) -> tuple:
        u = convert_to_tensor(self.u)
        return u, u if self.v is self.u else convert_to_tensor(self.v)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        u, v = self._tensors()
        first = self.base_operator.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        left, right = (v, u) if adjoint else (u, v)
        inner = matmul(right, x, adjoint_a=True, adjoint_b=adjoint_arg)
        inner = self.diag_operator.matmul(inner, adjoint=adjoint)
        return first + matmul(left, inner)

    def _capacitance(self, u, v):
        solved = self.base_operator.solve(u)
        product = matmul(v, solved, adjoint_a=True)
        return self._diag_operator.inverse().add_to_tensor(product)

    def _determinant(self):
        if self.is_positive_definite:
            return exp(self.log_abs_determinant())
        small = matrix_determinant(self._capacitance(*self._tensors()))
        of_diag = self.diag_operator.determinant()
        of_base = self.base_operator.determinant()
        return small * of_diag * of_base

    def _log_abs_determinant(self):
        u, v = self._tensors()
        of_diag = self.diag_operator.log_abs_determinant()
        of_base = self.base_operator.log_abs_determinant()
        if self._use_cholesky:
            small = matrix_diag_part(cholesky(self._capacitance(u, v)))
            small = 2 * reduce_sum(log(small), axis=[-1])
        else:
            small = log(abs_(matrix_determinant(self._capacitance(u, v))))
            if self.dtype.is_complex:
                small = cast(small, dtype=self.dtype)
        return small + of_diag + of_base

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        base = self.base_operator
        if base.is_non_singular is False:
            raise ValueError(
                "Solve not implemented unless this is a perturbation of a non-singular "
                "LinearOperator."
            )
        u, v = self._tensors()
        small = self._capacitance(u, v)
        u, v = (v, u) if adjoint else (u, v)
        first = base.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = matmul(v, first, adjoint_a=True)
        if self._use_cholesky:
            inner = cholesky_solve(cholesky(small), inner)
        else:
            inner = solve_with_broadcast(small, inner, adjoint=adjoint)
        return first - base.solve(matmul(u, inner), adjoint=adjoint)

    def _diag_part(self):
        u, v = self._tensors()
        product = u * conj(v)
        if self.diag_update is not None:
            product *= expand_dims(self.diag_update, axis=-2)
        return reduce_sum(product, axis=-1) + self.base_operator.diag_part()


class LinearOperatorToeplitz(LinearOperator):
    """Matrices that are constant along every diagonal.

    Products take ``O(n log n)``: they are those of a circulant matrix of twice the size.

    Args:
      col: the first columns, of shape ``[..., n]``.
      row: the first rows, of shape ``[..., n]``; its first element is that of ``col``.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: True.
      name: the scope of the nodes.

    Raises:
      ValueError: the lengths differ, an argument is a scalar, or a hint is wrong.
    """

    def __init__(
        self,
        col,
        row,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorToeplitz",
    ):
        with name_scope(name, values=[row, col]):
            self._row = to_tensor(row, name="row")
            self._col = to_tensor(col, name="col")
            for what, tensor in (("row", self._row), ("col", self._col)):
                if tensor.shape.ndims is not None and tensor.shape.ndims < 1:
                    raise ValueError(
                        f"Argument {what} must have at least 1 dimension.  Found: {tensor}"
                    )
            lengths = [dimension_at_index(t.shape, -1).value for t in (self._row, self._col)]
            if None not in lengths and lengths[0] != lengths[1]:
                raise ValueError(
                    "Expected square matrix, got row and col with mismatched dimensions."
                )
            if is_square is False:
                raise ValueError("Only square Toeplitz operators currently supported.")
            super().__init__(
                dtype=self._row.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
            )

    @property
    def col(self):
        """The first columns."""
        return self._col

    @property
    def row(self):
        """The first rows."""
        return self._row

    def _shape(self):
        both = broadcast_static_shape(self.row.shape, self.col.shape)
        return both.concatenate(both[-1:])

    def _shape_tensor(self, row=None, col=None):
        row, col = self.row if row is None else row, self.col if col is None else col
        lengths = broadcast_dynamic_shape(shape(row), shape(col))
        n = lengths[-1]
        return concat((lengths, [n]), 0)

    def _assert_self_adjoint(self):
        message = "row and col are not the same, and so this operator is not self-adjoint."
        return assert_equal(self.row, self.col, message=message)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = adjoint_of(x) if adjoint_arg else x
        longer = concat([x, zeros_like(x)], axis=-2)
        col, row = convert_to_tensor(self.col), convert_to_tensor(self.row)
        parts = [col, zeros_like(col[..., 0:1]), reverse(row[..., 1:], axis=[-1])]
        column = concat(parts, axis=-1)
        is_double = column.dtype in (dt.float64, dt.complex128)
        spectrum = fft(cast(column, dt.complex128 if is_double else dt.complex64))
        circulant = LinearOperatorCirculant(spectrum, input_output_dtype=row.dtype)
        y = circulant.matmul(longer, adjoint=adjoint, adjoint_arg=False)
        lengths = self._shape_tensor(row=row, col=col)
        n = self._dimension_tensor(self.domain_dimension, -1, lengths)
        return cast(y[..., :n, :], self.dtype)

    def _trace(self):
        return cast(self.domain_dimension_tensor(), dtype=self.dtype) * self.col[..., 0]

    def _diag_part(self):
        first = self.col[..., 0:1]
        return first * ones([self.domain_dimension_tensor()], self.dtype)

    def _to_dense(self):
        row, col = convert_to_tensor(self.row), convert_to_tensor(self.col)
        lengths = broadcast_dynamic_shape(shape(row), shape(col))
        n = shape(row)[-1]
        row, col = broadcast_to(row, lengths), broadcast_to(col, lengths)
        elements = concat([reverse(col, axis=[-1]), row[..., 1:]], axis=-1)
        places = (range_(0, n) + range_(n - 1, -1, -1)[..., None]) % (2 * n - 1)
        return gather(elements, places, axis=-1)
