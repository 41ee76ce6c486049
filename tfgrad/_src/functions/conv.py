"""Convolutions of sequences, images and volumes.

Their transposes and gradients are in ``functions/conv_transpose.py``, dilated convolutions that
move space into the batch in ``functions/conv_dilated.py``, the op types in ``ops/conv.py``, the
derivatives in ``gradients/conv.py``.
"""

from collections.abc import Callable, Sized

from tfgrad._src.functions.join import concat
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either, expand_dims, reshape, shape, squeeze
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape

# ---------------------------------------------------------------------- arguments


def per_axis(value, n: int, channel_index: int, name: str) -> list:
    """One number per axis of an array with ``n`` spatial axes, from one, ``n`` or all of them."""
    if value is None:
        return [1] * (n + 2)
    if isinstance(value, list):
        pass
    elif isinstance(value, int) or not isinstance(value, Sized):
        value = [value]
    else:
        value = list(value)
    length = len(value)
    if length == n + 2:
        return value
    if length == 1:
        value = value * n
    elif length != n:
        raise ValueError(
            f"{name} should be of length 1, {n} or {n + 2}. Received: {name}={value} of length "
            f"{length}"
        )
    return [1, 1, *value] if channel_index == 1 else [1, *value, 1]


def padding_attrs(padding, length: int = 4) -> tuple:
    """The attributes ``padding`` and ``explicit_paddings`` for a name or a list of pairs."""
    if isinstance(padding, str | bytes) and padding in ("EXPLICIT", b"EXPLICIT"):
        raise ValueError(
            "'EXPLICIT' is not a valid value for `padding`. To use explicit padding, `padding` "
            "must be a list."
        )
    if not isinstance(padding, list | tuple):
        return padding, []
    pairs: list = []
    for i, pair in enumerate(padding):
        prefix = (
            f"When `padding` is a list, each element of `padding` must be a list/tuple of size 2. "
            f"Received: padding={padding} with element at index {i} of "
        )
        if not isinstance(pair, list | tuple):
            raise ValueError(f"{prefix}type {type(pair)}")
        if len(pair) != 2:
            raise ValueError(f"{prefix}size {len(pair)}")
        pairs.extend(pair)
    if len(padding) != length:
        raise ValueError(
            f"When padding is a list, it must be of size {length}. Received: padding={padding} of "
            f"size {len(padding)}"
        )
    return "EXPLICIT", pairs


def rank_of(value) -> int | None:
    """The rank of a tensor, variable or array, None if it is not known."""
    found = getattr(value, "shape", None)
    if found is None:
        return None
    return found.ndims if isinstance(found, TensorShape) else len(found)


def merge_batch(x, op: Callable, inner_rank: int, name: str | None) -> Tensor:
    """``op`` applied to the last ``inner_rank`` axes, with all axes before as one batch."""
    with name_scope(name, "squeeze_batch_dims", [x]):
        x = convert_to_tensor(x, name="input")
        inner, batch = x.shape[-inner_rank:], x.shape[:-inner_rank]
        if inner.is_fully_defined():
            inner_is_static = True
        else:
            inner_is_static = False
            inner = shape(x)[-inner_rank:]
        if not batch.is_fully_defined():
            batch = shape(x)[:-inner_rank]
        if inner_is_static:
            flat = reshape(x, [-1, *inner.as_list()])
        else:
            flat = reshape(x, concat(([-1], inner), axis=-1))
        y = op(flat)
        inner = y.shape[-inner_rank:]
        if not inner.is_fully_defined():
            inner = shape(y)[-inner_rank:]
        result = reshape(y, concat((batch, inner), axis=-1))
        result.set_shape(x.shape[:-inner_rank].concatenate(result.shape[-inner_rank:]))
        return result


def expanded_batch(op_type: str, x, filter, name: str | None, **attrs) -> Tensor:
    """A node, or where the batch has several axes one between two `tf.reshape`."""
    rank, most = rank_of(x), 4 if op_type == "Conv2D" else 5
    if rank is None or rank <= most:
        return add_op(op_type, x, filter, name=name, **attrs)
    return merge_batch(x, lambda flat: add_op(op_type, flat, filter, **attrs), most - 1, name)


# ---------------------------------------------------------------------- images


