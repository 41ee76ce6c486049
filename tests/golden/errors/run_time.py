"""Programs that fail while they run, for some of the values that they may be fed.

A program is a function ``(tf, via) -> (fetch, good, bad)``: what is fetched, a feed with which that
works, and the part of the feed to change so that it fails.  ``via`` wraps what decides about the
failure: it is the identity when the programs are recorded; tests also pass a function that makes
the value one that only a compiled program knows.
"""

import numpy as np

from .harness import ph

PROGRAMS = {}


def _program(function):
    PROGRAMS["run_time" + function.__name__] = function
    return function


def whole(tf, shape=None, name="i", dtype=None):
    """A placeholder of integers."""
    return ph(tf, shape, name, dtype or tf.int32)


X = np.arange(6.0).reshape(3, 2)


# ---------------------------------------------------------------------- gather


def _gather(name, good, bad, params=X, wide=False, **options):
    def program(tf, via):
        x, i = ph(tf), whole(tf, dtype=tf.int64 if wide else tf.int32)
        return tf.gather(x, via(i), name="g", **options), {x: params, i: good}, {i: bad}

    PROGRAMS["run_time_gather_" + name] = program


_gather("vector", [0, 2], [0, 3])
_gather("negative", [0, 2], [-1, 3])
_gather("scalar", 0, 7)
_gather("matrix", [[0, 1, 2], [0, 0, 0]], [[0, 1, 2], [0, 0, 5]])
_gather("wide", [0, 2], [0, 2**40], wide=True)
_gather("axis", [0, 1], [1, 2], axis=1)
_gather("last_axis", [[0], [1]], [[1], [4]], axis=-1)
_gather("batch", [[0, 1], [1, 0], [0, 0]], [[0, 1], [2, 0], [0, 0]], batch_dims=1, axis=1)
_gather("no_rows", np.zeros(0, np.int32), [0], params=np.zeros((0, 2)))


def _gather_nd(name, good, bad):
    def program(tf, via):
        x, i = ph(tf), whole(tf)
        return tf.gather_nd(x, via(i), name="g"), {x: X, i: good}, {i: bad}

    PROGRAMS["run_time_gather_nd_" + name] = program


_gather_nd("elements", [[0, 1], [2, 0]], [[0, 1], [2, 2]])
_gather_nd("rows", [[0], [1]], [[0], [3]])
_gather_nd("negative", [[0, 1], [2, 0]], [[0, -1], [2, 2]])
_gather_nd("one", [0, 1], [3, 1])
_gather_nd("nested", [[[0, 1]], [[2, 0]]], [[[0, 1]], [[3, 0]]])


def _lookup(name, resource, grad=False):
    def program(tf, via):
        table = tf.get_variable("table", initializer=X.astype(np.float32), use_resource=resource)
        i = whole(tf)
        rows = tf.nn.embedding_lookup(table, via(i), name="e")
        fetch = tf.gradients(tf.reduce_sum(rows), [table])[0] if grad else rows
        if grad:
            fetch = tf.convert_to_tensor(fetch)
        return fetch, {i: [0, 2]}, {i: [0, 3]}

    PROGRAMS["run_time_embedding_" + name] = program


_lookup("reference", False)
_lookup("resource", True)
_lookup("dense_gradient", False, True)


@_program
def _embedding_shards(tf, via):
    tables = [tf.get_variable(n, initializer=X.astype(np.float32)) for n in "ab"]
    i = whole(tf)
    return tf.nn.embedding_lookup(tables, via(i), name="e"), {i: [0, 5]}, {i: [0, 6]}


@_program
def _actions(tf, via):
    q, a = ph(tf, [None, 2], "q"), whole(tf, [None], "a")
    places = tf.stack([tf.range(tf.shape(a)[0]), via(a)], axis=1)
    return tf.gather_nd(q, places, name="g"), {q: X, a: [0, 1, 0]}, {a: [0, 2, 0]}


# ---------------------------------------------------------------------- scatter


@_program
def _scatter_nd(tf, via):
    i, x = whole(tf), ph(tf)
    return (
        tf.scatter_nd(via(i), x, [3], name="s"),
        {i: [[0], [2]], x: [1.0, 2.0]},
        {i: [[0], [3]]},
    )


