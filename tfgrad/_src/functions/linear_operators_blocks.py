"""Linear operators that are made of blocks: direct sums and Kronecker products."""

from typing import Any

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import group
from tfgrad._src.functions.cwise_unary import conj, sign
from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.join import concat, split, stack
from tfgrad._src.functions.linalg import adjoint as adjoint_of
from tfgrad._src.functions.linear_operator import LinearOperator
from tfgrad._src.functions.linear_operator_tools import (
    both_non_singular,
    broadcast_batches,
    combined_hint,
    common_batch,
    common_batch_tensor,
    hints_of,
    implied_hint,
    listed,
    product,
    total,
)
from tfgrad._src.functions.linear_operators_dense import LinearOperatorLowerTriangular
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    expand_dims,
    matrix_transpose,
    reshape,
    shape,
    squeeze,
)
from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import Dimension, TensorShape, dimension_value


class _OfBlocks(LinearOperator):
    """What direct sums and Kronecker products share: hints that hold if they hold for all."""

    def __init__(self, operators, hints: dict, what: str, joint: str, name):
        self._operators = operators = listed(operators)
        for hint, words in (
            ("is_non_singular", "non-singular"),
            ("is_self_adjoint", "self-adjoint"),
            ("is_positive_definite", "positive definite"),
        ):
            message = f"The {what} of {words} operators is always {words}."
            all_have_it = all(getattr(o, hint) for o in operators)
            hints[hint] = implied_hint(hints[hint], all_have_it, message)
        name = name or joint.join(o.name for o in operators)
        with name_scope(name):
            super().__init__(dtype=operators[0].dtype, name=name, **hints)

    @property
    def operators(self) -> list:
        """The operators."""
        return self._operators

    def _adjoint_operator(self):
        adjoints: Any = [o.adjoint() for o in self.operators]
        return type(self)(adjoints, **{**hints_of(self), "is_square": True})

    def _inverse_operator(self):
        inverses: Any = [o.inverse() for o in self.operators]
        return type(self)(inverses, **{**hints_of(self), "is_square": True})

    def _cholesky_operator(self):
        factors: Any = [o.cholesky() for o in self.operators]
        return type(self)(factors, is_non_singular=True, is_square=True)


