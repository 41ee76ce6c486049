"""`ResourceVariable`: a variable whose node hands out a handle (`VarHandleOp`).

Nodes of ``Variable(v, name="w", use_resource=True)``: ``w/Initializer/initial_value``, ``w``,
``w/IsInitialized/VarIsInitializedOp``, ``w/Assign``, ``w/Read/ReadVariableOp``.  Wherever the
variable is used as a tensor, a new ``ReadVariableOp`` reads it.
"""

from tfgrad._src.functions.control import identity, init_scope
from tfgrad._src.functions.initial_value import safe_initial_value
from tfgrad._src.functions.ref_variable import check_collections
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.variables import Variable, check_distribution
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor, register_tensor_conversion_function
from tfgrad._src.graph.dtypes import DType
from tfgrad._src.graph.graph import (
    colocate_with,
    control_dependencies,
    device,
    get_default_graph,
)
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.tensor_shape import TensorShape, as_tuple


class BaseResourceVariable(Variable):
    """What resource variables and the results of assigning to them have in common."""

    _cached_value = None
    _caching_device = None
    _validate_shape = True

    _handle: Tensor
    _handle_name: str
    _dtype: DType
    _shape: TensorShape
    _graph_element: Tensor

    # ------------------------------------------------------------------ what it is

    @property
    def handle(self) -> Tensor:
        """The handle, for ops that read or change the variable."""
        return self._handle

    @property
    def name(self) -> str:
        """The name of the variable, such as ``"w:0"``."""
        return self._handle_name

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return self._shape

    @property
    def op(self) -> Operation:
        """The variable's own node."""
        return self._handle.op

    @property
    def graph(self):
        """The graph that holds the variable."""
        return self._handle.graph

    @property
    def device(self) -> str:
        """The device string of the variable's node."""
        return self._handle.device

    @property
    def create(self) -> Operation:
        """See `initializer`."""
        return self._initializer_op

    def set_shape(self, shape) -> None:
        """Refines the static shape."""
        self._shape = self._shape.merge_with(TensorShape._of(as_tuple(shape)))

    def _as_graph_element(self) -> Tensor:
        return self._graph_element

    def __bool__(self) -> bool:
        return bool(self.read_value())

    # ------------------------------------------------------------------ its value

    def _read_variable_op(self) -> Tensor:
        watch = getattr(get_default_graph(), "watch_variable", None)
        if watch is not None:
            watch(self)
        if self._caching_device is None:
            return add_op("ReadVariableOp", self._handle, dtype=self._dtype)
        with colocate_with(None, ignore_existing=True), device(self._caching_device):
            return add_op("ReadVariableOp", self._handle, dtype=self._dtype)

    def value(self) -> Tensor:
        """A new node that reads the value."""
        if self._cached_value is not None:
            return self._cached_value
        with colocate_with(None, ignore_existing=True):
            return self._read_variable_op()

    def read_value(self) -> Tensor:
        """A new node that reads the value at its own moment, subject to control dependencies."""
        with name_scope("Read"):
            value = self._read_variable_op()
        return identity(value)

    def eval(self, session=None):
        """The value in a session; see `tf.Tensor.eval`."""
        return self._graph_element.eval(session=session)

    def is_initialized(self, name: str | None = None) -> Tensor:
        """A boolean tensor: whether the variable has a value."""
        return add_op("VarIsInitializedOp", self._handle, name=name)

    def sparse_read(self, indices, name: str | None = None) -> Tensor:
        """The rows that ``indices`` name; see `tf.gather`."""
        with name_scope("Gather" if name is None else name) as scope:
            return add_op("ResourceGather", self._handle, indices, dtype=self._dtype, name=scope)

    def gather_nd(self, indices, name: str | None = None) -> Tensor:
        """The slices that index vectors name; see `tf.gather_nd`."""
        with name_scope("GatherNd" if name is None else name) as scope:
            value = add_op("ResourceGatherNd", self._handle, indices, dtype=self._dtype, name=scope)
        return identity(value)

    def _dense_var_to_tensor(self, dtype=None, name=None, as_ref=False) -> Tensor:
        if dtype is not None and dtype.base_dtype is not self._dtype:
            raise ValueError(
                f"Incompatible type conversion requested to type {dtype.name} for `tf.Variable of "
                f"type {self._dtype.name}. (Variable: {self})"
            )
        return self.read_value().op.inputs[0] if as_ref else self.value()

    # ------------------------------------------------------------------ changing it

    def _lazy_read(self, op: Operation) -> "UnreadVariable":
        return UnreadVariable(self, op)

    def _changed(self, op: Operation, read_value: bool):
        return self._lazy_read(op) if read_value else op

    def assign(self, value, use_locking=None, name=None, read_value=True):
        """A node that replaces the value.

        Args:
          value: the new value.
          use_locking: without effect.
          name: the name of the node; default ``"AssignVariableOp"``.
          read_value: False: return the operation.

        Returns:
          The variable as it is after the assignment.

        Raises:
          ValueError: ``value`` has another type or shape.
        """
        tensor = convert_to_tensor(value, dtype=self._dtype)
        if not self._shape.is_compatible_with(tensor.shape):
            raise ValueError(
                f"Cannot assign value to variable ' {self.name}': Shape mismatch.The variable "
                f"shape {self._shape}, and the assigned value shape {tensor.shape} are "
                "incompatible."
            )
        op = add_op(
            "AssignVariableOp",
            self._handle,
            tensor,
            name=name,
            validate_shape=self._validate_shape and self._shape.is_fully_defined(),
        )
        return self._changed(op, read_value)

    def assign_add(self, delta, use_locking=None, name=None, read_value=True):
        """A node that adds ``delta`` to the value; see `assign`."""
        delta = convert_to_tensor(delta, dtype=self._dtype)
        return self._changed(
            add_op("AssignAddVariableOp", self._handle, delta, name=name), read_value
        )

    def assign_sub(self, delta, use_locking=None, name=None, read_value=True):
        """A node that subtracts ``delta`` from the value; see `assign`."""
        delta = convert_to_tensor(delta, dtype=self._dtype)
        return self._changed(
            add_op("AssignSubVariableOp", self._handle, delta, name=name), read_value
        )

    def _scatter(self, kind: str, sparse_delta, name) -> "UnreadVariable":
        if not (hasattr(sparse_delta, "indices") and hasattr(sparse_delta, "values")):
            raise TypeError(
                f"Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: "
                f"{sparse_delta}"
            )
        return self._scatter_rows(kind, sparse_delta.indices, sparse_delta.values, name)

    def _scatter_rows(self, kind: str, indices, updates, name=None) -> "UnreadVariable":
        updates = convert_to_tensor(updates, dtype=self._dtype)
        return self._lazy_read(
            add_op(f"ResourceScatter{kind}", self._handle, indices, updates, name=name)
        )

    def scatter_sub(self, sparse_delta, use_locking=False, name=None):
        """Subtracts slices (`tf.IndexedSlices`) from the variable; see `tf.scatter_sub`."""
        return self._scatter("Sub", sparse_delta, name)

    def scatter_add(self, sparse_delta, use_locking=False, name=None):
        """Adds slices to the variable; see `tf.scatter_add`."""
        return self._scatter("Add", sparse_delta, name)

    def scatter_max(self, sparse_delta, use_locking=False, name=None):
        """Replaces rows by the maximum with slices; see `tf.scatter_max`."""
        return self._scatter("Max", sparse_delta, name)

    def scatter_min(self, sparse_delta, use_locking=False, name=None):
        """Replaces rows by the minimum with slices; see `tf.scatter_min`."""
        return self._scatter("Min", sparse_delta, name)

    def scatter_mul(self, sparse_delta, use_locking=False, name=None):
        """Multiplies rows by slices; see `tf.scatter_mul`."""
        return self._scatter("Mul", sparse_delta, name)

    def scatter_div(self, sparse_delta, use_locking=False, name=None):
        """Divides rows by slices; see `tf.scatter_div`."""
        return self._scatter("Div", sparse_delta, name)

    def scatter_update(self, sparse_delta, use_locking=False, name=None):
        """Replaces rows by slices; see `tf.scatter_update`."""
        return self._scatter("Update", sparse_delta, name)

    def _scatter_nd(self, kind: str, indices, updates, name=None):
        updates = convert_to_tensor(updates, dtype=self._dtype)
        return self._lazy_read(
            add_op(f"ResourceScatterNd{kind}", self._handle, indices, updates, name=name)
        )

    def scatter_nd_sub(self, indices, updates, name=None):
        """See `tf.scatter_nd_sub`."""
        return self._scatter_nd("Sub", indices, updates, name)

    def scatter_nd_add(self, indices, updates, name=None):
        """See `tf.scatter_nd_add`."""
        return self._scatter_nd("Add", indices, updates, name)

    def scatter_nd_update(self, indices, updates, name=None):
        """See `tf.scatter_nd_update`."""
        return self._scatter_nd("Update", indices, updates, name)

    def scatter_nd_max(self, indices, updates, name=None):
        """Replaces what the index vectors name by the maximum with ``updates``."""
        return self._scatter_nd("Max", indices, updates, name)

    def scatter_nd_min(self, indices, updates, name=None):
        """Replaces what the index vectors name by the minimum with ``updates``."""
        return self._scatter_nd("Min", indices, updates, name)

    def count_up_to(self, limit: int) -> Tensor:
        """See `tf.count_up_to`."""
        return add_op("ResourceCountUpTo", self._handle, limit=limit, T=self._dtype)

    def _assign_slice(self, node: Operation, value, name):
        masks = {k: v for k, v in node.attrs.items() if k.endswith("_mask")}
        value = convert_to_tensor(value, dtype=self._dtype)
        return self._lazy_read(
            add_op(
                "ResourceStridedSliceAssign",
                self._handle,
                *node.inputs[1:],
                value,
                name=name,
                **masks,
            )
        )


