"""Sparse tensors: making and feeding them, arithmetic, products, dense results; derivatives."""

import numpy as np

I2 = np.array([[0, 1], [1, 0], [1, 3], [2, 2]], np.int64)
V2 = np.array([2.0, -3.0, 0.5, 4.0], np.float32)
S2 = np.array([3, 4], np.int64)
J2 = np.array([[0, 0], [1, 0], [2, 2], [2, 3]], np.int64)
W2 = np.array([1.0, 3.0, 2.5, -1.0], np.float32)
D2 = np.cos(np.arange(12.0)).reshape(3, 4).astype(np.float32)
B = np.sin(np.arange(1.0, 9.0)).reshape(4, 2).astype(np.float32)
I3 = np.array([[0, 0, 1], [0, 2, 0], [1, 0, 0], [1, 0, 1]], np.int64)
S3 = np.array([2, 3, 2], np.int64)

# How the sparse tensor is made: with positions that are constants, as a placeholder with a static
# shape, or as one of any shape.
KINDS = ("constant", "static", "dynamic")


def _sparse(tf, kind="static", name="s", indices=I2, values=V2, shape=S2, dtype=None):
    """A sparse tensor with fed values, and its feeds."""
    dtype = dtype or tf.float32
    if kind == "constant":
        v = tf.placeholder(dtype, [len(values)], name=f"{name}_values")
        return tf.SparseTensor(indices, v, shape), {v: values}
    static = None
    if kind != "dynamic":
        static = [None if kind == "partly" and d == 0 else int(n) for d, n in enumerate(shape)]
    s = tf.sparse.placeholder(dtype, static, name=name)
    return s, {s: tf.SparseTensorValue(indices, values, shape)}


def _constant(tf):
    return tf.SparseTensor(I2, V2, S2)


def _fetch(name, t):
    """The parts of a sparse tensor or slices, or the tensor itself."""
    if t is None:
        return {}
    if hasattr(t, "values"):
        parts = {f"{name}_values": t.values, f"{name}_indices": t.indices}
        return parts if t.dense_shape is None else {**parts, f"{name}_shape": t.dense_shape}
    return {name: t}


def _with_gradients(tf, y, xs, order=1):
    fetches = _fetch("y", y)
    values = y.values if hasattr(y, "indices") else y
    gs = tf.gradients(tf.reduce_sum(values * values), xs)
    for i, g in enumerate(gs):
        fetches.update(_fetch(f"g{i}", g))
    if order == 2:
        hs = tf.gradients(tf.reduce_sum(gs[0] * gs[0]), xs)
        for i, h in enumerate(hs):
            fetches.update(_fetch(f"h{i}", h))
    return fetches


def _unary(function, kind, order=1, **parts):
    def case(tf):
        s, feeds = _sparse(tf, kind, **parts)
        return _with_gradients(tf, function(tf, s), [s.values], order), feeds

    return case


def _with_dense(function, kind, dense, shape=None, order=1, **parts):
    def case(tf):
        s, feeds = _sparse(tf, kind, **parts)
        d = tf.placeholder(dense.dtype, dense.shape if shape is None else shape, name="d")
        y = function(tf, s, d)
        return _with_gradients(tf, y, [s.values, d], order), {**feeds, d: dense}

    return case


def _with_sparse(function, kind, gradients=True):
    def case(tf):
        a, fed = _sparse(tf, kind, "a")
        b, more = _sparse(tf, kind, "b", J2, W2)
        y = function(tf, a, b)
        xs = [a.values, b.values]
        return _with_gradients(tf, y, xs) if gradients else _fetch("y", y), {**fed, **more}

    return case


MATMUL = {
    "plain": ({}, B),
    "adjoint_a": ({"adjoint_a": True}, D2[:, :2]),
    "adjoint_b": ({"adjoint_b": True}, B.T),
    "adjoint_both": ({"adjoint_a": True, "adjoint_b": True}, D2[:, :2].T),
}
AXES = {"all": {}, "first": {"axis": 0}, "last": {"axis": [-1]}, "both": {"axis": [0, 1]}}

