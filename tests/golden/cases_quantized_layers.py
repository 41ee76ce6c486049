"""Layers of networks on quantised arrays: graphs, and values to the last bit."""

try:  # run as a program, by the recorder
    from cases_quantized import RANGES, integers, named, normal, quantised
except ImportError:
    from tests.golden.cases_quantized import RANGES, integers, named, normal, quantised

BYTES = integers("quint8", 2, 3, 4)
WORDS = integers("qint32", 2, 3, 4) // 16
SIGNED = integers("qint8", 2, 3, 4)

# ---------------------------------------------------------------------- rearranged, cut


def reshape_concat(tf):
    out = {}
    for name, x in (("quint8", BYTES), ("qint32", WORDS)):
        x = quantised(tf, name, x)
        y = tf.raw_ops.QuantizedReshape(tensor=x, shape=[4, -1], input_min=-1.0, input_max=2.0)
        named(out, f"{name} reshape", y)
        ranges = ([(-1.0, 1.0)] * 2, [(-1.0, 2.0), (0.5, 3.0)], [(1.0, 2.0), (0.5, 3.0)],
                  [(-3.0, -1.0), (0.0, 0.0)])  # fmt: skip
        for i, ends in enumerate(ranges):
            lows, highs = zip(*ends, strict=True)
            y = tf.quantization.quantized_concat(1, [x, x], list(lows), list(highs))
            named(out, f"{name} {i}", y)
    p = tf.placeholder(tf.quint8, [None, 3])
    y = tf.quantized_concat(tf.placeholder_with_default(0, []), [p, p], [0.0, 0.0], [1.0, 2.0])
    named(out, "fed", y)
    return out, {p: BYTES[0, :, :3]}


def limits(tf):
    out = {}
    for name, x in (("quint8", BYTES), ("qint32", WORDS)):
        for low, high in [*RANGES[:4], (-5.0, 20.0)]:
            for op in ("QuantizedRelu", "QuantizedRelu6"):
                y = getattr(tf.raw_ops, op)(
                    features=quantised(tf, name, x[0]), min_features=low, max_features=high,
                    out_type=getattr(tf, name),
                )  # fmt: skip
                named(out, f"{name} {op} {low} {high}", y)
    p = tf.placeholder(tf.quint8, None)
    named(out, "fed", tf.raw_ops.QuantizedRelu(features=p, min_features=-1.0, max_features=1.0))
    return out, {p: BYTES}


# ---------------------------------------------------------------------- layers

PAIRS = [((3,), (3,)), ((), (3,)), ((3,), (1, 1)), ((2, 3), (3,)), ((3,), (2, 3)), ((), ())]
ENDS = [(-1.3, 2.1, -0.7, 3.3), (0.0, 6.0, -1e-3, 2e-3), (1.0, 2.0, -3.0, -1.0)]


def sums_and_products(tf):
    out = {}
    for i, (a, b) in enumerate(PAIRS):
        x, y = (quantised(tf, "quint8", integers("quint8", *s)) for s in (a, b))
        for j, ends in enumerate(ENDS):
            keys = dict(zip(("min_x", "max_x", "min_y", "max_y"), ends, strict=True))
            named(out, f"{i} {j} add", tf.raw_ops.QuantizedAdd(x=x, y=y, **keys))
            named(out, f"{i} {j} mul", tf.raw_ops.QuantizedMul(x=x, y=y, **keys))
    for name, x in (("quint8", BYTES), ("qint8", SIGNED)):
        for j, ends in enumerate(ENDS):
            keys = zip(("min_input", "max_input", "min_bias", "max_bias"), ends, strict=True)
            y = tf.raw_ops.QuantizedBiasAdd(
                input=quantised(tf, name, x), bias=quantised(tf, name, x[0, 0]),
                out_type=tf.qint32, **dict(keys),
            )  # fmt: skip
            named(out, f"{name} {j} bias", y)
    p = tf.placeholder(tf.quint8, [None, 3])
    keys = {"min_x": -1.0, "max_x": 1.0, "min_y": 0.0, "max_y": 1.0}
    named(out, "fed", tf.raw_ops.QuantizedAdd(x=p, y=p, **keys))
    return out, {p: BYTES[0, :, :3]}


