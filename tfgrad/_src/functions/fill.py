"""Functions that make tensors from a few numbers: zeros, ones, sequences, masks.

The op types are in ``ops/fill.py``, the derivatives in ``gradients/fill.py``.

A small tensor of a known shape is one constant node; a larger one is a ``Fill``, so that a saved
graph does not hold its elements.
"""

import builtins

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import reshape, shape_internal, size
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import (
    constant,
    convert_to_tensor,
    is_symbolic_list,
    register_tensor_conversion_function,
    to_array,
)
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.shapes import num_elements
from tfgrad._src.graph.tensor_shape import TensorShape, as_tuple

_SMALL = 1000  # elements; tensors of fewer are constants


def fill(dims, value, name: str | None = None) -> Tensor:
    """A tensor of shape ``dims`` whose every element is ``value``.

    Args:
      dims: an integer vector, which may be computed.
      value: a scalar of any type.
      name: the name of the node; default ``"Fill"``.

    Raises:
      ValueError: a length is negative, or ``value`` is no scalar.

    Gradient:
      With respect to ``value``, the sum of ``dy``.

    Example:
      >>> tf.Session().run(tf.fill([2, 3], 7))
      array([[7, 7, 7],
             [7, 7, 7]], dtype=int32)
    """
    return add_op("Fill", dims, value, name=name)


def _repeated(default_name: str, value, shape, dtype, name: str | None) -> Tensor:
    dtype = as_dtype(dtype).base_dtype
    if dtype.is_quantized:
        value = np.asarray(value, dtype.np)
    with name_scope(name, default_name, [shape]) as scope:
        if not isinstance(shape, Tensor):
            dims = None
            if not is_symbolic_list(shape):
                try:
                    dims = as_tuple(shape)
                except (TypeError, ValueError):
                    dims = None  # the conversion below says what is wrong
            if dims is not None and None not in dims:
                if np.ndim(shape) and num_elements(dims) < _SMALL:
                    value = np.broadcast_to(to_array(value, dtype), dims)
                    return constant(value, dtype, name=scope)
                shape = convert_to_tensor(TensorShape._of(dims))
            else:
                shape = convert_to_tensor(shape, dtype=dt.int32)
        if shape.dims == ():
            shape = reshape(shape, [-1])
        return fill(shape, constant(value, dtype), name=scope)


def zeros(shape, dtype=dt.float32, name: str | None = None) -> Tensor:
    """A tensor of zeros (of False, or of empty strings).

    Args:
      shape: a list of numbers, a `tf.TensorShape`, or a computed integer vector.
      dtype: the type of the elements.
      name: the name of the node; default ``"zeros"``.

    Example:
      >>> tf.Session().run(tf.zeros([2, 2], tf.int32))
      array([[0, 0],
             [0, 0]], dtype=int32)
    """
    base = as_dtype(dtype).base_dtype
    zero = False if base is dt.bool_ else "" if base is dt.string else 0
    return _repeated("zeros", zero, shape, dtype, name)


def ones(shape, dtype=dt.float32, name: str | None = None) -> Tensor:
    """A tensor of ones (of True).

    Args:
      shape: a list of numbers, a `tf.TensorShape`, or a computed integer vector.
      dtype: the type of the elements.
      name: the name of the node; default ``"ones"``.

    Raises:
      TypeError: ``dtype`` is ``string``, which has no one.
    """
    return _repeated("ones", as_dtype(dtype).base_dtype is dt.bool_ or 1, shape, dtype, name)


