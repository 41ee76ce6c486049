"""Adagrad: steps divided by the root of the sum of all squared gradients so far."""

from tfgrad._src.functions import initializers
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.shape import shape
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.train.apply import apply_update
from tfgrad._src.train.optimizer import Optimizer


class AdagradOptimizer(Optimizer):
    """Adagrad.

    ::

        accumulator = accumulator + grad**2
        w = w - learning_rate * grad / sqrt(accumulator)

    Args:
      learning_rate: the step size: a number, a tensor, or a function that gives one.
      initial_accumulator_value: what the accumulator begins with.
      use_locking: without effect.
      name: the name of the scope and of the slots.

    Raises:
      ValueError: ``initial_accumulator_value`` is not positive.

    Source: Duchi et al., Adaptive subgradient methods for online learning, 2011.
    """

    def __init__(
        self, learning_rate, initial_accumulator_value=0.1, use_locking=False, name="Adagrad"
    ):
        if initial_accumulator_value <= 0.0:
            raise ValueError(
                f"initial_accumulator_value must be positive: {initial_accumulator_value}"
            )
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._learning_rate_tensor = None

    def _create_slots(self, var_list):
        for v in var_list:
            dtype = v.dtype.base_dtype
            if v.get_shape().is_fully_defined():
                value = initializers.Constant(self._initial_accumulator_value, dtype=dtype)
            else:
                value = self._init_constant_op(v, dtype)
            self._get_or_make_slot_with_initializer(
                v, value, v.get_shape(), dtype, "accumulator", self._name
            )

    def _init_constant_op(self, v, dtype):
        return lambda: cast(add_op("Fill", shape(v), self._initial_accumulator_value), dtype)

    def _prepare(self):
        rate = self._call_if_callable(self._learning_rate)
        self._learning_rate_tensor = convert_to_tensor(rate, name="learning_rate")

    def _apply(self, op_type, grad, var, *indices):
        return apply_update(
            op_type,
            [var, self.get_slot(var, "accumulator")],
            cast(self._learning_rate_tensor, var.dtype.base_dtype),
            grad,
            *indices,
            use_locking=self._use_locking,
        )

    def _apply_dense(self, grad, var):
        return self._apply("ApplyAdagrad", grad, var)

    _resource_apply_dense = _apply_dense

    def _apply_sparse(self, grad, var):
        return self._apply("SparseApplyAdagrad", grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, var, indices):
        return self._apply("SparseApplyAdagrad", grad, var, indices)
