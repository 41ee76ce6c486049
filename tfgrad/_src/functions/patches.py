"""Patches of images and volumes.

The op types are in ``ops/patches.py``, the derivatives in ``gradients/patches.py``.
"""

from tfgrad._src.functions.shape import either
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.node import Tensor


def _numbers(values, name: str):
    """A list whose entries may be constants."""
    if not isinstance(values, list | tuple):
        return values
    numbers = []
    for i, value in enumerate(values):
        if isinstance(value, Tensor):
            known = constant_value(value)
            if known is None:
                raise TypeError(
                    f"'{name}' must contain compile-time constant values when using XLA "
                    f"compilation (jit_compile=True), but element {i} is a dynamic tensor: "
                    f"{value}. Use Python integers or values that can be evaluated at graph "
                    f"construction time."
                )
            value = int(known)
        numbers.append(value)
    return numbers


def extract_image_patches(
    images,
    ksizes=None,
    strides=None,
    rates=None,
    padding=None,
    name: str | None = None,
    sizes=None,
) -> Tensor:
    """What a window sees at each place of an image, as the channels of that place.

    Args:
      images: images of shape ``[batch, height, width, channels]``.
      ksizes: the size of the window, ``[1, rows, columns, 1]``.
      strides: how far apart two windows are, ``[1, rows, columns, 1]``.
      rates: how far apart two elements of a window are, ``[1, rows, columns, 1]``.
      padding: ``"SAME"``, with zeros around, or ``"VALID"``.
      name: the node's name; default ``"ExtractImagePatches"``.
      sizes: the new name of ``ksizes``.

    Returns:
      A tensor of shape ``[batch, out_height, out_width, rows * columns * channels]``.

    Raises:
      ValueError: the shapes do not fit, or both names are given.

    Gradient:
      The sum of all that an element was copied to.

    Example:
      >>> image = tf.reshape(tf.range(9), [1, 3, 3, 1])
      >>> ones = [1, 1, 1, 1]
      >>> y = tf.extract_image_patches(image, [1, 2, 2, 1], ones, ones, "VALID")
      >>> tf.Session().run(y)[0, 0]
      array([[0, 1, 3, 4],
             [1, 2, 4, 5]], dtype=int32)
    """
    sizes = _numbers(either("sizes", sizes, "ksizes", ksizes), "sizes")
    return extract_patches(images, sizes, strides, rates, padding, name)


def extract_patches(images, sizes, strides, rates, padding, name: str | None = None) -> Tensor:
    """See `tf.extract_image_patches`."""
    return add_op(
        "ExtractImagePatches", images, name=name, padding=padding,
        ksizes=_numbers(sizes, "sizes"),
        strides=_numbers(strides, "strides"),
        rates=_numbers(rates, "rates"),
    )  # fmt: skip


def extract_volume_patches(input, ksizes, strides, padding, name: str | None = None) -> Tensor:
    """What a window sees at each place of a volume, as the channels of that place.

    Args:
      input: a tensor of shape ``[batch, planes, rows, columns, channels]``.
      ksizes: the size of the window, ``[1, planes, rows, columns, 1]``.
      strides: how far apart two windows are, ``[1, planes, rows, columns, 1]``.
      padding: ``"SAME"``, with zeros around, or ``"VALID"``.
      name: the node's name; default ``"ExtractVolumePatches"``.

    Returns:
      A tensor whose channels are ``ksizes[1] * ksizes[2] * ksizes[3] * channels``.

    Raises:
      ValueError: the shapes do not fit.
    """
    return add_op(
        "ExtractVolumePatches", input, ksizes=ksizes, strides=strides, padding=padding, name=name
    )
