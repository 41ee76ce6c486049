"""Pooling of images, sequences and volumes: nodes, values, derivatives of orders 1 to 3.

TensorFlow has no CPU kernels for channels first: of these cases only the graphs are compared.
"""

import numpy as np


def _values(shape, dtype="float32"):
    """Few different numbers, so that there are ties."""
    n = int(np.prod(shape))
    return ((np.arange(n) * 7919 % 23) // 2 - 5).reshape(shape).astype(dtype)


def _case(function, shape, *args, order=2, true=None, dtype="float32", run=True, **options):
    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        f = tf.nn
        for part in function.split("."):
            f = getattr(f, part)
        out = {"y": f(x, *args, **options)}
        if isinstance(out["y"], (list, tuple)):
            out = {"y": out["y"][0], "places": out["y"][1]}
        g = out["y"]
        for k in range(order):
            g = tf.gradients(g * g, x)[0]
            out[f"g{k}"] = g
        if not run:
            out = {k: t.op for k, t in out.items()}
        return out, {x: _values(true or shape, dtype)}

    return case


def _raw(op_type, *arrays, dtype="float32", **attrs):
    def case(tf):
        names = {
            "MaxPoolGrad": ("orig_input", "orig_output", "grad"),
            "MaxPoolGradGrad": ("orig_input", "orig_output", "grad"),
            "MaxPool3DGrad": ("orig_input", "orig_output", "grad"),
            "MaxPool3DGradGrad": ("orig_input", "orig_output", "grad"),
            "MaxPoolGradWithArgmax": ("input", "grad", "argmax"),
            "AvgPoolGrad": ("orig_input_shape", "grad"),
            "MaxPool": ("input",),
            "MaxPool3D": ("input",),
        }[op_type]
        inputs = {
            n: tf.constant(a, None if np.asarray(a).dtype.kind in "iu" else dtype)
            for n, a in zip(names, arrays, strict=True)
        }
        return {"y": getattr(tf.raw_ops, op_type)(**inputs, **attrs)}, {}

    return case


_TWO = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}
_ROW = {"ksize": [1, 1, 3, 1], "strides": [1, 1, 1, 1], "padding": "SAME"}
_CUBE = {"ksize": [1, 2, 2, 2, 1], "strides": [1, 2, 2, 2, 1], "padding": "SAME"}
_NAN = np.array([[np.nan, 1, np.nan, -np.inf, -np.inf, -np.inf, 2, np.nan]]).reshape(1, 1, 8, 1)
_TIES = np.zeros([1, 2, 2, 2, 1])


def v2(tf):
    """The ops whose windows are inputs."""
    x = tf.placeholder(tf.float32, [1, 5, 4, 2], name="x")
    y = tf.raw_ops.MaxPoolV2(input=x, ksize=[1, 3, 2, 1], strides=[1, 2, 2, 1], padding="VALID")
    g = tf.gradients(y * y, x)[0]
    return {"y": y, "g": g, "h": tf.gradients(g * g, x)[0]}, {x: _values([1, 5, 4, 2])}


def names(tf):
    x = tf.placeholder(tf.float32, [1, 4, 4, 1], name="x")
    s = tf.placeholder(tf.float32, [1, 4, 1], name="s")
    return {
        "a": tf.nn.max_pool(x, 2, 2, "SAME", name="first"),
        "b": tf.nn.avg_pool(x, 2, 2, "SAME", name="second"),
        "c": tf.nn.max_pool(None, ksize=2, strides=2, padding="SAME", input=x),
        "d": tf.nn.max_pool1d(s, 2, 1, "SAME", name="third"),
        "e": tf.nn.avg_pool_v2(s, 2, 1, "SAME", name="fourth"),
        "f": tf.nn.max_pool_v2(x, [2, 1], [1, 1, 1, 1], "VALID", name="fifth"),
        "g": tf.nn.pool(x, [2, 2], "MAX", "VALID", strides=[2, 2], name="sixth"),
        "h": tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME", name="seventh")[0],
        "i": tf.nn.avg_pool2d(x, 2, 2, "SAME"),
        "j": tf.nn.max_pool2d([[[[1.0], [2.0]]]], 1, 1, "SAME"),
    }, {x: _values([1, 4, 4, 1]), s: _values([1, 4, 1])}


