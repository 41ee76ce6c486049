"""Gradient descent: ``w -= learning_rate * grad``."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.train.apply import apply_update
from tfgrad._src.train.optimizer import Optimizer


class GradientDescentOptimizer(Optimizer):
    """Gradient descent.

    ::

        w = w - learning_rate * grad

    Args:
      learning_rate: the step size: a number, a tensor, or a function that gives one.
      use_locking: without effect.
      name: the name of the scope.

    Example:
      >>> w = tf.Variable([1.0, 2.0])
      >>> step = tf.train.GradientDescentOptimizer(0.5).minimize(tf.reduce_sum(w))
      >>> with tf.Session() as sess:
      ...     sess.run(w.initializer)
      ...     sess.run(step)
      ...     sess.run(w)
      array([0.5, 1.5], dtype=float32)
    """

    def __init__(self, learning_rate, use_locking=False, name="GradientDescent"):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._learning_rate_tensor = None

    def _prepare(self):
        learning_rate = self._call_if_callable(self._learning_rate)
        self._learning_rate_tensor = convert_to_tensor(learning_rate, name="learning_rate")

    def _apply_dense(self, grad, var):
        rate = cast(self._learning_rate_tensor, var.dtype.base_dtype)
        return apply_update(
            "ApplyGradientDescent", [var], rate, grad, use_locking=self._use_locking
        )

    _resource_apply_dense = _apply_dense

    def _resource_apply_sparse_duplicate_indices(self, grad, handle, indices):
        step = -grad * cast(self._learning_rate_tensor, grad.dtype.base_dtype)
        return add_op("ResourceScatterAdd", handle.handle, indices, step)

    def _apply_sparse_duplicate_indices(self, grad, var):
        step = grad.values * cast(self._learning_rate_tensor, var.dtype.base_dtype)
        delta = IndexedSlices(step, grad.indices, grad.dense_shape)
        return var.scatter_sub(delta, use_locking=self._use_locking)
