"""Sliced gradients on their way: through the ops behind a gather, into sums and into updates."""

import numpy as np

A = np.sin(np.arange(12.0)).reshape(4, 3).astype(np.float32)
B = np.cos(np.arange(6.0)).reshape(2, 3).astype(np.float32)


def _x(tf, shape=(4, 3), name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _fetch(name, g):
    """A gradient: the parts of sliced ones, whose values may be sliced too."""
    if hasattr(g, "indices"):
        parts = {**_fetch(f"{name}_values", g.values), f"{name}_indices": g.indices}
        return parts if g.dense_shape is None else {**parts, f"{name}_shape": g.dense_shape}
    return {name: g}


def _gradients(tf, y, xs, **arguments):
    fetches = {"y": y}
    for i, g in enumerate(tf.gradients(y * y, xs, **arguments)):
        fetches.update(_fetch(f"g{i}", g))
    return fetches


# Each op that stands between the gather and x, and so meets the slices.
BEFORE = {
    "identity": lambda tf, x, y: tf.identity(x),
    "add": lambda tf, x, y: x + x,
    "broadcast_add": lambda tf, x, y: x + [1.0, 2.0, 3.0],  # noqa: RUF005
    "subtract": lambda tf, x, y: 1.0 - x,
    "multiply": lambda tf, x, y: x * 2.0,
    "divide": lambda tf, x, y: x / 2.0,
    "negative": lambda tf, x, y: -x,
    "tanh": lambda tf, x, y: tf.tanh(x),
    "exp": lambda tf, x, y: tf.exp(x),
    "square": lambda tf, x, y: tf.square(x),
    "relu": lambda tf, x, y: tf.nn.relu(x),
    "cast": lambda tf, x, y: tf.cast(x, tf.float64),
    "reshape": lambda tf, x, y: tf.reshape(x, [6, 2]),
    "expand_dims": lambda tf, x, y: tf.expand_dims(x, 1),
    "squeeze": lambda tf, x, y: tf.squeeze(tf.reshape(x, [4, 1, 3])),
    "transpose": lambda tf, x, y: tf.transpose(x),
    "concat_rows": lambda tf, x, y: tf.concat([x, y], 0),
    "concat_columns": lambda tf, x, y: tf.concat([x, x], 1),
    "concat_negative": lambda tf, x, y: tf.concat([x, x], -1),
    "stack": lambda tf, x, y: tf.stack([x, x]),
    "split": lambda tf, x, y: tf.split(x, 3, 1)[0],
    "unstack": lambda tf, x, y: tf.unstack(x, axis=1)[1],
    "slice": lambda tf, x, y: tf.slice(x, [1, 0], [3, 2]),
    "strided_slice": lambda tf, x, y: x[::-1, 1:],
    "pad": lambda tf, x, y: tf.pad(x, [[0, 1], [1, 0]]),
    "tile": lambda tf, x, y: tf.tile(x, [2, 1]),
    "reverse": lambda tf, x, y: tf.reverse(x, [0]),
    "where": lambda tf, x, y: tf.where(x > 0.0, x, 2.0 * x),
    "matmul": lambda tf, x, y: tf.matmul(x, y, transpose_b=True),
    "sum": lambda tf, x, y: tf.reduce_sum(x, 1),
    "softmax": lambda tf, x, y: tf.nn.softmax(x),
    "add_n": lambda tf, x, y: tf.add_n([x, x, x]),
    "gather": lambda tf, x, y: tf.gather(x, [3, 1, 1, 0]),
    "gather_nd": lambda tf, x, y: tf.gather_nd(x, [[3], [1], [1]]),
    "dynamic_stitch": lambda tf, x, y: tf.dynamic_stitch([[4, 1, 3, 2], [0, 5]], [x, y]),
    "bias_add": lambda tf, x, y: tf.nn.bias_add(x, [1.0, 2.0, 3.0]),
    "stop": lambda tf, x, y: x + tf.stop_gradient(x),
}
DYNAMIC = (
    "add", "broadcast_add", "reshape", "transpose", "concat_rows", "concat_columns", "tile",
    "gather",
    "sum", "pad",
)  # fmt: skip


def before(name: str, known: bool = True):
    def build(tf):
        x, y = (
            _x(tf, (4, 3) if known else (None, None)),
            _x(tf, (2, 3) if known else (None, 3), "y"),
        )
        z = tf.gather(BEFORE[name](tf, x, y), [1, 0, 1], name="rows")
        return _gradients(tf, z, [x]), {x: A, y: B}

    return build


def _meeting(tf, kind: str):
    """Gathers that share ``x``, and what else uses it."""
    x = _x(tf)
    first = tf.reduce_sum(tf.gather(x, [1, 0, 1]) ** 2.0)
    second = tf.reduce_sum(tf.gather(x, [[2], [1]]))
    long = tf.reduce_sum(tf.gather(x, tf.constant([3], tf.int64)))
    whole = tf.reduce_sum(tf.tanh(x))
    terms = {
        "slices": [first, second],
        "index_types": [first, long, second],
        "dense_last": [first, second, whole],
        "dense_first": [whole, first],
        "two_dense": [whole, first, tf.reduce_sum(x)],
    }[kind]
    return x, tf.add_n(terms)


def meet(kind: str, method: str = "DEFAULT"):
    def build(tf):
        x, y = _meeting(tf, kind)
        method_ = getattr(tf.AggregationMethod, method)
        return _gradients(tf, y, [x], aggregation_method=method_), {x: A}

    return build


def given_slices(tf):
    """Slices as ``grad_ys``; as ``ys`` or ``xs`` TensorFlow 2.21 never comes to an end."""
    x, v = _x(tf), _x(tf, (2, 3), "v")
    slices = tf.IndexedSlices(v, tf.constant([1, 1]), tf.constant([4, 3]))
    out = _fetch("tanh", tf.gradients(tf.tanh(x), x, grad_ys=slices)[0])
    out.update(_fetch("identity", tf.gradients(tf.identity(x), x, grad_ys=[slices])[0]))
    two = tf.gradients([tf.identity(x), x * 2.0, x + 1.0], x, grad_ys=[slices, None, slices])
    out.update(_fetch("two", two[0]))
    return out, {x: A, v: B}


def gated(tf):
    x, v = _x(tf), _x(tf, (2, 3), "v")
    y = tf.gather(x, [1, 0]) * v
    out = {}
    for i, g in enumerate(tf.gradients(y, [x, v], gate_gradients=True)):
        out.update(_fetch(f"g{i}", g))
    return out, {x: A, v: B}


def stopped_and_unconnected(tf):
    x, v = _x(tf), _x(tf, (2, 3), "v")
    h = x * 2.0
    y = tf.gather(h, [1, 1]) + tf.gather(x, [0, 2])
    gs = tf.gradients(y, [x, h, v], stop_gradients=[h], unconnected_gradients="zero")
    out = {}
    for i, g in enumerate(gs):
        out.update(_fetch(f"g{i}", g))
    return out, {x: A, v: B}


def second_order(tf):
    x = _x(tf)
    y = tf.reduce_sum(tf.gather(x, [1, 0, 1]) ** 3.0)
    (g,) = tf.gradients(y, x)
    out = _fetch("g", g)
    out.update(_fetch("of_values", tf.gradients(g.values, x)[0]))
    out.update(_fetch("of_dense", tf.gradients(tf.convert_to_tensor(g), x)[0]))
    return out, {x: A}


def conversions(tf):
    v, i, s = _x(tf, (2, 3), "v"), tf.constant([1, 1]), tf.constant([4, 3])
    slices = tf.IndexedSlices(v, i, s)
    long = tf.IndexedSlices(v, tf.constant([1, 3], tf.int64), tf.constant([4, 3], tf.int64))
    fed = tf.IndexedSlices(
        v, i, tf.placeholder_with_default(tf.constant([4, 3]), [2], name="shape")
    )
    out = {
        "plain": tf.convert_to_tensor(slices),
        "named": tf.convert_to_tensor(slices, tf.float32, name="dense"),
        "long": tf.convert_to_tensor(long),
        "fed": tf.convert_to_tensor(fed),
        "either": tf.convert_to_tensor_or_indexed_slices([1.0, 2.0], name="either"),
        "added": tf.add(slices, 1.0),
        "scaled": tf.multiply(slices, 3.0),
        "tanh": tf.tanh(slices),
        "negative": (-slices).values,
        "scalar_mul": tf.scalar_mul(2.0, slices).values,
        "sum": tf.reduce_sum(slices),
        "stacked": tf.stack([slices, long]),
        "added_n": tf.add_n([slices, tf.ones([4, 3])]),
        "ranked": tf.rank(slices),
        "size": tf.size(slices),
        "shape": tf.shape(slices),
    }
    assert tf.convert_to_tensor_or_indexed_slices(slices) is slices
    # Some stay slices.
    return {k: part for name, t in out.items() for k, part in _fetch(name, t).items()}, {v: B}


def resource_gather(tf):
    e = tf.get_variable("e", initializer=A, use_resource=True)
    y = tf.gather(e, [[2, 1], [1, 0]]) * tf.expand_dims(e[:2], 1)
    out = _gradients(tf, y, [e])
    out.update(_fetch("rows", tf.gradients(e.sparse_read([3, 3]), e)[0]))
    out.update(_fetch("nd", tf.gradients(tf.gather_nd(e, [[2], [0]]), e)[0]))
    out.update(_fetch("cells", tf.gradients(tf.gather_nd(e, [[2, 1], [0, 0]]), e)[0]))
    return out, {}


def resource_gather_of_unknown_shape(tf):
    x = _x(tf, (None, 3))
    e = tf.get_variable("e", initializer=x, validate_shape=False, use_resource=True)
    return _gradients(tf, tf.gather(e, [2, 2]), [e]), {x: A}


def lookup_in_parts(tf):
    parts = [tf.get_variable(f"part{k}", initializer=A[k::2]) for k in range(2)]
    ids = tf.placeholder(tf.int64, [None], name="ids")
    y = tf.nn.embedding_lookup(parts, ids)
    return _gradients(tf, y, parts), {ids: [3, 0, 3, 2]}


OPTIMIZERS = {
    "sgd": lambda train: train.GradientDescentOptimizer(0.1),
    "momentum": lambda train: train.MomentumOptimizer(0.1, 0.9),
    "adam": lambda train: train.AdamOptimizer(0.1),
    "rmsprop": lambda train: train.RMSPropOptimizer(0.1),
    "adagrad": lambda train: train.AdagradOptimizer(0.1),
    "ftrl": lambda train: train.FtrlOptimizer(0.5),
}


def trained(name: str, use_resource: bool):
    """A table looked up twice, with rows that repeat within and between the lookups."""

    def build(tf):
        e = tf.get_variable("e", initializer=A, use_resource=use_resource)
        w = tf.get_variable("w", initializer=B, use_resource=use_resource)
        ids = tf.placeholder(tf.int32, [None], name="ids")
        h = tf.nn.embedding_lookup(e, ids) + tf.nn.embedding_lookup(e, [1, 1, 0])
        loss = tf.reduce_sum(tf.square(tf.matmul(h, w, transpose_b=True)))
        step = OPTIMIZERS[name](tf.train).minimize(loss)
        return {"step": step, "e": e, "w": w}, {ids: [3, 1, 3]}

    build.runs = ("step", "step")
    return build


def clipped(tf):
    e = tf.get_variable("e", initializer=A)
    loss = tf.reduce_sum(tf.square(tf.gather(e, [3, 1, 3]))) + tf.reduce_sum(tf.gather(e, [0]))
    optimizer = tf.train.AdagradOptimizer(0.1)
    gv = optimizer.compute_gradients(loss, aggregation_method=2)
    norm = tf.global_norm([g for g, _ in gv])
    small, _ = tf.clip_by_global_norm([g for g, _ in gv], 0.5)
    step = optimizer.apply_gradients(
        [(g, v) for g, (_, v) in zip(small, gv, strict=True)], name="go"
    )
    return {"step": step, "e": e, "norm": norm}, {}


clipped.runs = ("step", "step")


def densely_updated(tf):
    """A sum with a dense part: the update is a dense one."""
    e = tf.get_variable("e", initializer=A)
    loss = tf.reduce_sum(tf.gather(e, [3, 1, 3])) + tf.nn.l2_loss(e)
    return {"step": tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss), "e": e}, {}


densely_updated.runs = ("step", "step")

CASES = {
    **{f"before_{name}": before(name) for name in BEFORE},
    **{f"before_{name}_dynamic": before(name, known=False) for name in DYNAMIC},
    **{
        f"meet_{k}": meet(k)
        for k in ("slices", "index_types", "dense_last", "dense_first", "two_dense")
    },
    "meet_tree": meet("slices", "EXPERIMENTAL_TREE"),
    "meet_tree_dense": meet("dense_last", "EXPERIMENTAL_TREE"),
    "meet_accumulate": meet("two_dense", "EXPERIMENTAL_ACCUMULATE_N"),
    "given_slices": given_slices,
    "gated": gated,
    "stopped_and_unconnected": stopped_and_unconnected,
    "second_order": second_order,
    "conversions": conversions,
    "resource_gather": resource_gather,
    "resource_gather_of_unknown_shape": resource_gather_of_unknown_shape,
    "lookup_in_parts": lookup_in_parts,
    **{f"trained_{name}": trained(name, False) for name in OPTIMIZERS},
    **{f"trained_{name}_on_handles": trained(name, True) for name in ("sgd", "adam", "adagrad")},
    "clipped": clipped,
    "densely_updated": densely_updated,
}
