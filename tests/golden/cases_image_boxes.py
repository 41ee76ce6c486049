"""Suppression of boxes that overlap, sampled boxes, image files."""

import numpy as np

_draw = np.random.default_rng(0)
BOXES = np.round(_draw.uniform(0, 1, (9, 4)), 2).astype(np.float32)
SCORES = np.round(_draw.uniform(0, 1, 9), 1).astype(np.float32)
OVERLAPS = np.round(_draw.uniform(0, 1, (9, 9)), 2).astype(np.float32)
CLASSES = np.round(_draw.uniform(0, 1, (2, 9, 3)), 2).astype(np.float32)


def suppression(tf):
    b = tf.placeholder(tf.float32, [None, 4], name="b")
    s = tf.placeholder(tf.float32, [None], name="s")
    n = tf.placeholder(tf.int32, [], name="n")
    image = tf.image
    v4 = {"boxes": b, "scores": s, "iou_threshold": 0.2, "score_threshold": 0.1}
    padded = tf.raw_ops.NonMaxSuppressionV4(max_output_size=n, pad_to_max_output_size=True, **v4)
    static = tf.raw_ops.NonMaxSuppressionV4(max_output_size=12, pad_to_max_output_size=True, **v4)
    short = tf.raw_ops.NonMaxSuppressionV4(max_output_size=12, **v4)
    soft = image.non_max_suppression_with_scores(b, s, 6, 0.5, 0.1, soft_nms_sigma=0.4)
    raw = tf.raw_ops
    y = image.non_max_suppression(b, s, n)
    return {
        "y": y,
        "strict": image.non_max_suppression(b, s, 5, iou_threshold=0.1, score_threshold=0.3),
        "padded": padded[0], "valid": padded[1], "static": static[0], "short": short[0],
        "count": short[1],
        "soft": soft[0], "soft_scores": soft[1],
        "overlaps": image.non_max_suppression_overlaps(OVERLAPS, s, 5, 0.6, 0.05),
        "first": raw.NonMaxSuppression(boxes=b, scores=s, max_output_size=4, iou_threshold=0.3),
        "second": raw.NonMaxSuppressionV2(
            boxes=b, scores=s, max_output_size=4, iou_threshold=0.3
        ),
        "gathered": tf.gather(b, y),
    }, {b: BOXES, s: SCORES, n: 9}  # fmt: skip


def combined(tf):
    s = tf.placeholder(tf.float32, [None, 9, 3], name="s")
    boxes = np.stack([BOXES, BOXES * 1.2 - 0.1])[:, :, None]
    found = tf.image.combined_non_max_suppression(boxes, s, 3, 5, score_threshold=0.2)
    padded = tf.image.combined_non_max_suppression(
        np.repeat(boxes, 3, 2), s, 1, 5, pad_per_class=True, clip_boxes=False, name="padded"
    )
    out = dict(zip(("boxes", "scores", "classes", "valid"), found, strict=True))
    out.update(zip(("boxes2", "scores2", "classes2", "valid2"), padded, strict=True))
    return out, {s: CLASSES}


def sampled(tf):
    size = tf.placeholder(tf.int32, [3], name="size")
    boxes = [[[0.1, 0.2, 0.6, 0.7], [0.5, 0.5, 0.9, 0.95]]]
    sample = tf.image.sample_distorted_bounding_box
    a = sample(size, boxes, seed=3, seed2=4)
    b = sample(
        tf.constant([37, 51, 3], tf.int64), tf.zeros([1, 0, 4]), seed=1,
        aspect_ratio_range=[0.5, 2.0], area_range=[0.2, 0.5], max_attempts=7,
        use_image_if_no_bounding_boxes=True, min_object_covered=0.3, name="b",
    )  # fmt: skip
    part = tf.slice(tf.reshape(tf.range(20 * 30 * 1), [20, 30, 1]), a.begin, a.size)
    return {
        "begin": a.begin, "size": a.size, "box": a.bboxes, "part": tf.reduce_sum(part),
        "begin2": b[0], "size2": b[1], "box2": b[2],
    }, {size: [20, 30, 1]}  # fmt: skip


PIXELS = (_draw.integers(0, 256, (4, 5, 3)) // 16 * 16).astype(np.uint8)


def files(tf):
    x = tf.placeholder(tf.uint8, [None, None, 3], name="x")
    png = tf.image.encode_png(x)
    wide = tf.image.encode_png(tf.cast(x, tf.uint16) * 250, compression=9, name="wide")
    back = tf.image.decode_image(png, channels=3, expand_animations=False)
    return {
        "png": tf.image.decode_png(png),
        "grey": tf.image.decode_png(png, channels=1, name="grey"),
        "opaque": tf.image.decode_png(png, channels=4),
        "wide": tf.image.decode_png(wide, dtype=tf.uint16),
        "narrow": tf.image.decode_png(wide),
        "any": tf.image.decode_image(png),
        "float": tf.image.decode_image(wide, dtype=tf.float32),
        "half": tf.image.decode_image(wide, dtype=tf.float16, name="half"),
        "resized": tf.image.resize_images(back, [2, 2]),
        "frames": tf.image.decode_gif(png),
    }, {x: PIXELS}


def jpeg_nodes(tf):
    """The nodes only: the values take a package that need not be there."""
    data = tf.placeholder(tf.string, [], name="data")
    image = tf.image
    image.decode_jpeg(data, channels=3, ratio=2)
    image.decode_and_crop_jpeg(data, [0, 1, 2, 3], channels=1)
    image.extract_jpeg_shape(data)
    image.decode_bmp(data)
    x = tf.placeholder(tf.float32, [4, 5, 3], name="x")
    image.encode_jpeg(tf.cast(x, tf.uint8), quality=80, progressive=True)
    image.adjust_jpeg_quality(x, 50)
    tf.set_random_seed(1)
    image.random_jpeg_quality(x, 20, 70)
    return {}, {}


CASES = {f.__name__: f for f in (suppression, combined, sampled, files, jpeg_nodes)}
