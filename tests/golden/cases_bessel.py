"""Bessel functions and special integrals: graphs, values, first and second derivatives."""

INF, NAN = float("inf"), float("nan")
FUNCTIONS = {
    "bessel_i0": "math", "bessel_i0e": "math", "bessel_i1": "math", "bessel_i1e": "math",
    **dict.fromkeys(("bessel_j0", "bessel_j1", "bessel_k0", "bessel_k0e", "bessel_k1",
                     "bessel_k1e", "bessel_y0", "bessel_y1", "dawsn", "expint", "fresnel_cos",
                     "fresnel_sin", "spence"), "special"),
}  # fmt: skip
POINTS = [0.01, 0.3, 0.5, 1.0, 1.7, 2.0, 2.4, 3.3, 4.6, 5.0, 7.9, 8.1, 16.5, 41.0, 55.5]
NEGATIVE = [-41.0, -9.3, -5.0, -2.0, -0.3, 0.0]


def function(tf, name):
    namespace = tf.math if FUNCTIONS[name] == "math" else tf.math.special
    return getattr(namespace, name)


def values(name):
    def case(tf):
        f = function(tf, name)
        x = tf.constant(NEGATIVE + POINTS + [NAN], tf.float64)
        out = {"double": f(x, name="named"), "single": f(tf.constant(POINTS))}
        if name.startswith("bessel"):
            out["half"] = f(tf.constant([0.5, 2.0, 9.0], tf.float16))
        return out, {}

    return case


def slope(name, shape, order=1):
    def case(tf):
        x = tf.placeholder("float64", shape, name="x")
        y = function(tf, name)(x)
        g = tf.gradients(y, x)[0]
        out = {"y": y, "g": g}
        if order == 2:
            out["h"] = tf.gradients(g, x)[0]
        return out, {x: [[0.3, 1.5], [3.0, 9.0]]}

    return case


def at_zero(tf):
    """Quotients that are replaced there."""
    x = tf.placeholder("float64", [3], name="x")
    out = {}
    for name in ("bessel_i0", "bessel_i0e", "bessel_i1e", "bessel_j0", "bessel_j1", "dawsn"):
        out[name] = tf.gradients(function(tf, name)(x), x)[0]
    one = tf.constant([1.0, 0.5], tf.float64)
    out["spence"] = tf.gradients(function(tf, "spence")(one), one)[0]
    return out, {x: [-1.0, 0.0, 2.0]}


def next_after(tf):
    x = tf.placeholder("float32", [None, 1], name="x")
    y = tf.placeholder("float32", [2], name="y")
    z = tf.math.nextafter(x, y)
    gx, gy = tf.gradients(z, [x, y])
    a = tf.constant([1.0, 0.0, 0.0, -1.0, INF, NAN, 1.0, 0.0], tf.float64)
    b = tf.constant([2.0, 1.0, -1.0, -1.0, 0.0, 1.0, NAN, -0.0], tf.float64)
    return {
        "z": z, "gx": gx, "gy": gy, "double": tf.math.nextafter(a, b, name="named"),
        "numbers": tf.math.nextafter([1.0, 2.0], 3.0),
    }, {x: [[1.0], [-2.0]], y: [0.0, 5.0]}  # fmt: skip


def bits(tf):
    out = {}
    for dtype in ("int8", "int16", "int32", "int64", "uint8", "uint16"):
        out[dtype] = tf.raw_ops.PopulationCount(x=tf.constant([0, 1, 3, 100, 127], dtype))
    out["negative"] = tf.raw_ops.PopulationCount(x=tf.constant([-1, -2, -128], "int32"))
    return out, {}


CASES = {
    **{name: values(name) for name in FUNCTIONS},
    **{f"{name}-slope": slope(name, [None, 2]) for name in FUNCTIONS if name != "bessel_i1"},
    "bessel_j0-curvature": slope("bessel_j0", [2, 2], 2),
    "bessel_k1e-curvature": slope("bessel_k1e", None, 2),
    "fresnel_sin-curvature": slope("fresnel_sin", [2, 2], 2),
    "expint-curvature": slope("expint", [2, None], 2),
    "at_zero": at_zero,
    "nextafter": next_after,
    "bits": bits,
}
