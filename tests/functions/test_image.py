"""Functions of images that TensorFlow builds with branches, and what else has no recorded graph.

Oracles: numpy, and numbers that TensorFlow 2.21 gave.
"""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph

X = np.arange(24.0, dtype=np.float32).reshape(2, 3, 2, 2)


def run(build):
    with new_graph() as graph:
        y = build()
        with tf.Session(graph=graph) as session:
            return session.run(y)


@pytest.mark.parametrize("k", [-1, 0, 1, 2, 3, 6])
def test_quarter_turns_agree_with_numpy(k):
    np.testing.assert_array_equal(run(lambda: tf.image.rot90(X, k)), np.rot90(X, k, (1, 2)))
    found = run(lambda: tf.image.rot90(X[0], tf.constant(k)))
    np.testing.assert_array_equal(found, np.rot90(X[0], k))


def test_similarity_at_several_scales_is_that_of_tensorflow():
    a = (0.5 + 0.5 * np.sin(np.arange(2 * 180 * 190) * 0.7)).reshape(2, 180, 190, 1)
    a = a.astype(np.float32)
    found = run(lambda: tf.image.ssim_multiscale(a, a * 0.9 + 0.03, 1.0, filter_size=9))
    # In float32: a variance is the difference of two squares, some 1e-6 of which is rounding.
    np.testing.assert_allclose(found, [0.9962538, 0.99625266], atol=5e-6)
    same = run(lambda: tf.image.ssim_multiscale(a, a, 1.0, filter_size=9))
    np.testing.assert_allclose(same, [1, 1], rtol=1e-6)


def test_batches_are_flipped_image_by_image():
    def build():
        tf.set_random_seed(1)
        return tf.image.random_flip_left_right(np.tile(X[:1], (40, 1, 1, 1)))

    found = run(build)
    flipped = (found == X[0, :, ::-1]).all((1, 2, 3))
    kept = (found == X[0]).all((1, 2, 3))
    assert (flipped ^ kept).all()
    assert 8 < flipped.sum() < 32


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda x: tf.image.flip_up_down(x[0, 0]), ValueError, "must be at least three-dimension"),
        (lambda x: tf.image.crop_to_bounding_box(x, -1, 0, 1, 1), ValueError, "offset_height must"),
        (lambda x: tf.image.crop_to_bounding_box(x, 0, 0, 4, 1), ValueError, "height must be >= t"),
        (lambda x: tf.image.pad_to_bounding_box(x, 0, 0, 2, 9), ValueError, "height must be <= t"),
        (lambda x: tf.image.central_crop(x, 1.5), ValueError, "central_fraction must be within"),
        (lambda x: tf.image.resize_images(x, [1]), ValueError, "'size' must be a 1-D Tensor of 2"),
        (lambda x: tf.image.resize_images(x[0, 0], [1, 2]), ValueError, "'images' must have eith"),
        (lambda x: tf.image.resize_images(x, [1, 2], 9), ValueError, "Resize method is not imple"),
        (lambda x: tf.image.grayscale_to_rgb(x), ValueError, "Last dimension of a grayscale imag"),
        (lambda x: tf.image.image_gradients(x[0]), ValueError, "image_gradients expects a 4D tens"),
        (lambda x: tf.image.psnr(x, x[..., :1], 1.0), ValueError, "are incompatible"),
    ],
)  # fmt: skip
def test_wrong_arguments_raise_while_building(build, error, message):
    with new_graph(), pytest.raises(error, match=message):
        build(tf.constant(X))


def test_sizes_are_checked_when_run_where_they_are_tensors():
    with new_graph() as graph:
        n = tf.placeholder(tf.int32, [])
        y = tf.image.crop_to_bounding_box(X, n, 0, 1, 1)
        with tf.Session(graph=graph) as session:
            assert session.run(y, {n: 2}).shape == (2, 1, 1, 2)
            with pytest.raises(tf.errors.InvalidArgumentError, match="height must be >= target"):
                session.run(y, {n: 3})
