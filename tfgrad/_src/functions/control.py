"""Nodes that order or hand on what others compute: ``group``, ``tuple``, ``identity``."""

import builtins
import contextlib

from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph.build import add_node, add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import colocate_with, control_dependencies, device, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing; useful for its control inputs.

    Args:
      name: the name of the node; default ``"NoOp"``.
    """
    return add_op("NoOp", name=name)


def _is_slices(value) -> bool:
    return hasattr(value, "values") and hasattr(value, "indices") and hasattr(value, "dense_shape")


def identity(input, name: str | None = None):
    """A tensor of the same value as ``input``, made by a node of its own.

    Of a variable it takes the value at the moment when the node runs.

    Args:
      input: a tensor, a variable, or sliced values (`tf.IndexedSlices`), of which each part is
        passed on.
      name: the name of the node; default ``"Identity"``.

    Gradient:
      Passes unchanged.
    """
    if _is_slices(input):
        parts = (input.values, input.indices, input.dense_shape)
        return type(input)(*(None if p is None else identity(p, name) for p in parts))
    return add_op("Identity", input, name=name)


def identity_n(input, name: str | None = None) -> list[Tensor]:
    """Tensors of the same values as ``input``, made by one node.

    Args:
      input: a list of tensors of any types.
      name: the name of the node; default ``"IdentityN"``.
    """
    return add_op("IdentityN", input, name=name)


def stop_gradient(input, name: str | None = None) -> Tensor:
    """``input``, through which no gradient flows: it counts as a constant.

    Args:
      input: a tensor.
      name: the name of the node; default ``"StopGradient"``.

    Example:
      >>> x = tf.constant(3.0)
      >>> (dx,) = tf.gradients(x * tf.stop_gradient(x), x)
      >>> float(tf.Session().run(dx))
      3.0
    """
    return add_op("StopGradient", input, name=name)


def ensure_shape(x, shape, name: str | None = None) -> Tensor:
    """``x``, after checking its shape.

    Args:
      x: a tensor.
      shape: a static shape, None for lengths that are not checked.
      name: the name of the node; default ``"EnsureShape"``.

    Returns:
      A tensor of the value of ``x`` whose static shape is that of ``x`` completed by ``shape``.

    Raises:
      ValueError: the static shape of ``x`` contradicts ``shape``.
    """
    return add_op("EnsureShape", x, name=name, shape=shape)


# ---------------------------------------------------------------------- groups


def _leaves(value):
    if isinstance(value, dict):
        for key in sorted(value):
            yield from _leaves(value[key])
    elif isinstance(value, list | builtins.tuple):
        for item in value:
            yield from _leaves(item)
    elif _is_slices(value):
        yield from (p for p in (value.values, value.indices, value.dense_shape) if p is not None)
    else:
        yield value


def group(*inputs, **kwargs) -> Operation:
    """An operation that is done when all ``inputs`` are.

    Args:
      *inputs: tensors, operations, variables, or nested lists of them.
      **kwargs: ``name``, the name of the node; default ``"group_deps"``.

    Returns:
      A node without a value.

    Raises:
      TypeError: an input is none of these.
      ValueError: there are unknown keyword arguments.
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise ValueError("Unknown keyword arguments: " + ", ".join(kwargs.keys()))
    with name_scope(name, "group_deps", inputs) as scope:
        if not inputs:
            return no_op(scope)
        by_device: dict[str, list] = {}
        for item in _leaves(inputs):
            if not hasattr(item, "device"):
                raise TypeError(
                    f"'inputs' should be zero or more (nested) Tensors. Received '{item}' with "
                    f"type '{type(item)}'."
                )
            by_device.setdefault(item.device or "", []).append(item)
        if len(by_device) == 1:
            ((where, items),) = by_device.items()
            return _after(where, items, scope)
        with control_dependencies([_after(d, by_device[d]) for d in sorted(by_device)]):
            return no_op(scope)


def _after(where: str, items: list, name: str | None = None) -> Operation:
    with control_dependencies(items), device(where):
        return no_op(name)


def with_dependencies(dependencies, output_tensor, name: str | None = None):
    """``output_tensor``, which is not used before ``dependencies`` are done.

    Args:
      dependencies: operations or tensors.
      output_tensor: a tensor, or sliced values.
      name: the name of the node; default ``"control_dependency"``.
    """
    with (
        name_scope(name, "control_dependency") as scope,
        colocate_with(output_tensor),
        control_dependencies(dependencies),
    ):
        if _is_slices(output_tensor):
            values = add_op("Identity", output_tensor.values, name=scope)
            return type(output_tensor)(values, output_tensor.indices, output_tensor.dense_shape)
        tensor = convert_to_tensor(output_tensor)
        op_type = "RefIdentity" if tensor.dtype._is_ref_dtype else "Identity"
        return add_node(op_type, (tensor,), scope, {}).outputs[0]


def tuple(tensors, name: str | None = None, control_inputs=None) -> list:
    """The tensors, none of which can be used before all of them are computed.

    Args:
      tensors: tensors, sliced values, operations or None.
      name: the scope of the nodes; default ``"tuple"``.
      control_inputs: further operations to wait for.

    Returns:
      A list like ``tensors``.

    Raises:
      ValueError: ``tensors`` holds nothing but None.
      TypeError: a control input is neither an operation nor a tensor.
    """
    with name_scope(name, "tuple"):
        tensors = [
            t if t is None or hasattr(t, "op") or _is_slices(t) else convert_to_tensor(t)
            for t in tensors
        ]
        waiting = [t.values.op if _is_slices(t) else t.op for t in tensors if t is not None]
        for c in control_inputs or ():
            if not isinstance(c, Tensor | Operation):
                raise TypeError(
                    f"'control_inputs' must only contain Operation or Tensor. Received: {type(c)}"
                )
            waiting.append(c.op)
        if not waiting:
            raise ValueError(f"'tensors' must have at least one Tensor. Received: {tensors}.")
        gate = group(*sorted(set(waiting), key=lambda op: op.id))
        result: list = []
        for t in tensors:
            if isinstance(t, Operation):
                with control_dependencies([gate]):
                    result.append(group(t))
            else:
                result.append(None if t is None else with_dependencies([gate], t))
        return result


@contextlib.contextmanager
def init_scope():
    """Lifts nodes out of functions and control flow, for a ``with`` block.

    Inside the block the default graph is the outermost one that is not a function's, there are no
    control dependencies, and the name scope is kept.
    """
    graph = inner = get_default_graph()
    scope = graph.get_name_scope()
    while graph.building_function and graph.outer_graph is not None:
        graph = graph.outer_graph
    with (
        contextlib.nullcontext() if graph is inner else graph.as_default(),
        graph.name_scope(f"{scope}/" if scope else None),
        graph.control_dependencies(None),
    ):
        yield
