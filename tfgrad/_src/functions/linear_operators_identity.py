"""Linear operators that are given by their size: the identity, its multiples, zeros."""

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
from tfgrad._src.functions.linear_operators_diagonal import LinearOperatorDiag
from tfgrad._src.functions.matrix import matrix_diag_part, matrix_set_diag
from tfgrad._src.functions.norm import l2_normalize
from tfgrad._src.functions.reduce import reduce_min, reduce_prod, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import broadcast_static_shape, expand_dims, shape
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.tensor_shape import TensorShape, dimension_value


class _OfSize(LinearOperator):
    """What operators share that are given by a number of rows and perhaps a batch shape."""

    def _size(self, value, what: str):
        """A number of rows or columns: the tensor, and its value if that is known."""
        n = shape_tensor(value, name=what)
        static = constant_value(n)
        if self._assert_proper_shapes:
            n = with_dependencies(
                [
                    assert_rank(n, 0, message=f"Argument {what} must be a 0-D Tensor."),
                    assert_non_negative(n, message=f"Argument {what} must be non-negative."),
                ],
                n,
            )
        if not n.dtype.is_integer:
            raise TypeError(f"Argument {what} must be integer type.  Found: {n}")
        if static is not None:
            if static.ndim != 0:
                raise ValueError(f"Argument {what} must be a 0-D Tensor.  Found: {static}")
            if static < 0:
                raise ValueError(f"Argument {what} must be non-negative.  Found: {static}")
        return n, static

    def _set_batch(self, batch_shape) -> None:
        self._batch = self._batch_static = None
        if batch_shape is None:
            return
        batch = shape_tensor(batch_shape, name="batch_shape_arg")
        static = constant_value(batch)
        if self._assert_proper_shapes:
            what = "Argument batch_shape must be"
            batch = with_dependencies(
                [
                    assert_rank(batch, 1, message=f"{what} a 1-D Tensor."),
                    assert_non_negative(batch, message=f"{what} non-negative."),
                ],
                batch,
            )
        if not batch.dtype.is_integer:
            raise TypeError(f"Argument batch_shape must be integer type.  Found: {batch}")
        if static is not None:
            if static.ndim != 1:
                raise ValueError(f"Argument batch_shape must be a 1-D Tensor.  Found: {static}")
            if (static < 0).any():
                raise ValueError(f"Argument batch_shape must be non-negative.  Found:{static}")
        self._batch, self._batch_static = batch, static

    def _static_shape(self, rows, columns) -> TensorShape:
        matrix = TensorShape([None if n is None else int(n) for n in (rows, columns)])
        if self._batch is None:
            return matrix
        batch = self._batch_static
        return TensorShape(None if batch is None else batch.tolist()).concatenate(matrix)

    def _with_batch(self, matrix):
        return matrix if self._batch is None else concat((self._batch, matrix), 0)

    def _smaller(self):
        """The smaller number of rows and columns, or None."""
        dims = [dimension_value(d) for d in (self.domain_dimension, self.range_dimension)]
        return None if None in dims else min(dims)

    def _filled_diagonal(self, fill):
        if self.shape.is_fully_defined():
            return fill([*self.batch_shape.as_list(), self._smaller()], dtype=self.dtype)
        batch = self.batch_shape_tensor()
        least = reduce_min(self.shape_tensor()[-2:])
        return fill(concat([batch, [least]], axis=0), dtype=self.dtype)

    def _filled_batch(self, fill):
        if self.batch_shape.is_fully_defined():
            return fill(self.batch_shape.as_list(), dtype=self.dtype)
        return fill(self.batch_shape_tensor(), dtype=self.dtype)

    def _stretched(self, x):
        """``x`` with this operator's batch axes."""
        if self._batch is None:
            return x
        special = self.batch_shape.concatenate([1, 1])
        both = broadcast_static_shape(x.shape, special)
        if special.is_fully_defined():
            if both.is_fully_defined() and both == x.shape:
                return x
            return x + zeros(special.as_list(), dtype=self.dtype)
        lengths = concat((self.batch_shape_tensor(), [1, 1]), 0)
        return x + zeros(lengths, dtype=self.dtype)

    def _proper(self, x):
        """``x``, after a check at run time that it can be multiplied."""
        if not self._assert_proper_shapes:
            return x
        message = (
            "Dimensions are not compatible.  shape[-2] of argument to be the same as this operator"
        )
        check = assert_equal(shape(x)[-2], self.domain_dimension_tensor(), message=message)
        return with_dependencies([check], x)


