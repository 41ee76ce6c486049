"""Moments and normalisation, written out in simpler operations."""

from tfgrad._src.functions.bias import bias_add
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import identity, stop_gradient
from tfgrad._src.functions.cwise_binary import div_no_nan, maximum, squared_difference
from tfgrad._src.functions.cwise_unary import imag, real
from tfgrad._src.functions.fill import zeros, zeros_like
from tfgrad._src.functions.linalg import matmul
from tfgrad._src.functions.reduce import reduce_mean, reduce_prod, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either, rank, shape, size, squeeze
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor

# ---------------------------------------------------------------------- moments


def moments(
    x, axes, shift=None, name: str | None = None, keep_dims=None, keepdims=None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance of the elements along ``axes``.

    The variance is ``mean((x - mean(x))**2)``, divided by the number of elements, not by one less.

    Args:
      x: a tensor of floats.
      axes: a list of axes, for example ``[0]`` for a batch, ``[0, 1, 2]`` for images.
      shift: not used.
      name: the scope of the nodes; default ``"moments"``.
      keep_dims: the deprecated name of ``keepdims``.
      keepdims: keep the axes, with length 1.

    Returns:
      ``(mean, variance)``; ``half`` is computed in ``float32``.

    Example:
      >>> mean, variance = tf.nn.moments(tf.constant([[1.0, 2.0], [3.0, 6.0]]), [0])
      >>> tf.Session().run([mean, variance])
      [array([2., 4.], dtype=float32), array([1., 4.], dtype=float32)]
    """
    keepdims = either("keepdims", keepdims, "keep_dims", keep_dims)
    with name_scope(name, "moments", [x, axes]):
        is_half = x.dtype.base_dtype is dt.float16
        y = cast(x, dt.float32) if is_half else x
        mean = reduce_mean(y, axes, keepdims=True, name="mean")
        # The gradient through this use of the mean is zero; stopping it saves nodes.
        difference = squared_difference(y, stop_gradient(mean))
        variance = reduce_mean(difference, axes, keepdims=True, name="variance")
        if not keepdims:
            mean = squeeze(mean, axes)
            variance = squeeze(variance, axes)
        if is_half:
            return cast(mean, dt.float16), cast(variance, dt.float16)
        return mean, variance


def weighted_moments(
    x, axes, frequency_weights, name: str | None = None, keep_dims=None, keepdims=None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance along ``axes``, in which each element counts with its weight.

    Args:
      x: a tensor of floats.
      axes: a list of axes.
      frequency_weights: weights that broadcast against ``x``.
      name: the scope of the nodes; default ``"weighted_moments"``.
      keep_dims: the deprecated name of ``keepdims``.
      keepdims: keep the axes, with length 1.

    Returns:
      ``(mean, variance)``; where all weights are 0, 0.
    """
    keepdims = either("keepdims", keepdims, "keep_dims", keep_dims)
    with name_scope(name, "weighted_moments", [x, frequency_weights, axes]):
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(frequency_weights, name="frequency_weights")
        is_half = x.dtype.base_dtype is dt.float16
        if is_half:
            x = cast(x, dt.float32)
        if weights.dtype.base_dtype is not x.dtype.base_dtype:
            weights = cast(weights, x.dtype)
        total = reduce_sum(weights * x, axes, name="weighted_input_sum", keepdims=True)
        spread = weights + zeros_like(x)
        count = reduce_sum(spread, axes, name="sum_of_weights", keepdims=True)
        mean = div_no_nan(total, count)
        distances = reduce_sum(
            weights * squared_difference(x, mean), axes, name="weighted_distsq", keepdims=True
        )
        variance = div_no_nan(distances, count)
        if not keepdims:
            mean = squeeze(mean, axis=axes)
            variance = squeeze(variance, axis=axes)
        if is_half:
            return cast(mean, dt.float16), cast(variance, dt.float16)
        return mean, variance


def sufficient_statistics(
    x, axes, shift=None, keep_dims=None, name: str | None = None, keepdims=None
) -> tuple:
    """What `tf.nn.normalize_moments` needs: a count, a sum and a sum of squares.

    Args:
      x: a tensor of floats.
      axes: a list of axes.
      shift: is subtracted from ``x`` first, for accuracy; None for nothing.
      keep_dims: the deprecated name of ``keepdims``.
      name: the scope of the nodes; default ``"sufficient_statistics"``.
      keepdims: keep the axes, with length 1.

    Returns:
      ``(count, sum of x - shift, sum of (x - shift)**2, shift)``.
    """
    axes = list(set(axes))
    keepdims = bool(either("keepdims", keepdims, "keep_dims", keep_dims))
    with name_scope(name, "sufficient_statistics", [x, shift]):
        x = convert_to_tensor(x, name="x")
        dims = x.dims
        if dims is not None and all(dims[d] is not None for d in axes):
            count = 1
            for d in axes:
                count *= dims[d]
            counts = constant(count, dtype=x.dtype)
        else:
            n = rank(x)
            positive = [axis + n if axis < 0 else axis for axis in axes]
            lengths = add_op("GatherV2", cast(shape(x), x.dtype), positive, 0)
            counts = reduce_prod(lengths, name="count")
        if shift is None:
            first, second = x, add_op("Square", x)
        else:
            shift = convert_to_tensor(shift, name="shift")
            first, second = add_op("Sub", x, shift), squared_difference(x, shift)
        first = reduce_sum(first, axes, keepdims=keepdims, name="mean_ss")
        second = reduce_sum(second, axes, keepdims=keepdims, name="var_ss")
    return counts, first, second, shift


def normalize_moments(
    counts, mean_ss, variance_ss, shift, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance from sufficient statistics.

    Args:
      counts: the number of elements.
      mean_ss: the sum of ``x - shift``.
      variance_ss: the sum of ``(x - shift)**2``.
      shift: what was subtracted, or None.
      name: the scope of the nodes; default ``"normalize"``.

    Returns:
      ``(mean, variance)``.
    """
    with name_scope(name, "normalize", [counts, mean_ss, variance_ss, shift]):
        divisor = add_op("Reciprocal", counts, name="divisor")
        if shift is None:
            mean = shifted = add_op("Mul", mean_ss, divisor, name="mean")
        else:
            shifted = add_op("Mul", mean_ss, divisor, name="shifted_mean")
            mean = add_op("AddV2", shifted, shift, name="mean")
        square = add_op("Mul", variance_ss, divisor)
        variance = add_op("Sub", square, add_op("Square", shifted), name="variance")
    return mean, variance


def zero_fraction(value, name: str | None = None) -> Tensor:
    """The fraction of elements that are zero, as a float32 scalar.

    Args:
      value: a tensor of numbers; an empty one gives nan.
      name: the scope of the nodes; default ``"zero_fraction"``.

    Returns:
      A float32 scalar.
    """
    from tfgrad._src.functions.cond import cond

    with name_scope(name, "zero_fraction", [value]):
        value = convert_to_tensor(value, name="value")
        count = size(value, out_type=dt.int64)
        nonzero = cond(
            count <= dt.int32.max,
            true_fn=lambda: cast(_count_nonzero(value, dt.int32), dt.int64),
            false_fn=lambda: _count_nonzero(value, dt.int64),
        )
        with name_scope("counts_to_fraction"):
            zero = cast(count - nonzero, dt.float32)
            fraction = zero / cast(count, dt.float32)
        return identity(fraction, "fraction")


def _count_nonzero(value: Tensor, dtype) -> Tensor:
    with name_scope("count_nonzero", values=[value]):
        is_nonzero = add_op("NotEqual", value, zeros([], value.dtype))
        return reduce_sum(cast(is_nonzero, dtype), name="nonzero_count")


# ---------------------------------------------------------------------- normalisation


def batch_normalization(
    x, mean, variance, offset, scale, variance_epsilon, name: str | None = None
) -> Tensor:
    """``scale * (x - mean) / sqrt(variance + epsilon) + offset``.

    Args:
      x: a tensor of floats.
      mean: the mean to subtract; this and the next three broadcast against ``x``.
      variance: the variance to divide by.
      offset: is added, None for nothing.
      scale: is multiplied, None for nothing.
      variance_epsilon: a small number that keeps the division finite.
      name: the scope of the nodes; default ``"batchnorm"``.

    Returns:
      A tensor like ``x``.

    Source: S. Ioffe and C. Szegedy, "Batch Normalization", ICML 2015.
    """
    with name_scope(name, "batchnorm", [x, mean, variance, scale, offset]):
        factor = add_op("Rsqrt", variance + variance_epsilon)
        if scale is not None:
            factor = factor * scale
        scaled = x * cast(factor, x.dtype)
        rest = -mean * factor if offset is None else offset - mean * factor
        return scaled + cast(rest, x.dtype)


def fused_batch_norm(
    x, scale, offset, mean=None, variance=None, epsilon: float = 0.001, data_format="NHWC",
    is_training: bool = True, name: str | None = None, exponential_avg_factor: float = 1.0,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """Batch normalisation of images or volumes in one node, with its statistics.

    ``y = scale * (x - m) / sqrt(v + epsilon) + offset`` per channel, where ``m`` and ``v`` are the
    mean and the variance (divided by the number ``n`` of elements) of each channel of ``x`` in
    training, and ``mean`` and ``variance`` otherwise.

    Args:
      x: an array of rank 4 or 5; ``half``, ``bfloat16`` or ``float32``.
      scale: one number per channel, of shape ``[channels]``, ``float32``.
      offset: likewise.
      mean: likewise; not needed in training.
      variance: likewise.
      epsilon: a small number that keeps the division finite.
      data_format: ``"NHWC"``, ``"NCHW"``, ``"NDHWC"`` or ``"NCDHW"``.
      is_training: whether to use the statistics of ``x``.
      name: the node's name; default ``"FusedBatchNormV3"``.
      exponential_avg_factor: the weight of the statistics of ``x`` in those returned; the rest are
        ``mean`` and ``variance``.

    Returns:
      ``(y, batch_mean, batch_variance)``: ``y`` like ``x``, the others of shape ``[channels]``.  In
      training ``batch_variance`` is divided by ``n - 1``, although ``y`` is made with ``v``.

    Raises:
      ValueError: ``mean`` or ``variance`` is missing where it is used, or shapes do not fit.

    Gradient:
      With respect to ``x``, ``scale`` and ``offset``, through ``y`` alone.  The second derivative
      is made of simpler operations.  The third is wrong in training, as in TensorFlow: it takes
      the mean in the variance for a constant.

    Example:
      >>> x = tf.constant([1.0, 3.0], shape=[1, 1, 2, 1])
      >>> y, m, v = tf.nn.fused_batch_norm(x, [1.0], [0.0], epsilon=1e-5)
      >>> tf.Session().run([m, v])
      [array([2.], dtype=float32), array([2.], dtype=float32)]

    Source: S. Ioffe and C. Szegedy, "Batch Normalization", ICML 2015.
    """
    if (not is_training or exponential_avg_factor != 1.0) and (mean is None or variance is None):
        raise ValueError(
            "Both `mean` and `variance` must be a 1D tensor when `is_training` is False or "
            f"`exponential_avg_factor` != 1.0. Received: `mean` {mean!r} and `variance` "
            f"{variance!r}"
        )
    x = convert_to_tensor(x, name="input")
    scale = convert_to_tensor(scale, name="scale")
    offset = convert_to_tensor(offset, name="offset")
    mean = constant([]) if mean is None else mean
    variance = constant([]) if variance is None else variance
    outputs = add_op(
        "FusedBatchNormV3", x, scale, offset, mean, variance, epsilon=epsilon,
        exponential_avg_factor=exponential_avg_factor, data_format=data_format,
        is_training=is_training, name=name,
    )  # fmt: skip
    return tuple(outputs[:3])


def local_response_normalization(
    input, depth_radius=5, bias=1, alpha=1, beta=0.5, name: str | None = None
) -> Tensor:
    """Divides each number of an image by the size of its neighbours in other channels.

    ``y[..., c] = x[..., c] / (bias + alpha * sum(x[..., d]**2))**beta``, the sum over the channels
    ``d`` with ``abs(d - c) <= depth_radius``.

    Args:
      input: images of shape ``[batch, height, width, channels]``; ``half``, ``bfloat16`` or
        ``float32``.
      depth_radius: how many channels on either side count, a whole number.
      bias: keeps the divisor from 0.
      alpha: the weight of the sum.
      beta: the exponent.
      name: the node's name; default ``"LRN"``.

    Returns:
      An array like ``input``.

    Example:
      >>> x = tf.constant([3.0, 4.0], shape=[1, 1, 1, 2])
      >>> tf.Session().run(tf.nn.lrn(x, bias=0.0))
      array([[[[0.6, 0.8]]]], dtype=float32)

    Source: A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks",
    2012.
    """
    return add_op(
        "LRN", input, depth_radius=depth_radius, bias=bias, alpha=alpha, beta=beta, name=name
    )


lrn = local_response_normalization


def batch_norm_with_global_normalization(
    t=None, m=None, v=None, beta=None, gamma=None, variance_epsilon=None,
    scale_after_normalization=None, name: str | None = None, input=None, mean=None,
    variance=None,
) -> Tensor:  # fmt: skip
    """See `tf.nn.batch_normalization` (deprecated).

    Args:
      t: the deprecated name of ``input``.
      m: the deprecated name of ``mean``.
      v: the deprecated name of ``variance``.
      beta: the offset.
      gamma: the scale, used if ``scale_after_normalization``.
      variance_epsilon: a small number that keeps the division finite.
      scale_after_normalization: whether to multiply by ``gamma``.
      name: the scope of the nodes; default ``"batchnorm"``.
      input: a tensor of floats.
      mean: the mean.
      variance: the variance.

    Returns:
      A tensor like ``input``.
    """
    t = either("input", input, "t", t)
    m = either("mean", mean, "m", m)
    v = either("variance", variance, "v", v)
    scale = gamma if scale_after_normalization else None
    return batch_normalization(t, m, v, beta, scale, variance_epsilon, name)


def l2_normalize(x, axis=None, epsilon: float = 1e-12, name: str | None = None, dim=None) -> Tensor:
    """``x`` divided by its Euclidean length along ``axis``.

    ``y = x / sqrt(max(sum(x**2), epsilon))``

    Args:
      x: a tensor of floats or complex numbers.
      axis: a number, a list of numbers, or None for all axes.
      epsilon: the least square length; shorter vectors are divided by its root.
      name: the scope of the nodes; default ``"l2_normalize"``.
      dim: the deprecated name of ``axis``.

    Returns:
      A tensor like ``x``.

    Example:
      >>> tf.Session().run(tf.nn.l2_normalize([[3.0, 4.0], [0.0, 0.0]], axis=1))
      array([[0.6, 0.8],
             [0. , 0. ]], dtype=float32)
    """
    axis = either("axis", axis, "dim", dim)
    with name_scope(name, "l2_normalize", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_complex:
            return _l2_normalize_complex(x, axis, epsilon, scope)
        square = reduce_sum(add_op("Square", x), axis, keepdims=True)
        return add_op("Mul", x, add_op("Rsqrt", maximum(square, epsilon)), name=scope)


def _l2_normalize_complex(x: Tensor, axis, epsilon: float, scope: str) -> Tensor:
    square = add_op("Square", real(x)) + add_op("Square", imag(x))
    # The sum is real; asking for its real part adds no node, but takes a name.
    length = real(reduce_sum(square, axis, keepdims=True))
    inverse = add_op("Rsqrt", maximum(length, epsilon))
    parts = [add_op("Mul", part(x), inverse) for part in (real, imag)]
    return add_op("Complex", *parts, Tout=x.dtype, name=scope)


def relu_layer(x, weights, biases, name: str | None = None) -> Tensor:
    """``relu(x @ weights + biases)``.

    Args:
      x: a matrix of shape ``[batch, in]``.
      weights: a matrix of shape ``[in, out]``.
      biases: a vector of shape ``[out]``.
      name: the scope of the nodes; default ``"relu_layer"``.

    Returns:
      A matrix of shape ``[batch, out]``.
    """
    with name_scope(name, "relu_layer", [x, weights, biases]) as scope:
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return add_op("Relu", bias_add(matmul(x, weights), biases), name=scope)