CASES = {}
for _kind in KINDS:
    for _name, (_flags, _b) in MATMUL.items():
        if _kind == "dynamic" or _name == "plain":
            CASES[f"matmul_{_name}_{_kind}"] = _with_dense(
                lambda tf, s, d, f=_flags: tf.sparse.matmul(s, d, **f), _kind, _b,
                order=1 if _kind == "dynamic" else 2,
            )  # fmt: skip
    CASES[f"to_dense_{_kind}"] = _unary(lambda tf, s: tf.sparse.to_dense(s), _kind)
    CASES[f"reduce_sum_{_kind}"] = _unary(lambda tf, s: tf.sparse.reduce_sum(s, 1), _kind)
    CASES[f"softmax_{_kind}"] = _unary(lambda tf, s: tf.sparse.softmax(s), _kind)
    CASES[f"times_{_kind}"] = _with_dense(lambda tf, s, d: s * d, _kind, D2)
    CASES[f"add_sparse_{_kind}"] = _with_sparse(lambda tf, a, b: tf.sparse.add(a, b), _kind)
    CASES[f"maximum_{_kind}"] = _with_sparse(
        lambda tf, a, b: tf.sparse.maximum(a, b), _kind, gradients=False
    )
for _name, _axis in AXES.items():
    for _keep in (False, True):
        CASES[f"sum_{_name}_{_keep}"] = _unary(
            lambda tf, s, a=_axis, k=_keep: tf.sparse_reduce_sum(s, keepdims=k, **a), "constant"
        )
        for _what in ("max", "sum_sparse", "max_sparse"):
            CASES[f"{_what}_{_name}_{_keep}"] = lambda tf, w=_what, a=_axis, k=_keep: (
                _fetch("y", getattr(tf.sparse, f"reduce_{w}")(_constant(tf), keepdims=k, **a)),
                {},
            )  # fmt: skip
for _name, _d, _s in (
    ("row", D2[:1], None), ("column", D2[:, :1], None), ("vector", D2[0], None),
    ("unknown", D2, [None, None]), ("unknown_row", D2[:1], [None, 4]),
):  # fmt: skip
    CASES[f"times_{_name}"] = _with_dense(lambda tf, s, d: s * d, "constant", _d, _s)
    CASES[f"over_{_name}"] = _with_dense(lambda tf, s, d: s / d, "dynamic", _d, _s)


def dense_times_sparse(tf):
    s, feeds = _sparse(tf, "static")
    d = tf.placeholder(tf.float32, [3, 4], name="d")
    return _with_gradients(tf, d * s, [s.values, d]), {**feeds, d: D2}


def scalars(tf):
    """Forward alone: TensorFlow's gradient fails when run."""
    s, x = _constant(tf), tf.placeholder(tf.float32, [], name="x")
    return {**_fetch("times", s * x), **_fetch("over", s / x), **_fetch("half", s * 0.5)}, {x: 4.0}


def whole_numbers_divided(tf):
    s = tf.SparseTensor(I2, np.array([7, -7, 5, 4], np.int32), S2)
    return _fetch("y", s / np.int32(2)), {}


def dense_first(tf):
    s, feeds = _sparse(tf, "constant")
    d = tf.placeholder(tf.float32, [2, 3], name="d")
    e = tf.placeholder(tf.float32, [4, 2], name="e")
    y = tf.sparse_tensor_dense_matmul(d, s)
    z = tf.sparse_tensor_dense_matmul(e, s, adjoint_a=True, adjoint_b=True, name="z")
    return {"y": y, "z": z}, {**feeds, d: D2[:2, :3], e: B}


def matmul_of_complex_numbers(tf):
    c = (B + 1j * B[::-1]).astype(np.complex64)
    v = tf.placeholder(tf.complex64, [4], name="v")
    d = tf.placeholder(tf.complex64, [3, 2], name="d")
    y = tf.sparse.matmul(tf.SparseTensor(I2, v, S2), d, adjoint_a=True)
    gs = tf.gradients(tf.abs(y), [v, d])
    return {"y": y, "g0": gs[0], "g1": gs[1]}, {v: V2 * (1 + 2j), d: c[:3]}


def matmul_of_nothing(tf):
    s = tf.SparseTensor(np.zeros((0, 2), np.int64), np.zeros(0, np.float32), S2)
    return {"y": tf.sparse.matmul(s, B)}, {}


def to_dense_of_every_kind(tf):
    text = tf.SparseTensor(I2, ["a", "b", "c", "d"], S2)
    truth = tf.SparseTensor(I2, [True, True, False, True], S2)
    return {
        "text": tf.sparse.to_dense(text), "padded": tf.sparse.to_dense(text, default_value="-"),
        "truth": tf.sparse.to_dense(truth),
        "complex": tf.sparse.to_dense(tf.SparseTensor([[1]], [1 + 2j], [3]), default_value=1j),
        "scalar": tf.sparse_to_dense(2, [4], 7), "vector": tf.sparse_to_dense([1, 3], [4], [5, 6]),
        "one": tf.sparse_to_dense(I2, S2, 9, default_value=-1, name="one"),
        "unchecked": tf.sparse_to_dense([[1], [0]], [3], [1, 2], validate_indices=False),
    }, {}  # fmt: skip


