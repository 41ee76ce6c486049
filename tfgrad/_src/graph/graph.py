"""`Graph`: a set of nodes, and everything that decides how the next node is named and wired.

Names, control inputs, devices and colocation follow the rules that were read off TensorFlow
(names are unique without regard to case; a control dependency is left out where a data input
implies it).  The core is `Graph._add_node`: every node of every kind is made there.
"""

import contextlib
import re
import sys
import threading
import warnings
from pathlib import Path

from tfgrad._src.graph import device as devices
from tfgrad._src.graph import explain
from tfgrad._src.graph.constant_value import Questions
from tfgrad._src.graph.contents import Contents
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import OpDef
from tfgrad._src.graph.shapes import ShapeError

_PACKAGE = str(
    Path(__file__).parents[2]
)  # frames below it are ours, the first other one the user's

_VALID_OP_NAME = re.compile(r"^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$")
_VALID_SCOPE_NAME = re.compile(r"^[A-Za-z0-9_.\\/>-]*$")


class _ControlScope:
    """One open ``control_dependencies`` block."""

    __slots__ = ("made", "ops")

    def __init__(self, ops: list[Operation]):
        self.ops = ops
        self.made: set[Operation] = set()  # the nodes created inside


class _NameScope:
    """The context manager of `Graph.name_scope`."""

    __slots__ = ("_graph", "_name", "_old")

    def __init__(self, graph: "Graph", name: str | None):
        self._graph, self._name = graph, name

    def __enter__(self) -> str:
        graph, name = self._graph, self._name
        self._old = graph._name_stack
        if name:
            name = name[:-1] if name[-1] == "/" else graph.unique_name(name)
        graph._name_stack = name or ""
        return name + "/" if name else ""

    def __exit__(self, *unused) -> None:
        self._graph._name_stack = self._old


