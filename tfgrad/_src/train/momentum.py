"""Gradient descent with momentum."""

from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.train.apply import apply_update, cast_all
from tfgrad._src.train.optimizer import Optimizer


class MomentumOptimizer(Optimizer):
    """Gradient descent that keeps a part of its last step.

    ::

        accumulation = momentum * accumulation + grad
        w = w - learning_rate * accumulation

    With ``use_nesterov`` the gradient is the one that will be seen after the step::

        w = w - learning_rate * (grad + momentum * accumulation)

    Args:
      learning_rate: the step size: a number, a tensor, or a function that gives one.
      momentum: the part that is kept: as ``learning_rate``.
      use_locking: without effect.
      name: the name of the scope and of the slots.
      use_nesterov: see above.

    Source: Sutskever et al., On the importance of initialization and momentum in deep learning,
    2013.
    """

    def __init__(
        self, learning_rate, momentum, use_locking=False, name="Momentum", use_nesterov=False
    ):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._momentum = momentum
        self._use_nesterov = use_nesterov

    def _create_slots(self, var_list):
        for v in var_list:
            self._zeros_slot(v, "momentum", self._name)

    def _prepare(self):
        rate = self._call_if_callable(self._learning_rate)
        self._learning_rate_tensor = convert_to_tensor(rate, name="learning_rate")
        momentum = self._call_if_callable(self._momentum)
        self._momentum_tensor = convert_to_tensor(momentum, name="momentum")

    def _apply(self, op_type, grad, var, *indices):
        rate, momentum = cast_all(
            var.dtype.base_dtype, self._learning_rate_tensor, self._momentum_tensor
        )
        return apply_update(
            op_type,
            [var, self.get_slot(var, "momentum")],
            rate,
            grad,
            *indices,
            momentum,
            use_locking=self._use_locking,
            use_nesterov=self._use_nesterov,
        )

    def _apply_dense(self, grad, var):
        return self._apply("ApplyMomentum", grad, var)

    _resource_apply_dense = _apply_dense

    def _apply_sparse(self, grad, var):
        return self._apply("SparseApplyMomentum", grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, var, indices):
        return self._apply("SparseApplyMomentum", grad, var, indices)
