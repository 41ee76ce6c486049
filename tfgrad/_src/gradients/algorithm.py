"""`gradients`: the nodes that compute ``d sum(ys) / d xs``.

Reverse mode on the graph.  The operations that lie between ``xs`` and ``ys`` are found; each is
taken when the gradients of all its outputs have arrived, in an order that fixes every name: its
output gradients are summed (`aggregate`), its gradient function (`registry`) adds nodes, and what
it returns travels on to the producers of its inputs.  Nothing is computed and nothing is recursive.

Gradient functions must be registered: `tfgrad` imports all families.
"""

import contextlib
import enum
import gc
from collections import deque
from functools import partial
from operator import attrgetter

from tfgrad._src.functions import control, fill, shape
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.gradients import closures
from tfgrad._src.gradients.aggregate import METHODS, AggregationMethod, aggregate
from tfgrad._src.gradients.registry import GRADIENTS
from tfgrad._src.graph import explain
from tfgrad._src.graph.build import add_op, graph_of
from tfgrad._src.graph.convert import constant, convert_to_tensor, internal_convert_to_tensor
from tfgrad._src.graph.dtypes import TRAINABLE, int32, resource, variant
from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.resource import variable_op
from tfgrad._src.graph.shapes import ShapeError, merge
from tfgrad._src.graph.sparse_tensor import SparseTensor
from tfgrad._src.graph.tensor_shape import TensorShape


class UnconnectedGradients(enum.Enum):
    """What `tf.gradients` returns for an ``x`` on which no ``y`` depends.

    ``NONE`` gives None, ``ZERO`` zeros in the shape of ``x``.  `tf.gradients` takes the strings
    ``"none"`` and ``"zero"`` as well.

    Example:
      >>> x, y = tf.constant([1.0, 2.0]), tf.constant(3.0)
      >>> tf.gradients(y, [x])
      [None]
      >>> tf.Session().run(tf.gradients(y, [x], unconnected_gradients="zero"))
      [array([0., 0.], dtype=float32)]
    """

    NONE = "none"
    ZERO = "zero"


