"""Pooling: the maximum or the mean under a window that slides over images or volumes.

The op types are in ``ops/pool.py``, the derivatives in ``gradients/pool.py``; pooling of random
regions is in ``functions/pool_fractional.py``.

Every function takes windows and strides as one number, one per axis of space, or one per axis; and
``padding`` as ``"SAME"`` (``ceil(n / s)`` windows, padded as equally as possible, the extra element
after) or ``"VALID"`` (``ceil((n - k + 1) / s)`` windows, none sticks out).  Padding is never a
maximum and does not count in a mean.
"""

from collections.abc import Sized

import numpy as np

from tfgrad._src.functions.conv_dilated import with_space_to_batch
from tfgrad._src.functions.results import add_named
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either, expand_dims, squeeze
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor

# ---------------------------------------------------------------------- arguments


def _per_axis(value, n: int, channels_first: bool, name: str) -> list:
    """``value`` with one number for each of the ``n + 2`` axes."""
    if value is None:
        return [1] * (n + 2)
    value = list(value) if isinstance(value, Sized) else [value]
    if len(value) == n + 2:
        return value
    if len(value) == 1:
        value = value * n
    elif len(value) != n:
        raise ValueError(
            f"{name} should be of length 1, {n} or {n + 2}. "
            f"Received: {name}={value} of length {len(value)}"
        )
    return [1, 1, *value] if channels_first else [1, *value, 1]


def _paddings(padding, length: int = 4) -> tuple:
    """The attributes ``padding`` and ``explicit_paddings``."""
    if isinstance(padding, str) and padding == "EXPLICIT":
        raise ValueError(
            "'EXPLICIT' is not a valid value for `padding`. To use explicit padding, `padding` "
            "must be a list."
        )
    if not isinstance(padding, list | tuple):
        return padding, []
    for i, pair in enumerate(padding):
        wrong = None
        if not isinstance(pair, list | tuple):
            wrong = f"type {type(pair)}"
        elif len(pair) != 2:
            wrong = f"size {len(pair)}"
        if wrong:
            raise ValueError(
                "When `padding` is a list, each element of `padding` must be a list/tuple of size "
                f"2. Received: padding={padding} with element at index {i} of {wrong}"
            )
    if len(padding) != length:
        raise ValueError(
            f"When padding is a list, it must be of size {length}. "
            f"Received: padding={padding} of size {len(padding)}"
        )
    return "EXPLICIT", [n for pair in padding for n in pair]


def _no_explicit_padding_of_split_channels(padding, data_format) -> None:
    if isinstance(padding, list | tuple) and data_format == "NCHW_VECT_C":
        raise ValueError(
            "`data_format='NCHW_VECT_C'` is not supported with explicit padding. "
            f"Received: padding={padding}"
        )


def _windows(n: int, ksize, strides, data_format: str) -> dict:
    first = data_format.startswith("NC")
    return {
        "ksize": _per_axis(ksize, n, first, "ksize"),
        "strides": _per_axis(strides, n, first, "strides"),
    }


def _space_of(input, data_format) -> int:
    """The number of axes of space of an image, a sequence or a volume."""
    if not isinstance(input, Tensor) and not hasattr(input, "shape"):
        raise AttributeError(f"'{type(input).__name__}' object has no attribute 'shape'")
    dims = input.dims if isinstance(input, Tensor) else input.shape.as_list()
    if dims is not None:
        n = len(dims) - 2
    elif data_format is not None:
        n = len(data_format) - 2
    else:  # TensorFlow asks for the length of the unknown shape
        raise ValueError("Cannot take the length of shape with unknown rank.")
    if not 1 <= n <= 3:
        raise ValueError(
            f"`input.shape.rank` must be 3, 4 or 5. Received: input.shape={input.shape} of rank "
            f"{n + 2}."
        )
    return n


