"""`tf.contrib.graph_editor`: copying parts of a graph, and connecting tensors differently.

Programs use it to differentiate copies of what they compute, or to replace parts of a network.
A node that is changed is changed for all users of the graph: what sessions have compiled before
is compiled anew.
"""

from collections.abc import Mapping

from tfgrad._src.functions.graph_selection import (
    ControlOutputs,
    compute_boundary_ts,
    get_name_scope_ops,
    get_walks_intersection_ops,
    make_list_of_op,
    make_list_of_t,
    select_ops_and_ts,
)
from tfgrad._src.functions.nest_structures import flatten, map_structure
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor


class SubGraphView:
    """Some operations of a graph, with the tensors that enter and leave.

    Attributes:
      ops: the operations.
      inputs: the tensors that enter.
      outputs: the tensors that leave.
      passthroughs: tensors that enter and leave.
    """

    def __init__(self, inside_ops=(), passthrough_ts=()):
        self.ops = list(dict.fromkeys(make_list_of_op(inside_ops)))
        entering, leaving, _ = compute_boundary_ts(self.ops)
        passing = list(dict.fromkeys(make_list_of_t(passthrough_ts)))
        self.passthroughs = [t for t in passing if t not in entering and t not in leaving]
        self.inputs = entering + self.passthroughs
        self.outputs = leaving + self.passthroughs

    @property
    def graph(self):
        """The graph, or None of an empty view."""
        parts = [*self.ops, *self.passthroughs]
        return parts[0].graph if parts else None

    def find_op_by_name(self, op_name) -> Operation:
        """The operation of a name.

        Raises:
          AttributeError: there is none.
        """
        for op in self.ops:
            if op.name == op_name:
                return op
        raise AttributeError(f"{op_name} not found in subgraph.")

    def is_passthrough(self, t) -> bool:
        """Whether a tensor enters and leaves."""
        return t in self.passthroughs

    def consumers(self) -> list[Operation]:
        """The operations outside that consume what leaves."""
        inside = set(self.ops)
        users = dict.fromkeys(op for t in self.outputs for op in t.consumers())
        return [op for op in users if op not in inside]

    def __bool__(self) -> bool:
        return self.graph is not None

    def __len__(self) -> int:
        return len(self.ops)


def make_view(*args, **kwargs) -> SubGraphView:
    """A `SubGraphView` of operations, tensors that pass through, or names.

    Args:
      *args: operations, tensors, lists of them, or regular expressions; or a view, or a graph.
      **kwargs: those of `select_ops`.
    """
    if len(args) == 1 and isinstance(args[0], SubGraphView):
        return args[0]
    if len(args) == 1 and isinstance(args[0], Graph):
        return SubGraphView(args[0].get_operations())
    return SubGraphView(*select_ops_and_ts(*args, **kwargs))


def sgv(*args, **kwargs) -> SubGraphView:
    """See `make_view`."""
    return make_view(*args, **kwargs)


def make_view_from_scope(scope, graph) -> SubGraphView:
    """A `SubGraphView` of the operations inside a name scope."""
    return SubGraphView(get_name_scope_ops(graph, scope))


def sgv_scope(scope, graph) -> SubGraphView:
    """See `make_view_from_scope`."""
    return make_view_from_scope(scope, graph)


# --------------------------------------------------------------------------
# Connecting tensors differently.


def _users(t: Tensor, can_modify, cannot_modify) -> list[tuple[Operation, int]]:
    """(operation, input) of each use of a tensor that may be changed."""
    return [
        (op, i)
        for op in t.consumers()
        if (can_modify is None or op in can_modify) and op not in cannot_modify
        for i, used in enumerate(op.inputs)
        if used is t
    ]


def _reroute(ts0, ts1, can_modify, cannot_modify, swap: bool) -> int:
    ts0, ts1 = make_list_of_t(ts0), make_list_of_t(ts1)
    if len(ts0) != len(ts1):
        raise ValueError(f"ts0 and ts1 have different sizes: {len(ts0)} != {len(ts1)}")
    allowed = None if can_modify is None else set(make_list_of_op(can_modify))
    refused = set(make_list_of_op(cannot_modify)) if cannot_modify is not None else set()
    updates = 0
    for t0, t1 in zip(ts0, ts1, strict=True):
        if t0 is t1:
            continue
        if t0.dtype.base_dtype != t1.dtype.base_dtype:
            raise ValueError(f"Dtypes {t0.dtype} and {t1.dtype} are not compatible.")
        of_t1 = _users(t1, allowed, refused)
        of_t0 = _users(t0, allowed, refused) if swap else []
        for op, i in of_t1:
            op._update_input(i, t0)
        for op, i in of_t0:
            op._update_input(i, t1)
        updates += len(of_t1) + len(of_t0)
    return updates