def gradients(
    ys,
    xs,
    grad_ys=None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
    stop_gradients=None,
    unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
) -> list:
    """Adds nodes that compute the derivatives of the sum of ``ys`` with respect to each of ``xs``.

    For each ``x``::

        result = sum over y of  dy/dx * grad_y

    Integers, booleans and strings are constants: nothing is differentiated through them.  A
    complex ``x`` gets the conjugate derivative, ``grad_y * conj(dy/dx)``.

    Args:
      ys: a tensor, variable, `tf.IndexedSlices` or number, or a list or tuple of them.  A list in
        the list becomes one tensor, by `tf.convert_to_tensor`; `tf.IndexedSlices` stand for their
        values.
      xs: the same; numbers are allowed and get None.
      grad_ys: the gradients that arrive at ``ys``, as many as ``ys``, each of the shape of its
        ``y``: tensors, `tf.IndexedSlices`, numbers or arrays.  None, and None for one of them,
        stands for ones.
      name: the name scope of the new nodes; ``""`` is the root scope.
      colocate_gradients_with_ops: place each gradient node with its forward operation.
      gate_gradients: let the gradients of one operation wait for each other.
      aggregation_method: how sums are made, a constant of `tf.AggregationMethod`.
      stop_gradients: a tensor, variable or `tf.SparseTensor`, or a list of them, taken as
        constants: nothing is differentiated through the operations that make them.
      unconnected_gradients: `tf.UnconnectedGradients`, or its value as a string:  ``NONE`` gives
        None for an ``x`` on which no ``y`` depends, ``ZERO`` zeros of its shape.

    Returns:
      A list as long as ``xs``: tensors, `tf.IndexedSlices`, or None.  Why one is None,
      `tfgrad.explain_gradient` says.

    Raises:
      LookupError: an operation between has no registered gradient.
      ValueError: ``grad_ys`` has another length than ``ys``, or an argument is not understood, or a
        gradient function returned too many, too few, or one of a wrong shape; or ``ys`` or ``xs``
        have a `tf.SparseTensor` among them: pass its values.
      TypeError: a ``y`` is complex and has no ``grad_y``, a ``grad_y`` has a wrong type or is a
        `tf.SparseTensor`, or something cannot become a tensor.
      AttributeError: something in ``stop_gradients`` has no operation.

    Example:
      >>> a = tf.constant(0.)
      >>> b = 2 * a
      >>> total = tf.gradients(a + b, [a, b])
      >>> partial = tf.gradients(a + b, [a, b], stop_gradients=[a, b])
      >>> tf.Session().run([total, partial])
      [[3.0, 1.0], [1.0, 1.0]]
    """
    method = AggregationMethod.DEFAULT if aggregation_method is None else aggregation_method
    if method not in METHODS:
        raise ValueError(
            f"Invalid `aggregation_method` specified {aggregation_method}. "
            f"Accepted values are {list(METHODS)}."
        )
    try:
        unconnected = UnconnectedGradients(unconnected_gradients)
    except ValueError:
        raise ValueError(
            f"Unknown value for unconnected_gradients: '{unconnected_gradients}'"
        ) from None
    ys, xs = _as_list(ys), _as_list(xs)
    stop_gradients = [] if stop_gradients is None else _as_list(stop_gradients)
    if grad_ys is None:
        grad_ys = [None] * len(ys)
    grad_ys = _as_list(grad_ys)
    _refuse_sparse(xs, ys)
    graph = graph_of([*ys, *xs, *stop_gradients, *grad_ys])
    with graph._one_origin(), graph.as_default(), _no_collection():
        ys = [convert_to_tensor(y) if _is_resource_variable(y) else y for y in ys]
        with graph.name_scope("gradients" if name is None else name):
            graph.unique_name("uid")  # TensorFlow reserves this name in the scope
            ys = [_as_tensor(y, f"y_{i}") for i, y in enumerate(ys)]
            xs = [x.handle if _is_resource_variable(x) else x for x in xs]
            xs = [_as_tensor(x, f"x_{i}", as_ref=True) for i, x in enumerate(xs)]
            _check_same_graph(graph, ys, xs)
            if len(grad_ys) != len(ys):
                raise ValueError(f"Length mismatch. Passed {len(grad_ys)} grad_ys for {len(ys)} ys")
            grad_ys = [
                g if isinstance(g, IndexedSlices | SparseTensor) else _as_tensor(g, f"grad_y_{i}")
                for i, g in enumerate(grad_ys)
            ]
            found = _backpropagate(
                graph, ys, xs, grad_ys, stop_gradients,
                bool(colocate_gradients_with_ops), gate_gradients, method,
            )  # fmt: skip
        return [_result(found, x, unconnected) for x in xs]