def _of_sequence(op_type: str, input, data_format, name: str, **attrs) -> Tensor:
    """Pools a sequence as an image of height 1, or with channels first of width 1."""
    axis = 1 if data_format == "NWC" else 2
    attrs["data_format"] = "NHWC" if data_format == "NWC" else "NCHW"
    image = expand_dims(input, axis)
    return squeeze(add_op(op_type, image, name=name, **attrs), axis)


# ---------------------------------------------------------------------- maxima


def max_pool(
    value, ksize, strides, padding, data_format="NHWC", name: str | None = None, input=None
) -> Tensor:
    """The maximum under a window that slides over images.

    ``y[b, i, j, c] = max over di < k_h, dj < k_w of value[b, i s_h + di, j s_w + dj, c]``, where
    what sticks out of the image is left out.

    Args:
      value: images of shape ``[batch, height, width, channels]``, or with ``"NCHW"``
        ``[batch, channels, height, width]``; real numbers.
      ksize: the lengths of the window: one number, two (height, width), or four, one per axis.
      strides: the steps of the window, likewise.
      padding: ``"SAME"``, ``"VALID"``, or four pairs (before, after), each less than the window,
        those of batch and channels zero.
      data_format: ``"NHWC"`` or ``"NCHW"``.
      name: the node's name; default ``"MaxPool"``.
      input: another name of ``value``.

    Returns:
      Maxima of shape ``[batch, out_height, out_width, channels]`` or as ``data_format`` says.  A
      nan is no maximum; where a window has nothing else, the lowest finite number is given.

    Raises:
      ValueError: windows have the wrong length or do not fit, or both names are given.
      InvalidArgumentError: they do not fit shapes that are known at run time only.

    Gradient:
      To the first of the largest elements of each window.  There are derivatives of all orders.

    Example:
      >>> x = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
      >>> y = tf.nn.max_pool(x, ksize=2, strides=2, padding="SAME")
      >>> tf.Session().run(y)[0, :, :, 0]
      array([[ 5.,  7.],
             [13., 15.]], dtype=float32)
    """
    value = either("input", input, "value", value)
    with name_scope(name, "MaxPool", [value]) as scope:
        data_format = data_format or "NHWC"
        window = _windows(2, ksize, strides, data_format)
        _no_explicit_padding_of_split_channels(padding, data_format)
        padding, explicit = _paddings(padding)
        if any(isinstance(k, int | np.integer) and k == 0 for k in window["ksize"]):
            raise ValueError(f"`ksize` cannot be zero. Received: ksize={window['ksize']}")
        return add_op(
            "MaxPool", value, **window, padding=padding, explicit_paddings=explicit,
            data_format=data_format, name=scope,
        )  # fmt: skip


def max_pool2d(
    input, ksize, strides, padding, data_format="NHWC", name: str | None = None
) -> Tensor:
    """See `tf.nn.max_pool`; the node is called ``"MaxPool2d"``."""
    with name_scope(name, "MaxPool2d", [input]) as scope:
        data_format = data_format or "NHWC"
        window = _windows(2, ksize, strides, data_format)
        _no_explicit_padding_of_split_channels(padding, data_format)
        padding, explicit = _paddings(padding)
        return add_op(
            "MaxPool", input, **window, padding=padding, explicit_paddings=explicit,
            data_format=data_format, name=scope,
        )  # fmt: skip


