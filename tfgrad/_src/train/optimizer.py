"""`Optimizer`: what all optimizers share, from a loss to the operation of one step.

A step is built in this order, which fixes the names of its nodes: the gradients; the slots of each
variable; inside the optimizer's own scope the hyperparameters (`_prepare`), one update per variable
in the scope ``update_NAME``, and the operation that waits for all of them (`_finish`).

A new optimizer overrides ``_create_slots``, ``_prepare``, ``_apply_dense`` and ``_apply_sparse``
(and their ``_resource_`` forms), as in TensorFlow.
"""

from tfgrad._src.functions import shape
from tfgrad._src.functions.collections import get_collection, get_collection_ref
from tfgrad._src.functions.control import group, init_scope
from tfgrad._src.functions.control import tuple as tuple_
from tfgrad._src.functions.indexed_slices import (
    IndexedSlices,
    convert_to_tensor_or_indexed_slices,
)
from tfgrad._src.functions.resource_variable import (
    BaseResourceVariable,
    UnreadVariable,
    is_resource_variable,
)
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.state import assign_add
from tfgrad._src.functions.variable_lists import trainable_variables
from tfgrad._src.functions.variable_scope import get_variable, variable_scope
from tfgrad._src.functions.variables import Variable
from tfgrad._src.gradients.algorithm import gradients
from tfgrad._src.graph import dtypes
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import colocate_with, control_dependencies, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.train import slot_creator

# ---------------------------------------------------------------------- kinds of variables


def _deduplicated(values, indices):
    """Sliced values in which each row occurs once: the values of equal rows are summed."""
    unique, positions = add_op("Unique", indices)
    count = shape.shape(unique)[0]
    return add_op("UnsortedSegmentSum", values, positions, count), unique


def _variable_key(variable) -> tuple:
    return variable.op.graph, variable.op.name


class _Processor:
    """How a gradient is applied to one kind of variable."""

    def __init__(self, variable):
        self.variable = variable

    def target(self):
        """What gradients are taken with respect to."""
        return self.variable

    def _constrained(self, update):
        variable = self.variable
        if variable.constraint is None:
            return update
        with control_dependencies([update]):
            return variable.assign(variable.constraint(variable))

    def _check_sparse(self) -> None:
        if self.variable.constraint is not None:
            raise RuntimeError("Cannot use a constraint function on a sparse variable.")


class _OnReference(_Processor):
    def target(self):
        return self.variable._ref()

    def update(self, optimizer, grad):
        if isinstance(grad, Tensor):
            return self._constrained(optimizer._apply_dense(grad, self.variable))
        self._check_sparse()
        return optimizer._apply_sparse_duplicate_indices(grad, self.variable)


class _OnHandle(_Processor):
    def update(self, optimizer, grad):
        if isinstance(grad, Tensor):
            return self._constrained(optimizer._resource_apply_dense(grad, self.variable))
        self._check_sparse()
        return optimizer._resource_apply_sparse_duplicate_indices(
            grad.values, self.variable, grad.indices
        )


class _OnTensor(_Processor):
    def update(self, optimizer, grad):
        raise NotImplementedError("Trying to update a Tensor ", self.variable)


def _processor(variable) -> _Processor:
    if is_resource_variable(variable) and not isinstance(variable, UnreadVariable):
        return _OnHandle(variable)
    if isinstance(variable, Variable):
        return _OnReference(variable)
    if isinstance(variable, Tensor):
        return _OnTensor(variable)
    raise NotImplementedError("Trying to optimize unsupported type ", variable)


def _flat(structure) -> list:
    if isinstance(structure, dict):
        structure = [structure[k] for k in sorted(structure)]
    if isinstance(structure, list | tuple):
        return [v for item in structure for v in _flat(item)]
    return [structure]


def _call_and_watch(loss):
    """The value of a loss that is a function, and the trainable handles that it read."""
    graph = get_default_graph()
    before = len(graph.get_operations())
    value = loss()
    read = {op.inputs[0] for op in graph.get_operations()[before:] if op.type == "ReadVariableOp"}
    watched = [v for v in trainable_variables() if getattr(v, "handle", None) in read]
    return value, watched


