"""Op types of old graphs, and some that stand for themselves: values and derivatives."""

import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from old_graphs import old

_DRAW = np.random.default_rng(4)
X, DY = (_DRAW.integers(-9, 9, (2, 2, 3, 2)) / 4 for _ in range(2))
M, V, BETA, GAMMA = (np.array(a) for a in ([0.25, -1], [1.5, 0.5], [1.0, 2], [0.5, -3]))


def normalised(scale, dtype="float32", shape=(2, 2, 3, 2), epsilon=0.25):
    def case(tf):
        old(tf, 8)
        x = tf.placeholder(dtype, shape, name="t")
        m, v, beta, gamma = (tf.constant(a.astype(dtype)) for a in (M, V, BETA, GAMMA))
        y = tf.raw_ops.BatchNormWithGlobalNormalization(
            t=x, m=m, v=v, beta=beta, gamma=gamma, variance_epsilon=epsilon,
            scale_after_normalization=scale,
        )  # fmt: skip
        grads = tf.gradients(y * y, [x, m, v, beta, gamma])
        return {"y": y, **{f"g{i}": g for i, g in enumerate(grads)}}, {x: X.astype(dtype)}

    return case


def contrast(dtype, shape=(2, 2, 3, 2)):
    def case(tf):
        old(tf, 1)
        x = tf.placeholder(dtype, shape, name="images")
        y = tf.raw_ops.AdjustContrast(images=x, contrast_factor=1.5, min_value=-1.0, max_value=2.25)
        return {"y": y}, {x: X.astype(dtype)}

    return case


def fourier(tf):
    """TensorFlow has kernels for GPUs alone."""
    old(tf, 14)
    x = tf.constant((X + 1j * DY).astype(np.complex64))
    names = [f"Batch{kind}{rank}" for kind in ("FFT", "IFFT") for rank in ("", "2D", "3D")]
    return {n: getattr(tf.raw_ops, n)(input=x) for n in names}, {}


def placeholder(tf):
    old(tf, 22)
    x = tf.raw_ops.PlaceholderV2(dtype=tf.float32, shape=[2])
    y = tf.raw_ops.PlaceholderV2(dtype=tf.int32, shape=[None, 2])
    return {"x": x * 2, "y": y + 1}, {x: np.float32([1, 2]), y: np.array([[1, 2]], np.int32)}


def not_fed(tf):
    old(tf, 22)
    return {"x": tf.raw_ops.PlaceholderV2(dtype=tf.float32, shape=[2]) * 2}, {}


# ---------------------------------------------------------------------- temporary variables


def temporary(tf):
    v = tf.raw_ops.TemporaryVariable(shape=[2], dtype=tf.float32, var_name="a")
    v = tf.assign_add(tf.assign(v, [1.0, 2.0]), [10.0, 20.0])
    return {"y": tf.raw_ops.DestroyTemporaryVariable(ref=v, var_name="a") * 2}, {}


def added_up(tf):
    """As `tf.accumulate_n` of old did it."""
    v = tf.raw_ops.TemporaryVariable(shape=[2], dtype=tf.float64, var_name="")
    start = tf.assign(v, tf.zeros([2], tf.float64))
    xs = [tf.constant(np.array([i, i * i], np.float64)) for i in range(1, 4)]
    adds = [tf.assign_add(start, x).op for x in xs]
    with tf.control_dependencies(adds):
        y = tf.raw_ops.DestroyTemporaryVariable(ref=start, var_name=v.op.name)
    return {"y": y}, {}


def twice(tf):
    """Two of them, in one run."""
    out = {}
    for name in ("a", "b"):
        v = tf.raw_ops.TemporaryVariable(shape=[], dtype=tf.int32, var_name=name)
        v = tf.assign_sub(tf.assign(v, 7), 2 if name == "a" else 3)
        out[name] = tf.raw_ops.DestroyTemporaryVariable(ref=v, var_name=name)
    return out, {}


def wrong_name(tf):
    v = tf.raw_ops.TemporaryVariable(shape=[2], dtype=tf.float32, var_name="a")
    v = tf.assign(v, [1.0, 2.0])
    return {"y": tf.raw_ops.DestroyTemporaryVariable(ref=v, var_name="b")}, {}


# ---------------------------------------------------------------------- sources


def region(shape, dtype, contents=b"\0\0\xc0?\0\0 @\1\2"):
    def case(tf):
        path = Path(tempfile.gettempdir(), "tfgrad_region.bin")
        path.write_bytes(contents)
        y = tf.raw_ops.ImmutableConst(
            dtype=dtype, shape=shape, memory_region_name=f"{tempfile.gettempdir()}/{path.name}"
        )
        return {"y": tf.identity(y)}, {}

    return case


def no_region(tf):
    y = tf.raw_ops.ImmutableConst(dtype=tf.int32, shape=[1], memory_region_name="no/such/file")
    return {"y": tf.identity(y)}, {}


def fact(tf):
    return {"y": tf.raw_ops.Fact()}, {}


def not_aborted(tf):
    """Built, and not run."""
    return {"a": tf.raw_ops.Abort(error_msg="enough"), "y": tf.constant(1)}, {}


# ---------------------------------------------------------------------- for XLA or GPUs alone


def segments(tf):
    data, ids = tf.constant(X.reshape(6, 4)), tf.constant([0, 0, 1, 3, 3, 3])
    out = {}
    for kind in ("Sum", "Prod", "Max", "Min"):
        op = getattr(tf.raw_ops, f"Segment{kind}V2")
        out[kind] = op(data=data, segment_ids=ids, num_segments=5)
    n = tf.placeholder(tf.int64, [], name="n")
    op = tf.raw_ops.SegmentSumV2
    out["placed"] = op(data=tf.cast(data, tf.int32), segment_ids=ids, num_segments=n)
    return out, {n: np.int64(4)}


def proposals(tf):
    draw = np.random.default_rng(1)
    scores = draw.uniform(size=(2, 2, 3, 2)).astype("float32")
    deltas = draw.normal(size=(2, 2, 3, 8)).astype("float32") / 4
    low = draw.uniform(0, 16, (2, 3, 2, 2)).astype("float32")
    anchors = np.concatenate([low, low + 8], -1).reshape(2, 3, 8)
    info = np.array([[24, 20, 1, 0, 0], [12, 24, 2, 0, 0]], np.float32)
    t = tf.placeholder(tf.float32, [None, 2, 3, 2], name="scores")
    found = tf.image.generate_bounding_box_proposals(
        t, deltas, info, anchors, nms_threshold=0.5, pre_nms_topn=8, min_size=1.0, post_nms_topn=5
    )
    return {"rois": found[0], "probabilities": found[1]}, {t: scores}


CASES = {
    "normalised": normalised(True),
    "normalised-not scaled": normalised(False),
    "normalised-double": normalised(True, "float64", (None, None, 3, None)),
    "normalised-half": normalised(True, "float16"),
    "contrast": contrast("float32"),
    "contrast-unknown": contrast("float64", None),
    "contrast-int8": contrast("int8"),
    "contrast-int16": contrast("int16"),
    "contrast-int32": contrast("int32", (None, 2, None, 2)),
    "fourier": fourier,
    "placeholder": placeholder,
    "placeholder-not fed": not_fed,
    "temporary": temporary,
    "temporary-added up": added_up,
    "temporary-twice": twice,
    "temporary-wrong name": wrong_name,
    "region-text": region([1], "string"),
    "region-none": no_region,
    "fact": fact,
    "abort": not_aborted,
    "segments": segments,
    "proposals": proposals,
}

for _case in (fourier, segments, proposals):
    _case.is_run = False
