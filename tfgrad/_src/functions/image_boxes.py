"""Boxes in images: cutting them out, drawing them, choosing among them.

A box is ``[y, x, y, x]``, mostly in units of the image's height and width.  The op types are in
``ops/image_geometry.py`` and ``ops/image_boxes.py``.
"""

from collections import namedtuple

from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def crop_and_resize(
    image, boxes, box_ind=None, crop_size=None, method: str = "bilinear", extrapolation_value=0,
    name: str | None = None, box_indices=None,
) -> Tensor:  # fmt: skip
    """Boxes cut out of images and brought to one size.

    Row ``i`` of a crop lies at ``y1 * (height - 1) + i * (y2 - y1) * (height - 1) / (rows - 1)``
    in the image.

    Args:
      image: images of shape ``[batch, height, width, channels]``.
      boxes: ``float32`` of shape ``[n, 4]``: ``[y1, x1, y2, x2]``, where 0 is the first row or
        column and 1 the last one.  Exchanged bounds flip the crop.
      box_ind: ``int32`` of shape ``[n]``: from which image each box is cut.
      crop_size: two whole numbers, rows and columns of the crops.
      method: ``"bilinear"`` or ``"nearest"``.
      extrapolation_value: what crops show outside the image.
      name: the node's name; default ``"CropAndResize"``.
      box_indices: another name of ``box_ind``.

    Returns:
      ``float32`` of shape ``[n, rows, columns, channels]``.

    Raises:
      ValueError: the shapes do not fit.
      OutOfRangeError: when run, ``box_ind`` holds a number outside ``[0, batch)``.

    Gradient:
      With respect to ``image`` and ``boxes``, of any order.  That of the boxes is a bilinear
      crop's for both methods, as in TensorFlow.

    Example:
      >>> x = tf.reshape(tf.range(9.0), [1, 3, 3, 1])
      >>> y = tf.image.crop_and_resize(x, [[0.0, 0.0, 1.0, 1.0]], [0], [2, 2])
      >>> tf.Session().run(y)[0, :, :, 0]
      array([[0., 2.],
             [6., 8.]], dtype=float32)
    """
    box_ind = either("box_indices", box_indices, "box_ind", box_ind)
    return add_op(
        "CropAndResize", image, boxes, box_ind, crop_size, name=name,
        method=method, extrapolation_value=extrapolation_value,
    )  # fmt: skip


def draw_bounding_boxes(images, boxes, name: str | None = None, colors=None) -> Tensor:
    """Images with the outlines of boxes drawn on them.

    Args:
      images: ``float32`` or ``half`` of shape ``[batch, height, width, channels]``, of 1, 3 or 4
        channels.
      boxes: ``float32`` of shape ``[batch, n, 4]``: ``[y1, x1, y2, x2]`` in [0, 1].
      name: the node's name; default ``"DrawBoundingBoxes"``.
      colors: ``float32`` of shape ``[k, channels]``, used in turn; default ten colours.

    Returns:
      A tensor like ``images``.

    Gradient:
      None.
    """
    if colors is None:
        return add_op("DrawBoundingBoxes", images, boxes, name=name)
    return add_op("DrawBoundingBoxesV2", images, boxes, colors, name=name)


def extract_glimpse(
    input, size, offsets, centered: bool = True, normalized: bool = True,
    uniform_noise: bool = True, name: str | None = None,
) -> Tensor:  # fmt: skip
    """One window of each image.

    Args:
      input: ``float32`` of shape ``[batch, height, width, channels]``.
      size: two whole numbers, the window's height and width.
      offsets: ``float32`` of shape ``[batch, 2]``: row and column of the window's middle.
      centered: offsets count from the image's middle, else from its top left corner.
      normalized: offsets are in units of the image, where -1 and 1 are its ends if ``centered``.
      uniform_noise: has no effect.
      name: the node's name; default ``"ExtractGlimpse"``.

    Returns:
      A tensor of shape ``[batch, size[0], size[1], channels]``.  Outside the image it shows random
      numbers in the range of the images, which are the same in every run.

    Gradient:
      None, as in TensorFlow.
    """
    return add_op(
        "ExtractGlimpse", input, size, offsets, name=name,
        centered=centered, normalized=normalized, uniform_noise=uniform_noise,
    )  # fmt: skip


