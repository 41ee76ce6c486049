"""Jacobians: all derivatives of all elements, by one mapped node.

Reverse: the backward pass, mapped over the rows of an identity matrix in the space of ``y``.
Forward: `jvp`, mapped over those of one in the space of ``x``.  The mapped function (`FuncGraph`)
holds only the nodes of the pass; the forward values are captured, and are computed once.
"""

from tfgrad._src.functions import fill, matrix
from tfgrad._src.functions.functional import map_function
from tfgrad._src.functions.indexed_slices import dense
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.shape import reshape, shape_internal, size, transpose
from tfgrad._src.gradients.algorithm import UnconnectedGradients, gradients
from tfgrad._src.gradients.forward import jvp, like, sources
from tfgrad._src.graph.build import graph_of
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import TRAINABLE
from tfgrad._src.graph.func_graph import FuncGraph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.shapes import merge, num_elements
from tfgrad._src.graph.tensor_shape import as_tuple


def jacobian(
    y,
    x,
    name: str | None = "jacobian",
    unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
):
    """Adds nodes that compute the derivative of every element of ``y`` by every element of ``x``.

    ::

        result[i1, ..., in, j1, ..., jm] = d y[i1, ..., in] / d x[j1, ..., jm]

    The rows are computed together, by one ``MapDefun`` node, not in a loop.  The pass that is
    mapped is the backward pass of `tf.gradients` if ``y`` has at most as many elements as ``x``, or
    if one of the numbers is not known while the graph is built, and the forward pass of `jvp` if
    ``x`` has fewer.

    Args:
      y: a tensor.
      x: a tensor or variable, or a list of them.
      name: the name scope of the new nodes.
      unconnected_gradients: what an ``x`` gets on which ``y`` does not depend: None, or zeros.

    Returns:
      A tensor of shape ``y.shape + x.shape`` and the type of ``x``, or None; a list if ``x`` is
      one. It can be differentiated like any other: ``jacobian(tf.gradients(f, x)[0], x)`` is a
      Hessian, and its own Jacobian the third derivatives.

    Raises:
      TypeError: ``y`` or an ``x`` is complex.
      LookupError: an operation between has no registered gradient.

    The memory is that of the result, and of as many copies of the values that the mapped pass
    makes; see `per_example_gradients` for losses that each depend on one example only.

    Example:
      >>> x = tf.constant([1.0, 2.0, 3.0])
      >>> y = tf.stack([tf.reduce_sum(x), tf.reduce_prod(x)])
      >>> tf.Session().run(tf.jacobian(y, x))
      array([[1., 1., 1.],
             [6., 3., 2.]], dtype=float32)
    """
    xs = sources(x)
    unconnected = UnconnectedGradients(unconnected_gradients)
    graph = graph_of([y, *xs])
    with graph.as_default(), graph._one_origin(), graph.name_scope(name or "jacobian"):
        y = convert_to_tensor(y, name="y")
        for t in (y, *xs):
            if t.dtype.is_complex:
                raise TypeError(
                    f"A Jacobian is made of real numbers, and {t.name} is "
                    f"{t.dtype.base_dtype.name}: take tf.real and tf.imag of it."
                )
        rows = num_elements(y.dims)
        forward, backward = [], []
        for i, t in enumerate(xs):
            columns = num_elements(_dims(t))
            fewer = rows is not None and columns is not None and columns < rows
            (forward if fewer else backward).append(i)
        found: list = [None] * len(xs)
        if y.dtype.base_dtype in TRAINABLE:
            for i in forward:
                found[i] = _by_columns(y, xs[i])
            if backward:
                made = _by_rows(y, [xs[i] for i in backward])
                for i, g in zip(backward, made, strict=True):
                    found[i] = g
        for i, t in enumerate(xs):
            if found[i] is None and unconnected is UnconnectedGradients.ZERO:
                t = convert_to_tensor(t)
                found[i] = fill.zeros(_shape_of(y, t), t.dtype.base_dtype)
    return like(x, found)


def _dims(x):
    return x.dims if isinstance(x, Tensor) else as_tuple(x.shape)


def _shape_of(*tensors: Tensor) -> Tensor:
    """The shapes one after the other, as one vector."""
    return concat([shape_internal(t) for t in tensors], axis=0)


def _identity_rows(t: Tensor) -> Tensor:
    """``[n, *t.shape]``, where ``n`` is the number of elements of ``t``: each row has one 1."""
    n = size(t)
    rows = matrix.eye(n, dtype=t.dtype.base_dtype)
    return reshape(rows, concat([[n], shape_internal(t)], axis=0))


def _by_rows(y: Tensor, xs: list) -> list:
    """Reverse mode: ``dy/dx`` for each x, or None."""
    if num_elements(y.dims) == 1:
        found = [None if g is None else dense(g) for g in gradients(y, xs)]
        return [
            None if g is None else _shaped(g, y, convert_to_tensor(x))
            for x, g in zip(xs, found, strict=True)
        ]
    function = FuncGraph("backward", embed_constants=True)
    with function.as_default():
        row = function.add_input(y.dtype, y.dims, "row")
        found = [None if g is None else dense(g) for g in gradients(y, xs, row)]
        function.outputs = [g for g in found if g is not None]
    if not function.outputs:
        return [None] * len(xs)
    stacked = iter(map_function(function, [_identity_rows(y)]))
    return [
        None if g is None else _shaped(next(stacked), y, convert_to_tensor(x))
        for x, g in zip(xs, found, strict=True)
    ]


def _by_columns(y: Tensor, x) -> Tensor | None:
    """Forward mode: ``dy/dx``, or None."""
    x_value = convert_to_tensor(x)
    if num_elements(x_value.dims) == 1:
        column = jvp(y, x, fill.ones_like(x_value))
        return None if column is None else _shaped(column, y, x_value)
    function = FuncGraph("forward", embed_constants=True)
    with function.as_default():
        column = function.add_input(x_value.dtype, x_value.dims, "column")
        change = jvp(y, x, column)
    if change is None:
        return None
    function.outputs = [change]
    (columns,) = map_function(function, [_identity_rows(x_value)])
    rank = len(y.dims)  # known, as the number of elements is
    return _shaped(transpose(columns, [*range(1, rank + 1), 0]), y, x_value)


def _shaped(g: Tensor, y: Tensor, x: Tensor) -> Tensor:
    """``g`` with the shape of ``y`` followed by that of ``x``."""
    known = None if y.dims is None or x.dims is None else (*y.dims, *x.dims)
    if known is None or g.dims != known or None in known:
        g = reshape(g, _shape_of(y, x))
        g.dims = merge(g.dims, known)
    return g