class Graph(Contents):
    """A graph of operations.

    Nodes are added to the default graph: the innermost ``with graph.as_default():``, or else one
    global graph.

    Example:
      >>> g = tf.Graph()
      >>> with g.as_default():
      ...     c = tf.constant(30.0)
      >>> c.graph is g
      True
    """

    def __init__(self):
        super().__init__()
        self._names: dict[str, int] = {}
        self._name_stack = ""
        self._control_stack: list[_ControlScope] = []
        self._device_stack: list = []
        self._colocation_stack: list[Operation] = []
        self._overrides: dict[str, str] = {}
        self._attr_scopes: dict[str, object] = {}
        self._container = ""
        self._lock = threading.RLock()
        self._origin = None  # (code, instruction) while one user's line makes many nodes
        self._unfeedable: set[Tensor] = set()
        self._unfetchable: set = set()
        self._edits = 0  # counts changes other than growth: plans made before are stale
        self._functions: dict = {}
        self.seed: int | None = None
        self._seeds_given = 0  # random ops that took their number from the graph seed
        self.building_function = False
        self.outer_graph = None

    # ------------------------------------------------------------------ names

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """A name no node has yet: ``name`` inside the current scope, with ``_1``, ... if taken.

        Args:
          name: the wanted name, relative to the current name scope.
          mark_as_used: False only asks what the name would be.
        """
        if self._name_stack:
            name = f"{self._name_stack}/{name}"
        key = name.lower()
        names = self._names
        count = names.get(key)
        if count is None:
            if mark_as_used:
                names[key] = 1
            return name
        base = key
        first = count
        while True:
            key = f"{base}_{count}"
            count += 1
            if key not in names:
                break
        if mark_as_used:
            names[base] = first + 1
            names[key] = 1
        return f"{name}_{count - 1}"

    def name_scope(self, name: str | None) -> _NameScope:
        """Opens a name scope; the block's value is the scope with a trailing slash.

        A name that ends in ``/`` re-enters that scope; None or ``""`` goes back to the root.

        Raises:
          ValueError: ``name`` is not a valid scope name.
        """
        if name is not None and name != "":
            self._check_scope_name(name)
        return _NameScope(self, name)

    def get_name_scope(self) -> str:
        """The current name scope without a trailing slash."""
        return self._name_stack

    def node_name(self, name: str | None, default: str) -> str:
        """The full, unique name of a node that is about to be made."""
        if name is None or name == "":
            return self.unique_name(default)
        if name[-1:] == "/":
            return name[:-1]
        self._check_scope_name(name)
        return self.unique_name(name)

    def full_name(self, name: str | None, default: str) -> str:
        """As `node_name`, where TensorFlow does not take the name for a scope: of constants."""
        if name is None:
            return self.unique_name(default)
        full = name[:-1] if name[-1:] == "/" else self.unique_name(name)
        if not _VALID_OP_NAME.match(full):
            raise ValueError(
                f"`{full}` is not a valid node name. Accepted names conform to Regex "
                f"/{_VALID_OP_NAME}/"
            )
        return full

    def _check_scope_name(self, name) -> None:
        if not isinstance(name, str):
            raise TypeError(
                f"A name must be a string or None, not {name!r} of type {type(name).__name__}."
            )
        where, valid = "root scope name", _VALID_OP_NAME
        if self._name_stack:
            where, valid = "scope name", _VALID_SCOPE_NAME
        if not valid.match(name):
            raise ValueError(
                f"'{name}' is not a valid {where}. A {where} has to match the following pattern: "
                f"{valid.pattern}"
            )

    # ------------------------------------------------------------------ the core

    def _add_node(
        self,
        op_def: OpDef,
        inputs: tuple[Tensor, ...],
        attrs: dict,
        dtypes: tuple,
        name: str,
        control_inputs: tuple[Operation, ...] = (),
    ) -> Operation:
        """Makes one node.  All its parts are checked by the caller; ``name`` is full and unique."""
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")
        op = Operation.__new__(Operation)
        op.graph = self
        op.type = op_type = op_def.type
        op.op_def_ = op_def
        op.name = name
        op.inputs = inputs
        op.attrs = attrs
        origin = self._origin
        if origin is None:
            frame = sys._getframe(2)
            while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
                frame = frame.f_back
            if frame is None:
                op._code, op._instruction = None, 0
            else:
                op._code, op._instruction = frame.f_code, frame.f_lasti
        else:
            op._code, op._instruction = origin
        op._control_inputs = (
            self._control_inputs_for(inputs, control_inputs)
            if self._control_stack or control_inputs
            else ()
        )
        op._device = self._current_device(op) if self._device_stack else ""
        if self._overrides and op_type in self._overrides:
            attrs = op.attrs = {**attrs, "_gradient_op_type": self._overrides[op_type].encode()}
        if self._attr_scopes:
            op.attrs = {**self._attr_scopes, **op.attrs}
        if self._container and "container" in attrs and not attrs["container"]:
            op.attrs = {**op.attrs, "container": self._container.encode()}
        if self._colocation_stack:
            groups: set[bytes] = set()
            for other in self._colocation_stack:
                groups.update(other.colocation_groups())
                if other._device:
                    op._device = other._device
            op.attrs = {**op.attrs, "_class": sorted(groups)}
        op.outputs = outputs = [Tensor(op, i, dtype) for i, dtype in enumerate(dtypes)]
        if op_def.shape is not None:
            try:
                shape = op_def.shape(op, *[t.dims for t in inputs])
            except ShapeError as error:
                raise ValueError(explain.shape_error(op, Questions(op, error))) from None
            if type(shape) is list:
                for tensor, dims in zip(outputs, shape, strict=True):
                    tensor.dims = dims
            elif outputs:
                outputs[0].dims = shape
        with self._lock:
            op.id = len(self._ops)
            self._ops.append(op)
            self._by_name[name] = op
            for t in inputs:
                if t._uses is None:
                    t._uses = [op]
                else:
                    t._uses.append(op)
        for scope in self._control_stack:
            scope.made.add(op)
        return op

    def _control_inputs_for(self, inputs, explicit) -> tuple[Operation, ...]:
        """Each open block adds its members, unless a data input was made inside the block."""
        producers = {t.op for t in inputs}
        found = dict.fromkeys(explicit)
        for scope in self._control_stack:
            if scope.made.isdisjoint(producers):
                for op in scope.ops:
                    if op not in producers:
                        found[op] = None
        return tuple(found)

    def _current_device(self, op: Operation) -> str:
        result = ""
        for spec in reversed(self._device_stack):
            if spec is None:
                break
            if not callable(spec):
                result = devices.merge(result, spec)
                continue
            op._device = result  # a function replaces what is inside it; it can look at that
            given = spec(op)
            if given is not None:
                result = given.to_string() if hasattr(given, "to_string") else str(given)
        return result

    def _changed_in_place(self) -> None:
        self._edits += 1

    # ------------------------------------------------------------------ blocks

    @contextlib.contextmanager
    def as_default(self):
        """Makes this the graph that new nodes go to, inside a ``with`` block."""
        graphs = _default.graphs
        depth = len(graphs)
        graphs.append(self)
        try:
            yield self
        finally:
            if len(graphs) > depth and graphs[depth] is self:
                del graphs[depth]
            else:  # blocks that do not nest, as sessions can make them: the innermost of this graph
                del graphs[len(graphs) - 1 - graphs[::-1].index(self)]

    @contextlib.contextmanager
    def control_dependencies(self, control_inputs):
        """New nodes inside the block run after all of ``control_inputs``.

        Args:
          control_inputs: operations, tensors or variables; None forgets the blocks around.

        Raises:
          TypeError: an element is none of these.
        """
        old = self._control_stack
        if control_inputs is None:
            self._control_stack = []
        else:
            ops: list[Operation] = []
            for item in control_inputs:
                if hasattr(item, "_handle") and hasattr(item, "op"):
                    item = item.op  # a resource variable, or one just assigned: not a read of it
                converted = getattr(item, "_as_graph_element", None)
                item = converted() if converted is not None else item
                if hasattr(item, "indices") and hasattr(item, "values"):  # IndexedSlices
                    item = item.values
                if isinstance(item, Tensor):
                    item = item.op
                elif not isinstance(item, Operation):
                    item = self.as_graph_element(item)
                    item = item.op if isinstance(item, Tensor) else item
                if item.graph is not self:
                    raise ValueError(f"Operation {item.name!r} is not an element of this graph.")
                if item not in ops:
                    ops.append(item)
            self._control_stack = [*old, _ControlScope(ops)] if ops else old
        try:
            yield
        finally:
            self._control_stack = old

    @contextlib.contextmanager
    def device(self, device_name_or_function):
        """New nodes inside the block ask for a device: a string, a function of the node, None."""
        spec = device_name_or_function
        if spec is not None and not callable(spec):
            if hasattr(spec, "to_string"):
                spec = spec.to_string()
            if not isinstance(spec, str):
                raise ValueError(f"A device must be a string, a function or None, not {spec!r}.")
            devices.parse(spec)
        self._device_stack.append(spec)
        try:
            yield
        finally:
            self._device_stack.pop()

    @contextlib.contextmanager
    def colocate_with(self, op, ignore_existing: bool = False):
        """New nodes inside the block carry ``_class = [loc:@op]``, as ``op`` itself does.

        Args:
          op: an operation, tensor or variable; None together with ``ignore_existing`` clears.
          ignore_existing: forget the blocks around this one.
        """
        if op is None and not ignore_existing:
            raise ValueError(
                "Trying to reset colocation (op is None) but ignore_existing is not True"
            )
        if op is not None and not isinstance(op, Operation):
            from tfgrad._src.graph.convert import convert_to_tensor  # it imports this module

            handle = getattr(op, "handle", None)  # a resource variable is where its handle is
            op = (op if handle is None else handle) if hasattr(op, "op") else convert_to_tensor(op)
            op = op.op
        old, old_devices = self._colocation_stack, self._device_stack
        self._device_stack = []
        self._colocation_stack = ([] if ignore_existing else old) + ([op] if op is not None else [])
        try:
            yield
        finally:
            self._colocation_stack, self._device_stack = old, old_devices

    @contextlib.contextmanager
    def gradient_override_map(self, op_type_map: dict[str, str]):
        """Nodes of type ``k`` made in the block use the gradient registered as ``op_type_map[k]``.

        Warns (``UserWarning``), unlike TensorFlow, when a gradient has no effect because no node of
        the types that are to use it was made inside the block.  Silence it with
        ``warnings.filterwarnings("ignore", "gradient_override_map")``.

        Raises:
          TypeError: the map is not one from strings to strings.
        """
        if not isinstance(op_type_map, dict):
            raise TypeError("op_type_map must be a dictionary mapping strings to strings")
        for key, value in op_type_map.items():
            if not (isinstance(key, str) and isinstance(value, str)):
                raise TypeError("op_type_map must be a dictionary mapping strings to strings")
        old, start = self._overrides, len(self._ops)
        self._overrides = {**old, **op_type_map}
        try:
            yield
        finally:
            self._overrides = old
        made = {op.type for op in self._ops[start:]}
        for gradient in dict.fromkeys(op_type_map.values()):
            keys = [key for key, value in op_type_map.items() if value == gradient]
            if made.isdisjoint(keys):
                warnings.warn(explain.unused_override(keys, gradient, made), stacklevel=3)

    @contextlib.contextmanager
    def _attr_scope(self, attrs: dict):
        """Nodes made inside the block carry these attributes; None takes one away."""
        old = self._attr_scopes
        merged = {**old, **attrs}
        self._attr_scopes = {k: v for k, v in merged.items() if v is not None}
        try:
            yield
        finally:
            self._attr_scopes = old

    @contextlib.contextmanager
    def container(self, container_name: str):
        """Variables made inside the block live in the resource container of that name."""
        old, self._container = self._container, container_name
        try:
            yield container_name
        finally:
            self._container = old

    @contextlib.contextmanager
    def _one_origin(self):
        """All nodes made inside the block are put down to the user's line that is running now.

        Saves the walk over the frames where one call makes many nodes.
        """
        if self._origin is not None:
            yield
            return
        frame = sys._getframe(2)
        while frame is not None and (
            frame.f_code.co_filename.startswith(_PACKAGE) or frame.f_globals is contextlib.__dict__
        ):
            frame = frame.f_back
        if frame is not None:
            self._origin = frame.f_code, frame.f_lasti
        try:
            yield
        finally:
            self._origin = None

    # ------------------------------------------------------------------ feeding and fetching

    def prevent_feeding(self, tensor: Tensor) -> None:
        """Forbids feeding ``tensor``."""
        self._unfeedable.add(tensor)

    def is_feedable(self, tensor: Tensor) -> bool:
        return tensor not in self._unfeedable

    def prevent_fetching(self, op: Operation) -> None:
        """Forbids fetching ``op``."""
        self._unfetchable.add(op)

    def is_fetchable(self, tensor_or_op) -> bool:
        return getattr(tensor_or_op, "op", tensor_or_op) not in self._unfetchable

    # ------------------------------------------------------------------ the rest

    def finalize(self) -> None:
        """Forbids adding nodes."""
        self._finalized = True

    def _unsafe_unfinalize(self) -> None:
        self._finalized = False

    @property
    def finalized(self) -> bool:
        """Whether the graph is finalised."""
        return self._finalized

    @property
    def version(self) -> int:
        """A number that grows with every node."""
        return len(self._ops)

    @property
    def _last_id(self) -> int:
        return len(self._ops)

    @property
    def graph_def_versions(self):
        from tfgrad._src.graph import graph_def

        return graph_def.versions()

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False):
        """The graph as a ``GraphDef`` message.

        Args:
          from_version: only the nodes made since the graph had this `version`.
          add_shapes: add the attribute ``_output_shapes`` with the static shapes.
        """
        from tfgrad._src.graph import graph_def  # messages are rarely needed

        return graph_def.graph_def(self, from_version or 0, add_shapes)

    def switch_to_thread_local(self) -> None:
        """Does nothing: the stacks of scopes are those of the graph."""

    def create_op(
        self, op_type, inputs, dtypes=None, input_types=None, name=None, attrs=None, op_def=None,
        compute_shapes=True, compute_device=True,
    ) -> Operation:  # fmt: skip
        """Makes a node of any op type from tensors; `tf.raw_ops` is the usual way.

        Args:
          op_type: TensorFlow's op type.
          inputs: the input tensors, lists flattened.
          dtypes: the types of the outputs; they must be what the op type gives.
          name: the wanted name.
          attrs: the attributes, as plain values or ``AttrValue`` messages.
        """
        from tfgrad._src.graph import build  # it imports this module

        return build.create_op(self, op_type, inputs, dtypes, name, attrs or {})

    def __repr__(self) -> str:
        return f"<tf.Graph with {len(self._ops)} operations at {id(self):#x}>"


