"""FTRL-Proximal: follow the regularized leader."""

from tfgrad._src.functions.cwise_binary import maximum
from tfgrad._src.functions.fill import ones
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import float32
from tfgrad._src.train.apply import apply_update, cast_all
from tfgrad._src.train.optimizer import Optimizer


class FtrlOptimizer(Optimizer):
    """FTRL-Proximal, which makes small weights exactly zero.

    ::

        new = accum + grad**2
        linear = linear + grad - (new**-p - accum**-p) / learning_rate * w
        scale = new**-p / learning_rate + 2 * l2
        w = 0 if |linear| <= l1 else (sign(linear) * l1 - linear) / scale
        accum = new

    where ``p`` is ``learning_rate_power``.

    Args:
      learning_rate: the step size: a number or a tensor.
      learning_rate_power: zero or negative; zero keeps the learning rate fixed.
      initial_accumulator_value: what ``accum`` begins with.
      l1_regularization_strength: ``l1`` above.
      l2_regularization_strength: ``l2`` above.
      use_locking: without effect.
      name: the name of the scope.
      accum_name, linear_name: the names of the slots; default: ``name``.
      l2_shrinkage_regularization_strength: adds twice this times ``w`` to the gradient in
        ``linear``.
      beta: adds ``beta / (2 * learning_rate)`` to ``l2``.

    Raises:
      ValueError: a strength is negative, or the power is positive.

    Source: McMahan et al., Ad click prediction: a view from the trenches, 2013.
    """

    def __init__(
        self, learning_rate, learning_rate_power=-0.5, initial_accumulator_value=0.1,
        l1_regularization_strength=0.0, l2_regularization_strength=0.0, use_locking=False,
        name="Ftrl", accum_name=None, linear_name=None, l2_shrinkage_regularization_strength=0.0,
        beta=None,
    ):  # fmt: skip
        super().__init__(use_locking, name)
        for what, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if value < 0.0:
                raise ValueError(f"{what} {value:f} needs to be positive or zero")
        if learning_rate_power > 0.0:
            raise ValueError(
                f"learning_rate_power {learning_rate_power:f} needs to be negative or zero"
            )
        self._learning_rate = learning_rate
        self._learning_rate_power = learning_rate_power
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._beta = 0.0 if beta is None else beta
        self._l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self._accum_name = accum_name
        self._linear_name = linear_name

    def _create_slots(self, var_list):
        def initial(shape, dtype=float32, partition_info=None):
            return ones(shape=shape, dtype=dtype) * self._initial_accumulator_value

        for v in var_list:
            self._get_or_make_slot_with_initializer(
                v, initial, v.shape, v.dtype, "accum", self._accum_name or self._name
            )
            self._zeros_slot(v, "linear", self._linear_name or self._name)

    def _prepare(self):
        self._learning_rate_tensor = convert_to_tensor(self._learning_rate, name="learning_rate")
        self._l1_tensor = convert_to_tensor(
            self._l1_regularization_strength, name="l1_regularization_strength"
        )
        # beta acts as more l2; the floor keeps a learning rate of zero from dividing.
        l2 = self._l2_regularization_strength + self._beta / (
            2.0 * maximum(self._learning_rate, 1e-36)
        )
        self._l2_tensor = convert_to_tensor(l2, name="adjusted_l2_regularization_strength")
        self._beta_tensor = convert_to_tensor(self._beta, name="beta")
        self._l2_shrinkage_tensor = convert_to_tensor(
            self._l2_shrinkage_regularization_strength,
            name="l2_shrinkage_regularization_strength",
        )
        self._learning_rate_power_tensor = convert_to_tensor(
            self._learning_rate_power, name="learning_rate_power"
        )

    def _apply(self, op_type, grad, var, *indices):
        shrinks = self._l2_shrinkage_regularization_strength > 0.0
        hyperparameters = [self._learning_rate_tensor, self._l1_tensor, self._l2_tensor]
        if shrinks:
            hyperparameters.append(self._l2_shrinkage_tensor)
        hyperparameters.append(self._learning_rate_power_tensor)
        return apply_update(
            f"{op_type}V2" if shrinks else op_type,
            [var, self.get_slot(var, "accum"), self.get_slot(var, "linear")],
            grad,
            *indices,
            *cast_all(var.dtype.base_dtype, *hyperparameters),
            use_locking=self._use_locking,
        )

    def _apply_dense(self, grad, var):
        return self._apply("ApplyFtrl", grad, var)

    _resource_apply_dense = _apply_dense

    def _apply_sparse(self, grad, var):
        return self._apply("SparseApplyFtrl", grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, var, indices):
        return self._apply("SparseApplyFtrl", grad, var, indices)
