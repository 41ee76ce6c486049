"""Choosing among boxes: suppression of those that overlap, and a random crop that covers a box.

How many boxes remain depends on the values, so that the suppressions run between programs, in
numpy.  A box is ``[y, x, y, x]``, two opposite corners in any order.

The sampled box is a small loop inside the program, on the node's random stream (`ops/random.py`).
No op has a derivative.
"""

import heapq
from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value, partial_scalar
from tfgrad._src.graph.dtypes import INDEX, float32
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    dims_must_be_equal,
    merge_dim,
    with_rank,
)
from tfgrad._src.ops import philox, random, random_stateless
from tfgrad._src.ops.broadcasting import invalid, shape_list, types
from tfgrad._src.ops.checks import require

f32 = np.float32
_HALF_FLOAT = types("half float")

# ---------------------------------------------------------------------- which boxes remain


def overlap(boxes: np.ndarray, i: int, others: list[int]) -> np.ndarray:
    """The shared area of box ``i`` with each of ``others``, as a part of their union's."""
    low = np.minimum(boxes[:, :2], boxes[:, 2:])
    high = np.maximum(boxes[:, :2], boxes[:, 2:])
    size = high - low
    area = size[:, 0] * size[:, 1]
    shared = np.minimum(high[i], high[others]) - np.maximum(low[i], low[others])
    shared = np.maximum(shared, boxes.dtype.type(0))
    shared = shared[:, 0] * shared[:, 1]
    empty = (area[i] <= 0) | (area[others] <= 0)
    union = np.where(empty, boxes.dtype.type(1), area[i] + area[others] - shared)
    return np.where(empty, boxes.dtype.type(0), shared / union)


def suppress(
    scores: np.ndarray, most: int, similarity: Callable, threshold, least_score, sigma=0.0
) -> tuple[list[int], list]:
    """Takes boxes in the order of their scores, except those too similar to one taken before.

    Args:
      scores: one per box.
      most: how many to take at most.
      similarity: ``f(i, others)``, how similar box ``i`` is to each of the others.
      threshold: similarities above it suppress, unless ``sigma`` is above 0.
      least_score: boxes with this score and less are never taken.
      sigma: above 0, each similarity lowers the score by ``exp(-similarity**2 / (2 sigma))``.

    Returns:
      The boxes, in the order in which they were taken, and their scores then.
    """
    make = scores.dtype.type
    scale = make(-0.5) / make(sigma) if sigma > 0 else make(0)
    queue = [(-s, i, 0) for i, s in enumerate(scores) if s > least_score]
    heapq.heapify(queue)
    chosen: list[int] = []
    kept: list = []
    while queue and len(chosen) < most:
        negative, i, seen = heapq.heappop(queue)
        score = original = make(-negative)
        suppressed = False
        # The last taken ones first; those before ``seen`` have lowered the score already.
        for value in similarity(i, chosen[seen:])[::-1] if len(chosen) > seen else ():
            if sigma <= 0 and value > threshold:
                suppressed = True
                break
            score = score * np.exp(scale * value * value)  # of hard suppression 1
            if score <= least_score:
                break
        if suppressed:
            continue
        if score == original:
            chosen.append(i)
            kept.append(score)
        elif score > least_score:
            heapq.heappush(queue, (-score, i, len(chosen)))
    return chosen, kept


def _scalar(node, name: str, value, why: bool = True):
    if np.ndim(value):
        rank = f" (Shape must be rank 0 but is rank {np.ndim(value)})" if why else ""
        raise invalid(node, f"{name} must be 0-D, got shape {shape_list(value.shape)}{rank}")
    return value[()]


def _check_scores(node, scores, count: int) -> None:
    if scores.ndim != 1:
        raise invalid(
            node,
            f"scores must be 1-D{shape_list(scores.shape)} (Shape must be rank 1 but is rank "
            f"{scores.ndim})",
        )
    if len(scores) != count:
        raise invalid(
            node,
            f"scores has incompatible shape (Dimensions must be equal, but are {count} and "
            f"{len(scores)})",
        )


def _check_boxes(node, boxes, scores) -> None:
    if boxes.ndim != 2:
        raise invalid(
            node,
            f"boxes must be 2-D{shape_list(boxes.shape)} (Shape must be rank 2 but is rank "
            f"{boxes.ndim})",
        )
    _check_scores(node, scores, boxes.shape[0])
    if boxes.shape[1] != 4:
        raise invalid(
            node, f"boxes must have 4 columns (Dimension must be 4 but is {boxes.shape[1]})"
        )


