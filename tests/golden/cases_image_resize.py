"""Resizing: all kernels, flags and their gradients."""

import numpy as np

X = np.sin(np.arange(24.0)).reshape(2, 3, 4, 1).astype(np.float32)
W = np.cos(np.arange(70.0)).reshape(2, 5, 7, 1).astype(np.float32)


def _x(tf, shape=(2, 3, 4, 1), dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name="x")


def _with_gradient(tf, y, x, order=1):
    g = tf.gradients(tf.reduce_sum(y * y * y), x)[0]
    out = {"y": y, "g": g}
    if order == 2:
        out["h"] = tf.gradients(tf.reduce_sum(g * g), x)[0]
    return out


def _resize(kind, size=(4, 5), shape=(2, 3, 4, 1), **flags):
    def build(tf):
        x = _x(tf, shape)
        y = getattr(tf.image, f"resize_{kind}")(x, size, **flags)
        return _with_gradient(tf, y, x), {x: X}

    return build


def _area(size, **flags):
    def build(tf):
        x = _x(tf, (None, 3, None, 1))
        return {"y": tf.image.resize_area(x, size, **flags)}, {x: X}

    return build


def bilinear_whole_numbers(tf):
    x = _x(tf, dtype=tf.uint8)
    y = tf.image.resize_bilinear(x, tf.constant([2, 5]) * 2)
    return {"y": y, "n": tf.image.resize_nearest_neighbor(x, [1, 9])}, {x: (X * 9 + 10) // 1}


def bilinear_unknown_rank(tf):
    x = _x(tf, None)
    y = tf.image.resize_bilinear(x, [2, 2], name="y")
    return _with_gradient(tf, y, x), {x: X}


def nearest_unknown_size(tf):
    x = _x(tf, (2, None, 4, 1))
    y = tf.image.resize_nearest_neighbor(x, [6, 8])
    return _with_gradient(tf, y, x), {x: X}


def bicubic_of_doubles(tf):
    x = _x(tf, dtype=tf.float64)
    y = tf.image.resize_bicubic(x, [4, 3])
    return {"y": y, "g": tf.gradients(y, x, W[:, :4, :3])[0]}, {x: X}


def bicubic_of_halves_has_no_gradient(tf):
    x = _x(tf, dtype=tf.float16)
    y = tf.image.resize_bicubic(x, [4, 3])
    assert tf.gradients(y, x) == [None]
    return {"y": y}, {x: X}


def images_methods(tf):
    x = _x(tf)
    method = tf.image.ResizeMethod
    out = {
        name: tf.image.resize_images(x, [2, 6], getattr(method, name))
        for name in ("BILINEAR", "NEAREST_NEIGHBOR", "BICUBIC", "AREA")
    }
    out["same"] = tf.image.resize_images(x, [3, 4])
    out["one"] = tf.image.resize(x[0], (5, 2), align_corners=True)
    out["same_one"] = tf.image.resize(x[0], (3, 4))
    return out, {x: X}


def images_sizes(tf):
    x = _x(tf, (None, None, None, 1))
    size = tf.placeholder(tf.int32, [2], name="size")
    return {
        "fed": tf.image.resize_images(x, size),
        "kept": tf.image.resize_images(x, [6, 6], preserve_aspect_ratio=True),
        "packed": tf.image.resize_images(x, [size[0], 3], name="r"),
        "kept_static": tf.image.resize_images(X, [6, 6], 1, preserve_aspect_ratio=True),
    }, {x: X, size: [4, 4]}


def _scale_and_translate(kernel, antialias, size=(4, 2)):
    def build(tf):
        x = _x(tf)
        y = tf.raw_ops.ScaleAndTranslate(
            images=x, size=size, scale=[size[0] / 3, 0.6], translation=[0.25, -0.5],
            kernel_type=kernel, antialias=antialias,
        )  # fmt: skip
        return _with_gradient(tf, y, x), {x: X}

    return build


CASES = {
    f.__name__: f
    for f in (
        bilinear_whole_numbers, bilinear_unknown_rank, nearest_unknown_size, bicubic_of_doubles,
        bicubic_of_halves_has_no_gradient, images_methods, images_sizes,
    )
}  # fmt: skip
for _kind in ("bilinear", "nearest_neighbor", "bicubic"):
    CASES[_kind] = _resize(_kind)
    CASES[f"{_kind}_down"] = _resize(_kind, size=(2, 2))
    CASES[f"{_kind}_align"] = _resize(_kind, size=(1, 9), align_corners=True)
    CASES[f"{_kind}_centers"] = _resize(_kind, size=(4, 2), half_pixel_centers=True)
    CASES[f"{_kind}_unknown"] = _resize(_kind, size=(2, 3), shape=(None, None, None, None))
CASES["area"] = _area((2, 3))
CASES["area_up"] = _area((5, 9))
CASES["area_align"] = _area((2, 3), align_corners=True)
for _kernel in (
    "lanczos1", "lanczos3", "lanczos5", "gaussian", "box", "triangle", "keyscubic", "mitchellcubic",
):  # fmt: skip
    CASES[f"scale_{_kernel}"] = _scale_and_translate(_kernel, antialias=True)
CASES["scale_down_plain"] = _scale_and_translate("triangle", antialias=False, size=(2, 2))
