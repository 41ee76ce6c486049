"""`RefVariable`: a variable whose node hands out a reference (`VariableV2`).

Nodes of ``Variable(v, name="w")``: ``w/initial_value``, ``w``, ``w/Assign``, ``w/read``.  Where the
variable is used as a tensor, ``w/read`` is.
"""

from typing import Any

from tfgrad._src.functions.control import identity, init_scope
from tfgrad._src.functions.initial_value import safe_initial_value
from tfgrad._src.functions.reference import add_ref_op
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.variables import Variable, check_distribution
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.convert import convert_to_tensor, register_tensor_conversion_function
from tfgrad._src.graph.graph import colocate_with, device, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.shapes import is_fully_known
from tfgrad._src.graph.tensor_shape import as_tuple


def check_collections(collections, trainable: bool) -> list:
    """The collections that a variable is added to.

    Raises:
      ValueError: ``collections`` is not a list, tuple or set.
    """
    if collections is None:
        collections = [GraphKeys.GLOBAL_VARIABLES]
    if not isinstance(collections, list | tuple | set):
        raise ValueError(
            "collections argument to Variable constructor must be a list, tuple, or set. "
            f"Got {collections} of type {type(collections)}"
        )
    if trainable and GraphKeys.TRAINABLE_VARIABLES not in collections:
        collections = [*collections, GraphKeys.TRAINABLE_VARIABLES]
    return list(collections)