def _no_in_place(operator: str, instead: str):
    def run(self, other):
        raise RuntimeError(
            f"`{operator}` with `tf.Variable`s is not supported. Use `variable.{instead}` to "
            f"modify the variable."
        )

    return run


for _name, _operator, _instead in (
    ("__iadd__", "variable += value", "assign_add(value)"),
    ("__isub__", "variable -= value", "assign_sub(value)"),
    ("__imul__", "var *= value", "assign(var * value)"),
    ("__itruediv__", "var /= value", "assign(var / value)"),
    ("__ipow__", "var **= value", "assign(var ** value)"),
):
    setattr(BaseResourceVariable, _name, _no_in_place(_operator, _instead))


class ResourceVariable(BaseResourceVariable):
    """A variable behind a handle; see `tf.Variable`."""

    def __init__(
        self, initial_value=None, trainable=None, collections=None, validate_shape=True,
        caching_device=None, name=None, dtype=None, variable_def=None, import_scope=None,
        constraint=None, distribute_strategy=None, synchronization=None, aggregation=None,
        shape=None,
    ):  # fmt: skip
        if variable_def is not None:
            if initial_value is not None:
                raise ValueError("variable_def and initial_value are mutually exclusive.")
            self._init_from_def(variable_def, import_scope)
            return
        self._synchronization, self._aggregation, self._trainable = check_distribution(
            synchronization, aggregation, trainable, name
        )
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified except when you are "
                "not providing a `variable_def`. You provided neither."
            )
        collections = check_collections(collections, self._trainable)
        if constraint is not None and not callable(constraint):
            raise ValueError(
                f"Argument `constraint` must be None or a callable. a callable. Got a "
                f"{type(constraint)}:  {constraint}"
            )
        self._constraint = constraint
        self._caching_device = caching_device
        self._validate_shape = validate_shape
        with init_scope():
            self._add_nodes(initial_value, name, dtype, shape)
            get_default_graph().add_to_collections(collections, self)

    def _add_nodes(self, initial_value, name, dtype, shape) -> None:
        graph = get_default_graph()
        from_function = callable(initial_value)
        with name_scope(name, "Variable", [] if from_function else [initial_value]) as scope:
            own_name = scope[:-1]
            with graph._attr_scope({"_class": [b"loc:@" + own_name.encode()]}):
                with name_scope("Initializer"), device(None):
                    value = convert_to_tensor(
                        initial_value() if from_function else initial_value,
                        name="initial_value",
                        dtype=dtype,
                    )
                if shape is None:
                    dims = value.dims
                else:
                    dims = as_tuple(shape)
                    if not TensorShape._of(dims).is_compatible_with(value.shape):
                        raise ValueError(
                            f"In this `tf.Variable` creation, the initial value's shape "
                            f"({value.shape}) is not compatible with the explicitly supplied "
                            f"`shape` argument ({shape})."
                        )
                self._handle = add_op(
                    "VarHandleOp",
                    name=scope,
                    shape=dims,
                    dtype=value.dtype.base_dtype,
                    shared_name=own_name,
                    debug_name=scope,
                )
            self._handle_name = f"{own_name}:0"
            self._dtype = value.dtype.base_dtype
            self._shape = TensorShape._of(dims)
            self._initial_value = value
            with name_scope("IsInitialized"):
                self._is_initialized_op = add_op("VarIsInitializedOp", self._handle)
            with (
                name_scope("Assign") as assign_scope,
                colocate_with(None, ignore_existing=True),
                device(self._handle.device),
            ):
                self._initializer_op = add_op(
                    "AssignVariableOp",
                    self._handle,
                    safe_initial_value(scope, value),
                    name=assign_scope,
                )
            with name_scope("Read"):
                with device(self._handle.device):
                    self._graph_element = add_op("ReadVariableOp", self._handle, dtype=self._dtype)
                if self._caching_device is not None:
                    with (
                        colocate_with(None, ignore_existing=True),
                        device(self._caching_device),
                    ):
                        self._cached_value = identity(self._graph_element)

    def _init_from_def(self, variable_def, import_scope: str | None) -> None:
        graph = get_default_graph()
        prefix = f"{import_scope}/" if import_scope else ""

        def element(name):
            return graph.as_graph_element(prefix + name) if name else None

        self._handle = element(variable_def.variable_name)
        self._handle_name = self._handle.name
        self._dtype = self._handle.op.attrs["dtype"]
        self._shape = TensorShape._of(self._handle.op.attrs["shape"])
        self._initializer_op = element(variable_def.initializer_name)
        self._initial_value = element(variable_def.initial_value_name)
        self._graph_element = element(
            variable_def.snapshot_name or f"{variable_def.variable_name[:-2]}/Read/ReadVariableOp:0"
        )
        self._synchronization, self._aggregation, self._trainable = check_distribution(
            variable_def.synchronization,
            variable_def.aggregation,
            variable_def.trainable,
            variable_def.variable_name,
        )
        self._constraint = None


