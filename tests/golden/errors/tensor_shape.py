"""Shapes as Python objects."""

from .harness import ph


def case_shape_merge(tf):
    return tf.TensorShape([2, 3]).merge_with([2, 4])


def case_shape_merge_ranks(tf):
    return tf.TensorShape([2, 3]).merge_with([2])


def case_dimension_merge(tf):
    return tf.Dimension(2).merge_with(3)


def case_dimension_negative(tf):
    return tf.Dimension(-1)


def case_dimension_string(tf):
    return tf.Dimension("a")


def case_dimension_float(tf):
    return tf.Dimension(1.5)


def case_dimension_truediv(tf):
    return tf.Dimension(4) / 2


def case_dimension_less_unknown(tf):
    return tf.Dimension(4) < tf.Dimension(None)


def case_dimension_equal_unknown(tf):
    return [tf.Dimension(4) == tf.Dimension(None), tf.Dimension(4) == 4, tf.Dimension(4) != 4]


def case_dimension_int_unknown(tf):
    return int(tf.Dimension(None))


def case_shape_as_list_unknown(tf):
    return tf.TensorShape(None).as_list()


def case_shape_as_list_partial(tf):
    return tf.TensorShape([None, 2]).as_list()


def case_shape_len_unknown(tf):
    return len(tf.TensorShape(None))


def case_shape_iterate_unknown(tf):
    return list(tf.TensorShape(None))


def case_shape_item_unknown(tf):
    return tf.TensorShape(None)[0].value


def case_shape_item_out_of_range(tf):
    return tf.TensorShape([2])[1]


def case_shape_assert_has_rank(tf):
    return tf.TensorShape([2]).assert_has_rank(3)


def case_shape_with_rank(tf):
    return tf.TensorShape([2]).with_rank(3)


def case_shape_with_rank_at_least(tf):
    return tf.TensorShape([2]).with_rank_at_least(3)


def case_shape_with_rank_at_most(tf):
    return tf.TensorShape([2, 2, 2]).with_rank_at_most(2)


def case_shape_assert_same_rank(tf):
    return tf.TensorShape([2]).assert_same_rank([2, 2])


def case_shape_assert_compatible(tf):
    return tf.TensorShape([2, 3]).assert_is_compatible_with([2, 4])


def case_shape_assert_fully_defined(tf):
    return tf.TensorShape([2, None]).assert_is_fully_defined()


def case_shape_equal(tf):
    s = tf.TensorShape
    return [s([2]) == [2], s([None]) == s([None]), s([2]) != [3], s(None) == s(None)]


def case_shape_not_equal_unknown(tf):
    return tf.TensorShape(None) != tf.TensorShape([1])


def case_shape_bad(tf):
    return tf.TensorShape("abc")


def case_shape_bad_dimension(tf):
    return tf.TensorShape([2, "a"])


def case_shape_negative(tf):
    return tf.TensorShape([2, -1])


def case_placeholder_negative_shape(tf):
    return ph(tf, [-1, 2]).shape.as_list()


def case_set_shape(tf):
    ph(tf, [None, 3]).set_shape([2, 4])


def case_set_shape_rank(tf):
    ph(tf, [None, 3]).set_shape([2])
