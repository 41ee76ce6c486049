"""Programs that fail while they run because of shapes, axes or sizes that they are fed.

In the form of `run_time`.
"""

import numpy as np

from .harness import ph
from .run_time import OPTIMIZERS, X, as_case, whole

PROGRAMS = {}


def _feed(tensors, values):
    return {t: values[i] for i, t in enumerate(tensors)}


def _program(function):
    PROGRAMS["run_time" + function.__name__] = function
    return function


# ---------------------------------------------------------------------- slices


def _index(name, good, bad, spec):
    def program(tf, via):
        x, i = ph(tf, [3, 2]), whole(tf, [])
        return spec(x, via(i)), {x: X, i: good}, {i: bad}

    PROGRAMS["run_time_index_" + name] = program


_index("high", 1, 3, lambda x, i: x[i])
_index("low", -3, -4, lambda x, i: x[i])
_index("second", 1, 2, lambda x, i: x[:, i])
_index("after_slice", 1, 2, lambda x, i: x[1:, i])
_index("stride", 1, 0, lambda x, i: x[::i])


@_program
def _index_gradient(tf, via):
    x, i = ph(tf, [3]), whole(tf, [])
    y = tf.gradients(tf.square(x[via(i)]), x)[0]
    return y, {x: [1.0, 2.0, 3.0], i: 1}, {i: 3}


def _slice(name, good, bad):
    def program(tf, via):
        x, b, s = ph(tf), whole(tf, [None], "b"), whole(tf, [None], "s")
        return tf.slice(x, via(b), s), {x: X, b: good[0], s: good[1]}, {b: bad[0], s: bad[1]}

    PROGRAMS["run_time_slice_" + name] = program


_slice("begin", ([1, 0], [1, 1]), ([4, 0], [1, 1]))
_slice("begin_negative", ([1, 0], [1, 1]), ([0, -1], [1, 1]))
_slice("size", ([1, 0], [1, 1]), ([1, 0], [3, 1]))
_slice("size_negative", ([1, 0], [1, 1]), ([1, 0], [-2, 1]))
_slice("rank", ([1, 0], [1, 1]), ([1], [1]))


@_program
def _slice_known_size(tf, via):
    x, b = ph(tf, [3, 2]), whole(tf, [2], "b")
    return tf.slice(x, via(b), [2, 1]), {x: X, b: [1, 1]}, {b: [2, 1]}


@_program
def _split_number(tf, via):
    x = ph(tf)
    return tf.split(x, 2, axis=0)[0], {x: np.ones(4)}, {x: np.ones(5)}


@_program
def _split_sizes(tf, via):
    x, s = ph(tf, [None]), whole(tf, [2], "s")
    return tf.split(x, via(s))[0], {x: np.ones(4), s: [1, 3]}, {s: [1, 2]}


@_program
def _split_sizes_negative(tf, via):
    x, s = ph(tf, [None]), whole(tf, [2], "s")
    return tf.split(x, via(s))[0], {x: np.ones(4), s: [1, -1]}, {s: [6, -1]}


@_program
def _split_axis(tf, via):
    x, a = ph(tf), whole(tf, [], "a")
    return tf.split(x, 2, axis=via(a))[0], {x: np.ones(4), a: 0}, {a: 1}


@_program
def _unstack_number(tf, via):
    x = ph(tf, [None, 2])
    return tf.unstack(x, 3)[0], {x: X}, {x: np.ones((4, 2))}


@_program
def _stack_shapes(tf, via):
    a, b = ph(tf, None, "a"), ph(tf, None, "b")
    return tf.stack([a, b], name="s"), {a: [1.0, 2.0], b: [1.0, 2.0]}, {b: [1.0, 2.0, 3.0]}


def _concat(name, good, bad, axis=0):
    def program(tf, via):
        a, b, d = ph(tf, None, "a"), ph(tf, None, "b"), whole(tf, [], "d")
        y = tf.concat([a, b], via(d), name="c")
        return y, {a: X, b: good, d: 0}, {b: bad, d: axis}

    PROGRAMS["run_time_concat_" + name] = program


_concat("shapes", X, np.ones((2, 3)))
_concat("shapes_axis", X, np.ones((2, 3)), 1)
_concat("ranks", X, np.ones(3))
_concat("axis", X, X, 2)


# ---------------------------------------------------------------------- shapes


