"""One gradient per example: `per_example_gradients`.

The nodes between the examples and the losses are copied into a function (`FuncGraph`) of one
example, a batch of size 1; behind the copy stand the nodes of its gradient, and the whole is
mapped over the batch. Everything that does not depend on the examples, such as variables, is
captured.
"""

from tfgrad._src.functions.functional import map_function
from tfgrad._src.functions.indexed_slices import dense
from tfgrad._src.functions.shape import expand_dims, squeeze
from tfgrad._src.gradients.algorithm import UnconnectedGradients, gradients
from tfgrad._src.gradients.forward import as_list, like, sources
from tfgrad._src.graph import errors, explain
from tfgrad._src.graph.build import add_op, graph_of
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.dtypes import TRAINABLE
from tfgrad._src.graph.func_graph import FuncGraph, copy_nodes, needed_ops
from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor

# A batch size that no model has: where it turns up in a shape, that is the batch.
_MARK = 10007
_SHAPES = frozenset({"Shape", "ShapeN", "Size", "Rank"})
_SHAPE_INPUT = {"Reshape": 1, "BroadcastTo": 1, "Slice": 2}  # the input that is a shape


def per_example_gradients(
    losses,
    xs,
    batch_inputs=None,
    name: str | None = "per_example_gradients",
    unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
):
    """Adds nodes that compute the gradient of each example's loss, all at once.

    ::

        result[i] = d losses[i] / dx

    The model need not be written for it: the nodes between ``batch_inputs`` and ``losses`` are
    copied into a function of one example, which is a batch of size 1, and that function's gradient
    is mapped over the batch by one ``MapDefun`` node.  It costs about as much as the gradient of
    the sum of ``losses``, and the memory of the results.

    It is assumed that examples do not mix: ``losses[i]`` depends on row ``i`` of each of
    ``batch_inputs`` alone.  Batch normalisation in training mode, or a division by the batch
    size, breaks that.  What shapes can tell is checked while the graph is built: a node without
    exactly one dimension that grows with the batch is refused.  What they cannot tell, such as a
    softmax across the batch, is computed as if the batch had one example.

    Args:
      losses: a tensor of shape ``[batch]``, one loss per example; not their mean.
      xs: a tensor or variable, or a list of them.
      batch_inputs: the tensors whose rows are the examples: what is fed, or any other tensors
        with the batch as first dimension.  Default: all placeholders on which ``losses`` depend
        and whose first dimension is unknown or that of ``losses``.
      name: the name scope of the new nodes.
      unconnected_gradients: what an ``x`` gets on which ``losses`` do not depend: None, or zeros.

    Returns:
      One tensor per ``x``, of shape ``[batch, *x.shape]`` and the type of ``x``, or None; a list if
      ``xs`` is one.  For an ``x`` that itself depends on the examples (one of ``batch_inputs``, or
      an activation) row ``i`` is the derivative by row ``i``, and the shape is that of ``x``.

    Raises:
      ValueError: ``losses`` is not a vector, depends on no batch input, or examples mix; the error
        names the node.
      tf.errors.UnimplementedError: a node between draws random numbers or has another state.
      LookupError: an operation between has no registered gradient.

    Example:
      >>> x = tf.placeholder(tf.float32, [None, 2])
      >>> w = tf.constant([1.0, 1.0])
      >>> losses = tf.square(tf.reduce_sum(x * w, axis=1))
      >>> g = tf.per_example_gradients(losses, w)
      >>> tf.Session().run(g, {x: [[1.0, 2.0], [3.0, 0.0]]})
      array([[ 6., 12.],
             [18.,  0.]], dtype=float32)
    """
    x_list = sources(xs)
    unconnected = UnconnectedGradients(unconnected_gradients)
    given = [] if batch_inputs is None else as_list(batch_inputs)
    graph = graph_of([losses, *x_list, *given])
    with graph.as_default(), graph._one_origin(), graph.name_scope(name or "per_example_gradients"):
        losses = convert_to_tensor(losses, name="losses")
        if losses.dims is not None and len(losses.dims) != 1:
            raise ValueError(
                f"`losses` must be a vector with one loss per example, and {losses.name!r} has "
                f"shape {losses.shape}.\n  made at   {losses.op.where}"
            )
        if batch_inputs is None:
            given = _find_batch_inputs(losses)
        model = _Model(losses, [convert_to_tensor(t) for t in given])
        model.check(x_list)
        found = _map_gradient(graph, model, x_list)
        if unconnected is UnconnectedGradients.ZERO:
            found = [
                _zeros(model, x) if g is None else g for x, g in zip(x_list, found, strict=True)
            ]
    return like(xs, found)


