"""Derivatives along a direction: `jvp`, and the product of a Hessian with a vector.

There are no rules for forward mode.  The backward pass ``seed -> J^T seed`` is linear in ``seed``,
so its own backward pass, from ``xs`` to ``seed``, is ``dx -> J dx``.  The nodes of the first pass
that the second does not use, everything computed from ``seed`` itself, are dead and XLA drops
them: what remains is what a forward pass would have computed.
"""

from tfgrad._src.functions import gather
from tfgrad._src.functions.indexed_slices import IndexedSlices, dense
from tfgrad._src.gradients.algorithm import UnconnectedGradients, gradients
from tfgrad._src.graph.build import add_op, graph_of
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import TRAINABLE
from tfgrad._src.graph.node import Tensor


def as_list(value) -> list:
    """``value`` if it is a list or tuple, else a list of it."""
    return list(value) if isinstance(value, list | tuple) else [value]


def sources(xs) -> list:
    """Tensors and variables as they are, what becomes a tensor as one."""
    return [x if hasattr(x, "op") else convert_to_tensor(x) for x in as_list(xs)]


def like(value, results: list):
    """``results`` as a list if ``value`` is one, else the only result."""
    return results if isinstance(value, list | tuple) else results[0]


def jvp(
    ys,
    xs,
    dxs,
    name: str | None = "jvp",
    stop_gradients=None,
    unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
):
    """Adds nodes that compute how ``ys`` change when ``xs`` move along ``dxs``: forward mode.

    For each ``y``, the Jacobian-vector product::

        result = sum over x of  dy/dx * dx

    where ``dy/dx`` is what `tf.gradients` takes it to be: the total derivative, if one ``x``
    depends on another, and nothing through integers.  One call costs about one more evaluation of
    ``ys``, however many elements they have; use it for many ``ys`` and few directions, and
    `tf.gradients` for few ``ys`` and many ``xs``.

    Args:
      ys: a tensor, or a list of tensors.
      xs: a tensor or variable, or a list of them.
      dxs: the directions, as many as ``xs`` and each of the shape and type of its ``x``; None
        stands for zeros.
      name: the name scope of the new nodes.
      stop_gradients: tensors taken as constants; see `tf.gradients`.
      unconnected_gradients: what a ``y`` gets that no ``x`` with a direction reaches: None, or
        zeros.

    Returns:
      One tensor per ``y``, of its shape and type, or None; a list if ``ys`` is one.  They can be
      differentiated like any others.

    Raises:
      ValueError: ``dxs`` has another length than ``xs``, or a direction another shape than its
        ``x``.
      TypeError: a direction has another type than its ``x``.
      LookupError: an operation between has no registered gradient, or the gradient of one is
        made of operations without one.

    Example:
      >>> x = tf.constant([1.0, 2.0, 3.0])
      >>> y = x * tf.reduce_sum(x)
      >>> tf.Session().run(tf.jvp(y, x, [1.0, 0.0, 0.0]))
      array([7., 2., 3.], dtype=float32)
    """
    y_list, x_list = as_list(ys), sources(xs)
    dx_list = as_list(dxs) if isinstance(xs, list | tuple) else [dxs]
    if len(dx_list) != len(x_list):
        raise ValueError(f"Length mismatch. Passed {len(dx_list)} dxs for {len(x_list)} xs")
    unconnected = UnconnectedGradients(unconnected_gradients)
    graph = graph_of([*y_list, *x_list, *dx_list])
    with graph.as_default(), graph._one_origin(), graph.name_scope(name or "jvp"):
        y_list = [convert_to_tensor(y, name=f"y_{i}") for i, y in enumerate(y_list)]
        moving = [
            (x, direction(x, dx, f"dx_{i}"))
            for i, (x, dx) in enumerate(zip(x_list, dx_list, strict=True))
            if dx is not None
        ]
        found = _jvp(y_list, moving, stop_gradients)
        for i, y in enumerate(y_list):
            if found[i] is None and unconnected is UnconnectedGradients.ZERO:
                found[i] = add_op("ZerosLike", y)
    return like(ys, found)


