"""RMSProp: steps divided by a running root mean square of the gradient."""

from tfgrad._src.functions import initializers
from tfgrad._src.functions.fill import ones_like
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.train.apply import apply_update, cast_all
from tfgrad._src.train.optimizer import Optimizer


class RMSPropOptimizer(Optimizer):
    """RMSProp.

    ::

        mean_square = decay * mean_square + (1 - decay) * grad**2
        step = momentum * step + learning_rate * grad / sqrt(mean_square + epsilon)
        w = w - step

    With ``centered`` the square of a running mean of the gradient is subtracted under the root,
    which then estimates the variance.

    Args:
      learning_rate, decay, momentum, epsilon: see above; numbers, tensors, or functions that give
        them.
      use_locking: without effect.
      centered: see above.
      name: the name of the scope and of the slots.

    Source: Tieleman and Hinton, Coursera lecture 6.5, 2012; Graves, Generating sequences with
    recurrent neural networks, 2013 (centered).
    """

    def __init__(
        self, learning_rate, decay=0.9, momentum=0.0, epsilon=1e-10, use_locking=False,
        centered=False, name="RMSProp",
    ):  # fmt: skip
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._decay = decay
        self._momentum = momentum
        self._epsilon = epsilon
        self._centered = centered
        self._learning_rate_tensor = self._decay_tensor = None
        self._momentum_tensor = self._epsilon_tensor = None

    def _create_slots(self, var_list):
        for v in var_list:
            dtype = v.dtype.base_dtype
            if v.get_shape().is_fully_defined():
                ones = initializers.Ones(dtype=dtype)
            else:
                ones = ones_like(v)
            self._get_or_make_slot_with_initializer(
                v, ones, v.get_shape(), dtype, "rms", self._name
            )
            if self._centered:
                self._zeros_slot(v, "mg", self._name)
            self._zeros_slot(v, "momentum", self._name)

    def _prepare(self):
        given = (self._learning_rate, self._decay, self._momentum, self._epsilon)
        rate, decay, momentum, epsilon = (self._call_if_callable(p) for p in given)
        self._learning_rate_tensor = convert_to_tensor(rate, name="learning_rate")
        self._decay_tensor = convert_to_tensor(decay, name="decay")
        self._momentum_tensor = convert_to_tensor(momentum, name="momentum")
        self._epsilon_tensor = convert_to_tensor(epsilon, name="epsilon")

    def _apply(self, kind, grad, var, *indices):
        slots = ["mg", "rms", "momentum"] if self._centered else ["rms", "momentum"]
        hyperparameters = cast_all(
            var.dtype.base_dtype,
            self._learning_rate_tensor,
            self._decay_tensor,
            self._momentum_tensor,
            self._epsilon_tensor,
        )
        return apply_update(
            f"{kind}CenteredRMSProp" if self._centered else f"{kind}RMSProp",
            [var, *(self.get_slot(var, s) for s in slots)],
            *hyperparameters,
            grad,
            *indices,
            use_locking=self._use_locking,
        )

    def _apply_dense(self, grad, var):
        return self._apply("Apply", grad, var)

    _resource_apply_dense = _apply_dense

    def _apply_sparse(self, grad, var):
        return self._apply("SparseApply", grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, var, indices):
        return self._apply("SparseApply", grad, var, indices)
