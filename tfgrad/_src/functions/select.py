"""Choosing between values, and keeping them inside bounds: `where` and the clipping functions."""

from collections.abc import Sequence

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import identity
from tfgrad._src.functions.cwise_binary import maximum, minimum
from tfgrad._src.functions.fill import ones_like, range
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import rank, size
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.graph import colocate_with
from tfgrad._src.graph.node import Tensor


def _where(condition, x, y, name: str | None, op_type: str) -> Tensor:
    if x is None and y is None:
        with name_scope(name, "Where", [condition]) as scope:
            condition = convert_to_tensor(condition, preferred_dtype=dt.bool_, name="condition")
            return add_op("Where", condition, name=scope)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    return add_op(op_type, condition, x, y, name=name)


def where(condition, x=None, y=None, name: str | None = None) -> Tensor:
    """``x`` where ``condition`` is true and ``y`` elsewhere, or the places where it is true.

    Args:
      condition: booleans.  With ``x`` and ``y``: of their shape, a scalar, or a vector that chooses
        whole rows.
      x: a tensor.
      y: a tensor of the same type and shape; no broadcasting, see `tf.where_v2`.
      name: the name of the node; default ``"Select"``, or ``"Where"`` without ``x`` and ``y``.

    Returns:
      A tensor of the shape of ``x``; without ``x`` and ``y`` an ``int64`` tensor ``[n, rank]`` with
      the coordinates of the true elements, in row-major order.

    Raises:
      ValueError: only one of ``x`` and ``y`` is given, or the shapes do not fit.

    Gradient:
      ``dy`` where the element was taken, zero elsewhere.  An infinite derivative of the branch that
      was not taken still makes NaN (``0 * inf``): guard its argument with a second `where`.

    Example:
      >>> tf.Session().run(tf.where([True, False], [1, 2], [3, 4]))
      array([1, 4], dtype=int32)
    """
    return _where(condition, x, y, name, "Select")


def where_v2(condition, x=None, y=None, name: str | None = None) -> Tensor:
    """As `tf.where`, but all three shapes broadcast.

    Example:
      >>> tf.Session().run(tf.where_v2([True, False], [[1], [2]], 0))
      array([[1, 0],
             [2, 0]], dtype=int32)
    """
    return _where(condition, x, y, name, "SelectV2")


# ---------------------------------------------------------------------- bounds


def _values(t, name: str) -> Tensor:
    return convert_to_tensor(t.values if isinstance(t, IndexedSlices) else t, name=name)


def _like(t, values: Tensor):
    """``values`` as sliced values where ``t`` is that."""
    if isinstance(t, IndexedSlices):
        return IndexedSlices(values, t.indices, t.dense_shape)
    return values


def clip_by_value(t, clip_value_min, clip_value_max, name: str | None = None):
    """``min(max(t, clip_value_min), clip_value_max)``: values out of bounds moved to the bound.

    Args:
      t: a tensor or `tf.IndexedSlices`.
      clip_value_min: the lower bound: a scalar, or a tensor that broadcasts to the shape of ``t``.
      clip_value_max: the upper bound, likewise.
      name: the scope of the nodes; default ``"clip_by_value"``.

    Raises:
      ValueError: a bound would stretch ``t``.

    Gradient:
      ``dy`` where ``t`` lies between the bounds, both included; zero elsewhere.

    Example:
      >>> tf.Session().run(tf.clip_by_value([-3.0, 0.5, 2.0], -1.0, 1.0))
      array([-1. ,  0.5,  1. ], dtype=float32)
    """
    with name_scope(name, "clip_by_value", [t, clip_value_min, clip_value_max]) as scope:
        values = _values(t, "t")
        low = minimum(values, clip_value_max)
        values.get_shape().assert_is_compatible_with(low.get_shape())
        clipped = maximum(low, clip_value_min, name=scope)
        values.get_shape().assert_is_compatible_with(clipped.get_shape())
        return _like(t, clipped)


def clip_by_norm(t, clip_norm, axes=None, name: str | None = None):
    """``t * clip_norm / max(norm(t), clip_norm)``: shortened to a length of at most ``clip_norm``.

    Args:
      t: a tensor or `tf.IndexedSlices`.
      clip_norm: the greatest length, a scalar; negative numbers count as 0.
      axes: the axes over which the Euclidean norm is taken; default: all.
      name: the scope of the nodes; default ``"clip_by_norm"``.

    Raises:
      ValueError: ``clip_norm`` would stretch ``t``.

    Example:
      >>> tf.Session().run(tf.clip_by_norm([3.0, 4.0], 1.0))
      array([0.6, 0.8], dtype=float32)
    """
    with name_scope(name, "clip_by_norm", [t, clip_norm]) as scope:
        values = _values(t, "t")
        if np.isscalar(clip_norm):
            clip_norm = max(clip_norm, 0)
        else:
            clip_norm = cast(maximum(clip_norm, 0), dtype=values.dtype)
        l2sum = reduce_sum(values * values, axes, keepdims=True)
        positive = l2sum > 0
        safe = where(positive, l2sum, ones_like(l2sum))  # the derivative of sqrt at 0 is infinite
        l2norm = where(positive, add_op("Sqrt", safe), l2sum)
        intermediate = values * clip_norm
        values.get_shape().assert_is_compatible_with(intermediate.get_shape())
        clipped = identity(intermediate / maximum(l2norm, clip_norm), name=scope)
        return _like(t, clipped)


