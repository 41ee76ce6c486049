"""Functions that combine the elements along some axes, and running sums.

The op types are in ``ops/reduce.py``, the derivatives in ``gradients/reduce.py``.

The arguments ``reduction_indices`` and ``keep_dims`` are deprecated names of ``axis`` and
``keepdims``.
"""

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either, rank, reshape
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.node import Tensor


def all_axes(x) -> Tensor:
    """All axes of ``x``: a constant if its rank is known and not zero."""
    dims = getattr(getattr(x, "shape", None), "rank", None)
    if dims:
        return constant(np.arange(dims, dtype=np.int32))
    return range_(0, rank(x))


def _scalar_if_all(result: Tensor, axis, keepdims: bool) -> Tensor:
    if axis is None and not keepdims and (result.dims is None or None in result.dims):
        result.set_shape(())
    return result


def _reduce(op_type, x, axis, keepdims, name, reduction_indices=None, keep_dims=None) -> Tensor:
    axis = either("axis", axis, "reduction_indices", reduction_indices)
    keepdims = bool(either("keepdims", keepdims, "keep_dims", keep_dims))
    axes = all_axes(x) if axis is None else axis
    return _scalar_if_all(add_op(op_type, x, axes, keep_dims=keepdims, name=name), axis, keepdims)


