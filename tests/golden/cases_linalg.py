"""Recorded cases: products of matrices and batches, tensordot, norms."""

import numpy as np


def numbers(shape):
    return np.sin(np.arange(float(np.prod(shape, dtype=int))) + len(shape)).reshape(shape)


def add_gradients(tf, out, key, y, xs, second=False):
    """The gradient of ``y`` with weights ``y``, and the gradient of the first of these."""
    out[key] = y
    first = tf.gradients(y, xs, grad_ys=y)
    for k, g in enumerate(first):
        out[f"{key}_{k}"] = g
    if second:
        for k, g in enumerate(tf.gradients(first[0], xs)):
            out[f"{key}_0{k}"] = g


def transposes(second):
    def build(tf):
        out, feeds = {}, {}
        for ta in (False, True):
            for tb in (False, True):
                sa, sb = ([3, 2] if ta else [2, 3]), ([4, 3] if tb else [3, 4])
                a = tf.placeholder("float32", sa, name="a")
                b = tf.placeholder("float32", [None, None] if second else sb, name="b")
                y = tf.matmul(a, b, transpose_a=ta, transpose_b=tb)
                add_gradients(tf, out, f"y{ta:d}{tb:d}", y, [a, b], second)
                feeds[a], feeds[b] = numbers(sa), numbers(sb)
        return out, feeds

    return build


def batch(second):
    def build(tf):
        out, feeds = {}, {}
        for key, sa, sb, va, vb, flags in [
            ("same", [2, 2, 3], [2, 3, 4], None, None, {}),
            ("shared", [2, 2, 3], [3, 4], None, None, {}),
            ("shared_first", [2, 3], [2, 3, 4], None, None, {}),
            ("one", [1, 2, 3], [5, 3, 4], None, None, {}),
            ("two_axes", [2, 1, 2, 3], [5, 3, 4], None, None, {}),
            ("dynamic", [None, 2, 3], [None, 3, 4], [2, 2, 3], [2, 3, 4], {}),
            ("dynamic_one", [None, 2, 3], [3, 4], [2, 2, 3], [3, 4], {}),
            ("unknown", None, [3, 4], [2, 2, 3], [3, 4], {}),
            ("tt", [2, 3, 2], [2, 4, 3], None, None, {"transpose_a": True, "transpose_b": True}),
            ("ta", [2, 3, 2], [3, 4], None, None, {"transpose_a": True}),
            ("tb", [2, 2, 3], [2, 4, 3], None, None, {"adjoint_b": True}),
        ]:
            if second and key not in ("same", "shared", "dynamic", "tt"):
                continue
            a = tf.placeholder("float32", sa, name="a")
            b = tf.placeholder("float32", sb, name="b")
            add_gradients(tf, out, key, tf.matmul(a, b, **flags), [a, b], second)
            feeds[a], feeds[b] = numbers(va or sa), numbers(vb or sb)
        return out, feeds

    return build


def complex_products(tf):
    out, feeds = {}, {}
    for key, shape, flags in [
        ("matrix", [2, 2], {}),
        ("adjoint", [2, 2], {"adjoint_a": True}),
        ("transposed", [2, 2], {"transpose_b": True}),
        ("batch", [3, 2, 2], {"adjoint_b": True}),
        ("batch_transposed", [3, 2, 2], {"transpose_a": True}),
    ]:
        a = tf.placeholder("complex64", shape, name="a")
        b = tf.placeholder("complex64", shape, name="b")
        add_gradients(tf, out, key, tf.matmul(a, b, **flags), [a, b])
        feeds[a] = numbers(shape) + 1j * numbers(shape[::-1]).reshape(shape)
        feeds[b] = numbers(shape) * (1 - 2j)
    out["adj"] = tf.linalg.adjoint(a)
    out["mt"] = tf.linalg.matrix_transpose(a)
    return out, feeds