# ---------------------------------------------------------------------- the optimizer


class Optimizer:
    """Base class of optimizers: makes the nodes that change variables so that a loss decreases.

    Args:
      use_locking: recorded in the nodes, without effect.
      name: the name of the scope, also of the slots.
      use_own_namescope_for_non_slot_vars: make the variables that belong to no single variable
        inside a variable scope of the optimizer's own.

    Raises:
      ValueError: there is no name.

    Example:
      >>> w = tf.Variable(1.0)
      >>> step = tf.train.GradientDescentOptimizer(0.1).minimize(w * w)
      >>> with tf.Session() as sess:
      ...     sess.run(w.initializer)
      ...     sess.run(step)
      ...     print(round(float(sess.run(w)), 6))
      0.8
    """

    # What waits for what in `compute_gradients`.
    GATE_NONE = 0  # nothing
    GATE_OP = 1  # all gradients of one operation for each other
    GATE_GRAPH = 2  # all gradients for each other

    def __init__(self, use_locking, name, use_own_namescope_for_non_slot_vars=False):
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking = use_locking
        self._name = name
        self._use_own_namescope_for_non_slot_vars = use_own_namescope_for_non_slot_vars
        if use_own_namescope_for_non_slot_vars:
            with variable_scope(None, default_name=name) as scope:
                self._non_slot_variable_scope = scope
        self._slots: dict[str, dict] = {}  # slot name -> variable key -> slot
        self._non_slot_dict: dict = {}  # (name, graph) -> variable

    def get_name(self) -> str:
        """The name of the optimizer."""
        return self._name

    def minimize(
        self, loss, global_step=None, var_list=None, gate_gradients=GATE_OP,
        aggregation_method=None, colocate_gradients_with_ops=False, name=None, grad_loss=None,
    ):  # fmt: skip
        """The operation of one step: `compute_gradients`, then `apply_gradients`.

        Args:
          loss: the tensor to be made smaller.
          global_step: a variable that grows by one with each step.
          var_list: the variables to be changed; default: all trainable ones.
          gate_gradients: ``GATE_NONE``, ``GATE_OP`` or ``GATE_GRAPH``.
          aggregation_method: how gradients are summed, see `tf.AggregationMethod`.
          colocate_gradients_with_ops: place gradients with the operations that they are of.
          name: the scope of the nodes; default: the optimizer's name.
          grad_loss: the gradient that arrives at ``loss``; default ones.

        Returns:
          An operation; with ``global_step``, that which counts it.

        Raises:
          ValueError: no variable has a gradient, or ``loss`` is not of a floating type.
        """
        grads_and_vars = self.compute_gradients(
            loss,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            grad_loss=grad_loss,
        )
        if all(g is None for g, _ in grads_and_vars):
            raise ValueError(
                f"No gradients provided for any variable, check your graph for ops that do not "
                f"support gradients, between variables {[str(v) for _, v in grads_and_vars]} and "
                f"loss {loss}."
            )
        return self.apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def compute_gradients(
        self, loss, var_list=None, gate_gradients=GATE_OP, aggregation_method=None,
        colocate_gradients_with_ops=False, grad_loss=None,
    ):  # fmt: skip
        """The gradients of ``loss``; arguments as in `minimize`.

        Returns:
          A list of pairs (gradient or None, variable).
        """
        if callable(loss) and not isinstance(loss, Tensor):
            loss, watched = _call_and_watch(loss)
            if var_list is None:
                var_list = watched
                if not var_list:
                    return []
        if gate_gradients not in (self.GATE_NONE, self.GATE_OP, self.GATE_GRAPH):
            raise ValueError(
                f"gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, "
                f"Optimizer.GATE_GRAPH.  Not {gate_gradients}"
            )
        self._assert_valid_dtypes([loss])
        if grad_loss is not None:
            self._assert_valid_dtypes([grad_loss])
        if var_list is None:
            var_list = trainable_variables() + get_collection(
                GraphKeys.TRAINABLE_RESOURCE_VARIABLES
            )
        else:
            var_list = _flat(var_list)
        var_list += get_collection(GraphKeys._STREAMING_MODEL_PORTS)
        processors = [_processor(v) for v in var_list]
        if not var_list:
            raise ValueError("No variables to optimize.")
        grads = gradients(
            loss,
            [p.target() for p in processors],
            grad_ys=grad_loss,
            gate_gradients=gate_gradients == self.GATE_OP,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gate_gradients == self.GATE_GRAPH:
            grads = tuple_(grads)
        grads_and_vars = list(zip(grads, var_list, strict=True))
        self._assert_valid_dtypes(
            [v for g, v in grads_and_vars if g is not None and v.dtype is not dtypes.resource]
        )
        return grads_and_vars

    def apply_gradients(self, grads_and_vars, global_step=None, name=None):
        """The operation that changes variables by given gradients.

        Args:
          grads_and_vars: pairs (gradient or None, variable), as `compute_gradients` gives them.
          global_step: a variable that grows by one with each step.
          name: the scope of the nodes; default: the optimizer's name.

        Returns:
          An operation; with ``global_step``, that which counts it.

        Raises:
          ValueError: there are no variables, or none has a gradient.
          TypeError: a gradient is neither a tensor nor sliced values.
        """
        grads_and_vars = tuple(grads_and_vars)
        if not grads_and_vars:
            raise ValueError("No variables provided.")
        converted = []
        for grad, variable in grads_and_vars:
            if grad is not None:
                try:
                    grad = convert_to_tensor_or_indexed_slices(grad)
                except TypeError:
                    raise TypeError(
                        f"Gradient must be convertible to a Tensor or IndexedSlices, or None: "
                        f"{grad}"
                    ) from None
                if not isinstance(grad, Tensor | IndexedSlices):
                    raise TypeError(f"Gradient must be a Tensor, IndexedSlices, or None: {grad}")
            converted.append((grad, variable, _processor(variable)))
        var_list = [v for g, v, _ in converted if g is not None]
        if not var_list:
            raise ValueError(
                f"No gradients provided for any variable: {[str(v) for _, v, _ in converted]}."
            )
        with init_scope():
            self._create_slots(var_list)
        updates = []
        with name_scope(name, self._name) as scope:
            self._prepare()
            for grad, variable, processor in converted:
                if grad is None:
                    continue
                with name_scope(f"update_{variable.op.name}"), colocate_with(variable):
                    updates.append(processor.update(self, grad))
            if global_step is None:
                step = self._finish(updates, scope)
            else:
                with (
                    control_dependencies([self._finish(updates, "update")]),
                    colocate_with(global_step),
                ):
                    step = _count(global_step, scope)
            step = step.op if isinstance(step, Tensor) else step
            train_ops = get_collection_ref(GraphKeys.TRAIN_OP)
            if step not in train_ops:
                train_ops.append(step)
            return step

    # ------------------------------------------------------------------ slots

    def get_slot(self, var, name: str):
        """The slot called ``name`` of a variable, or None."""
        return self._slots.get(name, {}).get(_variable_key(var))

    def get_slot_names(self) -> list[str]:
        """The names of the slots that exist."""
        return sorted(self._slots)

    def variables(self) -> list:
        """The optimizer's own variables in the default graph, by name."""
        graph = get_default_graph()
        found = list(self._non_slot_variables())
        found += [slot for slots in self._slots.values() for slot in slots.values()]
        return sorted((v for v in found if v.op.graph is graph), key=lambda v: v.name)

    def _slot_dict(self, slot_name: str) -> dict:
        return self._slots.setdefault(slot_name, {})

    def _get_or_make_slot(self, var, val, slot_name: str, op_name: str):
        """The slot of ``var``, made from the tensor ``val`` if it does not exist."""
        slots = self._slot_dict(slot_name)
        key = _variable_key(var)
        if key not in slots:
            slots[key] = slot_creator.create_slot(var, val, op_name)
        return slots[key]

    def _get_or_make_slot_with_initializer(
        self, var, initializer, shape, dtype, slot_name: str, op_name: str
    ):
        """The slot of ``var``, made by an initializer if it does not exist."""
        slots = self._slot_dict(slot_name)
        key = _variable_key(var)
        if key not in slots:
            slots[key] = slot_creator.create_slot_with_initializer(
                var, initializer, shape, dtype, op_name
            )
        return slots[key]

    def _zeros_slot(self, var, slot_name: str, op_name: str):
        """The slot of ``var``, made of zeros if it does not exist."""
        slots = self._slot_dict(slot_name)
        key = _variable_key(var)
        if key not in slots:
            slots[key] = slot_creator.create_zeros_slot(var, op_name)
        return slots[key]

    def _create_non_slot_variable(self, initial_value, name: str, colocate_with):
        """A variable of the optimizer as a whole, made if it does not exist."""
        neighbour = colocate_with
        key = (name, neighbour.graph)
        if key not in self._non_slot_dict:
            use_resource = is_resource_variable(neighbour)
            with neighbour.graph.colocate_with(neighbour):
                if self._use_own_namescope_for_non_slot_vars:
                    with name_scope(""), variable_scope(self._non_slot_variable_scope):
                        made = get_variable(
                            initializer=initial_value,
                            name=name,
                            trainable=False,
                            use_resource=use_resource,
                        )
                else:
                    made = Variable(
                        initial_value, name=name, trainable=False, use_resource=use_resource
                    )
            self._non_slot_dict[key] = made
        return self._non_slot_dict[key]

    def _get_non_slot_variable(self, name: str, graph=None):
        return self._non_slot_dict.get((name, graph))

    def _non_slot_variables(self):
        return self._non_slot_dict.values()

    # ------------------------------------------------------------------ for subclasses

    def _valid_dtypes(self) -> set:
        """The types of loss and variables that the optimizer accepts."""
        return {dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64}

    def _assert_valid_dtypes(self, tensors) -> None:
        valid = self._valid_dtypes()
        for t in tensors:
            dtype = t.dtype.base_dtype
            if dtype not in valid:
                listed = sorted(valid, key=_DTYPE_ORDER.index) if valid <= _DTYPES else list(valid)
                raise ValueError(f"Invalid type {dtype!r} for {t.name}, expected: {listed}.")

    def _create_slots(self, var_list) -> None:
        """Makes the slots of the variables; by default there are none."""

    def _prepare(self) -> None:
        """Makes the tensors of the hyperparameters."""

    def _apply_dense(self, grad, var):
        """The operation that changes a reference variable by a gradient."""
        raise NotImplementedError

    def _resource_apply_dense(self, grad, var):
        """The operation that changes a resource variable by a gradient."""
        raise NotImplementedError

    def _resource_apply_sparse_duplicate_indices(self, grad, handle, indices):
        """As `_resource_apply_sparse`, where rows may occur several times: sums them first."""
        summed, unique = _deduplicated(grad, indices)
        return self._resource_apply_sparse(summed, handle, unique)

    def _resource_apply_sparse(self, grad, handle, indices):
        """The operation that changes rows of a resource variable, each at most once."""
        raise NotImplementedError

    def _apply_sparse_duplicate_indices(self, grad, var):
        """As `_apply_sparse`, where rows may occur several times: sums them first."""
        summed, unique = _deduplicated(grad.values, grad.indices)
        return self._apply_sparse(
            IndexedSlices(indices=unique, values=summed, dense_shape=grad.dense_shape), var
        )

    def _apply_sparse(self, grad, var):
        """The operation that changes rows of a reference variable, each at most once."""
        raise NotImplementedError

    def _finish(self, update_ops, name_scope: str):
        """The operation that waits for all updates."""
        return group(*update_ops, name=name_scope)

    def _call_if_callable(self, param):
        return param() if callable(param) else param


_DTYPE_ORDER = [dtypes.float32, dtypes.float64, dtypes.float16, dtypes.bfloat16]
_DTYPES = set(_DTYPE_ORDER)


def _count(global_step, name: str) -> Operation | Tensor:
    if isinstance(global_step, BaseResourceVariable):
        one = convert_to_tensor(1, dtype=global_step.dtype)
        return add_op("AssignAddVariableOp", global_step.handle, one, name=name)
    return assign_add(global_step, 1, name=name)
