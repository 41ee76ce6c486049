"""Weights of losses, how they become one number, and the collection that they are added to.

The losses of `tf.losses` themselves are in ``functions/losses.py``.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal
from tfgrad._src.functions.control import no_op
from tfgrad._src.functions.cwise_binary import add_n, div_no_nan
from tfgrad._src.functions.fill import ones_like, zeros_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import expand_dims, rank, shape, size
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.graph import control_dependencies, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor


class Reduction:
    """How weighted losses become one number.

    ``NONE``: not at all.  ``SUM``: their sum.  ``MEAN``: the sum divided by that of the weights.
    ``SUM_OVER_BATCH_SIZE``: divided by the number of elements.  ``SUM_BY_NONZERO_WEIGHTS`` (also
    called ``SUM_OVER_NONZERO_WEIGHTS``): divided by the number of elements whose weight is not 0.
    """

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple:
        """All values."""
        return (
            cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_BATCH_SIZE, cls.SUM_OVER_NONZERO_WEIGHTS,
            cls.SUM_BY_NONZERO_WEIGHTS,
        )  # fmt: skip

    @classmethod
    def validate(cls, key) -> None:
        """Raises ValueError if ``key`` is none of the values."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key {key}. Key should be one of {cls.all()}.")


DEFAULT_REDUCTION = Reduction.SUM_BY_NONZERO_WEIGHTS

# ---------------------------------------------------------------------- the collection


def add_loss(loss, loss_collection=GraphKeys.LOSSES) -> None:
    """Adds a loss to a collection of the graph.

    Args:
      loss: a tensor.
      loss_collection: the name of the collection, None for none.
    """
    if loss_collection:
        get_default_graph().add_to_collection(loss_collection, loss)


def get_losses(scope: str | None = None, loss_collection=GraphKeys.LOSSES) -> list:
    """The losses of a collection, those whose names match ``scope`` if it is given."""
    return get_default_graph().get_collection(loss_collection, scope)


def get_regularization_losses(scope: str | None = None) -> list:
    """The regularization losses, those whose names match ``scope`` if it is given."""
    return get_default_graph().get_collection(GraphKeys.REGULARIZATION_LOSSES, scope)


def get_regularization_loss(
    scope: str | None = None, name: str = "total_regularization_loss"
) -> Tensor:
    """The sum of the regularization losses; the constant 0.0 if there are none.

    Args:
      scope: only losses whose names match.
      name: the node's name.

    Returns:
      A scalar.
    """
    losses = get_regularization_losses(scope)
    return add_n(losses, name=name) if losses else constant(0.0)


def get_total_loss(
    add_regularization_losses: bool = True, name: str = "total_loss", scope: str | None = None
) -> Tensor:
    """The sum of all losses that were added.

    Args:
      add_regularization_losses: add the regularization losses too.
      name: the node's name.
      scope: only losses whose names match.

    Returns:
      A scalar.

    Raises:
      ValueError: there are none.
    """
    losses = get_losses(scope=scope)
    if add_regularization_losses:
        losses += get_regularization_losses(scope=scope)
    return add_n(losses, name=name)


# ---------------------------------------------------------------------- weights

_CANNOT = "weights can not be broadcast to values."


def assert_broadcastable(weights, values) -> Operation:
    """An operation that fails where ``weights`` does not fit ``values``.

    It must be a scalar, or have the rank of ``values`` and each length equal to it or 1.

    Raises:
      ValueError: it is known while building that this is not so.
    """
    with name_scope(None, "assert_broadcastable", (weights, values)) as scope:
        with name_scope(None, "weights", (weights,)) as weights_scope:
            weights = convert_to_tensor(weights, name=weights_scope)
            weights_shape = shape(weights, name="shape")
            weights_rank = rank(weights, name="rank")
        with name_scope(None, "values", (values,)) as values_scope:
            values = convert_to_tensor(values, name=values_scope)
            values_shape = shape(values, name="shape")
            values_rank = rank(values, name="rank")
        static = _static_check(weights, values, weights_rank, values_rank)
        if static is not None:
            return no_op(name=static)
        return _dynamic_check(
            weights, values, weights_rank, weights_shape, values_rank, values_shape, scope
        )


def _static_check(weights: Tensor, values: Tensor, weights_rank, values_rank) -> str | None:
    """The name of the operation that says it is right, or None if that is not known."""
    n, m = constant_value(weights_rank), constant_value(values_rank)
    if n is None or m is None:
        return None
    if n == 0:
        return "static_scalar_check_success"
    if n != m:
        raise ValueError(
            f"{_CANNOT} values.rank={m}. weights.rank={n}. values.shape={values.shape}. "
            f"weights.shape={weights.shape}. Received weights={weights}, values={values}"
        )
    a, b = weights.dims, values.dims
    if None in a or None in b:
        return None
    for i, (x, y) in enumerate(zip(a, b, strict=True)):
        if x not in (1, y):
            # TensorFlow prints the shapes as arrays here.
            shapes = [" ".join(map(str, s)) for s in (b, a)]
            raise ValueError(
                f"{_CANNOT} Mismatch at dim {i}. values.shape=[{shapes[0]}], "
                f"weights.shape=[{shapes[1]}]. Received weights={weights}, values={values}"
            )
    return "static_dims_check_success"


