"""How often each class was taken for each other."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.checks import assert_less, assert_non_negative
from tfgrad._src.functions.control import with_dependencies
from tfgrad._src.functions.cwise_binary import maximum
from tfgrad._src.functions.fill import ones_like
from tfgrad._src.functions.gather import scatter_nd
from tfgrad._src.functions.join import stack
from tfgrad._src.functions.losses import remove_squeezable_dimensions
from tfgrad._src.functions.reduce import reduce_max
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def confusion_matrix(
    labels, predictions, num_classes=None, dtype=dt.int32, name: str | None = None, weights=None
) -> Tensor:
    """Counts the pairs of a true and a predicted class.

    ::

        m[i, j] = sum_k weights[k] * (labels[k] == i) * (predictions[k] == j)

    Args:
      labels: the true classes, a vector of whole numbers.
      predictions: the predicted classes, likewise.
      num_classes: how many classes there are; default: one more than the largest found.
      dtype: the type of the result.
      name: the name of the scope; default ``"confusion_matrix"``.
      weights: a vector of numbers; default ones.

    Returns:
      A matrix of shape ``[num_classes, num_classes]``.

    Raises:
      ValueError: the shapes do not fit.
      tf.errors.InvalidArgumentError: when run, a class is negative or not less than
        ``num_classes``.

    Example:
      >>> tf.Session().run(tf.confusion_matrix([1, 2, 2], [1, 2, 0]))
      array([[0, 0, 0],
             [0, 1, 0],
             [1, 0, 1]], dtype=int32)
    """
    with name_scope(name, "confusion_matrix", (predictions, labels, num_classes, weights)):
        labels, predictions = remove_squeezable_dimensions(
            convert_to_tensor(labels, name="labels"),
            convert_to_tensor(predictions, name="predictions"),
        )
        predictions = cast(predictions, dt.int64)
        labels = cast(labels, dt.int64)
        labels = with_dependencies(
            [assert_non_negative(labels, message="`labels` contains negative values")], labels
        )
        predictions = with_dependencies(
            [assert_non_negative(predictions, message="`predictions` contains negative values")],
            predictions,
        )
        if num_classes is None:
            num_classes = maximum(reduce_max(predictions), reduce_max(labels)) + 1
        else:
            limit = cast(num_classes, dt.int64)
            labels = with_dependencies(
                [assert_less(labels, limit, message="`labels` out of bound")], labels
            )
            predictions = with_dependencies(
                [assert_less(predictions, limit, message="`predictions` out of bound")],
                predictions,
            )
        if weights is not None:
            weights = convert_to_tensor(weights, name="weights")
            predictions.shape.assert_is_compatible_with(weights.shape)
            weights = cast(weights, dtype)
        shape = stack([num_classes, num_classes])
        indices = stack([labels, predictions], axis=1)
        values = ones_like(predictions, dtype) if weights is None else weights
        return scatter_nd(indices=indices, updates=values, shape=cast(shape, dt.int64))