def sample_distorted_bounding_box(
    image_size, bounding_boxes, seed=None, seed2=None, min_object_covered=0.1,
    aspect_ratio_range=None, area_range=None, max_attempts=None,
    use_image_if_no_bounding_boxes=None, name: str | None = None,
):  # fmt: skip
    """A random part of an image that shows enough of an object.

    Args:
      image_size: three whole numbers, the shape of the image.
      bounding_boxes: ``float32`` of shape ``[1, n, 4]``, the objects: ``[y1, x1, y2, x2]`` in
        [0, 1].
      seed, seed2: whole numbers; other numbers in every session if both are 0.
      min_object_covered: which part of some object must be seen.
      aspect_ratio_range: bounds of width / height; default ``[0.75, 1.33]``.
      area_range: bounds of the part's share of the image; default ``[0.05, 1]``.
      max_attempts: after this many the whole image is taken; default 100.
      use_image_if_no_bounding_boxes: without objects the image is one, else that is an error.
      name: the scope of the node; default ``"sample_distorted_bounding_box"``.

    Returns:
      ``(begin, size, bboxes)``: the arguments of `tf.slice`, and the part as a box for
      `tf.image.draw_bounding_boxes`, of shape ``[1, 1, 4]``.

    Raises:
      InvalidArgumentError: when run, a range is wrong, or there is no object.
    """
    with name_scope(name, "sample_distorted_bounding_box"):
        found = add_op(
            "SampleDistortedBoundingBoxV2", image_size, bounding_boxes, min_object_covered,
            name=name, seed=seed, seed2=seed2, aspect_ratio_range=aspect_ratio_range,
            area_range=area_range, max_attempts=max_attempts,
            use_image_if_no_bounding_boxes=use_image_if_no_bounding_boxes,
        )  # fmt: skip
        return _Sample(*found)


def stateless_sample_distorted_bounding_box(
    image_size, bounding_boxes, seed, min_object_covered=0.1, aspect_ratio_range=None,
    area_range=None, max_attempts=None, use_image_if_no_bounding_boxes=None,
    name: str | None = None,
):  # fmt: skip
    """A random part of an image, the same in every run for the same seed.

    See `tf.image.sample_distorted_bounding_box`, but for ``seed``: two whole numbers, or an integer
    tensor of shape ``[2]``.
    """
    with name_scope(name, "stateless_sample_distorted_bounding_box"):
        return _StatelessSample(
            *add_op(
                "StatelessSampleDistortedBoundingBox", image_size, bounding_boxes,
                min_object_covered, seed, name=name, aspect_ratio_range=aspect_ratio_range,
                area_range=area_range, max_attempts=max_attempts,
                use_image_if_no_bounding_boxes=use_image_if_no_bounding_boxes,
            )
        )  # fmt: skip


_StatelessSample = namedtuple("StatelessSampleDistortedBoundingBox", "begin size bboxes")
_Sample = namedtuple("SampleDistortedBoundingBoxV2", "begin size bboxes")


# ---------------------------------------------------------------------- suppression


def _thresholds(**values) -> list[Tensor]:
    return [convert_to_tensor(value, name=name) for name, value in values.items()]


