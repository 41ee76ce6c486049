"""Reductions along known, negative and computed axes of known, partly known and unknown shapes."""

import numpy as np

X = np.array([[1.0, 2.0, 3.0], [3.0, 5.0, 5.0]])
ALL = "all"
SHAPES = {"static": (2, 3), "dynamic": (None, 3), "unknown": None}

# Shape, axis, keepdims: the ways in which a gradient finds the shape to which it spreads.
WAYS = {
    "all": ("static", ALL, False),
    "one": ("static", 0, False),
    "last": ("static", [-1], False),
    "keep": ("static", [1], True),
    "none": ("static", [], False),
    "dynamic_all": ("dynamic", ALL, False),
    "dynamic_one": ("dynamic", [0], False),
    "dynamic_keep": ("dynamic", 1, True),
    "unknown_all": ("unknown", ALL, False),
    "unknown_one": ("unknown", 0, False),
    "computed": ("static", "computed", False),
}


def _case(name, way, second=False, value=X):
    known, axis, keep = WAYS[way]

    def case(tf):
        reduce = getattr(tf, "reduce_" + name, None) or getattr(tf.math, "reduce_" + name)
        x = tf.placeholder(tf.float64, SHAPES[known], name="x")
        feeds = {x: value}
        if axis == "computed":
            a = tf.placeholder(tf.int32, [1], name="a")
            feeds[a] = [1]
            y = reduce(x, a, keepdims=keep)
        elif axis == ALL:
            y = reduce(x, keepdims=keep)
        else:
            y = reduce(x, axis, keepdims=keep)
        g = tf.gradients(y * y, x)[0]
        out = {"y": y, "g": g}
        if second:
            out["h"] = tf.gradients(g, x)[0]
        return out, feeds

    return case


def arguments(tf):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    return {
        "tuple": tf.reduce_sum(x, (0, 1)),
        "numpy": tf.reduce_sum(x, np.array([0])),
        "int64": tf.reduce_sum(x, np.int64(0)),
        "old": tf.reduce_mean(x, reduction_indices=[0], keep_dims=True),
        "positional": tf.reduce_max(x, 0, True, "mine"),
        "numbers": tf.reduce_sum([[1, 2], [3, 4]]),
        "named": tf.reduce_prod([1.0, 2.0], name="other"),
        "array": tf.reduce_min(X),
        "scalar": tf.reduce_sum(3.0),
        "list": tf.reduce_sum([x, x]),
    }, {x: X}


def two_equal_sums(tf):
    """The nodes that compute a static tiling exist once per graph, shape and axes."""
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    a, b, c = tf.reduce_sum(x, 1), tf.reduce_mean(x, [1]), tf.reduce_sum(x, 0)
    return {"g": tf.gradients([a, b, c], x)[0]}, {x: X}


def logical(tf):
    b = tf.placeholder(tf.bool, [None, 2], name="b")
    return {
        "all": tf.reduce_all(b),
        "all_rows": tf.reduce_all(b, 1),
        "any": tf.reduce_any(b, keepdims=True),
        "any_columns": tf.reduce_any(b, [0]),
        "all_of_none": tf.reduce_all(tf.zeros([0], tf.bool)),
        "any_of_none": tf.reduce_any(tf.zeros([0], tf.bool)),
    }, {b: [[True, False], [True, True]]}


def _of_types(tf, values, types, functions):
    out, feeds = {}, {}
    for t in types:
        x = tf.placeholder(getattr(tf, t), [None], name=t)
        feeds[x] = values
        for name, f in functions(tf).items():
            out[name + "_" + t] = f(x)
    return out, feeds


def integers(tf):
    return _of_types(
        tf, [100, 27, 3, 100], ["int8", "uint8", "int32", "int64"],
        lambda tf: {
            "sum": tf.reduce_sum, "mean": tf.reduce_mean, "prod": tf.reduce_prod,
            "max": tf.reduce_max, "min": tf.reduce_min, "norm": tf.math.reduce_euclidean_norm,
            "cumsum": tf.cumsum, "argmax": tf.argmax,
        },
    )  # fmt: skip


def small_floats(tf):
    return _of_types(
        tf, [1.5, -2.25, 300.0, 0.1], ["float16", "bfloat16"],
        lambda tf: {
            "sum": tf.reduce_sum, "mean": tf.reduce_mean, "max": tf.reduce_max,
            "min": tf.reduce_min, "l2": tf.nn.l2_loss, "argmin": tf.argmin,
        },
    )  # fmt: skip


def negative_mean(tf):
    x = tf.placeholder(tf.int32, [2, None], name="x")
    return {"y": tf.reduce_mean(x, 1), "all": tf.reduce_mean(x)}, {x: [[-7, 0], [7, 0]]}


