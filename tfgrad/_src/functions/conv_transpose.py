"""The gradients of convolutions as functions, and as the layers that transposed convolutions are.

The op types are in ``ops/conv.py``, the derivatives in ``gradients/conv.py``.
"""

from collections.abc import Sized

from tfgrad._src.functions.conv import is_channels_first, padding_attrs, per_axis
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either, expand_dims, squeeze
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


def conv2d_backprop_filter(
    input,
    filter_sizes,
    out_backprop,
    strides,
    padding,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations=[1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
) -> Tensor:
    """The gradient of `tf.nn.conv2d` with respect to the filter.

    Args:
      input: the images.
      filter_sizes: ``int32`` of shape ``[4]``: the shape of the filter.
      out_backprop: the gradient of the result, of the shape of the result.
      strides, padding, use_cudnn_on_gpu, data_format, dilations: as of the convolution; lists have
        one entry per axis.
      name: the node's name; default ``"Conv2DBackpropFilter"``.

    Returns:
      A tensor of shape ``filter_sizes``.
    """
    padding, explicit = padding_attrs(padding)
    return add_op(
        "Conv2DBackpropFilter", input, filter_sizes, out_backprop, name=name,
        strides=strides, padding=padding, use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit, data_format=data_format, dilations=dilations,
    )  # fmt: skip


def conv2d_backprop_input(
    input_sizes,
    filter=None,
    out_backprop=None,
    strides=None,
    padding=None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations=[1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
    filters=None,
) -> Tensor:
    """The gradient of `tf.nn.conv2d` with respect to the images.

    Args:
      input_sizes: ``int32`` of shape ``[4]``: the shape of the images; or of shape ``[2]``, their
        height and width.
      filter: the filter.
      out_backprop: the gradient of the result, of the shape of the result.
      strides, padding, use_cudnn_on_gpu, data_format, dilations: as of the convolution; lists have
        one entry per axis.
      name: the node's name; default ``"Conv2DBackpropInput"``.
      filters: another name of ``filter``.

    Returns:
      A tensor of the shape of the images.
    """
    filter = either("filters", filters, "filter", filter)
    padding, explicit = padding_attrs(padding)
    return add_op(
        "Conv2DBackpropInput", input_sizes, filter, out_backprop, name=name,
        strides=strides, padding=padding, use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit, data_format=data_format, dilations=dilations,
    )  # fmt: skip


def conv2d_transpose(
    value=None,
    filter=None,
    output_shape=None,
    strides=None,
    padding="SAME",
    data_format: str | None = "NHWC",
    name: str | None = None,
    input=None,
    filters=None,
    dilations=None,
) -> Tensor:
    """The transpose of `tf.nn.conv2d`: its gradient with respect to images, as a layer.

    Args:
      value: a tensor of shape ``[batch, height, width, in_channels]``, the result of a convolution.
      filter: a tensor of shape ``[fh, fw, out_channels, in_channels]``.
      output_shape: ``int32`` of shape ``[4]``: the shape of the result.
      strides: one number, two, or one per axis.
      padding: ``"SAME"``, ``"VALID"`` or a list of pairs.
      data_format: ``"NHWC"`` or ``"NCHW"``.
      name: the node's name; default ``"conv2d_transpose"``.
      input: another name of ``value``.
      filters: another name of ``filter``.
      dilations: as ``strides``; default 1.

    Returns:
      A tensor of shape ``output_shape``.

    Raises:
      ValueError: the shapes do not fit, or two names of one argument are given.

    Example:
      >>> y = tf.nn.conv2d_transpose(
      ...     tf.ones([1, 2, 2, 1]), tf.ones([2, 2, 1, 1]), [1, 4, 4, 1], strides=2)
      >>> tf.Session().run(y)[0, 0, :, 0]
      array([1., 1., 1., 1.], dtype=float32)
    """
    value = either("input", input, "value", value)
    filter = either("filters", filters, "filter", filter)
    with name_scope(name, "conv2d_transpose", [value, filter, output_shape]) as scope:
        return conv2d_transpose_v2(
            value, filter, output_shape, strides, padding, data_format, dilations, scope
        )


def conv2d_transpose_v2(
    input,
    filters,
    output_shape,
    strides,
    padding="SAME",
    data_format: str | None = "NHWC",
    dilations=None,
    name: str | None = None,
) -> Tensor:
    """See `tf.nn.conv2d_transpose`; this is the form of `tf.compat.v2`."""
    with name_scope(name, "conv2d_transpose", [input, output_shape]) as scope:
        data_format = data_format or "NHWC"
        channel_index = 1 if data_format.startswith("NC") else 3
        strides = per_axis(strides, 2, channel_index, "strides")
        dilations = per_axis(dilations, 2, channel_index, "dilations")
        padding, explicit = padding_attrs(padding)
        return add_op(
            "Conv2DBackpropInput", output_shape, filters, input, name=scope,
            strides=strides, padding=padding, explicit_paddings=explicit,
            data_format=data_format, dilations=dilations,
        )  # fmt: skip


def conv1d_transpose(
    input,
    filters,
    output_shape,
    strides,
    padding: str = "SAME",
    data_format: str | None = "NWC",
    dilations=None,
    name: str | None = None,
) -> Tensor:
    """The transpose of `tf.nn.conv1d`.

    Args:
      input: a tensor of shape ``[batch, width, in_channels]``.
      filters: a tensor of shape ``[filter_width, out_channels, in_channels]``.
      output_shape: ``int32`` of shape ``[3]``: the shape of the result.
      strides: how far apart two windows are.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NWC"`` or ``"NCW"``.
      dilations: how far apart two elements of the filter are; default 1.
      name: the scope of the nodes; default ``"conv1d_transpose"``.

    Returns:
      A tensor of shape ``output_shape``.

    Raises:
      ValueError: the shapes do not fit, or another format.
    """
    with name_scope(name, "conv1d_transpose", [input, filters, output_shape]) as scope:
        channels_first = is_channels_first(data_format, ("NWC",), ("NCW",))
        axis, channel_index = (2, 1) if channels_first else (1, 2)
        strides = [1, *per_axis(strides, 1, channel_index, "stride")]
        dilations = [1, *per_axis(dilations, 1, channel_index, "dilations")]
        input = expand_dims(input, axis)
        filters = expand_dims(filters, 0)
        if not isinstance(output_shape, Tensor):
            output_shape = list(output_shape)
        output_shape = concat([output_shape[:axis], [1], output_shape[axis:]], 0)
        result = add_op(
            "Conv2DBackpropInput", output_shape, filters, input, name=scope,
            strides=strides, padding=padding, dilations=dilations,
            data_format="NCHW" if channels_first else "NHWC",
        )  # fmt: skip
        return squeeze(result, axis)


def conv3d_backprop_filter_v2(
    input,
    filter_sizes,
    out_backprop,
    strides,
    padding,
    data_format: str = "NDHWC",
    dilations=[1, 1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
) -> Tensor:
    """The gradient of `tf.nn.conv3d` with respect to the filter.

    Args:
      input: the volumes.
      filter_sizes: ``int32`` of shape ``[5]``: the shape of the filter.
      out_backprop: the gradient of the result, of the shape of the result.
      strides, padding, data_format, dilations: as of the convolution.
      name: the node's name; default ``"Conv3DBackpropFilterV2"``.

    Returns:
      A tensor of shape ``filter_sizes``.
    """
    return add_op(
        "Conv3DBackpropFilterV2", input, filter_sizes, out_backprop, name=name,
        strides=strides, padding=padding, data_format=data_format, dilations=dilations,
    )  # fmt: skip


def conv3d_transpose(
    value,
    filter=None,
    output_shape=None,
    strides=None,
    padding: str = "SAME",
    data_format: str | None = "NDHWC",
    name: str | None = None,
    input=None,
    filters=None,
    dilations=None,
) -> Tensor:
    """The transpose of `tf.nn.conv3d`.

    Args:
      value: a tensor of shape ``[batch, depth, height, width, in_channels]``.
      filter: a tensor of shape ``[fd, fh, fw, out_channels, in_channels]``.
      output_shape: ``int32`` of shape ``[5]``: the shape of the result.
      strides: one number, three, or one per axis.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NDHWC"`` or ``"NCDHW"``.
      name: the node's name; default ``"conv3d_transpose"``.
      input: another name of ``value``.
      filters: another name of ``filter``.
      dilations: as ``strides``; default 1.

    Returns:
      A tensor of shape ``output_shape``.

    Raises:
      ValueError: the shapes do not fit, or two names of one argument are given.
    """
    filter = either("filters", filters, "filter", filter)
    value = either("input", input, "value", value)
    return conv3d_transpose_v2(
        value, filter, output_shape, strides, padding, data_format, dilations, name
    )


def conv3d_transpose_v2(
    input,
    filters,
    output_shape,
    strides,
    padding: str = "SAME",
    data_format: str | None = "NDHWC",
    dilations=None,
    name: str | None = None,
) -> Tensor:
    """See `tf.nn.conv3d_transpose`; this is the form of `tf.compat.v2`."""
    with name_scope(name, "conv3d_transpose", [input, output_shape]) as scope:
        data_format = data_format or "NDHWC"
        channel_index = 1 if data_format.startswith("NC") else 4
        return add_op(
            "Conv3DBackpropInputV2", output_shape, filters, input, name=scope,
            strides=per_axis(strides, 3, channel_index, "strides"),
            padding=padding,
            data_format=data_format,
            dilations=per_axis(dilations, 3, channel_index, "dilations"),
        )  # fmt: skip


def conv_transpose(
    input,
    filters,
    output_shape,
    strides,
    padding: str = "SAME",
    data_format: str | None = None,
    dilations=None,
    name: str | None = None,
) -> Tensor:
    """`tf.nn.conv1d_transpose` or that of images or volumes, by the length of ``output_shape``.

    Args:
      input: a tensor of rank 3, 4 or 5.
      filters: a tensor of the same rank, its last two axes ``[out_channels, in_channels]``.
      output_shape: a tensor, or a list, of as many lengths.
      strides, padding, data_format, dilations: as of these functions.
      name: the scope of the nodes; default ``"conv_transpose"``.

    Raises:
      ValueError: ``output_shape`` has another length, or the shapes do not fit.
    """
    with name_scope(name, "conv_transpose", [input, output_shape]) as scope:
        if isinstance(output_shape, Tensor):
            n = output_shape.shape[0].value - 2
        elif isinstance(output_shape, Sized):
            n = len(output_shape) - 2
        else:
            raise ValueError(
                f"`output_shape` must be a tensor or sized collection. Received: "
                f"output_shape={output_shape}"
            )
        if not 1 <= n <= 3:
            raise ValueError(
                f"`output_shape` must be of length 3, 4 or 5. Received: "
                f"output_shape={output_shape} of length {n + 2}."
            )
        op = (conv1d_transpose, conv2d_transpose_v2, conv3d_transpose_v2)[n - 1]
        return op(
            input, filters, output_shape, strides, padding=padding, data_format=data_format,
            dilations=dilations, name=scope,
        )  # fmt: skip
