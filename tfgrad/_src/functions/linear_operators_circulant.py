"""Linear operators that are diagonal after a Fourier transform: circulant and block circulant."""

from typing import Any

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.checks import assert_less, assert_positive
from tfgrad._src.functions.checks_static import assert_integer
from tfgrad._src.functions.cwise_unary import abs as abs_
from tfgrad._src.functions.cwise_unary import complex as complex_
from tfgrad._src.functions.cwise_unary import conj, imag, log, real
from tfgrad._src.functions.fft import fft, fft2d, fft3d, ifft, ifft2d, ifft3d
from tfgrad._src.functions.fill import ones, zeros_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.linalg import adjoint as adjoint_of
from tfgrad._src.functions.linear_operator import LinearOperator
from tfgrad._src.functions.linear_operator_tools import (
    assert_none_zero,
    assert_real,
    broadcast_batches,
    commuting_hints,
    hints_of,
    shape_tensor,
    to_tensor,
)
from tfgrad._src.functions.reduce import reduce_prod, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import rank, reshape, shape, transpose
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor

_TRANSFORMS = {1: (fft, ifft), 2: (fft2d, ifft2d), 3: (fft3d, ifft3d)}


def _to_complex(x) -> Tensor:
    if x.dtype.is_complex:
        return x
    return cast(x, dt.complex128 if x.dtype.base_dtype == dt.float64 else dt.complex64)


def _rotated(x: Tensor, forward: bool) -> Tensor:
    """``x`` with its last axis first, or its first axis last."""
    with name_scope("rotate_transpose", values=[x]):
        x = convert_to_tensor(x, name="x")
        shift = 1 if forward else -1
        assert_integer(convert_to_tensor(shift, name="shift"))  # nodes that TensorFlow makes
        if x.dims is not None:
            return transpose(x, perm=np.roll(np.arange(len(x.dims)), shift))
        n = rank(x)
        cut = n - 1 if forward else 1
        return transpose(x, concat([range_(cut, n), range_(0, cut)], axis=0))