class LinearOperatorIdentity(_OfSize):
    """Identity matrices.

    Args:
      num_rows: the number of rows, a number or an integer scalar.
      batch_shape: the batch axes; default: none.
      dtype: the type of the elements; default ``float32``.
      is_non_singular: True; the other hints too.
      is_self_adjoint: True.
      is_positive_definite: True.
      is_square: True.
      assert_proper_shapes: check shapes when the nodes run.
      name: the scope of the nodes.

    Raises:
      TypeError: ``num_rows`` or ``batch_shape`` are not integers.
      ValueError: they have a wrong rank or are negative, or a hint is wrong.
    """

    _is_identity = True

    def __init__(
        self,
        num_rows,
        batch_shape=None,
        dtype=None,
        is_non_singular=True,
        is_self_adjoint=True,
        is_positive_definite=True,
        is_square=True,
        assert_proper_shapes=False,
        name="LinearOperatorIdentity",
    ):
        self._assert_proper_shapes = assert_proper_shapes
        with name_scope(name):
            for hint, what in (
                (is_self_adjoint, "self adjoint"),
                (is_non_singular, "non-singular"),
                (is_positive_definite, "positive-definite"),
                (is_square, "square"),
            ):
                if not hint:
                    raise ValueError(f"An identity operator is always {what}.")
            super().__init__(
                dtype=dtype or dt.float32,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
            )
            self._num_rows, self._num_rows_static = self._size(num_rows, "num_rows")
            self._set_batch(batch_shape)

    def _shape(self):
        return self._static_shape(self._num_rows_static, self._num_rows_static)

    def _shape_tensor(self):
        return self._with_batch(stack((self._num_rows, self._num_rows), axis=0))

    def _assert_non_singular(self):
        return no_op("assert_non_singular")

    def _assert_positive_definite(self):
        return no_op("assert_positive_definite")

    def _assert_self_adjoint(self):
        return no_op("assert_self_adjoint")

    def _inverse_operator(self):
        return self

    def _cholesky_operator(self):
        batch = self.batch_shape.as_list() if self._batch is not None else None
        return LinearOperatorIdentity(self._num_rows, batch, self.dtype)

    def _times(self, right):
        return right

    def _solved(self, right):
        return right

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = adjoint_of(x) if adjoint_arg else x
        return self._stretched(self._proper(x))

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _determinant(self):
        return ones(self.batch_shape_tensor(), dtype=self.dtype)

    def _log_abs_determinant(self):
        return zeros(self.batch_shape_tensor(), dtype=self.dtype)

    def _trace(self):
        one = self._filled_batch(ones)
        n = self._smaller()
        if n is not None:
            return n * one
        return cast(reduce_min(self.shape_tensor()[-2:]), self.dtype) * one

    def _diag_part(self):
        return self._filled_diagonal(ones)

    def add_to_tensor(self, mat, name: str = "add_to_tensor"):
        """``to_dense() + mat``."""
        with self._scope(name):
            mat = convert_to_tensor(mat, name="mat")
            return matrix_set_diag(mat, 1 + matrix_diag_part(mat))


