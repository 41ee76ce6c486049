"""Convolutions under other op types: values, and graphs of those that have no kernel for a CPU."""

import numpy as np

_DRAW = np.random.default_rng(3)


def numbers(*shape, dtype="float32"):
    return (_DRAW.integers(-9, 9, shape) / 4).astype(dtype)


def conv(x, w, strides, padding="SAME", shape=..., **kwargs):
    def case(tf):
        t = tf.placeholder(x.dtype, x.shape if shape is ... else shape, name="x")
        y = tf.raw_ops.Conv(input=t, filter=w, strides=strides, padding=padding, **kwargs)
        return {"y": y}, {t: x}

    return case


def padded(x, w, paddings, mode="REFLECT", strides=(1, 1, 1, 1), padding="VALID", shape=...):
    def case(tf):
        t = tf.placeholder(x.dtype, x.shape if shape is ... else shape, name="x")
        y = tf.raw_ops.FusedPadConv2D(
            input=t, paddings=paddings, filter=w, mode=mode, strides=list(strides), padding=padding
        )
        return {"y": y}, {t: x}

    return case


def resized(x, w, size, paddings, mode="REFLECT", strides=(1, 1, 1, 1), padding="VALID", **kwargs):
    def case(tf):
        t = tf.placeholder(x.dtype, x.shape, name="x")
        y = tf.raw_ops.FusedResizeAndPadConv2D(
            input=t, size=size, paddings=paddings, filter=w, mode=mode, strides=list(strides),
            padding=padding, **kwargs,
        )  # fmt: skip
        return {"y": y}, {t: x}

    return case


def bfloat16(tf):
    x, w = (tf.cast(numbers(*s), "bfloat16") for s in ((1, 4, 5, 2), (3, 3, 2, 2)))
    y = tf.raw_ops.FusedPadConv2D(
        input=x, paddings=EDGES, filter=w, mode="REFLECT", strides=[1] * 4, padding="VALID"
    )
    z = tf.raw_ops.Conv(input=x, filter=w, strides=[1] * 4, padding="VALID")
    return {"y": tf.cast(y, "float32"), "z": tf.cast(z, "float32")}, {}


def by_example(tf):
    """No kernel on any platform."""
    x, w, dy = (numbers(*s) for s in ((1, 4, 5, 2), (3, 2, 2, 3), (1, 2, 3, 3)))
    a = {"strides": [1, 2, 2, 1], "padding": "SAME"}
    dx = tf.raw_ops.Conv2DBackpropInputV2(input=x, filter=w, out_backprop=dy, **a)
    dw = tf.raw_ops.Conv2DBackpropFilterV2(input=x, filter=w, out_backprop=dy, **a)
    return {"dx": dx, "dw": dw}, {}


by_example.is_run = False

EDGES = np.array([[0, 0], [1, 1], [1, 1], [0, 0]], np.int32)
UNEVEN = np.array([[0, 0], [2, 0], [0, 3], [0, 0]], np.int32)
BATCHES = np.array([[1, 0], [2, 0], [0, 3], [0, 0]], np.int32)
CHANNELS = np.array([[0, 0], [2, 0], [0, 3], [0, 1]], np.int32)
IMAGE, FILTER = numbers(2, 4, 5, 2), numbers(3, 2, 2, 3)
ONE = IMAGE[:1]  # in a batch TensorFlow pads the first image again and again

CASES = {
    "conv": conv(IMAGE, FILTER, [1, 1, 2, 1]),
    "conv-valid": conv(IMAGE, FILTER, [1, 1, 1, 1], "VALID", [None, 4, None, 2]),
    "conv-unknown": conv(IMAGE, FILTER, [1, 1, 1, 1], shape=None),
    "conv-double": conv(
        IMAGE.astype("float64"), FILTER.astype("float64"), [1] * 4, dilations=[1, 2, 1, 1]
    ),
    "conv-half": conv(IMAGE.astype("float16"), FILTER.astype("float16"), [1] * 4),
    "conv-whole": conv(IMAGE.astype("int32"), FILTER.astype("int32"), [1] * 4),
    "conv-explicit": conv(
        IMAGE, FILTER, [1] * 4, "EXPLICIT", explicit_paddings=[0, 0, 1, 0, 2, 1, 0, 0]
    ),
    "conv-two batch axes": conv(numbers(2, 1, 4, 5, 2), FILTER, [1, 2, 1, 1], batch_dims=2),
    "conv-no batch axis": conv(numbers(4, 5, 2), FILTER, [1, 1, 1, 1], "VALID", batch_dims=0),
    "conv-volume": conv(numbers(1, 3, 4, 4, 2), numbers(2, 2, 2, 2, 1), [1, 1, 2, 1, 1]),
    "conv-volumes": conv(
        numbers(2, 2, 3, 3, 3, 1), numbers(2, 2, 1, 1, 2), [1, 1, 1, 1, 1], "VALID", batch_dims=2
    ),
    "padded": padded(ONE, FILTER, EDGES),
    "padded-symmetric": padded(ONE, FILTER, UNEVEN, "SYMMETRIC", (1, 2, 1, 1), "SAME"),
    "padded-double": padded(
        ONE.astype("float64"), FILTER.astype("float64"), UNEVEN, shape=[None, None, 5, 2]
    ),
    "padded-half": padded(ONE.astype("float16"), FILTER.astype("float16"), EDGES),
    "padded-bfloat16": bfloat16,
    "padded-too far": padded(ONE, FILTER, np.array([[0, 0], [4, 0], [0, 0], [0, 0]], np.int32)),
    "padded-batches": padded(ONE, FILTER, BATCHES),
    "padded-channels": padded(ONE, numbers(3, 2, 3, 3), CHANNELS, "SYMMETRIC"),
    "resized": resized(ONE, FILTER, [6, 3], EDGES),
    "resized-corners": resized(
        ONE, FILTER, [6, 7], UNEVEN, "SYMMETRIC", (1, 2, 2, 1), resize_align_corners=True
    ),
    "resized-smaller": resized(ONE, FILTER, [3, 3], EDGES, padding="SAME"),
    "resized-double": resized(ONE.astype("float64"), FILTER.astype("float64"), [5, 9], EDGES),
    "resized-half": resized(ONE.astype("float16"), FILTER.astype("float16"), [6, 3], EDGES),
    "by example": by_example,
}
