"""Sparse tensors, sets, sparse segments."""

import numpy as np

AT = [[0, 1], [1, 0]]
W = np.ones((3, 2))


def _s(tf, p, at=AT, values=(1.0, 2.0), shape=(2, 3)):
    return tf.SparseTensor(p(at, "int64"), p(values), p(shape, "int64"))


ROWS = [
    ("order", lambda tf, p: tf.sparse.to_dense(_s(tf, p, AT[::-1]))),
    ("outside", lambda tf, p: tf.sparse.to_dense(_s(tf, p, [[0, 1], [2, 0]]))),
    ("repeated", lambda tf, p: tf.sparse.to_dense(_s(tf, p, [[0, 1], [0, 1]]))),
    ("values_count", lambda tf, p: tf.sparse.to_dense(_s(tf, p, values=(1.0,)))),
    ("shape_count", lambda tf, p: tf.sparse.to_dense(_s(tf, p, shape=(2, 3, 4)))),
    ("values_rank", lambda tf, p: tf.sparse.to_dense(_s(tf, p, values=((1.0, 2.0),)))),
    ("to_dense_default", lambda tf, p: tf.sparse.to_dense(_s(tf, p), default_value=p([1.0]))),
    ("dense_indices", lambda tf, p: tf.sparse_to_dense(p([[[0]]]), p([2]), p([1.0]))),
    ("dense_outside", lambda tf, p: tf.sparse_to_dense(p([3]), p([2]), p([1.0]))),
    ("dense_values", lambda tf, p: tf.sparse_to_dense(p([0, 1]), p([2]), p([1.0, 2.0, 3.0]))),
    ("dense_shape_rank", lambda tf, p: tf.sparse_to_dense(p([0, 1]), p(2), p([1.0, 2.0]))),
    ("dense_shape_length", lambda tf, p: tf.sparse_to_dense(p([[0, 1]]), p([2]), p([1.0]))),
    ("add_shapes", lambda tf, p: tf.sparse.add(_s(tf, p), tf.SparseTensor(AT, [1.0, 2.0], [3, 3]))),
    ("add_dense_shape", lambda tf, p: tf.sparse.add(_s(tf, p), p(np.ones((3, 2))))),
    ("times_dense_shape", lambda tf, p: _s(tf, p) * p(np.ones((2, 2)))),
    ("matmul_inner", lambda tf, p: tf.sparse.matmul(_s(tf, p), p(np.ones((2, 2))))),
    ("matmul_rank", lambda tf, p: tf.sparse.matmul(_s(tf, p), p(np.ones(3)))),
    (
        "matmul_outside",
        lambda tf, p: tf.sparse.matmul(_s(tf, p, [[0, 1], [1, 3]]), p(np.ones((3, 2)))),
    ),
    (
        "matmul_adjoint",
        lambda tf, p: tf.sparse.matmul(_s(tf, p), p(np.ones((3, 2))), adjoint_a=True),
    ),
    ("reshape_size", lambda tf, p: tf.sparse.reshape(_s(tf, p), p([4, 2]))),
    ("reshape_free", lambda tf, p: tf.sparse.reshape(_s(tf, p), p([-1, -1]))),
    ("reshape_multiple", lambda tf, p: tf.sparse.reshape(_s(tf, p), p([4, -1]))),
    ("slice_start", lambda tf, p: tf.sparse.slice(_s(tf, p), p([0], "int64"), p([1, 1], "int64"))),
    (
        "slice_negative",
        lambda tf, p: tf.sparse.slice(_s(tf, p), p([-1, 0], "int64"), p([1, 1], "int64")),
    ),
    ("transpose_count", lambda tf, p: tf.sparse.transpose(_s(tf, p), [0, 1, 2])),
    ("transpose_twice", lambda tf, p: tf.sparse.transpose(_s(tf, p), [1, 1])),
    ("reduce_axis", lambda tf, p: tf.sparse.reduce_sum(_s(tf, p), axis=2)),
    ("reduce_max_axis", lambda tf, p: tf.sparse.reduce_max(_s(tf, p), axis=-3)),
    (
        "softmax_vector",
        lambda tf, p: tf.sparse.softmax(
            tf.SparseTensor(p([[0]], "int64"), p([1.0]), p([2], "int64"))
        ),
    ),
    (
        "concat_ranks",
        lambda tf, p: tf.sparse.concat(0, [_s(tf, p), tf.SparseTensor([[0]], [1.0], [2])]),
    ),
    (
        "concat_axis",
        lambda tf, p: tf.sparse.concat(2, [_s(tf, p), tf.SparseTensor(AT, [1.0, 2.0], [2, 3])]),
    ),
    (
        "concat_sizes",
        lambda tf, p: tf.sparse.concat(1, [_s(tf, p), tf.SparseTensor(AT, [1.0, 2.0], [3, 3])]),
    ),
    ("split_axis", lambda tf, p: tf.sparse.split(sp_input=_s(tf, p), num_split=2, axis=2)),
    ("split_zero", lambda tf, p: tf.sparse.split(sp_input=_s(tf, p), num_split=0, axis=1)),
    ("split_many", lambda tf, p: tf.sparse.split(sp_input=_s(tf, p), num_split=4, axis=1)),
    ("retain_length", lambda tf, p: tf.sparse.retain(_s(tf, p), p([True, False, True]))),
    ("fill_rows_default", lambda tf, p: tf.sparse.fill_empty_rows(_s(tf, p), p([0.0]))),
    (
        "fill_rows_outside",
        lambda tf, p: tf.sparse.fill_empty_rows(_s(tf, p, [[0, 1], [3, 0]]), p(0.0)),
    ),
    ("reset_small", lambda tf, p: tf.sparse.reset_shape(_s(tf, p), p([1, 3], "int64"))),
    ("reset_rank", lambda tf, p: tf.sparse.reset_shape(_s(tf, p), p([2, 3, 4], "int64"))),
    (
        "indicator_rank",
        lambda tf, p: tf.sparse.to_indicator(
            tf.SparseTensor(p([[0, 0]], "int64"), p([5]), p([1, 1], "int64")), 3
        ),
    ),
    ("indicator_float", lambda tf, p: tf.sparse.to_indicator(_s(tf, p), 3)),
    (
        "maximum_shapes",
        lambda tf, p: tf.sparse.maximum(_s(tf, p), tf.SparseTensor(AT, [1.0, 2.0], [3, 3])),
    ),
    ("set_rank", lambda tf, p: tf.sets.intersection(p([1]), p([1]))),
    ("set_groups", lambda tf, p: tf.sets.difference(p([[1]]), p([[1], [2]]))),
    ("set_types", lambda tf, p: tf.sets.union(p([[1]]), p([[1.0]]))),
    ("set_dtypes", lambda tf, p: tf.sets.union(p([[1]]), p([[1]], "int64"))),
    ("set_ranks", lambda tf, p: tf.sets.union(p([[1]]), p([[[1]]]))),
    (
        "set_sparse_dense",
        lambda tf, p: tf.sets.union(
            tf.SparseTensor(p([[0, 0]], "int64"), p([5]), p([1, 1], "int64")), p([[1]])
        ),
    ),
    (
        "set_sparse_order",
        lambda tf, p: tf.sets.size(
            tf.SparseTensor(p(AT[::-1], "int64"), p([5, 6]), p([2, 3], "int64"))
        ),
    ),
    ("segment_sum_range", lambda tf, p: tf.sparse_segment_sum(p(W), p([0, 3]), p([0, 1]))),
    ("segment_sum_negative", lambda tf, p: tf.sparse_segment_sum(p(W), p([0, -1]), p([0, 1]))),
    ("segment_sum_order", lambda tf, p: tf.sparse_segment_sum(p(W), p([0, 1]), p([1, 0]))),
    ("segment_sum_lengths", lambda tf, p: tf.sparse_segment_sum(p(W), p([0, 1, 2]), p([0, 1]))),
    ("segment_sum_ranks", lambda tf, p: tf.sparse_segment_sum(p(W), p([[0, 1]]), p([[0, 1]]))),
    ("segment_sum_scalar", lambda tf, p: tf.sparse_segment_sum(p(1.0), p([0]), p([0]))),
    (
        "segment_sum_segment_negative",
        lambda tf, p: tf.sparse_segment_sum(p(W), p([0, 1]), p([-1, 0])),
    ),
    (
        "segment_num_few",
        lambda tf, p: tf.sparse_segment_sum(p(W), p([0, 1]), p([0, 1]), num_segments=p(1)),
    ),
    (
        "segment_num_negative",
        lambda tf, p: tf.sparse_segment_mean(p(W), p([0, 1]), p([0, 1]), num_segments=p(-1)),
    ),
    (
        "segment_num_vector",
        lambda tf, p: tf.sparse_segment_sqrt_n(p(W), p([0, 1]), p([0, 1]), num_segments=p([2])),
    ),
    ("segment_mean_integers", lambda tf, p: tf.sparse_segment_mean(p([[1]]), p([0]), p([0]))),
    ("segment_float_ids", lambda tf, p: tf.sparse_segment_sum(p(W), p([0.0]), p([0]))),
]
