"""Lists of variables, and operations on all of a list: initializers, reports."""

import numpy as np

from tfgrad._src.functions.collections import get_collection
from tfgrad._src.functions.control import group, no_op
from tfgrad._src.functions.index import boolean_mask
from tfgrad._src.functions.join import stack
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.state import is_variable_initialized
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.convert import constant
from tfgrad._src.graph.graph import colocate_with, device, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor


def global_variables(scope: str | None = None) -> list:
    """The variables that are kept between runs and saved: all but local ones.

    Args:
      scope: keep only those whose name matches this regular expression from its start.
    """
    return get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def all_variables() -> list:
    """See `tf.global_variables`."""
    return global_variables()


def local_variables(scope: str | None = None) -> list:
    """The variables of this process alone, such as counters; they are not saved.

    Args:
      scope: keep only those whose name matches this regular expression from its start.
    """
    return get_collection(GraphKeys.LOCAL_VARIABLES, scope)


def model_variables(scope: str | None = None) -> list:
    """The variables in the collection ``GraphKeys.MODEL_VARIABLES``.

    Args:
      scope: keep only those whose name matches this regular expression from its start.
    """
    return get_collection(GraphKeys.MODEL_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list:
    """The variables that optimizers change by default: those made with ``trainable=True``.

    Args:
      scope: keep only those whose name matches this regular expression from its start.
    """
    return get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def moving_average_variables(scope: str | None = None) -> list:
    """The variables of which an `tf.train.ExponentialMovingAverage` is kept.

    Args:
      scope: keep only those whose name matches this regular expression from its start.
    """
    return get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


# ---------------------------------------------------------------------- initializers


def variables_initializer(var_list, name: str = "init") -> Operation:
    """An operation that gives variables their initial values, in no particular order.

    Args:
      var_list: the variables.
      name: the name of the node.
    """
    if var_list:
        return group(*[v.initializer for v in var_list], name=name)
    return no_op(name=name)


def initialize_variables(var_list, name: str = "init") -> Operation:
    """See `tf.variables_initializer`."""
    return variables_initializer(var_list, name=name)


def global_variables_initializer() -> Operation:
    """An operation that gives all global variables their initial values.

    Example:
      >>> v = tf.Variable(1.0)
      >>> with tf.Session() as sess:
      ...     sess.run(tf.global_variables_initializer())
      ...     float(sess.run(v))
      1.0
    """
    return variables_initializer(global_variables())


def initialize_all_variables() -> Operation:
    """See `tf.global_variables_initializer`."""
    return global_variables_initializer()


def local_variables_initializer() -> Operation:
    """An operation that gives all local variables their initial values."""
    return variables_initializer(local_variables())


def initialize_local_variables() -> Operation:
    """See `tf.local_variables_initializer`."""
    return local_variables_initializer()


# ---------------------------------------------------------------------- reports


def _all_or(var_list) -> list:
    """``var_list``, or all variables that can be found."""
    if var_list is not None:
        return list(var_list)
    found = global_variables() + local_variables()
    if found:
        return found
    ops = get_default_graph().get_operations()
    return [op.outputs[0] for op in ops if op.type in ("Variable", "VariableV2")]


def report_uninitialized_variables(
    var_list=None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """A vector of strings: the names of the variables that have no value yet.

    Args:
      var_list: the variables; default: the global and local ones.
      name: the scope of the nodes.

    Example:
      >>> v = tf.Variable(1.0, name="v")
      >>> tf.Session().run(tf.report_uninitialized_variables()).tolist()
      [b'v']
    """
    variables = _all_or(var_list)
    with name_scope(name):
        flags = [is_variable_initialized(v) for v in variables]
        with device("/cpu:0"):
            if not variables:
                return constant(np.array([], dtype=object), dtype="string")
            missing = add_op("LogicalNot", stack(flags))
            names = constant([v.op.name for v in variables])
            return boolean_mask(names, missing)


def assert_variables_initialized(var_list=None) -> Tensor | None:
    """A tensor that can be evaluated only when variables have values.

    Args:
      var_list: the variables; default: the global and local ones.

    Returns:
      A tensor of their ranks, or None if there are no variables.  Evaluating it is a
      ``FailedPreconditionError`` as long as one of them has no value.
    """
    ranks = []
    for v in _all_or(var_list):
        with colocate_with(v.op):
            ranks.append(add_op("Rank", v))
    if not ranks:
        return None
    return ranks[0] if len(ranks) == 1 else stack(ranks)