CASES = {
    "max": _case("max_pool", [2, 4, 6, 2], [1, 2, 2, 1], [1, 2, 2, 1], "SAME", order=3),
    "max_odd": _case("max_pool", [1, 5, 7, 2], 2, 2, "SAME"),
    "max_overlapping": _case("max_pool", [2, 6, 5, 2], 3, 2, "SAME"),
    # Of higher order TensorFlow gives 0: the op's output takes the place of its input too early.
    "max_stride_1": _case("max_pool", [1, 4, 5, 2], 3, 1, "SAME", order=1),
    "max_valid": _case("max_pool", [1, 7, 6, 2], [3, 2], [2, 1], "VALID"),
    "max_gaps": _case("max_pool", [1, 7, 8, 1], 2, 3, "VALID"),
    "max_all": _case("max_pool", [1, 9, 9, 2], 9, 1, "VALID", order=1),
    "max_large": _case("max_pool", [1, 12, 11, 2], 9, 2, "SAME"),
    "max_explicit": _case(
        "max_pool", [1, 5, 4, 2], 3, 2, [[0, 0], [2, 1], [0, 2], [0, 0]], order=1
    ),
    "max_dynamic": _case("max_pool", [None, None, 5, 2], 2, 2, "VALID", true=[2, 4, 5, 2]),
    "max_unknown": _case("max_pool", None, 2, 2, "SAME", true=[1, 3, 4, 2], order=1),
    "max_empty": _case("max_pool", [None, 4, 4, 2], 2, 2, "SAME", true=[0, 4, 4, 2], order=1),
    "max_double": _case("max_pool", [1, 4, 4, 2], 3, 2, "SAME", dtype="float64"),
    "max_half": _case("max_pool", [1, 4, 4, 2], 3, 2, "SAME", dtype="float16", order=1),
    "max_int": _case("max_pool", [1, 4, 4, 2], 3, 2, "SAME", dtype="int32", order=0),
    "max_depth": _case("max_pool", [1, 2, 2, 4], [1, 1, 1, 2], [1, 1, 1, 2], "SAME", order=0),
    "max_channels_first": _case(
        "max_pool", [2, 2, 4, 5], 2, 2, "SAME", data_format="NCHW", run=False
    ),
    "max_1d": _case("max_pool1d", [2, 7, 2], 3, 2, "SAME"),
    "max_1d_explicit": _case("max_pool1d", [1, 5, 2], 2, 2, [[0, 0], [1, 0], [0, 0]], order=1),
    "max_1d_channels_first": _case(
        "max_pool1d", [2, 2, 5], 2, 2, "VALID", data_format="NCW", run=False
    ),
    "max_2d": _case("max_pool2d", [1, 4, 4, 2], 2, 2, "VALID", order=1),
    "max_v2": _case("max_pool_v2", [1, 4, 4, 2], 2, 2, "VALID", order=1),
    "max_v2_1d": _case("max_pool_v2", [1, 6, 2], 2, 2, "VALID", order=1),
    "max_3d": _case("max_pool3d", [1, 3, 4, 4, 2], 2, 2, "SAME", order=1),
    "max_3d_overlapping": _case("max_pool3d", [1, 4, 5, 3, 1], 3, 2, "SAME", order=1),
    "max_3d_graph": _case("max_pool3d", [1, 2, 2, 4, 1], 2, 2, "SAME", order=3, run=False),
    "max_v2_3d": _case("max_pool_v2", [1, 2, 4, 4, 2], 2, 2, "VALID", order=1),
    "windows_as_inputs": v2,
    "argmax": _case(
        "max_pool_with_argmax", [2, 4, 5, 2], [1, 2, 2, 1], [1, 2, 2, 1], "SAME", order=1
    ),
    "argmax_batch": _case(
        "max_pool_with_argmax", [2, 5, 5, 1], [1, 3, 3, 1], [1, 2, 2, 1], "SAME", order=1,
        include_batch_in_index=True,
    ),
    "argmax_dynamic": _case(
        "max_pool_with_argmax", [None, None, 3, 2], [1, 2, 2, 1], [1, 1, 1, 1], "VALID", order=1,
        true=[2, 3, 3, 2],
    ),
    "avg": _case("avg_pool", [2, 4, 6, 2], [1, 2, 2, 1], [1, 2, 2, 1], "SAME", order=3),
    "avg_odd": _case("avg_pool", [1, 5, 7, 2], 2, 2, "SAME"),
    "avg_overlapping": _case("avg_pool", [2, 6, 5, 2], 3, 2, "SAME"),
    "avg_stride_1": _case("avg_pool", [1, 4, 5, 2], 3, 1, "SAME"),
    "avg_valid": _case("avg_pool", [1, 7, 6, 2], [3, 2], [2, 1], "VALID"),
    "avg_gaps": _case("avg_pool", [1, 7, 8, 1], 2, 3, "SAME"),
    "avg_all": _case("avg_pool", [1, 7, 7, 2], 7, 1, "VALID", order=1),
    "avg_large": _case("avg_pool", [1, 12, 11, 2], 9, 2, "SAME", order=1),
    "avg_dynamic": _case("avg_pool", [None, None, 5, 2], 2, 2, "VALID", true=[2, 4, 5, 2], order=1),
    "avg_unknown": _case("avg_pool", None, 2, 2, "SAME", true=[1, 3, 4, 2], order=1),
    "avg_double": _case("avg_pool", [1, 4, 4, 2], 3, 2, "SAME", dtype="float64", order=1),
    "avg_half": _case("avg_pool", [1, 4, 4, 2], 3, 2, "SAME", dtype="float16", order=1),
    "avg_channels_first": _case(
        "avg_pool", [2, 2, 4, 5], 2, 2, "SAME", data_format="NCHW", run=False
    ),
    "avg_1d": _case("avg_pool1d", [2, 7, 2], 3, 2, "SAME"),
    "avg_3d": _case("avg_pool3d", [1, 3, 4, 4, 2], 2, 2, "SAME"),
    "avg_3d_overlapping": _case("avg_pool3d", [1, 4, 5, 3, 1], 3, 2, "SAME"),
    "avg_v2": _case("avg_pool_v2", [1, 4, 4, 2], 2, 2, "VALID", order=1),
    "avg_v2_3d": _case("avg_pool_v2", [1, 2, 4, 4, 2], 2, 2, "VALID", order=1),
    "pool": _case("pool", [1, 5, 4, 2], [2, 3], "AVG", "SAME", strides=[1, 2]),
    "pool_1d": _case("pool", [1, 5, 2], [2], "MAX", "VALID"),
    "pool_3d": _case("pool", [1, 3, 3, 3, 1], [2, 2, 2], "AVG", "VALID"),
    "pool_dilated": _case("pool", [1, 5, 6, 1], [2, 2], "MAX", "VALID", dilation_rate=[2, 1]),
    "pool_dilated_dynamic": _case(
        "pool", [None, None, 1], [2], "AVG", "VALID", dilations=[2], true=[2, 5, 1], order=1
    ),
    "names": names,
    "nan": _raw("MaxPool", _NAN, **_ROW),
    "nan_grad": _raw("MaxPoolGrad", _NAN, _NAN, np.arange(1.0, 9).reshape(1, 1, 8, 1), **_ROW),
    "nan_grad_grad": _raw(
        "MaxPoolGradGrad", _NAN, np.array([1, 1, 1, 1, 9, 2, 2, 2.0]).reshape(1, 1, 8, 1),
        np.arange(1.0, 9).reshape(1, 1, 8, 1), **_ROW,
    ),
    "not_the_maximum": _raw(
        "MaxPoolGrad", np.arange(4.0).reshape(1, 2, 2, 1), np.ones([1, 1, 1, 1]),
        np.ones([1, 1, 1, 1]), **_TWO,
    ),
    "not_the_maximum_grad": _raw(
        "MaxPoolGradGrad", np.arange(4.0).reshape(1, 2, 2, 1), np.ones([1, 1, 1, 1]),
        np.arange(5.0, 9).reshape(1, 2, 2, 1), **_TWO,
    ),
    "ties_of_volumes": _raw("MaxPool3DGrad", _TIES, _TIES[:, :1, :1, :1], _TIES[:, :1, :1, :1] + 3,
                            **_CUBE),
    "ties_of_volumes_grad": _raw(
        "MaxPool3DGradGrad", _TIES, _TIES[:, :1, :1, :1],
        np.arange(8.0).reshape(_TIES.shape), **_CUBE,
    ),
    "lowest_of_volumes": _raw("MaxPool3D", _TIES - np.inf, **_CUBE),
    "places_anywhere": _raw(
        "MaxPoolGradWithArgmax", np.zeros([2, 2, 2, 1]), np.arange(1.0, 3).reshape(2, 1, 1, 1),
        np.array([3, 0]).reshape(2, 1, 1, 1), **_TWO,
    ),
}  # fmt: skip
