"""Cross entropies and their first and second derivatives, top-k, and the losses of `tf.losses`."""

import numpy as np

_X = np.array([[0.1, -2.0, 0.7], [1.0, 2.0, 0.0]], np.float32)
_P = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]], np.float32)
_WEIGHTS = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, 1.0]], np.float32)  # the sum of g is 0
_CUBE = np.sin(np.arange(24.0)).reshape(2, 3, 4).astype(np.float32)


def _softmax(shape, axis=None, dtype="float32", order=1, of_labels=False, v2=True):
    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        p = tf.placeholder(tf.float32, shape, name="p")
        if v2:
            loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=p, logits=x, axis=axis)
        else:
            loss = tf.nn.softmax_cross_entropy_with_logits(labels=p, logits=x)
        xs = [x, p] if of_labels else [x]
        gs = tf.gradients(loss, xs)
        out = {"loss": loss, "g": gs[0]}
        if of_labels and gs[1] is not None:
            out["g_labels"] = gs[1]
        if order > 1:
            out["h"] = tf.gradients(gs[0], x, tf.constant(_WEIGHTS))[0]
        big = shape is not None and len(shape) == 3
        value = _CUBE if big else _X
        labels = abs(_CUBE) / abs(_CUBE).sum(-1, keepdims=True) if big else _P
        return out, {x: value.astype(dtype), p: labels}

    return case


def _sparse(shape, labels, label_shape, index="int32", dtype="float32", order=1):
    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        y = tf.placeholder(index, label_shape, name="y")
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)
        out = {"loss": loss, "g": tf.gradients(loss, x)[0]}
        if order > 1:
            out["h"] = tf.gradients(out["g"], x, tf.constant(_WEIGHTS))[0]
        n = np.ndim(labels)
        value = {0: _X[0], 1: _X, 2: _CUBE}[n]
        return out, {x: value.astype(dtype), y: labels}

    return case


def unusual_logits(tf):
    """Large, infinite and missing numbers."""
    inf = np.inf
    x = tf.constant([[1e4, -1e4, 0.0], [0.0, -inf, 1.0], [0.0, np.nan, 1.0], [inf, 0.0, 0.0]])
    p = tf.constant([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    sparse = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 0, 0, 0], logits=x)
    return {
        "sparse": sparse,
        "dense": tf.nn.softmax_cross_entropy_with_logits(labels=p, logits=x),
    }, {}


def empty_batch(tf):
    x = tf.zeros([0, 3])
    sparse = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.zeros([0], tf.int32), logits=x
    )
    dense = tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.zeros([0, 3]), logits=x)
    return {"sparse": sparse, "dense": dense, "g": tf.gradients(sparse, x)[0]}, {}


def _elementwise(shape, make):
    def case(tf):
        x = tf.placeholder(tf.float32, shape, name="x")
        z = tf.placeholder(tf.float32, shape, name="z")
        loss = make(tf, z, x)
        g = tf.gradients(loss, x)[0]
        return {"loss": loss, "g": g, "h": tf.gradients(g, x)[0]}, {x: _X * 10 * (_X > -1), z: _P}

    return case


def _sigmoid(tf, z, x):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=x)


def _weighted(tf, z, x):
    return tf.nn.weighted_cross_entropy_with_logits(labels=z, logits=x, pos_weight=2.5)


def _weighted_named(tf, z, x):
    weight = tf.constant([1.0, 2.0, 3.0])
    return tf.nn.weighted_cross_entropy_with_logits(
        targets=z, logits=x, pos_weight=weight, name="w"
    )


def _poisson(tf, z, x):
    return tf.nn.log_poisson_loss(z * 10, x)


def _poisson_full(tf, z, x):
    return tf.nn.log_poisson_loss(z * 10, x, compute_full_loss=True)


def _top_k(shape, k, **options):
    def case(tf):
        x = tf.placeholder(tf.float32, shape, name="x")
        values, indices = tf.nn.top_k(x, k, **options)
        g = tf.gradients(values * values, x)[0]
        return {"values": values, "indices": indices, "g": g}, {x: np.round(_CUBE[0], 1)}

    return case


def top_k_of_ties(tf):
    best = tf.nn.top_k(tf.constant([[2, 5, 5, 1], [7, 7, 7, 7]]), k=3, name="best")
    return {"values": best.values, "indices": best.indices}, {}


def in_top_k(tf):
    p = tf.constant([[1.0, 3.0, 2.0], [1.0, 2.0, 2.0], [1.0, np.inf, 2.0], [1.0, 1.0, 1.0]])
    out = {f"k{k}": tf.nn.in_top_k(p, [1, 2, 0, 2], k) for k in (0, 1, 2, 5)}
    out["no class"] = tf.nn.in_top_k(
        p, tf.constant([3, -1, 0, 1], tf.int64), tf.constant(1, tf.int64)
    )
    return out, {}


def _loss(make, shape=(2, 3), positive=False):
    def case(tf):
        x = tf.placeholder(tf.float32, shape, name="x")
        t = tf.placeholder(tf.float32, shape, name="t")
        loss = make(tf.losses, t, x)
        out = {"loss": loss, "total": tf.losses.get_total_loss()}
        out["g"] = tf.gradients(out["total"], x)[0]
        return out, {x: abs(_X) / 4 if positive else _X, t: _P}

    return case


