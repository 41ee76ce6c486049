"""`tf.contrib.graph_editor`: choosing operations and tensors of a graph.

Functions that take "operations" or "tensors" take one of them, a list of them, or a graph.
"""

import re
from collections.abc import Callable, Iterable

from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor


def _one_graph(items: list) -> None:
    first = next((x.graph for x in items), None)
    for x in items:
        if x.graph is not first:
            raise ValueError(f"Operation/Tensor {x.name} is not from the same graph as the others.")


def _listed(items) -> list:
    """One thing, or several, as a list."""
    several = isinstance(items, Iterable) and not isinstance(items, (Tensor, str))
    return list(items) if several else [items]


def make_list_of_op(ops, check_graph=True, allow_graph=True, ignore_ts=False) -> list[Operation]:
    """A list of operations from one of them, several, or a graph.

    Args:
      ops: an operation, operations, or a graph.
      check_graph: whether all must be of one graph.
      allow_graph: whether a graph may be given, for all its operations.
      ignore_ts: whether tensors among them are left out.

    Returns:
      A list.

    Raises:
      TypeError: something is no operation.
      ValueError: they are of several graphs.
    """
    if isinstance(ops, Graph):
        if not allow_graph:
            raise TypeError("allow_graph is False: cannot convert a tf.Graph.")
        return ops.get_operations()
    result = _listed(ops)
    if ignore_ts:
        result = [op for op in result if not isinstance(op, Tensor)]
    for op in result:
        if not isinstance(op, Operation):
            raise TypeError(f"Expected a tf.Operation, got: {type(op)}")
    if check_graph:
        _one_graph(result)
    return result


def make_list_of_t(ts, check_graph=True, allow_graph=True, ignore_ops=False) -> list[Tensor]:
    """A list of tensors from one of them, several, or a graph.

    Args:
      ts: a tensor, tensors, or a graph.
      check_graph: whether all must be of one graph.
      allow_graph: whether a graph may be given, for all its tensors.
      ignore_ops: whether operations among them are left out.

    Returns:
      A list.

    Raises:
      TypeError: something is no tensor.
      ValueError: they are of several graphs.
    """
    if isinstance(ts, Graph):
        if not allow_graph:
            raise TypeError("allow_graph is False: cannot convert a tf.Graph.")
        return get_tensors(ts)
    result = _listed(ts)
    if ignore_ops:
        result = [t for t in result if not isinstance(t, Operation)]
    for t in result:
        if not isinstance(t, Tensor):
            raise TypeError(f"Expected a tf.Tensor, got: {type(t)}")
    if check_graph:
        _one_graph(result)
    return result


def get_tensors(graph) -> list[Tensor]:
    """The outputs of all operations of a graph.

    Raises:
      TypeError: ``graph`` is no graph.
    """
    if not isinstance(graph, Graph):
        raise TypeError(f"Expected a graph, got: {type(graph)}")
    return [t for op in graph.get_operations() for t in op.outputs]


def get_generating_ops(ts) -> list[Operation]:
    """The operations whose outputs the tensors are, each once."""
    return list(dict.fromkeys(t.op for t in make_list_of_t(ts, allow_graph=False)))


def get_consuming_ops(ts) -> list[Operation]:
    """The operations that take a tensor of the list as an input, each once."""
    tensors = make_list_of_t(ts, allow_graph=False)
    return list(dict.fromkeys(op for t in tensors for op in t.consumers()))


class ControlOutputs:
    """For each operation of a graph, those that wait for it."""

    def __init__(self, graph):
        self._graph = graph
        self._control_outputs: dict[Operation, list[Operation]] = {}
        self._version = None
        self.update()

    def update(self) -> "ControlOutputs":
        """Looks at the graph again, if it has changed."""
        version = self._graph._last_id, self._graph._edits
        if version != self._version:
            self._version = version
            self._control_outputs = {}
            for op in self._graph.get_operations():
                for before in op.control_inputs:
                    self._control_outputs.setdefault(before, []).append(op)
        return self

    def get(self, op) -> list[Operation]:
        """The operations that wait for ``op``."""
        return list(self._control_outputs.get(op, ()))

    def get_all(self) -> dict[Operation, list[Operation]]:
        """All of them, by operation."""
        return self._control_outputs

    @property
    def graph(self):
        """The graph."""
        return self._graph


