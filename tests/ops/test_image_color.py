"""Colours: values, ties, shapes, errors; coloured boxes.

Oracles: Python's `colorsys`, and loops.  Values and graphs are compared with TensorFlow in
``golden/image_color.json`` and ``golden/image_hsv.json``.
"""

import colorsys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

X = np.random.default_rng(0).uniform(size=(2, 3, 4, 3)).astype(np.float32)


def each(f, x):
    return np.array([f(*pixel) for pixel in x.reshape(-1, 3).astype(np.float64)]).reshape(x.shape)


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [("float32", 1e-5), ("float64", 1e-14), ("float16", 4e-3), ("bfloat16", 3e-2)],
)
def test_hue_saturation_and_value_and_back(dtype, tolerance):
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x = tf.cast(tf.constant(X.astype(np.float64)), dtype)
        hsv = tf.image.rgb_to_hsv(x)
        x, y, back = (np.asarray(v, np.float64) for v in
                      session.run([x, hsv, tf.image.hsv_to_rgb(hsv)]))  # fmt: skip
    np.testing.assert_allclose(y, each(colorsys.rgb_to_hsv, x), atol=tolerance)
    np.testing.assert_allclose(back, x, atol=2 * tolerance)


def test_greys_have_no_hue_and_black_no_saturation():
    x = np.array([[0, 0, 0], [0.5, 0.5, 0.5], [1, 1, 0], [1, 0, 1], [0, 1, 1]])
    np.testing.assert_allclose(run_op("RGBToHSV", x), each(colorsys.rgb_to_hsv, x))


@pytest.mark.parametrize("delta", [0.0, 0.3, -0.45, 1.0, -1.0])
def test_hue_is_turned(delta):
    def turned(r, g, b):
        h, s, v = colorsys.rgb_to_hsv(r, g, b)
        return colorsys.hsv_to_rgb((h + delta) % 1, s, v)

    found = run_op("AdjustHue", X, np.float32(delta))
    np.testing.assert_allclose(found, each(turned, X), atol=1e-5)


@pytest.mark.parametrize("factor", [0.0, 0.5, 2.0])
def test_saturation_is_multiplied(factor):
    def scaled(r, g, b):
        h, s, v = colorsys.rgb_to_hsv(r, g, b)
        return colorsys.hsv_to_rgb(h, min(1, s * factor), v)

    found = run_op("AdjustSaturation", X, np.float32(factor))
    np.testing.assert_allclose(found, each(scaled, X), atol=1e-5)


def test_contrast_is_around_the_mean_of_each_channel():
    mean = X.mean((1, 2), keepdims=True)
    found = run_op("AdjustContrastv2", X, np.float32(1.5))
    np.testing.assert_allclose(found, (X - mean) * 1.5 + mean, rtol=1e-5)
    assert run_op("AdjustContrastv2", X[:0], np.float32(1.5)).shape == (0, 3, 4, 3)


def outline(image, boxes, colours):
    """Boxes drawn one after another."""
    image = image.copy()
    height, width = image.shape[:2]
    for k, box in enumerate(boxes):
        y1, x1, y2, x2 = (int(v) for v in box * np.array([height, width] * 2) - box)
        if y1 > y2 or x1 > x2 or y1 >= height or x1 >= width or y2 < 0 or x2 < 0:
            continue
        rows = slice(max(0, y1), min(height - 1, y2) + 1)
        columns = slice(max(0, x1), min(width - 1, x2) + 1)
        colour = colours[k % len(colours)][: image.shape[2]]
        for y in (y1, y2):
            if 0 <= y < height:
                image[y, columns] = colour
        for x in (x1, x2):
            if 0 <= x < width:
                image[rows, x] = colour
    return image


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_boxes_are_drawn_in_order(channels):
    draw = np.random.default_rng(1)
    images = draw.uniform(size=(3, 9, 7, channels)).astype(np.float32)
    boxes = draw.uniform(-0.3, 1.3, (3, 13, 4)).astype(np.float32)
    colours = draw.uniform(size=(5, 4)).astype(np.float32)
    found = run_op("DrawBoundingBoxesV2", images, boxes, colours)
    expected = [outline(i, b, colours) for i, b in zip(images, boxes, strict=True)]
    np.testing.assert_array_equal(found, expected)