class LinearOperatorScaledIdentity(_OfSize):
    """Multiples of the identity matrix.

    Args:
      num_rows: the number of rows, a number or an integer scalar.
      multiplier: the factors, of shape ``[...]``.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: True if ``multiplier`` is real.
      is_positive_definite: a hint.
      is_square: True.
      assert_proper_shapes: check shapes when the nodes run.
      name: the scope of the nodes.

    Raises:
      TypeError: ``num_rows`` is no integer.
      ValueError: ``num_rows`` is negative or no scalar, or a hint is wrong.
    """

    def __init__(
        self,
        num_rows,
        multiplier,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        assert_proper_shapes=False,
        name="LinearOperatorScaledIdentity",
    ):
        self._assert_proper_shapes = assert_proper_shapes
        with name_scope(name, values=[multiplier, num_rows]):
            self._multiplier = to_tensor(multiplier, name="multiplier")
            if not self._multiplier.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError("A real diagonal operator is always self adjoint.")
                is_self_adjoint = True
            if not is_square:
                raise ValueError("A ScaledIdentity operator is always square.")
            super().__init__(
                dtype=self._multiplier.dtype.base_dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
            )
            self._num_rows, self._num_rows_static = self._size(num_rows, "num_rows")
            self._batch = None
            self._num_rows_cast = cast(self._num_rows, self.dtype)
            self._num_rows_cast_real = cast(self._num_rows, self.dtype.real_dtype)

    @property
    def multiplier(self):
        """The factors."""
        return self._multiplier

    def _shape(self):
        matrix = self._static_shape(self._num_rows_static, self._num_rows_static)
        return self.multiplier.shape.concatenate(matrix)

    def _shape_tensor(self):
        matrix = stack((self._num_rows, self._num_rows), axis=0)
        return concat((shape(self.multiplier), matrix), 0)

    def _assert_non_singular(self):
        return assert_positive(abs_(self.multiplier), message="LinearOperator was singular")

    def _assert_positive_definite(self):
        message = "LinearOperator was not positive definite."
        return assert_positive(real(self.multiplier), message=message)

    def _assert_self_adjoint(self):
        part = imag(self.multiplier)
        message = "LinearOperator was not self-adjoint"
        return assert_equal(zeros_like(part), part, message=message)

    def _factors(self, conjugate: bool):
        factors = expand_dims(expand_dims(self.multiplier, -1), -1)
        return conj(factors) if conjugate else factors

    def _adjoint_operator(self):
        return LinearOperatorScaledIdentity(self._num_rows, conj(self.multiplier), **hints_of(self))

    def _inverse_operator(self):
        hints = hints_of(self)
        return LinearOperatorScaledIdentity(self._num_rows, 1.0 / self.multiplier, **hints)

    def _cholesky_operator(self):
        return LinearOperatorScaledIdentity(
            self._num_rows, sqrt(self.multiplier), is_non_singular=True, is_self_adjoint=True,
            is_positive_definite=True,
        )  # fmt: skip

    def _times(self, right):
        hints = commuting_hints(self, right)
        if isinstance(right, LinearOperatorScaledIdentity):
            n = self.domain_dimension_tensor()
            product = self.multiplier * right.multiplier
            return LinearOperatorScaledIdentity(n, product, **hints)
        if isinstance(right, LinearOperatorDiag):
            return LinearOperatorDiag(right.diag * self.multiplier, **hints)
        return super()._times(right)

    def _solved(self, right):
        hints = commuting_hints(self, right)
        if isinstance(right, LinearOperatorScaledIdentity):
            n = self.domain_dimension_tensor()
            quotient = right.multiplier / self.multiplier
            return LinearOperatorScaledIdentity(n, quotient, **hints)
        if isinstance(right, LinearOperatorDiag):
            return LinearOperatorDiag(right.diag / self.multiplier, **hints)
        return super()._solved(right)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = adjoint_of(x) if adjoint_arg else x
        return self._proper(x) * self._factors(adjoint)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        return self._proper(rhs) / self._factors(adjoint)

    def _determinant(self):
        return self.multiplier**self._num_rows_cast

    def _log_abs_determinant(self):
        return self._num_rows_cast_real * log(abs_(self.multiplier))

    def _trace(self):
        one = self._filled_batch(ones)
        n = self._smaller()
        if n is not None:
            return self.multiplier * n * one
        return self.multiplier * cast(reduce_min(self.shape_tensor()[-2:]), self.dtype) * one

    def _diag_part(self):
        return self._filled_diagonal(ones) * self.multiplier[..., None]

    def add_to_tensor(self, mat, name: str = "add_to_tensor"):
        """``to_dense() + mat``."""
        with self._scope(name):
            factors = expand_dims(self.multiplier, -1)
            mat = convert_to_tensor(mat, name="mat")
            return matrix_set_diag(mat, factors + matrix_diag_part(mat))