def reroute_ts(ts0, ts1, can_modify=None, cannot_modify=None) -> int:
    """Makes the consumers of ``ts1`` consume ``ts0``.

    Args:
      ts0: tensors.
      ts1: as many tensors.
      can_modify: change only these operations.
      cannot_modify: do not change these.

    Returns:
      The number of inputs that were changed.

    Raises:
      ValueError: the numbers of tensors or their types differ.
    """
    return _reroute(ts0, ts1, can_modify, cannot_modify, swap=False)


def swap_ts(ts0, ts1, can_modify=None, cannot_modify=None) -> int:
    """Exchanges the consumers of ``ts0`` and ``ts1``; see `reroute_ts`."""
    return _reroute(ts0, ts1, can_modify, cannot_modify, swap=True)


def _views(sgv0, sgv1) -> tuple[SubGraphView, SubGraphView]:
    return make_view(sgv0), make_view(sgv1)


def swap_outputs(sgv0, sgv1) -> tuple[SubGraphView, SubGraphView]:
    """Exchanges the consumers of the outputs of two parts."""
    sgv0, sgv1 = _views(sgv0, sgv1)
    swap_ts(sgv0.outputs, sgv1.outputs)
    return sgv0, sgv1


def reroute_outputs(sgv0, sgv1) -> tuple[SubGraphView, SubGraphView]:
    """Makes the consumers of the outputs of one part consume those of another, the first."""
    sgv0, sgv1 = _views(sgv0, sgv1)
    reroute_ts(sgv0.outputs, sgv1.outputs)
    return sgv0, sgv1


def _reroute_inputs(sgv0, sgv1, swap: bool) -> tuple[SubGraphView, SubGraphView]:
    sgv0, sgv1 = _views(sgv0, sgv1)
    if len(sgv0.inputs) != len(sgv1.inputs):
        raise ValueError(
            f"ts0 and ts1 have different sizes: {len(sgv0.inputs)} != {len(sgv1.inputs)}"
        )
    pairs = list(zip(sgv0.inputs, sgv1.inputs, strict=True))
    # What feeds the first then feeds the second.
    uses = [(_users(b, set(sgv1.ops), set()), a) for a, b in pairs]
    if swap:
        uses += [(_users(a, set(sgv0.ops), set()), b) for a, b in pairs]
    for users, new in uses:
        for op, i in users:
            op._update_input(i, new)
    return SubGraphView(sgv0.ops), SubGraphView(sgv1.ops)


def reroute_inputs(sgv0, sgv1) -> tuple[SubGraphView, SubGraphView]:
    """Gives the second part the inputs of the first."""
    return _reroute_inputs(sgv0, sgv1, swap=False)


def swap_inputs(sgv0, sgv1) -> tuple[SubGraphView, SubGraphView]:
    """Exchanges the inputs of two parts."""
    return _reroute_inputs(sgv0, sgv1, swap=True)


def add_control_inputs(op, cops) -> None:
    """Makes an operation wait for others.

    Args:
      op: the operation.
      cops: the others.

    Raises:
      TypeError: ``op`` or one of the others is no operation.
      ValueError: it waits for one of them already.
    """
    if not isinstance(op, Operation):
        raise TypeError(f"Expected a tf.Operation, got: {type(op)}")
    cops = make_list_of_op(cops, allow_graph=False)
    for cop in cops:
        if cop in op.control_inputs:
            raise ValueError(f"{cop.name} is already a control_input of {op.name}")
    op._add_control_inputs(cops)


def remove_control_inputs(op, cops) -> None:
    """Makes an operation wait for others no longer.

    Args:
      op: the operation.
      cops: the others.

    Raises:
      TypeError: ``op`` or one of the others is no operation.
      ValueError: it does not wait for one of them.
    """
    if not isinstance(op, Operation):
        raise TypeError(f"Expected a tf.Operation, got: {type(op)}")
    cops = make_list_of_op(cops, allow_graph=False)
    for cop in cops:
        if cop not in op.control_inputs:
            raise ValueError(f"{op.name} is not a control_input of {cop.name}")
    op._control_inputs = tuple(c for c in op.control_inputs if c not in cops)
    op.graph._changed_in_place()


