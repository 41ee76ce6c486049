"""Quantised arrays: integers of 8, 16 or 32 bits that stand for floats of a range.

The op types are in ``ops/quantized.py`` and ``ops/quantized_layers.py``.  For training with numbers
that are rounded but stay floats, see ``functions/quantize.py``.
"""

from tfgrad._src.functions.results import add_named
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def _place(input: Tensor, axis: int | None) -> int:
    """``axis`` counted from the front, -1 for none."""
    if axis is None:
        return -1
    if axis >= 0:
        return axis
    if input.dims is None:
        raise ValueError("input should have known rank to use negative axis.")
    return axis % len(input.dims)


def quantize_v2(
    input, min_range, max_range, T, mode="MIN_COMBINED", name: str | None = None,
    round_mode="HALF_AWAY_FROM_ZERO", narrow_range=False, axis=None, ensure_minimum_range=0.01,
):  # fmt: skip
    """See `tf.quantization.quantize`, which has its arguments in another order."""
    if axis is not None and axis < 0:
        input = convert_to_tensor(input, dt.float32, name="input")
    return add_named(
        "QuantizeV2", input, min_range, max_range, T=T, mode=mode, round_mode=round_mode,
        narrow_range=narrow_range, axis=_place(input, axis),
        ensure_minimum_range=ensure_minimum_range, name=name,
    )  # fmt: skip


def quantize(
    input, min_range, max_range, T, mode="MIN_COMBINED", round_mode="HALF_AWAY_FROM_ZERO",
    name: str | None = None, narrow_range=False, axis=None, ensure_minimum_range=0.01,
):  # fmt: skip
    """Makes integers of a quantised type, each of which stands for a float of a range.

    The range is ``[low, high]`` with ``low = min(0, min_range)`` and ``high = max(0, max_range)``,
    made wider if it is narrower than ``ensure_minimum_range`` times the larger end (or times 1).
    With ``q0`` and ``q1``, the least and the greatest integer of ``T``, and ``x`` cut to the
    range::

        MIN_COMBINED   round((x - low) * (q1 - q0) / (high - low)) + q0
        MIN_FIRST      round(x * s) - round(low * s) + q0   with s = (q1 - q0) / (high - low)
        SCALED         round(x * s)   with s = min(q0 / low, q1 / high), whichever are positive

    so that ``MIN_FIRST`` and ``SCALED`` stand for 0 exactly.  TensorFlow's ``MIN_COMBINED`` rounds
    halves of unsigned types up.

    Args:
      input: ``float32`` numbers.
      min_range: the lower end, a scalar; with ``axis`` a vector.
      max_range: the upper end, likewise.
      T: ``tf.qint8``, ``tf.quint8``, ``tf.qint16``, ``tf.quint16`` or ``tf.qint32``.
      mode: ``"MIN_COMBINED"``, ``"MIN_FIRST"`` or ``"SCALED"``.
      round_mode: ``"HALF_AWAY_FROM_ZERO"``, or with ``SCALED`` ``"HALF_TO_EVEN"``.
      name: the name of the node; default ``"QuantizeV2"``.
      narrow_range: with ``SCALED``: one integer less, ``q0`` is one more.
      axis: the axis along which the ranges run; default: one range.
      ensure_minimum_range: how narrow the range may be.

    Returns:
      The integers, and the ends of the range that they have in fact: ``(output, output_min,
      output_max)``.  Fetched, they are arrays of ``int8``, ``uint8`` and so on.

    Raises:
      InvalidArgumentError: when run, ``max_range`` is below ``min_range``, or ``HALF_TO_EVEN`` is
        used without ``SCALED``.
      UnimplementedError: when run, ``MIN_FIRST`` with an axis.
      ValueError: a negative ``axis`` where the rank is not known.

    Gradient:
      None.

    Example:
      >>> x = tf.constant([-1.0, 0.0, 0.5, 2.0])
      >>> q, low, high = tf.quantization.quantize(x, 0.0, 1.0, tf.quint8)
      >>> tf.Session().run([q, low, high])
      [array([  0,   0, 128, 255], dtype=uint8), 0.0, 1.0]
    """
    return quantize_v2(
        input, min_range, max_range, T, mode, name, round_mode, narrow_range, axis,
        ensure_minimum_range,
    )  # fmt: skip


