"""`tf.contrib.framework`: questions about tensors, names and graphs."""

import re

from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.losses import remove_squeezable_dimensions as _remove_squeezable
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import get_default_graph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor
from tfgrad._src.graph.tensor_shape import TensorShape


def is_tensor(x) -> bool:
    """Whether a value is a tensor, a variable, a `tf.SparseTensor` or a `tf.IndexedSlices`.

    Example:
      >>> tf.is_tensor(tf.constant(1.0)), tf.is_tensor(1.0)
      (True, False)
    """
    return isinstance(x, (Tensor, SparseTensor, IndexedSlices)) or hasattr(x, "_as_graph_element")


def smart_constant_value(pred):
    """The value of a condition, if it is known while the graph is built.

    Args:
      pred: a bool, 0, 1, or a boolean tensor.

    Returns:
      A bool, the value of a constant tensor, or None.

    Raises:
      TypeError: ``pred`` is something else.
    """
    if isinstance(pred, Tensor):
        return constant_value(pred)
    if pred in (0, 1):  # True and False are equal to these
        return bool(pred)
    raise TypeError(
        f"`pred` must be a Tensor, or a Python bool, or 1 or 0. Found instead: {type(pred)}"
    )


def get_name_scope() -> str:
    """The name scope that is open in the default graph, without a slash at its end."""
    return get_default_graph().get_name_scope()


def prepend_name_scope(name, import_scope):
    """The name of a node, of a control input or of a ``loc:@`` entry, put inside a scope.

    Args:
      name: the name.
      import_scope: the scope; of an empty one, ``name`` is returned.

    Returns:
      A string.

    Example:
      >>> tf.contrib.framework.prepend_name_scope("^a/b", "outer")
      '^outer/a/b'
    """
    if not import_scope:
        return name
    scope = import_scope.rstrip("/")
    return re.sub(r"([\^]|loc:@|^)(.*)", lambda m: f"{m[1]}{scope}/{m[2]}", name, count=1)


def strip_name_scope(name, export_scope):
    """The name of a node, of a control input or of a ``loc:@`` entry, without the scope's name.

    Args:
      name: the name.
      export_scope: the scope; a name that is not inside it is returned as it is.

    Returns:
      A string.

    Example:
      >>> tf.contrib.framework.strip_name_scope("^outer/a/b", "outer")
      '^a/b'
    """
    if not export_scope:
        return name
    scope = re.escape(export_scope.rstrip("/"))
    return re.sub(rf"([\^]|loc:@|^){scope}/+(.*)", r"\1\2", name, count=1)


def get_placeholders(graph) -> list[Tensor]:
    """The placeholders of a graph."""
    return [op.outputs[0] for op in graph.get_operations() if op.type == "Placeholder"]


def get_graph_from_inputs(op_input_list, graph=None):
    """The graph that holds some tensors; the default graph if none of them has one.

    Args:
      op_input_list: tensors, operations, variables or other values.
      graph: the graph that they must be in.

    Returns:
      A graph.

    Raises:
      ValueError: they are in different graphs.
    """
    first = None
    for value in op_input_list:
        its = getattr(value, "graph", None)
        if its is None:
            continue
        if graph is None:
            graph, first = its, value
        elif its is not graph:
            if first is None:
                raise ValueError(f"{value} is not from the passed-in graph.")
            raise ValueError(f"{value} must be from the same graph as {first}.")
    return graph or get_default_graph()


def assert_scalar_int(tensor, name=None) -> Tensor:
    """Checks while building that a tensor is a scalar of an integer type.

    Args:
      tensor: a tensor or a number.
      name: the scope of the nodes; default ``"assert_scalar_int"``.

    Returns:
      The tensor.

    Raises:
      ValueError: it is of another type or shape.
    """
    from tfgrad._src.functions.scope import name_scope

    with name_scope(name, "assert_scalar_int", [tensor]):
        tensor = convert_to_tensor(tensor)
        if not tensor.dtype.base_dtype.is_integer:
            raise ValueError(
                f"Expected integer type for {tensor.name}, received type: {tensor.dtype}."
            )
        dims = tensor.dims
        if dims is None or len(dims):
            raise ValueError(
                f"Expected scalar shape for {tensor.name}, saw shape: {tensor.get_shape()}."
            )
        return tensor


def reduce_sum_n(tensors, name=None) -> Tensor:
    """The sum of the sums of several tensors.

    Args:
      tensors: tensors of one type and any shapes.
      name: the name of the result; default ``"reduce_sum_n"``.

    Returns:
      A scalar.

    Raises:
      ValueError: there is no tensor.
    """
    from tfgrad._src.functions.cwise_binary import add_n
    from tfgrad._src.functions.reduce import reduce_sum
    from tfgrad._src.functions.scope import name_scope

    if not tensors:
        raise ValueError("No tensors provided.")
    with name_scope(name, "reduce_sum_n", tensors) as scope:
        sums = [reduce_sum(t, name=f"{t.op.name}/sum") for t in tensors]
        return sums[0] if len(sums) == 1 else add_n(sums, name=scope)


def remove_squeezable_dimensions(predictions, labels, name=None):
    """Removes the last axis, if it has length 1, of the one of two tensors that has one more.

    Args:
      predictions: a tensor.
      labels: a tensor.
      name: the scope of the nodes.

    Returns:
      ``predictions`` and ``labels``.
    """
    labels, predictions = _remove_squeezable(labels, predictions, name=name)
    return predictions, labels


def with_shape(expected_shape, tensor) -> Tensor:
    """A tensor whose static shape is narrowed to one that it is expected to have.

    Args:
      expected_shape: a shape that is known while the graph is built.
      tensor: a tensor.

    Returns:
      The tensor.

    Raises:
      ValueError: its shape is another.
    """
    if isinstance(expected_shape, Tensor):
        known = constant_value(expected_shape)
        if known is None:
            raise NotImplementedError("with_shape takes shapes that are known while building.")
        expected_shape = known.tolist()
    expected = TensorShape(expected_shape)
    if not tensor.get_shape().is_compatible_with(expected):
        shown = tensor.get_shape().as_list() if tensor.get_shape().ndims is not None else None
        raise ValueError(
            f"Invalid shape for tensor {tensor.name}, expected {expected.as_list()}, got "
            f"{tuple(shown) if shown is not None else '<unknown>'}."
        )
    tensor.set_shape(expected)
    return tensor


def with_same_shape(expected_tensor, tensor) -> Tensor:
    """A tensor whose static shape is narrowed to that of another; see `with_shape`."""
    return with_shape(expected_tensor.get_shape(), tensor)
