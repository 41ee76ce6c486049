"""Rounding to few values: graphs, values to the last bit, derivatives."""

import numpy as np

X = (np.random.default_rng(1).normal(size=60) * 4).astype(np.float32).round(3)
RANGES = [(-6, 6, 8, False), (-1.7, 3.3, 8, False), (0, 1.3, 4, False), (0.5, 9, 8, True),
          (-3, -0.5, 5, False), (-1, 2, 2, True)]  # fmt: skip


def fake_constant(tf):
    x = tf.constant(X)
    out = {}
    for i, (low, high, bits, narrow) in enumerate(RANGES):
        f = tf.quantization.fake_quant_with_min_max_args
        out[str(i)] = f(x, low, high, num_bits=bits, narrow_range=narrow)
        f = tf.quantization.fake_quant_with_min_max_vars
        out[f"{i} variable"] = f(x, float(low), float(high), num_bits=bits, narrow_range=narrow)
    out["default"] = tf.fake_quant_with_min_max_args([1.05, -7.0], name="named")
    out["nothing"] = tf.fake_quant_with_min_max_vars(x, 0.0, 0.0)
    out["unusual"] = tf.fake_quant_with_min_max_args([float("nan"), float("inf"), -0.0])
    return out, {}


def fake_args(shape):
    def case(tf):
        x = tf.placeholder("float32", shape, name="x")
        y = tf.fake_quant_with_min_max_args(x, min=-2.0, max=3.0, num_bits=5, narrow_range=True)
        g = tf.gradients(y * y, x)[0]
        return {"y": y, "g": g}, {x: X.reshape(4, 15)}

    return case


def fake_vars(shape):
    def case(tf):
        x = tf.placeholder("float32", shape, name="x")
        low = tf.placeholder("float32", [], name="low")
        high = tf.placeholder("float32", [], name="high")
        y = tf.fake_quant_with_min_max_vars(x, low, high, num_bits=4)
        gx, gl, gh = tf.gradients(y * y, [x, low, high])
        return {"y": y, "gx": gx, "gl": gl, "gh": gh}, {x: X.reshape(4, 15), low: -2.5, high: 3.0}

    return case


def fake_channels(shape):
    def case(tf):
        x = tf.placeholder("float32", shape, name="x")
        low = tf.placeholder("float32", [3], name="low")
        high = tf.placeholder("float32", [None], name="high")
        y = tf.fake_quant_with_min_max_vars_per_channel(x, low, high, narrow_range=True)
        gx, gl, gh = tf.gradients(y * y, [x, low, high])
        feeds = {x: X.reshape(4, 5, 3), low: [-2.5, 0.0, 0.0], high: [3.0, 1.0, 0.0]}
        return {"y": y, "gx": gx, "gl": gl, "gh": gh}, feeds

    return case


def gradient_functions(tf):
    x = tf.constant(X[:12])
    dy = tf.constant(np.arange(12, dtype=np.float32) / 4)
    m = tf.reshape(x, [4, 3])
    q = tf.quantization
    of_vars = q.fake_quant_with_min_max_vars_gradient(dy, x, -1.0, 1.5, num_bits=3)
    of_channels = q.fake_quant_with_min_max_vars_per_channel_gradient(
        tf.reshape(dy, [4, 3]), m, [-1.0, -2.0, 0.0], [1.0, 0.0, 3.0], name="named"
    )
    return {
        "args": q.fake_quant_with_min_max_args_gradient(dy, x, -1, 1, narrow_range=True),
        **{f"vars{i}": t for i, t in enumerate(of_vars)},
        **{f"channels{i}": t for i, t in enumerate(of_channels)},
    }, {}


def there_and_back(dtype):
    def case(tf):
        x = tf.constant(X.astype(dtype))
        f = tf.quantization.quantize_and_dequantize
        return {
            "default": f(x, 0.0, 0.0),
            "few": f(x, 0.0, 0.0, num_bits=3, name="named"),
            "up": f(x, 0.0, 0.0, num_bits=4, round_mode="HALF_UP"),
            "unsigned": f(x, 0.0, 0.0, signed_input=False, num_bits=5),
            "narrow": f(x, 0.0, 0.0, num_bits=4, narrow_range=True),
            "given": f(x, -1.5, 2.5, range_given=True),
            "given few": f(x, -2.5, 1.5, range_given=True, num_bits=4, round_mode="HALF_UP"),
            "given unsigned": f(x, 0.0, 3.0, signed_input=False, range_given=True),
            "given narrow": f(x, -3.0, 3.0, range_given=True, num_bits=5, narrow_range=True),
            "zeros": f(tf.zeros([3], dtype), 0.0, 0.0),
            "empty": f(tf.zeros([0, 2], dtype), 0.0, 0.0),
        }, {}

    return case


def there_and_back_axis(tf):
    x = tf.placeholder("float32", [None, 4, 5], name="x")
    f = tf.quantization.quantize_and_dequantize
    low = high = np.zeros(4, np.float32)
    y = f(x, low, high, axis=1)
    z = f(x, np.zeros(5, np.float32), np.zeros(5, np.float32), axis=-1, num_bits=4)
    return {"y": y, "z": z, "g": tf.gradients(y + z, x)[0]}, {x: X.reshape(3, 4, 5)}


def versions(tf):
    x = tf.placeholder("float32", [60], name="x")
    low, high = tf.constant(-2.0), tf.constant(2.5)
    bits = tf.placeholder("int32", [], name="bits")
    v3 = tf.raw_ops.QuantizeAndDequantizeV3(
        input=x, input_min=low, input_max=high, num_bits=bits, narrow_range=True
    )
    v4 = tf.quantization.quantize_and_dequantize_v2(x, low, high, range_given=True, num_bits=6)
    g3 = tf.gradients(v3 * v3, x)[0]
    g4 = tf.gradients(v4 * v4, [x, low, high])
    out = {"v3": v3, "v4": v4, "g3": g3, **{f"g4{i}": g for i, g in enumerate(g4)}}
    return out, {x: X, bits: 4}


def buckets(tf):
    def f(x, boundaries):
        return tf.raw_ops.Bucketize(input=x, boundaries=boundaries)

    return {
        "floats": f([-5.0, 0.0, 0.1, 1.0, 3.0, 9.0, float("nan"), float("inf")], [0.0, 1.0, 3.0]),
        "double": f(tf.constant([0.1, 0.3], tf.float64), [0.1, 0.3]),
        "whole": f([[1, 5, 10]], [0.0, 5.0, 7.5]),
        "none": f([1.0, 2.0], []),
        "unknown": f(tf.placeholder_with_default(tf.constant([[1.5]]), None), [1.0, 2.0, 2.0]),
    }, {}


CASES = {
    "fake_constant": fake_constant,
    "fake_args": fake_args([4, 15]),
    "fake_args-unknown": fake_args(None),
    "fake_vars": fake_vars([None, 15]),
    "fake_channels": fake_channels([4, 5, 3]),
    "fake_channels-unknown": fake_channels(None),
    "gradient_functions": gradient_functions,
    "there_and_back": there_and_back("float32"),
    "there_and_back-double": there_and_back("float64"),
    "there_and_back-axis": there_and_back_axis,
    "versions": versions,
    "buckets": buckets,
}