class _Circulant(LinearOperator):
    """What circulant operators of all depths share."""

    _depth = 1

    def __init__(
        self,
        spectrum,
        input_output_dtype=dt.complex64,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        name="LinearOperatorCirculant",
    ):
        with name_scope(name, values=[spectrum]):
            self._spectrum = to_tensor(spectrum, name="spectrum")
            ndims = self._spectrum.shape.ndims
            if ndims is not None and ndims < self._depth:
                raise ValueError(
                    f"Argument `spectrum` must have at least {self._depth} dimensions. Received: "
                    f"{self._spectrum}."
                )
            if not self._spectrum.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError(
                        "A real spectrum always corresponds to a self-adjoint operator. Expected "
                        "argument `is_self_adjoint` to be True when `spectrum.dtype.is_complex` = "
                        f"True. Received: {is_self_adjoint}."
                    )
                is_self_adjoint = True
            if is_square is False:
                raise ValueError(
                    "A [[nested] block] circulant operator is always square. Expected argument "
                    f"`is_square` to be True. Received: {is_square}."
                )
            super().__init__(
                dtype=input_output_dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=True,
                name=name,
            )

    @property
    def spectrum(self):
        """The eigenvalues, in blocks."""
        return self._spectrum

    @property
    def block_depth(self) -> int:
        """How many axes a block has."""
        return self._depth

    @property
    def block_shape(self) -> Any:
        """The static shape of a block."""
        return self._spectrum.shape[-self._depth :]

    def block_shape_tensor(self) -> Tensor:
        """The shape of a block as an ``int32`` tensor."""
        return self._block_shape_tensor()

    def _block_shape_tensor(self, lengths=None):
        if self.block_shape.is_fully_defined():
            return shape_tensor(self.block_shape.as_list(), name="block_shape")
        return (shape(self._spectrum) if lengths is None else lengths)[-self._depth :]

    def convolution_kernel(self, name: str = "convolution_kernel") -> Tensor:
        """The first columns, in blocks: the inverse transform of the spectrum."""
        with self._scope(name):
            return cast(_TRANSFORMS[self._depth][1](_to_complex(self._spectrum)), self.dtype)

    def assert_hermitian_spectrum(self, name: str = "assert_hermitian_spectrum"):
        """An operation that fails when it runs if the matrices are not real."""
        with self._scope(name):
            eps = np.finfo(self.dtype.real_dtype.np).eps
            limit = eps * cast(self.domain_dimension_tensor(), self.dtype.real_dtype)
            part = abs_(imag(self.convolution_kernel()))
            return assert_less(part, limit, message="Spectrum was not Hermitian")

    def _shape(self):
        s = self._spectrum.shape
        batch, block = s[: -self._depth], s[-self._depth :]
        n = block.num_elements() if block.ndims is not None else None
        return batch.concatenate([n, n])

    def _shape_tensor(self, spectrum=None):
        lengths = shape(self._spectrum if spectrum is None else spectrum)
        batch, block = lengths[: -self._depth], lengths[-self._depth :]
        n = reduce_prod(block)
        return concat((batch, [n, n]), 0)

    def _assert_non_singular(self):
        message = "Singular operator:  Spectrum contained zero values."
        return assert_none_zero(self._spectrum, message=message)

    def _assert_positive_definite(self):
        message = "Not positive definite:  Real part of spectrum was not all positive."
        return assert_positive(real(self._spectrum), message=message)

    def _assert_self_adjoint(self):
        message = "Not self-adjoint:  The spectrum contained non-zero imaginary part."
        return assert_real(self._spectrum, message=message)

    def _made(self, spectrum, hints: dict):
        return type(self)(spectrum, self.dtype, **hints)

    def _adjoint_operator(self):
        return self._made(conj(self._spectrum), hints_of(self))

    def _inverse_operator(self):
        return self._made(1.0 / self._spectrum, hints_of(self))

    def _times(self, right):
        if type(right) is not type(self):
            return super()._times(right)
        return self._made(self._spectrum * right.spectrum, commuting_hints(self, right))

    def _solved(self, right):
        if type(right) is not type(self):
            return super()._solved(right)
        return self._made(right.spectrum / self._spectrum, commuting_hints(self, right))

    # ------------------------------------------------------------------ transforms

    def _with_batches(self, x, spectrum) -> tuple:
        spectrum = convert_to_tensor(spectrum, name="spectrum")
        batch = self._batch_shape_tensor(self._shape_tensor(spectrum=spectrum))
        columns = reshape(spectrum, concat((batch, [-1, 1]), axis=0))
        x, columns = broadcast_batches((x, columns))
        batch, lengths = shape(x)[:-2], shape(spectrum)
        block = self._block_shape_tensor(lengths)
        return x, reshape(columns, concat((batch, block), axis=0))

    def _in_blocks(self, x):
        """The columns of matrices, each in the form of a block."""
        x = _rotated(x, forward=True)
        if x.shape.is_fully_defined() and self.block_shape.is_fully_defined():
            return reshape(x, x.shape.as_list()[:-1] + self.block_shape.as_list())
        return reshape(x, concat((shape(x)[:-1], self.block_shape_tensor()), 0))

    def _from_blocks(self, x):
        """The inverse of `_in_blocks`."""
        if x.shape.is_fully_defined():
            lengths = x.shape.as_list()
            count = int(np.prod(lengths[-self._depth :]))
            x = reshape(x, [*lengths[: -self._depth], count])
        else:
            lengths = shape(x)
            leading, block = lengths[: -self._depth], lengths[-self._depth :]
            x = reshape(x, concat((leading, [reduce_prod(block)]), 0))
        return _rotated(x, forward=False)

    def _filtered(self, x, adjoint: bool, adjoint_arg: bool, invert: bool):
        forward, backward = _TRANSFORMS[self._depth]
        x = adjoint_of(x) if adjoint_arg else x
        spectrum = _to_complex(self._spectrum)
        spectrum = conj(spectrum) if adjoint else spectrum
        x = cast(x, spectrum.dtype)
        x, spectrum = self._with_batches(x, spectrum)
        z = forward(_to_complex(self._in_blocks(x)))
        y = backward(_to_complex(z / spectrum if invert else spectrum * z))
        return cast(self._from_blocks(y), self.dtype)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._filtered(x, adjoint, adjoint_arg, invert=False)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._filtered(rhs, adjoint, adjoint_arg, invert=True)

    # ------------------------------------------------------------------ numbers

    def _last_axes(self) -> list[int]:
        return [-(i + 1) for i in range(self._depth)]

    def _determinant(self):
        return cast(reduce_prod(self._spectrum, axis=self._last_axes()), self.dtype)

    def _log_abs_determinant(self):
        return cast(reduce_sum(log(abs_(self._spectrum)), axis=self._last_axes()), self.dtype)

    def _diag_part(self):
        if self.shape.is_fully_defined():
            lengths, n = self.shape.as_list()[:-1], self.domain_dimension.value
        else:
            lengths, n = self.shape_tensor()[:-1], self.domain_dimension_tensor()
        one = ones(lengths, dtype=self.dtype)
        value = self.trace() / cast(n, self.dtype)
        return value[..., None] * one

    def _trace(self):
        s = self._spectrum.shape
        if s.is_fully_defined():
            axes = np.arange(s.ndims - self._depth, s.ndims, dtype=np.int32)
        else:
            n = rank(self._spectrum)
            axes = range_(n - self._depth, n)
        of_real = reduce_sum(real(self._spectrum), axis=axes)
        if not self.dtype.is_complex:
            return cast(of_real, self.dtype)
        if self.is_self_adjoint:
            return cast(complex_(of_real, zeros_like(of_real)), self.dtype)
        of_imaginary = reduce_sum(imag(self._spectrum), axis=axes)
        return cast(complex_(of_real, of_imaginary), self.dtype)


