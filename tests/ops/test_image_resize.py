"""Resizing: values, orders of derivatives, shapes, errors.

Oracles: loops in float64 that follow the definitions; every gradient is the transpose of the matrix
that the forward op computes.  Values and graphs are compared with TensorFlow in
``golden/image_resize.json``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.ops.image_resize import KERNELS

X = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype(np.float32)
SIZES = [(5, 4), (10, 8), (3, 7), (1, 1), (2, 9)]
FLAGS = [{}, {"align_corners": True}, {"half_pixel_centers": True}]


def size(height, width):
    return np.array([height, width], np.int32)


def position(i, old, new, align_corners=False, half_pixel_centers=False):
    scale = (old - 1) / (new - 1) if align_corners and new > 1 and old > 1 else old / new
    return (i + 0.5) * scale - 0.5 if half_pixel_centers else i * scale


def along(x, new, axis, taps):
    """``x`` resized along an axis; ``taps(i)`` gives pairs of places and weights."""
    x = np.moveaxis(x.astype(np.float64), axis, 0)
    old = len(x)
    rows = [sum(w * x[min(max(k, 0), old - 1)] for k, w in taps(i, old, new)) for i in range(new)]
    return np.moveaxis(np.stack(rows), 0, axis)


def linear(flags):
    def taps(i, old, new):
        at = position(i, old, new, **flags)
        below = int(np.floor(at))
        return [(below, 1 - (at - below)), (below + 1, at - below)]

    return taps


def cubic(flags):
    a = -0.5 if flags.get("half_pixel_centers") else -0.75

    def weight(d):
        d = abs(d)
        if d <= 1:
            return ((a + 2) * d - (a + 3)) * d * d + 1
        return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a

    def taps(i, old, new):
        at = position(i, old, new, **flags)
        below = int(np.floor(at))
        found = [(k, weight(at - k)) for k in range(below - 1, below + 3)]
        if not flags.get("half_pixel_centers"):
            return found
        found = [(k, w) for k, w in found if 0 <= k < old]
        total = sum(w for _, w in found)
        return [(k, w / total) for k, w in found]

    return taps


def mean(flags):
    def taps(i, old, new):
        scale = position(1, old, new, **flags)
        low, high = i * scale, (i + 1) * scale
        cells = range(int(np.floor(low)), int(np.ceil(high)))
        return [(k, (min(k + 1, high) - max(k, low)) / scale) for k in cells]

    return taps


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("new", SIZES)
@pytest.mark.parametrize(("op_type", "taps"), [("Bilinear", linear), ("Bicubic", cubic)])
def test_interpolations_agree_with_a_loop(op_type, taps, new, flags):
    expected = along(along(X, new[0], 1, taps(flags)), new[1], 2, taps(flags))
    found = run_op(f"Resize{op_type}", X, size(*new), **flags)
    # Places are rounded to float32; TensorFlow tabulates the cubic at 1024 distances.
    tolerance = 1e-5 if op_type == "Bilinear" else 3e-3
    np.testing.assert_allclose(found, expected, atol=tolerance, rtol=0)


@pytest.mark.parametrize("new", SIZES)
def test_area_is_the_mean_over_what_each_element_covers(new):
    expected = along(along(X, new[0], 1, mean({})), new[1], 2, mean({}))
    np.testing.assert_allclose(run_op("ResizeArea", X, size(*new)), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("dtype", ["uint8", "int64", "float16", "float64"])
def test_nearest_neighbour_takes_elements(dtype, flags):
    def places(old, new):
        i = np.arange(new)
        if flags.get("half_pixel_centers"):
            at = np.floor((i + 0.5) * old / new)
        else:
            at = position(i, old, new, **flags)
            at = np.floor(at + 0.5) if flags else np.floor(at)
        return np.clip(at, 0, old - 1).astype(int)

    x = (X * 20).astype(dtype)
    found = run_op("ResizeNearestNeighbor", x, size(3, 9), **flags)
    np.testing.assert_array_equal(found, x[:, places(5, 3)][:, :, places(4, 9)])
    assert found.dtype == dtype


def matrix(op_type, shape, *rest, **attrs):
    """The matrix of a linear op on images of a shape."""
    n = int(np.prod(shape[1:3]))
    basis = np.eye(n, dtype=np.float32).reshape(n, *shape[1:3], 1)
    return run_op(op_type, basis, *rest, **attrs).reshape(n, -1)


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("new", [(7, 3), (2, 8), (40, 4), (4, 41)])
@pytest.mark.parametrize("kind", ["Bilinear", "Bicubic", "NearestNeighbor"])
def test_gradient_is_the_transposed_matrix(kind, new, flags):
    forward = matrix(f"Resize{kind}", (1, 4, 4, 1), size(*new), **flags)
    image = size(4, 4) if kind == "NearestNeighbor" else np.zeros((1, 4, 4, 1), np.float32)
    if kind != "NearestNeighbor":
        image = np.zeros((int(np.prod(new)), 4, 4, 1), np.float32)
    backward = matrix(f"Resize{kind}Grad", (1, *new, 1), image, **flags)
    np.testing.assert_allclose(backward, forward.T, atol=2e-6)


@pytest.mark.parametrize("antialias", [True, False])
@pytest.mark.parametrize("kernel", KERNELS)
def test_scaled_gradient_is_the_transposed_matrix(kernel, antialias):
    rest = (np.array([2.5, 0.4], np.float32), np.array([0.3, -0.2], np.float32))
    attrs = {"kernel_type": kernel, "antialias": antialias}
    forward = matrix("ScaleAndTranslate", (1, 4, 5, 1), size(9, 2), *rest, **attrs)
    image = np.zeros((18, 4, 5, 1), np.float32)
    backward = matrix("ScaleAndTranslateGrad", (1, 9, 2, 1), image, *rest, **attrs)
    np.testing.assert_allclose(backward, forward.T, atol=2e-6)


def test_weights_of_every_place_inside_the_image_sum_to_one():
    ones = np.ones((1, 6, 5, 1), np.float32)
    for kernel in KERNELS:
        found = run_op(
            "ScaleAndTranslate", ones, size(4, 9), np.array([0.6, 1.7], np.float32),
            np.zeros(2, np.float32), kernel_type=kernel,
        )  # fmt: skip
        inside = found[0, :, :8, 0]
        np.testing.assert_allclose(inside, np.ones_like(inside), atol=1e-6)


@pytest.mark.parametrize("op_type", ["ResizeBilinear", "ResizeNearestNeighbor", "ResizeArea"])
def test_an_infinity_stays_where_it_is(op_type):
    x = X.copy()
    x[0, 0, 0, 0] = np.inf
    found = run_op(op_type, x, size(10, 8))
    assert not np.isfinite(found[0, 0, 0, 0])
    assert np.isfinite(found[0, 4:]).all()
    assert np.isfinite(found[1]).all()


def test_larger_sums_of_whole_numbers_wrap_around():
    g = np.full((1, 4, 6, 1), 50, np.uint8)
    found = run_op("ResizeNearestNeighborGrad", g, size(2, 2))
    np.testing.assert_array_equal(found, np.full((1, 2, 2, 1), 300 % 256))


_KINDS = ["ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic", "ResizeArea"]


@pytest.mark.parametrize("op_type", _KINDS)
@pytest.mark.parametrize(
    ("x", "new", "message"),
    [
        (X, [0, 3], "output dimensions must be positive"),
        (X[:, :0], [2, 3], "input image must be of non-zero size"),
        (X[..., :0], [2, 3], "image must have at least one channel"),
        (X[0], [2, 3], r"input must be 4-dimensional\[5,4,3\]"),
        (X, [3], r"shape_t must have two elements\[1\]"),
        (X, [[1, 2]], r"shape_t must be 1-dimensional\[1,2\]"),
    ],
)
def test_wrong_sizes_raise_when_run(op_type, x, new, message):
    with new_graph() as graph:
        images, lengths = tf.placeholder(tf.float32), tf.placeholder(tf.int32)
        y = add_op(op_type, images, lengths)
        with (
            tf.Session(graph=graph) as session,
            pytest.raises(tf.errors.InvalidArgumentError, match=message),
        ):
            session.run(y, {images: x, lengths: new})


def test_wrong_attributes_raise_when_run():
    both = {"align_corners": True, "half_pixel_centers": True}
    with pytest.raises(tf.errors.InvalidArgumentError, match="If half_pixel_centers is True"):
        run_op("ResizeBilinear", X, size(2, 2), **both)
    scale, shift = np.ones(2, np.float32), np.zeros(2, np.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Scale must be greater than zero"):
        run_op("ScaleAndTranslate", X, size(2, 2), scale - 1, shift)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Unrecognized kernel type: foo"):
        run_op("ScaleAndTranslate", X, size(2, 2), scale, shift, kernel_type="foo")


@pytest.mark.parametrize(
    ("x", "new", "result"),
    [
        (None, None, (None,) * 4), ((2, 3, 4, 5), [7, 8], (2, 7, 8, 5)),
        ((None, 3, None, 5), "packed", (None, None, None, 5)),
        ((2, 3, 4, 5), [-1, 3], (2, None, 3, 5)),
        ((3, 4, 5), [7, 8], "Shape must be rank 4 but is rank 3"),
        ((2, 3, 4, 5), [7, 8, 9], "Dimension must be 2 but is 3"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("op_type", [*_KINDS, "ResizeNearestNeighborGrad"])
def test_shape_rule_is_that_of_tensorflow(op_type, x, new, result):
    with new_graph():
        x = tf.placeholder(tf.float32, x)
        if new is None:
            new = tf.placeholder(tf.int32)
        elif new == "packed":
            new = tf.stack([tf.placeholder(tf.int32, []), 3])
        if isinstance(result, str):
            with pytest.raises(ValueError, match=result):
                add_op(op_type, x, new)
        else:
            assert add_op(op_type, x, new).dims == result


@settings(deadline=None, max_examples=40)
@given(data=st.data(), op_type=st.sampled_from([*_KINDS, "ResizeBilinearGrad"]))
def test_shape_rule_agrees_with_lowering(op_type, data):
    """Whatever dimensions are forgotten, the rule never contradicts what is computed."""
    shape = tuple(data.draw(st.integers(1, 3)) for _ in range(4))
    known = data.draw(forget_dims(shape))
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, known)
        if op_type.endswith("Grad"):
            y = add_op(op_type, tf.ones([shape[0], 2, 3, shape[3]]), x)
        else:
            y = add_op(op_type, x, [2, 3])
        with tf.Session(graph=graph) as session:
            found = session.run(y, {x: np.zeros(shape)})
    assert is_compatible(y.dims, found.shape)


def test_size_may_be_computed_from_another_tensor():
    with new_graph() as graph:
        x, like = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
        y = tf.image.resize_bilinear(x, tf.shape(like)[1:3] * 2)
        with tf.Session(graph=graph) as session:
            assert session.run(y, {x: X, like: np.zeros((1, 2, 3, 1))}).shape == (2, 4, 6, 3)