def max_pool1d(
    input, ksize, strides, padding, data_format="NWC", name: str | None = None
) -> Tensor:
    """The maximum under a window that slides over sequences.

    Args:
      input: sequences of shape ``[batch, width, channels]``, or with ``"NCW"``
        ``[batch, channels, width]``.
      ksize: the length of the window: one number or three, one per axis.
      strides: its step, likewise.
      padding: ``"SAME"``, ``"VALID"``, or three pairs (before, after).
      data_format: ``"NWC"`` or ``"NCW"``.
      name: the scope of the nodes; default ``"MaxPool1d"``.

    Returns:
      Maxima of shape ``[batch, out_width, channels]`` or ``[batch, channels, out_width]``.

    Raises:
      ValueError: windows have the wrong length or do not fit.

    Example:
      >>> y = tf.nn.max_pool1d([[[1.0], [3.0], [2.0], [0.0]]], 2, 2, "VALID")
      >>> tf.Session().run(y)[0, :, 0]
      array([3., 2.], dtype=float32)
    """
    with name_scope(name, "MaxPool1d", [input]) as scope:
        _no_explicit_padding_of_split_channels(padding, data_format)
        data_format = data_format or "NWC"
        window = {k: [1, *v] for k, v in _windows(1, ksize, strides, data_format).items()}
        padding, explicit = _paddings(padding, 3)
        if explicit:
            explicit = [0, 0, *explicit]
        return _of_sequence(
            "MaxPool", input, data_format, scope, **window, padding=padding,
            explicit_paddings=explicit,
        )  # fmt: skip


def max_pool3d(
    input, ksize, strides, padding, data_format="NDHWC", name: str | None = None
) -> Tensor:
    """The maximum under a window that slides over volumes.

    Args:
      input: volumes of shape ``[batch, depth, height, width, channels]``, or with ``"NCDHW"``
        ``[batch, channels, depth, height, width]``; ``half``, ``bfloat16`` or ``float32``.
      ksize: the lengths of the window: one number, three, or five, one per axis.
      strides: its steps, likewise.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NDHWC"`` or ``"NCDHW"``.
      name: the node's name; default ``"MaxPool3D"``.

    Returns:
      Maxima of shape ``[batch, out_depth, out_height, out_width, channels]`` or as ``data_format``
      says.

    Raises:
      ValueError: windows have the wrong length or do not fit.

    Gradient:
      To each of the largest elements of a window, all of it, as in TensorFlow's CPU kernel.
    """
    with name_scope(name, "MaxPool3D", [input]) as scope:
        data_format = data_format or "NDHWC"
        window = _windows(3, ksize, strides, data_format)
        return add_op(
            "MaxPool3D", input, **window, padding=padding, data_format=data_format, name=scope
        )


def max_pool_v2(
    input, ksize, strides, padding, data_format=None, name: str | None = None
) -> Tensor:
    """The maximum under a window, of sequences, images or volumes by the rank of ``input``.

    See `tf.nn.max_pool1d`, `tf.nn.max_pool2d` and `tf.nn.max_pool3d`.

    Raises:
      ValueError: the rank is not 3, 4 or 5, or padding is given by numbers for rank 5.
    """
    n = _space_of(input, data_format)
    first = data_format is not None and data_format.startswith("NC")
    _no_explicit_padding_of_split_channels(padding, data_format)
    ksize = _per_axis(ksize, n, first, "ksize")
    strides = _per_axis(strides, n, first, "strides")
    if isinstance(padding, list | tuple) and n == 3:
        raise ValueError(
            "Explicit padding is not supported with an input tensor of rank 5. "
            f"Received: padding={padding}"
        )
    if n < 3:
        function = max_pool1d if n == 1 else max_pool2d
        return function(input, ksize, strides, padding, data_format, name)
    return add_op(
        "MaxPool3D", input, ksize=ksize, strides=strides, padding=padding,
        data_format=data_format, name=name,
    )  # fmt: skip


def max_pool_with_argmax_v2(
    input, ksize, strides, padding, data_format="NHWC", output_dtype=dt.int64,
    include_batch_in_index: bool = False, name: str | None = None,
) -> tuple:  # fmt: skip
    """See `tf.nn.max_pool_with_argmax`; windows may be given as one or two numbers."""
    _only_channels_last(data_format)
    window = _windows(2, ksize, strides, data_format)
    return add_named(
        "MaxPoolWithArgmax", input, **window, padding=padding, Targmax=output_dtype,
        include_batch_in_index=include_batch_in_index, name=name,
    )  # fmt: skip


