"""Cases of ops that run on the host, for TensorFlow and tfgrad alike."""

import numpy as np


def py_func(tf):
    """One result, several, none; other tensors before and after."""
    x = tf.placeholder("float32", [None, 2], name="x")
    y = tf.py_func(lambda a: a * 2, [x + 1.0], tf.float32)
    a, b = tf.py_func(
        lambda p, q: (p.sum(axis=0), np.int64(q)), [y, 3], [tf.float32, tf.int64], name="two"
    )
    y.set_shape([None, 2])
    return {"y": y * 2.0, "a": a + 1.0, "b": b}, {x: [[1.0, 2.0], [3.0, 4.0]]}


def py_func_types(tf):
    """What the function sees, and the types that it may return."""

    def f(*args):
        text = ", ".join(f"{type(a).__name__} {getattr(a, 'dtype', '')}" for a in args)
        return text, np.array(["a", "bcd"]), True, 3, 1.5, np.float16(0.5), b"raw"

    inputs = [1, 1.5, "s", ["a", "b"], [1, 2], True]
    types = [tf.string, tf.string, tf.bool, tf.int64, tf.float64, tf.float16, tf.string]
    results = tf.py_func(f, inputs, types, stateful=False)
    names = ("text", "array", "bool", "int", "float", "half", "raw")
    return dict(zip(names, results, strict=True)), {}


def py_func_gradient(tf):
    """A gradient given by hand, computed in numpy too, on both sides of the cut."""
    from_numpy = tf.numpy_function

    def gradient(op, dy):
        x = op.inputs[0]
        return from_numpy(lambda x, dy: (3 * x**2 * dy).astype(np.float32), [x, dy], tf.float32)

    # The registry of a process takes a name once.
    name = f"CubeGradient-{id(tf.get_default_graph())}"
    tf.RegisterGradient(name)(gradient)
    x = tf.placeholder("float32", [3], name="x")
    with tf.get_default_graph().gradient_override_map({"PyFunc": name}):
        y = tf.py_func(lambda a: (a**3).astype(np.float32), [tf.sin(x)], tf.float32)
    y.set_shape([3])
    return {"y": y, "d": tf.gradients(tf.exp(y), x)[0]}, {x: [0.5, 1.0, -2.0]}


def print_(tf):
    x = tf.placeholder("float32", [2], name="x")
    y = tf.Print(x * 2.0, [x, "label", 3], "message", first_n=1, summarize=2)
    y = tf.Print(tf.exp(y), [], name="named")
    return {"y": y, "d": tf.gradients(y, x)[0]}, {x: [1.0, 2.0]}


def check_numerics(tf):
    x = tf.placeholder("float32", [2], name="x")
    y = tf.check_numerics(tf.exp(x), "a message")
    d = tf.gradients(y, x)[0]
    return {"y": y, "d": d, "dd": tf.gradients(d, x)[0]}, {x: [1.0, 2.0]}


def check_numerics_fails(tf):
    x = tf.placeholder("float32", [2], name="x")
    return {"y": tf.check_numerics(tf.log(x), "a message")}, {x: [1.0, 0.0]}


def all_finite(tf):
    x = tf.placeholder("float64", [None], name="x")
    y = tf.verify_tensor_all_finite(tf.exp(x), "a message")
    return {"y": y, "d": tf.gradients(y, x)[0]}, {x: [1.0, 2.0]}


def add_check_numerics(tf):
    x = tf.placeholder("float32", [2], name="x")
    y = tf.exp(x) * 2.0
    with tf.control_dependencies([tf.add_check_numerics_ops()]):
        return {"y": tf.identity(y)}, {x: [1.0, 2.0]}


def asserts(tf):
    """Checks of whole numbers, which TensorFlow makes without a branch."""
    x = tf.placeholder("int32", [None], name="x")
    y = tf.placeholder("int32", None, name="y")
    checks = [
        tf.Assert(tf.reduce_all(x > 0), [x, "text"], summarize=5, name="named"),
        tf.assert_equal(x, y),
        tf.assert_equal(x, x),
        tf.assert_none_equal(x, y + 1, message="a message"),
        tf.assert_less(x, y + 1),
        tf.assert_less_equal(x, y, data=["only this"]),
        tf.assert_greater(x, 0),
        tf.assert_greater_equal(x, y, summarize=2),
        tf.assert_positive(x),
        tf.assert_non_negative(x),
        tf.assert_negative(-x),
        tf.assert_non_positive(-x, message="a message"),
        tf.assert_equal(tf.constant([1, 2]), [1, 2]),
    ]
    with tf.control_dependencies(checks):
        return {"y": tf.identity(x)}, {x: [1, 2], y: [1, 2]}


def static_asserts(tf):
    """Checks that static shapes and types decide, and some that they do not."""
    x = tf.placeholder("float32", [None, 3], name="x")
    y = tf.placeholder("float32", None, name="y")
    n = tf.placeholder("int32", [], name="n")
    checks = [
        tf.assert_rank(x, 2),
        tf.assert_rank_at_least(x, 1, message="a message"),
        tf.assert_rank_in(x, [0, 2]),
        tf.assert_rank(y, 2),
        tf.assert_rank_at_least(y, 1),
        tf.assert_rank_in(y, [1, 2, 3], message="a message"),
        tf.assert_rank(y, n),
        tf.assert_type(x, tf.float32),
        tf.assert_integer(n),
        tf.debugging.assert_shapes([(x, ("N", 3)), (x, ("N", "Q")), (n, ()), (x, ("*", "Q"))]),
    ]
    tf.assert_scalar(n)
    with tf.control_dependencies(checks):
        return {"y": tf.identity(y)}, {x: [[1.0, 2.0, 3.0]], y: [[1.0]], n: 2}


def assert_fails(tf):
    x = tf.placeholder("int32", [None], name="x")
    with tf.control_dependencies([tf.assert_positive(x)]):
        return {"y": tf.identity(x)}, {x: [1, 0]}


CASES = {
    "py_func": py_func,
    "py_func_types": py_func_types,
    "py_func_gradient": py_func_gradient,
    "print": print_,
    "check_numerics": check_numerics,
    "check_numerics_fails": check_numerics_fails,
    "all_finite": all_finite,
    "add_check_numerics": add_check_numerics,
    "asserts": asserts,
    "static_asserts": static_asserts,
    "assert_fails": assert_fails,
}