def reduce_sum(
    input_tensor, axis=None, keepdims=None, name: str | None = None, reduction_indices=None,
    keep_dims=None,
) -> Tensor:  # fmt: skip
    """The sum of the elements along ``axis``.

    Args:
      input_tensor: a tensor of numbers.
      axis: the axes, a number or list of numbers, negative ones counted from the last; None: all.
      keepdims: keep the axes, with length 1.
      name: the name of the node; default ``"Sum"``.
      reduction_indices: the deprecated name of ``axis``.
      keep_dims: the deprecated name of ``keepdims``.

    Returns:
      A tensor of the same type, without the axes.  The sum of nothing is 0.  Integers wrap around;
      ``half`` and ``bfloat16`` are summed in ``float32`` and rounded once.

    Raises:
      ValueError: an axis is out of range, or both names of an argument are given.
      tf.errors.InvalidArgumentError: an axis occurs twice.

    Gradient:
      ``dy``, repeated along the axes.

    Example:
      >>> tf.Session().run(tf.reduce_sum([[1, 2, 3], [4, 5, 6]], axis=1))
      array([ 6, 15], dtype=int32)
    """
    return _reduce("Sum", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_mean(
    input_tensor, axis=None, keepdims=None, name: str | None = None, reduction_indices=None,
    keep_dims=None,
) -> Tensor:  # fmt: skip
    """The mean of the elements along ``axis``.

    Args:
      input_tensor: a tensor of numbers.
      axis, keepdims, reduction_indices, keep_dims: see `tf.reduce_sum`.
      name: the name of the node; default ``"Mean"``.

    Returns:
      A tensor of the same type.  The mean of integers is rounded towards zero; the mean of nothing
      is ``nan``, of no integers 0.

    Gradient:
      ``dy / n``, repeated along the axes.
    """
    return _reduce("Mean", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_prod(
    input_tensor, axis=None, keepdims=None, name: str | None = None, reduction_indices=None,
    keep_dims=None,
) -> Tensor:  # fmt: skip
    """The product of the elements along ``axis``; of nothing it is 1.

    Args:
      input_tensor: a tensor of numbers.
      axis, keepdims, reduction_indices, keep_dims: see `tf.reduce_sum`.
      name: the name of the node; default ``"Prod"``.

    Gradient:
      ``dy`` times the product of the other elements, right also where elements are zero.
    """
    return _reduce("Prod", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_max(
    input_tensor, axis=None, keepdims=None, name: str | None = None, reduction_indices=None,
    keep_dims=None,
) -> Tensor:  # fmt: skip
    """The largest element along ``axis``; ``nan`` if there is one.

    Args:
      input_tensor: a tensor of real numbers.
      axis, keepdims, reduction_indices, keep_dims: see `tf.reduce_sum`.
      name: the name of the node; default ``"Max"``.

    Returns:
      A tensor of the same type.  The maximum of nothing is the least value of the type.

    Gradient:
      ``dy`` at the place of the maximum; shared equally between several.
    """
    return _reduce("Max", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_min(
    input_tensor, axis=None, keepdims=None, name: str | None = None, reduction_indices=None,
    keep_dims=None,
) -> Tensor:  # fmt: skip
    """The smallest element along ``axis``; ``nan`` if there is one.

    Args:
      input_tensor: a tensor of real numbers.
      axis, keepdims, reduction_indices, keep_dims: see `tf.reduce_sum`.
      name: the name of the node; default ``"Min"``.

    Returns:
      A tensor of the same type.  The minimum of nothing is the greatest value of the type.

    Gradient:
      ``dy`` at the place of the minimum; shared equally between several.
    """
    return _reduce("Min", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_all(
    input_tensor, axis=None, keepdims=None, name: str | None = None, reduction_indices=None,
    keep_dims=None,
) -> Tensor:  # fmt: skip
    """Whether all elements along ``axis`` are True; of nothing, True.

    Args:
      input_tensor: a boolean tensor.
      axis, keepdims, reduction_indices, keep_dims: see `tf.reduce_sum`.
      name: the name of the node; default ``"All"``.
    """
    return _reduce("All", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_any(
    input_tensor, axis=None, keepdims=None, name: str | None = None, reduction_indices=None,
    keep_dims=None,
) -> Tensor:  # fmt: skip
    """Whether some element along ``axis`` is True; of nothing, False.

    Args:
      input_tensor: a boolean tensor.
      axis, keepdims, reduction_indices, keep_dims: see `tf.reduce_sum`.
      name: the name of the node; default ``"Any"``.
    """
    return _reduce("Any", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_euclidean_norm(
    input_tensor, axis=None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The Euclidean norm along ``axis``: ``sqrt(sum(abs(x)**2))``.

    Args:
      input_tensor: a tensor of numbers.
      axis, keepdims: see `tf.reduce_sum`.
      name: the name of the node; default ``"EuclideanNorm"``.

    Gradient:
      ``x * dy / norm``; ``nan`` where the norm is 0.

    Example:
      >>> tf.Session().run(tf.math.reduce_euclidean_norm([3., 4.]))
      5.0
    """
    return _reduce("EuclideanNorm", input_tensor, axis, keepdims, name)


# ---------------------------------------------------------------------- composed of others


def reduce_logsumexp(
    input_tensor, axis=None, keepdims=None, name: str | None = None, reduction_indices=None,
    keep_dims=None,
) -> Tensor:  # fmt: skip
    """``log(sum(exp(x)))`` along ``axis``, without overflow.

    The largest element is taken out first::

        m = max(x)
        result = log(sum(exp(x - m))) + m

    Args:
      input_tensor: a floating-point tensor.
      axis, keepdims, reduction_indices, keep_dims: see `tf.reduce_sum`.
      name: the scope of the nodes; default ``"ReduceLogSumExp"``.

    Gradient:
      ``dy * exp(x - result)``.

    Example:
      >>> tf.Session().run(tf.reduce_logsumexp([1000., 1000.]))
      1000.6932
    """
    axis = either("axis", axis, "reduction_indices", reduction_indices)
    keepdims = bool(either("keepdims", keepdims, "keep_dims", keep_dims))
    with name_scope(name, "ReduceLogSumExp", [input_tensor]) as scope:
        largest = reduce_max(input_tensor, axis=axis, keepdims=True)
        # An infinite maximum is not taken out: inf - inf would be nan.
        shift = add_op("SelectV2", add_op("IsFinite", largest), largest, 0)
        shift = add_op("StopGradient", shift)
        terms = add_op("Exp", add_op("Sub", input_tensor, shift))
        result = add_op("Log", reduce_sum(terms, axis=axis, keepdims=keepdims))
        if not keepdims:
            shift = reshape(shift, add_op("Shape", result))
        return _scalar_if_all(add_op("AddV2", result, shift, name=scope), axis, keepdims)


def reduce_variance(
    input_tensor, axis=None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean squared distance from the mean along ``axis`` (divided by ``n``, not ``n - 1``).

    Args:
      input_tensor: a tensor of real or complex numbers.
      axis, keepdims: see `tf.reduce_sum`.
      name: the scope of the nodes; default ``"reduce_variance"``.

    Returns:
      A real tensor.

    Raises:
      TypeError: ``input_tensor`` holds integers.
    """
    with name_scope(name or "reduce_variance"):
        x = convert_to_tensor(input_tensor)
        means = reduce_mean(x, axis=axis, keepdims=True)
        if means.dtype.is_integer:
            raise TypeError(
                f"Input must be either real or complex. Received integer type {means.dtype}."
            )
        difference = x - means
        if difference.dtype.is_complex:
            square = add_op("Mul", add_op("Conj", difference), difference)
            square = add_op("Real", square, Tout=difference.dtype.real_dtype)
        else:
            square = add_op("Square", difference)
        return reduce_mean(square, axis=axis, keepdims=keepdims)


def reduce_std(input_tensor, axis=None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """The square root of `tf.math.reduce_variance`.

    Args:
      input_tensor: a tensor of real or complex numbers.
      axis, keepdims: see `tf.reduce_sum`.
      name: the scope of the nodes; default ``"reduce_std"``.

    Gradient:
      ``nan`` where the deviation is 0.
    """
    with name_scope(name or "reduce_std"):
        x = convert_to_tensor(input_tensor)
        return add_op("Sqrt", reduce_variance(x, axis=axis, keepdims=keepdims))


def count_nonzero(
    input_tensor=None, axis=None, keepdims=None, dtype=dt.int64, name: str | None = None,
    reduction_indices=None, keep_dims=None, input=None,
) -> Tensor:  # fmt: skip
    """How many elements along ``axis`` are not zero (are True).

    Args:
      input_tensor: a tensor of numbers, booleans or strings.
      axis, keepdims, reduction_indices, keep_dims: see `tf.reduce_sum`.
      dtype: the type of the result.
      name: the scope of the nodes; default ``"count_nonzero"``.
      input: the later name of ``input_tensor``.
    """
    keepdims = either("keepdims", keepdims, "keep_dims", keep_dims)
    input_tensor = either("input", input, "input_tensor", input_tensor)
    axis = either("axis", axis, "reduction_indices", reduction_indices)
    with name_scope(name, "count_nonzero", [input_tensor]):
        x = convert_to_tensor(input_tensor, name="input")
        if x.dtype.base_dtype is not dt.bool_:
            x = add_op("NotEqual", x, zeros([], x.dtype))
        total = reduce_sum(cast(x, dt.int64), axis=axis, keepdims=keepdims)
        return cast(total, dtype)


# ---------------------------------------------------------------------- places


def _axis_of_arg(axis):
    if hasattr(axis, "dtype"):
        base = as_dtype(axis.dtype).base_dtype
        if base not in (dt.int8, dt.uint8, dt.int16, dt.uint16, dt.int32, dt.int64):
            raise TypeError(f"axis tensor dtypes {axis.dtype} is not supported")
        if base not in dt.INDEX:
            return cast(convert_to_tensor(axis), dt.int32)
    elif not isinstance(axis, int):
        raise TypeError("axis must be int or Tensor with integer datatype")
    return axis


def argmax(
    input, axis=None, name: str | None = None, dimension=None, output_type=dt.int64
) -> Tensor:
    """The place of the largest element along ``axis``; the first of several.

    Args:
      input: a tensor of real numbers or booleans.
      axis: a scalar; default 0.
      name: the name of the node; default ``"ArgMax"``.
      dimension: the deprecated name of ``axis``.
      output_type: ``int32`` or ``int64``.

    Returns:
      Indices, in the shape of ``input`` without the axis.  ``nan`` never counts as the largest;
      where there is nothing else the place is 0.

    Raises:
      ValueError: ``axis`` is out of range, or both names are given.
      TypeError: ``axis`` is no whole number.
      tf.errors.InvalidArgumentError: the axis has length 0.

    Gradient:
      None: the place is constant almost everywhere.

    Example:
      >>> tf.Session().run(tf.argmax([[1, 5, 5], [9, 2, 3]], axis=1))
      array([1, 0])
    """
    axis = either("axis", axis, "dimension", dimension)
    axis = _axis_of_arg(0 if axis is None else axis)
    return add_op("ArgMax", input, axis, output_type=output_type, name=name)


def argmin(
    input, axis=None, name: str | None = None, dimension=None, output_type=dt.int64
) -> Tensor:
    """The place of the smallest element along ``axis``; the first of several.

    Args:
      input: a tensor of real numbers or booleans.
      axis: a scalar; default 0.
      name: the name of the node; default ``"ArgMin"``.
      dimension: the deprecated name of ``axis``.
      output_type: ``int32`` or ``int64``.

    See `tf.argmax`.
    """
    axis = either("axis", axis, "dimension", dimension)
    axis = 0 if axis is None else axis
    return add_op("ArgMin", input, axis, output_type=output_type, name=name)


def arg_max(input, dimension, output_type=dt.int64, name: str | None = None) -> Tensor:
    """See `tf.argmax`."""
    return add_op("ArgMax", input, dimension, output_type=output_type, name=name)


def arg_min(input, dimension, output_type=dt.int64, name: str | None = None) -> Tensor:
    """See `tf.argmin`."""
    return add_op("ArgMin", input, dimension, output_type=output_type, name=name)


# ---------------------------------------------------------------------- running sums


def _scan(op_type: str, x, axis, exclusive: bool, reverse: bool, name: str | None) -> Tensor:
    with name_scope(name, op_type, [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return add_op(op_type, x, axis, exclusive=exclusive, reverse=reverse, name=scope)


def cumsum(
    x, axis=0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The running sum along ``axis``: ``[a, a + b, a + b + c]``.

    Args:
      x: a tensor of numbers.
      axis: a scalar.
      exclusive: leave out the element itself: ``[0, a, a + b]``.
      reverse: sum from the end: ``[a + b + c, b + c, c]``.
      name: the name of the node; default ``"Cumsum"``.

    Returns:
      A tensor of the same shape and type.

    Gradient:
      The running sum of ``dy`` in the other direction.

    Example:
      >>> tf.Session().run(tf.cumsum([1, 2, 3], exclusive=True))
      array([0, 1, 3], dtype=int32)
    """
    return _scan("Cumsum", x, axis, exclusive, reverse, name)


def cumprod(
    x, axis=0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The running product along ``axis``: ``[a, a * b, a * b * c]``.

    Args:
      x: a tensor of numbers.
      axis, exclusive, reverse: see `tf.cumsum`; what is left out counts as 1.
      name: the name of the node; default ``"Cumprod"``.

    Gradient:
      Divides by ``x``; it is 0 where ``x`` is 0, which is wrong there, as in TensorFlow.
    """
    return _scan("Cumprod", x, axis, exclusive, reverse, name)


def cumulative_logsumexp(
    x, axis=0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The running ``log(sum(exp(x)))`` along ``axis``, without overflow.

    Args:
      x: a floating-point tensor.
      axis, exclusive, reverse: see `tf.cumsum`; what is left out counts as minus infinity.
      name: the name of the node; default ``"CumulativeLogsumexp"``.
    """
    return _scan("CumulativeLogsumexp", x, axis, exclusive, reverse, name)


def l2_loss(t, name: str | None = None) -> Tensor:
    """Half the sum of the squares: ``sum(t**2) / 2``.

    Args:
      t: a floating-point tensor.
      name: the name of the node; default ``"L2Loss"``.

    Returns:
      A scalar.

    Gradient:
      ``t * dy``.

    Example:
      >>> tf.Session().run(tf.nn.l2_loss([3., 4.]))
      12.5
    """
    return add_op("L2Loss", t, name=name)