def _dynamic_check(
    weights, values, weights_rank, weights_shape, values_rank, values_shape, scope
) -> Operation:
    from tfgrad._src.functions.checks import Assert
    from tfgrad._src.functions.cond import cond

    is_scalar = equal(0, weights_rank, name="is_scalar")
    data = (
        _CANNOT,
        "weights.shape=", weights.name, weights_shape,
        "values.shape=", values.name, values_shape,
        "is_scalar=", is_scalar,
    )  # fmt: skip

    def of_equal_rank() -> Tensor:
        with name_scope(
            None,
            "has_valid_nonscalar_shape",
            (weights_rank, weights_shape, values_rank, values_shape),
        ) as inner:
            is_same_rank = equal(values_rank, weights_rank, name="is_same_rank")
            return cond(
                is_same_rank,
                lambda: _has_valid_dims(weights_shape, values_shape),
                lambda: is_same_rank,
                name=inner,
            )

    is_valid = cond(is_scalar, lambda: is_scalar, of_equal_rank, name="is_valid_shape")
    return Assert(is_valid, data, name=scope)


def _has_valid_dims(weights_shape: Tensor, values_shape: Tensor) -> Tensor:
    """Whether no length of the weights is missing from ``[length of the values, 1]``."""
    from tfgrad._src.functions.sets import set_difference

    with name_scope(None, "has_invalid_dims", (weights_shape, values_shape)) as scope:
        values_2d = expand_dims(values_shape, -1)
        valid = concat((values_2d, ones_like(values_2d)), axis=1)
        invalid = set_difference(expand_dims(weights_shape, -1), valid)
        count = size(invalid.values, name="num_invalid_dims")
        return equal(0, count, name=scope)


def _broadcast_weights(weights: Tensor, values: Tensor) -> Tensor:
    """``weights`` with the shape of ``values``."""
    with name_scope(None, "broadcast_weights", (weights, values)) as scope:
        values = convert_to_tensor(values, name="values")
        weights = convert_to_tensor(weights, dtype=values.dtype.base_dtype, name="weights")
        a, b = weights.dims, values.dims
        if a is not None and a == b and None not in a:
            return weights
        with control_dependencies((assert_broadcastable(weights, values),)):
            return add_op("Mul", weights, ones_like(values), name=scope)


def num_present(losses: Tensor, weights, per_batch: bool = False) -> Tensor:
    """How many elements have a weight that is not zero."""
    if isinstance(weights, float) and weights != 0.0:
        return _num_elements(losses)
    with name_scope(None, "num_present", (losses, weights)) as scope:
        weights = cast(weights, dt.float32)
        present = where(equal(weights, 0.0), zeros_like(weights), ones_like(weights))
        present = _broadcast_weights(present, losses)
        if per_batch:
            axes = range_(1, rank(present))
            return reduce_sum(present, axis=axes, keepdims=True, name=scope)
        return reduce_sum(present, name=scope)


def _num_elements(losses: Tensor) -> Tensor:
    with name_scope(None, "num_elements", values=[losses]) as scope:
        return cast(size(losses, name=scope), losses.dtype)


def _safe_mean(total: Tensor, count: Tensor) -> Tensor:
    """``total / count``, 0 if the count is."""
    return div_no_nan(reduce_sum(total), count, name="value")


def compute_weighted_loss(
    losses,
    weights=1.0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
) -> Tensor:
    """Losses per element, weighted and reduced.

    Args:
      losses: a tensor of shape ``[...]``.
      weights: a scalar, or a tensor of the rank of ``losses`` whose lengths are 1 or equal.
      scope: the name scope of the nodes; default ``"weighted_loss"``.
      loss_collection: the collection to which the result is added, None for none.
      reduction: see `tf.losses.Reduction`.

    Returns:
      A scalar of the type of ``losses``; with ``Reduction.NONE`` a tensor like ``losses``.

    Raises:
      ValueError: the shape of ``weights`` does not fit, or ``reduction`` is not valid.
    """
    Reduction.validate(reduction)
    with (
        name_scope(scope, "weighted_loss", (losses, weights)),
        control_dependencies((assert_broadcastable(weights, losses),)),
    ):
        losses = convert_to_tensor(losses)
        dtype = losses.dtype
        losses = cast(losses, dt.float32)
        weights = cast(weights, dt.float32)
        loss = add_op("Mul", losses, weights)
        if reduction != Reduction.NONE:
            loss = reduce_sum(loss)
            if reduction == Reduction.MEAN:
                loss = _safe_mean(loss, reduce_sum(ones_like(losses) * weights))
            elif reduction == Reduction.SUM_BY_NONZERO_WEIGHTS:
                loss = _safe_mean(loss, num_present(losses, weights))
            elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
                loss = _safe_mean(loss, _num_elements(losses))
        loss = cast(loss, dtype)
        add_loss(loss, loss_collection)
        return loss
