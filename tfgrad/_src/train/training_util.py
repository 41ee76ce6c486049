"""The global step: the variable that counts the steps of training."""

import logging

from tfgrad._src.functions import initializers
from tfgrad._src.functions.state import assign_add
from tfgrad._src.functions.variable_scope import get_variable
from tfgrad._src.functions.variables import Variable, VariableAggregation
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.dtypes import int64
from tfgrad._src.graph.graph import control_dependencies, get_default_graph
from tfgrad._src.graph.node import Tensor

_log = logging.getLogger("tfgrad")
_READ_KEY = "global_step_read_op_cache"


def global_step(sess, global_step_tensor) -> int:
    """The value of the global step in a session.

    Args:
      sess: the session.
      global_step_tensor: the variable, or a tensor.
    """
    return int(sess.run(global_step_tensor))


def get_global_step(graph=None):
    """The global step of a graph, or None.

    Args:
      graph: the graph; default: the default graph.

    Raises:
      TypeError: what is called so is not an integer scalar.
    """
    graph = graph or get_default_graph()
    found = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(found) > 1:
        _log.error("Multiple tensors in global_step collection.")
        return None
    if found:
        (step,) = found
    else:
        try:
            step = graph.get_tensor_by_name("global_step:0")
        except KeyError:
            return None
    assert_global_step(step)
    return step


def create_global_step(graph=None):
    """Makes the global step of a graph: an ``int64`` variable that begins with 0.

    Args:
      graph: the graph; default: the default graph.

    Raises:
      ValueError: there is one already.
    """
    graph = graph or get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    with graph.as_default(), graph.name_scope(None):
        return get_variable(
            GraphKeys.GLOBAL_STEP,
            shape=[],
            dtype=int64,
            initializer=initializers.Zeros(),
            trainable=False,
            aggregation=VariableAggregation.ONLY_FIRST_REPLICA,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )


def get_or_create_global_step(graph=None):
    """The global step of a graph, made if there is none.

    Args:
      graph: the graph; default: the default graph.
    """
    graph = graph or get_default_graph()
    step = get_global_step(graph)
    return create_global_step(graph) if step is None else step


def assert_global_step(global_step_tensor) -> None:
    """Checks that a global step is an integer scalar.

    Raises:
      TypeError: it is not.
    """
    if not isinstance(global_step_tensor, Variable | Tensor):
        raise TypeError(
            f'Existing "global_step" must be a Variable or Tensor: {global_step_tensor}.'
        )
    if not global_step_tensor.dtype.base_dtype.is_integer:
        raise TypeError(
            f'Existing "global_step" does not have integer type: {global_step_tensor.dtype}'
        )
    shape = global_step_tensor.get_shape()
    if shape.ndims != 0 and shape.is_fully_defined():
        raise TypeError(f'Existing "global_step" is not scalar: {shape}')


def _get_or_create_global_step_read(graph=None) -> Tensor | None:
    """A tensor of the global step before anything of a run changes it."""
    graph = graph or get_default_graph()
    reads = graph.get_collection(_READ_KEY)
    if reads:
        return reads[0]
    step = get_global_step(graph)
    if step is None:
        return None
    with graph.as_default(), graph.name_scope(None), graph.name_scope(f"{step.op.name}/"):
        value = step.initialized_value() if isinstance(step, Variable) else step
        read = value + 0
        graph.add_to_collection(_READ_KEY, read)
    return read


def _increment_global_step(increment, graph=None):
    """Adds to the global step, after it was read."""
    graph = graph or get_default_graph()
    step = get_global_step(graph)
    if step is None:
        raise ValueError(
            "Global step tensor should be created by tf.train.get_or_create_global_step before "
            "calling increment."
        )
    read = _get_or_create_global_step_read(graph)
    with (
        graph.as_default(),
        graph.name_scope(None),
        graph.name_scope(f"{step.op.name}/"),
        control_dependencies([read]),
    ):
        return assign_add(step, increment)


def assert_or_get_global_step(graph=None, global_step_tensor=None):
    """The global step that is given, after a check, or else that of the graph.

    Args:
      graph: the graph; default the default graph.
      global_step_tensor: a global step, or None.

    Returns:
      The global step, or None.

    Raises:
      TypeError: it is no scalar of an integer type.
    """
    if global_step_tensor is None:
        return get_global_step(graph)
    assert_global_step(global_step_tensor)
    return global_step_tensor
