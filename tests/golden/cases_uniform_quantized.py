"""Quantised arrays with a scale and a zero: graphs, and values to the last bit."""

import numpy as np

try:  # run as a program, by the recorder
    from cases_quantized import X, integers, normal, quantised, rng
except ImportError:
    from tests.golden.cases_quantized import X, integers, normal, quantised, rng

SCALES = [(0.1, 0), (0.25, 5), (1e-3, -7), (7.3, 100), (1e38, 1)]
BITS = {"qint8": (-128, 127), "quint8": (0, 255), "qint32": (-(2**31), 2**31 - 1)}


def limited(*prefixes: str, low: int = -128, high: int = 127) -> dict:
    return {
        f"{p}quantization_{w}_val": v for p in prefixes for w, v in (("min", low), ("max", high))
    }


def points(n: int, key: str = "") -> tuple:
    """Scales and zeros, scalars if ``n`` is 0."""
    r = rng(n, key)
    shape = (n,) if n else ()
    return (
        (r.random(shape) * 0.5 + 0.01).astype(np.float32),
        r.integers(-9, 9, shape).astype(np.int32),
    )


def there_and_back(tf):
    out = {}
    for name, (low, high) in BITS.items():
        limits = limited("", low=low, high=high)
        keys = {"Tout": getattr(tf, name), **limits}
        x = quantised(tf, name, integers(name, 9))
        for i, (scale, zero) in enumerate(SCALES):
            p = {"scales": scale, "zero_points": zero}
            out[f"{name} {i}"] = tf.raw_ops.UniformQuantize(input=X, **p, **keys)
            out[f"{name} {i} back"] = tf.raw_ops.UniformDequantize(
                input=x, Tout=tf.float32, **p, **limits
            )
        scales, zeros = points(3)
        p = {"scales": scales, "zero_points": zeros, "quantization_axis": 1}
        q = tf.raw_ops.UniformQuantize(input=normal(2, 3, 2) * 9, **p, **keys)
        out[f"{name} axis"] = q
        out[f"{name} axis back"] = tf.raw_ops.UniformDequantize(
            input=q, Tout=tf.float32, **p, **limits
        )
    p = tf.placeholder(tf.float32, [None, 2])
    out["fed"] = tf.raw_ops.UniformQuantize(
        input=p, scales=0.1, zero_points=3, Tout=tf.qint8, quantization_min_val=-5,
        quantization_max_val=9,
    )  # fmt: skip
    return out, {p: X[:20].reshape(-1, 2)}


def requantize(tf):
    out = {}
    limits = {**limited("input_"), **limited("output_", low=-100)}
    for name in ("qint8", "qint32"):
        x = quantised(tf, name, integers(name, 2, 3, 3))
        small = quantised(tf, name, rng(name).integers(-99, 99, (2, 3, 3)).astype(np.int32))
        rows = [(0.1, 0.1), (0.3, 1e-4), (1e-9, 0.7), (1e30, 1e-30)]
        for i, (scale, new) in enumerate(rows):
            for kind, v in (("all", x), ("small", small)):
                out[f"{name} {i} {kind}"] = tf.raw_ops.UniformRequantize(
                    input=v, input_scales=scale, input_zero_points=3, output_scales=new,
                    output_zero_points=-4, Tout=tf.qint8, **limits,
                )  # fmt: skip
        for a, b in ((1, -1), (-1, 2), (1, 1)):
            p, r = points(3 if a > 0 else 0), points(3 if b > 0 else 0, "new")
            out[f"{name} {a} {b}"] = tf.raw_ops.UniformRequantize(
                input=small, input_scales=p[0], input_zero_points=p[1], output_scales=r[0],
                output_zero_points=r[1], Tout=tf.qint8, input_quantization_axis=a,
                output_quantization_axis=b, **limits,
            )  # fmt: skip
    words = quantised(tf, "qint32", integers("qint32", 3, 4))
    for axis, n in ((-1, 0), (0, 3)):
        shape = (3,) if n else ()
        scales, zeros = points(n)
        out[f"clip {axis}"] = tf.raw_ops.UniformQuantizedClipByValue(
            operand=words, min=quantised(tf, "qint32", np.full(shape, -1000, np.int32)),
            max=quantised(tf, "qint32", np.full(shape, 2**30, np.int32)), scales=scales,
            zero_points=zeros, quantization_axis=axis, **limited(""),
        )  # fmt: skip
    return out, {}


def named_points(axes: dict, depth: int) -> dict:
    """Scales, zeros, axes and limits of ``lhs``, ``rhs`` and ``output``."""
    found: dict = {}
    for name, axis in axes.items():
        scales, zeros = points(depth if axis >= 0 else 0, name)
        found |= {
            f"{name}_scales": scales, f"{name}_zero_points": zeros,
            f"{name}_quantization_axis": axis,
        }  # fmt: skip
        low, high = BITS["qint32" if name == "output" else "qint8"]
        found |= limited(f"{name}_", low=low, high=high)
    return found


