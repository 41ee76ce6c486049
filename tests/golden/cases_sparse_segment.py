"""Sums over groups of gathered rows, and embeddings that are combined per example."""

import numpy as np

A = np.sin(np.arange(1.0, 13.0)).reshape(4, 3).astype(np.float32)
KINDS = ("sum", "mean", "sqrt_n")


def _fetch(name, g):
    if g is None:
        return {}
    if hasattr(g, "indices"):
        parts = {f"{name}_values": g.values, f"{name}_indices": g.indices}
        return parts if g.dense_shape is None else {**parts, f"{name}_shape": g.dense_shape}
    return {name: g}


def _with_gradients(tf, y, xs):
    fetches = {"y": y}
    for i, g in enumerate(tf.gradients(tf.reduce_sum(y * y), xs)):
        fetches.update(_fetch(f"g{i}", g))
    return fetches


def _segment(kind, shape=(4, 3), number=None, fed=False, wide=False):
    def case(tf):
        x = tf.placeholder(tf.float32, shape, name="x")
        places, ids = np.array([2, 0, 2, 3]), np.array([0, 0, 2, 2])
        feeds = {x: A}
        if fed:
            index = tf.int64 if wide else tf.int32
            i, j = tf.placeholder(index, [None], name="i"), tf.placeholder(index, None, name="j")
            feeds.update({i: places, j: ids})
        else:
            i, j = places.tolist(), ids.tolist()
        n = number
        if number == "fed":
            n = tf.placeholder(tf.int32, [], name="n")
            feeds[n] = 5
        y = getattr(tf.sparse, f"segment_{kind}")(x, i, j, num_segments=n)
        return _with_gradients(tf, y, [x]), feeds

    return case


CASES = {}
for _kind in KINDS:
    CASES[f"{_kind}"] = _segment(_kind)
    CASES[f"{_kind}_fed"] = _segment(_kind, (None, None), fed=True, wide=True)
    CASES[f"{_kind}_number"] = _segment(_kind, number=4)
    CASES[f"{_kind}_number_fed"] = _segment(_kind, (None, 3), "fed", fed=True)
    CASES[f"{_kind}_unknown"] = _segment(_kind, None, number=4)


def whole_numbers(tf):
    x = tf.constant(np.arange(6).reshape(3, 2))
    return {"y": tf.sparse_segment_sum(x, [2, 0], [0, 3], name="s")}, {}


def half_precision(tf):
    x = tf.constant(A.astype(np.float16))
    return {
        "y": tf.sparse_segment_mean(x, [2, 0, 1], [0, 0, 1]),
        "z": tf.sparse_segment_sqrt_n(x, [2, 0, 1], [0, 0, 1], num_segments=3),
    }, {}


# ---------------------------------------------------------------------- embeddings

IDS = np.array([[0, 0], [0, 1], [1, 0], [2, 0], [2, 1], [2, 2]], np.int64)


def _ids(tf, name="ids", values=(1, 3, 0, 2, 2, 1), dtype="int64", shape=(3, 3), indices=IDS):
    s = tf.sparse_placeholder(getattr(tf, dtype), name=name)
    return s, {s: tf.SparseTensorValue(indices, np.array(values), np.array(shape))}


def _weights(tf, values=(0.5, 2.0, 1.0, 3.0, 1.5, 0.25), **others):
    return _ids(tf, "weights", values, "float32", **others)


def _lookup(combiner, weighted, table="placeholder", shape=(4, 3), **arguments):
    def case(tf):
        feeds = {}
        if table == "placeholder":
            w = tf.placeholder(tf.float32, shape, name="w")
            feeds[w] = A
            xs = [w]
        elif table == "variable":
            w = tf.Variable(A, name="w")
            xs = [w]
        elif table == "resource":
            w = tf.Variable(A, name="w", use_resource=True)
            xs = [w]
        elif table == "parts":
            w = [tf.constant(A[::2]), tf.constant(A[1::2])]
            xs = w
        ids, fed = _ids(tf)
        feeds.update(fed)
        weights = None
        if weighted:
            weights, fed = _weights(tf)
            feeds.update(fed)
            xs = [*xs, weights.values]
        y = tf.nn.embedding_lookup_sparse(w, ids, weights, combiner=combiner, **arguments)
        return _with_gradients(tf, y, xs), feeds

    return case


def _safe(combiner, weighted, default=None, **arguments):
    def case(tf):
        w = tf.placeholder(tf.float32, [4, 3], name="w")
        feeds = {w: A}
        indices = np.array([[0, 0], [0, 1], [2, 0], [3, 0], [3, 1]])
        ids, fed = _ids(tf, values=(1, -1, 0, 2, 3), shape=(5, 2), indices=indices)
        feeds.update(fed)
        weights = None
        if weighted:
            weights, fed = _weights(tf, (0.5, 2.0, 1.0, 0.0, 1.5), shape=(5, 2), indices=indices)
            feeds.update(fed)
        y = tf.nn.safe_embedding_lookup_sparse(
            w, ids, weights, combiner=combiner, default_id=default, **arguments
        )
        return _with_gradients(tf, y, [w]), feeds

    return case


for _combiner in ("sum", "mean", "sqrtn"):
    CASES[f"lookup_{_combiner}"] = _lookup(_combiner, False)
    CASES[f"lookup_{_combiner}_weighted"] = _lookup(_combiner, True)
    CASES[f"safe_{_combiner}"] = _safe(_combiner, False)
CASES.update(
    lookup_default=_lookup(None, False, "variable", name="e"),
    lookup_variable_weighted=_lookup("sum", True, "variable"),
    lookup_resource=_lookup("mean", False, "resource"),
    lookup_resource_weighted=_lookup("sum", True, "resource"),
    lookup_parts=_lookup("sum", False, "parts"),
    lookup_parts_weighted=_lookup("mean", True, "parts", partition_strategy="div"),
    lookup_max_norm=_lookup("mean", False, max_norm=1.0),
    lookup_unknown=_lookup("mean", True, shape=None),
    safe_weighted=_safe("mean", True),
    safe_default=_safe("sum", False, 2, name="e"),
    safe_weighted_default=_safe("sqrtn", True, 1),
)


def lookup_ids_without_gradient(tf):
    s = tf.SparseTensor(IDS, np.array([1, 3, 0, 2, 2, 1], np.int32), [3, 3])
    return {"y": tf.nn.embedding_lookup_sparse(tf.constant(A), s, None)}, {}


def safe_of_rank_3(tf):
    indices = np.array([[0, 0, 0], [0, 1, 1], [1, 1, 0]])
    s = tf.SparseTensor(indices, [1, 3, 0], [2, 2, 2])
    return {"y": tf.nn.safe_embedding_lookup_sparse([tf.constant(A)], s, combiner="sum")}, {}


CASES.update({k: v for k, v in globals().items() if callable(v) and not k.startswith("_")})