# --------------------------------------------------------------------------
# Copying.


class TransformerInfo:
    """What a copy has made of which tensor and operation."""

    def __init__(self, ops: dict[Operation, Operation], ts: dict[Tensor, Tensor]):
        self._transformed_ops = ops
        self._transformed_ts = ts

    def transformed(self, original, missing_fn=None):
        """The copy of a tensor, of an operation, or of each in a structure; None if there is none.

        Args:
          original: a tensor, an operation, or a structure of them.
          missing_fn: a function that says what stands for those without a copy.
        """
        return self._look_up(original, missing_fn, self._transformed_ops, self._transformed_ts)

    def original(self, transformed, missing_fn=None):
        """What a tensor or an operation is the copy of; see `transformed`."""
        ops = {copy: op for op, copy in self._transformed_ops.items()}
        ts = {copy: t for t, copy in self._transformed_ts.items()}
        return self._look_up(transformed, missing_fn, ops, ts)

    def _look_up(self, wanted, missing_fn, ops: dict, ts: dict):
        def look_up(x):
            found = (ts if isinstance(x, Tensor) else ops).get(x)
            return missing_fn(x) if found is None and missing_fn is not None else found

        return map_structure(look_up, wanted)


def _in_order(ops: list[Operation]) -> list[Operation]:
    """Operations, each after those of the list that it takes inputs from."""
    inside, done, result = set(ops), set(), []
    for root in sorted(ops, key=lambda op: op.id):
        stack = [root]
        while stack:
            op = stack[-1]
            waiting = [t.op for t in op.inputs if t.op in inside and t.op not in done]
            if op in done or not waiting:
                stack.pop()
                if op not in done:
                    done.add(op)
                    result.append(op)
            else:
                stack += waiting
    return result


def _new_name(name: str, dst_scope: str, src_scope: str) -> str:
    if src_scope and name.startswith(src_scope):
        name = name[len(src_scope) :]
    return dst_scope + name


def _copy(view, replaced, dst_graph, dst_scope: str, src_scope: str, reuse: bool):
    """Copies of the operations of a view.

    What enters from outside is replaced by what ``replaced`` says, and stays as it is otherwise; if
    ``replaced`` is None, or in another graph, it becomes a placeholder.
    """
    keeps = replaced is not None and dst_graph in (None, view.graph)
    source = view.graph
    graph = dst_graph or source
    if dst_scope and not reuse:
        dst_scope = graph.unique_name(dst_scope.rstrip("/"))
    dst_scope = f"{dst_scope.rstrip('/')}/" if dst_scope else ""
    src_scope = f"{src_scope.rstrip('/')}/" if src_scope else ""
    ops: dict[Operation, Operation] = {}
    ts: dict[Tensor, Tensor] = {}

    def new_input(t: Tensor) -> Tensor:
        found = ts.get(t, (replaced or {}).get(t))
        if found is None:
            found = t if keeps else make_placeholder_from_tensor(t, dst_scope)
            ts[t] = found
        return found

    bare = graph.name_scope(None), graph.control_dependencies(None), graph.device(None)
    with graph.as_default(), bare[0], bare[1], bare[2], graph.colocate_with(None, True):
        for op in _in_order(view.ops):
            inputs = tuple(new_input(t) for t in op.inputs)
            name = graph.unique_name(_new_name(op.name, dst_scope, src_scope))
            dtypes = tuple(t.dtype for t in op.outputs)
            copy = graph._add_node(op.op_def_, inputs, dict(op.attrs), dtypes, name)
            copy._set_device(op.device)
            ops[op] = copy
            for old, new in zip(op.outputs, copy.outputs, strict=True):
                new.dims = old.dims
                ts[old] = new
    for op, copy in ops.items():
        waits = [ops.get(c, c if graph is source else None) for c in op.control_inputs]
        copy._add_control_inputs([c for c in waits if c is not None])
    return SubGraphView(list(ops.values())), TransformerInfo(ops, ts)


