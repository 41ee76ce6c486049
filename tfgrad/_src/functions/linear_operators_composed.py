"""Linear operators that are made of others: adjoints, inverses, products."""

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
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import Dimension, TensorShape, dimension_value

# ---------------------------------------------------------------------- of one operator


class _OfOne(LinearOperator):
    """An operator that has a hint if and only if another one has it."""

    def __init__(self, operator, hints: dict, what: str, name: str):
        self._operator = operator
        for hint, words in (
            ("is_square", "square"),
            ("is_non_singular", "non-singular"),
            ("is_self_adjoint", "self-adjoint"),
            ("is_positive_definite", "positive-definite"),
        ):
            message = f"An operator is {words} if and only if its {what} is {words}."
            hints[hint] = combined_hint(operator, hint, hints[hint], message)
        with name_scope(name):
            super().__init__(dtype=operator.dtype, name=name, **hints)

    @property
    def operator(self) -> LinearOperator:
        """The operator that this one is made of."""
        return self._operator

    def _assert_non_singular(self):
        return self.operator.assert_non_singular()

    def _assert_positive_definite(self):
        return self.operator.assert_positive_definite()

    def _assert_self_adjoint(self):
        return self.operator.assert_self_adjoint()


class LinearOperatorAdjoint(_OfOne):
    """The adjoint of an operator.

    Args:
      operator: a `tf.linalg.LinearOperator`.
      is_non_singular: a hint; default: that of ``operator``; the others too.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of the nodes; default: that of ``operator`` and ``"_adjoint"``.

    Raises:
      ValueError: a hint contradicts that of ``operator``.
    """

    def __init__(
        self,
        operator,
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
        super().__init__(operator, hints, "adjoint", name or f"{operator.name}_adjoint")

    def _adjoint_operator(self):
        return self.operator

    def _shape(self):
        s = self.operator.shape
        return s[:-2].concatenate([s[-1], s[-2]])

    def _shape_tensor(self):
        s = self.operator.shape_tensor()
        return concat([s[:-2], [s[-1], s[-2]]], axis=-1)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self.operator.matmul(x, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _matvec(self, x, adjoint=False):
        return self.operator.matvec(x, adjoint=not adjoint)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self.operator.solve(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _solvevec(self, rhs, adjoint=False):
        return self.operator.solvevec(rhs, adjoint=not adjoint)

    def _determinant(self):
        found = self.operator.determinant()
        return found if self.is_self_adjoint else conj(found)

    def _log_abs_determinant(self):
        return self.operator.log_abs_determinant()

    def _trace(self):
        found = self.operator.trace()
        return found if self.is_self_adjoint else conj(found)

    def _to_dense(self):
        found = self.operator.to_dense()
        return found if self.is_self_adjoint else adjoint_of(found)


class LinearOperatorInversion(_OfOne):
    """The inverse of an operator.

    Args:
      operator: a `tf.linalg.LinearOperator`.
      is_non_singular: a hint; default: that of ``operator``; the others too.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of the nodes; default: that of ``operator`` and ``"_inv"``.

    Raises:
      ValueError: the operator is singular or not square, or a hint contradicts its own.
    """

    def __init__(
        self,
        operator,
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
        for hint in ("is_non_singular", "is_square"):
            if getattr(operator, hint) is False or hints[hint] is False:
                raise ValueError(
                    f"Argument `{hint}` or argument `operator` must have supplied hint `{hint}` "
                    f"equal to `True` or `None`. Found `operator.{hint}`: "
                    f"{getattr(operator, hint)}, `{hint}`: {hints[hint]}."
                )
        super().__init__(operator, hints, "inverse", name or f"{operator.name}_inv")

    def _inverse_operator(self):
        return self.operator

    def _solved(self, right):
        return self.operator.matmul(right)

    def _shape(self):
        return self.operator.shape

    def _shape_tensor(self):
        return self.operator.shape_tensor()

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self.operator.solve(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self.operator.matmul(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _determinant(self):
        return 1.0 / self.operator.determinant()

    def _log_abs_determinant(self):
        return -1.0 * self.operator.log_abs_determinant()


# ---------------------------------------------------------------------- of several operators


# ---------------------------------------------------------------------- of several operators


def _is_adjoint_pair(a, b) -> bool:
    if a is b and a.is_self_adjoint is not None:
        return a.is_self_adjoint
    return a.H is b or b.H is a


def _is_times_its_adjoint(operators) -> bool:
    """Whether the product is that of some operator and its adjoint."""
    if len(operators) % 2:
        return False
    half = len(operators) // 2
    return all(_is_adjoint_pair(operators[i], operators[-1 - i]) for i in range(half))


class LinearOperatorComposition(LinearOperator):
    """The product of operators, the last one being applied first.

    Args:
      operators: a list of operators whose dimensions fit.
      is_non_singular: a hint; True if all operators have it.
      is_self_adjoint: a hint; True for an operator times its adjoint.
      is_positive_definite: a hint; the same, if there is an inverse.
      is_square: a hint.
      name: the scope of the nodes; default: the names of the operators with ``"_o_"`` between.

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
        self._operators = operators = listed(operators)
        is_non_singular = implied_hint(
            is_non_singular, all(o.is_non_singular for o in operators),
            "The composition of non-singular operators is always non-singular.",
        )  # fmt: skip
        is_pair = _is_times_its_adjoint(operators)
        is_self_adjoint = implied_hint(
            is_self_adjoint, is_pair or (len(operators) == 1 and operators[0].is_self_adjoint),
            "The composition was determined to be self-adjoint but user provided incorrect "
            "`False` hint.",
        )  # fmt: skip
        is_square = implied_hint(
            is_square, is_pair,
            "The composition was determined have the form A @ A.H, hence it must be square. The "
            "user provided an incorrect `False` hint.",
        )  # fmt: skip
        is_positive_definite = implied_hint(
            is_positive_definite, is_pair and bool(is_non_singular),
            "The composition was determined to be non-singular and have the form A @ A.H, hence it "
            "must be positive-definite. The user provided an incorrect `False` hint.",
        )  # fmt: skip
        name = name or "_o_".join(o.name for o in operators)
        with name_scope(name):
            super().__init__(
                dtype=operators[0].dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                name=name,
            )

    @property
    def operators(self) -> list:
        """The operators."""
        return self._operators

    def _shape(self):
        columns = self.operators[0].domain_dimension
        for o in self.operators[1:]:
            columns.assert_is_compatible_with(o.range_dimension)
            columns = o.domain_dimension
        return common_batch(self.operators).concatenate(
            [self.operators[0].range_dimension, columns]
        )

    def _shape_tensor(self):
        matrix = stack(
            [
                self.operators[0].range_dimension_tensor(),
                self.operators[-1].domain_dimension_tensor(),
            ]
        )
        return concat((common_batch_tensor(self.operators), matrix), 0)

    def _cholesky_operator(self):
        left = self.operators[0]
        is_own = len(self.operators) == 2 and _is_times_its_adjoint(self.operators)
        if not (is_own and isinstance(left, LinearOperatorLowerTriangular)):
            return super()._cholesky_operator()
        if left.is_positive_definite:
            return left
        signs = expand_dims(sign(left.diag_part()), axis=-2)
        return LinearOperatorLowerTriangular(
            left.tril / signs, is_non_singular=left.is_non_singular,
            is_self_adjoint=left.is_self_adjoint, is_square=True,
        )  # fmt: skip

    def _applied(self, method: str, x, adjoint: bool, adjoint_arg: bool, from_first: bool):
        first, *rest = self.operators if from_first else reversed(self.operators)
        x = getattr(first, method)(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for o in rest:
            x = getattr(o, method)(x, adjoint=adjoint)
        return x

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._applied("matmul", x, adjoint, adjoint_arg, from_first=adjoint)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._applied("solve", rhs, adjoint, adjoint_arg, from_first=not adjoint)

    def _determinant(self):
        return product(o.determinant() for o in self.operators)

    def _log_abs_determinant(self):
        return total(o.log_abs_determinant() for o in self.operators)

    def _assert_non_singular(self):
        if all(o.is_square for o in self.operators):
            return group(*[o.assert_non_singular() for o in self.operators])
        return super()._assert_non_singular()
