"""Sparse tensors whose entries move, are sorted, left out or added; sets."""

import importlib

import numpy as np

# Under another name where it is recorded, outside the package.
_base = importlib.import_module(__name__.removesuffix("_layout"))
_fetch, _sparse, _with_gradients = _base._fetch, _base._sparse, _base._with_gradients
I2, I3, J2, S2, S3 = _base.I2, _base.I3, _base.J2, _base.S2, _base.S3
V2, W2 = _base.V2, _base.W2
UNSORTED = I2[[2, 0, 3, 1]]


def _unary(function, kind, gradients=True, **parts):
    def case(tf):
        s, feeds = _sparse(tf, kind, **parts)
        y = function(tf, s)
        return _with_gradients(tf, y, [s.values]) if gradients else _fetch("y", y), feeds

    return case


FUNCTIONS = {
    "reorder": lambda tf, s: tf.sparse.reorder(s),
    "reshape": lambda tf, s: tf.sparse.reshape(s, [2, 6]),
    "reshape_rest": lambda tf, s: tf.sparse_reshape(s, [2, -1, 2], name="r"),
    "transpose": lambda tf, s: tf.sparse.transpose(s),
    "transpose_perm": lambda tf, s: tf.sparse_transpose(s, [1, 0]),
    "retain": lambda tf, s: tf.sparse.retain(s, s.values > 0.0),
    "slice": lambda tf, s: tf.sparse.slice(s, [1, 0], [9, 3]),
    "fill_empty_rows": lambda tf, s: tf.sparse.fill_empty_rows(s, 7.0)[0],
}
FORWARD = {
    "split": lambda tf, s: tf.sparse.split(sp_input=s, num_split=3, axis=1)[1],
    "reset_shape": lambda tf, s: tf.sparse.reset_shape(s),
    "sparse_max": lambda tf, s: tf.sparse.reduce_max_sparse(s, 0, True),
}

CASES = {}
for _kind in ("constant", "static", "dynamic"):
    for _name, _function in FUNCTIONS.items():
        if _name != "retain" or _kind != "static":
            CASES[f"{_name}_{_kind}"] = _unary(_function, _kind)
    for _name, _function in FORWARD.items():
        CASES[f"{_name}_{_kind}"] = _unary(_function, _kind, gradients=False)
CASES["reorder_unsorted"] = _unary(FUNCTIONS["reorder"], "dynamic", indices=UNSORTED)
CASES["fill_unsorted"] = _unary(FUNCTIONS["fill_empty_rows"], "constant", indices=UNSORTED)
CASES["transpose_rank_3"] = _unary(
    lambda tf, s: tf.sparse.transpose(s, [2, 0, 1]), "dynamic", indices=I3, shape=S3
)
CASES["reshape_rank_3"] = _unary(
    lambda tf, s: tf.sparse.reshape(s, [-1]), "constant", indices=I3, shape=S3
)
CASES["slice_outside"] = _unary(
    lambda tf, s: tf.sparse.slice(s, [5, 0], [2, 2]), "constant", gradients=False
)


def _concat(kind, axis, other=S2, **arguments):
    def case(tf):
        a, fed = _sparse(tf, kind, "a")
        b, more = _sparse(tf, kind, "b", J2, W2, other)
        return _fetch("y", tf.sparse.concat(axis, [a, b], **arguments)), {**fed, **more}

    return case


CASES.update(
    concat_constant=_concat("constant", 0),
    concat_columns=_concat("constant", 1),
    concat_static=_concat("static", -1),
    concat_dynamic=_concat("dynamic", 1, name="c"),
    concat_expanded=_concat("constant", 0, np.array([3, 6]), expand_nonconcat_dim=True),
    concat_expanded_last=_concat("static", -1, np.array([5, 4]), expand_nonconcat_dim=True),
)


def concat_of_text(tf):
    a = tf.SparseTensor(I2, ["a", "b", "c", "d"], S2)
    one = tf.sparse_concat(1, [a])
    return {**_fetch("y", tf.sparse_concat(1, [a, a])), **_fetch("one", one)}, {}


def pieces(tf):
    s, feeds = _sparse(tf, "dynamic")
    fetches = {}
    for i, piece in enumerate(tf.sparse_split(sp_input=s, num_split=2, axis=-2, name="p")):
        fetches.update(_fetch(f"y{i}", piece))
    return fetches, feeds


def fill_text(tf):
    s = tf.SparseTensor(I2[:3], ["a", "b", "c"], S2)
    y, empty = tf.sparse_fill_empty_rows(s, "-", name="f")
    return {**_fetch("y", y), "empty": empty}, {}


def fill_with_a_fed_default(tf):
    d = tf.placeholder(tf.float32, [], name="d")
    s, feeds = _sparse(tf, "constant", shape=np.array([6, 4]))
    y, empty = tf.sparse.fill_empty_rows(s, d)
    fetches = _with_gradients(tf, y, [s.values, d])
    return {**fetches, "empty": empty}, {**feeds, d: 3.0}


def new_shape(tf):
    return _fetch("y", tf.sparse_reset_shape(tf.SparseTensor(I2, V2, S2), [5, 5])), {}