@_program
def _add(tf, via):
    a, b = ph(tf, None, "a"), ph(tf, None, "b")
    return a + b, {a: [1.0, 2.0], b: [1.0, 2.0]}, {b: [1.0, 2.0, 3.0]}


@_program
def _add_gradient(tf, via):
    a, b = ph(tf, None, "a"), ph(tf, None, "b")
    y = tf.gradients(a * b, a)[0]
    return y, {a: [1.0, 2.0], b: [1.0, 2.0]}, {b: [1.0, 2.0, 3.0]}


@_program
def _compare(tf, via):
    a, b = ph(tf, None, "a"), ph(tf, None, "b")
    return a < b, {a: [1.0, 2.0], b: [1.0, 2.0]}, {b: [1.0, 2.0, 3.0]}


@_program
def _equal(tf, via):
    a, b = ph(tf, None, "a"), ph(tf, None, "b")
    return tf.equal(a, b), {a: [1.0, 2.0], b: [1.0, 2.0]}, {b: [1.0, 2.0, 3.0]}


@_program
def _logical(tf, via):
    a, b = ph(tf, None, "a", tf.bool), ph(tf, None, "b", tf.bool)
    return tf.logical_and(a, b), {a: [True], b: [True]}, {a: [True] * 2, b: [True] * 3}


@_program
def _add_n(tf, via):
    a, b = ph(tf, None, "a"), ph(tf, None, "b")
    return tf.add_n([a, b], name="s"), {a: [1.0, 2.0], b: [1.0, 2.0]}, {b: [1.0, 2.0, 3.0]}


@_program
def _where(tf, via):
    c, a, b = ph(tf, None, "c", tf.bool), ph(tf, None, "a"), ph(tf, None, "b")
    y = tf.where(c, a, b)
    return y, {c: [True, False], a: [1.0, 2.0], b: [1.0, 2.0]}, {b: [1.0, 2.0, 3.0]}


@_program
def _where_condition(tf, via):
    c, a, b = ph(tf, None, "c", tf.bool), ph(tf, None, "a"), ph(tf, None, "b")
    y = tf.where(c, a, b)
    return y, {c: [True, False, True], a: X, b: X}, {c: [True, False]}


@_program
def _where_v2(tf, via):
    c, a, b = ph(tf, None, "c", tf.bool), ph(tf, None, "a"), ph(tf, None, "b")
    y = tf.where_v2(c, a, b)
    return y, {c: [True, False], a: [1.0, 2.0], b: [1.0, 2.0]}, {b: [1.0, 2.0, 3.0]}


@_program
def _boolean_mask(tf, via):
    x, m = ph(tf, [None]), ph(tf, [None], "m", tf.bool)
    return tf.boolean_mask(x, m), {x: [1.0, 2.0], m: [True, False]}, {m: [True] * 3}


def _matmul(name, good, bad, **options):
    def program(tf, via):
        a, b = ph(tf, None, "a"), ph(tf, None, "b")
        return tf.matmul(a, b, **options), {a: X, b: good}, {b: bad}

    PROGRAMS["run_time_matmul_" + name] = program


_matmul("inner", np.ones((2, 3)), np.ones((3, 2)))
_matmul("rank", np.ones((2, 3)), np.ones(2))
_matmul("transposed", np.ones((4, 2)), np.ones((2, 4)), transpose_b=True)


@_program
def _matmul_batch(tf, via):
    a, b = ph(tf, [None, None, None], "a"), ph(tf, [None, None, None], "b")
    good = {a: np.ones((2, 3, 4)), b: np.ones((2, 4, 5))}
    return tf.matmul(a, b), good, {b: np.ones((3, 4, 5))}


@_program
def _matmul_batch_inner(tf, via):
    a, b = ph(tf, [None, None, None], "a"), ph(tf, [None, None, None], "b")
    good = {a: np.ones((2, 3, 4)), b: np.ones((2, 4, 5))}
    return tf.matmul(a, b), good, {b: np.ones((2, 3, 5))}


@_program
def _tensordot(tf, via):
    a, b = ph(tf, None, "a"), ph(tf, None, "b")
    return tf.tensordot(a, b, 1), {a: X, b: np.ones((2, 3))}, {b: np.ones((3, 3))}


@_program
def _bias_add(tf, via):
    x, b = ph(tf, [None, None]), ph(tf, [None], "b")
    return tf.nn.bias_add(x, b), {x: X, b: [1.0, 2.0]}, {b: [1.0, 2.0, 3.0]}