def dequantize(
    input, min_range, max_range, mode="MIN_COMBINED", name: str | None = None, axis=None,
    narrow_range=False, dtype=dt.float32,
) -> Tensor:  # fmt: skip
    """Makes floats of the integers of a quantised type.

    With ``q0`` and ``q1``, the least and the greatest integer of the type::

        MIN_COMBINED   (q - q0) * (max_range - min_range) / (q1 - q0) + min_range
        MIN_FIRST      the same, with min_range moved to the next multiple of the step
        SCALED         q * max(min_range / q0, max_range / q1)

    Args:
      input: the integers, of a quantised type.
      min_range: the lower end of their range, a scalar; with ``axis`` a vector.
      max_range: the upper end, likewise.
      mode: ``"MIN_COMBINED"``, ``"MIN_FIRST"`` or ``"SCALED"``.
      name: the name of the node; default ``"Dequantize"``.
      axis: the axis along which the ranges run; default: one range.
      narrow_range: with ``SCALED``: ``q0`` is one more.
      dtype: ``float32``, or with ``MIN_COMBINED`` ``bfloat16``.

    Returns:
      A tensor of ``dtype`` and the shape of ``input``.

    Raises:
      InvalidArgumentError: when run, there are not as many ranges as places along ``axis``.
      UnimplementedError: when run, ``MIN_FIRST`` with an axis.
      ValueError: a negative ``axis`` where the rank is not known.

    Gradient:
      None.

    Example:
      >>> q = tf.constant(np.array([0, 128, 255]), tf.quint8)
      >>> x = tf.quantization.dequantize(q, 0.0, 1.0)
      >>> tf.Session().run(x).round(4)
      array([0.   , 0.502, 1.   ], dtype=float32)
    """
    if axis is not None and axis < 0:
        input = convert_to_tensor(input, name="input")
    return add_op(
        "Dequantize", input, min_range, max_range, mode=mode, narrow_range=narrow_range,
        axis=_place(input, axis), dtype=dtype, name=name,
    )  # fmt: skip


def quantized_concat(concat_dim, values, input_mins, input_maxes, name: str | None = None):
    """Concatenates quantised arrays; those whose range is not that of the result are moved there.

    Args:
      concat_dim: the axis, ``int32``, not negative.
      values: at least two arrays of ``quint8`` or of ``qint32``.
      input_mins: the lower end of the range of each, scalars.
      input_maxes: the upper ends.
      name: the name of the node; default ``"QuantizedConcat"``.

    Returns:
      The array, and the ends of its range, which holds all given ones and 0: ``(output,
      output_min, output_max)``.  That of ``qint32`` has 0 in its middle.

    Raises:
      InvalidArgumentError: when run, the shapes do not fit or the axis is out of range.

    Example:
      >>> a = tf.constant(np.array([0, 255]), tf.quint8)
      >>> q, low, high = tf.quantization.quantized_concat(0, [a, a], [0.0, 0.0], [1.0, 2.0])
      >>> tf.Session().run([q, high])
      [array([  0, 128,   0, 255], dtype=uint8), 2.0]
    """
    return add_named("QuantizedConcat", concat_dim, values, input_mins, input_maxes, name=name)


def quantized_avg_pool(
    input, min_input, max_input, ksize, strides, padding, name: str | None = None
):
    """The means of ``quint8`` or ``qint8`` images under a window, cut towards zero.

    Args:
      input: images, ``[batch, height, width, channels]``.
      min_input: the lower end of their range, a scalar.
      max_input: the upper end.
      ksize: the size of the window, four numbers.
      strides: how far the window moves, four numbers.
      padding: ``"SAME"`` or ``"VALID"``.
      name: the name of the node; default ``"QuantizedAvgPool"``.

    Returns:
      The means and their range, which is that of the images: ``(output, min_output, max_output)``.

    Raises:
      UnimplementedError: when run, the window is longer than 1 along the batch or the channels.

    Example:
      >>> x = tf.constant(np.array([[[[1], [2]], [[3], [5]]]]), tf.quint8)
      >>> y = tf.nn.quantized_avg_pool(x, 0.0, 1.0, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
      >>> tf.Session().run(y[0]).ravel()
      array([2], dtype=uint8)
    """
    return add_named(
        "QuantizedAvgPool", input, min_input, max_input, ksize=ksize, strides=strides,
        padding=padding, name=name,
    )  # fmt: skip


