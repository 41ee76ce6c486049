"""Bringing images to another size: by resampling, cropping and padding.

The op types are in ``ops/image_resize.py``, the derivatives in ``gradients/image_resize.py``.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal
from tfgrad._src.functions.control import with_dependencies
from tfgrad._src.functions.cwise_binary import maximum, minimum
from tfgrad._src.functions.cwise_unary import floor
from tfgrad._src.functions.cwise_unary import round as round_
from tfgrad._src.functions.image_checks import (
    as_batch,
    check,
    check_image,
    checked_image,
    dimensions,
    is_tensor,
)
from tfgrad._src.functions.index import slice as slice_
from tfgrad._src.functions.join import stack
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import expand_dims, reshape, squeeze
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import constant_value_as_shape


class ResizeMethod:
    """How `tf.image.resize_images` computes elements between those of the image."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


_OP_TYPES = {
    0: "ResizeBilinear", "bilinear": "ResizeBilinear",
    1: "ResizeNearestNeighbor", "nearest": "ResizeNearestNeighbor",
    2: "ResizeBicubic", "bicubic": "ResizeBicubic",
    3: "ResizeArea", "area": "ResizeArea",
}  # fmt: skip


def resize_bilinear(
    images, size, align_corners: bool = False, name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:  # fmt: skip
    """Images resized by linear interpolation along both axes.

    Element ``i`` of a new row lies at ``i * width / new_width`` in the old one.

    Args:
      images: numbers of shape ``[batch, height, width, channels]``.
      size: two whole numbers, the new height and width.
      align_corners: element ``i`` lies at ``i * (width - 1) / (new_width - 1)`` instead, so that
        the corners keep their values.
      name: the name of the node; default ``"ResizeBilinear"``.
      half_pixel_centers: element ``i`` lies at ``(i + 0.5) * width / new_width - 0.5`` instead.

    Returns:
      ``float32`` of shape ``[batch, new_height, new_width, channels]``.

    Raises:
      InvalidArgumentError: when run, a size is not positive, or both flags are set.

    Gradient:
      With respect to ``images`` of a floating type, of any order.

    Example:
      >>> x = tf.constant([[[[0.0], [3.0]]]])
      >>> tf.Session().run(tf.image.resize_bilinear(x, [1, 4]))[0, 0, :, 0]
      array([0. , 1.5, 3. , 3. ], dtype=float32)
    """
    return add_op(
        "ResizeBilinear", images, size, name=name,
        align_corners=align_corners, half_pixel_centers=half_pixel_centers,
    )  # fmt: skip


def resize_nearest_neighbor(
    images, size, align_corners: bool = False, name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:  # fmt: skip
    """Images resized by repeating and leaving out elements.

    Args:
      images: a tensor of shape ``[batch, height, width, channels]``.
      size, align_corners, half_pixel_centers: as for `tf.image.resize_bilinear`.
      name: the name of the node; default ``"ResizeNearestNeighbor"``.

    Returns:
      A tensor of the type of ``images``.

    Gradient:
      With respect to ``images``, of any order.

    Example:
      >>> x = tf.constant([[[[1], [2]]]])
      >>> tf.Session().run(tf.image.resize_nearest_neighbor(x, [1, 4]))[0, 0, :, 0]
      array([1, 1, 2, 2], dtype=int32)
    """
    return add_op(
        "ResizeNearestNeighbor", images, size, name=name,
        align_corners=align_corners, half_pixel_centers=half_pixel_centers,
    )  # fmt: skip


def resize_bicubic(
    images, size, align_corners: bool = False, name: str | None = None,
    half_pixel_centers: bool = False,
) -> Tensor:  # fmt: skip
    """Images resized by cubic interpolation of four elements along both axes.

    The cubic has the parameter -0.75, with ``half_pixel_centers`` -0.5.

    Args:
      images: numbers of shape ``[batch, height, width, channels]``.
      size, align_corners, half_pixel_centers: as for `tf.image.resize_bilinear`.
      name: the name of the node; default ``"ResizeBicubic"``.

    Returns:
      ``float32``; values may lie outside the range of ``images``.

    Gradient:
      With respect to ``images`` in ``float32`` or ``float64``, of any order.
    """
    return add_op(
        "ResizeBicubic", images, size, name=name,
        align_corners=align_corners, half_pixel_centers=half_pixel_centers,
    )  # fmt: skip


def resize_area(images, size, align_corners: bool = False, name: str | None = None) -> Tensor:
    """Images resized by the mean over the part of the image that each new element covers.

    Args:
      images: numbers of shape ``[batch, height, width, channels]``.
      size, align_corners: as for `tf.image.resize_bilinear`.
      name: the name of the node; default ``"ResizeArea"``.

    Returns:
      ``float32``.

    There is no gradient.

    Example:
      >>> x = tf.constant([[[[0.0], [2.0], [4.0], [8.0]]]])
      >>> tf.Session().run(tf.image.resize_area(x, [1, 2]))[0, 0, :, 0]
      array([1., 6.], dtype=float32)
    """
    return add_op("ResizeArea", images, size, name=name, align_corners=align_corners)


def _kept_aspect_ratio(images: Tensor, size: Tensor) -> Tensor:
    """The greatest size within ``size`` that has the shape of the images."""
    _, height, width, _ = dimensions(images, rank=4)
    by_height = cast(size[0], dt.float32) / cast(height, dt.float32)
    by_width = cast(size[1], dt.float32) / cast(width, dt.float32)
    scale = minimum(by_height, by_width)
    lengths = [
        cast(round_(scale * cast(length, dt.float32)), dt.int32) for length in (height, width)
    ]
    return convert_to_tensor(lengths, dt.int32, name="size")


def _static_size(size: Tensor) -> tuple:
    """The new height and width as far as TensorFlow's Python code knows them."""
    static = constant_value_as_shape(size)
    return (None, None) if static is None else static


def resize_images(
    images, size, method=ResizeMethod.BILINEAR, align_corners: bool = False,
    preserve_aspect_ratio: bool = False, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Images resized by a method of choice.

    Args:
      images: an image of shape ``[height, width, channels]``, or a batch of them.
      size: two whole numbers, the new height and width.
      method: a member of `tf.image.ResizeMethod`, or ``"bilinear"``, ``"nearest"``, ``"bicubic"``
        or ``"area"``.
      align_corners: see `tf.image.resize_bilinear`.
      preserve_aspect_ratio: reduces one of the sizes, so that the image keeps its proportions.
      name: the scope of the nodes; default ``"resize"``.

    Returns:
      ``float32``, except that ``images`` themselves are returned if they are known to have that
      size, and that the nearest neighbour keeps the type.

    Raises:
      ValueError: the rank is unknown, or neither 3 nor 4; ``size`` has not two elements; another
        ``method``.

    Example:
      >>> x = tf.constant([[[0.0], [2.0]], [[4.0], [6.0]]])
      >>> y = tf.image.resize_images(x, [1, 1], tf.image.ResizeMethod.AREA)
      >>> tf.Session().run(y)
      array([[[3.]]], dtype=float32)
    """
    with name_scope(name, "resize", [images, size]):
        images = convert_to_tensor(images, name="images")
        ndims = images.shape.ndims
        if ndims is None:
            raise ValueError("'images' contains no shape.")
        if ndims == 3:
            images = expand_dims(images, 0)
        elif ndims != 4:
            raise ValueError("'images' must have either 3 or 4 dimensions.")
        _, height, width, _ = images.shape.as_list()
        try:
            size = convert_to_tensor(size, dt.int32, name="size")
        except (TypeError, ValueError):
            raise ValueError("'size' must be a 1-D int32 Tensor") from None
        if not size.shape.is_compatible_with([2]):
            raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
        if preserve_aspect_ratio:
            size = _kept_aspect_ratio(images, size)
        new = _static_size(size)
        if None not in new and new == (height, width):
            return squeeze(images, axis=[0]) if ndims == 3 else images
        if method not in _OP_TYPES:
            raise ValueError(f"Resize method is not implemented: {method}")
        images = add_op(_OP_TYPES[method], images, size, align_corners=align_corners)
        images.set_shape([None, *new, None])
        return squeeze(images, axis=[0]) if ndims == 3 else images


def _greater(x, y):
    return maximum(x, y) if is_tensor(x) or is_tensor(y) else max(x, y)


def _smaller(x, y):
    return minimum(x, y) if is_tensor(x) or is_tensor(y) else min(x, y)


def _known(*lengths) -> list:
    return [None if is_tensor(n) else n for n in lengths]


def _is_rest(lengths: list, image: Tensor, size: tuple) -> Tensor:
    """The part of ``image`` that static lengths give."""
    image.set_shape(_known(lengths[0], *size, lengths[3]))
    return image


def crop_to_bounding_box(image, offset_height, offset_width, target_height, target_width) -> Tensor:
    """The part of an image in a box.

    Args:
      image: an image of shape ``[height, width, channels]``, or a batch of them.
      offset_height: the box's first row.
      offset_width: its first column.
      target_height: how many rows it has.
      target_width: how many columns.

    Returns:
      A tensor of shape ``[target_height, target_width, channels]``, or a batch of them.

    Raises:
      ValueError: the rank is neither 3 nor 4, or the box is not in the image.  Where that depends
        on tensors, ``InvalidArgumentError`` when run.

    Example:
      >>> x = tf.reshape(tf.range(9), [3, 3, 1])
      >>> tf.Session().run(tf.image.crop_to_bounding_box(x, 1, 0, 1, 2))
      array([[[3],
              [4]]], dtype=int32)
    """
    with name_scope(None, "crop_to_bounding_box", [image]):
        image = convert_to_tensor(image, name="image")
        image, is_batch = as_batch(image)
        checks = check_image(image)
        lengths = dimensions(image, rank=4)
        _, height, width, _ = lengths
        checks += check(offset_width >= 0, "offset_width must be >= 0.")
        checks += check(offset_height >= 0, "offset_height must be >= 0.")
        checks += check(target_width > 0, "target_width must be > 0.")
        checks += check(target_height > 0, "target_height must be > 0.")
        checks += check(width >= (target_width + offset_width), "width must be >= target + offset.")
        checks += check(
            height >= (target_height + offset_height), "height must be >= target + offset."
        )
        image = with_dependencies(checks, image)
        begin = stack([0, offset_height, offset_width, 0])
        size = stack([shape_of(image)[0], target_height, target_width, shape_of(image)[3]])
        result = _is_rest(lengths, slice_(image, begin, size), (target_height, target_width))
        return result if is_batch else squeeze(result, axis=[0])


def pad_to_bounding_box(image, offset_height, offset_width, target_height, target_width) -> Tensor:
    """An image put into a larger one of zeros.

    Args:
      image: an image of shape ``[height, width, channels]``, or a batch of them.
      offset_height: how many rows of zeros come before it.
      offset_width: how many columns.
      target_height: the height of the result.
      target_width: its width.

    Returns:
      A tensor of shape ``[target_height, target_width, channels]``, or a batch of them.

    Raises:
      ValueError: the rank is neither 3 nor 4, or the image does not fit.  Where that depends on
        tensors, ``InvalidArgumentError`` when run.

    Example:
      >>> tf.Session().run(tf.image.pad_to_bounding_box([[[1], [2]]], 0, 1, 1, 4))[0, :, 0]
      array([0, 1, 2, 0], dtype=int32)
    """
    with name_scope(None, "pad_to_bounding_box", [image]):
        image = convert_to_tensor(image, name="image")
        image, is_batch = as_batch(image)
        lengths = dimensions(image, rank=4)
        _, height, width, _ = lengths
        right = target_width - offset_width - width
        below = target_height - offset_height - height
        checks = check_image(image)
        checks += check(offset_height >= 0, "offset_height must be >= 0")
        checks += check(offset_width >= 0, "offset_width must be >= 0")
        checks += check(right >= 0, "width must be <= target - offset")
        checks += check(below >= 0, "height must be <= target - offset")
        image = with_dependencies(checks, image)
        margins = stack([0, 0, offset_height, below, offset_width, right, 0, 0])
        padded = pad(image, reshape(margins, [4, 2]))
        result = _is_rest(lengths, padded, (target_height, target_width))
        return result if is_batch else squeeze(result, axis=[0])


def resize_image_with_crop_or_pad(image, target_height, target_width) -> Tensor:
    """The middle of an image, or the image in the middle of zeros; nothing is resampled.

    Args:
      image: an image of shape ``[height, width, channels]``, or a batch of them.
      target_height: the height of the result.
      target_width: its width.

    Returns:
      A tensor of shape ``[target_height, target_width, channels]``, or a batch of them.

    Raises:
      ValueError: the rank is neither 3 nor 4, or a size is not positive.

    Example:
      >>> x = tf.constant([[[1], [2], [3], [4]]])
      >>> tf.Session().run(tf.image.resize_image_with_crop_or_pad(x, 1, 2))[0, :, 0]
      array([2, 3], dtype=int32)
    """
    with name_scope(None, "resize_image_with_crop_or_pad", [image]):
        image = convert_to_tensor(image, name="image")
        image, is_batch = as_batch(image)
        checks = check_image(image)
        checks += check(target_width > 0, "target_width must be > 0.")
        checks += check(target_height > 0, "target_height must be > 0.")
        image = with_dependencies(checks, image)
        if is_tensor(target_height):
            target_height = with_dependencies(checks, target_height)
        if is_tensor(target_width):
            target_width = with_dependencies(checks, target_width)
        _, height, width, _ = dimensions(image, rank=4)
        wider = target_width - width
        crop_left, pad_left = _greater(-wider // 2, 0), _greater(wider // 2, 0)
        higher = target_height - height
        crop_top, pad_top = _greater(-higher // 2, 0), _greater(higher // 2, 0)
        cropped = crop_to_bounding_box(
            image, crop_top, crop_left, _smaller(target_height, height),
            _smaller(target_width, width),
        )  # fmt: skip
        resized = pad_to_bounding_box(cropped, pad_top, pad_left, target_height, target_width)
        if resized.shape.ndims is None:
            raise ValueError("resized contains no shape.")
        _, new_height, new_width, _ = dimensions(resized, rank=4)
        checks = []
        for new, target, what in (
            (new_height, target_height, "height"),
            (new_width, target_width, "width"),
        ):
            is_equal = equal(new, target) if is_tensor(new) or is_tensor(target) else new == target
            checks += check(is_equal, f"resized {what} is not correct.")
        resized = with_dependencies(checks, resized)
        return resized if is_batch else squeeze(resized, axis=[0])


def resize_image_with_pad(
    image, target_height, target_width, method=ResizeMethod.BILINEAR, align_corners: bool = False
) -> Tensor:
    """An image resized without changing its proportions, in the middle of zeros.

    Args:
      image: an image of shape ``[height, width, channels]``, or a batch of them.
      target_height: the height of the result.
      target_width: its width.
      method, align_corners: see `tf.image.resize_images`.

    Returns:
      A tensor of shape ``[target_height, target_width, channels]``, or a batch of them.

    Raises:
      ValueError: the rank is neither 3 nor 4, or a size is not positive.

    Example:
      >>> y = tf.image.resize_image_with_pad(tf.ones([2, 2, 1]), 2, 4)
      >>> tf.Session().run(y)[0, :, 0]
      array([0., 1., 1., 0.], dtype=float32)
    """
    with name_scope(None, "resize_image_with_pad", [image]):
        image = convert_to_tensor(image, name="image")
        image, is_batch = as_batch(image)
        checks = check_image(image)
        checks += check(target_width > 0, "target_width must be > 0.")
        checks += check(target_height > 0, "target_height must be > 0.")
        image = with_dependencies(checks, image)
        _, height, width, _ = dimensions(image, rank=4)
        height, width, new_height, new_width = (
            cast(n, dt.float32) for n in (height, width, target_height, target_width)
        )
        ratio = _greater(width / new_width, height / new_height)
        full_height, full_width = height / ratio, width / ratio
        rows = cast(floor(full_height), dt.int32)
        columns = cast(floor(full_width), dt.int32)
        margins = [(new_height - full_height) / 2, (new_width - full_width) / 2]
        margins = [floor(m) for m in margins]
        top, left = (_greater(0, cast(m, dt.int32)) for m in margins)
        resized = resize_images(image, [rows, columns], method, align_corners=align_corners)
        padded = pad_to_bounding_box(resized, top, left, target_height, target_width)
        if padded.shape.ndims is None:
            raise ValueError("padded contains no shape.")
        dimensions(padded, rank=4)
        return padded if is_batch else squeeze(padded, axis=[0])


def central_crop(image, central_fraction) -> Tensor:
    """The middle of an image.

    Args:
      image: an image of shape ``[height, width, channels]``, or a batch of them.
      central_fraction: in (0, 1]; each side keeps this fraction of its length.

    Returns:
      A smaller image; the image itself if ``central_fraction`` is 1.

    Raises:
      ValueError: the rank is neither 3 nor 4, or ``central_fraction`` is out of range.

    Example:
      >>> x = tf.reshape(tf.range(16), [4, 4, 1])
      >>> tf.Session().run(tf.image.central_crop(x, 0.5))[:, :, 0]
      array([[ 5,  6],
             [ 9, 10]], dtype=int32)
    """
    with name_scope(None, "central_crop", [image]):
        image = convert_to_tensor(image, name="image")
        fraction = central_fraction
        if is_tensor(fraction):
            fraction = constant_value(convert_to_tensor(fraction))
        if fraction is not None:
            if fraction <= 0.0 or fraction > 1.0:
                raise ValueError("central_fraction must be within (0, 1]")
            if fraction == 1.0:
                return image
        else:
            checks = check(
                (central_fraction > 0.0) | (central_fraction <= 1.0),
                "central_fraction must be within (0, 1]",
            )
            image = with_dependencies(checks, image)
        checked_image(image)
        rank = image.shape.ndims
        if rank not in (3, 4):
            raise ValueError(
                f"`image` should either be a Tensor with rank = 3 or rank = 4. Had rank = {rank}."
            )
        first = rank - 3
        lengths: list = []
        static: list = []
        for axis in (first, first + 1):
            length = image.shape.as_list()[axis]
            static.append(length is not None and fraction is not None)
            lengths.append(shape_of(image)[axis] if length is None else length)
        starts: list = []
        for length, is_static in zip(lengths, static, strict=True):
            if is_static:
                starts.append(int((float(length) - float(length) * fraction) / 2))
            else:
                wide = cast(length, dt.float64)
                rest = wide - wide * cast(central_fraction, dt.float64)
                starts.append(cast(rest / 2, dt.int32))
        sizes = [length - start * 2 for length, start in zip(lengths, starts, strict=True)]
        whole = [0] * first, [-1] * first
        begin = stack([*whole[0], *starts, 0])
        size = stack([*whole[1], *sizes, -1])
        dims = image.shape.as_list()
        image = slice_(image, begin, size)
        known = [s if is_static else None for s, is_static in zip(sizes, static, strict=True)]
        image.set_shape([*dims[:first], *known, dims[-1]])
        return image