class LinearOperatorBlockDiag(_OfBlocks):
    """Operators along a diagonal, with zeros beside them.

    A product with a list of tensors, one per block, is such a list.

    Args:
      operators: the blocks.
      is_non_singular: a hint; True if all blocks have it; the others too.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of the nodes; default: the names of the blocks with ``"_ds_"`` between.

    Raises:
      TypeError: the operators have different types.
      ValueError: there are none, or a hint is wrong.
    """

    def __init__(
        self,
        operators,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=True,
        name=None,
    ):
        hints = {
            "is_non_singular": is_non_singular, "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite, "is_square": is_square,
        }  # fmt: skip
        super().__init__(operators, hints, "direct sum", "_ds_", name)

    def _lengths(self, of_rows: bool) -> list:
        return [o.range_dimension if of_rows else o.domain_dimension for o in self.operators]

    def _length_tensors(self, of_rows: bool) -> list:
        return [
            o.range_dimension_tensor() if of_rows else o.domain_dimension_tensor()
            for o in self.operators
        ]

    def _shape(self):
        matrix = [sum(self._lengths(rows), Dimension(0)) for rows in (True, False)]
        return common_batch(self.operators).concatenate(matrix)

    def _shape_tensor(self):
        columns = sum(self._length_tensors(False))
        rows = sum(self._length_tensors(True))
        matrix = stack([rows, columns])
        return concat((common_batch_tensor(self.operators), matrix), 0)

    def _paired(self, right, method: str):
        operators = [
            getattr(a, method)(b) for a, b in zip(self.operators, right.operators, strict=True)
        ]
        return LinearOperatorBlockDiag(
            operators, is_non_singular=both_non_singular(self, right), is_square=True
        )

    def _times(self, right):
        if isinstance(right, LinearOperatorBlockDiag):
            return self._paired(right, "matmul")
        return super()._times(right)

    def _solved(self, right):
        if isinstance(right, LinearOperatorBlockDiag):
            return self._paired(right, "solve")
        return super()._solved(right)

    def _pair(self, x, adjoint, adjoint_arg, what):
        left, right = super()._pair(x, adjoint, adjoint_arg, what)
        if isinstance(right, LinearOperatorBlockDiag):
            if len(left.operators) != len(right.operators):
                verb = "multiply two" if what == "x" else "solve"
                plural = "s together" if what == "x" else ""
                raise ValueError(
                    f"Can not efficiently {verb} `LinearOperatorBlockDiag`{plural} when number of "
                    "blocks differ."
                )
            for a, b in zip(left.operators, right.operators, strict=True):
                a._pair(b, False, False, what)
        return left, right

    def _in_blocks(self, x, of_rows: bool, axis: int):
        """Converted blocks if ``x`` is a list of one tensor per block, else None."""
        if not isinstance(x, list | tuple) or len(x) != len(self.operators):
            return None
        if any(isinstance(v, list | tuple) for v in x):
            return None
        blocks = [convert_to_tensor(v) for v in x]
        lengths = self._lengths(of_rows)
        found = [v.shape[axis] for v in blocks]
        known = [dimension_value(d) for d in lengths]
        if not all(d.is_compatible_with(f) for d, f in zip(lengths, found, strict=True)):
            least = sum(d for d in known if d is not None)
            same = all(f == found[0] for f in found)
            if same and dimension_value(found[0]) is not None and found[0] >= least:
                return None
            raise ValueError("Input dimension does not match operator dimension.")
        for v in blocks:
            self._check_dtype(v)
        return blocks

    def _blockwise(self, method: str, x, adjoint, adjoint_arg, name, of_rows: bool, what: str):
        axis = -1 if adjoint_arg else -2
        with self._scope(name):
            blocks = self._in_blocks(x, of_rows, axis)
            parts = blocks
            if parts is None:
                x = self._argument(x, -2 if of_rows else -1, axis, name=what)
                sizes: Any = [dimension_value(d) for d in self._lengths(of_rows)]
                if None in sizes:
                    sizes = self._length_tensors(of_rows)
                parts = split(x, sizes, axis=axis)
            results = [
                getattr(o, method)(v, adjoint=adjoint, adjoint_arg=adjoint_arg)
                for o, v in zip(self.operators, parts, strict=True)
            ]
            if blocks is not None:
                return results
            return concat(broadcast_batches(results), axis=-2)

    def matmul(
        self, x, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Any:
        """The product with a matrix, a list of one matrix per block, or another operator."""
        if isinstance(x, LinearOperator):
            return super().matmul(x, adjoint, adjoint_arg, name)
        return self._blockwise("matmul", x, adjoint, adjoint_arg, name, adjoint, "x")

    def solve(
        self, rhs, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Any:
        """The solution for a matrix, a list of one matrix per block, or another operator."""
        if isinstance(rhs, LinearOperator):
            return super().solve(rhs, adjoint, adjoint_arg, name)
        self._must_be_solvable()
        return self._blockwise("solve", rhs, adjoint, adjoint_arg, name, not adjoint, "rhs")

    def _of_vectors(self, method: str, x, adjoint: bool, name: str, of_rows: bool, what: str):
        def column(v):
            return v[..., None] if method == "matmul" else expand_dims(v, axis=-1)

        with self._scope(name):
            blocks = self._in_blocks(x, of_rows, -1)
            if blocks is not None:
                columns = [column(v) for v in blocks]
                found = getattr(self, method)(columns, adjoint=adjoint)
                return [squeeze(v, axis=-1) for v in found]
            x = self._argument(x, -2 if of_rows else -1, -1, name=what)
            return squeeze(getattr(self, method)(column(x), adjoint=adjoint), axis=-1)

    def matvec(self, x, adjoint: bool = False, name: str = "matvec") -> Any:
        """The product with a vector, or a list of one vector per block."""
        return self._of_vectors("matmul", x, adjoint, name, adjoint, "x")

    def solvevec(self, rhs, adjoint: bool = False, name: str = "solve") -> Any:
        """The solution for a vector, or a list of one vector per block."""
        return self._of_vectors("solve", rhs, adjoint, name, not adjoint, "rhs")

    def _determinant(self):
        return product(o.determinant() for o in self.operators)

    def _log_abs_determinant(self):
        return total(o.log_abs_determinant() for o in self.operators)

    def _square_blocks(self, what: str) -> None:
        if any(o.is_square is False for o in self.operators):
            raise NotImplementedError(
                f"`{what}` not implemented for an operator whose blocks are not square."
            )

    def _diag_part(self):
        self._square_blocks("diag_part")
        columns = [o.diag_part()[..., None] for o in self.operators]
        return squeeze(concat(broadcast_batches(columns), axis=-2), axis=-1)

    def _trace(self):
        self._square_blocks("trace")
        return total(o.trace() for o in self.operators)

    def _to_dense(self):
        before: Any = 0
        rows = []
        for block in broadcast_batches([o.to_dense() for o in self.operators]):
            lengths = shape(block)[:-1]
            left = zeros(concat([lengths, [before]], axis=-1), dtype=block.dtype)
            before += shape(block)[-1]
            rest = self.domain_dimension_tensor() - before
            right = zeros(concat([lengths, [rest]], axis=-1), dtype=block.dtype)
            rows.append(concat([left, block, right], axis=-1))
        y = concat(rows, axis=-2)
        y.set_shape(self.shape)
        return y

    def _assert_non_singular(self):
        return group(*[o.assert_non_singular() for o in self.operators])

    def _assert_self_adjoint(self):
        return group(*[o.assert_self_adjoint() for o in self.operators])

    def _assert_positive_definite(self):
        return group(*[o.assert_positive_definite() for o in self.operators])


def _lengths(x: Tensor):
    """The shape as a list of numbers if it is known, else as a tensor."""
    return x.shape.as_list() if x.shape.is_fully_defined() else shape(x)


def _number(length: Tensor) -> Any:
    """A length as a number if it is known."""
    value = constant_value(length)
    return length if value is None else int(value)


def _joined(leading, last: list):
    """A shape from its start, as `_lengths` gives it, and its last lengths."""
    if isinstance(leading, list) and all(isinstance(d, int) for d in last):
        return leading + last
    return concat([leading, last], axis=0)


class LinearOperatorKronecker(_OfBlocks):
    """The Kronecker product: ``a[i, j] * b[k, l]`` in row ``(i, k)`` and column ``(j, l)``.

    Args:
      operators: the factors.
      is_non_singular: a hint; True if all factors have it; the others too.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of the nodes; default: the names of the factors with ``"_x_"`` between.

    Raises:
      TypeError: the operators have different types.
      ValueError: there are none, or a hint is wrong.
    """

    def __init__(
        self,
        operators,
        is_non_singular=None,
        is_self_adjoint=None,
        is_positive_definite=None,
        is_square=None,
        name=None,
    ):
        hints = {
            "is_non_singular": is_non_singular, "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite, "is_square": is_square,
        }  # fmt: skip
        super().__init__(operators, hints, "Kronecker product", "_x_", name)

    def _shape(self):
        columns = product(o.domain_dimension for o in self.operators)
        rows = product(o.range_dimension for o in self.operators)
        return common_batch(self.operators).concatenate([rows, columns])

    def _shape_tensor(self):
        columns = product(o.domain_dimension_tensor() for o in self.operators)
        rows = product(o.range_dimension_tensor() for o in self.operators)
        batch = self.operators[0].batch_shape_tensor()
        for o in self.operators[1:]:
            batch = broadcast_dynamic_shape(batch, o.batch_shape_tensor())
        return concat((batch, [rows, columns]), 0)

    def _applied(self, method: str, x, adjoint: bool, adjoint_arg: bool):
        """Each factor is applied to its own axis, the last one first.

        The columns of ``x`` lie in rows, whose last axis is split; applying a factor to the adjoint
        of that puts the axis in front.
        """
        y = conj(x) if adjoint_arg else matrix_transpose(x)
        for o in reversed(self.operators):
            n = _number(o.range_dimension_tensor() if adjoint else o.domain_dimension_tensor())
            lengths = _lengths(y)
            rest = lengths[-2] * lengths[-1] // n
            y = conj(reshape(y, _joined(lengths[:-2], [rest, n])))
            y = getattr(o, method)(y, adjoint=adjoint, adjoint_arg=True)
        lengths = _lengths(x)
        columns = lengths[-2 if adjoint_arg else -1]
        tensor = self.domain_dimension_tensor if adjoint else self.range_dimension_tensor
        rows = _number(tensor())
        y = reshape(y, _joined(_lengths(y)[:-2], [rows, columns]))
        if x.shape.is_fully_defined():
            dimension = self.domain_dimension if adjoint else self.range_dimension
            batch = broadcast_static_shape(x.shape[:-2], self.batch_shape)
            y.set_shape(batch.concatenate([dimension, columns]))
        return y

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._applied("matmul", x, adjoint, adjoint_arg)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._applied("solve", rhs, adjoint, adjoint_arg)

    def _power(self, operator, n):
        """How often a factor's determinant occurs."""
        return cast(n / operator.domain_dimension_tensor(), dtype=operator.dtype)

    def _determinant(self):
        n = self.domain_dimension_tensor()
        result: Any = 1.0
        for o in self.operators:
            result = result * o.determinant() ** self._power(o, n)
        return result

    def _log_abs_determinant(self):
        n = self.domain_dimension_tensor()
        result: Any = 0.0
        for o in self.operators:
            result += o.log_abs_determinant() * self._power(o, n)
        return result

    def _trace(self):
        result: Any = 1.0
        for o in self.operators:
            result = result * o.trace()
        return result

    def _diag_part(self):
        y = self.operators[0].diag_part()
        for o in self.operators[1:]:
            y = y[..., :, None] * o.diag_part()[..., None, :]
            y = reshape(y, concat([shape(y)[:-2], [-1]], axis=0))
        dims = [dimension_value(d) for d in (self.range_dimension, self.domain_dimension)]
        y.set_shape(self.batch_shape.concatenate([None if None in dims else min(dims)]))
        return y

    def _to_dense(self):
        y = self.operators[0].to_dense()
        for o in self.operators[1:]:
            y = y[..., :, None, :, None] * o.to_dense()[..., None, :, None, :]
            lengths = _lengths(y)
            pair = [lengths[-4] * lengths[-3], lengths[-2] * lengths[-1]]
            y = reshape(y, _joined(lengths[:-4], pair))
        y.set_shape(self.shape)
        return y

    def _of_square_factors(self, checks: str):
        if all(o.is_square for o in self.operators):
            return group(*[getattr(o, checks)() for o in self.operators])
        raise errors.InvalidArgumentError(
            None,
            None,
            "All Kronecker factors must be square for the product to be invertible. Expected hint "
            "`is_square` to be True for every operator in argument `operators`.",
        )

    def _assert_non_singular(self):
        return self._of_square_factors("assert_non_singular")

    def _assert_self_adjoint(self):
        return self._of_square_factors("assert_self_adjoint")