def losses_collected(tf):
    x = tf.constant(_X)
    with tf.name_scope("a"):
        a = tf.losses.mean_squared_error(_P, x)
    b = tf.losses.huber_loss(_P, x, weights=tf.constant([[1.0], [0.0]]), delta=0.5, scope="b")
    tf.losses.add_loss(tf.constant(2.0, name="own"))
    none = tf.losses.mean_squared_error(_P, x, loss_collection=None)
    tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, tf.constant(0.5, name="r"))
    out = {
        "a": a, "b": b, "none": none, "total": tf.losses.get_total_loss(),
        "of a": tf.losses.get_total_loss(False, name="of_a", scope="a"),
        "regularization": tf.losses.get_regularization_loss(),
        "no regularization": tf.losses.get_regularization_loss(scope="nothing"),
    }  # fmt: skip
    return out, {}


def _reduction(name):
    def case(tf):
        x = tf.placeholder(tf.float32, [2, 3], name="x")
        weights = tf.placeholder(tf.float32, [2, 1], name="w")
        reduction = getattr(tf.losses.Reduction, name)
        loss = tf.losses.absolute_difference(_P, x, weights=weights, reduction=reduction)
        return {"loss": loss, "g": tf.gradients(loss, x)[0]}, {x: _X, weights: [[2.0], [0.0]]}

    return case


def sparse_losses(tf):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    y = tf.constant([[2], [0]])
    a = tf.losses.sparse_softmax_cross_entropy(y, x, weights=[[1.0], [3.0]])
    b = tf.losses.sparse_softmax_cross_entropy([1, 1], x)
    return {"a": a, "b": b, "g": tf.gradients(a + b, x)[0]}, {x: _X}


# fmt: off
CASES = {
    "softmax": _softmax([2, 3], order=2, of_labels=True),
    "softmax_dynamic": _softmax([None, 3], order=2),
    "softmax_unknown": _softmax(None),
    "softmax_axis": _softmax([2, 3], axis=0),
    "softmax_rank_3": _softmax([2, None, 4], axis=-1),
    "softmax_rank_3_axis_1": _softmax([2, 3, 4], axis=1),
    "softmax_half": _softmax([2, 3], dtype="float16"),
    "softmax_stopped_labels": _softmax([2, 3], v2=False, of_labels=True),
    "sparse": _sparse([2, 3], [2, 0], [2], order=2),
    "sparse_dynamic": _sparse([None, 3], [2, 0], [None], "int64", order=2),
    "sparse_half": _sparse([2, 3], [2, 0], [2], dtype="float16"),
    "sparse_double": _sparse([2, 3], [2, 0], [2], dtype="float64"),
    "sparse_rank_1": _sparse([3], 1, []),
    "sparse_rank_3": _sparse([2, 3, 4], [[0, 1, 2], [3, 2, 1]], [2, 3]),
    "unusual_logits": unusual_logits,
    "empty_batch": empty_batch,
    "sigmoid": _elementwise([2, 3], _sigmoid),
    "sigmoid_dynamic": _elementwise([None, 3], _sigmoid),
    "weighted": _elementwise([2, 3], _weighted),
    "weighted_named": _elementwise([None, 3], _weighted_named),
    "poisson": _elementwise([2, 3], _poisson),
    "poisson_full": _elementwise([2, 3], _poisson_full),
    "top_k": _top_k([3, 4], 2),
    "top_k_dynamic": _top_k([None, 4], 3, name="best"),
    "top_k_unknown": _top_k(None, 1),
    "top_k_of_ties": top_k_of_ties,
    "in_top_k": in_top_k,
    "mean_squared_error": _loss(lambda m, t, x: m.mean_squared_error(t, x)),
    "absolute_difference": _loss(lambda m, t, x: m.absolute_difference(t, x, weights=2.0)),
    "huber": _loss(lambda m, t, x: m.huber_loss(t, x, delta=0.75)),
    "hinge": _loss(lambda m, t, x: m.hinge_loss(t, x)),
    "log_loss": _loss(lambda m, t, x: m.log_loss(t, x), positive=True),
    "cosine": _loss(lambda m, t, x: m.cosine_distance(t, x, axis=1)),
    "pairwise": _loss(lambda m, t, x: m.mean_pairwise_squared_error(t, x)),
    "softmax_loss": _loss(lambda m, t, x: m.softmax_cross_entropy(t, x, label_smoothing=0.1)),
    "sigmoid_loss": _loss(lambda m, t, x: m.sigmoid_cross_entropy(t, x, [[0.5], [1.0]], 0.1)),
    "dynamic_loss": _loss(lambda m, t, x: m.mean_squared_error(t, x), (None, 3)),
    "losses_collected": losses_collected,
    "reduction_none": _reduction("NONE"),
    "reduction_sum": _reduction("SUM"),
    "reduction_mean": _reduction("MEAN"),
    "reduction_batch": _reduction("SUM_OVER_BATCH_SIZE"),
    "reduction_nonzero": _reduction("SUM_BY_NONZERO_WEIGHTS"),
    "sparse_losses": sparse_losses,
}
# fmt: on