def check_cios(control_inputs=False, control_outputs=None, control_ios=None) -> tuple:
    """Whether to follow control inputs, and the `ControlOutputs` to follow, or None.

    Args:
      control_inputs: whether to follow control inputs.
      control_outputs: a `ControlOutputs`, or None.
      control_ios: a `ControlOutputs` that stands for both.

    Raises:
      ValueError: ``control_ios`` is given with one of the others.
    """
    if control_ios is None:
        return control_inputs, control_outputs
    if control_inputs or control_outputs is not None:
        raise ValueError("control_inputs and control_outputs cannot be given with control_ios.")
    return True, control_ios


# --------------------------------------------------------------------------
# By name and by condition.


def can_be_regex(obj) -> bool:
    """Whether a value is a string or a compiled regular expression."""
    return isinstance(obj, (str, re.Pattern))


def make_regex(obj) -> re.Pattern:
    """A compiled regular expression.

    Raises:
      ValueError: ``obj`` is neither a string nor a regular expression.
    """
    if not can_be_regex(obj):
        raise ValueError(f"Expected a string or a regex, got: {type(obj)}")
    return re.compile(obj) if isinstance(obj, str) else obj


def filter_ts(ops, positive_filter) -> list[Tensor]:
    """The inputs and outputs of operations that a function accepts; all if it is True."""
    ops = make_list_of_op(ops)
    entering = [t for op in ops for t in op.inputs]
    tensors = list(dict.fromkeys(entering + [t for op in ops for t in op.outputs]))
    return tensors if positive_filter is True else [t for t in tensors if positive_filter(t)]


def filter_ts_from_regex(ops, regex) -> list[Tensor]:
    """The inputs and outputs of operations in whose names a regular expression is found."""
    pattern = make_regex(regex)
    return filter_ts(ops, lambda t: pattern.search(t.name))


def filter_ops(ops, positive_filter) -> list[Operation]:
    """The operations that a function accepts; all if ``positive_filter`` is True."""
    chosen = make_list_of_op(ops)
    return chosen if positive_filter is True else [op for op in chosen if positive_filter(op)]


def filter_ops_from_regex(ops, regex) -> list[Operation]:
    """The operations in whose names a regular expression is found."""
    pattern = make_regex(regex)
    return filter_ops(ops, lambda op: pattern.search(op.name))


def get_name_scope_ops(ops, scope) -> list[Operation]:
    """The operations inside a name scope."""
    if scope and scope[-1] == "/":
        scope = scope[:-1]
    return filter_ops_from_regex(ops, f"^{re.escape(scope)}(/.*)?$")


def _select(kind: type, other: type, of_graph: Callable, args, kwargs) -> list:
    """What `select_ops` and `select_ts` have in common."""
    graph = kwargs.pop("graph", None)
    positive_filter = kwargs.pop("positive_filter", None)
    regex_name = "restrict_ops_regex" if kind is Operation else "restrict_ts_regex"
    restricted = kwargs.pop(regex_name, False)
    if kwargs:
        raise ValueError(f"Wrong keywords argument: {next(iter(kwargs))}.")
    if positive_filter is not None and not callable(positive_filter):
        raise TypeError("positive_filter must be callable.")
    result: dict = {}
    for arg in args:
        if can_be_regex(arg):
            if graph is None:
                raise ValueError("Use the keyword argument 'graph' to use regex.")
            text = arg if isinstance(arg, str) else arg.pattern
            mark = "(?#ops)" if kind is Operation else "(?#ts)"
            if (restricted and not text.startswith(mark)) or text.startswith(
                "(?#ts)" if kind is Operation else "(?#ops)"
            ):
                continue
            pattern = make_regex(arg)
            found = [x for x in of_graph(graph) if pattern.search(x.name)]
        else:
            found = [x for x in _listed(arg) if not isinstance(x, other)]
            for x in found:
                if not isinstance(x, kind):
                    raise TypeError(f"Expected a tf.{kind.__name__}, got: {type(x)}")
        result.update(dict.fromkeys(found))
    return [x for x in result if positive_filter is None or positive_filter(x)]