def add(tf):
    out = {}
    rows = [((3,), (3,), -1, -1, -1), ((2, 3), (3,), -1, -1, -1), ((), (2,), -1, -1, -1),
            ((2, 1), (1, 3), -1, -1, -1), ((2, 3), (2, 3), 1, 1, 1), ((2, 3), (3,), 1, 0, 1),
            ((2, 3), (2, 3), 1, -1, -1)]  # fmt: skip
    for i, (a, b, *axes) in enumerate(rows):
        x, y = (
            quantised(tf, "qint32", rng(s, j).integers(-(10**6), 10**6, s).astype(np.int32))
            for j, s in enumerate((a, b))
        )
        keys = named_points(dict(zip(("lhs", "rhs", "output"), axes, strict=True)), 3)
        out[str(i)] = tf.raw_ops.UniformQuantizedAdd(lhs=x, rhs=y, **keys)
    return out, {}


def dot(tf):
    out = {}
    y = quantised(tf, "qint8", integers("qint8", 7, 4))
    p = tf.placeholder(tf.qint8, [None, None])
    for a, b in ((-1, -1), (1, -1), (1, 1)):
        keys = named_points({"lhs": -1, "rhs": a, "output": b}, 4)
        out[f"{a} {b}"] = tf.raw_ops.UniformQuantizedDot(lhs=p, rhs=y, Tout=tf.qint32, **keys)
    x = normal(5, 7)
    x[1], x[2], x[3] = np.abs(x[1]), 0, x[3] * 1e3
    for a in (-1, 1):
        keys = named_points({"rhs": a}, 4)
        out[f"{a} hybrid"] = tf.raw_ops.UniformQuantizedDotHybrid(
            lhs=x, rhs=y, Tout=tf.float32, **keys
        )
    return out, {p: integers("qint8", 3, 7)}


def axes(*numbers) -> bytes:
    """The message that says which axes are what, with these values of its fields."""
    out = b""
    for field, v in enumerate(numbers, 1):
        if isinstance(v, int):
            out += bytes([field << 3, v]) if v else b""
        else:
            out += bytes([field << 3 | 2, len(v), *v])
    return out


LAST = axes(0, 3, [1, 2], 2, 3, [0, 1], 0, 3, [1, 2])
MIXED = axes(2, 0, [3, 1], 1, 0, [2, 3], 1, 0, [3, 2])
# Shapes of both, features out, the axes that have them, attributes.
ROWS = {
    "line": ((2, 3, 6), (4, 3, 2), 4, (0, 1), {}),
    "same": ((1, 3, 6, 5), (4, 3, 2, 3), 4, (0, 1), {"padding": "SAME", "window_strides": [2, 3]}),
    "explicit": ((1, 3, 6, 5), (4, 3, 2, 3), 4, (0, 1), {
        "padding": "EXPLICIT", "explicit_padding": [1, 2, 0, 3], "window_strides": [1, 2],
        "rhs_dilation": [2, 1], "lhs_dilation": [1, 3]}),
    "last": ((2, 6, 5, 3), (2, 3, 3, 4), 4, (3, 3), {"dimension_numbers": LAST, "padding": "SAME"}),
    "mixed": ((3, 6, 2, 5), (4, 3, 2, 3), 4, (0, 0), {"dimension_numbers": MIXED}),
    "groups": ((2, 4, 6, 5), (6, 2, 2, 3), 6, (0, 1), {"feature_group_count": 2}),
    "batches": ((3, 6, 4, 5), (6, 3, 2, 3), 6, (0, 0), {
        "dimension_numbers": MIXED, "batch_group_count": 2}),
    "volume": ((1, 1, 3, 3, 2), (2, 1, 2, 2, 2), 2, (0, 1), {}),
}  # fmt: skip


def convolutions(tf):
    out = {}
    for name, (xs, ws, n, (of_w, of_y), more) in ROWS.items():
        x, w = (quantised(tf, "qint8", integers("qint8", *s)) for s in (xs, ws))
        more = {"padding": "VALID", **more}
        for a, b in ((-1, -1), (of_w, of_y)):
            keys = named_points({"lhs": -1, "rhs": a, "output": b}, n)
            out[f"{name} {a} {b}"] = tf.raw_ops.UniformQuantizedConvolution(
                lhs=x, rhs=w, Tout=tf.qint32, **more, **keys
            )
        for a in (-1, of_w):
            keys = named_points({"rhs": a}, n)
            out[f"{name} {a} hybrid"] = tf.raw_ops.UniformQuantizedConvolutionHybrid(
                lhs=normal(*xs) * 3, rhs=w, Tout=tf.float32, **more, **keys
            )
    p = tf.placeholder(tf.qint8, [None, 3, None])
    keys = named_points({"lhs": -1, "rhs": -1, "output": -1}, 4)
    w = quantised(tf, "qint8", integers("qint8", 4, 3, 2))
    out["fed"] = tf.raw_ops.UniformQuantizedConvolution(
        lhs=p, rhs=w, Tout=tf.qint32, padding="VALID", **keys
    )
    return out, {p: integers("qint8", 2, 3, 5)}


CASES = {
    "there and back": there_and_back,
    "requantize": requantize,
    "add": add,
    "dot": dot,
    "convolutions": convolutions,
}
