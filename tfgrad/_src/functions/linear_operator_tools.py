"""What linear operators share: their hints, and functions of batches of matrices."""

import numpy as np

from tfgrad._src.functions.checks import assert_equal, assert_less
from tfgrad._src.functions.control import no_op
from tfgrad._src.functions.cwise_unary import abs as abs_
from tfgrad._src.functions.cwise_unary import imag
from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.linalg_solve import matrix_solve
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    broadcast_to,
    matrix_transpose,
    reshape,
    shape,
    transpose,
)
from tfgrad._src.functions.variables import Variable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape, dimension_value

HINTS = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")

# ---------------------------------------------------------------------- hints


def hints_of(operator) -> dict:
    """All hints of an operator, by name."""
    return {name: getattr(operator, name) for name in HINTS}


def both_non_singular(a, b) -> bool | None:
    """The hint for a product."""
    if a.is_non_singular is False or b.is_non_singular is False:
        return False
    return a.is_non_singular and b.is_non_singular


def commuting_hints(a, b) -> dict:
    """The hints for the product of two operators that commute."""
    self_adjoint: bool | None = None
    if a.is_self_adjoint and b.is_self_adjoint:
        self_adjoint = True
    elif {a.is_self_adjoint, b.is_self_adjoint} == {True, False}:
        self_adjoint = False
    positive = all(o.is_positive_definite and o.is_self_adjoint for o in (a, b)) or None
    return {
        "is_non_singular": both_non_singular(a, b),
        "is_self_adjoint": self_adjoint,
        "is_positive_definite": positive,
        "is_square": True,
    }


def product_hints(a, b) -> dict:
    """The hints for the product of any two operators."""
    square = None
    if a.is_square and b.is_square:
        square = True
    elif a.is_square is False and b.is_square is False:
        square = a.range_dimension == b.domain_dimension
    elif a.is_square is not None and b.is_square is not None:
        square = False
    if square is False:
        return dict.fromkeys(HINTS, False)
    hints = dict.fromkeys(HINTS, None)
    return {**hints, "is_square": square, "is_non_singular": square and both_non_singular(a, b)}


def combined_hint(operator, name: str, given: bool | None, message: str) -> bool | None:
    """The hint of an operator that has it if and only if ``operator`` has it."""
    hint = getattr(operator, name)
    if (hint is False and given) or (hint and given is False):
        raise ValueError(message)
    if hint or given:
        return True
    return False if hint is False or given is False else None


# ---------------------------------------------------------------------- tensors


def to_tensor(value, name: str):
    """``value`` as a tensor; a variable stays one."""
    return value if isinstance(value, Variable) else convert_to_tensor(value, name=name)


def shape_tensor(value, name: str | None = None) -> Tensor:
    """A list of lengths, or one length, as a tensor of whole numbers."""
    is_empty = isinstance(value, tuple | list) and not value
    return convert_to_tensor(value, dtype=dt.int32 if is_empty else None, name=name)


def assert_none_zero(x, message: str):
    """Checks when it runs that no element is zero."""
    with name_scope("assert_no_entries_with_modulus_zero", values=[x]):
        x = convert_to_tensor(x, name="x")
        length = abs_(x)
        zero = convert_to_tensor(0, dtype=x.dtype.base_dtype.real_dtype)
        return assert_less(zero, length, message=message)


def assert_real(x, message: str):
    """Checks when it runs that no element has an imaginary part."""
    with name_scope("assert_zero_imag_part", values=[x]):
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_floating:
            return no_op()
        zero = convert_to_tensor(0, dtype=x.dtype.base_dtype.real_dtype)
        return assert_equal(zero, imag(x), message=message)


def broadcast_batches(matrices, name: str | None = None) -> list[Tensor]:
    """The matrices with the batch axes that all stretch to."""
    with name_scope(name or "broadcast_matrix_batch_dims", values=matrices):
        matrices = [convert_to_tensor(m) for m in matrices]
        for m in matrices:
            if m.dims is not None and len(m.dims) < 2:
                raise ValueError(
                    f"Expected [batch] matrix to have at least two dimensions. Found: {m}."
                )
        if len(matrices) < 2:
            return matrices
        batch = matrices[0].shape[:-2]
        for m in matrices[1:]:
            batch = broadcast_static_shape(batch, m.shape[:-2])
        if batch.is_fully_defined():
            for i, m in enumerate(matrices):
                if m.shape[:-2] != batch:
                    lengths = concat([batch.as_list(), shape(m)[-2:]], axis=0)
                    matrices[i] = broadcast_to(m, lengths)
            return matrices
        lengths = shape(matrices[0])[:-2]
        for m in matrices[1:]:
            lengths = broadcast_dynamic_shape(lengths, shape(m)[:-2])
        return [broadcast_to(m, concat([lengths, shape(m)[-2:]], axis=0)) for m in matrices]