def direction(x, dx, name: str) -> Tensor:
    """``dx`` as a tensor that can be a direction of ``x``.

    Raises:
      ValueError: its shape contradicts that of ``x``.
      TypeError: it has another type.
    """
    dtype = x.dtype.base_dtype if hasattr(x, "dtype") else None
    if isinstance(dx, Tensor | IndexedSlices) and dx.dtype.base_dtype is not dtype:
        raise TypeError(
            f"A direction must have the type of its x: {dx} is {dx.dtype.base_dtype.name}, and "
            f"{x} is {x.dtype.base_dtype.name}."
        )
    dx = convert_to_tensor(dx, dtype=dtype, name=name)
    if not dx.shape.is_compatible_with(x.shape):
        raise ValueError(
            f"A direction must have the shape of its x: {dx.name} has shape {dx.shape}, and "
            f"{x.name} has shape {x.shape}."
        )
    return dx


def _jvp(ys: list[Tensor], moving: list[tuple], stop_gradients) -> list:
    """The body of `jvp`: per y a tensor, or None."""
    smooth = [y for y in ys if y.dtype.base_dtype in TRAINABLE]
    if not moving or not smooth:
        return [None] * len(ys)
    xs, dxs = zip(*moving, strict=True)
    # A node, not a constant: nothing may depend on the value of the seed, nor be folded with it.
    seeds = {y: add_op("ZerosLike", y, name="seed") for y in smooth}
    pulled = gradients(
        smooth, list(xs), [seeds[y] for y in smooth], "backward", stop_gradients=stop_gradients
    )
    from_ys, to_ys = [], []
    for g, dx in zip(pulled, dxs, strict=True):
        if isinstance(g, IndexedSlices):
            if isinstance(g.values, Tensor):  # <g, dx> looks at the rows that are there
                from_ys.append(g.values)
                to_ys.append(gather.gather(dx, g.indices))
                continue
            g = dense(g)
        if g is not None:
            from_ys.append(g)
            to_ys.append(dx)
    if not from_ys:
        return [None] * len(ys)
    pushed = gradients(from_ys, list(seeds.values()), to_ys, "forward")
    result = dict(zip(seeds, pushed, strict=True))
    return [None if result.get(y) is None else dense(result[y]) for y in ys]


def hessian_vector_product(
    y,
    xs,
    vs,
    name: str | None = "hessian_vector_product",
    unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
):
    """Adds nodes that multiply the Hessian of ``y`` with a vector, without making the Hessian.

    For each ``x``::

        result = sum over x' of  d2y / (dx dx') * v'

    It costs about four evaluations of ``y``, whatever the size of ``xs``: the gradient of
    ``sum(gradient * v)``, where ``v`` counts as a constant.

    Args:
      y: a tensor; if it has several elements, their sum is meant.
      xs: a tensor or variable, or a list of them.
      vs: the vector, in parts: as many as ``xs``, each of the shape and type of its ``x``; None
        stands for zeros.
      name: the name scope of the new nodes.
      unconnected_gradients: what an ``x`` gets whose part is zero because the gradient does not
        depend on it, in no element: None, or zeros.

    Returns:
      One tensor per ``x``, of its shape and type, or None; a list if ``xs`` is one.

    Raises:
      ValueError: ``vs`` has another length than ``xs``, or a part another shape than its ``x``.
      TypeError: a part has another type than its ``x``.
      LookupError: an operation between, or one of its gradient, has no registered gradient.

    Example:
      >>> x = tf.constant([1.0, 2.0])
      >>> y = x[0] ** 2 * x[1]
      >>> tf.Session().run(tf.hessian_vector_product(y, x, [1.0, 0.0]))
      array([4., 2.], dtype=float32)
    """
    x_list = sources(xs)
    v_list = as_list(vs) if isinstance(xs, list | tuple) else [vs]
    if len(v_list) != len(x_list):
        raise ValueError(f"Length mismatch. Passed {len(v_list)} vs for {len(x_list)} xs")
    graph, scope = graph_of([y, *x_list, *v_list]), "hessian_vector_product"
    with graph.as_default(), graph._one_origin(), graph.name_scope(name or scope):
        v_list = [
            None if v is None else direction(x, v, f"v_{i}")
            for i, (x, v) in enumerate(zip(x_list, v_list, strict=True))
        ]
        slopes, weights = [], []
        for g, v in zip(gradients(y, x_list, name="first"), v_list, strict=True):
            if g is not None and v is not None:
                slopes.append(dense(g))
                weights.append(v)
        found = gradients(
            slopes, x_list, weights, "second", unconnected_gradients=unconnected_gradients
        )
        found = [None if h is None else dense(h) for h in found]
    return like(xs, found)
