"""Sparse tensors and sets."""

import numpy as np

from .harness import ph, run

AT = [[0, 1], [1, 0]]


def _s(tf, values=(1.0, 2.0), shape=(2, 3), at=AT):
    return tf.SparseTensor(at, list(values), list(shape))


def case_sparse_indices_rank(tf):
    return tf.SparseTensor([0, 1], [1.0, 2.0], [2, 3])


def case_sparse_indices_float(tf):
    return tf.SparseTensor([[0.5, 1.0]], [1.0], [2, 3])


def case_sparse_values_rank(tf):
    return tf.SparseTensor(AT, [[1.0, 2.0]], [2, 3])


def case_sparse_values_length(tf):
    return tf.SparseTensor(AT, [1.0], [2, 3])


def case_sparse_shape_length(tf):
    return tf.SparseTensor(AT, [1.0, 2.0], [2])


def case_sparse_from_value(tf):
    return tf.SparseTensor.from_value([1.0])


def case_sparse_convert_dtype(tf):
    return tf.convert_to_tensor_or_sparse_tensor(_s(tf), tf.int32)


def case_sparse_as_tensor(tf):
    return tf.identity([_s(tf)])


def case_sparse_times_wrong_dtype(tf):
    return _s(tf) * tf.constant([1, 2, 3])


def case_sparse_add_dense_only(tf):
    return tf.sparse.add(tf.constant(1.0), tf.constant(2.0))


def case_sparse_add_shapes(tf):
    return tf.sparse.add(_s(tf), _s(tf, shape=(3, 3)))


def case_sparse_add_dtypes(tf):
    return tf.sparse.add(_s(tf), _s(tf, (1, 2)))


def case_sparse_add_both_thresholds(tf):
    return tf.sparse.add(_s(tf), _s(tf), threshold=1, thresh=1)


def case_sparse_add_dense_wrong(tf):
    return run(tf, tf.sparse.add(_s(tf), tf.ones([2, 2])))


def case_sparse_matmul_dense(tf):
    return tf.sparse.matmul(tf.constant([[1.0]]), tf.constant([[1.0]]))


def case_sparse_matmul_inner(tf):
    return tf.sparse.matmul(_s(tf), tf.ones([2, 2]))


def case_sparse_matmul_rank(tf):
    return tf.sparse.matmul(_s(tf), tf.ones([3]))


def case_sparse_matmul_dtype(tf):
    return tf.sparse.matmul(_s(tf), tf.ones([3, 1], tf.float64))


def case_sparse_to_dense_not_sparse(tf):
    return tf.sparse.to_dense([1.0])


def case_sparse_to_dense_default_dtype(tf):
    return tf.sparse.to_dense(_s(tf), default_value="a")


def case_sparse_to_dense_unsorted(tf):
    return run(tf, tf.sparse.to_dense(_s(tf, at=AT[::-1])))


def case_sparse_to_dense_repeated(tf):
    return run(tf, tf.sparse.to_dense(_s(tf, at=[[0, 1], [0, 1]])))


def case_sparse_to_dense_out_of_range(tf):
    return run(tf, tf.sparse.to_dense(_s(tf, at=[[0, 1], [2, 1]])))


def case_sparse_reorder_not_sparse(tf):
    return tf.sparse.reorder(tf.constant([1.0]))


def case_sparse_reshape_size(tf):
    return tf.sparse.reshape(_s(tf), [4, 2])


def case_sparse_reshape_two_free(tf):
    return tf.sparse.reshape(_s(tf), [-1, -1])


def case_sparse_reduce_both_axes(tf):
    return tf.sparse.reduce_sum(_s(tf), axis=0, reduction_axes=0)


def case_sparse_reduce_axis(tf):
    return run(tf, tf.sparse.reduce_sum(_s(tf), axis=2))


def case_sparse_concat_not_a_list(tf):
    return tf.sparse.concat(0, _s(tf))


def case_sparse_concat_dense(tf):
    return tf.sparse.concat(0, [_s(tf), tf.constant(1.0)])