def conv2d(
    input,
    filter=None,
    strides=None,
    padding=None,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations=[1, 1, 1, 1],  # noqa: B006 - TensorFlow's default, never changed
    name: str | None = None,
    filters=None,
) -> Tensor:
    """The convolution of images with filters.

    ``y[b, i, j, k] = sum over p, q, c of input[b, i * s + p * d, j * s + q * d, c] * filter[p, q,
    c, k]``, that is a correlation: the filter is not turned round.

    Args:
      input: images of shape ``[batch, height, width, channels]``, or with ``"NCHW"`` ``[batch,
        channels, height, width]``; more axes in front count as batch.  ``half``, ``bfloat16``,
        ``float32``, ``float64`` or ``int32``.
      filter: a tensor of shape ``[fh, fw, channels, out_channels]``; with fewer channels the
        channels of input and output are in as many groups as that number divides them into.
      strides: how far apart two windows are: one number, two, or one per axis of ``input``.
      padding: ``"SAME"``, zeros around so that the result has ``ceil(length / stride)``;
        ``"VALID"``, none; or a list of pairs, one per axis of ``input``.
      use_cudnn_on_gpu: an attribute of the node without meaning here.
      data_format: ``"NHWC"`` or ``"NCHW"``.
      dilations: how far apart two elements of the filter are, as ``strides``.
      name: the node's name; default ``"Conv2D"``.
      filters: another name of ``filter``.

    Returns:
      A tensor of shape ``[batch, out_height, out_width, out_channels]`` in the same format.

    Raises:
      ValueError: the shapes do not fit, or an argument has another form.

    Gradient:
      `tf.nn.conv2d_backprop_input` and `tf.nn.conv2d_backprop_filter`; any order.

    Example:
      >>> image = tf.reshape(tf.range(9.0), [1, 3, 3, 1])
      >>> y = tf.nn.conv2d(image, tf.ones([2, 2, 1, 1]), strides=1, padding="VALID")
      >>> tf.Session().run(y)[0, :, :, 0]
      array([[ 8., 12.],
             [20., 24.]], dtype=float32)
    """
    filter = either("filters", filters, "filter", filter)
    padding, explicit = padding_attrs(padding)
    data_format = data_format or "NHWC"
    channel_index = 1 if data_format.startswith("NC") else 3
    return expanded_batch(
        "Conv2D", input, filter, name,
        strides=per_axis(strides, 2, channel_index, "strides"),
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit,
        data_format=data_format,
        dilations=per_axis(dilations, 2, channel_index, "dilations"),
    )  # fmt: skip


# ---------------------------------------------------------------------- sequences


def is_channels_first(data_format: str | None, names: tuple, first: tuple) -> bool:
    """Whether the channels come first."""
    if data_format is None or data_format in names:
        return False
    if data_format in first:
        return True
    raise ValueError(f"`data_format` must be 'NWC' or 'NCW'. Received: data_format={data_format}")


def conv1d(
    value=None,
    filters=None,
    stride=None,
    padding=None,
    use_cudnn_on_gpu=None,
    data_format: str | None = None,
    name: str | None = None,
    input=None,
    dilations=None,
) -> Tensor:
    """The convolution of sequences with filters, as `tf.nn.conv2d` of images of height 1.

    Args:
      value: a tensor of shape ``[batch, width, channels]``, or with ``"NCW"`` ``[batch, channels,
        width]``.
      filters: a tensor of shape ``[filter_width, channels, out_channels]``.
      stride: how far apart two windows are.
      padding: ``"SAME"`` or ``"VALID"``.
      use_cudnn_on_gpu: an attribute of the node without meaning here.
      data_format: ``"NWC"``, the default, or ``"NCW"``.
      name: the scope of the nodes; default ``"conv1d"``.
      input: another name of ``value``.
      dilations: how far apart two elements of the filter are; default 1.

    Returns:
      A tensor of shape ``[batch, out_width, out_channels]`` in the same format.

    Raises:
      ValueError: the shapes do not fit, another format, or two names of one argument are given.
    """
    value = either("input", input, "value", value)
    with name_scope(name, "conv1d", [value, filters]) as scope:
        channels_first = is_channels_first(data_format, ("NHWC", "NWC"), ("NCHW", "NCW"))
        axis, channel_index = (-2, 1) if channels_first else (-3, 2)
        attrs = {
            "strides": [1, *per_axis(stride, 1, channel_index, "stride")],
            "padding": padding,
            "use_cudnn_on_gpu": use_cudnn_on_gpu,
            "data_format": "NCHW" if channels_first else "NHWC",
            "dilations": [1, *per_axis(dilations, 1, channel_index, "dilations")],
        }
        value = expand_dims(value, axis)
        filters = expand_dims(filters, 0)
        result = expanded_batch("Conv2D", value, filters, scope, **attrs)
        return squeeze(result, [axis])


# ---------------------------------------------------------------------- volumes


def conv3d(
    input,
    filter=None,
    strides=None,
    padding=None,
    data_format: str = "NDHWC",
    dilations=[1, 1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
    filters=None,
) -> Tensor:
    """The convolution of volumes with filters.

    Args:
      input: a tensor of shape ``[batch, depth, height, width, channels]``, or with ``"NCDHW"``
        with the channels after the batch.
      filter: a tensor of shape ``[fd, fh, fw, channels, out_channels]``.
      strides: one number per axis of ``input``.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NDHWC"`` or ``"NCDHW"``.
      dilations: how far apart two elements of the filter are, one number per axis.
      name: the node's name; default ``"Conv3D"``.
      filters: another name of ``filter``.

    Returns:
      A tensor of shape ``[batch, out_depth, out_height, out_width, out_channels]`` in the same
      format.

    Raises:
      ValueError: the shapes do not fit, or two names of one argument are given.

    Gradient:
      Convolutions again; any order.
    """
    filter = either("filters", filters, "filter", filter)
    return add_op(
        "Conv3D", input, filter, name=name,
        strides=strides, padding=padding, data_format=data_format, dilations=dilations,
    )  # fmt: skip


def conv3d_v2(
    input,
    filters,
    strides,
    padding,
    data_format: str = "NDHWC",
    dilations=None,
    name: str | None = None,
) -> Tensor:
    """See `tf.nn.conv3d`; this is the form of `tf.compat.v2`."""
    dilations = [1, 1, 1, 1, 1] if dilations is None else dilations
    return expanded_batch(
        "Conv3D", input, filters, name,
        strides=strides, padding=padding, data_format=data_format, dilations=dilations,
    )  # fmt: skip
