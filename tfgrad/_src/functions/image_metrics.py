"""How alike two images are, and how much an image varies."""

import numpy as np

from tfgrad._src.functions.activation import relu, softmax
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.checks import Assert
from tfgrad._src.functions.comparison import equal, greater_equal, not_equal
from tfgrad._src.functions.cond import cond
from tfgrad._src.functions.control import identity
from tfgrad._src.functions.conv_depthwise import depthwise_conv2d
from tfgrad._src.functions.cwise_binary import pow as pow_
from tfgrad._src.functions.cwise_binary import squared_difference, subtract
from tfgrad._src.functions.cwise_unary import abs as abs_
from tfgrad._src.functions.cwise_unary import log, square
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.image_color import convert_image_dtype
from tfgrad._src.functions.join import concat, stack, unstack
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.pool import avg_pool
from tfgrad._src.functions.reduce import (
    reduce_all,
    reduce_any,
    reduce_mean,
    reduce_prod,
    reduce_sum,
)
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import expand_dims, reshape, shape_n, size, tile
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Tensor


def total_variation(images, name: str | None = None) -> Tensor:
    """The sum of the absolute differences of neighbouring elements.

    Args:
      images: an image of shape ``[height, width, channels]``, or a batch of them.
      name: the scope of the nodes; default ``"total_variation"``.

    Returns:
      A scalar, or one number per image.

    Raises:
      ValueError: another rank.

    Gradient:
      Of the first order; the further ones are 0.

    Example:
      >>> x = tf.constant([[[1.0], [4.0]], [[0.0], [0.0]]])
      >>> tf.Session().run(tf.image.total_variation(x))
      8.0
    """
    with name_scope(name, "total_variation"):
        ndims = images.shape.ndims
        if ndims == 3:
            down = images[1:, :, :] - images[:-1, :, :]
            right = images[:, 1:, :] - images[:, :-1, :]
            axes = None
        elif ndims == 4:
            down = images[:, 1:, :, :] - images[:, :-1, :, :]
            right = images[:, :, 1:, :] - images[:, :, :-1, :]
            axes = [1, 2, 3]
        else:
            raise ValueError("'images' must be either 3 or 4-dimensional.")
        return reduce_sum(abs_(down), axis=axes) + reduce_sum(abs_(right), axis=axes)


def image_gradients(image) -> tuple[Tensor, Tensor]:
    """The differences of each element to the next one below and to the right.

    Args:
      image: a tensor of shape ``[batch, height, width, channels]``.

    Returns:
      ``(dy, dx)``, of the shape of ``image``; 0 in the last row of ``dy`` and column of ``dx``.

    Raises:
      ValueError: another rank.

    Example:
      >>> x = tf.constant([[[[1.0], [4.0]], [[0.0], [0.0]]]])
      >>> tf.Session().run(tf.image.image_gradients(x)[0])[0, :, :, 0]
      array([[-1., -4.],
             [ 0.,  0.]], dtype=float32)
    """
    if image.shape.ndims != 4:
        raise ValueError(
            f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {image.shape}."
        )
    lengths = shape_of(image)
    batch, height, width, depth = unstack(lengths)
    dy = image[:, 1:, :, :] - image[:, :-1, :, :]
    dx = image[:, :, 1:, :] - image[:, :, :-1, :]
    rest = stack([batch, 1, width, depth])
    dy = reshape(concat([dy, zeros(rest, image.dtype)], 1), lengths)
    rest = stack([batch, height, 1, depth])
    dx = reshape(concat([dx, zeros(rest, image.dtype)], 2), lengths)
    return dy, dx


def sobel_edges(image) -> Tensor:
    """The slopes of an image along both axes, smoothed across them.

    Args:
      image: floating numbers of shape ``[batch, height, width, channels]``, at least 2 by 2.

    Returns:
      A tensor of shape ``[batch, height, width, channels, 2]``: the slopes down and to the right.

    Gradient:
      Of any order.

    Example:
      >>> x = tf.reshape(tf.range(9.0), [1, 3, 3, 1])
      >>> tf.Session().run(tf.image.sobel_edges(x))[0, 1, 1, 0]
      array([24.,  8.], dtype=float32)
    """
    static = image.shape
    lengths = shape_of(image)
    kernels = np.array([[[-1, -2, -1], [0, 0, 0], [1, 2, 1]], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]])
    count = len(kernels)
    kernels = np.expand_dims(np.transpose(kernels, (1, 2, 0)), -2)
    filters = constant(kernels, dtype=image.dtype)
    filters = tile(filters, [1, 1, lengths[-1], 1], name="sobel_filters")
    padded = pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    edges = depthwise_conv2d(padded, filters, [1, 1, 1, 1], "VALID")
    edges = reshape(edges, shape=concat([lengths, [count]], 0))
    edges.set_shape(static.concatenate([count]))
    return edges