class LinearOperatorZeros(_OfSize):
    """Matrices of zeros.

    Args:
      num_rows: the number of rows, a number or an integer scalar.
      num_columns: the number of columns; default: that of rows.
      batch_shape: the batch axes; default: none.
      dtype: the type of the elements; default ``float32``.
      is_non_singular: False; the other hints as they must be.
      is_self_adjoint: True if square.
      is_positive_definite: False.
      is_square: whether there are as many rows as columns.
      assert_proper_shapes: check shapes when the nodes run.
      name: the scope of the nodes.

    Raises:
      TypeError: a length is no integer.
      ValueError: a length is negative or no scalar, or a hint is wrong.
    """

    _is_zero = True

    def __init__(
        self,
        num_rows,
        num_columns=None,
        batch_shape=None,
        dtype=None,
        is_non_singular=False,
        is_self_adjoint=True,
        is_positive_definite=False,
        is_square=True,
        assert_proper_shapes=False,
        name="LinearOperatorZeros",
    ):
        self._assert_proper_shapes = assert_proper_shapes
        with name_scope(name):
            if not is_self_adjoint and is_square:
                raise ValueError("A zero operator is always self adjoint.")
            if is_non_singular:
                raise ValueError("A zero operator is always singular.")
            if is_positive_definite:
                raise ValueError("A zero operator is always not positive-definite.")
            super().__init__(
                dtype=dtype or dt.float32,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
            )
            self._num_rows, rows = self._size(num_rows, "num_rows")
            num_columns = num_rows if num_columns is None else num_columns
            self._num_columns, columns = self._size(num_columns, "num_columns")
            self._sizes = rows, columns
            if rows is not None and columns is not None and is_square and rows != columns:
                raise ValueError(
                    "LinearOperatorZeros initialized as is_square=True, but got "
                    f"num_rows({rows}) != num_columns({columns})"
                )
            self._set_batch(batch_shape)

    def _shape(self):
        return self._static_shape(*self._sizes)

    def _shape_tensor(self):
        return self._with_batch(stack((self._num_rows, self._num_columns), axis=0))

    def _assert_non_singular(self):
        message = "Zero operators are always non-invertible."
        raise errors.InvalidArgumentError(None, None, message)

    def _assert_positive_definite(self):
        message = "Zero operators are always non-positive definite."
        raise errors.InvalidArgumentError(None, None, message)

    def _assert_self_adjoint(self):
        return no_op("assert_self_adjoint")

    def _times(self, right):
        if not self.is_square or not right.is_square:
            raise ValueError(
                "Matmul with non-square `LinearOperator`s or non-square `LinearOperatorZeros` not "
                "supported at this time."
            )
        return self

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        if self._assert_proper_shapes:
            x = self._proper(adjoint_of(x) if adjoint_arg else x)
        if self.is_square:
            if adjoint_arg:
                lengths = concat([shape(x)[:-2], [shape(x)[-1], shape(x)[-2]]], axis=0)
            else:
                lengths = shape(x)
            return self._stretched(zeros(lengths, dtype=x.dtype))
        lengths = shape(x)
        rows = self._num_columns if adjoint else self._num_rows
        columns = lengths[-2] if adjoint_arg else lengths[-1]
        return self._stretched(zeros(concat([lengths[:-2], [rows, columns]], 0), dtype=x.dtype))

    def _determinant(self):
        return self._filled_batch(zeros)

    def _trace(self):
        return self._filled_batch(zeros)

    def _diag_part(self):
        return self._filled_diagonal(zeros)

    def add_to_tensor(self, mat, name: str = "add_to_tensor"):
        """``mat`` with this operator's batch axes."""
        return self._stretched(convert_to_tensor(mat))
