"""`name_scope` as TensorFlow 1 has it, and groups of the graph's blocks as plain functions."""

from tfgrad._src.graph.build import graph_of
from tfgrad._src.graph.graph import get_default_graph
from tfgrad._src.graph.node import Tensor


class name_scope:
    """Opens a name scope, for a ``with`` block of an op function.

    Args:
      name: the wanted name, or None for ``default_name``.
      default_name: the name when ``name`` is None.
      values: the tensors that the block works on; their graph is the default graph in the block.

    Raises:
      TypeError: neither name is given although ``values`` are, or a name is no string.
      ValueError: the name is not valid, or two tensors are of different graphs.

    Example:
      >>> with tf.name_scope("layer") as scope:
      ...     c = tf.constant(1.0, name="c")
      >>> scope, c.name
      ('layer/', 'layer/c:0')
    """

    __slots__ = ("_default", "_name", "_scope", "_values")

    def __init__(self, name=None, default_name=None, values=None):
        if not (default_name is None or isinstance(default_name, str)):
            raise TypeError(
                f"`default_name` type ({type(default_name)}) is not a string type. You likely "
                f"meant to pass this into the `values` kwarg."
            )
        self._name = default_name if name is None else name
        self._values = values
        self._default = None
        if self._name is None and values is not None:
            raise ValueError(
                f"At least one of name ({name}) and default_name ({default_name}) must be provided."
            )

    def __enter__(self) -> str:
        graph = get_default_graph()
        if self._values:
            for value in self._values:
                if type(value) is Tensor and value.op.graph is not graph:
                    graph = graph_of(self._values)
                    self._default = graph.as_default()
                    self._default.__enter__()
                    break
        self._scope = graph.name_scope(self._name)
        return self._scope.__enter__()

    def __exit__(self, *unused) -> None:
        self._scope.__exit__(*unused)
        if self._default is not None:
            self._default.__exit__(None, None, None)

    @property
    def name(self):
        """The name asked for."""
        return self._name


def op_scope(values, name, default_name=None) -> name_scope:
    """See `tf.name_scope` (deprecated): the arguments in another order."""
    return name_scope(name, default_name, values)
