"""Recorded cases: element-wise operations of two arguments, their operators and their gradients."""

import numpy as np

OPS = (
    "add",
    "subtract",
    "multiply",
    "realdiv",
    "pow",
    "maximum",
    "minimum",
    "squared_difference",
    "floormod",
    "floordiv",
    "atan2",
)


def numbers(shape, seed):
    """Positive numbers; those of two seeds differ in most places."""
    n = int(np.prod(shape))
    a = (np.arange(n) * 7 + seed) % 11 / 4.0 + 0.5
    return a.reshape(shape).astype(np.float32)


def placeholders(tf, x, y, x_shape, y_shape, dtype="float32"):
    return (
        tf.placeholder(dtype, x_shape, name="x"),
        tf.placeholder(dtype, y_shape, name="y"),
        numbers(x, 3),
        numbers(y, 5),
    )


def first_order(ops, x, y, x_shape, y_shape):
    def build(tf):
        a, b, va, vb = placeholders(tf, x, y, x_shape, y_shape)
        out = {}
        for name in ops:
            z = getattr(tf, name)(a, b)
            out[name] = z
            for k, g in enumerate(tf.gradients(z, [a, b])):
                out[name + str(k)] = g
        return out, {a: va, b: vb}

    return build


def second_order(ops, x, y, x_shape, y_shape):
    def build(tf):
        a, b, va, vb = placeholders(tf, x, y, x_shape, y_shape)
        out = {}
        for name in ops:
            z = getattr(tf, name)(a, b)
            first = tf.gradients(z, [a, b], grad_ys=z)
            for k, g in enumerate(first):
                for j, h in enumerate(tf.gradients(g, [a, b])):
                    out[f"{name}{k}{j}"] = h
        return out, {a: va, b: vb}

    return build


WIDE = ("subtract", "multiply", "pow", "maximum", "squared_difference", "floormod", "atan2")
SHORT = ("add", "multiply", "realdiv")
SMOOTH = ("subtract", "multiply", "realdiv", "squared_difference")


def one_argument(tf):
    """Gradients of one argument only; the other one is a constant or the same tensor."""
    x = tf.placeholder("float32", [None, 2], name="x")
    out = {}
    for name, z in [
        ("sq", x * x),
        ("c", 2.0 * x),
        ("sub", 1.0 - x),
        ("pow", x**3.0),
        ("exp", 2.0**x),
    ]:
        out[name] = z
        out["d" + name] = tf.gradients(z, x)[0]
    return out, {x: [[1.0, 2.0], [0.5, 0.25]]}


def guarded(tf):
    """Zeros in the argument that wins, ties, and points where a logarithm does not exist."""
    x = tf.placeholder("float32", [4], name="x")
    y = tf.placeholder("float32", [None], name="y")
    out = {}
    for name, f in [
        ("div", tf.div_no_nan),
        ("mul", tf.math.multiply_no_nan),
        ("xlogy", tf.math.xlogy),
        ("xdivy", tf.math.xdivy),
    ]:
        z = f(x, y)
        out[name] = z
        first = tf.gradients(z, [x, y])
        for k, g in enumerate(first):
            out[name + str(k)] = g
            out[name + str(k) + "y"] = tf.gradients(g, y)[0]
    out["max"] = tf.gradients(tf.maximum(x, y), [x, y])[0]
    out["min"] = tf.gradients(tf.minimum(x, y), [x, y])[1]
    return out, {x: [0.0, 2.0, 1.5, -1.0], y: [3.0, 0.5, 1.5, 2.0]}


def pow_at_the_edge(tf):
    x = tf.placeholder("float64", [5], name="x")
    y = tf.placeholder("float64", [5], name="y")
    z = x**y
    g = tf.gradients(z, [x, y])
    return {"z": z, "x": g[0], "y": g[1]}, {x: [0, -2, 0, 1, 2], y: [2, 3, 1, 0, -1]}


def types(tf):
    """The gradient of a product takes another way for types other than float32."""
    out, feeds = {}, {}
    for dtype in ("float64", "float16", "bfloat16", "complex64"):
        x = tf.placeholder(dtype, [2], name="x")
        y = tf.placeholder(dtype, [2], name="y")
        ops = ["mul", "add"] if dtype == "bfloat16" else ["mul", "add", "sub", "div", "pow"]
        for name in ops:
            z = {
                "mul": lambda x, y: x * y,
                "add": lambda x, y: x + y,
                "sub": lambda x, y: x - y,
                "div": lambda x, y: x / y,
                "pow": lambda x, y: x**y,
            }[name](x, y)
            ones = tf.ones([2], dtype)
            g = tf.gradients(z, [x, y], grad_ys=ones)
            key = f"{dtype}_{name}"
            out[key], out[key + "_x"], out[key + "_y"] = z, g[0], g[1]
        complex_part = 0.5j if dtype.startswith("complex") else 0
        feeds[x] = np.array([1.5, 2.0]) + complex_part
        feeds[y] = np.array([2.0, 0.5]) - complex_part
    return out, feeds


