"""`Operation` and `Tensor`: the nodes of a graph and the values on its edges.

Both are plain records.  They are made by `Graph._add_node` alone, and know nothing of how they are
computed; an operation names its type by a string, whose meaning is in `registry.OPS`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tfgrad._src.graph import explain, sessions
from tfgrad._src.graph.dtypes import DType
from tfgrad._src.graph.registry import OpDef
from tfgrad._src.graph.shapes import Shape, ShapeError, merge
from tfgrad._src.graph.tensor_shape import TensorShape, as_tuple


class Tensor:
    """A value that an operation will produce; it holds no numbers.

    Attributes:
      op: the `Operation` that produces it.
      value_index: its place among the outputs of ``op``.
      dtype: its `DType`.
      dims: its static shape as a plain tuple (see `shapes`); users read ``shape``.
    """

    __slots__ = ("__dict__", "__weakref__", "_uses", "dims", "dtype", "op", "value_index")

    # ``==`` and the hash are Python's own, by identity: tensors are keys of feed dictionaries.
    # numpy must leave ``array + tensor`` to the tensor.
    __array_priority__ = 100

    def __init__(self, op: "Operation", value_index: int, dtype: DType, dims: Shape = None):
        self.op = op
        self.value_index = value_index
        self.dtype = dtype
        self.dims = dims
        self._uses: list[Operation] | None = None

    @property
    def name(self) -> str:
        """``"op name:output index"``."""
        return f"{self.op.name}:{self.value_index}"

    @property
    def graph(self):
        """The graph that holds the tensor."""
        return self.op.graph

    @property
    def device(self) -> str:
        """The device string of the producing operation."""
        return self.op.device

    @property
    def shape(self) -> TensorShape:
        """The static shape, as far as it is known."""
        return TensorShape._of(self.dims)

    def get_shape(self) -> TensorShape:
        """See `shape`."""
        return TensorShape._of(self.dims)

    @property
    def _shape(self) -> TensorShape:
        return TensorShape._of(self.dims)

    def set_shape(self, shape) -> None:
        """Refines the static shape.

        Raises:
          ValueError: ``shape`` contradicts what is known.
        """
        try:
            self.dims = merge(self.dims, as_tuple(shape))
        except ShapeError as error:
            raise ValueError(
                f"{error.message}\n  {self.name} was made at {self.op.where}"
            ) from None

    def _shape_as_list(self):
        return None if self.dims is None else list(self.dims)

    def _shape_tuple(self):
        return self.dims

    def _rank(self):
        return None if self.dims is None else len(self.dims)

    @property
    def ndim(self):
        """The rank, or None."""
        return None if self.dims is None else len(self.dims)

    def consumers(self) -> list["Operation"]:
        """The operations that take this tensor as an input, each once."""
        return list(dict.fromkeys(self._uses or ()))

    def eval(self, feed_dict=None, session=None):
        """Evaluates the tensor: ``session.run(self, feed_dict)``.

        Args:
          feed_dict: see `tf.Session.run`.
          session: the session; default: the one of the innermost ``with session:`` block.

        Raises:
          ValueError: there is no session.
        """
        return sessions.resolve(session, self.graph, "tensor", "evaluate").run(self, feed_dict)

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self.shape} dtype={self.dtype.name}>"

    def __str__(self) -> str:
        shape = "" if self.dims is None else f", shape={_python_shape(self.dims)}"
        device = f", device={self.device}" if self.device else ""
        return f'Tensor("{self.name}"{shape}, dtype={self.dtype.name}{device})'

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __len__(self) -> int:
        raise TypeError(
            f"len is not well defined for a symbolic Tensor ({self.name}). "
            f"Please call `x.shape` rather than `len(x)` for shape information."
        )

    def __bool__(self) -> bool:
        raise TypeError(
            "Using a symbolic `tf.Tensor` as a Python `bool` is not allowed. "
            f"{self.name} has no value while the graph is built: write `if t is not None:` to ask "
            "whether it exists, and tf.cond to branch on its value."
        )

    __nonzero__ = __bool__

    def __array__(self, dtype=None, copy=None):
        raise NotImplementedError(
            f"Cannot convert a symbolic tf.Tensor ({self.name}) to a numpy array. "
            f"This error may indicate that you're trying to pass a Tensor to a NumPy call, "
            f"which is not supported."
        )

    def __iter__(self):
        raise TypeError(
            f"Iterating over a symbolic `tf.Tensor` is not allowed. {self.name} has no values "
            f"while the graph is built; use tf.unstack({self.op.name!r}) for a list of its parts."
        )

    def __getitem__(self, key) -> Any:
        raise NotImplementedError  # set by functions/index.py

    if TYPE_CHECKING:  # set by functions/operators.py
        # fmt: off
        def __add__(self, other) -> Any: ...
        def __sub__(self, other) -> Any: ...
        def __mul__(self, other) -> Any: ...
        def __truediv__(self, other) -> Any: ...
        def __floordiv__(self, other) -> Any: ...
        def __mod__(self, other) -> Any: ...
        def __pow__(self, other) -> Any: ...
        def __matmul__(self, other) -> Any: ...
        def __and__(self, other) -> Any: ...
        def __or__(self, other) -> Any: ...
        def __xor__(self, other) -> Any: ...
        def __radd__(self, other) -> Any: ...
        def __rsub__(self, other) -> Any: ...
        def __rmul__(self, other) -> Any: ...
        def __rtruediv__(self, other) -> Any: ...
        def __rfloordiv__(self, other) -> Any: ...
        def __rmod__(self, other) -> Any: ...
        def __rpow__(self, other) -> Any: ...
        def __rmatmul__(self, other) -> Any: ...
        def __rand__(self, other) -> Any: ...
        def __ror__(self, other) -> Any: ...
        def __rxor__(self, other) -> Any: ...
        def __lt__(self, other) -> Any: ...
        def __le__(self, other) -> Any: ...
        def __gt__(self, other) -> Any: ...
        def __ge__(self, other) -> Any: ...
        def __neg__(self) -> Any: ...
        def __abs__(self) -> Any: ...
        def __invert__(self) -> Any: ...
        # fmt: on

    @classmethod
    def _override_operator(cls, operator: str, function: Callable) -> None:
        """Gives tensors a Python operator; called by `functions.operators` alone."""
        setattr(cls, operator, function)


def _python_shape(dims: tuple) -> str:
    inside = ", ".join("?" if d is None else str(d) for d in dims)
    return f"({inside},)" if len(dims) == 1 else f"({inside})"


class Operation:
    """A node: a computation from input tensors to output tensors.

    Attributes:
      graph: the graph that holds it.
      type: TensorFlow's op type, for example ``"MatMul"``.
      name: unique in the graph.
      inputs: the input tensors.
      outputs: the output tensors.
      attrs: the attributes as plain values.  The dictionary may be shared between nodes:
        change it by `_set_attr` only.
      id: the number of nodes made before; inputs have smaller numbers.
    """

    __slots__ = (
        "__dict__", "__weakref__", "_code", "_control_inputs", "_device", "_instruction", "attrs",
        "graph", "id", "inputs", "name", "op_def_", "outputs", "type",
    )  # fmt: skip

    graph: Any
    type: str
    name: str
    inputs: tuple[Tensor, ...]
    outputs: list[Tensor]
    attrs: dict
    id: int
    op_def_: OpDef

    @property
    def control_inputs(self) -> list["Operation"]:
        """The operations that must run before this one, data apart."""
        return list(self._control_inputs)

    @property
    def _control_outputs(self) -> list["Operation"]:
        return [o for o in self.graph._ops if self in o._control_inputs]

    @property
    def device(self) -> str:
        """The device asked for, as a full string, or ``""``."""
        return self._device

    def _set_device(self, device) -> None:
        self._device = str(device or "")

    @property
    def op(self) -> "Operation":
        """The operation itself, so that tensors, variables and operations can be used alike."""
        return self

    @property
    def where(self) -> str:
        """The user's line that made the node, for messages."""
        return explain.where(self._code, self._instruction)

    @property
    def traceback(self) -> list[tuple]:
        """``[(file, line, function, source)]`` of the user's line that made the node."""
        return explain.frame(self._code, self._instruction)

    @property
    def _id(self) -> int:
        return self.id

    @property
    def _outputs(self) -> list[Tensor]:
        return self.outputs

    def values(self) -> tuple[Tensor, ...]:
        """The outputs."""
        return tuple(self.outputs)

    def get_attr(self, name: str):
        """The value of an attribute: bytes for a string, `DType` for a type, messages for shapes.

        Raises:
          ValueError: the operation has no such attribute.
        """
        from tfgrad._src.graph import graph_def  # messages are rarely needed

        if name not in self.attrs:
            raise ValueError(f"Operation {self.name!r} has no attr named {name!r}.")
        return graph_def.attr_as_tensorflow(self, name)

    def _set_attr(self, name: str, value) -> None:
        value = getattr(value, "_as_plain", lambda: value)()
        self.attrs = {**self.attrs, name: value}

    @property
    def node_def(self):
        """The node as a ``NodeDef`` message."""
        from tfgrad._src.graph import graph_def

        return graph_def.node_def(self)

    @property
    def op_def(self):
        """The definition of the op type."""
        from tfgrad._src.graph import graph_def

        return graph_def.op_def(self.op_def_)

    def colocation_groups(self) -> list[bytes]:
        """The entries ``loc:@NAME`` of the attribute ``_class``, or the node itself."""
        own = [b"loc:@" + self.name.encode()]
        return [c for c in self.attrs.get("_class", ()) if c.startswith(b"loc:@")] or own

    def _add_control_input(self, op: "Operation") -> None:
        self._add_control_inputs([op])

    def _add_control_inputs(self, ops) -> None:
        new = [o for o in ops if o not in self._control_inputs]
        self._control_inputs = (*self._control_inputs, *new)
        self.graph._changed_in_place()

    def _update_input(self, index: int, tensor: Tensor) -> None:
        old = self.inputs[index]
        old._uses.remove(self)
        self.inputs = (*self.inputs[:index], tensor, *self.inputs[index + 1 :])
        tensor._uses = [*(tensor._uses or ()), self]
        self.graph._changed_in_place()

    def run(self, feed_dict=None, session=None) -> None:
        """Runs the operation: ``session.run(self, feed_dict)``.

        Raises:
          ValueError: there is no session.
        """
        sessions.resolve(session, self.graph, "operation", "execute").run(self, feed_dict)

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"

    def __str__(self) -> str:
        return str(self.node_def)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self