class LinearOperatorCirculant(_Circulant):
    """Circulant matrices: every column is the one before it, turned one place down.

    ``a @ x = ifft(spectrum * fft(x))``

    Args:
      spectrum: the eigenvalues, the transform of the first column, of shape ``[..., n]``.
      input_output_dtype: the type of what is multiplied.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: True if ``spectrum`` is real.
      is_positive_definite: a hint.
      is_square: True.
      name: the scope of the nodes.

    Raises:
      ValueError: ``spectrum`` has too few dimensions, or a hint is wrong.
    """

    def __init__(
        self,
        spectrum,
        input_output_dtype=dt.complex64,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        name="LinearOperatorCirculant",
    ):
        super().__init__(
            spectrum, input_output_dtype, is_non_singular, is_self_adjoint, is_positive_definite,
            is_square, name,
        )  # fmt: skip


class LinearOperatorCirculant2D(_Circulant):
    """Block circulant matrices with circulant blocks; see `tf.linalg.LinearOperatorCirculant`.

    Args:
      spectrum: of shape ``[..., n1, n2]``; the matrices have ``n1 * n2`` rows.
      input_output_dtype: the type of what is multiplied.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: True if ``spectrum`` is real.
      is_positive_definite: a hint.
      is_square: True.
      name: the scope of the nodes.
    """

    _depth = 2

    def __init__(
        self,
        spectrum,
        input_output_dtype=dt.complex64,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        name="LinearOperatorCirculant2D",
    ):
        super().__init__(
            spectrum, input_output_dtype, is_non_singular, is_self_adjoint, is_positive_definite,
            is_square, name,
        )  # fmt: skip


class LinearOperatorCirculant3D(_Circulant):
    """Nested block circulant matrices; see `tf.linalg.LinearOperatorCirculant`.

    Args:
      spectrum: of shape ``[..., n1, n2, n3]``; the matrices have ``n1 * n2 * n3`` rows.
      input_output_dtype: the type of what is multiplied.
      is_non_singular: see `tf.linalg.LinearOperator`; the other hints too.
      is_self_adjoint: True if ``spectrum`` is real.
      is_positive_definite: a hint.
      is_square: True.
      name: the scope of the nodes.
    """

    _depth = 3

    def __init__(
        self,
        spectrum,
        input_output_dtype=dt.complex64,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        name="LinearOperatorCirculant3D",
    ):
        super().__init__(
            spectrum, input_output_dtype, is_non_singular, is_self_adjoint, is_positive_definite,
            is_square, name,
        )  # fmt: skip
