"""Derivatives of parts of images.

A crop is linear in the image, and between the places where a box's sides cross the elements of the
image it is linear in each bound.  TensorFlow has the first derivatives; the further ones, which
raise there, are written in ordinary operations here.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_unary import ceil, floor
from tfgrad._src.functions.fill import ones, range, zeros_like
from tfgrad._src.functions.gather import gather_nd, scatter_nd
from tfgrad._src.functions.join import concat, stack, unstack
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import broadcast_to, expand_dims, reshape, shape
from tfgrad._src.gradients.image_resize import height_and_width
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable(
    "ExtractGlimpse",
    "NonMaxSuppression",
    "NonMaxSuppressionV2",
    "NonMaxSuppressionWithOverlaps",
    "GenerateBoundingBoxProposals",
    "SampleDistortedBoundingBox",
    "SampleDistortedBoundingBoxV2",
)

# ---------------------------------------------------------------------- boxes


@gradient("CropAndResize")
def crop_and_resize_grad(op: Operation, dy: Tensor) -> list:
    """With respect to the boxes that of a bilinear crop, whatever the method is."""
    image, boxes, box_ind, _ = op.inputs
    dims = image.dims
    size = list(dims) if dims is not None and None not in dims else shape(image)
    by_image = None
    if image.dtype in (dt.float16, dt.float32, dt.float64):
        by_image = add_op(
            "CropAndResizeGradImage",
            dy, boxes, box_ind, size, T=image.dtype, method=op.attrs["method"],
        )  # fmt: skip
    by_boxes = add_op("CropAndResizeGradBoxes", dy, image, boxes, box_ind)
    return [by_image, by_boxes, None, None]


@gradient("CropAndResizeGradImage")
def crop_and_resize_grad_image_grad(op: Operation, dy: Tensor) -> list:
    grads, boxes, box_ind, _ = op.inputs
    size, method = height_and_width(grads), op.attrs["method"]
    by_grads = add_op("CropAndResize", dy, boxes, box_ind, size, method=method)
    if method == b"nearest":
        return [by_grads, None, None, None]
    return [by_grads, add_op("CropAndResizeGradBoxes", grads, dy, boxes, box_ind), None, None]


class _Axis:
    """Where the elements of crops lie along one axis; all but the shares have shape ``[n, crop]``.

    Attributes:
      low, high: the neighbouring elements of the image.
      part: how far the place is from ``low`` to ``high``.
      inside: whether it is in the image.
      shares: the derivatives of the place by the box's lower and upper bound, ``[1, crop]`` each.
    """

    def __init__(self, boxes: Tensor, k: int, length: Tensor, crop: Tensor):
        last = cast(length - 1, dt.float32)
        steps = cast(range(crop), dt.float32)
        several = crop > 1
        gaps = cast(where_v2(several, crop - 1, 1), dt.float32)
        first, second = boxes[:, k : k + 1], boxes[:, k + 2 : k + 3]
        spread = first * last + (second - first) * last / gaps * steps
        at = where_v2(several, spread, 0.5 * (first + second) * last)
        upper = where_v2(several, steps * (last / gaps), 0.5 * last + 0.0 * steps)
        self.shares = [expand_dims(s, 0) for s in (where_v2(several, last - upper, upper), upper)]
        self.inside = (at >= 0.0) & (at <= last)
        at = where_v2(self.inside, at, zeros_like(at))
        self.low, self.high = cast(floor(at), dt.int32), cast(ceil(at), dt.int32)
        self.part = at - floor(at)


@gradient("CropAndResizeGradBoxes")
def crop_and_resize_grad_boxes_grad(op: Operation, dy: Tensor) -> list:
    """Of ``L = sum(dy * gradient)``, that is ``sum(grads * (down * a + right * b))``.

    ``down`` and ``right`` are the slopes of the bilinear surface along the axes, ``a`` and ``b``
    how fast ``dy`` moves each place of a crop; every corner of a cell enters linearly.
    """
    grads, image, boxes, box_ind = op.inputs
    with name_scope("slopes"):
        image_shape = shape(image)
        _, height, width, _ = unstack(image_shape, 4)
        count, crop_height, crop_width, channels = unstack(shape(grads), 4)
        y = _Axis(boxes, 0, height, crop_height)
        x = _Axis(boxes, 1, width, crop_width)
        rows = stack([count, crop_height, crop_width])

        def full(value, axis):
            return broadcast_to(expand_dims(value, axis), rows)

        batch = broadcast_to(reshape(box_ind, [-1, 1, 1]), rows)
        corners = [
            stack([batch, full(line, 2), full(column, 1)], axis=-1)
            for line in (y.low, y.high)
            for column in (x.low, x.high)
        ]
        values = cast(image, dt.float32)
        top_left, top_right, bottom_left, bottom_right = (gather_nd(values, c) for c in corners)
        inside = cast(full(y.inside, 2) & full(x.inside, 1), dt.float32)
        weight = grads * expand_dims(inside, -1)
        down_part, right_part = (expand_dims(v, -1) for v in (full(y.part, 2), full(x.part, 1)))
        left = bottom_left - top_left
        twist = bottom_right - top_right - left
        down = left + twist * right_part
        right = top_right - top_left + twist * down_part
        dy = convert_to_tensor(dy)  # it may be sliced
        # How fast the places move, [n, crop height] and [n, crop width].
        a = dy[:, 0:1] * y.shares[0] + dy[:, 2:3] * y.shares[1]
        b = dy[:, 1:2] * x.shares[0] + dy[:, 3:4] * x.shares[1]
        a, b = expand_dims(full(a, 2), -1), expand_dims(full(b, 1), -1)
        by_grads = expand_dims(inside, -1) * (down * a + right * b)
        by_image = None
        if image.dtype in (dt.float16, dt.float32, dt.float64):
            shares = [
                weight * share
                for share in (
                    -(1.0 - right_part) * a - (1.0 - down_part) * b,
                    -right_part * a + (1.0 - down_part) * b,
                    (1.0 - right_part) * a - down_part * b,
                    right_part * a + down_part * b,
                )
            ]
            places = concat([reshape(c, [-1, 3]) for c in corners], 0)
            parts = concat([reshape(s, stack([-1, channels])) for s in shares], 0)
            by_image = cast(scatter_nd(places, parts, image_shape), image.dtype)
        turning = reduce_sum(weight * twist, axis=3, keepdims=True)
        along_y = reduce_sum(turning * b, axis=[2, 3])
        along_x = reduce_sum(turning * a, axis=[1, 3])
        by_boxes = stack(
            [
                reduce_sum(total * share, axis=1)
                for total, share in (
                    (along_y, y.shares[0]),
                    (along_x, x.shares[0]),
                    (along_y, y.shares[1]),
                    (along_x, x.shares[1]),
                )
            ],
            axis=1,
        )
    return [by_grads, by_image, by_boxes, None]


# ---------------------------------------------------------------------- projective transforms


def _backwards(transforms: Tensor) -> Tensor:
    """The inverse of each transform, ``[n, 8]`` both."""
    with name_scope("flat_transforms_to_matrices"):
        flat = reshape(transforms, convert_to_tensor([-1, 8]))
        count = shape(flat)[0]
        matrices = reshape(concat([flat, ones([count, 1])], axis=1), convert_to_tensor([-1, 3, 3]))
    inverse = add_op("MatrixInverse", matrices)
    with name_scope("matrices_to_flat_transforms"):
        flat = reshape(inverse, convert_to_tensor([-1, 9]))
        flat = flat / flat[:, 8:9]
        return flat[:, :8]


def _transform_grad(op: Operation, dy: Tensor, *fill) -> Tensor:
    """``dy`` transformed back: the gradient only where the transform moves elements one to one."""
    images, transforms = op.inputs[:2]
    if transforms.dims is not None and len(transforms.dims) == 1:
        transforms = transforms[None]
    inverse = _backwards(transforms)
    size = shape(images)[1:3]
    attrs = {k: op.attrs[k] for k in ("interpolation", "fill_mode")}
    return add_op(op.type, dy, inverse, size, *fill, **attrs)


@gradient("ImageProjectiveTransformV2")
def image_projective_transform_v2_grad(op: Operation, dy: Tensor) -> list:
    return [_transform_grad(op, dy), None, None]


@gradient("ImageProjectiveTransformV3")
def image_projective_transform_v3_grad(op: Operation, dy: Tensor) -> list:
    return [_transform_grad(op, dy, 0.0), None, None, None]
