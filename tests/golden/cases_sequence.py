"""Cases of rows of different lengths and rows in order, for TensorFlow and tfgrad alike."""

import numpy as np

X = np.arange(12.0, dtype=np.float32).reshape(3, 4)
MIXED = np.array([[3.0, -1.0, 2.0, 2.0], [0.5, 4.0, -2.0, 1.0]], np.float32)


def _x(tf, shape=(None, None), dtype="float32"):
    return tf.placeholder(dtype, shape, name="x")


def reverse_sequence(tf):
    x, y = _x(tf), tf.placeholder("float64", [2, None, 3], name="y")
    n = tf.placeholder("int32", [None], name="n")
    a = tf.reverse_sequence(x, [1, 2, 4], seq_axis=1)
    b = tf.reverse_sequence(y, n, seq_dim=1, batch_dim=2, name="named")
    d = tf.gradients([a * a, b * b], [x, y])
    results = {"a": a, "b": b, "dx": d[0], "dy": d[1], "dd": tf.gradients(d[0], x)[0]}
    results["text"] = tf.reverse_sequence(
        [["a", "b"], ["c", "d"]], tf.constant([2, 1], tf.int64), 1
    )
    results["unknown"] = tf.reverse_sequence(
        tf.placeholder_with_default(X, None), [3, 0, 1, 2], 0, 1
    )
    return results, {x: X, y: np.arange(24.0).reshape(2, 4, 3), n: [4, 0, 3]}


def reverse_sequence_shapes(tf):
    x = tf.placeholder("float32", [None, 2, 5], name="x")
    n = tf.placeholder("int64", [3], name="n")
    y = tf.reverse_sequence(x, n, seq_axis=2)
    assert y.shape.as_list() == [3, 2, 5]
    return {"y": y}, {x: np.arange(30).reshape(3, 2, 5), n: [5, 1, 2]}


def reverse_sequence_too_long(tf):
    x, n = _x(tf), tf.placeholder("int32", [None], name="n")
    return {"y": tf.reverse_sequence(x, n, 1)}, {x: X, n: [1, 5, 2]}


def reverse_old(tf):
    x = _x(tf, [3, None])
    d = tf.placeholder("bool", [2], name="d")
    y = tf.raw_ops.Reverse(tensor=x, dims=d)
    dx = tf.gradients(y * y, x)[0]
    z = tf.raw_ops.Reverse(tensor=["p", "q"], dims=[True])
    return {"y": y, "dx": dx, "z": z}, {x: X, d: [True, False]}


def search(tf):
    x, v = _x(tf), tf.placeholder("float32", [None, None], name="v")
    results = {
        "left": tf.searchsorted(x, v),
        "right": tf.searchsorted(x, v, side="right", out_type=tf.int64, name="named"),
        "whole": tf.searchsorted([1, 3, 3, 9], [0, 3, 9, 10]),
        "deep": tf.searchsorted(np.arange(8).reshape(2, 1, 4), np.full((2, 1, 2), 3), "right"),
        "raw": tf.raw_ops.UpperBound(sorted_inputs=x, values=v + 1.0),
    }
    rows = [[1.0, 2.0, 2.0, 5.0, 7.0], [-1.0, 0.0, 0.5, 0.5, 9.0]]
    wanted = [[0.0, 2.0, 2.5, 7.0], [-2.0, 0.5, 10.0, float("nan")]]
    return results, {x: rows, v: wanted}


def search_in_nothing(tf):
    x, v = _x(tf), tf.placeholder("float32", [None, None], name="v")
    return {"y": tf.raw_ops.LowerBound(sorted_inputs=x, values=v)}, {
        x: np.zeros((2, 0)), v: [[1.0], [2.0]]
    }  # fmt: skip


def nth_element(tf):
    x, n = _x(tf, [None, 4]), tf.placeholder("int32", [], name="n")
    a = tf.raw_ops.NthElement(input=x, n=1)
    b = tf.raw_ops.NthElement(input=x, n=n, reverse=True)
    d = tf.gradients([a * a, b], x)[0]
    return {"a": a, "b": b, "d": d, "int": tf.raw_ops.NthElement(input=[[3, 1, 2]], n=2)}, {
        x: MIXED, n: 1
    }  # fmt: skip


