"""Penalties on weights (`tf.contrib.layers`): functions from a tensor to a scalar, or to None."""

import numbers
from collections.abc import Callable

from tfgrad._src.functions.cwise_binary import add_n
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.graph import get_default_graph
from tfgrad._src.graph.node import Tensor


def _check_scale(name: str, scale) -> None:
    if isinstance(scale, numbers.Integral):
        raise ValueError(f"{name} cannot be an integer: {scale}")
    if isinstance(scale, numbers.Real) and scale < 0.0:
        raise ValueError(f"Setting a scale less than 0 on a regularizer: {scale:g}")


def _is_zero(scale) -> bool:
    return isinstance(scale, numbers.Real) and scale == 0.0


def _scaled(scale, scope, default: str, penalty: Callable[[Tensor], Tensor]) -> Callable:
    def regularizer(weights, name=None):
        with name_scope(scope, default, [weights]) as full:
            factor = convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return add_op("Mul", factor, penalty(weights), name=full)

    return regularizer


def l1_regularizer(scale, scope: str | None = None) -> Callable:
    """The penalty ``scale * sum(abs(w))``.

    Args:
      scale: a float, not a whole number; or a scalar tensor.
      scope: the name scope of the nodes; default ``"l1_regularizer"``.

    Returns:
      A function from a tensor to a scalar; to None if ``scale`` is 0.0.

    Raises:
      ValueError: ``scale`` is a whole number or negative.
    """
    _check_scale("scale", scale)
    if _is_zero(scale):
        return lambda _: None
    return _scaled(scale, scope, "l1_regularizer", lambda w: reduce_sum(add_op("Abs", w)))


def l2_regularizer(scale, scope: str | None = None) -> Callable:
    """The penalty ``scale * sum(w**2) / 2``.

    Args:
      scale: a float, not a whole number; or a scalar tensor.
      scope: the name scope of the nodes; default ``"l2_regularizer"``.

    Returns:
      A function from a tensor to a scalar; to None if ``scale`` is 0.0.

    Raises:
      ValueError: ``scale`` is a whole number or negative.
    """
    _check_scale("scale", scale)
    if _is_zero(scale):
        return lambda _: None
    return _scaled(scale, scope, "l2_regularizer", lambda w: add_op("L2Loss", w))


def l1_l2_regularizer(scale_l1=1.0, scale_l2=1.0, scope: str | None = None) -> Callable | None:
    """The penalty ``scale_l1 * sum(abs(w)) + scale_l2 * sum(w**2) / 2``.

    Args:
      scale_l1: a float, not a whole number.
      scale_l2: a float, not a whole number.
      scope: the name scope of the nodes; default ``"l1_l2_regularizer"``.

    Returns:
      A function from a tensor to a scalar.

    Raises:
      ValueError: a scale is a whole number or negative.
    """
    _check_scale("scale_l1", scale_l1)
    _check_scale("scale_l2", scale_l2)
    scope = scope or "l1_l2_regularizer"
    if _is_zero(scale_l1):
        return l2_regularizer(scale_l2, scope)
    if _is_zero(scale_l2):
        return l1_regularizer(scale_l1, scope)
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope=scope)


def sum_regularizer(regularizer_list, scope: str | None = None) -> Callable | None:
    """The sum of several penalties.

    Args:
      regularizer_list: functions as the others here return; None is left out.
      scope: the name scope of the nodes; default ``"sum_regularizer"``.

    Returns:
      A function from a tensor to a scalar; None if the list is empty.
    """
    regularizers = [r for r in regularizer_list if r is not None]
    if not regularizers:
        return None

    def regularizer(weights):
        with name_scope(scope, "sum_regularizer", [weights]) as full:
            penalties = [p for r in regularizers if (p := r(weights)) is not None]
            return add_n(penalties, name=full) if penalties else None

    return regularizer


def apply_regularization(regularizer: Callable, weights_list=None) -> Tensor:
    """The sum of a penalty over several tensors, added to the regularization losses.

    Args:
      regularizer: a function as the others here return.
      weights_list: the tensors; default the collection ``tf.GraphKeys.WEIGHTS``.

    Returns:
      A scalar.

    Raises:
      ValueError: there are no weights, or a penalty is no scalar.
    """
    graph = get_default_graph()
    weights_list = weights_list or graph.get_collection(GraphKeys.WEIGHTS)
    if not weights_list:
        raise ValueError("No weights to regularize.")
    with name_scope("get_regularization_penalty", values=weights_list) as full:
        penalties = [regularizer(w) for w in weights_list]
        penalties = [constant(0.0) if p is None else p for p in penalties]
        for p in penalties:
            if p.shape.rank != 0:
                raise ValueError(
                    f"regularizer must return a scalar Tensor instead of a Tensor with rank "
                    f"{p.shape.rank}."
                )
        total = add_n(penalties, name=full)
        graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, total)
        return total