@_program
def _scatter_nd_deep(tf, via):
    i, x = whole(tf), ph(tf)
    return (
        tf.scatter_nd(via(i), x, [3, 2], name="s"),
        {i: [[0, 0], [2, 1]], x: [1.0, 2.0]},
        {i: [[0, 1], [2, -1]]},
    )


def _tensor_scatter(kind):
    def program(tf, via):
        x, i, u = ph(tf), whole(tf), ph(tf, None, "u")
        y = getattr(tf, "tensor_scatter_" + kind)(x, via(i), u, name="s")
        return y, {x: [1.0, 2.0, 3.0], i: [[0], [2]], u: [1.0, 1.0]}, {i: [[3], [0]]}

    PROGRAMS["run_time_tensor_scatter_" + kind] = program


for _kind in ("update", "add", "sub"):
    _tensor_scatter(_kind)


def _scatter(kind, resource, scalar=False):
    def program(tf, via):
        v = tf.get_variable("v", initializer=X.astype(np.float32), use_resource=resource)
        i, u = whole(tf), ph(tf, None, "u")
        op = getattr(tf, "scatter_" + kind)(v, via(i), u, name="s")
        update = 1.0 if scalar else np.ones((2, 2))
        return op, {i: [0, 2], u: update}, {i: [0, 3]}

    suffix = "_resource" if resource else ""
    suffix += "_scalar" if scalar else ""
    PROGRAMS["run_time_scatter_" + kind + suffix] = program


for _kind in ("update", "add", "sub", "mul", "div", "min", "max"):
    _scatter(_kind, False)
    _scatter(_kind, True)
_scatter("update", False, True)


def _scatter_nd_variable(kind, resource):
    def program(tf, via):
        v = tf.get_variable("v", initializer=X.astype(np.float32), use_resource=resource)
        i, u = whole(tf), ph(tf, None, "u")
        op = getattr(tf, "scatter_nd_" + kind)(v, via(i), u)
        return op, {i: [[0, 1], [2, 0]], u: [1.0, 2.0]}, {i: [[0, 1], [2, 2]]}

    PROGRAMS["run_time_scatter_nd_" + kind + ("_resource" if resource else "")] = program


for _kind in ("update", "add", "sub"):
    _scatter_nd_variable(_kind, False)
    _scatter_nd_variable(_kind, True)


def _sparse_step(name, make, resource):
    """A step of training where a gradient of rows names one that is not there."""

    def program(tf, via):
        v = tf.get_variable("v", initializer=X.astype(np.float32), use_resource=resource)
        i = whole(tf, [None])
        slices = tf.IndexedSlices(tf.ones([2, 2]), via(i), tf.constant([3, 2]))
        return make(tf).apply_gradients([(slices, v)]), {i: [0, 2]}, {i: [1, 3]}

    PROGRAMS["run_time_step_" + name + ("_resource" if resource else "")] = program


OPTIMIZERS = {
    "descent": lambda tf: tf.train.GradientDescentOptimizer(0.1),
    "momentum": lambda tf: tf.train.MomentumOptimizer(0.1, 0.9),
    "adagrad": lambda tf: tf.train.AdagradOptimizer(0.1),
    "adam": lambda tf: tf.train.AdamOptimizer(0.1),
    "rmsprop": lambda tf: tf.train.RMSPropOptimizer(0.1),
    "ftrl": lambda tf: tf.train.FtrlOptimizer(0.1),
    "adadelta": lambda tf: tf.train.AdadeltaOptimizer(0.1),
}
for _name, _make in OPTIMIZERS.items():
    _sparse_step(_name, _make, False)
    _sparse_step(_name, _make, True)


@_program
def _step_embedding(tf, via):
    v = tf.get_variable("v", initializer=X.astype(np.float32))
    i = whole(tf, [None])
    loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(v, via(i), name="e")))
    step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    return step, {i: [0, 2]}, {i: [1, 3]}


# ---------------------------------------------------------------------- segments, partitions


