"""Suppression of overlapping boxes, sampled boxes: values, ties, shapes, errors.

Oracle: the definition, box by box.  Values and graphs are compared with TensorFlow in
``golden/image_boxes.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

f32 = np.float32
draw = np.random.default_rng(0)
BOXES = draw.uniform(0, 1, (30, 4)).astype(f32)
SCORES = (draw.permutation(30) / 30).astype(f32)


def overlap(a, b):
    low = np.maximum(np.minimum(a[:2], a[2:]), np.minimum(b[:2], b[2:]))
    high = np.minimum(np.maximum(a[:2], a[2:]), np.maximum(b[:2], b[2:]))
    shared = np.prod(np.maximum(high - low, 0))
    return shared / (abs(np.prod(a[2:] - a[:2])) + abs(np.prod(b[2:] - b[:2])) - shared)


def chosen(boxes, scores, most, threshold, least=-np.inf):
    found = []
    for k in np.argsort(-scores, kind="stable"):
        is_free = all(overlap(boxes[k], boxes[j]) <= threshold for j in found)
        if len(found) < most and scores[k] > least and is_free:
            found.append(k)
    return found


@pytest.mark.parametrize("threshold", [0.0, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("least", [-np.inf, 0.4])
def test_boxes_that_overlap_a_better_one_are_left_out(threshold, least):
    expected = chosen(BOXES, SCORES, 7, threshold, least)
    args = (BOXES, SCORES, np.int32(7), f32(threshold))
    np.testing.assert_array_equal(run_op("NonMaxSuppressionV3", *args, f32(least)), expected)
    indices, count = run_op("NonMaxSuppressionV4", *args, f32(least), pad_to_max_output_size=True)
    assert count == len(expected)
    np.testing.assert_array_equal(indices, expected + [0] * (7 - len(expected)))
    indices, scores, count = run_op("NonMaxSuppressionV5", *args, f32(least), f32(0))
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_array_equal(scores, SCORES[expected])
    if least < 0:
        np.testing.assert_array_equal(run_op("NonMaxSuppressionV2", *args), expected)
        found = run_op("NonMaxSuppression", *args[:3], iou_threshold=threshold)
        np.testing.assert_array_equal(found, expected)
    table = np.array([[overlap(a, b) for b in BOXES] for a in BOXES], f32)
    found = run_op("NonMaxSuppressionWithOverlaps", table, *args[1:], f32(least))
    np.testing.assert_array_equal(found, expected)


def test_equal_scores_keep_their_order_and_nan_is_never_taken():
    boxes = np.array([[k, 0, k + 0.5, 1] for k in range(4)], f32)
    scores = np.array([0.5, np.nan, 0.9, 0.5], f32)
    found = run_op("NonMaxSuppressionV2", boxes, scores, np.int32(9), f32(0.5))
    np.testing.assert_array_equal(found, [2, 0, 3])


def test_soft_suppression_lowers_scores():
    boxes = np.array([[0, 0, 1, 1], [0, 0, 1, 0.5], [2, 2, 3, 3]], f32)
    scores = np.array([0.9, 0.8, 0.7], f32)
    indices, kept, _ = run_op(
        "NonMaxSuppressionV5", boxes, scores, np.int32(3), f32(0.1), f32(0), f32(0.5)
    )
    np.testing.assert_array_equal(indices, [0, 2, 1])
    np.testing.assert_allclose(kept, [0.9, 0.7, 0.8 * np.exp(-(0.5**2) / (2 * 0.5))], rtol=1e-6)


def test_classes_are_suppressed_apart_and_merged():
    boxes = (BOXES[None, :, None] * 1.4 - 0.2).astype(f32)
    scores = draw.uniform(size=(1, 30, 2)).astype(f32)
    found = run_op("CombinedNonMaxSuppression", boxes, scores, np.int32(4), np.int32(6),
                   f32(0.3), f32(0.5))  # fmt: skip
    expected = []
    for k in range(2):
        for i in chosen(boxes[0, :, 0], scores[0, :, k], 4, 0.3, 0.5):
            expected.append((scores[0, i, k], k, boxes[0, i, 0]))
    expected = sorted(expected, key=lambda e: -e[0])[:6]
    np.testing.assert_array_equal(found[1][0, : len(expected)], [e[0] for e in expected])
    np.testing.assert_array_equal(found[2][0, : len(expected)], [e[1] for e in expected])
    np.testing.assert_array_equal(
        found[0][0, : len(expected)], np.clip([e[2] for e in expected], 0, 1)
    )
    assert found[3] == [len(expected)]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((BOXES[:, :3], SCORES, 3, 0.5, 0), r"boxes must have 4 columns"),
        ((BOXES, SCORES[1:], 3, 0.5, 0), r"scores has incompatible shape"),
        ((BOXES[0], SCORES, 3, 0.5, 0), r"boxes must be 2-D\[4\]"),
        ((BOXES, SCORES, [3], 0.5, 0), r"max_output_size must be 0-D, got shape \[1\]"),
        ((BOXES, SCORES, -1, 0.5, 0), "output size must be non-negative"),
        ((BOXES, SCORES, 3, 1.5, 0), r"iou_threshold must be in \[0, 1\]"),
    ],
)
def test_wrong_arguments_raise_when_run(args, message):
    with new_graph() as graph:
        inputs = [tf.placeholder(tf.int32 if k == 2 else tf.float32) for k in range(5)]
        y = add_op("NonMaxSuppressionV3", *inputs)
        with (
            tf.Session(graph=graph) as session,
            pytest.raises(tf.errors.InvalidArgumentError, match=message),
        ):
            session.run(y, dict(zip(inputs, args, strict=True)))


@pytest.mark.parametrize(
    ("boxes", "scores", "result"),
    [
        ((5, 4), (5,), (3,)), (None, None, (3,)),
        ((5, 4), (6,), "Dimensions must be equal, but are 5 and 6"),
        ((5, 3), (5,), "Dimension must be 4 but is 3"),
        ((5,), (5,), "Shape must be rank 2 but is rank 1"),
    ],
)  # fmt: skip
def test_shape_rule_is_that_of_tensorflow(boxes, scores, result):
    with new_graph():
        b, s = tf.placeholder(tf.float32, boxes), tf.placeholder(tf.float32, scores)
        if isinstance(result, str):
            with pytest.raises(ValueError, match=result):
                tf.image.non_max_suppression(b, s, 3)
        else:
            padded = tf.image.non_max_suppression_padded(b, s, 3, pad_to_max_output_size=True)
            assert padded.selected_indices.dims == result
            assert padded.valid_outputs.dims == ()
            assert tf.image.non_max_suppression(b, s, 3).dims == (None,)


@pytest.mark.parametrize("pad", [False, True])
def test_static_shapes_of_combined_suppression(pad):
    with new_graph():
        b, s = tf.placeholder(tf.float32, [2, None, 1, 4]), tf.placeholder(tf.float32, [2, 5, 3])
        found = tf.image.combined_non_max_suppression(b, s, 2, 9, pad_per_class=pad)
        n = 6 if pad else 9
        assert [t.dims for t in found] == [(2, n, 4), (2, n), (2, n), (2,)]


# ---------------------------------------------------------------------- sampled boxes


def sampled(count, size, boxes, **attrs):
    with new_graph() as graph, tf.Session(graph=graph) as session:
        found = tf.image.sample_distorted_bounding_box(size, boxes, seed=5, seed2=6, **attrs)
        return [session.run(list(found)) for _ in range(count)]


def test_samples_are_within_their_bounds():
    object_ = np.array([0.3, 0.2, 0.7, 0.9], f32)
    found = sampled(
        50, [60, 90, 3], object_[None, None], min_object_covered=0.4, area_range=[0.2, 0.7],
        aspect_ratio_range=[0.8, 1.6],
    )  # fmt: skip
    for begin, size, box in found:
        (y, x), (h, w) = begin[:2], size[:2]
        assert begin[2] == 0
        assert size[2] == -1
        assert 0 <= y <= y + h <= 60
        assert 0 <= x <= x + w <= 90
        assert 0.2 <= h * w / 5400 <= 0.7
        assert 0.8 - 1 / h <= w / h <= 1.6 + 1 / h
        np.testing.assert_allclose(box[0, 0], np.divide([y, x, y + h, x + w], [60, 90, 60, 90]))
        low, high = np.maximum(box[0, 0, :2], object_[:2]), np.minimum(box[0, 0, 2:], object_[2:])
        assert np.prod(high - low) / 0.28 > 0.38
    assert len({tuple(f[0]) for f in found}) > 40


def test_without_success_the_whole_image_is_taken():
    ((begin, size, box),) = sampled(1, [6, 9, 1], np.ones((1, 1, 4)), max_attempts=3)
    assert begin.tolist() == [0, 0, 0]
    assert size.tolist() == [6, 9, -1]
    assert box.tolist() == [[[0, 0, 1, 1]]]


@pytest.mark.parametrize(
    ("boxes", "attrs", "message"),
    [
        (np.zeros((1, 0, 4)), {}, "No bounding boxes provided as input"),
        (np.full((1, 1, 4), 1.5), {}, r"All bounding box coordinates must be in \[0.0, 1.0\]: 1.5"),
        (np.ones((1, 1, 4)), {"min_object_covered": -1}, "Min object covered must be non-negative"),
        (np.ones((1, 1, 4)), {"area_range": [0.1, 2]}, "Area range must be less then or equal to"),
        (np.ones((1, 1, 4)), {"aspect_ratio_range": [1]}, "Aspect ratio range field must specify"),
        (np.ones((1, 1, 4)), {"max_attempts": 0}, "Max attempts must be non-negative: 0"),
    ],
)
def test_wrong_samples_raise_when_run(boxes, attrs, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        sampled(1, [6, 9, 1], boxes, **attrs)
    with new_graph() as graph:
        given = tf.placeholder(tf.float32, boxes.shape)
        y = tf.image.sample_distorted_bounding_box([6, 9, 1], given, seed=1, **attrs)
        with (
            tf.Session(graph=graph) as session,
            pytest.raises(tf.errors.InvalidArgumentError, match=message),
        ):
            session.run(y.begin, {given: boxes})


def test_the_older_op_takes_the_part_as_an_attribute():
    with new_graph() as graph, tf.Session(graph=graph) as session:
        size, boxes = tf.constant([20, 30, 3]), tf.constant([[[0.1, 0.1, 0.9, 0.9]]])
        attrs = {"seed": 1, "seed2": 2}
        old = add_op("SampleDistortedBoundingBox", size, boxes, min_object_covered=0.3, **attrs)
        new = add_op("SampleDistortedBoundingBoxV2", size, boxes, 0.3, **attrs)
        old, new = session.run([old, new])
    for a, b in zip(old, new, strict=True):
        np.testing.assert_array_equal(a, b)
