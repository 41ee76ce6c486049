"""Array functions: axes, lengths, indices."""

from .harness import ph


def case_reduce_axis(tf):
    return tf.reduce_sum(ph(tf, [2, 3]), axis=2)


def case_reduce_axis_negative(tf):
    return tf.reduce_mean(ph(tf, [2, 3]), axis=-3)


def case_reduce_axis_float(tf):
    return tf.reduce_sum(ph(tf, [2, 3]), axis=1.0)


def case_reduce_axis_twice(tf):
    return str(tf.reduce_sum(ph(tf, [2, 3]), axis=[0, 0]).shape)


def case_reduce_both_axis_names(tf):
    return tf.reduce_sum(ph(tf, [2, 3]), axis=0, reduction_indices=1)


def case_argmax_axis(tf):
    return tf.argmax(ph(tf, [2, 3]), 2)


def case_argmax_scalar(tf):
    return str(tf.argmax(ph(tf, [])).shape)


def case_softmax_axis(tf):
    return tf.nn.softmax(ph(tf, [2, 3]), axis=2)


def case_softmax_scalar(tf):
    return tf.nn.softmax(ph(tf, []))


def case_transpose_perm_length(tf):
    return tf.transpose(ph(tf, [2, 3]), [0, 1, 2])


def case_transpose_perm_twice(tf):
    return str(tf.transpose(ph(tf, [2, 3]), [0, 0]).shape)


def case_transpose_perm_range(tf):
    return tf.transpose(ph(tf, [2, 3]), [0, 2])


def case_expand_dims_axis(tf):
    return tf.expand_dims(ph(tf, [2, 3]), 4)


def case_expand_dims_none(tf):
    return tf.expand_dims(ph(tf, [2, 3]))


def case_squeeze_not_one(tf):
    return tf.squeeze(ph(tf, [2, 3]), [0])


def case_squeeze_axis(tf):
    return tf.squeeze(ph(tf, [1, 3]), [2])


def case_split_not_divisible(tf):
    return tf.split(ph(tf, [2, 5]), 2, axis=1)


def case_split_sizes(tf):
    return tf.split(ph(tf, [2, 5]), [2, 2], axis=1)


def case_split_axis(tf):
    return tf.split(ph(tf, [2, 5]), 2, axis=2)


def case_split_unknown_number(tf):
    return tf.split(ph(tf, [4]), ph(tf, None, "sizes", tf.int32))


def case_stack_shapes(tf):
    return tf.stack([ph(tf, [2], "a"), ph(tf, [3], "b")])


def case_stack_axis(tf):
    return tf.stack([ph(tf, [2], "a"), ph(tf, [2], "b")], axis=2)


def case_stack_empty(tf):
    return str(tf.stack([]).shape)


def case_unstack_unknown(tf):
    return tf.unstack(ph(tf, [None, 2]))


def case_unstack_number(tf):
    return tf.unstack(ph(tf, [3, 2]), num=2)


def case_unstack_axis(tf):
    return tf.unstack(ph(tf, [3, 2]), axis=2)


def case_one_hot_float_indices(tf):
    return tf.one_hot([0.0, 1.0], 3)


def case_one_hot_on_off_dtype(tf):
    return tf.one_hot([0, 1], 3, on_value=1.0, off_value=0)


def case_one_hot_dtype(tf):
    return tf.one_hot([0, 1], 3, on_value=1.0, off_value=0.0, dtype=tf.int32)


def case_one_hot_depth(tf):
    return tf.one_hot([0, 1], -1)


def case_one_hot_axis(tf):
    return str(tf.one_hot([0, 1], 3, axis=2).shape)


def case_gather_float(tf):
    return tf.gather(ph(tf, [3]), [0.0])


def case_gather_scalar(tf):
    return tf.gather(ph(tf, []), [0])


def case_gather_axis(tf):
    return tf.gather(ph(tf, [3]), [0], axis=1)


def case_gather_constant_out_of_range(tf):
    return tf.gather(tf.constant([1.0, 2.0]), [5]).shape.as_list()


def case_range_zero_delta(tf):
    return tf.range(0, 3, 0)


def case_range_wrong_way(tf):
    return tf.range(3, 0)


def case_range_string(tf):
    return tf.range("a")


def case_slice_size(tf):
    return str(tf.slice(ph(tf, [3]), [1], [5]).shape)


def case_slice_rank(tf):
    return tf.slice(ph(tf, [3, 3]), [1], [1])


def case_clip_by_value_dtype(tf):
    return tf.clip_by_value(tf.constant([1.0]), 0, tf.constant(2))


def case_reverse_axis(tf):
    return tf.reverse(ph(tf, [2]), [1])


def case_segment_sum_float_ids(tf):
    return tf.segment_sum(ph(tf, [3]), [0.0, 0.0, 1.0])


def case_dropout_keep_prob(tf):
    return tf.nn.dropout(ph(tf, [3]), keep_prob=1.5)


def case_dropout_rate(tf):
    return tf.nn.dropout(ph(tf, [3]), rate=1.5)


def case_dropout_int(tf):
    return tf.nn.dropout(tf.constant([1]), keep_prob=0.5)


def case_matmul_none(tf):
    return tf.matmul(None, tf.constant([[1.0]]))


def case_dynamic_partition_rank(tf):
    return tf.dynamic_partition(ph(tf, [3]), ph(tf, [2], "p", tf.int32), 2)


def case_conv2d_channels(tf):
    return tf.nn.conv2d(
        ph(tf, [1, 4, 4, 3]), ph(tf, [2, 2, 4, 5], "f"), [1, 1, 1, 1], padding="SAME"
    )


def case_conv2d_padding(tf):
    return tf.nn.conv2d(
        ph(tf, [1, 4, 4, 3]), ph(tf, [2, 2, 3, 5], "f"), [1, 1, 1, 1], padding="same"
    )


def case_unknown_keyword(tf):
    return tf.reduce_sum(tf.constant([1.0]), dims=0)


def case_unknown_attribute(tf):
    return tf.reduce_summ
