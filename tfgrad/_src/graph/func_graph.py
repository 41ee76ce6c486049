"""`FuncGraph`: the graph of a function, which nodes of another graph call.

A function has inputs and outputs.  A tensor of a graph around it that is used inside is
*captured*: it becomes one more input, and the node that calls the function passes it.  Finished
functions are registered by name in all graphs around them, as `Graph._functions`; nodes name them
in an attribute of kind ``func``.
"""

import contextlib
from collections.abc import Callable, Iterable

from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import resource
from tfgrad._src.graph.graph import Graph, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.shapes import Shape, merge


class FuncGraph(Graph):
    """The nodes of a function.

    Args:
      name: the wanted name; `register` makes it unique.
      outer_graph: the graph around it; default: the default graph.
      embed_constants: copy whole numbers and booleans that are known while the graph is built,
        such as shapes and axes, instead of capturing them, so that static shapes inside are as
        well known as outside.  TensorFlow captures everything.

    Attributes:
      inputs: the arguments, then the captured tensors as they are called inside.
      outputs: set by who makes the function.
      captures: tensor outside -> input inside, in order of first use.
      substitute: ``f(tensor)``, asked before a tensor is captured for one inside to be used
        instead; it may return None.
    """

    def __init__(
        self, name: str, outer_graph: Graph | None = None, *, embed_constants: bool = False
    ):
        super().__init__()
        outer = get_default_graph() if outer_graph is None else outer_graph
        self.name = name
        self.outer_graph: Graph = outer
        self.building_function = True
        self.inputs: list[Tensor] = []
        self.outputs: list[Tensor] = []
        self.captures: dict[Tensor, Tensor] = {}
        self.substitute: Callable[[Tensor], Tensor | None] | None = None
        self.embed_constants = embed_constants
        self.seed = outer.seed
        self._collections = outer._collections
        self._overrides = outer._overrides
        self._outside: dict[Tensor, Tensor] = {}
        self._embedded: dict[Tensor, Tensor] = {}

    def add_input(self, dtype, dims: Shape, name: str) -> Tensor:
        """A new argument; arguments come before captures, so ask for them first.

        Raises:
          ValueError: something was captured already.
        """
        if self.captures:
            raise ValueError(
                f"The function {self.name!r} has captured {len(self.captures)} tensors: it is too "
                f"late for the argument {name!r}."
            )
        return self._placeholder(dtype, dims, name)

    def _placeholder(self, dtype, dims: Shape, name: str) -> Tensor:
        attrs = {"dtype": dtype.base_dtype, "shape": dims}
        made = self._bare_node("Placeholder", attrs, name)
        self.inputs.append(made)
        return made

    def _bare_node(self, op_type: str, attrs: dict, name: str) -> Tensor:
        """A node without inputs, outside all scopes."""
        with self.control_dependencies(None), self.name_scope(None):
            name = self.unique_name(name)
        stacks = self._control_stack, self._device_stack, self._colocation_stack
        self._control_stack, self._device_stack, self._colocation_stack = [], [], []
        try:
            dtypes = (attrs["dtype"],)
            return super()._add_node(OPS[op_type], (), attrs, dtypes, name).outputs[0]
        finally:
            self._control_stack, self._device_stack, self._colocation_stack = stacks

    # ------------------------------------------------------------------ captures

    def capture(self, tensor: Tensor, name: str | None = None) -> Tensor:
        """What ``tensor`` is called inside: itself if it is of this graph, else an input.

        Raises:
          ValueError: ``tensor`` is of a graph that is not around this one.
        """
        if tensor.op.graph is self:
            return tensor
        inside = self.captures.get(tensor)
        if inside is None:
            inside = self._embedded.get(tensor)
        if inside is None and self.substitute is not None:
            inside = self.substitute(tensor)
        if inside is None:
            if tensor.op.graph not in self.around():
                raise ValueError(
                    f"{tensor!r} is out of scope: it belongs to {tensor.op.graph!r}, which is not "
                    f"around the function {self.name!r}.\n  made at   {tensor.op.where}"
                )
            inside = self._embed(tensor) if self.embed_constants else None
        if inside is None:
            inside = self._placeholder(tensor.dtype, tensor.dims, name or tensor.op.name)
            self.captures[tensor] = inside
            self._outside[inside] = tensor
            if tensor.dtype.base_dtype is resource:
                inside._captured = tensor  # see `resource.variable_op`
        return inside

    def _embed(self, tensor: Tensor) -> Tensor | None:
        base = tensor.dtype.base_dtype
        if not (base.is_integer or base.is_bool):
            return None
        value = known_value(tensor)
        if value is None:
            return None
        copied = self._bare_node("Const", {"value": value, "dtype": base}, tensor.op.name)
        self._embedded[tensor] = copied
        return copied

    def outside(self, tensor: Tensor) -> Tensor:
        """The tensor of a graph around that ``tensor`` stands for, or ``tensor`` itself."""
        return self._outside.get(tensor, tensor)

    def around(self) -> list[Graph]:
        """The graphs around this one, the nearest first."""
        found: list[Graph] = []
        graph: Graph | None = self.outer_graph
        while graph is not None:
            found.append(graph)
            graph = graph.outer_graph
        return found

    @property
    def external_captures(self) -> list[Tensor]:
        """The captured tensors, as the calling node has to pass them after the arguments."""
        return list(self.captures)

    @property
    def internal_captures(self) -> list[Tensor]:
        """The inputs that stand for them."""
        return list(self.captures.values())

    # ------------------------------------------------------------------ nodes

    def _add_node(self, op_def, inputs, attrs, dtypes, name, control_inputs=()) -> Operation:
        for t in inputs:
            if t.op.graph is not self:
                inputs = tuple([self.capture(t, f"{name}/{t.op.name}") for t in inputs])
                break
        return super()._add_node(op_def, inputs, attrs, dtypes, name, control_inputs)

    @contextlib.contextmanager
    def control_dependencies(self, control_inputs):
        """As `Graph.control_dependencies`; nodes of graphs around are done before the call."""
        if control_inputs is not None:
            control_inputs = [
                c for c in control_inputs if getattr(c, "graph", self) not in self.around()
            ]
        with super().control_dependencies(control_inputs):
            yield

    def register(self) -> str:
        """Makes the finished function known to the graphs around it and gives its name."""
        around = self.around()
        taken = around[-1]._functions
        name, count = self.name, 0
        while name in taken:
            count += 1
            name = f"{self.name}_{count}"
        self.name = name
        for graph in around:
            graph._functions[name] = self
        return name

    def __repr__(self) -> str:
        return f"<tf.FuncGraph {self.name!r} with {len(self._ops)} operations at {id(self):#x}>"


