"""Normal numbers between bounds.

Few numbers each: with more, TensorFlow uses several threads and has other ones.
"""

import importlib

import numpy as np

# mean, deviation, lower and upper bound: each method of drawing, from each side
PARAMETERS = {
    "standard": (0.0, 1.0, -2.0, 2.0),
    "narrow": (0.0, 1.0, -0.2, 0.3),
    "tail": (0.0, 1.0, 2.5, 9.0),
    "left": (0.0, 2.0, -30.0, -7.0),
    "above": (1.0, 0.5, 1.7, np.inf),
    "below": (1.0, 0.5, -np.inf, 0.3),
    "half": (0.0, 1.0, -np.inf, 5.0),
    "shifted": (100.0, 20.0, 120.0, 135.0),
}
NAMES = "means", "stddevs", "minvals", "maxvals"


def between(dtype):
    def case(tf):
        r = tf.raw_ops
        out = {}
        for name, values in PARAMETERS.items():
            p = [tf.constant(v, dtype, name=f"{name}_{k}") for k, v in enumerate(values)]
            out[name] = r.ParameterizedTruncatedNormal(
                shape=[20], means=p[0], stdevs=p[1], minvals=p[2], maxvals=p[3], seed=3, seed2=4
            )
            out[f"stateless {name}"] = r.StatelessParameterizedTruncatedNormal(
                shape=[7, 3], seed=[3, -4], **dict(zip(NAMES, p, strict=True))
            )
        return out, {}

    return case


def rows(dtype):
    """Each row has its own parameters, and another method."""

    def case(tf):
        r = tf.raw_ops
        mean = tf.constant([0.0, 1.0, -3.0, 0.0, 0.0], dtype)
        deviation = tf.constant([1.0, 2.0, 0.5, 1.0, 1.0], dtype)
        low = tf.constant([-2.0, 1.5, -2.0, 2.0, -0.1], dtype)
        high = tf.constant([2.0, 9.0, 0.0, 3.0, 0.1], dtype)
        f, g = r.ParameterizedTruncatedNormal, r.StatelessParameterizedTruncatedNormal
        p = {"means": mean, "stdevs": deviation, "minvals": low, "maxvals": high}
        shape = tf.placeholder("int64", [None], name="shape")
        one = tf.constant([1.0], dtype)
        wider = tf.concat([[high], [high + 1]], 0)
        return {
            "many": f(shape=[5, 2, 3], **p, seed=3),
            "one each": f(shape=[5], **p, seed=3, seed2=9),
            "mixed": f(
                shape=[3, 5], means=one, stdevs=one[0], minvals=-one, maxvals=one[0], seed=3
            ),
            "fed": f(shape=shape, means=one, stdevs=one, minvals=-one[0], maxvals=one[0], seed=3),
            "stateless": g(
                shape=[3, 2, 5], seed=[5, 6], means=mean, stddevs=deviation, minvals=low,
                maxvals=wider,
            ),
            "none": g(
                shape=[0], seed=[5, 6], means=mean[0], stddevs=one[0], minvals=low[0],
                maxvals=high[0],
            ),
        }, {shape: [2, 3]}  # fmt: skip

    return case


def public(tf):
    package = tf.__name__.split(".")[0]
    random_ops = importlib.import_module(f"{package}.python.ops.random_ops")
    f, g = random_ops.parameterized_truncated_normal, tf.random
    x = f([4], 1.0, 2.0, 0.0, 9.0, seed=1, name="named")
    return {
        "default": f([2, 3], seed=2),
        "named": x,
        "double": f([3], dtype=tf.float64, seed=3),
        "stateless": g.stateless_parameterized_truncated_normal([2, 3], [1, 2]),
        "broadcast": g.stateless_parameterized_truncated_normal(
            [4, 2, 3], [1, 2], 0.0, [[1.0], [2.0]], [-1.0, -2.0, 0.5], 3.0, name="b"
        ),
    }, {}


def second_run(tf):
    """Each run goes on behind the reserved blocks."""
    r = tf.raw_ops
    one = tf.constant(1.0)
    p = {"stdevs": one, "minvals": -one, "maxvals": one, "seed": 5}
    x = r.ParameterizedTruncatedNormal(shape=[3, 2], means=one, **p)
    y = r.ParameterizedTruncatedNormal(shape=[3, 2], means=tf.constant([0.0, 0.1, 0.2]), **p)
    return {"run": tf.group(x, y), "x": x, "y": y}, {}


second_run.runs = ["run"]


def slopes(dtype, shapes, known=True):
    def case(tf):
        values = [
            np.linspace(-0.3, 0.4, max(np.prod(s, dtype=int), 1)).reshape(s) + d
            for s, d in zip(shapes, (0.0, 1.5, -1.0, 2.0), strict=True)
        ]
        ps = [
            tf.placeholder(dtype, s if known else None, name=n)
            for s, n in zip(shapes, NAMES, strict=True)
        ]
        x = tf.random.stateless_parameterized_truncated_normal([4, 2, 3], [1, 2], *ps)
        y = tf.sin(x)
        gs = tf.gradients(y, ps)
        out = {"x": x, **{f"d {n}": g for n, g in zip(NAMES, gs, strict=True)}}
        return out, dict(zip(ps, values, strict=True))

    return case


FULL = [(), (3,), (2, 1), (2, 3)]
CASES = {
    **{f"between-{d}": between(d) for d in ("float32", "float64")},
    **{f"rows-{d}": rows(d) for d in ("float16", "float32", "float64")},
    "public": public,
    "second_run": second_run,
    "slopes": slopes("float64", FULL),
    "slopes-unknown": slopes("float32", FULL, known=False),
}