def to_dense_with_a_default(tf):
    s, feeds = _sparse(tf, "dynamic")
    d = tf.placeholder(tf.float32, [], name="d")
    y = tf.sparse_tensor_to_dense(s, default_value=d)
    return _with_gradients(tf, y, [s.values, d]), {**feeds, d: 0.5}


def add_dense(tf):
    s, feeds = _sparse(tf, "dynamic")
    d = tf.placeholder(tf.float32, [3, 4], name="d")
    both = tf.sparse.add(s, d) + tf.sparse_add(d, s)
    return _with_gradients(tf, both, [s.values, d], 2), {**feeds, d: D2}


def add_with_a_threshold(tf):
    a, fed = _sparse(tf, "constant", "a")
    b, more = _sparse(tf, "constant", "b", J2, W2)
    y = tf.sparse.add(a, b, threshold=0.75)
    return _with_gradients(tf, y, [a.values, b.values]), {**fed, **more}


def minimum(tf):
    a, b = tf.SparseTensor(I2, V2, S2), tf.SparseTensor(J2, W2, S2)
    return _fetch("y", tf.sparse_minimum(a, b, name="low")), {}


def softmax_of_rank_3(tf):
    s, feeds = _sparse(tf, "constant", indices=I3, shape=S3)
    return _with_gradients(tf, tf.sparse_softmax(s, name="p"), [s.values]), feeds


def dense_to_sparse(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    y = tf.sparse.from_dense(x)
    fed = np.array([[0, 2, 0], [3, 0, 4]], np.float32)
    return _with_gradients(tf, y, [x]), {x: fed}


def eyes(tf):
    n = tf.placeholder(tf.int32, [], name="n")
    return {**_fetch("a", tf.sparse.eye(3)), **_fetch("b", tf.sparse.eye(n, 3, tf.int64))}, {n: 2}


def expanded(tf):
    s, feeds = _sparse(tf, "static")
    fetches = {}
    for axis in (None, 0, 1, -2):
        fetches.update(_fetch(f"y{axis}", tf.sparse.expand_dims(s, axis)))
    return fetches, feeds


def placeholders(tf):
    a = tf.sparse_placeholder(tf.float32, name="a")
    b = tf.sparse_placeholder(tf.int32, [3, None])
    c = tf.sparse.placeholder(tf.float64, tf.constant([2, 2], tf.int64), name="c")
    d = tf.sparse.placeholder(tf.float64, [2, 2], name="d")
    feeds = {
        a: tf.SparseTensorValue(I2, V2, S2), b: (I2, [1, 2, 3, 4], S2),
        c: ([[0, 1]], [1.0], [2, 2]), d: ([[0, 1]], [5.0], [1, 3]),
    }  # fmt: skip
    fetches = {}
    for name, s in {"a": a, "b": b, "c": c, "d": d}.items():
        fetches.update(_fetch(name, s))
        fetches[f"{name}_rank"], fetches[f"{name}_size"] = tf.rank(s), tf.size(s)
        fetches[f"{name}_lengths"] = tf.shape(s)
    return fetches, feeds


def casts_and_shapes(tf):
    s = tf.SparseTensor(I2, V2, S2)
    return {
        **_fetch("cast", tf.cast(s, tf.int32)), "shape": tf.shape(s), "rank": tf.rank(s),
        "size": tf.size(s), "wide": tf.shape(s, out_type=tf.int64),
    }, {}  # fmt: skip


def mapped_values(tf):
    s, feeds = _sparse(tf, "dynamic", values=np.abs(V2))
    fetches = {}
    for name in ("abs", "negative", "sign", "square", "sqrt", "erf", "tanh"):
        fetches.update(_fetch(name, getattr(tf, name)(s)))
    return {**fetches, **_fetch("named", tf.square(s, name="q"))}, feeds


def values_in_an_expression(tf):
    """The way around functions that take no sparse tensors."""
    s, feeds = _sparse(tf, "dynamic")
    t = tf.SparseTensor(s.indices, tf.nn.relu(s.values), s.dense_shape)
    y = tf.sparse.reduce_sum(t, 0)
    return _with_gradients(tf, y, [s.values]), feeds


CASES.update({k: v for k, v in globals().items() if callable(v) and not k.startswith("_")})