def max_pool_with_argmax_v1(
    input, ksize, strides, padding, data_format="NHWC", Targmax=None, name: str | None = None,
    output_dtype=None, include_batch_in_index: bool = False,
) -> tuple:  # fmt: skip
    """The maximum under a window that slides over images, and where it was.

    Args:
      input: images of shape ``[batch, height, width, channels]``; real numbers.
      ksize: the lengths of the window, one per axis: ``[1, k_h, k_w, 1]``.
      strides: its steps, likewise.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: must be ``"NHWC"``.
      Targmax: ``int32`` or ``int64`` (the default), the type of the places.
      name: the node's name; default ``"MaxPoolWithArgmax"``.
      output_dtype: another name of ``Targmax``.
      include_batch_in_index: count places through the whole batch.

    Returns:
      The maxima, of shape ``[batch, out_height, out_width, channels]``, and in the same shape their
      places ``(i * width + j) * channels + c`` in their image, the first of equal ones.

    Raises:
      ValueError: ``data_format`` is another one, both names are given, or windows do not fit.

    Example:
      >>> x = tf.constant([1.0, 4.0, 4.0, 2.0], shape=[1, 2, 2, 1])
      >>> y, places = tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
      >>> tf.Session().run(places)
      array([[[[1]]]])
    """
    _only_channels_last(data_format)
    dtype = either("output_dtype", output_dtype, "Targmax", Targmax)
    return add_named(
        "MaxPoolWithArgmax", input, ksize=ksize, strides=strides, padding=padding,
        Targmax=dt.int64 if dtype is None else dtype,
        include_batch_in_index=include_batch_in_index, name=name,
    )  # fmt: skip


def _only_channels_last(data_format) -> None:
    if data_format != "NHWC":
        raise ValueError(
            "`data_format` values other  than 'NHWC' are not supported. "
            f"Received: data_format={data_format}"
        )


# ---------------------------------------------------------------------- means


def _avg_pool(
    n: int, op_type: str, default: str, input, ksize, strides, padding, data_format, name
):
    with name_scope(name, default, [input]) as scope:
        data_format = data_format or ("NHWC", "NDHWC")[n - 2]
        window = _windows(n, ksize, strides, data_format)
        return add_op(
            op_type, input, **window, padding=padding, data_format=data_format, name=scope
        )


def avg_pool(
    value, ksize, strides, padding, data_format="NHWC", name: str | None = None, input=None
) -> Tensor:
    """The mean under a window that slides over images.

    ``y[b, i, j, c] = mean over di < k_h, dj < k_w of value[b, i s_h + di, j s_w + dj, c]``; what
    sticks out of the image is left out and does not count.

    Args:
      value: images of shape ``[batch, height, width, channels]``, or with ``"NCHW"``
        ``[batch, channels, height, width]``; ``half``, ``bfloat16``, ``float32`` or ``float64``.
      ksize: the lengths of the window: one number, two (height, width), or four, one per axis.
      strides: the steps of the window, likewise.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NHWC"`` or ``"NCHW"``.
      name: the node's name; default ``"AvgPool"``.
      input: another name of ``value``.

    Returns:
      Means of shape ``[batch, out_height, out_width, channels]`` or as ``data_format`` says.

    Raises:
      ValueError: windows have the wrong length or do not fit, or both names are given.
      InvalidArgumentError: they do not fit shapes that are known at run time only.

    Gradient:
      In equal parts to the elements of each window.

    Example:
      >>> x = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
      >>> y = tf.nn.avg_pool(x, ksize=2, strides=2, padding="SAME")
      >>> tf.Session().run(y)[0, :, :, 0]
      array([[ 2.5,  4.5],
             [10.5, 12.5]], dtype=float32)
    """
    with name_scope(name, "AvgPool", [value]) as scope:
        value = either("input", input, "value", value)
        data_format = data_format or "NHWC"
        window = _windows(2, ksize, strides, data_format)
        return add_op(
            "AvgPool", value, **window, padding=padding, data_format=data_format, name=scope
        )