def case_sparse_concat_lengths(tf):
    y = tf.sparse.concat(0, [_s(tf), _s(tf, shape=(2, 4))])
    return run(tf, y.values)


def case_sparse_split_by_position(tf):
    return tf.sparse.split(_s(tf), 2, 0)


def case_sparse_split_without_axis(tf):
    return tf.sparse.split(sp_input=_s(tf), num_split=2)


def case_sparse_split_too_many(tf):
    return run(tf, tf.sparse.split(sp_input=_s(tf), num_split=4, axis=1)[0].values)


def case_sparse_retain_rank(tf):
    return tf.sparse.retain(_s(tf), [[True, False]])


def case_sparse_retain_length(tf):
    return tf.sparse.retain(_s(tf), [True])


def case_sparse_reset_shape_small(tf):
    return tf.sparse.reset_shape(_s(tf), [1, 3])


def case_sparse_reset_shape_rank(tf):
    return tf.sparse.reset_shape(_s(tf), [2, 3, 4])


def case_sparse_merge_lengths(tf):
    ids = _s(tf, (1, 2))
    return tf.sparse.merge([ids, ids], _s(tf), [5])


def case_sparse_eye_float(tf):
    return tf.sparse.eye(2.5)


def case_sparse_expand_dims_float(tf):
    return tf.sparse.expand_dims(_s(tf), 0.5)


def case_sparse_cross_not_a_list(tf):
    return tf.sparse.cross(tf.constant([["a"]]))


def case_sparse_cross_numpy(tf):
    return tf.sparse.cross([np.array([[1]])])


def case_sparse_feed_wrong_rank(tf):
    s = tf.sparse_placeholder(tf.float32, name="s")
    return run(tf, tf.sparse.reduce_sum(s), {s: (AT, [[1.0, 2.0]], [2, 3])})


def case_sparse_not_fed(tf):
    s = tf.sparse_placeholder(tf.float32, name="s")
    return run(tf, s.values)


def case_sparse_gradients_x(tf):
    s = _s(tf)
    return tf.gradients(tf.sparse.to_dense(s), s)


def case_sparse_gradients_y(tf):
    s = _s(tf)
    return tf.gradients(s, s.values)


def case_sparse_gradients_grad_y(tf):
    x = ph(tf, [2, 3])
    return tf.gradients(tf.square(x), x, grad_ys=_s(tf))


def case_sparse_sets_float(tf):
    return tf.sets.size(_s(tf))


def case_sparse_sets_dense_size(tf):
    return tf.sets.size(tf.constant([[1]], name="c"))


def case_sparse_sets_rank(tf):
    return tf.sets.union(tf.constant([1]), tf.constant([2]))


def case_sparse_sets_groups(tf):
    return tf.sets.union(tf.constant([[1]]), tf.constant([[1], [2]]))


def case_sparse_embedding_dense_ids(tf):
    return tf.nn.embedding_lookup_sparse(tf.ones([2, 2]), tf.constant([1]), None)


def case_sparse_embedding_combiner(tf):
    return tf.nn.embedding_lookup_sparse(tf.ones([2, 2]), _s(tf, (1, 0)), None, combiner="max")


def case_sparse_embedding_lengths(tf):
    weights = tf.SparseTensor([[0, 0]], [1.0], [2, 3])
    return tf.nn.embedding_lookup_sparse(tf.ones([2, 2]), _s(tf, (1, 0)), weights)


def case_sparse_segment_lengths(tf):
    return tf.sparse.segment_sum(tf.ones([3, 2]), [0, 1], [0, 0, 1])


def case_sparse_segment_decrease(tf):
    return run(tf, tf.sparse.segment_sum(tf.ones([3, 2]), [0, 1], [1, 0]))


def case_sparse_segment_row(tf):
    return run(tf, tf.sparse.segment_mean(tf.ones([3, 2]), [0, 3], [0, 1]))


def case_sparse_segment_integer_mean(tf):
    return tf.sparse.segment_mean(tf.ones([3, 2], tf.int32), [0, 1], [0, 1])
