"""The largest elements.  The op types are in ``ops/top_k.py``."""

from typing import NamedTuple

from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


class TopKV2(NamedTuple):
    """What `tf.nn.top_k` returns."""

    values: Tensor
    indices: Tensor


def top_k(input, k=1, sorted: bool = True, name: str | None = None) -> TopKV2:
    """The ``k`` largest elements of each row, and where they are.

    Args:
      input: real numbers of shape ``[..., n]``.
      k: how many, at most ``n``; a number or an integer scalar tensor.
      sorted: accepted; the elements always come in descending order.
      name: the node's name; default ``"TopKV2"``.

    Returns:
      ``(values, indices)``, both of shape ``[..., k]``; the indices are int32.  Of equal elements
      the one with the lower index comes first.

    Raises:
      ValueError: ``k`` is greater than ``n``.

    Gradient:
      ``dy`` at the chosen places, zero elsewhere.

    Example:
      >>> values, indices = tf.nn.top_k([1.0, 3.0, 2.0], k=2)
      >>> tf.Session().run([values, indices])
      [array([3., 2.], dtype=float32), array([1, 2], dtype=int32)]
    """
    return TopKV2(*add_op("TopKV2", input, k, sorted=sorted, name=name))


class ApproxTopK(NamedTuple):
    """What `tf.math.approx_max_k` and `tf.math.approx_min_k` return."""

    values: Tensor
    indices: Tensor


def approx_max_k(
    operand, k, reduction_dimension: int = -1, recall_target: float = 0.95,
    reduction_input_size_override: int = -1, aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:  # fmt: skip
    """The ``k`` largest elements along an axis, of which some might be missed.

    Here none is missed on any platform: ``recall_target`` decides nothing but the length of the
    result without ``aggregate_to_topk``.

    Args:
      operand: ``half``, ``bfloat16`` or ``float32`` numbers, at least a vector.
      k: how many, a Python number, at most the length of the axis.
      reduction_dimension: the axis.
      recall_target: the part of the ``k`` largest that must be found, in (0, 1].
      reduction_input_size_override: the length that the recall is reckoned with, if not that of
        the axis.
      aggregate_to_topk: False gives more than ``k`` elements, as many as a TPU would look at last.
      name: the node's name; default ``"ApproxTopK"``.

    Returns:
      ``(values, indices)`` in descending order, the indices int32: of the shape of ``operand``,
      with ``k`` along the axis.  Of equal elements the one with the lower index comes first.

    Raises:
      ValueError: there is no such axis, it is shorter than ``k``, or the recall is out of range.

    Gradient:
      ``dy`` at the chosen places, zero elsewhere.

    Example:
      >>> values, indices = tf.math.approx_max_k([1.0, 3.0, 2.0], k=2)
      >>> tf.Session().run([values, indices])
      [array([3., 2.], dtype=float32), array([1, 2], dtype=int32)]
    """
    found = add_op(
        "ApproxTopK", operand, k=k, reduction_dimension=reduction_dimension,
        recall_target=recall_target, is_max_k=True,
        reduction_input_size_override=reduction_input_size_override,
        aggregate_to_topk=aggregate_to_topk, name=name,
    )  # fmt: skip
    return ApproxTopK(*found)


def approx_min_k(
    operand, k, reduction_dimension: int = -1, recall_target: float = 0.95,
    reduction_input_size_override: int = -1, aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:  # fmt: skip
    """The ``k`` smallest elements along an axis, in ascending order; see `tf.math.approx_max_k`.

    Example:
      >>> tf.Session().run(tf.math.approx_min_k([1.0, 3.0, 2.0], k=2).values)
      array([1., 2.], dtype=float32)
    """
    found = add_op(
        "ApproxTopK", operand, k=k, reduction_dimension=reduction_dimension,
        recall_target=recall_target, is_max_k=False,
        reduction_input_size_override=reduction_input_size_override,
        aggregate_to_topk=aggregate_to_topk, name=name,
    )  # fmt: skip
    return ApproxTopK(*found)


def in_top_k(predictions, targets, k, name: str | None = None) -> Tensor:
    """Whether the target is among the ``k`` largest predictions of its row.

    Fewer than ``k`` predictions must be greater than the target's; ties count for the target.

    Args:
      predictions: float32, shape ``[batch, classes]``.
      targets: class indices, int32 or int64, shape ``[batch]``.
      k: a number or an integer scalar tensor.
      name: the scope of the node; default ``"in_top_k"``.

    Returns:
      A bool tensor of shape ``[batch]``; False for a target that is no class and for a row with
      a number that is not finite.

    Example:
      >>> hit = tf.nn.in_top_k([[0.1, 0.9, 0.3], [0.5, 0.2, 0.1]], [2, 2], k=2)
      >>> tf.Session().run(hit)
      array([ True, False])
    """
    with name_scope(name, "in_top_k"):
        return add_op("InTopKV2", predictions, targets, k)
