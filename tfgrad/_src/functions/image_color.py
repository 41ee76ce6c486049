"""Colours, brightness and contrast of images.

The op types are in ``ops/image_color.py``, the derivatives in ``gradients/image_color.py``.
"""

from tfgrad._src.functions.cast import cast, saturate_cast
from tfgrad._src.functions.control import identity, with_dependencies
from tfgrad._src.functions.cwise_binary import add, divide, floordiv, maximum, multiply
from tfgrad._src.functions.cwise_unary import rsqrt
from tfgrad._src.functions.fill import ones
from tfgrad._src.functions.image_checks import check, checked_grey_image, checked_image
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.linalg import tensordot
from tfgrad._src.functions.random import random_uniform
from tfgrad._src.functions.reduce import reduce_mean, reduce_prod, reduce_std
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import expand_dims, tile
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def convert_image_dtype(image, dtype, saturate: bool = False, name: str | None = None) -> Tensor:
    """An image of another type, its range mapped to that of the type.

    A floating image has values in [0, 1], one of whole numbers in [0, max].

    Args:
      image: a tensor.
      dtype: a floating or an integer type.
      saturate: numbers outside the range become its ends instead of anything.
      name: the scope of the nodes; default ``"convert_image"``.

    Returns:
      A tensor of type ``dtype``.

    Raises:
      AttributeError: a type that is neither floating nor integer.

    Example:
      >>> x = tf.constant([0.0, 0.5, 1.0])
      >>> tf.Session().run(tf.image.convert_image_dtype(x, tf.uint8))
      array([  0, 127, 255], dtype=uint8)
    """
    image = convert_to_tensor(image, name="image")
    dtype = dt.as_dtype(dtype)
    if not (dtype.is_floating or dtype.is_integer):
        raise AttributeError("dtype must be either floating point or integer")
    if not (image.dtype.is_floating or image.dtype.is_integer):
        raise AttributeError("image dtype must be either floating point or integer")
    if dtype == image.dtype:
        return identity(image, name=name)
    convert = saturate_cast if saturate else cast
    with name_scope(name, "convert_image", [image]) as scope:
        if image.dtype.is_integer and dtype.is_integer:
            source, target = int(image.dtype.max), int(dtype.max)
            if source > target:
                scaled = floordiv(image, (source + 1) // (target + 1))
                return convert(scaled, dtype, name=scope)
            wider = convert(image, dtype)
            return multiply(wider, (target + 1) // (source + 1), name=scope)
        if image.dtype.is_floating and dtype.is_floating:
            return cast(image, dtype, name=scope)
        if image.dtype.is_integer:
            return multiply(cast(image, dtype), 1.0 / int(image.dtype.max), name=scope)
        scaled = multiply(image, int(dtype.max) + 0.5)  # so that 1 does not fall short of the max
        return convert(scaled, dtype, name=scope)


def _floating(image: Tensor) -> Tensor:
    """What the adjusting ops take."""
    if image.dtype in (dt.float16, dt.float32):
        return image
    return convert_image_dtype(image, dt.float32)


# ---------------------------------------------------------------------- brightness, contrast


def adjust_brightness(image, delta) -> Tensor:
    """Images with ``delta`` added, in units of the whole range.

    Args:
      image: images of any type.
      delta: a number, in [0, 1) as a rule.

    Returns:
      A tensor of the type of ``image``; whole numbers stay in their range.

    Example:
      >>> tf.Session().run(tf.image.adjust_brightness([[[0.5]]], 0.25))
      array([[[0.75]]], dtype=float32)
    """
    with name_scope(None, "adjust_brightness", [image, delta]) as scope:
        image = convert_to_tensor(image, name="image")
        floating = _floating(image)
        adjusted = add(floating, cast(delta, floating.dtype), name=scope)
        return convert_image_dtype(adjusted, image.dtype, saturate=True)


def adjust_contrast(images, contrast_factor) -> Tensor:
    """Images spread around their means, ``(x - mean) * factor + mean``, each channel by itself.

    Args:
      images: images of shape ``[..., height, width, channels]``, of any type.
      contrast_factor: a number.

    Returns:
      A tensor of the type of ``images``; whole numbers stay in their range.

    Example:
      >>> tf.Session().run(tf.image.adjust_contrast([[[1.0], [3.0]]], 2.0))[0, :, 0]
      array([0., 4.], dtype=float32)
    """
    with name_scope(None, "adjust_contrast", [images, contrast_factor]) as scope:
        images = convert_to_tensor(images, name="images")
        adjusted = add_op("AdjustContrastv2", _floating(images), contrast_factor, name=scope)
        return convert_image_dtype(adjusted, images.dtype, saturate=True)


def adjust_gamma(image, gamma=1, gain=1) -> Tensor:
    """Gives ``gain * image ** gamma``, of values in [0, 1].

    Args:
      image: images of any type.
      gamma: a number that is not negative.
      gain: a number.

    Returns:
      A tensor of the type of ``image``; whole numbers stay in their range.

    Raises:
      ValueError: ``gamma`` is negative.
    """
    with name_scope(None, "adjust_gamma", [image, gamma, gain]):
        image = convert_to_tensor(image, name="image")
        floating = _floating(image)
        checks = check(gamma >= 0, "Gamma should be a non-negative real number.")
        if checks:
            gamma = with_dependencies(checks, gamma)
        return convert_image_dtype(gain * floating**gamma, image.dtype, saturate=True)


def per_image_standardization(image) -> Tensor:
    """Images of mean 0 and deviation 1, ``(x - mean) / max(deviation, 1 / sqrt(elements))``.

    Args:
      image: images of shape ``[..., height, width, channels]``.

    Returns:
      ``float32`` of the same shape.

    Raises:
      ValueError: fewer than three dimensions.

    Example:
      >>> tf.Session().run(tf.image.per_image_standardization([[[1.0], [3.0]]]))[0, :, 0]
      array([-1.,  1.], dtype=float32)
    """
    with name_scope(None, "per_image_standardization", [image]) as scope:
        image = convert_to_tensor(image, name="image")
        image = checked_image(image)
        image = cast(image, dt.float32)
        count = reduce_prod(shape_of(image)[-3:])
        mean = reduce_mean(image, axis=[-1, -2, -3], keepdims=True)
        deviation = reduce_std(image, axis=[-1, -2, -3], keepdims=True)
        deviation = maximum(deviation, rsqrt(cast(count, dt.float32)))
        return divide(image - mean, deviation, name=scope)


# ---------------------------------------------------------------------- colours


def rgb_to_hsv(images, name: str | None = None) -> Tensor:
    """Hue, saturation and value of red, green and blue, all in [0, 1].

    Args:
      images: floating numbers of shape ``[..., 3]``, in [0, 1].
      name: the name of the node; default ``"RGBToHSV"``.

    Returns:
      A tensor of that shape.

    Gradient:
      The first; where channels tie, one of them is taken for the greatest.

    Example:
      >>> tf.Session().run(tf.image.rgb_to_hsv([[0.0, 1.0, 0.0]]))
      array([[0.33333334, 1.        , 1.        ]], dtype=float32)
    """
    return add_op("RGBToHSV", images, name=name)


def hsv_to_rgb(images, name: str | None = None) -> Tensor:
    """Red, green and blue of hue, saturation and value; the inverse of `tf.image.rgb_to_hsv`.

    Args:
      images: floating numbers of shape ``[..., 3]``, in [0, 1].
      name: the name of the node; default ``"HSVToRGB"``.

    Gradient:
      None, as in TensorFlow.
    """
    return add_op("HSVToRGB", images, name=name)


def adjust_hue(image, delta, name: str | None = None) -> Tensor:
    """Images whose hue is turned by ``delta`` of the circle.

    Args:
      image: images of shape ``[..., height, width, 3]``, of any type.
      delta: a number in [-1, 1].
      name: the scope of the nodes; default ``"adjust_hue"``.

    Returns:
      A tensor of the type of ``image``.

    Example:
      >>> tf.Session().run(tf.image.adjust_hue([[[1.0, 0.0, 0.0]]], 1 / 3))
      array([[[0., 1., 0.]]], dtype=float32)
    """
    with name_scope(name, "adjust_hue", [image]):
        image = convert_to_tensor(image, name="image")
        adjusted = add_op("AdjustHue", _floating(image), delta)
        return convert_image_dtype(adjusted, image.dtype)


def adjust_saturation(image, saturation_factor, name: str | None = None) -> Tensor:
    """Images whose saturation is multiplied, and kept in [0, 1].

    Args:
      image: images of shape ``[..., height, width, 3]``, of any type.
      saturation_factor: a number.
      name: the scope of the nodes; default ``"adjust_saturation"``.

    Returns:
      A tensor of the type of ``image``.
    """
    with name_scope(name, "adjust_saturation", [image]):
        image = convert_to_tensor(image, name="image")
        adjusted = add_op("AdjustSaturation", _floating(image), saturation_factor)
        return convert_image_dtype(adjusted, image.dtype)


def rgb_to_grayscale(images, name: str | None = None) -> Tensor:
    """Images in grey: ``0.2989 red + 0.587 green + 0.114 blue``.

    Args:
      images: images of shape ``[..., 3]``, of any type.
      name: the scope of the nodes; default ``"rgb_to_grayscale"``.

    Returns:
      A tensor of shape ``[..., 1]`` and the type of ``images``.

    Example:
      >>> tf.Session().run(tf.image.rgb_to_grayscale([[[1.0, 0.0, 0.0]]]))
      array([[[0.2989]]], dtype=float32)
    """
    with name_scope(name, "rgb_to_grayscale", [images]) as scope:
        images = convert_to_tensor(images, name="images")
        floating = convert_image_dtype(images, dt.float32)
        grey = tensordot(floating, [0.2989, 0.5870, 0.1140], [-1, -1])
        return convert_image_dtype(expand_dims(grey, -1), images.dtype, name=scope)


def grayscale_to_rgb(images, name: str | None = None) -> Tensor:
    """Grey images with three equal channels.

    Args:
      images: images of shape ``[..., 1]``.
      name: the scope of the nodes; default ``"grayscale_to_rgb"``.

    Returns:
      A tensor of shape ``[..., 3]``.

    Raises:
      ValueError: the last dimension is not 1.
    """
    with name_scope(name, "grayscale_to_rgb", [images]) as scope:
        images = checked_grey_image(images)
        images = convert_to_tensor(images, name="images")
        rank_1 = expand_dims(rank_of(images) - 1, 0)
        multiples = concat([ones(rank_1, dtype=dt.int32), expand_dims(3, 0)], 0)
        rgb = tile(images, multiples, name=scope)
        rgb.set_shape(images.shape[:-1].concatenate([3]))
        return rgb


_RGB_TO_YIQ = [
    [0.299, 0.59590059, 0.2115],
    [0.587, -0.27455667, -0.52273617],
    [0.114, -0.32134392, 0.31119955],
]
_YIQ_TO_RGB = [
    [1, 1, 1],
    [0.95598634, -0.27201283, -1.10674021],
    [0.6208248, -0.64720424, 1.70423049],
]
_RGB_TO_YUV = [
    [0.299, -0.14714119, 0.61497538],
    [0.587, -0.28886916, -0.51496512],
    [0.114, 0.43601035, -0.10001026],
]
_YUV_TO_RGB = [[1, 1, 1], [0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0]]


def _times(images, kernel: list) -> Tensor:
    images = convert_to_tensor(images, name="images")
    matrix = convert_to_tensor(kernel, dtype=images.dtype, name="kernel")
    return tensordot(images, matrix, axes=[[images.shape.ndims - 1], [0]])


def rgb_to_yiq(images) -> Tensor:
    """Images in the colours of American television: red, green and blue times a matrix.

    Args:
      images: floating numbers of shape ``[..., 3]``, in [0, 1].

    Returns:
      A tensor of that shape.

    Gradient:
      Of any order.
    """
    return _times(images, _RGB_TO_YIQ)


def yiq_to_rgb(images) -> Tensor:
    """The inverse of `tf.image.rgb_to_yiq`."""
    return _times(images, _YIQ_TO_RGB)


def rgb_to_yuv(images) -> Tensor:
    """Images in the colours of European television: red, green and blue times a matrix.

    Args:
      images: floating numbers of shape ``[..., 3]``, in [0, 1].

    Returns:
      A tensor of that shape.

    Gradient:
      Of any order.
    """
    return _times(images, _RGB_TO_YUV)


def yuv_to_rgb(images) -> Tensor:
    """The inverse of `tf.image.rgb_to_yuv`."""
    return _times(images, _YUV_TO_RGB)


# ---------------------------------------------------------------------- at random


def random_brightness(image, max_delta, seed=None) -> Tensor:
    """`tf.image.adjust_brightness` by a random number in ``[-max_delta, max_delta)``.

    Args:
      image: images of any type.
      max_delta: a number that is not negative.
      seed: a whole number; see `tf.set_random_seed`.

    Raises:
      ValueError: ``max_delta`` is negative.
    """
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    delta = random_uniform([], -max_delta, max_delta, seed=seed)
    return adjust_brightness(image, delta)


def _factor(lower, upper, seed) -> Tensor:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
    return random_uniform([], lower, upper, seed=seed)


def random_contrast(image, lower, upper, seed=None) -> Tensor:
    """`tf.image.adjust_contrast` by a random factor in ``[lower, upper)``.

    Args:
      image: images of shape ``[..., height, width, channels]``, of any type.
      lower: a number that is not negative.
      upper: a greater one.
      seed: a whole number; see `tf.set_random_seed`.

    Raises:
      ValueError: the numbers are not ``0 <= lower < upper``.
    """
    return adjust_contrast(image, _factor(lower, upper, seed))


def random_saturation(image, lower, upper, seed=None) -> Tensor:
    """`tf.image.adjust_saturation` by a random factor; see `tf.image.random_contrast`."""
    return adjust_saturation(image, _factor(lower, upper, seed))


def random_hue(image, max_delta, seed=None) -> Tensor:
    """`tf.image.adjust_hue` by a random part of the circle in ``[-max_delta, max_delta)``.

    Args:
      image: images of shape ``[..., height, width, 3]``, of any type.
      max_delta: a number in [0, 0.5].
      seed: a whole number; see `tf.set_random_seed`.

    Raises:
      ValueError: ``max_delta`` is out of range.
    """
    if max_delta > 0.5:
        raise ValueError("max_delta must be <= 0.5.")
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    delta = random_uniform([], -max_delta, max_delta, seed=seed)
    return adjust_hue(image, delta)