def _non_max_suppression(node, boxes, scores, most, *rest):
    """All versions; what they lack has a neutral value."""
    most = int(_scalar(node, "max_output_size", most))
    names = ("iou_threshold", "score_threshold", "soft_nms_sigma")
    given = [_scalar(node, n, v, why=n == names[0]) for n, v in zip(names, rest, strict=False)]
    lowest = np.finfo(boxes.dtype).min
    iou, least, sigma = (*given, *(node.attrs.get("iou_threshold"), lowest, 0.0)[len(given) :])
    if not 0 <= iou <= 1:
        raise invalid(node, "iou_threshold must be in [0, 1]")
    if sigma < 0:
        raise invalid(node, "soft_nms_sigma_val must be >= 0")
    if most < 0:
        raise invalid(node, "output size must be non-negative")
    _check_boxes(node, boxes, scores)

    def similarity(i, others):
        return overlap(boxes, i, others)

    chosen, kept = suppress(scores, most, similarity, iou, least, sigma)
    results = [np.array(chosen, np.int32), np.array(kept, scores.dtype)]
    if node.attrs.get("pad_to_max_output_size"):
        results = [np.pad(r, (0, most - len(r))) for r in results]
    results.append(np.array(len(chosen), np.int32))
    count = len(node.outputs)
    return results[0] if count == 1 else [results[0], results[2]] if count == 2 else results


def _nms_shape(node, boxes: Shape, scores: Shape, most: Shape, *rest: Shape) -> list:
    boxes, scores = with_rank(boxes, 2), with_rank(scores, 1)
    with_rank(most, 0)
    for value in rest:
        with_rank(value, 0)
    merge_dim(boxes[0], scores[0])
    if boxes[1] not in (4, None):
        raise ShapeError(f"Dimension must be 4 but is {boxes[1]}")
    length = None
    if node.attrs.get("pad_to_max_output_size"):
        length = partial_scalar(node.inputs[2])
        if length is not None and length < 0:
            raise ShapeError(
                f"Dimension size, given by scalar input 2, must be non-negative but is {length}"
            )
    return [(length,), (), ()] if len(node.outputs) == 2 else [(length,), (length,), ()]


def _nms(signature: str, **types_of) -> None:
    defaults = dict.fromkeys(types_of, float32)

    def shape(node, *inputs):
        found = _nms_shape(node, *inputs)[: len(node.outputs)]
        return found[0] if len(found) == 1 else found

    defop(signature, shape=shape, step=_non_max_suppression, default_types=defaults, **types_of)(
        None
    )


_BOXES = "boxes: T, scores: T, max_output_size: int32"
_THRESHOLDS = {"T": _HALF_FLOAT, "T_threshold": _HALF_FLOAT}
_PAD = "pad_to_max_output_size: bool = False"
_nms(
    "NonMaxSuppression(boxes: float32, scores: float32, max_output_size: int32;"
    " iou_threshold: float = 0.5) -> selected_indices: int32"
)
_nms(
    f"NonMaxSuppressionV2({_BOXES}, iou_threshold: T_threshold) -> selected_indices: int32",
    **_THRESHOLDS,
)
_nms(
    f"NonMaxSuppressionV3({_BOXES}, iou_threshold: T_threshold, score_threshold: T_threshold)"
    " -> selected_indices: int32",
    **_THRESHOLDS,
)
_nms(
    f"NonMaxSuppressionV4({_BOXES}, iou_threshold: T_threshold, score_threshold: T_threshold;"
    f" {_PAD}) -> selected_indices: int32, valid_outputs: int32",
    **_THRESHOLDS,
)
_nms(
    f"NonMaxSuppressionV5({_BOXES}, iou_threshold: T, score_threshold: T, soft_nms_sigma: T;"
    f" {_PAD}) -> selected_indices: int32, selected_scores: T, valid_outputs: int32",
    T=_HALF_FLOAT,
)


def _overlaps_shape(node, overlaps: Shape, scores: Shape, *rest: Shape) -> Shape:
    overlaps, scores = with_rank(overlaps, 2), with_rank(scores, 1)
    for value in rest:
        with_rank(value, 0)
    merge_dim(overlaps[0], scores[0])
    merge_dim(overlaps[0], overlaps[1])
    return (None,)


