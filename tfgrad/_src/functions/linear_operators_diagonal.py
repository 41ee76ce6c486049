"""Linear operators that need one vector: diagonal ones and reflections."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.checks import assert_equal, assert_non_negative, assert_positive
from tfgrad._src.functions.checks_static import assert_rank
from tfgrad._src.functions.control import no_op, with_dependencies
from tfgrad._src.functions.cwise_unary import abs as abs_
from tfgrad._src.functions.cwise_unary import conj, imag, log, real, sqrt
from tfgrad._src.functions.fill import ones, zeros, zeros_like
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.linalg import adjoint as adjoint_of
from tfgrad._src.functions.linalg import matmul
from tfgrad._src.functions.linear_operator import LinearOperator
from tfgrad._src.functions.linear_operator_tools import (
    assert_none_zero,
    assert_real,
    commuting_hints,
    hints_of,
    shape_tensor,
    to_tensor,
)
from tfgrad._src.functions.matrix import matrix_diag, matrix_diag_part, matrix_set_diag
from tfgrad._src.functions.norm import l2_normalize
from tfgrad._src.functions.reduce import reduce_min, reduce_prod, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import broadcast_static_shape, expand_dims, shape
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.tensor_shape import TensorShape, dimension_value


def _lower_triangular(**arguments):
    from tfgrad._src.functions.linear_operators_dense import LinearOperatorLowerTriangular

    return LinearOperatorLowerTriangular(**arguments)


class LinearOperatorDiag(LinearOperator):
    """Diagonal matrices.

    Args:
      diag: the diagonals, of shape ``[..., n]``.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: True if ``diag`` is real.
      is_positive_definite: a hint.
      is_square: True.
      name: the scope of the nodes.

    Raises:
      ValueError: ``diag`` is a scalar, or a hint is wrong.
    """

    def __init__(
        self,
        diag,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorDiag",
    ):
        with name_scope(name, values=[diag]):
            self._diag = to_tensor(diag, name="diag")
            if self._diag.shape.ndims is not None and self._diag.shape.ndims < 1:
                raise ValueError(
                    f"Argument diag must have at least 1 dimension.  Found: {self._diag}"
                )
            if not self._diag.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError("A real diagonal operator is always self adjoint.")
                is_self_adjoint = True
            if is_square is False:
                raise ValueError("Only square diagonal operators currently supported.")
            super().__init__(
                dtype=self._diag.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
            )

    @property
    def diag(self):
        """The diagonals."""
        return self._diag

    def _shape(self):
        return self._diag.shape.concatenate(self._diag.shape[-1:])

    def _shape_tensor(self):
        lengths = shape(self._diag)
        n = lengths[-1]
        return concat((lengths, [n]), 0)

    def _assert_non_singular(self):
        message = "Singular operator:  Diagonal contained zero values."
        return assert_none_zero(self._diag, message=message)

    def _assert_positive_definite(self):
        if self.dtype.is_complex:
            what = "Diagonal operator had diagonal entries with non-positive real part, "
        else:
            what = "Real diagonal operator had non-positive diagonal entries, "
        return assert_positive(real(self._diag), message=f"{what}thus was not positive definite.")

    def _assert_self_adjoint(self):
        message = (
            "This diagonal operator contained non-zero imaginary values.   Thus it was not "
            "self-adjoint."
        )
        return assert_real(self._diag, message=message)

    def _adjoint_operator(self):
        return LinearOperatorDiag(conj(self.diag), **hints_of(self))

    def _inverse_operator(self):
        return LinearOperatorDiag(1.0 / self.diag, **hints_of(self))

    def _cholesky_operator(self):
        return LinearOperatorDiag(
            sqrt(self.diag), is_non_singular=True, is_self_adjoint=True,
            is_positive_definite=True, is_square=True,
        )  # fmt: skip

    def _times(self, right):
        hints = commuting_hints(self, right)
        if isinstance(right, LinearOperatorDiag):
            return LinearOperatorDiag(self.diag * right.diag, **hints)
        if hasattr(right, "multiplier"):
            return LinearOperatorDiag(self.diag * right.multiplier, **hints)
        if hasattr(right, "tril"):
            hints["is_positive_definite"] = None
            return _lower_triangular(tril=self.diag[..., None] * right.to_dense(), **hints)
        return super()._times(right)

    def _solved(self, right):
        hints = commuting_hints(self, right)
        if isinstance(right, LinearOperatorDiag):
            return LinearOperatorDiag(right.diag / self.diag, **hints)
        if hasattr(right, "multiplier"):
            return LinearOperatorDiag(right.multiplier / self.diag, **hints)
        if hasattr(right, "tril"):
            hints["is_positive_definite"] = None
            return _lower_triangular(tril=right.to_dense() / self.diag[..., None], **hints)
        return super()._solved(right)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        diag = conj(self._diag) if adjoint else self._diag
        x = adjoint_of(x) if adjoint_arg else x
        return expand_dims(diag, -1) * x

    def _matvec(self, x, adjoint=False):
        return (conj(self._diag) if adjoint else self._diag) * x

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        diag = conj(self._diag) if adjoint else self._diag
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        return rhs * expand_dims(1.0 / diag, -1)

    def _determinant(self):
        return reduce_prod(self._diag, axis=[-1])

    def _log_abs_determinant(self):
        result = reduce_sum(log(abs_(self._diag)), axis=[-1])
        return cast(result, self.dtype) if self.dtype.is_complex else result

    def _to_dense(self):
        return matrix_diag(self._diag)

    def _diag_part(self):
        return self.diag

    def _add_to_tensor(self, x):
        return matrix_set_diag(x, self._diag + matrix_diag_part(x))


# ---------------------------------------------------------------------- reflections


class LinearOperatorHouseholder(LinearOperator):
    """Reflections ``1 - 2 v v^H`` with ``v`` of length 1.

    Args:
      reflection_axis: the vectors of any length, of shape ``[..., n]``.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: True.
      is_positive_definite: False.
      is_square: True.
      name: the scope of the nodes.

    Raises:
      ValueError: ``reflection_axis`` is a scalar, or a hint is wrong.
    """

    def __init__(
        self,
        reflection_axis,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name="LinearOperatorHouseholder",
    ):
        with name_scope(name, values=[reflection_axis]):
            self._axis = to_tensor(reflection_axis, name="reflection_axis")
            if self._axis.shape.ndims is not None and self._axis.shape.ndims < 1:
                raise ValueError(
                    f"Argument reflection_axis must have at least 1 dimension.  Found: {self._axis}"
                )
            if is_self_adjoint is False:
                raise ValueError("A Householder operator is always self adjoint.")
            if is_positive_definite is True:
                raise ValueError("A Householder operator is always non-positive definite.")
            if is_square is False:
                raise ValueError("A Householder operator is always square.")
            super().__init__(
                dtype=self._axis.dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=True,
                is_positive_definite=False,
                is_square=True,
                name=name,
            )

    @property
    def reflection_axis(self):
        """The vectors."""
        return self._axis

    def _shape(self):
        return self._axis.shape.concatenate(self._axis.shape[-1:])

    def _shape_tensor(self):
        lengths = shape(self._axis)
        n = lengths[-1]
        return concat((lengths, [n]), 0)

    def _assert_non_singular(self):
        return no_op("assert_non_singular")

    def _assert_positive_definite(self):
        message = "Householder operators are always non-positive definite."
        raise errors.InvalidArgumentError(None, None, message)

    def _assert_self_adjoint(self):
        return no_op("assert_self_adjoint")

    def _inverse_operator(self):
        return self

    def _column(self):
        return l2_normalize(convert_to_tensor(self._axis), axis=-1)[..., None]

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = adjoint_of(x) if adjoint_arg else x
        v = self._column()
        along = matmul(v, x, adjoint_a=True)
        return x - 2 * v * along

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._matmul(rhs, adjoint, adjoint_arg)

    def _trace(self):
        lengths = self.shape_tensor()
        n = cast(self._dimension_tensor(self.domain_dimension, -1, lengths) - 2, self.dtype)
        return n * ones(self._batch_shape_tensor(lengths), dtype=self.dtype)

    def _determinant(self):
        return -ones(self.batch_shape_tensor(), dtype=self.dtype)

    def _log_abs_determinant(self):
        return zeros(self.batch_shape_tensor(), dtype=self.dtype)

    def _to_dense(self):
        v = self._column()
        y = -2 * matmul(v, v, adjoint_b=True)
        return matrix_set_diag(y, 1.0 + matrix_diag_part(y))

    def _diag_part(self):
        v = l2_normalize(convert_to_tensor(self._axis), axis=-1)
        return 1.0 - 2 * v * conj(v)
