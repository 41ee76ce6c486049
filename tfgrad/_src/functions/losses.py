"""`tf.losses`: a loss per element, weighted, reduced to a scalar and collected in the graph.

All end in `compute_weighted_loss`, inside the name scope that the loss has opened.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal
from tfgrad._src.functions.control import stop_gradient
from tfgrad._src.functions.cwise_binary import (
    add,
    div_no_nan,
    maximum,
    minimum,
    squared_difference,
)
from tfgrad._src.functions.fill import ones_like, zeros_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.loss import (
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
    sparse_softmax_cross_entropy_with_logits,
)
from tfgrad._src.functions.loss_reduction import (
    DEFAULT_REDUCTION,
    add_loss,
    assert_broadcastable,
    compute_weighted_loss,
    num_present,
)
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import either, rank, shape, squeeze
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Tensor


def _require(**arguments) -> None:
    for name, value in arguments.items():
        if value is None:
            raise ValueError(f"Argument `{name}` must not be None.")


def _as_floats(predictions, labels) -> tuple[Tensor, Tensor]:
    predictions = cast(predictions, dt.float32)
    labels = cast(labels, dt.float32)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return predictions, labels


def absolute_difference(
    labels,
    predictions,
    weights=1.0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
) -> Tensor:
    """The weighted mean of ``abs(predictions - labels)``.

    Args:
      labels: the wanted values, shape ``[...]``.
      predictions: the predicted values, of the same shape.
      weights: see `tf.losses.compute_weighted_loss`.
      scope: the name scope of the nodes; default ``"absolute_difference"``.
      loss_collection: the collection to which the loss is added.
      reduction: see `tf.losses.Reduction`.

    Returns:
      A float32 scalar.

    Raises:
      ValueError: the shapes differ, or an argument is None.
    """
    _require(labels=labels, predictions=predictions)
    with name_scope(scope, "absolute_difference", (predictions, labels, weights)) as scope:
        predictions, labels = _as_floats(predictions, labels)
        losses = add_op("Abs", add_op("Sub", predictions, labels))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def cosine_distance(
    labels,
    predictions,
    axis=None,
    weights=1.0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
    dim=None,
) -> Tensor:
    """The weighted mean of ``1 - sum(labels * predictions)`` along ``axis``, for unit vectors.

    Args:
      labels: the wanted vectors.
      predictions: the predicted vectors, of the same shape.
      axis: the axis of the vectors' components.
      weights: see `tf.losses.compute_weighted_loss`.
      scope: the name scope of the nodes; default ``"cosine_distance_loss"``.
      loss_collection: the collection to which the loss is added.
      reduction: see `tf.losses.Reduction`.
      dim: the deprecated name of ``axis``.

    Returns:
      A float32 scalar.

    Raises:
      ValueError: the shapes differ, or ``axis`` or another argument is None.
    """
    axis = either("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("You must specify argument `axis`.")
    _require(labels=labels, predictions=predictions)
    with name_scope(scope, "cosine_distance_loss", (predictions, labels, weights)) as scope:
        predictions, labels = _as_floats(predictions, labels)
        products = add_op("Mul", predictions, labels)
        losses = 1 - reduce_sum(products, axis=(axis,), keepdims=True)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def hinge_loss(
    labels,
    logits,
    weights=1.0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
) -> Tensor:
    """The weighted mean of ``max(0, 1 - y * logits)`` with ``y = 2 * labels - 1``.

    Args:
      labels: 0 or 1, shape ``[...]``.
      logits: numbers whose sign is the prediction, of the same shape.
      weights: see `tf.losses.compute_weighted_loss`.
      scope: the name scope of the nodes; default ``"hinge_loss"``.
      loss_collection: the collection to which the loss is added.
      reduction: see `tf.losses.Reduction`.

    Returns:
      A float32 scalar.

    Raises:
      ValueError: the shapes differ, or an argument is None.
    """
    _require(labels=labels, logits=logits)
    with name_scope(scope, "hinge_loss", (logits, labels, weights)) as scope:
        logits, labels = _as_floats(logits, labels)
        ones = ones_like(labels)
        signs = add_op("Sub", 2 * labels, ones)
        losses = add_op("Relu", add_op("Sub", ones, add_op("Mul", signs, logits)))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def huber_loss(
    labels,
    predictions,
    weights=1.0,
    delta: float = 1.0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
) -> Tensor:
    """The weighted mean of a loss that is quadratic for small errors and linear for large ones.

    With ``e = abs(predictions - labels)``: ``e**2 / 2`` up to ``delta``, then
    ``delta**2 / 2 + delta * (e - delta)``.

    Args:
      labels: the wanted values, shape ``[...]``.
      predictions: the predicted values, of the same shape.
      weights: see `tf.losses.compute_weighted_loss`.
      delta: where the loss becomes linear.
      scope: the name scope of the nodes; default ``"huber_loss"``.
      loss_collection: the collection to which the loss is added.
      reduction: see `tf.losses.Reduction`.

    Returns:
      A float32 scalar.

    Raises:
      ValueError: the shapes differ, or an argument is None.
    """
    _require(labels=labels, predictions=predictions)
    with name_scope(scope, "huber_loss", (predictions, labels, weights)) as scope:
        predictions, labels = _as_floats(predictions, labels)
        error = add_op("Abs", add_op("Sub", predictions, labels))
        quadratic = minimum(error, delta)
        # Not max(error - delta, 0), whose derivative where both are equal is counted twice.
        linear = add_op("Sub", error, quadratic)
        half = convert_to_tensor(0.5, dtype=quadratic.dtype)
        square = add_op("Mul", half, add_op("Mul", quadratic, quadratic))
        losses = add(square, add_op("Mul", delta, linear))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def log_loss(
    labels,
    predictions,
    weights=1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
) -> Tensor:
    """The weighted mean of the cross entropy of predicted probabilities.

    ``-z * log(p + epsilon) - (1 - z) * log(1 - p + epsilon)``

    Args:
      labels: probabilities, shape ``[...]``.
      predictions: predicted probabilities (not logits), of the same shape.
      weights: see `tf.losses.compute_weighted_loss`.
      epsilon: keeps the logarithms finite.
      scope: the name scope of the nodes; default ``"log_loss"``.
      loss_collection: the collection to which the loss is added.
      reduction: see `tf.losses.Reduction`.

    Returns:
      A float32 scalar.

    Raises:
      ValueError: the shapes differ, or an argument is None.
    """
    _require(labels=labels, predictions=predictions)
    with name_scope(scope, "log_loss", (predictions, labels, weights)) as scope:
        predictions, labels = _as_floats(predictions, labels)
        yes = -add_op("Mul", labels, add_op("Log", predictions + epsilon))
        no = 1 - labels
        losses = yes - add_op("Mul", no, add_op("Log", 1 - predictions + epsilon))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def mean_pairwise_squared_error(
    labels,
    predictions,
    weights=1.0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
) -> Tensor:
    """The mean over pairs of elements of an example of the squared error of their difference.

    Args:
      labels: the wanted values, shape ``[batch, ...]``.
      predictions: the predicted values, of the same shape.
      weights: a scalar, or one weight per example.
      scope: the name scope of the nodes; default ``"mean_pairwise_squared_error"``.
      loss_collection: the collection to which the loss is added.

    Returns:
      A float32 scalar.

    Raises:
      ValueError: the shapes differ, or an argument is None.
    """
    _require(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_pairwise_squared_error", (predictions, labels, weights)):
        weights = cast(weights, dt.float32)
        labels = cast(labels, dt.float32)
        with control_dependencies((assert_broadcastable(weights, labels),)):
            predictions = cast(predictions, dt.float32)
            predictions.shape.assert_is_compatible_with(labels.shape)
            difference = add_op("Sub", predictions, labels)
            axes = range_(1, rank(difference))
            squares = reduce_sum(add_op("Square", difference), axis=axes, keepdims=True)
            count = num_present(difference, weights, per_batch=True)
            first = 2.0 * div_no_nan(squares, maximum(count - 1, 0), name="value")
            total = reduce_sum(difference, axis=axes, keepdims=True)
            square = add_op("Square", total)
            pairs = maximum(add_op("Mul", count, count - 1), 0)
            second = 2.0 * div_no_nan(square, pairs, name="value")
            loss = reduce_sum(add_op("Mul", first - second, weights))
            mean = where(reduce_sum(count) > 0, loss, zeros_like(loss), name="value")
            add_loss(mean, loss_collection)
            return mean


def mean_squared_error(
    labels,
    predictions,
    weights=1.0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
) -> Tensor:
    """The weighted mean of ``(predictions - labels)**2``.

    Args:
      labels: the wanted values, shape ``[...]``.
      predictions: the predicted values, of the same shape.
      weights: see `tf.losses.compute_weighted_loss`.
      scope: the name scope of the nodes; default ``"mean_squared_error"``.
      loss_collection: the collection to which the loss is added.
      reduction: see `tf.losses.Reduction`.

    Returns:
      A float32 scalar.

    Raises:
      ValueError: the shapes differ, or an argument is None.

    Example:
      >>> loss = tf.losses.mean_squared_error([1.0, 2.0], [1.0, 4.0])
      >>> float(tf.Session().run(loss))
      2.0
    """
    _require(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_squared_error", (predictions, labels, weights)) as scope:
        predictions, labels = _as_floats(predictions, labels)
        losses = squared_difference(predictions, labels)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def sigmoid_cross_entropy(
    multi_class_labels,
    logits,
    weights=1.0,
    label_smoothing=0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
) -> Tensor:
    """The weighted mean of `tf.nn.sigmoid_cross_entropy_with_logits`.

    Args:
      multi_class_labels: probabilities, shape ``[batch, classes]``.
      logits: log odds, of the same shape.
      weights: see `tf.losses.compute_weighted_loss`.
      label_smoothing: ``s``: the labels become ``z * (1 - s) + s / 2``.
      scope: the name scope of the nodes; default ``"sigmoid_cross_entropy_loss"``.
      loss_collection: the collection to which the loss is added.
      reduction: see `tf.losses.Reduction`.

    Returns:
      A scalar of the type of ``logits``.

    Raises:
      ValueError: the shapes differ, or an argument is None.
    """
    _require(multi_class_labels=multi_class_labels, logits=logits)
    with name_scope(
        scope, "sigmoid_cross_entropy_loss", (logits, multi_class_labels, weights)
    ) as scope:
        logits = convert_to_tensor(logits)
        labels = cast(multi_class_labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def softmax_cross_entropy(
    onehot_labels,
    logits,
    weights=1.0,
    label_smoothing=0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
) -> Tensor:
    """The weighted mean of `tf.nn.softmax_cross_entropy_with_logits_v2`, labels taken as constant.

    Args:
      onehot_labels: probabilities, shape ``[batch, classes]``.
      logits: unscaled log probabilities, of the same shape.
      weights: see `tf.losses.compute_weighted_loss`; shape ``[batch]`` or a scalar.
      label_smoothing: ``s``: the labels become ``p * (1 - s) + s / classes``.
      scope: the name scope of the nodes; default ``"softmax_cross_entropy_loss"``.
      loss_collection: the collection to which the loss is added.
      reduction: see `tf.losses.Reduction`.

    Returns:
      A scalar of the type of ``logits``.

    Raises:
      ValueError: the shapes differ, or an argument is None.
    """
    _require(onehot_labels=onehot_labels, logits=logits)
    with name_scope(scope, "softmax_cross_entropy_loss", (logits, onehot_labels, weights)) as scope:
        logits = convert_to_tensor(logits)
        labels = cast(onehot_labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            classes = cast(shape(labels)[-1], logits.dtype)
            spread = label_smoothing / classes
            labels = labels * (1.0 - label_smoothing) + spread
        labels = stop_gradient(labels, name="labels_stop_gradient")
        losses = softmax_cross_entropy_with_logits_v2(labels, logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def remove_squeezable_dimensions(
    labels, predictions, expected_rank_diff: int = 0, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Takes a last axis of length 1 away from the one of two tensors that has one axis too many.

    Args:
      labels: a tensor.
      predictions: a tensor.
      expected_rank_diff: the rank of ``predictions`` less that of ``labels``, as it should be.
      name: the scope of the nodes; default ``"remove_squeezable_dimensions"``.

    Returns:
      ``(labels, predictions)``.
    """
    with name_scope(name, "remove_squeezable_dimensions", [labels, predictions]):
        predictions = convert_to_tensor(predictions)
        labels = convert_to_tensor(labels)
        p, q = predictions.dims, labels.dims
        if p is not None and q is not None:
            difference = len(p) - len(q)
            if difference == expected_rank_diff + 1 and p[-1] in (None, 1):
                predictions = squeeze(predictions, [-1])
            elif difference == expected_rank_diff - 1 and q[-1] in (None, 1):
                labels = squeeze(labels, [-1])
            return labels, predictions
        from tfgrad._src.functions.cond import cond

        difference = rank(predictions) - rank(labels)
        first, second = predictions, labels
        if p is None or p[-1] in (None, 1):
            is_extra = equal(expected_rank_diff + 1, difference)
            predictions = cond(is_extra, lambda: squeeze(first, [-1]), lambda: first)
        if q is None or q[-1] in (None, 1):
            is_extra = equal(expected_rank_diff - 1, difference)
            labels = cond(is_extra, lambda: squeeze(second, [-1]), lambda: second)
        return labels, predictions