def solve_with_broadcast(matrix, rhs, adjoint: bool = False) -> Tensor:
    """`tf.matrix_solve` with batches that stretch."""
    with name_scope(None, "MatrixSolveWithBroadcast", [matrix, rhs]):
        matrix = convert_to_tensor(matrix, name="matrix")
        rhs = convert_to_tensor(rhs, name="rhs", dtype=matrix.dtype)
        found = _as_columns(matrix, rhs, adjoint)
        if found is None:
            matrix, rhs = broadcast_batches([matrix, rhs])
            return matrix_solve(matrix, rhs, adjoint=adjoint)
        matrix, rhs, back = found
        matrix, rhs = broadcast_batches([matrix, rhs])
        return back(matrix_solve(matrix, rhs, adjoint=False))


def _as_columns(a: Tensor, b: Tensor, adjoint: bool):
    """Right sides with more batch axes than ``a`` as further columns, where that saves work.

    Returns:
      None, or ``a`` to be solved as it is, the right sides, and a function that undoes it.
    """
    if a.dims is None or b.dims is None or len(a.dims) >= len(b.dims):
        return None
    extra = len(b.dims) - len(a.dims)
    shape(b)[:extra]  # nodes that TensorFlow makes and does not use
    shape(b)[extra:]
    n, columns = a.dims[-2 if adjoint else -1], b.dims[-1]
    count = None if None in b.dims[:extra] else int(np.prod(b.dims[:extra]))
    if n is not None and columns is not None and count is not None and (count < 2 or n <= columns):
        return None
    if adjoint:
        a = matrix_transpose(a, conjugate=True)
    extra_lengths, main_lengths = shape(b)[:extra], shape(b)[extra:]
    perm = np.concatenate((np.arange(extra, len(b.dims)), np.arange(extra)))
    at_end = transpose(b, perm=perm)
    squashed = reshape(at_end, concat((main_lengths[:-1], [-1]), 0))

    def back(y: Tensor) -> Tensor:
        lengths = concat((shape(y)[:-1], [main_lengths[-1]], extra_lengths), 0)
        return transpose(reshape(y, lengths), perm=np.argsort(perm))

    return a, squashed, back


def static_or_tensor(dimension, tensor):
    """A length as a number if it is known, else what ``tensor()`` gives."""
    value = dimension_value(dimension)
    return tensor() if value is None else value


# ---------------------------------------------------------------------- several operators


def listed(operators) -> list:
    """The operators, which must be at least one and of one type."""
    operators = list(operators)
    if not operators:
        raise ValueError(f"Expected a non-empty list of operators. Found: {operators}")
    if any(o.dtype != operators[0].dtype for o in operators):
        found = "   ".join(str((o.name, o.dtype)) for o in operators)
        raise TypeError(f"Expected all operators to have the same dtype.  Found {found}")
    return operators


def implied_hint(hint, implied: bool, message: str):
    """A hint that may follow from the operators."""
    if implied and hint is False:
        raise ValueError(message)
    return True if implied else hint


def product(values):
    """``values[0] * values[1] * ...``."""
    result, *rest = values
    for v in rest:
        result *= v
    return result


def total(values):
    """``values[0] + values[1] + ...``."""
    result, *rest = values
    for v in rest:
        result += v
    return result


def common_batch(operators) -> TensorShape:
    """The static batch shape that all stretch to."""
    batch = operators[0].batch_shape
    for o in operators[1:]:
        batch = broadcast_static_shape(batch, o.batch_shape)
    return batch


def common_batch_tensor(operators) -> Tensor:
    """The common batch shape, by adding zeros of all of them."""
    total = zeros(shape=operators[0].batch_shape_tensor())
    for o in operators[1:]:
        total += zeros(shape=o.batch_shape_tensor())
    return shape(total)