def _reshape(name, good, bad):
    def program(tf, via):
        x, s = ph(tf), whole(tf, None, "s")
        return tf.reshape(x, via(s)), {x: X, s: good}, {s: bad}

    PROGRAMS["run_time_reshape_" + name] = program


_reshape("count", [2, 3], [2, 2])
_reshape("multiple", [2, -1], [4, -1])
_reshape("two_unknown", [2, 3], [-1, -1])
_reshape("negative", [2, 3], [-2, 3])
_reshape("scalar_shape", [6], 6)


@_program
def _expand_dims(tf, via):
    x, a = ph(tf), whole(tf, None, "a")
    return tf.expand_dims(x, via(a)), {x: X, a: 1}, {a: 3}


@_program
def _squeeze(tf, via):
    x = ph(tf)
    return tf.squeeze(x, [1]), {x: np.ones((2, 1))}, {x: X}


@_program
def _squeeze_axis(tf, via):
    x = ph(tf)
    return tf.squeeze(x, [1]), {x: np.ones((2, 1))}, {x: np.ones(2)}


def _transpose(name, bad):
    def program(tf, via):
        x, p = ph(tf), whole(tf, None, "p")
        return tf.transpose(x, via(p)), {x: X, p: [1, 0]}, {p: bad}

    PROGRAMS["run_time_transpose_" + name] = program


_transpose("length", [1, 0, 2])
_transpose("twice", [1, 1])
_transpose("range", [0, 2])


@_program
def _tile(tf, via):
    x, m = ph(tf), whole(tf, None, "m")
    return tf.tile(x, via(m)), {x: X, m: [1, 2]}, {m: [1]}


@_program
def _tile_negative(tf, via):
    x, m = ph(tf), whole(tf, None, "m")
    return tf.tile(x, via(m)), {x: X, m: [1, 2]}, {m: [1, -1]}


@_program
def _broadcast_to(tf, via):
    x, s = ph(tf), whole(tf, None, "s")
    return tf.broadcast_to(x, via(s)), {x: X, s: [4, 3, 2]}, {s: [4, 3, 3]}


@_program
def _fill(tf, via):
    s = whole(tf, None, "s")
    return tf.fill(via(s), 1.0), {s: [2]}, {s: [-2]}


@_program
def _fill_matrix(tf, via):
    s = whole(tf, None, "s")
    return tf.fill(via(s), 1.0), {s: [2]}, {s: [[2]]}


@_program
def _fill_value(tf, via):
    x = ph(tf)
    return tf.fill([2], x), {x: 1.0}, {x: [1.0, 2.0]}


@_program
def _zeros(tf, via):
    s = whole(tf, None, "s")
    return tf.zeros(via(s)), {s: [2]}, {s: [-2]}


def _range(name, bad):
    def program(tf, via):
        a, b, d = xs = [whole(tf, [], n) for n in "abd"]
        return tf.range(via(a), b, d), _feed(xs, (0, 3, 1)), _feed(xs, bad)

    PROGRAMS["run_time_range_" + name] = program


_range("delta", (0, 3, 0))
_range("up", (3, 0, 1))
_range("down", (0, 3, -1))


@_program
def _linspace(tf, via):
    n = whole(tf, [], "n")
    return tf.linspace(0.0, 1.0, via(n), name="l"), {n: 3}, {n: 0}


@_program
def _one_hot_depth(tf, via):
    i, d = whole(tf), whole(tf, [], "d")
    return tf.one_hot(i, via(d)), {i: [0, 1], d: 3}, {d: -1}


def _axis(name, function, good=1, bad=2):
    def program(tf, via):
        x, a = ph(tf), whole(tf, [], "a")
        return function(tf, x, via(a)), {x: X, a: good}, {a: bad}

    PROGRAMS["run_time_axis_" + name] = program


_axis("sum", lambda tf, x, a: tf.reduce_sum(x, a))
_axis("max_low", lambda tf, x, a: tf.reduce_max(x, a), bad=-3)
_axis("argmax", lambda tf, x, a: tf.argmax(x, a))
_axis("cumsum", lambda tf, x, a: tf.cumsum(x, a))
_axis("reverse", lambda tf, x, a: tf.reverse(x, [a]))
_axis("gather", lambda tf, x, a: tf.gather(x, [0], axis=a))


@_program
def _reverse_twice(tf, via):
    x, a = ph(tf), whole(tf, [None], "a")
    return tf.reverse(x, via(a)), {x: X, a: [0, 1]}, {a: [0, -2]}