def _unsorted(kind):
    def program(tf, via):
        x, i = ph(tf), whole(tf)
        y = getattr(tf, "unsorted_segment_" + kind)(x, via(i), 3, name="s")
        return y, {x: X, i: [0, -1, 2]}, {i: [0, 3, 2]}

    PROGRAMS["run_time_unsorted_segment_" + kind] = program


for _kind in ("sum", "prod", "max", "min", "mean"):
    _unsorted(_kind)


@_program
def _unsorted_segment_matrix(tf, via):
    x, i = ph(tf), whole(tf)
    y = tf.unsorted_segment_sum(x, via(i), 3, name="s")
    return y, {x: X, i: [[0, 1], [2, 2], [0, -1]]}, {i: [[0, 1], [2, 4], [0, 1]]}


@_program
def _unsorted_segment_sum_gradient(tf, via):
    x, i = ph(tf, [3, 2]), whole(tf, [3])
    y = tf.unsorted_segment_sum(x, via(i), 3, name="s")
    return tf.gradients(tf.square(y), x)[0], {x: X, i: [0, -1, 2]}, {i: [0, 3, 2]}


@_program
def _unsorted_segment_count(tf, via):
    x, i, n = ph(tf), whole(tf), whole(tf, [], "n")
    return tf.unsorted_segment_sum(x, i, via(n)), {x: X, i: [0, 1, 2], n: 3}, {n: -1}


@_program
def _unsorted_segment_shape(tf, via):
    x, i = ph(tf), whole(tf)
    return tf.unsorted_segment_sum(x, via(i), 3), {x: X, i: [0, 1, 2]}, {i: [0, 1]}


def _sorted(name, bad):
    def program(tf, via):
        x, i = ph(tf), whole(tf)
        return tf.segment_sum(x, via(i), name="s"), {x: X, i: [0, 0, 1]}, {i: bad}

    PROGRAMS["run_time_segment_" + name] = program


_sorted("falling", [0, 1, 0])
_sorted("negative", [-1, 0, 1])
_sorted("length", [0, 1])


@_program
def _dynamic_partition(tf, via):
    x, i = ph(tf), whole(tf)
    parts = tf.dynamic_partition(x, via(i), 2, name="p")
    return parts[0], {x: X, i: [0, 1, 1]}, {i: [0, 2, 1]}


@_program
def _dynamic_stitch(tf, via):
    i, x = whole(tf), ph(tf)
    y = tf.dynamic_stitch([via(i), [1]], [x, [5.0]], name="s")
    return y, {i: [0, 2], x: [1.0, 2.0]}, {i: [0, -2]}


@_program
def _dynamic_stitch_shape(tf, via):
    i, x = whole(tf), ph(tf)
    y = tf.dynamic_stitch([i, [1]], [x, [5.0]], name="s")
    return y, {i: [0, 2], x: [1.0, 2.0]}, {x: [1.0, 2.0, 3.0]}


# ---------------------------------------------------------------------- labels


def _labels(name, good, bad, grad=False, **shapes):
    def program(tf, via):
        x, i = ph(tf, shapes.get("x")), whole(tf, shapes.get("i"))
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=via(i), logits=x, name="l")
        fetch = tf.gradients(loss, x)[0] if grad else loss
        return fetch, {x: X, i: good}, {i: bad}

    PROGRAMS["run_time_labels_" + name] = program


_labels("high", [0, 1, 0], [0, 2, 0], x=[None, 2], i=[None])
_labels("negative", [0, 1, 0], [0, 1, -1], x=[None, 2], i=[None])
_labels("gradient", [0, 1, 0], [0, 2, 0], True, x=[None, 2], i=[None])
_labels("rows", [0, 1, 0], [0, 1], x=[None, 2], i=[None])


@_program
def _softmax_labels_shape(tf, via):
    x, p = ph(tf, [None, None]), ph(tf, [None, None], "p")
    loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=p, logits=x)
    return loss, {x: X, p: X}, {p: np.ones((3, 4))}