def _find_batch_inputs(losses: Tensor) -> list[Tensor]:
    batch = None if losses.dims is None else losses.dims[0]
    found = []
    for op in needed_ops([losses]):
        if op.type not in ("Placeholder", "PlaceholderWithDefault"):
            continue
        (t,) = op.outputs
        if t.dims is None:
            raise ValueError(
                f"The shape of {t.name!r} is not known: name the tensors whose rows are the "
                f"examples by `batch_inputs`.\n  made at   {op.where}"
            )
        if t.dims and (t.dims[0] is None or t.dims[0] == batch):
            found.append(t)
    if not found:
        raise ValueError(
            f"{losses.name!r} depends on no placeholder with a batch dimension: name the tensors "
            f"whose rows are the examples by `batch_inputs`.\n  made at   {losses.op.where}"
        )
    return found


class _Model:
    """The nodes between the batch inputs and the losses, ready to be copied.

    Attributes:
      batch_inputs: the tensors whose rows are the examples.
      losses: the vector of losses.
      ops: the nodes between, producers first.
    """

    def __init__(self, losses: Tensor, batch_inputs: list[Tensor]):
        self.losses = losses
        self.batch_inputs = batch_inputs
        self._dependent: dict[Tensor, bool] = dict.fromkeys(batch_inputs, True)
        for t in batch_inputs:
            if t.dims == ():
                raise ValueError(
                    f"{t.name!r} is a scalar and has no rows.\n  made at   {t.op.where}"
                )
        self.ops = self.between([losses])
        if not self.depends(losses):
            names = ", ".join(repr(t.name) for t in batch_inputs)
            raise ValueError(
                f"{losses.name!r} does not depend on {names}.\n  made at   {losses.op.where}"
            )
        for op in self.ops:
            _check_stateless(op)

    def between(self, outputs: list[Tensor]) -> list[Operation]:
        """The nodes that ``outputs`` need and that depend on the examples, producers first."""
        result = []
        for op in needed_ops(outputs, stop=self.batch_inputs):
            if any(self._dependent.get(t, False) for t in op.inputs):
                self._dependent.update(dict.fromkeys(op.outputs, True))
                result.append(op)
            else:
                for t in op.outputs:
                    self._dependent.setdefault(t, False)
        return result

    def depends(self, t: Tensor) -> bool:
        """Whether ``t`` is computed from the examples."""
        if t not in self._dependent:
            self.between([t])
        return self._dependent[t]

    def copy(self, graph: FuncGraph, inputs: list[Tensor], size: int) -> dict[Tensor, Tensor]:
        """Copies the nodes into ``graph``, for a batch of ``size``; gives tensor -> copy.

        What is used in ``graph`` later and depends on the examples, as gradient functions of
        `tf.custom_gradient` take it from their surroundings, is copied when it is asked for.
        """
        copies = dict(zip(self.batch_inputs, inputs, strict=True))
        for t, dims in self._written_shapes(size):
            copies[t] = constant(dims, t.dtype)

        def substitute(t: Tensor) -> Tensor | None:
            if t not in copies and self.depends(t):
                ops = [op for op in self.between([t]) if op.outputs[0] not in copies]
                copy_nodes(ops, copies, graph, keep_shapes=False)
            return copies.get(t)

        try:
            copy_nodes(self.ops, copies, graph, keep_shapes=False)
        except ValueError as error:
            error.add_note(
                "  per_example_gradients runs the model with one example at a time; this node "
                "does not accept another batch size than the one it was built for."
            )
            raise
        graph.substitute = substitute
        return copies

    def _written_shapes(self, size: int):
        """Shapes with the batch size written into them, and what they are for a batch of ``size``.

        Functions such as `tf.tensordot` make constants of static shapes.  The entry that is a
        multiple of the batch size is scaled, where there is exactly one.
        """
        batch = next((t.dims[0] for t in (*self.batch_inputs, self.losses) if t.dims), None)
        if not batch:
            return
        for op in self.ops:
            i = _SHAPE_INPUT.get(op.type)
            if i is None or self.depends(op.inputs[i]):
                continue
            value = known_value(op.inputs[i])
            dims = [] if value is None else [int(d) for d in value]
            last = dims.index(-1) if op.type == "Reshape" and -1 in dims else len(dims)
            found = [k for k, d in enumerate(dims[:last]) if d > 0 and d % batch == 0]
            if len(found) == 1:
                dims[found[0]] = dims[found[0]] // batch * size
                yield op.inputs[i], dims

    # ------------------------------------------------------------------ what shapes can tell

    def check(self, xs: list) -> None:
        """Looks for nodes in which examples mix, by a copy of the nodes for a large batch.

        Raises:
          ValueError: there is one.
        """
        marked, single = (self._copy_for(size) for size in (_MARK, 1))
        by_value = set(self.batch_inputs)  # computed from the examples, and not from shapes alone
        for op in self.ops:
            if op.type not in _SHAPES and not by_value.isdisjoint(op.inputs):
                by_value.update(op.outputs)
            for t in op.outputs:
                if t.dtype.base_dtype in TRAINABLE:
                    self._check_one(t, t in by_value, marked[t], single[t])
        loss = marked[self.losses]
        if loss.dims is not None and loss.dims != (_MARK,):
            raise _mixing(self.losses, "does not have one loss per example")
        for x in xs:
            if isinstance(x, Tensor) and x in marked:
                dims = marked[x].dims
                if dims is not None and dims[:1] != (_MARK,):
                    raise _mixing(x, "does not have the batch as its first dimension")

    def _copy_for(self, size: int) -> dict[Tensor, Tensor]:
        scratch = FuncGraph("scratch", embed_constants=True)
        with scratch.as_default():
            inputs = [
                scratch.add_input(
                    t.dtype, None if t.dims is None else (size, *t.dims[1:]), t.op.name
                )
                for t in self.batch_inputs
            ]
            return self.copy(scratch, inputs, size)

    def _check_one(self, t: Tensor, by_value: bool, marked: Tensor, single: Tensor) -> None:
        if by_value:
            if marked.dims is None or None in marked.dims:
                return
            grown = sum(d >= _MARK for d in marked.dims)
            if grown == 1 and any(d and d % _MARK == 0 for d in marked.dims):
                return
            if grown == 0:
                raise _mixing(t, "has no dimension that grows with the batch")
            raise _mixing(t, "does not have one dimension that grows as the batch does")
        one, many = known_value(single), known_value(marked)
        if one is not None and many is not None and one.shape == many.shape and (one != many).any():
            raise _mixing(t, "depends on the batch size")