# ---------------------------------------------------------------------- the default graph


class _Default(threading.local):
    def __init__(self):
        self.graphs: list[Graph] = []


_default = _Default()
_global_graph = Graph()


def get_default_graph() -> Graph:
    """The graph that new nodes go to in this thread."""
    graphs = _default.graphs
    return graphs[-1] if graphs else _global_graph


def reset_default_graph() -> None:
    """Forgets the global default graph and starts an empty one.

    Raises:
      AssertionError: called inside a ``with graph.as_default():`` block.
    """
    global _global_graph
    if _default.graphs:
        raise AssertionError(
            "Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared "
            "graph, exit the nesting and create a new graph."
        )
    _global_graph = Graph()


def has_default_graph() -> bool:
    return bool(_default.graphs)


@contextlib.contextmanager
def new_graph():
    """A fresh default graph for a block; for tests."""
    with Graph().as_default() as graph:
        yield graph


def control_dependencies(control_inputs):
    """Nodes made in the block run after ``control_inputs``; see `tf.Graph.control_dependencies`."""
    return get_default_graph().control_dependencies(control_inputs)


def colocate_with(op, ignore_existing: bool = False):
    """Nodes made inside the block are placed with ``op``; see `tf.Graph.colocate_with`."""
    return get_default_graph().colocate_with(op, ignore_existing)


def device(device_name_or_function):
    """Nodes made inside the block ask for a device; see `tf.Graph.device`."""
    return get_default_graph().device(device_name_or_function)


def container(container_name: str):
    """Variables made inside the block live in that container; see `tf.Graph.container`."""
    return get_default_graph().container(container_name)
