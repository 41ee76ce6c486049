"""Moving averages of variables and tensors."""

from tfgrad._src.functions import initializers
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.collections import add_to_collection
from tfgrad._src.functions.control import group, init_scope
from tfgrad._src.functions.cwise_binary import minimum, pow
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.state import assign, assign_sub
from tfgrad._src.functions.variable_lists import (
    global_variables,
    moving_average_variables,
    trainable_variables,
)
from tfgrad._src.functions.variable_scope import (
    get_variable,
    get_variable_scope,
    variable_scope,
)
from tfgrad._src.functions.variables import Variable
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import FLOATING, float32
from tfgrad._src.graph.graph import colocate_with, device, get_default_graph
from tfgrad._src.train import slot_creator


def assign_moving_average(variable, value, decay, zero_debias=True, name=None):
    """A node that moves a variable towards a value.

    ::

        variable = variable - (variable - value) * (1 - decay)

    Args:
      variable: the variable.
      value: a tensor of the same shape.
      decay: the part of the old value that is kept.
      zero_debias: divide by ``1 - decay ** t`` at step ``t``, which undoes a start at zero.
      name: the scope of the nodes; default ``"AssignMovingAvg"``.

    Returns:
      The variable after the change.

    Source: Kingma and Ba, Adam: a method for stochastic optimization, 2014, section 3 (debiasing).
    """
    with name_scope(name, "AssignMovingAvg", [variable, value]) as scope:
        rate = convert_to_tensor(1.0 - decay, name="decay")
        if rate.dtype is not variable.dtype.base_dtype:
            rate = cast(rate, variable.dtype.base_dtype)
        if zero_debias:
            return _zero_debias(variable, value, rate)
        return assign_sub(variable, (variable - value) * rate, name=scope)


def _unused_name(name: str) -> str:
    scope = get_variable_scope()
    if scope.reuse:
        return name
    taken = [v.op.name for v in scope.global_variables()]
    full = f"{scope.name}/{name}"
    if full not in taken:
        return name
    i = 1
    while f"{full}_{i}" in taken:
        i += 1
    return f"{name}_{i}"


def _zero_debias(variable, value, rate):
    """Keeps the biased average and its own step count, and assigns the quotient."""
    with (
        variable_scope(variable.name[: -len(":0")], values=[variable, value, rate]),
        colocate_with(variable),
    ):
        biased = get_variable(
            _unused_name("biased"),
            initializer=initializers.Zeros(),
            shape=variable.get_shape(),
            dtype=variable.dtype,
            trainable=False,
        )
        local_step = get_variable(
            _unused_name("local_step"),
            shape=[],
            dtype=variable.dtype,
            initializer=initializers.Zeros(),
            trainable=False,
        )
    update = assign_sub(biased, (biased - value) * rate)
    step = local_step.assign_add(1)
    factor = 1 - pow(1.0 - rate, step)
    scope = get_default_graph().get_name_scope()
    return assign(variable, update / factor, name=f"{scope}/")


class ExponentialMovingAverage:
    """Keeps moving averages of variables, or of other tensors.

    ::

        average = decay * average + (1 - decay) * variable

    Args:
      decay: the part that is kept, a little under 1.
      num_updates: a step count ``n``; the decay is then ``min(decay, (1 + n) / (10 + n))``, smaller
        at the beginning.
      zero_debias: undo the start at zero of the averages of tensors that are no variables.
      name: the name of the scope and of the averages.

    Example:
      >>> w = tf.Variable(1.0, name="w")
      >>> average = tf.train.ExponentialMovingAverage(decay=0.99)
      >>> average.average_name(w)
      'w/ExponentialMovingAverage'
    """

    def __init__(self, decay, num_updates=None, zero_debias=False, name="ExponentialMovingAverage"):
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        self._averages: dict = {}

    @property
    def name(self) -> str:
        """The name of the averages."""
        return self._name

    def apply(self, var_list=None):
        """The operation that updates the averages, which are made if they do not exist.

        Args:
          var_list: variables and tensors; default: the trainable variables.

        Raises:
          TypeError: one of them is not of a floating type.
        """
        variables = trainable_variables() if var_list is None else list(var_list)
        debiased = set()
        for v in variables:
            if v.dtype.base_dtype not in FLOATING:
                raise TypeError(f"The variables must be half, float, or double: {v.name}")
            if v in self._averages:
                continue
            with init_scope():
                if isinstance(v, Variable):
                    with device(v.device):
                        initial_value = v.initialized_value()
                    average = slot_creator.create_slot(v, initial_value, self._name)
                    add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, v)
                else:
                    is_variable = v.op.type in ("Variable", "VariableV2", "VarHandleOp")
                    average = slot_creator.create_zeros_slot(
                        v, self._name, colocate_with_primary=is_variable
                    )
                    if self._zero_debias:
                        debiased.add(average)
            self._averages[v] = average
        with name_scope(self._name) as scope:
            decay = convert_to_tensor(self._decay, dtype=float32, name="decay")
            if self._num_updates is not None:
                n = cast(self._num_updates, float32, name="num_updates")
                decay = minimum(decay, (1.0 + n) / (10.0 + n))
            updates = [
                assign_moving_average(
                    self._averages[v], v, decay, zero_debias=self._averages[v] in debiased
                )
                for v in variables
            ]
            return group(*updates, name=scope)

    def average(self, var):
        """The variable that holds the average of ``var``, or None."""
        return self._averages.get(var)

    def average_name(self, var) -> str:
        """The name that the average of ``var`` has, or would have."""
        if var in self._averages:
            return self._averages[var].name[: -len(":0")]
        name = f"{var.name[: -len(':0')]}/{self._name}"
        return get_default_graph().unique_name(name, mark_as_used=False)

    def variables_to_restore(self, moving_avg_variables=None) -> dict:
        """From names in a checkpoint to variables: averages are read into the variables themselves.

        Args:
          moving_avg_variables: the variables that have averages; default: the trainable ones and
            those in ``GraphKeys.MOVING_AVERAGE_VARIABLES``.
        """
        if moving_avg_variables is None:
            moving_avg_variables = trainable_variables() + moving_average_variables()
        averaged = dict.fromkeys(moving_avg_variables)
        result = {self.average_name(v): v for v in averaged}
        names = {v.name for v in averaged}
        for v in dict.fromkeys(global_variables()):
            if v.name not in names and v.op.name not in result:
                result[v.op.name] = v
        return result