@_program
def _step_labels(tf, via):
    """One training step whose labels are out of range."""
    w = tf.get_variable("w", initializer=np.ones((2, 4), np.float32))
    x, i = ph(tf, [None, 2]), whole(tf, [None], dtype=tf.int64)
    loss = tf.losses.sparse_softmax_cross_entropy(via(i), tf.matmul(x, w))
    step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
    return step, {x: X, i: [0, 1, 3]}, {i: [0, 4, 3]}


@_program
def _one_hot_out_of_range_is_no_error(tf, via):
    i = whole(tf)
    return tf.one_hot(via(i), 3), {i: [0, 1]}, {i: [-1, 3]}


@_program
def _in_top_k_out_of_range_is_no_error(tf, via):
    x, i = ph(tf, [None, 2]), whole(tf, [None])
    return tf.nn.in_top_k(x, via(i), 1), {x: X, i: [0, 1, 0]}, {i: [0, 2, -1]}


# ---------------------------------------------------------------------- whole numbers


def _division(name, function, good=(3, 2), bad=(3, 0), dtype="int32"):
    def program(tf, via):
        x = whole(tf, None, "x", getattr(tf, dtype))
        y = whole(tf, None, "y", getattr(tf, dtype))
        return function(tf, x, via(y)), {x: [7, 8], y: good}, {y: bad}

    PROGRAMS["run_time_divide_" + name] = program