def quantized_max_pool(
    input, min_input, max_input, ksize, strides, padding, name: str | None = None
):
    """The maxima of ``quint8`` or ``qint8`` images under a window.

    The arguments and results are those of `tf.nn.quantized_avg_pool`.

    Example:
      >>> x = tf.constant(np.array([[[[1], [2]], [[3], [5]]]]), tf.quint8)
      >>> y = tf.nn.quantized_max_pool(x, 0.0, 1.0, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
      >>> tf.Session().run(y[0]).ravel()
      array([5], dtype=uint8)
    """
    return add_named(
        "QuantizedMaxPool", input, min_input, max_input, ksize=ksize, strides=strides,
        padding=padding, name=name,
    )  # fmt: skip


def quantized_conv2d(
    input, filter, min_input, max_input, min_filter, max_filter, strides, padding,
    out_type=dt.qint32, dilations=[1, 1, 1, 1], name: str | None = None,  # noqa: B006
):  # fmt: skip
    """The convolution of ``quint8`` images with ``quint8`` filters, as ``qint32``.

    With ``zx`` and ``zf``, the integers that stand for 0 in the ranges of both::

        y = conv2d(input - zx, filter - zf)

    With ``"VALID"``, what the windows leave over is split between both ends of an axis, as in
    TensorFlow's kernel (and not as in `tf.nn.conv2d`).

    Args:
      input: images, ``[batch, height, width, channels]``.
      filter: ``[height, width, channels, out]``.
      min_input: the lower end of the range of the images, a scalar.
      max_input: the upper end.
      min_filter: the lower end of the range of the filter.
      max_filter: the upper end.
      strides: four numbers, ``[1, s, s, 1]``.
      padding: ``"SAME"`` or ``"VALID"``.
      out_type: ``tf.qint32``.
      dilations: must be ones.
      name: the name of the node; default ``"QuantizedConv2D"``.

    Returns:
      The sums, and the ends of the range in which they stand for products of floats: ``(output,
      min_output, max_output)``.

    Raises:
      InvalidArgumentError: when run, strides or dilations are not as said above.

    Example:
      >>> x = tf.constant(np.full([1, 1, 1, 1], 255), tf.quint8)
      >>> y, low, high = tf.nn.quantized_conv2d(
      ...     x, x, 0.0, 2.0, 0.0, 3.0, [1, 1, 1, 1], "VALID")
      >>> tf.Session().run([y, tf.quantization.dequantize(y, low, high)])
      [array([[[[65025]]]], dtype=int32), array([[[[6.]]]], dtype=float32)]
    """
    return add_named(
        "QuantizedConv2D", input, filter, min_input, max_input, min_filter, max_filter,
        out_type=out_type, strides=strides, padding=padding, dilations=dilations, name=name,
    )  # fmt: skip


def quantized_relu_x(
    features, max_value, min_features, max_features, out_type=dt.quint8, name: str | None = None
):
    """Cuts quantised numbers at 0 and at ``max_value``.

    Args:
      features: an array of ``quint8`` or ``qint32``.
      max_value: the limit, a float.
      min_features: the lower end of the range of ``features``, a scalar.
      max_features: the upper end.
      out_type: the type of ``features``.
      name: the name of the node; default ``"QuantizedReluX"``.

    Returns:
      The numbers and their range, which is the given one: ``(activations, min_activations,
      max_activations)``.

    Example:
      >>> q = tf.constant(np.array([0, 100, 200]), tf.quint8)
      >>> y, _, _ = tf.nn.quantized_relu_x(q, 0.2, -1.0, 1.0)
      >>> tf.Session().run(y)
      array([128, 128, 154], dtype=uint8)
    """
    return add_named(
        "QuantizedReluX", features, max_value, min_features, max_features, out_type=out_type,
        name=name,
    )  # fmt: skip
