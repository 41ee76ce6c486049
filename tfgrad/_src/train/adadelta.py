"""Adadelta: steps in the units of the variable, from running means of gradients and steps."""

from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.train.apply import apply_update, cast_all
from tfgrad._src.train.optimizer import Optimizer


class AdadeltaOptimizer(Optimizer):
    """Adadelta.

    ::

        accum = rho * accum + (1 - rho) * grad**2
        step = sqrt(accum_update + epsilon) / sqrt(accum + epsilon) * grad
        accum_update = rho * accum_update + (1 - rho) * step**2
        w = w - learning_rate * step

    Args:
      learning_rate, rho, epsilon: see above; numbers, tensors, or functions that give them.  The
        paper has a learning rate of 1.
      use_locking: without effect.
      name: the name of the scope and of the slots.

    Source: Zeiler, ADADELTA: an adaptive learning rate method, 2012.
    """

    def __init__(
        self, learning_rate=0.001, rho=0.95, epsilon=1e-8, use_locking=False, name="Adadelta"
    ):
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._rho = rho
        self._epsilon = epsilon
        self._lr_t = self._rho_t = self._epsilon_t = None

    def _create_slots(self, var_list):
        for v in var_list:
            self._zeros_slot(v, "accum", self._name)
            self._zeros_slot(v, "accum_update", self._name)

    def _prepare(self):
        rate, rho, epsilon = (
            self._call_if_callable(p) for p in (self._lr, self._rho, self._epsilon)
        )
        self._lr_t = convert_to_tensor(rate, name="lr")
        self._rho_t = convert_to_tensor(rho, name="rho")
        self._epsilon_t = convert_to_tensor(epsilon, name="epsilon")

    def _apply(self, op_type, grad, var, *indices):
        return apply_update(
            op_type,
            [var, self.get_slot(var, "accum"), self.get_slot(var, "accum_update")],
            *cast_all(var.dtype.base_dtype, self._lr_t, self._rho_t, self._epsilon_t),
            grad,
            *indices,
            use_locking=self._use_locking,
        )

    def _apply_dense(self, grad, var):
        return self._apply("ApplyAdadelta", grad, var)

    _resource_apply_dense = _apply_dense

    def _apply_sparse(self, grad, var):
        return self._apply("SparseApplyAdadelta", grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, var, indices):
        return self._apply("SparseApplyAdadelta", grad, var, indices)
