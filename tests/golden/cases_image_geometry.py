"""Boxes cut out of images, glimpses, projective transforms; flips and turns."""

import numpy as np

X = np.sin(np.arange(80.0)).reshape(2, 5, 4, 2).astype(np.float32)
BOXES = np.array(
    [[0, 0, 1, 1], [0.13, 0.22, 0.71, 0.93], [0.9, 0.1, 0.2, 0.6], [-0.3, 0.4, 1.2, 1.4]],
    np.float32,
)


def _x(tf, shape=(2, 5, 4, 2), dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name="x")


def _crop(method="bilinear", size=(3, 2), shape=(2, 5, 4, 2), boxes=(4, 4), dtype="float32"):
    def build(tf):
        x = _x(tf, shape, getattr(tf, dtype))
        b = tf.placeholder(tf.float32, boxes, name="b")
        y = tf.image.crop_and_resize(
            x, b, [0, 1, 1, 0], size, method=method, extrapolation_value=0.5
        )
        gs = tf.gradients(tf.reduce_sum(y * y), [x, b])
        out = {"y": y, "gb": gs[1]}
        if gs[0] is not None:
            out["gx"] = gs[0]
        return out, {x: X * 10 if dtype[0] in "iu" else X, b: BOXES}

    return build


def crop_new_names(tf):
    y = tf.image.crop_and_resize(X, BOXES[:1], box_indices=[1], crop_size=[2, 2], name="y")
    return {"y": y}, {}


def glimpses(tf):
    x = _x(tf, (None, 5, 4, 2))
    y = tf.image.extract_glimpse(x, [2, 3], [[0.0, 0.0], [0.2, -0.2]])
    raw = tf.raw_ops
    out = {"y": y}
    for n, op in (("one", raw.ExtractGlimpse), ("two", raw.ExtractGlimpseV2)):
        for centered in (True, False):
            for normalized in (True, False):
                out[f"{n}_{centered}_{normalized}"] = op(
                    input=x, size=[3, 2], offsets=[[0.5, 0.25], [-0.5, 0.75]], centered=centered,
                    normalized=normalized, uniform_noise=False, noise="zero",
                )  # fmt: skip
    assert tf.gradients(y, x) == [None]
    return out, {x: X}


def projective(tf):
    x = _x(tf)
    t = [[1.0, 0.1, -0.4, 0.05, 0.9, 0.3, 0.0, 0.0], [0.9, -0.2, 0.6, 0.1, 1.1, -0.7, 0.01, 0.02]]
    out = {}
    for how in ("NEAREST", "BILINEAR"):
        for fill in ("CONSTANT", "REFLECT", "WRAP", "NEAREST"):
            out[f"{how}_{fill}"] = tf.raw_ops.ImageProjectiveTransformV3(
                images=x, transforms=t, output_shape=[4, 6], fill_value=0.25, interpolation=how,
                fill_mode=fill,
            )  # fmt: skip
    return out, {x: X}


def _projective_gradient(version):
    def build(tf):
        x = _x(tf)
        op = getattr(tf.raw_ops, f"ImageProjectiveTransformV{version}")
        more = {"fill_value": 0.5} if version == 3 else {}
        y = op(
            images=x, transforms=[[1.0, 0.1, -0.4, 0.05, 0.9, 0.3, 0.0, 0.0]], output_shape=[4, 6],
            interpolation="BILINEAR", **more,
        )  # fmt: skip
        return {"y": y, "g": tf.gradients(y * y, x)[0]}, {x: X}

    return build


def flips(tf):
    x = _x(tf)
    one = x[0]
    return {
        "left": tf.image.flip_left_right(x),
        "up": tf.image.flip_up_down(x),
        "left_one": tf.image.flip_left_right(one),
        "up_one": tf.image.flip_up_down(one),
        "transposed": tf.image.transpose_image(x),
        "transposed_one": tf.image.transpose(one, name="t"),
        "g": tf.gradients(tf.image.flip_up_down(tf.image.flip_left_right(x)) * x, x)[0],
    }, {x: X}


def flips_of_unknown_sizes(tf):
    x = _x(tf, (None, None, None, 2))
    one = tf.placeholder(tf.float32, [None, None, 2], name="one")
    return {
        "left": tf.image.flip_left_right(x),
        "up": tf.image.flip_up_down(one),
        "transposed": tf.image.transpose_image(one),
    }, {x: X, one: X[0]}


def random_flips_of_a_batch(tf):
    x = _x(tf)
    tf.set_random_seed(3)
    return {
        "left": tf.image.random_flip_left_right(x, seed=5),
        "up": tf.image.random_flip_up_down(x),
    }, {x: X}


CASES = {
    f.__name__: f
    for f in (
        crop_new_names, glimpses, projective, flips, flips_of_unknown_sizes,
        random_flips_of_a_batch,
    )
}  # fmt: skip
CASES["crop"] = _crop()
CASES["crop_nearest"] = _crop("nearest")
CASES["crop_to_one"] = _crop(size=(1, 1))
CASES["crop_unknown"] = _crop(shape=None, boxes=(None, 4))
CASES["crop_partly_known"] = _crop(shape=(None, 5, 4, None), boxes=None)
CASES["crop_whole_numbers"] = _crop(dtype="uint8")
CASES["crop_halves"] = _crop(dtype="float16")
CASES["projective_gradient_2"] = _projective_gradient(2)
CASES["projective_gradient_3"] = _projective_gradient(3)