def _squeezed_weights(weights, labels: Tensor) -> Tensor:
    weights = convert_to_tensor(weights)
    w, q = weights.dims, labels.dims
    if w is not None and q is not None:
        return squeeze(weights, [-1]) if len(w) - len(q) == 1 else weights
    from tfgrad._src.functions.cond import cond

    difference = rank(weights) - rank(labels)
    if w is None or (w and w[-1] in (None, 1)):
        given = weights
        weights = cond(equal(1, difference), lambda: squeeze(given, [-1]), lambda: given)
    return weights


def sparse_softmax_cross_entropy(
    labels,
    logits,
    weights=1.0,
    scope: str | None = None,
    loss_collection=GraphKeys.LOSSES,
    reduction=DEFAULT_REDUCTION,
) -> Tensor:
    """The weighted mean of `tf.nn.sparse_softmax_cross_entropy_with_logits`.

    Args:
      labels: class indices, shape ``[batch]`` or ``[batch, 1]``.
      logits: unscaled log probabilities, shape ``[batch, classes]``.
      weights: see `tf.losses.compute_weighted_loss`; shape ``[batch]``, ``[batch, 1]`` or a scalar.
      scope: the name scope of the nodes; default ``"sparse_softmax_cross_entropy_loss"``.
      loss_collection: the collection to which the loss is added.
      reduction: see `tf.losses.Reduction`.

    Returns:
      A scalar of the type of ``logits``.

    Raises:
      ValueError: the shapes do not fit, or an argument is None.
    """
    _require(labels=labels, logits=logits)
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", (logits, labels, weights)) as scope:
        labels, logits = remove_squeezable_dimensions(labels, logits, expected_rank_diff=1)
        if weights is not None:
            weights = _squeezed_weights(weights, labels)
        losses = sparse_softmax_cross_entropy_with_logits(
            labels=labels, logits=logits, name="xentropy"
        )
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)