@contextlib.contextmanager
def _no_collection():
    """Pauses Python's cycle collector: new nodes live as long as the graph, it would find nothing.

    A full collection looks at all of JAX's objects too and takes 50 ms, as much as 2,000 nodes.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _as_list(x) -> list:
    return list(x) if isinstance(x, list | tuple) else [x]


def _refuse_sparse(xs: list, ys: list) -> None:
    """As TensorFlow does; the values of a sparse tensor are an ordinary tensor."""
    for what, tensors in (("xs", xs), ("ys", ys)):
        if any(isinstance(t, SparseTensor) for t in tensors):
            raise ValueError(
                f"Type SparseTensor is not supported as a gradient source or gradient target.\n"
                f"  Put its .values, an ordinary tensor, into {what} instead."
            )


def _as_tensor(x, name: str | None, as_ref: bool = False):
    if x is None:
        return x  # None is refused where its graph is asked for
    if isinstance(x, IndexedSlices):
        return x.values  # the rows: their sum is that of the whole
    return internal_convert_to_tensor(x, name=name, as_ref=as_ref)


def _is_resource_variable(x) -> bool:
    return getattr(x, "handle", None) is not None and not isinstance(x, Tensor)


def _check_same_graph(graph: Graph, ys: list, xs: list) -> None:
    around = graph.around() if graph.building_function else ()
    for t in (*ys, *xs):
        if t.op.graph is not graph and t.op.graph not in around:
            other = next((u for u in (*ys, *xs) if u.op.graph is not t.op.graph), None)
            if other is None:
                raise ValueError(
                    f"{t} is not an element of the default graph.\n"
                    f"  It belongs to {t.op.graph!r}; the default graph is {graph!r}."
                )
            raise ValueError(
                f"{t} must be from the same graph as {other}.\n"
                f"  {t.name} belongs to {t.op.graph!r}, made at {t.op.where}\n"
                f"  {other.name} belongs to {other.op.graph!r}, made at {other.op.where}"
            )


# ---------------------------------------------------------------------- what arrives at ys


def _initial_gradient(graph: Graph, i: int, y, grad_y, colocate: bool):
    """The gradient that arrives at the ``i``-th y, as nodes called ``grad_ys_i``."""
    with _placement(graph, y.op, colocate):
        if grad_y is None:
            if y.dtype.is_complex:
                raise TypeError(
                    f"Gradients of complex tensors ({y}) must set grad_ys "
                    f"(y.dtype = {y.dtype.name})"
                )
            dims = shape.shape(y)
            with graph.name_scope(f"grad_ys_{i}") as scope:
                one = constant(True if y.dtype.is_bool else 1, dtype=y.dtype.base_dtype)
                return add_op("Fill", dims, one, name=scope)
        _check_grad_y(y, grad_y)
        if isinstance(grad_y, SparseTensor):  # refused where it is used, if it is
            parts = (grad_y.indices, grad_y.values, grad_y.dense_shape)
            return SparseTensor(*[add_op("Identity", part) for part in parts])
        if isinstance(grad_y, IndexedSlices):
            dense = grad_y.dense_shape
            return IndexedSlices(
                indices=add_op("Identity", grad_y.indices, name=f"grad_ys_{i}_indices"),
                values=add_op("Identity", grad_y.values, name=f"grad_ys_{i}_values"),
                dense_shape=None
                if dense is None
                else add_op("Identity", dense, name=f"grad_ys_{i}_shape"),
            )
        return add_op("Identity", grad_y, name=f"grad_ys_{i}")


def _check_grad_y(y, grad_y) -> None:
    """Raises TypeError, in TensorFlow's words, unless ``grad_y`` can be the gradient of ``y``."""
    kind, given = y.dtype, grad_y.dtype
    if kind.is_floating or kind.is_integer:
        if not (given.is_floating or given.is_integer):
            raise TypeError(
                f"Gradient type {given.name} generated for real or integer-valued tensor {y} with "
                f"type {kind.name} must be real or integer"
            )
    elif kind.is_complex:
        if not given.is_complex:
            raise TypeError(
                f"Gradient type {given.name} generated for complex-valued tensor {y} with type "
                f"{kind.name} must be real\n  It must be complex, as {y.name} is."
            )
    elif kind._base is resource:  # the handle of a variable: its gradient is a number
        if given._base is resource:
            raise TypeError(
                f"Input gradient {grad_y} for resource tensor {y} should not be a resource"
            )
    elif kind._base is variant:
        if given._base is not variant:
            raise TypeError(
                f"Gradient type {given.name} generated for variant tensor {y} with type "
                f"{kind.name} must be variant"
            )
    else:
        raise TypeError(
            f"Tensor {y} with type {kind.name} must be numeric to obtain a default gradient"
        )


# ---------------------------------------------------------------------- what lies between


def _consumers(op: Operation):
    for t in op.outputs:
        if t._uses and t.dtype._base in TRAINABLE:
            yield from t._uses