_division("floordiv", lambda tf, x, y: x // y)
_division("mod", lambda tf, x, y: x % y)
_division("floormod", lambda tf, x, y: tf.floormod(x, y, name="m"))
_division("div", lambda tf, x, y: tf.div(x, y))
_division("truncatediv", lambda tf, x, y: tf.truncatediv(x, y))
_division("truncatemod", lambda tf, x, y: tf.truncatemod(x, y))
_division("wide", lambda tf, x, y: x // y, dtype="int64")
_division("unsigned", lambda tf, x, y: x // y, dtype="uint8")
_division("scalar", lambda tf, x, y: x // y, good=2, bad=0)
_division("scalar_left", lambda tf, x, y: 7 // y, good=2, bad=0)
_division("pow", lambda tf, x, y: tf.pow(x, y), bad=(1, -1))


@_program
def _divide_nothing_by_zero(tf, via):
    x, y = whole(tf, None, "x"), whole(tf, None, "y")
    return x // via(y), {x: [7], y: 2}, {x: np.zeros(0, np.int32), y: 0}


# ---------------------------------------------------------------------- values


def _finite(name, bad):
    def program(tf, via):
        x = ph(tf)
        return tf.check_numerics(via(x), "the loss", name="c"), {x: X}, {x: bad}

    PROGRAMS["run_time_check_numerics_" + name] = program


_finite("nan", [1.0, float("nan")])
_finite("inf", [1.0, float("inf")])
_finite("both", [float("nan"), float("-inf")])


@_program
def _check_numerics_of_gradient(tf, via):
    v = tf.get_variable("v", initializer=np.ones(2, np.float32))
    x = ph(tf, [2])
    loss = tf.reduce_sum(tf.log(v * via(x)))
    (g,) = tf.gradients(loss, v)
    with tf.control_dependencies([tf.check_numerics(g, "the gradient", name="c")]):
        step = tf.assign_sub(v, g)
    return step, {x: [1.0, 2.0]}, {x: [1.0, 0.0]}


@_program
def _verify_finite(tf, via):
    x = ph(tf)
    return tf.verify_tensor_all_finite(via(x), "not finite"), {x: X}, {x: [float("nan")]}


@_program
def _assert(tf, via):
    x = ph(tf)
    fine = tf.Assert(tf.reduce_all(via(x) < 10.0), ["x is large:", x, tf.shape(x)], name="a")
    with tf.control_dependencies([fine]):
        return x * 2.0, {x: X}, {x: X + 10.0}


@_program
def _assert_summarize(tf, via):
    x = ph(tf)
    fine = tf.Assert(tf.reduce_all(via(x) < 10.0), [x], summarize=10, name="a")
    with tf.control_dependencies([fine]):
        return x * 2.0, {x: X}, {x: X + 10.0}


@_program
def _assert_shape(tf, via):
    x = ph(tf)
    with tf.control_dependencies([tf.assert_rank(x, 2)]):
        return x * 2.0, {x: X}, {x: [1.0]}


def _assertion(name, good, bad, function):
    def program(tf, via):
        x = ph(tf)
        with tf.control_dependencies([function(tf, via(x))]):
            return x * 2.0, {x: good}, {x: bad}

    PROGRAMS["run_time_assert_" + name] = program


_assertion("positive", [1.0], [1.0, -1.0], lambda tf, x: tf.assert_positive(x))
_assertion("equal", [1.0], [2.0], lambda tf, x: tf.assert_equal(x, 1.0, message="one"))
_assertion("less", [1.0], [2.0], lambda tf, x: tf.assert_less(x, 1.5, data=["x is", x]))


# ---------------------------------------------------------------------- matrices


def _matrix(name, function, bad):
    def program(tf, via):
        x = ph(tf, [2, 2])
        return function(tf, via(x)), {x: [[2.0, 0.5], [0.5, 2.0]]}, {x: bad}

    PROGRAMS["run_time_matrix_" + name] = program


SINGULAR, INDEFINITE = np.ones((2, 2)), [[1.0, 2.0], [2.0, 1.0]]
_matrix("cholesky", lambda tf, x: tf.matrix_diag_part(tf.cholesky(x)), INDEFINITE)
_matrix("inverse", lambda tf, x: tf.matrix_inverse(x), SINGULAR)
_matrix("solve", lambda tf, x: tf.matrix_solve(x, [[1.0], [2.0]]), SINGULAR)
_matrix("triangular", lambda tf, x: tf.matrix_triangular_solve(x, [[1.0], [2.0]]), [[1, 0], [1, 0]])
_matrix("cholesky_gradient", lambda tf, x: tf.gradients(tf.cholesky(x), x)[0], INDEFINITE)


@_program
def _step_cholesky(tf, via):
    """Variables whose matrix stops being positive definite."""
    v = tf.get_variable("v", initializer=np.array([[2.0, 0.5], [0.5, 2.0]], np.float32))
    x = ph(tf, [2, 2])
    loss = tf.reduce_sum(tf.log(tf.matrix_diag_part(tf.cholesky(v + via(x)))))
    step = tf.train.AdamOptimizer(0.1).minimize(loss)
    with tf.control_dependencies([step]):
        return tf.identity(loss), {x: np.zeros((2, 2))}, {x: [[0.0, 9.0], [9.0, 0.0]]}


# ---------------------------------------------------------------------- counts


@_program
def _bincount_negative(tf, via):
    i = whole(tf, [None])
    return tf.bincount(via(i), minlength=4, maxlength=4), {i: [0, 3, 3]}, {i: [0, -1]}


@_program
def _sparse_lookup(tf, via):
    table = tf.get_variable("table", initializer=X.astype(np.float32))
    i = whole(tf, [None], dtype=tf.int64)
    ids = tf.SparseTensor([[0, 0], [1, 0]], via(i), [2, 1])
    return tf.nn.embedding_lookup_sparse(table, ids, None), {i: [0, 2]}, {i: [0, 3]}


@_program
def _sparse_product(tf, via):
    i, b = whole(tf, [2, 2], dtype=tf.int64), ph(tf, [3, 2], "b")
    a = tf.SparseTensor(via(i), [1.0, 2.0], [2, 3])
    return tf.sparse_tensor_dense_matmul(a, b), {i: [[0, 1], [1, 2]], b: X}, {i: [[0, 1], [1, 3]]}


@_program
def _sparse_segment_sum(tf, via):
    x, i = ph(tf), whole(tf, [None])
    y = tf.sparse_segment_sum(x, via(i), tf.constant([0, 0, 1]))
    return y, {x: X, i: [0, 1, 2]}, {i: [0, 3, 2]}


def as_case(program):
    """The program with the feed that fails, as one of the cases that are recorded."""

    def case(tf):
        fetch, good, bad = program(tf, lambda x: x)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(fetch, good)
            return session.run(fetch, {**good, **bad})

    return case


globals().update({"case_" + name: as_case(program) for name, program in PROGRAMS.items()})
