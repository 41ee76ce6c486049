"""Adam: steps scaled by running means of the gradient and of its square."""

from tfgrad._src.functions.control import group, init_scope
from tfgrad._src.functions.state import assign, assign_sub, scatter_add
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import colocate_with, control_dependencies, get_default_graph
from tfgrad._src.train.apply import apply_update, cast_all
from tfgrad._src.train.optimizer import Optimizer


class AdamOptimizer(Optimizer):
    """Adam, at step ``t``.

    ::

        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        w = w - learning_rate * sqrt(1 - beta2**t) / (1 - beta1**t) * m / (sqrt(v) + epsilon)

    For gradients of single rows the means of *all* rows decay, as if the others' gradient were
    zero.

    Args:
      learning_rate, beta1, beta2, epsilon: see above; numbers, tensors, or functions that give
        them. ``epsilon`` is the paper's "epsilon hat".
      use_locking: without effect.
      name: the name of the scope and of the slots.
      use_own_namescope_for_non_slot_vars: see `tf.train.Optimizer`.

    Source: Kingma and Ba, Adam: a method for stochastic optimization, 2014, section 2.
    """

    def __init__(
        self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, use_locking=False,
        name="Adam", use_own_namescope_for_non_slot_vars=False,
    ):  # fmt: skip
        super().__init__(use_locking, name, use_own_namescope_for_non_slot_vars)
        self._lr = learning_rate
        self._beta1 = beta1
        self._beta2 = beta2
        self._epsilon = epsilon
        self._lr_t = self._beta1_t = self._beta2_t = self._epsilon_t = None

    def _get_beta_accumulators(self):
        with init_scope():
            graph = get_default_graph()
            return (
                self._get_non_slot_variable("beta1_power", graph=graph),
                self._get_non_slot_variable("beta2_power", graph=graph),
            )

    def _create_slots(self, var_list):
        first = min(var_list, key=lambda v: v.name)
        self._create_non_slot_variable(self._beta1, name="beta1_power", colocate_with=first)
        self._create_non_slot_variable(self._beta2, name="beta2_power", colocate_with=first)
        for v in var_list:
            self._zeros_slot(v, "m", self._name)
            self._zeros_slot(v, "v", self._name)

    def _prepare(self):
        values = [
            self._call_if_callable(p) for p in (self._lr, self._beta1, self._beta2, self._epsilon)
        ]
        self._lr_t = convert_to_tensor(values[0], name="learning_rate")
        self._beta1_t = convert_to_tensor(values[1], name="beta1")
        self._beta2_t = convert_to_tensor(values[2], name="beta2")
        self._epsilon_t = convert_to_tensor(values[3], name="epsilon")

    def _apply_dense(self, grad, var):
        hyperparameters = cast_all(
            var.dtype.base_dtype,
            *self._get_beta_accumulators(),
            self._lr_t,
            self._beta1_t,
            self._beta2_t,
            self._epsilon_t,
        )
        return apply_update(
            "ApplyAdam",
            [var, self.get_slot(var, "m"), self.get_slot(var, "v")],
            *hyperparameters,
            grad,
            use_locking=self._use_locking,
        )

    _resource_apply_dense = _apply_dense

    def _apply_sparse_shared(self, grad, var, indices, scatter_add):
        """The formula in primitive nodes: the means decay in all rows, a few rows are added to."""
        beta1_power, beta2_power, rate, beta1, beta2, epsilon = cast_all(
            var.dtype.base_dtype,
            *self._get_beta_accumulators(),
            self._lr_t,
            self._beta1_t,
            self._beta2_t,
            self._epsilon_t,
        )
        rate = rate * add_op("Sqrt", 1 - beta2_power) / (1 - beta1_power)
        m = self.get_slot(var, "m")
        scaled = grad * (1 - beta1)
        m_t = assign(m, m * beta1, use_locking=self._use_locking)
        with control_dependencies([m_t]):
            m_t = scatter_add(m, indices, scaled)
        v = self.get_slot(var, "v")
        scaled = grad * grad * (1 - beta2)
        v_t = assign(v, v * beta2, use_locking=self._use_locking)
        with control_dependencies([v_t]):
            v_t = scatter_add(v, indices, scaled)
        root = add_op("Sqrt", v_t)
        update = assign_sub(var, rate * m_t / (root + epsilon), use_locking=self._use_locking)
        return group(update, m_t, v_t)

    def _apply_sparse(self, grad, var):
        def add_rows(variable, indices, values):
            return scatter_add(variable, indices, values, use_locking=self._use_locking)

        return self._apply_sparse_shared(grad.values, var, grad.indices, add_rows)

    def _resource_scatter_add(self, variable, indices, values):
        added = add_op("ResourceScatterAdd", variable.handle, indices, values)
        with control_dependencies([added]):
            return variable.value()

    def _resource_apply_sparse(self, grad, var, indices):
        return self._apply_sparse_shared(grad, var, indices, self._resource_scatter_add)

    def _finish(self, update_ops, name_scope):
        """The powers of the betas change after all updates have used them."""
        with control_dependencies(update_ops):
            beta1_power, beta2_power = self._get_beta_accumulators()
            with colocate_with(beta1_power):
                update1 = beta1_power.assign(
                    beta1_power * self._beta1_t, use_locking=self._use_locking
                )
                update2 = beta2_power.assign(
                    beta2_power * self._beta2_t, use_locking=self._use_locking
                )
        return group(*update_ops, update1, update2, name=name_scope)