def indicator(tf):
    s = tf.SparseTensor(I2, np.array([5, 0, 2, 5], np.int32), S2)
    i = tf.sparse_placeholder(tf.int64, name="i")
    a, b = tf.sparse.to_indicator(s, 6), tf.sparse_to_indicator(i, 6, name="has")
    return {"a": a, "b": b}, {i: (I2, [1, 0, 2, 5], S2)}


def merged(tf):
    ids = tf.SparseTensor(I2, np.array([5, 0, 2, 5], np.int64), S2)
    v = tf.placeholder(tf.float32, [4], name="v")
    values = tf.SparseTensor(I2, v, S2)
    n = tf.placeholder(tf.int32, [], name="n")
    a = tf.sparse.merge(ids, values, 6)
    b = tf.sparse_merge([ids, tf.cast(ids, tf.int32)], values, [6, n], name="m")
    c = tf.sparse_merge(ids, values, n, already_sorted=True)
    fetches = _with_gradients(tf, a, [v])
    return {**fetches, **_fetch("b", b), **_fetch("c", c)}, {v: V2, n: 8}


def masked(tf):
    x = tf.placeholder(tf.float32, [4, 2], name="x")
    a = tf.IndexedSlices(x, tf.constant([12, 26, 37, 45]), tf.constant([50, 2]))
    fetches = _fetch("y", tf.sparse.mask(a, [12, 45]))
    fetches.update(_fetch("z", tf.sparse_mask(a, tf.constant([26]), name="m")))
    return fetches, {x: np.arange(8.0).reshape(4, 2)}


def crossed(tf):
    a = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], ["a", "b", "c"], [2, 2])
    b = tf.SparseTensor([[0, 0], [1, 0], [1, 1]], np.array([-1, 2, 3], np.int32), [2, 3])
    d = tf.constant([[1, 2], [3, 4]])
    fetches = _fetch("y", tf.sparse.cross([a, d, b]))
    fetches.update(_fetch("z", tf.sparse.cross([d, d], name="c")))
    return fetches, {}


def crossed_to_buckets(tf):
    a = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], ["a", "bc" * 4, "d" * 15], [2, 2])
    b = tf.constant([["", "x" * 17, "abcde" * 13], ["y" * 40, "z" * 64, "0123456789" * 20]])
    d = tf.SparseTensor([[0, 0], [1, 0], [1, 1]], np.array([-1, 2, 3], np.int32), [2, 3])
    fetches = _fetch("y", tf.sparse.cross_hashed([a, b]))
    fetches.update(_fetch("z", tf.sparse.cross_hashed([a, d, b], 1000, 7, name="c")))
    return fetches, {}


# ---------------------------------------------------------------------- sets


def _sets(tf, kind, swap=False):
    a, b = np.array([[1, 2, 2], [3, 3, 0]]), np.array([[2, 9], [3, 1]])
    feeds = {}
    if kind[0] == "d":
        x = tf.placeholder(tf.int64, [2, 3] if swap else None, name="x")
        feeds[x] = a
    else:
        x = tf.sparse_placeholder(tf.int64, name="x")
        feeds[x] = (np.argwhere(a >= 0), a.ravel(), [2, 3])
    if kind[1] == "d":
        y = tf.placeholder(tf.int64, [2, None], name="y")
        feeds[y] = b
    else:
        y = tf.sparse_placeholder(tf.int64, [2, 4], name="y")
        feeds[y] = ([[0, 0], [0, 1], [1, 3]], [2, 9, 3], [2, 4])
    return x, y, feeds


def _set_case(kind):
    def case(tf):
        x, y, feeds = _sets(tf, kind)
        fetches = {}
        for name in ("union", "intersection", "difference"):
            fetches.update(_fetch(name, getattr(tf.sets, name)(x, y)))
        fetches.update(_fetch("other", tf.sets.set_difference(x, y, aminusb=False)))
        if kind[1] == "s":
            fetches["size"] = tf.sets.size(y)
        return fetches, feeds

    return case


for _kind in ("dd", "ds", "sd", "ss"):
    CASES[f"sets_{_kind}"] = _set_case(_kind)


def sets_of_text(tf):
    a, b = tf.constant([["b", "a", "b"]]), tf.constant([["c", "a"]])
    s = tf.SparseTensor([[0, 0], [0, 1], [2, 0]], ["x", "x", "y"], [3, 2])
    return {**_fetch("y", tf.sets.union(a, b)), "n": tf.sets.set_size(s)}, {}


def sets_in_three_dimensions(tf):
    a = tf.constant(np.array([[[1, 2], [3, 3]], [[4, 4], [5, 6]]], np.int16))
    b = tf.constant(np.array([[[2], [3]], [[7], [6]]], np.int16))
    empty = tf.SparseTensor(np.zeros((0, 2), np.int64), np.zeros(0, np.int32), [2, 3])
    return {
        **_fetch("y", tf.sets.intersection(a, b)), **_fetch("e", tf.sets.union(empty, empty)),
        "n": tf.sets.size(empty),
    }, {}  # fmt: skip


CASES.update({k: v for k, v in globals().items() if callable(v) and not k.startswith("_")})