def _between(graph: Graph, xs: list[Operation], ys: list[Operation]) -> set[Operation]:
    """The operations on a path from ``xs`` to ``ys`` through differentiable tensors.

    The search goes forward from ``xs`` and backward from ``ys`` in turns; whichever is done first
    bounds the other, so that the cost is about that of the smaller side.  Nodes older than all of
    ``xs`` or younger than all of ``ys`` cannot lie between, unless the graph was edited.
    """
    low, high = 0, len(graph._ops)
    if not graph._edits and xs and ys:
        low, high = min(op.id for op in xs), max(op.id for op in ys)
    forward, ahead = set(), [op for op in xs if op.id <= high]
    backward, behind = set(), [op for op in ys if op.id >= low]
    while ahead and behind:
        op = ahead.pop()
        if op not in forward:
            forward.add(op)
            ahead += [c for c in _consumers(op) if c.id <= high and c not in forward]
        op = behind.pop()
        if op not in backward:
            backward.add(op)
            behind += [t.op for t in op.inputs if t.op.id >= low and t.op not in backward]
    while ahead:  # backward is complete: go on within it
        op = ahead.pop()
        if op in backward and op not in forward:
            forward.add(op)
            ahead += _consumers(op)
    between = set()
    behind = list(ys)
    while behind:
        op = behind.pop()
        if op in forward and op not in between:
            between.add(op)
            behind += [t.op for t in op.inputs]
    return between


# ---------------------------------------------------------------------- the loop


class _Placement:
    """No placement at all: the usual case, without the cost of a generator."""

    def __enter__(self):
        return None

    def __exit__(self, *unused):
        return None


_nowhere = _Placement()


def _placement(graph: Graph, op: Operation, colocate: bool):
    return graph.colocate_with(op) if colocate else _nowhere


def _backpropagate(
    graph: Graph, ys, xs, grad_ys, stop_gradients, colocate: bool, gate: bool, method: int
) -> dict[Operation, list]:
    """Gives, per operation that was reached, the summed gradients of its outputs."""
    across = graph.building_function and len({t.op.graph for t in (*ys, *xs)}) > 1
    if across:
        ys = [closures.resolve(y, xs) for y in ys]
    arrived: dict[Operation, list[list]] = {}
    for i, (y, grad_y) in enumerate(zip(ys, grad_ys, strict=True)):
        _arrive(arrived, y, _initial_gradient(graph, i, y, grad_y, colocate))
    x_ops = [x.op for x in xs]
    y_ops = list(dict.fromkeys(y.op for y in ys))
    if across:
        inputs_of = partial(closures.inputs_across, xs=set(xs))
        between = closures.between_across(graph, set(xs), y_ops)
    else:
        inputs_of = _INPUTS
        between = _between(y_ops[0].graph if y_ops else graph, x_ops, y_ops)
    pending: dict[Operation, int] = dict.fromkeys(between, 0)
    for op in between:
        for t in inputs_of(op):
            if t.op in pending:
                pending[t.op] += 1
    stops = {op for op in x_ops if all(pending.get(t.op, 0) == 0 for t in inputs_of(op))}
    stops.update(t.op for t in stop_gradients)  # of a variable: the node that holds it
    queue = deque(op for op in y_ops if pending.get(op) == 0)
    done: dict[Operation, list] = {}
    while queue:
        op = queue.popleft()
        with _placement(graph, op, colocate):
            lists = arrived.get(op)
            out = (
                [aggregate(graph, op, gs, method) for gs in _checked(lists)]
                if lists is not None
                else [None] * len(op.outputs)
            )
            done[op] = list(out)
            if op not in stops and any(g is not None for g in out):
                function = _gradient_function(op, between, y_ops, x_ops)
                if function is not None:
                    ins = _call(graph, op, function, out, gate)
                    for t, g in zip(inputs_of(op), ins, strict=True):
                        if g is not None:
                            _refine_shape(op, t, g)
                            _arrive(arrived, t, g)
        for t in inputs_of(op):
            producer = t.op
            left = pending.get(producer)
            if left is not None:
                pending[producer] = left - 1
                if left == 1:
                    queue.append(producer)
    for op, lists in arrived.items():  # an x that is a y and was never taken
        if op not in done:
            done[op] = [gs[0] if len(gs) == 1 else None for gs in lists]
    return done


_INPUTS = attrgetter("inputs")


def _checked(lists: list[list]) -> list[list]:
    """Raises TypeError for what is no gradient; only ``grad_ys`` could bring it."""
    for i, found in enumerate(lists):
        for g in found:
            if type(g) is SparseTensor:
                raise TypeError(
                    f"Invalid gradient {found} [index = {i}]. Gradients have to be either all "
                    f"Tensors or all IndexedSlices\n"
                    f"  For a tf.SparseTensor s pass tf.sparse.to_dense(s) in grad_ys."
                )
    return lists


