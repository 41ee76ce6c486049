"""Colours, brightness, contrast, types; coloured boxes."""

import numpy as np

X = (0.5 + 0.5 * np.sin(np.arange(72.0))).reshape(2, 4, 3, 3).astype(np.float32)


def _x(tf, shape=(2, 4, 3, 3), dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name="x")


def adjusting(tf):
    x = _x(tf)
    return {
        "brightness": tf.image.adjust_brightness(x, 0.2),
        "contrast": tf.image.adjust_contrast(x, 1.7),
        "gamma": tf.image.adjust_gamma(x, 2, 0.5),
        "hue": tf.image.adjust_hue(x, 0.3),
        "hue_back": tf.image.adjust_hue(x[0], -0.7, name="h"),
        "saturation": tf.image.adjust_saturation(x, 0.4),
        "saturation_up": tf.image.adjust_saturation(x, 3.0),
    }, {x: X}


def adjusting_whole_numbers(tf):
    x = _x(tf, (None, None, 3), tf.uint8)
    return {
        "brightness": tf.image.adjust_brightness(x, 0.2),
        "contrast": tf.image.adjust_contrast(x, 1.7),
        "gamma": tf.image.adjust_gamma(x, 2),
        "hue": tf.image.adjust_hue(x, 0.3),
        "saturation": tf.image.adjust_saturation(x, 0.4),
    }, {x: (X[0] * 255).astype(np.uint8)}


def adjusting_at_random(tf):
    x = _x(tf)
    tf.set_random_seed(11)
    return {
        "brightness": tf.image.random_brightness(x, 0.2),
        "contrast": tf.image.random_contrast(x, 0.5, 1.5, seed=4),
        "hue": tf.image.random_hue(x, 0.1),
        "saturation": tf.image.random_saturation(x, 0.5, 1.5),
    }, {x: X}


def types(tf):
    x = _x(tf)
    convert = tf.image.convert_image_dtype
    small = tf.constant([0, 100, 255], tf.uint8)
    large = tf.constant([-5, 0, 300, 70000], tf.int32)
    return {
        "same": convert(x, tf.float32),
        "half": convert(x, tf.float16),
        "bytes": convert(x, tf.uint8),
        "bytes_kept": convert(x * 2.0 - 0.5, tf.uint8, saturate=True),
        "float": convert(small, tf.float32),
        "wider": convert(small, tf.int16),
        "wider_kept": convert(small, tf.uint16, saturate=True, name="wider"),
        "narrower": convert(large, tf.uint8),
        "narrower_kept": convert(large, tf.int8, saturate=True),
    }, {x: X}


def grey(tf):
    x = _x(tf)
    y = tf.image.rgb_to_grayscale(x)
    return {
        "y": y,
        "g": tf.gradients(y * y, x)[0],
        "whole": tf.image.rgb_to_grayscale(tf.cast(x * 255.0, tf.uint8)),
        "back": tf.image.grayscale_to_rgb(y),
        "back_dynamic": tf.image.grayscale_to_rgb(tf.placeholder_with_default(y, [None, 4, 3, 1])),
    }, {x: X}


def television(tf):
    x = _x(tf, (None, 4, 3, 3))
    yiq, yuv = tf.image.rgb_to_yiq(x), tf.image.rgb_to_yuv(x)
    return {
        "yiq": yiq, "yuv": yuv, "rgb": tf.image.yiq_to_rgb(yiq), "rgb2": tf.image.yuv_to_rgb(yuv),
        "g": tf.gradients(yiq * yuv, x)[0],
    }, {x: X}  # fmt: skip


def standardization(tf):
    x = _x(tf)
    one = tf.placeholder(tf.uint8, [None, None, 3], name="one")
    y = tf.image.per_image_standardization(x)
    return {
        "y": y,
        "g": tf.gradients(tf.reduce_sum(y * y * y), x)[0],
        "one": tf.image.per_image_standardization(one),
        "flat": tf.image.per_image_standardization(tf.ones([2, 2, 3])),
    }, {x: X, one: (X[0] * 255).astype(np.uint8)}


def boxes_drawn(tf):
    x = _x(tf, (1, 6, 7, 3))
    boxes = [[[0.1, 0.1, 0.8, 0.7], [0.3, 0.3, 2.0, 0.9], [0.5, 0.2, 0.4, 0.9]]]
    y = tf.image.draw_bounding_boxes(x, boxes)
    assert tf.gradients(y, x) == [None]
    return {
        "y": y,
        "grey": tf.image.draw_bounding_boxes(x[..., :1], boxes),
        "own": tf.image.draw_bounding_boxes(x, boxes, colors=[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]),
    }, {x: np.zeros((1, 6, 7, 3))}


CASES = {
    f.__name__: f
    for f in (
        adjusting, adjusting_whole_numbers, adjusting_at_random, types, grey,
        television, standardization, boxes_drawn,
    )
}  # fmt: skip
