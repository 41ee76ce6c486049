"""Crops, glimpses, projective transforms: values, shapes, errors.

Oracles: loops in numpy.  Values and graphs are compared with TensorFlow in
``golden/image_geometry.json``, derivatives with differences in ``tests/gradients/orders_image.py``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

X = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype(np.float32)
BOXES = np.array([[0, 0, 1, 1], [0.1, 0.9, 0.7, 0.2], [-0.2, 0.3, 0.5, 1.3]], np.float32)
INDEX = np.array([1, 0, 1], np.int32)


def i(*values):
    return np.array(values, np.int32)


def crop(image, box, rows, columns, fill):
    height, width, channels = image.shape
    result = np.full((rows, columns, channels), fill, np.float64)
    y1, x1, y2, x2 = box.astype(np.float64)

    def places(low, high, n, length):
        if n == 1:
            return [(low + high) / 2 * (length - 1)]
        return [(low + k * (high - low) / (n - 1)) * (length - 1) for k in range(n)]

    for r, y in enumerate(places(y1, y2, rows, height)):
        for c, x in enumerate(places(x1, x2, columns, width)):
            if not (0 <= y <= height - 1 and 0 <= x <= width - 1):
                continue
            top, left = int(np.floor(y)), int(np.floor(x))
            bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
            dy, dx = y - top, x - left
            upper = image[top, left] * (1 - dx) + image[top, right] * dx
            lower = image[bottom, left] * (1 - dx) + image[bottom, right] * dx
            result[r, c] = upper * (1 - dy) + lower * dy
    return result


@pytest.mark.parametrize("size", [(4, 3), (1, 5), (1, 1), (9, 9)])
def test_crops_agree_with_a_loop(size):
    expected = [crop(X[k], b, *size, 0.5) for b, k in zip(BOXES, INDEX, strict=True)]
    found = run_op("CropAndResize", X, BOXES, INDEX, i(*size), extrapolation_value=0.5)
    np.testing.assert_allclose(found, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("method", ["bilinear", "nearest"])
def test_gradient_of_the_image_is_the_transposed_crop(method):
    g = np.random.default_rng(1).normal(size=(3, 4, 3, 3)).astype(np.float32)
    y = run_op("CropAndResize", X, BOXES, INDEX, i(4, 3), method=method)
    back = run_op("CropAndResizeGradImage", g, BOXES, INDEX, i(2, 5, 6, 3), T=tf.float32,
                  method=method)  # fmt: skip
    np.testing.assert_allclose(np.sum(g * y), np.sum(back * X), rtol=1e-5)


def test_crops_of_no_box_and_of_no_image():
    assert run_op("CropAndResize", X, BOXES[:0], INDEX[:0], i(2, 2)).shape == (0, 2, 2, 3)
    found = run_op("CropAndResizeGradBoxes", np.zeros((0, 2, 2, 3), np.float32), X, BOXES[:0],
                   INDEX[:0])  # fmt: skip
    assert found.shape == (0, 4)


@pytest.mark.parametrize("fed", [True, False])
@pytest.mark.parametrize("wrong", [2, -1])
def test_a_box_of_no_image_raises(wrong, fed):
    with new_graph() as graph:
        k = tf.placeholder_with_default(i(0, wrong), [2]) if fed else i(0, wrong)
        y = tf.image.crop_and_resize(X, BOXES[:2], k, [2, 2])
        with (
            tf.Session(graph=graph) as session,
            pytest.raises(tf.errors.OutOfRangeError, match="box_index has values outside"),
        ):
            session.run(y)


def test_a_glimpse_is_a_window_around_a_place():
    found = run_op("ExtractGlimpse", X, i(3, 2), np.zeros((2, 2), np.float32))
    np.testing.assert_array_equal(found, X[:, 1:4, 2:4])
    place = np.array([[1, 1], [1, 1]], np.float32)
    found = run_op("ExtractGlimpseV2", X, i(2, 2), place, centered=False, normalized=False)
    np.testing.assert_array_equal(found, X[:, 1:3, 1:3])


@pytest.mark.parametrize("op_type", ["ExtractGlimpse", "ExtractGlimpseV2"])
@pytest.mark.parametrize("noise", ["uniform", "gaussian"])
def test_noise_outside_the_image_is_in_its_range(op_type, noise):
    found = run_op(op_type, X, i(20, 20), np.zeros((2, 2), np.float32), noise=noise,
                   uniform_noise=False)  # fmt: skip
    np.testing.assert_array_equal(found[:, 7:12, 7:13], X)
    assert found.min() >= X.min()
    assert found.max() <= X.max()
    assert len(np.unique(found)) > 400


MOVED = np.array([[1, 0, 1, 0, 1, -2, 0, 0]], np.float32)


@pytest.mark.parametrize(
    ("op_type", "rest"), [("V2", ()), ("V3", (np.float32(0),))], ids=["V2", "V3"]
)
@pytest.mark.parametrize("how", ["NEAREST", "BILINEAR"])
def test_a_translation_moves_elements(op_type, rest, how):
    found = run_op(f"ImageProjectiveTransform{op_type}", X, MOVED, i(5, 6), *rest,
                   interpolation=how)  # fmt: skip
    expected = np.zeros_like(X)
    expected[:, 2:, :5] = X[:, :3, 1:]
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("mode", "places"),
    [
        ("REFLECT", [2, 1, 0, 0, 1, 2, 3, 4, 5, 5, 4, 3]),
        ("WRAP", [3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2]),
        ("NEAREST", [0, 0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 5]),
    ],
)
def test_modes_of_filling(mode, places):
    transform = np.array([[1, 0, -3, 0, 1, 0, 0, 0]], np.float32)
    found = run_op("ImageProjectiveTransformV2", X, transform, i(5, 12), interpolation="NEAREST",
                   fill_mode=mode)  # fmt: skip
    np.testing.assert_array_equal(found, X[:, :, places])


@pytest.mark.parametrize(
    ("x", "transforms", "size", "attrs", "message"),
    [
        (X, np.ones((3, 8)), [2, 2], {}, "Input transform should be num_images x 8 or 1 x 8"),
        (X, np.ones((2, 7)), [2, 2], {}, "Input transform should be num_images x 8 or 1 x 8"),
        (X, MOVED, [2, 0], {}, "output dimensions must be positive"),
        (X, MOVED, [2, 2], {"fill_mode": "SMEAR"}, "Invalid mode SMEAR"),
        (X, MOVED, [2, 2], {"interpolation": "CUBIC"}, "Invalid interpolation CUBIC"),
    ],
)
def test_wrong_transforms_raise_when_run(x, transforms, size, attrs, message):
    attrs = {"interpolation": "NEAREST", **attrs}
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run_op("ImageProjectiveTransformV2", x, transforms.astype(np.float32), i(*size), **attrs)


@pytest.mark.parametrize(
    ("x", "boxes", "index", "size", "result"),
    [
        ((2, 5, 6, 3), (4, 4), (4,), [3, 2], (4, 3, 2, 3)),
        (None, None, None, None, (None,) * 4),
        ((None, 5, 6, None), (None, 4), (4,), None, (4, None, None, None)),
        ((2, 5, 6, 3), (4, 4), (5,), [3, 2], "Dimensions must be equal, but are 4 and 5"),
        ((2, 5, 6, 3), (4, 3), (4,), [3, 2], "Dimension must be 4 but is 3"),
        ((5, 6, 3), (4, 4), (4,), [3, 2], "Shape must be rank 4 but is rank 3"),
        ((2, 5, 6, 3), (4, 4), (4,), [3], "Dimension must be 2 but is 1"),
    ],
)
def test_shape_rule_of_crops_is_that_of_tensorflow(x, boxes, index, size, result):
    with new_graph():
        inputs = [
            tf.placeholder(tf.float32, x), tf.placeholder(tf.float32, boxes),
            tf.placeholder(tf.int32, index), tf.placeholder(tf.int32) if size is None else size,
        ]  # fmt: skip
        if isinstance(result, str):
            with pytest.raises(ValueError, match=result):
                add_op("CropAndResize", *inputs)
        else:
            assert add_op("CropAndResize", *inputs).dims == result


@settings(deadline=None, max_examples=40)
@given(data=st.data(), kind=st.sampled_from(["crop", "glimpse", "transform"]))
def test_shape_rules_agree_with_lowerings(kind, data):
    """Whatever dimensions are forgotten, the rule never contradicts what is computed."""
    shape = tuple(data.draw(st.integers(1, 3)) for _ in range(4))
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, data.draw(forget_dims(shape)))
        if kind == "crop":
            b = tf.placeholder(tf.float32, data.draw(forget_dims((2, 4))))
            y = add_op("CropAndResize", x, b, [0, 0], [2, 3])
            feeds = {b: BOXES[:2]}
        elif kind == "glimpse":
            b = tf.placeholder(tf.float32, data.draw(forget_dims((shape[0], 2))))
            y = add_op("ExtractGlimpse", x, [2, 3], b)
            feeds = {b: np.zeros((shape[0], 2))}
        else:
            y = add_op("ImageProjectiveTransformV2", x, MOVED, [2, 3], interpolation="NEAREST")
            feeds = {}
        with tf.Session(graph=graph) as session:
            found = session.run(y, {x: np.zeros(shape), **feeds})
    assert is_compatible(y.dims, found.shape)
