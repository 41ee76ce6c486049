"""Cases of element-wise functions of one tensor, for TensorFlow and tfgrad alike."""

import numpy as np

# Functions that have two derivatives, and points at which they are smooth.
SMOOTH = {
    "abs": [-2.0, 0.0, 3.0],
    "negative": [-2.0, 0.5, 3.0],
    "sign": [-2.0, 0.0, 3.0],
    "square": [-2.0, 0.5, 3.0],
    "sqrt": [0.25, 1.0, 3.0],
    "rsqrt": [0.25, 1.0, 3.0],
    "reciprocal": [-2.0, 0.5, 3.0],
    "exp": [-2.0, 0.5, 3.0],
    "expm1": [-2.0, 1e-4, 3.0],
    "log": [0.25, 1.0, 3.0],
    "log1p": [-0.25, 1e-4, 3.0],
    "sin": [-2.0, 0.5, 3.0],
    "cos": [-2.0, 0.5, 3.0],
    "tan": [-2.0, 0.5, 3.0],
    "asin": [-0.75, 0.0, 0.5],
    "acos": [-0.75, 0.0, 0.5],
    "atan": [-2.0, 0.5, 3.0],
    "sinh": [-2.0, 0.5, 3.0],
    "cosh": [-2.0, 0.5, 3.0],
    "tanh": [-2.0, 0.5, 3.0],
    "asinh": [-2.0, 0.5, 3.0],
    "acosh": [1.25, 1.5, 3.0],
    "atanh": [-0.75, 0.25, 0.5],
    "sigmoid": [-2.0, 0.5, 3.0],
    "erf": [-2.0, 0.5, 1.0],
    "erfc": [-2.0, 0.5, 3.0],
    "lgamma": [0.5, 3.0, 4.5],
    "floor": [-1.5, 0.0, 2.5],
    "ceil": [-1.5, 0.0, 2.5],
    "round": [-1.5, 0.5, 2.5],
    "rint": [-1.5, 0.5, 2.5],
}
# Whose second derivative contains an op that has none.
ONCE = {
    "digamma": [0.5, 3.0, 4.5],
    "math.erfinv": [-0.75, 0.25, 0.5],
    "math.ndtri": [0.01, 0.25, 0.99],
}
COMPLEX = [
    "negative", "square", "sqrt", "rsqrt", "reciprocal", "exp", "expm1", "log", "log1p", "sin",
    "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
    "sigmoid", "sign",
]  # fmt: skip

# Functions that do more than add one node.
COMPOSITE = ["abs", "negative", "sign", "square", "sigmoid", "tanh", "round", "real", "imag"]
# Functions that agree with TensorFlow at infinities, zeros and nan too.
EVERYWHERE = [
    "abs", "sign", "square", "sqrt", "rsqrt", "reciprocal", "exp", "expm1", "log", "log1p", "sin",
    "asin", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sigmoid", "lgamma", "floor",
    "ceil", "round", "rint",
]  # fmt: skip


def find(tf, name):
    """``tf.math.erfinv`` for ``"math.erfinv"``."""
    for part in name.split("."):
        tf = getattr(tf, part)
    return tf


def derivatives(name, points, order, shape=(3,), dtype="float32"):
    def build(tf):
        x = tf.placeholder(dtype, shape, name="x")
        y = find(tf, name)(x)
        out = {"y": y}
        for i in range(order):
            y = tf.gradients(y, x)[0]
            if y is None:
                break
            out["d" * (i + 1)] = y
        return out, {x: points}

    return build


def of_complex(name):
    """With second derivatives, where every node comes in its form for complex numbers."""

    def build(tf):
        x = tf.placeholder(tf.complex128, [2], name="x")
        w = tf.constant([1 - 2j, 0.5 + 1j])
        y = find(tf, name)(x)
        out = {"y": y}
        if name != "sign":  # its quotient has no second derivative
            out["d"] = tf.gradients(y, x, w)[0]
            out["dd"] = tf.gradients(out["d"], x, w)[0]
        return out, {x: [0.5 + 0.25j, -0.3 + 0.6j]}

    return build