def products_of_matrices(tf):
    a, b = integers("quint8", 3, 5), integers("quint8", 5, 2)
    out = {}
    for i in range(4):
        ta, tb = bool(i & 1), bool(i & 2)
        for j, ends in enumerate(ENDS):
            keys = dict(zip(("min_a", "max_a", "min_b", "max_b"), ends, strict=True))
            y = tf.raw_ops.QuantizedMatMul(
                a=quantised(tf, "quint8", a.T if ta else a),
                b=quantised(tf, "quint8", b.T if tb else b), transpose_a=ta, transpose_b=tb, **keys,
            )  # fmt: skip
            named(out, f"{i} {j}", y)
    return out, {}


def convolutions(tf):
    out = {}
    rows = [(5, 5, 3, 3, 1, "SAME"), (5, 6, 2, 3, 1, "VALID"), (7, 4, 1, 2, 4, "VALID"),
            (7, 4, 1, 1, 4, "SAME"), (6, 5, 2, 2, 3, "VALID"), (2, 3, 3, 4, 2, "SAME")]  # fmt: skip
    for i, (h, w, kh, kw, s, padding) in enumerate(rows):
        x, f = integers("quint8", 1, h, w, 2), integers("quint8", kh, kw, 2, 2)
        for j, ends in enumerate(ENDS):
            y = tf.nn.quantized_conv2d(
                quantised(tf, "quint8", x), quantised(tf, "quint8", f), *ends,
                strides=[1, s, s, 1], padding=padding,
            )  # fmt: skip
            named(out, f"{i} {j}", y)
    p = tf.placeholder(tf.quint8, [None, None, 4, 1])
    y = tf.nn.quantized_conv2d(
        p, quantised(tf, "quint8", integers("quint8", 2, 2, 1, 1)), -1.0, 1.0, -1.0, 1.0,
        [1, 1, 1, 1], "SAME",
    )  # fmt: skip
    named(out, "fed", y)
    return out, {p: BYTES[..., None]}


def pools(tf):
    out = {}
    for name in ("quint8", "qint8"):
        x = quantised(tf, name, integers(name, 1, 5, 6, 2))
        for k, s, padding in ((3, 1, "VALID"), (3, 2, "SAME")):
            for f in (tf.nn.quantized_avg_pool, tf.nn.quantized_max_pool):
                y = f(x, -1.0, 2.0, [1, k, k, 1], [1, s, s, 1], padding)
                named(out, f"{name} {f.__name__} {k} {s}", y)
    return out, {}


def norms(tf):
    names = ("t", "m", "v", "beta", "gamma")
    ends = [(-3.0, 5.0), (-1.0, 1.0), (0.1, 4.0), (-2.0, 1.0), (0.5, 1.5)]
    out = {}
    for scaled in (False, True):
        keys = {}
        for n, (low, high) in zip(names, ends, strict=True):
            x = integers("quint8", *((2, 2, 3, 4) if n == "t" else (4,)))
            keys |= {n: quantised(tf, "quint8", x), f"{n}_min": low, f"{n}_max": high}
        y = tf.raw_ops.QuantizedBatchNormWithGlobalNormalization(
            out_type=tf.qint32, variance_epsilon=1e-3, scale_after_normalization=scaled, **keys
        )
        named(out, f"batch {scaled}", y)
    return out, {}


def instance_norm(tf):
    x = quantised(tf, "quint8", BYTES[None])
    out = {}
    named(out, "free", tf.raw_ops.QuantizedInstanceNorm(x=x, x_min=-1.0, x_max=2.0))
    given = {"output_range_given": True, "given_y_min": -1.5, "given_y_max": 2.0}
    named(out, "given", tf.raw_ops.QuantizedInstanceNorm(x=x, x_min=-1.0, x_max=2.0, **given))
    return {k: v for k, v in out.items() if k == "given y" or not k.endswith(" y")}, {}


def resizes(tf):
    out = {}
    images = {n: integers(n, 1, 3, 4, 2) for n in ("quint8", "qint32")}
    for name, x in {**images, "float32": normal(1, 3, 4, 2)}.items():
        for size in ([5, 7], [3, 4]):
            for corners, half in ((False, False), (True, False), (False, True)):
                y = tf.raw_ops.QuantizedResizeBilinear(
                    images=quantised(tf, name, x), size=size, min=-1.0, max=1.0,
                    align_corners=corners, half_pixel_centers=half,
                )  # fmt: skip
                named(out, f"{name} {size} {corners} {half}", y)
    return out, {}


CASES = {
    "reshape, concat": reshape_concat,
    "limits": limits,
    "sums and products": sums_and_products,
    "products of matrices": products_of_matrices,
    "convolutions": convolutions,
    "pools": pools,
    "norms": norms,
    "instance norm": instance_norm,
    "resizes": resizes,
}