def placeholder_name(t=None, scope=None, prefix="geph") -> str:
    """The name of a placeholder that stands for a tensor.

    Args:
      t: the tensor, or None.
      scope: the scope; default that of the tensor.
      prefix: what the name begins with.

    Returns:
      A string, such as ``scope/geph__name_0``.

    Raises:
      TypeError: ``t`` is no tensor.
    """
    if scope is not None and scope and scope[-1] != "/":
        scope += "/"
    if t is None:
        return f"{scope or ''}{prefix}"
    if not isinstance(t, Tensor):
        raise TypeError(f"Expected a tf.Tensor, got: {type(t)}")
    own_scope, slash, name = t.op.name.rpartition("/")
    name = name if name.startswith(f"{prefix}__") else f"{prefix}__{name}_{t.value_index}"
    return (own_scope + slash if scope is None else scope) + name


def make_placeholder_from_tensor(t, scope=None, prefix="geph") -> Tensor:
    """A placeholder of the type and shape of a tensor."""
    name = placeholder_name(t, scope, prefix)
    return add_op("Placeholder", dtype=t.dtype, shape=t.dims, name=name)


def copy(
    sgv, dst_graph=None, dst_scope="", src_scope="", reuse_dst_scope=False
) -> tuple[SubGraphView, TransformerInfo]:
    """Copies a part of a graph; the tensors that enter it become placeholders.

    Args:
      sgv: what `make_view` takes.
      dst_graph: the graph to put the copy into; default the same.
      dst_scope: the name scope of the copy.
      src_scope: a scope whose name is left out of the names.
      reuse_dst_scope: whether ``dst_scope`` may be there.

    Returns:
      A view of the copy, and a `TransformerInfo`.
    """
    _check_graph(dst_graph)
    return _copy(make_view(sgv), None, dst_graph, dst_scope, src_scope, reuse_dst_scope)


def _check_graph(graph) -> None:
    if graph is not None and not isinstance(graph, Graph):
        raise TypeError(f"Expected a tf.Graph, got: {type(graph)}")


def copy_with_input_replacements(
    sgv, replacement_ts, dst_graph=None, dst_scope="", src_scope="", reuse_dst_scope=False
) -> tuple[SubGraphView, TransformerInfo]:
    """Copies a part of a graph with other tensors in place of some that enter it.

    Args:
      sgv: what `make_view` takes.
      replacement_ts: ``{tensor that enters: tensor to take instead}``.
      dst_graph: the graph to put the copy into; default the same.  In another graph, tensors that
        are not replaced become placeholders.
      dst_scope: the name scope of the copy.
      src_scope: a scope whose name is left out of the names.
      reuse_dst_scope: whether ``dst_scope`` may be there.

    Returns:
      A view of the copy, and a `TransformerInfo`.

    Raises:
      TypeError: ``dst_graph`` is no graph.
    """
    view = make_view(sgv)
    _check_graph(dst_graph)
    if not isinstance(replacement_ts, Mapping):
        raise TypeError(f"Expected a dictionary, got: {type(replacement_ts)}")
    return _copy(view, dict(replacement_ts), dst_graph, dst_scope, src_scope, reuse_dst_scope)


def graph_replace(target_ts, replacement_ts, dst_scope="", src_scope="", reuse_dst_scope=False):
    """Tensors computed anew from other tensors in place of some that they depend on.

    Args:
      target_ts: a tensor, or a structure of tensors.
      replacement_ts: ``{tensor: tensor to take instead}``.
      dst_scope: the name scope of the copies.
      src_scope: a scope whose name is left out of the names.
      reuse_dst_scope: whether ``dst_scope`` may be there.

    Returns:
      A tensor, or the structure of tensors.

    Raises:
      ValueError: the targets do not depend on the tensors that are replaced.

    Example:
      >>> x = tf.constant(2.0)
      >>> y = x * x
      >>> z = tf.contrib.graph_editor.graph_replace(y, {x: tf.constant(3.0)})
      >>> tf.Session().run([y, z])
      [4.0, 9.0]
    """
    targets = make_list_of_t(flatten(target_ts))
    ops = get_walks_intersection_ops(
        list(replacement_ts), targets, control_ios=ControlOutputs(targets[0].graph)
    )
    if not ops:
        raise ValueError("Targets and replacements are not connected!")
    missing = [t.op for t in targets if t.op not in ops]
    view = SubGraphView(list(dict.fromkeys(ops + missing)))
    _, info = copy_with_input_replacements(
        view, replacement_ts, None, dst_scope, src_scope, reuse_dst_scope
    )
    return map_structure(lambda t: info.transformed(t, lambda x: x), target_ts)