class UnreadVariable(BaseResourceVariable):
    """A variable as it is after an operation on it: whatever is done with it waits for that."""

    def __init__(self, variable: BaseResourceVariable, parent_op: Operation):
        self._parent_op = parent_op
        self._handle = variable._handle
        self._handle_name = variable._handle_name
        self._dtype = variable._dtype
        self._shape = variable._shape
        self._synchronization, self._aggregation, self._trainable = check_distribution(
            None, None, None, self._handle_name
        )
        self._constraint = self._initial_value = self._initializer_op = None
        graph = get_default_graph()
        if not graph.building_function:
            with control_dependencies([parent_op]):
                self._graph_element = add_op("ReadVariableOp", self._handle, dtype=self._dtype)

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self._parent_op.name

    @property
    def op(self) -> Operation:
        """The operation that changed the variable."""
        return self._parent_op

    def _read_variable_op(self) -> Tensor:
        with control_dependencies([self._parent_op]):
            return add_op("ReadVariableOp", self._handle, dtype=self._dtype)

    def value(self) -> Tensor:
        """A new node that reads the value after the operation."""
        return self._read_variable_op()

    read_value = value


def _after_parent(method: str):
    inherited = getattr(BaseResourceVariable, method)

    def run(self, *args, **kwargs):
        with control_dependencies([self._parent_op]):
            return inherited(self, *args, **kwargs)

    run.__name__, run.__doc__ = method, inherited.__doc__
    return run


for _name in (
    "assign", "assign_add", "assign_sub", "scatter_sub", "scatter_add", "scatter_max",
    "scatter_min",
    "scatter_mul", "scatter_div", "scatter_update", "scatter_nd_sub", "scatter_nd_add",
    "scatter_nd_update", "scatter_nd_max", "scatter_nd_min",
):  # fmt: skip
    setattr(UnreadVariable, _name, _after_parent(_name))


def is_resource_variable(variable) -> bool:
    """Whether ``variable`` is one behind a handle."""
    return isinstance(variable, BaseResourceVariable)


def _to_tensor(variable: BaseResourceVariable, dtype=None, name=None, as_ref=False) -> Tensor:
    return variable._dense_var_to_tensor(dtype, name, as_ref)


register_tensor_conversion_function(BaseResourceVariable, _to_tensor)
