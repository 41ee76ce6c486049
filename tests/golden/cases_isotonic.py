"""Isotonic regression and approximate top elements: graphs, values and derivatives."""

import importlib

import numpy as np

X = np.array(
    [[4, 3, 5, 5, 6, 1, 2], [1, 2, 3, 3, 1, 0, -1], [7, 6, 5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6, 7]]
)
NAN = np.array([[4, 3, np.nan, 5, 6, 1, np.inf, -np.inf, 2]], np.float32)


def raw(x, output_dtype, shape=...):
    def case(tf):
        t = tf.placeholder(x.dtype, x.shape if shape is ... else shape, name="x")
        y, segments = tf.raw_ops.IsotonicRegression(input=t, output_dtype=output_dtype)
        return {"y": y, "segments": segments}, {t: x}

    return case


def bfloat16(tf):
    t = tf.cast(tf.constant(X.astype(np.float32) * 1.37), "bfloat16")
    y, segments = tf.raw_ops.IsotonicRegression(input=t, output_dtype=tf.bfloat16)
    return {"y": tf.cast(y, "float32"), "segments": segments}, {}


def derivatives(x, shape=..., order=1):
    """Of a matrix with a known number of rows: TensorFlow has no others."""

    def case(tf):
        t = tf.placeholder(x.dtype, x.shape if shape is ... else shape, name="x")
        y, _ = tf.raw_ops.IsotonicRegression(input=t, output_dtype=x.dtype)
        out = {"y": y}
        (out["g"],) = tf.gradients(y * y * y, t)
        if order == 2:
            (out["h"],) = tf.gradients(out["g"] * out["g"], t)
        return out, {t: x}

    return case


def public(x, shape=..., gradients=True, **kwargs):
    """The function is one of TensorFlow 2 alone."""

    def case(tf):
        if hasattr(tf.nn, "isotonic_regression"):
            function = tf.nn.isotonic_regression
        else:
            module = importlib.import_module("tensorflow.python.ops.nn_ops")
            function = module.isotonic_regression
        t = tf.placeholder(x.dtype, x.shape if shape is ... else shape, name="x")
        y, segments = function(t, **kwargs)
        out = {"y": y, "segments": segments}
        if gradients:
            (out["g"],) = tf.gradients(y * y, t)
        return out, {t: x}

    return case


def top(x, k, name="approx_max_k", derivatives=True, **kwargs):
    def case(tf):
        t = tf.placeholder(x.dtype, x.shape, name="x")
        values, indices = getattr(tf.math, name)(t, k, **kwargs)
        out = {"values": values, "indices": indices}
        if derivatives:
            (out["g"],) = tf.gradients(values * values * values, t)
            (out["h"],) = tf.gradients(out["g"] * out["g"], t)
        return out, {t: x}

    return case


def built(x, k, name="approx_min_k", **kwargs):
    """TensorFlow cannot run these on a CPU."""

    def case(tf):
        t = tf.placeholder(x.dtype, x.shape, name="x")
        values, indices = getattr(tf.nn, name)(t, k, **kwargs)
        (g,) = tf.gradients(values, t)
        return {"values": values, "indices": indices, "g": g}, {t: x}

    case.is_run = False
    return case


F, D = X.astype(np.float32), X.astype(np.float64) * 1.1
V = np.array([[3, 1, 2, 5, 4, 7, 0], [1, 1, 1, 2, 2, 2, -1]], np.float32)

CASES = {
    "float": raw(F, "float32"),
    "double": raw(D, "float64"),
    "half": raw((X * 1.37).astype(np.float16), "float16"),
    "bfloat16": bfloat16,
    "int8": raw(X.astype(np.int8), "float32"),
    "int16": raw(X.astype(np.int16), "float32"),
    "int32": raw(X.astype(np.int32), "float64"),
    "int64": raw(X.astype(np.int64), "float64", [None, 7]),
    "not finite": raw(NAN, "float32", None),
    "vector": raw(F[0], "float32"),
    "scalar": raw(np.float32(2), "float32"),
    "one": raw(np.ones([2, 1], np.float32), "float32"),
    "three axes": raw(np.stack([F, -F]), "float32"),
    "empty": raw(np.zeros([2, 0], np.float32), "float32"),
    "no rows": raw(np.zeros([0, 3], np.float32), "float32"),
    "gradient": derivatives(F[:1], order=2),
    "gradient-double": derivatives(D[:2], [2, None]),
    "public": public(F[:1]),
    "public-increasing": public(F[:2], gradients=False, decreasing=False),
    "public-first axis": public(D[:, :2], axis=0),
    "public-negative axis": public(F, gradients=False, axis=-2, decreasing=False),
    "public-whole": public(X, gradients=False),
    "public-int8": public(X.astype(np.int8), gradients=False, axis=0),
    "public-unknown": public(F, [None, None], gradients=False, axis=0),
    "top": top(V, 3),
    "top-ties": top(V, 5, name="approx_max_k", recall_target=0.5),
    "top-vector": top(V[0], 1),
    "top-all": top(V[0], 7, aggregate_to_topk=False),
    "top-none": top(V, 0, derivatives=False),
    "top-half": top(V.astype(np.float16), 2),
    "top-three axes": top(np.stack([V, -V]), 2),
    "top-first axis": built(V, 1, name="approx_max_k", reduction_dimension=0),
    "top-middle axis": built(np.stack([V, -V], 2), 2, reduction_dimension=-2),
    "top-least": built(V, 2, name="approx_min_k"),
    "top-candidates": built(np.zeros([2, 3000], np.float32), 3, aggregate_to_topk=False),
}