@_program
def _sum_twice(tf, via):
    x, a = ph(tf), whole(tf, [None], "a")
    return tf.reduce_sum(x, via(a)), {x: X, a: [0, 1]}, {a: [0, -2]}


def _pad(name, bad):
    def program(tf, via):
        x, p = ph(tf), whole(tf, None, "p")
        return tf.pad(x, via(p)), {x: X, p: [[0, 1], [1, 0]]}, {p: bad}

    PROGRAMS["run_time_pad_" + name] = program


_pad("negative", [[0, -1], [1, 0]])
_pad("rank", [[0, 1]])
_pad("columns", [[0], [1]])


@_program
def _mirror_pad(tf, via):
    x, p = ph(tf), whole(tf, None, "p")
    return tf.pad(x, via(p), "REFLECT"), {x: X, p: [[0, 1], [1, 0]]}, {p: [[3, 0], [0, 0]]}


@_program
def _top_k(tf, via):
    x, k = ph(tf), whole(tf, [], "k")
    return tf.nn.top_k(x, via(k))[0], {x: X, k: 2}, {k: 3}


@_program
def _invert_permutation(tf, via):
    p = whole(tf)
    return tf.invert_permutation(via(p)), {p: [1, 0, 2]}, {p: [1, 0, 3]}


@_program
def _invert_permutation_twice(tf, via):
    p = whole(tf)
    return tf.invert_permutation(via(p)), {p: [1, 0, 2]}, {p: [1, 0, 1]}


@_program
def _set_diag(tf, via):
    x, d = ph(tf), ph(tf, None, "d")
    return tf.matrix_set_diag(x, d), {x: X, d: [1.0, 2.0]}, {d: [1.0, 2.0, 3.0]}


@_program
def _random_uniform_bounds(tf, via):
    a, b = whole(tf, [], "a"), whole(tf, [], "b")
    y = tf.reduce_sum(tf.random_uniform([2], via(a), b, tf.int32)) * 0
    return y, {a: 0, b: 3}, {a: 3, b: 3}


@_program
def _random_shape(tf, via):
    s = whole(tf, None, "s")
    return tf.random_uniform(via(s)) * 0.0, {s: [2]}, {s: [-2]}


@_program
def _ensure_shape(tf, via):
    x = ph(tf)
    return tf.ensure_shape(x, [2, None], name="e"), {x: np.ones((2, 3))}, {x: X}


@_program
def _assign_add_shape(tf, via):
    v = tf.get_variable("v", initializer=np.ones(2, np.float32))
    x = ph(tf)
    return tf.assign_add(v, x), {x: [1.0, 2.0]}, {x: [1.0, 2.0, 3.0]}


@_program
def _assign_add_shape_resource(tf, via):
    v = tf.get_variable("v", initializer=np.ones(2, np.float32), use_resource=True)
    x = ph(tf)
    return tf.assign_add(v, x), {x: [1.0, 2.0]}, {x: [1.0, 2.0, 3.0]}


@_program
def _assign_shape_resource(tf, via):
    v = tf.get_variable("v", initializer=np.ones(2, np.float32), use_resource=True)
    x = ph(tf)
    return tf.assign(v, x), {x: [1.0, 2.0]}, {x: [1.0, 2.0, 3.0]}


def _step_shape(name, resource):
    def program(tf, via):
        v = tf.get_variable("v", initializer=np.ones(2, np.float32), use_resource=resource)
        x = ph(tf)
        step = OPTIMIZERS[name](tf).apply_gradients([(x, v)])
        return step, {x: [1.0, 2.0]}, {x: [1.0, 2.0, 3.0]}

    PROGRAMS["run_time_step_shape_" + name + ("_resource" if resource else "")] = program


for _name in ("descent", "momentum", "adam"):
    _step_shape(_name, False)
    _step_shape(_name, True)


# ---------------------------------------------------------------------- more shapes


def _table(rows):
    """One program per row: its name, what it computes, and what it is fed well and badly.

    Floats and whole numbers become placeholders of such.
    """
    for name, function, good, bad in rows:

        def program(tf, via, function=function, good=good, bad=bad):
            types = {"f": tf.float32, "i": tf.int32, "b": tf.bool}
            values = [np.asarray(v) for v in good]
            xs = [
                tf.placeholder(types[v.dtype.kind], None, name="abcd"[k])
                for k, v in enumerate(values)
            ]
            return function(tf, *xs), _feed(xs, good), _feed(xs, bad)

        PROGRAMS["run_time_" + name] = program


