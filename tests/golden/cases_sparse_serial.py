"""Cases of sparse tensors as texts and between runs, for TensorFlow and tfgrad alike."""

import numpy as np

AT, SHAPE = np.array([[0, 0], [1, 2], [2, 1]], np.int64), np.array([3, 4], np.int64)


def _sparse_ops(tf):
    if hasattr(tf, "python"):
        return tf.python.ops.sparse_ops
    from tensorflow.python.ops import sparse_ops

    return sparse_ops


def _fed(tf, values, rank=2):
    """A sparse tensor of which nothing is known, and its value."""
    values = np.array(values, object if isinstance(values[0], bytes) else None)
    dtype = tf.string if values.dtype == object else tf.as_dtype(values.dtype)
    s = tf.sparse_placeholder(dtype, name="s")
    n = len(values)
    at = AT[:n] if rank == 2 else np.stack([AT[:n, 0], AT[:n, 1], AT[:n, 0]], 1)
    shape = SHAPE if rank == 2 else np.array([3, 4, 5], np.int64)
    return s, {s: (at, values, shape)}


def _flat(**tensors) -> dict:
    found = {}
    for name, s in tensors.items():
        found[f"{name}_i"], found[f"{name}_v"] = s.indices, s.values
        found[f"{name}_s"] = s.dense_shape
    return found


def _written(values, **options):
    def build(tf):
        s, feeds = _fed(tf, values, **options)
        many = tf.serialize_many_sparse(s, name="rows")
        back = tf.deserialize_many_sparse(many, s.dtype, rank=None)
        again = tf.io.deserialize_many_sparse(
            tf.stack([tf.serialize_sparse(s), tf.serialize_sparse(s)]), s.dtype, 3, "back"
        )
        found = tf.raw_ops.DeserializeSparse(serialized_sparse=many, dtype=s.dtype)
        return {
            "many": many, "one": tf.io.serialize_sparse(s), **_flat(back=back, again=again),
            "i": found[0], "v": found[1], "s": found[2],
        }, feeds  # fmt: skip

    return build


def nested(tf):
    s, feeds = _fed(tf, [1.0, 2.0])
    one = tf.serialize_sparse(s)
    x = tf.stack([tf.stack([one, one, one]), tf.stack([one, one, one])])
    found = tf.raw_ops.DeserializeSparse(serialized_sparse=x, dtype=tf.float64)
    single = tf.raw_ops.DeserializeSparse(serialized_sparse=one, dtype=tf.float64)
    return {f"{name}{i}": t for name, f in (("all", found), ("one", single))
            for i, t in enumerate(f)}, feeds  # fmt: skip


def as_variant(tf):
    s, feeds = _fed(tf, [1, 2, 3])
    many = tf.serialize_many_sparse(s, out_type=tf.variant)
    one = tf.serialize_sparse(s, out_type=tf.variant)
    found = {}
    for name, x in (("many", many), ("one", one)):
        parts = tf.raw_ops.DeserializeSparse(serialized_sparse=x, dtype=s.dtype)
        found |= {f"{name}{i}": t for i, t in enumerate(parts)}
    return found, feeds


def no_entries(tf):
    s = tf.SparseTensor(np.zeros((0, 2), np.int64), tf.zeros([0]), SHAPE)
    back = tf.deserialize_many_sparse(tf.serialize_many_sparse(s), tf.float32, rank=2)
    return {"one": tf.serialize_sparse(s), **_flat(back=back)}, {}


def kept(tf):
    ops = _sparse_ops(tf)
    s, feeds = _fed(tf, [1.0, 2.0, 3.0])
    many = ops._add_many_sparse_to_tensors_map(s)
    taken = ops._take_many_sparse_from_tensors_map(many.op, many[::-1], rank=2)
    one = ops._add_sparse_to_tensors_map(s, shared_name="one", name="put")
    again = ops._take_many_sparse_from_tensors_map(one.op, [one], name="take")
    return {"many": many, "one": one, **_flat(taken=taken, again=again)}, feeds


def not_kept(tf):
    ops = _sparse_ops(tf)
    s, feeds = _fed(tf, [1.0, 2.0, 3.0])
    one = ops._add_sparse_to_tensors_map(s)
    with tf.control_dependencies([one]):
        wrong = tf.constant([7], tf.int64)
    return _flat(taken=ops._take_many_sparse_from_tensors_map(one.op, wrong)), feeds


def other_type(tf):
    s, feeds = _fed(tf, [1.0, 2.0, 3.0])
    return _flat(back=tf.deserialize_many_sparse(tf.serialize_many_sparse(s), tf.int32)), feeds


def no_text(tf):
    x = tf.placeholder(tf.string, [None, 3], name="x")
    return _flat(back=tf.deserialize_many_sparse(x, tf.int32)), {x: [["a", "b", "c"]]}


def not_sorted(tf):
    s = tf.SparseTensor(AT[::-1].copy(), [1.0, 2.0, 3.0], SHAPE)
    return {"y": tf.serialize_many_sparse(s)}, {}


def vector(tf):
    s = tf.SparseTensor(AT[:, :1].copy(), [1.0, 2.0, 3.0], SHAPE[:1])
    return {"y": tf.serialize_many_sparse(s)}, {}


CASES = {
    "floats": _written([1.5, -2.0, 3.0]),
    "halves": _written([np.float16(1.5), np.float16(-2.0)]),
    "integers": _written([np.uint8(1), np.uint8(200)]),
    "booleans": _written([True, False]),
    "complex": _written([1 + 2j]),
    "texts": _written([b"a", b"", b"long text"]),
    "rank_3": _written([1.0, 2.0, 3.0], rank=3),
    "nested": nested, "as_variant": as_variant, "no_entries": no_entries, "kept": kept,
    "not_kept": not_kept, "other_type": other_type, "no_text": no_text, "not_sorted": not_sorted,
    "vector": vector,
}  # fmt: skip