def nth_element_too_large(tf):
    x, n = _x(tf), tf.placeholder("int32", [], name="n")
    return {"a": tf.raw_ops.NthElement(input=x, n=n)}, {x: MIXED, n: 4}


def unravel(tf):
    i, d = tf.placeholder("int32", [None], name="i"), tf.placeholder("int32", [None], name="d")
    j = tf.placeholder("int64", [], name="j")
    results = {
        "a": tf.unravel_index([2, 5], [2, 3]),
        "b": tf.unravel_index(i, [3, 4], name="named"),
        "c": tf.unravel_index(i, d),
        "e": tf.unravel_index(j, tf.constant([5, 6], tf.int64)),
        "f": tf.unravel_index(i * 2, d) + 1,
    }
    return results, {i: [0, 3, 5], d: [2, 3, 2], j: 29}


def unravel_too_large(tf):
    i = tf.placeholder("int32", [None], name="i")
    return {"y": tf.unravel_index(i, [2, 3])}, {i: [6]}


def edit_distance(tf):
    places = tf.placeholder("int64", [None, 2], name="p")
    values = tf.placeholder("int32", [None], name="v")
    a = tf.SparseTensor([[0, 0, 0], [1, 0, 0]], ["a", "b"], [2, 1, 1])
    b = tf.SparseTensor(
        [[0, 1, 0], [1, 0, 0], [1, 0, 1], [1, 1, 0]], ["a", "b", "c", "a"], [2, 2, 2]
    )
    c = tf.SparseTensor([[0, 0], [0, 1], [0, 2]], [1, 2, 3], [1, 3])
    d = tf.SparseTensor(places, values, [2, 4])
    results = {
        "text": tf.edit_distance(a, b),
        "steps": tf.edit_distance(a, b, normalize=False, name="named"),
        "numbers": tf.edit_distance(c, d),
        "back": tf.edit_distance(d, c, normalize=False),
    }
    return results, {places: [[0, 0], [0, 1], [1, 0], [1, 3]], values: [2, 4, 5, 6]}


def sort(tf):
    x, u = _x(tf), tf.placeholder("float32", None, name="u")
    a = tf.sort(x)
    b = tf.sort(x, axis=0, direction="DESCENDING", name="named")
    results = {
        "a": a,
        "b": b,
        "d": tf.gradients(a * [1.0, 2.0, 3.0, 4.0], x)[0],
        "places": tf.argsort(x),
        "first": tf.argsort(x, axis=-2, direction="DESCENDING", stable=True),
        "int": tf.sort([3, -1, 2]),
        "int_places": tf.argsort([3, -1, 2, 3]),
        "byte": tf.sort(tf.constant([3, 200, 7], tf.uint8)),
        "deep": tf.sort(np.array([[[3, 1], [2, 5]], [[0, 9], [4, 4]]]), axis=1),
        "unknown": tf.sort(u, axis=0),
        "last": tf.sort(u),
    }
    return results, {x: MIXED, u: MIXED}


def repeat(tf):
    x, n = _x(tf, [None, 2]), tf.placeholder("int32", [None], name="n")
    m = tf.placeholder("int32", [], name="m")
    static = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    y = tf.repeat(x, n, axis=0)
    results = {
        "y": y,
        "d": tf.gradients(y * y, x)[0],
        "all": tf.repeat(static, 2),
        "one": tf.repeat(static, 3, axis=1, name="named"),
        "each": tf.repeat(static, [0, 2], axis=0),
        "column": tf.repeat(static, [2, 1], axis=-1),
        "scalar": tf.repeat(5, 3),
        "text": tf.repeat(["a", "b"], [1, 2]),
        "fed": tf.repeat(x, m, axis=1),
        "long": tf.repeat([7, 8], tf.constant([1, 2], tf.int64)),
    }
    return results, {x: [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], n: [2, 0, 1], m: 2}