# ---------------------------------------------------------------------- likeness


def _same_shapes(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, list]:
    """The shapes of two batches of images as tensors, and checks that the images fit."""
    static = [x.shape.with_rank_at_least(3) for x in (a, b)]
    static[0][-3:].assert_is_compatible_with(static[1][-3:])
    if static[0].ndims is not None and static[1].ndims is not None:
        heads = [reversed(s.dims[:-3]) for s in static]
        for m, n in zip(*heads, strict=False):
            if not (m == 1 or n == 1 or m.is_compatible_with(n)):
                raise ValueError(f"Two images are not compatible: {static[0]} and {static[1]}")
    shape_a, shape_b = shape_n([a, b])
    checks = [
        Assert(greater_equal(size(shape_a), 3), [shape_a, shape_b], summarize=10),
        Assert(
            reduce_all(equal(shape_a[-3:], shape_b[-3:])), [shape_a, shape_b], summarize=10
        ),
    ]  # fmt: skip
    return shape_a, shape_b, checks


def psnr(a, b, max_val, name: str | None = None) -> Tensor:
    """The ratio of signal to noise, ``10 log10(max_val**2 / mean((a - b)**2))``, in decibels.

    Args:
      a: images of shape ``[..., height, width, channels]``.
      b: images of the same shape.
      max_val: the greatest value that elements can have, for example 255 or 1.0.
      name: the scope of the nodes; default ``"PSNR"``.

    Returns:
      ``float32``, one number per image.

    Raises:
      ValueError: the shapes do not fit.

    Gradient:
      Of any order.

    Example:
      >>> a, b = tf.zeros([2, 2, 1]), tf.fill([2, 2, 1], 0.1)
      >>> tf.Session().run(tf.image.psnr(a, b, max_val=1.0))
      20.0
    """
    with name_scope(name, "PSNR", [a, b]):
        max_val = cast(max_val, a.dtype)
        max_val = convert_image_dtype(max_val, dt.float32)
        a = convert_image_dtype(a, dt.float32)
        b = convert_image_dtype(b, dt.float32)
        error = reduce_mean(squared_difference(a, b), [-3, -2, -1])
        ratio = subtract(
            20 * log(max_val) / log(10.0), np.float32(10 / np.log(10)) * log(error), name="psnr"
        )
        _, _, checks = _same_shapes(a, b)
        with control_dependencies(checks):
            return identity(ratio)


def _gaussian(count: Tensor, sigma: Tensor) -> Tensor:
    """A round filter of ``count`` times ``count`` elements whose sum is 1."""
    count = convert_to_tensor(count, dt.int32)
    sigma = convert_to_tensor(sigma)
    places = cast(range_(count), sigma.dtype)
    places = places - cast(count - 1, sigma.dtype) / 2.0
    g = square(places)
    g = g * (-0.5 / square(sigma))
    g = reshape(g, shape=[1, -1]) + reshape(g, shape=[-1, 1])
    g = softmax(reshape(g, shape=[1, -1]))
    return reshape(g, shape=[count, count, 1, 1])


def _per_channel(
    x: Tensor, y: Tensor, max_val, filter_size, filter_sigma, k1, k2
) -> tuple[Tensor, Tensor]:
    """The index, and its part without the brightness, per image and channel."""
    filter_size = constant(filter_size, dtype=dt.int32)
    filter_sigma = constant(filter_sigma, dtype=x.dtype)
    shape_x, shape_y = shape_n([x, y])
    checks = [
        Assert(reduce_all(greater_equal(s[-3:-1], filter_size)), [s, filter_size], summarize=8)
        for s in (shape_x, shape_y)
    ]
    with control_dependencies(checks):
        x = identity(x)
    kernel = _gaussian(filter_size, filter_sigma)
    kernel = tile(kernel, multiples=[1, 1, shape_x[-1], 1])

    def mean(values):
        """The weighted mean around each element."""
        lengths = shape_of(values)
        values = reshape(values, shape=concat([[-1], lengths[-3:]], 0))
        found = depthwise_conv2d(values, kernel, strides=[1, 1, 1, 1], padding="VALID")
        return reshape(found, concat([lengths[:-3], shape_of(found)[1:]], 0))

    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    mean_x, mean_y = mean(x), mean(y)
    product = mean_x * mean_y * 2.0
    squares = square(mean_x) + square(mean_y)
    luminance = (product + c1) / (squares + c1)
    both = mean(x * y) * 2.0
    own = mean(square(x) + square(y))
    c2 = c2 * 1.0
    structure = (both - product + c2) / (own - squares + c2)
    axes = constant([-3, -2], dtype=dt.int32)
    return reduce_mean(luminance * structure, axes), reduce_mean(structure, axes)


