"""Optimizers that regularize by a proximal step: small weights become exactly zero."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import identity
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.graph import colocate_with, device
from tfgrad._src.train.apply import apply_update, cast_all
from tfgrad._src.train.optimizer import Optimizer


class _Proximal(Optimizer):
    """A learning rate, an l1 and an l2 strength."""

    _kind: str
    _slot_names: tuple[str, ...]

    def _set_strengths(self, learning_rate, l1_regularization_strength, l2_regularization_strength):
        self._learning_rate = learning_rate
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength

    def _prepare(self):
        self._hyperparameters = [
            convert_to_tensor(self._learning_rate, name="learning_rate"),
            convert_to_tensor(self._l1_regularization_strength, name="l1_regularization_strength"),
            convert_to_tensor(self._l2_regularization_strength, name="l2_regularization_strength"),
        ]

    def _apply(self, prefix, grad, var, *indices, dtype=None):
        values = self._hyperparameters
        if dtype is not None:
            values = cast_all(dtype, *values)
        return apply_update(
            f"{prefix}{self._kind}",
            [var, *(self.get_slot(var, s) for s in self._slot_names)],
            *values,
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
        return self._apply("SparseApply", grad, var, indices, dtype=grad.dtype)


def _proximal(cls):
    """Gives a class the methods of `_Proximal`.

    The class does not inherit them: programs look for the optimizers of TensorFlow by asking
    whether ``Optimizer`` is a class's ``__base__``.
    """
    for name, value in vars(_Proximal).items():
        if not name.startswith("__"):
            setattr(cls, name, value)
    return cls


@_proximal
class ProximalGradientDescentOptimizer(Optimizer):
    """Gradient descent, then a proximal step.

    ::

        p = w - learning_rate * grad
        w = sign(p) * max(|p| - learning_rate * l1, 0) / (1 + learning_rate * l2)

    Args:
      learning_rate: the step size: a number or a tensor.
      l1_regularization_strength: ``l1`` above.
      l2_regularization_strength: ``l2`` above.
      use_locking: without effect.
      name: the name of the scope.

    Source: Duchi and Singer, Efficient learning using forward-backward splitting, 2009.
    """

    _kind = "ProximalGradientDescent"
    _slot_names = ()

    def __init__(
        self, learning_rate, l1_regularization_strength=0.0, l2_regularization_strength=0.0,
        use_locking=False, name="ProximalGradientDescent",
    ):  # fmt: skip
        super().__init__(use_locking, name)
        self._set_strengths(learning_rate, l1_regularization_strength, l2_regularization_strength)


@_proximal
class ProximalAdagradOptimizer(Optimizer):
    """Adagrad, then a proximal step.

    ::

        accumulator = accumulator + grad**2
        rate = learning_rate / sqrt(accumulator)
        p = w - rate * grad
        w = sign(p) * max(|p| - rate * l1, 0) / (1 + rate * l2)

    Args:
      learning_rate: the step size: a number or a tensor.
      initial_accumulator_value: what the accumulator begins with.
      l1_regularization_strength: ``l1`` above.
      l2_regularization_strength: ``l2`` above.
      use_locking: without effect.
      name: the name of the scope and of the slots.

    Raises:
      ValueError: ``initial_accumulator_value`` is not positive.

    Source: Duchi and Singer, Efficient learning using forward-backward splitting, 2009.
    """

    _kind = "ProximalAdagrad"
    _slot_names = ("accumulator",)

    def __init__(
        self, learning_rate, initial_accumulator_value=0.1, l1_regularization_strength=0.0,
        l2_regularization_strength=0.0, use_locking=False, name="ProximalAdagrad",
    ):  # fmt: skip
        if initial_accumulator_value <= 0.0:
            raise ValueError(
                f"initial_accumulator_value must be positive: {initial_accumulator_value}"
            )
        super().__init__(use_locking, name)
        self._set_strengths(learning_rate, l1_regularization_strength, l2_regularization_strength)
        self._initial_accumulator_value = initial_accumulator_value

    def _create_slots(self, var_list):
        for v in var_list:
            with colocate_with(v):
                value = constant(
                    self._initial_accumulator_value, shape=v.get_shape(), dtype=v.dtype.base_dtype
                )
            self._get_or_make_slot(v, value, "accumulator", self._name)


class AdagradDAOptimizer(Optimizer):
    """Adagrad with dual averaging: all gradients so far at once, at step ``t``.

    ::

        total = total + grad
        squares = squares + grad**2
        w = -learning_rate * sign(total) * max(|total| - l1 * t, 0)
            / (l2 * t * learning_rate + sqrt(squares))

    Args:
      learning_rate: the step size: a number or a tensor.
      global_step: the variable that counts the steps.
      initial_gradient_squared_accumulator_value: what ``squares`` begins with.
      l1_regularization_strength: ``l1`` above.
      l2_regularization_strength: ``l2`` above.
      use_locking: without effect.
      name: the name of the scope and of the slots.

    Raises:
      ValueError: ``initial_gradient_squared_accumulator_value`` is not positive.

    Source: Duchi et al., Adaptive subgradient methods for online learning, 2011.
    """

    def __init__(
        self, learning_rate, global_step, initial_gradient_squared_accumulator_value=0.1,
        l1_regularization_strength=0.0, l2_regularization_strength=0.0, use_locking=False,
        name="AdagradDA",
    ):  # fmt: skip
        if initial_gradient_squared_accumulator_value <= 0.0:
            raise ValueError(
                f"initial_gradient_squared_accumulator_value must be positive: "
                f"{initial_gradient_squared_accumulator_value}"
            )
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_squares = initial_gradient_squared_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._global_step = global_step

    def _create_slots(self, var_list):
        for v in var_list:
            dtype = v.dtype.base_dtype
            with colocate_with(v):
                zeros = constant(0.0, shape=v.get_shape(), dtype=dtype)
                squares = constant(self._initial_squares, shape=v.get_shape(), dtype=dtype)
            self._get_or_make_slot(v, zeros, "gradient_accumulator", self._name)
            self._get_or_make_slot(v, squares, "gradient_squared_accumulator", self._name)

    def _prepare(self):
        self._learning_rate_tensor = convert_to_tensor(self._learning_rate, name="learning_rate")
        with colocate_with(self._learning_rate_tensor):
            self._step = identity(self._global_step) + 1

    def _apply(self, op_type, grad, var, *indices):
        dtype = var.dtype.base_dtype
        slots = ("gradient_accumulator", "gradient_squared_accumulator")
        with device(var.device):
            step = identity(self._step)
        return apply_update(
            op_type,
            [var, *(self.get_slot(var, s) for s in slots)],
            grad,
            *indices,
            cast(self._learning_rate_tensor, dtype),
            cast(self._l1_regularization_strength, dtype),
            cast(self._l2_regularization_strength, dtype),
            step,
            use_locking=self._use_locking,
        )

    def _apply_dense(self, grad, var):
        return self._apply("ApplyAdagradDA", grad, var)

    _resource_apply_dense = _apply_dense

    def _apply_sparse(self, grad, var):
        return self._apply("SparseApplyAdagradDA", grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, var, indices):
        return self._apply("SparseApplyAdagradDA", grad, var, indices)