def non_max_suppression(
    boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=float("-inf"),
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """The boxes with the greatest scores, without those that overlap a better one.

    Args:
      boxes: ``float32`` or ``half`` of shape ``[n, 4]``: two opposite corners ``[y, x, y, x]``.
      scores: numbers of shape ``[n]``.
      max_output_size: how many boxes to take at most.
      iou_threshold: boxes overlap if their shared area is more than this part of their union's.
      score_threshold: boxes with this score and less are not taken.
      name: the scope of the nodes; default ``"non_max_suppression"``.

    Returns:
      The numbers of the boxes, ``int32``, the best first.

    Raises:
      ValueError: the shapes do not fit.
      InvalidArgumentError: when run, ``iou_threshold`` is not in [0, 1].

    The choice is made on the host, between compiled programs.

    Example:
      >>> boxes = [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.9, 1.0], [2.0, 2.0, 3.0, 3.0]]
      >>> tf.Session().run(tf.image.non_max_suppression(boxes, [0.6, 0.9, 0.5], 3))
      array([1, 2], dtype=int32)
    """
    with name_scope(name, "non_max_suppression"):
        iou, least = _thresholds(iou_threshold=iou_threshold, score_threshold=score_threshold)
        return add_op("NonMaxSuppressionV3", boxes, scores, max_output_size, iou, least)


def non_max_suppression_padded(
    boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=float("-inf"),
    pad_to_max_output_size: bool = False, name: str | None = None,
):  # fmt: skip
    """As `tf.image.non_max_suppression`, with zeros after the boxes.

    Args:
      boxes, scores, max_output_size, iou_threshold, score_threshold: as there.
      pad_to_max_output_size: adds zeros, so that the length is always ``max_output_size``.
      name: the scope of the nodes; default ``"non_max_suppression_padded"``.

    Returns:
      ``(selected_indices, valid_outputs)``; the second is how many are boxes.
    """
    with name_scope(name, "non_max_suppression_padded"):
        iou, least = _thresholds(iou_threshold=iou_threshold, score_threshold=score_threshold)
        found = add_op(
            "NonMaxSuppressionV4", boxes, scores, max_output_size, iou, least,
            pad_to_max_output_size=pad_to_max_output_size,
        )  # fmt: skip
        return _Padded(*found)


_Padded = namedtuple("NonMaxSuppressionV4", "selected_indices valid_outputs")


def non_max_suppression_with_scores(
    boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=float("-inf"),
    soft_nms_sigma=0.0, name: str | None = None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """As `tf.image.non_max_suppression`, where boxes that overlap may only lose score.

    Args:
      boxes, scores, max_output_size, iou_threshold, score_threshold: as there.
      soft_nms_sigma: above 0, each overlap multiplies the score with ``exp(-overlap**2 / (2
        sigma))`` instead of suppressing the box.
      name: the scope of the nodes; default ``"non_max_suppression_with_scores"``.

    Returns:
      ``(selected_indices, selected_scores)``.

    Source: Bodla and others: Soft-NMS, ICCV (2017).
    """
    with name_scope(name, "non_max_suppression_with_scores"):
        iou, least, sigma = _thresholds(
            iou_threshold=iou_threshold,
            score_threshold=score_threshold,
            soft_nms_sigma=soft_nms_sigma,
        )
        indices, kept, _ = add_op(
            "NonMaxSuppressionV5", boxes, scores, max_output_size, iou, least, sigma
        )
        return indices, kept


def non_max_suppression_with_overlaps(
    overlaps, scores, max_output_size, overlap_threshold=0.5, score_threshold=float("-inf"),
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """As `tf.image.non_max_suppression`, of which the overlaps are given.

    Args:
      overlaps: ``float32`` of shape ``[n, n]``.
      scores, max_output_size, score_threshold: as there.
      overlap_threshold: above it a box is suppressed.
      name: the scope of the nodes; default ``"non_max_suppression_overlaps"``.
    """
    with name_scope(name, "non_max_suppression_overlaps"):
        (threshold,) = _thresholds(overlap_threshold=overlap_threshold)
        return add_op(
            "NonMaxSuppressionWithOverlaps",
            overlaps, scores, max_output_size, threshold, score_threshold,
        )  # fmt: skip


_Combined = namedtuple(
    "CombinedNonMaxSuppression", "nmsed_boxes nmsed_scores nmsed_classes valid_detections"
)


def combined_non_max_suppression(
    boxes, scores, max_output_size_per_class, max_total_size, iou_threshold=0.5,
    score_threshold=float("-inf"), pad_per_class: bool = False, clip_boxes: bool = True,
    name: str | None = None,
):  # fmt: skip
    """`tf.image.non_max_suppression` of every class of every image, the best of which are merged.

    Args:
      boxes: ``float32`` of shape ``[batch, n, q, 4]``, where ``q`` is 1 or the number of classes.
      scores: ``float32`` of shape ``[batch, n, classes]``.
      max_output_size_per_class: how many boxes to take per class at most.
      max_total_size: how many per image.
      iou_threshold, score_threshold: see `tf.image.non_max_suppression`.
      pad_per_class: the results have length ``min(max_total_size, max_output_size_per_class *
        classes)`` instead of ``max_total_size``.
      clip_boxes: brings the boxes into [0, 1].
      name: the scope of the nodes; default ``"combined_non_max_suppression"``.

    Returns:
      ``(nmsed_boxes, nmsed_scores, nmsed_classes, valid_detections)``: boxes, scores and classes
      per image with zeros after them, and how many there are.
    """
    with name_scope(name, "combined_non_max_suppression"):
        iou = convert_to_tensor(iou_threshold, dtype=dt.float32, name="iou_threshold")
        least = convert_to_tensor(score_threshold, dtype=dt.float32, name="score_threshold")
        most = convert_to_tensor(max_total_size)
        found = add_op(
            "CombinedNonMaxSuppression",
            boxes, scores, max_output_size_per_class, most, iou, least,
            pad_per_class=pad_per_class, clip_boxes=clip_boxes,
        )  # fmt: skip
        return _Combined(*found)


_Proposals = namedtuple("GenerateBoundingBoxProposals", "rois roi_probabilities")


def generate_bounding_box_proposals(
    scores, bbox_deltas, image_info, anchors, nms_threshold=0.7, pre_nms_topn=6000, min_size=16,
    post_nms_topn: int = 300, name: str | None = None,
):  # fmt: skip
    """Boxes that may hold something, from scores and shifts of anchors.

    With the centre ``c`` and the length ``n`` of an anchor along an axis, a box has the centre
    ``c + n * d`` and the length ``n * exp(s)``, where ``[dy, dx, sy, sx]`` are its deltas; it is
    clipped to the image.

    Args:
      scores: ``float32`` of shape ``[images, height, width, anchors]``, in any order.
      bbox_deltas: ``float32`` of shape ``[images, height, width, 4 * anchors]``.
      image_info: ``float32`` of shape ``[images, 5]``: height, width and scale, and two more that
        do not count.
      anchors: ``float32`` of shape ``[height, width, 4 * anchors]``: boxes ``[y, x, y, x]``, in
        the units of the height and width of the image.
      nms_threshold: a box is left out if it overlaps a better one by more than this part of their
        union, in [0, 1].
      pre_nms_topn: how many boxes of each image are looked at, those with the best scores.
      min_size: boxes with a side shorter than this times the scale are left out.
      post_nms_topn: the length of the results, a Python number.
      name: the node's name; default ``"GenerateBoundingBoxProposals"``.

    Returns:
      ``(rois, roi_probabilities)``: ``float32`` of shapes ``[images, post_nms_topn, 4]`` and
      ``[images, post_nms_topn]``, the best boxes first, zeros after the last one.

    Raises:
      ValueError: the ranks do not fit.
      tf.errors.InvalidArgumentError: when run, a number is out of range.

    TensorFlow has a kernel for GPUs alone.

    Example:
      >>> anchors = tf.constant([[[0.0, 0.0, 4.0, 4.0, 0.0, 1.0, 4.0, 5.0, 4.0, 4.0, 8.0, 8.0]]])
      >>> found = tf.image.generate_bounding_box_proposals(
      ...     [[[[0.5, 0.9, 0.7]]]], tf.zeros([1, 1, 1, 12]), [[8.0, 8.0, 1.0, 0.0, 0.0]], anchors,
      ...     nms_threshold=0.5, min_size=1.0, post_nms_topn=3)
      >>> tf.Session().run(found.roi_probabilities)
      array([[0.9, 0.7, 0. ]], dtype=float32)
    """
    found = add_op(
        "GenerateBoundingBoxProposals",
        scores, bbox_deltas, image_info, anchors, nms_threshold, pre_nms_topn, min_size,
        post_nms_topn=post_nms_topn, name=name,
    )  # fmt: skip
    return _Proposals(*found)