def avg_pool1d(
    input, ksize, strides, padding, data_format="NWC", name: str | None = None
) -> Tensor:
    """The mean under a window that slides over sequences.

    Args:
      input: sequences of shape ``[batch, width, channels]``, or with ``"NCW"``
        ``[batch, channels, width]``.
      ksize: the length of the window: one number or three, one per axis.
      strides: its step, likewise.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NWC"`` or ``"NCW"``.
      name: the scope of the nodes; default ``"AvgPool1D"``.

    Returns:
      Means of shape ``[batch, out_width, channels]`` or ``[batch, channels, out_width]``.

    Raises:
      ValueError: windows have the wrong length or do not fit.

    Example:
      >>> y = tf.nn.avg_pool1d([[[1.0], [3.0], [2.0], [0.0]]], 2, 2, "VALID")
      >>> tf.Session().run(y)[0, :, 0]
      array([2., 1.], dtype=float32)
    """
    with name_scope(name, "AvgPool1D", [input]) as scope:
        data_format = data_format or "NWC"
        window = {k: [1, *v] for k, v in _windows(1, ksize, strides, data_format).items()}
        return _of_sequence("AvgPool", input, data_format, scope, **window, padding=padding)


def avg_pool3d(
    input, ksize, strides, padding, data_format="NDHWC", name: str | None = None
) -> Tensor:
    """The mean under a window that slides over volumes.

    Args:
      input: volumes of shape ``[batch, depth, height, width, channels]``, or with ``"NCDHW"``
        ``[batch, channels, depth, height, width]``; floats.
      ksize: the lengths of the window: one number, three, or five, one per axis.
      strides: its steps, likewise.
      padding: ``"SAME"`` or ``"VALID"``.
      data_format: ``"NDHWC"`` or ``"NCDHW"``.
      name: the node's name; default ``"AvgPool3D"``.

    Returns:
      Means of shape ``[batch, out_depth, out_height, out_width, channels]`` or as ``data_format``
      says.

    Raises:
      ValueError: windows have the wrong length or do not fit.
    """
    return _avg_pool(3, "AvgPool3D", "AvgPool3D", input, ksize, strides, padding, data_format, name)


def avg_pool_v2(
    input, ksize, strides, padding, data_format=None, name: str | None = None
) -> Tensor:
    """The mean under a window, of sequences, images or volumes by the rank of ``input``.

    See `tf.nn.avg_pool1d`, `tf.nn.avg_pool2d` and `tf.nn.avg_pool3d`.

    Raises:
      ValueError: the rank is not 3, 4 or 5.
    """
    n = _space_of(input, data_format)
    first = data_format is not None and data_format.startswith("NC")
    ksize = _per_axis(ksize, n, first, "ksize")
    strides = _per_axis(strides, n, first, "strides")
    if n == 1:
        return avg_pool1d(input, ksize, strides, padding, data_format, name)
    return add_op(
        "AvgPool" if n == 2 else "AvgPool3D", input, ksize=ksize, strides=strides,
        padding=padding, data_format=data_format, name=name,
    )  # fmt: skip


# ---------------------------------------------------------------------- any pooling


