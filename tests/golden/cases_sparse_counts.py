"""Cases of counting with sparse tensors, for TensorFlow and tfgrad alike."""

import numpy as np

MATRIX = np.array([[1, 5, 1], [0, 2, 2]])
AT, SHAPE = np.array([[0, 0], [0, 2], [2, 1]], np.int64), np.array([4, 3], np.int64)


def _flat(s) -> dict:
    return {"i": s.indices, "v": s.values, "s": s.dense_shape}


def _dense(values, weights=None, shape=None, dtype=np.int32, **options):
    def build(tf):
        x = tf.placeholder(tf.as_dtype(dtype), shape, name="x")
        return _flat(tf.sparse.bincount(x, weights, **options)), {x: np.array(values, dtype)}

    return build


def _sparse(values, weights=None, at=AT, lengths=SHAPE, **options):
    def build(tf):
        s = tf.sparse_placeholder(tf.int64, name="s")
        feeds = {s: (at, np.array(values, np.int64), lengths)}
        w = None
        if weights is not None:
            w = tf.SparseTensor(s.indices, tf.constant(weights), s.dense_shape)
        return _flat(tf.sparse.bincount(s, w, **options)), feeds

    return build


def _to_dense(at, lengths, weights=(), size=6, values=(4, 1, 4), known=False, binary=False):
    def build(tf):
        x = tf.placeholder(tf.int64, None if known else [None], name="x")
        shape = tf.placeholder(tf.int64, None, name="shape")
        given = tf.constant(lengths, tf.int64) if known else shape
        y = tf.raw_ops.SparseBincount(
            indices=tf.constant(at, tf.int64), values=x, dense_shape=given,
            size=tf.constant(size, tf.int64), weights=tf.constant(weights, tf.float32),
            binary_output=binary,
        )  # fmt: skip
        return {"y": y}, {x: values, shape: lengths}

    return build


def _crossed(dense, buckets=0, strong=False, salt=(1, 2), sparse=False):
    def build(tf):
        inputs = {"indices": [], "values": [], "shapes": []}
        if sparse:
            inputs = {
                "indices": [tf.constant([[0, 0], [1, 0], [1, 1]], tf.int64)],
                "values": [tf.constant(["p", "q", "a longer text"])],
                "shapes": [tf.constant([2, 2], tf.int64)],
            }
        found = tf.raw_ops.SparseCrossHashed(
            **inputs, dense_inputs=[tf.constant(d) for d in dense],
            num_buckets=tf.constant(buckets, tf.int64), strong_hash=tf.constant(strong),
            salt=tf.constant(salt, tf.int64),
        )  # fmt: skip
        return {"i": found[0], "v": found[1], "s": found[2]}, {}

    return build


TEXTS = [["a", "b"], ["c", "d"]]
NUMBERS = np.array([[5], [-7]], np.int64)

CASES = {
    "dense": _dense(MATRIX), "rows": _dense(MATRIX, axis=-1, shape=(None, 3)),
    "rows_weighted": _dense(MATRIX, [[0.5, 1.0, 2.0], [3.0, 4.0, -5.0]], axis=-1, dtype=np.int64),
    "weighted": _dense([1, 5, 1, 3], [1, 2, 3, 4], minlength=8, shape=(4,)),
    "longer": _dense([1, 5, 1, 3], minlength=8, name="named"),
    "shorter": _dense(MATRIX, maxlength=3, axis=-1),
    "between": _dense(MATRIX, minlength=2, maxlength=4, axis=-1, binary_output=True),
    "nothing": _dense(np.zeros(0)), "no_columns": _dense(np.zeros((2, 0)), axis=-1),
    "no_rows": _dense(np.zeros((0, 2)), axis=-1), "negative": _dense([1, -1]),
    "cube": _dense(np.zeros((1, 1, 1)), axis=-1),
    "sparse": _sparse([4, 1, 4]), "sparse_rows": _sparse([4, 1, 4], axis=-1),
    "sparse_weighted": _sparse([4, 1, 4], [1.5, 2.5, 3.5], minlength=7, axis=-1),
    "sparse_weighted_all": _sparse([4, 1, 4], [1.5, 2.5, 3.5]),
    "sparse_binary": _sparse([4, 4, 4], axis=-1, binary_output=True, maxlength=9),
    "sparse_vector": _sparse([4, 1, 4], at=AT[:, 1:], lengths=SHAPE[1:], axis=-1),
    "sparse_outside": _sparse([4, 1, 4], lengths=np.array([1, 3]), axis=-1),
    "sparse_negative": _sparse([4, -1, 4], axis=-1),
    "to_rows": _to_dense(AT, [4, 3]), "to_rows_known": _to_dense(AT, [4, 3], known=True),
    "to_rows_weighted": _to_dense(AT, [4, 3], [1.0, 2.0, 3.0], size=5),
    "to_rows_binary": _to_dense(AT, [4, 3], binary=True, values=(4, 4, 4)),
    "to_rows_cut": _to_dense(AT, [4, 3], size=3),
    "to_vector": _to_dense(AT[:, 1:], [4], known=True),
    "to_vector_binary": _to_dense(AT[:, 1:], [4], binary=True),
    "to_vector_negative": _to_dense(AT[:, 1:], [4], values=(4, -1, 4)),
    "to_nothing": _to_dense(AT, [4, 3], size=0),
    "to_outside": _to_dense(AT, [1, 3]), "to_other_rank": _to_dense(AT, [4]),
    "crossed": _crossed([TEXTS, NUMBERS]), "crossed_sparse": _crossed([TEXTS], 100, sparse=True),
    "crossed_strong": _crossed([TEXTS], 1000, True, (3, 4), sparse=True),
    "crossed_numbers": _crossed([NUMBERS, NUMBERS]), "crossed_one": _crossed([NUMBERS], 7),
    "crossed_salt": _crossed([TEXTS], salt=(1, 2, 3)),
    "crossed_rows": _crossed([TEXTS, TEXTS[:1]]),
}  # fmt: skip