def complex_numbers(tf):
    x = tf.placeholder(tf.complex128, [2, None], name="x")
    out = {
        "sum": tf.reduce_sum(x, 0),
        "mean": tf.reduce_mean(x),
        "prod": tf.reduce_prod(x, 1),
        "norm": tf.math.reduce_euclidean_norm(x),
        "variance": tf.math.reduce_variance(x),
        "cumprod": tf.cumprod(x, 1),
    }
    out["g"] = tf.gradients(tf.real(out["mean"] * out["mean"]), x)[0]
    out["gp"] = tf.gradients(tf.real(out["prod"]), x)[0]
    return out, {x: X + 1j * X[::-1]}


def of_nothing(tf):
    x = tf.placeholder(tf.float32, [0, 2], name="x")
    i = tf.placeholder(tf.int32, [0, 2], name="i")
    out = {}
    for name in ["sum", "prod", "max", "min", "mean"]:
        f = getattr(tf, "reduce_" + name)
        out[name], out[name + "_int"] = f(x, 0), f(i, 0)
        out[name + "_all"] = f(x)
    out["logsumexp"] = tf.reduce_logsumexp(x, 0)
    out["norm"] = tf.math.reduce_euclidean_norm(x)
    out["l2"] = tf.nn.l2_loss(x)
    out["cumsum"] = tf.cumsum(x)
    out["rows"] = tf.argmax(x, 1)
    return out, {x: np.zeros((0, 2)), i: np.zeros((0, 2))}


def not_a_number(tf):
    nan, inf = np.nan, np.inf
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    rows = [
        [nan, 1, 2],
        [1, nan, 2],
        [3, nan, 2],
        [nan, nan, nan],
        [nan, -inf, nan],
        [-inf, inf, 0],
    ]
    out = {}
    for name in ["max", "min", "sum", "mean"]:
        f = getattr(tf, "reduce_" + name)
        out[name], out[name + "_all"] = f(x, 1), f(x)
    out["argmax"], out["argmin"] = tf.argmax(x, 1), tf.argmin(x, 1)
    out["cumsum"] = tf.cumsum(x, 1)
    out["logsumexp"] = tf.reduce_logsumexp(x, 1)
    return out, {x: rows}


def large_with_nan(tf):
    x = tf.placeholder(tf.float32, [64, 1024], name="x")
    value = np.sin(np.arange(65536.0)).reshape(64, 1024)
    value[3, 5] = value[7, 1023] = value[9, 0] = np.nan
    out = {}
    for name in ["max", "min"]:
        f = getattr(tf, "reduce_" + name)
        out[name + "_rows"], out[name + "_all"] = f(x, 1), f(x)
        out[name + "_columns"] = f(x, 0)[:8]
    return out, {x: value}