def test_the_default_colours_are_ten_and_white_in_grey_images():
    boxes = np.array([[[k / 11, 0, k / 11, 1] for k in range(12)]], np.float32)
    found = run_op("DrawBoundingBoxes", np.zeros((1, 12, 2, 3), np.float32), boxes)
    assert len(np.unique(found[0, :10, 0], axis=0)) == 10
    np.testing.assert_array_equal(found[0, 10:], found[0, :2])
    found = run_op("DrawBoundingBoxes", np.zeros((1, 12, 2, 1), np.float32), boxes)
    np.testing.assert_array_equal(found, np.ones_like(found))


@pytest.mark.parametrize(
    ("op_type", "x", "rest", "message"),
    [
        ("AdjustHue", X[0, 0], [0.5], r"input must be at least 3-D, got shape\[4,3\]"),
        ("AdjustSaturation", X[..., :2], [0.5], "input must have 3 channels but instead has 2"),
        ("AdjustHue", X, [[0.5]], r"delta must be scalar: \[1\]"),
        ("DrawBoundingBoxes", X[..., :2], [np.zeros((2, 1, 4))], "Channel depth should be either"),
        ("DrawBoundingBoxes", X, [np.zeros((1, 1, 4))], "The batch sizes should be the same"),
        ("DrawBoundingBoxes", X, [np.zeros((2, 4))], "The rank of the boxes tensor should be 3"),
    ],
)
def test_wrong_shapes_raise_when_run(op_type, x, rest, message):
    with new_graph() as graph:
        inputs = [tf.placeholder(tf.float32) for _ in (x, *rest)]
        y = add_op(op_type, *inputs)
        with (
            tf.Session(graph=graph) as session,
            pytest.raises(tf.errors.InvalidArgumentError, match=message),
        ):
            session.run(y, dict(zip(inputs, (x, *rest), strict=True)))


@pytest.mark.parametrize(
    ("op_type", "x", "result"),
    [
        ("RGBToHSV", None, None), ("HSVToRGB", (None, None), (None, 3)), ("RGBToHSV", (3,), (3,)),
        ("RGBToHSV", (2, 4), "Dimension must be 3 but is 4"),
        ("HSVToRGB", (), "Shape must be at least rank 1 but is rank 0"),
        ("AdjustContrastv2", (2, 3), "Shape must be at least rank 3 but is rank 2"),
        ("AdjustHue", (2, 3), "Shape must be at least rank 3 but is rank 2"),
        ("AdjustSaturation", (None, 5, 6, 2), (None, 5, 6, 2)),
    ],
)  # fmt: skip
def test_shape_rule_is_that_of_tensorflow(op_type, x, result):
    rest = [] if "HSV" in op_type else [1.0]
    with new_graph():
        x = tf.placeholder(tf.float32, x)
        if isinstance(result, str):
            with pytest.raises(ValueError, match=result):
                add_op(op_type, x, *rest)
        else:
            assert add_op(op_type, x, *rest).dims == result


@settings(deadline=None, max_examples=30)
@given(data=st.data(), op_type=st.sampled_from(["RGBToHSV", "AdjustHue", "DrawBoundingBoxes"]))
def test_shape_rule_agrees_with_lowering(op_type, data):
    """Whatever dimensions are forgotten, the rule never contradicts what is computed."""
    shape = (*[data.draw(st.integers(1, 3)) for _ in range(3)], 3)
    with new_graph() as graph:
        rest = {"AdjustHue": [0.5], "DrawBoundingBoxes": [np.zeros((shape[0], 1, 4), np.float32)]}
        x = tf.placeholder(tf.float32, data.draw(forget_dims(shape)))
        y = add_op(op_type, x, *rest.get(op_type, []))
        with tf.Session(graph=graph) as session:
            found = session.run(y, {x: np.zeros(shape)})
    assert is_compatible(y.dims, found.shape)


def test_wrong_numbers_of_random_changes():
    x = tf.zeros([2, 2, 3])
    for call, message in (
        (lambda: tf.image.random_brightness(x, -1), "max_delta must be non-negative."),
        (lambda: tf.image.random_contrast(x, 1, 1), "upper must be > lower."),
        (lambda: tf.image.random_saturation(x, -1, 1), "lower must be non-negative."),
        (lambda: tf.image.random_hue(x, 0.6), "max_delta must be <= 0.5."),
        (lambda: tf.image.adjust_gamma(x, -1), "Gamma should be a non-negative real number."),
    ):
        with pytest.raises(ValueError) as found:  # noqa: PT011 - the text is compared below
            call()
        assert str(found.value) == message
    with pytest.raises(AttributeError, match="dtype must be either floating point or integer"):
        tf.image.convert_image_dtype(x, tf.bool)
