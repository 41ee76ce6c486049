"""Depthwise and separable convolutions.

The op types are in ``ops/conv_depthwise.py``, the derivatives in ``gradients/conv.py``.
"""

import warnings

from tfgrad._src.functions.conv import conv2d, padding_attrs
from tfgrad._src.functions.conv_dilated import with_space_to_batch
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def depthwise_conv2d_native(
    input,
    filter,
    strides,
    padding,
    data_format: str | None = "NHWC",
    dilations=[1, 1, 1, 1],  # noqa: B006 - TensorFlow's default, never changed
    name: str | None = None,
) -> Tensor:
    """The convolution of each channel of an image with filters of its own, as one node.

    ``y[b, i, j, c * m + k] = sum over p, q of input[b, i * s + p, j * s + q, c] * filter[p, q, c,
    k]``, where ``m`` is the multiplier.

    Args:
      input: images of shape ``[batch, height, width, channels]``, or with ``"NCHW"`` with the
        channels after the batch.
      filter: a tensor of shape ``[fh, fw, channels, multiplier]``.
      strides: one number per axis; those of batch and channels are 1.
      padding: ``"SAME"``, ``"VALID"`` or a list of pairs, one per axis.
      data_format: ``"NHWC"`` or ``"NCHW"``.
      dilations: how far apart two elements of the filter are, one number per axis.
      name: the node's name; default ``"DepthwiseConv2dNative"``.

    Returns:
      A tensor of shape ``[batch, out_height, out_width, channels * multiplier]``.

    Raises:
      ValueError: the shapes do not fit.

    Gradient:
      `tf.nn.depthwise_conv2d_backprop_input` and `tf.nn.depthwise_conv2d_backprop_filter`; any
      order.
    """
    padding, explicit = padding_attrs(padding)
    return add_op(
        "DepthwiseConv2dNative", input, filter, name=name,
        strides=strides, padding=padding, explicit_paddings=explicit,
        data_format=data_format, dilations=dilations,
    )  # fmt: skip