def updates(tf):
    """Parts of a copy, and of variables."""
    x, v = _x(tf, [3, 4]), tf.placeholder("float32", [2], name="v")
    masks = {"begin_mask": 1, "end_mask": 2, "ellipsis_mask": 0, "new_axis_mask": 0,
             "shrink_axis_mask": 0}  # fmt: skip
    y = tf.raw_ops.TensorStridedSliceUpdate(
        input=x, begin=[0, 1], end=[2, 3], strides=[1, 1], value=v
    )
    z = tf.raw_ops.TensorStridedSliceUpdate(
        input=x, begin=[9, 2], end=[3, 9], strides=[2, 1], value=[[7.0, 8.0], [9.0, 6.0]], **masks
    )
    d = tf.gradients([y * y, z], [x, v])
    added = tf.raw_ops.ScatterNdNonAliasingAdd(
        input=x, indices=[[0, 1], [2, 2], [0, 1]], updates=[1.0, 2.0, 3.0]
    )
    dd = tf.gradients(added * added, x)[0]
    flags = tf.raw_ops.ScatterNdNonAliasingAdd(
        input=[True, False, False], indices=[[0], [1]], updates=[False, True]
    )
    results = {"y": y, "z": z, "dx": d[0], "dv": d[1], "added": added, "dd": dd, "flags": flags}
    i = tf.placeholder("int32", [None], name="i")
    for k, name in enumerate(("InplaceUpdate", "InplaceAdd", "InplaceSub")):
        results[name] = getattr(tf.raw_ops, name)(x=x + float(k), i=i, v=x[:2])  # never shared
    return results, {x: X, v: [50.0, 60.0], i: [2, 0]}


def batch_scatter_update(tf):
    ref = tf.Variable(np.zeros((2, 3), np.float32), name="ref")
    y = tf.batch_scatter_update(ref, [[0, 2], [1, 0]], [[1.0, 2.0], [3.0, 4.0]], name="scope")
    return {"y": y}, {}


def copies(tf):
    x = _x(tf, [2, 2])
    empty = tf.raw_ops.Empty(shape=[2, 3], dtype=tf.float32, init=True)
    results = {
        "guarantee": tf.guarantee_const(x),
        "deep": tf.raw_ops.DeepCopy(x=x * 2.0),
        "empty": empty * 1.0,
        "dim_map": tf.raw_ops.DataFormatDimMap(x=[0, 1, 2, 3, -1, -4]),
        "back": tf.raw_ops.DataFormatDimMap(x=3, src_format="NCHW", dst_format="NHWC"),
        "permute": tf.raw_ops.DataFormatVecPermute(x=[1, 2, 3, 4]),
        "space": tf.raw_ops.DataFormatVecPermute(x=[[1, 2], [3, 4]]),
    }
    return results, {x: [[1.0, 2.0], [3.0, 4.0]]}


def check_numerics(tf):
    x = _x(tf)
    y = tf.raw_ops.CheckNumericsV2(tensor=x, message="words")
    return {"y": y, "d": tf.gradients(y, x)[0]}, {x: X}


def check_numerics_fails(tf):
    x = _x(tf)
    return {"y": tf.raw_ops.CheckNumericsV2(tensor=tf.log(x), message="words")}, {x: X}


def unique_rows(tf):
    x = tf.placeholder("int32", [None, 2], name="x")
    v = tf.placeholder("float32", [None], name="v")
    rows = tf.raw_ops.UniqueV2(x=x, axis=[0])
    columns = tf.raw_ops.UniqueWithCountsV2(x=[[1, 1, 2], [3, 3, 4]], axis=[-1], out_idx=tf.int64)
    plain = tf.raw_ops.UniqueV2(x=v, axis=tf.constant([], tf.int64))
    results = {f"r{i}": t for i, t in enumerate(rows)}
    results.update({f"c{i}": t for i, t in enumerate(columns)})
    results.update({f"p{i}": t for i, t in enumerate(plain)})
    return results, {x: [[1, 0], [2, 0], [1, 0]], v: [4.0, 3.0, 4.0]}


CASES = {
    "reverse_sequence": reverse_sequence, "reverse_sequence_shapes": reverse_sequence_shapes,
    "reverse_sequence_too_long": reverse_sequence_too_long, "reverse_old": reverse_old,
    "search": search, "search_in_nothing": search_in_nothing, "nth_element": nth_element,
    "nth_element_too_large": nth_element_too_large, "unravel": unravel,
    "unravel_too_large": unravel_too_large, "edit_distance": edit_distance, "sort": sort,
    "repeat": repeat, "updates": updates, "batch_scatter_update": batch_scatter_update,
    "copies": copies,
    "check_numerics": check_numerics, "check_numerics_fails": check_numerics_fails,
    "unique_rows": unique_rows,
}  # fmt: skip
