"""Joining and splitting: graphs, values and derivatives, for static and dynamic shapes."""

import numpy as np

A = np.sin(np.arange(6.0)).reshape(2, 3).astype(np.float32)
B = np.cos(np.arange(4.0)).reshape(2, 2).astype(np.float32)


def _x(tf, shape=(2, 3), name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _with_gradients(tf, y, xs, order=1):
    """``y`` and its gradients; of order 2, those of the sum of squares of the first gradient."""
    ys = y if isinstance(y, list) else [y]
    fetches = {f"y{i}": t for i, t in enumerate(ys)}
    loss = tf.add_n([tf.reduce_sum(t * t * t) for t in ys])
    gs = tf.gradients(loss, xs)
    fetches.update({f"g{i}": g for i, g in enumerate(gs) if g is not None})
    if order == 2:
        hs = tf.gradients(tf.reduce_sum(gs[0] * gs[0]), xs)
        fetches.update({f"h{i}": h for i, h in enumerate(hs) if h is not None})
    return fetches


def concat_static(tf):
    x, y = _x(tf), _x(tf, (2, 2), "y")
    return _with_gradients(tf, tf.concat([x, y], 1), [x, y], order=2), {x: A, y: B}


def concat_three(tf):
    x, y = _x(tf), _x(tf, (1, 3), "y")
    return _with_gradients(tf, tf.concat([x, y, x], 0, name="c"), [x, y]), {x: A, y: A[:1]}


def concat_negative_axis(tf):
    x, y = _x(tf), _x(tf, (2, 2), "y")
    return _with_gradients(tf, tf.concat([x, y], -1), [x, y]), {x: A, y: B}


def concat_dynamic(tf):
    x, y = _x(tf, (None, 3)), _x(tf, (2, 3), "y")
    return _with_gradients(tf, tf.concat([x, y], 0), [x, y], order=2), {x: A[:1], y: A}


def concat_unknown_rank(tf):
    x, y = _x(tf, None), _x(tf, None, "y")
    return _with_gradients(tf, tf.concat([x, y], 1), [x, y]), {x: A, y: B}


def concat_axis_tensor(tf):
    x, y, axis = _x(tf), _x(tf, (2, 3), "y"), _x(tf, (), "axis", tf.int32)
    return _with_gradients(tf, tf.concat([x, y], axis), [x, y]), {x: A, y: A, axis: 1}


def concat_axis_int64(tf):
    x = _x(tf)
    y = tf.concat([x, x], tf.constant(0, tf.int64))
    return {"y": y, "scalar": tf.concat([[1, 2], [3]], 0)}, {x: A}


def concat_one(tf):
    x = _x(tf)
    return {"y": tf.concat([x], 0), "z": tf.concat(x, 1, name="z")}, {x: A}


def concat_many(tf):
    """More than 16 inputs: the gradient is one Split."""
    xs = [_x(tf, (1 + i % 2, 2), f"x{i}") for i in range(17)]
    feeds = {x: np.full((1 + i % 2, 2), i + 1.0) for i, x in enumerate(xs)}
    return _with_gradients(tf, tf.concat(xs, 0), xs), feeds


def concat_many_dynamic(tf):
    xs = [_x(tf, (None, 2), f"x{i}") for i in range(17)]
    feeds = {x: np.full((1 + i % 2, 2), i + 1.0) for i, x in enumerate(xs)}
    return _with_gradients(tf, tf.concat(xs, 0), xs[:3]), feeds


def _parts(gradients):
    """The parts of sliced gradients."""
    fetches = {}
    for i, g in enumerate(gradients):
        for part in ("values", "indices", "dense_shape"):
            fetches[f"{part}{i}"] = getattr(g, part)
    return fetches


def concat_of_slices_rows(tf):
    x, y = _x(tf), _x(tf, (1, 3), "y")
    table = tf.concat([x, y], 0)
    return _parts(tf.gradients(tf.gather(table, [2, 0, 2]), [x, y])), {x: A, y: A[:1]}


def concat_of_slices_columns(tf):
    x, y = _x(tf), _x(tf, (2, 2), "y")
    table = tf.concat([x, y], -1)
    return _parts(tf.gradients(tf.gather(table, [1, 0, 1]), [x, y])), {x: A, y: B}


def stack_first(tf):
    x, y = _x(tf), _x(tf, (2, 3), "y")
    return _with_gradients(tf, tf.stack([x, y]), [x, y], order=2), {x: A, y: -A}


def stack_axis(tf):
    x, y = _x(tf, (None, 3)), _x(tf, (2, None), "y")
    fetches = _with_gradients(tf, tf.stack([x, y], axis=1), [x, y])
    fetches["last"] = tf.stack([x, y], axis=-1, name="last")
    return fetches, {x: A, y: -A}


def stack_mixed(tf):
    x = _x(tf, ())
    y = tf.stack([1.0, x, 3])
    z = tf.stack([[x, 2.0], [3.0, 4.0]])
    w = tf.stack([[5.0, 6.0], tf.stack([x, x])], axis=1)
    fetches = _with_gradients(tf, [y, z, w], [x])
    fetches.update(c=tf.stack([[1, 2], [3, 4]]), d=tf.stack([1, 2], axis=0, name="d"))
    fetches["numbers"] = tf.stack([np.float64(1.5), np.float64(2.5)])
    return fetches, {x: 7.0}


def stack_one(tf):
    x = _x(tf)
    return _with_gradients(tf, tf.stack([x], axis=1), [x]), {x: A}


def parallel_stack(tf):
    x = _x(tf)
    return {"y": tf.parallel_stack([x, x + 1.0])}, {x: A}


def unstack_all(tf):
    x = _x(tf)
    return _with_gradients(tf, tf.unstack(x), [x], order=2), {x: A}


def unstack_one_used(tf):
    x = _x(tf, (None, 3))
    return _with_gradients(tf, tf.unstack(x, axis=-1)[1], [x]), {x: A}


def unstack_num(tf):
    x = _x(tf, None)
    return _with_gradients(tf, tf.unstack(x, num=3, axis=1, name="u")[0], [x]), {x: A}


def unstack_single(tf):
    x = _x(tf, (1, 3))
    return _with_gradients(tf, tf.unstack(x), [x]), {x: A[:1]}


def split_even(tf):
    x = _x(tf, (2, 6))
    feed = np.arange(12.0).reshape(2, 6)
    return _with_gradients(tf, tf.split(x, 3, 1), [x], order=2), {x: feed}


def split_one_used(tf):
    x = _x(tf, (None, 6))
    feed = np.arange(12.0).reshape(2, 6)
    return _with_gradients(tf, tf.split(x, 3, axis=-1)[1], [x]), {x: feed}


def split_axis_tensor(tf):
    x, axis = _x(tf, (4, 6)), _x(tf, (), "axis", tf.int32)
    feed = np.arange(24.0).reshape(4, 6)
    return _with_gradients(tf, tf.split(x, 2, axis), [x]), {x: feed, axis: 1}


def split_single(tf):
    x = _x(tf)
    return _with_gradients(tf, tf.split(x, 1), [x]), {x: A}


def split_sizes(tf):
    x = _x(tf)
    return _with_gradients(tf, tf.split(x, [1, 2], 1), [x], order=2), {x: A}


def split_sizes_rest(tf):
    x = _x(tf, (None, 3))
    y = tf.split(x, [1, -1, 0], 0)
    return _with_gradients(tf, y[1], [x]), {x: A}


def split_sizes_tensor(tf):
    x, sizes = _x(tf), _x(tf, (None,), "sizes", tf.int32)
    y = tf.split(x, sizes, 1, num=2)
    return _with_gradients(tf, y, [x]), {x: A, sizes: [2, 1]}


def stitch(tf):
    x, y = _x(tf), _x(tf, (1, 3), "y")
    z = tf.dynamic_stitch([[2, 0], [1]], [x, y])
    return _with_gradients(tf, z, [x, y], order=2), {x: A, y: A[:1]}


def stitch_duplicates(tf):
    x = _x(tf)
    z = tf.dynamic_stitch([[0, 1], [1]], [x, x[:1] * 2.0])
    return _with_gradients(tf, z, [x]), {x: A}


def stitch_dynamic(tf):
    x, i = _x(tf, (2, None)), _x(tf, (2,), "i", tf.int32)
    z = tf.dynamic_stitch([i, tf.constant(2)], [x, x[0]], name="st")
    return _with_gradients(tf, z, [x]), {x: A, i: [1, 0]}


def partition(tf):
    x = _x(tf)
    y = tf.dynamic_partition(x, [1, 0], 2)
    return _with_gradients(tf, y, [x]), {x: A}


def partition_dynamic(tf):
    x, p = _x(tf, (None, 3)), _x(tf, (None,), "p", tf.int32)
    y = tf.dynamic_partition(x, p, 3)
    return _with_gradients(tf, y[1], [x]), {x: A, p: [1, 1]}


def partition_matrix(tf):
    x, p = _x(tf), _x(tf, (2, 3), "p", tf.int32)
    y = tf.dynamic_partition(x, p, 2, name="part")
    return _with_gradients(tf, y, [x]), {x: A, p: [[0, 1, 0], [1, 1, 0]]}


def integers(tf):
    x = _x(tf, (2, 3), dtype=tf.int32)
    a, b = tf.split(x, [1, 2], 1)
    return {
        "concat": tf.concat([x, b, a], 1),
        "stack": tf.stack([x, x], 2),
        "bool": tf.concat([x > 1, x > 2], 0),
        "string": tf.concat([["a"], ["b", "c"]], 0),
    }, {x: [[1, 2, 3], [4, 5, 6]]}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
