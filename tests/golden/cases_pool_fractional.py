"""Pooling under random windows whose bounds seeds choose: nodes, values, first derivatives."""

import numpy as np


def _case(kind, shape, ratio, dtype="float32", true=None, grad=True, **options):
    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        function = getattr(tf.nn, f"fractional_{kind}_pool")
        options.setdefault("seed", 5)
        y, rows, cols = function(x, [1, *ratio, 1], deterministic=True, seed2=7, **options)
        out = {"y": y, "rows": rows, "cols": cols}
        if grad:
            out["g"] = tf.gradients(y * y, x)[0]
        n = int(np.prod(true or shape))
        value = (np.arange(n) * 7919 % 23 - 9).reshape(true or shape)
        return out, {x: value.astype(dtype)}

    return case


CASES = {
    "max": _case("max", [2, 10, 9, 2], [1.5, 1.4]),
    "max_overlapping": _case("max", [1, 10, 9, 2], [1.44, 1.73], overlapping=True, name="p"),
    "max_pseudo": _case("max", [1, 10, 17, 1], [1.5, 1.4], pseudo_random=True, seed=11),
    "max_whole": _case("max", [1, 9, 8, 1], [3.0, 2.0]),
    "max_dynamic": _case("max", [None, None, 7, 1], [1.7, 1.2], true=[2, 6, 7, 1]),
    "max_int": _case("max", [1, 6, 7, 1], [1.5, 1.7], "int32", grad=False),
    "avg": _case("avg", [2, 10, 9, 2], [1.5, 1.4]),
    "avg_overlapping": _case("avg", [1, 10, 9, 2], [1.44, 1.73], "float64", overlapping=True),
    "avg_pseudo": _case("avg", [1, 10, 17, 1], [1.5, 1.4], pseudo_random=True, overlapping=True),
    "avg_int": _case("avg", [1, 6, 7, 1], [1.5, 1.7], "int64", grad=False),
}