def _prepared(a, b, max_val) -> tuple:
    """Both images and ``max_val`` in ``float32``, after checks; and the shapes."""
    a = convert_to_tensor(a, name="img1")
    b = convert_to_tensor(b, name="img2")
    shape_a, shape_b, checks = _same_shapes(a, b)
    with control_dependencies(checks):
        a = identity(a)
    max_val = cast(max_val, a.dtype)
    max_val = convert_image_dtype(max_val, dt.float32)
    a = convert_image_dtype(a, dt.float32)
    b = convert_image_dtype(b, dt.float32)
    return a, b, max_val, [shape_a, shape_b]


def ssim(img1, img2, max_val, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03) -> Tensor:
    """The index of structural similarity of two images, 1 if they are equal.

    With means, deviations and covariance in a round window around each element::

        (2 mx my + c1) (2 cxy + c2) / ((mx**2 + my**2 + c1) (sx**2 + sy**2 + c2))

    where ``c = (k max_val)**2``, and its mean over all windows inside the image and the channels.

    Args:
      img1: images of shape ``[..., height, width, channels]``.
      img2: images of the same shape.
      max_val: the greatest value that elements can have.
      filter_size: the width of the window.
      filter_sigma: the deviation of its weights.
      k1, k2: small numbers.

    Returns:
      ``float32``, one number per image.

    Raises:
      ValueError: the shapes do not fit.
      InvalidArgumentError: when run, an image is smaller than the window.

    Gradient:
      Of any order.

    Source: Wang, Bovik, Sheikh, Simoncelli: Image quality assessment, IEEE TIP 13 (2004).
    """
    with name_scope(None, "SSIM", [img1, img2]):
        a, b, max_val, _ = _prepared(img1, img2, max_val)
        index, _ = _per_channel(a, b, max_val, filter_size, filter_sigma, k1, k2)
        return reduce_mean(index, [-1])


_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def ssim_multiscale(
    img1, img2, max_val, power_factors=_WEIGHTS, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03
) -> Tensor:
    """The product of `tf.image.ssim` at several scales, each to a power.

    At each further scale the images are halved.  All but the last scale enter without brightness.

    Args:
      img1: images of shape ``[..., height, width, channels]``.
      img2: images of the same shape.
      max_val: the greatest value that elements can have.
      power_factors: one power per scale.
      filter_size, filter_sigma, k1, k2: see `tf.image.ssim`.

    Returns:
      ``float32``, one number per image, in [0, 1].

    Raises:
      ValueError: the shapes do not fit.
      InvalidArgumentError: when run, an image at the last scale is smaller than the window.

    Source: Wang, Simoncelli, Bovik: Multiscale structural similarity, Asilomar (2003).
    """
    with name_scope(None, "MS-SSIM", [img1, img2]):
        a, b, max_val, shapes = _prepared(img1, img2, max_val)
        images = [a, b]
        heads = [s[:-3] for s in shapes]
        tails = [s[-3:] for s in shapes]
        divisor = [1, 2, 2, 1]
        halves = constant(divisor[1:], dtype=dt.int32)
        sides = a.shape.as_list()[-3:-1] if a.shape.ndims else [None]
        structures = []
        index = None
        for k in range(len(power_factors)):
            with name_scope(None, f"Scale{k}", images):
                if k > 0:
                    images, tails = _halved(images, heads, tails, divisor, halves, sides)
                    sides = [None if n is None else (n + 1) // 2 for n in sides]
                index, structure = _per_channel(*images, max_val, filter_size, filter_sigma, k1, k2)
                structures.append(relu(structure))
        structures.pop()
        parts = stack([*structures, relu(index)], axis=-1)
        return reduce_mean(reduce_prod(pow_(parts, power_factors), [-1]), [-1])


def _halved(images, heads, tails, divisor, halves, sides) -> tuple[list, list]:
    """The means of two by two elements; odd ``sides``, as far as known, are first made even."""
    flat = [reshape(x, concat([[-1], t], 0)) for x, t in zip(images, tails, strict=True)]
    rest = tails[0] % halves
    is_odd = reduce_any(not_equal(rest, 0))

    def made_even():
        margins = pad(expand_dims(rest, -1), [[1, 0], [1, 0]])
        return [pad(x, margins, mode="SYMMETRIC") for x in flat]

    try:
        padded = cond(is_odd, made_even, lambda: flat)
    except errors.UnimplementedError:
        if None in sides:
            raise
        padded = made_even() if any(n % 2 for n in sides) else flat
    smaller = [avg_pool(x, ksize=divisor, strides=divisor, padding="VALID") for x in padded]
    tails = [s[1:] for s in shape_n(smaller)]
    images = [reshape(x, concat([h, t], 0)) for x, h, t in zip(smaller, heads, tails, strict=True)]
    return images, tails