def others(tf):
    a = tf.placeholder("float32", [None, 3], name="a")
    b = tf.placeholder("float32", [3, 2], name="b")
    c = tf.placeholder("float32", [2], name="c")
    v = tf.placeholder("float32", [3], name="v")
    out = {}
    add_gradients(tf, out, "matvec", tf.linalg.matvec(a, v), [a, v])
    add_gradients(tf, out, "matvec_t", tf.linalg.matvec(b, v, transpose_a=True), [b, v])
    add_gradients(tf, out, "xw", tf.nn.xw_plus_b(a, b, c), [a, b, c])
    add_gradients(tf, out, "sparse", tf.matmul(a, b, a_is_sparse=True), [a, b])
    add_gradients(
        tf, out, "sparse_t", tf.matmul(b, a, transpose_a=True, transpose_b=True, b_is_sparse=True),
        [a, b],
    )  # fmt: skip
    out["int"] = tf.matmul(tf.constant([[1, 2], [3, 4]]), [[5], [6]])
    out["named"] = tf.matmul(a, b, name="named")
    out["numbers"] = tf.matmul([[1.0, 2.0]], [[3.0], [4.0]])
    x = tf.placeholder("float64", [2, 2], name="x")
    add_gradients(tf, out, "double", tf.matmul(x, x), [x], second=True)
    return out, {a: numbers([2, 3]), b: numbers([3, 2]), c: [1.0, 2.0], v: [1.0, 2.0, -1.0],
                 x: numbers([2, 2])}  # fmt: skip


def tensordot(tf):
    out, feeds = {}, {}
    for key, sa, sb, va, vb, axes in [
        ("static", [2, 3, 4], [4, 5], None, None, [[2], [0]]),
        ("number", [2, 3, 4], [3, 4, 5], None, None, 2),
        ("outer", [2], [3], None, None, 0),
        ("all", [2, 3], [2, 3], None, None, 2),
        ("swapped", [2, 3, 4], [3, 2], None, None, [[0, 1], [1, 0]]),
        ("negative", [2, 3, 4], [4, 5], None, None, [[-1], [-2]]),
        ("dynamic", [None, 3, 4], [4, 5], [2, 3, 4], [4, 5], [[2], [0]]),
        ("both", [None, 3], [None, 5], [2, 3], [2, 5], [0, 0]),
        ("matrix", [2, 3], [3, 4], None, None, 1),
    ]:
        a = tf.placeholder("float32", sa, name="a")
        b = tf.placeholder("float32", sb, name="b")
        add_gradients(tf, out, key, tf.tensordot(a, b, axes), [a, b])
        feeds[a], feeds[b] = numbers(va or sa), numbers(vb or sb)
    return out, feeds


def norms(tf):
    x = tf.placeholder("float32", [2, 3], name="x")
    d = tf.placeholder("float32", [None, 3], name="d")
    out = {}
    for k, y in enumerate(
        [
            tf.norm(x),
            tf.norm(x, axis=1),
            tf.norm(x, axis=-1, keepdims=True),
            tf.norm(x, ord=1),
            tf.norm(x, ord=np.inf, axis=0),
            tf.norm(x, ord=3, axis=1),
            tf.norm(x, ord="fro", axis=[0, 1]),
            tf.norm(x, ord=1, axis=[0, 1]),
            tf.norm(x, ord=np.inf, axis=[0, 1], keep_dims=True),
            tf.norm(d),
            tf.norm(d, axis=0, name="named"),
        ]
    ):
        out[str(k)] = y
    out["g"] = tf.gradients(out["1"], x)[0]
    out["complex"] = tf.norm(tf.constant([3j, 4.0]))
    return out, {x: numbers([2, 3]), d: numbers([2, 3])}


CASES = {
    "transposes": transposes(False),
    "transposes_second": transposes(True),
    "batch": batch(False),
    "batch_second": batch(True),
    "complex_products": complex_products,
    "others": others,
    "tensordot": tensordot,
    "norms": norms,
}
