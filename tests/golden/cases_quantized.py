"""Quantised arrays and their ranges: graphs, and values to the last bit."""

import zlib

import numpy as np

TYPES = {"qint8": np.int8, "quint8": np.uint8, "qint16": np.int16, "quint16": np.uint16,
         "qint32": np.int32}  # fmt: skip
INF = float("inf")
RANGES = [(-1.0, 1.0), (-1.7, 3.3), (0.5, 9.0), (-3.0, -0.5), (0.0, 0.0)]
# Ties between steps, ends, and what is no number.
X = np.concatenate([
    np.float32([0, -0.0, INF, -INF, 1.5, -2.5, 1e30]),
    np.linspace(-2, 7, 9, dtype=np.float32), np.arange(4, dtype=np.float32) / np.float32(255),
])  # fmt: skip


def rng(*key) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(repr(key).encode()))


def normal(*shape: int) -> np.ndarray:
    return rng(shape).normal(size=shape).astype(np.float32)


def integers(name: str, *shape: int) -> np.ndarray:
    """All over the type, with its ends."""
    info = np.iinfo(TYPES[name])
    x = rng(name, shape).integers(info.min, info.max, shape, endpoint=True).reshape(-1)
    x[:2] = [info.min, info.max][: x.size]
    return x.astype(TYPES[name]).reshape(shape)


def quantised(tf, name: str, array):
    return tf.constant(array, getattr(tf, name))


# ---------------------------------------------------------------------- arrays


def arrays(tf):
    out = {}
    for name, dtype in TYPES.items():
        q = getattr(tf, name)
        x = tf.constant([(1,), (2,), (3,)], q)
        parts = {
            "const": x, "scalar": tf.constant((5,), q),
            "array": tf.constant(np.arange(6, dtype=dtype).reshape(2, 3), q),
            "records": tf.constant(np.array([(7,), (8,)], q.as_numpy_dtype)),
            "identity": tf.identity(x), "reshape": tf.reshape(x, [3, 1]),
            "concat": tf.concat([x, x], 0), "gather": tf.gather(x, [2, 0]),
            "stack": tf.stack([x, x]), "fill": tf.fill([2], tf.constant((9,), q)),
            "zeros": tf.zeros([2], q), "ones": tf.ones_like(x), "bits": tf.bitcast(x, dtype),
            "cast": tf.cast(x, tf.float32), "back": tf.cast([1, 2], q), "equal": tf.equal(x, x),
        }  # fmt: skip
        if not name.endswith("16"):  # for which TensorFlow has no kernels
            parts |= {
                "slice": x[1:], "pad": tf.pad(x, [[1, 2]]),
                "mirror": tf.pad(x, [[1, 1]], "REFLECT"), "element": tf.gather_nd(x, [[1]]),
                "stitch": tf.dynamic_stitch([[2, 0, 1]], [x]),
            }  # fmt: skip
        out.update({f"{name} {k}": v for k, v in parts.items()})
    return out, {}


def feeds(tf):
    out, fed = {}, {}
    for name, dtype in TYPES.items():
        q = getattr(tf, name)
        whole = np.array([[1, 2], [3, 4]], dtype)
        for i, value in enumerate((whole, whole.tolist(), whole.astype(q.as_numpy_dtype))):
            p = tf.placeholder(q, [None, 2])
            out[f"{name} {i}"], fed[p] = tf.identity(p), value
    return out, fed


def variable(tf):
    v = tf.Variable(tf.constant([(1,), (2,)], tf.quint8))
    assigned = tf.assign(v, quantised(tf, "quint8", np.uint8([200, 7])))
    return {"v": tf.identity(v), "assign": assigned}, {}


variable.runs = ("assign",)

# ---------------------------------------------------------------------- floats


def named(out: dict, name: str, tensors, parts=("y", "low", "high")) -> None:
    tensors = tensors if isinstance(tensors, list | tuple) else [tensors]
    out.update({f"{name} {p}": t for p, t in zip(parts, tensors, strict=False)})


def quantize(mode: str, **more):
    def case(tf):
        out, x = {}, tf.constant(X)
        for low, high in RANGES:
            a, b = tf.constant(low), tf.constant(high)
            for name in TYPES:
                y = tf.quantization.quantize(x, a, b, getattr(tf, name), mode, **more)
                named(out, f"{name} {low} {high}", y)
        return out, {}

    return case


def dequantize(mode: str, **more):
    def case(tf):
        out = {}
        ends = [(tf.constant(low), tf.constant(high)) for low, high in RANGES]
        for name in TYPES:
            x = quantised(tf, name, integers(name, 12))
            for i, (low, high) in enumerate(ends):
                y = tf.quantization.dequantize(x, low, high, mode, **more)
                out[f"{name} {i}"] = y
        return out, {}

    return case