def _arrive(arrived: dict, t, gradient) -> None:
    lists = arrived.get(t.op)
    if lists is None:
        lists = arrived[t.op] = [[] for _ in t.op.outputs]
    lists[getattr(t, "value_index", 0)].append(gradient)


def _gradient_function(op: Operation, between, y_ops, x_ops):
    """The function of ``op``; None where no gradient passes."""
    if not op.inputs:
        return None
    override = op.attrs.get("_gradient_op_type")
    if override is None:
        op_type = op.type
    else:
        op_type = override.decode()
        own = getattr(op, "_gradient_function", None)  # see `custom_gradient`
        if own is not None:
            return own
    try:
        return GRADIENTS[op_type]
    except KeyError:
        pass
    from tfgrad._src.gradients.explain import path_through

    renamed = f"  its gradient is {op_type!r}, by gradient_override_map\n" if override else ""
    raise LookupError(
        f"No gradient defined for operation {op.name!r} (op type: {op.type})\n{renamed}"
        f"{path_through(op, between, y_ops, x_ops)}\n"
        f"  made at   {op.where}\n"
        f"  If no gradient should pass here, wrap its input in tf.stop_gradient; to define one, "
        f'use @tf.RegisterGradient("{op_type}").'
    )


def _call(graph: Graph, op: Operation, function, out: list, gate: bool) -> list:
    """Calls the gradient function of ``op`` in its own name scope."""
    if len(out) > 1:
        for i, g in enumerate(out):
            t = op.outputs[i]
            if g is None and t.dtype._base in TRAINABLE:
                out[i] = add_op("ZerosLike", t, name="zeros_like")
    with graph.name_scope(op.name + "_grad"):
        ins = function(op, *out)
        ins = list(ins) if isinstance(ins, list | tuple) else [ins]
        if len(ins) != len(op.inputs):
            raise ValueError(
                f"Num gradients {len(ins)} generated for op {op.name!r} (type {op.type}) do not "
                f"match num inputs {len(op.inputs)}\n{explain.node_details(op)}"
            )
        for i, g in enumerate(ins):
            if g is not None and not isinstance(g, Tensor | IndexedSlices):
                ins[i] = convert_to_tensor(g)
        if gate and sum(g is not None for g in ins) > 1:
            with graph.device(None), graph.colocate_with(None, ignore_existing=True):
                ins = control.tuple(ins)
    return ins


def _refine_shape(op: Operation, t: Tensor, gradient) -> None:
    """A gradient has the shape of what it belongs to, whatever the nodes let on."""
    if type(gradient) is not Tensor or t.dtype._base is resource or gradient.dims == t.dims:
        return
    try:
        gradient.dims = merge(gradient.dims, t.dims)
    except ShapeError:
        index = next(i for i, u in enumerate(op.inputs) if u is t)
        raise ValueError(
            f"Incompatible shapes between op input and calculated input gradient. "
            f"Forward operation: {op.name}. Input index: {index}. "
            f"Original input shape: {TensorShape._of(t.dims)}. "
            f"Calculated input gradient shape: {TensorShape._of(gradient.dims)}\n"
            + explain.node_details(op)
        ) from None


def _result(done: dict, x, unconnected: UnconnectedGradients):
    found = done.get(x.op)
    gradient = None if found is None else found[getattr(x, "value_index", 0)]
    if gradient is None and unconnected == UnconnectedGradients.ZERO:
        return _zeros_of_variable(x) if x.dtype._base is resource else fill.zeros_like(x)
    return gradient


def _zeros_of_variable(handle: Tensor) -> Tensor:
    """Zeros in the shape of the variable behind ``handle``."""
    variable = variable_op(handle)
    if variable is None:
        raise ValueError(f"The shape of the variable behind {handle} is not known.")
    dims = variable.attrs["shape"]
    known = dims is not None and None not in dims
    lengths = constant(dims, dtype=int32) if known else add_op("VariableShape", handle)
    return fill.zeros(lengths, variable.attrs["dtype"])