def depthwise_conv2d_native_backprop_input(
    input_sizes,
    filter,
    out_backprop,
    strides,
    padding,
    data_format: str = "NHWC",
    dilations=[1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
) -> Tensor:
    """The gradient of `tf.nn.depthwise_conv2d_native` with respect to the images.

    Args:
      input_sizes: ``int32`` of shape ``[4]``: the shape of the images.
      filter: the filter.
      out_backprop: the gradient of the result, of the shape of the result.
      strides, padding, data_format, dilations: as of the convolution.
      name: the node's name; default ``"DepthwiseConv2dNativeBackpropInput"``.

    Returns:
      A tensor of shape ``input_sizes``.
    """
    padding, explicit = padding_attrs(padding)
    return add_op(
        "DepthwiseConv2dNativeBackpropInput", input_sizes, filter, out_backprop, name=name,
        strides=strides, padding=padding, explicit_paddings=explicit,
        data_format=data_format, dilations=dilations,
    )  # fmt: skip


def depthwise_conv2d_native_backprop_filter(
    input,
    filter_sizes,
    out_backprop,
    strides,
    padding,
    data_format: str = "NHWC",
    dilations=[1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
) -> Tensor:
    """The gradient of `tf.nn.depthwise_conv2d_native` with respect to the filter.

    Args:
      input: the images.
      filter_sizes: ``int32`` of shape ``[4]``: the shape of the filter.
      out_backprop: the gradient of the result, of the shape of the result.
      strides, padding, data_format, dilations: as of the convolution.
      name: the node's name; default ``"DepthwiseConv2dNativeBackpropFilter"``.

    Returns:
      A tensor of shape ``filter_sizes``.
    """
    padding, explicit = padding_attrs(padding)
    return add_op(
        "DepthwiseConv2dNativeBackpropFilter", input, filter_sizes, out_backprop, name=name,
        strides=strides, padding=padding, explicit_paddings=explicit,
        data_format=data_format, dilations=dilations,
    )  # fmt: skip


def depthwise_conv2d(
    input,
    filter,
    strides,
    padding,
    rate=None,
    name: str | None = None,
    data_format: str | None = None,
    dilations=None,
) -> Tensor:
    """`tf.nn.depthwise_conv2d_native`, dilated by `tf.nn.with_space_to_batch`.

    Args:
      input: images of shape ``[batch, height, width, channels]``.
      filter: a tensor of shape ``[fh, fw, channels, multiplier]``.
      strides: one number per axis; 1 if ``rate`` is not.
      padding: ``"SAME"``, ``"VALID"`` or a list of pairs, one per axis.
      rate: how far apart two elements of the filter are, vertically and horizontally; default 1.
      name: the scope of the nodes; default ``"depthwise"``.
      data_format: ``"NHWC"``, the default, or ``"NCHW"``.
      dilations: another name of ``rate``.

    Returns:
      A tensor of shape ``[batch, out_height, out_width, channels * multiplier]``.

    Raises:
      ValueError: the shapes do not fit, or two names of one argument are given.
    """
    rate = either("dilations", dilations, "rate", rate)
    with name_scope(name, "depthwise", [input, filter]) as scope:
        input = convert_to_tensor(input, name="tensor_in")
        filter = convert_to_tensor(filter, name="filter_in")
        rate = [1, 1] if rate is None else rate
        if any(r > 1 for r in rate) and any(s != 1 for s in strides):
            warnings.warn(
                f"When dilation rate is greater than 1, then all values of strides must be 1. "
                f"Received: `dilation rate` {rate} and `strides` {strides}",
                stacklevel=2,
            )

        def op(x, _, padding):
            return depthwise_conv2d_native(
                x, filter, strides, padding, data_format=data_format, name=scope
            )

        return with_space_to_batch(
            input, rate, padding, op, filter_shape=shape_of(filter), data_format=data_format
        )


def separable_conv2d(
    input,
    depthwise_filter,
    pointwise_filter,
    strides,
    padding,
    rate=None,
    name: str | None = None,
    data_format: str | None = None,
    dilations=None,
) -> Tensor:
    """A depthwise convolution, and one that mixes the channels of each pixel.

    Args:
      input: images of shape ``[batch, height, width, channels]``.
      depthwise_filter: a tensor of shape ``[fh, fw, channels, multiplier]``.
      pointwise_filter: a tensor of shape ``[1, 1, channels * multiplier, out_channels]``.
      strides: of the depthwise convolution, one number per axis; 1 if ``rate`` is not.
      padding: of the depthwise convolution: ``"SAME"``, ``"VALID"`` or a list of pairs.
      rate: how far apart two elements of the depthwise filter are; default 1.
      name: the scope of the nodes; default ``"separable_conv2d"``.
      data_format: ``"NHWC"``, the default, or ``"NCHW"``.
      dilations: another name of ``rate``.

    Returns:
      A tensor of shape ``[batch, out_height, out_width, out_channels]``.

    Raises:
      ValueError: the shapes do not fit, or two names of one argument are given.
    """
    rate = either("dilations", dilations, "rate", rate)
    values = [input, depthwise_filter, pointwise_filter]
    with name_scope(name, "separable_conv2d", values) as scope:
        input = convert_to_tensor(input, name="tensor_in")
        depthwise_filter = convert_to_tensor(depthwise_filter, name="depthwise_filter")
        pointwise_filter = convert_to_tensor(pointwise_filter, name="pointwise_filter")
        shape = pointwise_filter.get_shape().with_rank(4)
        shape[0].assert_is_compatible_with(1)
        shape[1].assert_is_compatible_with(1)

        def op(x, _, padding):
            return depthwise_conv2d_native(
                x, depthwise_filter, strides, padding, data_format=data_format, name="depthwise"
            )

        depthwise = with_space_to_batch(
            input,
            [1, 1] if rate is None else rate,
            padding,
            op,
            filter_shape=shape_of(depthwise_filter),
            data_format=data_format,
        )
        return conv2d(
            depthwise, pointwise_filter, [1, 1, 1, 1], "VALID", data_format=data_format, name=scope
        )