def _with_overlaps(node, overlaps, scores, most, threshold, least):
    most = int(_scalar(node, "max_output_size", most))
    threshold = _scalar(node, "overlap_threshold", threshold, why=False)
    least = _scalar(node, "score_threshold", least, why=False)
    if overlaps.ndim != 2:
        raise invalid(node, f"overlaps must be 2-D{shape_list(overlaps.shape)}")
    if overlaps.shape[0] != overlaps.shape[1]:
        raise invalid(node, f"overlaps must be square{shape_list(overlaps.shape)}")
    _check_scores(node, scores, len(overlaps))
    if most < 0:
        raise invalid(node, "output size must be non-negative")
    chosen, _ = suppress(scores, most, lambda i, others: overlaps[i, others], threshold, least)
    return np.array(chosen, np.int32)


defop(
    "NonMaxSuppressionWithOverlaps(overlaps: float32, scores: float32, max_output_size: int32,"
    " overlap_threshold: float32, score_threshold: float32) -> selected_indices: int32",
    shape=_overlaps_shape,
    step=_with_overlaps,
)(None)


def _combined_shape(node, boxes: Shape, scores: Shape, per_class: Shape, total: Shape, *rest):
    boxes, scores = with_rank(boxes, 4), with_rank(scores, 3)
    for value in (per_class, total, *rest):
        with_rank(value, 0)
    batch = merge_dim(boxes[0], scores[0])
    merge_dim(boxes[1], scores[1])
    if boxes[3] not in (4, None):
        raise ShapeError(f"Dimension must be 4 but is {boxes[3]}")
    if None not in (boxes[2], scores[2]) and boxes[2] not in (1, scores[2]):
        raise ShapeError(
            "third dimension of boxes must be either 1 or equal to the third dimension of scores"
        )
    n = partial_scalar(node.inputs[3])
    if n is not None and n < 0:
        raise ShapeError(
            f"Dimension size, given by scalar input 3, must be non-negative but is {n}"
        )
    if n is not None and n == 0:
        raise ShapeError("max_total_size should be > 0 ")
    if node.attrs["pad_per_class"]:
        each = partial_scalar(node.inputs[2])
        if each is not None and each <= 0:
            raise ShapeError(
                "max_output_size_per_class must be > 0 if pad_per_class is set to true "
            )
        n = None if None in (n, each, scores[2]) else min(n, each * scores[2])
    return [(batch, n, 4), (batch, n), (batch, n), (batch,)]


def _combined(node, boxes, scores, per_class, total, threshold, least) -> list:
    per_class = _scalar(node, "max_size_per_class", per_class, why=False)
    if per_class <= 0:
        raise invalid(node, "max_size_per_class must be positive")
    total = _scalar(node, "max_total_size", total, why=False)
    if total <= 0:
        raise invalid(node, "max_total_size must be > 0")
    threshold = _scalar(node, "iou_threshold", threshold, why=False)
    least = _scalar(node, "score_threshold", least, why=False)
    if not 0 <= threshold <= 1:
        raise invalid(node, "iou_threshold must be in [0, 1]")
    if boxes.shape[0] != scores.shape[0] or boxes.ndim != 4 or scores.ndim != 3:
        raise invalid(node, "boxes and scores must have same batch size")
    if boxes.shape[1] != scores.shape[1]:
        raise invalid(node, "scores has incompatible shape")
    classes = scores.shape[2]
    if boxes.shape[2] not in (1, classes):
        raise invalid(node, "third dimension of boxes must be either 1 or num classes")
    if boxes.shape[3] != 4:
        raise invalid(node, "boxes must have 4 columns")
    count = int(min(total, per_class * classes) if node.attrs["pad_per_class"] else total)
    batch = len(boxes)
    results = [
        np.zeros((batch, count, 4), f32),
        np.zeros((batch, count), f32),
        np.zeros((batch, count), f32),
        np.zeros(batch, np.int32),
    ]
    for b in range(batch):
        found = []
        for k in range(classes):
            own = np.ascontiguousarray(boxes[b, :, k if boxes.shape[2] > 1 else 0])
            chosen, kept = suppress(
                scores[b, :, k], int(per_class), lambda i, others, own=own: overlap(own, i, others),
                threshold, least,
            )  # fmt: skip
            found += [(s, k, own[i]) for i, s in zip(chosen, kept, strict=True)]
        found.sort(key=lambda entry: -entry[0])
        for n, (score, k, box) in enumerate(found[:count]):
            results[0][b, n] = np.clip(box, 0, 1) if node.attrs["clip_boxes"] else box
            results[1][b, n], results[2][b, n] = score, k
        results[3][b] = min(count, len(found))
    return results