def function_of(op: Operation, attr: str = "f") -> FuncGraph:
    """The function that ``op`` names in an attribute.

    The outermost graph knows all functions, those of nodes that were copied from elsewhere too.
    """
    graph = op.graph
    while graph.outer_graph is not None:
        graph = graph.outer_graph
    return graph._functions[op.attrs[attr]]


def copy_nodes(
    ops: Iterable[Operation], copies: dict[Tensor, Tensor], graph: Graph, *, keep_shapes: bool
) -> None:
    """Copies nodes into another graph.

    Args:
      ops: the nodes, producers first.
      copies: tensor -> what replaces it in the copy; the outputs of the nodes are added.  An input
        that is not in it is taken as it is, or captured where ``graph`` is a function.
      graph: the graph of the copies.
      keep_shapes: the inputs are of the same shapes, so that what is known of the outputs (by
        ``set_shape`` too) holds for the copies.

    Raises:
      ValueError: a node does not accept the shapes of its replaced inputs.

    Control edges and colocation are left behind; errors name the user's line of the original.
    """
    origin = graph._origin
    try:
        for op in ops:
            graph._origin = op._code, op._instruction
            inputs = tuple([copies.get(t, t) for t in op.inputs])
            attrs = op.attrs
            if "_class" in attrs:
                attrs = {k: v for k, v in attrs.items() if k != "_class"}
            dtypes = tuple([t.dtype for t in op.outputs])
            made = graph._add_node(op.op_def_, inputs, attrs, dtypes, graph.unique_name(op.name))
            if hasattr(op, "_gradient_function"):  # of `tf.custom_gradient`
                made._gradient_function = op._gradient_function
            for old, new in zip(op.outputs, made.outputs, strict=True):
                if keep_shapes:
                    new.dims = merge(new.dims, old.dims)
                copies[old] = new
    finally:
        graph._origin = origin


def needed_ops(outputs: Iterable[Tensor], stop: Iterable[Tensor] = ()) -> list[Operation]:
    """The nodes that compute ``outputs``, producers first, not looking behind the tensors ``stop``.

    Control edges are not followed: they order effects, and the values follow from the data alone.
    """
    stop = set(stop)
    found: set[Operation] = set()
    stack = [t.op for t in outputs if t not in stop]
    while stack:
        op = stack.pop()
        if op not in found:
            found.add(op)
            stack += [t.op for t in op.inputs if t not in stop]
    return sorted(found, key=lambda op: op.id)