def _steps(n: int, strides, dilation_rate) -> tuple[np.ndarray, np.ndarray]:
    found = []
    for name, values in (("dilation_rate", dilation_rate), ("strides", strides)):
        if values is None:
            values = [1] * n
        elif len(values) != n:
            raise ValueError(
                f"`len({name})` should be {n}. Received: {name}={values} of length {len(values)}"
            )
        values = np.array(values, np.int32)
        if np.any(values < 1):
            raise ValueError(f"all values of `{name}` must be positive. Received: {name}={values}")
        found.append(values)
    dilation_rate, strides = found
    if np.any(strides > 1) and np.any(dilation_rate > 1):
        raise ValueError(
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`. "
            f"Received: strides={strides} and dilation_rate={dilation_rate}"
        )
    return strides, dilation_rate


_POOLS = {
    ("MAX", 1): max_pool, ("MAX", 2): max_pool, ("MAX", 3): max_pool3d,
    ("AVG", 1): avg_pool, ("AVG", 2): avg_pool, ("AVG", 3): avg_pool3d,
}  # fmt: skip


def pool(
    input, window_shape, pooling_type, padding, dilation_rate=None, strides=None,
    name: str | None = None, data_format=None, dilations=None,
) -> Tensor:  # fmt: skip
    """The maximum or the mean under a window over 1, 2 or 3 axes of space.

    Args:
      input: an array of shape ``[batch, n1, ..., channels]``, or ``[batch, channels, n1, ...]`` if
        ``data_format`` starts with ``"NC"``; with as many axes of space as ``window_shape`` has
        numbers.
      window_shape: the lengths of the window.
      pooling_type: ``"MAX"`` or ``"AVG"``.
      padding: ``"SAME"`` or ``"VALID"``.
      dilation_rate: the distances between the elements of a window; default 1.
      strides: the steps of the window; default 1.
      name: the scope of the nodes; default ``"max_pool"`` or ``"avg_pool"``.
      data_format: ``"NWC"``, ``"NHWC"``, ``"NDHWC"`` or their like with ``"NC"``.
      dilations: another name of ``dilation_rate``.

    Returns:
      An array of shape ``[batch, o1, ..., channels]`` or ``[batch, channels, o1, ...]``.

    Raises:
      ValueError: the number of axes is none of these, strides exceed the window or stand beside a
        dilation, or a dilation beside ``"SAME"``.

    Example:
      >>> y = tf.nn.pool([[[1.0], [3.0], [2.0]]], [2], "MAX", "VALID")
      >>> tf.Session().run(y)[0, :, 0]
      array([3., 3.], dtype=float32)
    """
    dilation_rate = either("dilations", dilations, "dilation_rate", dilation_rate)
    with name_scope(name, f"{pooling_type.lower()}_pool", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        n = len(window_shape)
        if not 1 <= n <= 3:
            raise ValueError(
                f"`len(window_shape)` must be 1, 2, or 3. Received: window_shape={window_shape} of "
                f"length {n}"
            )
        input.get_shape().with_rank(n + 2)
        strides, dilation_rate = _steps(n, strides, dilation_rate)
        if padding == "SAME" and np.any(dilation_rate > 1):
            raise ValueError(
                "pooling with 'SAME' padding is not implemented for `dilation_rate` > 1. "
                f"Received: padding={padding} and dilation_rate={dilation_rate}"
            )
        if np.any(strides > window_shape):
            raise ValueError(
                "`strides` > `window_shape` not supported due to inconsistency between CPU and GPU "
                f"implementations. Received: strides={strides} and window_shape={window_shape}"
            )
        if (pooling_type, n) not in _POOLS:
            raise ValueError(f"{n}-D {pooling_type} pooling is not supported.")
        first = data_format is not None and data_format.startswith("NC")
        space = range(2, n + 2) if first else range(1, n + 1)
        ksize = _per_axis(list(window_shape), n, first, "ksize")
        steps = _per_axis(strides.tolist(), n, first, "strides")
        if n == 1:
            if data_format not in (None, "NWC", "NCW"):
                raise ValueError(
                    "data_format must be either 'NWC' or 'NCW'. "
                    f"Received: data_format={data_format}"
                )
            ksize, steps = [1, *ksize], [1, *steps]
            data_format = "NCHW" if first else "NHWC"

        def one(x, _, padding):
            if n == 1:
                x = expand_dims(x, space[0])
            kind = _POOLS[pooling_type, n]
            y = kind(x, ksize, steps, padding, name=scope, data_format=data_format)
            return squeeze(y, [space[0]]) if n == 1 else y

        return with_space_to_batch(
            input=input, dilation_rate=dilation_rate, padding=padding, op=one,
            spatial_dims=space, filter_shape=window_shape,
        )  # fmt: skip