def operators(tf):
    """The names of the nodes: a number at either side, in and outside a scope."""
    x = tf.placeholder("float32", [2], name="x")
    out = {}
    for scope in ("", "s"):
        with tf.name_scope(scope or None):
            values = [
                x + 1, 1 + x, x - 1, 1 - x, x * 2, 2 * x, x / 2, 2 / x, x // 2, 2 // x,
                x % 2, 5 % x, x**2, 2**x, -x, abs(x), x < 1, x <= 1, x > 1, x >= 1,
                x + np.array([1.0, 2.0]), np.array([1.0, 2.0]) + x, x * np.float64(2), x > 1,
                x.__div__(2), x.__rdiv__(2), x + x, [1.0, 2.0] * x, x - (1, 2),
            ]  # fmt: skip
        for i, v in enumerate(values):
            out[f"{scope}{i}"] = v
    m = tf.placeholder("float32", [2, 2], name="m")
    out["matmul"] = m @ m
    out["matmul_c"] = m @ [[1.0], [2.0]]
    out["rmatmul"] = [[1.0, 2.0]] @ m
    return out, {x: [1.5, 3.0], m: [[1.0, 2.0], [3.0, 4.0]]}


def integer_operators(tf):
    i = tf.placeholder("int32", [6], name="i")
    j = tf.placeholder("int64", [], name="j")
    b = tf.placeholder("bool", [2], name="b")
    values = [
        i + 1, i / 2, 2 / i, i // 2, i // -2, i % 3, i % -3, -7 // i, -7 % i, i**2, i & 3, 3 | i,
        i ^ i, ~i, i & i, j / 4, j // 3, j % 3, b & True, False | b, b ^ b, True ^ b, ~b, b * b,
        tf.div(i, 2), tf.truncatediv(i, 2), tf.truncatemod(i, 2), tf.floor_div(i, 2),
        tf.mod(i, 2), tf.pow(i, 3), tf.maximum(i, 1), tf.squared_difference(i, 1),
        tf.bitwise.left_shift(i, 2), tf.bitwise.right_shift(i, 1), tf.bitwise.bitwise_xor(i, 5),
    ]  # fmt: skip
    out = {str(k): v for k, v in enumerate(values)}
    return out, {i: [7, -7, 1, -1, 100, -2147483648], j: -5, b: [True, False]}


def functions(tf):
    """The names that the functions give, with numbers instead of tensors."""
    x = tf.placeholder("float32", [], name="x")
    values = [
        tf.add(1.0, 2.0), tf.add(x, 1), tf.subtract(x, 1), tf.multiply(x, 2), tf.divide(x, 2),
        tf.divide(1, x), tf.divide(x, 2, name="d"), tf.divide(7, 2), tf.truediv(7, 2),
        tf.div(7, 2), tf.div(x, 2), tf.div_no_nan(1, x), tf.div_no_nan(1, 0),
        tf.math.multiply_no_nan(x, 2), tf.realdiv(x, 2), tf.floordiv(x, 2), tf.floormod(x, 2),
        tf.pow(x, 2), tf.maximum(x, 2), tf.atan2(x, 2), tf.scalar_mul(2, x), tf.math.xlogy(x, 2),
        tf.math.xdivy(x, 2.0), tf.math.xdivy(x, 2.0, name="q"), tf.add(x, x, name="named"),
        tf.squared_difference(x, 2), tf.math.polyval([1.0, x, 3.0], x), tf.truncatediv(x, 2),
    ]  # fmt: skip
    return {str(k): v for k, v in enumerate(values)}, {x: 2.5}


def sums(tf):
    x = tf.placeholder("float32", [2], name="x")
    y = tf.placeholder("float32", [None], name="y")
    out = {
        "n": tf.add_n([x, y, x]),
        "one": tf.add_n([x]),
        "named": tf.add_n([x], name="named"),
        "many": tf.add_n([x * float(i) for i in range(10)]),
        "acc": tf.accumulate_n([x, y]),
        "acc_shape": tf.accumulate_n([y, y], shape=[2], tensor_dtype=tf.float32),
        "mixed": tf.add_n([x, [1.0, 2.0]]),
    }
    out["gx"], out["gy"] = tf.gradients(out["n"] * out["acc"], [x, y])
    return out, {x: [1.0, 2.0], y: [3.0, 4.0]}


CASES = {
    "same_shape": first_order(OPS, [2, 3], [2, 3], [2, 3], [2, 3]),
    "row": first_order(WIDE, [2, 3], [3], [2, 3], [3]),
    "row_dynamic": first_order(("subtract", "pow"), [2, 3], [3], [None, 3], [3]),
    "outer": first_order(SHORT, [2, 1], [1, 3], [2, 1], [1, 3]),
    "scalar": first_order(SHORT, [2, 3], [], [2, 3], []),
    "scalar_first": first_order(SHORT, [], [2, 3], [], [2, 3]),
    "more_axes_of_one": first_order(SHORT, [3], [1, 3], [3], [1, 3]),
    "unknown_pair": first_order(
        ("subtract", "maximum", "atan2"), [2, 3], [1, 3], [None, 3], [None, 3]
    ),
    "unknown_and_known": first_order(SHORT, [1, 3], [2, 3], [None, 3], [2, 3]),
    "unknown_and_one": first_order(SHORT, [2, 3], [1, 3], [None, 3], [1, 3]),
    "unknown_rank": first_order(SHORT, [2, 3], [3], None, [3]),
    "unknown_ranks": first_order(SHORT, [3], [2, 1], None, None),
    "empty": first_order(SHORT, [0, 3], [3], [None, 3], [3]),
    "second_order_same": second_order((*SMOOTH, "pow"), [2], [2], [2], [2]),
    "second_order_row": second_order(
        ("realdiv", "squared_difference"), [2, 3], [3], [None, 3], [3]
    ),
    "second_order_unknown": second_order(("multiply",), [2, 1], [3], None, [None]),
    "one_argument": one_argument,
    "guarded": guarded,
    "pow_at_the_edge": pow_at_the_edge,
    "types": types,
    "operators": operators,
    "integer_operators": integer_operators,
    "functions": functions,
    "sums": sums,
}