def along_axis(tf):
    low, high = np.float32([-1, 0, -0.5]), np.float32([1, 2, 9])
    x = normal(2, 3, 2) * 3
    given = tf.constant(x)
    out = {}
    for name in TYPES:
        for mode in ("MIN_COMBINED", "SCALED"):
            q = tf.quantization.quantize(given, low, high, getattr(tf, name), mode, axis=-2)
            named(out, f"{name} {mode}", q)
            out[f"{name} {mode} back"] = tf.quantization.dequantize(q[0], low, high, mode, axis=1)
    p = tf.placeholder(tf.float32, [None, None, 2])
    ends = tf.placeholder(tf.float32, [None])
    q = tf.raw_ops.QuantizeV2(input=p, min_range=-ends, max_range=ends, T=tf.qint8, axis=1)
    named(out, "fed", q)
    out["fed back"] = tf.raw_ops.Dequantize(input=q[0], min_range=q[1], max_range=q[2], axis=1)
    return out, {p: x, ends: high}


def more_floats(tf):
    x = tf.placeholder(tf.float32, None)
    q = tf.quantize_v2(x, -1.0, 1.0, tf.quint8, mode="MIN_FIRST", ensure_minimum_range=0.0)
    back = tf.dequantize(q[0], q[1], q[2], mode="MIN_COMBINED", dtype=tf.bfloat16, name="back")
    out = {"back": tf.cast(back, tf.float32)}
    named(out, "fed", q)
    named(out, "empty", tf.quantize(np.zeros([0, 2], np.float32), -1.0, 1.0, tf.qint16))
    return out, {x: X}


# ---------------------------------------------------------------------- other ranges


def requantize(tf):
    raw = tf.raw_ops
    out = {}
    rows = [(-1.0, 1.0, -0.5, 0.25), (-1e3, 7.0, -3.0, 100.0), (0.0, 0.0, -1.0, 1.0),
            (-2.0, 2.0, 0.0, 0.0), (-1.0, 1.0, -2.0, -1.0), (-1e5, 1e5, -1e-3, 2e-3)]  # fmt: skip
    for i, (low, high, new_low, new_high) in enumerate(rows):
        x = quantised(tf, "qint32", integers("qint32", 2, 8) >> (3 * i))
        named(out, f"{i} shrink", raw.QuantizeDownAndShrinkRange(
            input=x, input_min=low, input_max=high, out_type=tf.quint8))  # fmt: skip
        ends = raw.RequantizationRange(input=x, input_min=low, input_max=high)
        named(out, f"{i} range", ends, ("low", "high"))
        for name in ("quint8", "qint8"):
            y = raw.Requantize(
                input=x, input_min=low, input_max=high, requested_output_min=new_low,
                requested_output_max=new_high, out_type=getattr(tf, name),
            )  # fmt: skip
            named(out, f"{i} {name}", y)
    return out, {}


def requantize_per_channel(tf):
    x = tf.placeholder(tf.qint32, [None, 2, None, 3])
    low = tf.placeholder(tf.float32, [None])
    high = np.float32([1, 0.3, 2])
    out = {}
    for name in ("quint8", "qint8"):
        y = tf.raw_ops.RequantizePerChannel(
            input=x, input_min=low, input_max=high, requested_output_min=-0.6,
            requested_output_max=0.8, out_type=getattr(tf, name),
        )  # fmt: skip
        named(out, name, y)
    for limit in (6.0, 0.1):
        y = tf.raw_ops.RequantizationRangePerChannel(
            input=x, input_min=low, input_max=high, clip_value_max=limit
        )
        named(out, str(limit), y, ("low", "high"))
    return out, {x: integers("qint32", 1, 2, 2, 3), low: [-1.0, -2.0, 0.0]}


CASES = {
    "arrays": arrays,
    "feeds": feeds,
    "variable": variable,
    **{f"quantize {m}": quantize(m) for m in ("MIN_COMBINED", "MIN_FIRST", "SCALED")},
    "quantize to even": quantize("SCALED", round_mode="HALF_TO_EVEN", narrow_range=True),
    **{f"dequantize {m}": dequantize(m) for m in ("MIN_COMBINED", "MIN_FIRST", "SCALED")},
    "dequantize narrow": dequantize("SCALED", narrow_range=True),
    "along axis": along_axis,
    "more floats": more_floats,
    "requantize": requantize,
    "requantize per channel": requantize_per_channel,
}