defop(
    "CombinedNonMaxSuppression(boxes: float32, scores: float32, max_output_size_per_class: int32,"
    " max_total_size: int32, iou_threshold: float32, score_threshold: float32;"
    " pad_per_class: bool = False, clip_boxes: bool = True) -> nmsed_boxes: float32,"
    " nmsed_scores: float32, nmsed_classes: float32, valid_detections: int32",
    shape=_combined_shape,
    step=_combined,
)(None)


# ---------------------------------------------------------------------- a random crop


def _sample_shape(node, size: Shape, boxes: Shape, *covered: Shape) -> list:
    if with_rank(size, 1)[0] not in (3, None):
        raise ShapeError(f"Dimension must be 3 but is {size[0]}")
    if with_rank(boxes, 3)[2] not in (4, None):
        raise ShapeError(f"Dimension must be 4 but is {boxes[2]}")
    for value in covered:
        with_rank(value, 0)
    return [(3,), (3,), (1, 1, 4)]


def _ranges(node) -> tuple:
    aspect, area = node.attrs["aspect_ratio_range"], node.attrs["area_range"]
    if len(aspect) != 2:
        raise invalid(node, "Aspect ratio range field must specify 2 dimensions")
    if min(aspect) <= 0:
        raise invalid(
            node, f"Aspect ratio range must be non-negative: [{aspect[0]:g}, {aspect[1]:g}]"
        )
    if len(area) != 2:
        raise invalid(node, "Area range field must specify 2 dimensions")
    if min(area) <= 0:
        raise invalid(node, f"Area range must be non-negative: [{area[0]:g}, {area[1]:g}]")
    if max(area) > 1:
        raise invalid(
            node, f"Area range must be less then or equal to 1.0: [{area[0]:g}, {area[1]:g}]"
        )
    if node.attrs["max_attempts"] <= 0:
        raise invalid(node, f"Max attempts must be non-negative: {node.attrs['max_attempts']}")
    return f32(aspect[0]), f32(aspect[1]), f32(area[0]), f32(area[1])


class _Words:
    """The words of a stream one by one; ``at`` is the number of the next."""

    def __init__(self, stream, at):
        self.stream, self.at = stream, at

    def next(self, used=True):
        """The next word; it stays the next one where not ``used``."""
        block = lax.convert_element_type(lax.shift_right_logical(self.at, np.int32(2)), np.uint32)
        words = philox.blocks(self.stream, lax.expand_dims(block, (0,)))
        place = lax.bitwise_and(self.at, np.int32(3))
        word = lax.select_n(place, *[w[0] for w in words])
        self.at = lax.add(self.at, lax.convert_element_type(used, np.int32))
        return word

    def uniform(self):
        """A float32 number in [0, 1)."""
        bits = lax.bitwise_or(
            lax.bitwise_and(self.next(), np.uint32(0x7FFFFF)), np.uint32(127 << 23)
        )
        return lax.sub(lax.bitcast_convert_type(bits, f32), f32(1))

    def below(self, n, used):
        """A whole number in [0, n), each exactly as probable; nothing is drawn where not ``used``.

        The words that would make small numbers more probable are passed over.
        """
        n = lax.convert_element_type(lax.max(n, np.int32(1)), np.uint32)
        two_power = lax.eq(lax.bitwise_and(n, lax.sub(n, np.uint32(1))), np.uint32(0))
        rest = lax.add(lax.rem(np.uint32(2**32 - 1), n), np.uint32(1))
        rest = lax.select(two_power, np.uint32(0), rest)

        def again(state):
            return lax.lt(state[0], rest)

        def draw(state):
            words = _Words(self.stream, state[1])
            return words.next(used), words.at

        word, self.at = lax.while_loop(again, draw, draw((np.uint32(0), self.at)))
        return lax.convert_element_type(lax.rem(word, n), np.int32)


def _round(x):
    return lax.convert_element_type(lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN), np.int32)


def _float(x):
    return lax.convert_element_type(x, f32)