def clip_by_average_norm(t, clip_norm, name: str | None = None) -> Tensor:
    """``t`` shortened so that its norm divided by its number of elements is at most ``clip_norm``.

    Args:
      t: a tensor.
      clip_norm: the bound, a scalar above 0.
      name: the scope of the nodes; default ``"clip_by_average_norm"``.
    """
    with name_scope(name, "clip_by_average_norm", [t, clip_norm]) as scope:
        t = convert_to_tensor(t, name="t")
        n = cast(size(t), dt.float32)
        squares = t * t
        inverse_norm = add_op("Rsqrt", reduce_sum(squares, range(rank(t))))
        scaled = t * clip_norm
        factor = minimum(inverse_norm * n, constant(1.0) / clip_norm)
        return identity(scaled * factor, name=scope)


def _check_sequence(t_list) -> list:
    if not isinstance(t_list, Sequence) or isinstance(t_list, str):
        raise TypeError(f"`t_list` should be a sequence of tensors. Received {type(t_list)}.")
    return list(t_list)


def _list_values(t_list: list) -> list:
    return [None if t is None else _values(t, f"t_{i}") for i, t in enumerate(t_list)]


def global_norm(t_list, name: str | None = None) -> Tensor:
    """The Euclidean norm of all tensors as one vector: ``sqrt(sum(norm(t)**2 for t in t_list))``.

    Args:
      t_list: a list of tensors, `tf.IndexedSlices` and None; None counts nothing.
      name: the scope of the nodes; default ``"global_norm"``.

    Raises:
      TypeError: ``t_list`` is not a sequence.

    Example:
      >>> tf.Session().run(tf.global_norm([tf.constant([3.0]), None, tf.constant([4.0])]))
      5.0
    """
    t_list = _check_sequence(t_list)
    with name_scope(name, "global_norm", t_list):
        halves = []
        for v in _list_values(t_list):
            if v is not None:
                with colocate_with(v.op):
                    halves.append(add_op("L2Loss", v))
        half = reduce_sum(add_op("Pack", halves, name="stack"))
        return add_op("Sqrt", half * constant(2.0, dtype=half.dtype), name="global_norm")


def clip_by_global_norm(t_list, clip_norm, use_norm=None, name: str | None = None) -> tuple:
    """All of ``t_list`` scaled by ``clip_norm / max(global_norm, clip_norm)``.

    Args:
      t_list: a list of tensors, `tf.IndexedSlices` and None.
      clip_norm: the greatest norm, a scalar above 0.
      use_norm: the norm of ``t_list`` if it is known; default: `tf.global_norm` of it.
      name: the scope of the nodes; default ``"clip_by_global_norm"``.

    Returns:
      The scaled list, None where it was None, and the norm before.  If the norm is infinite or NaN,
      all results are NaN.

    Raises:
      TypeError: ``t_list`` is not a sequence.

    Example:
      >>> clipped, norm = tf.clip_by_global_norm([tf.constant([3.0]), tf.constant([4.0])], 1.0)
      >>> tf.Session().run([clipped, norm])
      [[array([0.6], dtype=float32), array([0.8], dtype=float32)], 5.0]
    """
    t_list = _check_sequence(t_list)
    if use_norm is None:
        use_norm = global_norm(t_list, name)
    with name_scope(name, "clip_by_global_norm", [*t_list, clip_norm]) as scope:
        inverse = 1.0 / use_norm
        limit = constant(1.0, dtype=use_norm.dtype) / clip_norm
        finite = clip_norm * minimum(inverse, limit)
        scale = finite + (use_norm - use_norm)  # NaN unless the norm is finite
        clipped = []
        for i, (t, v) in enumerate(zip(t_list, _list_values(t_list), strict=True)):
            if v is None:
                clipped.append(None)
                continue
            with colocate_with(v.op):
                scaled = identity(v * cast(scale, v.dtype), name=f"{scope}_{i}")
            clipped.append(_like(t, scaled))
    return clipped, use_norm