class RefVariable(Variable):
    """A variable of TensorFlow 1; see `tf.Variable`."""

    _variable: Any  # the reference
    _snapshot: Any  # the node that reads it

    def __init__(
        self, initial_value=None, trainable=None, collections=None, validate_shape=True,
        caching_device=None, name=None, variable_def=None, dtype=None, expected_shape=None,
        import_scope=None, constraint=None, synchronization=None, aggregation=None, shape=None,
    ):  # fmt: skip
        if variable_def is not None:
            if initial_value is not None:
                raise ValueError("variable_def and initial_value are mutually exclusive.")
            self._init_from_def(variable_def, import_scope)
            return
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        check_collections(collections, False)
        if constraint is not None and not callable(constraint):
            raise ValueError("The `constraint` argument must be a callable.")
        self._synchronization, self._aggregation, self._trainable = check_distribution(
            synchronization, aggregation, trainable, name
        )
        self._constraint = constraint
        self._caching_device = caching_device
        collections = check_collections(collections, self._trainable)
        with init_scope():
            self._add_nodes(initial_value, validate_shape, name, dtype, shape)
            get_default_graph().add_to_collections(collections, self)

    def _add_nodes(self, initial_value, validate_shape: bool, name, dtype, shape) -> None:
        graph = get_default_graph()
        from_function = callable(initial_value)
        with name_scope(name, "Variable", [] if from_function else [initial_value]) as scope:
            if from_function:
                group = [b"loc:@" + scope[:-1].encode()]
                with graph._attr_scope({"_class": group}):
                    with name_scope("Initializer"), device(None):
                        value = convert_to_tensor(
                            initial_value(), name="initial_value", dtype=dtype
                        )
                    self._add_variable(scope, value, validate_shape, shape)
            else:
                value = convert_to_tensor(initial_value, name="initial_value", dtype=dtype)
                self._add_variable(scope, value, validate_shape, shape)
            self._initial_value = value
            if validate_shape and not is_fully_known(value.dims):
                raise ValueError(f"initial_value must have a shape specified: {value}")
            self._initializer_op = add_ref_op(
                "Assign",
                self._variable,
                safe_initial_value(scope, value),
                validate_shape=validate_shape,
            ).op
            if self._caching_device is not None:
                with device(self._caching_device):
                    self._snapshot = identity(self._variable, name="read")
            else:
                with colocate_with(self._variable.op):
                    self._snapshot = identity(self._variable, name="read")

    def _add_variable(self, scope: str, value: Tensor, validate_shape: bool, shape) -> None:
        dims = value.dims if validate_shape else None
        dims = dims if shape is None else as_tuple(shape)
        self._variable = add_op("VariableV2", name=scope, shape=dims, dtype=value.dtype.base_dtype)

    def _init_from_def(self, variable_def, import_scope: str | None) -> None:
        graph = get_default_graph()
        prefix = f"{import_scope}/" if import_scope else ""

        def element(name):
            return graph.as_graph_element(prefix + name) if name else None

        self._variable = element(variable_def.variable_name)
        self._initializer_op = element(variable_def.initializer_name)
        self._initial_value = element(variable_def.initial_value_name)
        self._snapshot = element(variable_def.snapshot_name)
        self._synchronization, self._aggregation, self._trainable = check_distribution(
            variable_def.synchronization,
            variable_def.aggregation,
            variable_def.trainable,
            variable_def.variable_name,
        )
        self._caching_device = self._constraint = None

    # ------------------------------------------------------------------ what it is

    @property
    def name(self) -> str:
        """The name of the reference, such as ``"w:0"``."""
        return self._variable.name

    @property
    def dtype(self):
        """The reference type of the elements, such as ``float32_ref``."""
        return self._variable.dtype

    @property
    def shape(self):
        """The static shape."""
        return self._variable.shape

    @property
    def op(self) -> Operation:
        """The variable's own node."""
        return self._variable.op

    @property
    def graph(self):
        """The graph that holds the variable."""
        return self._variable.graph

    @property
    def device(self) -> str:
        """The device string of the variable's node."""
        return self._variable.device

    def set_shape(self, shape) -> None:
        """Refines the static shape."""
        self._variable.set_shape(shape)
        self._snapshot.set_shape(shape)

    def _as_graph_element(self) -> Tensor:
        return self._variable

    def _ref(self) -> Tensor:
        """The reference, for ops that change the variable."""
        return self._variable

    # ------------------------------------------------------------------ its value

    def value(self) -> Tensor:
        """The tensor that stands for the variable where it is used: the node ``read``."""
        return self._snapshot

    def read_value(self) -> Tensor:
        """A new node that reads the value at its own moment, subject to control dependencies."""
        return identity(self._variable, name="read")

    def eval(self, session=None):
        """The value in a session; see `tf.Tensor.eval`."""
        return self._variable.eval(session=session)

    def _dense_var_to_tensor(self, dtype=None, name=None, as_ref=False) -> Tensor:
        if dtype is not None and dtype.base_dtype is not self.dtype.base_dtype:
            raise ValueError(
                f"Incompatible type conversion requested to type '{dtype.name}' for variable of "
                f"type '{self.dtype.name}'"
            )
        return self._variable if as_ref else self._snapshot

    # ------------------------------------------------------------------ changing it

    def assign(self, value, use_locking=False, name=None, read_value=True):
        """A node that replaces the value; see `tf.assign`.

        Args:
          value: the new value.
          use_locking: recorded, without effect.
          name: the name of the node; default ``"Assign"``.
          read_value: False: return the operation.

        Returns:
          The reference after the assignment.
        """
        return self._changed("Assign", value, use_locking, name, read_value)

    def assign_add(self, delta, use_locking=False, name=None, read_value=True):
        """A node that adds ``delta`` to the value; see `assign`."""
        return self._changed("AssignAdd", delta, use_locking, name, read_value)

    def assign_sub(self, delta, use_locking=False, name=None, read_value=True):
        """A node that subtracts ``delta`` from the value; see `assign`."""
        return self._changed("AssignSub", delta, use_locking, name, read_value)

    def _changed(self, op_type: str, value, use_locking, name, read_value):
        ref = add_ref_op(op_type, self._variable, value, name=name, use_locking=use_locking)
        return ref if read_value else ref.op

    def _scatter(self, kind: str, sparse_delta, use_locking, name) -> Tensor:
        if not (hasattr(sparse_delta, "indices") and hasattr(sparse_delta, "values")):
            raise TypeError(f"sparse_delta is not IndexedSlices: {sparse_delta}")
        return add_ref_op(
            f"Scatter{kind}",
            self._variable,
            sparse_delta.indices,
            sparse_delta.values,
            use_locking=use_locking,
            name=name,
        )

    def scatter_sub(self, sparse_delta, use_locking=False, name=None) -> Tensor:
        """Subtracts slices (`tf.IndexedSlices`) from the variable; see `tf.scatter_sub`."""
        return self._scatter("Sub", sparse_delta, use_locking, name)

    def scatter_add(self, sparse_delta, use_locking=False, name=None) -> Tensor:
        """Adds slices to the variable; see `tf.scatter_add`."""
        return self._scatter("Add", sparse_delta, use_locking, name)

    def scatter_max(self, sparse_delta, use_locking=False, name=None) -> Tensor:
        """Replaces rows by the maximum with slices; see `tf.scatter_max`."""
        return self._scatter("Max", sparse_delta, use_locking, name)

    def scatter_min(self, sparse_delta, use_locking=False, name=None) -> Tensor:
        """Replaces rows by the minimum with slices; see `tf.scatter_min`."""
        return self._scatter("Min", sparse_delta, use_locking, name)

    def scatter_mul(self, sparse_delta, use_locking=False, name=None) -> Tensor:
        """Multiplies rows by slices; see `tf.scatter_mul`."""
        return self._scatter("Mul", sparse_delta, use_locking, name)

    def scatter_div(self, sparse_delta, use_locking=False, name=None) -> Tensor:
        """Divides rows by slices; see `tf.scatter_div`."""
        return self._scatter("Div", sparse_delta, use_locking, name)

    def scatter_update(self, sparse_delta, use_locking=False, name=None) -> Tensor:
        """Replaces rows by slices; see `tf.scatter_update`."""
        return self._scatter("Update", sparse_delta, use_locking, name)

    def _scatter_nd(self, kind: str, indices, updates, name) -> Tensor:
        return add_ref_op(
            f"ScatterNd{kind}", self._variable, indices, updates, use_locking=True, name=name
        )

    def scatter_nd_sub(self, indices, updates, name=None) -> Tensor:
        """See `tf.scatter_nd_sub`."""
        return self._scatter_nd("Sub", indices, updates, name)

    def scatter_nd_add(self, indices, updates, name=None) -> Tensor:
        """See `tf.scatter_nd_add`."""
        return self._scatter_nd("Add", indices, updates, name)

    def scatter_nd_update(self, indices, updates, name=None) -> Tensor:
        """See `tf.scatter_nd_update`."""
        return self._scatter_nd("Update", indices, updates, name)

    def scatter_nd_max(self, indices, updates, name=None) -> Tensor:
        """Replaces what the index vectors name by the maximum with ``updates``."""
        return self._scatter_nd("Max", indices, updates, name)

    def scatter_nd_min(self, indices, updates, name=None) -> Tensor:
        """Replaces what the index vectors name by the minimum with ``updates``."""
        return self._scatter_nd("Min", indices, updates, name)

    def count_up_to(self, limit: int) -> Tensor:
        """See `tf.count_up_to`."""
        return add_ref_op("CountUpTo", self._variable, limit=limit)

    def _assign_slice(self, node: Operation, value, name) -> Tensor:
        masks = {k: v for k, v in node.attrs.items() if k.endswith("_mask")}
        return add_ref_op(
            "StridedSliceAssign", self._variable, *node.inputs[1:], value, name=name, **masks
        )


def _to_tensor(variable: RefVariable, dtype=None, name=None, as_ref=False) -> Tensor:
    return variable._dense_var_to_tensor(dtype, name, as_ref)


register_tensor_conversion_function(RefVariable, _to_tensor)