def select_ops(*args, **kwargs) -> list[Operation]:
    """The operations that are named.

    Args:
      *args: operations, lists of them, or regular expressions for names; tensors are left out.
      **kwargs: ``graph``: the graph in which names are looked up; ``positive_filter``: a function
        that operations must satisfy; ``restrict_ops_regex``: use only expressions that begin with
        ``(?#ops)``.

    Returns:
      A list of operations, each once.

    Raises:
      TypeError: an argument is something else.
      ValueError: an expression is given and no graph, or ``kwargs`` has something else.
    """
    return _select(Operation, Tensor, lambda graph: graph.get_operations(), args, kwargs)


def select_ts(*args, **kwargs) -> list[Tensor]:
    """The tensors that are named; see `select_ops`."""
    return _select(Tensor, Operation, get_tensors, args, kwargs)


def select_ops_and_ts(*args, **kwargs) -> tuple[list[Operation], list[Tensor]]:
    """The operations and the tensors that are named; expressions for tensors are ``(?#ts)...``."""
    ops = select_ops(*args, **kwargs)
    tensors = select_ts(*args, restrict_ts_regex=True, **kwargs)
    return ops, tensors


# --------------------------------------------------------------------------
# Walks.


def _within(within_ops, within_ops_fn) -> Callable[[Operation], bool]:
    inside = None if within_ops is None else set(make_list_of_op(within_ops, allow_graph=False))

    def is_within(op: Operation) -> bool:
        if within_ops_fn is not None and not within_ops_fn(op):
            return False
        return inside is None or op in inside

    return is_within


def _seeds(seed_ops, of_tensors: Callable) -> list[Operation]:
    if isinstance(seed_ops, Tensor):
        return of_tensors([seed_ops])
    if not isinstance(seed_ops, Operation):
        seed_ops = list(seed_ops)
        if seed_ops and isinstance(seed_ops[0], Tensor):
            return of_tensors(seed_ops)
    return make_list_of_op(seed_ops, allow_graph=False)


def _walk(seeds: list, inclusive: bool, next_ops: Callable, is_within: Callable) -> list[Operation]:
    """The operations that are reached, nearest first."""
    found = dict.fromkeys(op for op in seeds if is_within(op))
    wave = list(found)
    while wave:
        new = dict.fromkeys(
            op for last in wave for op in next_ops(last) if op not in found and is_within(op)
        )
        found.update(new)
        wave = list(new)
    first = set(seeds)
    return [op for op in found if inclusive or op not in first]


def get_backward_walk_ops(
    seed_ops,
    inclusive=True,
    within_ops=None,
    within_ops_fn=None,
    stop_at_ts=(),
    control_inputs=False,
) -> list[Operation]:
    """The operations that others are computed from.

    Args:
      seed_ops: operations, or the tensors that they produce.
      inclusive: whether these are in the result.
      within_ops: go only through these.
      within_ops_fn: go only through those that this function accepts.
      stop_at_ts: do not go through these tensors.
      control_inputs: whether to follow control inputs, too.

    Returns:
      A list of operations, each once.
    """
    stop = set(make_list_of_t(stop_at_ts))

    def before(op: Operation) -> Iterable[Operation]:
        yield from (t.op for t in op.inputs if t not in stop)
        if control_inputs:
            yield from op.control_inputs

    seeds = _seeds(seed_ops, get_generating_ops)
    return _walk(seeds, inclusive, before, _within(within_ops, within_ops_fn))