def _variable(tf, resource=False):
    return tf.get_variable("v", initializer=X.astype(np.float32), use_resource=resource)


def _rows_step(make):
    def function(tf, i, g):
        slices = tf.IndexedSlices(g, i, tf.constant([3, 2]))
        return make(tf).apply_gradients([(slices, _variable(tf))])

    return function


ROWS, PAIR = np.ones((2, 2)), [[0, 1], [2, 0]]
# fmt: off
_ROWS = [
    ("scatter_update_shape", lambda tf, i, u: tf.scatter_update(_variable(tf), i, u),
     ([0, 2], ROWS), ([0, 2], np.ones((2, 3)))),
    ("scatter_add_shape", lambda tf, i, u: tf.scatter_add(_variable(tf), i, u),
     ([0, 2], ROWS), ([0, 2], np.ones((3, 2)))),
    ("scatter_add_rank", lambda tf, i, u: tf.scatter_add(_variable(tf), i, u),
     ([0, 2], ROWS), ([0, 2], np.ones(2))),
    ("scatter_add_rank_resource", lambda tf, i, u: tf.scatter_add(_variable(tf, True), i, u),
     ([0, 2], ROWS), ([0, 2], np.ones(2))),
    ("scatter_nd_variable_shape",
     lambda tf, i, u: tf.scatter_nd_add(_variable(tf, True), i, u),
     (PAIR, np.ones(2)), (PAIR, np.ones(3))),
    ("scatter_nd_variable_depth",
     lambda tf, i, u: tf.scatter_nd_add(_variable(tf, True), i, u),
     (PAIR, np.ones(2)), ([[0, 0, 0], [2, 1, 0]], np.ones(2))),
    ("scatter_nd_shape", lambda tf, i, u: tf.scatter_nd(i, u, [3]),
     ([[0], [1]], np.ones(2)), ([[0], [1]], np.ones(3))),
    ("scatter_nd_depth", lambda tf, i, u: tf.scatter_nd(i, u, [3]),
     ([[0], [1]], np.ones(2)), ([[0, 1], [1, 1]], np.ones(2))),
    ("scatter_nd_size", lambda tf, i, u, s: tf.scatter_nd(i, u, s),
     ([[0], [1]], np.ones(2), [3]), ([[0], [1]], np.ones(2), [-3])),
    ("tensor_scatter_shape", lambda tf, x, i, u: tf.tensor_scatter_add(x, i, u),
     (np.ones(3), [[0], [1]], np.ones(2)), (np.ones(3), [[0], [1]], np.ones(3))),
    ("gather_nd_depth", lambda tf, x, i: tf.gather_nd(x, i), (X, [[0, 1]]), (X, [[0, 1, 1]])),
    ("gather_nd_rank", lambda tf, x, i: tf.gather_nd(x, i), (X, [0, 1]), (X, 1)),
    ("gather_rank", lambda tf, x, i: tf.gather(x, i), (X, [0]), (1.0, [0])),
    ("segment_mean_negative", lambda tf, x, i: tf.segment_mean(x, i),
     (X, [0, 0, 1]), (X, [-1, 0, 1])),
    ("segment_max_negative", lambda tf, x, i: tf.segment_max(x, i),
     (X, [0, 0, 1]), (X, [0, -1, 1])),
    ("segment_sum_falling_late", lambda tf, x, i: tf.segment_sum(x, i),
     (X, [0, 0, 1]), (X, [3, 4, 2])),
    ("segment_sum_all_negative", lambda tf, x, i: tf.segment_sum(x, i),
     (X, [0, 0, 1]), (X, [-2, -1, -1])),
    ("segment_sum_gap", lambda tf, x, i: tf.segment_sum(x, i), (X, [0, 0, 1]), (X, [0, 5, 2])),
    ("segment_sum_rank", lambda tf, x, i: tf.segment_sum(x, i), (X, [0, 0, 1]), (X, [[0, 0, 1]])),
    ("stitch_shape", lambda tf, i, x: tf.dynamic_stitch([i], [x]),
     ([0, 1], ROWS), ([0, 1], np.ones((3, 2)))),
    ("stitch_rows",
     lambda tf, i, x: tf.dynamic_stitch([i, [2]], [x, np.ones((1, 3), np.float32)]),
     ([0, 1], np.ones((2, 3))), ([0, 1], ROWS)),
    ("partition_shape", lambda tf, x, i: tf.dynamic_partition(x, i, 2)[0],
     (X, [0, 1, 1]), (X, [0, 1])),
    ("partition_matrix", lambda tf, x, i: tf.dynamic_partition(x, i, 2)[0],
     (ROWS, [[0, 1], [0, 1]]), (ROWS, [[0, 1], [0, 2]])),
    ("step_momentum_rows", _rows_step(OPTIMIZERS["momentum"]),
     ([0, 1], ROWS), ([0, 1], np.ones((2, 3)))),
    ("step_adagrad_count", _rows_step(OPTIMIZERS["adagrad"]),
     ([0, 1], ROWS), ([0, 1], np.ones((3, 2)))),
    ("unstack_axis", lambda tf, x: tf.unstack(x, 3, axis=-3)[0], (np.ones((3, 2, 2)),), (X,)),
    ("stack_axis", lambda tf, a, b: tf.stack([a, b], axis=2), (X, X), ([1.0], [1.0])),
    ("split_two_unknown", lambda tf, x, s: tf.split(x, s, num=2)[0],
     (np.ones(4), [1, 3]), (np.ones(4), [-1, -1])),
    ("split_length", lambda tf, x, s: tf.split(x, s, num=2)[0],
     (np.ones(4), [1, 3]), (np.ones(4), [1, 1, 2])),
    ("split_sizes_axis", lambda tf, x, s: tf.split(x, s, num=2, axis=1)[0],
     (np.ones((1, 4)), [1, 3]), (np.ones(4), [2, 2])),
    ("split_too_much", lambda tf, x, s: tf.split(x, s, num=2)[0],
     (np.ones(4), [1, 3]), (np.ones(4), [3, 3])),
    ("concat_scalars", lambda tf, a, b: tf.concat([a, b], 0), ([1.0], [1.0]), (1.0, 1.0)),
    ("one_hot_depth_rank", lambda tf, d: tf.one_hot([0, 1], d), (2,), ([2, 3],)),
    ("where_matrix", lambda tf, c, a: tf.where(c, a, a),
     ([[True, False]] * 3, X), ([[True, False]], X)),
    ("where_scalars", lambda tf, c, a: tf.where(c, a, a), (True, 1.0), ([True, False], 1.0)),
    ("where_rows", lambda tf, c, a, b: tf.where(c, a, b),
     ([True] * 3, X, X), ([True] * 3, X, np.ones((3, 3)))),
    ("where_scalar_condition", lambda tf, c, a, b: tf.where(c, a, b),
     (True, X, X), (True, X, np.ones((3, 3)))),
    ("top_k_negative", lambda tf, x, k: tf.nn.top_k(x, k)[0], (X, 1), (X, -1)),
    ("in_top_k", lambda tf, x, i: tf.nn.in_top_k(x, i, 1), (X, [0, 1, 0]), (X, [0, 1])),
    ("bias_add_rank", lambda tf, x, b: tf.nn.bias_add(x, b), (X, [1.0] * 2), ([1.0], [1.0])),
    ("broadcast_to_rank", lambda tf, x, s: tf.broadcast_to(x, s), (X, [3, 2]), (X, [2])),
    ("cumsum_axis_rank", lambda tf, x, i: tf.cumsum(x, i), (X, 0), (X, [0])),
    ("argmax_axis_rank", lambda tf, x, i: tf.argmax(x, i), (X, 0), (X, [0])),
    ("argmax_empty", lambda tf, x: tf.argmax(x, 0), (X,), (np.zeros((0, 2)),)),
    ("expand_dims_rank", lambda tf, x, i: tf.expand_dims(x, i), (X, 0), (X, [0, 1])),
    ("random_shape_rank", lambda tf, s: tf.random_uniform(s) * 0.0, ([3],), (3,)),
    ("multinomial", lambda tf, x, n: tf.multinomial(x, n) * 0, (X, 1), (X, -1)),
    ("assign_rank", lambda tf, x: tf.assign(_variable(tf), x), (X,), (1.0,)),
    ("transpose_of_vector", lambda tf, x: tf.matrix_transpose(x), (X,), ([1.0],)),
]
# fmt: on
_table(_ROWS)


globals().update({"case_" + name: as_case(program) for name, program in PROGRAMS.items()})