def _crop(words: _Words, height, width, aspect, least, most):
    """A rectangle of aspect ratio ``aspect``: whether there is one, then y, x, height and width."""
    whole = lax.mul(_float(width), _float(height))
    low, high = lax.mul(least, whole), lax.mul(most, whole)
    h = _round(lax.sqrt(lax.div(low, aspect)))
    largest = _round(lax.sqrt(lax.div(high, aspect)))

    def too_wide(rows):
        return lax.gt(_round(lax.mul(_float(rows), aspect)), width)

    # In double precision, as the 0.5 of the C++ code is.
    wide = lax.convert_element_type(width, np.float64)
    fits = lax.div(
        lax.sub(lax.add(wide, np.float64(0.5)), np.float64(f32(1e-7))),
        lax.convert_element_type(aspect, np.float64),
    )
    fits = lax.convert_element_type(fits, np.int32)
    fits = lax.select(too_wide(fits), lax.sub(fits, np.int32(1)), fits)
    largest = lax.min(lax.select(too_wide(largest), fits, largest), height)
    h = lax.min(h, largest)
    free = lax.lt(h, largest)
    more = words.below(lax.add(lax.sub(largest, h), np.int32(1)), free)
    h = lax.select(free, lax.add(h, more), h)
    w = _round(lax.mul(_float(h), aspect))

    def area():
        return lax.mul(_float(w), _float(h))

    for wrong, step in ((lax.lt(area(), low), 1), (None, -1)):
        wrong = lax.gt(area(), high) if wrong is None else wrong
        h = lax.select(wrong, lax.add(h, np.int32(step)), h)
        w = lax.select(wrong, _round(lax.mul(_float(h), aspect)), w)
    good = lax.bitwise_and(lax.ge(area(), low), lax.le(area(), high))
    for n, length in ((w, width), (h, height)):
        good = lax.bitwise_and(good, lax.bitwise_and(lax.le(n, length), lax.gt(n, np.int32(0))))
    starts = []
    for n, length in ((h, height), (w, width)):
        free = lax.bitwise_and(good, lax.lt(n, length))
        start = words.below(lax.sub(length, n), free)
        starts.append(lax.select(free, start, np.int32(0)))
    return good, (*starts, h, w)


def _check_sampled(node, boxes, covered) -> None:
    def explain_covered(covered) -> None:
        if covered < 0:
            raise invalid(node, f"Min object covered must be non-negative: {covered:g}")

    def explain(boxes) -> None:
        wrong = boxes[~((boxes >= 0) & (boxes <= 1))]
        if wrong.size:
            raise invalid(node, f"All bounding box coordinates must be in [0.0, 1.0]: {wrong[0]:g}")

    def failed(boxes):
        good = lax.bitwise_and(lax.ge(boxes, f32(0)), lax.le(boxes, f32(1)))
        return lax.bitwise_not(lax.reduce_and(good, (0, 1, 2)))

    require(node, explain_covered, lambda c: lax.lt(c, f32(0)), covered)
    if np.size(boxes):
        require(node, explain, failed, boxes)


