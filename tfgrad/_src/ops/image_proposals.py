"""Boxes that may hold something: decoded from what a network says about anchors, then suppressed.

With the centre ``c`` and the length ``n`` of an anchor along an axis, a box has the centre
``c + n * d`` and the length ``n * exp(min(s, log(1000 / 16)))``, where ``d`` and ``s`` are the
network's; it is clipped to the image.  The boxes of an image with the best scores are looked at in
that order, those with a short side are left out, and so is one that overlaps one taken before.

TensorFlow has a kernel for GPUs alone.  How much is suppressed depends on the values, so that this
runs between programs, in numpy.  There is no derivative.
"""

import math

import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.image_boxes import overlap, suppress

f32 = np.float32
_LONGEST = f32(math.log(1000 / 16))


def _shape(node, scores: Shape, deltas: Shape, info: Shape, anchors: Shape, *numbers: Shape):
    scores = with_rank(scores, 4)
    with_rank(deltas, 4)
    info = with_rank(info, 2)
    with_rank(anchors, 3)
    for number in numbers:
        with_rank(number, 0)
    if info[1] not in (5, None):
        raise ShapeError(f"Dimension must be 5 but is {info[1]}")
    n = node.attrs["post_nms_topn"]
    return [(scores[0], n, 4), (scores[0], n)]


def _scalar(node, i: int, value):
    if np.ndim(value):
        raise invalid(node, f"Expected a scalar in input {i}but got shape {list(value.shape)}")
    return value[()]


def _decoded(deltas, anchors, height, width) -> np.ndarray:
    """Boxes ``[y, x, y, x]`` inside the image."""
    low, high = anchors[:, :2], anchors[:, 2:]
    length = high - low
    centre = low + f32(0.5) * length + length * deltas[:, :2]
    half = f32(0.5) * (length * np.exp(np.minimum(deltas[:, 2:], _LONGEST)))
    ends = np.array([height, width], f32)
    corners = [np.maximum(np.minimum(c, ends), f32(0)) for c in (centre - half, centre + half)]
    return np.concatenate(corners, 1)


def _proposals(node, scores, deltas, info, anchors, threshold, most, least) -> list:
    take = node.attrs["post_nms_topn"]
    if take <= 0:
        raise invalid(node, "post_nms_topn can't be 0 or less")
    images, count = scores.shape[0], math.prod(scores.shape[1:])
    if anchors.shape[2] != 4 * scores.shape[3]:
        raise errors.OutOfRangeError(None, node, "Box dimensions need to be 4")
    if deltas.size != 4 * scores.size or anchors.size != 4 * count or len(info) != images:
        raise invalid(node, "There must be four numbers per score, and five per image")
    threshold = _scalar(node, 4, threshold)
    if not 0 <= threshold <= 1:
        raise invalid(node, f"nms_threshold should be between 0 and 1. Got {threshold:g}")
    most = _scalar(node, 5, most)
    if most <= 0:
        raise invalid(node, f"pre_nms_topn should be greater than 0{most}")
    least = _scalar(node, 6, least)
    rois, kept = np.zeros((images, take, 4), f32), np.zeros((images, take), f32)
    anchors, deltas = anchors.reshape(count, 4), deltas.reshape(images, count, 4)
    for i, score in enumerate(scores.reshape(images, count)):
        height, width, scale = info[i, :3]
        order = np.argsort(-score, kind="stable")[:most]
        boxes = _decoded(deltas[i, order], anchors[order], height, width)
        sides = boxes[:, 2:] - boxes[:, :2]
        large = sides.min(1) >= least * scale
        boxes, score = boxes[large], score[order][large]
        chosen, _ = suppress(
            -np.arange(len(boxes), dtype=f32), take,
            lambda k, others, boxes=boxes: overlap(boxes, k, others), threshold, -np.inf,
        )  # fmt: skip
        rois[i, : len(chosen)], kept[i, : len(chosen)] = boxes[chosen], score[chosen]
    return [rois, kept]


defop(
    "GenerateBoundingBoxProposals(scores: float32, bbox_deltas: float32, image_info: float32,"
    " anchors: float32, nms_threshold: float32, pre_nms_topn: int32, min_size: float32;"
    " post_nms_topn: int = 300) -> rois: float32, roi_probabilities: float32",
    shape=_shape,
    step=_proposals,
)(None)
