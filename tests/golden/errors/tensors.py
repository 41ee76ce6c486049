"""Tensors as Python objects, constants, and conversion."""

import numpy as np

from .harness import ph, run

# --------------------------------------------------------------------------------------------------
# Tensors as Python objects


def case_tensor_bool(tf):
    return bool(tf.constant(True))


def case_tensor_if(tf):
    x = ph(tf, [])
    return 1 if x > 0 else 2


def case_tensor_iterate_unknown_length(tf):
    return list(ph(tf, [None, 2]))


def case_tensor_iterate_unknown_rank(tf):
    return list(ph(tf))


def case_tensor_iterate_scalar(tf):
    return list(tf.constant(1.0))


def case_tensor_iterate(tf):
    return [t.name for t in tf.constant([1.0, 2.0])]


def case_tensor_len(tf):
    return len(tf.constant([1.0, 2.0]))


def case_tensor_float(tf):
    return float(tf.constant(1.0))


def case_tensor_int(tf):
    return int(tf.constant(1))


def case_tensor_as_index(tf):
    return [1, 2, 3][tf.constant(1)]


def case_tensor_numpy_array(tf):
    return np.array(tf.constant([1.0, 2.0], name="c"))


def case_tensor_numpy_exp(tf):
    return np.exp(tf.constant([1.0, 2.0]))


def case_tensor_numpy_left_operand(tf):
    return (np.ones([2], np.float32) * tf.constant([1.0, 2.0])).name


def case_tensor_dict_key(tf):
    return {tf.constant(1.0): 3} and 3


def case_tensor_in_list(tf):
    a, b = tf.constant(1.0), tf.constant(1.0)
    return [a in [b], a in [b, a]]


def case_tensor_equals(tf):
    a = tf.constant(1.0)
    return [a == a, a == tf.constant(1.0), a != a, a == 1.0]


def case_tensor_set_item(tf):
    x = tf.constant([1.0, 2.0])
    x[0] = 1.0


def case_tensor_attribute(tf):
    return tf.constant(1.0).nothing


def case_tensor_add_none(tf):
    return tf.constant(1.0) + None


def case_tensor_add_string(tf):
    return tf.constant(1.0) + "a"


def case_tensor_add_object(tf):
    return tf.constant(1.0) + object()


def case_tensor_of_other_graph(tf):
    with tf.Graph().as_default():
        a = tf.constant(1.0, name="a")
    return a + tf.constant(1.0, name="b")


def case_index_string(tf):
    return tf.constant([1.0, 2.0])["a"]


def case_index_float(tf):
    return tf.constant([1.0, 2.0])[0.5]


def case_index_slice_float(tf):
    return tf.constant([1.0, 2.0])[0.0:1.0]


def case_index_none_list(tf):
    return str(tf.constant([[1.0, 2.0]])[[0, 1]].shape)


def case_index_bool_tensor(tf):
    return str(tf.constant([1.0, 2.0])[tf.constant([True, False])].shape)


def case_index_float_tensor(tf):
    return tf.constant([1.0, 2.0])[tf.constant(1.0)]


def case_index_out_of_range(tf):
    return ph(tf, [3])[3]


def case_index_negative_out_of_range(tf):
    return ph(tf, [3])[-4]


def case_index_slice_beyond(tf):
    return ph(tf, [3])[2:9].shape.as_list()


def case_index_too_many(tf):
    return ph(tf, [3, 3])[0, 0, 0]


def case_index_two_ellipses(tf):
    return ph(tf, [3, 3])[..., ...]


def case_index_zero_stride(tf):
    return ph(tf, [3])[::0]


def case_index_negative_stride_shrink(tf):
    return ph(tf, [3])[::-1].shape.as_list()


# --------------------------------------------------------------------------------------------------
# Constants and conversion


def case_constant_too_many(tf):
    return tf.constant([1.0, 2.0, 3.0], shape=[2])


def case_constant_too_few(tf):
    return run(tf, tf.constant([1.0, 2.0], shape=[3]))


def case_constant_fill(tf):
    return tf.constant([7.0], shape=[3]).shape.as_list()


def case_constant_verify_shape(tf):
    return tf.constant([[1.0, 2.0]], shape=[2], verify_shape=True)


def case_constant_unknown_shape(tf):
    return tf.constant(1.0, shape=[None])


def case_constant_none(tf):
    return tf.constant(None)


def case_constant_float_as_int(tf):
    return tf.constant(1.5, tf.int32)


def case_constant_int_too_large(tf):
    return run(tf, tf.constant(2**40, tf.int32))


def case_constant_python_int_too_large(tf):
    return run(tf, tf.constant(2**31))


def case_constant_string_as_float(tf):
    return tf.constant("a", tf.float32)


def case_constant_number_as_string(tf):
    return tf.constant(1, tf.string)


def case_constant_mixed_list(tf):
    return tf.constant([1, 2.5]).dtype.name


def case_constant_mixed_list_float_first(tf):
    return tf.constant([2.5, 1]).dtype.name


def case_constant_number_and_string(tf):
    return tf.constant([1, "a"])


def case_constant_bool_as_float(tf):
    return run(tf, tf.constant(True, tf.float32))


def case_constant_bool_and_int(tf):
    return run(tf, tf.constant([True, 2]))


def case_constant_of_tensor(tf):
    return tf.constant(tf.constant(1.0))


def case_constant_float64_array_as_int(tf):
    return run(tf, tf.constant(np.array([1.7]), tf.int32))


def case_constant_negative_unsigned(tf):
    return run(tf, tf.constant(-1, tf.uint8))


def case_convert_none(tf):
    return tf.convert_to_tensor(None)


def case_convert_object(tf):
    return tf.convert_to_tensor({})


def case_convert_set(tf):
    return tf.convert_to_tensor({1, 2})


def case_convert_ragged(tf):
    return tf.convert_to_tensor([[1.0], [2.0, 3.0]])


def case_convert_ragged_depth(tf):
    return tf.convert_to_tensor([1.0, [2.0]])


def case_convert_empty_list(tf):
    t = tf.convert_to_tensor([])
    return [t.dtype.name, t.shape.as_list()]


def case_convert_tensor_of_other_dtype(tf):
    return tf.convert_to_tensor(tf.constant(1.0, name="c"), dtype=tf.int32)


def case_convert_list_of_mixed_tensors(tf):
    return tf.convert_to_tensor([tf.constant(1.0), tf.constant(1)])


def case_convert_list_of_tensors_and_none(tf):
    return tf.convert_to_tensor([tf.constant(1.0), None])


def case_convert_int_for_float_tensor_in_list(tf):
    return tf.convert_to_tensor([tf.constant(1.0), 2]).dtype.name


def case_convert_operation(tf):
    return tf.convert_to_tensor(tf.no_op())


def case_convert_dimension(tf):
    return tf.convert_to_tensor(tf.Dimension(None))


def case_convert_partial_shape(tf):
    return tf.convert_to_tensor(tf.TensorShape([None, 2]))


def case_convert_shape_as_float(tf):
    return tf.convert_to_tensor(tf.TensorShape([2]), dtype=tf.float32)


def case_zeros_unknown_shape(tf):
    return tf.zeros([None, 2])


def case_zeros_float_shape(tf):
    return run(tf, tf.zeros([2.0]))


def case_ones_negative_shape(tf):
    return tf.ones([-1])


def case_fill_rank2_dims(tf):
    return tf.fill([[2]], 1.0)


def case_make_tensor_proto_none(tf):
    return tf.make_tensor_proto(None)