def places(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    a = tf.placeholder(tf.int32, [], name="a")
    out = {
        "default": tf.argmax(x),
        "rows": tf.argmax(x, 1),
        "last": tf.argmin(x, -1, output_type=tf.int32),
        "old": tf.argmax(x, dimension=0),
        "computed": tf.argmax(x, a),
        "cast": tf.argmax(x, tf.cast(a, tf.int8)),
        "older": tf.arg_max(x, 1),
        "integers": tf.argmin([[3, 1, 1]], 1),
        "bools": tf.argmax([False, True, True]),
        "vector": tf.argmax([1.0, 3.0, 3.0], 0),
    }
    return out, {x: X, a: 1}


def place_has_no_gradient(tf):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    y = tf.cast(tf.argmax(x, 1), tf.float32) * tf.reduce_sum(x, 1)
    return {"g": tf.gradients(y, x)[0]}, {x: X}


def place_of_nothing(tf):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    return {"y": tf.argmax(x, 0)}, {x: np.zeros((0, 2))}


def axis_twice(tf):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    return {"y": tf.reduce_sum(x, [0, -2])}, {x: X}


def axis_too_large_when_run(tf):
    x = tf.placeholder(tf.float32, None, name="x")
    return {"y": tf.reduce_sum(x, 2)}, {x: X}


def prod_with_zeros(tf):
    x = tf.placeholder(tf.float64, [2, 3], name="x")
    out = {"g": tf.gradients(tf.reduce_prod(x, 1), x)[0]}
    out["h"] = tf.gradients(out["g"] * out["g"], x)[0]
    return out, {x: [[0.0, 2.0, 3.0], [0.0, 5.0, 0.0]]}


def logsumexp(tf):
    x = tf.placeholder(tf.float64, [2, 3], name="x")
    u = tf.placeholder(tf.float32, None, name="u")
    out = {
        "rows": tf.reduce_logsumexp(x, 1),
        "keep": tf.reduce_logsumexp(x, [0], keepdims=True, name="mine"),
        "unknown": tf.reduce_logsumexp(u),
        "infinite": tf.reduce_logsumexp(tf.constant([[-np.inf, -np.inf], [np.inf, 1.0]]), 1),
    }
    g = tf.gradients(out["rows"], x)[0]
    out["g"], out["h"] = g, tf.gradients(g * g, x)[0]
    return out, {x: X * 300, u: X}


def spread(tf):
    x = tf.placeholder(tf.float64, [None, 3], name="x")
    out = {
        "variance": tf.math.reduce_variance(x, 1),
        "deviation": tf.math.reduce_std(x, keepdims=True),
        "numbers": tf.math.reduce_std([1.0, 3.0], name="mine"),
    }
    out["g"] = tf.gradients([out["variance"], out["deviation"]], x)[0]
    return out, {x: X}


def counts(tf):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    return {
        "all": tf.count_nonzero(x),
        "rows": tf.count_nonzero(x > 2, 1),
        "int32": tf.count_nonzero(x, dtype=tf.int32, keepdims=True, name="mine"),
        "old": tf.count_nonzero(x, reduction_indices=[0], keep_dims=True),
        "numbers": tf.count_nonzero(input=[1, 0, 2]),
        "strings": tf.count_nonzero(tf.constant(["", "a"])),
    }, {x: X - 3}


def _running(name, exclusive, reverse):
    def case(tf):
        f = getattr(tf.math, name)
        x = tf.placeholder(tf.float64, [None, 3], name="x")
        a = tf.placeholder(tf.int32, [], name="a")
        y = f(x, a, exclusive=exclusive, reverse=reverse)
        g = tf.gradients(y * y, x)[0]
        return {"y": y, "g": g, "default": f(x)}, {x: X, a: 1}

    return case


def running_second_order(tf):
    x = tf.placeholder(tf.float64, [4], name="x")
    g = tf.gradients(tf.cumprod(tf.cumsum(x)), x)[0]
    return {"g": g, "h": tf.gradients(g, x)[0]}, {x: [1.0, 2.0, 0.5, 3.0]}


def running_forms(tf):
    return {
        "numbers": tf.cumsum([1, 2, 3], reverse=True),
        "bytes": tf.cumprod(
            tf.constant([[1, 2], [3, 4]], tf.int8), 1, exclusive=True, reverse=True
        ),
        "infinite": tf.cumsum([1.0, np.inf, 2.0, -np.inf, 3.0], exclusive=True, reverse=True),
        "logsumexp": tf.math.cumulative_logsumexp([1000.0, 1000.0, 0.0], name="mine"),
        "excluded": tf.math.cumulative_logsumexp([1.0, 2.0], exclusive=True),
    }, {}


def l2_loss(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    y = tf.nn.l2_loss(x)
    g = tf.gradients(y * y, x)[0]
    return {"y": y, "g": g, "h": tf.gradients(g, x)[0], "numbers": tf.nn.l2_loss([3.0, 4.0])}, {
        x: X
    }


SECOND = ("one", "dynamic_one")  # with a second derivative
MAXIMA = ("all", "one", "keep", "dynamic_one", "unknown_all")
PRODUCTS = ("all", "one", "keep", "dynamic_all", "unknown_all", "computed")
NORMS = ("all", "one", "dynamic_keep", "unknown_one")

CASES = {
    **{f"sum_{w}": _case("sum", w, w in SECOND) for w in WAYS},
    **{f"mean_{w}": _case("mean", w, w in SECOND) for w in WAYS},
    **{f"max_{w}": _case("max", w, w in SECOND) for w in MAXIMA},
    **{f"min_{w}": _case("min", w) for w in ("last", "dynamic_keep", "computed")},
    **{f"prod_{w}": _case("prod", w, w == "one") for w in PRODUCTS},
    **{f"euclidean_norm_{w}": _case("euclidean_norm", w, w == "one") for w in NORMS},
    "arguments": arguments,
    "two_equal_sums": two_equal_sums,
    "logical": logical,
    "integers": integers,
    "small_floats": small_floats,
    "negative_mean": negative_mean,
    "complex_numbers": complex_numbers,
    "of_nothing": of_nothing,
    "not_a_number": not_a_number,
    "large_with_nan": large_with_nan,
    "places": places,
    "place_has_no_gradient": place_has_no_gradient,
    "place_of_nothing": place_of_nothing,
    "axis_twice": axis_twice,
    "axis_too_large_when_run": axis_too_large_when_run,
    "prod_with_zeros": prod_with_zeros,
    "logsumexp": logsumexp,
    "spread": spread,
    "counts": counts,
    **{
        f"{n}{'_exclusive' * e}{'_reverse' * r}": _running(n, bool(e), bool(r))
        for n in ("cumsum", "cumprod") for e in (0, 1) for r in (0, 1)
    },
    "cumulative_logsumexp": _running("cumulative_logsumexp", False, False),
    "running_second_order": running_second_order,
    "running_forms": running_forms,
    "l2_loss": l2_loss,
}  # fmt: skip