def zeros_like(tensor, dtype=None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Zeros in the shape of ``tensor``.

    Args:
      tensor: a tensor.
      dtype: the type of the elements; default: that of ``tensor``.
      name: the name of the node; default ``"zeros_like"``.
      optimize: make a constant where the shape is known while building.

    Gradient:
      None: the result does not depend on the elements of ``tensor``.
    """
    with name_scope(name, "zeros_like", [tensor]) as scope:
        if not isinstance(tensor, Tensor):
            tensor = convert_to_tensor(tensor, name="tensor")
        known = tensor.dims is not None and None not in tensor.dims
        if optimize and known and tensor.dtype.base_dtype is not dt.variant:
            return zeros(tensor.shape, dtype or tensor.dtype, name=scope)
        wanted = tensor.dtype.base_dtype if dtype is None else as_dtype(dtype).base_dtype
        if wanted is not tensor.dtype.base_dtype and wanted is not dt.variant:
            return zeros(shape_internal(tensor, optimize=optimize), wanted, name=scope)
        return add_op("ZerosLike", tensor, name=scope)


def ones_like(tensor, dtype=None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Ones in the shape of ``tensor``.

    Args:
      tensor: a tensor.
      dtype: the type of the elements; default: that of ``tensor``.
      name: the name of the node; default ``"ones_like"``.
      optimize: take a known shape as a constant.

    Gradient:
      None: the result does not depend on the elements of ``tensor``.
    """
    with name_scope(name, "ones_like", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        lengths = shape_internal(tensor, optimize=optimize)
        result = ones(lengths, tensor.dtype if dtype is None else dtype, name=scope)
        result.set_shape(tensor.shape)
        return result


# ---------------------------------------------------------------------- sequences

_RANGE_ORDER = (dt.int32, dt.int64, dt.float16, dt.bfloat16, dt.float32, dt.float64)


def range(start, limit=None, delta=1, dtype=None, name: str | None = "range") -> Tensor:
    """The numbers ``start, start + delta, ...`` before ``limit``; from zero if only one is given.

    Args:
      start: the first number, or the limit if no ``limit`` is given.
      limit: the first number that is too far.
      delta: the step, also negative.
      dtype: the type of the elements; default: the widest type of the arguments.
      name: the name of the node.

    Returns:
      A vector of ``ceil((limit - start) / delta)`` numbers.

    Raises:
      ValueError: ``delta`` is zero or leads away from ``limit``, if that is known while building.

    Example:
      >>> tf.Session().run(tf.range(10, 0, -3))
      array([10,  7,  4,  1], dtype=int32)
    """
    if limit is None:
        start, limit = 0, start
    with name_scope(name, "Range", [start, limit, delta]) as scope:
        start = convert_to_tensor(start, None if isinstance(start, Tensor) else dtype, "start")
        limit = convert_to_tensor(limit, None if isinstance(limit, Tensor) else dtype, "limit")
        delta = convert_to_tensor(delta, None if isinstance(delta, Tensor) else dtype, "delta")
        if dtype is None:
            types = [t.dtype.base_dtype for t in (start, limit, delta)]
            bad = next((d for d in types if d not in _RANGE_ORDER), None)
            if bad is not None:
                raise TypeError(f"A range is one of real numbers, not of {bad.name}.")
            dtype = max(types, key=_RANGE_ORDER.index)
        start, limit, delta = (cast(t, dtype) for t in (start, limit, delta))
        return add_op("Range", start, limit, delta, name=scope)


def _from_python_range(value, dtype=None, name=None, as_ref=False):
    return range(value.start, value.stop, value.step, dtype=dtype, name=name)


register_tensor_conversion_function(builtins.range, _from_python_range)


def linspace(start, stop, num, name: str | None = None, axis=0) -> Tensor:
    """``num`` numbers from ``start`` to ``stop``, both included, at equal distances.

    Args:
      start: the first number; a tensor gives one sequence per element.
      stop: the last number, of the type of ``start``.
      num: how many; an integer scalar.
      name: the scope of the nodes; default ``"linspace"``.
      axis: the axis of the result along which the sequences run.

    Returns:
      A vector; for tensors ``start`` and ``stop``, one dimension more than theirs.

    Example:
      >>> tf.Session().run(tf.linspace(0., 1., 5))
      array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    # The sequence between the ends is start + delta * [1, 2, ...]; the ends themselves are joined
    # to it, and the slice at the end makes num = 0 and num = 1 right.
    with name_scope(name, "linspace", [start, stop]):
        start = convert_to_tensor(start, name="start")
        stop = convert_to_tensor(stop, name="stop", dtype=start.dtype)
        num = convert_to_tensor(num, name="num", preferred_dtype=dt.int32)
        if not num.dtype.is_integer:
            raise TypeError(
                f"Argument `tensor` (name: num) must be of type integer. Received `tensor` = {num} "
                f"of dtype: {num.dtype}"
            )
        num = add_op("Cast", num, DstT=dt.int32)
        cast(num, start.dtype)  # TensorFlow makes this node and leaves it unused
        common = add_op("BroadcastArgs", shape_internal(start, out_type=dt.int32),
                        shape_internal(stop, out_type=dt.int32))  # fmt: skip
        start, stop = (add_op("BroadcastTo", t, common) for t in (start, stop))
        start, stop = (add_op("ExpandDims", t, axis) for t in (start, stop))
        lengths = shape_internal(start, out_type=dt.int32)
        rank = shape_internal(lengths, out_type=dt.int32)[0]
        axis = add_op("SelectV2", axis >= 0, axis, rank + axis)
        inner = add_op("Maximum", num - 2, 0)
        steps = add_op("Maximum", num - 1, 1)
        delta = (stop - start) / cast(steps, stop.dtype)
        start, stop = cast(start, delta.dtype), cast(stop, delta.dtype)
        end = add_op("SelectV2", num >= 0, steps, -1)
        places = cast(range(1, end, dtype=dt.int64), delta.dtype)
        here = add_op("Equal", axis, range(rank))
        places = reshape(places, add_op("SelectV2", here, inner, 1))
        middle = start + delta * places
        joined = add_op("ConcatV2", [start, middle, stop], axis, name="concat")
        begin = zeros_like(lengths)
        before, number = lengths[0:axis], reshape(num, [1])
        after = lengths[axis + 1 :]
        wanted = add_op("ConcatV2", [before, number, after], 0, name="concat")
        return add_op("Slice", joined, begin, wanted)


# ---------------------------------------------------------------------- grids and masks


def meshgrid(*args, **kwargs) -> list[Tensor]:
    """The coordinates of the points of a grid.

    Args:
      *args: one vector of coordinates per direction, of one type.
      **kwargs: ``indexing``, ``"xy"`` (the first two axes exchanged, as in pictures; the default)
        or ``"ij"``; ``name``, the scope of the nodes, default ``"meshgrid"``.

    Returns:
      A list with one tensor per vector, all of the shape of the grid.

    Raises:
      TypeError: another keyword.
      ValueError: ``indexing`` is neither.

    Example:
      >>> x, y = tf.meshgrid([1, 2], [3, 4, 5], indexing="ij")
      >>> tf.Session().run(y)
      array([[3, 4, 5],
             [3, 4, 5]], dtype=int32)
    """
    indexing = kwargs.pop("indexing", "xy")
    name = kwargs.pop("name", "meshgrid")
    if kwargs:
        raise TypeError(f"'{next(iter(kwargs))}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(
            f"Argument `indexing` parameter must be either 'xy' or 'ij', got '{indexing}'"
        )
    with name_scope(name, "meshgrid", args):
        n = len(args)
        if n == 0:
            return []
        result = []
        for i, x in enumerate(args):
            vector = _stacked(x)
            result.append(reshape(vector, (1,) * i + (-1,) + (1,) * (n - i - 1)))
        lengths = [size(x) for x in args]
        dtype = convert_to_tensor(args[0]).dtype.base_dtype
        if indexing == "xy" and n > 1:
            result[0] = reshape(result[0], (1, -1) + (1,) * (n - 2))
            result[1] = reshape(result[1], (-1, 1) + (1,) * (n - 2))
            lengths[0], lengths[1] = lengths[1], lengths[0]
        unit = ones(lengths, dtype)
        return [x * unit for x in result]


def _stacked(x) -> Tensor:
    """`tf.stack`: of a list of numbers a constant, of a tensor its rows joined again."""
    from tfgrad._src.functions.join import stack  # join.py may import this module

    return stack(x)


def sequence_mask(lengths, maxlen=None, dtype=dt.bool_, name: str | None = None) -> Tensor:
    """Which positions lie before the end of each sequence: ``mask[..., j] = j < lengths[...]``.

    Args:
      lengths: an integer tensor of any shape.
      maxlen: the length of the last axis of the result; default: the largest length.
      dtype: the type of the result.
      name: the scope of the nodes; default ``"SequenceMask"``.

    Raises:
      ValueError: ``maxlen`` is no scalar.

    Example:
      >>> tf.Session().run(tf.sequence_mask([1, 3], 3, tf.int32))
      array([[1, 0, 0],
             [1, 1, 1]], dtype=int32)
    """
    with name_scope(name, "SequenceMask", [lengths, maxlen]):
        lengths = convert_to_tensor(lengths)
        if maxlen is None:
            from tfgrad._src.functions.reduce import all_axes  # reduce.py imports this module

            maxlen = add_op("Max", lengths, all_axes(lengths), keep_dims=False)
            maxlen = add_op("Maximum", constant(0, maxlen.dtype), maxlen)
        else:
            maxlen = convert_to_tensor(maxlen)
        if maxlen.dims is not None and maxlen.dims != ():
            raise ValueError(
                f"Argument `maxlen` must be scalar for sequence_mask, received `maxlen` = {maxlen} "
                f"with shape '{maxlen.shape}' instead"
            )
        row = add_op("Range", constant(0, maxlen.dtype), maxlen, constant(1, maxlen.dtype))
        column = add_op("Cast", add_op("ExpandDims", lengths, -1), DstT=maxlen.dtype)
        mask = row < column
        return mask if dtype is None else cast(mask, dtype)
