"""Element types that do not fit."""

from .harness import ph, run


def case_dtype_add(tf):
    return ph(tf, [2], "a") + ph(tf, [2], "b", tf.int32)


def case_dtype_tf_add(tf):
    return tf.add(ph(tf, [2], "a"), ph(tf, [2], "b", tf.int32))


def case_dtype_tf_add_python_int_first(tf):
    return tf.add(1, ph(tf, [2]))


def case_dtype_int_plus_float(tf):
    return tf.constant(1) + 1.5


def case_dtype_float_plus_int(tf):
    return (tf.constant(1.0) + 1).dtype.name


def case_dtype_rsub_float_from_int(tf):
    return 1.5 - tf.constant(1)


def case_dtype_mul_float_double(tf):
    return tf.constant(1.0) * tf.constant(1.0, tf.float64)


def case_dtype_matmul(tf):
    return tf.matmul(ph(tf, [2, 2], "a"), ph(tf, [2, 2], "b", tf.float64))


def case_dtype_truediv(tf):
    return tf.constant(1) / tf.constant(1.0)


def case_dtype_less(tf):
    return tf.constant(1) < tf.constant(1.0)


def case_dtype_logical_and(tf):
    return tf.logical_and(tf.constant(1.0), tf.constant(True))


def case_dtype_bool_add(tf):
    return tf.constant(True) + tf.constant(False)


def case_dtype_string_mul(tf):
    return tf.constant("a") * tf.constant("b")


def case_dtype_exp_int(tf):
    return tf.exp(tf.constant(1))


def case_dtype_softmax_int(tf):
    return tf.nn.softmax(tf.constant([[1, 2]]))


def case_dtype_assign(tf):
    return tf.assign(tf.Variable(1.0, name="v"), tf.constant(1))


def case_dtype_assign_python_float_to_int(tf):
    return tf.assign(tf.Variable(1, name="v"), 1.5)


def case_dtype_assign_resource(tf):
    return tf.get_variable("v", [], use_resource=True).assign(tf.constant(1))


def case_dtype_concat(tf):
    return tf.concat([tf.constant([1.0]), tf.constant([1])], 0)


def case_dtype_stack(tf):
    return tf.stack([tf.constant(1.0), tf.constant(1)])


def case_dtype_cast_string(tf):
    return run(tf, tf.cast(tf.constant("a"), tf.float32, name="cast"))


def case_dtype_reduce_sum_bool(tf):
    return tf.reduce_sum(tf.constant([True]))


def case_dtype_reduce_all_float(tf):
    return tf.reduce_all(tf.constant([1.0]))


def case_dtype_placeholder_none(tf):
    return tf.placeholder(None)


def case_dtype_placeholder_bad(tf):
    return tf.placeholder("float33")


def case_dtype_placeholder_object(tf):
    return tf.placeholder(object())


def case_dtype_placeholder_shape_first(tf):
    return tf.placeholder([2, 3])


def case_dtype_as_dtype_unknown(tf):
    return tf.as_dtype("real")


def case_dtype_min_of_bool(tf):
    return tf.bool.min


def case_dtype_min_of_string(tf):
    return tf.string.min


def case_dtype_random_uniform_int_without_maxval(tf):
    return tf.random_uniform([2], dtype=tf.int32)


def case_dtype_random_normal_int(tf):
    return tf.random_normal([2], dtype=tf.int32)