def _mixing(t: Tensor, what: str) -> ValueError:
    return ValueError(
        f"The gradients of single examples are not defined where examples mix: {t.name!r} "
        f"(op: {t.op.type!r}) {what}.\n{explain.node_details(t.op)}"
    )


def _check_stateless(op: Operation) -> None:
    definition = op.op_def_
    if definition.writes or (definition.is_stateful and not definition.reads):
        raise errors.UnimplementedError(
            None, op,
            f"per_example_gradients cannot repeat {op.name!r} (op: {op.type!r}) for each example: "
            f"it draws random numbers or has another state.\n{explain.node_details(op)}",
        )  # fmt: skip


# ---------------------------------------------------------------------- the gradient


def _map_gradient(graph: Graph, model: _Model, xs: list) -> list:
    function = FuncGraph("example", embed_constants=True)
    with function.as_default():
        rows = [
            function.add_input(t.dtype, None if t.dims is None else t.dims[1:], t.op.name)
            for t in model.batch_inputs
        ]
        copies = model.copy(function, [expand_dims(r, 0) for r in rows], 1)
        inside = [copies.get(x, x) if isinstance(x, Tensor) else x for x in xs]
        found = [None if g is None else dense(g) for g in gradients(copies[model.losses], inside)]
        for i, x in enumerate(xs):
            if found[i] is not None and inside[i] is not x:  # the batch of one that x is inside
                found[i] = squeeze(found[i], axis=[0])
        function.outputs = [g for g in found if g is not None]
    if not function.outputs:
        return [None] * len(xs)
    stacked = iter(map_function(function, model.batch_inputs))
    return [None if g is None else next(stacked) for g in found]


def _zeros(model: _Model, x) -> Tensor:
    """Zeros for an x that the losses do not depend on: one x for each example."""
    x = convert_to_tensor(x)
    zeros = add_op("ZerosLike", x)
    if model.depends(x):
        return zeros
    batch = add_op("Shape", model.losses)
    rest = add_op("Shape", x)
    dims = add_op("ConcatV2", [batch, rest], 0)
    return add_op("BroadcastTo", zeros, dims)