CASES = {n: derivatives(n, p, 2) for n, p in SMOOTH.items()}
CASES.update({n.split(".")[-1]: derivatives(n, p, 1) for n, p in ONCE.items()})
CASES.update({f"complex_{n}": of_complex(n) for n in COMPLEX})
CASES["tanh_of_partly_known"] = derivatives("tanh", [[0.5, 1.0]], 2, [None, 2])
CASES["tanh_of_unknown"] = derivatives("tanh", [[0.5, 1.0]], 2, None)
CASES["square_of_unknown"] = derivatives("square", [[0.5, 1.0]], 2, None)
CASES["sign_of_unknown"] = derivatives("sign", [[0.5, 1.0]], 1, None)
CASES["rsqrt_of_scalar"] = derivatives("rsqrt", 0.5, 2, [])
CASES["sigmoid_of_double"] = derivatives("sigmoid", [-2.0, 0.5], 2, [2], "float64")
CASES["log1p_of_half"] = derivatives("log1p", [-0.5, 0.5], 2, [2], "float16")
CASES["erf_of_double"] = derivatives("erf", [-2.0, 0.5], 2, [2], "float64")
CASES["atanh_of_double"] = derivatives("atanh", [0.25, 0.5], 1, [2], "float64")
CASES["sigmoid_of_half"] = derivatives("sigmoid", [-12.0, 0.5], 2, [2], "float16")


def case(build):
    CASES[build.__name__] = build
    return build


@case
def third_derivatives(tf):
    """The derivatives of the gradient nodes, with respect to both of their arguments."""
    x = tf.placeholder(tf.float64, [2], name="x")
    out = {}
    for f in (tf.tanh, tf.sigmoid, tf.sqrt, tf.rsqrt, tf.reciprocal):
        y = f(x)
        for _ in range(3):
            y = tf.gradients(y, x)[0]
        out[f.__name__] = y
    return out, {x: [0.5, 1.5]}


@case
def names_and_python_values(tf):
    out = {}
    for name in COMPOSITE:
        f = find(tf, name)
        out[name + "_list"] = f([0.5, -1.5])
        out[name + "_named"] = f(np.array([0.5]), name="scope/" + name)
    out["conj"] = tf.conj([0.5], name="c")
    out["int"] = tf.abs(-3)
    out["round_int"] = tf.round([1, 2])
    out["square_int"] = tf.square(np.array([3], np.int64))
    out["not"] = tf.logical_not([True, False])
    out["not_named"] = tf.logical_not(True, name="n")
    out["invert"] = tf.bitwise.invert([5, -1])
    out["invert_unsigned"] = tf.bitwise.invert(np.array([5], np.uint8))
    return out, {}


@case
def questions(tf):
    x = tf.placeholder(tf.float32, [None], name="x")
    out = {f: find(tf, "math." + f)(x) for f in ("is_nan", "is_inf", "is_finite")}
    return out, {x: [np.nan, np.inf, -np.inf, 0.0, 1e30]}


@case
def unusual_points(tf):
    x = tf.placeholder(tf.float64, [None], name="x")
    out = {}
    for name in EVERYWHERE:
        out[name] = find(tf, name)(x)
    return out, {x: [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 0.5, -0.5]}


@case
def reciprocal_without_nan(tf):
    x = tf.placeholder(tf.float32, [3], name="x")
    y = tf.math.reciprocal_no_nan(x)
    return {"y": y, "named": tf.math.reciprocal_no_nan([2.0], name="n")}, {x: [2.0, 0.0, -4.0]}


@case
def complex_of_stretched_parts(tf):
    a = tf.placeholder(tf.float32, [2, None], name="a")
    b = tf.placeholder(tf.float32, [3], name="b")
    z = tf.complex(a, b)
    out = {"z": z, "modulus": tf.abs(z), "named": tf.complex(a, b, name="n")}
    out["da"], out["db"] = tf.gradients(out["modulus"], [a, b])
    return out, {a: [[3.0], [1.0]], b: [4.0, 0.0, -1.0]}


@case
def complex_of_equal_parts(tf):
    a = tf.placeholder(tf.float64, [2], name="a")
    z = tf.complex(a, np.array([1.0, -1.0]))
    out = {"z": z}
    for f in (tf.real, tf.imag, tf.angle, tf.abs):
        y = f(z)
        out[f.__name__] = y
        out["d_" + f.__name__] = tf.gradients(y, a)[0]
    out["conj"] = tf.conj(z)
    out["d_conj"] = tf.gradients(tf.imag(tf.conj(z)), z)[0]
    return out, {a: [0.5, -2.0]}


@case
def modulus_at_zero(tf):
    z = tf.placeholder(tf.complex64, [2], name="z")
    y = tf.abs(z)
    return {"y": y, "d": tf.gradients(y, z)[0]}, {z: [0.0, 3 + 4j]}


@case
def parts_of_real_numbers(tf):
    x = tf.placeholder(tf.float32, [None], name="x")
    out = {"real": tf.real(x), "imag": tf.imag(x), "angle": tf.angle(x), "conj": tf.conj(x)}
    return out, {x: [-1.0, 0.0, 2.0]}
