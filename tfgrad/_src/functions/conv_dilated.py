"""Convolutions of any number of spatial axes, and dilated ones made of ordinary ones.

A dilated convolution is an ordinary one of each of the interleaved grids that the dilation makes of
an image: `tf.space_to_batch_nd`, the convolution, `tf.batch_to_space_nd`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from tfgrad._src.functions.conv import (
    conv1d,
    conv2d,
    expanded_batch,
    padding_attrs,
    per_axis,
)
from tfgrad._src.functions.conv_transpose import conv2d_transpose
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.functions.space_batch import (
    batch_to_space,
    batch_to_space_nd,
    required_space_to_batch_paddings,
    space_to_batch,
    space_to_batch_nd,
)
from tfgrad._src.functions.variables import Variable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import Dimension, TensorShape, as_shape

_CHANNELS_LAST = (
    "NWC", "NHC", "NHWC", "NWHC", "NDHWC", "NDWHC", "NHDWC", "NHWDC", "NWDHC", "NWHDC"
)  # fmt: skip


def _is_channels_first(data_format: str | None) -> bool:
    return data_format is not None and data_format.startswith("NC")


# ---------------------------------------------------------------------- by moving space


def with_space_to_batch(
    input,
    dilation_rate,
    padding,
    op: Callable,
    filter_shape=None,
    spatial_dims=None,
    data_format: str | None = None,
) -> Tensor:
    """Applies ``op`` to each of the interleaved grids that a dilation makes of ``input``.

    Args:
      input: a tensor of shape ``[batch, ...]``.
      dilation_rate: integers of shape ``[m]``, how far apart two elements of a window are.
      padding: ``"SAME"``, ``"VALID"``, or a list of pairs, one per axis of ``input``.
      op: ``op(x, num_spatial_dims, padding)``, for example a convolution without dilation; it is
        called once, with ``"VALID"`` unless all rates are 1.
      filter_shape: the shape of the window; needed for ``"SAME"``.
      spatial_dims: the axes that are dilated, in increasing order; default the ``m`` after the
        batch, or with ``data_format`` ``"NC..."`` after the channels.
      data_format: where the channels are; default last.

    Returns:
      The result of ``op`` on the whole of ``input``.

    Raises:
      ValueError: an argument has a wrong form, or ``filter_shape`` is missing.
    """
    input = convert_to_tensor(input, name="input")

    def build(num_spatial_dims, padding):
        return lambda x, _: op(x, num_spatial_dims, padding)

    return _dilated(
        input, None, dilation_rate, padding, build, filter_shape, spatial_dims, data_format
    )


def _dilated(
    x: Tensor,
    filter,
    dilation_rate,
    padding,
    build: Callable,
    filter_shape,
    spatial_dims,
    data_format: str | None,
    num_batch_dims: int = 1,
) -> Tensor:
    """``build(m, padding)(x, filter)`` applied as `with_space_to_batch` says."""
    rate = convert_to_tensor(dilation_rate, dt.int32, name="dilation_rate")
    if rate.shape.ndims not in (None, 1):
        raise ValueError(
            f"`dilation_rate.shape.rank` must be 1. Received: dilation_rate={rate} of rank "
            f"{rate.shape.ndims}"
        )
    if not rate.shape.is_fully_defined():
        raise ValueError(
            f"`dilation_rate.shape` must be fully defined. Received: dilation_rate={rate} with "
            f"shape {rate.shape}"
        )
    m = rate.dims[0]
    channels_first = _is_channels_first(data_format)
    if spatial_dims is None:
        start = num_batch_dims + channels_first
        spatial_dims = range(start, start + m)
    axes = sorted({int(i) for i in spatial_dims})
    if axes != list(spatial_dims) or any(i < 1 for i in axes):
        raise ValueError(
            f"`spatial_dims` must be a monotonically increasing sequence of positive integers. "
            f"Received: spatial_dims={list(spatial_dims)}"
        )
    least = axes[-1] if channels_first else axes[-1] + 1
    if x.dims is not None and len(x.dims) < least:
        raise ValueError(
            f"`input.shape.rank` must be at least {least}. Received: input.shape={x.shape} with "
            f"rank {len(x.dims)}"
        )
    known_rate = constant_value(rate)
    if known_rate is not None:
        if np.any(known_rate < 1):
            raise ValueError(
                f"`dilation_rate` must be positive. Received: dilation_rate={known_rate}"
            )
        if np.all(known_rate == 1):
            return build(m, padding)(x, filter)
    base = _base_paddings(
        padding, m, rate if known_rate is None else known_rate, filter_shape, channels_first
    )
    return _on_grids(x, filter, rate, axes, base, build(m, "VALID"), data_format)


def _base_paddings(padding, m: int, rate, filter_shape, channels_first: bool):
    """What the convolution pads: an array or tensor ``[m, 2]``, or a function of the filter."""
    padding, explicit = padding_attrs(padding)
    if padding == "SAME":
        if filter_shape is None:
            raise ValueError(
                f"`filter_shape` must be specified for `padding='SAME'`. Received: "
                f"filter_shape={filter_shape} and padding={padding}"
            )
        filter_shape = convert_to_tensor(filter_shape, name="filter_shape")
        known = constant_value(filter_shape)
        if known is not None:
            return _around(known, m, rate)
        return lambda filter: _around(shape_of(filter), m, rate)
    if padding == "VALID":
        return np.zeros([m, 2], np.int32)
    if padding == "EXPLICIT":
        pairs = np.array(explicit).reshape([m + 2, 2])
        return pairs[2:] if channels_first else pairs[1:-1]
    raise ValueError(f"`padding` must be one of 'SAME' or 'VALID'. Received: padding={padding}")


def _around(filter_shape, m: int, rate):
    """The padding that keeps lengths."""
    whole = (filter_shape[:m] - 1) * rate
    before = whole // 2
    after = whole - before
    return stack([[before[i], after[i]] for i in range(m)])


def _on_grids(x: Tensor, filter, rate: Tensor, axes: list, base, op: Callable, data_format):
    lengths: Any = None if x.dims is None else [x.dims[i] for i in axes]
    if lengths is None or None in lengths:
        dynamic = shape_of(x)
        lengths = stack([dynamic[i] for i in axes])
    if callable(base):
        base = base(filter)
    paddings, crops = required_space_to_batch_paddings(
        input_shape=lengths, base_paddings=base, block_shape=rate
    )
    block = _over_all_axes(rate, 1, axes)
    paddings = _over_all_axes(paddings, 0, axes)
    crops = _over_all_axes(crops, 0, axes)
    grids = space_to_batch_nd(x, block_shape=block, paddings=paddings)
    result = batch_to_space_nd(op(grids, filter), block_shape=block, crops=crops)
    if _is_channels_first(data_format) and filter is not None:
        dims = result.dims
        if dims is not None and dims[1] is None:  # the channels were among the blocks
            result.set_shape([dims[0], filter.shape[-1], *dims[2:]])
    return result


def _over_all_axes(rows: Tensor, filler: int, axes: list[int]):
    """``rows``, one per dilated axis, with rows of ``filler`` for the others before the last."""
    shape = rows.shape.as_list()[1:]
    known = constant_value(rows)
    source, parts, before, i = rows if known is None else known, [], 0, 0
    while i < len(axes):
        start = i
        if axes[start] > 1:
            parts.append(np.full([axes[start] - 1 - before, *shape], filler, rows.dtype.np))
        while i + 1 < len(axes) and axes[i + 1] == axes[i] + 1:
            i += 1
        parts.append(source[start : i + 1])
        before = axes[i]
        i += 1
    return np.concatenate(parts) if known is not None else concat(parts, 0)


# ---------------------------------------------------------------------- convolution


def convolution(
    input,
    filter,
    padding,
    strides=None,
    dilation_rate=None,
    name: str | None = None,
    data_format: str | None = None,
    filters=None,
    dilations=None,
) -> Tensor:
    """The convolution along one, two or three spatial axes.

    Args:
      input: a tensor of shape ``[batch, *space, channels]``; with ``data_format`` ``"NC..."`` the
        channels come after the batch.
      filter: a tensor of shape ``[*filter_space, channels, out_channels]``.
      padding: ``"SAME"`` or ``"VALID"``.
      strides: how far apart two windows are: one number per spatial axis; default 1.
      dilation_rate: how far apart two elements of the filter are; default 1.  If one is not 1, the
        strides must be, and the convolution is made with `tf.nn.with_space_to_batch`.
      name: the scope of the nodes; default ``"convolution"``.
      data_format: ``"NWC"``, ``"NHWC"``, ``"NDHWC"`` (the defaults), ``"NCW"``, ``"NCHW"``,
        ``"NCDHW"``.
      filters: another name of ``filter``.
      dilations: another name of ``dilation_rate``.

    Returns:
      A tensor of shape ``[batch, *out_space, out_channels]`` in the same format.

    Raises:
      ValueError: the shapes do not fit, strides and dilations are both above 1, or two names of one
        argument are given.
    """
    filter = either("filters", filters, "filter", filter)
    dilation_rate = either("dilations", dilations, "dilation_rate", dilation_rate)
    return convolution_v2(input, filter, strides, padding, data_format, dilation_rate, name)


def convolution_v2(
    input,
    filters,
    strides=None,
    padding="VALID",
    data_format: str | None = None,
    dilations=None,
    name: str | None = None,
) -> Tensor:
    """See `tf.nn.convolution`; this is the form of `tf.compat.v2`."""
    if not isinstance(filters, Variable | Tensor):
        with name_scope("convolution_internal", None, [filters, input]):
            filters = convert_to_tensor(filters, name="filters")
    if not isinstance(input, Variable | Tensor):
        with name_scope("convolution_internal", None, [filters, input]):
            input = convert_to_tensor(input, name="input")
    input_rank, filter_rank = input.shape.ndims, filters.shape.ndims
    if filter_rank:
        n = filter_rank - 2
    elif input_rank:
        n = input_rank - 2
    else:
        raise ValueError(
            f"When `num_spatial_dims` is not set, one of `input.shape.rank` or "
            f"`filters.shape.rank` must be known. Received: input.shape={input.shape} of rank "
            f"{input_rank} and filters.shape={filters.shape} of rank {filter_rank}"
        )
    batch_rank = input_rank - n - 1 if input_rank else 1
    if n not in (1, 2, 3):
        raise ValueError(f"`num_spatial_dims` must be 1, 2, or 3. Received: num_spatial_dims={n}.")
    last = data_format is None or data_format in _CHANNELS_LAST
    channel_index = batch_rank + n if last else batch_rank
    is_dilated = dilations is not None
    dilations = per_axis(dilations, n, channel_index, "dilations")
    is_dilated = is_dilated and any(d != 1 for d in dilations)
    strides = per_axis(strides, n, channel_index, "strides")
    with name_scope(name or None, "convolution", [input, filters]) as scope:
        if is_dilated:
            space = slice(2, None) if channel_index == 1 else slice(1, -1)
            return _dilated_convolution(
                input, filters, padding, strides[space], dilations[space], scope, data_format
            )
        attrs = {
            "padding": padding, "data_format": data_format, "strides": strides,
            "dilations": dilations,
        }  # fmt: skip
        if n == 1:
            attrs["stride"] = attrs.pop("strides")
            return conv1d(input, filters, name=scope, **attrs)
        return expanded_batch("Conv2D" if n == 2 else "Conv3D", input, filters, scope, **attrs)


def _checked_rates(n: int, strides, rates) -> tuple[np.ndarray, np.ndarray]:
    for what, values in (("dilation_rate", rates), ("strides", strides)):
        if len(values) != n:
            raise ValueError(
                f"`len({what})` should be {n}. Received: {what}={values} of length {len(values)}"
            )
        if np.any(np.array(values, np.int32) < 1):
            raise ValueError(
                f"all values of `{what}` must be positive. Received: {what}="
                f"{np.array(values, np.int32)}"
            )
    strides, rates = np.array(strides, np.int32), np.array(rates, np.int32)
    if np.any(strides > 1) and np.any(rates > 1):
        raise ValueError(
            f"`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
            f"strides={strides} and dilation_rate={rates}"
        )
    return strides, rates


def _dilated_convolution(
    x, filters, padding, strides, rates, name: str, data_format: str | None
) -> Tensor:
    x_shape, w_shape = as_shape(x.shape), as_shape(filters.shape)
    n = (w_shape.ndims or x_shape.ndims) - 2
    if x_shape.ndims is not None and x_shape.ndims < n + 2:
        raise ValueError(
            f"`input.shape.rank` must be >= than `num_spatial_dims + 2`. Received: "
            f"input.shape={x_shape} of rank {x_shape.ndims} and num_spatial_dims={n}"
        )
    batch_rank = 1 if x_shape.ndims is None else x_shape.ndims - n - 1
    channels_first = _is_channels_first(data_format)
    channels = _dim(x_shape, batch_rank if channels_first else n + batch_rank)
    of_filter = _dim(w_shape, n)
    if not (channels % of_filter).is_compatible_with(0):
        raise ValueError(
            f"The number of input channels is not divisible by the corresponding number of output "
            f"filters. Received: input.shape={x_shape} with {channels} channels and "
            f"filters.shape={w_shape} with {of_filter} output filters."
        )
    strides, rates = _checked_rates(n, strides, rates)
    start = batch_rank + channels_first

    def build(_, padding):
        return _undilated(x_shape, w_shape, padding, strides, name, data_format, batch_rank)

    return _dilated(
        convert_to_tensor(x) if isinstance(x, Variable) else x,
        filters, rates, padding, build, w_shape, range(start, start + n), data_format, batch_rank,
    )  # fmt: skip


def _dim(shape: TensorShape, index: int) -> Dimension:
    return Dimension(None) if shape.dims is None else shape.dims[index]


def _undilated(
    x_shape: TensorShape,
    w_shape: TensorShape,
    padding,
    strides: np.ndarray,
    name: str,
    data_format: str | None,
    batch_rank: int,
) -> Callable:
    """A function that convolves one grid."""
    if w_shape.ndims is not None:
        x_shape = x_shape.with_rank(w_shape.ndims + batch_rank - 1)
    if x_shape.ndims is None:
        raise ValueError(
            f"Rank of convolution must be known. Received: input_shape={x_shape} of rank "
            f"{x_shape.ndims}"
        )
    n = x_shape.ndims - batch_rank - 1
    formats = (("NWC", "NCW", "NHWC", "NCHW"), ("NHWC", "NCHW"), ("NDHWC", "NCDHW"))[n - 1]
    if data_format is not None and data_format not in formats:
        raise ValueError(
            f"`data_format` must be '{formats[0]}' or '{formats[1]}'. Received: "
            f"data_format={data_format}"
        )
    steps = [int(s) for s in strides]
    if n == 1:
        return lambda x, filter: conv1d(
            x, filter, steps[0], padding, data_format=data_format or "NWC", name=name
        )
    steps = [1, 1, *steps] if _is_channels_first(data_format) else [1, *steps, 1]
    if n == 2:
        return lambda x, filter: conv2d(
            x, filter, steps, padding, data_format=data_format or "NHWC", name=name
        )
    return lambda x, filter: expanded_batch(
        "Conv3D", x, filter, name, strides=steps, padding=padding, data_format=data_format
    )


# ---------------------------------------------------------------------- images


def atrous_conv2d(value, filters, rate, padding, name: str | None = None) -> Tensor:
    """The convolution of images with a filter whose elements are ``rate`` apart.

    Args:
      value: images of shape ``[batch, height, width, channels]``.
      filters: a tensor of shape ``[fh, fw, channels, out_channels]``.
      rate: how far apart two elements of the filter are, at least 1.
      padding: ``"SAME"`` or ``"VALID"``.
      name: the scope of the nodes; default ``"convolution"``.

    Returns:
      A tensor of shape ``[batch, out_height, out_width, out_channels]``.

    Raises:
      ValueError: the shapes do not fit, another padding, or a rate below 1.
    """
    return convolution(
        input=value, filter=filters, padding=padding, dilation_rate=np.broadcast_to(rate, (2,)),
        name=name,
    )  # fmt: skip


def atrous_conv2d_transpose(
    value, filters, output_shape, rate, padding, name: str | None = None
) -> Tensor:
    """The transpose of `tf.nn.atrous_conv2d`.

    Args:
      value: a tensor of shape ``[batch, height, width, in_channels]``.
      filters: a tensor of shape ``[fh, fw, out_channels, in_channels]``.
      output_shape: the shape of the result: a tensor of shape ``[4]`` or a list.
      rate: how far apart two elements of the filter are, at least 1.
      padding: ``"SAME"`` or ``"VALID"``.
      name: the scope of the nodes; default ``"atrous_conv2d_transpose"``.

    Returns:
      A tensor of shape ``output_shape``.

    Raises:
      ValueError: the shapes do not fit, another padding, or a rate below 1.
    """
    with name_scope(name, "atrous_conv2d_transpose", [value, filters, output_shape]):
        value = convert_to_tensor(value, name="value")
        filters = convert_to_tensor(filters, name="filters")
        channels, expected = value.get_shape()[3], filters.get_shape()[3]
        if not channels.is_compatible_with(expected):
            raise ValueError(
                f"`value` channel count must be compatible with `filters` input channel count. "
                f"Received: value.shape={value.get_shape()} with channel count {channels} and "
                f"filters.shape={filters.get_shape()} with input channel count {expected}."
            )
        if rate < 1:
            raise ValueError(f"`rate` cannot be less than one. Received: rate={rate}")
        if rate == 1:
            return conv2d_transpose(
                value, filters, output_shape, strides=[1, 1, 1, 1], padding=padding,
                data_format="NHWC",
            )  # fmt: skip
        as_tensor = convert_to_tensor(output_shape, name="output_shape")
        if not as_tensor.get_shape().is_compatible_with(TensorShape([4])):
            raise ValueError(
                f"`output_shape` must have shape (4,). Received: "
                f"output_shape={as_tensor.get_shape()}"
            )
        if isinstance(output_shape, tuple):
            output_shape = list(output_shape)
        if isinstance(output_shape, list | np.ndarray):
            out = filters.get_shape()[2]
            if not out.is_compatible_with(output_shape[3]):
                raise ValueError(
                    f"`output_shape` channel count must be compatible with `filters` output "
                    f"channel count. Received: output_shape={output_shape} with channel count "
                    f"{output_shape[3]} and filters.shape={filters.get_shape()} with output "
                    f"channel count {expected}."
                )
        return _transposed_on_grids(value, filters, output_shape, rate, padding)


def _transposed_on_grids(value: Tensor, filters: Tensor, output_shape, rate, padding) -> Tensor:
    if padding == "SAME":
        static = filters.get_shape()
        lengths: Any = static.as_list() if static.is_fully_defined() else shape_of(filters)
        height, width = lengths[0], lengths[1]
        whole = [n + (n - 1) * (rate - 1) for n in (height, width)]
        height, width = whole[0] - 1, whole[1] - 1
        top = height // 2
        bottom = height - top
        left = width // 2
        right = width - left
    elif padding == "VALID":
        top = bottom = left = right = 0
    else:
        raise ValueError(f"`padding` must be either 'VALID' or 'SAME'. Received: padding={padding}")
    height = output_shape[1] + top + bottom
    width = output_shape[2] + left + right
    more_height = (rate - height % rate) % rate
    more_width = (rate - width % rate) % rate
    grids = space_to_batch(value, paddings=[[0, more_height], [0, more_width]], block_size=rate)
    sizes = [
        rate * rate * output_shape[0],
        (height + more_height) // rate,
        (width + more_width) // rate,
        output_shape[3],
    ]
    result = add_op(
        "Conv2DBackpropInput", sizes, filters, grids,
        strides=[1, 1, 1, 1], padding="VALID", data_format="NHWC",
    )  # fmt: skip
    crops = [[top, bottom + more_height], [left, right + more_width]]
    return batch_to_space(result, crops=crops, block_size=rate)
