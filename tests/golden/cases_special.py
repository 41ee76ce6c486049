"""Cases of special functions of two and three arguments, for TensorFlow and tfgrad alike."""

SHAPES = {
    "equal": ([2, 3], [2, 3]),
    "scalar": ([2, 3], []),
    "row": ([None, 3], [3]),
    "unknown": (None, None),
}
A = [[0.5, 1.5, 3.0], [2.0, 4.0, 0.75]]
B = {"equal": [[0.3, 2.5, 3.0], [8.0, 1.0, 0.1]], "scalar": 1.3, "row": [0.3, 2.5, 3.0]}
ORDER = [[2.0, 3.0, 4.0], [5.0, 6.0, 7.0]]


def two(name, shapes, first, wanted, dtype="float32", order=1):
    """``wanted``: the arguments that have a derivative."""

    def build(tf):
        f = getattr(tf, name)
        x = tf.placeholder(dtype, SHAPES[shapes][0], name="x")
        y = tf.placeholder(dtype, SHAPES[shapes][1], name="y")
        z = f(x, y)
        out = {"z": z}
        g = tf.gradients(z, [x, y])
        for i in wanted:
            out[f"d{i}"] = g[i]
        if order == 2:
            out["dd"] = tf.gradients(g[1], y)[0]
        return out, {x: first, y: B.get(shapes, B["row"])}

    return build


def betainc(a, b, x, shape_a, shape_b, shape_x):
    def build(tf):
        pa = tf.placeholder("float32", shape_a, name="a")
        pb = tf.placeholder("float32", shape_b, name="b")
        px = tf.placeholder("float32", shape_x, name="x")
        z = tf.betainc(pa, pb, px)
        d = tf.gradients(z, px)[0]
        return {"z": z, "d": d, "dd": tf.gradients(d, px)[0]}, {pa: a, pb: b, px: x}

    return build


def lbeta(shape):
    def build(tf):
        x = tf.placeholder("float32", shape, name="x")
        y = tf.lbeta(x)
        return {"y": y, "d": tf.gradients(y, x)[0]}, {x: [[1.0, 2.5], [0.5, 0.75]]}

    return build


def constants(tf):
    """Python numbers take the type of the tensor beside them."""
    x = tf.constant([0.5, 2.0], "float64")
    return {
        "igamma": tf.igamma(x, 1.0),
        "igammac": tf.igammac(x, 2.0),
        "zeta": tf.zeta(x + 1.0, 2.0, name="named"),
        "polygamma": tf.polygamma(x * 2.0, 1.0),
        "betainc": tf.betainc(x, 2.0, 0.25),
        "lbeta": tf.math.lbeta(x),
    }, {}


INF, NAN = float("inf"), float("nan")
EDGES = [-2.5, -2.0, -0.5, 0.0, 0.5, 1.0, 2.0, 30.0, INF, NAN]


def edges(name):
    """Every pair of unusual points."""

    def build(tf):
        x = tf.constant([[a] for a in EDGES], "float64")
        y = tf.constant([EDGES], "float64")
        return {"z": getattr(tf, name)(x, y)}, {}

    return build


CASES = {
    "igamma-equal": two("igamma", "equal", A, (0, 1)),
    "igamma-row": two("igamma", "row", A, (0, 1), "float64"),
    "igamma-unknown": two("igamma", "unknown", A, (0, 1)),
    "igammac-scalar": two("igammac", "scalar", A, (0, 1)),
    "zeta-equal": two("zeta", "equal", ORDER, (1,), "float64"),
    "zeta-row": two("zeta", "row", ORDER, (1,), order=2),
    "zeta-unknown": two("zeta", "unknown", ORDER, (1,)),
    "polygamma-scalar": two("polygamma", "scalar", ORDER, (1,), "float64"),
    "polygamma-row": two("polygamma", "row", ORDER, (1,), order=2),
    "betainc-equal": betainc([2.0, 3.0], [1.0, 0.5], [0.25, 0.75], [2], [2], [2]),
    "betainc-scalars": betainc(2.0, 1.5, [0.25, 0.75], [], [], [2]),
    "betainc-unknown": betainc([2.0, 3.0], [1.0, 0.5], [0.25, 0.75], None, None, None),
    "lbeta": lbeta([2, 2]),
    "lbeta-unknown": lbeta([None, None]),
    "constants": constants,
    **{f"{name}-edges": edges(name) for name in ("igamma", "igammac", "zeta")},
}