def get_forward_walk_ops(
    seed_ops,
    inclusive=True,
    within_ops=None,
    within_ops_fn=None,
    stop_at_ts=(),
    control_outputs=None,
) -> list[Operation]:
    """The operations that are computed from others.

    Args:
      seed_ops: operations, or tensors for those that consume them.
      inclusive: whether these are in the result.
      within_ops: go only through these.
      within_ops_fn: go only through those that this function accepts.
      stop_at_ts: do not go through these tensors.
      control_outputs: a `ControlOutputs`, to follow control edges, too.

    Returns:
      A list of operations, each once.
    """
    stop = set(make_list_of_t(stop_at_ts))

    def after(op: Operation) -> Iterable[Operation]:
        for t in op.outputs:
            if t not in stop:
                yield from t.consumers()
        if control_outputs is not None:
            yield from control_outputs.get(op)

    seeds = _seeds(seed_ops, get_consuming_ops)
    return _walk(seeds, inclusive, after, _within(within_ops, within_ops_fn))


def _both_walks(
    forward_seed_ops, backward_seed_ops, forward_inclusive, backward_inclusive, within_ops,
    within_ops_fn, control_inputs, control_outputs, control_ios,
) -> tuple[list[Operation], list[Operation]]:  # fmt: skip
    control_inputs, control_outputs = check_cios(control_inputs, control_outputs, control_ios)
    forward = get_forward_walk_ops(
        forward_seed_ops, forward_inclusive, within_ops, within_ops_fn,
        control_outputs=control_outputs,
    )  # fmt: skip
    backward = get_backward_walk_ops(
        backward_seed_ops, backward_inclusive, within_ops, within_ops_fn,
        control_inputs=control_inputs,
    )  # fmt: skip
    return forward, backward


def get_walks_intersection_ops(
    forward_seed_ops, backward_seed_ops, forward_inclusive=True, backward_inclusive=True,
    within_ops=None, within_ops_fn=None, control_inputs=False, control_outputs=None,
    control_ios=None,
) -> list[Operation]:  # fmt: skip
    """The operations between others; see `get_forward_walk_ops` and `get_backward_walk_ops`."""
    forward, backward = _both_walks(
        forward_seed_ops, backward_seed_ops, forward_inclusive, backward_inclusive, within_ops,
        within_ops_fn, control_inputs, control_outputs, control_ios,
    )  # fmt: skip
    reached = set(backward)
    return [op for op in forward if op in reached]


def get_walks_union_ops(
    forward_seed_ops, backward_seed_ops, forward_inclusive=True, backward_inclusive=True,
    within_ops=None, within_ops_fn=None, control_inputs=False, control_outputs=None,
    control_ios=None,
) -> list[Operation]:  # fmt: skip
    """The operations that either walk reaches; see `get_walks_intersection_ops`."""
    forward, backward = _both_walks(
        forward_seed_ops, backward_seed_ops, forward_inclusive, backward_inclusive, within_ops,
        within_ops_fn, control_inputs, control_outputs, control_ios,
    )  # fmt: skip
    return list(dict.fromkeys([*forward, *backward]))


def compute_boundary_ts(ops) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """The tensors at the boundary of some operations, and those inside.

    Args:
      ops: operations.

    Returns:
      The inputs that others produce; the outputs that others consume, or nobody; and the outputs
      that are consumed here alone.
    """
    ops = make_list_of_op(ops)
    inside = set(ops)
    entering = dict.fromkeys(t for op in ops for t in op.inputs if t.op not in inside)
    leaving, within = [], []
    for op in ops:
        for t in op.outputs:
            users = t.consumers()
            stays = users and all(user in inside for user in users)
            (within if stays else leaving).append(t)
    return list(entering), leaving, within
