"""Gathers, scatters and lookups, and the sliced gradients that they give."""

import numpy as np

A = np.sin(np.arange(12.0)).reshape(3, 4).astype(np.float32)
C = np.cos(np.arange(24.0)).reshape(2, 3, 4).astype(np.float32)


def _x(tf, shape=(3, 4), name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _ids(tf, shape=(None,), name="ids", dtype=None):
    return tf.placeholder(dtype or tf.int32, shape, name=name)


def _fetch(name, g):
    """A gradient: the parts of sliced ones."""
    if g is None:
        return {}
    if hasattr(g, "indices"):
        parts = {f"{name}_values": g.values, f"{name}_indices": g.indices}
        return parts if g.dense_shape is None else {**parts, f"{name}_shape": g.dense_shape}
    return {name: g}


def _with_gradients(tf, y, xs, order=1):
    fetches = {"y": y}
    gs = tf.gradients(tf.reduce_sum(y * y * y), xs)
    for i, g in enumerate(gs):
        fetches.update(_fetch(f"g{i}", g))
    if order == 2:
        hs = tf.gradients(tf.reduce_sum(tf.convert_to_tensor(gs[0]) ** 2), xs)
        for i, h in enumerate(hs):
            fetches.update(_fetch(f"h{i}", h))
    return fetches


def gather_rows(tf):
    x = _x(tf)
    return _with_gradients(tf, tf.gather(x, [2, 0, 2]), [x], order=2), {x: A}


def gather_dynamic(tf):
    x, i = _x(tf, (None, 4)), _ids(tf)
    return _with_gradients(tf, tf.gather(x, i, name="g"), [x]), {x: A, i: [1, 1, 0, 2]}


def gather_matrix_of_ids(tf):
    x, i = _x(tf, (3, None)), _ids(tf, (2, None), dtype=tf.int64)
    return _with_gradients(tf, tf.gather(x, i), [x]), {x: A, i: [[0, 1], [2, 2]]}


def gather_scalar(tf):
    x, i = _x(tf), _ids(tf, ())
    y = tf.gather(x, 1) * tf.gather(x, i)
    return _with_gradients(tf, y, [x]), {x: A, i: 2}


def gather_axis(tf):
    x = _x(tf)
    return _with_gradients(tf, tf.gather(x, [3, 1, 3], axis=1), [x]), {x: A}


def gather_negative_axis(tf):
    x, i = _x(tf, (None, 3, 4)), _ids(tf, (2, 2))
    return _with_gradients(tf, tf.gather(x, i, axis=-2), [x]), {x: C, i: [[0, 1], [2, 2]]}


def gather_axis_tensor(tf):
    x, axis = _x(tf), _ids(tf, (), "axis")
    return _with_gradients(tf, tf.gather(x, [1, 0], axis=axis), [x]), {x: A, axis: 1}


def gather_batch(tf):
    x, i = _x(tf, (2, 3, 4)), _ids(tf, (2, None))
    y = tf.gather(x, i, batch_dims=1)
    return _with_gradients(tf, y, [x]), {x: C, i: [[2, 0], [1, 1]]}


def gather_batch_axis(tf):
    x, i = _x(tf, (2, 3, 4)), _ids(tf, (2, 2))
    y = tf.gather(x, i, axis=2, batch_dims=1)
    return _with_gradients(tf, y, [x]), {x: C, i: [[2, 0], [1, 1]]}


def gather_batch_negative(tf):
    x, i = _x(tf, (None, None, 4)), _ids(tf, (2, None))
    y = tf.gather(x, i, axis=1, batch_dims=-1)
    return _with_gradients(tf, y, [x]), {x: C, i: [[2, 0], [1, 1]]}


def gather_types(tf):
    i = _ids(tf)
    return {
        "int": tf.gather(tf.constant([[1, 2], [3, 4]]), i),
        "string": tf.gather(tf.constant(["a", "b", "c"]), [2, 0]),
        "bool": tf.gather(tf.constant([True, False]), i),
        "constant": tf.gather([10, 20, 30], [2, 1]),
        "empty": tf.gather(tf.zeros([3, 2]), tf.zeros([0], tf.int32)),
    }, {i: [1, 0, 1]}


def gather_summed(tf):
    """Sliced gradients that meet are joined; a dense one among them makes the sum dense."""
    x = _x(tf)
    y = tf.gather(x, [1, 2]) + tf.gather(x, [0, 0])
    (g,) = tf.gradients(y, x)
    z = tf.reduce_sum(tf.gather(x, [1, 2])) + tf.reduce_sum(x * x)
    (h,) = tf.gradients(z, x)
    (k,) = tf.gradients(tf.gather(x * 2.0, [1, 2]), x)
    return {**_fetch("g", g), **_fetch("h", h), **_fetch("k", k)}, {x: A}


def gather_index_types(tf):
    """Indices of two types in one sum."""
    x = _x(tf)
    y = tf.gather(x, [1]) + tf.gather(x, tf.constant([0], tf.int64))
    return _fetch("g", tf.gradients(y, x)[0]), {x: A}


def gather_of_gather(tf):
    x = _x(tf)
    y = tf.gather(tf.gather(x, [2, 1, 0]), [1, 1])
    return _with_gradients(tf, y, [x]), {x: A}


def gather_of_identity(tf):
    x = _x(tf)
    y = tf.gather(tf.identity(x), [2, 1])
    return _with_gradients(tf, y, [x]), {x: A}


def gather_variable(tf):
    x = tf.Variable(A, name="table")
    y = tf.gather(x, [2, 1])
    return _with_gradients(tf, y, [x]), {}


def gather_resource_variable(tf):
    x = tf.Variable(A, name="table", use_resource=True)
    y = tf.gather(x, [[2, 1]])
    z = tf.gather_nd(x, [[2, 1]])
    return {**_with_gradients(tf, y, [x]), "z": z, "w": tf.gather(x, [1], axis=1)}, {}


def dense_from_slices(tf):
    x = _x(tf)
    s = tf.IndexedSlices(x, tf.constant([1, 1, 4]), tf.constant([5, 4]))
    dense = tf.convert_to_tensor(s)
    product = tf.multiply(s, 2.0)
    return {"dense": dense, "product": product, "neg": (-s).values}, {x: A}


def batch_gather(tf):
    x, i = _x(tf, (2, 3, 4)), _ids(tf, (2, 2))
    y = tf.batch_gather(x, i)
    return _with_gradients(tf, y, [x]), {x: C, i: [[2, 0], [1, 1]]}


def gather_nd(tf):
    x = _x(tf)
    y = tf.gather_nd(x, [[0, 1], [2, 3], [0, 1]])
    return _with_gradients(tf, y, [x], order=2), {x: A}


def gather_nd_rows(tf):
    x, i = _x(tf, (None, 4)), _ids(tf, (2, 1))
    return _with_gradients(tf, tf.gather_nd(x, i, name="n"), [x]), {x: A, i: [[2], [0]]}


def gather_nd_partial(tf):
    x, i = _x(tf, (2, 3, 4)), _ids(tf, (2, 1, 2), dtype=tf.int64)
    y = tf.gather_nd(x, i)
    return _with_gradients(tf, y, [x]), {x: C, i: [[[1, 2]], [[0, 0]]]}


def gather_nd_batch(tf):
    x, i = _x(tf, (2, 3, 4)), _ids(tf, (2, 2, 1))
    y = tf.gather_nd(x, i, batch_dims=1)
    return _with_gradients(tf, y, [x]), {x: C, i: [[[1], [2]], [[0], [0]]]}


def scatter_nd(tf):
    u, v = _x(tf, (3,), "u"), _x(tf, (2, 4), "v")
    y = tf.scatter_nd([[1], [3], [1]], u, [5])
    z = tf.scatter_nd([[2], [0]], v, [3, 4], name="z")
    fetches = _with_gradients(tf, y, [u], order=2)
    fetches.update(z=z, gz=tf.gradients(z * z, v)[0])
    return fetches, {u: [1.0, 2.0, 3.0], v: A[:2]}


def scatter_nd_dynamic(tf):
    x, i, u = _x(tf, (None, 4)), _ids(tf, (None, 2)), _x(tf, (None,), "u")
    y = tf.scatter_nd(i, u, tf.shape(x))
    return _with_gradients(tf, y, [u]), {x: A, i: [[0, 1], [2, 2]], u: [5.0, 6.0]}


def tensor_scatter(tf):
    x, u = _x(tf), _x(tf, (2, 4), "u")
    i = tf.constant([[2], [0]])
    fetches = {}
    for name in ("update", "add", "sub"):
        y = getattr(tf, f"tensor_scatter_{name}")(x, i, u)
        fetches[name] = y
        for k, g in enumerate(tf.gradients(tf.reduce_sum(y * y * y), [x, u])):
            fetches[f"{name}_g{k}"] = g
    return fetches, {x: A, u: A[1:] * 2.0}


def tensor_scatter_dynamic(tf):
    x, u, i = _x(tf, (None, 4)), _x(tf, (None,), "u"), _ids(tf, (None, 2))
    y = tf.tensor_scatter_nd_update(x, i, u)
    return _with_gradients(tf, y, [x, u]), {x: A, u: [5.0, 6.0], i: [[0, 1], [2, 2]]}


def lookup_one(tf):
    x, i = _x(tf), _ids(tf, (2, None))
    y = tf.nn.embedding_lookup(x, i)
    return _with_gradients(tf, y, [x]), {x: A, i: [[0, 2], [1, 1]]}


def lookup_variable(tf):
    x = tf.get_variable("table", [3, 4], initializer=tf.constant_initializer(A))
    y = tf.nn.embedding_lookup([x], tf.constant([2, 2]))
    return _with_gradients(tf, y, [x]), {}


def lookup_mod(tf):
    a, b, i = _x(tf), _x(tf, (2, 4), "b"), _ids(tf, (2, None))
    y = tf.nn.embedding_lookup([a, b], i)
    return _with_gradients(tf, y, [a, b]), {a: A, b: -A[:2], i: [[0, 3], [4, 1]]}


def lookup_div(tf):
    a, b, i = _x(tf), _x(tf, (2, 4), "b"), _ids(tf)
    y = tf.nn.embedding_lookup([a, b], i, partition_strategy="div", name="look")
    return _with_gradients(tf, y, [a, b]), {a: A, b: -A[:2], i: [0, 3, 4, 2]}


def lookup_div_dynamic(tf):
    a, b, i = _x(tf, (None, 4)), _x(tf, (2, 4), "b"), _ids(tf, dtype=tf.int64)
    y = tf.nn.embedding_lookup([a, b], i, partition_strategy="div")
    return _with_gradients(tf, y, [a, b]), {a: A, b: -A[:2], i: [0, 3, 4, 2]}


def lookup_max_norm(tf):
    x, i = _x(tf), _ids(tf)
    y = tf.nn.embedding_lookup(x, i, max_norm=1.0)
    return _with_gradients(tf, y, [x]), {x: A, i: [0, 2, 0]}


def lookup_max_norm_parts(tf):
    a, b, i = _x(tf), _x(tf, (2, 4), "b"), _ids(tf)
    y = tf.nn.embedding_lookup([a, b], i, max_norm=0.5)
    return {"y": y}, {a: A, b: -A[:2], i: [0, 3, 4]}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
