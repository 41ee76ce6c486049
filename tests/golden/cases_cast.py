"""Recorded cases: changes of the element type, inside the range of the types."""

import numpy as np


def chain(tf):
    x = tf.placeholder("float32", [3], name="x")
    out = {}
    for dtype in (
        "float16", "bfloat16", "float64", "complex64", "int8", "int16", "int32", "int64", "uint8",
        "uint16", "uint32", "uint64", "bool",
    ):  # fmt: skip
        y = tf.cast(x, dtype)
        z = tf.cast(y, "float64")
        out[dtype], out[dtype + "_back"] = y, z
        g = tf.gradients(z, x)[0]
        out[dtype + "_g"] = g
    out["same"] = tf.cast(x, tf.float32)
    out["number"] = tf.cast(2, tf.float32)
    out["number_same"] = tf.cast(2.0, tf.float32)
    return out, {x: [0.0, 2.75, 100.25]}


def complex_and_bool(tf):
    c = tf.placeholder("complex64", [3], name="c")
    b = tf.placeholder("bool", [2], name="b")
    out = {
        "c128": tf.cast(c, tf.complex128),
        "real": tf.cast(c, tf.float32),
        "bool": tf.cast(c, tf.bool),
        "b_float": tf.cast(b, tf.float32),
        "b_int": tf.cast(b, tf.int64),
        "b_half": tf.cast(b, tf.float16),
        "b_complex": tf.cast(b, tf.complex64),
        "i_bool": tf.cast(tf.constant([0, 2, -1]), tf.bool),
        "i_wrap": tf.cast(tf.constant([300, -1, 65536]), tf.uint8),
    }
    out["g"] = tf.gradients(out["c128"], c, grad_ys=tf.ones([3], tf.complex128))[0]
    return out, {c: [1 + 2j, 2j, 0], b: [True, False]}


def rounding(tf):
    x = tf.placeholder("float64", [4], name="x")
    out = {d: tf.cast(tf.cast(x, d), tf.float64) for d in ("float16", "bfloat16", "float32")}
    return out, {x: [1 + 2.0**-8 + 2.0**-30, 1 + 2.0**-11, 65519.0, 1e6]}


def old_names(tf):
    x = tf.constant([1.5, -2.5])
    i = tf.constant([1, 2])
    values = [
        tf.to_float(i), tf.to_double(x), tf.to_int32(x), tf.to_int64(x), tf.to_bfloat16(x),
        tf.to_complex64(x), tf.to_complex128(x), tf.to_float(x), tf.to_int32(x, name="n"),
    ]  # fmt: skip
    return {str(k): v for k, v in enumerate(values)}, {}


def saturate(tf):
    x = tf.placeholder("float32", [6], name="x")
    i = tf.placeholder("int32", [4], name="i")
    out = {}
    for dtype in ("uint8", "int8", "int16", "int32", "int64", "uint32", "float16", "float64"):
        out["f_" + dtype] = tf.saturate_cast(x, dtype)
    for dtype in ("uint8", "int16", "int64", "float32"):
        out["i_" + dtype] = tf.saturate_cast(i, dtype)
    out["g"] = tf.gradients(tf.saturate_cast(x, "float16"), x)[0]
    return out, {x: [-1e10, -5.0, 0.5, 300.0, 7e4, 1e20], i: [-70000, -1, 300, 2000000000]}


def bitcast(tf):
    x = tf.placeholder("float32", [None, 2], name="x")
    i = tf.constant([[1, 2, 3, 4]], tf.uint8)
    out = {
        "same": tf.bitcast(x, tf.int32),
        "smaller": tf.bitcast(x, tf.uint8),
        "larger": tf.bitcast(x, tf.float64),
        "to_int": tf.bitcast(i, tf.int32),
        "half": tf.bitcast(x, tf.float16, name="n"),
        "complex": tf.bitcast(x, tf.complex64),
    }
    return out, {x: np.array([[1.0, -2.0], [0.5, 3.0]])}


CASES = {
    "chain": chain,
    "complex_and_bool": complex_and_bool,
    "rounding": rounding,
    "old_names": old_names,
    "saturate": saturate,
    "bitcast": bitcast,
}
