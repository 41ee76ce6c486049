"""Slices, ``x[...]``, one-hot, reversal, masks: graphs, values and derivatives."""

import numpy as np

A = np.sin(np.arange(20.0)).reshape(4, 5).astype(np.float32)
C = np.cos(np.arange(24.0)).reshape(2, 3, 4).astype(np.float32)


def _x(tf, shape=(4, 5), name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _with_gradients(tf, y, xs, order=1):
    """``y``, its gradients, and if ``order`` is 2 those of the sum of their squares."""
    ys = y if isinstance(y, list) else [y]
    fetches = {f"y{i}": t for i, t in enumerate(ys)}
    loss = tf.add_n([tf.reduce_sum(t * t * t) for t in ys])
    gs = tf.gradients(loss, xs)
    fetches.update({f"g{i}": g for i, g in enumerate(gs) if g is not None})
    if order == 2:
        hs = tf.gradients(tf.reduce_sum(gs[0] * gs[0]), xs)
        fetches.update({f"h{i}": h for i, h in enumerate(hs) if h is not None})
    return fetches


def slice_static(tf):
    x = _x(tf)
    return _with_gradients(tf, tf.slice(x, [1, 0], [2, -1]), [x], order=2), {x: A}


def slice_dynamic_shape(tf):
    x = _x(tf, (None, 5))
    return _with_gradients(tf, tf.slice(x, [1, 2], [-1, 3], name="s"), [x]), {x: A}


def slice_dynamic_begin(tf):
    x, begin = _x(tf), _x(tf, (2,), "begin", tf.int32)
    return _with_gradients(tf, tf.slice(x, begin, [2, 3]), [x], order=2), {x: A, begin: [2, 1]}


def slice_dynamic_size(tf):
    x, size = _x(tf, (None, None)), _x(tf, (2,), "size", tf.int64)
    begin = tf.constant([1, 1], tf.int64)
    return _with_gradients(tf, tf.slice(x, begin, size), [x]), {x: A, size: [2, -1]}


def slice_mixed_bounds(tf):
    x, n = _x(tf), _x(tf, (), "n", tf.int32)
    y = tf.slice(x, [n, 0], [1, n])
    z = tf.slice(x, tf.shape(x) - 2, [2, 2])
    return _with_gradients(tf, [y, z], [x]), {x: A, n: 2}


def getitem_ints(tf):
    x = _x(tf)
    return _with_gradients(tf, [x[0], x[-1, 2], x[1][2]], [x]), {x: A}


def getitem_slices(tf):
    x = _x(tf)
    ys = [x[1:3], x[:, 1:], x[::2, ::-1], x[3:0:-2, 4:0:-3], x[-3:-1, :-1], x[:], x[2:1]]
    return _with_gradients(tf, ys, [x]), {x: A}


def getitem_second_order(tf):
    x = _x(tf)
    return _with_gradients(tf, x[::-2, 1:, None], [x], order=2), {x: A}


def getitem_reversed(tf):
    x = _x(tf, (None, 5))
    return _with_gradients(tf, [x[::-1], x[::-2, 1], x[-1:0:-1]], [x]), {x: A}


def getitem_ellipsis(tf):
    x = _x(tf, (2, 3, 4))
    ys = [x[..., 1], x[0, ...], x[..., 1:3], x[1, ..., 0], x[...], x[0, 1, 2, ...]]
    return _with_gradients(tf, ys, [x]), {x: C}


def getitem_newaxis(tf):
    x = _x(tf, (2, 3, 4))
    ys = [x[None], x[:, tf.newaxis, 1], x[1, ..., None, 1, None], x[None, ..., None]]
    return _with_gradients(tf, ys, [x]), {x: C}


def getitem_dynamic(tf):
    x = _x(tf, (None, None, 4))
    ys = [x[0], x[:, 1:], x[..., 0], x[:1, None], x[-1, :, ::3]]
    return _with_gradients(tf, ys, [x]), {x: C}


def getitem_unknown_rank(tf):
    x = _x(tf, None)
    return _with_gradients(tf, [x[0], x[..., 1:]], [x]), {x: A}


def getitem_tensor_index(tf):
    x, i = _x(tf), _x(tf, (), "i", tf.int32)
    ys = [x[i], x[:, i], x[i, 1:3], x[i, None, i]]
    return _with_gradients(tf, ys, [x]), {x: A, i: 2}


def getitem_tensor_index_second_order(tf):
    x, i = _x(tf), _x(tf, (), "i", tf.int32)
    return _with_gradients(tf, x[i, 1:], [x], order=2), {x: A, i: 2}


def getitem_negative_tensor_index(tf):
    x, i = _x(tf, (None, 5)), _x(tf, (), "i", tf.int32)
    return _with_gradients(tf, [x[i], x[..., i]], [x]), {x: A, i: -1}


def getitem_tensor_bounds(tf):
    x, i = _x(tf), _x(tf, (), "i", tf.int32)
    ys = [x[i:], x[:i], x[i : i + 2, 1], x[::i]]
    return _with_gradients(tf, ys, [x]), {x: A, i: 2}


def getitem_int64(tf):
    x, i = _x(tf), _x(tf, (), "i", tf.int64)
    ys = [x[i], x[i:], x[1:i, 2], x[i, 1]]
    return _with_gradients(tf, ys, [x]), {x: A, i: 2}


def getitem_of_shape(tf):
    x = _x(tf, (None, 5))
    n = tf.shape(x)
    y = tf.reshape(x, [n[0] * n[1]])
    z = x[: n[0] - 1, n[1] - 2]
    numbers = {"n": n[0], "m": n[-1], "r": n[::-1], "k": tf.constant([1, 2, 3])[1:]}
    return {**_with_gradients(tf, [y, z], [x]), **numbers}, {x: A}


def getitem_static_shape(tf):
    """Lengths that follow from a shape of which only some are known."""
    x = _x(tf, (None, 5))
    y = tf.zeros([3, tf.shape(x)[1]])
    z = tf.reshape(x, [-1, tf.shape(x)[1] // 5])
    return {"y": y, "z": z}, {x: A}


def getitem_dimension(tf):
    x = _x(tf)
    y = x[:, : x.shape[0]]
    return {"y": y, "z": x[x.shape[0] - 1]}, {x: A}


def getitem_numpy_index(tf):
    x = _x(tf)
    return {"y": x[np.int64(1)], "z": x[np.array(2), np.int32(1) :]}, {x: A}


def getitem_list(tf):
    x = _x(tf)
    return {"y": x[[1, 2]], "z": x[()]}, {x: A}


def strided_slice_function(tf):
    x, step = _x(tf), _x(tf, (2,), "step", tf.int32)
    ys = [
        tf.strided_slice(x, [0, 1], [2, 4]),
        tf.strided_slice(x, [0, 0], [4, 5], step, name="s"),
        tf.strided_slice(x, [1], [0], shrink_axis_mask=1),
        tf.strided_slice(x, [1, 3], [0, 0], [1, -1], end_mask=1),
    ]
    return _with_gradients(tf, ys, [x]), {x: A, step: [3, 2]}


def strided_slice_types(tf):
    x = _x(tf, (2, 3), dtype=tf.int32)
    return {
        "int": x[1, ::-1],
        "bool": (x > 2)[:, 1],
        "string": tf.constant(["a", "b", "c"])[1:],
        "double": tf.cast(x, tf.float64)[0],
        "half": tf.cast(x, tf.float16)[:, ::2],
    }, {x: [[1, 2, 3], [4, 5, 6]]}


def one_hot_default(tf):
    i = _x(tf, (2, None), "i", tf.int32)
    return {
        "y": tf.one_hot(i, 3),
        "first": tf.one_hot(i, 3, axis=0),
        "middle": tf.one_hot(i, 3, axis=1, name="m"),
        "int": tf.one_hot(i, 3, dtype=tf.int64),
    }, {i: [[0, 2], [-1, 3]]}


def one_hot_values(tf):
    i, n = _x(tf, (3,), "i", tf.uint8), _x(tf, (), "n", tf.int32)
    on = _x(tf, (), "on")
    y = tf.one_hot(i, n, on_value=on, off_value=-1.0)
    (g,) = tf.gradients(y, on)
    return {
        "y": y,
        "bool": tf.one_hot([1, 0], 2, on_value=True, off_value=False),
        "five": tf.one_hot(np.array([1, 0]), 2, on_value=5),
        "scalar": tf.one_hot(1, 2, dtype=tf.float64),
        "none": {} if g is None else g,
    }, {i: [0, 2, 1], n: 3, on: 2.0}


def one_hot_depth_of_shape(tf):
    x, i = _x(tf, (None, 5)), _x(tf, (2,), "i", tf.int64)
    y = tf.one_hot(i, tf.shape(x)[1])
    return {"y": y, "z": y * x[:2]}, {x: A, i: [4, 1]}


def reverse(tf):
    x, axis = _x(tf), _x(tf, (1,), "axis", tf.int32)
    ys = [tf.reverse(x, [0]), tf.reverse(x, [-1, 0]), tf.reverse(x, axis, name="r")]
    return _with_gradients(tf, ys, [x], order=2), {x: A, axis: [1]}


def where_positions(tf):
    x = _x(tf, (None, 5))
    positions = tf.where(x > 0.5)
    return {"y": positions, "z": tf.gather_nd(x, positions), "n": tf.shape(positions)[0]}, {x: A}


def boolean_mask(tf):
    x = _x(tf)
    rows = tf.boolean_mask(x, tf.constant([True, False, True, True]))
    return _with_gradients(tf, [rows], [x]), {x: A}


def boolean_mask_dynamic(tf):
    x = _x(tf, (None, 5))
    y = tf.boolean_mask(x, x > 0.0)
    z = x[tf.reduce_sum(x, 1) > 0.0]
    return _with_gradients(tf, [y, z], [x]), {x: A}


def boolean_mask_axis(tf):
    x, m = _x(tf), _x(tf, (5,), "m", tf.bool)
    y = tf.boolean_mask(x, m, axis=1, name="bm")
    return {"y": y}, {x: A, m: [True, False, False, True, True]}


def unique(tf):
    x = _x(tf, (None,), "x", tf.int32)
    y, idx = tf.unique(x)
    z, places, count = tf.unique_with_counts(x, out_idx=tf.int64)
    words = tf.unique(tf.constant(["b", "a", "b"]), name="u")
    return {
        "y": y, "idx": idx, "z": z, "places": places, "count": count, "words": words.y,
        "floats": tf.unique([2.5, 1.5, 2.5]).y,
    }, {x: [5, 2, 5, 9, 2, 2]}  # fmt: skip


def unrolled(tf):
    """What an unrolled recurrence makes of slices, splits and stacks."""
    x = _x(tf, (None, 3, 4))
    state = tf.zeros([tf.shape(x)[0], 4])
    outputs = []
    for t in range(3):
        a, b = tf.split(tf.concat([x[:, t], state], 1), 2, axis=1)
        state = tf.tanh(a + b)
        outputs.append(state)
    y = tf.stack(outputs, axis=1)
    (g,) = tf.gradients(tf.reduce_sum(y[:, -1] * y[:, 0]), [x])
    return {"y": y, "g": g}, {x: C}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