def _sample(node, stream, size, boxes, covered) -> list:
    least_aspect, most_aspect, least, most = _ranges(node)
    if np.ndim(size) != 1:
        raise invalid(node, f"image_size must be 1-dimensional{shape_list(np.shape(size))}")
    if len(size) != 3:
        raise invalid(node, f"image_size must contain 3 elements{shape_list(np.shape(size))}")
    if np.ndim(boxes) != 3:
        raise invalid(
            node,
            "input boxes must be 3-dimensional [batch, num_boxes, coords]: "
            + shape_list(np.shape(boxes)),
        )
    if boxes.shape[2] != 4:
        raise invalid(
            node, f"bounding boxes must have shape [4] or [*, 4], got {shape_list(boxes.shape)}"
        )
    if np.ndim(covered):
        raise invalid(
            node, f"min_object_covered must be 0-D, got shape {shape_list(np.shape(covered))}"
        )
    _check_sampled(node, boxes, covered)
    boxes = lax.reshape(boxes, (boxes.shape[0] * boxes.shape[1], 4))
    if boxes.shape[0] == 0:
        if not node.attrs["use_image_if_no_bounding_boxes"]:
            raise invalid(
                node,
                "No bounding boxes provided as input. One must enable "
                "use_image_if_no_bounding_boxes if you wish to not provide any bounding boxes.",
            )
        boxes = np.array([[0, 0, 1, 1]], f32)
    stream = lax.convert_element_type(stream, np.uint32)
    lengths = lax.convert_element_type(size, np.int32)
    height, width = (lax.index_in_dim(lengths, k, keepdims=False) for k in (0, 1))
    bounds = [
        lax.convert_element_type(lax.mul(boxes[:, k], _float(n)), np.int32)
        for k, n in ((0, height), (1, width), (2, height), (3, width))
    ]

    def attempt(state):
        number, at, _, crop = state
        words = _Words(stream, at)
        aspect = lax.add(lax.mul(words.uniform(), most_aspect - least_aspect), least_aspect)
        good, new = _crop(words, height, width, aspect, least, most)
        y, x, h, w = new
        rows = lax.sub(lax.min(bounds[2], lax.add(y, h)), lax.max(bounds[0], y))
        columns = lax.sub(lax.min(bounds[3], lax.add(x, w)), lax.max(bounds[1], x))
        zero = np.int32(0)
        shared = _float(lax.mul(lax.max(rows, zero), lax.max(columns, zero)))
        own = _float(lax.mul(lax.sub(bounds[2], bounds[0]), lax.sub(bounds[3], bounds[1])))
        counts = lax.ge(own, f32(1))
        enough = lax.ge(lax.div(shared, lax.max(own, f32(1))), lax.broadcast(covered, own.shape))
        enough = lax.reduce(lax.bitwise_and(counts, enough), False, lax.bitwise_or, (0,))
        good = lax.bitwise_and(good, enough)
        crop = [lax.select(good, a, b) for a, b in zip(new, crop, strict=True)]
        return lax.add(number, np.int32(1)), words.at, good, crop

    def going_on(state):
        return lax.bitwise_and(
            lax.bitwise_not(state[2]), lax.lt(state[0], np.int32(node.attrs["max_attempts"]))
        )

    start = (np.int32(0), np.int32(0), np.bool_(False), [np.int32(0), np.int32(0), height, width])
    *_, (y, x, h, w) = lax.while_loop(going_on, attempt, start)
    dtype = node.outputs[0].dtype.np

    def vector(*values):
        return lax.concatenate([lax.reshape(v, (1,)) for v in values], 0)

    begin, extent = vector(y, x, np.int32(0)), vector(h, w, np.int32(-1))
    ends = vector(y, x, lax.add(y, h), lax.add(x, w))
    # In float64, so that no product with a rounded reciprocal takes its place.
    lengths = vector(height, width, height, width)
    box = _float(lax.div(*[lax.convert_element_type(v, np.float64) for v in (ends, lengths)]))
    begin, extent = (lax.convert_element_type(v, dtype) for v in (begin, extent))
    return [begin, extent, lax.reshape(box, (1, 1, 4))]


_SAMPLE_ATTRS = (
    "aspect_ratio_range: list(float) = [0.75, 1.33], area_range: list(float) = [0.05, 1.0],"
    " max_attempts: int = 100, use_image_if_no_bounding_boxes: bool = False"
)
_INTEGER = types("uint8 int8 int16 int32 int64")


@defop(
    "SampleDistortedBoundingBox(image_size: T, bounding_boxes: float32; seed: int = 0,"
    f" seed2: int = 0, min_object_covered: float = 0.1, {_SAMPLE_ATTRS})"
    " -> begin: T, size: T, bboxes: float32",
    T=_INTEGER, shape=_sample_shape, stateful=True,
)  # fmt: skip
def sample_distorted_bounding_box(node, stream, size, boxes):
    covered = np.asarray(node.attrs["min_object_covered"], f32)
    return _sample(node, stream, size, boxes, covered)


@defop(
    "SampleDistortedBoundingBoxV2(image_size: T, bounding_boxes: float32,"
    f" min_object_covered: float32; seed: int = 0, seed2: int = 0, {_SAMPLE_ATTRS})"
    " -> begin: T, size: T, bboxes: float32",
    T=_INTEGER, shape=_sample_shape, stateful=True,
)  # fmt: skip
def sample_distorted_bounding_box_v2(node, stream, size, boxes, covered):
    return _sample(node, stream, size, boxes, covered)


def _stateless_sample_shape(node, size: Shape, boxes: Shape, covered: Shape, seed: Shape) -> list:
    random_stateless.seed_shape(node, seed)
    return _sample_shape(node, size, boxes, covered)


@defop(
    "StatelessSampleDistortedBoundingBox(image_size: T, bounding_boxes: float32,"
    f" min_object_covered: float32, seed: Tseed; {_SAMPLE_ATTRS})"
    " -> begin: T, size: T, bboxes: float32",
    T=_INTEGER, Tseed=INDEX, shape=_stateless_sample_shape,
)  # fmt: skip
def stateless_sample_distorted_bounding_box(node, size, boxes, covered, seed):
    return _sample(node, random_stateless.stream_of_seed(node, seed), size, boxes, covered)


for _op_type in ("SampleDistortedBoundingBox", "SampleDistortedBoundingBoxV2"):
    random.RESERVATIONS[_op_type] = lambda node, *inputs: node.attrs["max_attempts"]
