"""Derivatives of resizing.

A resize is linear, so that the gradient of a gradient's op is the resize itself, and derivatives of
all orders exist.  TensorFlow has the first ones only: the second raise there, or silently are None.
"""

from tfgrad._src.functions.shape import shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor


def height_and_width(images: Tensor):
    """As numbers if both are known, else as a tensor."""
    dims = images.dims
    if dims is not None and None not in dims[1:3]:
        return list(dims[1:3])
    return shape(images)[1:3]


def _flags(op: Operation) -> dict:
    return {k: op.attrs[k] for k in ("align_corners", "half_pixel_centers")}


@gradient("ResizeBilinear")
def resize_bilinear_grad(op: Operation, dy: Tensor) -> list:
    return [add_op("ResizeBilinearGrad", dy, op.inputs[0], **_flags(op)), None]


@gradient("ResizeBilinearGrad")
def resize_bilinear_grad_grad(op: Operation, dy: Tensor) -> list:
    return [add_op("ResizeBilinear", dy, height_and_width(op.inputs[0]), **_flags(op)), None]


@gradient("ResizeNearestNeighbor")
def resize_nearest_neighbor_grad(op: Operation, dy: Tensor) -> list:
    size = height_and_width(op.inputs[0])
    return [add_op("ResizeNearestNeighborGrad", dy, size, **_flags(op)), None]


@gradient("ResizeNearestNeighborGrad")
def resize_nearest_neighbor_grad_grad(op: Operation, dy: Tensor) -> list:
    size = height_and_width(op.inputs[0])
    return [add_op("ResizeNearestNeighbor", dy, size, **_flags(op)), None]


@gradient("ResizeBicubic")
def resize_bicubic_grad(op: Operation, dy: Tensor) -> list:
    image = op.inputs[0]
    if image.dtype not in (dt.float32, dt.float64):
        return [None, None]
    return [add_op("ResizeBicubicGrad", dy, image, **_flags(op)), None]


@gradient("ResizeBicubicGrad")
def resize_bicubic_grad_grad(op: Operation, dy: Tensor) -> list:
    return [add_op("ResizeBicubic", dy, height_and_width(op.inputs[0]), **_flags(op)), None]


def _kernel(op: Operation) -> dict:
    return {k: op.attrs[k] for k in ("kernel_type", "antialias")}


@gradient("ScaleAndTranslate")
def scale_and_translate_grad(op: Operation, dy: Tensor) -> list:
    """None with respect to the scale and the translation."""
    images, _, scale, translation = op.inputs
    dx = add_op("ScaleAndTranslateGrad", dy, images, scale, translation, **_kernel(op))
    return [dx, None, None, None]


@gradient("ScaleAndTranslateGrad")
def scale_and_translate_grad_grad(op: Operation, dy: Tensor) -> list:
    grads, _, scale, translation = op.inputs
    size = height_and_width(grads)
    again = add_op("ScaleAndTranslate", dy, size, scale, translation, **_kernel(op))
    return [again, None, None, None]
