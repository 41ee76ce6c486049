"""Counting: `tf.bincount`, `tf.histogram_fixed_width`; the op types are in ``ops/histogram.py``."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.checks import Assert
from tfgrad._src.functions.comparison import greater
from tfgrad._src.functions.control import with_dependencies
from tfgrad._src.functions.cwise_binary import truediv
from tfgrad._src.functions.cwise_unary import floor
from tfgrad._src.functions.reduce import reduce_max
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import clip_by_value
from tfgrad._src.functions.shape import reshape, shape, size
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor


def bincount(arr, weights=None, minlength=None, maxlength=None, dtype=dt.int32) -> Tensor:
    """How often each whole number occurs: ``y[k] = sum of weights[i] where arr[i] == k``.

    Args:
      arr: whole numbers that are not negative, of any shape.
      weights: None, which counts 1 for each, or a tensor with the shape of ``arr``.
      minlength: the result has at least this many entries.
      maxlength: the result has at most this many; greater numbers are not counted.
      dtype: the type of the result if there are no weights.

    Returns:
      A vector of the type of ``weights``, or else ``dtype``.  Its length is the greatest number
      plus one, and 0 if ``arr`` is empty, within ``minlength`` and ``maxlength``.

    Raises:
      InvalidArgumentError: when run, ``arr`` holds a negative number.

    The length of the result depends on the numbers: unless they are constants or fed, the program
    is cut in two here.

    Example:
      >>> tf.Session().run(tf.bincount([1, 2, 2, 4]))
      array([0, 1, 2, 0, 1], dtype=int32)
    """
    with name_scope("bincount"):
        arr = convert_to_tensor(arr, name="arr")
        if weights is not None:
            weights = convert_to_tensor(weights, name="weights")
        if not arr.dtype.is_integer:
            arr = cast(arr, dt.int32)
        length = cast(size(arr) > 0, arr.dtype) * (reduce_max(arr) + 1)
        if minlength is not None:
            minlength = convert_to_tensor(minlength, name="minlength", dtype=arr.dtype)
            length = add_op("Maximum", minlength, length)
        if maxlength is not None:
            maxlength = convert_to_tensor(maxlength, name="maxlength", dtype=arr.dtype)
            length = add_op("Minimum", maxlength, length)
        if weights is not None:
            weights = reshape(weights, [-1])
        arr = reshape(arr, [-1])
        if weights is None:
            weights = constant([], dtype or arr.dtype)
        return add_op("DenseBincount", arr, length, weights)


def histogram_fixed_width(
    values, value_range, nbins=100, dtype=dt.int32, name: str | None = None
) -> Tensor:
    """How many of ``values`` fall into each of ``nbins`` bins of equal width.

    Args:
      values: numbers, of any shape.
      value_range: the lower end of the first bin and the upper end of the last, of the type of
        ``values``.  What lies outside counts in the nearest bin.
      nbins: the number of bins.
      dtype: ``int32`` or ``int64``.
      name: the name of the node; default ``"histogram_fixed_width"``.

    Returns:
      A vector of length ``nbins``.

    Raises:
      ValueError: ``nbins`` is not positive.
      InvalidArgumentError: when run, ``value_range`` is not increasing, or a value is nan.

    Example:
      >>> values = [-1.0, 0.0, 1.5, 2.0, 5.0, 15.0]
      >>> tf.Session().run(tf.histogram_fixed_width(values, [0.0, 5.0], nbins=5))
      array([2, 1, 1, 0, 2], dtype=int32)
    """
    with name_scope(name, "histogram_fixed_width", [values, value_range, nbins]) as scope:
        return add_op("HistogramFixedWidth", values, value_range, nbins, dtype=dtype, name=scope)


def histogram_fixed_width_bins(
    values, value_range, nbins=100, dtype=dt.int32, name: str | None = None
) -> Tensor:
    """The number of the bin that each of ``values`` falls into.

    Args:
      values: numbers, of any shape.
      value_range: as for `tf.histogram_fixed_width`.
      nbins: the number of bins.
      dtype: not used: the result is ``int32``.
      name: the scope of the nodes; default ``"histogram_fixed_width_bins"``.

    Returns:
      A tensor with the shape of ``values``.

    Example:
      >>> values = [-1.0, 0.0, 1.5, 2.0, 5.0, 15.0]
      >>> tf.Session().run(tf.histogram_fixed_width_bins(values, [0.0, 5.0], nbins=5))
      array([0, 0, 1, 2, 4, 4], dtype=int32)
    """
    with name_scope(name, "histogram_fixed_width_bins", [values, value_range, nbins]):
        values = convert_to_tensor(values, name="values")
        lengths = shape(values)
        values = reshape(values, [-1])
        value_range = convert_to_tensor(value_range, name="value_range")
        nbins = convert_to_tensor(nbins, dtype=dt.int32, name="nbins")
        check = Assert(greater(nbins, 0), [f"nbins {nbins} must > 0"])
        nbins = with_dependencies([check], nbins)
        count = cast(nbins, values.dtype)
        scaled = truediv(
            values - value_range[0], value_range[1] - value_range[0], name="scaled_values"
        )
        places = floor(count * scaled, name="indices")
        places = cast(clip_by_value(places, 0, count - 1), dt.int32)
        return reshape(places, lengths)
